//! Remembers what came of building and running a step, by the content of all that decides it.
//!
//! Only the attempt is kept, never a verdict: judging costs next to nothing and is done anew each time. An attempt holds
//! again when all of its [`Inputs`] and every further file and variable that the compiler read are the same to the byte. Whatever cannot
//! be read back is forgotten, and a cache that cannot be written is no fault.

use std::io;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::Attempt;
use super::compile::CompilerError;
use super::habits::View;
use super::inputs::{Further, Inputs, Read};
use super::own_files;
use crate::course::Step;
use crate::workspace::Workspace;

/// Where attempts are kept.
#[derive(Debug)]
pub(crate) struct Cache {
    scratch: PathBuf,
}

/// An attempt at a step as it lies, and what the compiler had to say of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Tried {
    /// The attempt.
    pub attempt: Attempt,
    /// The compiler's warnings.
    pub warnings: Vec<CompilerError>,
    /// What its code can look at.
    pub(crate) view: View,
}

impl Tried {
    /// An attempt that could look at nothing but its inputs.
    pub(crate) fn of_inputs(attempt: Attempt) -> Self {
        Self { attempt, warnings: Vec::new(), view: View::Inputs }
    }

    /// Whether the same inputs would lead to it again.
    pub(crate) fn is_decided_by_inputs(&self) -> bool {
        self.view == View::Inputs && self.attempt.is_decided_by_code()
    }
}

/// The last attempt at a step that is remembered.
#[derive(Debug)]
pub(crate) struct Last {
    /// The attempt.
    pub(crate) tried: Tried,
    /// Whether all that decided it is still the same.
    pub(crate) holds: bool,
}

/// An attempt as it is kept.
#[derive(Serialize, Deserialize)]
struct CacheFile {
    inputs: Inputs,
    further: Further,
    tried: Tried,
}

impl Cache {
    /// The cache of a workspace.
    pub(crate) fn new(workspace: &Workspace) -> Self {
        Self { scratch: workspace.scratch() }
    }

    /// The attempt that these inputs led to, if it is remembered and still holds.
    pub(crate) fn recall(&self, step: &Step, inputs: &Inputs) -> Option<Tried> {
        self.last(step, inputs).filter(|last| last.holds).map(|last| last.tried)
    }

    /// The last attempt that is remembered, also where other inputs than these led to it.
    pub(crate) fn last(&self, step: &Step, inputs: &Inputs) -> Option<Last> {
        let kept: CacheFile = serde_json::from_slice(&own_files::read(&self.file(step))?).ok()?;
        Some(Last { holds: kept.inputs == *inputs && kept.further.holds(), tried: kept.tried })
    }

    /// Remembers an attempt, and what the compiler read for it.
    pub(crate) fn remember(&self, step: &Step, inputs: Inputs, read: Read, tried: &Tried) {
        let kept = CacheFile { further: Further::of(read, &inputs), inputs, tried: tried.clone() };
        // Without it the next grade takes longer and is no other.
        let _ = self.write(step, &kept);
    }

    fn write(&self, step: &Step, kept: &CacheFile) -> io::Result<()> {
        own_files::replace(&self.scratch, &self.file(step), &serde_json::to_vec(kept)?)
    }

    fn file(&self, step: &Step) -> PathBuf {
        self.scratch.join("attempts").join(format!("{}.json", step.folder_name()))
    }
}
