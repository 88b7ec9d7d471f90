//! Calls the student's functions and records their answers.

use std::process::ExitCode;

use datasets::surfaces::{HIMMELBLAU, SURFACES, surface};
use harness::{Cell, Table, Trial, answer, case, experiment, given};
use optimizers::{
    Adam, AdamW, Array1, GradientDescent, Lamb, Moments, Momentum, Nesterov, Optimizer, RAVINE, ROSENBROCK, RmsProp,
    Surface, loss_at, trust_ratio, walk,
};

fn main() -> ExitCode {
    harness::main(&[
        case("plain-steps", plain_steps),
        case("momentum-steps", momentum_steps),
        case("nesterov-steps", nesterov_steps),
        case("rmsprop-steps", rmsprop_steps),
        case("rmsprop-on-a-plateau", rmsprop_on_a_plateau),
        case("directions", directions),
        case("directions-on-a-plateau", directions_on_a_plateau),
        case("directions-while-slopes-grow", directions_while_slopes_grow),
        case("adam-steps", adam_steps),
        case("adamw-steps", adamw_steps),
        case("ratios", ratios),
        case("lamb-steps", lamb_steps),
        case("lamb-at-the-edges", lamb_at_the_edges),
        case("where-zero-lies", where_zero_lies),
        case("points-of-a-walk", points_of_a_walk),
        case("a-walk-beyond-all-numbers", a_walk_beyond_all_numbers),
        case("race-in-the-ravine", race_in_the_ravine),
        case("race-in-a-bent-valley", race_in_a_bent_valley),
        case("race-with-decay", race_with_decay),
        experiment("one-optimizer", one_optimizer),
        experiment("all-optimizers", all_optimizers),
    ])
}

/// One optimizer on a surface, with parameters and a start that the student chooses.
fn one_optimizer(trial: &Trial, table: &mut Table) {
    let (surface, start) = ground(trial);
    let mut optimizer: Box<dyn Optimizer> = match trial.choice("optimizer", &OPTIMIZERS) {
        "momentum" => Box::new(Momentum { momentum: momentum(trial), ..Momentum::new(rate(trial, 0.013), 2) }),
        "Nesterov" => Box::new(Nesterov { momentum: momentum(trial), ..Nesterov::new(rate(trial, 0.013), 2) }),
        "RMSProp" => {
            let decay = trial.number("decay", 0.99, 0.0..0.9999);
            Box::new(RmsProp { decay, ..RmsProp::new(rate(trial, 0.05), 2) })
        }
        "Adam" => Box::new(Adam { moments: moments(trial), ..Adam::new(rate(trial, 0.1), 2) }),
        "AdamW" => {
            let adam = AdamW { moments: moments(trial), ..AdamW::new(rate(trial, 0.1), 2) };
            Box::new(AdamW { weight_decay: weight_decay(trial), ..adam })
        }
        "LAMB" => {
            let moments = Moments { epsilon: 1e-6, ..moments(trial) };
            Box::new(Lamb { moments, weight_decay: weight_decay(trial), ..Lamb::new(rate(trial, 0.1), 2) })
        }
        _ => Box::new(GradientDescent { learning_rate: rate(trial, 0.03) }),
    };
    let path = walk(surface, &mut *optimizer, &start, trial.count("steps", 60, 0..=1_000));
    for (step, point) in path.iter().enumerate() {
        table.row([
            answer("step", step),
            answer("x", at(point, 0)),
            answer("y", at(point, 1)),
            answer("loss", if point.len() == 2 { loss_at(surface, point) } else { f64::NAN }),
        ]);
    }
}

/// All optimizers from one start, each at a rate that suits the ravine.
fn all_optimizers(trial: &Trial, table: &mut Table) {
    let (surface, start) = ground(trial);
    let factor = trial.number("factor on all rates", 1.0, 0.01..10.0);
    let num_steps = trial.count("steps", 60, 0..=500);
    let rates = [0.03, 0.013, 0.013, 0.05, 0.1, 0.1].map(|rate| rate * factor);
    for (name, mut optimizer) in racers(rates) {
        for (step, point) in walk(surface, &mut *optimizer, &start, num_steps).iter().enumerate() {
            table.row([
                given("optimizer", name),
                answer("step", step),
                answer("x", at(point, 0)),
                answer("y", at(point, 1)),
                answer("loss", if point.len() == 2 { loss_at(surface, point) } else { f64::NAN }),
            ]);
        }
    }
}

