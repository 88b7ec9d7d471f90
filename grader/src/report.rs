//! Reports: the verdicts of a grade for a person or a program. The last station on its way.

mod cells;
pub mod charset;
pub mod difference;
pub mod hint;
pub mod json;
pub mod junit;
pub mod markdown;
mod prints;
pub mod progress;
pub mod sentences;
pub mod terminal;
pub mod text;
