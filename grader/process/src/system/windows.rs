//! Processes on Windows, where a job holds everything that a process starts.

use std::io;
use std::net::TcpStream;
use std::os::windows::io::AsHandle;
use std::os::windows::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::time::Duration;

use win32job::{ExtendedLimitInfo, Job};

use super::file_of_this_program;
use crate::mark::Mark;
use crate::{Bounds, Inherited, Limit, locked};

/// Calls this on its own thread when somebody asks the process to end.
pub(crate) fn on_interrupt(handler: impl Fn() + Send + 'static) -> io::Result<()> {
    ctrlc::set_handler(handler).map_err(io::Error::other)
}

/// Whether code has ended a child of this process. Here that is an exit like any other.
pub(crate) fn was_killed(_child: &Child) -> bool {
    false
}

/// Whether a child has ended.
pub(crate) fn has_ended(child: &mut Child) -> bool {
    // Its handle keeps its number.
    !matches!(child.try_wait(), Ok(None))
}

/// The limits that allow less than these bounds: here nobody sets any.
pub fn inherited(_bounds: &Bounds) -> Vec<Inherited> {
    Vec::new()
}

/// From now on all that this process starts ends with it.
pub(crate) fn become_guardian(_bounds: Option<&Bounds>, _mark: Mark) -> io::Result<()> {
    let mut limits = ExtendedLimitInfo::new();
    limits.limit_kill_on_job_close();
    let job = Job::create_with_limit_info(&limits).map_err(io::Error::other)?;
    job.assign_current_process().map_err(io::Error::other)?;
    // It closes with the process, and not before.
    let _ = job.into_handle();
    Ok(())
}

/// Windows has no signals.
pub(crate) fn limit_of(_signal: i32) -> Option<Limit> {
    None
}

/// Keeps the terminal's Ctrl-C from the child, as a process group of its own does on Unix.
pub(crate) fn in_its_own_group(command: &mut Command) {
    const CREATE_NEW_PROCESS_GROUP: u32 = 0x0000_0200;
    command.creation_flags(CREATE_NEW_PROCESS_GROUP);
}

/// Ends a child. What it has started ends with the supervisor.
pub(crate) fn end(child: &mut Child) {
    let _ = child.kill();
}

/// Waits for a child to end, and does this.
pub(crate) fn wait(child: &Mutex<Child>, when_ended: impl FnOnce()) -> io::Result<ExitStatus> {
    const LOOK_AGAIN: Duration = Duration::from_millis(2);
    loop {
        // Not locked all the time, so that it can be ended.
        if let Some(status) = locked(child).try_wait()? {
            when_ended();
            return Ok(status);
        }
        std::thread::sleep(LOOK_AGAIN);
    }
}

/// Windows has no signals.
pub(crate) fn signal_of(_status: ExitStatus) -> Option<i32> {
    None
}

/// The connection that there would be.
pub(crate) type Connection = TcpStream;

/// Nothing that a child could have as its standard input can be both read and written here, so no program is started
/// ahead.
pub(crate) fn connection() -> io::Result<(Connection, Stdio)> {
    Err(io::ErrorKind::Unsupported.into())
}

/// This process' standard output, for a child.
pub(crate) fn standard_output() -> io::Result<Stdio> {
    Ok(io::stdout().as_handle().try_clone_to_owned()?.into())
}

/// This program once more.
pub(crate) fn this_program() -> io::Result<Command> {
    let mut command = Command::new(file_of_this_program()?);
    // The terminal's Ctrl-C is for the grader, which ends its supervisors itself.
    in_its_own_group(&mut command);
    Ok(command)
}

/// What is left ends with this process.
pub(crate) fn end_descendants() {}

/// All of it has ended with the supervisor.
pub(crate) fn end_orphans(_mark: Mark, _supervisor: u32, _program: Option<u32>) {}
