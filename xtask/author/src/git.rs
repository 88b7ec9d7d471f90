//! Git, where a course is kept in it: what it does not have yet, and what it is to know of moved folders.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use grader::{Error, Result};

use crate::files::slashed;

/// The first file in these folders whose content git does not have, by its path in the repository. None also where there
/// is no git.
///
/// # Errors
/// If the course is in a repository that git cannot read, such as one of another owner.
pub fn uncommitted(root: &Path, folders: &[PathBuf]) -> Result<Option<String>> {
    let mut command = git(root);
    command.args(["status", "--porcelain", "-z", "--ignored=matching", "--untracked-files=all", "--"]).args(folders);
    let Ok(output) = command.output() else { return Ok(None) };
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        return match complaint.contains("not a git repository") {
            true => Ok(None),
            false => Err(Error::Program(format!("git cannot say what it has of this course: {}", complaint.trim()))),
        };
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(text.split('\0').find_map(|entry| entry.get(3..).filter(|path| !path.is_empty()).map(str::to_owned)))
}

/// Whether git keeps the course.
pub fn keeps(root: &Path) -> bool {
    let known = git(root).args(["ls-files", "--error-unmatch", "--", "Cargo.toml"]).output();
    known.is_ok_and(|known| known.status.success())
}

/// Tells git of folders that have moved, so that it shows them as renamed; what is in its index stays what it is. A
/// folder that has come to nothing leaves the index. Where git cannot follow, nothing is lost: it sees the same a
/// little later.
pub fn follow(root: &Path, moved: &[(PathBuf, Option<PathBuf>)]) {
    let Ok(prefix) = git(root).args(["rev-parse", "--show-prefix"]).output() else { return };
    // The course may be a folder of a larger repository, and the index names paths from the top of that.
    let prefix = String::from_utf8_lossy(&prefix.stdout).trim_end().to_owned();
    let mut entries = Vec::new();
    for (from, to) in moved {
        let Ok(known) = git(root).args(["ls-files", "--stage", "--full-name", "-z", "--"]).arg(from).output() else {
            return;
        };
        let from = format!("{prefix}{}", slashed(from));
        for entry in String::from_utf8_lossy(&known.stdout).split_terminator('\0') {
            let Some((what, path)) = entry.split_once('\t') else { continue };
            let hash = what.split(' ').nth(1).unwrap_or_default();
            entries.extend(format!("0 {}\t{path}\0", "0".repeat(hash.len())).bytes());
            if let Some((to, rest)) = to.as_ref().zip(path.strip_prefix(&from)) {
                entries.extend(format!("{what}\t{prefix}{}{rest}\0", slashed(to)).bytes());
            }
        }
    }
    let mut command = git(root);
    command.args(["update-index", "-z", "--index-info"]).stdin(Stdio::piped());
    let Ok(mut child) = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn() else { return };
    if let Some(mut stdin) = child.stdin.take() {
        // If git has ended, it says why by its code, and nobody needs that.
        let _ = stdin.write_all(&entries);
    }
    let _ = child.wait();
}

fn git(root: &Path) -> Command {
    let mut command = Command::new("git");
    // Its complaints are read.
    command.current_dir(root).stdin(Stdio::null()).env("LC_ALL", "C");
    command
}
