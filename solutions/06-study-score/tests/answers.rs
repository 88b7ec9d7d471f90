//! Numbers in the prose: the answers to what the README and the experiments ask.

use harness::Trial;
use study_score_solution::{Line, StudyRecord, gradient_descent_study, predict};

const START: Line = Line { base: 30.0, weight: 5.0 };

/// Source: the closed form for eight records at the hours 1 to 8.
const LEAST_SQUARES: Line = Line { base: 286.0 / 7.0, weight: 193.0 / 28.0 };

const MEAN: f64 = 4.5;

fn std() -> f64 {
    5.25_f64.sqrt()
}

/// How many steps it takes until both numbers are within 0.005 of the best line, with the line as `read` reads it.
fn steps(records: &[StudyRecord], start: Line, rate: f64, read: impl Fn(Line) -> Line) -> usize {
    let is_near = |line: Line| {
        (line.base - LEAST_SQUARES.base).abs() < 0.005 && (line.weight - LEAST_SQUARES.weight).abs() < 0.005
    };
    let walk = std::iter::successors(Some(start), |line| Some(gradient_descent_study(records, *line, rate, 1)));
    walk.take_while(|line| !is_near(read(*line))).count()
}

#[test]
fn scaled_hours_need_far_fewer_steps() {
    let records = Trial::Lesson.records::<StudyRecord>();
    let scaled: Vec<_> =
        records.iter().map(|record| StudyRecord { hours: (record.hours - MEAN) / std(), ..*record }).collect();
    assert_eq!(format!("{:.6}", std()), "2.291288");
    let start = Line { base: predict(START, MEAN), weight: START.weight * std() };
    let in_hours = |line: Line| {
        let weight = line.weight / std();
        Line { base: line.base - weight * MEAN, weight }
    };
    assert_eq!(steps(&scaled, start, 0.5, in_hours), 1);
    assert_eq!(steps(&scaled, start, 0.3, in_hours), 9);
    assert_eq!(steps(&scaled, START, 0.3, in_hours), 10);
    assert_eq!(steps(&records, START, 0.01, |line| line), 1905);
}

#[test]
fn ten_hours_would_give_more_points_than_there_are() {
    assert_eq!(format!("{:.1}", predict(LEAST_SQUARES, 10.0)), "109.8");
    assert_eq!(format!("{:.1}", predict(LEAST_SQUARES, 8.0)), "96.0");
}

/// Source: the curvatures of the mean squared error are those of the matrix with twice the means of 1, the hours and
/// their squares, and the roots of its characteristic equation.
#[test]
fn the_largest_stable_rate_is_0_038() {
    let (ones, hours, squares) = (2.0, 2.0 * MEAN, 2.0 * 25.5);
    let largest = (ones + squares) / 2.0 + ((ones - squares) / 2.0_f64).hypot(hours);
    assert_eq!(format!("{:.5}", 2.0 / largest), "0.03802");
    let records = Trial::Lesson.records::<StudyRecord>();
    let losses = |rate| {
        let walk = std::iter::successors(Some(Line { base: 0.0, weight: 0.0 }), |line| {
            Some(gradient_descent_study(&records, *line, rate, 1))
        });
        let errors = |line| records.iter().map(move |record| predict(line, record.hours) - record.score);
        walk.take(101).map(|line| errors(line).map(|error| error * error).sum()).collect::<Vec<f64>>()
    };
    assert!(losses(0.038).is_sorted_by(|one, next| next < one));
    let above = losses(0.039);
    assert!(above[100] > above[99] && above[99] > above[0], "{above:?}");
}

/// Source: the descent itself, step by step.
#[test]
fn from_zeros_the_line_shows_its_two_numbers_after_some_2150_steps() {
    let records = Trial::Lesson.records::<StudyRecord>();
    let shown = |steps| {
        let Line { base, weight } = gradient_descent_study(&records, Line { base: 0.0, weight: 0.0 }, 0.01, steps);
        format!("{base:.1} {weight:.1}")
    };
    assert_eq!([shown(2_147), shown(2_148), shown(5_000)], ["40.8 6.9", "40.9 6.9", "40.9 6.9"]);
}
