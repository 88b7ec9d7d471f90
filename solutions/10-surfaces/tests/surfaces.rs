//! The solution of step 8 against what does not go through it, on many fresh sets of houses.

use harness::Trial;
use surfaces_solution::average_price;

fn trials() -> impl Iterator<Item = Trial> {
    std::iter::once(Trial::Lesson).chain((1..=200).map(Trial::Fresh))
}

// TODO: your tests, each against something independent of the solution, which its comment names.

/// Source: what a mean is. The differences from it cancel.
#[test]
fn the_differences_from_the_average_cancel() {
    for trial in trials() {
        let houses = trial.houses();
        let average = average_price(&houses);
        let left_over: f64 = houses.iter().map(|house| house.price - average).sum();
        assert!(left_over.abs() < 1e-6, "{trial}: {left_over}");
    }
}
