//! Makes the calls of a plan: compiles a step's library, and compiles and links its cases.

use std::path::PathBuf;

use course::{Error, Result};
use process::Limit;

use super::CompilerError;
use super::Place;
use super::compile::{Compiled, compile};
use super::machine;
use super::plan::{Call, Plan};
use super::{CompileFailure, Culprit};
use crate::workspace::Workspace;

/// Why one of a plan's calls failed.
#[derive(Debug)]
pub struct Unmade {
    why: Why,
    /// The folder for its outputs.
    folder: PathBuf,
}

#[derive(Debug)]
enum Why {
    /// The code is refused.
    Refused {
        failure: CompileFailure,
        /// Whether that may be about crates that were compiled before.
        of_crates: bool,
    },
    /// The compiler did not end.
    Endless(Limit),
    /// The compiler itself failed, with these last words.
    Crashed(String),
}

impl Unmade {
    /// Whether it may come from something that was kept, which can be damaged. An error in the source text of the library
    /// comes from that text; one in the cases does, too, if the library has other signatures than they call.
    pub(super) fn is_doubtful(&self, has_other_signatures: impl FnOnce() -> bool) -> bool {
        match &self.why {
            Why::Refused { failure, of_crates } => {
                let is_of_text = failure.errors.iter().any(|error| error.place.is_some())
                    && match failure.culprit {
                        Culprit::Library => true,
                        Culprit::Cases => has_other_signatures(),
                        _ => false,
                    };
                *of_crates || !is_of_text
            }
            Why::Endless(_) => false,
            Why::Crashed(_) => true,
        }
    }

    /// Whether it may be about crates that were compiled before.
    pub(super) fn is_of_crates(&self) -> bool {
        matches!(self.why, Why::Refused { of_crates: true, .. })
    }

    /// The failure. If the compiler or the linker names no place, the last edit is the place to look at.
    ///
    /// # Errors
    /// If the machine is to blame.
    pub(super) fn failure(self, workspace: &Workspace, last_edit: Option<Place>) -> Result<CompileFailure> {
        let failure = match &self.why {
            Why::Refused { failure, .. } => machine::Failure::Errors(&failure.errors),
            Why::Endless(limit) => machine::Failure::Limit(*limit),
            Why::Crashed(message) => machine::Failure::Crash(message),
        };
        if let Some(fault) = machine::fault(failure, &self.folder, workspace) {
            return Err(Error::Build(fault));
        }
        let (culprit, message) = match self.why {
            Why::Refused { mut failure, .. } => {
                if failure.culprit == Culprit::Linking
                    && let Some(error) = failure.errors.first_mut()
                {
                    error.place = last_edit;
                }
                return Ok(failure);
            }
            Why::Endless(limit) => (Culprit::Endless, message_at(limit, workspace)),
            Why::Crashed(message) => (Culprit::Compiler, message),
        };
        let error = CompilerError { rendered: message.clone(), message, place: last_edit };
        Ok(CompileFailure { culprit, errors: vec![error] })
    }
}

/// Compiles the library of a plan, and returns the warnings.
pub fn library(workspace: &Workspace, plan: &Plan) -> Result<std::result::Result<Vec<CompilerError>, Unmade>> {
    made(workspace, &plan.library, |_| Culprit::Library)
}

/// Compiles the cases of a plan and links them with its library; returns the program.
pub fn program(workspace: &Workspace, plan: &Plan) -> Result<std::result::Result<PathBuf, Unmade>> {
    let of_linker = |errors: &[CompilerError]| errors.iter().all(|error| error.place.is_none());
    let culprit = |errors: &[CompilerError]| if of_linker(errors) { Culprit::Linking } else { Culprit::Cases };
    Ok(made(workspace, &plan.cases, culprit)?.map(|_| plan.program()))
}

fn made(
    workspace: &Workspace,
    call: &Call,
    culprit: impl FnOnce(&[CompilerError]) -> Culprit,
) -> Result<std::result::Result<Vec<CompilerError>, Unmade>> {
    let why = match compile(call, workspace)? {
        Compiled::Done(warnings) => return Ok(Ok(warnings)),
        Compiled::Refused { errors, of_crates } => {
            let failure = CompileFailure { culprit: culprit(&errors), errors };
            Why::Refused { failure, of_crates }
        }
        Compiled::Endless(limit) => Why::Endless(limit),
        Compiled::Crashed(message) => Why::Crashed(message),
    };
    Ok(Err(Unmade { why, folder: call.output_folder().to_owned() }))
}

fn message_at(limit: Limit, workspace: &Workspace) -> String {
    let bounds = workspace.limits().compiler;
    match limit {
        Limit::Cpu => {
            format!("Compiling was stopped after {} s of CPU time. {USUAL_CAUSES}", bounds.cpu.as_secs())
        }
        Limit::Memory => {
            format!("Compiling was stopped: it took more than {} MiB of memory. {USUAL_CAUSES}", bounds.memory >> 20)
        }
        Limit::File => format!(
            "Compiling was stopped: it wrote a file of more than {} MiB. Is there a huge static or constant?",
            bounds.file >> 20
        ),
        Limit::Wall | Limit::Idle | Limit::Processes => {
            "Compiling was stopped: the compiler waited for something that never came. Does `include!`, `include_str!`, \
             `include_bytes!` or `#[path]` name something that is not an ordinary file?"
                .to_owned()
        }
    }
}

/// The usual reasons why the compiler never ends.
const USUAL_CAUSES: &str = "Usual causes are a constant or a macro that never ends, a generic function that calls itself with \
                            another type, and arithmetic between types that do not fit (a vector where a number is meant).";
