//! Keeps the launcher itself up to date. Cargo builds it and goes by the times of its sources, so the launcher compares
//! their content with what it was compiled from.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use crate::contents::{Contents, hash};
use crate::{become_command, cargo, times};

/// The variable that is set for a launcher which another launcher had built: it must not start another build.
pub const RENEWED: &str = "XTASK_LAUNCHER_RENEWED";

/// The folder of this package in its course.
const FOLDER: &str = "xtask/start/launcher";

/// The manifest of the program that `cargo xtask` runs in the course's folder.
const START: &str = "xtask/start/Cargo.toml";

/// What this program was compiled from.
const SOURCES: [(&str, &str); 10] = [
    ("src/cargo.rs", include_str!("cargo.rs")),
    ("src/contents.rs", include_str!("contents.rs")),
    ("src/lock.rs", include_str!("lock.rs")),
    ("src/main.rs", include_str!("main.rs")),
    ("src/notes.rs", include_str!("notes.rs")),
    ("src/packages.rs", include_str!("packages.rs")),
    ("src/program.rs", include_str!("program.rs")),
    ("src/progress.rs", include_str!("progress.rs")),
    ("src/renew.rs", include_str!("renew.rs")),
    ("src/times.rs", include_str!("times.rs")),
];

/// The content of these sources, for the note of what cargo has compiled.
pub fn compiled_sources() -> Contents {
    SOURCES.iter().map(|(file, text)| (Path::new(FOLDER).join(file), Some(hash(text.as_bytes())))).collect()
}

/// If the launcher's sources have changed since it was compiled, has cargo compile and run them in place of this
/// process. On Windows, where the file of a running program cannot be written, cargo compiles them the next time.
///
/// Returns if the launcher is up to date or cannot be renewed; it then works as it is.
pub fn renew_launcher(course: &Path, arguments: &[OsString]) {
    let changed = changed_sources(course);
    if changed.is_empty() || env::var_os(RENEWED).is_some() {
        return;
    }
    let Ok(launcher) = env::current_exe() else { return };
    if changed.iter().all(|file| times::renew(file, &launcher).is_ok()) && cfg!(unix) {
        let mut cargo = cargo::command();
        cargo.args(["run", "--quiet", "--profile", "start", "--manifest-path"]).arg(course.join(START));
        cargo.arg("--").args(arguments).env(RENEWED, "1");
        become_command(&mut cargo, None);
    }
}

/// Sources that are gone do not count, because the source that named such a file has changed, too.
fn changed_sources(course: &Path) -> Vec<PathBuf> {
    let on_disk = SOURCES.iter().map(|(file, text)| (course.join(FOLDER).join(file), text));
    let changed = on_disk.filter(|(path, text)| fs::read(path).is_ok_and(|bytes| bytes != text.as_bytes()));
    changed.map(|(path, _)| path).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_is_known() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut files: Vec<String> =
            fs::read_dir(folder).unwrap().map(|file| format!("src/{}", file.unwrap().file_name().display())).collect();
        files.sort();
        assert_eq!(files, SOURCES.map(|(file, _)| file.to_owned()));
    }
}
