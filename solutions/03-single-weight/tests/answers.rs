//! Numbers in the prose: the answers to what the README and the experiments ask.

use datasets::House;
use harness::Trial;
use single_weight_solution::{calculate_gradient, gradient_descent, update};

#[test]
fn one_rate_arrives_in_a_single_step() {
    let weight = update(100.0, calculate_gradient(&Trial::Lesson.records::<House>(), 100.0), 1.0 / 27e6);
    assert!((weight - 200.0).abs() < 1e-9, "{weight}");
}

#[test]
fn steps_become_shorter_by_themselves() {
    let weight = gradient_descent(&Trial::Lesson.records::<House>(), 100.0, 1e-8, 10).final_weight;
    let slope = calculate_gradient(&Trial::Lesson.records::<House>(), weight);
    assert_eq!(
        (format!("{weight:.6}"), slope.round(), format!("{:.2}", -1e-8 * slope)),
        ("195.702374".into(), -116_035_897.0, "1.16".into())
    );
}

/// Source: a step leaves 1 - 27,000,000 * rate of the distance, which grows again beyond the rate 2 / 27,000,000.
#[test]
fn above_7_407e_8_no_walk_arrives() {
    assert_eq!(format!("{:.3e}", 2.0 / 27e6), "7.407e-8");
    let houses = Trial::Lesson.records::<House>();
    let away = |rate: f64, steps| (gradient_descent(&houses, 50.0, rate, steps).final_weight - 200.0).abs();
    assert!(away(7.407e-8, 200) < away(7.407e-8, 0) && away(7.408e-8, 200) > away(7.408e-8, 0));
}
