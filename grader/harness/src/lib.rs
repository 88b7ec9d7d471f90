//! What an exercise's `cases.rs` links: a [`Trial`] gives a case its input, a [`Table`] takes the student's answers,
//! and [`main`] runs the cases and hands the tables on. The course's data is of types that are a [`Dataset`]. An
//! experiment is written like a case but is not graded: what its trial draws are [`controls`].
//!
//! This is the student's end of a grade: it records answers and does not know the right ones. Run by hand (`cargo run
//! -p loss`), it prints the tables; started by the grader, it sends them to it (see [`protocol`]).

mod cell;
mod columns;
pub mod controls;
mod dataset;
mod drawn;
mod draws;
mod own_data;
pub mod protocol;
mod runner;
mod table;
#[cfg(test)]
mod testing;
mod trial;

pub use cell::{Cell, excerpt, shows_as_it_is};
pub use columns::{Side, cut, padded};
pub use dataset::{DataError, DataFile, Dataset, OwnFile};
pub use draws::Draws;
pub use own_data::OwnData;
pub use runner::{Part, case, experiment, main};
pub use table::{Column, Entry, Role, Samples, Table, answer, given};
pub use trial::{Counts, Point, Trial, View};
