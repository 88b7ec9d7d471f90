//! Calls the student's functions and records their answers.

use std::process::ExitCode;

use datasets::House;
use gradient::{
    BASE_PRICE, Direction, calculate_gradient, calculate_loss, check_gradient, direction, numeric_gradient,
};
use harness::{Cell, Table, Trial, answer, case, experiment, given};

fn main() -> ExitCode {
    harness::main(&[
        case("slope-by-weight", slope_by_weight),
        case("slope-of-few-houses", slope_of_few_houses),
        case("which-way", which_way),
        case("measured-on-curves", measured_on_curves),
        case("measured-on-the-loss", measured_on_the_loss),
        case("check-of-formulas", check_of_formulas),
        case("check-of-your-gradient", check_of_your_gradient),
        experiment("slope", slope),
        experiment("measured-with-h", measured_with_h),
    ])
}

/// The valley, and its slope at a weight that the student chooses: by the formula, and measured.
fn slope(trial: &Trial, table: &mut Table) {
    let houses = trial.records::<House>();
    let chosen = trial.number("weight", 100.0, 0.0..400.0);
    let h = trial.number("h", 1e-3, 1e-15..100.0);
    let loss = |weight: f64| calculate_loss(&houses, weight);
    let mut weights: Vec<f64> = (0..=16).map(|step| 25.0 * f64::from(step)).chain([chosen]).collect();
    weights.sort_by(f64::total_cmp);
    weights.dedup();
    for weight in weights {
        // Only the chosen weight has a tangent.
        let slopes: [Cell; 2] = match weight == chosen {
            true => [calculate_gradient(&houses, weight).into(), numeric_gradient(loss, weight, h).into()],
            false => ["-".into(), "-".into()],
        };
        let [by_formula, measured] = slopes;
        table.row([
            given("weight", weight),
            given("loss", loss(weight)),
            answer("gradient", by_formula),
            answer("measured", measured),
        ]);
    }
}

/// How far a measured slope is off, for each `h` from 1 down to 1e-15.
fn measured_with_h(trial: &Trial, table: &mut Table) {
    let weight = trial.number("weight", 2.0, 0.5..4.0);
    type Curve = fn(f64) -> f64;
    // Each curve with the formula of its slope.
    let (curve, slope): (Curve, Curve) = match trial.choice("curve", &["w^3", "w^2", "e^w", "1/w"]) {
        "w^2" => (|w| w * w, |w| 2.0 * w),
        "e^w" => (f64::exp, f64::exp),
        "1/w" => (f64::recip, |w| -1.0 / (w * w)),
        _ => (|w| w * w * w, |w| 3.0 * w * w),
    };
    let exact = slope(weight);
    for half_decades in 0..=30 {
        let h = 10_f64.powf(-f64::from(half_decades) / 2.0);
        // At h = 1 the curve 1/w may be measured across 0, where it has no height.
        if h >= weight {
            continue;
        }
        let measured = numeric_gradient(curve, weight, h);
        table.row([given("h", h), answer("measured", measured), answer("error", ((measured - exact) / exact).abs())]);
    }
}

fn slope_by_weight(trial: &Trial, table: &mut Table) {
    let houses = trial.records::<House>();
    for weight in [100.0, 150.0, 200.0, 250.0] {
        table.row([
            given("weight", weight),
            given("loss", calculate_loss(&houses, weight)),
            answer("gradient", calculate_gradient(&houses, weight)),
        ]);
    }
}

fn slope_of_few_houses(trial: &Trial, table: &mut Table) {
    let weight = trial.number("weight", 300.0, 310.0..390.0);
    let houses = trial.records::<House>();
    // The last weight prices the first house so closely that the slope has decimals, which no rounding may take away.
    let close = (houses[0].price - BASE_PRICE + 20.37037) / houses[0].sqft;
    for (count, weight) in [(0, weight), (1, weight), (3, weight), (3, -weight), (1, close)] {
        let gradient = calculate_gradient(&houses[..count], weight);
        table.row([given("weight", weight), given("houses", count), answer("gradient", gradient)]);
    }
    // Houses that count although they look as if they need not.
    let exact = House { sqft: 0.0, price: BASE_PRICE };
    for (which, houses) in
        [("two that are alike", [houses[0], houses[0]]), ("one priced exactly, one not", [exact, houses[0]])]
    {
        let gradient = calculate_gradient(&houses, weight);
        table.row([given("weight", weight), given("houses", which), answer("gradient", gradient)]);
    }
}

