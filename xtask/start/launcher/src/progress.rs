//! Shows cargo's progress on one line of the terminal, which is cleared at the end. Everything else that cargo prints
//! stays on the screen.

use std::env;
use std::io::{self, BufReader, IsTerminal, Read, Write};
use std::process::Command;

/// A line on standard error, which is a terminal.
#[derive(Debug)]
pub struct ProgressLine {
    /// What is being done: `building the grader, once`.
    work: String,
}

impl ProgressLine {
    /// A line, if standard error is a terminal that can clear it.
    pub fn new(work: &str) -> Option<Self> {
        let obeys_escapes = match env::var_os("TERM").filter(|name| !name.is_empty()) {
            Some(name) => name != "dumb",
            // The Windows console has no name.
            None => cfg!(windows),
        };
        (io::stderr().is_terminal() && obeys_escapes).then(|| Self { work: work.to_owned() })
    }

    /// Makes cargo report its progress, which it does by default only on a terminal.
    pub fn request(cargo: &mut Command) {
        cargo.env("CARGO_TERM_PROGRESS_WHEN", "always").env("CARGO_TERM_PROGRESS_WIDTH", "120");
        cargo.env("CARGO_TERM_PROGRESS_TERM_INTEGRATION", "false");
        if env::var_os("CARGO_TERM_COLOR").is_none() && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()) {
            cargo.args(["--color", "always"]);
        }
    }

    /// Shows what cargo prints, until its output ends.
    pub fn follow(&self, cargo: impl Read) {
        self.show("");
        let mut line = Vec::new();
        for byte in BufReader::new(cargo).bytes().map_while(io::Result::ok) {
            line.push(byte);
            // Cargo overwrites its progress, and nothing else.
            if matches!(byte, b'\n' | b'\r') {
                self.take(&String::from_utf8_lossy(&line));
                line.clear();
            }
        }
        self.take(&String::from_utf8_lossy(&line));
        self.wipe();
    }

    fn take(&self, line: &str) {
        match kind_of(&plain(line)) {
            CargoLine::Progress(progress) => self.show(&progress),
            CargoLine::Unimportant => {}
            CargoLine::Other => {
                self.wipe();
                let _ = write!(io::stderr(), "{line}");
            }
        }
    }

    fn show(&self, progress: &str) {
        let line = format!("{}{progress}", self.work);
        // One column less than a narrow terminal has, for the cursor.
        let line: String = line.chars().take(59).collect();
        let mut stderr = io::stderr().lock();
        // A terminal that is gone needs no progress.
        let _ = write!(stderr, "\r\x1b[K{line}").and_then(|()| stderr.flush());
    }

    fn wipe(&self) {
        let _ = write!(io::stderr(), "\r\x1b[K");
    }
}

/// What a line that cargo writes is.
#[derive(Debug, PartialEq, Eq)]
enum CargoLine {
    /// Its progress, or why it is waiting.
    Progress(String),
    /// A line that a person need not see.
    Unimportant,
    /// Anything else.
    Other,
}

fn kind_of(line: &str) -> CargoLine {
    let words = line.trim();
    if let Some((_bar, counted)) = words.strip_prefix("Building [").and_then(|rest| rest.split_once(']')) {
        let count = counted.split_once(':').map_or(counted, |(count, _)| count);
        return match count.split_once('/') {
            Some((done, total)) => CargoLine::Progress(format!(": {} of {} parts", done.trim(), total.trim())),
            None => CargoLine::Unimportant,
        };
    }
    match words.split_once(' ') {
        Some(("Blocking", _)) => CargoLine::Progress(": waiting for another cargo to end".to_owned()),
        Some((verb @ ("Updating" | "Downloading" | "Downloaded"), rest)) => {
            CargoLine::Progress(format!(": {} {rest}", verb.to_lowercase()))
        }
        Some(("Compiling" | "Locking" | "Adding" | "Finished", _)) => CargoLine::Unimportant,
        // It has cleared its progress.
        None if words.is_empty() && line.ends_with('\r') => CargoLine::Unimportant,
        _ => CargoLine::Other,
    }
}

/// A line without its colours.
fn plain(line: &str) -> String {
    let mut parts = line.split("\x1b[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        text + part.split_once(|letter: char| letter.is_ascii_alphabetic()).map_or("", |(_, rest)| rest)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargos_lines_tell_of_progress() {
        let progress = [
            ("    Building [=====>    ] 31/104: syn, serde(build.rs)\r", ": 31 of 104 parts"),
            ("\x1b[1m\x1b[96m    Building\x1b[0m [>    ] 0/3\r", ": 0 of 3 parts"),
            ("    Blocking waiting for file lock on build directory\n", ": waiting for another cargo to end"),
            (" Downloading 5 crates, remaining bytes: 1.2MB\r", ": downloading 5 crates, remaining bytes: 1.2MB"),
        ];
        for (line, words) in progress {
            assert_eq!(kind_of(&plain(line)), CargoLine::Progress(words.to_owned()), "{line}");
        }
        for line in ["   Compiling syn v3.0.10\n", "\x1b[K\r", "    Finished `grade` profile in 31.2s\n"] {
            assert_eq!(kind_of(&plain(line)), CargoLine::Unimportant, "{line}");
        }
        for line in ["error[E0425]: cannot find function\n", " --> xtask/src/main.rs:2:5\n", "\n", "Building\n"] {
            assert_eq!(kind_of(line), CargoLine::Other, "{line}");
        }
    }
}
