//! The answer without a descent. The weights at the bottom of a squared loss are the solution of a system of
//! equations, and how you solve it decides how many of their digits are right.

use std::error::Error;
use std::fmt;

pub use ndarray::{Array1, Array2};

/// Why there are no best weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FitError {
    /// The number of targets is not the number of rows.
    UnequalLengths {
        /// How many rows there are.
        rows: usize,
        /// How many targets there are.
        targets: usize,
    },
    /// There are fewer rows than weights.
    TooFewRows {
        /// How many rows there are.
        rows: usize,
        /// How many columns there are, and so weights.
        columns: usize,
    },
    /// A column can be computed from the columns before it, so its weight could be anything.
    DependentColumn {
        /// The column, from 0.
        column: usize,
    },
}

impl fmt::Display for FitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnequalLengths { rows, targets } => write!(f, "{rows} rows need as many targets, not {targets}"),
            Self::TooFewRows { rows, columns } => write!(f, "{rows} rows cannot settle {columns} weights"),
            Self::DependentColumn { column } => write!(f, "column {column} says nothing new"),
        }
    }
}

impl Error for FitError {}

/// A system of equations in the shape of a triangle, as [`triangularize`] leaves it.
#[derive(Debug, Clone, PartialEq)]
pub struct Triangle {
    /// It has the rows and columns of the matrix. Below the diagonal there is nothing but rounding.
    pub r: Array2<f64>,
    /// The right-hand side: a number for each row of `r`.
    pub c: Array1<f64>,
}

/// A column says nothing new if at most this part of it is left once the columns before it are accounted for.
///
/// Rounding leaves about 1e-16 of it. The years in `longley.toml`, which say very little that is new, leave 9e-5.
pub const NOTHING_NEW: f64 = 1e-12;

/// The length of a list of numbers: the root of the sum of their squares.
pub fn length(numbers: &Array1<f64>) -> f64 {
    numbers.dot(numbers).sqrt()
}

/// The numbers from `place` on, counted from 0, with zeros in place of the earlier ones.
pub fn tail(numbers: &Array1<f64>, place: usize) -> Array1<f64> {
    let mut tail = numbers.clone();
    for before in tail.iter_mut().take(place) {
        *before = 0.0;
    }
    tail
}

/// The features with a column of ones in front. The weight of that column is the base.
///
/// - `features`: a row for each sample, and any number of columns, even none.
///
/// The result has the same rows and one more column.
pub fn design_matrix(features: &Array2<f64>) -> Array2<f64> {
    todo!("make a matrix of ones that is one column wider, and copy the features into all columns but the first")
}

/// The normal equations of a fit, `x^T x * weights = x^T y`: the matrix on the left and the numbers on the right.
///
/// - `x`: a row for each sample, including the ones.
/// - `y`: the targets, one for each row.
///
/// With `d` columns the matrix is `d` by `d`: row `i`, column `j` holds the sum over all samples of column `i` times
/// column `j`. Each number on the right is the sum over all samples of one column times `y`.
pub fn normal_equations(x: &Array2<f64>, y: &Array1<f64>) -> (Array2<f64>, Array1<f64>) {
    todo!("multiply the transposed matrix by the matrix, and the transposed matrix by the targets")
}

/// The mirror that folds up a column: its image has a number at `place` and zeros after it.
///
/// - `column`: a list of numbers, not all of them zero from `place` on.
/// - `place`: where the fold begins, counted from 0. The image keeps the numbers before it.
///
/// The direction at a right angle to a mirror describes it: a list of length 1 (a *unit vector*), as long as `column`.
/// Take the [`tail`] of the column. Move its number at `place` away from zero by the tail's [`length`]: add that to a
/// positive number or 0, subtract it from a negative one. Then divide the list by the
/// length that it has now.
///
/// For `[3, 4]` and place 0: the length is 5, `[3 + 5, 4]` has the length `80.sqrt()`, and the result is about
/// `[0.894, 0.447]`.
pub fn mirror(column: &Array1<f64>, place: usize) -> Array1<f64> {
    todo!("take the tail, move its number at the place away from zero by its length, and scale it to length 1")
}

