//! How the program of a step's cases is called, and how much of what it answers is read: the same for the cases of a
//! grade and for experiments.

use std::ops::ControlFlow;
use std::path::Path;
use std::process::Command;

use harness::protocol::GRADED;

/// A call of a program of cases, in the folder of its step.
pub fn call_of(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).env(GRADED, "1").env("RUST_BACKTRACE", "0");
    command
}

/// How many bytes of answers are still read.
#[derive(Debug)]
pub struct Allowance {
    left: u64,
    /// Whether it was enough so far.
    pub was_enough: bool,
}

impl Allowance {
    /// An allowance of so many bytes.
    pub fn new(bytes: u64) -> Self {
        Self { left: bytes, was_enough: true }
    }

    /// Takes off the length of a line. Breaks if there is not enough left for it; then nothing more is to be read.
    pub fn spend(&mut self, line: &[u8]) -> ControlFlow<()> {
        match self.left.checked_sub(line.len() as u64) {
            Some(left) => {
                self.left = left;
                ControlFlow::Continue(())
            }
            None => {
                self.was_enough = false;
                ControlFlow::Break(())
            }
        }
    }
}
