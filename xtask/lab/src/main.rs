//! The course as a page in the browser: `cargo xtask lab` hands over to this program.
//!
//! [`state`] knows the course and the verdicts on its steps, which the worker updates at every save. [`server`] sends
//! this to the page, and to nobody else. [`lesson`] turns a README into HTML, [`picture`] draws the student's answers,
//! and [`experiment`] runs their code with values that they choose. The page itself is in `src/page`: it keeps no state
//! but its address, and can be reloaded at any time.

mod command;
mod experiment;
mod lesson;
mod picture;
mod server;
mod state;
mod step_view;

use std::process::ExitCode;

use grader::Result;
use xtask::cli::{Cli, StudentTask, Task};

fn main() -> ExitCode {
    xtask::program(run)
}

fn run(cli: &Cli) -> Result<ExitCode> {
    match &cli.task {
        Some(Task::Student(StudentTask::Lab(args))) => command::lab(cli.workspace()?, args),
        _ => xtask::run(cli),
    }
}
