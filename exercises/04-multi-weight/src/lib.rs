//! Several weights at once. The price of a home from its bedrooms, bathrooms and size, and why scaling its
//! features makes the descent find them all.
//!
//! The numbers live in ndarray's two types: an `Array2` is a matrix with a row for each home and a column for each
//! feature, an `Array1` is a list of numbers that adds, subtracts and multiplies as a whole.

pub use datasets::Home;
pub use ndarray::{Array1, Array2};

/// The features of the homes, a row for each home: `[1, bedrooms, bathrooms, sqft]`.
///
/// The first column is 1 for every home. Its weight is the base price: 1 times the base is the base.
pub fn features(homes: &[Home]) -> Array2<f64> {
    let mut x = Array2::<f64>::ones((homes.len(), 4));
    for (mut row, home) in x.rows_mut().into_iter().zip(homes) {
        row[1] = home.bedrooms;
        row[2] = home.bathrooms;
        row[3] = home.sqft;
    }
    x
}

/// The prices of the homes in dollars, in the order of the rows of [`features`].
pub fn prices(homes: &[Home]) -> Array1<f64> {
    homes.iter().map(|home| home.price).collect()
}

/// The predicted price of every home, in dollars.
///
/// - `x`: the features, a row for each home and a column for each weight; any number of either.
/// - `weights`: dollars per unit of each column, in the order of the columns.
///
/// Formula, for each row: `x[0] * weights[0] + x[1] * weights[1] + …`, the product of matrix and weights. With the
/// weights `[50000, 0, 0, 200]`, a home `[1, 2, 1, 1000]` costs 50,000 + 200 * 1,000 = 250,000 dollars. The result has
/// one price for each row.
pub fn predict(x: &Array2<f64>, weights: &Array1<f64>) -> Array1<f64> {
    todo!("multiply the matrix by the weights: one price for each row")
}

/// The loss of the weights: the mean of the squared errors over all homes, in dollars squared.
///
/// - `x`: the features, a row for each home, at least one.
/// - `y`: the actual prices in dollars, one for each row.
/// - `weights`: dollars per unit of each column.
///
/// Formula: `1/n * sum of (predicted - actual)^2` with `n` homes: a mean, where step `loss` took the sum. The mean of
/// a single home is its own squared error.
pub fn calculate_loss(x: &Array2<f64>, y: &Array1<f64>, weights: &Array1<f64>) -> f64 {
    todo!("predict all prices and return the mean of the squared errors")
}

/// The gradient of the loss: one slope for each weight, in the order of the weights.
///
/// - `x`: the features, a row for each home, at least one.
/// - `y`: the actual prices in dollars, one for each row.
/// - `weights`: dollars per unit of each column.
///
/// Formula, for the weight of column `j`: `2/n * sum of (predicted - actual) * x[j]` over all `n` homes. With the whole
/// matrix at once that is `2/n` times the transposed matrix times the errors.
pub fn calculate_gradient(x: &Array2<f64>, y: &Array1<f64>, weights: &Array1<f64>) -> Array1<f64> {
    todo!("for each column, sum errors times features over the homes, and scale the sums by 2/n")
}

/// What a descent found, and its losses on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct Descent {
    /// The weights after the last step.
    pub weights: Array1<f64>,
    /// The loss before each step. The first is the loss of the starting weights.
    pub losses: Vec<f64>,
}

/// Gradient descent on all weights together, starting with every weight at 0.
///
/// - `x`, `y`: the features and the actual prices, as in [`calculate_loss`].
/// - `learning_rate`: the factor on the gradient in each step.
/// - `num_steps`: how many steps to take.
///
/// Each step records the loss and then moves all the weights at once: `weights - learning_rate * gradient`, where every
/// slope belongs to the weights before the step. With no steps the weights are all 0 and no loss is recorded.
pub fn gradient_descent_multi(x: &Array2<f64>, y: &Array1<f64>, learning_rate: f64, num_steps: usize) -> Descent {
    todo!("from zeros: record the loss, move all weights against the gradient, num_steps times")
}

/// The mean and the standard deviation by which to scale a column, in that order.
///
/// - `column`: the values of one feature, one for each home, at least one.
///
/// The standard deviation says how far the values typically are from their mean. Formula:
/// `sqrt(sum of (value - mean)^2 / n)`, that of a whole population, with `n` and not `n - 1`. The values `[1, 3]` have a
/// mean of 2 and a standard deviation of 1.
///
/// A constant column, one whose values are all the same, has nothing to scale: its mean counts as 0 and its standard
/// deviation as 1, which changes nothing. The column of ones is constant, and so is every column of a single home. To
/// find out whether a column is constant, compare its values with the first one. Do not ask whether the standard
/// deviation is 0: rounding can make it tiny instead. Nor whether it is small: a column of large values that are close
/// together is not constant.
pub fn scale_of(column: &Array1<f64>) -> (f64, f64) {
    todo!("return 0 and 1 for a constant column, else its mean and the root of the mean squared distance from it")
}

/// How the columns of a matrix were scaled: a mean and a standard deviation for each.
///
/// A column that was left alone has a mean of 0 and a standard deviation of 1, so that one formula serves every column.
#[derive(Debug, Clone, PartialEq)]
pub struct Scaling {
    /// What was subtracted from each column.
    pub means: Array1<f64>,
    /// What each column was divided by after that.
    pub stds: Array1<f64>,
}

/// Brings the columns of a matrix to one scale, and returns how.
///
/// - `x`: the features, a row for each home, at least one. Any column may be constant, and the first one need not be.
///
/// Formula, for each value: `(value - mean) / std`, with the mean and the standard deviation of its own column, as
/// [`scale_of`] gives them. Scaled so, a column has a mean of 0 and a standard deviation of 1.
///
/// A constant column is left alone: its values stay as they are, with a mean of 0 and a standard deviation of 1 recorded.
pub fn standardize(x: &Array2<f64>) -> (Array2<f64>, Scaling) {
    todo!("take the mean and the standard deviation of each column, and scale the matrix by them")
}

/// The way back: weights that were learned on scaled features, as weights of the features themselves.
///
/// - `scaled_weights`: dollars per standard deviation of each column; the first one belongs to the column of ones.
/// - `scaling`: how [`standardize`] scaled the columns.
///
/// Both sets of weights price every home alike. Formula, for every column: `weight = scaled weight / std`, in dollars
/// per unit of the column (one bedroom, one square foot). The base, which is the first weight, then loses what the
/// means had added to it: `base = scaled base - sum of weight * mean` over the other columns. A column that was left
/// alone (mean 0, standard deviation 1) keeps its weight.
pub fn weights_in_dollars(scaled_weights: &Array1<f64>, scaling: &Scaling) -> Array1<f64> {
    todo!("divide each weight by its column's std, then take the sum of weight * mean off the base")
}

/// The cure in one call: scale the features, descend, and bring the weights back to dollars.
///
/// The losses are the same in both units, because both sets of weights predict the same prices.
pub fn descend_scaled(x: &Array2<f64>, y: &Array1<f64>, learning_rate: f64, num_steps: usize) -> Descent {
    let (scaled, scaling) = standardize(x);
    let descent = gradient_descent_multi(&scaled, y, learning_rate, num_steps);
    Descent { weights: weights_in_dollars(&descent.weights, &scaling), losses: descent.losses }
}
