//! What `cargo xtask` runs: it starts the programs of this course, `xtask` and those that `xtask` hands over to. If a
//! program is not up to date, it is first built, with its progress on the screen; then this process becomes that program.
//!
//! `cargo run` alone is either silent or prints the same two lines at each grade. To ask cargo a second time whether
//! everything is built would cost each grade another 50 ms, and cargo goes by time stamps, which an archive or a copy
//! can set back. So the launcher decides whether a program is up to date, by the content of all files that it was built
//! from.
//!
//! It is compiled before anything can be shown, so it is small and depends on nothing. That is why it has its own
//! progress line, although the grader has one, too.

mod cargo;
mod contents;
mod lock;
mod notes;
mod packages;
mod program;
mod progress;
mod renew;
mod times;

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use lock::Lock;
use program::Program;

/// The variables that tell a program which course it belongs to, where cargo builds for it, and who can start another
/// program (see `xtask/src/launched.rs`).
const COURSE: &str = "XTASK_COURSE";
const TARGET: &str = "XTASK_TARGET";
const LAUNCHER: &str = "XTASK_LAUNCHER";

/// The variable by which a program says which one it hands over to.
const PROGRAM: &str = "XTASK_PROGRAM";

/// Makes sure that the program is up to date, and becomes it.
fn main() -> ExitCode {
    // As cargo says now: if checkouts share a target folder, this program may have been built for another one.
    let manifest = env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    let course = manifest.ancestors().find(|folder| folder.ends_with("xtask")).and_then(Path::parent);
    let course = course.unwrap_or(Path::new(""));
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    renew::renew_launcher(course, &arguments);
    become_program(course, &program_asked_for(), arguments)
}

/// The program that one of this launcher's programs hands over to, or `xtask`. Without such a program, the variable that
/// says so comes from elsewhere.
fn program_asked_for() -> String {
    let is_of_here = env::var_os(LAUNCHER).is_some_and(|asker| env::current_exe().is_ok_and(|own| own == asker));
    env::var(PROGRAM).ok().filter(|_| is_of_here).unwrap_or_else(|| "xtask".to_owned())
}

/// Becomes the program with this name, a package of the course, with these arguments. Builds it first if it is not up
/// to date. Returns only if this fails, with exit code 2, after it has printed why.
fn become_program(course: &Path, name: &str, arguments: Vec<OsString>) -> ExitCode {
    let failure = match Program::new(course, name).bring_up_to_date() {
        Ok((path, lock)) => {
            let mut command = Command::new(&path);
            command.args(arguments).env_remove(PROGRAM).env_remove(renew::RENEWED);
            command.env(COURSE, course).env(TARGET, target_folder(course));
            if let Ok(launcher) = env::current_exe() {
                command.env(LAUNCHER, launcher);
            }
            Failure::Start(path, become_command(&mut command, Some(lock)))
        }
        Err(failure) => failure,
    };
    // If standard error is gone, the exit code must do.
    let _ = writeln!(io::stderr(), "error: {failure}");
    ExitCode::from(2)
}

/// The folder in which cargo builds for a course: the one that cargo itself would use. In a folder that several courses
/// share, it is a subfolder for this course alone, because cargo tells packages apart by their names and would confuse
/// those of two clones.
fn target_folder(course: &Path) -> PathBuf {
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
    /// Cargo could not build the program of this name, and has printed why.
    Build(String),
    /// Cargo would take the name of the folder for a pattern.
    Pattern(PathBuf),
    /// Cargo could not be started.
    NoCargo(io::Error),
    /// Cargo has not said where the program is.
    NoProgram,
    /// The program could not be started.
    Start(PathBuf, io::Error),
    /// A note about the build could not be written.
    Note(PathBuf, io::Error),
    /// A source has changed, and its time could not be set.
    Renew(PathBuf, io::Error),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Build(program) => write!(
                f,
                "cargo could not build the program `{program}`, and none of your code was judged; put right what cargo \
                 names above, or undo your last change to it"
            ),
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

/// Runs a command in place of this process, which also releases the lock. Returns why it could not be started.
#[cfg(unix)]
fn become_command(command: &mut Command, _lock: Option<Lock>) -> io::Error {
    std::os::unix::process::CommandExt::exec(command)
}

/// The closest equivalent on Windows: runs the command as a child, and ends with its exit code.
#[cfg(windows)]
fn become_command(command: &mut Command, lock: Option<Lock>) -> io::Error {
    /// The exit code of a program that does not handle Ctrl-C.
    const CONTROL_C_EXIT: i32 = 0xC000_013A_u32 as i32;
    // Ctrl-C reaches all programs of the console. The child ends itself, and this process must wait for it.
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
