//! Remembers the result of building and running a step, by the content of everything that decides it.
//!
//! An attempt still holds if all of its [`Inputs`], and every other file and variable that the compiler read, are the
//! same to the byte. An entry that cannot be read is forgotten, and a cache that cannot be written is not an error.

use std::io;
use std::path::PathBuf;

use course::Step;
use serde::{Deserialize, Serialize};

use super::inputs::{DepInfo, Further, Inputs, all_in, hash_of};
use super::{Tried, own_files};
use crate::workspace::Workspace;

/// Where attempts are kept.
#[derive(Debug)]
pub struct Cache {
    scratch: PathBuf,
}

/// What identifies a kept attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity(String);

/// What is known of an attempt that is kept.
#[derive(Debug, Clone)]
pub struct Kept {
    /// What identifies it.
    pub identity: Identity,
    /// What decided it, beside its inputs.
    pub further: Further,
}

/// The last remembered attempt at a step, not yet read.
#[derive(Debug)]
pub struct Last {
    /// Whether everything that decided it is still the same.
    pub holds: bool,
    /// What is known of it.
    pub kept: Kept,
    text: Vec<u8>,
}

impl Last {
    /// The attempt.
    pub fn tried(self) -> Option<Tried> {
        let tried: Tried = serde_json::from_slice(&self.text).ok()?;
        Some(Tried { kept: Some(self.kept), ..tried })
    }
}

/// The first line of a cache file: what decided the attempt. The second line, the attempt, is parsed only when
/// needed.
#[derive(Serialize, Deserialize)]
struct DecidedBy {
    inputs: Inputs,
    further: Further,
}

impl DecidedBy {
    fn holds(&self, inputs: &Inputs) -> bool {
        self.inputs == *inputs && self.further.holds()
    }
}

impl Cache {
    /// The cache of a workspace.
    pub fn new(workspace: &Workspace) -> Self {
        Self { scratch: workspace.scratch() }
    }

    /// The attempt that these inputs led to, if it is remembered and still holds.
    pub fn recall(&self, step: &Step, inputs: &Inputs) -> Option<Tried> {
        self.last(step, inputs).filter(|last| last.holds)?.tried()
    }

    /// The last remembered attempt, even if other inputs than these led to it.
    pub fn last(&self, step: &Step, inputs: &Inputs) -> Option<Last> {
        let mut text = own_files::read(&self.file(step))?;
        let identity = Identity(hash_of(&text));
        let end = text.iter().position(|&byte| byte == b'\n')?;
        let decided_by: DecidedBy = serde_json::from_slice(&text[..end]).ok()?;
        text.drain(..=end);
        let holds = decided_by.holds(inputs);
        Some(Last { holds, kept: Kept { identity, further: decided_by.further }, text })
    }

    /// Whether the last attempt at a step still holds.
    pub fn holds(&self, step: &Step, inputs: &Inputs) -> bool {
        self.last(step, inputs).is_some_and(|last| last.holds)
    }

    /// Remembers an attempt, and what the compiler read for it.
    pub fn remember(&self, step: &Step, inputs: Inputs, read: DepInfo, tried: Tried) -> Tried {
        let decided_by = DecidedBy { further: Further::of(read, &inputs), inputs };
        // Without the file, the next grade takes longer but has the same result.
        let identity = self.write(step, &decided_by, &tried).ok();
        Tried { kept: identity.map(|identity| Kept { identity, further: decided_by.further }), ..tried }
    }

    fn write(&self, step: &Step, decided_by: &DecidedBy, tried: &Tried) -> io::Result<Identity> {
        let text = [serde_json::to_vec(decided_by)?, serde_json::to_vec(tried)?].join(&b'\n');
        own_files::replace(&self.scratch, &self.file(step), &text)?;
        Ok(Identity(hash_of(&text)))
    }

    /// A hash of all that is remembered; nothing if nothing is.
    pub fn in_short(&self) -> Option<String> {
        all_in(&self.folder())
    }

    fn file(&self, step: &Step) -> PathBuf {
        self.folder().join(format!("{}.json", step.folder_name()))
    }

    fn folder(&self) -> PathBuf {
        self.scratch.join("attempts")
    }
}
