//! Answers that follow one another, as the steps of a descent do: where they leave the right way, and how.

use std::collections::BTreeSet;

use harness::{Cell, Trial};

use super::laws::{alike, as_number};
use super::{AnswerColumn, Comparison, Finding};

/// What a column shows of a walk: a wrong start, a wrong first step, an end that comes too early, or how far it is
/// right.
pub(super) fn finding(column: AnswerColumn<'_>) -> Option<Finding> {
    wrong_start(column)
        .or_else(|| first_move(column))
        .or_else(|| stays(column))
        .or_else(|| right_up_to(column))
        .or_else(|| drift(column))
}

/// Whether the rows count steps.
pub(super) fn is_walk(column: AnswerColumn<'_>) -> bool {
    column.tables.iter().any(|(_, table)| Count::of(table).is_some())
}

/// Whether all walks begin at the right place.
pub(super) fn starts_right(column: AnswerColumn<'_>) -> bool {
    column.tables.iter().all(|(_, table)| {
        let first = table.rows.first().is_some_and(|row| row.answers[column.at].agrees);
        first && Count::of(table).is_some_and(|count| count.at(0) == Some(0))
    })
}

/// A column that counts: the steps that a walk has taken at this row.
struct Count<'a> {
    name: &'a str,
    cells: Vec<Option<&'a Cell>>,
}

impl<'a> Count<'a> {
    fn of(table: &'a Comparison) -> Option<Self> {
        const COUNTS: [&str; 6] = ["entry", "step", "steps", "pass", "passes", "epoch"];
        let is_count = |name: &&String| COUNTS.contains(&name.as_str());
        let given = table.given.iter().enumerate().find(|(_, name)| is_count(name));
        if let Some((at, name)) = given {
            return Some(Self { name, cells: table.rows.iter().map(|row| row.given.get(at)).collect() });
        }
        let (at, name) = table.answers.iter().enumerate().find(|(_, name)| is_count(name))?;
        Some(Self { name, cells: table.rows.iter().map(|row| row.answers[at].expected.as_ref()).collect() })
    }

    /// What it counts at a row.
    fn at(&self, row: usize) -> Option<i64> {
        match self.cells.get(row)? {
            Some(Cell::Integer(count)) => Some(*count),
            _ => None,
        }
    }
}

/// What is wrong at the count of 0 already, on every trial and in all such rows, and by the same on the first.
fn wrong_start(column: AnswerColumn<'_>) -> Option<Finding> {
    let mut first = None;
    for (trial, table) in column.tables {
        let count = Count::of(table)?;
        let cell_at = |row: usize| &table.rows[row].answers[column.at];
        let starts: Vec<usize> = (0..table.rows.len()).filter(|row| count.at(*row) == Some(0)).collect();
        if table.rows.len() < 3 || starts.iter().any(|row| cell_at(*row).agrees) {
            return None;
        }
        let start = *starts.first()?;
        let cell = cell_at(start);
        let (expected, got) = (as_number(cell.expected.as_ref())?, as_number(cell.got.as_ref())?);
        first.get_or_insert((start + 1, count.name.to_owned(), *trial, expected, got));
    }
    let (row, count, trial, expected, got) = first?;
    Some(Finding::WrongStart { column: column.name(), row, count, trial, expected, got })
}

