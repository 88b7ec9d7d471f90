//! Calls the student's functions and records their answers.

use std::process::ExitCode;

use harness::{Cell, Table, Trial, answer, case, experiment, given};
use learning_rate::{
    Ended, House, Point, Run, Verdict, best_rate, calculate_gradient, classify, curvature, explore,
    largest_stable_rate, update,
};

fn main() -> ExitCode {
    harness::main(&[
        case("steps-of-two-runs", steps_of_two_runs),
        case("runs-that-overflow", runs_that_overflow),
        case("way-of-each-rate", way_of_each_rate),
        case("loss-by-rate", loss_by_rate),
        case("nothing-to-explore", nothing_to_explore),
        case("verdict-on-each-regime", verdict_on_each_regime),
        case("verdict-at-the-edges", verdict_at_the_edges),
        case("what-each-rate-does", what_each_rate_does),
        case("curvature-by-houses", curvature_by_houses),
        case("rate-limit", rate_limit),
        case("there-and-back-at-the-limit", there_and_back_at_the_limit),
        case("rate-that-is-best", rate_that_is_best),
        case("one-step-at-the-best-rate", one_step_at_the_best_rate),
        experiment("explorer", explorer),
        experiment("all-rates", all_rates),
    ])
}

/// One run, at a rate and with a number of steps that the student chooses.
fn explorer(trial: &Trial, table: &mut Table) {
    let houses = trial.records::<House>();
    let start = trial.number("start", 100.0, -200.0..600.0);
    let rate = trial.number("learning rate", 1e-8, 1e-10..1e-6);
    let steps = trial.count("steps", 20, 0..=200);
    let limit = measured_limit(&houses);
    for run in explore(&houses, start, &[rate], steps) {
        for (step, point) in run.history.iter().enumerate() {
            table.row([
                given("limit", limit),
                answer("step", step),
                answer("weight", point.weight),
                answer("loss", point.loss),
                answer("gradient", point.gradient),
            ]);
        }
    }
}

/// Where each rate has come after some steps.
fn all_rates(trial: &Trial, table: &mut Table) {
    let houses = trial.records::<House>();
    let start = trial.number("start", 100.0, -200.0..600.0);
    let steps = trial.count("steps", 10, 0..=200);
    let limit = measured_limit(&houses);
    // Twenty to a decade, from a hundredth of the limit to ten times it.
    let rates: Vec<f64> = (-40..=20).map(|power| limit * 10_f64.powf(f64::from(power) / 20.0)).collect();
    for (rate, run) in rates.iter().zip(explore(&houses, start, &rates, steps)) {
        let loss = run.history.last().map_or(f64::NAN, |point| point.loss);
        table.row([given("limit", limit), given("rate", *rate), answer("loss", loss)]);
    }
}

fn steps_of_two_runs(trial: &Trial, table: &mut Table) {
    let start = trial.number("start", 100.0, 30.0..90.0);
    let rates = [trial.number("low rate", 1e-8, 2e-9..8e-9), trial.number("high rate", 1e-7, 5e-8..9e-8)];
    let steps = trial.count("steps", 5, 3..7);
    for run in explore(&trial.records::<House>(), start, &rates, steps) {
        for (step, point) in run.history.iter().enumerate() {
            table.row([
                given("start", start),
                given("steps", steps),
                answer("rate", run.learning_rate),
                answer("step", step),
                answer("weight", point.weight),
                answer("loss", point.loss),
                answer("gradient", point.gradient),
            ]);
        }
    }
}

fn runs_that_overflow(trial: &Trial, table: &mut Table) {
    let start = trial.number("start", 100.0, 30.0..90.0);
    let steps = trial.count("steps", 12, 10..20);
    let houses = trial.records::<House>();
    // At 1e60 the third step overflows: it is the last one of a run, and then the first one that is not taken.
    for (rates, steps) in [(&[1e60, 1e-8, 1e20, 1e200, 1e-9][..], steps), (&[1e60], 3), (&[1e60], 2)] {
        for run in explore(&houses, start, rates, steps) {
            table.row([
                given("start", start),
                given("steps", steps),
                answer("rate", run.learning_rate),
                answer("recorded", run.history.len()),
                answer("ended", reason(run.ended)),
                answer("last weight", last_weight(&run)),
            ]);
        }
    }
}

