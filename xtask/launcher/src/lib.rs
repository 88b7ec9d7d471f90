//! Starts the programs of this course: `xtask`, and those that it hands over to. If a program is not up to date, it is
//! built first, with its progress on the screen; then this process becomes it.
//!
//! `cargo run` alone is silent or prints the same two lines at each grade. Asking cargo a second time whether
//! everything is built would cost each grade another 50 ms, and cargo goes by time stamps, which an archive or a copy
//! can set back. So this library alone decides whether a program is up to date, by the content of all the files that it
//! was built from.

mod cargo;
mod contents;
mod lock;
mod notes;
mod own;
mod program;
mod progress;
mod times;

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use lock::Lock;
use program::Program;

/// The variable that tells a program which course it belongs to.
const COURSE: &str = "XTASK_COURSE";

/// The whole of a program that `cargo run` starts: makes sure that the program `xtask` is up to date, and becomes it.
pub fn main() -> ExitCode {
    // As cargo says now: where checkouts share a target folder, this very program may be another one's.
    let manifest = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let course =
        manifest.as_deref().and_then(|manifest| manifest.ancestors().nth(2)).map_or_else(course, Path::to_owned);
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    own::renew_launcher(&course, &arguments);
    become_program(&course, "xtask", arguments)
}

/// The folder of the course that the running program belongs to. Compiled in it would be the one from before a move, or
/// the original of a copy: cargo does not compile anew for that.
pub fn course() -> PathBuf {
    let compiled_in = || Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new("")).to_owned();
    env::var_os(COURSE).map_or_else(compiled_in, PathBuf::from)
}

/// The same, for whoever works in it by default.
///
/// # Errors
/// If the working folder is in another course: who has started the program there means that one.
pub fn course_meant() -> Result<PathBuf, OtherCourse> {
    let own = course();
    let is_course = |folder: &&Path| folder.join(own::START).is_file();
    let here = env::current_dir().ok().and_then(|folder| folder.ancestors().find(is_course).map(Path::to_owned));
    match here {
        Some(here) if here.canonicalize().ok() != own.canonicalize().ok() => Err(OtherCourse { own, here }),
        _ => Ok(own),
    }
}

/// A program is not the one of the course in whose folder it was started: somebody has called the file of another clone, or
/// copied a clone with what was built in it.
#[derive(Debug)]
pub struct OtherCourse {
    own: PathBuf,
    here: PathBuf,
}

impl fmt::Display for OtherCourse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (own, here) = (self.own.display(), self.here.display());
        write!(f, "this program is the one of the course in {own}, and you are in {here}; call `cargo xtask` there")
    }
}

/// Becomes the program of this name, a package of the course, with these arguments. Builds it first if it is not up to
/// date. Returns only if that failed, after it has said why; the exit code is 2.
pub fn become_program(course: &Path, name: &str, arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let failure = match Program::new(course, name).bring_up_to_date() {
        Ok((path, lock)) => {
            let mut command = Command::new(&path);
            command.args(arguments).env(COURSE, course).env_remove(own::RENEWED);
            Failure::Start(path, become_command(&mut command, Some(lock)))
        }
        Err(failure) => failure,
    };
    // Where standard error has gone, the exit code alone must do; cargo has said itself what keeps it from building.
    let _ = match failure {
        Failure::Build => Ok(()),
        failure => writeln!(io::stderr(), "error: {failure}"),
    };
    ExitCode::from(2)
}

/// The folder in which cargo builds for a course: the one that cargo itself would take. In a folder that courses share it
/// is a subfolder for this course alone: cargo tells packages apart by their names, and would take one clone's for those
/// of another.
pub fn target_folder(course: &Path) -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR").filter(|folder| !folder.is_empty()) {
        None => course.join("target"),
        Some(shared) => {
            let name = contents::hash(course.to_string_lossy().as_bytes());
            course.join(shared).join(format!("course-{name:016x}"))
        }
    }
}

/// Why a program could not be started.
#[derive(Debug)]
enum Failure {
    /// Cargo could not build it, and has said why.
    Build,
    /// Cargo would take its folder's name for a pattern.
    Pattern(PathBuf),
    /// Cargo could not be started.
    NoCargo(io::Error),
    /// Cargo has not said where it lies.
    NoProgram,
    /// It lies there and could not be started.
    Start(PathBuf, io::Error),
    /// What is to be remembered of its build could not be written.
    Note(PathBuf, io::Error),
    /// A source has changed, and could not be given a new time.
    Renew(PathBuf, io::Error),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Build => write!(f, "cargo could not build the program"),
            Self::Pattern(course) => write!(
                f,
                "cargo cannot build in a folder whose path contains `[` or `]`, as that of {} does; put the course into \
                 another one",
                course.display()
            ),
            Self::NoCargo(error) => write!(
                f,
                "cargo could not be started: {error}; install Rust from https://rustup.rs and make sure that `cargo` is \
                 on the PATH"
            ),
            Self::NoProgram => write!(
                f,
                "cargo has built, but has not said where the program is; move the course to a folder whose path has \
                 ordinary letters"
            ),
            Self::Start(path, error) => write!(f, "{} could not be started: {error}", path.display()),
            Self::Note(path, error) => write!(f, "{} could not be written: {error}", path.display()),
            Self::Renew(path, error) => write!(
                f,
                "cargo would not notice that {} has changed, because its time could not be set: {error}; check that you \
                 own the file",
                path.display()
            ),
        }
    }
}

/// Runs a command in the place of this process, and so lets go of the lock; returns why it could not be started.
#[cfg(unix)]
fn become_command(command: &mut Command, _lock: Option<Lock>) -> io::Error {
    std::os::unix::process::CommandExt::exec(command)
}

/// The nearest thing on Windows: runs the command as a child, and ends with its exit code.
#[cfg(windows)]
fn become_command(command: &mut Command, lock: Option<Lock>) -> io::Error {
    /// How a program ends that does not handle Ctrl-C itself.
    const CONTROL_C_EXIT: i32 = 0xC000_013A_u32 as i32;
    // Ctrl-C reaches all programs of the console. The child ends itself, and this process has to wait for that.
    let _ = ctrlc::set_handler(|| {});
    let ended = command.spawn().and_then(|mut child| {
        drop(lock);
        child.wait()
    });
    match ended {
        Ok(status) => std::process::exit(match status.code() {
            Some(CONTROL_C_EXIT) => 130,
            code => code.unwrap_or(2),
        }),
        Err(error) => error,
    }
}
