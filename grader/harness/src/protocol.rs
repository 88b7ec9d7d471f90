//! What an exercise's program tells the grader: one JSON line for each [`Message`], through a pipe in the place of
//! standard input, or a connection that holds the program's request, too.
//!
//! The pipe is a channel of its own, so nothing that the student's code prints or does to files can break a grade.
//! Both ends use these types: the runner of the harness writes them, and the grader reads them (`attempt/run`,
//! `experiment`).

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::controls::{Control, Values};
use crate::{DataError, Table, Trial};

/// The environment variable that says that the grader asks; without it the program prints for a person.
pub const GRADED: &str = "GRADER_ASKS";

/// The environment variable that holds what is to be printed between the prints of two cases.
pub const SEPARATOR: &str = "GRADER_SEPARATOR";

/// The environment variable that holds the [`Given`] of an experiment, as JSON.
pub const GIVEN: &str = "GRADER_GIVEN";

/// The environment variable that says that the program is started ahead: it waits for a [`Call`], as a line of JSON on
/// its standard input, before it does anything.
pub const AHEAD: &str = "GRADER_AHEAD";

/// The run of an experiment for which a program was started ahead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The experiment's name.
    pub experiment: String,
    /// What is given to it.
    pub given: Given,
}

/// What is given to an experiment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// The values of its controls; the lesson's for those that are not here.
    pub values: Values,
    /// What becomes of a value for which the run has no control.
    pub spare: Spare,
    /// A file of the student's own data, in the place of the lesson's.
    pub data: Option<PathBuf>,
}

/// What becomes of a value for which a run has no control.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spare {
    /// The run is refused.
    #[default]
    Refused,
    /// It is left out: which controls there are may depend on another one that has just changed.
    LeftOut,
}

/// What is printed between two cases of a run of this number.
pub fn separator(run: usize) -> String {
    format!("\u{1e}next case of run {run}\u{1e}")
}

/// One line that a program writes into the pipe.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
    /// The exercise has no case of this name.
    NoSuchCase {
        /// The name.
        case: String,
    },
    /// The case ended on this trial.
    Ended {
        /// The case's name.
        case: String,
        /// The trial.
        trial: Trial,
        /// What became of it.
        outcome: TrialOutcome,
        /// How long it took.
        took: Duration,
    },
    /// An experiment has drawn this; told at once, so that it is known also where the student's code does not come
    /// back.
    Drew(Control),
    /// What was given to an experiment cannot be, for the reason that this sentence says.
    Refused(String),
    /// The course's data cannot be read, so that nothing more is run.
    BrokenData(DataError),
    /// The program ran to its end.
    Done,
}

/// What became of a case on one trial, as far as the student's own process can tell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrialOutcome {
    /// The code returned, with these answers.
    Answered(Table),
    /// A `todo!` was reached.
    NotStarted(Panic),
    /// The code panicked.
    Panicked(Panic),
}

/// A panic's message and place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Panic {
    /// What the code said when it panicked.
    pub message: String,
    /// The source file, as the compiler was given it.
    pub file: String,
    /// The line in that file, from 1.
    pub line: u32,
    /// If the place is in another crate: the functions that led there, the last one first, as a backtrace names them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<String>,
}
