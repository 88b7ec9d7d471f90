//! Processes on a Unix that says less about them than Linux: their use is not measured, and the first process adopts
//! orphaned descendants. The kernel's own limits apply, and process groups are ended.

use std::io;
use std::process::Command;

use super::{end_group, file_of_this_program};
use crate::mark::Mark;

/// Nothing more can be done.
pub(crate) fn stand_firm(_mark: Mark) -> io::Result<()> {
    Ok(())
}

/// This program once more.
pub(crate) fn this_program() -> io::Result<Command> {
    file_of_this_program().map(Command::new)
}

/// Nobody knows them.
pub(crate) fn end_descendants() {}

/// Ends a program whose supervisor is gone.
pub(crate) fn end_orphans(_mark: Mark, _supervisor: u32, program: Option<u32>) {
    if let Some(program) = program {
        end_group(program);
    }
}
