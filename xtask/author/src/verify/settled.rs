//! Remembers the steps that left nothing to complain about. Their texts are not read again, and their answers not judged,
//! as long as all that decides them is the same to the byte: most of a verify goes into the known mistakes, each judged
//! against all.

use std::path::PathBuf;

use fs_err as fs;
use grader::Workspace;
use grader::course::Step;
use serde::{Deserialize, Serialize};

use super::Findings;
use crate::recording::Sources;

/// What was found of a step's texts and answers, and when that holds.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Settled {
    /// All that decides it, as it was before anything was read.
    content: String,
    /// How many known mistakes there are, and how many of them differ from every other; nothing if they are to be
    /// looked at.
    mistakes: Option<(usize, usize)>,
}

impl Settled {
    /// Whether nothing has changed since a check that found no fault and nothing to do.
    pub(super) fn holds(&self) -> bool {
        self.mistakes.is_some()
    }
}

/// Recalls for each step what was found of it, if that still holds.
pub(super) fn recall(workspace: &Workspace, all: &mut [Findings<'_>]) {
    let contents = contents(workspace, all);
    for (findings, content) in all.iter_mut().zip(contents) {
        let text = fs::read(file(workspace, findings.step)).unwrap_or_default();
        let kept: Option<Settled> = serde_json::from_slice(&text).ok();
        findings.settled = match kept.filter(|kept| kept.content == content) {
            Some(kept) => kept,
            None => Settled { content, mistakes: None },
        };
        findings.mistakes = findings.settled.mistakes.unwrap_or_default();
    }
}

impl Findings<'_> {
    /// Remembers that the texts and answers of the step are as they should be, if they are, if the answers are always the
    /// same, and if no file has changed while they were looked at.
    pub(super) fn settle(&self, workspace: &Workspace, sources: &Sources<'_>) {
        let is_sound = self.faults.is_empty() && self.to_do.is_empty() && workspace.remembers(&sources.stage());
        let now = || workspace.contents_of(&[self.step]).pop();
        if is_sound && now().as_ref() == Some(&self.settled.content) {
            let settled = Settled { content: self.settled.content.clone(), mistakes: Some(self.mistakes) };
            // What cannot be kept is checked again.
            let _ = keep(workspace, self.step, &settled);
        }
    }
}

fn contents(workspace: &Workspace, all: &[Findings<'_>]) -> Vec<String> {
    workspace.contents_of(&all.iter().map(|findings| findings.step).collect::<Vec<_>>())
}

/// Writes it beside its place and moves it there, so that nobody reads half of it.
fn keep(workspace: &Workspace, step: &Step, settled: &Settled) -> std::io::Result<()> {
    let file = file(workspace, step);
    let folder = file.with_file_name("");
    fs::create_dir_all(&folder)?;
    let draft = tempfile::NamedTempFile::new_in(&folder)?;
    fs::write(draft.path(), serde_json::to_vec(settled)?)?;
    draft.persist(&file)?;
    Ok(())
}

fn file(workspace: &Workspace, step: &Step) -> PathBuf {
    workspace.target().join("grader").join("verified").join(format!("{}.json", step.folder_name()))
}
