//! Calls the student's functions and records their answers.

use std::process::ExitCode;

use datasets::House;
use harness::{Cell, Table, Trial, answer, case, experiment, given};
use single_weight::{
    Descent, NotConverged, Step, calculate_gradient, calculate_loss, descend_until_flat, gradient_descent, is_flat,
    is_lost, update,
};

/// The learning rate that this step walks with.
const RATE: f64 = 1e-8;

/// Ten times as much: the surprise.
const LARGE_RATE: f64 = 1e-7;

fn main() -> ExitCode {
    harness::main(&[
        case("one-step", one_step),
        case("walk-downhill", walk_downhill),
        case("step-by-step", step_by_step),
        case("where-it-ends", where_it_ends),
        case("ten-times-the-rate", ten_times_the_rate),
        case("lost-or-not", lost_or_not),
        case("flat-or-not", flat_or_not),
        case("until-flat", until_flat),
        case("flat-from-the-start", flat_from_the_start),
        case("just-enough-steps", just_enough_steps),
        case("way-until-flat", way_until_flat),
        case("out-of-steps", out_of_steps),
        case("diverged", diverged),
        experiment("walk", walk),
        experiment("until-it-is-flat", until_it_is_flat),
    ])
}

/// The walk from a start, at a rate and with a number of steps that the student chooses.
fn walk(trial: &Trial, table: &mut Table) {
    let houses = trial.records::<House>();
    let start = trial.number("start", 50.0, 0.0..400.0);
    let rate = trial.number("learning rate", RATE, 1e-10..1e-6);
    let num_steps = trial.count("steps", 10, 0..=200);
    let Descent { final_weight, history } = gradient_descent(&houses, start, rate, num_steps);
    let end = Step { step: history.len(), weight: final_weight, loss: calculate_loss(&houses, final_weight) };
    for Step { step, weight, loss } in history.into_iter().chain([end]) {
        table.row([answer("step", step), answer("weight", weight), answer("loss", loss)]);
    }
}

/// The losses on the way until the ground is as flat as the student asks for.
fn until_it_is_flat(trial: &Trial, table: &mut Table) {
    let houses = trial.records::<House>();
    let start = trial.number("start", 50.0, 0.0..400.0);
    let rate = trial.number("learning rate", RATE, 1e-10..1e-6);
    let flat_enough = trial.number("flat enough", 1.0, 1e-6..1e9);
    let max_steps = trial.count("most steps", 200, 0..=1_000);
    let (history, end) = match descend_until_flat(&houses, start, rate, flat_enough, max_steps) {
        Ok(descent) | Err(NotConverged::OutOfSteps { descent, .. }) => (descent.history, Some(descent.final_weight)),
        Err(NotConverged::Diverged { history, .. }) => (history, None),
    };
    let end = end.map(|weight| Step { step: history.len(), weight, loss: calculate_loss(&houses, weight) });
    for Step { step, weight, loss } in history.into_iter().chain(end) {
        table.row([
            answer("step", step),
            answer("weight", weight),
            answer("loss", loss),
            answer("gradient", calculate_gradient(&houses, weight)),
        ]);
    }
}

fn one_step(trial: &Trial, table: &mut Table) {
    let weight = trial.number("weight", 100.0, 60.0..140.0);
    let steep = trial.number("steep", -2.7e9, -5e9..-1e9);
    for (gradient, rate) in [
        (steep, RATE),
        (steep, 3e-9),
        (-steep / 2.0, RATE),
        (-steep, LARGE_RATE),
        (4.0, 0.25),
        (-0.125, 0.3),
        (0.0, 2.0),
    ] {
        table.row([
            given("weight", weight),
            given("gradient", gradient),
            given("rate", rate),
            answer("new weight", update(weight, gradient, rate)),
        ]);
    }
}

/// The walk as the lesson prints it: every tenth step, and the last one.
fn walk_downhill(trial: &Trial, table: &mut Table) {
    let start = trial.number("start", 100.0, 40.0..100.0);
    let num_steps = trial.count("steps", 100, 60..90);
    let descent = gradient_descent(&trial.records::<House>(), start, RATE, num_steps);
    record_history(&descent.history, 10, table);
}

/// The same walk as a picture shows it: the first steps, each by itself.
fn step_by_step(trial: &Trial, table: &mut Table) {
    let start = trial.number("start", 100.0, 40.0..100.0);
    let descent = gradient_descent(&trial.records::<House>(), start, RATE, 10);
    record_history(&descent.history, 1, table);
}

