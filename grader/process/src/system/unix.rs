//! Processes on Unix.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::thread;

use rustix::process::{
    Pid, Resource, Rlimit, Signal, WaitId, WaitIdOptions, WaitIdStatus, getrlimit, kill_process_group, setrlimit,
    setsid, waitid,
};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::stand_firm;
use crate::mark::Mark;
use crate::{Bounds, Inherited, Limit, locked};

/// Calls this on its own thread when somebody asks the process to end.
pub(crate) fn on_interrupt(handler: impl Fn() + Send + 'static) -> io::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    thread::spawn(move || signals.forever().for_each(|_| handler()));
    Ok(())
}

/// Leaves the grader's session, and with it its terminal; becomes the parent of descendants that lose theirs; and
/// sets those bounds that the kernel holds a process to.
pub(crate) fn become_guardian(bounds: Option<&Bounds>, mark: Mark) -> io::Result<()> {
    setsid()?;
    stand_firm(mark)?;
    if let Some(bounds) = bounds {
        // A crash leaves no file behind.
        limit(Resource::Core, 0)?;
        limit(Resource::Fsize, bounds.file)?;
        // For systems where nobody measures, and for a supervisor that gets no core. It counts whole seconds.
        limit(Resource::Cpu, bounds.cpu.as_secs() + 1)?;
    }
    Ok(())
}

fn limit(resource: Resource, most: u64) -> io::Result<()> {
    // A lower one that the user has set holds.
    let present = getrlimit(resource);
    let most = present.maximum.map_or(most, |present| present.min(most));
    let most = present.current.map_or(most, |present| present.min(most));
    Ok(setrlimit(resource, Rlimit { current: Some(most), maximum: present.maximum })?)
}

/// The limits that allow less than these bounds.
pub fn inherited(bounds: &Bounds) -> Vec<Inherited> {
    let limits = [
        (Resource::Fsize, bounds.file, Limit::File, "-f"),
        (Resource::As, bounds.memory, Limit::Memory, "-v"),
        (Resource::Data, bounds.memory, Limit::Memory, "-d"),
        (Resource::Cpu, bounds.cpu.as_secs(), Limit::Cpu, "-t"),
    ];
    let lower = limits.into_iter().filter_map(|(resource, bound, on, option)| {
        let most = getrlimit(resource).current.filter(|most| *most < bound)?;
        Some(Inherited { on, most, option })
    });
    lower.collect()
}

/// The bound that a process has met when the kernel ends it by this signal.
pub(crate) fn limit_of(signal: i32) -> Option<Limit> {
    if signal == Signal::XCPU.as_raw() {
        Some(Limit::Cpu)
    } else if signal == Signal::XFSZ.as_raw() {
        Some(Limit::File)
    } else {
        None
    }
}

/// Makes the child the leader of a new process group.
pub(crate) fn in_its_own_group(command: &mut Command) {
    command.process_group(0);
}

/// Ends a child and its process group, unless it has ended.
pub(crate) fn end(child: &mut Child) {
    if matches!(child.try_wait(), Ok(None)) {
        end_group(child.id());
        // It may have left its group.
        let _ = child.kill();
    }
}

/// Whether a signal has ended a child.
pub(crate) fn was_killed(child: &Child) -> bool {
    matches!(peek(child), Ok(Some(status)) if status.killed() || status.dumped())
}

/// Whether a child has ended. Its number is not given to another before it is waited for.
pub(crate) fn has_ended(child: &mut Child) -> bool {
    !matches!(peek(child), Ok(None))
}

/// How a child has ended, if it has, without waiting for it.
fn peek(child: &Child) -> rustix::io::Result<Option<WaitIdStatus>> {
    waitid(WaitId::Pid(Pid::from_child(child)), WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT)
}

/// Waits for a child to end, does this, and ends what is left of its group.
pub(crate) fn wait(child: &Mutex<Child>, when_ended: impl FnOnce()) -> io::Result<ExitStatus> {
    let process = locked(child).id();
    // Not locked meanwhile, and not yet let go: its number stands for no other process and group.
    if let Some(pid) = i32::try_from(process).ok().and_then(Pid::from_raw) {
        while waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT)
            .is_err_and(|error| error == rustix::io::Errno::INTR)
        {}
    }
    when_ended();
    end_group(process);
    locked(child).wait()
}

/// Ends all processes of the group that this process leads.
pub(crate) fn end_group(leader: u32) {
    if let Some(group) = i32::try_from(leader).ok().and_then(Pid::from_raw) {
        // Nothing to do if it has already ended.
        let _ = kill_process_group(group, Signal::KILL);
    }
}

/// The signal that ended a child, by number.
pub(crate) fn signal_of(status: ExitStatus) -> Option<i32> {
    status.signal()
}

/// This process' end of a connection with a child.
pub(crate) type Connection = UnixStream;

/// A connection with a child, and its end for the child.
pub(crate) fn connection() -> io::Result<(Connection, Stdio)> {
    let (own, its) = UnixStream::pair()?;
    Ok((own, OwnedFd::from(its).into()))
}

/// This process' standard output, for a child.
pub(crate) fn standard_output() -> io::Result<Stdio> {
    Ok(io::stdout().as_fd().try_clone_to_owned()?.into())
}
