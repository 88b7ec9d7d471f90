//! Answers with a known law, and what a student reads about them.

use harness::Samples;
use verdict::diagnosis::diagnose;
use verdict::{ComparedCell, ComparedRow, Comparison};

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
    found(law).iter().map(finding_in_words).collect::<Vec<_>>().join(" ")
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
    assert_eq!(sentence(|trial, _, _| homes(trial)), "`loss` is the same in every row, but the expected ones differ.");
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
        "Every `loss` is just the `rate` of its row: does your code give back what it was given?"
    );
    assert_eq!(
        sentence(|_, at, loss| loss / (0.5 + at as f64).powi(2)),
        "Every `loss` is the expected one divided by the square of `rate`."
    );
    let rate = |at: usize| 0.5 + at as f64;
    assert_eq!(sentence(|_, at, loss| loss + rate(at)), "In every row, your `loss` minus the expected one is `rate`.");
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
        "`loss` is not a number (NaN) from row 3 on, on the lesson's data: 0/0 or inf - inf can do that."
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
    assert_eq!(found(|trial, at, loss| if trial == Trial::Lesson { 2.0 * loss } else { loss + at as f64 + 0.1 }), []);
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
    diagnose(&Trial::GRADED.map(table)).iter().map(finding_in_words).collect::<Vec<_>>().join(" ")
}

/// A walk's expected weights and what was answered.
fn walk(rows: [(f64, f64); 5]) -> String {
    let row =
        |(step, (expected, got)): (usize, (f64, f64))| (Cell::from(step), [Cell::from(expected)], [Cell::from(got)]);
    shown("steps", ["weight"], &rows.into_iter().enumerate().map(row).collect::<Vec<_>>())
}

#[test]
fn a_walk_is_told_where_it_goes_wrong() {
    assert_eq!(
        walk([(1.0, 3.0), (2.0, 5.0), (4.0, 6.5), (5.0, 9.1), (7.0, 9.9)]),
        "`weight` is wrong from the start: in row 1, where `steps` is 0, it is 3 instead of 1, on the lesson's data."
    );
    assert_eq!(
        walk([(1.0, 1.0), (2.0, 3.0), (4.0, 6.5), (5.0, 9.1), (7.0, 9.9)]),
        "From row 1 to row 2, `weight` changes by 2 times the expected amount."
    );
    assert_eq!(
        walk([(1.0, 1.0), (2.0, 2.0), (4.0, 6.5), (5.0, 9.1), (7.0, 9.9)]),
        "`weight` is right up to `steps` 1, and wrong from `steps` 2 on."
    );
    assert_eq!(
        walk([(0.0, 0.0), (2.0, 0.0), (4.0, 0.0), (5.0, 0.0), (7.0, 0.0)]),
        "`weight` is the same in every row, but the expected ones differ."
    );
}

