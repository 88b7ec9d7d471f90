//! Grades a course: a Cargo workspace whose exercises students fill in.
//!
//! The way of one grade, each station a module that takes one type and returns the next: [`course`] (what is to be graded)
//! → [`attempt`] (what building and running it led to) → [`answers`] (what the cases answered, beside what is recorded) →
//! [`verdict`] (what became of each case, and why) → [`report`] (for a person or a program). [`grade`](mod@grade) walks it,
//! in a [`Workspace`].

pub mod answers;
pub mod attempt;
mod clean;
pub mod cli;
pub mod course;
mod error;
mod grade;
mod process;
pub mod report;
pub mod verdict;
mod workspace;

pub use course::Course;
pub use error::{Error, Fault, OrFault, Result, place};
pub use grade::{GradeOptions, Remembered};
pub use process::Interrupt;
pub use verdict::Report;
pub use workspace::{Limits, Workspace};
