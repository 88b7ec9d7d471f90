//! Follows one descent with your own `descend` and `ending`: a surface, the `x` and `y` of a start, and a rate. Run
//! by hand:
//!
//!     cargo run -p surfaces --example descend -- double-well -2 0.5 0.1

use std::process::ExitCode;

use datasets::surfaces::{SURFACES, Surface, surface};
use surfaces::{Ending, MOST_STEPS, Point, descend, ending};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let Some((surface, start, rate)) = understood(&words) else {
        let names = SURFACES.map(|surface| surface.name).join(", ");
        eprintln!("Name a surface, the x and y of a start, and a rate, as in `double-well -2 0.5 0.1`.");
        eprintln!("The surfaces are {names}.");
        return ExitCode::from(2);
    };
    println!("{:>6}  {:>12}  {:>12}  {:>12}", "step", "x", "y", "height");
    // Later points come in pairs: a descent that jumps between two points would look settled at even steps alone.
    let pairs = [10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, MOST_STEPS - 1].map(|first| [first, first + 1]);
    for most_steps in (0..=5).chain(pairs.into_iter().flatten()) {
        let descent = descend(&surface.gradient, start, rate, most_steps);
        let [x, y] = descent.end;
        println!("{:>6}  {x:>12.6}  {y:>12.6}  {:>12.6}", descent.steps, (surface.value)(descent.end));
        if descent.steps < most_steps {
            break;
        }
    }
    match ending(&surface.gradient, start, rate) {
        Ending::Arrived(ground, [x, y]) => println!("It ends at [{x:.6}, {y:.6}]: {ground:?}."),
        Ending::Gone => println!("It is gone for good."),
        Ending::OnTheWay => println!("It is still on the way."),
    }
    ExitCode::SUCCESS
}

fn understood(words: &[String]) -> Option<(&'static Surface, Point, f64)> {
    let [name, x, y, rate] = words else { return None };
    Some((surface(name)?, [x.parse().ok()?, y.parse().ok()?], rate.parse().ok()?))
}
