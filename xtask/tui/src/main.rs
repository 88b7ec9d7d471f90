//! The program behind `cargo xtask watch`, a full screen, and `cargo xtask plot`, which draws pictures.

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
