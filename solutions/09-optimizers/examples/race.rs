//! Six optimizers on one surface: `cargo run -p optimizers-solution --example race -- SURFACE STEPS [RATE …]`, with up to
//! six rates in the order in which the racers are printed.

use std::process::ExitCode;

use datasets::surfaces::{SURFACES, surface};
use optimizers_solution::{Adam, Array1, GradientDescent, Lamb, Momentum, Nesterov, Optimizer, RmsProp, loss_at, walk};

/// The rates of the race in the ravine.
const RATES: [f64; 6] = [0.03, 0.013, 0.013, 0.05, 0.1, 0.1];

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let surface = words.first().and_then(|name| surface(name));
    let steps = words.get(1).and_then(|word| word.parse().ok());
    let own: Option<Vec<f64>> = words.iter().skip(2).map(|word| word.parse().ok()).collect();
    let (Some(surface), Some(steps), Some(own)) = (surface, steps, own) else {
        let names: Vec<&str> = SURFACES.iter().map(|surface| surface.name).collect();
        eprintln!("Give a surface, a number of steps and, if you like, rates, as in: ravine 500 0.03 0.013");
        eprintln!("The surfaces are {}.", names.join(", "));
        return ExitCode::from(2);
    };
    let mut rates = RATES;
    rates.iter_mut().zip(own).for_each(|(rate, own)| *rate = own);
    let racers: [(&str, Box<dyn Optimizer>); 6] = [
        ("plain", Box::new(GradientDescent { learning_rate: rates[0] })),
        ("momentum", Box::new(Momentum::new(rates[1], 2))),
        ("Nesterov", Box::new(Nesterov::new(rates[2], 2))),
        ("RMSProp", Box::new(RmsProp::new(rates[3], 2))),
        ("Adam", Box::new(Adam::new(rates[4], 2))),
        ("LAMB", Box::new(Lamb::new(rates[5], 2))),
    ];
    let start = Array1::from_vec(surface.starts[0].point.to_vec());
    println!("{} from {start}, after {steps} steps", surface.title);
    for ((name, mut optimizer), rate) in racers.into_iter().zip(rates) {
        let path = walk(surface, &mut *optimizer, &start, steps);
        let end = &path[path.len() - 1];
        println!("{name:>9} at {rate:<7}  x {:>11.6}  y {:>11.6}  loss {:.6e}", end[0], end[1], loss_at(surface, end));
    }
    ExitCode::SUCCESS
}
