//! What a program needs that grades at every save, whatever it shows the verdicts on: [`files`] sees which steps change,
//! [`Worker`] grades them on a thread of its own, and [`editor`] opens the student's file.

pub mod editor;
pub mod files;
#[cfg(any(test, feature = "fixture"))]
pub mod fixture;
pub mod panics;
mod worker;

pub use worker::{Grade, News, Worker};

use grader::course::Course;

/// Changes what is kept of these steps. They are named by their folders, as in [`News`], and `states` has the course's order.
pub fn each_of<S>(course: &Course, states: &mut [S], folders: &[String], mut change: impl FnMut(&mut S)) {
    for (step, state) in course.steps.iter().zip(states) {
        if folders.contains(&step.folder_name()) {
            change(state);
        }
    }
}