fn which_way(trial: &Trial, table: &mut Table) {
    let steep = trial.number("steep", 2.7e9, 1e9..9e9);
    for gradient in [-steep, -0.5, -1e-20, -0.0, 0.0, 1e-20, 0.5, steep / 2.0] {
        let way = match direction(gradient) {
            Direction::Increase => "increase",
            Direction::Decrease => "decrease",
            Direction::AtMinimum => "at the minimum",
        };
        table.row([given("gradient", gradient), answer("direction", way)]);
    }
}

fn measured_on_curves(trial: &Trial, table: &mut Table) {
    let weight = trial.number("weight", 2.0, 1.5..4.0);
    let mut row = |curve: &str, weight: f64, h: f64, slope: f64| {
        table.row([given("curve", curve), given("weight", weight), given("h", h), answer("slope", slope)]);
    };
    for h in [1.0, 0.1, 0.01] {
        row("w^3", weight, h, numeric_gradient(|w| w * w * w, weight, h));
    }
    row("w^3", -weight, 0.1, numeric_gradient(|w| w * w * w, -weight, 0.1));
    row("w^2", weight, 0.5, numeric_gradient(|w| w * w, weight, 0.5));
    row("3 - w", weight, 0.5, numeric_gradient(|w| 3.0 - w, weight, 0.5));
    row("7", weight, 0.5, numeric_gradient(|_| 7.0, weight, 0.5));
    row("|w|", 0.0, 0.5, numeric_gradient(|w| w.abs(), 0.0, 0.5));
}

fn measured_on_the_loss(trial: &Trial, table: &mut Table) {
    let houses = trial.records::<House>();
    for weight in [100.0, 150.0, 200.0, 250.0] {
        let slope = numeric_gradient(|w| calculate_loss(&houses, w), weight, 0.5);
        table.row([given("weight", weight), given("h", 0.5), answer("slope", slope)]);
    }
}

/// Formulas for the slope of one curve, right ones and wrong ones: a check must tell them apart.
fn check_of_formulas(trial: &Trial, table: &mut Table) {
    let far = trial.number("weight", 4.0, 2.0..6.0);
    let near = trial.number("near", 0.25, 0.125..0.375);
    type Curve = fn(f64) -> f64;
    let square = ("w^2", (|w| w * w) as Curve);
    let cube = ("w^3", (|w| w * w * w) as Curve);
    let mut row = |(name, loss): (&str, Curve), formula: &str, slope: Curve, weight: f64, h: f64| {
        let check = check_gradient(loss, slope, weight, h);
        // Where the formula has no answer, only the verdict is asked for.
        let slope_is_number = !slope(weight).is_nan();
        let shown = |number: f64| if slope_is_number { number.into() } else { Cell::from("-") };
        table.row([
            given("loss", name),
            given("formula", formula),
            given("weight", weight),
            given("h", h),
            answer("analytic", shown(check.analytic)),
            answer("numeric", shown(check.numeric)),
            answer("difference", shown(check.difference)),
            answer("agrees", check.agrees()),
        ]);
    };
    row(square, "2 * w", |w| 2.0 * w, far, 0.25);
    row(square, "w", |w| w, far, 0.25);
    row(square, "5 * w", |w| 5.0 * w, far, 0.25);
    row(square, "-2 * w", |w| -2.0 * w, far, 0.25);
    row(square, "w", |w| w, -far, 0.25);
    row(square, "5 * w", |w| 5.0 * w, -far, 0.25);
    row(square, "w", |w| w, near, 0.25);
    // One slope is below 1, and the other is not.
    row(square, "w + 4", |w| w + 4.0, near, 0.25);
    row(square, "w / 8", |w| w / 8.0, far, 0.25);
    row(square, "2 * w", |w| 2.0 * w, 0.0, 0.25);
    row(cube, "3 * w^2", |w| 3.0 * w * w, far, 0.5);
    row(square, "0 / 0", |_| f64::NAN, far, 0.25);
}

fn check_of_your_gradient(trial: &Trial, table: &mut Table) {
    let houses = trial.records::<House>();
    for weight in [100.0, 150.0, 250.0, 300.0] {
        let check = check_gradient(|w| calculate_loss(&houses, w), |w| calculate_gradient(&houses, w), weight, 0.5);
        table.row([
            given("weight", weight),
            answer("analytic", check.analytic),
            answer("numeric", check.numeric),
            answer("agrees", check.agrees()),
        ]);
    }
}
