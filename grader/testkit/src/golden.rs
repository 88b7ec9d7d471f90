//! Golden texts, in a package's `tests/snapshots`. `cargo insta review` shows and accepts what differs.

use std::path::Path;

use crate::run::with_slashes;

/// Compares a text with `tests/snapshots/NAME.snap` of the package that calls this.
#[macro_export]
macro_rules! assert_golden {
    ($name:expr, $text:expr) => {
        $crate::golden::assert_golden_of(env!("CARGO_MANIFEST_DIR"), $name, $text)
    };
}

/// Compares a text with `tests/snapshots/NAME.snap` of the package in a folder.
#[track_caller]
pub fn assert_golden_of(package: &str, name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new(package).join("tests").join("snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let text = if cfg!(windows) { with_slashes(text) } else { text.to_owned() };
    settings.bind(|| insta::assert_snapshot!(name, text));
}
