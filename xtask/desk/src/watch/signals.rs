//! What the system asks of us from outside.

use std::io;
use std::process::Child;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// Ctrl-C, where the terminal is not in raw mode: meant for the editor while one has it.
    Interrupt,
    /// To end, with this exit code.
    #[cfg_attr(windows, expect(dead_code, reason = "Windows has no other signals"))]
    End(u8),
}

/// Tells of signals from now on, in place of what they would do.
///
/// # Errors
/// If the system refuses.
#[cfg(unix)]
pub fn follow(tell: impl Fn(Signal) + Send + 'static) -> io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGHUP, SIGINT, SIGTERM])?;
    std::thread::spawn(move || {
        for signal in signals.forever() {
            tell(match signal {
                SIGINT => Signal::Interrupt,
                // As a shell says it of a program that a signal ended.
                signal => Signal::End(128 + signal as u8),
            });
        }
    });
    Ok(())
}

/// Tells of Ctrl-C from now on, in place of what it would do. Windows has no other signals to tell of.
///
/// # Errors
/// If the system refuses.
#[cfg(windows)]
pub fn follow(tell: impl Fn(Signal) + Send + 'static) -> io::Result<()> {
    ctrlc::set_handler(move || tell(Signal::Interrupt)).map_err(io::Error::other)
}

/// Asks a program to end, which may tidy up first.
#[cfg(unix)]
pub fn end(child: &mut Child) {
    use rustix::process::{Pid, Signal, kill_process};
    // One that has ended already is what is wanted.
    let _ = kill_process(Pid::from_child(child), Signal::TERM);
}

/// Ends a program.
#[cfg(windows)]
pub fn end(child: &mut Child) {
    let _ = child.kill();
}
