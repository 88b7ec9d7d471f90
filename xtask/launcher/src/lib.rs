//! The programs of this course, `xtask` and those that it hands over to: builds one where it is not up to date, with
//! cargo's own words for a person to see, and becomes it.
//!
//! `cargo run` alone is silent, or says the same two lines at each grade. And to ask cargo a second time whether all is
//! built would cost each grade another 50 ms, so whether a program is up to date is decided here ([`Program::is_current`]).

mod program;

use std::collections::hash_map::DefaultHasher;
use std::env;
use std::ffi::OsString;
use std::hash::{Hash, Hasher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

pub use program::{Failure, Program};

/// The variable that tells a program which course it belongs to.
const COURSE: &str = "XTASK_COURSE";

/// The folder of the course that the running program belongs to. Compiled in it would be the one from before a move, or
/// the original of a copy: cargo does not compile anew for that.
pub fn course() -> PathBuf {
    let compiled_in = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    env::var_os(COURSE).map_or_else(compiled_in, PathBuf::from)
}

/// Becomes the program of this name, which is a package of the course, with these arguments: built before where it is not
/// up to date. Returns only where that failed, and has said why by then; the exit code is 2.
pub fn become_program(course: &Path, name: &str, arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let program = Program::new(course, name);
    let failure = match program.bring_up_to_date() {
        Ok(()) => {
            let mut command = Command::new(program.path());
            command.args(arguments).env(COURSE, course);
            Failure::Start(program.path().to_owned(), become_command(&mut command))
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

/// The folder in which cargo builds for a course: the one that cargo itself would take. Of a folder that courses share,
/// it is a part of this course's own: cargo tells packages apart by their names and would take one clone's for another's.
pub fn target_folder(course: &Path) -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR").filter(|folder| !folder.is_empty()) {
        None => course.join("target"),
        Some(shared) => {
            let mut hasher = DefaultHasher::new();
            course.to_string_lossy().hash(&mut hasher);
            course.join(shared).join(format!("course-{:016x}", hasher.finish()))
        }
    }
}

/// Runs a command in the place of this process; returns why it could not be started.
#[cfg(unix)]
fn become_command(command: &mut Command) -> io::Error {
    std::os::unix::process::CommandExt::exec(command)
}

#[cfg(windows)]
fn become_command(command: &mut Command) -> io::Error {
    match command.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(2)),
        Err(error) => error,
    }
}
