//! Signals from the system.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub use unix::{end, follow, has_job_control, stop, stop_job, wait_until_stopped};
#[cfg(windows)]
pub use windows::{end, follow, has_job_control, stop, stop_job, wait_until_stopped};

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
