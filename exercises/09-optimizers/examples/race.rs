//! A race between your own optimizers, at rates of your choice: a surface, a number of steps, and who runs at which
//! rate. Run by hand:
//!
//!     cargo run -p optimizers --example race -- ravine 1000 momentum=0.03 rmsprop=0.05

use std::process::ExitCode;

use datasets::surfaces::surface;
use optimizers::{
    Adam, AdamW, Array1, GradientDescent, Lamb, Momentum, Nesterov, Optimizer, RmsProp, Surface, loss_at, walk,
};

/// As many as are computed and kept in no time.
const MOST_STEPS: usize = 1_000_000;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let Some((surface, num_steps, racers)) = understood(&words) else {
        eprintln!("Name a surface, a number of steps (1 to {MOST_STEPS}), and each racer with its rate, as in");
        eprintln!(
            "`ravine 1000 momentum=0.03 rmsprop=0.05`. The surfaces are ravine, rosenbrock, bowl, himmelblau and"
        );
        eprintln!("more; the racers plain, momentum, nesterov, rmsprop, adam, adamw and lamb.");
        return ExitCode::from(2);
    };
    let start = Array1::from_vec(surface.starts[0].point.to_vec());
    println!("From {start}, the highest loss on these steps:\n");
    print!("{:>15}", "steps");
    let mut losses = Vec::new();
    for (name, mut optimizer) in racers {
        print!("  {name:>16}");
        let path = walk(surface, &mut *optimizer, &start, num_steps);
        losses.push(path.iter().map(|point| loss_at(surface, point)).collect::<Vec<f64>>());
    }
    println!();
    let mut from = 0;
    for to in bounds(num_steps) {
        print!("{:>15}", if from == to { to.to_string() } else { format!("{from} - {to}") });
        for losses in &losses {
            print!("  {:>16.6}", losses[from..=to].iter().copied().fold(f64::NEG_INFINITY, f64::max));
        }
        println!();
        from = to + 1;
    }
    ExitCode::SUCCESS
}

/// The last steps of the stretches that are told: 0, 1, 2, 5, 10, 20, 50 and so on, up to the last of all.
fn bounds(num_steps: usize) -> Vec<usize> {
    let powers = (0..6).map(|power| 10_usize.pow(power));
    let round = powers.flat_map(|power| [power, 2 * power, 5 * power]);
    [0].into_iter().chain(round.take_while(|bound| *bound < num_steps)).chain([num_steps]).collect()
}

type Racer<'name> = (&'name str, Box<dyn Optimizer>);

fn understood(words: &[String]) -> Option<(&'static Surface, usize, Vec<Racer<'_>>)> {
    let [name, num_steps, racers @ ..] = words else { return None };
    let num_steps = num_steps.parse().ok().filter(|steps| (1..=MOST_STEPS).contains(steps))?;
    let racers: Option<Vec<Racer>> = racers.iter().map(|word| racer(word)).collect();
    Some((surface(name)?, num_steps, racers.filter(|racers| !racers.is_empty())?))
}

fn racer(word: &str) -> Option<Racer<'_>> {
    let (name, rate) = word.split_once('=')?;
    let learning_rate = rate.parse().ok()?;
    let optimizer: Box<dyn Optimizer> = match name {
        "plain" => Box::new(GradientDescent { learning_rate }),
        "momentum" => Box::new(Momentum::new(learning_rate, 2)),
        "nesterov" => Box::new(Nesterov::new(learning_rate, 2)),
        "rmsprop" => Box::new(RmsProp::new(learning_rate, 2)),
        "adam" => Box::new(Adam::new(learning_rate, 2)),
        "adamw" => Box::new(AdamW::new(learning_rate, 2)),
        "lamb" => Box::new(Lamb::new(learning_rate, 2)),
        _ => return None,
    };
    Some((word, optimizer))
}
