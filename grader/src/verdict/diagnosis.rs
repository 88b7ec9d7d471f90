//! What the numbers of a wrong answer show, where no known mistake explains it.
//!
//! Each finding holds for every row of every trial, and says nothing that the numbers do not: a wrong diagnosis would be
//! worse than none.

use harness::{Cell, Trial};

use super::compare::{ComparedRow, Comparison};

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
    /// Every answer is as many times the expected one as the trial has samples, or that part of it.
    SampleFactor { column: String, samples: &'static str, divided: bool },
    /// Every answer is the expected one times this given column, or divided by it.
    GivenFactor { column: String, given: String, divided: bool },
    /// Every answer is off by this much.
    Offset { column: String, offset: f64 },
    /// Every answer is the expected one but for at most this part of it.
    NearlyRight { column: String, off: f64 },
    /// All rows of a trial have one answer, where the expected ones differ.
    AllEqual { column: String },
    /// Each row has the expected answer of the row before it (or behind it).
    Shifted { late: bool },
    /// The expected rows, in another order.
    OtherOrder,
    /// The first row is right on every trial, and no later one is.
    Drifts { column: String },
    /// One word always stands where the other is expected, and the other way round.
    Swapped { column: String, one: String, other: String },
}

/// Looks at the tables of a case on all its trials and says what they show.
pub(crate) fn diagnose(tables: &[(Trial, Comparison)]) -> Vec<Finding> {
    if let Some(finding) = rows(tables) {
        return vec![finding];
    }
    let columns = tables.first().map_or(0, |(_, table)| table.answers.len());
    let wrong = (0..columns).filter(|column| !AnswerColumn { tables, at: *column }.agrees());
    wrong.filter_map(|at| AnswerColumn { tables, at }.finding()).collect()
}

