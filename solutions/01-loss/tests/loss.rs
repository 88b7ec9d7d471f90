//! The solution against algebra that does not go through it, on many fresh sets of houses.

use harness::Trial;
use loss_solution::{BASE_PRICE, House, calculate_loss, predict, squared_error};

fn trials() -> impl Iterator<Item = Trial> {
    std::iter::once(Trial::Lesson).chain((1..=200).map(Trial::Fresh))
}

fn assert_close(got: f64, expected: f64) {
    assert!((got - expected).abs() <= 1e-12 * expected.abs(), "{got} is not {expected}");
}

/// Source: the squares multiplied out. With `r = price - base`, the loss is
/// `w^2 * sum(sqft^2) - 2 * w * sum(sqft * r) + sum(r^2)`.
#[test]
fn the_loss_is_the_parabola_that_multiplying_out_gives() {
    for trial in trials() {
        let houses = trial.records::<House>();
        let sum = |of: fn(&House) -> f64| houses.iter().map(of).sum::<f64>();
        let squares = sum(|house| house.sqft * house.sqft);
        let products = sum(|house| house.sqft * (house.price - 50_000.0));
        let constant = sum(|house| (house.price - 50_000.0) * (house.price - 50_000.0));
        for weight in [-40.0, 0.0, 50.0, 123.0, 200.0, 350.0] {
            let expected = weight * weight * squares - 2.0 * weight * products + constant;
            assert_close(calculate_loss(&houses, weight), expected);
        }
    }
}

/// Source: least squares for a line with a fixed base, whose lowest loss is at `sum(sqft * r) / sum(sqft^2)`.
#[test]
fn no_weight_loses_less_than_the_least_squares_weight() {
    for trial in trials() {
        let houses = trial.records::<House>();
        let products: f64 = houses.iter().map(|house| house.sqft * (house.price - 50_000.0)).sum();
        let squares: f64 = houses.iter().map(|house| house.sqft * house.sqft).sum();
        let best = products / squares;
        for away in [-100.0, -1.0, -0.01, 0.01, 1.0, 100.0] {
            assert!(
                calculate_loss(&houses, best + away) > calculate_loss(&houses, best),
                "{trial}: {away} from {best}"
            );
        }
    }
}

/// Source: a sum may be taken in parts.
#[test]
fn the_loss_of_all_houses_is_the_loss_of_two_parts_together() {
    for trial in trials() {
        let houses = trial.records::<House>();
        let (some, others) = houses.split_at(2);
        let parts = calculate_loss(some, 170.0) + calculate_loss(others, 170.0);
        assert_close(calculate_loss(&houses, 170.0), parts);
    }
}

/// Source: the line itself, which starts at the base and rises by the weight for each square foot.
#[test]
fn a_price_starts_at_the_base_and_rises_by_the_weight() {
    for weight in [-3.0, 0.0, 90.0, 200.0] {
        assert_eq!(predict(weight, 0.0), BASE_PRICE);
        assert_eq!(predict(weight, 1_001.0) - predict(weight, 1_000.0), weight);
    }
}

/// Source: squares known by heart, and `(-e)^2 = e^2`.
#[test]
fn an_error_counts_the_same_in_both_directions() {
    for (error, square) in [(0.0, 0.0), (0.5, 0.25), (10.0, 100.0), (20.0, 400.0), (30_000.0, 900_000_000.0)] {
        assert_eq!(squared_error(250_000.0 + error, 250_000.0), square);
        assert_eq!(squared_error(250_000.0 - error, 250_000.0), square);
    }
}

/// Source: the doc comment; a sum of nothing is 0.
#[test]
fn no_houses_lose_nothing() {
    assert_eq!(calculate_loss(&[], 123.0), 0.0);
}
