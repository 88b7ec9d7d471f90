//! Words in answers: other ones than expected, or the same spelled differently.

use harness::Cell;

use super::{AnswerColumn, ComparedCell, Finding};

/// What one column of words shows.
pub(super) fn finding(column: AnswerColumn<'_>) -> Option<Finding> {
    swapped(column).or_else(|| spelled(column)).or_else(|| confused(column))
}

/// One word for the other, each at least once.
fn swapped(column: AnswerColumn<'_>) -> Option<Finding> {
    let (one, other) = column.cells().find_map(|cell| match (&cell.expected, &cell.got) {
        (Some(Cell::Text(expected)), Some(Cell::Text(got))) if expected != got => Some((expected, got)),
        _ => None,
    })?;
    let exchanged = |word: &String| {
        if word == one {
            other.clone()
        } else if word == other {
            one.clone()
        } else {
            word.clone()
        }
    };
    let holds = column.cells().all(|cell| match (&cell.expected, &cell.got) {
        (Some(Cell::Text(expected)), Some(Cell::Text(got))) => exchanged(expected) == *got,
        _ => false,
    });
    let both = column.cells().any(|cell| cell.expected == Some(Cell::Text(other.clone())));
    (holds && both).then(|| Finding::Swapped { column: column.name(), one: one.clone(), other: other.clone() })
}

/// Texts that differ in capitals or spaces alone.
fn spelled(column: AnswerColumn<'_>) -> Option<Finding> {
    let alike_in = |spelling: fn(&str) -> String| {
        column.cells().all(|cell| {
            matches!((&cell.expected, &cell.got), (Some(Cell::Text(expected)), Some(Cell::Text(got)))
                if spelling(expected) == spelling(got))
        })
    };
    let name = column.name();
    if alike_in(str::to_lowercase) {
        Some(Finding::Capitals { column: name })
    } else if alike_in(|text| text.replace(' ', "")) {
        Some(Finding::Spaces { column: name })
    } else {
        None
    }
}

/// All wrong answers are one word and should be one other, or a number where a word is expected, or the reverse.
fn confused(column: AnswerColumn<'_>) -> Option<Finding> {
    /// A trial's single row shows no pattern.
    const ENOUGH: usize = 3;
    let wrong = || column.cells().filter(|cell| !cell.agrees);
    let first = wrong().next()?;
    let (expected, got) = (word(first.expected.as_ref()?), word(first.got.as_ref()?));
    let holds = (expected.is_some() || got.is_some())
        && wrong().count() >= ENOUGH
        && wrong().all(|cell| {
            let words = cell.expected.as_ref().map(word).zip(cell.got.as_ref().map(word));
            words == Some((expected, got))
        });
    // Where one word is always right, the table says as much.
    let varies = column.cells().any(|cell| cell.expected != first.expected);
    let always = column.cells().all(|cell| !cell.agrees || cell.expected.as_ref().map(word) != Some(expected));
    let owned = |word: Option<&str>| word.map(str::to_owned);
    (holds && varies).then(|| Finding::Confused {
        column: column.name(),
        expected: owned(expected),
        got: owned(got),
        always,
    })
}

/// A word that is never there: wherever it should be, there is a number.
pub(super) fn lost(column: AnswerColumn<'_>) -> Option<Finding> {
    /// As for words that are confused.
    const ENOUGH: usize = 3;
    let is_lost = |cell: &ComparedCell| cell.got.as_ref().is_some_and(|got| word(got).is_none());
    let expected = column.cells().find_map(|cell| word(cell.expected.as_ref()?).filter(|_| is_lost(cell)))?;
    let (same, others): (Vec<_>, Vec<_>) =
        column.cells().partition(|cell| cell.expected.as_ref().and_then(word) == Some(expected));
    (same.len() >= ENOUGH && same.into_iter().all(is_lost) && !others.is_empty()).then(|| Finding::Confused {
        column: column.name(),
        expected: Some(expected.to_owned()),
        got: None,
        always: true,
    })
}

/// A cell's word; none for a number.
fn word(cell: &Cell) -> Option<&str> {
    match cell {
        Cell::Text(text) => Some(text),
        Cell::Integer(_) | Cell::Number(_) => None,
    }
}
