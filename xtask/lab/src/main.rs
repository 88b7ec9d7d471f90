//! The course as a page in the browser: `cargo xtask lab` hands over to this program.
//!
//! [`classroom`] knows the course and how each step stands; the watch's worker tells it of every save. [`server`] gives
//! that to the page, and to nobody else. [`lesson`] turns a README into HTML, [`picture`] draws the
//! student's answers, and [`experiment`] runs their code with values that they choose. The page itself is in `src/page`: it keeps no state but its address, and can be loaded anew at any time.

mod classroom;
mod command;
mod experiment;
mod lesson;
mod picture;
mod server;

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
