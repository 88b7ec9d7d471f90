//! The solution against what NIST certifies, and against properties that every right answer has.

use closed_form_solution::{
    Array1, Array2, FitError, Triangle, design_matrix, fit_closed_form, fit_normal_equations, gradient_descent, length,
    mirror, normal_equations, reflect, solve_triangle, triangularize,
};
use datasets::{EconomicYear, Home, OzoneReading, StudyRecord};
use harness::Trial;
use ndarray::Axis;

fn trials() -> impl Iterator<Item = Trial> {
    std::iter::once(Trial::Lesson).chain((1..=200).map(Trial::Fresh))
}

/// A matrix with a row for each record.
fn matrix<Record, const COLUMNS: usize>(records: &[Record], row: impl Fn(&Record) -> [f64; COLUMNS]) -> Array2<f64> {
    Array2::from_shape_vec((records.len(), COLUMNS), records.iter().flat_map(row).collect()).unwrap()
}

fn ozone(readings: &[OzoneReading]) -> (Array2<f64>, Array1<f64>) {
    (matrix(readings, |one| [one.reference]), readings.iter().map(|one| one.monitor).collect())
}

fn economy(years: &[EconomicYear]) -> (Array2<f64>, Array1<f64>) {
    let row =
        |one: &EconomicYear| [one.deflator, one.product, one.unemployed, one.armed_forces, one.population, one.year];
    (matrix(years, row), years.iter().map(|one| one.employed).collect())
}

/// How many significant digits of a number are right.
fn digits(got: f64, certified: f64) -> f64 {
    -((got - certified) / certified).abs().log10()
}

/// The square root of what is left unexplained, for each row beyond the number of weights.
fn residual_deviation(features: &Array2<f64>, y: &Array1<f64>, weights: &Array1<f64>) -> f64 {
    let errors = design_matrix(features).dot(weights) - y;
    (errors.dot(&errors) / (y.len() - weights.len()) as f64).sqrt()
}

/// How many digits of the worst of the weights are right.
fn fewest_digits(got: &Array1<f64>, certified: &[f64]) -> f64 {
    assert_eq!(got.len(), certified.len());
    got.iter().zip(certified).map(|(got, certified)| digits(*got, *certified)).fold(f64::INFINITY, f64::min)
}

/// The weights by elimination from the normal equations, their sums taken over the rows in this order, with the largest
/// pivot or the one that comes.
fn by_elimination(features: &Array2<f64>, y: &Array1<f64>, order: &[usize], largest_pivot: bool) -> Array1<f64> {
    let x = design_matrix(features);
    let sum = |term: &dyn Fn(usize) -> f64| order.iter().map(|row| term(*row)).sum::<f64>();
    let mut left = Array2::from_shape_fn((x.ncols(), x.ncols()), |(i, j)| sum(&|row| x[[row, i]] * x[[row, j]]));
    let mut right: Array1<f64> = (0..x.ncols()).map(|i| sum(&|row| x[[row, i]] * y[row])).collect();
    for pivot in 0..right.len() {
        if largest_pivot {
            let size = |row: usize| left[[row, pivot]].abs();
            let largest = (pivot..right.len()).max_by(|one, other| size(*one).total_cmp(&size(*other))).unwrap();
            right.swap(pivot, largest);
            for column in 0..right.len() {
                left.swap([pivot, column], [largest, column]);
            }
        }
        for row in pivot + 1..right.len() {
            let factor = left[[row, pivot]] / left[[pivot, pivot]];
            for column in pivot..right.len() {
                left[[row, column]] -= factor * left[[pivot, column]];
            }
            right[row] -= factor * right[pivot];
        }
    }
    solve_triangle(&Triangle { r: left, c: right })
}

/// Orders of the rows: none of them changes the best weights, and each rounds in its own way.
fn orders_of_rows(rows: usize) -> Vec<Vec<usize>> {
    let as_they_are = (0..rows).collect::<Vec<_>>();
    let backwards = as_they_are.iter().rev().copied().collect();
    let shuffled = (1..=200).map(|seed| Trial::Fresh(seed).order("rows", rows));
    [as_they_are, backwards].into_iter().chain(shuffled).collect()
}

