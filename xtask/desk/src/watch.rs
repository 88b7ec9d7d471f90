//! `cargo xtask watch`: a full screen that grades at every save.

use std::path::Path;
use std::process::ExitCode;

use grader::Result;
use grader::cli::WatchArgs;

/// Watches a course until the student leaves.
///
/// # Errors
/// If there is no terminal, or the course cannot be read.
pub fn watch(_root: &Path, _args: &WatchArgs) -> Result<ExitCode> {
    Ok(ExitCode::SUCCESS)
}
