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
pub(crate) use linux::*;
#[cfg(all(unix, not(target_os = "linux")))]
pub(crate) use other_unix::*;
#[cfg(unix)]
pub(crate) use unix::*;
#[cfg(not(target_os = "linux"))]
pub(crate) use unmeasured::*;
#[cfg(windows)]
pub(crate) use windows::*;

/// What all descendants of a process have used so far.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Usage {
    /// CPU time, with that of those that have ended.
    pub(crate) cpu: Duration,
    /// Bytes of memory.
    pub(crate) memory: u64,
    /// How many there are.
    pub(crate) processes: usize,
    /// Whether one computes, or would if it got a core, or if the grader read what they have printed.
    pub(crate) runnable: bool,
}
