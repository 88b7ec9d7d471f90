//! Runs experiments: a function of `cases.rs` with values that somebody chose, on the student's code and on the
//! solution's.
//!
//! Nothing is graded here, and no verdict depends on it. A [`Bench`] has the programs of a step as they were last
//! built; a run is a process of its own, under the supervision of a grade but with less time, and takes a few
//! milliseconds: fewer if the process was started ahead.

#![warn(unreachable_pub)]

mod bench;
mod finish;
mod program;
mod words;

use std::time::Duration;

use harness::controls::{Control, DATA, OWN, Value};
use harness::{Table, Trial};
use outcome::{CompileFailure, Place, Printed};
use verdict::{Shown, Verdict};

pub use bench::Bench;
pub use finish::{Finish, finishes};

/// Whose code an experiment runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The student's.
    Student,
    /// The reference solution's.
    Solution,
}

/// A run of an experiment.
#[derive(Debug, Clone)]
pub struct Run {
    /// What it drew, in this order; also where it did not come to its end.
    pub controls: Vec<Control>,
    /// What it answered, or why there is nothing.
    pub table: std::result::Result<Table, Trouble>,
    /// What the code printed.
    pub printed: Printed,
    /// How long it ran.
    pub took: Duration,
}

/// The data that a run uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Data {
    /// The student's own.
    Own,
    /// That of a trial.
    Trial(Trial),
}

/// Why a run has no table.
#[derive(Debug, Clone)]
pub enum Trouble {
    /// `cases.rs` has no experiment of this name.
    NoSuchExperiment(String),
    /// What was given cannot be, for the reason that this sentence says. It is not the code's fault.
    Refused(String),
    /// What is wrong with the code: it does not compile, is not written yet, panicked, did not end or crashed.
    Code(Box<Verdict>),
}

/// A run of the student's code, and a run of the solution with the same values.
#[derive(Debug, Clone)]
pub struct Pair {
    /// The student's.
    pub student: Run,
    /// The solution's, if the course has it and it builds.
    pub solution: Option<Run>,
}

impl Trouble {
    /// The line to look at, where one is known.
    pub fn place(&self) -> Option<&Place> {
        let Trouble::Code(verdict) = self else { return None };
        match &**verdict {
            Verdict::NotStarted { todo: place } | Verdict::Panicked { place, .. } => place.as_ref(),
            Verdict::DoesNotCompile { errors, .. } => errors.first()?.place.as_ref(),
            _ => None,
        }
    }

    /// The trouble with code that does not compile.
    fn of_failure(failure: &CompileFailure) -> Self {
        let CompileFailure { culprit, errors } = failure.clone();
        Trouble::Code(Box::new(Verdict::DoesNotCompile { errors, culprit, signatures: Vec::new() }))
    }
}

impl Run {
    /// A run that did not begin.
    fn not_begun(trouble: Trouble) -> Self {
        Self { controls: Vec::new(), table: Err(trouble), printed: Printed::default(), took: Duration::ZERO }
    }

    /// The data that it ran on; nothing if it uses none.
    pub fn data(&self) -> Option<Data> {
        let data = self.controls.iter().find(|control| control.name == DATA)?;
        Some(match &data.value {
            Value::Word(own) if own == OWN => Data::Own,
            Value::Word(trial) => Data::Trial(trial.parse().unwrap_or(Trial::Lesson)),
            _ => Data::Trial(Trial::Lesson),
        })
    }

    /// The trial that it ran on; the lesson's where it ran on data of the student's own.
    fn trial(&self) -> Trial {
        match self.data() {
            Some(Data::Trial(trial)) => trial,
            Some(Data::Own) | None => Trial::Lesson,
        }
    }
}

impl Pair {
    /// The run whose controls are to be shown: the student's, or the solution's where the student's has drawn nothing.
    pub fn leading(&self) -> &Run {
        match &self.solution {
            Some(solution) if self.student.controls.is_empty() => solution,
            _ => &self.student,
        }
    }

    /// The two tables as a figure takes them; nothing if there is neither. Without a solution nothing is expected.
    pub fn shown(&self) -> Option<Shown> {
        let got = self.student.table.as_ref().ok().cloned();
        let expected = self.solution.as_ref().and_then(|solution| solution.table.as_ref().ok()).cloned();
        (got.is_some() || expected.is_some()).then(|| Shown {
            trial: self.leading().trial(),
            expected: expected.unwrap_or_default(),
            got,
        })
    }
}
