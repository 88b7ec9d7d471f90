//! `cargo xtask plot`: the pictures of a step.

use std::path::Path;
use std::process::ExitCode;

use grader::Result;
use grader::cli::PlotArgs;

/// Draws the pictures of a step.
///
/// # Errors
/// If the grader cannot grade, or a picture cannot be written.
pub fn plot(_root: &Path, _args: &PlotArgs) -> Result<ExitCode> {
    Ok(ExitCode::SUCCESS)
}
