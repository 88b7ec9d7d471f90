//! Attempts: what building and running a step led to. `plan` gets the compiler calls of each step from cargo, `build`
//! makes these calls, `run` runs the cases, and `cache` remembers the result; `tried` does it all, for steps as they
//! are. `stage` does the same with the course's own solutions and mistakes.

#![warn(unreachable_pub)]

mod blame;
pub mod build;
pub mod cache;
mod cargo;
mod choice;
mod compile;
mod crates;
mod habits;
pub mod inputs;
mod machine;
pub mod make;
mod manifest;
mod objects;
pub mod obstacle;
pub mod own_files;
pub mod plan;
pub mod planned;
pub mod programs;
pub mod run;
pub mod run_folder;
pub mod stage;
pub mod tried;
pub mod workspace;

use serde::{Deserialize, Serialize};

use cache::Kept;
use habits::View;

pub use outcome::{
    Answers, Attempt, CaseRun, CompileFailure, CompilerError, Culprit, Ending, Listener, Place, Printed, Progress,
};
pub use stage::{Purpose, Stage, Submission};

/// An attempt at a step as it is, and the compiler's warnings.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Tried {
    /// The attempt.
    pub attempt: Attempt,
    /// The compiler's warnings.
    pub warnings: Vec<CompilerError>,
    /// What its code can look at.
    pub view: View,
    /// What is known of it, once it is kept.
    #[serde(skip)]
    pub kept: Option<Kept>,
}

impl Tried {
    /// An attempt that could look at nothing but its inputs.
    pub fn of_inputs(attempt: Attempt) -> Self {
        Self { attempt, warnings: Vec::new(), view: View::Inputs, kept: None }
    }

    /// Whether the same inputs would lead to it again.
    pub fn is_decided_by_inputs(&self) -> bool {
        self.view == View::Inputs && self.attempt.is_decided_by_code()
    }
}
