//! Calls of rustfmt, for the edition of the course.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use grader::Result;
use grader::course::{list, parse, read};
use serde::Deserialize;

/// A call in the folder of the course.
///
/// # Errors
/// If the course's manifest does not say its edition.
pub fn command(root: &Path) -> Result<Command> {
    let manifest: Manifest = parse(&list::manifest(), &read(root, &list::manifest())?)?;
    let mut rustfmt = Command::new("rustfmt");
    rustfmt.args(["--edition", &manifest.workspace.package.edition]).current_dir(root);
    Ok(rustfmt)
}

/// A Rust text as rustfmt writes it. Where that is not installed, or cannot read the text, it stays as it is.
pub fn formatted(root: &Path, text: String) -> String {
    let Ok(mut rustfmt) = command(root) else { return text };
    rustfmt.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let formatted = rustfmt.spawn().and_then(|mut child| {
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(text.as_bytes())?;
        }
        child.wait_with_output()
    });
    let formatted = formatted.ok().filter(|output| output.status.success());
    formatted.and_then(|output| String::from_utf8(output.stdout).ok()).unwrap_or(text)
}

#[derive(Deserialize)]
struct Manifest {
    workspace: Workspace,
}

#[derive(Deserialize)]
struct Workspace {
    package: Package,
}

#[derive(Deserialize)]
struct Package {
    edition: String,
}
