//! What the numbers of a wrong answer show when no known mistake explains it.
//!
//! Each finding holds for every row of every trial, and claims nothing that the numbers do not show: a wrong diagnosis
//! would be worse than none.

mod columns;
mod laws;
mod rows;
mod walks;
mod words;

use harness::{Cell, Trial};

use super::compare::{ComparedCell, ComparedRow, Comparison};
pub use laws::{GivenLaw, PowerLaw, Rounding, SampleLaw, Side};
use laws::{Pair, alike, as_number, equal, near};
pub use rows::{Kind, Missing};

/// Something that is true of all wrong answers of a case.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "each finding's sentence names its fields")]
pub enum Finding {
    /// A trial's table has another number of rows than expected.
    RowCount { trial: Trial, expected: usize, got: usize, missing: Option<Missing> },
    /// A number is not finite, from this row on (from 1).
    NotFinite { column: String, row: usize, trial: Trial, number: f64 },
    /// Every answer is the expected one with the other sign.
    Sign { column: String },
    /// Every answer is this many times the expected one.
    Factor { column: String, factor: f64 },
    /// Every answer is the expected one times this, n being the number of the trial's samples.
    SampleFactor { column: String, samples: String, law: SampleLaw },
    /// Every answer on a trial is this many times the expected one, and on others another number of times.
    TrialFactor { column: String, factors: Vec<(Trial, f64)> },
    /// Every answer is the expected one times this given column, or divided by it.
    GivenFactor { column: String, given: String, law: GivenLaw },
    /// Every answer is what this given column holds.
    GivenBack { column: String, given: String },
    /// Every answer is a count, and the same as this given column holds.
    GivenCount { column: String, given: String },
    /// The answers of each row are the numbers of this given list.
    GivenBackWhole { given: String },
    /// Every answer is off by this many times given columns, each as often as it is named.
    Term { column: String, times: f64, given: Vec<String> },
    /// Every answer is this many times given columns, each as often as it is named, and perhaps divided by another one.
    Product { column: String, times: f64, given: Vec<String>, over: Option<String> },
    /// Every answer is off by this much.
    Offset { column: String, offset: f64 },
    /// Every answer on a trial is off by this much, and on others by another amount.
    TrialOffset { column: String, offsets: Vec<(Trial, f64)> },
    /// Every answer is the expected one but for at most this part of it.
    NearlyRight { column: String, off: f64 },
    /// Every answer is the expected one but for a small part of the largest one of its trial, this at most.
    Blurred { column: String, off: f64 },
    /// Answers are right up to this expected one, or from it on, and all from another one on are wrong.
    RightBeyond { column: String, right: f64, wrong: f64, side: Side },
    /// Every answer is the expected one, written with fewer digits.
    Rounded { column: String, how: Rounding },
    /// Every answer is the expected one without its sign.
    Absolute { column: String },
    /// Answers that should be beyond this bound are the bound.
    Clamped { column: String, bound: f64, side: Side },
    /// Every answer is this power of the expected one.
    Power { column: String, law: PowerLaw },
    /// Every answer is this number divided by the expected one.
    UpsideDown { column: String, number: f64 },
    /// Every answer has the expected size, and some have the other sign.
    SizeOnly { column: String },
    /// Every answer is the one of the row before and what is expected of its own row.
    RunningSum { column: String },
    /// Every answer in these columns is this number, be they all of the case's or not.
    Constant { columns: Vec<String>, number: f64, all: bool },
    /// All rows of a trial have one answer, but the expected ones differ.
    AllEqual { column: String },
    /// Rows that differ only in this given column have the same answer, but the expected ones differ.
    Ignores { column: String, given: String },
    /// The wrong rows are all rows of this kind, and no others.
    OnlyWhere { given: String, kind: Kind },
    /// What is right is so in all rows of this kind and in no other.
    OnlyRightWhere { given: String, kind: Kind },
    /// All walks are wrong at the count of 0 already, the first one at this row (from 1).
    WrongStart { column: String, row: usize, count: String, trial: Trial, expected: f64, got: f64 },
    /// From the first row to the second, a walk changes by this many times the expected amount.
    FirstMove { column: String, factor: f64 },
    /// The same for a walk that changes by another number of times on other trials.
    FirstMoves { column: String, factors: Vec<(Trial, f64)> },
    /// All walks are right up to this count, and wrong from another one on.
    RightUpTo { column: String, count: String, right: i64, wrong: i64 },
    /// From this row on (from 1) the answer stays the same on this trial, where the expected ones go on.
    Stays { column: String, row: usize, trial: Trial },
    /// All answers are the expected ones, except for capitals.
    Capitals { column: String },
    /// All answers are the expected ones, except for spaces.
    Spaces { column: String },
    /// Each row has the expected answer of the row before it (or behind it).
    Shifted { late: bool },
    /// The expected rows, in another order.
    OtherOrder,
    /// The first row is right on every trial, and no later one is.
    Drifts { column: String },
    /// One word always takes the place of the other, and the other way round.
    Swapped { column: String, one: String, other: String },
    /// All wrong answers are this word (or a number) and should be that one, in all rows that should be that one or
    /// in some.
    Confused { column: String, expected: Option<String>, got: Option<String>, always: bool },
    /// A column has the answers that are expected in another one.
    OtherColumn { column: String, other: String },
    /// Two columns have each other's answers.
    ColumnsSwapped { one: String, other: String },
    /// The answers in these columns are the same in each row, but the expected ones differ.
    SameInRow { columns: Vec<String> },
    /// The answers of each row are the expected ones, all of them multiplied by one number, another one in other rows.
    Lengths,
    /// Only these columns are wrong, and those are right in all rows.
    OnlyColumns { wrong: Vec<String>, right: Vec<String> },
}

