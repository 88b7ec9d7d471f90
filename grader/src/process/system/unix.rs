//! Processes on Unix.

use std::io;
use std::os::fd::AsFd;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, ExitStatus, Stdio};

use rustix::process::{Pid, Signal, kill_process_group, setsid};

#[cfg(target_os = "linux")]
pub use super::linux::{become_reaper, cpu_of_ended, end_all, is_runnable, this_program, usage_of, wait_for};
#[cfg(not(target_os = "linux"))]
pub use others::*;

/// Makes the child the leader of a new process group.
pub fn in_its_own_group(command: &mut Command) {
    command.process_group(0);
}

/// Ends all processes of the group that this process leads.
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

/// Leaves the grader's session, and with it its terminal, and becomes the parent of descendants that lose theirs.
pub fn become_guardian() -> io::Result<()> {
    setsid()?;
    become_reaper()
}

/// This process' standard output, for a child.
pub fn standard_output() -> io::Result<Stdio> {
    Ok(io::stdout().as_fd().try_clone_to_owned()?.into())
}

/// Where the system tells less of processes, and lost descendants go to the first process.
#[cfg(not(target_os = "linux"))]
mod others {
    use std::process::{Child, ExitStatus};
    use std::sync::atomic::AtomicBool;
    use std::time::Duration;

    use super::super::Usage;
    use super::*;

    pub fn become_reaper() -> io::Result<()> {
        Ok(())
    }

    pub fn this_program() -> io::Result<Command> {
        std::env::current_exe().map(Command::new)
    }

    pub fn wait_for(mut child: Child, _stopped: &AtomicBool) -> io::Result<ExitStatus> {
        let status = child.wait();
        end_group(child.id());
        status
    }

    pub fn end_all() {}

    pub fn usage_of(_process: u32) -> Option<Usage> {
        None
    }

    pub fn is_runnable(_process: u32) -> bool {
        true
    }

    pub fn cpu_of_ended() -> Duration {
        Duration::ZERO
    }
}
