//! Processes on a Unix that tells less of them than Linux does: what they use is not measured, and lost descendants go to
//! the first process. The kernel's own limits hold, and process groups are ended.

use std::io;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use super::Usage;
use super::unix::end_group;

pub(crate) fn become_reaper() -> io::Result<()> {
    Ok(())
}

/// This program once more.
pub(crate) fn this_program() -> io::Result<Command> {
    file_of_this_program().map(Command::new)
}

/// A file that starts this program, for others, too.
pub(crate) fn file_of_this_program() -> io::Result<PathBuf> {
    std::env::current_exe()
}

/// Nobody knows them.
pub(crate) fn end_descendants() {}

/// Ends a program whose supervisor is gone.
pub(crate) fn end_orphans(_mark: &str, _supervisor: u32, program: Option<u32>) {
    if let Some(program) = program {
        end_group(program);
    }
}

/// Not known here.
pub(crate) fn is_stopped(_process: u32) -> bool {
    false
}

/// Not measured here.
pub(crate) fn usage(_most: usize) -> Option<Usage> {
    None
}

/// Not measured here.
pub(crate) fn cpu_of_ended() -> Duration {
    Duration::ZERO
}
