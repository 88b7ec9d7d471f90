//! What a step's snapshots say: the expected answers, and what is known of wrong ones.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use harness::{Cell, Trial};

use crate::course::{Case, Step, line_of, read};
use crate::error::{Error, Result};
use crate::snapshot::{self, Record, Recorded};
use crate::solution::{Mistake, Solution};

/// What is known of a step's wrong answers. It is read only where there is one.
#[derive(Debug, Clone)]
pub struct Known {
    /// The known mistakes.
    pub mistakes: Vec<KnownMistake>,
    /// The declarations of the functions that the student writes, by name.
    pub signatures: BTreeMap<String, String>,
}

/// Where the judge turns to when an answer is wrong.
pub trait Knowledge {
    /// What is recorded of the step's wrong answers.
    ///
    /// # Errors
    /// If it cannot be read.
    fn known(&self) -> Result<Known>;

    /// What each of some mistakes answers, in full, when `other` is made as well. Nothing where that is not known.
    ///
    /// # Errors
    /// If it cannot be found out.
    fn together(&self, _other: &Mistake, _mistakes: &[&Mistake]) -> Result<Vec<Record>> {
        Ok(Vec::new())
    }
}

/// A mistake and what it answers where that differs from the expected answers.
#[derive(Debug, Clone)]
pub struct KnownMistake {
    /// The mistake.
    pub mistake: Mistake,
    /// Its answers, where they are not the expected ones.
    pub answers: Record,
}

/// Where the snapshot of a case lies, relative to the course.
pub fn case_snapshot(step: &Step, case: &str) -> PathBuf {
    step.snapshots().join(format!("{case}.snap"))
}

/// Where the snapshot of a mistake lies, relative to the course.
pub fn mistake_snapshot(step: &Step, mistake: &str) -> PathBuf {
    step.snapshots().join("mistakes").join(format!("{mistake}.snap"))
}

/// Reads the expected answers of every case of a step on every graded trial.
///
/// # Errors
/// If a case has no snapshot, a snapshot has no case, or one is damaged or incomplete.
pub fn read_answers(root: &Path, step: &Step) -> Result<Record> {
    let mut answers = Record::new();
    for case in &step.cases {
        let name = case.name.get_ref();
        let path = case_snapshot(step, name);
        if !root.join(&path).is_file() {
            let toml = step.folder.join("exercise.toml");
            let line = line_of(&read(root, &toml)?, &case.name.span());
            return Err(Error::at(&toml, line, format!("case `{name}` has no snapshot; record it: {}", bless(step))));
        }
        let record = snapshot::read(root, &path)?;
        check_plot(root, step, case, record.get(&(name.clone(), Trial::Lesson.to_string())))?;
        for trial in Trial::GRADED {
            if let Some(fault) = fault_of(record.get(&(name.clone(), trial.to_string()))) {
                let message = format!("the table of `{name}, {trial}` {fault}; record it again: {}", bless(step));
                return Err(Error::in_file(&path, message));
            }
        }
        answers.extend(record);
    }
    let wanted: BTreeSet<_> = step.cases.iter().map(|case| case_snapshot(step, case.name.get_ref())).collect();
    refuse_orphans(root, &step.snapshots(), &wanted, "case")?;
    Ok(answers)
}

impl Known {
    /// Reads what is known of a step's wrong answers.
    ///
    /// # Errors
    /// If the solution or its list of mistakes is malformed, a mistake has no snapshot or a snapshot has no mistake.
    pub fn load(root: &Path, step: &Step) -> Result<Self> {
        let solution = Solution::load(root, step)?;
        let mut mistakes = Vec::new();
        for mistake in solution.mistakes(root, step)? {
            let path = mistake_snapshot(step, &mistake.name);
            if !root.join(&path).is_file() {
                let message = format!("mistake `{}` has no snapshot; record it: {}", mistake.name, bless(step));
                return Err(Error::at(&step.solution().join("mistakes.toml"), mistake.line, message));
            }
            let answers = snapshot::read(root, &path)?;
            mistakes.push(KnownMistake { mistake, answers });
        }
        let wanted = mistakes.iter().map(|known| mistake_snapshot(step, &known.mistake.name)).collect();
        refuse_orphans(root, &step.snapshots().join("mistakes"), &wanted, "mistake")?;
        let signatures = solution.bodies.into_iter().map(|body| (body.function, body.signature)).collect();
        Ok(Self { mistakes, signatures })
    }
}