/// Short walks and a longer one; and the places where a walk might wrongly stop, or wrongly go back.
fn where_it_ends(trial: &Trial, table: &mut Table) {
    let houses = trial.records::<House>();
    let start = trial.number("start", 100.0, 40.0..100.0);
    for (houses, start, rate, num_steps) in [
        (&houses[..], start, RATE, 0),
        (&houses, start, RATE, 1),
        (&houses, start, RATE, 2),
        (&houses, start, RATE, 30),
        (&houses, start + 270.0, RATE, 3),
        (&houses, -start, RATE, 3),
        (&houses, start, LARGE_RATE, 3),
        (&[], start, RATE, 3),
        (&houses, start, 1e-6, 300),
    ] {
        let descent = gradient_descent(houses, start, rate, num_steps);
        table.row([
            given("houses", houses.len()),
            given("start", start),
            given("rate", rate),
            given("steps", num_steps),
            answer("final weight", number_or_not(descent.final_weight)),
            answer("recorded", descent.history.len()),
        ]);
    }
}

fn ten_times_the_rate(trial: &Trial, table: &mut Table) {
    let start = trial.number("start", 100.0, 40.0..100.0);
    let descent = gradient_descent(&trial.records::<House>(), start, LARGE_RATE, 9);
    record_history(&descent.history, 1, table);
}

fn lost_or_not(trial: &Trial, table: &mut Table) {
    let weight = trial.number("weight", 150.0, 60.0..190.0);
    for (weight, loss) in [
        (weight, 3.375e10),
        (weight, 0.0),
        (-weight, 3.375e10),
        (2e7, 1e22),
        (-6.7e10, 1.2e29),
        (1e200, 1e300),
        (f64::MIN, f64::MAX),
        (weight, f64::INFINITY),
        (f64::INFINITY, 0.0),
        (f64::NEG_INFINITY, 0.0),
        (f64::NAN, 0.0),
        (weight, f64::NAN),
        (f64::NAN, f64::NAN),
    ] {
        table.row([
            given("weight", number_or_name(weight)),
            given("loss", number_or_name(loss)),
            answer("lost", is_lost(weight, loss)),
        ]);
    }
}

fn flat_or_not(trial: &Trial, table: &mut Table) {
    let slope = trial.number("slope", 2.7e9, 1e9..5e9);
    for (gradient, flat_enough) in [
        (slope, 1e6),
        (-slope, 1e6),
        (-slope, slope),
        (slope, slope),
        (slope, slope / 1.5),
        (slope, 2.0 * slope),
        (-0.5, 1.0),
        (3.0, 4.0),
        (0.0, 0.0),
        (0.25, 0.0),
        (1e-200, 0.0),
        (f64::NAN, 1e6),
    ] {
        table.row([
            given("gradient", number_or_name(gradient)),
            given("flat enough", flat_enough),
            answer("flat", is_flat(gradient, flat_enough)),
        ]);
    }
}

/// From below and from above, to ground that is flat to a few cents and to ground that is flat indeed.
fn until_flat(trial: &Trial, table: &mut Table) {
    let houses = trial.records::<House>();
    let low = trial.number("low", 100.0, 40.0..100.0);
    let high = trial.number("high", 320.0, 300.0..400.0);
    for (start, flat_enough) in [(low, 1e6), (low, 1e3), (high, 1e6), (high, 1e3), (-low, 1e6)] {
        let end = End::of(descend_until_flat(&houses, start, RATE, flat_enough, 2_000));
        table.row([
            given("start", start),
            given("flat enough", flat_enough),
            answer("outcome", end.outcome),
            answer("weight", end.weight),
            answer("updates", end.history.len()),
        ]);
    }
}

fn flat_from_the_start(trial: &Trial, table: &mut Table) {
    let houses = trial.records::<House>();
    let start = trial.number("start", 100.0, 40.0..100.0);
    let slope = calculate_gradient(&houses, start).abs();
    for (count, flat_enough, max_steps) in
        [(houses.len(), slope, 5), (houses.len(), 1e12, 0), (houses.len(), slope / 2.0, 0), (0, 0.0, 5)]
    {
        let end = End::of(descend_until_flat(&houses[..count], start, RATE, flat_enough, max_steps));
        table.row([
            given("houses", count),
            given("start", start),
            given("flat enough", flat_enough),
            given("most steps", max_steps),
            answer("outcome", end.outcome),
            answer("weight", end.weight),
            answer("updates", end.history.len()),
        ]);
    }
}

/// As many steps as the student's own descent needs, and then one more and one fewer.
fn just_enough_steps(trial: &Trial, table: &mut Table) {
    let houses = trial.records::<House>();
    let start = trial.number("start", 100.0, 40.0..100.0);
    let walk = |max_steps| End::of(descend_until_flat(&houses, start, RATE, 1e6, max_steps));
    let needed = walk(2_000).history.len();
    for (allowed, max_steps) in [
        ("one more than it needs", needed + 1),
        ("as many as it needs", needed),
        ("one fewer than it needs", needed.saturating_sub(1)),
    ] {
        let end = walk(max_steps);
        table.row([
            given("most steps", allowed),
            answer("outcome", end.outcome),
            answer("weight", end.weight),
            answer("updates", end.history.len()),
        ]);
    }
}

