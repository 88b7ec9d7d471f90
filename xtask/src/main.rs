//! `cargo xtask …`: a thin command line over the grader, and the instructor's tasks, one file each.

mod bless;
mod new;
mod readme;
mod recording;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use grader::cli::{GradeArgs, exit_code_of, grade_command};

/// The gradient descent course
#[derive(Debug, Parser)]
#[command(version, bin_name = "cargo xtask")]
struct Cli {
    /// The folder of the course, if it is not this one
    #[arg(long, global = true, hide = true, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/.."))]
    course: PathBuf,
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Grade the steps and say what to do next
    #[command(after_help = "Example: cargo xtask grade 3")]
    Grade(GradeArgs),
    /// Record the expected answers from the solutions (for instructors)
    #[command(after_help = "Example: cargo xtask bless loss")]
    Bless(bless::BlessArgs),
    /// Check that each exercise is sound (for instructors)
    #[command(after_help = "Example: cargo xtask verify loss")]
    Verify(verify::VerifyArgs),
    /// Make a new step, with a small example to be replaced (for instructors)
    #[command(after_help = "Example: cargo xtask new closed-form --after multi-weight")]
    New(new::NewArgs),
    /// Write snapshots through insta, as `bless` asks for them
    #[command(hide = true)]
    Record,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    exit_code_of(|| match &cli.task {
        Task::Grade(args) => grade_command(&cli.course, args),
        Task::Bless(args) => bless::bless(&cli.course, args),
        Task::Verify(args) => verify::verify(&cli.course, args),
        Task::New(args) => new::new(&cli.course, args),
        Task::Record => bless::record(),
    })
}
