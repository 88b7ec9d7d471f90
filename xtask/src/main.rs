//! The program that the launcher becomes; it has the students' commands.

use std::process::ExitCode;

fn main() -> ExitCode {
    xtask::program(xtask::run)
}
