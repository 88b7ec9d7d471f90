//! What every program that grades at each save needs, however it shows the verdicts: [`files`] notices which steps
//! change, [`Worker`] grades them on a thread of its own, [`CourseState`] puts its news together, and [`editor`] opens
//! the student's file.

pub mod editor;
pub mod files;
#[cfg(any(test, feature = "fixture"))]
pub mod fixture;
pub mod panics;
mod state;
mod worker;

pub use state::{CourseState, LastGrade, StepState, Work};
pub use worker::{Grade, News, Worker};
