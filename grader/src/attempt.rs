//! Attempts: what building and running a step led to. [`build`] asks the compiler, [`run`](mod@run) runs the cases, and
//! [`cache`] remembers both.

pub mod build;
pub mod cache;
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
