//! Grades a course: a Cargo workspace whose exercises students fill in.
//!
//! The way of one grade, each station a module with one type going in and one coming out:
//! [`course`] (what is to be graded) → [`build`] (one cargo call) → [`run`](mod@run) (each case in a child process, under
//! limits) → [`judge`] (answers against snapshots, in this process) → [`report`] (for a person or a program).
//! [`grade`](mod@grade) walks it; [`cache`] lets it skip what has not changed.

pub mod build;
pub mod cache;
pub mod cli;
pub mod compare;
pub mod course;
pub mod diagnosis;
pub mod error;
pub mod expected;
pub mod grade;
pub mod hint;
pub mod judge;
pub mod plain;
pub mod process;
pub mod progress;
pub mod report;
pub mod run;
pub mod scratch;
pub mod snapshot;
pub mod solution;
pub mod stage;

pub use error::{Error, Result};