/// The worst digits of every form of elimination.
fn digits_by_elimination(features: &Array2<f64>, y: &Array1<f64>, certified: &[f64]) -> Vec<f64> {
    let fewest = |order: &[usize], pivots| fewest_digits(&by_elimination(features, y, order, pivots), certified);
    orders_of_rows(y.len()).iter().flat_map(|order| [fewest(order, false), fewest(order, true)]).collect()
}

/// Source: NIST Statistical Reference Datasets, the certified values in Norris.dat. (The same numbers, to all digits
/// that are certified, come out of the rows of `datasets/src/norris.toml` in exact fractions.)
const NORRIS: [f64; 2] = [-0.262323073774029, 1.00211681802045];

/// Source: NIST Statistical Reference Datasets, the certified values in Longley.dat. (Recomputed in exact fractions
/// like those of Norris.)
const LONGLEY: [f64; 7] = [
    -3482258.63459582,
    15.0618722713733,
    -0.358191792925910e-1,
    -2.02022980381683,
    -1.03322686717359,
    -0.511041056535807e-1,
    1829.15146461355,
];

/// Source: [`NORRIS`] and [`LONGLEY`], which students find there to compare.
#[test]
fn the_datasets_name_what_is_certified() {
    for (dataset, certified) in [
        (include_str!("../../../datasets/src/norris.toml"), &NORRIS[..]),
        (include_str!("../../../datasets/src/longley.toml"), &LONGLEY[..]),
    ] {
        for value in certified {
            assert!(dataset.contains(&format!(" {value}")), "{value}");
        }
    }
}

/// Source: [`NORRIS`] and the residual standard deviation certified with it.
#[test]
fn every_fit_of_norris_agrees_with_nist_to_ten_digits() {
    let (features, y) = ozone(&Trial::Lesson.records::<OzoneReading>());
    let weights = fit_closed_form(&features, &y).unwrap();
    assert!(fewest_digits(&weights, &NORRIS) > 10.0, "{weights}");
    assert!(digits(residual_deviation(&features, &y, &weights), 0.884796396144373) > 10.0);
    let other = fit_normal_equations(&features, &y).unwrap();
    assert!(fewest_digits(&other, &NORRIS) > 10.0, "{other}");
    let eliminated = digits_by_elimination(&features, &y, &NORRIS);
    assert!(eliminated.iter().all(|digits| *digits > 10.0), "{eliminated:?}");
}

/// Source: [`LONGLEY`] and the residual standard deviation certified with it. How many more digits are right is up to
/// the rounding, and so to the order of the rows.
#[test]
fn every_fit_of_longley_agrees_with_nist_to_ten_digits() {
    let (features, y) = economy(&Trial::Lesson.records::<EconomicYear>());
    for order in orders_of_rows(y.len()) {
        let (features, y) = (features.select(Axis(0), &order), y.select(Axis(0), &order));
        let weights = fit_closed_form(&features, &y).unwrap();
        assert!(fewest_digits(&weights, &LONGLEY) > 10.0, "{weights}");
        assert!(digits(residual_deviation(&features, &y, &weights), 304.854073561965) > 10.0);
    }
}

/// Source: the lesson's README, and [`LONGLEY`].
#[test]
fn elimination_leaves_longley_seven_to_nine_digits() {
    let (features, y) = economy(&Trial::Lesson.records::<EconomicYear>());
    let eliminated = digits_by_elimination(&features, &y, &LONGLEY);
    assert!(eliminated.iter().all(|digits| (7.0..10.0).contains(digits)), "{eliminated:?}");
}

/// Source: the lesson's README, and the definition of a correlation.
#[test]
fn prices_output_and_population_rise_with_the_year_and_the_other_columns_hardly() {
    let (features, _) = economy(&Trial::Lesson.records::<EconomicYear>());
    let apart = |column: usize| &features.column(column) - features.column(column).sum() / features.nrows() as f64;
    let with_the_year = |column| apart(column).dot(&apart(5)) / (length(&apart(column)) * length(&apart(5)));
    for (column, expected) in [(0, 0.99), (1, 1.0), (2, 0.67), (3, 0.42), (4, 0.99)] {
        assert!((with_the_year(column) - expected).abs() < 0.006, "{column}: {}", with_the_year(column));
    }
}

