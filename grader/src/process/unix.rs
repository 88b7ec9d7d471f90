//! Process groups on Unix.

use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, ExitStatus};

/// Makes the child the leader of a new process group.
pub fn in_its_own_group(command: &mut Command) {
    command.process_group(0);
}

/// The signal that ended a child, by number.
pub fn signal_of(status: ExitStatus) -> Option<i32> {
    status.signal()
}
