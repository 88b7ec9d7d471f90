//! Calls the student's functions and records their answers.

use std::process::ExitCode;

use harness::{Cell, Table, Trial, answer, case, experiment, given};
use multi_weight::{
    Array1, Array2, Home, Scaling, calculate_gradient, calculate_loss, descend_scaled, features,
    gradient_descent_multi, predict, prices, scale_of, standardize, weights_in_dollars,
};

/// The columns of the features, by name.
const COLUMNS: [&str; 4] = ["base", "bedrooms", "bathrooms", "sqft"];

fn main() -> ExitCode {
    harness::main(&[
        case("price-of-each-home", price_of_each_home),
        case("prices-from-other-features", prices_from_other_features),
        case("loss-by-weights", loss_by_weights),
        case("slope-of-each-weight", slope_of_each_weight),
        case("slopes-of-other-features", slopes_of_other_features),
        case("first-steps", first_steps),
        case("steps-of-other-features", steps_of_other_features),
        case("lesson-call", lesson_call),
        case("lesson-losses", lesson_losses),
        case("losses-on-both-scales", losses_on_both_scales),
        case("scales-of-columns", scales_of_columns),
        case("scales-of-close-values", scales_of_close_values),
        case("scaled-homes", scaled_homes),
        case("means-and-deviations", means_and_deviations),
        case("constant-columns", constant_columns),
        case("other-columns", other_columns),
        case("scaled-weights-to-dollars", scaled_weights_to_dollars),
        case("scaled-descent", scaled_descent),
        experiment("both-scales", both_scales),
        experiment("price-of-a-home", price_of_a_home),
    ])
}

/// Two descents side by side: on the features as they are, and on scaled ones, each at a rate of its own.
fn both_scales(trial: &Trial, table: &mut Table) {
    let homes = trial.records::<Home>();
    let (x, y) = (features(&homes), prices(&homes));
    let rates = [trial.number("rate as they are", 1e-8, 1e-10..1e-5), trial.number("rate scaled", 0.3, 1e-3..1.0)];
    let num_steps = trial.count("steps", 60, 1..=500);
    for (what, x, rate) in [("as they are", &x, rates[0]), ("scaled", &standardize(&x).0, rates[1])] {
        // One more, so that the loss after the last step is recorded.
        for (step, loss) in gradient_descent_multi(x, &y, rate, num_steps + 1).losses.iter().enumerate() {
            table.row([given("features", what), answer("step", step), answer("loss", *loss)]);
        }
    }
}

/// The price of a home by its size, with weights of the student's own.
fn price_of_a_home(trial: &Trial, table: &mut Table) {
    let homes = trial.records::<Home>();
    let bedrooms = trial.count("bedrooms", 3, 1..=6) as f64;
    let bathrooms = trial.count("bathrooms", 2, 1..=4) as f64;
    let num_steps = trial.count("steps", 500, 0..=2_000);
    let descent = descend_scaled(&features(&homes), &prices(&homes), 0.3, num_steps);
    for step in 0..=10 {
        let sqft = 700.0 + 250.0 * f64::from(step);
        let home = Home { bedrooms, bathrooms, sqft, price: 0.0 };
        let price = predict(&features(&[home]), &descent.weights);
        table.row([given("sqft", sqft), answer("price", at(&price, 0))]);
    }
}

fn price_of_each_home(trial: &Trial, table: &mut Table) {
    let x = features(&trial.records::<Home>());
    let weights = some_weights(trial);
    let predicted = predict(&x, &weights);
    for index in 0..x.nrows().max(predicted.len()) {
        table.row([
            given("home", row_of(&x, index)),
            given("weights", weights.to_string()),
            answer("price", at(&predicted, index)),
        ]);
    }
}

fn prices_from_other_features(trial: &Trial, table: &mut Table) {
    let number = |name: &str, lesson: f64| trial.number(name, lesson, 2.0..9.0);
    for (x, weights) in [
        (vec![number("a", 3.0)], vec![number("b", 4.0)]),
        (vec![1.0, number("c", 2.0)], vec![number("d", 30.0), number("e", 5.0)]),
        (vec![1.0, number("i", 4.0)], vec![5.5, -number("j", 6.25)]),
        (vec![1.0, number("f", 3.0), 0.0, 7.0, -2.0], vec![40.0, number("g", 6.0), 8.0, number("h", -5.0), 2.5]),
    ] {
        let (x, weights) = (Array2::from_shape_vec((1, x.len()), x).unwrap(), Array1::from_vec(weights));
        let predicted = predict(&x, &weights);
        table.row([
            given("features", row_of(&x, 0)),
            given("weights", weights.to_string()),
            answer("prices", predicted.len()),
            answer("price", at(&predicted, 0)),
        ]);
    }
}