/// What a walk until the ground is flat records: one that gets there, and one that is cut short.
fn way_until_flat(trial: &Trial, table: &mut Table) {
    let houses = trial.records::<House>();
    let start = trial.number("start", 100.0, 40.0..100.0);
    let slope = calculate_gradient(&houses, start).abs();
    for (walk, flat_enough, max_steps) in [("until half as steep", slope / 2.0, 50), ("for three steps", 0.0, 3)] {
        for entry in End::of(descend_until_flat(&houses, start, RATE, flat_enough, max_steps)).history {
            table.row([
                given("walk", walk),
                given("start", start),
                answer("step", entry.step),
                answer("weight", entry.weight),
                answer("loss", entry.loss),
            ]);
        }
    }
}

fn out_of_steps(trial: &Trial, table: &mut Table) {
    let houses = trial.records::<House>();
    let start = trial.number("start", 100.0, 40.0..100.0);
    // At the smallest rate the weight does not move at all, and the ground is as steep at the end.
    for (rate, max_steps) in [(RATE, 1), (RATE, 4), (LARGE_RATE, 4), (1e-30, 2_500)] {
        let end = End::of(descend_until_flat(&houses, start, rate, 1.0, max_steps));
        table.row([
            given("rate", rate),
            given("most steps", max_steps),
            answer("outcome", end.outcome),
            answer("weight", end.weight),
            answer("gradient", end.gradient),
            answer("updates", end.history.len()),
        ]);
    }
}

/// Rates that are too large, until no number is left, also with no step to spare; and a start that is none.
fn diverged(trial: &Trial, table: &mut Table) {
    let houses = trial.records::<House>();
    let start = trial.number("start", 100.0, 40.0..100.0);
    let mut row = |walk: &str, result: Result<Descent, NotConverged>| {
        let end = End::of(result);
        table.row([
            given("walk", walk),
            answer("outcome", end.outcome),
            answer("stopped at", end.step),
            answer("recorded", end.history.len()),
            answer("last finite weight", last_finite_weight(&end.history)),
        ]);
    };
    row("rate 1e-7", descend_until_flat(&houses, start, LARGE_RATE, 1e3, 3_000));
    row("rate 1e-6", descend_until_flat(&houses, start, 1e-6, 1e3, 3_000));
    row("rate 1e-6, 20 steps", descend_until_flat(&houses, start, 1e-6, 1e3, 20));
    let enough = End::of(descend_until_flat(&houses, start, 1e-6, 1e3, 3_000)).step;
    row("rate 1e-6, just enough steps", descend_until_flat(&houses, start, 1e-6, 1e3, enough));
    row("from infinity", descend_until_flat(&houses, f64::INFINITY, RATE, 1e3, 5));
    row("from infinity, no houses", descend_until_flat(&[], f64::INFINITY, RATE, 1e3, 5));
}

/// How a descent until the ground is flat ended, in one shape for the three ways in which it can.
struct End {
    outcome: &'static str,
    history: Vec<Step>,
    /// Where it ended; 0 where it diverged.
    weight: f64,
    /// The gradient there, for a descent that ran out of steps; else 0.
    gradient: f64,
    /// The step at which a descent says that it diverged; else the number of updates that it recorded.
    step: usize,
}

impl End {
    fn of(result: Result<Descent, NotConverged>) -> Self {
        match result {
            Ok(Descent { final_weight, history }) => {
                let step = history.len();
                End { outcome: "flat", history, weight: final_weight, gradient: 0.0, step }
            }
            Err(NotConverged::OutOfSteps { descent, gradient }) => {
                let Descent { final_weight, history } = descent;
                let step = history.len();
                End { outcome: "out of steps", history, weight: final_weight, gradient, step }
            }
            Err(NotConverged::Diverged { step, history }) => {
                End { outcome: "diverged", history, weight: 0.0, gradient: 0.0, step }
            }
        }
    }
}

/// Each entry at a multiple of `every`, and the last one.
fn record_history(history: &[Step], every: usize, table: &mut Table) {
    for (index, entry) in history.iter().enumerate() {
        if index % every == 0 || index + 1 == history.len() {
            table.row([
                given("entry", index),
                answer("step", entry.step),
                answer("weight", entry.weight),
                answer("loss", entry.loss),
            ]);
        }
    }
}

fn number_or_not(number: f64) -> Cell {
    if number.is_finite() { number.into() } else { "not finite".into() }
}

/// A number, also one that is not finite, as it is printed.
fn number_or_name(number: f64) -> Cell {
    if number.is_finite() { number.into() } else { number.to_string().into() }
}

fn last_finite_weight(history: &[Step]) -> f64 {
    let finite = history.iter().rev().map(|entry| entry.weight).find(|weight| weight.is_finite());
    finite.unwrap_or(0.0)
}
