//! Calls the student's functions and records their answers.

use std::process::ExitCode;

use datasets::Penguin;
use harness::{Cell, Table, Trial, answer, case, experiment, given};
use mini_batch::{
    Array1, Array2, batch_gradient, batches, measures_and_masses, mini_batch_descent, one_pass, rate_of_pass,
    stochastic_descent,
};

fn main() -> ExitCode {
    harness::main(&[
        case("batches-of-an-order", batches_of_an_order),
        case("slopes-of-a-batch", slopes_of_a_batch),
        case("draws-of-five", draws_of_five),
        case("weights-by-draws", weights_by_draws),
        case("more-draws-than-samples", more_draws_than_samples),
        case("rate-by-pass", rate_by_pass),
        case("one-pass-over-all", one_pass_over_all),
        case("one-pass-over-five", one_pass_over_five),
        case("weights-by-passes", weights_by_passes),
        case("passes-beyond-all-numbers", passes_beyond_all_numbers),
        case("sizes-side-by-side", sizes_side_by_side),
        case("loss-by-pass", loss_by_pass),
        case("decays-side-by-side", decays_side_by_side),
        case("loss-by-decay", loss_by_decay),
        experiment("passes", passes),
        experiment("three-sizes", three_sizes),
    ])
}

/// The loss after each pass, with a batch size, a rate and a decay that the student chooses.
fn passes(trial: &Trial, table: &mut Table) {
    let (x, y) = data(trial);
    let batch_size = trial.count("batch size", 16, 1..=400);
    let rate = trial.number("learning rate", 0.02, 1e-4..1.0);
    let decay = trial.number("decay", 0.0, 0.0..10.0);
    let orders = orders(trial, trial.count("passes", 12, 0..=30));
    for (pass, loss) in mini_batch_descent(&x, &y, &orders, batch_size, rate, decay).losses.iter().enumerate() {
        table.row([answer("pass", pass), answer("rate", rate_of_pass(rate, decay, pass)), answer("loss", *loss)]);
    }
}

/// Three batch sizes side by side at one rate: one by one, in batches, all at once.
fn three_sizes(trial: &Trial, table: &mut Table) {
    let (x, y) = data(trial);
    let some = trial.count("batch size", 16, 2..=200);
    let rate = trial.number("learning rate", 0.02, 1e-4..1.0);
    let orders = orders(trial, trial.count("passes", 12, 0..=20));
    for batch_size in [1, some, y.len()] {
        for (pass, loss) in mini_batch_descent(&x, &y, &orders, batch_size, rate, 0.0).losses.iter().enumerate() {
            table.row([given("batch size", batch_size), answer("pass", pass), answer("loss", *loss)]);
        }
    }
}

fn batches_of_an_order(trial: &Trial, table: &mut Table) {
    let order = trial.order("samples to cut", trial.count("samples to cut", 7, 8..12));
    for (order, batch_size) in
        [(&order[..], 1), (&order, 3), (&order, 4), (&order, order.len()), (&order, 20), (&[], 3)]
    {
        let all: Vec<String> = batches(order, batch_size).iter().map(|batch| format!("{batch:?}")).collect();
        table.row([
            given("order", format!("{order:?}")),
            given("batch size", batch_size),
            answer("batches", if all.is_empty() { "none".to_owned() } else { all.join(" ") }),
        ]);
    }
}

fn slopes_of_a_batch(trial: &Trial, table: &mut Table) {
    let (x, y) = data(trial);
    let order = trial.order("batches", y.len());
    let one_twice = [order[1], order[2], order[1]];
    let mut with_twos = x.clone();
    with_twos.column_mut(0).fill(2.0);
    for (x, batch, weights) in [
        (&x, &order[..1], some_weights(trial)),
        (&x, &order[1..4], some_weights(trial)),
        (&x, &order[1..4], Array1::zeros(4)),
        (&x, &one_twice, some_weights(trial)),
        (&x, &order[9..16], some_weights(trial)),
        (&x, &order[..], some_weights(trial)),
        (&with_twos, &order[4..7], some_weights(trial)),
    ] {
        let gradient = batch_gradient(x, &y, &weights, batch);
        let samples = if batch.len() < 9 { format!("{batch:?}") } else { format!("all {}", batch.len()) };
        let samples = if x == with_twos { format!("{samples}, with 2 for the ones") } else { samples };
        table.row([
            given("samples", samples),
            given("weights", weights.to_string()),
            answer("base", at(&gradient, 0)),
            answer("bill length", at(&gradient, 1)),
            answer("bill depth", at(&gradient, 2)),
            answer("flipper length", at(&gradient, 3)),
        ]);
    }
}

