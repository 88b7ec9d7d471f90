//! `cargo xtask …`: its command line, and the commands of students. They are in this library so that every program of
//! the course knows all commands: it carries out its own, and leaves the others to [`run`].
//!
//! The programs `tui` and `author` are built when one of their commands is called: nobody who only grades waits for
//! them to be compiled.

pub mod ask;
pub mod cli;
mod hint;
mod list;
mod overview;
pub mod reset;
mod solution;

use std::process::ExitCode;

use grader::cli::{exit_code_of, grade_command, print};
use grader::{Result, serve};

use cli::{Cli, StudentTask, Task};

/// The whole of a program of the course: reads its command line, has the command carried out, and tells what kept it from
/// its work.
pub fn program(run: impl FnOnce(&Cli) -> Result<ExitCode>) -> ExitCode {
    if let Some(code) = serve() {
        return code;
    }
    let cli = Cli::from_command_line(overview::overview());
    exit_code_of(|| run(&cli))
}

/// Carries out a command: here, or as the program that has it, which reads the same command line once more.
///
/// # Errors
/// What keeps the command from its work.
pub fn run(cli: &Cli) -> Result<ExitCode> {
    match &cli.task {
        None => print(&overview::overview()).map(|()| ExitCode::SUCCESS),
        Some(Task::Student(task)) => match task {
            StudentTask::Grade(args) => grade_command(&cli.workspace()?, args),
            StudentTask::Hint(args) => hint::hint(&cli.workspace()?, args),
            StudentTask::List => list::list(&cli.workspace()?),
            StudentTask::Reset(args) => reset::reset(&cli.workspace()?, args),
            StudentTask::Solution(args) => solution::solution(&cli.workspace()?, args),
            StudentTask::Watch(_) | StudentTask::Plot(_) => Ok(become_program("tui")),
            StudentTask::Completions(_) => Ok(become_program("author")),
        },
        Some(Task::Instructor(_)) => Ok(become_program("author")),
    }
}

fn become_program(name: &str) -> ExitCode {
    launcher::become_program(&launcher::course(), name, std::env::args_os().skip(1))
}
