//! Locks out other launchers of the same course: many can check at once whether a program is up to date, but only one
//! builds.

use std::fs::{File, TryLockError};
use std::io::{self, IsTerminal, Write};
use std::path::Path;

/// A lock that is held until it is dropped, or until this process becomes another program.
#[derive(Debug)]
pub struct Lock {
    _file: Option<File>,
}

impl Lock {
    /// Waits until nobody builds. If nothing was ever built, there is nothing to wait for.
    pub fn to_check(file: &Path) -> Self {
        let file = File::open(file).ok();
        if let Some(file) = &file {
            wait(file.try_lock_shared(), || file.lock_shared());
        }
        Self { _file: file }
    }

    /// Waits until nobody else checks or builds.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn to_build(file: &Path) -> io::Result<Self> {
        let file = File::options().write(true).create(true).truncate(false).open(file)?;
        wait(file.try_lock(), || file.lock());
        Ok(Self { _file: Some(file) })
    }
}

/// Waits for the lock if another launcher has it. If the file system has no locks, cargo's own locks must do.
fn wait(tried: Result<(), TryLockError>, lock: impl FnOnce() -> io::Result<()>) {
    if let Err(TryLockError::WouldBlock) = tried {
        if io::stderr().is_terminal() {
            let _ = writeln!(io::stderr(), "    Waiting for another `cargo xtask` to finish its build");
        }
        let _ = lock();
    }
}
