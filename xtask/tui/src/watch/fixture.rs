//! What the tests of the screen show, in addition to the worker's small course.

use std::sync::Arc;

use figure::examples;
use grader::Hints;
use grader::course::Course;
use grader::report::{Difference, SourceFile};
pub use worker::fixture::{Does, broken_report, course, report, workspace};

use super::state::State;

/// Gives a case of the first step a picture: the course a plot, and the report its tables.
pub fn give_picture(state: &mut State, case: usize) {
    let example = examples::rates();
    let mut course = Course::clone(&state.known.course);
    course.steps[0].cases[case].plot = Some(example.plot);
    state.known.course = Arc::new(course);
    let report = state.known.steps[0].report.as_mut().expect("a graded step");
    report.cases[case].title = example.title.to_owned();
    report.cases[case].shown = Some(example.shown);
}

/// Two hints to the first function that fails in the first step, whose first function is right.
pub fn hints(course: &Course) -> Hints {
    let report = report(course, 0, [Does::Right, Does::Half, Does::Todo]);
    let mut hints = Hints::to(&workspace(), course, &report).expect("a step with hints").expect("a step that fails");
    for _ in 0..2 {
        // Their count cannot be stored, as this course has no folder.
        let _ = hints.give();
    }
    hints
}

/// How a student's file differs from the solution.
pub fn difference(student: &str, reference: &str) -> Difference {
    let source =
        |folder: &str, text: &str| SourceFile { path: format!("{folder}/lib.rs").into(), text: text.to_owned() };
    Difference { student: source("own", student), reference: source("reference", reference) }
}
