//! What systems do in different ways: process groups, orphaned descendants, and the measurement of what a process uses.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(all(unix, not(target_os = "linux")))]
mod other_unix;
#[cfg(unix)]
mod unix;
#[cfg(not(target_os = "linux"))]
mod unmeasured;
#[cfg(windows)]
mod windows;

use std::time::Duration;

#[cfg(target_os = "linux")]
pub use linux::*;
#[cfg(all(unix, not(target_os = "linux")))]
pub use other_unix::*;
#[cfg(unix)]
pub use unix::*;
#[cfg(not(target_os = "linux"))]
pub use unmeasured::*;
#[cfg(windows)]
pub use windows::*;

/// What all descendants of a process have used so far.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Usage {
    /// CPU time, with that of those that have ended.
    pub cpu: Duration,
    /// Bytes of memory.
    pub memory: u64,
    /// How many there are.
    pub processes: usize,
    /// Whether one computes, or would if it got a core, or if the grader read what they have printed.
    pub runnable: bool,
}
