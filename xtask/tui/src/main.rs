//! The full screen of `cargo xtask watch`, and the pictures of `cargo xtask plot`. Both hand over to this program.

mod chart;
mod convert;
mod markdown;
mod plot;
mod watch;

use std::process::ExitCode;

use grader::Result;
use xtask::cli::{Cli, StudentTask, Task};

fn main() -> ExitCode {
    xtask::program(run)
}

fn run(cli: &Cli) -> Result<ExitCode> {
    match &cli.task {
        Some(Task::Student(StudentTask::Watch(args))) => watch::watch(cli.workspace()?, args),
        Some(Task::Student(StudentTask::Plot(args))) => plot::plot(&cli.workspace()?, args),
        _ => xtask::run(cli),
    }
}