/// Source: the lesson's README, and the loss by predictions.
#[test]
fn the_numbers_below_the_triangle_are_the_loss_of_the_study_records() {
    let records = Trial::Lesson.records::<StudyRecord>();
    let y: Array1<f64> = records.iter().map(|record| record.score).collect();
    let x = design_matrix(&matrix(&records, |record| [record.hours]));
    let triangle = triangularize(&x, &y).unwrap();
    let below: Array1<f64> = triangle.c.iter().skip(2).copied().collect();
    let errors = x.dot(&solve_triangle(&triangle)) - &y;
    assert!((below.dot(&below) - errors.dot(&errors)).abs() < 1e-9);
    for (number, printed) in below.iter().zip([0.8955, 2.3450, 5.5854, 3.8259, 0.0664, 2.6932]) {
        assert!((number.abs() - printed).abs() < 6e-5, "{number}");
    }
    assert!((below.dot(&below) - 59.392857).abs() < 1e-6 && (below.dot(&below) / 8.0 - 7.424107).abs() < 1e-6);
}

/// Source: the lesson's README, and power iteration for the curvatures of the loss of step `multi-weight`.
#[test]
fn the_last_number_of_the_diagonal_says_how_little_the_scaled_sizes_tell() {
    let homes = Trial::Lesson.records::<Home>();
    let mut features = matrix(&homes, |home| [home.bedrooms, home.bathrooms, home.sqft]);
    for mut column in features.columns_mut() {
        column -= column.sum() / 5.0;
        let deviation = (column.dot(&column) / 5.0).sqrt();
        column /= deviation;
    }
    let x = design_matrix(&features);
    let Triangle { r, .. } = triangularize(&x, &Array1::zeros(5)).unwrap();
    assert!((r[[3, 3]].abs() - 0.216).abs() < 0.001);
    assert!((r[[3, 3]].abs() / length(&x.column(3).to_owned()) - 0.097).abs() < 0.001);
    let curvatures = x.t().dot(&x) * (2.0 / 5.0);
    let largest_of = |matrix: &Array2<f64>| {
        let towards = |direction: Array1<f64>, _| {
            let moved = matrix.dot(&direction);
            &moved / length(&moved)
        };
        let direction = (0..10_000).fold(Array1::from_vec(vec![0.1, 0.7, 0.5, 0.3]), towards);
        direction.dot(&matrix.dot(&direction))
    };
    let largest = largest_of(&curvatures);
    let smallest = 6.0 - largest_of(&(6.0 * Array2::eye(4) - &curvatures));
    assert!((largest - 5.59).abs() < 0.005 && (smallest - 0.0117).abs() < 5e-5, "{largest}, {smallest}");
    let steps = 1e-3_f64.ln() / (1.0 - 0.3 * smallest).ln();
    assert!((1_900.0..2_050.0).contains(&steps), "{steps}");
}

/// Source: the condition of the best fit. The errors stand at a right angle to every column: each slope of the loss is
/// 0.
#[test]
fn at_the_closed_form_every_slope_is_zero() {
    for trial in trials() {
        for (features, y) in [ozone(&trial.records::<OzoneReading>()), economy(&trial.records::<EconomicYear>())] {
            let x = design_matrix(&features);
            let errors = x.dot(&fit_closed_form(&features, &y).unwrap()) - &y;
            for column in x.columns() {
                // The prediction is made of terms thousands of times as long as the targets; each carries its rounding.
                let slope = column.dot(&errors) / (length(&column.to_owned()) * length(&y));
                assert!(slope.abs() < 1e-9, "{trial}: {slope}");
            }
        }
    }
}

/// Source: simple linear regression, where the weight is the covariance of x and y over the variance of x.
#[test]
fn with_one_feature_it_is_the_formula_of_simple_linear_regression() {
    for trial in trials() {
        let records = trial.records::<StudyRecord>();
        let mean = |of: &dyn Fn(usize) -> f64| (0..records.len()).map(of).sum::<f64>() / records.len() as f64;
        let (hours, score) = (mean(&|at| records[at].hours), mean(&|at| records[at].score));
        let covariance = mean(&|at| (records[at].hours - hours) * (records[at].score - score));
        let weight = covariance / mean(&|at| (records[at].hours - hours).powi(2));
        let y = records.iter().map(|record| record.score).collect();
        let fitted = fit_closed_form(&matrix(&records, |record| [record.hours]), &y).unwrap();
        assert!((fitted[0] - (score - weight * hours)).abs() < 1e-9 && (fitted[1] - weight).abs() < 1e-9, "{trial}");
    }
}

