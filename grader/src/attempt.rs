//! Attempts: what building and running a step led to. [`plan`] has the compiler calls of each step from cargo, [`build`]
//! makes them, [`run`](mod@run) runs the cases, and [`cache`] remembers what came of it all. [`stage`] does the same with the
//! course's own solutions and mistakes.

pub mod build;
pub mod cache;
mod cargo;
pub mod choice;
pub mod compile;
pub mod inputs;
mod obstacle;
pub mod own_files;
pub mod plan;
pub mod progress;
pub mod run;
pub mod run_folder;
pub mod stage;

use serde::{Deserialize, Serialize};

use build::CompileFailure;
use run::Answers;

/// What building and running a step led to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Attempt {
    /// It does not compile.
    Failed(CompileFailure),
    /// Its cases ran.
    Ran(Answers),
}

impl Attempt {
    /// Whether the same inputs would lead to it again. If not, it may have been the machine's doing, or another program's.
    pub fn is_decided_by_code(&self) -> bool {
        match self {
            Attempt::Failed(failure) => failure.is_decided_by_code(),
            Attempt::Ran(answers) => answers.values().all(|run| run.ending.is_decided_by_code()),
        }
    }
}
