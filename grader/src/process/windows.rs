//! Process trees on Windows.

use std::process::{Command, ExitStatus};

use std::os::windows::process::CommandExt;

/// Keeps the terminal's Ctrl-C from the child, as a process group of its own does on Unix.
pub fn in_its_own_group(command: &mut Command) {
    const CREATE_NEW_PROCESS_GROUP: u32 = 0x0000_0200;
    command.creation_flags(CREATE_NEW_PROCESS_GROUP);
}

/// Windows has no signals.
pub fn signal_of(_status: ExitStatus) -> Option<i32> {
    None
}
