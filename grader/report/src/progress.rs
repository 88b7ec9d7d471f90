//! What a grade is doing, on one line of a terminal that is cleared before the report; elsewhere nothing is shown.

use std::io::{self, IsTerminal, Write};

use harness::{Cell, cut};
use outcome::Progress;
use terminal_size::terminal_size_of;

use crate::clean::terminal;

/// A line on a terminal's standard error.
#[derive(Debug)]
pub struct ProgressLine {
    shown: bool,
}

impl ProgressLine {
    /// A line on standard error, if that is a terminal that can wipe it.
    pub fn new() -> Self {
        Self { shown: io::stderr().is_terminal() && obeys_escapes() }
    }

    /// Shows a new text in place of the last one.
    pub fn tell(&self, progress: Progress<'_>) {
        if self.shown {
            self.show(&progress_in_words(progress));
        }
    }

    /// Clears the line, so that something else can be written there.
    pub fn wipe(&self) {
        self.show("");
    }

    fn show(&self, words: &str) {
        if self.shown {
            let words = terminal(&words.replace('\n', " "));
            let words = cut(&words, columns());
            let mut stderr = io::stderr().lock();
            // A terminal that is gone needs no progress.
            let _ = write!(stderr, "\r\x1b[K{words}").and_then(|()| stderr.flush());
        }
    }
}

/// How many columns a line takes at most: one less than a narrow terminal has, for the cursor.
fn columns() -> usize {
    const MOST: usize = 59;
    // Not of standard output, which may lead elsewhere.
    let terminal = terminal_size_of(io::stderr()).map_or(0, |(columns, _)| usize::from(columns.0));
    terminal.checked_sub(1).map_or(MOST, |columns| columns.min(MOST))
}

impl Default for ProgressLine {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        self.wipe();
    }
}

/// Whether a terminal obeys escape sequences. One that calls itself dumb, such as Emacs' shell, shows them as letters,
/// and so may one that does not say what it is.
pub fn obeys_escapes() -> bool {
    match std::env::var_os("TERM").filter(|name| !name.is_empty()) {
        Some(name) => name != "dumb",
        // The console of Windows has no name.
        None => cfg!(windows),
    }
}

/// What a grade is doing, in a few words.
pub fn progress_in_words(progress: Progress<'_>) -> String {
    let counted = |done: usize, total: usize| format!("{} of {}", Cell::from(done), Cell::from(total));
    match progress {
        Progress::Preparing { done, total, units: "" } => {
            format!("preparing the steps: {} parts", counted(done, total))
        }
        Progress::Preparing { done, total, units } => {
            // Cargo says of what kind a target is: `loss(bin)`.
            let names: Vec<&str> = units.split(", ").map(|unit| unit.split('(').next().unwrap_or(unit)).collect();
            format!("preparing the steps: {} parts, {}", counted(done, total), names.join(", "))
        }
        Progress::Waiting => "waiting for another cargo to end".to_owned(),
        Progress::Building { done, total, step } => format!("building the steps: {}, {step}", counted(done, total)),
        Progress::Running { done, total, step } => format!("running the cases: {}, {step}", counted(done, total)),
        Progress::Pairing => "looking for two mistakes at once".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_told_in_a_few_words() {
        let moments = [
            Progress::Preparing { done: 12, total: 66, units: "serde(build.rs), toml" },
            Progress::Preparing { done: 66, total: 66, units: "" },
            Progress::Waiting,
            Progress::Building { done: 1, total: 10, step: "04-multi-weight" },
            Progress::Running { done: 350, total: 2340, step: "04-multi-weight" },
            Progress::Pairing,
        ];
        let expected = [
            "preparing the steps: 12 of 66 parts, serde, toml",
            "preparing the steps: 66 of 66 parts",
            "waiting for another cargo to end",
            "building the steps: 1 of 10, 04-multi-weight",
            "running the cases: 350 of 2,340, 04-multi-weight",
            "looking for two mistakes at once",
        ];
        assert_eq!(moments.map(progress_in_words), expected);
    }
}
