//! What cases record as given: it is the same for every submission, or else it is a result of the student's code.

use std::collections::BTreeMap;

use grader::Result;
use grader::answers::{Record, Recorded, record_of};
use grader::attempt::Attempt;
use grader::course::{Course, read};
use harness::{Cell, Role, Table, Trial};

use super::Findings;
use super::texts::cases_in;
use crate::recording::{Sources, Trialled};

/// Compares the given cells of the solution with those of each mistake.
pub(super) fn check(
    course: &Course,
    findings: &mut Findings<'_>,
    sources: &Sources<'_>,
    trialled: &Trialled,
    answers: &Record,
) -> Result<()> {
    // By case and column, the first mistake that changes it.
    let mut changed: BTreeMap<(String, String), &str> = BTreeMap::new();
    for (mistake, attempt) in sources.mistakes.iter().zip(trialled.mistakes()) {
        let Attempt::Ran(run) = attempt else { continue };
        for (key, recorded) in record_of(run, &Trial::GRADED) {
            let (Some(Recorded::Answered(expected)), Recorded::Answered(got)) = (answers.get(&key), &recorded) else {
                continue;
            };
            for column in changed_columns(expected, got) {
                changed.entry((key.case.clone(), column.to_owned())).or_insert(&mistake.name);
            }
        }
    }
    if changed.is_empty() {
        return Ok(());
    }
    let path = sources.step.folder.join("cases.rs");
    let text = read(&course.root, &path)?;
    let lines = cases_in(&text);
    for ((case, column), mistake) in changed {
        let message = format!(
            "case `{case}` records `{column}` as given, but mistake `{mistake}` changes it; what comes from the student's \
             code is an answer"
        );
        findings.fault(&path, lines.get(case.as_str()).copied(), message);
    }
    Ok(())
}

/// The given columns in which two tables of as many rows differ. Where a walk ends earlier, its rows are others.
fn changed_columns<'a>(expected: &'a Table, got: &'a Table) -> impl Iterator<Item = &'a str> {
    let columns = expected.columns.iter().enumerate().filter(|(_, column)| column.role == Role::Given);
    let differs = |at: usize| expected.rows.iter().zip(&got.rows).any(|(one, other)| !same(one.get(at), other.get(at)));
    let same_rows = expected.row_count == got.row_count && expected.columns == got.columns;
    let changed = columns.filter(move |(at, _)| same_rows && differs(*at) && !is_position(expected, *at));
    changed.map(|(_, column)| column.name.as_str())
}

/// Whether a column says where each row is in a list, such as the last one: whole numbers that rise.
fn is_position(table: &Table, at: usize) -> bool {
    let cells = table.rows.iter().map(|row| match row.get(at) {
        Some(Cell::Integer(position)) => Some(position),
        _ => None,
    });
    cells.collect::<Option<Vec<_>>>().is_some_and(|positions| positions.is_sorted_by(|one, next| one < next))
}

fn same(one: Option<&Cell>, other: Option<&Cell>) -> bool {
    match (one, other) {
        (Some(Cell::Number(one)), Some(Cell::Number(other))) => one == other || one.is_nan() && other.is_nan(),
        _ => one == other,
    }
}
