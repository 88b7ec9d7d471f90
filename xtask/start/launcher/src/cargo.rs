//! Has cargo build a program, and reads from its output where the program is and what it was compiled from.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::{self, JoinHandle};

use crate::Failure;
use crate::progress::ProgressLine;

/// A program that cargo has built.
#[derive(Debug)]
pub struct Built {
    /// Where it is, which depends on the user's configuration, such as `build.target`.
    pub program: PathBuf,
    /// The files that the compiler read for it, and for the packages it depends on by path; empty if cargo does not
    /// say.
    pub sources: Vec<PathBuf>,
}

/// Builds the program of a package. On a terminal, a line shows what is being done (`work`) and its progress.
pub fn build(course: &Path, target: &Path, package: &str, work: &str) -> Result<Built, Failure> {
    let mut cargo = command();
    cargo.args(["build", "--profile", "grade", "--package", package, "--bin", package]);
    cargo.arg("--manifest-path").arg(course.join("Cargo.toml"));
    cargo.arg("--target-dir").arg(target);
    cargo.args(["--message-format", "json-render-diagnostics"]);
    let line = ProgressLine::new(work);
    match &line {
        Some(_) => ProgressLine::request(&mut cargo),
        None => drop(cargo.arg("--quiet")),
    }
    let stderr = if line.is_some() { Stdio::piped() } else { Stdio::inherit() };
    let mut cargo =
        cargo.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(stderr).spawn().map_err(Failure::NoCargo)?;
    let following = line.zip(cargo.stderr.take()).map(|(line, stderr)| thread::spawn(move || line.follow(stderr)));
    let output = cargo.wait_with_output().map_err(Failure::NoCargo)?;
    following.map(JoinHandle::join);
    if !output.status.success() {
        return Err(Failure::Build(package.to_owned()));
    }
    let program = program_in(&String::from_utf8_lossy(&output.stdout)).ok_or(Failure::NoProgram)?;
    let dep_info = fs::read_to_string(program.with_extension("d")).unwrap_or_default();
    Ok(Built { program, sources: sources_in(&dep_info) })
}

/// The cargo that started this program, or the one on the PATH.
pub fn command() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// The only program in cargo's messages: libraries and build scripts have none.
fn program_in(messages: &str) -> Option<PathBuf> {
    let (_, rest) = messages.split_once("\"executable\":\"")?;
    let mut path = String::new();
    let mut letters = rest.chars();
    loop {
        match letters.next()? {
            '"' => return Some(path.into()),
            '\\' => match letters.next()? {
                letter @ ('"' | '\\') => path.push(letter),
                // Cargo cannot work in a folder whose name needs another escape.
                _ => return None,
            },
            letter => path.push(letter),
        }
    }
}

/// The files in cargo's dep-info: one line, with a backslash before each blank in a name.
fn sources_in(dep_info: &str) -> Vec<PathBuf> {
    let Some((_, names)) = dep_info.trim_end().split_once(": ") else { return Vec::new() };
    names.replace("\\ ", "\0").split(' ').map(|name| name.replace('\0', " ").into()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_found_in_cargos_messages() {
        let library = r#"{"reason":"compiler-artifact","target":{"name":"grader"},"executable":null,"fresh":true}"#;
        let message = r#"{"reason":"compiler-message","message":{"rendered":"\"executable\":\"no\""}}"#;
        let program = r#"{"reason":"compiler-artifact","executable":"C:\\a \"b\"\\xtask.exe","fresh":false}"#;
        let messages = [library, message, program].join("\n");
        assert_eq!(program_in(&messages), Some(PathBuf::from("C:\\a \"b\"\\xtask.exe")));
        for none in [library, message, "", "{\"executable\":\"cut off"] {
            assert_eq!(program_in(none), None, "{none}");
        }
    }

    #[test]
    fn names_with_blanks_are_read_from_the_dep_info() {
        let dep_info = "/course/target/xtask: /course/a\\ b/lib.rs /course/main.rs\n";
        assert_eq!(sources_in(dep_info), [PathBuf::from("/course/a b/lib.rs"), "/course/main.rs".into()]);
        for malformed in ["", "\n", "xtask:", "no colon"] {
            assert!(sources_in(malformed).is_empty(), "{malformed:?}");
        }
    }
}
