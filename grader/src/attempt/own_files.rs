//! The grader's own files. What a student's code does to them costs a grade time and no more: what cannot be read is made
//! again, and what lies in their place goes.

use std::io;
use std::path::Path;

use fs_err as fs;
use fs_err::File;

/// What a file holds, if it is one: what is none, such as a pipe, might be read without an end.
pub(crate) fn read(path: &Path) -> Option<Vec<u8>> {
    if path.metadata().ok()?.is_file() { fs::read(path).ok() } else { None }
}

/// Writes a file all at once, so that another grader never reads half of it.
///
/// # Errors
/// If it cannot be written.
pub(crate) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let draft = path.with_extension(format!("{}.draft", std::process::id()));
    make_way(&draft)?;
    make_way(path)?;
    fs::write(&draft, content).and_then(|()| fs::rename(&draft, path)).inspect_err(|_| drop(fs::remove_file(&draft)))
}

/// An empty file.
///
/// # Errors
/// If it cannot be made.
pub(crate) fn create(path: &Path) -> io::Result<File> {
    make_way(path)?;
    File::create(path)
}

/// A folder. A file or a dangling link in its place goes, and so does one in the place of a folder around it.
///
/// # Errors
/// If it cannot be made.
pub(crate) fn create_folder(path: &Path) -> io::Result<()> {
    let in_the_way = path.ancestors().find(|folder| folder.symlink_metadata().is_ok());
    if let Some(file) = in_the_way.filter(|file| !file.is_dir()) {
        fs::remove_file(file)?;
    }
    fs::create_dir_all(path)
}

/// Sees to a file's folder, and that nothing else is in the file's place, nor a link that leads elsewhere.
fn make_way(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        create_folder(folder)?;
    }
    match path.symlink_metadata() {
        Ok(data) if data.is_file() => Ok(()),
        Ok(data) if data.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(_) => Ok(()),
    }
}
