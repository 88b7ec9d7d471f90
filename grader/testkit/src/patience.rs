//! Waiting for what must come, however busy the machine is.

use std::thread;
use std::time::{Duration, Instant};

/// Far longer than anything takes: who waits this long waits in vain.
pub const PATIENCE: Duration = Duration::from_secs(300);

/// Waits until something holds.
#[track_caller]
pub fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < PATIENCE, "waited in vain until {what}");
        thread::sleep(Duration::from_millis(5));
    }
}
