//! The file that a student edits, with another text in its place.
//!
//! No failure can lose a student's work: before a text replaces the file by renaming, a complete copy is beside it.

use std::ffi::OsStr;
use std::io;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use fs_err as fs;
use grader::{Error, Fault, Result};

/// Replaces a file. Keeps the old one beside it, and returns its name.
///
/// # Errors
/// If a file cannot be written; then the one in its place is as it was.
pub fn replace_keeping(path: &Path, text: &str) -> Result<PathBuf> {
    kept_and_replaced(path, text).map_err(|error| not_replaced(path, &error))
}

fn kept_and_replaced(path: &Path, text: &str) -> io::Result<PathBuf> {
    let new = Draft::of(path, text.as_bytes())?;
    // Read as late as possible, so that this includes what an editor saves while a question is open.
    let old = fs::read(path)?;
    let now = SystemTime::now();
    let mut further = 1;
    loop {
        let kept = kept_name(now, further);
        match Draft::new(path.with_file_name(&kept), path, &old) {
            Ok(copy) => {
                new.replace(path)?;
                copy.keep();
                return Ok(kept);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => further += 1,
            Err(error) => return Err(error),
        }
    }
}

/// Replaces a file of which nothing need be kept.
///
/// # Errors
/// If it cannot be written; then it is as it was.
pub fn replace(path: &Path, text: &str) -> Result<()> {
    let replaced = Draft::of(path, text.as_bytes()).and_then(|new| new.replace(path));
    replaced.map_err(|error| not_replaced(path, &error))
}

fn not_replaced(path: &Path, error: &io::Error) -> Error {
    let why = error.kind();
    let message =
        format!("this file cannot be replaced ({why}), and is as it was: check that you can write in its folder");
    Error::Course(Fault { path: path.to_owned(), line: None, message })
}

/// A file that is deleted unless it is kept.
struct Draft {
    path: PathBuf,
    is_kept: bool,
}

impl Draft {
    /// A draft of another file, in the same folder.
    fn of(path: &Path, content: &[u8]) -> io::Result<Self> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let draft = path.with_file_name(format!(".{name}-{}", std::process::id()));
        // Of a process that had the same number and was killed.
        let _ = fs::remove_file(&draft);
        Self::new(draft, path, content)
    }

    /// A new file with the permissions of another one.
    ///
    /// # Errors
    /// If it exists, or cannot be written.
    fn new(path: PathBuf, like: &Path, content: &[u8]) -> io::Result<Self> {
        let mut file = fs::File::create_new(&path)?;
        let draft = Self { path, is_kept: false };
        file.write_all(content)?;
        file.sync_all()?;
        file.set_permissions(fs::metadata(like)?.permissions())?;
        Ok(draft)
    }

    fn keep(mut self) {
        self.is_kept = true;
    }

    fn replace(self, path: &Path) -> io::Result<()> {
        fs::rename(&self.path, path)?;
        self.keep();
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.is_kept {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// The name for an old `lib.rs`, with the time in it; cargo does not compile a file with this name.
fn kept_name(time: SystemTime, further: usize) -> PathBuf {
    // Windows allows no colons in a name. The Z says that the time is UTC and not local.
    let time = humantime::format_rfc3339_seconds(time).to_string().replace(':', "-");
    match further {
        1 => format!("lib.{time}.rs").into(),
        further => format!("lib.{time}-{further}.rs").into(),
    }
}

/// Whether a file has such a name.
pub fn is_kept_copy(path: &Path) -> bool {
    let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
    name != "lib.rs" && name.starts_with("lib.") && name.ends_with(".rs")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_file_that_cannot_be_replaced_is_named() {
        let path = Path::new("no-such-folder/lib.rs");
        for error in [replace(path, "").unwrap_err(), replace_keeping(path, "").unwrap_err()] {
            let start = format!("{}: this file cannot be replaced (", path.display());
            assert!(error.to_string().starts_with(&start), "{error}");
        }
    }

    #[test]
    fn files_that_are_kept_in_the_same_second_have_names_of_their_own() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_615_389);
        assert_eq!(kept_name(time, 1), Path::new("lib.2026-11-25T14-03-09Z.rs"));
        assert_eq!(kept_name(time, 2), Path::new("lib.2026-11-25T14-03-09Z-2.rs"));
    }
}
