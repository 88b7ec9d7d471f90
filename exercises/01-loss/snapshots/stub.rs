//! How wrong is a weight? The loss of a model that prices a house by its size.

pub use datasets::House;

/// What every house costs before its size counts, in dollars. This step keeps it fixed.
pub const BASE_PRICE: f64 = 50_000.0;

/// The price that the model predicts for a house, in dollars.
///
/// - `sqft_weight`: the weight, in dollars per square foot.
/// - `sqft`: the size of the house, in square feet.
///
/// Formula: `base + weight * sqft`, with the base fixed at [`BASE_PRICE`]. At 200 dollars per square foot, a house of
/// 1,000 square feet costs 50,000 + 200 * 1,000 = 250,000 dollars; a house of no size costs the base alone. The price
/// is not rounded, and a weight far enough below 0 makes it negative: the model is a line and knows nothing else.
pub fn predict(sqft_weight: f64, sqft: f64) -> f64 {
    todo!("return the base price plus the weight for every square foot")
}

/// How wrong one prediction is: the square of its error, in dollars squared.
///
/// Formula: `(predicted - actual)^2`. The square makes errors up and down count alike, and large errors much more than
/// small ones: 10 dollars off is 100, 20 dollars off is 400. Take the difference first: between the squares of two large
/// prices, rounding loses a small error.
pub fn squared_error(predicted: f64, actual: f64) -> f64 {
    todo!("return the square of the difference")
}

/// The loss of a weight: the sum of the squared errors over all houses, in dollars squared.
///
/// Formula: `sum of (predict(weight, house.sqft) - house.price)^2`. A [`House`] has the fields `sqft` and `price`, both
/// `f64`. Without houses there are no errors, so the loss of an empty slice is 0.
pub fn calculate_loss(houses: &[House], sqft_weight: f64) -> f64 {
    todo!("add up the squared errors of the predictions for all houses")
}
