//! The solution against sources of its own: the closed form of a descent on a parabola, least squares, and the
//! recomputed numbers of the lesson.

use harness::Trial;
use single_weight_solution::{
    Descent, House, NotConverged, Step, calculate_gradient, calculate_loss, descend_until_flat, gradient_descent,
    is_flat, is_lost, update,
};

const RATE: f64 = 1e-8;

fn trials() -> impl Iterator<Item = Trial> {
    std::iter::once(Trial::Lesson).chain((1..=100).map(Trial::Fresh))
}

/// The least-squares weight of a line through (0, 50,000), `sum sqft * (price - 50,000) / sum sqft^2`, and the second
/// derivative of the loss, `2 * sum sqft^2`: neither is worked out with anything of the solution's.
fn bottom_and_curvature(houses: &[House]) -> (f64, f64) {
    let squares: f64 = houses.iter().map(|house| house.sqft.powi(2)).sum();
    let products: f64 = houses.iter().map(|house| house.sqft * (house.price - 50_000.0)).sum();
    (products / squares, 2.0 * squares)
}

fn assert_close(got: f64, expected: f64, tolerance: f64, what: &str) {
    assert!((got - expected).abs() <= tolerance * expected.abs().max(1.0), "{what}: {got}, not {expected}");
}

/// Source: the definition, on numbers that have an exact answer in binary.
#[test]
fn a_step_goes_against_the_gradient() {
    assert_eq!(update(10.0, 4.0, 0.25), 9.0);
    assert_eq!(update(10.0, -4.0, 0.5), 12.0);
    assert_eq!(update(10.0, 0.0, 3.0), 10.0);
}

/// Source: the closed form of a descent on a parabola, `w_k - w* = (1 - rate * curvature)^k * (w_0 - w*)`.
#[test]
fn every_weight_of_a_walk_is_that_of_the_closed_form() {
    for trial in trials() {
        let houses = trial.records::<House>();
        let (bottom, curvature) = bottom_and_curvature(&houses);
        for rate in [RATE, 1e-7, 1e-10] {
            let factor = 1.0 - rate * curvature;
            let descent = gradient_descent(&houses, 60.0, rate, 25);
            let closed = |step: usize| bottom + factor.powi(step as i32) * (60.0 - bottom);
            for (index, entry) in descent.history.iter().enumerate() {
                assert_eq!(entry.step, index);
                assert_close(entry.weight, closed(index), 1e-9, &format!("{trial}, rate {rate}, step {index}"));
                assert_eq!(entry.loss, calculate_loss(&houses, entry.weight));
            }
            assert_eq!(descent.history.len(), 25);
            assert_close(descent.final_weight, closed(25), 1e-9, &format!("{trial}, rate {rate}, the end"));
        }
    }
}

/// Source: the table in `exercises/printed-and-true.md`, recomputed with the lesson's functions in Python.
#[test]
fn the_lessons_walks_end_where_the_table_says() {
    let houses = Trial::Lesson.records::<House>();
    let end = |rate, num_steps| gradient_descent(&houses, 100.0, rate, num_steps).final_weight;
    assert_close(end(1e-8, 100), 199.999_999_999_998, 1e-14, "1e-8 for 100 steps");
    assert_eq!(format!("{:.2}", end(1e-8, 30)), "199.99");
    assert_eq!(format!("{:.2}", end(1e-9, 100)), "193.52");
    assert_eq!(format!("{:.2}", end(1e-10, 100)), "123.69");
    assert_eq!(format!("{:.2}", end(1e-7, 10)), "-19959.94");
    assert_eq!(format!("{:.1e}", end(1e-7, 100)), "-1.1e25");
    assert_eq!(format!("{:.1e}", end(1e-6, 100)), "-3.1e143");
}

/// Source: the doc comment; nothing is walked.
#[test]
fn no_steps_lead_nowhere() {
    let houses = Trial::Lesson.records::<House>();
    assert_eq!(gradient_descent(&houses, 120.0, RATE, 0), Descent { final_weight: 120.0, history: vec![] });
}

/// Source: the least-squares weight; a slope below `flat_enough` bounds the distance to it by `flat_enough /
/// curvature`.
#[test]
fn flat_ground_is_at_the_least_squares_weight() {
    for trial in trials() {
        let houses = trial.records::<House>();
        let (bottom, curvature) = bottom_and_curvature(&houses);
        for start in [20.0, 400.0] {
            let descent = descend_until_flat(&houses, start, RATE, 1e3, 10_000).expect("1e-8 is a stable rate");
            assert!((descent.final_weight - bottom).abs() <= 1.01 * 1e3 / curvature, "{trial} from {start}");
            let before = descent.history.last().expect("the start is not flat");
            assert!(calculate_gradient(&houses, before.weight).abs() > 1e3, "{trial}: it could have stopped before");
            assert_eq!(gradient_descent(&houses, start, RATE, descent.history.len()), descent, "{trial} from {start}");
        }
    }
}

