//! Prints that are too long for a report, as files: one for each case, until the next grade of its step.

use std::env;
use std::path::{Path, PathBuf};

use attempt::own_files;
use attempt::workspace::Workspace;
use course::Step;
use fs_err as fs;
use report::prints;
use verdict::StepReport;

/// Writes the prints of a step's cases that a report would cut, and removes those of an earlier grade. Where that cannot
/// be done, the report names no file.
pub(super) fn keep(workspace: &Workspace, step: &Step, report: &mut StepReport) {
    let folder = workspace.scratch().join("prints").join(step.folder_name());
    // Mostly there is none.
    let has_earlier = folder.is_dir();
    for case in &mut report.cases {
        let file = folder.join(format!("{}.txt", case.name));
        case.printed_in = match prints::file(&case.printed) {
            Some(text) => write(workspace, &file, &text).then(|| from_here(file)),
            None => {
                if has_earlier {
                    let _ = fs::remove_file(&file);
                }
                None
            }
        };
    }
}

/// Whether a step printed so much that a report names a file, if that can be written.
pub(super) fn are_too_long(report: &StepReport) -> bool {
    report.cases.iter().any(|case| prints::file(&case.printed).is_some())
}

/// Whether the file has this text now.
fn write(workspace: &Workspace, file: &Path, text: &str) -> bool {
    own_files::read(file).is_some_and(|held| held == text.as_bytes())
        || own_files::replace(&workspace.scratch(), file, text.as_bytes()).is_ok()
}

/// A path as a person would type it: from the current folder, if the file is in that.
fn from_here(file: PathBuf) -> PathBuf {
    let here = env::current_dir().ok();
    let inside = here.and_then(|here| file.strip_prefix(here).ok().map(Path::to_owned));
    inside.unwrap_or(file)
}
