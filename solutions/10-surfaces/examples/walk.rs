//! Where a descent on one of the surfaces leads: `cargo run -p surfaces-solution --example walk -- SURFACE X Y RATE`.

use std::process::ExitCode;

use datasets::surfaces::{SURFACES, surface};
use surfaces_solution::{Ending, MOST_STEPS, Stop, descend, ending};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let numbers: Vec<f64> = words.iter().skip(1).filter_map(|word| word.parse().ok()).collect();
    let (Some(surface), &[x, y, rate]) = (words.first().and_then(|name| surface(name)), &numbers[..]) else {
        let names: Vec<&str> = SURFACES.iter().map(|surface| surface.name).collect();
        eprintln!("Give a surface, a start and a rate, as in: himmelblau 0 0 0.01");
        eprintln!("The surfaces are {}.", names.join(", "));
        return ExitCode::from(2);
    };
    println!("{}: {}", surface.title, surface.formula);
    for steps in [0, 1, 2, 3, 5, 10, 100, 1_000, MOST_STEPS] {
        let descent = descend(&surface.gradient, [x, y], rate, steps);
        let [x, y] = descent.end;
        println!("after {:>6} steps  x {x:>12.6}  y {y:>12.6}", descent.steps);
        if descent.stop != Stop::OutOfSteps {
            break;
        }
    }
    match ending(&surface.gradient, [x, y], rate) {
        Ending::Arrived(ground, _) => println!("It has arrived. The ground: {ground:?}."),
        Ending::Gone => println!("It has gone for good."),
        Ending::OnTheWay => println!("It is still on its way."),
    }
    ExitCode::SUCCESS
}
