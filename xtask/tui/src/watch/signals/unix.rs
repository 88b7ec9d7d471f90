//! Signals on Unix.

use std::io;
use std::process::Child;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{
    self, Pid, WaitId, WaitIdOptions, getpgrp, getsid, kill_current_process_group, kill_process, waitid,
};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
use signal_hook::flag;
use signal_hook::iterator::Signals;

use super::{Interrupts, Signal};

/// Reports signals from now on, instead of what they would do.
///
/// # Errors
/// If the system refuses.
pub fn follow(interrupts: &Interrupts, tell: impl Fn(Signal) + Send + 'static) -> io::Result<()> {
    // Before the signals are reported, so that whoever handles a reported one finds it.
    flag::register(SIGINT, Arc::clone(&interrupts.0))?;
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGCONT])?;
    thread::spawn(move || {
        for signal in signals.forever() {
            tell(match signal {
                SIGINT => Signal::Interrupt,
                SIGTSTP => Signal::Stop,
                SIGCONT => Signal::Continue,
                // The exit code that shells report for a program that a signal ended.
                signal => Signal::End(128 + signal as u8),
            });
        }
    });
    Ok(())
}

/// Whether a shell is waiting that can continue this process after a stop. There is none in a terminal that was started
/// for this program alone.
pub fn has_job_control() -> bool {
    // Such a shell gives each job its own process group. Without one, our group is that of the session's first process.
    getsid(None).is_ok_and(|session| getpgrp() != session)
}

/// Asks all processes of our job to stop, including this one, as a terminal does at Ctrl-Z.
pub fn stop_job() {
    // This cannot fail: our own group always exists.
    let _ = kill_current_process_group(process::Signal::TSTP);
}

/// Stops this process. It may run on for a moment before it stops.
pub fn stop() {
    let _ = kill_process(process::getpid(), process::Signal::STOP);
}

/// Waits a moment for another program of our job to stop. The shell takes the terminal as soon as we stop, and a
/// program that has not stopped yet would read the first key that is meant for the shell.
pub fn wait_until_stopped(child: &Child) {
    const PATIENCE: Duration = Duration::from_millis(500);
    const PAUSE: Duration = Duration::from_millis(2);
    let options = WaitIdOptions::STOPPED | WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    let began = Instant::now();
    // A program that does not stop must not keep us waiting.
    while began.elapsed() < PATIENCE && matches!(waitid(WaitId::Pid(Pid::from_child(child)), options), Ok(None)) {
        thread::sleep(PAUSE);
    }
}

/// Asks a program to end, which can clean up first.
pub fn end(child: &mut Child) {
    // Nothing to do if it has already ended.
    let _ = kill_process(Pid::from_child(child), process::Signal::TERM);
}