#[test]
fn what_holds_for_the_first_walk_of_several_is_not_told_of_all() {
    let of = |rows: &[(usize, f64, f64)]| {
        let row = |(steps, expected, got): &(usize, f64, f64)| {
            (Cell::from(*steps), [Cell::from(*expected)], [Cell::from(*got)])
        };
        shown("steps", ["weight"], &rows.iter().map(row).collect::<Vec<_>>())
    };
    let twice = "From row 1 to row 2, `weight` changes by 2 times the expected amount.";
    let first = [(0, 1.0, 1.0), (1, 2.0, 3.0), (2, 4.0, 6.5)];
    assert_eq!(of(&[&first[..], &[(0, 1.0, 1.0), (1, 3.0, 5.0)]].concat()), twice);
    let other = "The first `weight` is right, and every later one is off.";
    assert_eq!(of(&[&first[..], &[(1, 3.0, 6.5)]].concat()), other);
    let first = [(0, 1.0, 1.0), (1, 2.0, 2.0), (2, 4.0, 6.5), (5, 5.0, 9.5)];
    assert_eq!(
        of(&[&first[..], &[(1, 3.0, 3.0)]].concat()),
        "`weight` is right up to `steps` 1, and wrong from `steps` 2 on."
    );
    assert_eq!(of(&[&first[..], &[(2, 6.0, 6.0)]].concat()), "");
    // Starts that are off by different amounts are named by the first.
    let starts =
        "`weight` is wrong from the start: in row 1, where `steps` is 0, it is 3 instead of 1, on the lesson's data.";
    assert_eq!(of(&[(0, 1.0, 3.0), (0, 2.0, 5.0), (1, 4.0, 6.5), (2, 5.0, 9.1)]), starts);
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
        finding_in_words(&diagnose(&Trial::GRADED.map(table))[0])
    };
    assert_eq!(
        of(&EXPECTED[..3]),
        "There is 1 row too few on the lesson's data: 3 instead of 4. The others are right, and the end is missing."
    );
    assert_eq!(
        of(&EXPECTED[2..]),
        "There are 2 rows too few on the lesson's data: 2 instead of 4. The others are right, and the beginning is missing."
    );
    assert_eq!(of(&[5.0, 6.0]), "There are 2 rows too few on the lesson's data: 2 instead of 4.");
    let of_alike = |got: &[f64]| {
        let table = |trial| {
            let row = |at: usize| ComparedRow {
                given: vec![],
                answers: vec![ComparedCell {
                    expected: Some(Cell::Number([1.0, 1.0, 2.0][at])),
                    got: got.get(at).map(|got| Cell::Number(*got)),
                    agrees: false,
                }],
            };
            let (answers, rows) = (vec!["loss".to_owned()], (0..3).map(row).collect());
            let (got_rows, samples) = (got.len(), Vec::new());
            (trial, Comparison { given: vec![], answers, expected_rows: 3, got_rows, rows, samples })
        };
        finding_in_words(&diagnose(&Trial::GRADED.map(table))[0])
    };
    // Either of the first two could be the one that is missing.
    assert_eq!(of_alike(&[1.0, 2.0]), "There is 1 row too few on the lesson's data: 2 instead of 3.");
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
        "The answers of each row are just its `gradient`: does your code give back what it was given?"
    );
}

#[test]
fn a_count_is_not_what_the_code_gave_back() {
    let row = |steps: usize| (Cell::from(steps), [Cell::from(2 * steps)], [Cell::from(steps)]);
    assert_eq!(shown("steps", ["drawn"], &[row(1), row(2), row(4)]), "Every `drawn` is 0.5 times the expected one.");
    let row = |steps: usize| (Cell::from(steps), [Cell::from(steps * steps + 1)], [Cell::from(steps)]);
    assert_eq!(
        shown("steps", ["drawn"], &[row(1), row(2), row(4)]),
        "Every `drawn` is the same as the `steps` of its row, and should not be."
    );
}

