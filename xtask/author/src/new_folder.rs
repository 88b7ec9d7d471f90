//! A course that is written into a new folder, whole or not at all: it is made beside its place and moved there in one
//! step.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fs_err as fs;
use grader::{Error, Interrupt, Result};
use tempfile::TempDir;

use crate::cargo::{cargo, output};

/// What each file of a course holds, by its path in it.
pub type Files = BTreeMap<PathBuf, Vec<u8>>;

/// A folder that can become a course: a new one or an empty one.
#[derive(Debug)]
pub struct NewFolder {
    folder: PathBuf,
    /// The folder that it is in.
    parent: PathBuf,
}

/// A course that is made, but not yet in its place. It is deleted unless it is moved there.
#[derive(Debug)]
pub struct Draft {
    place: NewFolder,
    // Deleted in this order.
    beside: TempDir,
    _parents: MadeParents,
}

/// The folders that were made for a course to be in, the outermost first. Those that stay empty are deleted.
#[derive(Debug)]
struct MadeParents(Vec<PathBuf>);

impl NewFolder {
    /// The folder with this name.
    ///
    /// # Errors
    /// If it is inside of the course at `root`, or there is something in it already.
    pub fn named(folder: &Path, root: &Path) -> Result<Self> {
        let refused = |message: &str| Err(Error::in_file(folder, message));
        // `.` and `..` name folders that are there.
        let named = |path: &Path| path.file_name().map(ToOwned::to_owned);
        let Some(name) = named(folder).or_else(|| named(&folder.canonicalize().ok()?)) else {
            return refused("the folder needs a name");
        };
        let parent = match folder.file_name().and(folder.parent()) {
            Some(parent) if parent.as_os_str().is_empty() => Path::new(".").to_owned(),
            Some(parent) => parent.to_owned(),
            None => folder.join(".."),
        };
        let parent = canonical(&parent)?;
        let place = Self { folder: parent.join(name), parent };
        // Both in the same form, which on Windows is not that of `root`.
        if place.folder.starts_with(fs::canonicalize(root)?) {
            return refused("this folder is inside of the course; name one beside it");
        }
        let is_free = match place.folder.symlink_metadata() {
            Err(_) => true,
            Ok(data) => data.is_dir() && fs::read_dir(&place.folder)?.next().is_none(),
        };
        if is_free { Ok(place) } else { refused("there is something already; name a new folder or an empty one") }
    }

    /// Makes a course of these files, and a lock file that fits it.
    ///
    /// # Errors
    /// If a file cannot be written, cargo cannot read the course, or there is an interrupt.
    pub fn draft(self, files: &Files, interrupt: &Interrupt) -> Result<Draft> {
        let parents = MadeParents::make(&self.parent)?;
        let beside = tempfile::Builder::new().prefix(".course-").tempdir_in(&self.parent)?;
        let draft = Draft { place: self, beside, _parents: parents };
        write(&draft.course(), files, interrupt)?;
        Ok(draft)
    }
}

/// Writes a course of these files into a folder, with a lock file that fits it.
///
/// # Errors
/// If a file cannot be written, cargo cannot read the course, or there is an interrupt.
pub fn write(folder: &Path, files: &Files, interrupt: &Interrupt) -> Result<()> {
    for (path, content) in files {
        let path = folder.join(path);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(path, content)?;
    }
    fit_lock_file(folder, interrupt)
}

/// The one path of a folder that may not be there yet.
fn canonical(folder: &Path) -> Result<PathBuf> {
    match folder.parent() {
        Some(parent) if !folder.exists() => {
            let parent = canonical(if parent.as_os_str().is_empty() { Path::new(".") } else { parent })?;
            // Only `..` has no name.
            Ok(folder.file_name().map_or_else(|| parent.with_file_name(""), |name| parent.join(name)))
        }
        _ => Ok(fs::canonicalize(folder)?),
    }
}

impl MadeParents {
    fn make(folder: &Path) -> Result<Self> {
        let mut missing: Vec<PathBuf> =
            folder.ancestors().take_while(|folder| !folder.exists()).map(Path::to_owned).collect();
        missing.reverse();
        let mut made = Self(Vec::new());
        for folder in missing {
            fs::create_dir(&folder)?;
            made.0.push(folder);
        }
        Ok(made)
    }
}

impl Drop for MadeParents {
    fn drop(&mut self) {
        // One that holds something by now refuses, and so do those around it.
        self.0.iter().rev().for_each(|folder| drop(fs::remove_dir(folder)));
    }
}

impl Draft {
    /// Where the course is by now: in a folder that has the permissions of any new one.
    pub fn course(&self) -> PathBuf {
        self.beside.path().join("course")
    }

    /// Moves the course to its place.
    ///
    /// # Errors
    /// If it cannot be moved.
    pub fn finish(self) -> Result<()> {
        if self.place.folder.is_dir() {
            fs::remove_dir(&self.place.folder)?;
        }
        Ok(fs::rename(self.course(), &self.place.folder)?)
    }
}

/// Has cargo take what a course does not need from its lock file.
fn fit_lock_file(course: &Path, interrupt: &Interrupt) -> Result<()> {
    let update = |offline: &[&str]| {
        let mut update = cargo(&["update", "--workspace", "--quiet"]);
        update.args(offline).current_dir(course);
        output(update, interrupt)
    };
    // The versions are known already, so no registry needs to be asked.
    if update(&["--offline"])?.status.success() {
        return Ok(());
    }
    let output = update(&[])?;
    if output.status.success() {
        return Ok(());
    }
    Err(Error::Build(String::from_utf8_lossy(&output.stderr).into_owned()))
}
