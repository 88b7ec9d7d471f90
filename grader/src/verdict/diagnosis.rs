//! What the numbers of a wrong answer show when no known mistake explains it.
//!
//! Each finding holds for every row of every trial, and claims nothing that the numbers do not show: a wrong diagnosis
//! would be worse than none.

mod laws;

use harness::{Cell, Trial};

use super::compare::{ComparedCell, ComparedRow, Comparison};
use laws::{Pair, alike, as_number, near};
pub use laws::{Rounding, SampleLaw, Side};

/// Something that is true of all wrong answers of a case.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "each finding's sentence names its fields")]
pub enum Finding {
    /// The table has another number of rows than expected.
    RowCount { expected: usize, got: usize },
    /// A number is not finite, from this row on (from 1).
    NotFinite { column: String, row: usize, trial: Trial, number: f64 },
    /// Every answer is the expected one with the other sign.
    Sign { column: String },
    /// Every answer is this many times the expected one.
    Factor { column: String, factor: f64 },
    /// Every answer is the expected one times this, n being the number of the trial's samples.
    SampleFactor { column: String, samples: &'static str, law: SampleLaw },
    /// Every answer on a trial is this many times the expected one, and on others another number of times.
    TrialFactor { column: String, factors: Vec<(Trial, f64)> },
    /// Every answer is the expected one times this given column, or divided by it.
    GivenFactor { column: String, given: String, divided: bool },
    /// Every answer is off by this much.
    Offset { column: String, offset: f64 },
    /// Every answer is the expected one, except for at most this part of it.
    NearlyRight { column: String, off: f64 },
    /// Every answer is the expected one, written with fewer digits.
    Rounded { column: String, how: Rounding },
    /// Every answer is the expected one without its sign.
    Absolute { column: String },
    /// Answers that should be beyond this bound are the bound.
    Clamped { column: String, bound: f64, side: Side },
    /// Every answer is the expected one squared, or its root.
    Power { column: String, squared: bool },
    /// All rows of a trial have one answer, but the expected ones differ.
    AllEqual { column: String },
    /// The answer is the same whatever this given column holds, but the expected ones differ.
    Ignores { column: String, given: String },
    /// The wrong rows are all rows of this kind, and no others.
    OnlyWhere { given: String, kind: Kind },
    /// The first move of each walk is this many times the expected one.
    FirstMove { column: String, factor: f64 },
    /// From this row on (from 1), the answer stays the same on this trial, although the expected ones go on.
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
}

/// What a given column holds in some rows.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// It is this.
    Is(Cell),
    /// It is below zero.
    Negative,
    /// It is above zero.
    Positive,
}

/// Looks at the tables of a case on all its trials, and returns what they show.
pub(crate) fn diagnose(tables: &[(Trial, Comparison)]) -> Vec<Finding> {
    if let Some(finding) = rows(tables) {
        return vec![finding];
    }
    let columns = tables.first().map_or(0, |(_, table)| table.answers.len());
    let wrong = (0..columns).map(|at| AnswerColumn { tables, at }).filter(|column| !column.agrees());
    let findings: Vec<Finding> = wrong.filter_map(AnswerColumn::finding).collect();
    if findings.is_empty() { only_where(tables).into_iter().collect() } else { findings }
}

fn rows_of(tables: &[(Trial, Comparison)]) -> impl Iterator<Item = &ComparedRow> {
    tables.iter().flat_map(|(_, table)| &table.rows)
}

fn given_names(tables: &[(Trial, Comparison)]) -> &[String] {
    tables.first().map_or(&[], |(_, table)| &table.given)
}

/// What sets the wrong rows apart from the right ones: what a given column holds in them. Each trial must have right
/// rows; otherwise a single row that is right by accident would make a rule.
fn only_where(tables: &[(Trial, Comparison)]) -> Option<Finding> {
    let rows = || rows_of(tables);
    if !tables.iter().all(|(_, table)| table.rows.iter().any(ComparedRow::agrees)) {
        return None;
    }
    given_names(tables).iter().enumerate().find_map(|(at, given)| {
        let holds =
            |kind: &Kind| rows().all(|row| row.given.get(at).is_some_and(|cell| kind.has(cell) != row.agrees()));
        let first = rows().find(|row| !row.agrees())?.given.get(at)?;
        let kinds = [Kind::Is(first.clone()), Kind::Negative, Kind::Positive];
        let kind = kinds.into_iter().find(holds)?;
        Some(Finding::OnlyWhere { given: given.clone(), kind })
    })
}