#[test]
fn a_law_that_divides_by_zero_fits_nothing() {
    let row = |at: f64, expected: f64| (Cell::from(at), [Cell::from(expected)], [Cell::from(1.0)]);
    let said = shown("row", ["column"], &[row(0.0, 2.0), row(1.0, 0.0), row(2.0, 0.5), row(0.0, 3.0)]);
    assert!(!said.contains("divided by"), "{said}");
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

#[test]
fn answers_beyond_a_bound_are_told_with_it() {
    let of = |got: fn(f64) -> f64| {
        let row = |expected: f64| (Cell::from("a house"), [Cell::from(expected)], [Cell::from(got(expected))]);
        shown("houses", ["loss"], &[1.0, 40.0, 3.0, 20.0, 2.0, 30.0].map(row))
    };
    assert_eq!(
        of(|loss| if loss <= 3.0 { loss } else { 5.0 * loss.sqrt() }),
        "All rows in which `loss` should be 3 or less are right, and all in which it should be 20 or more are wrong."
    );
    assert_eq!(
        of(|loss| if loss >= 20.0 { loss } else { loss + loss.sqrt() }),
        "All rows in which `loss` should be 20 or more are right, and all in which it should be 3 or less are wrong."
    );
    assert_eq!(of(|loss| if loss <= 3.0 || loss == 30.0 { loss } else { 5.0 * loss.sqrt() }), "");
}

#[test]
fn a_bound_that_two_columns_have_is_told_of_neither() {
    let of = |other: fn(usize) -> f64| {
        let table = |trial| {
            let row = |at: usize| {
                let (expected, got) =
                    (EXPECTED[at], if at < 2 { EXPECTED[at] + 0.3 + at as f64 } else { EXPECTED[at] });
                ComparedRow {
                    given: vec![Cell::Number(at as f64), Cell::Number(other(at))],
                    answers: vec![ComparedCell {
                        expected: Some(Cell::Number(expected)),
                        got: Some(Cell::Number(got)),
                        agrees: expected == got,
                    }],
                }
            };
            let (given, answers) = (vec!["rate".to_owned(), "slope".to_owned()], vec!["loss".to_owned()]);
            let rows = (0..4).map(row).collect();
            (trial, Comparison { given, answers, expected_rows: 4, got_rows: 4, rows, samples: Vec::new() })
        };
        diagnose(&Trial::GRADED.map(table)).iter().map(finding_in_words).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(of(|at| [5.0, 1.0, 2.0, 7.0][at]), "All rows are right except those in which `rate` is 1 or less.");
    assert_eq!(of(|at| [-50.0, 60.0, 2.0, -7.0][at]), "");
}

#[test]
fn a_blur_is_told_unless_a_number_is_far_off_for_its_own_size() {
    let of = |got: fn(usize, f64) -> f64| {
        let row = |(at, expected): (usize, f64)| {
            (Cell::from("a place"), [Cell::from(expected)], [Cell::from(got(at, expected))])
        };
        let rows: Vec<_> = [-2.7e9, -1.35e9, 0.0, 1.35e9].into_iter().enumerate().map(row).collect();
        shown("place", ["gradient"], &rows)
    };
    assert_eq!(
        of(|at, slope| slope + [7e4, -4e4, 2.7e4, 5e4][at]),
        "Every `gradient` is nearly right, off by at most 3e-5 of the largest one: is it the difference of two numbers \
         that are much alike, or something rounded?"
    );
    assert_eq!(of(|at, slope| slope + [7e4, -4e4, 2.7e7, 5e4][at]), "");
    assert_eq!(of(|at, slope| slope + [7e7, -4e4, 2.7e4, 5e4][at]), "");
}

#[test]
fn a_product_of_given_numbers_is_told_with_its_factor() {
    let of = |law: fn(f64, f64) -> f64| {
        let table = |trial: Trial| {
            let more = Trial::GRADED.iter().position(|graded| *graded == trial).unwrap() as f64;
            let rows = [(100.0, 13.5), (150.0, 3.375), (250.0, 3.5)].map(|(weight, loss)| {
                let loss = loss + more;
                let expected = Some(Cell::Number(weight - 200.0));
                let got = Some(Cell::Number(law(weight, loss)));
                let given = vec![Cell::Number(weight), Cell::Number(loss)];
                ComparedRow { given, answers: vec![ComparedCell { expected, got, agrees: false }] }
            });
            let (given, answers) = (vec!["weight".to_owned(), "loss".to_owned()], vec!["gradient".to_owned()]);
            let (rows, samples) = (rows.to_vec(), Vec::new());
            (trial, Comparison { given, answers, expected_rows: 3, got_rows: 3, rows, samples })
        };
        diagnose(&Trial::GRADED.map(table)).iter().map(finding_in_words).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        of(|weight, loss| 2.0 * loss / weight),
        "In every row, your `gradient` is 2 times `loss` divided by `weight`."
    );
    assert_eq!(
        of(|weight, loss| 1.25 * weight * loss),
        "In every row, your `gradient` is 1.25 times `weight` times `loss`."
    );
    assert_eq!(of(|weight, loss| 1.25 * weight * loss + 1e-3 * weight), "");
}

#[test]
fn rows_of_the_right_direction_and_another_length_are_told_so() {
    let of = |got: fn([f64; 2]) -> [f64; 2]| {
        let row = |expected: [f64; 2]| (Cell::from("a place"), expected.map(Cell::from), got(expected).map(Cell::from));
        shown("place", ["base", "sqft"], &[[3.0, -4.0], [6.0, 8.5], [0.5, 0.25], [-12.0, 5.0]].map(row))
    };
    assert_eq!(
        of(|[base, sqft]| {
            let longer = f64::hypot(base, sqft).max(1.0);
            [base / longer, sqft / longer]
        }),
        "In each wrong row, your answers are the expected ones, all multiplied by the same number: their direction is \
         right, and their length is not."
    );
    let other_direction = of(|[base, sqft]| [base / f64::hypot(base, sqft), sqft / base.abs().sqrt()]);
    assert_eq!(other_direction, "");
}

#[test]
fn a_word_that_is_always_lost_is_found_beside_wrong_numbers() {
    let none = |size: f64| (Cell::from(size), [Cell::from("none")], [Cell::from(7.0)]);
    let of = |size: f64, got: f64| (Cell::from(size), [Cell::from(4.0)], [Cell::from(got)]);
    assert_eq!(
        shown("size", ["limit"], &[none(0.0), of(1.0, 4.0), of(2.0, 5.0), none(3.0), of(4.0, 4.0)]),
        "Every `limit` that should be \"none\" is a number."
    );
}

#[test]
fn decimals_that_are_rounded_away_are_counted() {
    let of = |rounded: fn(f64) -> f64| {
        let row = |at: f64| (Cell::from(at), [Cell::from(at / 7.0)], [Cell::from(rounded(at / 7.0))]);
        shown("hours", ["score"], &[row(100.0), row(205.0), row(311.0), row(420.0)])
    };
    assert_eq!(of(|score| (score * 10.0).round() / 10.0), "Every `score` is rounded to one decimal.");
    assert_eq!(of(|score| (score * 1e4).round() / 1e4), "Every `score` is rounded to 4 decimals.");
}

#[test]
fn large_numbers_of_single_precision_are_not_cut_off() {
    let of = |numbers: [f64; 4], cut: fn(f64) -> f64| {
        let row = |number: f64| (Cell::from(1.0), [Cell::from(number)], [Cell::from(cut(number))]);
        shown("houses", ["curvature"], &numbers.map(row))
    };
    let single = |number| f64::from(number as f32);
    let with_precision = "Every `curvature` is of the precision of an `f32`, about seven digits.";
    assert_eq!(of([3e7 + 0.3, 4e7 + 1.7, 5e7 + 0.2, 6e7 + 0.9], single), with_precision);
    // An `f32` beyond 16,777,216 is even: by accident these are all cut off.
    let even = [3e7 + 0.3, 4e7 + 0.7, 5e7 + 0.2, 6e7 + 0.9];
    assert!(of(even, single).starts_with("Every `curvature` is nearly right"), "{}", of(even, single));
    let odd = even.map(|number| number + 1.0);
    assert_eq!(of(odd, f64::trunc), "Every `curvature` is cut off at the decimal point.");
}

#[test]
fn a_given_column_is_ignored_only_if_the_answers_are_one_and_the_same() {
    let of = |creeps: f64| {
        let table = |trial| {
            let row = |(steps, start): (usize, f64)| ComparedRow {
                given: vec![Cell::from(start), Cell::from(steps)],
                answers: vec![ComparedCell {
                    expected: Some(Cell::Number(start + steps as f64)),
                    got: Some(Cell::Number(500.0 * start * (1.0 + creeps * steps as f64))),
                    agrees: false,
                }],
            };
            let rows: Vec<_> = [1.0, 2.0, 4.0]
                .into_iter()
                .flat_map(|start| (1..4).map(move |steps| (steps, start)))
                .map(row)
                .collect();
            let (given, answers) = (vec!["start".to_owned(), "steps".to_owned()], vec!["weight".to_owned()]);
            (trial, Comparison { given, answers, expected_rows: 9, got_rows: 9, rows, samples: Vec::new() })
        };
        findings_in_words(&diagnose(&Trial::GRADED.map(table))).join(" ")
    };
    let ignored = "Rows that differ only in `steps` have the same `weight`";
    assert!(of(0.0).contains(ignored), "{}", of(0.0));
    assert!(!of(1e-8).contains(ignored), "{}", of(1e-8));
}

#[test]
fn what_is_off_by_at_most_is_not_rounded_down() {
    let said: Vec<String> = [3e-8, 3.4e-8, 9.2e-8, 1.0].map(at_most).to_vec();
    assert_eq!(said, ["3e-8", "4e-8", "1e-7", "1e0"]);
}

#[test]
fn answers_that_are_a_little_off_are_told_as_that() {
    let row = |at: f64, off: f64| (Cell::from(at), [Cell::from(at)], [Cell::from(at * (1.0 + off))]);
    assert_eq!(
        shown("line", ["slope"], &[row(20.0, 1e-4), row(51.0, -3e-4), row(8.0, 2e-5), row(90.0, 2e-4)]),
        "Every `slope` is nearly right, off by at most 3e-4 of it: is a small number in the wrong place, or something \
         rounded?"
    );
}
