//! Numbers in the README's prose: how small `h` may be, and the answers to what it asks.

use datasets::House;
use gradient_solution::{calculate_gradient, calculate_loss, check_gradient, numeric_gradient};
use harness::Trial;

#[test]
fn an_h_of_1e_5_is_better_than_a_larger_and_a_smaller_one() {
    let errors = [1e-3, 1e-5, 1e-7, 1e-9, 1e-13].map(|h| (numeric_gradient(|w| w * w * w, 2.0, h) - 12.0).abs());
    assert_eq!(errors.map(|error| format!("{error:.0e}")), ["1e-6", "2e-10", "6e-9", "1e-6", "1e-2"]);
}

#[test]
fn half_a_gradient_differs_by_half_except_at_the_minimum() {
    let houses = Trial::Lesson.records::<House>();
    let check = |at| check_gradient(|w| calculate_loss(&houses, w), |w| calculate_gradient(&houses, w) / 2.0, at, 0.5);
    let at_100 = check(100.0);
    assert_eq!((at_100.analytic, at_100.numeric, at_100.difference), (-1.35e9, -2.7e9, 0.5));
    assert!(!at_100.agrees() && check(200.0).agrees());
}

#[test]
fn the_slope_grows_by_27_million_for_each_dollar() {
    for weight in [100.0, 150.0, 200.0, 250.0] {
        assert_eq!(calculate_gradient(&Trial::Lesson.records::<House>(), weight), 2.7e7 * (weight - 200.0));
    }
}