impl Kind {
    fn has(&self, cell: &Cell) -> bool {
        match self {
            Self::Is(wanted) => wanted == cell,
            Self::Negative => as_number(Some(cell)).is_some_and(|number| number < 0.0),
            Self::Positive => as_number(Some(cell)).is_some_and(|number| number > 0.0),
        }
    }
}

/// What the rows show as a whole.
fn rows(tables: &[(Trial, Comparison)]) -> Option<Finding> {
    if let Some((_, table)) = tables.iter().find(|(_, table)| table.expected_rows != table.got_rows) {
        return Some(Finding::RowCount { expected: table.expected_rows, got: table.got_rows });
    }
    // Rows that are nearly right and much alike could be taken for one another.
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

/// Whether each row holds the answers that were expected one row earlier (or later), and these differ.
fn is_shifted(table: &Comparison, late: bool) -> bool {
    let pairs = table.rows.windows(2).map(|pair| if late { (&pair[0], &pair[1]) } else { (&pair[1], &pair[0]) });
    let evidence = pairs.clone().filter(|(_, row)| !row.agrees()).count();
    evidence >= 3
        && pairs.into_iter().all(|(wanted, row)| {
            let cells = wanted.answers.iter().zip(&row.answers);
            cells.into_iter().all(|(wanted, cell)| near(wanted.expected.as_ref(), cell.got.as_ref()))
        })
}

/// Whether the rows are the expected ones in another order.
fn is_reordered(table: &Comparison) -> bool {
    let mut left: Vec<_> = table.rows.iter().collect();
    let found = table.rows.iter().all(|wanted| {
        let same = left.iter().position(|row| {
            let cells = wanted.answers.iter().zip(&row.answers);
            cells.into_iter().all(|(wanted, cell)| near(wanted.expected.as_ref(), cell.got.as_ref()))
        });
        same.map(|at| left.swap_remove(at)).is_some()
    });
    found && table.rows.len() >= 3 && table.rows.iter().any(|row| !row.agrees())
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
        if let Some(finding) = self.swapped().or_else(|| self.spelled()).or_else(|| self.not_finite()) {
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
        if self.tables.iter().all(|(_, table)| self.is_constant(table)) {
            return Some(Finding::AllEqual { column });
        }
        let trials: Vec<Trial> = self.tables.iter().map(|(trial, _)| *trial).collect();
        laws::factor(&pairs, &column, given_names(self.tables), &trials)
            .or_else(|| laws::offset(&pairs, &column))
            .or_else(|| laws::other_law(&pairs, &column))
            .or_else(|| self.ignored())
            .or_else(|| self.first_move())
            .or_else(|| self.stays())
            .or_else(|| self.drift())
    }

    /// Texts that differ only in capitals or spaces.
    fn spelled(self) -> Option<Finding> {
        let alike_in = |spelling: fn(&str) -> String| {
            self.cells().all(|cell| {
                matches!((&cell.expected, &cell.got), (Some(Cell::Text(expected)), Some(Cell::Text(got)))
                    if spelling(expected) == spelling(got))
            })
        };
        let column = self.name();
        if alike_in(str::to_lowercase) {
            Some(Finding::Capitals { column })
        } else if alike_in(|text| text.replace(' ', "")) {
            Some(Finding::Spaces { column })
        } else {
            None
        }
    }

    /// One word for the other, each at least once.
    fn swapped(self) -> Option<Finding> {
        let (one, other) = self.cells().find_map(|cell| match (&cell.expected, &cell.got) {
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
        let holds = self.cells().all(|cell| match (&cell.expected, &cell.got) {
            (Some(Cell::Text(expected)), Some(Cell::Text(got))) => exchanged(expected) == *got,
            _ => false,
        });
        let both = self.cells().any(|cell| cell.expected == Some(Cell::Text(other.clone())));
        (holds && both).then(|| Finding::Swapped { column: self.name(), one: one.clone(), other: other.clone() })
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

    /// All rows as numbers, if they are.
    fn pairs(self) -> Option<Vec<Pair<'a>>> {
        let mut pairs = Vec::new();
        for (trial, table) in self.tables {
            for row in &table.rows {
                let cell = &row.answers[self.at];
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

    /// A walk's first move, if all walks start at the right place.
    fn first_move(self) -> Option<Finding> {
        let moves = self.tables.iter().map(|(_, table)| {
            let number = |at: usize| {
                let cell = &table.rows.get(at)?.answers[self.at];
                Some((as_number(cell.expected.as_ref())?, as_number(cell.got.as_ref())?))
            };
            let ((expected, got), (next_expected, next_got)) = (number(0)?, number(1)?);
            let wanted = next_expected - expected;
            (is_walk(table) && expected == got && wanted != 0.0).then(|| (next_got - got) / wanted)
        });
        let factors: Vec<f64> = moves.collect::<Option<_>>()?;
        let factor = *factors.first()?;
        let same = factors.iter().all(|other| (other - factor).abs() <= 1e-6 * factor.abs().max(1e-6));
        (same && factors.len() >= 2 && !alike(factor, 1.0)).then(|| Finding::FirstMove { column: self.name(), factor })
    }

    /// An end that comes too early, on the first trial that is wrong: right up to there, then the last number again and
    /// again.
    fn stays(self) -> Option<Finding> {
        let wrong =
            || self.tables.iter().filter(|(_, table)| table.rows.iter().any(|row| !row.answers[self.at].agrees));
        let start = |table: &Comparison| {
            let cell = |at: usize| &table.rows[at].answers[self.at];
            let first = (0..table.rows.len()).find(|at| !cell(*at).agrees).filter(|first| *first >= 1)?;
            let held = |at| cell(at).got.is_some() && cell(at).got == cell(first - 1).got;
            let goes_on = (first..table.rows.len()).any(|at| cell(at).expected != cell(first).expected);
            ((first..table.rows.len()).all(held) && goes_on).then_some(first)
        };
        let starts: Option<Vec<usize>> = wrong().map(|(_, table)| start(table)).collect();
        let (row, (trial, _)) = (*starts?.first()?, wrong().next()?);
        Some(Finding::Stays { column: self.name(), row, trial: *trial })
    }

    fn drift(self) -> Option<Finding> {
        let drifts = self.tables.iter().all(|(_, table)| {
            let agrees = |at: usize| table.rows[at].answers[self.at].agrees;
            table.rows.len() >= 4 && agrees(0) && (1..table.rows.len()).all(|at| !agrees(at))
        });
        drifts.then(|| Finding::Drifts { column: self.name() })
    }
}

/// Whether the rows are the steps of a walk.
fn is_walk(table: &Comparison) -> bool {
    const COUNTS: [&str; 4] = ["entry", "step", "pass", "epoch"];
    let Some(at) = table.given.iter().position(|name| COUNTS.contains(&name.as_str())) else { return false };
    let counts = |(number, row): (usize, &ComparedRow)| row.given.get(at) == Some(&Cell::from(number));
    table.rows.len() >= 3 && table.rows.iter().enumerate().all(counts)
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
    use super::*;

    const EXPECTED: [f64; 4] = [10.0, -4.0, 7.0, 3.0];

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
            (trial, Comparison { given, answers, expected_rows: 4, got_rows: 4, rows: rows.collect() })
        };
        diagnose(&Trial::GRADED.map(table))
    }

    fn sentence(law: impl Fn(Trial, usize, f64) -> f64) -> String {
        found(law).iter().map(Finding::to_string).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn laws_are_found() {
        let homes = |trial: Trial| trial.homes().len() as f64;
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
            sentence(|trial, _, loss| loss * trial.houses().len() as f64),
            "Every `loss` is n times the expected one, n being the number of houses."
        );
        assert_eq!(
            sentence(|trial, _, loss| loss / trial.study_records().len() as f64),
            "Every `loss` is 1/n times the expected one, n being the number of study records."
        );
        assert_eq!(sentence(|_, at, loss| loss * (0.5 + at as f64)), "Every `loss` is the expected one times `rate`.");
        assert_eq!(sentence(|_, _, _| 8.0), "`loss` is the same in every row, but the expected ones differ.");
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
            (trial, Comparison { given: vec![], answers, expected_rows: 3, got_rows: 3, rows: rows.to_vec() })
        };
        let findings = diagnose(&Trial::GRADED.map(table));
        assert_eq!(findings, [Finding::AllEqual { column: "base".to_owned() }]);
    }

    #[test]
    fn right_answers_meet_no_finding() {
        assert_eq!(found(|_, _, loss| loss), []);
    }
}
