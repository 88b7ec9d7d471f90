//! What the launcher tells this program by variables: the course that it belongs to, and where cargo builds for that.
//! The launcher also starts another program of the course, in the place of this one.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use grader::{Error, Result};

/// The variables (see `xtask/start/launcher/src/main.rs`): the course, the folder in which cargo builds for it, the launcher
/// itself, and which program it is to start.
const COURSE: &str = "XTASK_COURSE";
const TARGET: &str = "XTASK_TARGET";
const LAUNCHER: &str = "XTASK_LAUNCHER";
const PROGRAM: &str = "XTASK_PROGRAM";

/// A file that every course has, and hardly another folder.
const MARK: &str = "xtask/start/Cargo.toml";

/// The folder of the course that this program belongs to. A compiled-in path would be wrong after a move or a copy,
/// because cargo does not recompile then.
pub fn course() -> PathBuf {
    let compiled_in = || Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("")).to_owned();
    env::var_os(COURSE).map_or_else(compiled_in, PathBuf::from)
}

/// The course for a command that names none.
///
/// # Errors
/// If the working folder is in another course: somebody has called the program of another clone, or has copied a clone
/// together with what was built in it. Whoever starts the program there means that course.
pub fn course_meant() -> Result<PathBuf> {
    let of_program = course();
    let is_course = |folder: &&Path| folder.join(MARK).is_file();
    let here = env::current_dir().ok().and_then(|folder| folder.ancestors().find(is_course).map(Path::to_owned));
    match here {
        Some(here) if !is_same(&here, &of_program) => Err(Error::Program(format!(
            "this program is the one of the course in {}, and you are in {}; call `cargo xtask` there",
            of_program.display(),
            here.display()
        ))),
        _ => Ok(of_program),
    }
}

/// The folder in which cargo builds for a course.
pub fn target_folder(course: &Path) -> PathBuf {
    let own = self::course();
    match env::var_os(TARGET).map(PathBuf::from).filter(|_| is_same(course, &own)) {
        // The course may be called by another path here.
        Some(target) => target.strip_prefix(own).map(|within| course.join(within)).unwrap_or(target),
        None => course.join("target"),
    }
}

/// Becomes another program of the course, with the arguments of this one. Returns only if this fails, or on Windows,
/// with its exit code.
///
/// # Errors
/// If the launcher cannot be started.
pub fn become_program(name: &str) -> Result<ExitCode> {
    let Some(launcher) = env::var_os(LAUNCHER) else {
        let message =
            "this program was not started by `cargo xtask`, which alone can start the program for this command";
        return Err(Error::Program(message.to_owned()));
    };
    let mut command = Command::new(&launcher);
    command.args(env::args_os().skip(1)).env(PROGRAM, name);
    become_command(&mut command)
        .map_err(|error| Error::Program(format!("{} cannot be started: {error}", Path::new(&launcher).display())))
}

#[cfg(unix)]
fn become_command(command: &mut Command) -> std::io::Result<ExitCode> {
    Err(std::os::unix::process::CommandExt::exec(command))
}

/// Waits for the command, which handles Ctrl-C itself.
#[cfg(windows)]
fn become_command(command: &mut Command) -> std::io::Result<ExitCode> {
    grader::Interrupt::default().raise_on_ctrl_c()?;
    let code = command.status()?.code().and_then(|code| u8::try_from(code).ok());
    Ok(ExitCode::from(code.unwrap_or(2)))
}

fn is_same(one: &Path, other: &Path) -> bool {
    one.canonicalize().ok() == other.canonicalize().ok()
}
