//! Processes on Windows, where a job holds what a process starts.

use std::io;
use std::os::windows::io::AsHandle;
use std::os::windows::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use win32job::{ExtendedLimitInfo, Job};

use super::Usage;

/// Keeps the terminal's Ctrl-C from the child, as a process group of its own does on Unix.
pub fn in_its_own_group(command: &mut Command) {
    const CREATE_NEW_PROCESS_GROUP: u32 = 0x0000_0200;
    command.creation_flags(CREATE_NEW_PROCESS_GROUP);
}

/// There are no groups to end; a supervisor's job ends with it.
pub fn end_group(_leader: u32) {}

/// Windows has no signals.
pub fn signal_of(_status: ExitStatus) -> Option<i32> {
    None
}

/// From now on all that this process starts ends with it.
pub fn become_guardian() -> io::Result<()> {
    let limits = ExtendedLimitInfo::new().limit_kill_on_job_close().clone();
    let job = Job::create_with_limit_info(&limits).map_err(io::Error::other)?;
    job.assign_current_process().map_err(io::Error::other)?;
    // It closes with the process.
    std::mem::forget(job);
    Ok(())
}

/// This process' standard output, for a child.
pub fn standard_output() -> io::Result<Stdio> {
    Ok(io::stdout().as_handle().try_clone_to_owned()?.into())
}

/// This program once more.
pub fn this_program() -> io::Result<Command> {
    std::env::current_exe().map(Command::new)
}

/// Waits for a child to end.
pub fn wait_for(mut child: Child, stopped: &AtomicBool) -> io::Result<ExitStatus> {
    const LOOK_AGAIN: Duration = Duration::from_millis(2);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if stopped.load(Ordering::Relaxed) {
            child.kill()?;
        }
        std::thread::sleep(LOOK_AGAIN);
    }
}

/// What is left ends with this process.
pub fn end_all() {}

/// Not measured here.
pub fn usage_of(_process: u32) -> Option<Usage> {
    None
}

/// Not known here.
pub fn is_runnable(_process: u32) -> bool {
    true
}

/// Not measured here.
pub fn cpu_of_ended() -> Duration {
    Duration::ZERO
}
