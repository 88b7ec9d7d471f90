//! Outcomes: what building and running a step led to. The crate `attempt` makes them, and `verdict` judges them.

#![warn(unreachable_pub)]

mod case_run;
mod ending;
mod failure;
mod place;
mod printed;
mod progress;

use serde::{Deserialize, Serialize};

pub use case_run::{Answers, CaseRun};
pub use ending::Ending;
pub use failure::{CompileFailure, CompilerError, Culprit, MOST_ERRORS};
pub use place::Place;
pub use printed::Printed;
pub use progress::{Listener, Progress};

/// What building and running a step led to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Attempt {
    /// It does not compile.
    Failed(CompileFailure),
    /// Its cases ran.
    Ran(Answers),
}

impl Attempt {
    /// Whether the same inputs would lead to it again. If not, the machine or another program may have caused it.
    pub fn is_decided_by_code(&self) -> bool {
        match self {
            Attempt::Failed(failure) => failure.is_decided_by_code(),
            Attempt::Ran(answers) => answers.values().all(|run| run.ending.is_decided_by_code()),
        }
    }
}
