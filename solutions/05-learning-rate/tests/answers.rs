//! Numbers in the README's prose: the rate to start with, and the answers to what it asks.

use datasets::House;
use harness::Trial;
use learning_rate_solution::{Verdict, classify, curvature, explore, largest_stable_rate};

fn verdict(rate: f64, num_steps: usize) -> Verdict {
    classify(&explore(&Trial::Lesson.records::<House>(), 100.0, &[rate], num_steps)[0])
}

#[test]
fn a_rate_of_0_0001_is_far_beyond_the_limit() {
    assert_eq!((1.0 - 0.0001 * curvature(&Trial::Lesson.records::<House>())).round(), -2699.0);
    assert!(0.0001 / largest_stable_rate(&Trial::Lesson.records::<House>()).unwrap() > 1000.0);
}

#[test]
fn in_thousands_of_square_feet_the_limit_is_a_million_times_larger() {
    let small: Vec<House> = Trial::Lesson
        .records::<House>()
        .iter()
        .map(|house| House { sqft: house.sqft / 1000.0, price: house.price })
        .collect();
    assert_eq!((curvature(&small), format!("{:.4}", largest_stable_rate(&small).unwrap())), (27.0, "0.0741".into()));
}

#[test]
fn runs_arrive_after_as_many_steps() {
    assert_eq!([verdict(1e-9, 252), verdict(1e-9, 253)], [Verdict::TooSmall, Verdict::JustRight]);
    assert_eq!([verdict(7.4e-8, 3450), verdict(7.4e-8, 3451)], [Verdict::TooBig, Verdict::JustRight]);
}