/// Crawling, converging, at the limit, and diverging slowly and fast.
fn way_of_each_rate(trial: &Trial, table: &mut Table) {
    let houses = trial.records::<House>();
    let start = trial.number("start", 100.0, 30.0..90.0);
    let limit = measured_limit(&houses);
    let rates = [1e-10, 1e-8, limit, 1e-7, 1e-6];
    for (rate, run) in rates.into_iter().zip(explore(&houses, start, &rates, 8)) {
        let name = if rate == limit { format!("{limit:.3e}, the limit") } else { format!("{rate:e}") };
        for (step, point) in run.history.iter().enumerate() {
            table.row([given("rate", name.clone()), given("step", step), answer("weight", point.weight)]);
        }
    }
}

fn loss_by_rate(trial: &Trial, table: &mut Table) {
    let houses = trial.records::<House>();
    let start = trial.number("start", 100.0, 30.0..90.0);
    let limit = measured_limit(&houses);
    let rates = [1e-10, 1e-9, 4e-9, 1e-8, 2e-8, 3e-8, 4e-8, 5e-8, 6e-8, 7e-8, 8e-8, 1e-7, 2e-7, 1e-6];
    for (rate, run) in rates.into_iter().zip(explore(&houses, start, &rates, 10)) {
        let loss: Cell = run.history.last().map_or("nothing recorded".into(), |point| point.loss.into());
        table.row([given("limit", limit), given("rate", rate), answer("loss", loss)]);
    }
}

fn nothing_to_explore(trial: &Trial, table: &mut Table) {
    let start = trial.number("start", 100.0, 30.0..90.0);
    let steps = trial.count("steps", 4, 3..7);
    let houses = trial.records::<House>();
    for (what, houses, start, rates, steps) in [
        ("no rates", &houses[..], start, &[][..], steps),
        ("no steps", &houses[..], start, &[1e-8, 1e-7][..], 0),
        ("no houses", &[], start, &[1e-8][..], steps),
        ("a rate of 0", &houses[..], start, &[0.0][..], steps),
        ("a start below 0", &houses[..], -start, &[1e-8][..], steps),
    ] {
        let runs = explore(houses, start, rates, steps);
        table.row([
            given("what", what),
            given("start", start),
            given("steps", steps),
            answer("runs", runs.len()),
            answer("recorded", runs.iter().map(|run| run.history.len()).sum::<usize>()),
            answer("ended", runs.last().map_or("no run", |run| reason(run.ended))),
            answer("last weight", runs.last().map_or("no run".into(), last_weight)),
        ]);
    }
}

fn verdict_on_each_regime(trial: &Trial, table: &mut Table) {
    let valley = Valley::of(trial);
    let (left, right) = (-trial.number("left", 100.0, 40.0..90.0), trial.number("right", 60.0, 20.0..70.0));
    let steps = trial.count("steps", 30, 25..41);
    for (what, distance, factor) in [
        ("crawls", left, 0.99),
        ("comes down one side", left, 0.6),
        ("comes down one side", right, 0.6),
        ("lands at once", left, 0.0),
        ("jumps, and arrives", left, -0.5),
        ("jumps, and arrives", right, -0.7),
        ("jumps, and comes closer slowly", left, -0.97),
        ("jumps, and comes closer slowly", right, -0.97),
        ("jumps to and fro", left, -1.0),
        ("jumps further and further", left, -1.7),
        ("jumps further and further", right, -1.7),
    ] {
        let run = valley.run(distance, factor, steps);
        table.row([
            given("a run that", what),
            given("rate", run.learning_rate),
            given("steps", steps),
            given("first gradient", run.history[0].gradient),
            given("last gradient", run.history[steps].gradient),
            answer("verdict", words(classify(&run))),
        ]);
    }
}