/// Source: the table in `exercises/printed-and-true.md`, recomputed in double precision outside this project.
#[test]
fn the_weights_of_the_lessons_data_are_those_of_the_table() {
    let homes = Trial::Lesson.records::<Home>();
    let y = homes.iter().map(|home| home.price).collect();
    let fitted = fit_closed_form(&matrix(&homes, |home| [home.bedrooms, home.bathrooms, home.sqft]), &y).unwrap();
    for (got, expected) in fitted.iter().zip([14_895.83, 1_666.67, 31_458.33, 201.04]) {
        assert!((got - expected).abs() < 0.005, "{got} is not {expected}");
    }
}

/// Source: a rotation or reflection keeps every dot product. So `r^T r` is `x^T x` and `r^T c` is `x^T y`: the triangle
/// and the matrix have the same normal equations, and with them the same best weights.
#[test]
fn a_triangle_has_the_normal_equations_of_its_matrix() {
    for trial in trials() {
        let (features, y) = ozone(&trial.records::<OzoneReading>());
        let x = design_matrix(&features);
        let Triangle { r, c } = triangularize(&x, &y).unwrap();
        let (left, right) = normal_equations(&x, &y);
        let (left_too, right_too) = normal_equations(&r, &c);
        for (one, other) in left.iter().chain(&right).zip(left_too.iter().chain(&right_too)) {
            assert!((one - other).abs() <= 1e-9 * one.abs(), "{trial}: {one} is not {other}");
        }
        assert!(r.indexed_iter().all(|((row, column), cell)| row <= column || cell.abs() < 1e-9), "{trial}: {r}");
    }
}

/// Source: what a mirror is. It keeps lengths, looking twice brings everything back, and the column folds up.
#[test]
fn a_mirror_folds_its_column_up() {
    for trial in trials() {
        let column: Array1<f64> = trial.records::<StudyRecord>().iter().map(|record| record.score - 60.0).collect();
        for place in 0..column.len() - 1 {
            let direction = mirror(&column, place);
            assert!((length(&direction) - 1.0).abs() < 1e-12, "{trial}");
            let folded = reflect(&direction, &column);
            assert!((length(&folded) - length(&column)).abs() < 1e-10, "{trial}");
            assert!(folded.iter().skip(place + 1).all(|number| number.abs() < 1e-10), "{trial}: {folded}");
            assert!(folded.iter().zip(&column).take(place).all(|(one, other)| one == other), "{trial}: {folded}");
            let back = reflect(&direction, &folded) - &column;
            assert!(length(&back) < 1e-10, "{trial}: {back}");
        }
    }
}

/// Source: the definition of the equations that are solved.
#[test]
fn the_weights_of_a_triangle_fulfil_its_equations() {
    for trial in trials() {
        let (features, y) = ozone(&trial.records::<OzoneReading>());
        let triangle = triangularize(&design_matrix(&features), &y).unwrap();
        let left_over = triangle.r.dot(&solve_triangle(&triangle)) - &triangle.c;
        assert!(left_over.iter().take(2).all(|number| number.abs() < 1e-9), "{trial}");
        // What the equations below leave over is the errors of the fit.
        assert!(left_over.iter().skip(2).any(|number| number.abs() > 0.01), "{trial}");
    }
}

/// Source: the condition number of `x^T x` is the square of that of `x`. That of Longley's matrix is 5e9, of which
/// squared nothing is left of 16 digits.
#[test]
fn the_normal_equations_lose_a_column_that_the_closed_form_keeps() {
    let (features, y) = economy(&Trial::Lesson.records::<EconomicYear>());
    assert_eq!(fit_normal_equations(&features, &y), Err(FitError::DependentColumn { column: 6 }));
    let (features, y) = ozone(&Trial::Lesson.records::<OzoneReading>());
    let (one, other) = (fit_normal_equations(&features, &y).unwrap(), fit_closed_form(&features, &y).unwrap());
    assert!(length(&(one - other)) < 1e-9);
}