fn loss_by_weights(trial: &Trial, table: &mut Table) {
    let homes = trial.records::<Home>();
    let per_sqft = trial.number("dollars per sqft", 200.0, 110.0..260.0);
    for (count, weights) in [
        (homes.len(), Array1::zeros(4)),
        (homes.len(), Array1::from_vec(vec![50_000.0, 0.0, 0.0, per_sqft])),
        (homes.len(), some_weights(trial)),
        (3, some_weights(trial)),
        (1, some_weights(trial)),
    ] {
        let (x, y) = (features(&homes[..count]), prices(&homes[..count]));
        table.row([
            given("homes", count),
            given("weights", weights.to_string()),
            answer("loss", calculate_loss(&x, &y, &weights)),
        ]);
    }
}

fn slope_of_each_weight(trial: &Trial, table: &mut Table) {
    let homes = trial.records::<Home>();
    let (x, y) = (features(&homes), prices(&homes));
    for weights in [Array1::zeros(4), some_weights(trial), some_weights(trial) * 2.0] {
        let gradient = calculate_gradient(&x, &y, &weights);
        table.row([
            given("weights", weights.to_string()),
            answer("base", at(&gradient, 0)),
            answer("bedrooms", at(&gradient, 1)),
            answer("bathrooms", at(&gradient, 2)),
            answer("sqft", at(&gradient, 3)),
        ]);
    }
}

fn slopes_of_other_features(trial: &Trial, table: &mut Table) {
    let homes = trial.records::<Home>();
    let per_sqft = trial.number("dollars per sqft", 150.0, 20.0..90.0);
    let with_base: fn(&Home) -> [f64; 2] = |home| [1.0, home.sqft];
    let without_base: fn(&Home) -> [f64; 2] = |home| [home.bedrooms, home.sqft];
    for (columns, values, count) in [
        ("1, sqft", with_base, homes.len()),
        ("1, sqft", with_base, 4),
        ("1, sqft", with_base, 3),
        ("1, sqft", with_base, 1),
        ("bedrooms, sqft", without_base, homes.len()),
    ] {
        let (x, y) = (two_columns(&homes[..count], values), prices(&homes[..count]));
        let gradient = calculate_gradient(&x, &y, &Array1::from_vec(vec![1_000.0, per_sqft]));
        table.row([
            given("columns", columns),
            given("homes", count),
            given("weights", format!("[1000, {per_sqft}]")),
            answer("slopes", gradient.len()),
            answer("first slope", at(&gradient, 0)),
            answer("second slope", at(&gradient, 1)),
        ]);
    }
}

fn first_steps(trial: &Trial, table: &mut Table) {
    let homes = trial.records::<Home>();
    let (x, y) = (features(&homes), prices(&homes));
    let rate = lesson_rate(trial);
    // Far too fast, the loss rises with every step, and the steps are taken all the same.
    for (learning_rate, num_steps) in [(rate, 0), (rate, 1), (rate, 2), (rate, 3), (rate, 5), (30.0 * rate, 3)] {
        let descent = gradient_descent_multi(&x, &y, learning_rate, num_steps);
        table.row([
            given("rate", learning_rate),
            given("steps", num_steps),
            answer("losses", descent.losses.len()),
            answer("base", at(&descent.weights, 0)),
            answer("bedrooms", at(&descent.weights, 1)),
            answer("bathrooms", at(&descent.weights, 2)),
            answer("sqft", at(&descent.weights, 3)),
        ]);
    }
}

/// Two weights instead of four.
fn steps_of_other_features(trial: &Trial, table: &mut Table) {
    let homes = trial.records::<Home>();
    let (x, y) = (two_columns(&homes, |home| [1.0, home.sqft]), prices(&homes));
    let learning_rate = lesson_rate(trial);
    for num_steps in [0, 1, 4] {
        let descent = gradient_descent_multi(&x, &y, learning_rate, num_steps);
        table.row([
            given("rate", learning_rate),
            given("steps", num_steps),
            answer("number of weights", descent.weights.len()),
            answer("base", at(&descent.weights, 0)),
            answer("sqft", at(&descent.weights, 1)),
        ]);
    }
}

