//! What `cargo xtask` runs: makes sure that the program `xtask` is up to date, and becomes it.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    // As cargo says now: where checkouts share a target folder, this very program may be another one's.
    let own = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let course = own.as_deref().and_then(|own| own.ancestors().nth(2)).map_or_else(launcher::course, Path::to_owned);
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    launcher::renew_launcher(&course, &arguments);
    launcher::become_program(&course, "xtask", arguments)
}