/// The mirror image of a list of numbers.
///
/// - `direction`: the mirror, as [`mirror`] returns it: of length 1.
/// - `numbers`: the list to reflect, with as many numbers as `direction`.
///
/// Formula: `numbers - 2 * (direction · numbers) * direction`, where `·` is the dot product: how far the numbers reach
/// in that direction. Subtracting that once would put them on the mirror; subtracting it twice puts them behind it.
pub fn reflect(direction: &Array1<f64>, numbers: &Array1<f64>) -> Array1<f64> {
    todo!("subtract from the numbers twice their part that points in the direction")
}

/// Turns the equations `x * weights = y` into a triangle without changing which weights fit them best.
///
/// - `x`: a row for each sample, including the ones.
/// - `y`: the targets, one for each row.
///
/// For each column in turn, from the first: take the [`mirror`] of the column as it is by then, at the place with the
/// column's own number. [`reflect`] this column, all later ones and the targets in it. This clears the column below the
/// diagonal.
///
/// # Errors
/// Checked in this order: [`FitError::UnequalLengths`] unless `y` has a number for each row;
/// [`FitError::TooFewRows`] if there are fewer rows than columns; and, when its turn comes,
/// [`FitError::DependentColumn`] for a column whose tail is at most [`NOTHING_NEW`] times as long as the whole column.
/// The numbers themselves are not checked: a NaN in `x` or `y` is not an error here, but makes all weights NaN.
pub fn triangularize(x: &Array2<f64>, y: &Array1<f64>) -> Result<Triangle, FitError> {
    todo!("check the sizes; then, column by column, check that something is left, and reflect what changes")
}

/// The weights that solve a triangle: one for each column.
///
/// - `triangle`: as [`triangularize`] leaves it. Ignore the numbers below the diagonal, and the rows beyond the number
///   of columns.
///
/// The last equation contains only the last weight: `weights[i] = c[i] / r[i][i]`. Once it is known, the equation
/// above has only one unknown left, and so on up: `weights[i] = (c[i] - sum of r[i][j] * weights[j]) / r[i][i]` over
/// all later columns `j`.
pub fn solve_triangle(triangle: &Triangle) -> Array1<f64> {
    todo!("from the last row up: subtract the terms of the known weights, and divide by the diagonal")
}

/// The weights with the smallest squared loss, without a descent: the base first, then one for each feature.
///
/// - `features`: a row for each sample, without the ones.
/// - `y`: the targets, one for each row.
///
/// # Errors
/// Those of [`triangularize`]; the column of ones is column 0. A NaN is not an error here either: it makes all weights NaN.
pub fn fit_closed_form(features: &Array2<f64>, y: &Array1<f64>) -> Result<Array1<f64>, FitError> {
    todo!("put the ones in front, turn the equations into a triangle, and solve it")
}

/// The same weights from the normal equations, to compare: right on paper, but with only half the digits.
///
/// # Errors
/// [`FitError::UnequalLengths`] unless `y` has a number for each row, and those of [`triangularize`], where the normal
/// equations have lost a column.
pub fn fit_normal_equations(features: &Array2<f64>, y: &Array1<f64>) -> Result<Array1<f64>, FitError> {
    if y.len() != features.nrows() {
        return Err(FitError::UnequalLengths { rows: features.nrows(), targets: y.len() });
    }
    let (left, right) = normal_equations(&design_matrix(features), y);
    Ok(solve_triangle(&triangularize(&left, &right)?))
}

/// Gradient descent on the mean squared error from zeros, as in step `multi-weight`, to compare.
pub fn gradient_descent(x: &Array2<f64>, y: &Array1<f64>, learning_rate: f64, num_steps: usize) -> Array1<f64> {
    let mut weights = Array1::<f64>::zeros(x.ncols());
    for _ in 0..num_steps {
        let errors = x.dot(&weights) - y;
        let gradient = x.t().dot(&errors) * (2.0 / y.len() as f64);
        weights = weights - learning_rate * gradient;
    }
    weights
}
