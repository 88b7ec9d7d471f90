//! Why the grader could not grade: one sentence for a person, with the place and the remedy. None of these is a verdict
//! on a student's code.
//!
//! A [`Fault`] is an error in one file of the course. If that file belongs to a step, the other steps are still graded;
//! any other [`Error`] ends the grade.

use std::path::{Path, PathBuf};
use std::{fmt, io};

/// The result of work that an error may end.
pub type Result<T> = std::result::Result<T, Error>;

/// The result of the work on one step, which a fault in one of its files may prevent.
pub type OrFault<T> = std::result::Result<T, Fault>;

/// What is wrong in a file of the course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file, relative to the course if it is inside.
    pub path: PathBuf,
    /// The line, from 1, if one line is to blame.
    pub line: Option<usize>,
    /// What is wrong, and what to do.
    pub message: String,
}

/// Why the grader could not grade. Shown, it is one sentence for a person.
///
/// ```
/// use grader::{Error, Fault};
///
/// let message = "a step has a title".to_owned();
/// let fault = Fault { path: "exercises/01-loss/exercise.toml".into(), line: Some(3), message };
/// assert_eq!(Error::Course(fault).to_string(), "exercises/01-loss/exercise.toml:3: a step has a title");
/// ```
#[derive(Debug)]
pub enum Error {
    /// A file of the course has an error.
    Course(Fault),
    /// Files of the course have these errors.
    Faults(Vec<Fault>),
    /// A step was asked for that the course does not have.
    UnknownStep {
        /// What was asked for.
        name: String,
        /// The step whose name is nearest, if one is near.
        suggestion: Option<String>,
        /// All steps.
        known: String,
    },
    /// A command is about a step, and none is named.
    NoStepNamed {
        /// The command with a step.
        example: String,
        /// All steps.
        known: String,
    },
    /// The course has no steps yet, which is no fault.
    NoSteps,
    /// A step was asked for twice.
    StepTwice(String),
    /// Cargo could not be started.
    NoCargo(io::Error),
    /// Cargo could not build, and no student's code is to blame.
    Build(String),
    /// A step's program did not behave as a program of the course does.
    Program(String),
    /// The grader has no place for its own files.
    NotWritten(io::Error),
    /// A file could not be read or written.
    Io(io::Error),
    /// Ctrl-C.
    Interrupted,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", path_with_line(&self.path, self.line), self.message)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Course(fault) => write!(f, "{fault}"),
            Self::Faults(faults) => {
                let faults: Vec<String> = faults.iter().map(Fault::to_string).collect();
                write!(f, "{}", faults.join("\nerror: "))
            }
            Self::UnknownStep { name, suggestion, known } => {
                write!(f, "there is no step `{name}`")?;
                if let Some(near) = suggestion {
                    write!(f, " (did you mean `{near}`?)")?;
                }
                write!(f, "; the steps are {known}")
            }
            Self::NoStepNamed { example, known } => {
                write!(f, "name a step, as in `{example}`; the steps are {known}")
            }
            Self::NoSteps => write!(f, "This course has no steps yet. Make the first one: cargo xtask new NAME"),
            Self::StepTwice(step) => write!(f, "step `{step}` is named twice; name each step once"),
            Self::NoCargo(error) => write!(
                f,
                "cargo could not be started: {error}; install Rust from https://rustup.rs and make sure that `cargo` is \
                 on the PATH"
            ),
            Self::Build(complaint) => {
                write!(f, "cargo could not build the course, and it is not your code:\n{complaint}")
            }
            Self::Program(complaint) => write!(f, "{complaint}"),
            Self::NotWritten(error) => write!(
                f,
                "{error}; the grader needs a folder for its own files: check that you can write there and that the \
                 disk is not full, or set CARGO_TARGET_DIR to another folder"
            ),
            Self::Io(error) => write!(f, "{error}"),
            Self::Interrupted => write!(f, "interrupted; nothing was left running"),
        }
    }
}

impl std::error::Error for Fault {}

impl std::error::Error for Error {}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self::Course(fault)
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
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

/// Separates faults in the course, after which a grade goes on, from all other errors, which end it.
///
/// # Errors
/// All errors that are not faults in the course.
pub fn or_fault<T>(result: Result<T>) -> Result<OrFault<T>> {
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