impl Finding {
    /// Whether it shows a function that computes nothing yet: it returns one number, or what it was given.
    pub fn is_placeholder(&self) -> bool {
        matches!(self, Self::Constant { .. } | Self::GivenBack { .. } | Self::GivenBackWhole { .. })
    }

    /// The one column that it is about, if there is one.
    pub fn column(&self) -> Option<&str> {
        match self {
            Self::NotFinite { column, .. }
            | Self::Sign { column, .. }
            | Self::Factor { column, .. }
            | Self::SampleFactor { column, .. }
            | Self::TrialFactor { column, .. }
            | Self::GivenFactor { column, .. }
            | Self::GivenBack { column, .. }
            | Self::GivenCount { column, .. }
            | Self::Term { column, .. }
            | Self::Offset { column, .. }
            | Self::TrialOffset { column, .. }
            | Self::NearlyRight { column, .. }
            | Self::Blurred { column, .. }
            | Self::RightBeyond { column, .. }
            | Self::Product { column, .. }
            | Self::Rounded { column, .. }
            | Self::Absolute { column, .. }
            | Self::Clamped { column, .. }
            | Self::Power { column, .. }
            | Self::UpsideDown { column, .. }
            | Self::SizeOnly { column, .. }
            | Self::RunningSum { column, .. }
            | Self::AllEqual { column, .. }
            | Self::Ignores { column, .. }
            | Self::WrongStart { column, .. }
            | Self::FirstMove { column, .. }
            | Self::FirstMoves { column, .. }
            | Self::RightUpTo { column, .. }
            | Self::Stays { column, .. }
            | Self::Capitals { column, .. }
            | Self::Spaces { column, .. }
            | Self::Drifts { column, .. }
            | Self::Swapped { column, .. }
            | Self::Confused { column, .. }
            | Self::OtherColumn { column, .. } => Some(column),
            Self::RowCount { .. }
            | Self::GivenBackWhole { .. }
            | Self::Constant { .. }
            | Self::OnlyWhere { .. }
            | Self::OnlyRightWhere { .. }
            | Self::Shifted { .. }
            | Self::OtherOrder
            | Self::ColumnsSwapped { .. }
            | Self::SameInRow { .. }
            | Self::Lengths
            | Self::OnlyColumns { .. } => None,
        }
    }
}

/// Looks at the tables of a case on all its trials, and returns what they show.
pub fn diagnose(tables: &[(Trial, Comparison)]) -> Vec<Finding> {
    if let Some(finding) = rows::finding(tables) {
        return vec![finding];
    }
    let columns = tables.first().map_or(0, |(_, table)| table.answers.len());
    let columns: Vec<_> = (0..columns).map(|at| AnswerColumn { tables, at }).collect();
    let among = columns::finding(&columns);
    if !among.is_empty() {
        return among;
    }
    let wrong = columns.iter().filter(|column| !column.agrees());
    let mut findings = one_constant(wrong.filter_map(|column| column.finding()).collect(), columns.len());
    // Which words were confused says little of where.
    if findings.iter().all(|finding| matches!(finding, Finding::Confused { .. })) {
        findings.extend(columns::only_some(&columns).filter(|_| findings.is_empty()));
        findings.extend(rows::only_where(tables));
    }
    if findings.is_empty() && columns::only_lengths(&columns) {
        findings.push(Finding::Lengths);
    }
    if findings.iter().all(|finding| matches!(finding, Finding::OnlyColumns { .. })) {
        findings.extend(columns.iter().filter(|column| !column.agrees()).filter_map(|column| column.weak_finding()));
    }
    findings
}