const OPTIMIZERS: [&str; 7] = ["plain", "momentum", "Nesterov", "RMSProp", "Adam", "AdamW", "LAMB"];

/// The surface that the student chooses, the ravine if it is left open, and where to start on it.
fn ground(trial: &Trial) -> (&'static Surface, Array1<f64>) {
    let others = SURFACES.iter().map(|surface| surface.name).filter(|name| *name != RAVINE.name);
    let names: Vec<&str> = std::iter::once(RAVINE.name).chain(others).collect();
    let surface = surface(trial.choice("surface", &names)).unwrap_or(&RAVINE);
    let start = trial.point("start", surface.starts[0].point, surface.view);
    (surface, Array1::from_vec(start.to_vec()))
}

fn rate(trial: &Trial, lesson: f64) -> f64 {
    trial.number("learning rate", lesson, 1e-5..1.0)
}

fn momentum(trial: &Trial) -> f64 {
    trial.number("momentum", 0.9, 0.0..0.999)
}

fn weight_decay(trial: &Trial) -> f64 {
    trial.number("weight decay", 0.01, 0.0..1.0)
}

fn moments(trial: &Trial) -> Moments {
    let (beta1, beta2) = (trial.number("beta1", 0.9, 0.0..0.999), trial.number("beta2", 0.999, 0.0..0.9999));
    Moments { beta1, beta2, ..Moments::new(2) }
}

fn plain_steps(trial: &Trial, table: &mut Table) {
    let rate = trial.number("rate", 0.1, 0.05..0.4);
    steps(trial, table, GradientDescent { learning_rate: rate }, rate, |plain, rate| plain.learning_rate = rate);
}

fn momentum_steps(trial: &Trial, table: &mut Table) {
    let rate = trial.number("rate", 0.1, 0.05..0.4);
    let momentum = trial.number("momentum", 0.9, 0.6..0.85);
    let ball = Momentum { momentum, ..Momentum::new(rate, 3) };
    steps(trial, table, ball, rate, |ball, rate| ball.learning_rate = rate);
}

fn nesterov_steps(trial: &Trial, table: &mut Table) {
    let rate = trial.number("rate", 0.1, 0.05..0.4);
    let momentum = trial.number("momentum", 0.9, 0.6..0.85);
    let nesterov = Nesterov { momentum, ..Nesterov::new(rate, 3) };
    steps(trial, table, nesterov, rate, |nesterov, rate| nesterov.learning_rate = rate);
}

fn rmsprop_steps(trial: &Trial, table: &mut Table) {
    let rate = trial.number("rate", 0.02, 0.01..0.05);
    let decay = trial.number("decay", 0.99, 0.8..0.95);
    let prop = RmsProp { decay, ..RmsProp::new(rate, 3) };
    steps(trial, table, prop, rate, |prop, rate| prop.learning_rate = rate);
}

/// Gradients so small that epsilon counts.
fn rmsprop_on_a_plateau(trial: &Trial, table: &mut Table) {
    let rate = trial.number("rate", 0.02, 0.01..0.05);
    let epsilon = epsilon(trial);
    for gradient in tiny_gradients(trial) {
        let mut prop = RmsProp { epsilon, ..RmsProp::new(rate, 3) };
        let mut weights = start(trial);
        prop.step(&mut weights, &gradient);
        let moved = weights - start(trial);
        table.row([
            given("rate", rate),
            given("epsilon", epsilon),
            given("gradient", text(&gradient)),
            answer("first moved", at(&moved, 0)),
            answer("second moved", at(&moved, 1)),
            answer("third moved", at(&moved, 2)),
        ]);
    }
}

