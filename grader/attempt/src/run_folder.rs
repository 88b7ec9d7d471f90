//! Folders for files that a grader needs only while it works. None of them stays behind, however the grader ends.
//!
//! Each folder has a file that its grader keeps locked for as long as it lives. The system releases the lock when the
//! process ends, so the next grader knows which folders are left over.

use std::io;
use std::path::{Path, PathBuf};

use course::{Error, Result};
use fs_err as fs;
use fs_err::File;

use super::own_files;

/// How the names of the folders begin.
const PREFIX: &str = "run-";

/// The file in each folder that is locked.
const LOCK: &str = "lock";

/// Locked while folders are made and swept, so that no folder is seen before its own lock is held.
const DOOR: &str = "lock";

/// A folder that is deleted with its owner, or swept after its owner was killed.
#[derive(Debug)]
pub struct RunFolder {
    /// None on a file system without locks.
    lock: Option<File>,
    path: PathBuf,
}

impl RunFolder {
    /// Makes a new folder among the grader's own files, and sweeps those that nobody owns any more.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn new(scratch: &Path) -> Result<Self> {
        let make = || {
            own_files::create_folder(scratch, scratch)?;
            let door = locked(scratch, &scratch.join(DOOR))?;
            if door.is_some() {
                sweep(scratch)?;
            }
            let mut folder = Self { lock: None, path: own_files::new_folder(scratch, PREFIX)? };
            folder.lock = locked(scratch, &folder.path.join(LOCK))?;
            Ok(folder)
        };
        make().map_err(Error::NotWritten)
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether nobody has deleted it, as far as that is known.
    pub fn is_whole(&self) -> bool {
        self.lock.is_none() || self.path.join(LOCK).exists()
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        // Windows deletes no file in use.
        self.lock = None;
        // What cannot be deleted now is left to the next grader.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Deletes what is in a folder, except files of these names. What cannot be deleted now is left to the next grader.
pub fn empty(folder: &Path, but_for: &[&str]) {
    empty_of(folder, |name| but_for.iter().all(|but_for| name != *but_for));
}

/// Deletes what has such a name in a folder. What cannot be deleted now is left to the next grader.
pub fn empty_of(folder: &Path, goes: impl Fn(&str) -> bool) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if goes(&entry.file_name().to_string_lossy()) {
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            let _ = if is_folder { fs::remove_dir_all(entry.path()) } else { fs::remove_file(entry.path()) };
        }
    }
}

/// A file of this name in the grader's own folder, locked as soon as nobody else has it locked; none if files cannot be
/// locked.
pub fn locked(scratch: &Path, path: &Path) -> io::Result<Option<File>> {
    let file = own_files::create(scratch, path)?;
    Ok(file.file().lock().is_ok().then_some(file))
}

/// Deletes the folders that nobody owns.
fn sweep(scratch: &Path) -> io::Result<()> {
    for entry in fs::read_dir(scratch)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(PREFIX) && !has_owner(&entry.path()) {
            // What cannot be deleted now is left to the next grader.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    Ok(())
}

/// Whether the grader that uses a folder is alive.
fn has_owner(folder: &Path) -> bool {
    match File::open(folder.join(LOCK)) {
        // Shared, because children that are about to end may have it, too.
        Ok(lock) => lock.file().try_lock_shared().is_err(),
        // A folder without a lock is from a grader that got no further.
        Err(error) => error.kind() != io::ErrorKind::NotFound,
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn what_nobody_owns_goes_and_all_else_stays() {
        let scratch = tempfile::tempdir().unwrap();
        let scratch = scratch.path();
        let living = RunFolder::new(scratch).unwrap();
        for left_behind in ["run-killed", "run-killed-early", "stage", "attempts"] {
            fs::create_dir(scratch.join(left_behind)).unwrap();
        }
        fs::write(scratch.join("run-killed").join(LOCK), "").unwrap();
        let other = RunFolder::new(scratch).unwrap();
        let name = |folder: &RunFolder| folder.path().file_name().unwrap().to_str().unwrap().to_owned();
        let mut expected = vec![name(&living), name(&other), "attempts".into(), "lock".into(), "stage".into()];
        expected.sort();
        assert_eq!(names(scratch), expected);
        drop((living, other));
        assert_eq!(names(scratch), ["attempts", "lock", "stage"]);
    }

    #[test]
    fn a_folder_that_is_just_made_is_not_taken_for_one_that_nobody_owns() {
        let scratch = tempfile::tempdir().unwrap();
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        let folder = RunFolder::new(scratch.path()).unwrap();
                        thread::yield_now();
                        fs::write(folder.path().join("answers"), "").unwrap();
                    }
                });
            }
        });
        assert_eq!(names(scratch.path()), ["lock"]);
    }
}
