//! Attempts: what building and running a step led to. `plan` gets the compiler calls of each step from cargo, `build`
//! makes these calls, `run` runs the cases, and `cache` remembers the result; `tried` does it all, for steps as they
//! are. `stage` does the same with the course's own solutions and mistakes.

mod blame;
pub(crate) mod build;
pub(crate) mod cache;
mod cargo;
mod case_run;
pub(crate) mod choice;
pub(crate) mod compile;
mod crates;
pub(crate) mod ending;
pub(crate) mod failure;
pub(crate) mod habits;
pub(crate) mod inputs;
mod machine;
pub(crate) mod make;
mod objects;
pub(crate) mod obstacle;
pub(crate) mod own_files;
mod place;
pub(crate) mod plan;
pub(crate) mod planned;
mod printed;
pub(crate) mod programs;
pub(crate) mod progress;
pub(crate) mod run;
pub(crate) mod run_folder;
pub(crate) mod stage;
pub(crate) mod tried;

use serde::{Deserialize, Serialize};

use cache::Kept;
use habits::View;

pub use case_run::{Answers, CaseRun};
pub use compile::CompilerError;
pub use ending::Ending;
pub use failure::{CompileFailure, Culprit};
pub use place::Place;
pub use printed::Printed;
pub use progress::{Listener, Progress};
pub use stage::{Purpose, Stage, Submission};

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
    pub(crate) fn is_decided_by_code(&self) -> bool {
        match self {
            Attempt::Failed(failure) => failure.is_decided_by_code(),
            Attempt::Ran(answers) => answers.values().all(|run| run.ending.is_decided_by_code()),
        }
    }
}

/// An attempt at a step as it is, and the compiler's warnings.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Tried {
    /// The attempt.
    pub attempt: Attempt,
    /// The compiler's warnings.
    pub warnings: Vec<CompilerError>,
    /// What its code can look at.
    pub(crate) view: View,
    /// What is known of it, once it is kept.
    #[serde(skip)]
    pub(crate) kept: Option<Kept>,
}

impl Tried {
    /// An attempt that could look at nothing but its inputs.
    pub(crate) fn of_inputs(attempt: Attempt) -> Self {
        Self { attempt, warnings: Vec::new(), view: View::Inputs, kept: None }
    }

    /// Whether the same inputs would lead to it again.
    pub(crate) fn is_decided_by_inputs(&self) -> bool {
        self.view == View::Inputs && self.attempt.is_decided_by_code()
    }
}
