//! The program that the launcher becomes: the commands of students.

use std::process::ExitCode;

fn main() -> ExitCode {
    xtask::program(xtask::run)
}
