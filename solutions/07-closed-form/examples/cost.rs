//! What the closed form costs beside a step of gradient descent, as samples and as features grow. Run by hand:
//!
//!     cargo run --release -p closed-form-solution --example cost

use std::hint::black_box;
use std::time::Instant;

use closed_form_solution::{Array1, Array2, design_matrix, fit_closed_form, gradient_descent};

fn main() {
    println!("samples  features  closed form  descent step  ratio");
    for (samples, features) in
        [(1_000, 20), (2_000, 20), (4_000, 20), (8_000, 20), (2_000, 40), (2_000, 80), (2_000, 160)]
    {
        let (x, y) = data(samples, features);
        let closed_form = milliseconds(1, || fit_closed_form(&x, &y).map(drop));
        let x = design_matrix(&x);
        const STEPS: usize = 20;
        let step = milliseconds(STEPS, || gradient_descent(&x, &y, 1e-3, STEPS));
        let ratio = closed_form / step;
        println!("{samples:>7}  {features:>8}  {closed_form:>8.2} ms  {step:>9.3} ms  {ratio:>5.0}");
    }
}

/// Numbers without a pattern that a column could share with another.
fn data(samples: usize, features: usize) -> (Array2<f64>, Array1<f64>) {
    let scattered = |at: usize| ((at as f64 * 12.9898).sin() * 43_758.547).fract();
    let x = Array2::from_shape_fn((samples, features), |(row, column)| scattered(row * features + column + 1));
    let y = (0..samples).map(|row| scattered(row + samples * features)).collect();
    (x, y)
}

/// The least of five runs, for each of so many parts.
fn milliseconds<T>(parts: usize, run: impl Fn() -> T) -> f64 {
    let times = (0..5).map(|_| {
        let began = Instant::now();
        black_box(run());
        began.elapsed().as_secs_f64() * 1e3 / parts as f64
    });
    times.fold(f64::INFINITY, f64::min)
}
