//! Signals on Unix.

use std::io;
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{
    self, Pid, WaitId, WaitIdOptions, getpgrp, getsid, kill_current_process_group, kill_process, waitid,
};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
use signal_hook::iterator::Signals;

use super::Signal;

/// Tells of signals from now on, in place of what they would do.
///
/// # Errors
/// If the system refuses.
pub fn follow(tell: impl Fn(Signal) + Send + 'static) -> io::Result<()> {
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGCONT])?;
    thread::spawn(move || {
        for signal in signals.forever() {
            tell(match signal {
                SIGINT => Signal::Interrupt,
                SIGTSTP => Signal::Stop,
                SIGCONT => Signal::Continue,
                // As a shell says it of a program that a signal ended.
                signal => Signal::End(128 + signal as u8),
            });
        }
    });
    Ok(())
}

/// Whether a shell waits that can let us go on after a stop. Where the terminal was started for us alone, there is none,
/// and nobody could.
pub fn has_job_control() -> bool {
    // Such a shell gives each job a process group. Without one we are in the group of the session's first process.
    getsid(None).is_ok_and(|session| getpgrp() != session)
}

/// Asks all processes of our job to stop, us among them, as a terminal does at Ctrl-Z.
pub fn stop_job() {
    // Our own group is always there.
    let _ = kill_current_process_group(process::Signal::TSTP);
}

/// Stops this process. It may go on for a moment before it stops.
pub fn stop() {
    let _ = kill_process(process::getpid(), process::Signal::STOP);
}

/// Waits a moment for a program of our job to stop as well. The shell takes the terminal as soon as we stop, and a program
/// that has the signal still to come would take the first letter that is meant for the shell.
pub fn wait_until_stopped(child: &Child) {
    const PATIENCE: Duration = Duration::from_millis(500);
    const PAUSE: Duration = Duration::from_millis(2);
    let options = WaitIdOptions::STOPPED | WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    let began = Instant::now();
    // One that was not told to stop, or does not want to, keeps nobody waiting.
    while began.elapsed() < PATIENCE && matches!(waitid(WaitId::Pid(Pid::from_child(child)), options), Ok(None)) {
        thread::sleep(PAUSE);
    }
}

/// Asks a program to end, which may tidy up first.
pub fn end(child: &mut Child) {
    // One that has ended already is what is wanted.
    let _ = kill_process(Pid::from_child(child), process::Signal::TERM);
}
