//! What the case at work has drawn from the course's data: which records, and what kept it from reading them.

use std::cell::RefCell;

use crate::DataError;
use crate::table::Samples;

#[derive(Default)]
struct Drawn {
    samples: Vec<Samples>,
    error: Option<DataError>,
}

thread_local! {
    static DRAWN: RefCell<Drawn> = RefCell::default();
}

/// A new case begins.
pub(crate) fn begin() {
    DRAWN.take();
}

/// Notes that the case has so many records of a set.
pub(crate) fn note(records: &str, count: usize) {
    DRAWN.with_borrow_mut(|drawn| {
        if drawn.samples.iter().all(|known| known.records != records) {
            drawn.samples.push(Samples { records: records.to_owned(), count });
        }
    });
}

/// Ends the case that needs records which cannot be read. It unwinds as a panic of the student's code does, and
/// [`error`] tells the two apart. Outside of a run, as in a test, it is an ordinary panic with file and line.
pub(crate) fn fail(error: DataError) -> ! {
    DRAWN.with_borrow_mut(|drawn| drawn.error = Some(error.clone()));
    panic!("{error}")
}

/// What kept the case from reading its records, if that ended it.
pub(crate) fn error() -> Option<DataError> {
    DRAWN.with_borrow_mut(|drawn| drawn.error.take())
}

/// The sets that the case has drawn.
pub(crate) fn samples() -> Vec<Samples> {
    DRAWN.with_borrow_mut(|drawn| std::mem::take(&mut drawn.samples))
}
