//! The true numbers of the lesson's learning rates, as the table in `exercises/printed-and-true.md` has them.

use datasets::House;
use harness::Trial;
use learning_rate_solution::{Run, Verdict, best_rate, classify, curvature, explore, largest_stable_rate};

fn run(learning_rate: f64, num_steps: usize) -> Run {
    explore(&Trial::Lesson.records::<House>(), 100.0, &[learning_rate], num_steps).remove(0)
}

fn last_weight(run: &Run) -> f64 {
    run.history.last().unwrap().weight
}

/// Source: 2 * (1,000^2 + 1,500^2 + 2,000^2 + 2,500^2) = 27,000,000, and its fractions 2 / c and 1 / c.
#[test]
fn the_lessons_houses_set_the_limit_near_7_4e_8() {
    assert_eq!(curvature(&Trial::Lesson.records::<House>()), 2.7e7);
    assert_eq!(format!("{:.3e}", largest_stable_rate(&Trial::Lesson.records::<House>()).unwrap()), "7.407e-8");
    assert_eq!(format!("{:.3e}", best_rate(&Trial::Lesson.records::<House>()).unwrap()), "3.704e-8");
}

/// Source: the table in `exercises/printed-and-true.md`, recomputed in double precision outside this project.
#[test]
fn each_of_the_lessons_rates_ends_where_the_table_says() {
    for (rate, weight, verdict) in [
        (1e-10, "1.2369e2", Verdict::TooSmall),
        (1e-9, "1.9352e2", Verdict::TooSmall),
        (1e-8, "2.0000e2", Verdict::JustRight),
        (1e-7, "-1.1089e25", Verdict::TooBig),
        (1e-6, "-3.1429e143", Verdict::TooBig),
    ] {
        let run = run(rate, 100);
        assert_eq!((format!("{:.4e}", last_weight(&run)).as_str(), classify(&run)), (weight, verdict), "rate {rate}");
    }
    assert_eq!(format!("{:.2}", last_weight(&run(1e-8, 30))), "199.99");
    assert!((last_weight(&run(1e-8, 100)) - 199.999_999_999_998).abs() < 1e-12);
}

/// Source: 1 - 1e-7 * 2.7e7 = -1.7, and -1.7^100 * (100 - 200) + 200 by the closed form of a descent on a parabola.
#[test]
fn the_lessons_rate_multiplies_the_distance_by_minus_1_7_with_every_step() {
    for (step, point) in run(1e-7, 100).history.iter().enumerate() {
        let distance = -100.0 * (-1.7_f64).powi(step as i32);
        assert!((point.weight - 200.0 - distance).abs() <= 1e-12 * distance.abs(), "step {step}: {}", point.weight);
    }
}