/// Whether all that a case shows is one number everywhere, or what was given.
pub fn shows_placeholder(tables: &[(Trial, Comparison)]) -> bool {
    let findings = diagnose(tables);
    !findings.is_empty() && findings.iter().all(Finding::is_placeholder)
}

/// The findings, with the columns together that all hold one number.
fn one_constant(findings: Vec<Finding>, all_columns: usize) -> Vec<Finding> {
    let mut merged: Vec<Finding> = Vec::new();
    for finding in findings {
        match (merged.last_mut(), finding) {
            (
                Some(Finding::Constant { columns, number, .. }),
                Finding::Constant { columns: more, number: same, .. },
            ) if *number == same => {
                columns.extend(more);
            }
            (_, finding) => merged.push(finding),
        }
    }
    for finding in &mut merged {
        if let Finding::Constant { columns, all, .. } = finding {
            *all = columns.len() == all_columns;
        }
    }
    merged
}

fn rows_of(tables: &[(Trial, Comparison)]) -> impl Iterator<Item = &ComparedRow> {
    tables.iter().flat_map(|(_, table)| &table.rows)
}

fn given_names(tables: &[(Trial, Comparison)]) -> &[String] {
    tables.first().map_or(&[], |(_, table)| &table.given)
}

/// One column of answers, over all trials.
#[derive(Clone, Copy)]
struct AnswerColumn<'a> {
    tables: &'a [(Trial, Comparison)],
    at: usize,
}

