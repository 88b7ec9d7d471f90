//! Process trees on Windows.

use std::process::{Command, ExitStatus, Stdio};

use std::os::windows::process::CommandExt;

/// Keeps the terminal's Ctrl-C from the child, as a process group of its own does on Unix.
pub fn in_its_own_group(command: &mut Command) {
    const CREATE_NEW_PROCESS_GROUP: u32 = 0x0000_0200;
    command.creation_flags(CREATE_NEW_PROCESS_GROUP);
}

/// Ends a child and all that it started.
pub fn end_group(leader: u32) {
    // The system's own tool knows the tree; without unsafe code there is no other way to it.
    let mut taskkill = Command::new("taskkill");
    taskkill.args(["/F", "/T", "/PID", &leader.to_string()]);
    let _ = taskkill.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
}

/// Windows has no signals.
pub fn signal_of(_status: ExitStatus) -> Option<i32> {
    None
}
