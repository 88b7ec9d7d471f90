//! Calls the student's functions and records their answers.

use std::process::ExitCode;

use datasets::House;
use harness::{Table, Trial, answer, case, experiment, given};
use loss::{BASE_PRICE, calculate_loss, predict, squared_error};

fn main() -> ExitCode {
    harness::main(&[
        case("price-of-a-house", price_of_a_house),
        case("error-squared", error_squared),
        case("loss-by-weight", loss_by_weight),
        case("loss-of-no-houses", loss_of_no_houses),
        experiment("valley", valley),
        experiment("prices", prices),
    ])
}

/// The loss all over the valley, and at a weight that the student chooses.
fn valley(trial: &Trial, table: &mut Table) {
    let houses = trial.records::<House>();
    let chosen = trial.number("weight", 100.0, 0.0..400.0);
    let mut weights: Vec<f64> = (0..=16).map(|step| 25.0 * f64::from(step)).chain([chosen]).collect();
    weights.sort_by(f64::total_cmp);
    weights.dedup();
    for weight in weights {
        let loss = calculate_loss(&houses, weight);
        table.row([given("your weight", chosen), given("weight", weight), answer("loss", loss)]);
    }
}

/// The houses and the line of a weight that the student chooses.
fn prices(trial: &Trial, table: &mut Table) {
    let weight = trial.number("weight", 100.0, 0.0..400.0);
    let mut houses = trial.records::<House>();
    houses.sort_by(|one, other| one.sqft.total_cmp(&other.sqft));
    for house in houses {
        let price = predict(weight, house.sqft);
        table.row([
            given("sqft", house.sqft),
            given("price", house.price),
            answer("predicted price", price),
            answer("squared error", squared_error(price, house.price)),
        ]);
    }
}

fn price_of_a_house(trial: &Trial, table: &mut Table) {
    let weight = trial.number("weight", 200.0, 90.0..310.0);
    let mut row = |weight: f64, sqft: f64| {
        table.row([given("weight", weight), given("sqft", sqft), answer("price", predict(weight, sqft))]);
    };
    for house in trial.records::<House>() {
        row(weight, house.sqft);
    }
    row(weight, 0.0);
    // Cents, which no rounding may take away, and a price below 0.
    row(weight / 2.0 + 0.37, 1_234.56);
    row(-weight, 1_000.0);
}

fn error_squared(trial: &Trial, table: &mut Table) {
    let actual = trial.number("actual", 250_000.0, 150_000.0..450_000.0);
    // Also an error with cents, which is lost where the squares of two large prices are subtracted, and large ones.
    for error in [-130_000.0, -20.0, -0.5, 0.0, 1.73, 260_000.0] {
        let predicted = actual + error;
        let squared = squared_error(predicted, actual);
        table.row([given("predicted", predicted), given("actual", actual), answer("squared error", squared)]);
    }
}

fn loss_by_weight(trial: &Trial, table: &mut Table) {
    let houses = trial.records::<House>();
    for weight in [50.0, 100.0, 150.0, 200.0, 250.0, 300.0] {
        table.row([given("weight", weight), answer("loss", calculate_loss(&houses, weight))]);
    }
}

fn loss_of_no_houses(trial: &Trial, table: &mut Table) {
    let weight = trial.number("weight", 200.0, 90.0..310.0);
    table.row([given("weight", weight), given("houses", 0usize), answer("loss", calculate_loss(&[], weight))]);
    let one = &trial.records::<House>()[..1];
    // The last one prices the house so closely that the loss has cents, which no rounding may take away.
    let close = (one[0].price - BASE_PRICE + 20.75) / one[0].sqft;
    for weight in [weight + 10.0, -weight - 100.25, close] {
        table.row([given("weight", weight), given("houses", 1usize), answer("loss", calculate_loss(one, weight))]);
    }
    // Houses that count although they look as if they need not.
    let of_no_size = |price: f64| House { sqft: 0.0, price };
    let weight = weight + 10.0;
    for (which, houses) in [
        ("two that are alike", [one[0], one[0]].as_slice()),
        ("one priced exactly, one not", &[of_no_size(BASE_PRICE), one[0]]),
        ("one of no size", &[of_no_size(BASE_PRICE + 10_000.0)]),
    ] {
        table.row([given("weight", weight), given("houses", which), answer("loss", calculate_loss(houses, weight))]);
    }
}