/// Few enough to follow by hand, with the numbers that are drawn.
fn draws_of_five(trial: &Trial, table: &mut Table) {
    let (x, y) = five(trial);
    let rate = trial.number("small rate", 0.01, 0.002..0.009);
    for (batch_size, num_steps) in [(1, 0), (1, 1), (1, 2), (1, 4), (2, 2), (4, 1)] {
        let mut numbers = Numbers::of(|at, count| [3, 1, 3, 0].get(at).copied().unwrap_or(4).min(count.max(1) - 1));
        let weights = stochastic_descent(&x, &y, &mut |count| numbers.draw(count), batch_size, rate, num_steps);
        table.row([
            given("rate", rate),
            given("batch size", batch_size),
            given("steps", num_steps),
            given("to draw", "3, 1, 3, 0"),
            answer("drawn", numbers.drawn()),
            answer("from", numbers.counts()),
            answer("base", at(&weights, 0)),
            answer("weight of an hour", at(&weights, 1)),
        ]);
    }
}

fn weights_by_draws(trial: &Trial, table: &mut Table) {
    let (x, y) = data(trial);
    let rate = learning_rate(trial);
    let many = trial.count("steps", 200, 60..120);
    for (batch_size, num_steps) in [(1, 1), (1, 3), (1, many), (5, 1), (5, 40)] {
        let mut numbers =
            Numbers::of(|at, count| trial.order(&format!("draw {at}"), count).first().copied().unwrap_or_default());
        let weights = stochastic_descent(&x, &y, &mut |count| numbers.draw(count), batch_size, rate, num_steps);
        table.row([
            given("rate", rate),
            given("batch size", batch_size),
            given("steps", num_steps),
            answer("drawn", numbers.drawn()),
            answer("base", at(&weights, 0)),
            answer("bill length", at(&weights, 1)),
            answer("bill depth", at(&weights, 2)),
            answer("flipper length", at(&weights, 3)),
        ]);
    }
}

/// Some samples come twice in any case. On its own, as a panic at such a size says nothing of the others.
fn more_draws_than_samples(trial: &Trial, table: &mut Table) {
    let (x, y) = five(trial);
    let rate = trial.number("small rate", 0.01, 0.002..0.009);
    for (batch_size, num_steps) in [(6, 1), (7, 2), (11, 1)] {
        let mut numbers = Numbers::of(|at, count| (2 * at + at / 5) % count.max(1));
        let weights = stochastic_descent(&x, &y, &mut |count| numbers.draw(count), batch_size, rate, num_steps);
        table.row([
            given("rate", rate),
            given("batch size", batch_size),
            given("steps", num_steps),
            answer("drawn", numbers.drawn()),
            answer("base", at(&weights, 0)),
            answer("weight of an hour", at(&weights, 1)),
        ]);
    }
}

/// The random numbers that a student's function draws, and what it asked for.
struct Numbers<F> {
    /// The number at a place, from 0, below a count.
    number: F,
    /// The counts that it was asked for.
    asked: Vec<usize>,
}

impl<F: Fn(usize, usize) -> usize> Numbers<F> {
    fn of(number: F) -> Self {
        Self { number, asked: Vec::new() }
    }

    fn draw(&mut self, count: usize) -> usize {
        let number = (self.number)(self.asked.len(), count);
        self.asked.push(count);
        number
    }

    /// How many were drawn.
    fn drawn(&self) -> usize {
        self.asked.len()
    }

    /// From how many samples they were drawn.
    fn counts(&self) -> Cell {
        match self.asked[..] {
            [] => "-".into(),
            [first, ..] if self.asked.iter().all(|count| *count == first) => first.into(),
            _ => "different counts".into(),
        }
    }
}

fn rate_by_pass(trial: &Trial, table: &mut Table) {
    let initial_rate = trial.number("initial rate", 0.02, 0.03..0.09);
    let (decay, late) = (trial.number("decay", 0.25, 0.3..0.9), trial.count("pass", 10, 5..20));
    for (decay, passes) in
        [(0.0, &[0, 1, late] as &[usize]), (1.0, &[0, 1, 2, late]), (decay, &[0, 1, 2, late]), (300.0, &[late])]
    {
        for &pass in passes {
            let rate = rate_of_pass(initial_rate, decay, pass);
            table.row([
                given("initial rate", initial_rate),
                given("decay", decay),
                given("pass", pass),
                answer("rate", rate),
            ]);
        }
    }
}

