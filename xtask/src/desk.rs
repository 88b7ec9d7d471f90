//! `cargo xtask watch` and `cargo xtask plot`: the desk, a program of its own, so that nobody waits for a full screen and
//! a chart to be compiled who only grades.

use std::path::Path;
use std::process::{Command, ExitCode};

use grader::{Error, Result};

/// Builds the desk where that is needed, and hands this command line on to it.
///
/// # Errors
/// If it cannot be built or started.
pub fn desk(root: &Path) -> Result<ExitCode> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--profile", "grade", "--package", "desk", "--manifest-path"]).arg(root.join("Cargo.toml"));
    if !cargo.status().map_err(Error::NoCargo)?.success() {
        return Err(Error::Program("the desk could not be built".to_owned()));
    }
    let program = std::env::current_exe()?.with_file_name(format!("desk{}", std::env::consts::EXE_SUFFIX));
    let status = Command::new(program).args(std::env::args_os().skip(1)).status()?;
    Ok(ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(2)))
}
