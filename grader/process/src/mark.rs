//! How the processes of a run are recognized when their supervisor is gone: by a limit that they inherit and that means
//! nothing to the system. A process can lower it but not raise it. So code cannot remove it, as it can leave its
//! session, its parent and its environment. (The superuser's code can.)

use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};

/// The mark of a run: the value of the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mark(u64);

/// All marks are at least this. A limit below it is nobody's, or a mark that was lowered.
const FIRST: u64 = 1 << 56;

#[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "no other system tells of a process' limits"))]
impl Mark {
    /// A mark that no other run has, of this grader or of another that is running.
    pub(crate) fn new() -> Self {
        static RUNS: AtomicU64 = AtomicU64::new(0);
        let run = RUNS.fetch_add(1, Ordering::Relaxed) % (1 << 24);
        Self(FIRST | u64::from(std::process::id()) << 24 | run)
    }

    /// The value of the limit.
    pub(crate) fn value(self) -> u64 {
        self.0
    }

    /// Whether a process with this value of the limit is of the run, or may be.
    pub(crate) fn is_on(self, value: u64) -> bool {
        value == self.0 || value < FIRST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_known_by_its_mark_also_where_it_was_lowered() {
        let [one, other] = [Mark::new(), Mark::new()];
        assert!(one.is_on(one.value()) && one.is_on(7));
        assert!(!one.is_on(other.value()) && !other.is_on(one.value()));
        assert!(one.value() < u64::MAX);
    }
}
