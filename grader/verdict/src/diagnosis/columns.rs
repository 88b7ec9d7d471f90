//! Columns beside one another: answers that stand in the wrong one, or are the same in several.

use harness::Cell;

use super::laws::{alike, as_number, equal, near};
use super::{AnswerColumn, Finding};

/// A pattern needs as many rows as this to show.
const ENOUGH: usize = 3;

/// What the columns of a case show together.
pub(super) fn finding(columns: &[AnswerColumn<'_>]) -> Vec<Finding> {
    if let Some(same) = same_in_row(columns) {
        return vec![same];
    }
    let mut findings = Vec::new();
    for (number, one) in columns.iter().enumerate() {
        for other in &columns[number + 1..] {
            let (column, other_name) = (one.name(), other.name());
            match (is_of(*one, *other), is_of(*other, *one)) {
                (true, true) => findings.push(Finding::ColumnsSwapped { one: column, other: other_name }),
                (true, false) => findings.push(Finding::OtherColumn { column, other: other_name }),
                (false, true) => findings.push(Finding::OtherColumn { column: other_name, other: column }),
                (false, false) => {}
            }
        }
    }
    // Where all that is wrong is explained so, and nothing twice.
    let explained = |column: &AnswerColumn<'_>| {
        let name = column.name();
        let names = |finding: &&Finding| match finding {
            Finding::ColumnsSwapped { one, other } => *one == name || *other == name,
            Finding::OtherColumn { column, .. } => *column == name,
            _ => false,
        };
        findings.iter().filter(names).count() == 1
    };
    let all = columns.iter().filter(|column| !column.agrees()).all(explained);
    if all { findings } else { Vec::new() }
}

/// Which columns are wrong, where the others are right in all rows, and not by being the same in all of them.
pub(super) fn only_some(columns: &[AnswerColumn<'_>]) -> Option<Finding> {
    let varies = |column: &&AnswerColumn<'_>| {
        let first = column.cells().next();
        column.cells().any(|cell| !near(cell.expected.as_ref(), first.and_then(|first| first.expected.as_ref())))
    };
    let (right, wrong): (Vec<_>, Vec<_>) = columns.iter().partition(|column| column.agrees());
    let names = |columns: &[&AnswerColumn<'_>]| columns.iter().map(|column| column.name()).collect::<Vec<_>>();
    (!wrong.is_empty() && !right.is_empty() && right.iter().all(varies))
        .then(|| Finding::OnlyColumns { wrong: names(&wrong), right: names(&right) })
}

/// Whether one column has the answers that are expected in another, and not its own.
fn is_of(column: AnswerColumn<'_>, other: AnswerColumn<'_>) -> bool {
    let pairs = || column.cells().zip(other.cells());
    let off = |cell: &super::ComparedCell| !near(cell.expected.as_ref(), cell.got.as_ref());
    pairs().all(|(own, other)| as_number(own.got.as_ref()).is_some() && near(own.got.as_ref(), other.expected.as_ref()))
        && pairs().filter(|(own, _)| off(own)).count() >= ENOUGH
}

/// Columns that are the same in each row, where the expected ones differ.
fn same_in_row(columns: &[AnswerColumn<'_>]) -> Option<Finding> {
    let first = columns.iter().find(|column| !column.agrees())?;
    let same = |other: &&AnswerColumn<'_>| {
        first
            .cells()
            .zip(other.cells())
            .all(|(one, other)| as_number(one.got.as_ref()).is_some() && equal(one.got.as_ref(), other.got.as_ref()))
    };
    let alike: Vec<&AnswerColumn<'_>> = columns.iter().filter(same).collect();
    let (one, other) = (alike.first()?, alike.get(1)?);
    let differ = one.cells().zip(other.cells());
    let differ = differ.filter(|(one, other)| !near(one.expected.as_ref(), other.expected.as_ref())).count();
    // What is 0 everywhere, or else the same in all rows, is told as that.
    let varies = first.cells().any(|cell| cell.got != first.cells().next().and_then(|first| first.got.clone()));
    let all_wrong_are = columns.iter().filter(|column| !column.agrees()).all(|column| same(&column));
    (differ >= ENOUGH && varies && all_wrong_are)
        .then(|| Finding::SameInRow { columns: alike.iter().map(|column| column.name()).collect() })
}

/// Whether the numbers of each row are the expected ones times a number of the row's own, and all else is right.
pub(super) fn only_lengths(columns: &[AnswerColumn<'_>]) -> bool {
    let is_number = |column: &&AnswerColumn<'_>| {
        column.cells().all(|cell| matches!((&cell.expected, &cell.got), (Some(Cell::Number(_)), Some(Cell::Number(_)))))
    };
    let (numbers, others): (Vec<&AnswerColumn<'_>>, Vec<_>) = columns.iter().partition(is_number);
    let mut cells: Vec<_> = numbers.iter().map(|column| column.cells()).collect();
    let rows = numbers.first().map_or(0, |column| column.cells().count());
    let mut factors = Vec::new();
    for _ in 0..rows {
        let row: Vec<_> = cells.iter_mut().filter_map(Iterator::next).collect();
        let pairs: Option<Vec<(f64, f64)>> =
            row.iter().map(|cell| as_number(cell.expected.as_ref()).zip(as_number(cell.got.as_ref()))).collect();
        let Some(pairs) = pairs else { return false };
        let telling: Vec<f64> =
            pairs.iter().filter(|(expected, _)| *expected != 0.0).map(|(expected, got)| got / expected).collect();
        let zeros_stay = pairs.iter().all(|(expected, got)| *expected != 0.0 || *got == 0.0);
        let [first, _, ..] = telling[..] else { return false };
        if !zeros_stay || first <= 0.0 || !telling.iter().all(|factor| alike(*factor, first)) {
            return false;
        }
        factors.push(first);
    }
    let wrong = factors.iter().filter(|factor| !alike(**factor, 1.0)).count();
    wrong >= ENOUGH && others.iter().all(|column| column.agrees())
}
