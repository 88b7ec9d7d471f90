//! Why the grader could not grade: one sentence for a person, with the place and the remedy. None of these is a verdict on
//! a student's code.
//!
//! A [`Fault`] is the fault of one file of the course. Where that file belongs to a step, the other steps are graded; any
//! other [`Error`] ends the grade.

use std::io;
use std::path::{Path, PathBuf};

/// The result of whatever may keep the grader from grading.
pub type Result<T> = std::result::Result<T, Error>;

/// What came of the work on one step, which a fault in one of its files may keep from being done.
pub type OrFault<T> = std::result::Result<T, Fault>;

/// What is wrong in a file of the course.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {message}", path_with_line(path, *line))]
pub struct Fault {
    /// The file, relative to the course where it lies inside.
    pub path: PathBuf,
    /// The line, from 1, where one line is to blame.
    pub line: Option<usize>,
    /// What is wrong, and what to do.
    pub message: String,
}

/// Why the grader could not grade.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file of the course is not as it should be.
    #[error(transparent)]
    Course(#[from] Fault),
    /// A step was asked for that the course does not have.
    #[error("there is no step `{name}`{}; the steps are {known}", suggestion.as_ref().map(|near| format!(" (did you mean `{near}`?)")).unwrap_or_default())]
    UnknownStep {
        /// What was asked for.
        name: String,
        /// The step whose name is nearest, if one is near.
        suggestion: Option<String>,
        /// All steps.
        known: String,
    },
    /// A step was asked for twice.
    #[error("step `{0}` is named twice; name each step once")]
    StepTwice(String),
    /// Cargo could not be started.
    #[error("cargo could not be started: {0}; install Rust from https://rustup.rs and see that `cargo` is on the PATH")]
    NoCargo(io::Error),
    /// Cargo could not build, and no student's code is to blame.
    #[error("cargo could not build the course, and it is not your code:\n{0}")]
    Build(String),
    /// A step's program did not behave as a program of the course does.
    #[error("{0}")]
    Program(String),
    /// The grader has no place for its own files.
    #[error(
        "{0}; the grader needs a folder for its own files: see that you may write there and that the disk is not full, or set CARGO_TARGET_DIR to another folder"
    )]
    NotWritten(io::Error),
    /// A file could not be read or written.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Ctrl-C.
    #[error("interrupted; nothing was left running")]
    Interrupted,
}

impl Error {
    /// A fault in a file of the course, on one line of it.
    pub fn at(path: &Path, line: usize, message: impl Into<String>) -> Self {
        Fault { path: path.to_owned(), line: Some(line), message: message.into() }.into()
    }

    /// A fault in a file of the course as a whole.
    pub fn in_file(path: &Path, message: impl Into<String>) -> Self {
        Fault { path: path.to_owned(), line: None, message: message.into() }.into()
    }
}

/// Tells faults in the course, with which a grade can go on, from all other errors, which end it.
///
/// # Errors
/// All errors that are no fault in the course.
pub(crate) fn or_fault<T>(result: Result<T>) -> Result<OrFault<T>> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(Error::Course(fault)) => Ok(Err(fault)),
        Err(error) => Err(error),
    }
}

/// A place as a person and an editor read it: `path:line`, or the path alone.
pub fn path_with_line(path: &Path, line: Option<usize>) -> String {
    match line {
        Some(line) => format!("{}:{line}", path.display()),
        None => path.display().to_string(),
    }
}