fn directions(trial: &Trial, table: &mut Table) {
    let mut moments = some_moments(trial);
    for (index, gradient) in gradients(trial).iter().enumerate() {
        let direction = moments.direction(gradient);
        table.row([
            given("step", index + 1),
            given("gradient", text(gradient)),
            answer("first", at(&direction, 0)),
            answer("second", at(&direction, 1)),
            answer("third", at(&direction, 2)),
        ]);
    }
}

/// Gradients so small that epsilon counts.
fn directions_on_a_plateau(trial: &Trial, table: &mut Table) {
    let epsilon = epsilon(trial);
    let mut moments = Moments { epsilon, ..some_moments(trial) };
    for (index, gradient) in tiny_gradients(trial).iter().enumerate() {
        let direction = moments.direction(gradient);
        table.row([
            given("step", index + 1),
            given("epsilon", epsilon),
            given("gradient", text(gradient)),
            answer("first", at(&direction, 0)),
            answer("second", at(&direction, 1)),
            answer("third", at(&direction, 2)),
        ]);
    }
}

/// Slopes that grow by a tenth or two from step to step: there, directions are longer than 1.
fn directions_while_slopes_grow(trial: &Trial, table: &mut Table) {
    let mut moments = some_moments(trial);
    let mut gradient = start(trial);
    for step in 1..=6_usize {
        let direction = moments.direction(&gradient);
        table.row([
            given("step", step),
            given("gradient", text(&gradient)),
            answer("first", at(&direction, 0)),
            answer("second", at(&direction, 1)),
            answer("third", at(&direction, 2)),
        ]);
        gradient = &gradient * &Array1::from_vec(vec![1.1, 1.2, 1.15]);
    }
}

fn adam_steps(trial: &Trial, table: &mut Table) {
    let rate = trial.number("rate", 0.1, 0.05..0.4);
    let adam = Adam { moments: some_moments(trial), ..Adam::new(rate, 3) };
    steps(trial, table, adam, rate, |adam, rate| adam.learning_rate = rate);
}

fn adamw_steps(trial: &Trial, table: &mut Table) {
    let rate = trial.number("rate", 0.1, 0.05..0.4);
    let weight_decay = trial.number("weight decay", 0.01, 0.05..0.3);
    let adamw = AdamW { moments: some_moments(trial), weight_decay, ..AdamW::new(rate, 3) };
    steps(trial, table, adamw, rate, |adamw, rate| adamw.learning_rate = rate);
}

fn ratios(trial: &Trial, table: &mut Table) {
    let number = |name: &str, lesson: f64| trial.number(name, lesson, 0.6 * lesson..1.8 * lesson);
    let weights = Array1::from_vec(vec![number("a", 3.0), -number("b", 4.0)]);
    let long = 20.0 * &weights;
    let longer = Array1::from_vec(vec![number("c", 30.0), 0.0, -number("d", 40.0)]);
    let update = Array1::from_vec(vec![-number("e", 0.8), number("f", 0.6)]);
    let short = 0.01 * &update;
    let tiny = 1e-10 * &update;
    let three = Array1::from_vec(vec![number("g", 2.0), -number("h", 1.0), 0.5]);
    let zeros = Array1::zeros(2);
    for (weights, update) in [
        (&weights, &update),
        (&weights, &short),
        (&weights, &tiny),
        (&update, &weights),
        (&long, &update),
        (&longer, &three),
        (&zeros, &update),
        (&weights, &zeros),
        (&zeros, &zeros),
    ] {
        table.row([
            given("weights", text(weights)),
            given("update", text(update)),
            answer("ratio", trust_ratio(weights, update)),
        ]);
    }
}

fn lamb_steps(trial: &Trial, table: &mut Table) {
    let rate = trial.number("rate", 0.1, 0.05..0.2);
    let weight_decay = trial.number("weight decay", 0.01, 0.05..0.3);
    let lamb = Lamb { moments: some_moments(trial), weight_decay, ..Lamb::new(rate, 3) };
    steps(trial, table, lamb, rate, |lamb, rate| lamb.learning_rate = rate);
}