fn one_pass_over_all(trial: &Trial, table: &mut Table) {
    let (x, y) = data(trial);
    let order = trial.order("one pass", y.len());
    let rate = learning_rate(trial);
    for batch_size in [1, mini_batch(trial, y.len()), y.len()] {
        let weights = one_pass(&x, &y, &some_weights(trial), &order, batch_size, rate);
        table.row([
            given("rate", rate),
            given("batch size", batch_size),
            answer("base", at(&weights, 0)),
            answer("bill length", at(&weights, 1)),
            answer("bill depth", at(&weights, 2)),
            answer("flipper length", at(&weights, 3)),
        ]);
    }
}

/// Few enough to follow by hand, in batches of 2, 2 and 1.
fn one_pass_over_five(trial: &Trial, table: &mut Table) {
    let (x, y) = five(trial);
    let rate = trial.number("small rate", 0.01, 0.002..0.009);
    for (order, batch_size) in [(vec![0, 1, 2, 3, 4], 2), (vec![3, 0, 4, 2, 1], 2), (vec![3, 0, 4, 2, 1], 3)] {
        let weights = one_pass(&x, &y, &Array1::from_vec(vec![30.0, 5.0]), &order, batch_size, rate);
        table.row([
            given("rate", rate),
            given("order", format!("{order:?}")),
            given("batch size", batch_size),
            answer("base", at(&weights, 0)),
            answer("weight of an hour", at(&weights, 1)),
        ]);
    }
}

/// The hours and the scores of five students.
fn five(trial: &Trial) -> (Array2<f64>, Array1<f64>) {
    let first = trial.count("hours", 1, 2..4) as f64;
    let hours: Vec<f64> = (0..5).map(|index| first + f64::from(index)).collect();
    let x = Array2::from_shape_fn((5, 2), |(row, column)| if column == 0 { 1.0 } else { hours[row] });
    let base = trial.number("score", 38.0, 30.0..50.0).round();
    (x, Array1::from_vec(vec![base + 7.0, base + 17.0, base + 22.0, base + 32.0, base + 42.0]))
}

fn weights_by_passes(trial: &Trial, table: &mut Table) {
    let (x, y) = data(trial);
    let (rate, decay) = (learning_rate(trial), trial.number("decay", 0.25, 0.3..0.9));
    let batch_size = mini_batch(trial, y.len());
    // One by one without decay, the loss jumps up and down: the last weights are not always the best.
    for (batch_size, decay, passes) in [
        (batch_size, decay, 0),
        (batch_size, decay, 1),
        (batch_size, decay, 2),
        (batch_size, decay, 5),
        (1, 0.0, 3),
        (1, 0.0, 5),
    ] {
        let descent = mini_batch_descent(&x, &y, &orders(trial, passes), batch_size, rate, decay);
        table.row([
            given("batch size", batch_size),
            given("rate", rate),
            given("decay", decay),
            given("passes", passes),
            answer("base", at(&descent.weights, 0)),
            answer("bill length", at(&descent.weights, 1)),
            answer("bill depth", at(&descent.weights, 2)),
            answer("flipper length", at(&descent.weights, 3)),
            answer("losses", descent.losses.len()),
        ]);
    }
}

/// At the second rate the weights soon leave what an `f64` holds.
fn passes_beyond_all_numbers(trial: &Trial, table: &mut Table) {
    let (x, y) = data(trial);
    let batch_size = mini_batch(trial, y.len());
    for (rate, passes) in [(learning_rate(trial), 2), (1e200, 1), (1e200, trial.count("many passes", 4, 3..6))] {
        let descent = mini_batch_descent(&x, &y, &orders(trial, passes), batch_size, rate, 0.0);
        let finite = descent.weights.iter().all(|weight| weight.is_finite());
        table.row([
            given("rate", rate),
            given("passes", passes),
            answer("weights", if finite { "finite" } else { "not finite" }),
            answer("losses", descent.losses.len()),
        ]);
    }
}

