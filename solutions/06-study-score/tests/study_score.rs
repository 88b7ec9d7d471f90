//! The solution against least squares, finite differences and the closed form, on many fresh sets of records.

use harness::Trial;
use study_score_solution::{
    Gradients, Line, StudyRecord, calculate_gradients, describe, gradient_descent_study, predict,
};

const START: Line = Line { base: 30.0, weight: 5.0 };

fn trials() -> impl Iterator<Item = Trial> {
    std::iter::once(Trial::Lesson).chain((1..=200).map(Trial::Fresh))
}

fn mean(records: &[StudyRecord], of: impl Fn(&StudyRecord) -> f64) -> f64 {
    records.iter().map(of).sum::<f64>() / records.len() as f64
}

/// Source: simple linear regression. The weight is the covariance of hours and score over the variance of the hours,
/// and the line goes through the point of the means.
fn least_squares(records: &[StudyRecord]) -> Line {
    let (hours, score) = (mean(records, |record| record.hours), mean(records, |record| record.score));
    let covariance = mean(records, |record| (record.hours - hours) * (record.score - score));
    let weight = covariance / mean(records, |record| (record.hours - hours).powi(2));
    Line { base: score - weight * hours, weight }
}

/// The larger and the smaller curvature of the loss.
///
/// Source: the eigenvalues of the symmetric matrix [[2, 2 m], [2 m, 2 q]], m the mean of the hours and q of their
/// squares.
fn curvatures(records: &[StudyRecord]) -> (f64, f64) {
    let (m, q) = (mean(records, |record| record.hours), mean(records, |record| record.hours.powi(2)));
    let root = ((1.0 - q).powi(2) + 4.0 * m * m).sqrt();
    (1.0 + q + root, 1.0 + q - root)
}

fn assert_close(got: Line, expected: Line, allowed: f64) {
    let near = (got.base - expected.base).abs() <= allowed && (got.weight - expected.weight).abs() <= allowed;
    assert!(near, "{got:?} is not {expected:?}");
}

/// Source: central differences of the mean squared error, which are exact for a parabola at any h.
#[test]
fn the_slopes_are_the_finite_differences_of_the_mean_squared_error() {
    for trial in trials() {
        let records = trial.records::<StudyRecord>();
        let loss = |line: Line| mean(&records, |record| (predict(line, record.hours) - record.score).powi(2));
        for line in [START, Line { base: 0.0, weight: 0.0 }, Line { base: 70.0, weight: -3.0 }] {
            let Line { base, weight } = line;
            let h = 0.5;
            let by_base = (loss(Line { base: base + h, weight }) - loss(Line { base: base - h, weight })) / (2.0 * h);
            let by_weight =
                (loss(Line { base, weight: weight + h }) - loss(Line { base, weight: weight - h })) / (2.0 * h);
            let Gradients { base, weight } = calculate_gradients(&records, line);
            assert!((base - by_base).abs() < 1e-9 && (weight - by_weight).abs() < 1e-9, "{trial}");
        }
    }
}

/// Source: least squares by the formula of simple linear regression above.
#[test]
fn a_long_descent_meets_the_least_squares_line() {
    for trial in trials() {
        let records = trial.records::<StudyRecord>();
        // Each step leaves 1 - rate * curvature of the distance, less than e^(-rate * curvature): here e^-30 in the
        // end.
        let steps = (30.0 / (0.01 * curvatures(&records).1)).ceil() as usize;
        assert_close(gradient_descent_study(&records, START, 0.01, steps), least_squares(&records), 1e-9);
    }
}

/// Source: the closed form of a descent on a paraboloid. Along each principal axis of the loss the distance to the
/// minimum is multiplied by 1 - rate * curvature, once a step.
#[test]
fn every_descent_follows_the_closed_form_along_the_axes_of_the_loss() {
    for trial in trials() {
        let records = trial.records::<StudyRecord>();
        let best = least_squares(&records);
        let (large, small) = curvatures(&records);
        // (2 m, large - 2) lies along the axis of the large curvature, and the other axis is at a right angle to it.
        let (x, y) = (2.0 * mean(&records, |record| record.hours), large - 2.0);
        let (x, y) = (x / x.hypot(y), y / x.hypot(y));
        let (base, weight) = (START.base - best.base, START.weight - best.weight);
        let (along, across) = (base * x + weight * y, weight * x - base * y);
        for steps in [0, 1, 2, 25, 400] {
            let along = along * (1.0 - 0.01 * large).powi(steps as i32);
            let across = across * (1.0 - 0.01 * small).powi(steps as i32);
            let expected =
                Line { base: best.base + along * x - across * y, weight: best.weight + along * y + across * x };
            assert_close(gradient_descent_study(&records, START, 0.01, steps), expected, 1e-8);
        }
    }
}

/// Source: a descent is stable below 2 / curvature, as in step `learning-rate`; here the larger of the two curvatures
/// decides.
#[test]
fn the_rate_0_01_is_stable_on_the_lessons_records_and_on_all_fresh_ones() {
    for trial in std::iter::once(Trial::Lesson).chain((1..=20_000).map(Trial::Fresh)) {
        let limit = 2.0 / curvatures(&trial.records::<StudyRecord>()).0;
        assert!(limit > 0.01, "{trial}: the limit is {limit}");
    }
}

/// Source: the table in `exercises/printed-and-true.md`, recomputed in double precision outside this project.
#[test]
fn the_lessons_descent_ends_where_the_table_says() {
    let records = Trial::Lesson.records::<StudyRecord>();
    let line = gradient_descent_study(&records, START, 0.01, 1_000);
    assert_close(line, Line { base: 40.670_423_7, weight: 6.926_067_6 }, 1e-7);
    assert_eq!(describe(line), "Score = 40.7 + 6.9 * hours");
    assert_close(least_squares(&records), Line { base: 40.857_142_9, weight: 6.892_857_1 }, 1e-7);
}

/// Source: the doc comments of the two functions.
#[test]
fn no_records_pull_at_no_line() {
    assert_eq!(calculate_gradients(&[], START), Gradients { base: 0.0, weight: 0.0 });
    assert_eq!(gradient_descent_study(&[], START, 0.01, 100), START);
    assert_eq!(gradient_descent_study(&Trial::Lesson.records::<StudyRecord>(), START, 0.01, 0), START);
}
