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
use tempfile::NamedTempFile;

/// Replaces a file. Keeps the old one beside it, and returns its name.
///
/// # Errors
/// If a file cannot be written; then the one in its place is as it was.
pub fn replace_keeping(path: &Path, text: &str) -> Result<PathBuf> {
    kept_and_replaced(path, text).map_err(|error| not_replaced(path, &error))
}

fn kept_and_replaced(path: &Path, text: &str) -> io::Result<PathBuf> {
    let new = beside(path, text.as_bytes())?;
    // Read as late as possible, so that this includes what an editor saves while a question is open.
    let mut copy = beside(path, &fs::read(path)?)?;
    let now = SystemTime::now();
    let mut further = 1;
    loop {
        let kept = kept_name(now, further);
        match copy.persist_noclobber(path.with_file_name(&kept)) {
            Ok(_) => {
                new.persist(path)?;
                return Ok(kept);
            }
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                copy = error.file;
                further += 1;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// Replaces a file of which nothing need be kept.
///
/// # Errors
/// If it cannot be written; then it is as it was.
pub fn replace(path: &Path, text: &str) -> Result<()> {
    let new = beside(path, text.as_bytes()).map_err(|error| not_replaced(path, &error))?;
    new.persist(path).map_err(|error| not_replaced(path, &error.error))?;
    Ok(())
}

fn not_replaced(path: &Path, error: &io::Error) -> Error {
    let why = error.kind();
    let message =
        format!("this file cannot be replaced ({why}), and is as it was: check that you can write in its folder");
    Error::Course(Fault { path: path.to_owned(), line: None, message })
}

/// A file in the same folder and with the same permissions, which is deleted unless it gets a name.
fn beside(path: &Path, content: &[u8]) -> io::Result<NamedTempFile> {
    let mut file = NamedTempFile::new_in(path.parent().unwrap_or(Path::new("")))?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    fs::set_permissions(file.path(), fs::metadata(path)?.permissions())?;
    Ok(file)
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
