//! What `cargo xtask` runs: makes sure that the program `xtask` is up to date, and becomes it.

use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    // As cargo says now: where checkouts share a target folder, this very program may be another one's.
    let own = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let course = own.as_deref().and_then(|own| own.ancestors().nth(2)).map_or_else(launcher::course, Path::to_owned);
    launcher::become_program(&course, "xtask", env::args_os().skip(1))
}