/// Source: on a convex loss a stable descent and the closed form have the same end.
#[test]
fn a_long_descent_comes_to_the_closed_form() {
    for trial in trials().take(5) {
        let records = trial.records::<StudyRecord>();
        let y = records.iter().map(|record| record.score).collect();
        let hours = matrix(&records, |record| [record.hours]);
        let descent = gradient_descent(&design_matrix(&hours), &y, 0.01, 10_000);
        assert!(length(&(descent - fit_closed_form(&hours, &y).unwrap())) < 1e-6, "{trial}");
    }
}

/// Source: 2 / curvature. Of a symmetric matrix of two rows, the larger curvature is the larger root of its characteristic
/// equation.
#[test]
fn beyond_the_rate_0_038_the_descent_on_the_study_records_diverges() {
    let records = Trial::Lesson.records::<StudyRecord>();
    let x = design_matrix(&matrix(&records, |record| [record.hours]));
    let y: Array1<f64> = records.iter().map(|record| record.score).collect();
    let bends = x.t().dot(&x) * (2.0 / 8.0);
    let curvature =
        (bends[[0, 0]] + bends[[1, 1]]) / 2.0 + ((bends[[0, 0]] - bends[[1, 1]]) / 2.0).hypot(bends[[0, 1]]);
    assert_eq!(format!("{:.3}", 2.0 / curvature), "0.038");
    let error = |rate, steps| length(&(x.dot(&gradient_descent(&x, &y, rate, steps)) - &y));
    assert!(error(0.038, 100) < error(0.038, 0) && error(0.039, 100) > error(0.039, 0));
}

/// Source: the doc comments.
#[test]
fn what_has_no_best_weights_is_an_error_with_its_reason() {
    let ten = Array2::from_shape_fn((5, 2), |(row, column)| ((row * row + 1) * (column + 1)) as f64);
    let y = Array1::from_elem(5, 1.0);
    assert_eq!(fit_closed_form(&ten, &y), Err(FitError::DependentColumn { column: 2 }));
    assert_eq!(fit_closed_form(&ten, &Array1::ones(4)), Err(FitError::UnequalLengths { rows: 5, targets: 4 }));
    let flat = Array2::ones((2, 2));
    assert_eq!(fit_closed_form(&flat, &Array1::ones(2)), Err(FitError::TooFewRows { rows: 2, columns: 3 }));
    // Where the sizes do not fit in two ways, the lengths come first.
    assert_eq!(fit_closed_form(&flat, &Array1::ones(4)), Err(FitError::UnequalLengths { rows: 2, targets: 4 }));
    assert_eq!(fit_normal_equations(&ten, &Array1::ones(4)), Err(FitError::UnequalLengths { rows: 5, targets: 4 }));
    let error = FitError::TooFewRows { rows: 2, columns: 3 };
    assert_eq!(error.to_string(), "2 rows cannot settle 3 weights");
}

/// Source: targets made from the weights. A 0 on the diagonal says nothing of what stands below it.
#[test]
fn a_column_may_begin_with_zero() {
    let x = ndarray::array![[0.0, 1.0], [1.0, 1.0], [1.0, 2.0]];
    let weights = solve_triangle(&triangularize(&x, &ndarray::array![3.0, 5.0, 8.0]).unwrap());
    assert!(length(&(weights - ndarray::array![2.0, 3.0])) < 1e-12);
}

/// Source: the doc comment of `triangularize`.
#[test]
fn a_nan_is_no_error_and_comes_out_again() {
    let records = Trial::Lesson.records::<StudyRecord>();
    let mut hours = matrix(&records, |record| [record.hours]);
    let mut y: Array1<f64> = records.iter().map(|record| record.score).collect();
    y[3] = f64::NAN;
    assert!(fit_closed_form(&hours, &y).unwrap().iter().all(|weight| weight.is_nan()));
    y[3] = 60.0;
    hours[[3, 0]] = f64::NAN;
    assert!(fit_closed_form(&hours, &y).unwrap().iter().all(|weight| weight.is_nan()));
}
