//! `cargo xtask …`: its command line, and the commands of students. They are in this library so that every program of
//! the course knows all commands: it carries out its own, and leaves the others to [`run`].
//!
//! The programs `desk` and `author` are built when one of their commands is called: nobody who only grades waits for
//! them to be compiled.

pub mod ask;
pub mod cli;
mod hint;
mod list;
mod overview;
mod reset;
mod solution;

use std::process::ExitCode;

use grader::Result;
use grader::cli::{grade_command, print};

use cli::{Cli, StudentTask, Task};

/// Carries out a command: here, or as the program that has it, which reads the same command line once more.
///
/// # Errors
/// What keeps the command from its work.
pub fn run(cli: &Cli) -> Result<ExitCode> {
    let course = &cli.course;
    match &cli.task {
        None => print(&overview::overview()).map(|()| ExitCode::SUCCESS),
        Some(Task::Student(task)) => match task {
            StudentTask::Grade(args) => grade_command(course, args),
            StudentTask::Hint(args) => hint::hint(course, args),
            StudentTask::List(args) => list::list(course, args),
            StudentTask::Reset(args) => reset::reset(course, args),
            StudentTask::Solution(args) => solution::solution(course, args),
            StudentTask::Watch(_) | StudentTask::Plot(_) => Ok(become_program("desk")),
            StudentTask::Completions(_) => Ok(become_program("author")),
        },
        Some(Task::Instructor(_)) => Ok(become_program("author")),
    }
}

fn become_program(name: &str) -> ExitCode {
    launcher::become_program(&launcher::course(), name, std::env::args_os().skip(1))
}