fn lesson_call(trial: &Trial, table: &mut Table) {
    let homes = trial.records::<Home>();
    let (learning_rate, num_steps) = (lesson_rate(trial), trial.count("steps", 1_000, 700..1_000));
    let descent = gradient_descent_multi(&features(&homes), &prices(&homes), learning_rate, num_steps);
    for (index, column) in COLUMNS.into_iter().enumerate() {
        table.row([
            given("rate", learning_rate),
            given("steps", num_steps),
            given("weight of", column),
            answer("dollars", at(&descent.weights, index)),
        ]);
    }
}

fn lesson_losses(trial: &Trial, table: &mut Table) {
    let homes = trial.records::<Home>();
    let (learning_rate, num_steps) = (lesson_rate(trial), trial.count("steps", 1_000, 700..1_000));
    let descent = gradient_descent_multi(&features(&homes), &prices(&homes), learning_rate, num_steps);
    let last = descent.losses.len().saturating_sub(1);
    for (step, loss) in descent.losses.iter().enumerate() {
        if step < 4 || step % 200 == 0 || step == last {
            table.row([given("rate", learning_rate), given("step", step), answer("loss", *loss)]);
        }
    }
}

fn losses_on_both_scales(trial: &Trial, table: &mut Table) {
    let homes = homes_that_differ(trial);
    let (x, y) = (features(&homes), prices(&homes));
    for (what, x, learning_rate) in [
        ("as they are", &x, lesson_rate(trial)),
        ("scaled", &at_one_scale(&x), trial.number("scaled rate", 0.3, 0.15..0.3)),
    ] {
        let losses = gradient_descent_multi(x, &y, learning_rate, 1_001).losses;
        for step in [1, 2, 3, 5, 7, 10, 20, 50, 100, 200, 500, 1_000] {
            let loss: Cell = losses.get(step).map_or_else(|| "missing".into(), |loss| (*loss).into());
            table.row([
                given("features", what),
                given("rate", learning_rate),
                given("step", step),
                answer("loss", loss),
            ]);
        }
    }
}

fn scales_of_columns(trial: &Trial, table: &mut Table) {
    let homes = trial.records::<Home>();
    let last = trial.number("last", 8.0, 5.0..9.0).round();
    let balcony = trial.count("balcony", 4, 3..9);
    let in_hectares = |square_meters: usize| square_meters as f64 / 10_000.0;
    for (column, values) in [
        ("two values", vec![1.0, 3.0]),
        ("four values", vec![2.0, 2.0, 5.0, last]),
        ("both ends alike", vec![2.0, last, 3.0, 2.0]),
        ("sqft", homes.iter().map(|home| home.sqft).collect()),
        ("balcony in hectares", [1, 3, 2].map(|times| in_hectares(times * balcony)).to_vec()),
        ("ones", vec![1.0; 4]),
        ("plot in hectares", vec![0.1; 3]),
        ("a single home", vec![last]),
    ] {
        record_scale(column, values, table);
    }
}

/// Large values that differ by little are not constant.
fn scales_of_close_values(trial: &Trial, table: &mut Table) {
    let number = trial.count("number", 5_000_000, 4_000_000..6_000_000) as f64;
    let further = trial.count("further", 4, 3..6) as f64;
    for (column, values) in [
        ("numbers of three homes", [0.0, 1.0, further].map(|further| number + further).to_vec()),
        ("numbers of two homes", [0.0, further].map(|further| number + further).to_vec()),
        ("the same number", vec![number; 3]),
    ] {
        record_scale(column, values, table);
    }
}

fn record_scale(column: &str, values: Vec<f64>, table: &mut Table) {
    let values = Array1::from_vec(values);
    let (mean, std) = scale_of(&values);
    table.row([given("column", column), given("values", values.to_string()), answer("mean", mean), answer("std", std)]);
}

