//! Signals on Windows, which are Ctrl-C alone.

use std::io;
use std::process::Child;

use super::Signal;

/// Tells of Ctrl-C from now on, in place of what it would do.
///
/// # Errors
/// If the system refuses.
pub fn follow(tell: impl Fn(Signal) + Send + 'static) -> io::Result<()> {
    ctrlc::set_handler(move || tell(Signal::Interrupt)).map_err(io::Error::other)
}

/// Windows has no jobs that stop and go on.
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
    // One that has ended already is what is wanted.
    let _ = child.kill();
}
