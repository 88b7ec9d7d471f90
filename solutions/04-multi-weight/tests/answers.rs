//! Numbers in the prose of this step and the next: how strongly the loss bends, and what that means for rates.

use datasets::Home;
use harness::Trial;
use multi_weight_solution::{
    Array1, Array2, calculate_loss, descend_scaled, features, gradient_descent_multi, prices, standardize,
};

/// How strongly the mean squared error bends in its own directions, from the flattest to the steepest.
///
/// Source: the eigenvalues of 2/n times the features' own products, by Jacobi's rotations.
fn bends(x: &Array2<f64>) -> Vec<f64> {
    let mut a = x.t().dot(x) * (2.0 / x.nrows() as f64);
    let n = a.nrows();
    for _ in 0..50 {
        for (p, q) in (0..n).flat_map(|p| (p + 1..n).map(move |q| (p, q))) {
            if a[[p, q]] != 0.0 {
                let ratio = (a[[q, q]] - a[[p, p]]) / (2.0 * a[[p, q]]);
                let tangent = 1.0_f64.copysign(ratio) / (ratio.abs() + ratio.hypot(1.0));
                let cosine = 1.0 / tangent.hypot(1.0);
                let mut turn = Array2::<f64>::eye(n);
                turn[[p, p]] = cosine;
                turn[[q, q]] = cosine;
                turn[[p, q]] = tangent * cosine;
                turn[[q, p]] = -tangent * cosine;
                a = turn.t().dot(&a).dot(&turn);
            }
        }
    }
    let mut bends: Vec<f64> = a.diag().to_vec();
    bends.sort_by(f64::total_cmp);
    bends
}

/// How many steps it takes until the flattest direction is a thousand times as near.
fn steps_to_a_thousandth(bend: f64, rate: f64) -> f64 {
    (0.001_f64.ln() / (-rate * bend).ln_1p()).ceil()
}

fn homes() -> (Array2<f64>, Array1<f64>) {
    let homes = Trial::Lesson.records::<Home>();
    (features(&homes), prices(&homes))
}

#[test]
fn the_homes_as_they_are_need_billions_of_steps() {
    let bends = bends(&homes().0);
    assert_eq!((bends[3].round(), format!("{:.3e}", 2.0 / bends[3])), (7_796_040.0, "2.565e-7".into()));
    assert_eq!(format!("{:.4}", bends[0]), "0.0323");
    assert_eq!(format!("{:.1e}", steps_to_a_thousandth(bends[0], 1e-7)), "2.1e9");
}

#[test]
fn the_scaled_homes_need_thousands() {
    let bends = bends(&standardize(&homes().0).0);
    assert_eq!((format!("{:.3}", bends[3]), format!("{:.4}", 2.0 / bends[3])), ("5.592".into(), "0.3577".into()));
    assert_eq!(steps_to_a_thousandth(bends[0], 0.3), 1966.0);
}

#[test]
fn the_usual_rates_are_slow_on_scaled_homes() {
    let (x, y) = homes();
    let x = standardize(&x).0;
    let losses = [0.3, 0.01, 0.001, 0.0001]
        .map(|rate| calculate_loss(&x, &y, &gradient_descent_multi(&x, &y, rate, 1000).weights).round());
    assert_eq!(losses, [10_248_038.0, 45_766_863.0, 4_204_793_068.0, 157_267_766_637.0]);
}

#[test]
fn after_500_steps_a_bedroom_is_worth_about_5930_dollars() {
    let (x, y) = homes();
    assert_eq!((descend_scaled(&x, &y, 0.3, 500).weights[1] / 10.0).round(), 593.0);
}
