//! Built programs that are kept, each under a name that holds the key of all that it was built from.
//!
//! Whatever is not there is built again, and what cannot be kept is no fault.

use std::path::{Path, PathBuf};

use course::Step;
use fs_err as fs;

use super::inputs::{Further, Inputs};
use super::own_files;
use super::run_folder::locked;
use crate::workspace::Workspace;

/// The programs of a step that are kept in one folder, one of each kind.
#[derive(Debug)]
pub struct Programs {
    scratch: PathBuf,
    folder: PathBuf,
}

/// What is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A stage's program, with the solution and all mistakes.
    Stage,
    /// A stage's library, kept until its program is built.
    StageLibrary,
    /// The program of the student's code.
    Student,
    /// The program of the solution alone.
    Solution,
}

impl Kind {
    /// How the name of such a file begins.
    fn prefix(self) -> &'static str {
        match self {
            Kind::Stage => "program-",
            Kind::StageLibrary => "library-",
            Kind::Student => "student-",
            Kind::Solution => "solution-",
        }
    }
}

impl Programs {
    /// The programs of a step's own code, which its experiments run.
    pub fn of_step(workspace: &Workspace, step: &Step) -> Self {
        Self::new(workspace, workspace.scratch().join("programs").join(step.folder_name()))
    }

    /// The programs kept in this folder.
    pub fn new(workspace: &Workspace, folder: PathBuf) -> Self {
        Self { scratch: workspace.scratch(), folder }
    }

    /// Links the program with this key to a path. Returns whether there was one.
    pub fn take(&self, kind: Kind, key: &str, to: &Path) -> bool {
        link(&self.file(kind, key), to).is_ok()
    }

    /// Keeps a program in place of any other of its kind.
    pub fn put(&self, kind: Kind, key: &str, from: &Path) {
        let _ = own_files::create_folder(&self.scratch, &self.folder);
        // Another grader may be about to do the same.
        let _turn = locked(&self.scratch, &self.folder.join("lock"));
        self.remove(kind);
        let _ = link(from, &self.file(kind, key));
    }

    /// Keeps the program of the student's code, and what the compiler read for it beyond its inputs.
    pub fn put_student(&self, inputs: &Inputs, further: &Further, program: &Path) {
        self.put(Kind::Student, &inputs.in_short(), program);
        // Without it the program is built again.
        let further = serde_json::to_vec(further).unwrap_or_default();
        let _ = own_files::replace(&self.scratch, &self.further(), &further);
    }

    /// Links the program of the student's code to a path, if it still holds. Returns whether it does.
    pub fn take_student(&self, inputs: &Inputs, to: &Path) -> bool {
        let further = || serde_json::from_slice::<Further>(&own_files::read(&self.further())?).ok();
        further().is_some_and(|further| further.holds()) && self.take(Kind::Student, &inputs.in_short(), to)
    }

    fn further(&self) -> PathBuf {
        self.folder.join("further.json")
    }

    /// Removes all programs of a kind. Those in use have links of their own.
    pub fn remove(&self, kind: Kind) {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(kind.prefix())) {
            let _ = fs::remove_file(entry.path());
        }
    }

    fn file(&self, kind: Kind, key: &str) -> PathBuf {
        self.folder.join(format!("{}{key}", kind.prefix()))
    }
}

/// Makes a hard link, or a copy if the file system has no hard links.
fn link(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::hard_link(from, to).or_else(|_| {
        let draft = to.with_extension("draft");
        fs::copy(from, &draft)?;
        fs::rename(&draft, to)
    })
}
