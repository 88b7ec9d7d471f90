//! What systems do in different ways: groups of processes, lost descendants, and what a process has used.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(all(unix, not(target_os = "linux")))]
mod other_unix;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::time::Duration;

#[cfg(unix)]
pub use unix::*;
#[cfg(windows)]
pub use windows::*;

/// What all descendants of a process have used so far.
#[derive(Debug, Clone, Copy, Default)]
pub struct Usage {
    /// CPU time, with that of those that have ended.
    pub cpu: Duration,
    /// Bytes of memory.
    pub memory: u64,
    /// How many there are.
    pub processes: usize,
    /// Whether one computes, or would if it got a core.
    pub runnable: bool,
}
