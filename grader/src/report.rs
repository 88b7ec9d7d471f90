//! Reports: the verdicts of a grade for a person or a program. The last station on its way.

mod cells;
pub(crate) mod charset;
pub(crate) mod difference;
pub(crate) mod hint;
pub mod json;
pub mod junit;
pub mod markdown;
mod prints;
pub(crate) mod progress;
pub(crate) mod sentences;
pub mod terminal;
pub mod text;

pub use charset::Charset;
pub use difference::{Difference, Source};
pub use hint::Hints;
pub use progress::{ProgressLine, obeys_escapes, progress_in_words};
pub use sentences::trial_in_words;
