//! The solution against the algebra of a parabola, on many fresh sets of houses.

use harness::Trial;
use learning_rate_solution::{
    ARRIVED, BASE_PRICE, Ended, House, Verdict, best_rate, calculate_loss, classify, curvature, explore,
    largest_stable_rate,
};

const START: f64 = 60.0;

fn trials() -> impl Iterator<Item = Trial> {
    std::iter::once(Trial::Lesson).chain((1..=300).map(Trial::Fresh))
}

/// Source: least squares for one weight. Where the slope is 0, the weight is sum(sqft * (price - base)) / sum(sqft^2).
fn minimum(houses: &[House]) -> f64 {
    let products: f64 = houses.iter().map(|house| house.sqft * (house.price - BASE_PRICE)).sum();
    let squares: f64 = houses.iter().map(|house| house.sqft.powi(2)).sum();
    products / squares
}

fn assert_close(got: f64, expected: f64, allowed: f64) {
    assert!((got - expected).abs() <= allowed, "{got} is not {expected}");
}

/// Source: the second difference (f(w + h) - 2 f(w) + f(w - h)) / h^2, which is exact for a parabola at any h.
#[test]
fn the_curvature_is_the_second_difference_of_the_loss_at_every_weight() {
    for trial in trials() {
        let houses = trial.records::<House>();
        for weight in [-40.0, 90.0, 200.0, 310.0] {
            let loss = |weight| calculate_loss(&houses, weight);
            let second = (loss(weight + 64.0) - 2.0 * loss(weight) + loss(weight - 64.0)) / 64.0 / 64.0;
            assert_close(curvature(&houses), second, 1e-9 * second);
        }
    }
}

/// Source: the closed form of a descent on a parabola, w_k - w* = (1 - rate * curvature)^k (w_0 - w*).
#[test]
fn every_run_follows_the_closed_form() {
    for trial in trials() {
        let houses = trial.records::<House>();
        let (start_distance, curvature) = (START - minimum(&houses), curvature(&houses));
        for run in explore(&houses, START, &[0.0, 1e-10, 1e-9, 8e-9, 2e-8, 5e-8, 1e-7, 1e-6], 40) {
            assert_eq!((run.history.len(), run.ended), (41, Ended::AllSteps));
            let factor = 1.0 - run.learning_rate * curvature;
            for (step, point) in run.history.iter().enumerate() {
                let distance = factor.powi(step as i32) * start_distance;
                let allowed = 1e-9 * (1.0 + distance.abs());
                assert_close(point.weight - minimum(&houses), distance, allowed);
            }
        }
    }
}

/// Source: the same closed form. It alone says which runs arrive and which change sides on their last step.
#[test]
fn the_verdict_is_the_one_that_the_closed_form_gives() {
    for trial in trials() {
        let houses = trial.records::<House>();
        let curvature = curvature(&houses);
        for steps in [1, 2, 7, 30] {
            for factor in [0.999, 0.9, 0.75, 0.3, 0.0005, -0.0005, -0.3, -0.75, -0.9, -0.999, -1.001, -2.5] {
                let run = &explore(&houses, START, &[(1.0 - factor) / curvature], steps)[0];
                let expected = if factor.abs().powi(steps as i32) <= ARRIVED {
                    Verdict::JustRight
                } else if factor < 0.0 {
                    Verdict::TooBig
                } else {
                    Verdict::TooSmall
                };
                assert_eq!(classify(run), expected, "{trial}: factor {factor}, {steps} steps");
            }
        }
    }
}

/// Source: 1 - rate * curvature is -1 at the limit and 0 at the best rate.
#[test]
fn the_limit_leads_to_the_mirror_image_and_the_best_rate_to_the_minimum() {
    for trial in trials() {
        let houses = trial.records::<House>();
        let (limit, best) = (largest_stable_rate(&houses).unwrap(), best_rate(&houses).unwrap());
        let runs = explore(&houses, START, &[limit, best], 2);
        let mirrored = 2.0 * minimum(&houses) - START;
        assert_close(runs[0].history[1].weight, mirrored, 1e-9);
        assert_close(runs[0].history[2].weight, START, 1e-9);
        assert_close(runs[1].history[1].weight, minimum(&houses), 1e-9);
    }
}

/// Source: the definition of the limit as the border between distances that shrink and distances that grow.
#[test]
fn a_run_comes_closer_just_below_the_limit_and_leaves_just_above_it() {
    for trial in trials() {
        let houses = trial.records::<House>();
        let limit = largest_stable_rate(&houses).unwrap();
        let runs = explore(&houses, START, &[0.999 * limit, limit, 1.001 * limit], 1_000);
        let distance = |run: usize| (runs[run].history[1_000].weight - minimum(&houses)).abs();
        let start_distance = (START - minimum(&houses)).abs();
        assert!(distance(0) < 0.2 * start_distance);
        assert_close(distance(1), start_distance, 1e-6 * start_distance);
        assert!(distance(2) > 5.0 * start_distance);
        assert_eq!([0, 1, 2].map(|run| classify(&runs[run])), [Verdict::TooBig; 3]);
    }
}

/// Source: the parabola has slope 0 at its minimum, and the lesson's is at exactly 200.
#[test]
fn a_run_that_starts_at_the_minimum_is_just_right_at_any_rate() {
    for run in explore(&Trial::Lesson.records::<House>(), 200.0, &[0.0, 1e-10, 1e-8, 1e-7, 1.0, 1e100], 20) {
        assert!(run.history.iter().all(|point| point.weight == 200.0));
        assert_eq!(classify(&run), Verdict::JustRight);
    }
}

/// Source: IEEE 754. The step after the last recorded one, taken here by hand, leaves the finite numbers.
#[test]
fn an_overflowing_run_ends_with_its_last_finite_point_and_is_too_big() {
    for trial in trials() {
        let houses = trial.records::<House>();
        for run in explore(&houses, START, &[1e20, 1e60, 1e200, 1e300], 50) {
            assert_eq!((run.ended, classify(&run)), (Ended::Overflow, Verdict::TooBig));
            assert!(run.history.iter().all(|point| point.weight.is_finite() && point.loss.is_finite()));
            let last = run.history.last().unwrap();
            let next = last.weight - run.learning_rate * last.gradient;
            assert!(!next.is_finite() || !calculate_loss(&houses, next).is_finite());
        }
    }
}

/// Source: the doc comments of the three functions.
#[test]
fn houses_without_a_size_curve_nothing_and_have_no_rates_of_their_own() {
    let empty_lot = House { sqft: 0.0, price: 40_000.0 };
    for houses in [&[][..], &[empty_lot], &[empty_lot, empty_lot]] {
        assert_eq!(curvature(houses), 0.0);
        assert_eq!((largest_stable_rate(houses), best_rate(houses)), (None, None));
    }
}
