//! Built programs that are kept, each under a name that holds the key of all that it was built from.
//!
//! Whatever is not there is built again, and what cannot be kept is no fault.

use std::path::{Path, PathBuf};

use fs_err as fs;

use super::own_files;
use crate::workspace::Workspace;

/// The programs of a step that are kept in one folder, one of each kind.
#[derive(Debug)]
pub(crate) struct Programs {
    scratch: PathBuf,
    folder: PathBuf,
}

/// What is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A stage's program, with the solution and all mistakes.
    Stage,
    /// The library of that, while its program is not built.
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
    /// Those in a folder of the grader's own.
    pub(crate) fn new(workspace: &Workspace, folder: PathBuf) -> Self {
        Self { scratch: workspace.scratch(), folder }
    }

    /// Puts the program of this key at a path; whether there is one.
    pub(crate) fn take(&self, kind: Kind, key: &str, to: &Path) -> bool {
        link(&self.file(kind, key), to).is_ok()
    }

    /// Keeps a program in place of any other of its kind.
    pub(crate) fn put(&self, kind: Kind, key: &str, from: &Path) {
        let _ = own_files::create_folder(&self.scratch, &self.folder);
        self.remove(kind);
        let _ = link(from, &self.file(kind, key));
    }

    /// Keeps none of a kind. Whoever uses one has a link of its own.
    pub(crate) fn remove(&self, kind: Kind) {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(kind.prefix())) {
            let _ = fs::remove_file(entry.path());
        }
    }

    fn file(&self, kind: Kind, key: &str) -> PathBuf {
        self.folder.join(format!("{}{key}", kind.prefix()))
    }
}

/// Another name for a file or, where the file system knows only one for each, a copy.
fn link(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::hard_link(from, to).or_else(|_| {
        let draft = to.with_extension("draft");
        fs::copy(from, &draft)?;
        fs::rename(&draft, to)
    })
}
