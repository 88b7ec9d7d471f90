//! The desk: what a student has open for the evening. `cargo xtask watch` and `cargo xtask plot` hand over to it.

mod chart;
#[cfg(test)]
mod examples;
mod letters;
mod plot;
mod watch;

use std::process::ExitCode;

use grader::cli::exit_code_of;
use xtask::cli::{Cli, StudentTask, Task};

fn main() -> ExitCode {
    let cli = Cli::from_command_line();
    exit_code_of(|| match &cli.task {
        Some(Task::Student(StudentTask::Watch(args))) => watch::watch(&cli.course, args),
        Some(Task::Student(StudentTask::Plot(args))) => plot::plot(&cli.course, args),
        _ => xtask::run(&cli),
    })
}
