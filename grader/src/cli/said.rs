//! Remembers what a grade of the whole course has said, if every step passes or is not begun. While everything that
//! decides this is the same to the byte, the next grade says it again and does not even read the course.

use std::path::PathBuf;
use std::process::ExitCode;

use attempt::cache::Cache;
use attempt::inputs::{Further, Surroundings};
use attempt::own_files;
use attempt::workspace::Workspace;
use course::Result;
use serde::{Deserialize, Serialize};

use super::{GradeArgs, layout, note, print};

/// What a grade says.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Said {
    /// The report, as it is written to standard output.
    pub(super) report: String,
    /// The notes beside it.
    pub(super) notes: Vec<String>,
    /// The exit code.
    pub(super) code: u8,
}

impl Said {
    /// Says it.
    pub(super) fn say(&self) -> Result<ExitCode> {
        print(&self.report)?;
        self.notes.iter().for_each(|words| note(words));
        Ok(ExitCode::from(self.code))
    }
}

/// What a grade of the whole course is decided by, when it begins. What the compiler reads elsewhere comes to it.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Basis {
    /// How the report is written.
    form: String,
    /// A hash of the course, the tools and this program.
    course: String,
}

/// What a grade has said, as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    basis: Basis,
    further: Further,
    /// A hash of the attempts that were judged: somebody who deletes one wants another.
    attempts: Option<String>,
    said: Said,
}

impl Basis {
    /// As it is now; nothing if steps are named, or if not all of it can be found.
    pub(super) fn now(workspace: &Workspace, args: &GradeArgs) -> Option<Self> {
        if !args.steps.is_empty() {
            return None;
        }
        let form = format!("{:?} {:?} {:?}", args.format, args.part, layout());
        Some(Self { form, course: Surroundings::of(workspace).of_course()? })
    }

    /// What the last grade on this basis has said, if another one would say the same.
    pub(super) fn recall(&self, workspace: &Workspace) -> Option<Said> {
        let kept: Kept = serde_json::from_slice(&own_files::kept(&file(workspace))?).ok()?;
        let holds = kept.basis == *self && kept.further.holds() && kept.attempts == Cache::new(workspace).in_short();
        holds.then_some(kept.said)
    }

    /// Keeps what a grade has said that had this basis from its beginning to its end.
    pub(super) fn keep(self, workspace: &Workspace, further: Further, said: Said) {
        let kept = Kept { basis: self, further, attempts: Cache::new(workspace).in_short(), said };
        if let Ok(kept) = serde_json::to_vec(&kept) {
            // Without the file, the next grade takes longer but says the same.
            let _ = own_files::keep(&workspace.scratch(), &file(workspace), &kept);
        }
    }
}

fn file(workspace: &Workspace) -> PathBuf {
    workspace.scratch().join("said.json")
}
