//! The commands of instructors. `cargo xtask` becomes this program for them.

mod bless;
mod cargo;
mod changes;
mod edit;
mod experiments;
mod files;
mod git;
mod handout;
mod init;
mod mistakes;
mod mutants;
mod new_folder;
mod pages;
mod readme;
mod recording;
mod roundings;
mod rustfmt;
mod steps;
mod verify;

use std::process::ExitCode;

use grader::Result;
use grader::cli::exit_code_of;
use xtask::cli::{Cli, InstructorTask, Task};

fn main() -> ExitCode {
    if std::env::args_os().nth(1).is_some_and(|word| word == bless::RECORD) {
        return exit_code_of(bless::record);
    }
    xtask::program(run)
}

fn run(cli: &Cli) -> Result<ExitCode> {
    match &cli.task {
        Some(Task::Instructor(task)) => {
            let workspace = cli.workspace()?;
            steps::finish_interrupted(&workspace)?;
            match task {
                InstructorTask::Bless(args) => bless::bless(&workspace, args),
                InstructorTask::Verify(args) => verify::verify(&workspace, args),
                InstructorTask::Mistakes(args) => mistakes::mistakes(&workspace, args),
                InstructorTask::Init(args) => init::init(&workspace, args),
                InstructorTask::New(args) => steps::new(&workspace, args),
                InstructorTask::Rename(args) => steps::rename(&workspace, args),
                InstructorTask::Move(args) => steps::move_step(&workspace, args),
                InstructorTask::Remove(args) => steps::remove(&workspace, args),
                InstructorTask::Handout(args) => handout::handout(&workspace, args),
            }
        }
        _ => xtask::run(cli),
    }
}