fn scaled_homes(trial: &Trial, table: &mut Table) {
    let x = features(&trial.records::<Home>());
    let (scaled, _) = standardize(&x);
    for index in 0..x.nrows().max(scaled.nrows()) {
        table.row([
            given("home", row_of(&x, index)),
            answer("base", cell_of(&scaled, index, 0)),
            answer("bedrooms", cell_of(&scaled, index, 1)),
            answer("bathrooms", cell_of(&scaled, index, 2)),
            answer("sqft", cell_of(&scaled, index, 3)),
        ]);
    }
}

fn means_and_deviations(trial: &Trial, table: &mut Table) {
    let homes = trial.records::<Home>();
    for count in [homes.len(), 3] {
        let (_, scaling) = standardize(&features(&homes[..count]));
        for (index, column) in COLUMNS.into_iter().enumerate() {
            table.row([
                given("homes", count),
                given("column", column),
                answer("mean", at(&scaling.means, index)),
                answer("std", at(&scaling.stds, index)),
            ]);
        }
    }
}

fn constant_columns(trial: &Trial, table: &mut Table) {
    let bathrooms = trial.number("bathrooms", 2.0, 3.0..8.0).round();
    let alike: Vec<Home> = trial.records::<Home>().iter().map(|home| Home { bathrooms, ..*home }).collect();
    let one = &trial.records::<Home>()[..1];
    for (homes, whose) in [(&alike[..], "homes with as many bathrooms"), (one, "a single home")] {
        let x = features(homes);
        let (scaled, scaling) = standardize(&x);
        for (index, column) in COLUMNS.into_iter().enumerate() {
            table.row([
                given("of", whose),
                given("column", column),
                given("first value", x[[0, index]]),
                answer("scaled", cell_of(&scaled, 0, index)),
                answer("mean", at(&scaling.means, index)),
                answer("std", at(&scaling.stds, index)),
            ]);
        }
    }
}

/// A first column that is not made of ones, a constant one whose mean is rounded (three times 0.1 is not 0.3), and a
/// small unit, whose numbers are near 0 and not constant all the same.
fn other_columns(trial: &Trial, table: &mut Table) {
    let homes = trial.records::<Home>();
    let balcony = trial.count("balcony", 4, 3..9) as f64 / 10_000.0;
    let columns = ["sqft", "plot in hectares", "balcony in hectares"];
    let rows = [(0, balcony), (1, balcony * 3.0), (2, balcony * 2.0)];
    let values = rows.iter().flat_map(|&(home, balcony)| [homes[home].sqft, 0.1, balcony]).collect();
    let x = Array2::from_shape_vec((rows.len(), columns.len()), values).unwrap();
    let (scaled, scaling) = standardize(&x);
    for (index, column) in columns.into_iter().enumerate() {
        table.row([
            given("column", column),
            given("values", x.column(index).to_string()),
            answer("first one scaled", cell_of(&scaled, 0, index)),
            answer("mean", at(&scaling.means, index)),
            answer("std", at(&scaling.stds, index)),
        ]);
    }
}

fn scaled_weights_to_dollars(trial: &Trial, table: &mut Table) {
    let homes = vec![
        // Scaled weight, mean and standard deviation of the base, the bedrooms, the bathrooms and the size.
        (trial.number("base", 480_000.0, 300_000.0..600_000.0), 0.0, 1.0),
        (trial.number("bedrooms", 1_700.0, 1_000.0..9_000.0), 3.5, trial.number("deviation", 1.25, 0.5..1.5)),
        (trial.number("bathrooms", 32_000.0, 10_000.0..40_000.0), 2.5, 0.8),
        (trial.number("sqft", 133_000.0, 90_000.0..160_000.0), trial.number("mean", 1_900.0, 1_500.0..2_400.0), 640.0),
    ];
    let mut bathrooms_alike = homes.clone();
    bathrooms_alike[2] = (trial.number("alike", 21_000.0, 10_000.0..40_000.0), 0.0, 1.0);
    bathrooms_alike.push((trial.number("garages", 9_000.0, 5_000.0..20_000.0), 1.2, 0.75));
    let line = vec![(60.0, 0.0, 1.0), (trial.number("slope", -14.0, -30.0..-5.0), 4.5, 2.25)];
    // A mean of 0 is no sign that a column was left alone.
    let centred = vec![(60.0, 0.0, 1.0), (trial.number("centred slope", 12.0, 5.0..30.0), 0.0, 2.5)];
    for (columns, names) in [
        (homes, &COLUMNS[..]),
        (bathrooms_alike, &["base", "bedrooms", "bathrooms (alike)", "sqft", "garages"]),
        (line, &["a line's base", "a line's slope"]),
        (centred, &["a centred line's base", "a centred line's slope"]),
    ] {
        let scaled_weights: Array1<f64> = columns.iter().map(|column| column.0).collect();
        let means = columns.iter().map(|column| column.1).collect();
        let stds = columns.iter().map(|column| column.2).collect();
        let weights = weights_in_dollars(&scaled_weights, &Scaling { means, stds });
        for (index, (scaled_weight, mean, std)) in columns.into_iter().enumerate() {
            table.row([
                given("column", names[index]),
                given("mean", mean),
                given("std", std),
                given("scaled weight", scaled_weight),
                answer("weight", at(&weights, index)),
            ]);
        }
    }
}