fn lamb_at_the_edges(trial: &Trial, table: &mut Table) {
    let rate = trial.number("rate", 0.1, 0.05..0.2);
    let (start, gradient, zeros) = (start(trial), gradients(trial).remove(0), Array1::zeros(3));
    for (what, start, gradient, weight_decay) in [
        ("weights of 0", &zeros, &gradient, 0.01),
        ("no decay", &start, &gradient, 0.0),
        ("no gradient", &start, &zeros, 0.01),
        ("no gradient and no decay", &start, &zeros, 0.0),
    ] {
        let mut lamb = Lamb { weight_decay, ..Lamb::new(rate, 3) };
        let mut weights = start.clone();
        lamb.step(&mut weights, gradient);
        table.row([
            given("first step with", what),
            given("rate", rate),
            given("from", text(start)),
            answer("first", at(&weights, 0)),
            answer("second", at(&weights, 1)),
            answer("third", at(&weights, 2)),
        ]);
    }
}

/// The same bowl at three places: how far does the first step lead, and how near do the first fifteen? (LAMB jumps
/// about the far ones; after many more steps the last digit of a right answer would decide where.)
fn where_zero_lies(trial: &Trial, table: &mut Table) {
    let (x, y) = (trial.number("x", 2.0, 1.2..2.8), trial.number("y", 1.5, 0.8..2.4));
    let far = trial.number("far", 10.0, 6.0..14.0);
    let names = ["Adam", "LAMB"];
    for (name, middle) in names.into_iter().flat_map(|name| [0.0, far, -far].map(|middle| (name, middle))) {
        let mut adam = Adam::new(0.1, 2);
        let mut lamb = Lamb { weight_decay: 0.0, ..Lamb::new(0.1, 2) };
        let optimizer: &mut dyn Optimizer = if name == "Adam" { &mut adam } else { &mut lamb };
        let start = Array1::from_vec(vec![middle + x, middle + y]);
        let mut weights = start.clone();
        let mut first = 0.0;
        for step in 0..15 {
            let gradient = 2.0 * (&weights - middle);
            optimizer.step(&mut weights, &gradient);
            if step == 0 {
                first = length(&(&weights - &start));
            }
        }
        table.row([
            given("optimizer", name),
            given("minimum at", format!("[{middle}, {middle}]")),
            given("start", text(&start)),
            answer("first step", first),
            answer("away after 15", length(&(&weights - middle))),
        ]);
    }
}

fn points_of_a_walk(trial: &Trial, table: &mut Table) {
    let start = Array1::from_vec(vec![trial.number("x", 2.0, 1.2..2.8), trial.number("y", 1.5, 0.8..2.4)]);
    let num_steps = trial.count("steps", 5, 4..7);
    let bottom = Array1::zeros(2);
    for (surface, rate, start, num_steps) in [
        (&RAVINE, 0.03, &start, num_steps),
        (&ROSENBROCK, 1e-4, &start, 2),
        (&RAVINE, 0.03, &start, 0),
        (&RAVINE, 0.03, &bottom, 2),
    ] {
        for (step, point) in walk(surface, &mut Limping { rate, steps: 0 }, start, num_steps).iter().enumerate() {
            table.row([
                given("surface", surface.name),
                given("steps", num_steps),
                answer("step", step),
                answer("x", at(point, 0)),
                answer("y", at(point, 1)),
            ]);
        }
    }
}

/// At the second rate the weights soon leave what an `f64` holds.
fn a_walk_beyond_all_numbers(trial: &Trial, table: &mut Table) {
    let start = Array1::from_vec(vec![trial.number("x", 2.0, 1.2..2.8), trial.number("y", 1.5, 0.8..2.4)]);
    for (rate, num_steps) in [(0.03, 2), (1e200, 3), (1e200, trial.count("steps", 5, 4..7))] {
        let path = walk(&RAVINE, &mut Limping { rate, steps: 0 }, &start, num_steps);
        let finite = path.last().is_some_and(|point| point.iter().all(|number| number.is_finite()));
        table.row([
            given("rate", rate),
            given("steps", num_steps),
            answer("points", path.len()),
            answer("last point", if finite { "finite" } else { "not finite" }),
        ]);
    }
}