/// What the rows show as a whole.
fn rows(tables: &[(Trial, Comparison)]) -> Option<Finding> {
    if let Some((_, table)) = tables.iter().find(|(_, table)| table.expected_rows != table.got_rows) {
        return Some(Finding::RowCount { expected: table.expected_rows, got: table.got_rows });
    }
    // Nearly right rows that are much alike could be taken for one another.
    let off = |row: &ComparedRow| row.answers.iter().any(|cell| !near(cell.expected.as_ref(), cell.got.as_ref()));
    if !tables.iter().any(|(_, table)| table.rows.iter().any(off)) {
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

/// A row's numbers: the trial, the given cells, what was expected and what was answered.
struct Pair<'a> {
    trial: Trial,
    given: &'a [Cell],
    expected: f64,
    got: f64,
}

impl<'a> AnswerColumn<'a> {
    fn agrees(self) -> bool {
        self.tables.iter().all(|(_, table)| table.rows.iter().all(|row| row.answers[self.at].agrees))
    }

    fn name(self) -> String {
        self.tables.first().map(|(_, table)| table.answers[self.at].clone()).unwrap_or_default()
    }

    fn finding(self) -> Option<Finding> {
        if let Some(finding) = self.swapped().or_else(|| self.not_finite()) {
            return Some(finding);
        }
        let pairs = self.pairs()?;
        if pairs.iter().all(|pair| alike(pair.expected, pair.got)) {
            let column = self.name();
            return offset(&pairs, &column).or_else(|| nearly_right(&pairs, column));
        }
        let distinct = |number_of: fn(&Pair<'_>) -> f64| {
            pairs.windows(2).filter(|pair| number_of(&pair[0]) != number_of(&pair[1])).count()
        };
        // Two rows fit many laws; a law needs some that differ.
        if pairs.len() < 3 || distinct(|pair| pair.expected) < 2 {
            return None;
        }
        let column = self.name();
        if self.tables.iter().all(|(_, table)| self.is_constant(table)) {
            return Some(Finding::AllEqual { column });
        }
        self.factor(&pairs).or_else(|| offset(&pairs, &column)).or_else(|| self.drift())
    }

    /// One word for the other, each at least once.
    fn swapped(self) -> Option<Finding> {
        let cells = || self.tables.iter().flat_map(|(_, table)| table.rows.iter().map(|row| &row.answers[self.at]));
        let (one, other) = cells().find_map(|cell| match (&cell.expected, &cell.got) {
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
        let holds = cells().all(|cell| match (&cell.expected, &cell.got) {
            (Some(Cell::Text(expected)), Some(Cell::Text(got))) => exchanged(expected) == *got,
            _ => false,
        });
        let both = cells().any(|cell| cell.expected == Some(Cell::Text(other.clone())));
        (holds && both).then(|| Finding::Swapped { column: self.name(), one: one.clone(), other: other.clone() })
    }

    /// The first number of the first such trial that is not finite, where all behind it are not either.
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
            && cells().all(|cell| near(cell.got.as_ref(), first.and_then(|first| first.got.as_ref())))
            && cells().any(|cell| !near(cell.expected.as_ref(), first.and_then(|first| first.expected.as_ref())))
    }

    fn factor(self, pairs: &[Pair<'_>]) -> Option<Finding> {
        let column = self.name();
        let scaled = |factor: &dyn Fn(&Pair<'_>) -> Option<f64>| {
            let evidence = pairs.iter().filter(|pair| pair.expected != 0.0).count();
            let holds =
                pairs.iter().all(|pair| factor(pair).is_some_and(|factor| alike(pair.got, factor * pair.expected)));
            evidence >= 3 && holds
        };
        let first = pairs.iter().find(|pair| pair.expected != 0.0)?;
        let constant = first.got / first.expected;
        if constant != 0.0 && scaled(&|_| Some(constant)) {
            let finding = if alike(constant, -1.0) {
                Finding::Sign { column }
            } else {
                Finding::Factor { column, factor: constant }
            };
            return Some(finding);
        }
        type Samples = (&'static str, fn(&Trial) -> usize);
        let samples: [Samples; 3] = [
            ("houses", |trial| trial.houses().len()),
            ("homes", |trial| trial.homes().len()),
            ("study records", |trial| trial.study_records().len()),
        ];
        for (samples, count) in samples {
            let count = |pair: &Pair<'_>| Some(count(&pair.trial) as f64);
            for divided in [false, true] {
                if scaled(&|pair| count(pair).map(|n| if divided { 1.0 / n } else { n })) {
                    return Some(Finding::SampleFactor { column, samples, divided });
                }
            }
        }
        let names = self.tables.first().map_or(&[][..], |(_, table)| &table.given);
        for (at, given) in names.iter().enumerate() {
            let value = |pair: &Pair<'_>| as_number(pair.given.get(at));
            for divided in [false, true] {
                if scaled(&|pair| value(pair).map(|value| if divided { value.recip() } else { value })) {
                    return Some(Finding::GivenFactor { column, given: given.clone(), divided });
                }
            }
        }
        None
    }

    fn drift(self) -> Option<Finding> {
        let drifts = self.tables.iter().all(|(_, table)| {
            let agrees = |at: usize| table.rows[at].answers[self.at].agrees;
            table.rows.len() >= 4 && agrees(0) && (1..table.rows.len()).all(|at| !agrees(at))
        });
        drifts.then(|| Finding::Drifts { column: self.name() })
    }
}

fn offset(pairs: &[Pair<'_>], column: &str) -> Option<Finding> {
    let offset = pairs[0].got - pairs[0].expected;
    // Beside a much larger number, the difference is its rounding, of which six digits say nothing.
    let evidence = pairs.iter().all(|pair| offset.abs() > 1e-9 * pair.expected.abs());
    let holds = pairs.iter().all(|pair| (pair.got - pair.expected - offset).abs() <= 1e-6 * offset.abs());
    (evidence && holds).then(|| Finding::Offset { column: column.to_owned(), offset })
}

fn nearly_right(pairs: &[Pair<'_>], column: String) -> Option<Finding> {
    let parts = pairs.iter().filter(|pair| pair.got != pair.expected);
    let off = parts.map(|pair| ((pair.got - pair.expected) / pair.expected).abs()).reduce(f64::max)?;
    Some(Finding::NearlyRight { column, off })
}

fn as_number(cell: Option<&Cell>) -> Option<f64> {
    match cell? {
        Cell::Integer(integer) => Some(*integer as f64),
        Cell::Number(number) => number.is_finite().then_some(*number),
        Cell::Text(_) => None,
    }
}

fn near(one: Option<&Cell>, other: Option<&Cell>) -> bool {
    match (as_number(one), as_number(other)) {
        (Some(one), Some(other)) => alike(one, other),
        _ => one.is_some() && one == other,
    }
}

/// Equal but for rounding: a law of the numbers holds to far more than six digits or not at all.
fn alike(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-6 * one.abs().max(other.abs())
}

#[cfg(test)]
mod tests {
    use super::super::compare::ComparedCell;
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
        assert_eq!(sentence(|_, _, loss| -loss), "Every `loss` has the right size and the opposite sign.");
        assert_eq!(sentence(|_, _, loss| loss / 2.0), "Every `loss` is 0.5 times the expected one.");
        assert_eq!(sentence(|_, _, loss| loss + 50.0), "Every `loss` is too large by 50.");
        assert_eq!(
            sentence(|trial, _, loss| loss * trial.houses().len() as f64),
            "Every `loss` is n times the expected one, n being the number of houses."
        );
        assert_eq!(
            sentence(|trial, _, loss| loss / trial.study_records().len() as f64),
            "Every `loss` is the expected one divided by n, the number of study records."
        );
        assert_eq!(sentence(|_, at, loss| loss * (0.5 + at as f64)), "Every `loss` is the expected one times `rate`.");
        assert_eq!(sentence(|_, _, _| 8.0), "`loss` is the same in every row, where the expected ones differ.");
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
            "The first `loss` is right, and every later one is off: look at what one step changes."
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
    fn right_answers_meet_no_finding() {
        assert_eq!(found(|_, _, loss| loss), []);
    }
}
