//! What a program needs that grades at every save, whatever it shows the verdicts on: [`files`] sees which steps change,
//! [`Worker`] grades them on a thread of its own, and [`editor`] opens the student's file.

pub mod editor;
pub mod files;
#[cfg(any(test, feature = "fixture"))]
pub mod fixture;
pub mod panics;
mod worker;

pub use worker::{Grade, News, Worker};
