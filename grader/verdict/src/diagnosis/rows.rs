//! Rows as a whole: how many there are, in what order, and what the wrong ones have in common.

use harness::{Cell, Trial};

use super::laws::{alike, as_number, near};
use super::{ComparedRow, Comparison, Finding, given_names, rows_of};

/// What a given cell has in some rows.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// It is this.
    Is(Cell),
    /// It is below zero.
    Negative,
    /// It is above zero.
    Positive,
    /// It is this number or a larger one.
    AtLeast(f64),
    /// It is this number or a smaller one.
    AtMost(f64),
}

/// Which rows are missing, where all others are right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// The first ones.
    First,
    /// The last ones.
    Last,
}

impl Missing {
    /// Whether each trial's rows are the expected ones but for some at this end, and at least one row is there.
    fn explains(self, tables: &[(Trial, Comparison)]) -> bool {
        tables.iter().all(|(_, table)| {
            let Some(missing) = table.expected_rows.checked_sub(table.got_rows) else { return false };
            let whole = table.rows.len() == table.expected_rows;
            let skipped = if self == Self::First { missing } else { 0 };
            let wanted = table.rows.iter().skip(skipped);
            let is_right = |(wanted, row)| answers_as(row, wanted);
            whole
                && table.got_rows > 0
                && wanted.zip(table.rows.iter().take(table.got_rows)).all(is_right)
                && is_found_once(table)
        })
    }
}

/// Whether a row has the answers that are expected in another one.
fn answers_as(row: &ComparedRow, wanted: &ComparedRow) -> bool {
    let mut cells = wanted.answers.iter().zip(&row.answers);
    cells.all(|(wanted, cell)| near(wanted.expected.as_ref(), cell.got.as_ref()))
}

/// Whether the answered rows are among the expected ones, in their order, in one way only. Where two rows are alike, any
/// of them could be the one that is missing.
fn is_found_once(table: &Comparison) -> bool {
    // In how many ways the first answered rows, so many of them, are among the expected ones so far; two are many.
    let mut ways = vec![0_u8; table.got_rows + 1];
    ways[0] = 1;
    for wanted in &table.rows {
        for (at, row) in table.rows.iter().take(table.got_rows).enumerate().rev() {
            if answers_as(row, wanted) {
                ways[at + 1] = (ways[at + 1] + ways[at]).min(2);
            }
        }
    }
    ways[table.got_rows] == 1
}

/// What the rows show as a whole.
pub(super) fn finding(tables: &[(Trial, Comparison)]) -> Option<Finding> {
    if let Some((trial, table)) = tables.iter().find(|(_, table)| table.expected_rows != table.got_rows) {
        return Some(Finding::RowCount {
            trial: *trial,
            expected: table.expected_rows,
            got: table.got_rows,
            missing: [Missing::Last, Missing::First].into_iter().find(|missing| missing.explains(tables)),
        });
    }
    if let Some(given) = given_back(tables) {
        return Some(Finding::GivenBackWhole { given });
    }
    // Nearly right rows that are much alike could be taken for one another.
    let off = |row: &ComparedRow| row.answers.iter().any(|cell| !near(cell.expected.as_ref(), cell.got.as_ref()));
    if !rows_of(tables).any(off) {
        return None;
    }
    for late in [true, false] {
        if tables.iter().all(|(_, table)| is_shifted(table, late)) {
            return Some(Finding::Shifted { late });
        }
    }
    tables.iter().all(|(_, table)| is_reordered(table)).then_some(Finding::OtherOrder)
}

/// The given list whose numbers are the answers of each row, unchanged.
fn given_back(tables: &[(Trial, Comparison)]) -> Option<String> {
    let is_back = |at: usize| {
        rows_of(tables).all(|row| {
            let list = row.given.get(at).and_then(numbers_of).unwrap_or_default();
            list.len() >= 2
                && list.len() == row.answers.len()
                && list
                    .iter()
                    .zip(&row.answers)
                    .all(|(number, cell)| as_number(cell.got.as_ref()).is_some_and(|got| alike(got, *number)))
        })
    };
    let enough = rows_of(tables).filter(|row| !row.agrees()).count() >= 3;
    let (_, given) = given_names(tables).iter().enumerate().find(|(at, _)| enough && is_back(*at))?;
    Some(given.clone())
}

/// The numbers of a list that is written as `[1, 2.5]`.
fn numbers_of(cell: &Cell) -> Option<Vec<f64>> {
    let Cell::Text(text) = cell else { return None };
    text.strip_prefix('[')?.strip_suffix(']')?.split(',').map(|number| number.trim().parse().ok()).collect()
}

/// Whether each row holds the answers that were expected one row earlier (or later), and these differ.
fn is_shifted(table: &Comparison, late: bool) -> bool {
    let pairs = table.rows.windows(2).map(|pair| if late { (&pair[0], &pair[1]) } else { (&pair[1], &pair[0]) });
    let evidence = pairs.clone().filter(|(_, row)| !row.agrees()).count();
    evidence >= 3 && pairs.into_iter().all(|(wanted, row)| answers_as(row, wanted))
}

