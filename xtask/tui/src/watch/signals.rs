//! Signals from the system.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

#[cfg(unix)]
pub use unix::{end, follow, has_job_control, stop, stop_job, wait_until_stopped};
#[cfg(windows)]
pub use windows::{end, follow, has_job_control, stop, stop_job, wait_until_stopped};

/// Whether an interrupt has come that nothing was done about yet. This is known at once, while the thread that reports
/// signals may be late: what it reports of an interrupt may be about a program that has meanwhile ended.
#[derive(Debug, Clone, Default)]
pub struct Interrupts(Arc<AtomicBool>);

impl Interrupts {
    /// Whether one waits.
    pub fn waits(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    /// Takes what waits, and returns whether there was any.
    pub fn take(&self) -> bool {
        self.0.swap(false, Ordering::SeqCst)
    }
}

/// What a signal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(windows, expect(dead_code, reason = "Windows knows only interrupts"))]
pub enum Signal {
    /// Ctrl-C, if the terminal is not in raw mode; meant for the editor while one has the terminal.
    Interrupt,
    /// To end, with this exit code.
    End(u8),
    /// To stop until the next [`Signal::Continue`].
    Stop,
    /// To continue. It may come without a [`Signal::Stop`], as some stops cannot be noticed.
    Continue,
}
