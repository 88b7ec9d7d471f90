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
use laws::{Pair, alike, as_number, near};
pub use rows::{Kind, Missing};

/// Something that is true of all wrong answers of a case.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "each finding's sentence names its fields")]
pub enum Finding {
    /// The table has another number of rows than expected.
    RowCount { expected: usize, got: usize, missing: Option<Missing> },
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
    /// The answers of each row are the numbers of this given list.
    GivenBackWhole { given: String },
    /// Every answer is off by this many times given columns, each as often as it is named.
    Term { column: String, times: f64, given: Vec<String> },
    /// Every answer is off by this much.
    Offset { column: String, offset: f64 },
    /// Every answer on a trial is off by this much, and on others by another amount.
    TrialOffset { column: String, offsets: Vec<(Trial, f64)> },
    /// Every answer is the expected one but for at most this part of it.
    NearlyRight { column: String, off: f64 },
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
    /// The answer is the same whatever this given column holds, but the expected ones differ.
    Ignores { column: String, given: String },
    /// The wrong rows are all rows of this kind, and no others.
    OnlyWhere { given: String, kind: Kind },
    /// What is right is so in all rows of this kind and in no other.
    OnlyRightWhere { given: String, kind: Kind },
    /// A walk is wrong at the count of 0 already.
    WrongStart { column: String, count: String, trial: Trial, expected: f64, got: f64 },
    /// The first move of each walk is this many times the expected one.
    FirstMove { column: String, factor: f64 },
    /// The first move of a trial's walk is this many times the expected one, and on others another number of times.
    FirstMoves { column: String, factors: Vec<(Trial, f64)> },
    /// A walk is right up to this count and wrong at every higher one.
    RightUpTo { column: String, count: String, last: i64 },
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
    /// All wrong answers are this word (or a number) and should be that one, in all rows that should be that one or in some.
    Confused { column: String, expected: Option<String>, got: Option<String>, always: bool },
    /// A column has the answers that are expected in another one.
    OtherColumn { column: String, other: String },
    /// Two columns have each other's answers.
    ColumnsSwapped { one: String, other: String },
    /// The answers in these columns are the same in each row, but the expected ones differ.
    SameInRow { columns: Vec<String> },
    /// Only these columns are wrong, and those are right in all rows.
    OnlyColumns { wrong: Vec<String>, right: Vec<String> },
}

impl Finding {
    /// Whether it shows a function that computes nothing yet: it returns one number, or what it was given.
    pub(crate) fn is_placeholder(&self) -> bool {
        matches!(self, Self::Constant { .. } | Self::GivenBack { .. } | Self::GivenBackWhole { .. })
    }

    /// The one column that it is about, if there is one.
    pub(crate) fn column(&self) -> Option<&str> {
        match self {
            Self::NotFinite { column, .. }
            | Self::Sign { column, .. }
            | Self::Factor { column, .. }
            | Self::SampleFactor { column, .. }
            | Self::TrialFactor { column, .. }
            | Self::GivenFactor { column, .. }
            | Self::GivenBack { column, .. }
            | Self::Term { column, .. }
            | Self::Offset { column, .. }
            | Self::TrialOffset { column, .. }
            | Self::NearlyRight { column, .. }
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
            | Self::OnlyColumns { .. } => None,
        }
    }
}

