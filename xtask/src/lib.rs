//! `cargo xtask …`: its command line, and the students' commands. They are in a library so that every program of the
//! course knows all commands: it runs its own, and leaves the others to [`run`].
//!
//! The programs `tui`, `lab`, `completions` and `author` are built when one of their commands is called, so a student
//! who only grades does not wait for them.

pub mod ask;
pub mod cli;
mod hint;
mod launched;
mod list;
mod overview;
mod own_file;
pub mod reset;
pub mod shell;
mod solution;
pub mod unfinished;
mod update;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use grader::cli::{exit_code_of, grade_command, note, print};
use grader::course::Edition;
use grader::{Result, serve};

use cli::{Cli, InstructorTask, StudentTask, Task};
pub use own_file::is_kept_copy;

/// The main function of a program of the course: reads its command line, runs the command, and reports an error.
pub fn program(run: impl FnOnce(&Cli) -> Result<ExitCode>) -> ExitCode {
    if let Some(code) = serve() {
        return code;
    }
    // Help is asked for before a folder can be named.
    let edition = Edition::of(&launched::course());
    let cli = Cli::from_command_line(edition, overview::overview(edition));
    exit_code_of(|| {
        if let Some(command) = cli.command_with_solutions() {
            Edition::of(&cli.course()?).allow(command)?;
        }
        // A step is a crate, so a command that makes or deletes one changes the file on purpose.
        let changes_crates = matches!(
            cli.task,
            Some(Task::Instructor(InstructorTask::New(_) | InstructorTask::Rename(_) | InstructorTask::Remove(_)))
        );
        let lock = if changes_crates { None } else { Some(LockFile::of(&cli.course()?)) };
        let code = run(&cli);
        lock.iter().for_each(LockFile::note_change);
        code
    })
}

/// The lock file of a course before a command. Many commands call cargo, which may change the file silently.
struct LockFile {
    path: PathBuf,
    content: Option<Vec<u8>>,
}

impl LockFile {
    fn of(course: &Path) -> Self {
        let path = course.join("Cargo.lock");
        Self { content: std::fs::read(&path).ok(), path }
    }

    fn note_change(&self) {
        if self.content.is_some() && std::fs::read(&self.path).ok() != self.content {
            note(
                "cargo has changed Cargo.lock, because a Cargo.toml asks for other packages; keep both changes or undo both",
            );
        }
    }
}

/// Runs a command: here, or by becoming the program that has it, which reads the same command line again.
///
/// # Errors
/// Those of the command.
pub fn run(cli: &Cli) -> Result<ExitCode> {
    // An instructor's command completes it.
    if !matches!(cli.task, Some(Task::Instructor(_))) {
        unfinished::note(&cli.course()?).into_iter().for_each(note);
    }
    match &cli.task {
        None => print(&overview::overview(Edition::of(&cli.course()?))).map(|()| ExitCode::SUCCESS),
        Some(Task::Student(task)) => match task {
            StudentTask::Grade(args) => grade_command(&cli.workspace()?, args),
            StudentTask::Hint(args) => hint::hint(&cli.workspace()?, args),
            StudentTask::List => list::list(&cli.workspace()?),
            StudentTask::Reset(args) => reset::reset(&cli.workspace()?, args),
            StudentTask::Update(args) => update::update(&cli.workspace()?, args),
            StudentTask::Solution(args) => solution::solution(&cli.workspace()?, args),
            StudentTask::Watch(_) | StudentTask::Plot(_) => become_program("tui", cli),
            StudentTask::Lab(_) => become_program("lab", cli),
            StudentTask::Completions(_) => become_program("completions", cli),
        },
        Some(Task::Instructor(_)) => become_program("author", cli),
        Some(Task::WithoutStep) => Err(cli.no_step_named()?),
    }
}

fn become_program(name: &str, cli: &Cli) -> Result<ExitCode> {
    // Checked before anything is built.
    cli.course()?;
    launched::become_program(name)
}
