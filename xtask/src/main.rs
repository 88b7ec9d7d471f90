//! The program that the launcher becomes: the commands of students.

use std::process::ExitCode;

use grader::cli::exit_code_of;
use xtask::cli::Cli;

fn main() -> ExitCode {
    let cli = Cli::from_command_line();
    exit_code_of(|| xtask::run(&cli))
}
