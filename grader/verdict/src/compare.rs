//! Compares two tables cell by cell: numbers within a tolerance, all else exactly.

use course::{Case, Tolerance};
use harness::{Cell, Role, Samples, Table};

use crate::answers::Recorded;

/// An expected table and what a student answered, side by side.
///
/// ```
/// use grader::verdict::Comparison;
///
/// /// How many rows are right.
/// fn right_rows(comparison: &Comparison) -> usize {
///     comparison.rows.iter().filter(|row| row.agrees()).count()
/// }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The names of the given columns.
    pub given: Vec<String>,
    /// The names of the answered columns.
    pub answers: Vec<String>,
    /// How many rows were expected.
    pub expected_rows: usize,
    /// How many rows were answered.
    pub got_rows: usize,
    /// The rows, as many as the longer table has.
    pub rows: Vec<ComparedRow>,
    /// The sets of data that the case had.
    pub samples: Vec<Samples>,
}

/// One row of both tables.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparedRow {
    /// The given cells.
    pub given: Vec<Cell>,
    /// The answered cells.
    pub answers: Vec<ComparedCell>,
}

/// One cell of both tables; one of them may have no such row.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparedCell {
    /// What was expected.
    pub expected: Option<Cell>,
    /// What was answered.
    pub got: Option<Cell>,
    /// Whether they agree.
    pub agrees: bool,
}

impl ComparedCell {
    /// Whether a word is expected and is there.
    pub fn is_right_word(&self) -> bool {
        self.agrees && matches!(self.expected, Some(Cell::Text(_)))
    }
}

impl ComparedRow {
    /// Whether all its cells agree.
    pub fn agrees(&self) -> bool {
        self.answers.iter().all(|cell| cell.agrees)
    }
}

/// Whether a student's table is the expected one. Numbers that are not finite never are.
pub fn passes(case: &Case, expected: &Table, got: &Table) -> bool {
    same_shape(expected, got) && all_cells(case, expected, got, agrees)
}

/// Whether two records of this case and trial are the same, right or wrong.
pub fn is_same_record(case: &Case, one: Option<&Recorded>, other: Option<&Recorded>) -> bool {
    match (one, other) {
        (Some(Recorded::Answered(one)), Some(Recorded::Answered(other))) => same_answers(case, one, other),
        (Some(one), Some(other)) => one == other,
        _ => false,
    }
}

/// Whether two tables hold the same answers, right or wrong; here two NaN are the same.
fn same_answers(case: &Case, one: &Table, other: &Table) -> bool {
    let alike = |one: &Cell, other: &Cell, tolerance| match (one, other) {
        (Cell::Number(a), Cell::Number(b)) if !a.is_finite() || !b.is_finite() => a == b || a.is_nan() && b.is_nan(),
        _ => agrees(one, other, tolerance),
    };
    // If all rows are the same to the bit, the cells need no look.
    same_shape(one, other) && (one.rows == other.rows || all_cells(case, one, other, alike))
}

/// Puts both tables side by side.
pub fn compare(case: &Case, expected: &Table, got: &Table) -> Comparison {
    let names = |role| {
        let columns = expected.columns.iter().filter(move |column| column.role == role);
        columns.map(|column| column.name.clone()).collect::<Vec<_>>()
    };
    let (given, answers) = (names(Role::Given), names(Role::Answer));
    let rows = (0..expected.rows.len().max(got.rows.len())).map(|at| {
        let (expected, got) = (expected.rows.get(at), got.rows.get(at));
        let cells = answers.iter().enumerate().map(|(answer, name)| {
            let cell = |row: Option<&Vec<Cell>>| row.and_then(|row| row.get(given.len() + answer)).cloned();
            let (expected, got) = (cell(expected), cell(got));
            let tolerance = case.tolerance_of(name);
            let agrees = matches!((&expected, &got), (Some(expected), Some(got)) if agrees(expected, got, tolerance));
            ComparedCell { expected, got, agrees }
        });
        let input = expected.or(got).map(|row| row.iter().take(given.len()).cloned().collect());
        ComparedRow { given: input.unwrap_or_default(), answers: cells.collect() }
    });
    let rows = rows.collect();
    let (expected_rows, got_rows) = (expected.row_count, got.row_count);
    Comparison { given, answers, expected_rows, got_rows, rows, samples: got.samples.clone() }
}

fn same_shape(one: &Table, other: &Table) -> bool {
    one.row_count == other.row_count && (one.columns == other.columns || one.row_count == 0)
}

fn all_cells(case: &Case, one: &Table, other: &Table, alike: impl Fn(&Cell, &Cell, Tolerance) -> bool) -> bool {
    let tolerances: Vec<Tolerance> = one.columns.iter().map(|column| case.tolerance_of(&column.name)).collect();
    one.rows.iter().zip(&other.rows).all(|(row, other)| {
        let mut cells = row.iter().zip(other).zip(&tolerances);
        cells.all(|((cell, other), tolerance)| alike(cell, other, *tolerance))
    })
}

fn agrees(expected: &Cell, got: &Cell, tolerance: Tolerance) -> bool {
    match (expected, got) {
        (Cell::Number(expected), Cell::Number(got)) => {
            let allowed = tolerance.absolute.max(tolerance.relative * expected.abs());
            expected.is_finite() && got.is_finite() && (expected - got).abs() <= allowed
        }
        _ => expected == got,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(expected: f64, got: f64, relative: f64, absolute: f64) -> bool {
        agrees(&Cell::Number(expected), &Cell::Number(got), Tolerance { relative, absolute })
    }

    #[test]
    fn numbers_agree_within_the_larger_allowance() {
        assert!(number(200.0, 200.000_000_1, 1e-9, 0.0));
        assert!(!number(200.0, 200.000_001, 1e-9, 0.0));
        assert!(number(0.0, 1e-7, 1e-9, 1e-6));
        assert!(!number(0.0, 1e-7, 1e-9, 0.0));
        assert!(number(0.0, -0.0, 1e-9, 0.0));
    }

    #[test]
    fn what_is_not_finite_never_passes() {
        for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(!number(odd, odd, 1.0, f64::MAX));
            assert!(!number(1.0, odd, 1.0, f64::MAX));
            assert!(!number(odd, 1.0, 1.0, f64::MAX));
        }
    }

    #[test]
    fn kinds_of_cells_do_not_mix() {
        let tolerance = Tolerance::default();
        assert!(!agrees(&Cell::Integer(1), &Cell::Number(1.0), tolerance));
        assert!(!agrees(&Cell::Text("1".to_owned()), &Cell::Integer(1), tolerance));
        assert!(agrees(&Cell::Text("increase".to_owned()), &Cell::Text("increase".to_owned()), tolerance));
    }
}
