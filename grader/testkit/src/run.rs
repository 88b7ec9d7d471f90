//! What came of a command.

use std::process::Output;

use serde_json::Value;

use crate::schema::assert_valid;

/// What a command printed, and its exit code.
#[derive(Debug, PartialEq, Eq)]
pub struct Run {
    /// The exit code. A command that a signal ends has none and is no `Run`.
    pub code: i32,
    /// What it printed, with `/` in the paths of the course on every system.
    pub stdout: String,
    /// What it complained about, as it did.
    pub stderr: String,
}

impl Run {
    /// The report that it printed as JSON, valid by its schema.
    #[track_caller]
    pub fn report(&self) -> Value {
        let report = serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"));
        assert_valid(&report);
        report
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let (stdout, stderr) = (text(output.stdout), text(output.stderr));
        let Some(code) = output.status.code() else { panic!("{}: {stdout}{stderr}", output.status) };
        Self { code, stdout: if cfg!(windows) { with_slashes(&stdout) } else { stdout }, stderr }
    }
}

/// A text in which the paths of the course are written as on all systems but Windows.
pub fn with_slashes(text: &str) -> String {
    const FOLDERS: [&str; 4] = ["exercises\\", "solutions\\", "datasets\\", "target\\"];
    let mut written = String::new();
    let mut rest = text;
    while let Some(at) = FOLDERS.iter().filter_map(|folder| rest.find(folder)).min() {
        let (before, path) = rest.split_at(at);
        let end = path.find(|letter: char| letter.is_whitespace() || ":`\"'".contains(letter)).unwrap_or(path.len());
        written.push_str(before);
        written.push_str(&path[..end].replace('\\', "/"));
        rest = &path[end..];
    }
    written + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_paths_of_the_course_get_slashes_and_nothing_else_does() {
        let text = "see exercises\\01-loss\\src\\lib.rs:3: \\n, `target\\plots` and 1 \\ 2";
        assert_eq!(with_slashes(text), "see exercises/01-loss/src/lib.rs:3: \\n, `target/plots` and 1 \\ 2");
    }
}
