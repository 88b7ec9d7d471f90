//! What systems do in different ways: groups of processes, lost descendants, and what a process has used.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::time::Duration;

#[cfg(unix)]
pub use unix::*;
#[cfg(windows)]
pub use windows::*;

/// What a process has used so far.
#[derive(Debug, Clone, Copy, Default)]
pub struct Usage {
    /// CPU time, with that of children for which it has waited.
    pub cpu: Duration,
    /// Bytes of memory.
    pub memory: u64,
}