/// Whether the rows are the expected ones in another order.
fn is_reordered(table: &Comparison) -> bool {
    let mut left: Vec<_> = table.rows.iter().collect();
    let found = table.rows.iter().all(|wanted| {
        let same = left.iter().position(|row| answers_as(row, wanted));
        same.map(|at| left.swap_remove(at)).is_some()
    });
    found && table.rows.len() >= 3 && table.rows.iter().any(|row| !row.agrees())
}

/// What sets the wrong rows apart from the right ones: what a given column holds in them, or in all others. Each
/// trial has right ones, or else a single row that is right by accident would make a rule of what it holds.
pub(super) fn only_where(tables: &[(Trial, Comparison)]) -> Option<Finding> {
    let has_both = |rows: &[ComparedRow]| rows.iter().any(ComparedRow::agrees) && rows.iter().any(|row| !row.agrees());
    if !tables.iter().all(|(_, table)| table.rows.iter().any(ComparedRow::agrees)) {
        return None;
    }
    let everywhere = tables.iter().all(|(_, table)| has_both(&table.rows));
    let kind = |right: bool| {
        let mut columns = given_names(tables).iter().enumerate();
        let (at, given, kind) =
            columns.find_map(|(at, given)| Some((at, given.clone(), kind_of(tables, at, right)?)))?;
        // Where two columns have a bound, the numbers do not show which of them it is.
        let others = || (0..given_names(tables).len()).filter(|other| *other != at);
        let is_bound = matches!(kind, Kind::AtLeast(_) | Kind::AtMost(_));
        (!is_bound || !others().any(|other| has_bound(tables, other))).then_some((given, kind))
    };
    let of_wrong = kind(false).map(|(given, kind)| Finding::OnlyWhere { given, kind });
    of_wrong.or_else(|| {
        let (given, kind) = kind(true).filter(|_| everywhere)?;
        Some(Finding::OnlyRightWhere { given, kind })
    })
}

/// Whether the numbers of a given column, or their sizes, are all larger in the right rows than in the wrong ones, or
/// all smaller.
fn has_bound(tables: &[(Trial, Comparison)], at: usize) -> bool {
    let separates = |size: fn(f64) -> f64| {
        let ends = |right: bool| {
            let rows = rows_of(tables).filter(|row| row.agrees() == right);
            let numbers: Option<Vec<f64>> = rows.map(|row| as_number(row.given.get(at)).map(size)).collect();
            let numbers = numbers?;
            Some((numbers.iter().copied().reduce(f64::min)?, numbers.iter().copied().reduce(f64::max)?))
        };
        let (right, wrong) = (ends(true), ends(false));
        right.zip(wrong).is_some_and(|(right, wrong)| right.1 < wrong.0 || wrong.1 < right.0)
    };
    separates(|number| number) || separates(f64::abs)
}

/// What a given column holds in all rows that are right (or wrong), and in no other.
fn kind_of(tables: &[(Trial, Comparison)], at: usize, right: bool) -> Option<Kind> {
    let holds = |kind: &Kind| {
        rows_of(tables).all(|row| row.given.get(at).is_some_and(|cell| kind.has(cell) == (row.agrees() == right)))
    };
    let first = rows_of(tables).find(|row| row.agrees() == right)?.given.get(at)?;
    let kinds = [Kind::Is(first.clone()), Kind::Negative, Kind::Positive];
    kinds.into_iter().find(holds).or_else(|| bound(tables, at, right))
}

/// The bound beyond which rows are right (or wrong), where there are at least two values on either side of it.
fn bound(tables: &[(Trial, Comparison)], at: usize, right: bool) -> Option<Kind> {
    let mut sides: [Vec<f64>; 2] = [Vec::new(), Vec::new()];
    for row in rows_of(tables) {
        sides[usize::from(row.agrees() == right)].push(as_number(row.given.get(at))?);
    }
    for side in &mut sides {
        side.sort_by(f64::total_cmp);
        side.dedup();
    }
    let [others, own] = &sides;
    if others.len() < 2 || own.len() < 2 {
        return None;
    }
    let (lowest, highest) = (own[0], own[own.len() - 1]);
    let kind = if lowest > others[others.len() - 1] {
        Kind::AtLeast(lowest)
    } else if highest < others[0] {
        Kind::AtMost(highest)
    } else {
        return None;
    };
    // A bound that varies from trial to trial is none.
    let fixed = if matches!(kind, Kind::AtLeast(_)) { lowest } else { highest };
    let stands_in = |rows: &[ComparedRow]| rows.iter().any(|row| as_number(row.given.get(at)) == Some(fixed));
    tables.iter().all(|(_, table)| stands_in(&table.rows)).then_some(kind)
}

impl Kind {
    fn has(&self, cell: &Cell) -> bool {
        let number = as_number(Some(cell));
        match self {
            Self::Is(own) => own == cell,
            Self::Negative => number.is_some_and(|number| number < 0.0),
            Self::Positive => number.is_some_and(|number| number > 0.0),
            Self::AtLeast(least) => number.is_some_and(|number| number >= *least),
            Self::AtMost(most) => number.is_some_and(|number| number <= *most),
        }
    }
}
