//! Signals from the system.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub use unix::{end, follow, has_job_control, stop, stop_job, wait_until_stopped};
#[cfg(windows)]
pub use windows::{end, follow, has_job_control, stop, stop_job, wait_until_stopped};

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(windows, expect(dead_code, reason = "Windows knows of interrupts alone"))]
pub enum Signal {
    /// Ctrl-C, where the terminal is not in raw mode: meant for the editor while one has it.
    Interrupt,
    /// To end, with this exit code.
    End(u8),
    /// To stop until the next [`Signal::Continue`].
    Stop,
    /// To go on. It may come without a [`Signal::Stop`]: some stops cannot be seen.
    Continue,
}