/// A walk's first move, where all walks begin at the right place, and all first moves of a trial are alike.
fn first_move(column: AnswerColumn<'_>) -> Option<Finding> {
    let moves = column.tables.iter().map(|(trial, table)| {
        let count = Count::of(table)?;
        let number = |at: usize| {
            let cell = &table.rows.get(at)?.answers[column.at];
            Some((as_number(cell.expected.as_ref())?, as_number(cell.got.as_ref())?))
        };
        // A walk of which the table has no start begins where the first one does.
        let move_to = |row: usize| {
            let start = if count.at(row - 1) == Some(0) { row - 1 } else { 0 };
            let ((expected, got), (next_expected, next_got)) = (number(start)?, number(row)?);
            let wanted = next_expected - expected;
            (expected == got && wanted != 0.0).then(|| (next_got - got) / wanted)
        };
        let factor = move_to(1).filter(|_| begins_with_a_step(table))?;
        let is_same = |row: usize| move_to(row).is_some_and(|other| is_like(other, factor));
        let mut others = (2..table.rows.len()).filter(|row| count.at(*row) == Some(1));
        others.all(is_same).then_some((*trial, factor))
    });
    let factors: Vec<(Trial, f64)> = moves.collect::<Option<_>>()?;
    let (_, factor) = *factors.first()?;
    let same = factors.iter().all(|(_, other)| is_like(*other, factor));
    if factors.len() < 2 || factors.iter().any(|(_, factor)| alike(*factor, 1.0)) {
        return None;
    }
    let column = column.name();
    Some(if same { Finding::FirstMove { column, factor } } else { Finding::FirstMoves { column, factors } })
}

/// Whether two moves are the same part of the expected ones.
fn is_like(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-6 * other.abs().max(1e-6)
}

/// Whether the first two rows are a walk's start and its first step, and nothing else that is given differs.
fn begins_with_a_step(table: &Comparison) -> bool {
    let Some(count) = Count::of(table) else { return false };
    let (Some(first), Some(second)) = (table.rows.first(), table.rows.get(1)) else { return false };
    let differing = first.given.iter().zip(&second.given).filter(|(one, other)| one != other).count();
    let is_given = table.given.iter().any(|name| name == count.name);
    table.rows.len() >= 3 && (count.at(0), count.at(1)) == (Some(0), Some(1)) && differing == usize::from(is_given)
}

/// An end that comes too early, on the first trial that is wrong: right up to there, and the last number again and
/// again.
fn stays(column: AnswerColumn<'_>) -> Option<Finding> {
    let wrong =
        || column.tables.iter().filter(|(_, table)| table.rows.iter().any(|row| !row.answers[column.at].agrees));
    let start = |table: &Comparison| {
        let cell = |at: usize| &table.rows[at].answers[column.at];
        let first = (0..table.rows.len()).find(|at| !cell(*at).agrees).filter(|first| *first >= 1)?;
        let held = |at| cell(at).got.is_some() && cell(at).got == cell(first - 1).got;
        let goes_on = (first..table.rows.len()).any(|at| cell(at).expected != cell(first).expected);
        ((first..table.rows.len()).all(held) && goes_on).then_some(first)
    };
    let starts: Option<Vec<usize>> = wrong().map(|(_, table)| start(table)).collect();
    let (row, (trial, _)) = (*starts?.first()?, wrong().next()?);
    Some(Finding::Stays { column: column.name(), row, trial: *trial })
}

/// The count up to which all walks are right on every trial, and the next one, from which on all are wrong.
fn right_up_to(column: AnswerColumn<'_>) -> Option<Finding> {
    let mut found = None;
    for (_, table) in column.tables {
        let count = Count::of(table)?;
        let counts = |agrees: bool| -> Option<BTreeSet<i64>> {
            let rows = (0..table.rows.len()).filter(|row| table.rows[*row].answers[column.at].agrees == agrees);
            rows.map(|row| count.at(row)).collect()
        };
        let (right, wrong) = (counts(true)?, counts(false)?);
        let bounds = (count.name.to_owned(), *right.last()?, *wrong.first()?);
        let holds = bounds.1 < bounds.2 && right.len() >= 2 && wrong.len() >= 2;
        if !holds || *found.get_or_insert_with(|| bounds.clone()) != bounds {
            return None;
        }
    }
    let (count, right, wrong) = found?;
    Some(Finding::RightUpTo { column: column.name(), count, right, wrong })
}

/// The first row is right, and no other.
fn drift(column: AnswerColumn<'_>) -> Option<Finding> {
    let drifts = column.tables.iter().all(|(_, table)| {
        let agrees = |at: usize| table.rows[at].answers[column.at].agrees;
        table.rows.len() >= 4 && agrees(0) && (1..table.rows.len()).all(|at| !agrees(at))
    });
    drifts.then(|| Finding::Drifts { column: column.name() })
}