/// Looks at the tables of a case on all its trials, and returns what they show.
pub(crate) fn diagnose(tables: &[(Trial, Comparison)]) -> Vec<Finding> {
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
    findings
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
        if let Some(finding) = words::finding(self).or_else(|| self.not_finite()) {
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
            .or_else(|| laws::given_back(&pairs, &column, given))
            .or_else(|| laws::other_factor(&pairs, &column, given, self.tables))
            .or_else(|| laws::any_offset(&pairs, &column, given, &trials))
            .or_else(|| laws::other_law(&pairs, &column))
            .or_else(|| laws::running_sum(&pairs, &column))
            .or_else(|| self.ignored())
            .or_else(|| walks::finding(self))
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
                if cell.agrees && matches!(cell.expected, Some(Cell::Text(_))) {
                    continue;
                }
                let (Some(expected), Some(got)) = (as_number(cell.expected.as_ref()), as_number(cell.got.as_ref()))
                else {
                    return None;
                };
                pairs.push(Pair { trial: *trial, given: &row.given, expected, got });
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

    /// The given column that changes nothing: the rows of a trial differ in no other given column.
    fn ignored(self) -> Option<Finding> {
        let ignored = given_names(self.tables).iter().enumerate().find(|(at, _)| {
            let pairs = || self.tables.iter().flat_map(|(_, table)| pairs_that_differ_only_in(*at, &table.rows));
            let cells = || pairs().map(|(one, other)| (&one.answers[self.at], &other.answers[self.at]));
            let evidence = cells().filter(|(one, other)| !near(one.expected.as_ref(), other.expected.as_ref())).count();
            evidence >= 3 && cells().all(|(one, other)| near(one.got.as_ref(), other.got.as_ref()))
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

#[cfg(test)]
mod tests {
    use harness::Samples;

    use super::*;

    const EXPECTED: [f64; 4] = [10.0, -4.0, 7.0, 3.0];

    /// Three sets of data, each with another number of records on each trial.
    fn samples(trial: Trial) -> Vec<Samples> {
        let at = Trial::GRADED.iter().position(|graded| *graded == trial).unwrap();
        let set = |records: &str, counts: [usize; 3]| Samples { records: records.to_owned(), count: counts[at] };
        vec![set("houses", [4, 5, 7]), set("homes", [5, 8, 6]), set("study records", [8, 12, 9])]
    }

    /// The same law on all three graded trials, whose sizes differ.
    fn found(law: impl Fn(Trial, usize, f64) -> f64) -> Vec<Finding> {
        let table = |trial: Trial| {
            let rows = EXPECTED.iter().enumerate().map(|(at, &expected)| {
                let got = law(trial, at, expected);
                let agrees = expected == got;
                let (expected, got) = (Some(Cell::Number(expected)), Some(Cell::Number(got)));
                ComparedRow {
                    given: vec![Cell::Number(0.5 + at as f64)],
                    answers: vec![ComparedCell { expected, got, agrees }],
                }
            });
            let (given, answers) = (vec!["rate".to_owned()], vec!["loss".to_owned()]);
            let (rows, samples) = (rows.collect(), samples(trial));
            (trial, Comparison { given, answers, expected_rows: 4, got_rows: 4, rows, samples })
        };
        diagnose(&Trial::GRADED.map(table))
    }

    fn sentence(law: impl Fn(Trial, usize, f64) -> f64) -> String {
        found(law).iter().map(Finding::to_string).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn laws_are_found() {
        let homes = |trial: Trial| samples(trial)[1].count as f64;
        assert_eq!(
            sentence(|trial, _, loss| loss * homes(trial) / (homes(trial) - 1.0)),
            "Every `loss` is n/(n - 1) times the expected one, n being the number of homes."
        );
        assert_eq!(sentence(|_, _, loss| f64::abs(loss)), "Every `loss` is the expected one without its sign.");
        assert_eq!(sentence(|_, _, loss| loss * loss), "Every `loss` is the square of the expected one.");
        assert_eq!(sentence(|_, _, loss| loss.min(5.0)), "Every `loss` that should be above 5 is 5.");
        assert_eq!(sentence(|_, _, loss| loss.max(5.0)), "Every `loss` that should be below 5 is 5.");
        assert_eq!(
            sentence(|_, _, loss| loss.clamp(-3.5, 3.5)),
            "Every `loss` that should be above 3.5 is 3.5, and every one that should be below -3.5 is -3.5."
        );
        assert_eq!(
            sentence(|_, at, loss| if at == 1 { loss - 0.3 } else { loss }),
            "All rows are right except those in which `rate` is 1.5."
        );
        assert_eq!(sentence(|_, _, loss| -loss), "Every `loss` has the right size and the opposite sign.");
        assert_eq!(sentence(|_, _, loss| loss / 2.0), "Every `loss` is 0.5 times the expected one.");
        assert_eq!(sentence(|_, _, loss| loss + 50.0), "Every `loss` is too large by 50.");
        assert_eq!(
            sentence(|trial, _, loss| loss * samples(trial)[0].count as f64),
            "Every `loss` is n times the expected one, n being the number of houses."
        );
        assert_eq!(
            sentence(|trial, _, loss| loss / samples(trial)[2].count as f64),
            "Every `loss` is 1/n times the expected one, n being the number of study records."
        );
        assert_eq!(sentence(|_, at, loss| loss * (0.5 + at as f64)), "Every `loss` is the expected one times `rate`.");
        assert_eq!(
            sentence(|trial, _, _| homes(trial)),
            "`loss` is the same in every row, but the expected ones differ."
        );
        assert_eq!(
            sentence(|_, _, _| 8.0),
            "`loss` is 8 in every row, on all data: your code seems to return a fixed number."
        );
        assert_eq!(
            sentence(|_, _, loss| 1.0 / loss),
            "Every `loss` is 1 divided by the expected one: is a division the wrong way round?"
        );
        assert_eq!(
            sentence(|_, _, loss| loss.abs().sqrt()),
            "Every `loss` is the square root of the expected one without its sign."
        );
        assert_eq!(
            sentence(|_, at, _| EXPECTED[..=at].iter().sum()),
            "Each `loss` is what its row expects, added to the answer of the row before: is a total kept from one call to \
             the next?"
        );
        assert_eq!(
            sentence(|_, at, loss| loss / (1.0 + 2.0 * at as f64)),
            "Every `loss` is the expected one divided by twice `rate`."
        );
        assert_eq!(
            sentence(|_, at, loss| if at < 2 { -loss } else { loss }),
            "Every `loss` has the right size, but some have the wrong sign."
        );
        assert_eq!(
            sentence(|_, at, _| 0.5 + at as f64),
            "Every `loss` is just the `rate` of its row: your code gives back what it was given."
        );
        assert_eq!(
            sentence(|_, at, loss| loss / (0.5 + at as f64).powi(2)),
            "Every `loss` is the expected one divided by the square of `rate`."
        );
        let rate = |at: usize| 0.5 + at as f64;
        assert_eq!(
            sentence(|_, at, loss| loss + rate(at)),
            "In every row, your `loss` minus the expected one is `rate`."
        );
        assert_eq!(
            sentence(|_, at, loss| loss - 2.0 * rate(at) * rate(at)),
            "In every row, your `loss` minus the expected one is -2 times the square of `rate`."
        );
        assert_eq!(
            sentence(|trial, _, loss| if trial == Trial::Lesson { loss + 2.0 } else { loss - 3.0 }),
            "Every `loss` is too large by 2 on the lesson's data, too small by 3 on fresh data, seed 1, too small by 3 on \
             fresh data, seed 2."
        );
        assert_eq!(
            sentence(|_, at, loss| if at < 2 { loss } else { loss + at as f64 }),
            "All rows are right except those in which `rate` is 2.5 or more."
        );
        assert_eq!(
            sentence(|_, at, loss| if at == 2 { loss } else { loss + (at * at) as f64 + 0.1 }),
            "The only right rows are those in which `rate` is 2.5."
        );
        assert_eq!(
            sentence(|_, at, loss| if at < 2 { loss } else { f64::NAN }),
            "`loss` is not a number (NaN) from row 3 on, on the lesson's data: 0/0 or inf - inf does that."
        );
        assert_eq!(
            sentence(|_, at, _| EXPECTED[at.saturating_sub(1)]),
            "Each row holds what was expected one row earlier."
        );
        assert_eq!(sentence(|_, at, _| EXPECTED[3 - at]), "The rows are the expected ones in another order.");
        assert_eq!(
            sentence(|_, at, loss| loss * (1.0 + (at * at) as f64 / 10.0)),
            "The first `loss` is right, and every later one is off."
        );
    }

    #[test]
    fn what_is_nearly_right_is_no_factor_of_one_and_no_other_order() {
        let nearly = "Every `loss` is nearly right, off by at most 3e-8 of it: is a small number in the wrong place, or \
                      something rounded?";
        assert_eq!(sentence(|_, at, loss| loss * (1.0 + at as f64 * 1e-8)), nearly);
        assert_eq!(sentence(|_, _, loss| loss + 1e-7), "Every `loss` is too large by 1e-7.");
    }

    #[test]
    fn numbers_without_a_law_are_left_alone() {
        assert_eq!(found(|_, at, loss| loss + (at * at) as f64 + 0.1), []);
        assert_eq!(
            found(|trial, at, loss| if trial == Trial::Lesson { 2.0 * loss } else { loss + at as f64 + 0.1 }),
            []
        );
    }

    #[test]
    fn a_row_that_is_right_by_accident_sets_nothing_apart() {
        let right = |trial, at| trial == Trial::Lesson && at == 0;
        assert_eq!(found(|trial, at, loss| if right(trial, at) { loss } else { loss + (at * at) as f64 + 0.1 }), []);
    }

    #[test]
    fn zeros_are_not_called_rounded() {
        let table = |trial| {
            let rows = [0.25, -0.125, 0.375].map(|expected| ComparedRow {
                given: vec![],
                answers: vec![ComparedCell {
                    expected: Some(Cell::Number(expected)),
                    got: Some(Cell::Number(0.0)),
                    agrees: false,
                }],
            });
            let answers = vec!["base".to_owned()];
            let (rows, samples) = (rows.to_vec(), Vec::new());
            (trial, Comparison { given: vec![], answers, expected_rows: 3, got_rows: 3, rows, samples })
        };
        let findings = diagnose(&Trial::GRADED.map(table));
        assert_eq!(findings, [Finding::Constant { columns: vec!["base".to_owned()], number: 0.0, all: true }]);
    }

    #[test]
    fn right_answers_meet_no_finding() {
        assert_eq!(found(|_, _, loss| loss), []);
    }

    /// What a table of these columns shows, where each trial has the same rows.
    fn shown<const N: usize>(given: &str, answers: [&str; N], rows: &[(Cell, [Cell; N], [Cell; N])]) -> String {
        let row = |(given, expected, got): &(Cell, [Cell; N], [Cell; N])| ComparedRow {
            given: vec![given.clone()],
            answers: expected
                .iter()
                .zip(got)
                .map(|(expected, got)| {
                    let (agrees, expected, got) = (expected == got, Some(expected.clone()), Some(got.clone()));
                    ComparedCell { expected, got, agrees }
                })
                .collect(),
        };
        let table = |trial| {
            let (given, answers) = (vec![given.to_owned()], answers.map(str::to_owned).to_vec());
            let rows: Vec<ComparedRow> = rows.iter().map(row).collect();
            let (count, samples) = (rows.len(), Vec::new());
            (trial, Comparison { given, answers, expected_rows: count, got_rows: count, rows, samples })
        };
        diagnose(&Trial::GRADED.map(table)).iter().map(Finding::to_string).collect::<Vec<_>>().join(" ")
    }

    /// A walk's expected weights and what was answered.
    fn walk(rows: [(f64, f64); 5]) -> String {
        let row = |(step, (expected, got)): (usize, (f64, f64))| {
            (Cell::from(step), [Cell::from(expected)], [Cell::from(got)])
        };
        shown("steps", ["weight"], &rows.into_iter().enumerate().map(row).collect::<Vec<_>>())
    }

    #[test]
    fn a_walk_is_told_where_it_goes_wrong() {
        assert_eq!(
            walk([(1.0, 3.0), (2.0, 5.0), (4.0, 6.5), (5.0, 9.1), (7.0, 9.9)]),
            "`weight` is wrong from the start: where `steps` is 0 it is 3 instead of 1, on the lesson's data."
        );
        assert_eq!(
            walk([(1.0, 1.0), (2.0, 3.0), (4.0, 6.5), (5.0, 9.1), (7.0, 9.9)]),
            "The first step changes `weight` by 2 times the expected amount."
        );
        assert_eq!(
            walk([(1.0, 1.0), (2.0, 2.0), (4.0, 6.5), (5.0, 9.1), (7.0, 9.9)]),
            "`weight` is right up to `steps` 1, and wrong after that."
        );
        assert_eq!(
            walk([(0.0, 0.0), (2.0, 0.0), (4.0, 0.0), (5.0, 0.0), (7.0, 0.0)]),
            "`weight` is the same in every row, but the expected ones differ."
        );
    }

    #[test]
    fn rows_that_are_missing_are_told_with_their_place() {
        let of = |got: &[f64]| {
            let table = |trial| {
                let row = |at: usize| ComparedRow {
                    given: vec![],
                    answers: vec![ComparedCell {
                        expected: Some(Cell::Number(EXPECTED[at])),
                        got: got.get(at).map(|got| Cell::Number(*got)),
                        agrees: got.get(at) == Some(&EXPECTED[at]),
                    }],
                };
                let (answers, rows) = (vec!["loss".to_owned()], (0..4).map(row).collect());
                let (got_rows, samples) = (got.len(), Vec::new());
                (trial, Comparison { given: vec![], answers, expected_rows: 4, got_rows, rows, samples })
            };
            diagnose(&Trial::GRADED.map(table))[0].to_string()
        };
        assert_eq!(
            of(&EXPECTED[..3]),
            "There is 1 row too few: 3 instead of 4. The others are right, and the end is missing."
        );
        assert_eq!(
            of(&EXPECTED[2..]),
            "There are 2 rows too few: 2 instead of 4. The others are right, and the beginning is missing."
        );
        assert_eq!(of(&[5.0, 6.0]), "There are 2 rows too few: 2 instead of 4.");
    }

    #[test]
    fn columns_are_told_apart() {
        let row = |at: usize, got: [f64; 2]| {
            (Cell::from(at), [1.5, 8.0].map(|number| Cell::from(number * at as f64)), got.map(Cell::from))
        };
        let rows = |got: fn(f64) -> [f64; 2]| [1, 2, 3, 4].map(|at| row(at, got(at as f64)));
        let of = |got| shown("line", ["base", "weight"], &rows(got));
        assert_eq!(of(|at| [8.0 * at, 1.5 * at]), "`base` and `weight` have changed places.");
        assert_eq!(
            of(|at| [8.0 * at, 8.0 * at]),
            "`base` and `weight` are the same in each row, but the expected ones differ."
        );
        assert_eq!(
            of(|_| [0.0, 0.0]),
            "`base` and `weight` are 0 in every row, on all data: your code seems to return a fixed number."
        );
    }

    #[test]
    fn a_list_that_is_given_back_is_told_as_that() {
        let row = |one: f64, other: f64| {
            (
                Cell::from(format!("[{one}, {other}]")),
                [2.0 * one, other - 1.0].map(Cell::from),
                [one, other].map(Cell::from),
            )
        };
        assert_eq!(
            shown("gradient", ["first", "second"], &[row(1.5, -3.0), row(2.0, 8.0)]),
            "The answers of each row are just its `gradient`: your code gives back what it was given."
        );
    }

    #[test]
    fn words_for_words_and_numbers() {
        let of = |rows: [(&str, &str); 4]| {
            let row = |(at, (expected, got)): (usize, (&str, &str))| {
                (Cell::from(at * at % 3), [Cell::from(expected)], [Cell::from(got)])
            };
            shown("slope", ["way"], &rows.into_iter().enumerate().map(row).collect::<Vec<_>>())
        };
        assert_eq!(
            of([("flat", "up"), ("up", "up"), ("flat", "up"), ("down", "down")]),
            "Every `way` that should be \"flat\" is \"up\"."
        );
        assert_eq!(
            of([("flat", "up"), ("up", "up"), ("flat", "flat"), ("flat", "up")]),
            "Every wrong `way` is \"up\" and should be \"flat\". All rows are right except those in which `slope` is 0."
        );
        // A word that is right does not hide what the numbers show.
        let number = |at: f64| (Cell::from(at), [Cell::from(at * at)], [Cell::from(at * at / 2.0)]);
        let none = (Cell::from(0.0), [Cell::from("none")], [Cell::from("none")]);
        assert_eq!(
            shown("size", ["limit"], &[number(2.0), number(3.0), none, number(5.0)]),
            "Every `limit` is 0.5 times the expected one."
        );
        let none = (Cell::from(0.0), [Cell::from("none")], [Cell::from(7.0)]);
        let right = |at: f64| (Cell::from(at), [Cell::from(at * at)], [Cell::from(at * at)]);
        assert_eq!(
            shown("size", ["limit"], &[right(2.0), right(3.0), none]),
            "Every `limit` that should be \"none\" is a number. All rows are right except those in which `size` is 0."
        );
    }
}