fn verdict_at_the_edges(trial: &Trial, table: &mut Table) {
    let valley = Valley::of(trial);
    let start = -trial.number("left", 100.0, 40.0..90.0);
    let steps = trial.count("steps", 30, 25..41);
    let overflowed = |run: Run| Run { ended: Ended::Overflow, ..run };
    let kept = |run: Run, points| Run { history: run.history[..points].to_vec(), ..run };
    let gentle = Valley { curvature: valley.curvature / 1e10, ..valley };
    // No fixed rate makes these, but the rules say what they are.
    let through = |distances: &[f64]| {
        let history = distances.iter().map(|distance| valley.point(start * distance)).collect();
        Run { learning_rate: 1e-8, history, ended: Ended::AllSteps }
    };
    for (what, run) in [
        ("starts at the minimum", valley.run(0.0, 0.99, steps)),
        ("starts at the minimum", valley.run(0.0, -1.7, steps)),
        ("starts at the minimum", valley.run(0.0, 1.0, steps)),
        ("starts at the minimum", valley.run(0.0, 0.6, 0)),
        ("takes no steps", valley.run(start, 0.6, 0)),
        ("has a rate of 0", valley.run(start, 1.0, steps)),
        ("is almost there", valley.run(start, 0.0011, 1)),
        ("is just there", valley.run(start, 0.0009, 1)),
        ("jumps over and is almost there", valley.run(start, -0.0011, 1)),
        ("jumps over and is just there", valley.run(start, -0.0009, 1)),
        ("turns round on its only step", valley.run(start, -1.0, 1)),
        ("jumps on its first step only", through(&[1.0, -0.9, -0.8, -0.7])),
        ("jumps on its last step only", through(&[1.0, 0.9, 0.8, -0.7])),
        ("was there, and has left again", through(&[1.0, 0.0005, 0.3, 0.8])),
        ("jumps a little further each time", valley.run(start, -1.02, 5)),
        ("jumps on gentle ground", gentle.run(start, -0.97, steps)),
        ("overflows on its first step", overflowed(kept(valley.run(start, -1e180, 1), 1))),
        ("overflows later", overflowed(kept(valley.run(start, -1e50, 4), 3))),
        ("was there, and overflows", overflowed(through(&[1.0, 0.0005]))),
        ("overflows from the minimum", overflowed(valley.run(0.0, 0.6, 0))),
    ] {
        table.row([
            given("a run that", what),
            given("rate", run.learning_rate),
            given("recorded", run.history.len()),
            given("ended", reason(run.ended)),
            answer("verdict", words(classify(&run))),
        ]);
    }
}

fn what_each_rate_does(trial: &Trial, table: &mut Table) {
    let start = trial.number("start", 100.0, 30.0..90.0);
    let rates = [1e-10, 1e-9, 1e-8, 3.7e-8, 7e-8, 7.4e-8, 1e-7, 1e-6];
    for (rate, run) in rates.into_iter().zip(explore(&trial.records::<House>(), start, &rates, 100)) {
        table.row([
            given("rate", rate),
            answer("steps", run.history.len().saturating_sub(1)),
            answer("last weight", last_weight(&run)),
            answer("verdict", words(classify(&run))),
        ]);
    }
}

fn curvature_by_houses(trial: &Trial, table: &mut Table) {
    let mut houses = trial.records::<House>();
    // Sizes that are no whole numbers of square feet, whose squares have more digits than an `f32` keeps.
    houses.extend([1_234.56, 987.65].map(|sqft| House { sqft, price: 300_000.0 }));
    for count in 0..=houses.len() {
        table.row([given("houses", count), answer("curvature", curvature(&houses[..count]))]);
    }
}

fn rate_limit(trial: &Trial, table: &mut Table) {
    for (what, houses) in some_houses(trial) {
        table.row([
            given("houses", what),
            given("how many", houses.len()),
            answer("limit", number_or_none(largest_stable_rate(&houses))),
        ]);
    }
}

