//! Remembers what came of building and running a step, by the content of all that decides it.
//!
//! Only the attempt is kept, never a verdict: judging costs next to nothing and is done anew each time. An attempt holds
//! again when all of its [`Inputs`] and every further file that the compiler read are the same to the byte. Whatever cannot
//! be read back is forgotten, and a cache that cannot be written is no fault.

use std::path::{Path, PathBuf};

use fs_err as fs;
use serde::{Deserialize, Serialize};

use super::Attempt;
use super::compile::CompilerError;
use super::inputs::{Files, Inputs, content_of};
use super::run_folder::RunFolder;
use crate::course::Step;
use crate::workspace::Workspace;

/// Where attempts are kept.
#[derive(Debug)]
pub(crate) struct Cache<'a> {
    workspace: &'a Workspace,
    folder: PathBuf,
}

/// An attempt at a step as it lies, and what the compiler had to say of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Tried {
    /// The attempt.
    pub attempt: Attempt,
    /// The compiler's warnings.
    pub warnings: Vec<CompilerError>,
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
struct Kept {
    inputs: Inputs,
    /// Files outside of the step's folder that the compiler read as well.
    further: Files,
    tried: Tried,
}

impl<'a> Cache<'a> {
    /// The cache of a workspace.
    pub(crate) fn new(workspace: &'a Workspace) -> Self {
        Self { workspace, folder: workspace.scratch().join("attempts") }
    }

    /// The attempt that these inputs led to, if it is remembered and still holds.
    pub(crate) fn recall(&self, step: &Step, inputs: &Inputs) -> Option<Tried> {
        self.last(step, inputs).filter(|last| last.holds).map(|last| last.tried)
    }

    /// The last attempt that is remembered, also where other inputs than these led to it.
    pub(crate) fn last(&self, step: &Step, inputs: &Inputs) -> Option<Last> {
        let kept: Kept = serde_json::from_slice(&fs::read(self.file(step)).ok()?).ok()?;
        let unchanged = kept.further.iter().all(|(path, content)| content_of(path) == *content);
        Some(Last { tried: kept.tried, holds: kept.inputs == *inputs && unchanged })
    }

    /// Remembers an attempt, and the files that the compiler read for it.
    pub(crate) fn remember(&self, step: &Step, inputs: Inputs, read: &[PathBuf], tried: &Tried) {
        let further = read.iter().filter(|path| !inputs.has(path)).map(|path| (path.clone(), content_of(path)));
        let kept = Kept { further: further.collect(), inputs, tried: tried.clone() };
        // Without it the next grade takes longer and is no other.
        let _ = self.write(step, &kept);
    }

    fn write(&self, step: &Step, kept: &Kept) -> crate::Result<()> {
        fs::create_dir_all(&self.folder)?;
        // Renamed into place, so that another grade never reads half of it.
        let drafts = RunFolder::new(&self.workspace.scratch())?;
        let draft = drafts.path().join("draft");
        fs::write(&draft, serde_json::to_vec(kept).map_err(std::io::Error::from)?)?;
        Ok(fs::rename(&draft, self.file(step))?)
    }

    fn file(&self, step: &Step) -> PathBuf {
        self.folder.join(format!("{}.json", step.folder_name()))
    }
}

/// The files that a compiler's list of what it read names, in the form of a makefile's rule. A name is relative to the
/// folder in which the compiler was called.
pub(crate) fn files_read(list: &Path, folder: &Path) -> Option<Vec<PathBuf>> {
    let text = fs::read_to_string(list).ok()?;
    let (_, files) = text.lines().next()?.split_once(": ").or_else(|| text.lines().next()?.split_once(':'))?;
    // A blank in a name has a backslash before it.
    let files = files.replace("\\ ", "\0");
    Some(files.split_whitespace().map(|name| folder.join(name.replace('\0', " "))).collect())
}