fn race_in_the_ravine(trial: &Trial, table: &mut Table) {
    let start = Array1::from_vec(vec![trial.number("x", 2.0, 1.2..2.8), trial.number("y", 1.5, 0.8..2.4)]);
    // Each of the first steps, so that the lines of the picture are those that were walked.
    let shown: Vec<usize> = (0..=18).collect();
    race(trial, &RAVINE, &start, &shown, racers([0.03, 0.013, 0.013, 0.05, 0.1, 0.1]), |name, step, point| {
        table.row([
            given("optimizer", name),
            given("step", step),
            answer("x", six_digits(point[0])),
            answer("y", six_digits(point[1])),
        ]);
    });
}

fn race_in_a_bent_valley(trial: &Trial, table: &mut Table) {
    let start = Array1::from_vec(vec![trial.number("x", -1.2, -1.2..-0.8), trial.number("y", 1.0, 0.7..1.3)]);
    // Not much longer: RMSProp soon jumps about in the valley, and there the last digit of a right answer decides.
    let shown = [0, 1, 2, 10, 40, 100, 200, 300];
    race(trial, &ROSENBROCK, &start, &shown, racers([0.001, 0.0005, 0.0005, 0.01, 0.1, 0.02]), |name, step, point| {
        let loss = loss_at(&ROSENBROCK, point);
        table.row([given("optimizer", name), given("step", step), answer("loss", six_digits(loss))]);
    });
}

/// Adam, and AdamW with three decays, on the way to the minimum of Himmelblau's surface at [3, 2].
fn race_with_decay(trial: &Trial, table: &mut Table) {
    let start = Array1::from_vec(vec![trial.number("x", 1.0, 0.6..1.4), trial.number("y", -1.0, -1.4..-0.6)]);
    let adamw = |weight_decay| Box::new(AdamW { weight_decay, ..AdamW::new(0.1, 2) });
    let racers: Vec<(&'static str, Box<dyn Optimizer>)> = vec![
        ("Adam", Box::new(Adam::new(0.1, 2))),
        ("decay 0.01", adamw(0.01)),
        ("decay 0.3", adamw(0.3)),
        ("decay 1", adamw(1.0)),
    ];
    let shown: Vec<usize> = (0..=60).step_by(4).collect();
    race(trial, &HIMMELBLAU, &start, &shown, racers, |name, step, point| {
        table.row([
            given("optimizer", name),
            given("step", step),
            answer("x", six_digits(point[0])),
            answer("y", six_digits(point[1])),
        ]);
    });
}

/// Hands an optimizer gradients that depend on nothing it does, halves its rate after the third, and records where the
/// weights are after each.
fn steps<Kind: Optimizer>(
    trial: &Trial,
    table: &mut Table,
    mut optimizer: Kind,
    rate: f64,
    set_rate: impl Fn(&mut Kind, f64),
) {
    let mut weights = start(trial);
    for (index, gradient) in gradients(trial).iter().enumerate() {
        let rate = if index < 3 { rate } else { rate / 2.0 };
        set_rate(&mut optimizer, rate);
        optimizer.step(&mut weights, gradient);
        table.row([
            given("step", index + 1),
            given("rate", rate),
            given("gradient", text(gradient)),
            answer("first", at(&weights, 0)),
            answer("second", at(&weights, 1)),
            answer("third", at(&weights, 2)),
        ]);
    }
}