fn scaled_descent(trial: &Trial, table: &mut Table) {
    let homes = homes_that_differ(trial);
    let (x, y) = (features(&homes), prices(&homes));
    let learning_rate = trial.number("scaled rate", 0.3, 0.15..0.3);
    // As long as the lesson's homes take to arrive; on fresh ones it is the way that counts.
    let many = trial.count("many steps", 5_000, 1_200..1_600);
    for num_steps in [0, 1, 10, 100, many / 5, many] {
        let descent = descend_scaled(&x, &y, learning_rate, num_steps);
        table.row([
            given("rate", learning_rate),
            given("steps", num_steps),
            answer("base", at(&descent.weights, 0)),
            answer("bedrooms", at(&descent.weights, 1)),
            answer("bathrooms", at(&descent.weights, 2)),
            answer("sqft", at(&descent.weights, 3)),
        ]);
    }
}

/// Weights that price the homes about right.
fn some_weights(trial: &Trial) -> Array1<f64> {
    Array1::from_vec(vec![
        trial.number("weight of the base", 15_000.0, 20_000.0..90_000.0),
        trial.number("weight of a bedroom", 2_000.0, 5_000.0..9_000.0),
        trial.number("weight of a bathroom", 30_000.0, 20_000.0..40_000.0),
        trial.number("weight of a sqft", 210.0, 60.0..110.0),
    ])
}

/// The lesson's learning rate, or a fresh one that suits the fresh homes.
fn lesson_rate(trial: &Trial) -> f64 {
    trial.number("learning rate", 1e-7, 2e-8..8e-8)
}

/// The trial's homes. Where chance gave all of them as many bedrooms or bathrooms, the first one gets one more: a
/// constant column is not scaled, and a descent on it would need another rate.
fn homes_that_differ(trial: &Trial) -> Vec<Home> {
    let mut homes = trial.records::<Home>();
    if homes.iter().all(|home| home.bedrooms == homes[0].bedrooms) {
        homes[0].bedrooms += 1.0;
    }
    if homes.iter().all(|home| home.bathrooms == homes[0].bathrooms) {
        homes[0].bathrooms += 1.0;
    }
    homes
}

/// Features of one scale, whatever `standardize` makes of them: this is about the descent alone.
fn at_one_scale(x: &Array2<f64>) -> Array2<f64> {
    let mut scaled = x.clone();
    for mut column in scaled.columns_mut().into_iter().skip(1) {
        let (mean, std) = (column.mean().unwrap_or(0.0), column.std(0.0));
        column.mapv_inplace(|value| (value - mean) / std);
    }
    scaled
}

/// Only two columns, by the values of each home.
fn two_columns(homes: &[Home], values: fn(&Home) -> [f64; 2]) -> Array2<f64> {
    Array2::from_shape_vec((homes.len(), 2), homes.iter().flat_map(values).collect()).unwrap()
}

/// A row of a matrix as a student writes it.
fn row_of(x: &Array2<f64>, index: usize) -> String {
    if index < x.nrows() { x.row(index).to_string() } else { "no such home".to_owned() }
}

/// The number at this place, if there is one.
fn at(numbers: &Array1<f64>, index: usize) -> Cell {
    numbers.get(index).map_or_else(|| "missing".into(), |number| (*number).into())
}

/// The number at this row and column, if there is one.
fn cell_of(x: &Array2<f64>, row: usize, column: usize) -> Cell {
    x.get((row, column)).map_or_else(|| "missing".into(), |number| (*number).into())
}
