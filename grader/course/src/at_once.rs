//! Does work on several items in parallel.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;

use crate::{Error, Result};

/// How many threads the machine has cores for.
pub fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| thread::available_parallelism().map_or(2, usize::from))
}

/// Does some work on each item, several at once; the results come in the order of the items.
///
/// # Errors
/// The first one, in this order.
pub fn each<T: Sync, R: Send>(items: &[T], at_once: usize, work: impl Fn(&T) -> Result<R> + Sync) -> Result<Vec<R>> {
    let results: Vec<Mutex<Option<Result<R>>>> = items.iter().map(|_| Mutex::default()).collect();
    in_threads(items.len(), at_once, &|at| {
        let result = work(&items[at]);
        *results[at].lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
    });
    let failed = || Error::Program("the work of a thread failed".to_owned());
    let result = |slot: Mutex<Option<_>>| slot.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.into_iter().map(|slot| result(slot).ok_or_else(failed).flatten()).collect()
}

/// Does work with each number below `count`. It is compiled once for all kinds of work.
fn in_threads(count: usize, at_once: usize, work: &(dyn Fn(usize) + Sync)) {
    let next = AtomicUsize::new(0);
    let go_on = || {
        while let at = next.fetch_add(1, Ordering::Relaxed)
            && at < count
        {
            work(at);
        }
    };
    thread::scope(|scope| {
        // Fewer are enough if the system gives no more; this thread works, too.
        for _ in 1..at_once.min(count) {
            if thread::Builder::new().spawn_scoped(scope, go_on).is_err() {
                break;
            }
        }
        go_on();
    });
}
