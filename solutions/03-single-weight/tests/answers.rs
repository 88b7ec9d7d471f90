//! Numbers in the README's prose: the answers to what it asks.

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
