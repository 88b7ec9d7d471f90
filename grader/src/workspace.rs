//! Where a grader works and what it allows: settings that a program takes from its arguments and its environment once, at
//! its edge. What is done with them is in [`grade`](mod@crate::grade).

use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::course::Course;
use crate::error::Result;
use crate::process::Interrupt;

/// A workspace folder in which a course is graded.
#[derive(Debug, Clone)]
pub struct Workspace {
    root: PathBuf,
    target: PathBuf,
    limits: Limits,
    interrupt: Interrupt,
}

/// What a case may use.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How many cases of a student's run at once.
    pub at_once: usize,
    /// How long each may run.
    pub time: Duration,
    /// How many bytes of each one's prints are kept.
    pub printed: usize,
    /// How many bytes of each one's answers are read.
    pub answers: u64,
}

impl Default for Limits {
    /// For a student's code: more at once than a course has cases that could wait for their limit, so that all wait
    /// together.
    fn default() -> Self {
        Self { at_once: 64, time: Duration::from_secs(5), printed: 16 << 10, answers: 16 << 20 }
    }
}

impl Limits {
    /// For code that comes to its end, as the course's own does: no more at once than the machine has cores for, so that
    /// each has the time that it would have alone.
    pub fn for_own_code(self) -> Self {
        Self { at_once: thread::available_parallelism().map_or(2, usize::from), ..self }
    }
}

impl Workspace {
    /// The workspace in a folder. `target` says where cargo is to put what it builds for a workspace.
    ///
    /// # Errors
    /// If the folder does not exist.
    pub fn new(root: &Path, target: impl FnOnce(&Path) -> PathBuf) -> Result<Self> {
        let root = canonical(root)?;
        let target = target(&root);
        Ok(Self { root, target, limits: Limits::default(), interrupt: Interrupt::default() })
    }

    /// Its folder, as cargo names it.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where cargo puts what it builds.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// The folder for the grader's own files.
    pub fn scratch(&self) -> PathBuf {
        self.target.join("grader")
    }

    /// What a case may use.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// What ends a grade before its time.
    pub fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }

    /// Reads the course that lies here.
    ///
    /// # Errors
    /// If a file of the course is not as it should be.
    pub fn course(&self) -> Result<Course> {
        Course::load(&self.root)
    }
}

/// A folder's one path, as cargo names files below it.
fn canonical(folder: &Path) -> Result<PathBuf> {
    let path = fs_err::canonicalize(folder)?;
    // Windows' own long form of a path is one that cargo does not use.
    let short = path.to_str().and_then(|path| path.strip_prefix(r"\\?\")).map(PathBuf::from);
    Ok(short.unwrap_or(path))
}
