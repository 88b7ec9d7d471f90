//! Reports: the verdicts of a grade, for a person or a program. Here a grade ends.
//!
//! ```
//! use grader::Report;
//! use grader::course::Asked;
//! use grader::verdict::Part;
//! use grader::report::terminal::Mentions;
//! use grader::report::text::{Colours, Layout};
//! use grader::report::{Charset, json, junit, markdown, terminal};
//!
//! # fn main() -> std::io::Result<()> {
//! let about = grader::course::About::default();
//! let report = Report { course_version: None, about, steps: Vec::new(), asked: Asked::Course, part: Part::Whole, left_out: 0 };
//! let layout = Layout { width: 80, colours: Colours::Left, charset: Charset::Ascii };
//! println!("{}", terminal::render(&report, &Mentions::Nothing, layout.width).write(&layout));
//! assert!(json::render(&report)?.starts_with("{\n  \"version\": 2,"));
//! assert!(junit::render(&report).contains("<testsuites"));
//! println!("{}", markdown::render(&report));
//! # Ok(())
//! # }
//! ```

#![warn(unreachable_pub)]

mod cells;
pub mod charset;
pub mod clean;
mod compiler;
mod difference;
mod findings;
pub mod json;
pub mod junit;
pub mod markdown;
mod panics;
pub mod prints;
pub mod progress;
mod sentences;
mod snippet;
pub mod summary;
pub mod terminal;
pub mod text;

pub use charset::Charset;
pub use difference::{Difference, SourceFile};
pub use progress::{ProgressLine, obeys_escapes, progress_in_words};
pub use sentences::{InWords, changed_exercises, complete, row_by_hand, shortened, steps_done, trial_in_words};