fn there_and_back_at_the_limit(trial: &Trial, table: &mut Table) {
    let houses = trial.records::<House>();
    for start in [trial.number("start", 100.0, 30.0..90.0), trial.number("other start", 320.0, 300.0..400.0)] {
        let limit = largest_stable_rate(&houses);
        let step = |weight| Some(update(weight, calculate_gradient(&houses, weight), limit?));
        let there = step(start);
        table.row([
            given("start", start),
            answer("after one step", number_or_none(there)),
            answer("after two steps", number_or_none(there.and_then(step))),
        ]);
    }
}

fn rate_that_is_best(trial: &Trial, table: &mut Table) {
    for (what, houses) in some_houses(trial) {
        table.row([
            given("houses", what),
            given("how many", houses.len()),
            answer("best rate", number_or_none(best_rate(&houses))),
        ]);
    }
}

fn one_step_at_the_best_rate(trial: &Trial, table: &mut Table) {
    let houses = trial.records::<House>();
    for start in [trial.number("start", 100.0, 30.0..90.0), trial.number("other start", 320.0, 300.0..400.0)] {
        let weight = best_rate(&houses).map(|rate| update(start, calculate_gradient(&houses, start), rate));
        table.row([
            given("start", start),
            answer("weight", number_or_none(weight)),
            answer("gradient there", number_or_none(weight.map(|weight| calculate_gradient(&houses, weight)))),
        ]);
    }
}

/// The loss that a hand-made run descends: a parabola with its minimum, its curvature and a loss that remains.
struct Valley {
    minimum: f64,
    curvature: f64,
    floor: f64,
}

impl Valley {
    fn of(trial: &Trial) -> Valley {
        Valley {
            minimum: trial.number("minimum", 200.0, 120.0..280.0),
            curvature: trial.number("curvature", 2.7e7, 1.2e7..6e7),
            floor: trial.number("floor", 0.0, 4e8..9e8),
        }
    }

    /// A run from this distance to the minimum, each of whose steps multiplies the distance by the factor.
    fn run(&self, distance: f64, factor: f64, steps: usize) -> Run {
        let history = (0..=steps).map(|step| self.point(distance * factor.powi(step as i32))).collect();
        Run { learning_rate: (1.0 - factor) / self.curvature, history, ended: Ended::AllSteps }
    }

    fn point(&self, distance: f64) -> Point {
        Point {
            weight: self.minimum + distance,
            loss: self.floor + self.curvature / 2.0 * distance * distance,
            gradient: self.curvature * distance,
        }
    }
}

fn some_houses(trial: &Trial) -> Vec<(&'static str, Vec<House>)> {
    let houses = trial.records::<House>();
    let price = trial.number("price", 50_000.0, 30_000.0..70_000.0);
    let no_size = House { sqft: 0.0, price };
    vec![
        ("all", houses.clone()),
        ("the first alone", houses[..1].to_vec()),
        ("all but the first", houses[1..].to_vec()),
        ("all, and one of no size", [&houses[..], &[no_size]].concat()),
        ("a doll's house", vec![House { sqft: 0.5, price }]),
        // Two slopes lose the fewest digits of their difference where the price is the base price.
        ("a grain of sand", vec![House { sqft: 5e-4, price: 50_000.0 }]),
        ("one of no size", vec![no_size]),
        ("none", Vec::new()),
    ]
}

/// Where stability ends, from the slope itself: it grows by the curvature when the weight grows by 1.
fn measured_limit(houses: &[House]) -> f64 {
    2.0 / (calculate_gradient(houses, 1.0) - calculate_gradient(houses, 0.0))
}

fn last_weight(run: &Run) -> Cell {
    run.history.last().map_or("nothing recorded".into(), |point| point.weight.into())
}

fn number_or_none(number: Option<f64>) -> Cell {
    number.map_or("none".into(), Cell::from)
}

fn reason(ended: Ended) -> &'static str {
    match ended {
        Ended::AllSteps => "all steps",
        Ended::Overflow => "overflow",
    }
}

fn words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::TooSmall => "too small",
        Verdict::JustRight => "just right",
        Verdict::TooBig => "too big",
    }
}