/// Lets every racer walk, and records the points of its path at these steps; on fresh trials the last alone.
fn race(
    trial: &Trial,
    surface: &Surface,
    start: &Array1<f64>,
    shown: &[usize],
    racers: Vec<(&'static str, Box<dyn Optimizer>)>,
    mut record: impl FnMut(&'static str, usize, &Array1<f64>),
) {
    let last = shown[shown.len() - 1];
    let shown = if *trial == Trial::Lesson { shown } else { &[last] };
    for (name, mut optimizer) in racers {
        let path = walk(surface, &mut *optimizer, start, last);
        for step in shown {
            if let Some(point) = path.get(*step) {
                record(name, *step, point);
            }
        }
    }
}

/// As much of a number as a picture needs, so that the long tables of the races stay small.
fn six_digits(number: f64) -> f64 {
    format!("{number:.5e}").parse().unwrap_or(number)
}

/// One optimizer of each kind for two weights, with these rates. (AdamW with its usual little decay would run beside Adam:
/// it has a race of its own.)
fn racers(rates: [f64; 6]) -> Vec<(&'static str, Box<dyn Optimizer>)> {
    vec![
        ("plain", Box::new(GradientDescent { learning_rate: rates[0] })),
        ("momentum", Box::new(Momentum::new(rates[1], 2))),
        ("Nesterov", Box::new(Nesterov::new(rates[2], 2))),
        ("RMSProp", Box::new(RmsProp::new(rates[3], 2))),
        ("Adam", Box::new(Adam::new(rates[4], 2))),
        ("LAMB", Box::new(Lamb::new(rates[5], 2))),
    ]
}

/// An optimizer of the case's own: every other of its steps is half as long.
struct Limping {
    rate: f64,
    steps: usize,
}

impl Optimizer for Limping {
    fn step(&mut self, weights: &mut Array1<f64>, gradient: &Array1<f64>) {
        self.steps += 1;
        let rate = if self.steps.is_multiple_of(2) { self.rate / 2.0 } else { self.rate };
        weights.scaled_add(-rate, gradient);
    }
}

fn start(trial: &Trial) -> Array1<f64> {
    let number = |name: &str, lesson: f64| trial.number(name, lesson, 0.6 * lesson..1.8 * lesson);
    Array1::from_vec(vec![number("start a", 2.0), -number("start b", 1.5), number("start c", 30.0)])
}

/// Seven gradients of unlike sizes that turn round, fade and come back; the fifth is zero.
fn gradients(trial: &Trial) -> Vec<Array1<f64>> {
    let lesson = [
        [1.6, -0.3, 40.0],
        [0.8, 0.45, 25.0],
        [-2.4, 0.05, -60.0],
        [0.5, -0.2, 15.0],
        [0.0, 0.0, 0.0],
        [-3.0, 0.7, 80.0],
        [0.25, -0.9, -5.0],
    ];
    let fresh = |step: usize, index: usize, slope: f64| {
        let size = slope.abs();
        let name = format!("slope {index} of step {step}");
        if size == 0.0 { 0.0 } else { slope.signum() * trial.number(&name, size, 0.6 * size..1.8 * size) }
    };
    let gradient = |(step, slopes): (usize, [f64; 3])| {
        slopes.into_iter().enumerate().map(|(index, slope)| fresh(step, index, slope)).collect()
    };
    lesson.into_iter().enumerate().map(gradient).collect()
}

/// The usual epsilon, or a fresh one.
fn epsilon(trial: &Trial) -> f64 {
    trial.number("epsilon", 1e-8, 2e-8..9e-8)
}

/// Gradients of about the size of epsilon and some way above it.
fn tiny_gradients(trial: &Trial) -> Vec<Array1<f64>> {
    let size = trial.number("tiny", 2.0, 1.2..4.0);
    [1e-8, 1e-7, 1e-5, 1e-8].map(|unit| Array1::from_vec(vec![size * unit, -unit, 5.0 * unit])).to_vec()
}

/// Averages that have seen nothing yet, with the usual betas or fresh ones.
fn some_moments(trial: &Trial) -> Moments {
    let (beta1, beta2) = (trial.number("beta1", 0.9, 0.7..0.85), trial.number("beta2", 0.999, 0.95..0.99));
    Moments { beta1, beta2, ..Moments::new(3) }
}

fn length(numbers: &Array1<f64>) -> f64 {
    numbers.dot(numbers).sqrt()
}

/// Numbers as a person writes them: `[1.6, -0.3, 40]`.
fn text(numbers: &Array1<f64>) -> String {
    let numbers: Vec<String> = numbers.iter().map(|number| Cell::from(*number).to_string()).collect();
    format!("[{}]", numbers.join(", "))
}

/// The number at this place, if there is one.
fn at(numbers: &Array1<f64>, index: usize) -> Cell {
    numbers.get(index).map_or_else(|| "missing".into(), |number| (*number).into())
}
