//! The solution against sources of its own: printed numbers, a parabola's closed form, finite differences.

use gradient_solution::{
    Direction, House, calculate_gradient, calculate_loss, check_gradient, direction, numeric_gradient,
};
use harness::Trial;

fn trials() -> impl Iterator<Item = Trial> {
    std::iter::once(Trial::Lesson).chain((1..=100).map(Trial::Fresh))
}

fn close(got: f64, expected: f64, tolerance: f64) -> bool {
    (got - expected).abs() <= tolerance * expected.abs().max(1.0)
}

/// Source: the table in `exercises/printed-and-true.md`, recomputed with the lesson's functions in Python.
#[test]
fn the_slopes_of_the_lessons_houses_are_the_recomputed_ones() {
    let houses = Trial::Lesson.records::<House>();
    for (weight, slope) in [(100.0, -2.7e9), (150.0, -1.35e9), (200.0, 0.0), (250.0, 1.35e9)] {
        assert_eq!(calculate_gradient(&houses, weight), slope);
    }
}

/// Source: the same gradient multiplied out by hand, `2 * (weight * sum sqft^2 - sum sqft * (price - 50,000))`.
#[test]
fn the_gradient_is_a_straight_line_in_the_weight() {
    for trial in trials() {
        let houses = trial.records::<House>();
        let squares: f64 = houses.iter().map(|house| house.sqft.powi(2)).sum();
        let products: f64 = houses.iter().map(|house| house.sqft * (house.price - 50_000.0)).sum();
        for weight in [-40.0, 0.0, 120.0, 310.0] {
            let by_hand = 2.0 * (weight * squares - products);
            assert!(close(calculate_gradient(&houses, weight), by_hand, 1e-9), "{trial} at {weight}");
        }
    }
}

/// Source: the least-squares weight of a line through (0, 50,000), `sum sqft * (price - 50,000) / sum sqft^2`.
#[test]
fn the_gradient_vanishes_at_the_least_squares_weight_and_points_away_from_it() {
    for trial in trials() {
        let houses = trial.records::<House>();
        let squares: f64 = houses.iter().map(|house| house.sqft.powi(2)).sum();
        let products: f64 = houses.iter().map(|house| house.sqft * (house.price - 50_000.0)).sum();
        let best = products / squares;
        // What is left is the rounding of terms of about 1e9.
        assert!(calculate_gradient(&houses, best).abs() < 1e-3, "{trial}");
        assert_eq!(direction(calculate_gradient(&houses, best - 1.0)), Direction::Increase);
        assert_eq!(direction(calculate_gradient(&houses, best + 1.0)), Direction::Decrease);
    }
}

/// Source: a four-point difference of the loss, `(L(-2h) - 8 L(-h) + 8 L(h) - L(2h)) / 12h`, written here from
/// textbook.
#[test]
fn the_gradient_is_the_slope_of_the_loss() {
    for trial in trials() {
        let houses = trial.records::<House>();
        let loss = |weight| calculate_loss(&houses, weight);
        for weight in [90.0, 180.5, 300.0] {
            let h = 0.5;
            let rise =
                loss(weight - 2.0 * h) - 8.0 * loss(weight - h) + 8.0 * loss(weight + h) - loss(weight + 2.0 * h);
            assert!(close(calculate_gradient(&houses, weight), rise / (12.0 * h), 1e-6), "{trial} at {weight}");
        }
    }
}

/// Source: the definition of the loss; there is nothing to sum.
#[test]
fn no_houses_have_no_slope() {
    assert_eq!(calculate_gradient(&[], 200.0), 0.0);
    let house = House { sqft: 10.0, price: 50_000.0 };
    assert_eq!(calculate_gradient(&[house], 3.0), 2.0 * 30.0 * 10.0);
}

/// Source: the derivatives of the exponential and the sine, from the standard library.
#[test]
fn a_measured_slope_is_off_by_about_h_squared() {
    for weight in [-1.5, 0.3, 2.0] {
        let off = |h| (numeric_gradient(f64::exp, weight, h) - weight.exp()).abs();
        let ratio = off(0.1) / off(0.01);
        assert!((99.0..102.0).contains(&ratio), "a tenth of h leaves a hundredth of the error, not 1/{ratio}");
        assert!(close(numeric_gradient(f64::sin, weight, 1e-4), weight.cos(), 1e-7));
    }
}

/// Source: algebra, `((w + h)^3 - (w - h)^3) / 2h = 3w^2 + h^2`.
#[test]
fn a_measured_slope_of_a_cubic_is_off_by_h_squared_exactly() {
    for (weight, h) in [(2.0, 1.0), (2.0, 0.1), (-1.5, 0.25)] {
        assert!(close(numeric_gradient(|w| w.powi(3), weight, h), 3.0 * weight * weight + h * h, 1e-12));
    }
}

/// Source: the formula's own meaning on slopes chosen by hand.
#[test]
fn a_check_tells_right_formulas_from_wrong_ones() {
    let check = |slope: fn(f64) -> f64| check_gradient(|w| w * w, slope, 4.0, 0.25);
    assert!(check(|w| 2.0 * w).agrees());
    assert_eq!((check(|w| w).difference, check(|w| -2.0 * w).difference), (0.5, 2.0));
    assert_eq!((check(|w| w).analytic, check(|w| w).numeric), (4.0, 8.0));
    assert!(!check(|_| f64::NAN).agrees());
}

#[test]
fn the_gradient_passes_its_check_on_every_trial() {
    for trial in trials() {
        let houses = trial.records::<House>();
        for weight in [100.0, 150.0, 250.0, 300.0] {
            let check = check_gradient(|w| calculate_loss(&houses, w), |w| calculate_gradient(&houses, w), weight, 0.5);
            assert!(check.agrees(), "{trial} at {weight}: {check:?}");
        }
    }
}
