//! Expected answers: where the snapshots of a step are, and what they hold for each case.

use std::path::{Path, PathBuf};

use course::{Case, Edition, Error, Result, Step};
use harness::{Cell, Trial};

use super::{Key, Record, Recorded, snapshot};

/// The path of a case's snapshot, relative to the course.
pub fn case_snapshot(step: &Step, case: &str) -> PathBuf {
    step.snapshots().join(format!("{case}.snap"))
}

/// The path of a mistake's snapshot, relative to the course.
pub fn mistake_snapshot(step: &Step, mistake: &str) -> PathBuf {
    step.snapshots().join("mistakes").join(format!("{mistake}.snap"))
}

/// Reads the expected answers of every case of a step on every graded trial.
///
/// # Errors
/// If a case has no snapshot, a snapshot has no case, or one is damaged or incomplete.
pub fn read_answers(root: &Path, step: &Step) -> Result<Record> {
    let remedy = Edition::of(root).remedy(step);
    let mut answers = Record::new();
    for case in &step.cases {
        let name = &case.name;
        let path = case_snapshot(step, name);
        if !root.join(&path).exists() {
            let message = format!("case `{name}` has no snapshot; {remedy}");
            return Err(Error::at(&step.toml(), case.line, message));
        }
        let record = snapshot::read(root, &path)?;
        check_plot(step, case, record.get(&Key::new(name, Trial::Lesson)))?;
        for trial in Trial::GRADED {
            if let Some(fault) = fault_of(record.get(&Key::new(name, trial))) {
                let message = format!("the table of `{name}, {trial}` {fault}; {remedy}");
                return Err(Error::in_file(&path, message));
            }
        }
        answers.extend(record);
    }
    let wanted: Vec<_> = step.cases.iter().map(|case| case_snapshot(step, &case.name)).collect();
    match snapshots_in(root, &step.snapshots()).into_iter().find(|path| !wanted.contains(path)) {
        Some(path) => Err(orphan(&path, "case")),
        None => Ok(answers),
    }
}

/// Checks that a case's table can be drawn as its plot says.
fn check_plot(step: &Step, case: &Case, recorded: Option<&Recorded>) -> Result<()> {
    let (Some(plot), Some(Recorded::Answered(table))) = (&case.plot, recorded) else { return Ok(()) };
    match plot.misfit(&format!("case `{}`", case.name), table) {
        Some((line, message)) => Err(Error::at(&step.toml(), line, message)),
        None => Ok(()),
    }
}

/// Why no answer can be compared with a recorded one, if none can.
fn fault_of(recorded: Option<&Recorded>) -> Option<&'static str> {
    match recorded {
        Some(Recorded::Answered(table)) if table.rows.is_empty() => Some("has no rows"),
        Some(Recorded::Answered(table)) if table.rows.iter().flatten().any(is_not_finite) => {
            Some("holds a number that is not finite")
        }
        Some(Recorded::Answered(_)) => None,
        _ => Some("is missing"),
    }
}

fn is_not_finite(cell: &Cell) -> bool {
    matches!(cell, Cell::Number(number) if !number.is_finite())
}

/// The message about a snapshot that belongs to no case or mistake: a reader of the folder would take it for a graded
/// one.
pub fn orphan(path: &Path, owner: &str) -> Error {
    Error::in_file(path, format!("no {owner} has this snapshot; rename the {owner} back or delete the file"))
}

/// The snapshots in a folder, relative to the course as the folder is, by name.
pub fn snapshots_in(root: &Path, folder: &Path) -> Vec<PathBuf> {
    // Not `walkdir`: it reads and sorts the folders inside, too, which it then leaves out.
    let entries = fs_err::read_dir(root.join(folder)).into_iter().flatten().flatten();
    let paths = entries.map(|entry| folder.join(entry.file_name()));
    let mut snapshots: Vec<_> =
        paths.filter(|path| path.extension().is_some_and(|extension| extension == "snap")).collect();
    snapshots.sort();
    snapshots
}
