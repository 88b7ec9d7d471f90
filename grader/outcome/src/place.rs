//! A place in a source file: where the compiler or a panic points.

use std::path::Path;

use harness::protocol::Panic;
use serde::{Deserialize, Serialize};

/// A place in a source file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The file, as the compiler or the panic names it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
}

impl Place {
    /// Where a panic was, if it says so and the place is in the course, and not in the standard library or another
    /// crate.
    pub fn of_panic(panic: &Panic) -> Option<Self> {
        let is_own = Path::new(&panic.file).is_relative() && !panic.file.starts_with("/rustc/");
        (is_own && !panic.file.is_empty()).then(|| Self { file: panic.file.clone(), line: panic.line as usize })
    }
}