impl KnownMistake {
    /// What the mistake does on a case and trial.
    pub fn recorded<'a>(&'a self, expected: &'a Record, key: &(String, String)) -> Option<&'a Recorded> {
        self.answers.get(key).or_else(|| expected.get(key))
    }
}

/// Checks that a case's table has the columns that are to be drawn, and numbers in those that are drawn as numbers.
fn check_plot(root: &Path, step: &Step, case: &Case, recorded: Option<&Recorded>) -> Result<()> {
    let (Some(plot), Some(Recorded::Table(table))) = (&case.plot, recorded) else { return Ok(()) };
    let name = case.name.get_ref();
    for column in plot.columns() {
        let fault = match table.columns.iter().position(|own| own.name == *column.get_ref()) {
            None => {
                let known: Vec<String> = table.columns.iter().map(|own| format!("`{}`", own.name)).collect();
                format!("the table of case `{name}` has no column `{}`; it has {}", column.get_ref(), known.join(", "))
            }
            Some(at) if plot.draws_numbers_of(column) && table.rows.iter().all(|row| is_text(row.get(at))) => {
                format!("column `{}` of case `{name}` holds no number to draw", column.get_ref())
            }
            Some(_) => continue,
        };
        let toml = step.folder.join("exercise.toml");
        return Err(Error::at(&toml, line_of(&read(root, &toml)?, &column.span()), fault));
    }
    Ok(())
}

fn is_text(cell: Option<&Cell>) -> bool {
    matches!(cell, None | Some(Cell::Text(_)))
}

/// Why nothing can be compared with a recorded answer, if nothing can.
fn fault_of(recorded: Option<&Recorded>) -> Option<&'static str> {
    match recorded {
        Some(Recorded::Table(table)) if table.rows.is_empty() => Some("has no rows"),
        Some(Recorded::Table(table)) if table.rows.iter().flatten().any(is_not_finite) => {
            Some("holds a number that is not finite")
        }
        Some(Recorded::Table(_)) => None,
        Some(Recorded::Ended(_)) | None => Some("is missing"),
    }
}

fn is_not_finite(cell: &Cell) -> bool {
    matches!(cell, Cell::Number(number) if !number.is_finite())
}

/// A snapshot that nothing belongs to would be taken for a graded one by whoever reads the folder.
fn refuse_orphans(root: &Path, folder: &Path, wanted: &BTreeSet<PathBuf>, owner: &str) -> Result<()> {
    let found = snapshots_in(root, folder).into_iter().find(|path| !wanted.contains(path));
    found.map_or(Ok(()), |path| Err(orphan(&path, owner)))
}

/// What is to be said of a snapshot to which no case or no mistake belongs.
pub fn orphan(path: &Path, owner: &str) -> Error {
    Error::in_file(path, format!("no {owner} has this snapshot; rename the {owner} back or delete the file"))
}

/// The snapshots in a folder, relative to the course as the folder is.
pub fn snapshots_in(root: &Path, folder: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(root.join(folder)).max_depth(1).sort_by_file_name().into_iter().flatten();
    let snapshots = entries.filter(|entry| entry.path().extension().is_some_and(|extension| extension == "snap"));
    snapshots.map(|entry| folder.join(entry.file_name())).collect()
}

fn bless(step: &Step) -> String {
    format!("`cargo xtask bless {}`", step.name)
}
