//! Answers, the student's and the expected ones: what a case did on a trial, and what is recorded of right and of wrong
//! solutions.
//!
//! [`record_of`] turns a run into a [`Record`], and [`snapshot`] reads and writes records as text. [`read_answers`] and
//! [`Known`] read the snapshots of a step.

pub mod expected;
pub mod known;
pub mod snapshot;

use std::collections::BTreeMap;
use std::fmt;

use harness::protocol::TrialOutcome;
use harness::{Table, Trial};
use outcome::{Answers, Ending};

pub use expected::{case_snapshot, mistake_snapshot, orphan, read_answers, snapshots_in};
pub use known::{Knowledge, Known, KnownMistake, PairTrials, Pairs};

/// What was recorded of some cases on some trials.
pub type Record = BTreeMap<Key, Recorded>;

/// A case on a trial.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The case's name.
    pub case: String,
    /// The trial.
    pub trial: Trial,
}

impl Key {
    /// The key of this case and trial.
    pub fn new(case: impl Into<String>, trial: Trial) -> Self {
        Self { case: case.into(), trial }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.case, self.trial)
    }
}

/// What one case did on one trial.
#[derive(Debug, Clone, PartialEq)]
pub enum Recorded {
    /// It answered.
    Answered(Table),
    /// A `todo!` was reached.
    NotStarted,
    /// It panicked with this message.
    Panicked(String),
    /// Its program ended before.
    Ended(Ending),
}

impl Recorded {
    /// The table, if it answered.
    pub fn table(&self) -> Option<&Table> {
        match self {
            Recorded::Answered(table) => Some(table),
            _ => None,
        }
    }
}

/// In a few words, as in a snapshot and a message.
impl fmt::Display for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Recorded::Answered(_) => f.write_str("answered"),
            Recorded::NotStarted => f.write_str("not started"),
            Recorded::Panicked(message) => write!(f, "panicked: {message}"),
            Recorded::Ended(ending) => write!(f, "ended: {ending}"),
        }
    }
}

/// What a run did on each of these trials.
pub fn record_of(answers: &Answers, trials: &[Trial]) -> Record {
    let mut record = Record::new();
    for (case, run) in answers {
        for trial in trials {
            let recorded = match run.outcome(*trial) {
                Some(TrialOutcome::Answered(table)) => Recorded::Answered(table.clone()),
                Some(TrialOutcome::NotStarted(_)) => Recorded::NotStarted,
                Some(TrialOutcome::Panicked(panic)) => Recorded::Panicked(panic.message.clone()),
                None => Recorded::Ended(run.ending.clone()),
            };
            record.insert(Key::new(case, *trial), recorded);
        }
    }
    record
}
