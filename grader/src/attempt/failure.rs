//! Why a step does not compile, and what is to blame for it.

use serde::{Deserialize, Serialize};

use super::compile::CompilerError;

/// Why a step does not compile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompileFailure {
    /// What is to blame.
    pub culprit: Culprit,
    /// The compiler's errors, in its order.
    pub errors: Vec<CompilerError>,
}

/// What keeps a step from compiling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Culprit {
    /// The student's library.
    Library,
    /// The cases, which call the library: a function is missing there or has another signature.
    Cases,
    /// The linker, which cannot put both together.
    Linking,
    /// A file of the student's: their source, which no compiler could read, or one that must not be there.
    File,
    /// The compiler, which did not come to an end with the library.
    Endless,
    /// The compiler, which failed itself.
    Compiler,
}

impl CompileFailure {
    /// Whether the same code would fail again: what a bound or a crash ended may have been the machine's doing.
    pub(crate) fn is_decided_by_code(&self) -> bool {
        !matches!(self.culprit, Culprit::Endless | Culprit::Compiler)
    }
}
