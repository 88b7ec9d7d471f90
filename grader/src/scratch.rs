//! Folders for files that a grader needs only while it is at work. Nothing of them stays behind, whatever ends it.
//!
//! Each folder has a file that its grader holds locked for as long as it lives. The system lets the lock go with the
//! process, however that ends. By this the programs that it runs know that their grader has gone, and the next grader knows
//! which folders are nobody's any more.

use std::io;
use std::path::Path;

use fs_err as fs;
use fs_err::File;
use tempfile::TempDir;

use crate::error::Result;

/// How the names of the folders begin.
const PREFIX: &str = "run-";

/// The file in each folder that is locked.
const LOCK: &str = "lock";

/// Locked while folders are made and swept, so that none is seen before its own lock is held.
const DOOR: &str = "lock";

/// A folder that goes with its owner, or is swept once its owner was killed.
#[derive(Debug)]
pub struct RunFolder {
    /// Nothing on a file system that knows no locks. Let go before the folder goes: Windows deletes no file in use.
    lock: Option<File>,
    folder: TempDir,
}

impl RunFolder {
    /// A new folder among the grader's own files. Those that nobody owns any more are swept before.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn new(scratch: &Path) -> Result<Self> {
        fs::create_dir_all(scratch)?;
        let door = locked(&scratch.join(DOOR))?;
        if door.is_some() {
            sweep(scratch)?;
        }
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(scratch)?;
        let lock = locked(&folder.path().join(LOCK))?;
        Ok(Self { lock, folder })
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The file that is locked for as long as the owner lives, if files can be locked here.
    pub fn lock(&self) -> Option<&Path> {
        self.lock.as_ref().map(File::path)
    }
}

/// A file of this name, locked once nobody else has it locked; nothing where files cannot be locked.
fn locked(path: &Path) -> io::Result<Option<File>> {
    let file = File::create(path)?;
    Ok(file.file().lock().is_ok().then_some(file))
}

/// Deletes the folders that nobody owns.
fn sweep(scratch: &Path) -> io::Result<()> {
    for entry in fs::read_dir(scratch)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(PREFIX) && !has_owner(&entry.path()) {
            // What cannot be deleted now can be by the next one.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    Ok(())
}

/// Whether a grader lives that uses a folder.
fn has_owner(folder: &Path) -> bool {
    match File::open(folder.join(LOCK)) {
        // Shared, since children that are about to end may have it, too.
        Ok(lock) => lock.file().try_lock_shared().is_err(),
        // A folder without one is of a grader that came no further.
        Err(error) => error.kind() != io::ErrorKind::NotFound,
    }
}
