//! One permit for each core, so that no more programs compute at once than there are cores. A program that waits gives
//! its permit away.

use std::sync::{Condvar, Mutex, PoisonError};

use process::locked;

/// The cores: each program that computes holds a permit for one.
pub(super) struct Semaphore {
    free: Mutex<usize>,
    freed: Condvar,
}

/// A permit that a program holds, or has given away.
pub(super) struct Permit<'a> {
    semaphore: &'a Semaphore,
    held: Mutex<bool>,
}

impl Semaphore {
    pub(super) fn new(count: usize) -> Self {
        Self { free: Mutex::new(count.max(1)), freed: Condvar::new() }
    }

    /// Waits until there is a permit.
    pub(super) fn take(&self) -> Permit<'_> {
        let free = self.freed.wait_while(locked(&self.free), |free| *free == 0);
        *free.unwrap_or_else(PoisonError::into_inner) -= 1;
        Permit { semaphore: self, held: Mutex::new(true) }
    }
}

impl Permit<'_> {
    pub(super) fn give_away(&self) {
        if std::mem::take(&mut *locked(&self.held)) {
            *locked(&self.semaphore.free) += 1;
            self.semaphore.freed.notify_one();
        }
    }

    /// Takes a permit without waiting, because the program computes already.
    pub(super) fn take_again(&self) {
        let mut free = locked(&self.semaphore.free);
        if *free > 0 {
            *free -= 1;
            *locked(&self.held) = true;
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.give_away();
    }
}
