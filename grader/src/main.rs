//! `grader FOLDER [STEP…]`: grades the course in a folder.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use grader::cli::{GradeArgs, exit_code_of, grade_command};

/// Grade a course
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    /// The folder of the course
    course: PathBuf,
    #[command(flatten)]
    grade: GradeArgs,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    exit_code_of(|| grade_command(&cli.course, &cli.grade))
}
