//! Where a grader works and what it allows. A program takes these settings from its arguments and its environment
//! once, when it starts.

use std::path::{Path, PathBuf};
use std::time::Duration;

use course::at_once::cores;
use course::{Course, Error, Reader, Result};
use process::{Bounds, Interrupt};

/// A workspace folder in which a course is graded.
#[derive(Debug, Clone)]
pub struct Workspace {
    root: PathBuf,
    target: PathBuf,
    limits: Limits,
    interrupt: Interrupt,
}

/// What one of a student's programs, or the compiler at work on it, may use.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How many programs compute at once: as many as the machine has cores, so that each has one.
    pub at_once: usize,
    /// What a case may use, with all its trials.
    pub case: Bounds,
    /// What a run of an experiment may use: somebody waits for its picture.
    pub experiment: Bounds,
    /// What the compiler may use on one crate.
    pub compiler: Bounds,
    /// How long, by the wall clock, a grade may try what two mistakes at once answer.
    pub pairs: Duration,
    /// How many bytes are kept of what a case prints: so many of its beginning, and so many of its end.
    pub printed: usize,
    /// How many bytes of a case's answers are read.
    pub answers: u64,
}

impl Default for Limits {
    fn default() -> Self {
        const MEMORY: u64 = 2 << 30;
        const FILE: u64 = 1 << 30;
        const PROCESSES: usize = 64;
        // If no CPU time is measured, only the wall clock ends a loop.
        const FAR_BEHIND: u64 = if cfg!(unix) { 12 } else { 3 };
        let bounds = |cpu, idle| Bounds {
            cpu: Duration::from_secs(cpu),
            wall: Duration::from_secs(cpu * FAR_BEHIND),
            idle: Duration::from_secs(idle),
            memory: MEMORY,
            file: FILE,
            processes: PROCESSES,
        };
        Self {
            at_once: cores(),
            case: bounds(5, 10),
            experiment: bounds(1, 2),
            compiler: bounds(20, 30),
            // Ending what is under way, and reporting again, takes the rest of two seconds.
            pairs: Duration::from_millis(1_700),
            printed: 16 << 10,
            answers: 16 << 20,
        }
    }
}

impl Workspace {
    /// The workspace in a folder. `target` returns the folder into which cargo builds for a workspace.
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

    /// What programs may use.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// What ends a grade early.
    pub fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }

    /// The same workspace with another interrupt.
    pub fn with_interrupt(&self, interrupt: Interrupt) -> Self {
        Self { interrupt, ..self.clone() }
    }

    /// Reads the course in this folder.
    ///
    /// # Errors
    /// If a file of the course has an error, or there are no steps yet.
    pub fn course(&self) -> Result<Course> {
        with_steps(self.course_without_steps()?)
    }

    /// The same, by somebody who may have read this course before.
    ///
    /// # Errors
    /// As [`Workspace::course`].
    pub fn course_by(&self, reader: &mut Reader) -> Result<Course> {
        with_steps(reader.read()?)
    }

    /// The same, where a course without steps will do, too.
    ///
    /// # Errors
    /// If a file of the course has an error.
    pub fn course_without_steps(&self) -> Result<Course> {
        Course::load(&self.root)
    }
}

fn with_steps(course: Course) -> Result<Course> {
    if course.steps.is_empty() && course.faulty.is_empty() { Err(Error::NoSteps) } else { Ok(course) }
}

/// Ends the work of whoever asks, if an interrupt was raised.
///
/// # Errors
/// [`Interrupted`](Error::Interrupted), if it was raised.
pub fn check_interrupt(interrupt: &Interrupt) -> Result<()> {
    if interrupt.is_raised() { Err(Error::Interrupted) } else { Ok(()) }
}

/// A folder's one path, as cargo names files below it.
pub fn canonical(folder: &Path) -> Result<PathBuf> {
    let path = fs_err::canonicalize(folder)?;
    // Windows has a long form of a path, which cargo does not use.
    let short = path.to_str().and_then(|path| path.strip_prefix(r"\\?\")).map(PathBuf::from);
    Ok(short.unwrap_or(path))
}
