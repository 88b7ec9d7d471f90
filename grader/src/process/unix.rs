//! Process groups on Unix.

use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, ExitStatus};

use rustix::process::{Pid, Signal, kill_process_group};

/// Makes the child the leader of a new process group.
pub fn in_its_own_group(command: &mut Command) {
    command.process_group(0);
}

/// Ends all processes of the group that this child leads.
pub fn end_group(leader: u32) {
    if let Some(group) = i32::try_from(leader).ok().and_then(Pid::from_raw) {
        // A group that has ended already is what is wanted.
        let _ = kill_process_group(group, Signal::KILL);
    }
}

/// The signal that ended a child, by number.
pub fn signal_of(status: ExitStatus) -> Option<i32> {
    status.signal()
}
