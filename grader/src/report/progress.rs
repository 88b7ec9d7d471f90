//! What a grade is doing, on one line of a terminal that is wiped when the report comes; elsewhere nothing is shown.

use std::io::{self, IsTerminal, Write};

use crate::build::Progress;

/// A line on a terminal's standard error.
#[derive(Debug)]
pub struct Line {
    shown: bool,
}

impl Line {
    /// A line on standard error, if that is a terminal.
    pub fn new() -> Self {
        Self { shown: io::stderr().is_terminal() }
    }

    /// Shows what a build does.
    pub fn build(&self, progress: Progress<'_>) {
        match progress {
            Progress::Compiled(package) => self.show(&format!("compiled {package}")),
            Progress::Waiting(what) => self.show(what),
        }
    }

    /// Shows a few words in place of those before.
    pub fn show(&self, words: &str) {
        if self.shown {
            let words: String = words.chars().filter(|letter| !letter.is_control()).take(59).collect();
            let mut stderr = io::stderr().lock();
            // A terminal that has gone needs no progress.
            let _ = write!(stderr, "\r\x1b[K{words}").and_then(|()| stderr.flush());
        }
    }
}

impl Default for Line {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.show("");
    }
}