impl<'a> AnswerColumn<'a> {
    fn cells(self) -> impl Iterator<Item = &'a ComparedCell> {
        rows_of(self.tables).map(move |row| &row.answers[self.at])
    }

    fn agrees(self) -> bool {
        self.cells().all(|cell| cell.agrees)
    }

    fn name(self) -> String {
        self.tables.first().map(|(_, table)| table.answers[self.at].clone()).unwrap_or_default()
    }

    fn finding(self) -> Option<Finding> {
        if let Some(finding) = words::finding(self).or_else(|| self.not_finite()).or_else(|| words::lost(self)) {
            return Some(finding);
        }
        let pairs = self.pairs()?;
        if let Some(how) = laws::rounding(&pairs) {
            return Some(Finding::Rounded { column: self.name(), how });
        }
        if pairs.iter().all(|pair| alike(pair.expected, pair.got)) {
            let column = self.name();
            return laws::offset(&pairs, &column).or_else(|| laws::nearly_right(&pairs, column));
        }
        let distinct = |number_of: fn(&Pair<'_>) -> f64| {
            pairs.windows(2).filter(|pair| number_of(&pair[0]) != number_of(&pair[1])).count()
        };
        // Two rows fit many laws, so a law needs several that differ.
        if pairs.len() < 3 || distinct(|pair| pair.expected) < 2 {
            return None;
        }
        let column = self.name();
        if pairs.iter().all(|pair| pair.got == pairs[0].got) && !walks::starts_right(self) {
            return Some(Finding::Constant { columns: vec![column], number: pairs[0].got, all: false });
        }
        if self.tables.iter().all(|(_, table)| self.is_constant(table)) {
            return Some(Finding::AllEqual { column });
        }
        let trials: Vec<Trial> = self.tables.iter().map(|(trial, _)| *trial).collect();
        let given = given_names(self.tables);
        laws::constant_factor(&pairs, &column)
            .or_else(|| laws::given_back(&pairs, given).map(|given| self.as_given(given)))
            .or_else(|| laws::other_factor(&pairs, &column, given, self.tables))
            .or_else(|| laws::any_offset(&pairs, &column, given, &trials))
            .or_else(|| laws::other_law(&pairs, &column))
            .or_else(|| laws::product(&pairs, &column, given))
            .or_else(|| laws::running_sum(&pairs, &column))
            .or_else(|| self.ignored())
            .or_else(|| walks::finding(self))
            .or_else(|| laws::roughly_right(&pairs, column).filter(|_| !walks::is_walk(self)))
    }

    /// What is told of a column where nothing else is: that its answers are blurred, or which of them are right.
    fn weak_finding(self) -> Option<Finding> {
        let pairs = self.pairs()?;
        let trials: Vec<Trial> = self.tables.iter().map(|(trial, _)| *trial).collect();
        laws::blurred(&pairs, &self.name(), &trials).or_else(|| laws::right_beyond(&pairs, &self.name(), &trials))
    }

    /// The finding that the answers are those of a given column. A count is the case's own, of what the code did, and no
    /// number that the code gave back.
    fn as_given(self, given: String) -> Finding {
        let column = self.name();
        let is_count = self.cells().all(|cell| matches!(cell.expected, Some(Cell::Integer(_))));
        if is_count { Finding::GivenCount { column, given } } else { Finding::GivenBack { column, given } }
    }

    /// The first number that is not finite, if no later one of its trial is finite either.
    fn not_finite(self) -> Option<Finding> {
        self.tables.iter().find_map(|(trial, table)| {
            let number = |at: usize| match table.rows[at].answers[self.at].got {
                Some(Cell::Number(number)) if !number.is_finite() => Some(number),
                _ => None,
            };
            let row = (0..table.rows.len()).find(|at| number(*at).is_some())?;
            let to_the_end = (row..table.rows.len()).all(|at| number(at).is_some());
            let finding = |number| Finding::NotFinite { column: self.name(), row: row + 1, trial: *trial, number };
            number(row).filter(|_| to_the_end).map(finding)
        })
    }

    /// All rows as numbers, if they are, but for those in which a word is expected and is there.
    fn pairs(self) -> Option<Vec<Pair<'a>>> {
        let mut pairs = Vec::new();
        for (trial, table) in self.tables {
            for row in &table.rows {
                let cell = &row.answers[self.at];
                if cell.is_right_word() {
                    continue;
                }
                let (Some(expected), Some(got)) = (as_number(cell.expected.as_ref()), as_number(cell.got.as_ref()))
                else {
                    return None;
                };
                pairs.push(Pair { trial: *trial, given: &row.given, expected, got, agrees: cell.agrees });
            }
        }
        Some(pairs)
    }

    fn is_constant(self, table: &Comparison) -> bool {
        let cells = || table.rows.iter().map(|row| &row.answers[self.at]);
        let first = cells().next();
        table.rows.len() >= 3
            && cells().all(|cell| cell.got.as_ref() == first.and_then(|first| first.got.as_ref()))
            && cells().any(|cell| !near(cell.expected.as_ref(), first.and_then(|first| first.expected.as_ref())))
    }

    /// The given column that changes nothing: the rows of a trial differ in no other given column. One answer in all of
    /// these rows would show nothing of the kind: a count may be at its bound in all of them.
    fn ignored(self) -> Option<Finding> {
        let ignored = given_names(self.tables).iter().enumerate().find(|(at, _)| {
            let pairs = || self.tables.iter().flat_map(|(_, table)| pairs_that_differ_only_in(*at, &table.rows));
            let cells = || pairs().map(|(one, other)| (&one.answers[self.at], &other.answers[self.at]));
            // Where a word is expected and is there, no number could differ.
            let cells = || cells().filter(|(one, other)| !one.is_right_word() && !other.is_right_word());
            let evidence = cells().filter(|(one, other)| !near(one.expected.as_ref(), other.expected.as_ref())).count();
            let first = cells().next().and_then(|(one, _)| one.got.as_ref());
            evidence >= 3
                && cells().all(|(one, other)| equal(one.got.as_ref(), other.got.as_ref()))
                && cells().any(|(one, _)| !near(one.got.as_ref(), first))
        });
        ignored.map(|(_, given)| Finding::Ignores { column: self.name(), given: given.clone() })
    }
}

/// The pairs of rows that differ in this given column and in no other.
fn pairs_that_differ_only_in(at: usize, rows: &[ComparedRow]) -> impl Iterator<Item = (&ComparedRow, &ComparedRow)> {
    let differ = move |one: &ComparedRow, other: &ComparedRow| {
        let mut cells = one.given.iter().zip(&other.given).enumerate();
        cells.all(|(column, (one, other))| (one != other) == (column == at))
    };
    let pairs =
        rows.iter().enumerate().flat_map(|(number, one)| rows[number + 1..].iter().map(move |other| (one, other)));
    pairs.filter(move |(one, other)| differ(one, other))
}