/// To read across, where [`loss_by_pass`] is there to be drawn.
fn sizes_side_by_side(trial: &Trial, table: &mut Table) {
    let losses = losses_by_size(trial).map(|(_, losses)| losses);
    for pass in [0, 1, 2, 3, 4, 5, 6, 9, PASSES] {
        let [all, some, one] = losses.each_ref().map(|losses| loss_at(losses, pass));
        table.row([
            given("pass", pass),
            answer("all at once", all),
            answer("in batches", some),
            answer("one by one", one),
        ]);
    }
}

fn loss_by_pass(trial: &Trial, table: &mut Table) {
    for (batch_size, losses) in losses_by_size(trial) {
        for pass in 0..=PASSES {
            table.row([given("batch size", batch_size), given("pass", pass), answer("loss", loss_at(&losses, pass))]);
        }
    }
}

/// To read across, where [`loss_by_decay`] is there to be drawn.
fn decays_side_by_side(trial: &Trial, table: &mut Table) {
    let losses = losses_by_decay(trial);
    for pass in [1, 2, 4, 5, 10, PASSES] {
        let [none, little, some, much] = losses.each_ref().map(|losses| loss_at(losses, pass));
        table.row([
            given("pass", pass),
            answer("no decay", none),
            answer("decay 0.3", little),
            answer("decay 3", some),
            answer("decay 300", much),
        ]);
    }
}

/// From the first pass on: what comes before is so high that nothing of the rest could be told apart.
fn loss_by_decay(trial: &Trial, table: &mut Table) {
    for (decay, losses) in DECAYS.into_iter().zip(losses_by_decay(trial)) {
        for pass in 1..=PASSES {
            table.row([given("decay", decay), given("pass", pass), answer("loss", loss_at(&losses, pass))]);
        }
    }
}

/// How many passes the losses are looked at for.
const PASSES: usize = 12;

/// None, a little, enough, and far too much.
const DECAYS: [f64; 4] = [0.0, 0.3, 3.0, 300.0];

/// The losses of all samples at once, in batches, and one by one, each with its batch size.
fn losses_by_size(trial: &Trial) -> [(usize, Vec<f64>); 3] {
    let (x, y) = data(trial);
    let orders = orders(trial, PASSES);
    [y.len(), mini_batch(trial, y.len()), 1].map(|batch_size| {
        (batch_size, mini_batch_descent(&x, &y, &orders, batch_size, learning_rate(trial), 0.0).losses)
    })
}

/// The losses in batches of four at a rate that is a little too fast for them, for each of the [`DECAYS`].
fn losses_by_decay(trial: &Trial) -> [Vec<f64>; 4] {
    let (x, y) = data(trial);
    let orders = orders(trial, PASSES);
    let rate = trial.number("fast rate", 0.08, 0.04..0.07);
    DECAYS.map(|decay| mini_batch_descent(&x, &y, &orders, 4, rate, decay).losses)
}

fn data(trial: &Trial) -> (Array2<f64>, Array1<f64>) {
    measures_and_masses(&trial.records::<Penguin>())
}

/// A shuffled order of all penguins for each pass.
fn orders(trial: &Trial, passes: usize) -> Vec<Vec<usize>> {
    let penguins = trial.records::<Penguin>().len();
    (0..passes).map(|pass| trial.order(&format!("pass {pass}"), penguins)).collect()
}

/// 32, or a fresh size, but never one that divides the number of samples: the last batch is to be a smaller one.
fn mini_batch(trial: &Trial, samples: usize) -> usize {
    let mut size = trial.count("batch size", 32, 7..13);
    while samples.is_multiple_of(size) {
        size += 1;
    }
    size
}

fn learning_rate(trial: &Trial) -> f64 {
    trial.number("learning rate", 0.02, 0.01..0.03)
}

/// Weights that are right to some hundred grams.
fn some_weights(trial: &Trial) -> Array1<f64> {
    Array1::from_vec(vec![
        trial.number("base", 4_000.0, 3_000.0..4_000.0),
        trial.number("weight of the bill's length", 100.0, 50.0..150.0),
        trial.number("weight of the bill's depth", -50.0, 20.0..90.0),
        trial.number("weight of the flipper", 500.0, 300.0..600.0),
    ])
}

/// The number at this place, if there is one.
fn at(numbers: &Array1<f64>, index: usize) -> Cell {
    numbers.get(index).map_or_else(|| "missing".into(), |number| (*number).into())
}

/// The loss after so many passes, if it was recorded.
fn loss_at(losses: &[f64], pass: usize) -> Cell {
    losses.get(pass).map_or_else(|| "missing".into(), |loss| (*loss).into())
}