/// Source: the closed form; on the lesson's houses the distance of 100 shrinks by 0.73 a step, and `|gradient|` is
/// `2.7e7 * distance`, so that `2.7e9 * 0.73^k <= 1e6` first at k = ceil(ln(2700) / -ln(0.73)) = 26.
#[test]
fn the_number_of_steps_to_flat_ground_is_that_of_the_closed_form() {
    let houses = Trial::Lesson.records::<House>();
    let needed = (2_700_f64.ln() / -0.73_f64.ln()).ceil() as usize;
    assert_eq!(needed, 26);
    assert_eq!(descend_until_flat(&houses, 100.0, RATE, 1e6, needed).map(|walk| walk.history.len()), Ok(26));
    let Err(NotConverged::OutOfSteps { descent, gradient }) = descend_until_flat(&houses, 100.0, RATE, 1e6, needed - 1)
    else {
        panic!("25 steps are one too few");
    };
    assert_eq!(descent.history.len(), 25);
    assert_close(gradient, -2.7e9 * 0.73_f64.powi(25), 1e-9, "the gradient after 25 steps");
}

/// Source: the closed form; at 1e-7 the distance of 100 grows by 1.7 a step, and `1.35e7 * distance^2` is the loss.
#[test]
fn a_walk_diverges_when_the_closed_form_leaves_all_numbers() {
    let houses = Trial::Lesson.records::<House>();
    let limit = ((f64::MAX / 1.35e7).sqrt() / 100.0).ln() / 1.7_f64.ln();
    let Err(NotConverged::Diverged { step, history }) = descend_until_flat(&houses, 100.0, 1e-7, 1.0, 3_000) else {
        panic!("1e-7 diverges");
    };
    assert_eq!(step, limit.ceil() as usize);
    assert_eq!(history.len(), step);
    assert!(history.iter().all(|entry: &Step| entry.weight.is_finite() && entry.loss.is_finite()));
}

/// Source: the doc comment's three questions and their order.
#[test]
fn the_questions_are_asked_in_their_order() {
    let houses = Trial::Lesson.records::<House>();
    let nowhere = |start| Ok(Descent { final_weight: start, history: vec![] });
    assert_eq!(descend_until_flat(&houses, 200.0, RATE, 0.0, 0), nowhere(200.0));
    assert_eq!(descend_until_flat(&houses, 100.0, RATE, 2.7e9, 0), nowhere(100.0));
    assert_eq!(descend_until_flat(&[], 7.0, RATE, 0.0, 5), nowhere(7.0));

    let out_of_steps =
        NotConverged::OutOfSteps { descent: Descent { final_weight: 100.0, history: vec![] }, gradient: -2.7e9 };
    assert_eq!(descend_until_flat(&houses, 100.0, RATE, 1e6, 0), Err(out_of_steps));
    for start in [f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
        let diverged = Err(NotConverged::Diverged { step: 0, history: vec![] });
        assert_eq!(descend_until_flat(&houses, start, RATE, 1e6, 0), diverged);
        assert_eq!(descend_until_flat(&[], start, RATE, 1e6, 5), diverged);
    }
}

/// Source: none but the eye; an error is read by people.
#[test]
fn an_error_says_what_became_of_the_walk() {
    let houses = Trial::Lesson.records::<House>();
    let said = |rate, max_steps| descend_until_flat(&houses, 100.0, rate, 1.0, max_steps).unwrap_err().to_string();
    assert_eq!(said(1e-8, 1), "ran out of steps after 1: the slope is still -1.971e9");
    assert_eq!(said(1e-6, 500), "diverged: the weight or its loss is no longer finite after 105 steps");
}

/// Source: the exponent of IEEE 754: all of its bits are set in infinities and in NaN, and in no other number.
#[test]
fn a_walk_is_lost_when_the_exponent_of_a_number_is_full() {
    let numbers = [0.0, -1.0, 5e-324, f64::MAX, f64::MIN, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, -f64::NAN];
    let full = |number: f64| (number.to_bits() >> 52) & 0x7ff == 0x7ff;
    for weight in numbers {
        for loss in numbers {
            assert_eq!(is_lost(weight, loss), full(weight) || full(loss), "{weight} {loss}");
        }
    }
}

/// Source: the doc comment, as an interval: from minus to plus `flat_enough`, with both ends.
#[test]
fn ground_is_flat_between_minus_and_plus_flat_enough() {
    for flat_enough in [0.0, 1e-3, 1.0, 1e9] {
        for gradient in [0.0, 1e-3, 0.5, 1.0, 2.0, 1e9, 1e12].into_iter().flat_map(|size| [size, -size]) {
            let inside = (-flat_enough..=flat_enough).contains(&gradient);
            assert_eq!(is_flat(gradient, flat_enough), inside, "{gradient} {flat_enough}");
        }
        assert!(!is_flat(f64::NAN, flat_enough));
    }
}
