//! Signals on Windows, where Ctrl-C is the only one.

use std::io;
use std::process::Child;
use std::sync::atomic::Ordering;

use super::{Interrupts, Signal};

/// Reports Ctrl-C from now on, instead of what it would do.
///
/// # Errors
/// If the system refuses.
pub fn follow(interrupts: &Interrupts, tell: impl Fn(Signal) + Send + 'static) -> io::Result<()> {
    let interrupts = interrupts.clone();
    let handler = move || {
        interrupts.0.store(true, Ordering::SeqCst);
        tell(Signal::Interrupt);
    };
    ctrlc::set_handler(handler).map_err(io::Error::other)
}

/// Windows has no jobs that stop and continue.
pub fn has_job_control() -> bool {
    false
}

/// Never called without job control.
pub fn stop_job() {}

/// Never called without job control.
pub fn stop() {}

/// Never called without job control.
pub fn wait_until_stopped(_: &Child) {}

/// Ends a program.
pub fn end(child: &mut Child) {
    // Nothing to do if it has already ended.
    let _ = child.kill();
}
