//! What the tests of all programs share: [`Course`]s to try commands on, a [`Session`] in a terminal, and golden
//! texts.
//!
//! It knows the programs by their command lines and the course by its files alone, so that no change inside of the
//! grader touches it. What goes wrong here is the test's fault, or what it is to find: everything panics.

mod course;
pub mod golden;
mod patience;
#[cfg(target_os = "linux")]
mod processes;
mod program;
mod real;
mod run;
pub mod schema;
#[cfg(unix)]
mod screen;
#[cfg(unix)]
mod session;
pub mod solution;

pub use course::{Course, LOSS, PREDICT, SQUARED_ERROR, Step, changed};
pub use patience::{PATIENCE, wait_until};
#[cfg(target_os = "linux")]
pub use processes::processes_in;
pub use program::Program;
pub use real::folders;
pub use run::Run;
#[cfg(unix)]
pub use screen::picture_of;
#[cfg(unix)]
pub use session::Session;
