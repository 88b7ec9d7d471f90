//! The form of the Rust files: that of rustfmt.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use grader::Result;
use grader::course::Course;
use xtask::is_kept_copy;

use super::{Findings, Note};
use crate::files::{below, is_kind};
use crate::rustfmt;

/// Checks the files of these steps.
pub(super) fn check(course: &Course, all: &mut [Findings<'_>], of_course: &mut Vec<Note>) -> Result<()> {
    let files: Vec<PathBuf> = all.iter().flat_map(|findings| files_of(course, findings)).collect();
    let mut rustfmt = rustfmt::command(&course.root)?;
    rustfmt.args(["--check", "--files-with-diff"]).args(&files).stdin(Stdio::null());
    let missing = || Note {
        place: "rustfmt".to_owned(),
        message: "it is not installed, so the form of the Rust files was not checked; `rustup component add rustfmt`"
            .to_owned(),
    };
    let output = match rustfmt.output() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            of_course.push(missing());
            return Ok(());
        }
        output => output?,
    };
    if String::from_utf8_lossy(&output.stderr).contains("is not installed") {
        of_course.push(missing());
        return Ok(());
    }
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Some(file) = files.iter().find(|file| Path::new(line).ends_with(file)) else { continue };
        let owner =
            all.iter_mut().find(|findings| findings.step.folders().iter().any(|folder| file.starts_with(folder)));
        if let Some(findings) = owner {
            findings.fault(file, None, "this file is not in the form of rustfmt; run `cargo fmt`");
        }
    }
    Ok(())
}

/// The Rust files of a step, but for those that the stub is made of: its solution decides their form. No module names the
/// copies that a reset keeps, `lib.<time>.rs`, so `cargo fmt` leaves them as they are.
fn files_of(course: &Course, findings: &Findings<'_>) -> Vec<PathBuf> {
    let stubs = [findings.step.source(), findings.step.stub()];
    let is_kept = |path: &Path| path.parent() == stubs[0].parent() && is_kept_copy(path);
    let files = findings.step.folders().into_iter().flat_map(|folder| below(&course.root, &folder));
    files.filter(|path| is_kind(path, "rs") && !stubs.contains(path) && !is_kept(path)).collect()
}
