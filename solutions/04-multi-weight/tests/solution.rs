//! Tests of the reference solution against something independent of it: least squares solved by another method, finite
//! differences, the closed form of a descent on a quadratic loss, and the recomputed numbers of the lesson's own code.

use harness::Trial;
use multi_weight_solution::{
    Array1, Array2, Home, Scaling, calculate_gradient, calculate_loss, descend_scaled, features,
    gradient_descent_multi, predict, prices, scale_of, standardize, weights_in_dollars,
};

/// The lesson's trial and fresh ones, with 5 to 9 homes.
fn trials() -> Vec<Trial> {
    std::iter::once(Trial::Lesson).chain((1..=40).map(Trial::Fresh)).collect()
}

/// Equal within this part of the larger one.
fn close(got: f64, expected: f64, relative: f64) -> bool {
    (got - expected).abs() <= relative * got.abs().max(expected.abs())
}

/// Solves `matrix * unknown = right` by Gaussian elimination with partial pivoting (Golub and Van Loan, "Matrix
/// Computations", section 3.4).
fn solve(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Vec<f64> {
    let size = right.len();
    for column in 0..size {
        let pivot =
            (column..size).max_by(|a, b| matrix[*a][column].abs().total_cmp(&matrix[*b][column].abs())).unwrap();
        matrix.swap(column, pivot);
        right.swap(column, pivot);
        let pivot_row = matrix[column].clone();
        for row in column + 1..size {
            let factor = matrix[row][column] / pivot_row[column];
            for (entry, above) in matrix[row].iter_mut().zip(&pivot_row).skip(column) {
                *entry -= factor * above;
            }
            right[row] -= factor * right[column];
        }
    }
    for row in (0..size).rev() {
        for index in row + 1..size {
            right[row] -= matrix[row][index] * right[index];
        }
        right[row] /= matrix[row][row];
    }
    right
}

/// `x^T x`, by loops.
fn gram(x: &Array2<f64>) -> Vec<Vec<f64>> {
    let entry = |a: usize, b: usize| (0..x.nrows()).map(|row| x[[row, a]] * x[[row, b]]).sum();
    (0..x.ncols()).map(|a| (0..x.ncols()).map(|b| entry(a, b)).collect()).collect()
}

/// The least-squares weights, from the normal equations `x^T x w = x^T y`.
fn least_squares(x: &Array2<f64>, y: &Array1<f64>) -> Vec<f64> {
    let right = (0..x.ncols()).map(|column| (0..x.nrows()).map(|row| x[[row, column]] * y[row]).sum()).collect();
    solve(gram(x), right)
}

fn times(a: &[Vec<f64>], b: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let size = a.len();
    let entry = |row: usize, column: usize| (0..size).map(|index| a[row][index] * b[index][column]).sum();
    (0..size).map(|row| (0..size).map(|column| entry(row, column)).collect()).collect()
}

#[test]
fn a_home_costs_the_sum_of_its_features_times_their_weights() {
    // By hand: 50,000 + 200 dollars for each square foot.
    let x = features(&Trial::Lesson.records::<Home>());
    let predicted = predict(&x, &Array1::from_vec(vec![50_000.0, 0.0, 0.0, 200.0]));
    assert_eq!(predicted.to_vec(), [250_000.0, 350_000.0, 410_000.0, 450_000.0, 650_000.0]);
}

#[test]
fn the_loss_is_the_mean_of_the_squared_errors() {
    // By hand: the errors of the prices above are 0, -30,000, -40,000, -70,000 and -100,000 dollars.
    let homes = Trial::Lesson.records::<Home>();
    let weights = Array1::from_vec(vec![50_000.0, 0.0, 0.0, 200.0]);
    let loss = calculate_loss(&features(&homes), &prices(&homes), &weights);
    assert_eq!(loss, (9e8 + 16e8 + 49e8 + 100e8) / 5.0);
}

#[test]
fn the_gradient_agrees_with_finite_differences_of_the_loss() {
    // A central difference is exact on a quadratic but for rounding: see Nocedal and Wright, "Numerical Optimization",
    // section 8.1.
    for trial in trials() {
        let homes = trial.records::<Home>();
        let (x, y) = (features(&homes), prices(&homes));
        let weights = Array1::from_vec(vec![31_000.0, 2_500.0, 9_000.0, 70.0]);
        let gradient = calculate_gradient(&x, &y, &weights);
        for (column, step) in [1_000.0, 500.0, 500.0, 1.0].into_iter().enumerate() {
            let loss_at = |offset: f64| {
                let mut moved = weights.clone();
                moved[column] += offset;
                calculate_loss(&x, &y, &moved)
            };
            let numeric = (loss_at(step) - loss_at(-step)) / (2.0 * step);
            let scale = gradient[column].abs().max(1_000.0);
            assert!((gradient[column] - numeric).abs() < 1e-6 * scale, "{trial}: {} {numeric}", gradient[column]);
        }
    }
}

#[test]
fn the_gradient_is_flat_at_the_least_squares_weights() {
    // The least-squares weights come from the normal equations, solved by elimination.
    for trial in trials() {
        let homes = trial.records::<Home>();
        let (x, y) = (features(&homes), prices(&homes));
        let best = Array1::from_vec(least_squares(&x, &y));
        let start = calculate_gradient(&x, &y, &Array1::zeros(4));
        for (slope, at_start) in calculate_gradient(&x, &y, &best).iter().zip(&start) {
            assert!(slope.abs() < 1e-7 * at_start.abs(), "{trial}: {slope}");
        }
    }
}

#[test]
fn the_lessons_call_learns_only_the_sqft_weight() {
    // The lesson's own functions in double precision: base 0.2138, bedroom 0.0667, bathroom 0.6359, sqft 252.44, and a
    // mean squared error of 61,845,221.
    let homes = Trial::Lesson.records::<Home>();
    let (x, y) = (features(&homes), prices(&homes));
    let descent = gradient_descent_multi(&x, &y, 1e-7, 1_000);
    for ((weight, expected), half_digit) in
        descent.weights.iter().zip([0.2138, 0.0667, 0.6359, 252.44]).zip([5e-5, 5e-5, 5e-5, 5e-3])
    {
        assert!((weight - expected).abs() <= half_digit, "{weight} {expected}");
    }
    assert_eq!(calculate_loss(&x, &y, &descent.weights).round(), 61_845_221.0);
}

#[test]
fn the_scaled_descent_reaches_the_least_squares_weights() {
    // The lesson's homes: base 14895.83, bedroom 1666.67, bathroom 31458.33, sqft 201.04, and a mean squared error of
    // 10,208,333; and the same from the normal equations.
    let homes = Trial::Lesson.records::<Home>();
    let (x, y) = (features(&homes), prices(&homes));
    let descent = descend_scaled(&x, &y, 0.3, 5_000);
    let best = least_squares(&x, &y);
    for ((weight, best), fact) in descent.weights.iter().zip(best).zip([14_895.83, 1_666.67, 31_458.33, 201.04]) {
        assert!((weight - best).abs() < 0.01, "{weight} {best}");
        assert!((best - fact).abs() < 0.005, "{best} {fact}");
    }
    assert_eq!(calculate_loss(&x, &y, &descent.weights).round(), 10_208_333.0);
}

#[test]
fn a_descent_follows_the_closed_form_of_a_quadratic_loss() {
    // w_k - w* = (1 - rate * H)^k (w_0 - w*) with the curvature H = 2/n x^T x (Boyd and Vandenberghe, "Convex
    // Optimization", section 9.3), the power taken by squaring and w* by elimination.
    for trial in trials() {
        let homes = trial.records::<Home>();
        let x = standardize(&features(&homes)).0;
        let y = prices(&homes);
        let (rate, doublings) = (0.2, 6);
        let mut power = gram(&x);
        for (row, line) in power.iter_mut().enumerate() {
            for (column, entry) in line.iter_mut().enumerate() {
                *entry = f64::from(row == column) - rate * 2.0 / homes.len() as f64 * *entry;
            }
        }
        for _ in 0..doublings {
            power = times(&power, &power);
        }
        let best = least_squares(&x, &y);
        let descent = gradient_descent_multi(&x, &y, rate, 1 << doublings);
        for (row, weight) in descent.weights.iter().enumerate() {
            let left: f64 = power[row].iter().zip(&best).map(|(factor, best)| factor * -best).sum();
            assert!((weight - (best[row] + left)).abs() < 1e-3, "{trial}: {weight} {}", best[row] + left);
        }
    }
}

#[test]
fn every_loss_is_that_of_the_weights_before_its_step() {
    // Running the descent again, cut short, gives the weights that each loss belongs to.
    for trial in trials() {
        let homes = trial.records::<Home>();
        let (x, y) = (features(&homes), prices(&homes));
        let descent = gradient_descent_multi(&x, &y, 3e-8, 6);
        assert_eq!(descent.losses.len(), 6);
        for (step, loss) in descent.losses.iter().enumerate() {
            let weights = gradient_descent_multi(&x, &y, 3e-8, step).weights;
            assert!(close(*loss, calculate_loss(&x, &y, &weights), 1e-12), "{trial}, step {step}");
        }
    }
}

#[test]
fn no_steps_leave_the_weights_at_zero() {
    // The definition of the function.
    let homes = Trial::Lesson.records::<Home>();
    let descent = gradient_descent_multi(&features(&homes), &prices(&homes), 1e-7, 0);
    assert_eq!((descent.weights.to_vec(), descent.losses.len()), (vec![0.0; 4], 0));
}

#[test]
fn scaled_columns_have_a_mean_of_zero_and_a_deviation_of_one() {
    // ndarray's own mean and standard deviation (Welford's method), on the scaled and on the unscaled columns.
    for trial in trials() {
        let x = features(&trial.records::<Home>());
        let (scaled, scaling) = standardize(&x);
        assert!(scaled.column(0).iter().all(|value| *value == 1.0));
        for column in (1..4).filter(|column| x.column(*column).std(0.0) > 0.0) {
            assert!(scaled.column(column).mean().unwrap().abs() < 1e-12, "{trial}");
            assert!(close(scaled.column(column).std(0.0), 1.0, 1e-12), "{trial}");
            assert!(close(scaling.means[column], x.column(column).mean().unwrap(), 1e-12), "{trial}");
            assert!(close(scaling.stds[column], x.column(column).std(0.0), 1e-12), "{trial}");
        }
    }
}

#[test]
fn constant_columns_are_left_alone() {
    // By hand. In floating point, a third of 0.1 + 0.1 + 0.1 is not 0.1: a deviation computed from it would not be 0.
    let x = Array2::from_shape_vec((3, 3), [1.0, 0.1, 4.0].repeat(3)).unwrap();
    let (scaled, scaling) = standardize(&x);
    assert_eq!(scaled, x);
    assert_eq!(scaling, Scaling { means: Array1::zeros(3), stds: Array1::ones(3) });

    let one = features(&Trial::Lesson.records::<Home>()[..1]);
    assert_eq!(standardize(&one).0, one);
}

#[test]
fn both_sets_of_weights_price_every_home_alike() {
    // The definition: predictions from the scaled features with the scaled weights, and from the features in dollars.
    for trial in trials() {
        let bathrooms = trial.number("bathrooms", 2.0, 1.0..5.0);
        let alike: Vec<Home> = trial.records::<Home>().iter().map(|home| Home { bathrooms, ..*home }).collect();
        for homes in [trial.records::<Home>(), alike] {
            let x = features(&homes);
            let (scaled, scaling) = standardize(&x);
            let scaled_weights = Array1::from_vec(vec![430_000.0, -3_000.0, 21_000.0, 118_000.0]);
            let weights = weights_in_dollars(&scaled_weights, &scaling);
            for (price, same) in predict(&x, &weights).iter().zip(predict(&scaled, &scaled_weights)) {
                assert!((price - same).abs() < 1e-6, "{trial}: {price} {same}");
            }
        }
    }
}

/// Source: the variance by pairs, without a mean: the sum of the squared differences of all pairs, divided by n^2.
#[test]
fn the_scale_of_a_column_is_that_of_its_pairs() {
    for values in [vec![1.0, 3.0], vec![2.0, 2.0, 5.0, 8.0], vec![-7.5, 0.25, 1e3, 4.0, 4.0]] {
        let n = values.len() as f64;
        let pairs = values.iter().enumerate().flat_map(|(at, one)| values[..at].iter().map(move |other| one - other));
        let std = pairs.map(|difference| difference * difference).sum::<f64>().sqrt() / n;
        let (mean, found) = scale_of(&Array1::from_vec(values.clone()));
        assert!((found - std).abs() < 1e-9 * std, "{values:?}: {found} {std}");
        // The mean is where the distances to both sides balance.
        assert!(values.iter().map(|value| value - mean).sum::<f64>().abs() < 1e-9 * std, "{values:?}");
    }
    for constant in [vec![], vec![1.0], vec![0.1; 3], vec![-2.0; 7]] {
        assert_eq!(scale_of(&Array1::from_vec(constant)), (0.0, 1.0));
    }
}
