//! Calls the student's functions and records their answers.

use std::process::ExitCode;

use closed_form::{
    Array1, Array2, FitError, Triangle, design_matrix, fit_closed_form, fit_normal_equations, gradient_descent, mirror,
    normal_equations, reflect, solve_triangle, triangularize,
};
use datasets::{EconomicYear, Home, OzoneReading, StudyRecord};
use harness::{Cell, Table, Trial, answer, case, experiment, given};

fn main() -> ExitCode {
    harness::main(&[
        case("ones-in-front", ones_in_front),
        case("ones-alone", ones_alone),
        case("normal-equations", the_normal_equations),
        case("mirrors", mirrors),
        case("reflections", reflections),
        case("flag-in-the-mirror", flag_in_the_mirror),
        case("triangle", triangle),
        case("what-has-no-triangle", what_has_no_triangle),
        case("from-the-last-row-up", from_the_last_row_up),
        case("best-line", best_line),
        case("best-weights-of-homes", best_weights_of_homes),
        case("norris", norris),
        case("longley", longley),
        case("columns-nearly-alike", columns_nearly_alike),
        case("beside-a-descent", beside_a_descent),
        case("lines-beside-the-best", lines_beside_the_best),
        case("what-cannot-be-fitted", what_cannot_be_fitted),
        experiment("columns-alike", columns_alike),
        experiment("descent-beside", descent_beside),
    ])
}

/// How many digits are right when two columns become alike, by both ways of solving.
fn columns_alike(trial: &Trial, table: &mut Table) {
    let rows = trial.count("rows", 12, 5..=40);
    let true_weights = [
        trial.number("base", 3.0, -10.0..10.0),
        trial.number("first weight", 2.0, -10.0..10.0),
        trial.number("second weight", -5.0, -10.0..10.0),
    ];
    for halvings in 0..=44 {
        // A power of two: all numbers are as exact as they look.
        let apart = 0.5_f64.powi(halvings);
        let row = |index: usize| [index as f64 + 1.0, index as f64 + 1.0 + apart * (index * index % 7) as f64];
        let features = Array2::from_shape_vec((rows, 2), (0..rows).flat_map(row).collect()).unwrap();
        let [base, first, second] = true_weights;
        let y = features.rows().into_iter().map(|row| base + first * row[0] + second * row[1]).collect();
        let ways =
            [("mirrors", fit_closed_form(&features, &y)), ("normal equations", fit_normal_equations(&features, &y))];
        for (way, weights) in ways {
            table.row([given("way", way), given("apart by", apart), answer("digits", digits(&weights, true_weights))]);
        }
    }
}

/// How many digits of the worst weight are right; a word where there are no weights.
fn digits(weights: &Result<Array1<f64>, FitError>, real: [f64; 3]) -> Cell {
    let weights = match weights {
        Ok(weights) if weights.len() == real.len() => weights,
        Ok(weights) => return format!("{} weights", weights.len()).into(),
        Err(error) => return error.to_string().into(),
    };
    let largest = real.iter().fold(f64::MIN_POSITIVE, |largest, weight| largest.max(weight.abs()));
    let error = weights.iter().zip(real).map(|(got, real)| (got - real).abs()).fold(0.0, f64::max) / largest;
    // A number has 16 digits.
    (-error.max(1e-16).log10()).clamp(0.0, 16.0).into()
}

/// The line of a descent beside the best one.
fn descent_beside(trial: &Trial, table: &mut Table) {
    let mut records = trial.records::<StudyRecord>();
    records.sort_by(|one, other| one.hours.total_cmp(&other.hours));
    let (rate, steps) = (trial.number("learning rate", 0.01, 1e-4..0.1), trial.count("steps", 100, 0..=3_000));
    let hours = matrix(&records, |record| [record.hours]);
    let scores = records.iter().map(|record| record.score).collect();
    let best = fit_closed_form(&hours, &scores);
    let descent = gradient_descent(&matrix(&records, |record| [1.0, record.hours]), &scores, rate, steps);
    for (line, weights) in [("descent", Ok(descent)), ("closed form", best)] {
        for record in &records {
            let score: Cell = match &weights {
                Ok(weights) if weights.len() == 2 => (weights[0] + weights[1] * record.hours).into(),
                Ok(weights) => format!("{} weights", weights.len()).into(),
                Err(error) => error.to_string().into(),
            };
            table.row([
                given("line", line),
                given("hours", record.hours),
                given("score", record.score),
                answer("score on the line", score),
            ]);
        }
    }
}

fn ones_in_front(trial: &Trial, table: &mut Table) {
    let homes = trial.records::<Home>();
    let two = matrix(&homes[..3], |home| [home.bedrooms, home.sqft]);
    let one = matrix(&homes[1..5], |home| [home.bathrooms]);
    for features in [two, one] {
        let x = design_matrix(&features);
        for row in 0..features.nrows() {
            table.row([
                given("features", features.row(row).to_string()),
                answer("columns", x.ncols()),
                answer("column 0", cell_of(&x, row, 0)),
                answer("column 1", cell_of(&x, row, 1)),
                answer("column 2", cell_of(&x, row, 2)),
            ]);
        }
    }
}

/// In a case of its own, as a panic at no columns at all says nothing of the others.
fn ones_alone(trial: &Trial, table: &mut Table) {
    let homes = trial.records::<Home>().len();
    for rows in [1, homes] {
        let x = design_matrix(&Array2::zeros((rows, 0)));
        table.row([
            given("rows", rows),
            answer("rows there", x.nrows()),
            answer("columns", x.ncols()),
            answer("last number", cell_of(&x, rows - 1, 0)),
        ]);
    }
}

fn the_normal_equations(trial: &Trial, table: &mut Table) {
    let homes = trial.records::<Home>();
    let rooms = (matrix(&homes, |home| [1.0, home.bedrooms, home.bathrooms]), prices(trial));
    let hours = (matrix(&trial.records::<StudyRecord>(), |record| [1.0, record.hours]), scores(trial));
    for ((x, y), of) in [(rooms, "homes"), (hours, "study records")] {
        let (left, right) = normal_equations(&x, &y);
        for row in 0..x.ncols() {
            table.row([
                given("of", of),
                given("row", row),
                answer("rows", left.nrows()),
                answer("column 0", cell_of(&left, row, 0)),
                answer("column 1", cell_of(&left, row, 1)),
                answer("column 2", cell_of(&left, row, 2)),
                answer("right side", at(&right, row)),
            ]);
        }
    }
}

fn mirrors(trial: &Trial, table: &mut Table) {
    let number = |name: &str, lesson: f64| trial.number(name, lesson, 2.0..9.0);
    for (column, place) in [
        (vec![number("a", 3.0), number("b", 4.0)], 0),
        (vec![number("c", 7.0), -number("d", 2.0), number("e", 6.0), number("f", 3.0)], 1),
        (vec![-number("g", 5.0), number("h", 8.0), 0.0, -number("i", 2.5)], 2),
    ] {
        let column = Array1::from_vec(column);
        let direction = mirror(&column, place);
        for index in 0..column.len() {
            table.row([
                given("column", column.to_string()),
                given("place", place),
                given("number", index),
                answer("direction", at(&direction, index)),
            ]);
        }
    }
}

/// A flag, its image, and the image of that, which is the flag again; and the mirror, whose points stay where they are.
fn flag_in_the_mirror(trial: &Trial, table: &mut Table) {
    let (across, up) = (trial.number("across", 3.0, 2.0..4.0), trial.number("up", 4.0, 3.0..5.0));
    let moved = Array1::from_vec(vec![across + across.hypot(up), up]);
    let direction = &moved / moved.dot(&moved).sqrt();
    let flag = [[0.0, 0.0], [across, up], [across + 0.9, up - 1.2], [0.7 * across, 0.7 * up]];
    let mirror = [-5.0, 5.0].map(|far| [-direction[1] * far, direction[0] * far]);
    for (line, points, times) in
        [("mirrored twice", &flag[..], 2), ("mirrored once", &flag, 1), ("the mirror", &mirror, 1)]
    {
        for point in points {
            let point = Array1::from_vec(point.to_vec());
            let image = (0..times).fold(point, |point, _| reflect(&direction, &point));
            table.row([given("line", line), answer("1st number", at(&image, 0)), answer("2nd number", at(&image, 1))]);
        }
    }
}

fn reflections(trial: &Trial, table: &mut Table) {
    let number = |name: &str, lesson: f64| trial.number(name, lesson, 2.0..9.0);
    for (direction, numbers) in [
        (vec![0.6, 0.8], vec![number("a", 5.0), number("b", 10.0)]),
        (vec![0.6, 0.0, -0.8], vec![number("c", 2.0), number("d", 7.0), number("e", 4.0)]),
        (vec![0.5, -0.5, 0.5, 0.5], vec![number("f", 3.0), number("g", 6.0), -number("h", 4.0), number("i", 8.0)]),
    ] {
        let (direction, numbers) = (Array1::from_vec(direction), Array1::from_vec(numbers));
        let reflected = reflect(&direction, &numbers);
        for index in 0..numbers.len() {
            table.row([
                given("direction", direction.to_string()),
                given("numbers", numbers.to_string()),
                given("number", index),
                answer("reflected", at(&reflected, index)),
            ]);
        }
    }
}

fn triangle(trial: &Trial, table: &mut Table) {
    let records = trial.records::<StudyRecord>();
    let parabola = matrix(&records, |record| [1.0, record.hours, record.hours * record.hours]);
    let [one, other] = two_that_differ(trial);
    let line = matrix(&[one, other], |record| [record.hours, 1.0]);
    let two_scores = Array1::from_vec(vec![one.score, other.score]);
    // Numbers that say a lot, small as they are.
    let tiny = matrix(&records, |record| [1.0, 1e-8 * record.hours]);
    for (x, y, of) in [
        (parabola, scores(trial), "1, hours, hours²"),
        (line, two_scores, "hours, 1"),
        (tiny, scores(trial), "1, hours in tiny units"),
    ] {
        let answered = triangularize(&x, &y);
        for row in 0..x.ncols() {
            let cell = |column: usize| match &answered {
                // Below the diagonal there is only rounding.
                Ok(_) if column < row => "-".into(),
                Ok(triangle) => cell_of(&triangle.r, row, column),
                Err(error) => error.to_string().into(),
            };
            let right =
                answered.as_ref().map_or_else(|error| error.to_string().into(), |triangle| at(&triangle.c, row));
            table.row([
                given("columns", of),
                given("row", row),
                answer("column 0", cell(0)),
                answer("column 1", cell(1)),
                answer("column 2", cell(2)),
                answer("right side", right),
            ]);
        }
    }
}

fn what_has_no_triangle(trial: &Trial, table: &mut Table) {
    let homes = trial.records::<Home>();
    let n = homes.len();
    let rooms = matrix(&homes, |home| [1.0, home.bedrooms, home.bathrooms]);
    let mut one_missing = rooms.clone();
    one_missing[[0, 1]] = f64::NAN;
    let sizes = |factor: f64| matrix(&homes, |home| [1.0, home.sqft, factor * home.sqft + home.bedrooms]);
    for (x, targets, what) in [
        (sizes(0.0), n, "homes"),
        (rooms.slice(ndarray::s![..2, ..]).to_owned(), 2, "fewer homes than columns"),
        (rooms.slice(ndarray::s![..3, ..]).to_owned(), n, "more prices than homes"),
        (rooms.clone(), 2, "fewer prices than homes"),
        (rooms.slice(ndarray::s![..2, ..]).to_owned(), n, "too few homes, and more prices"),
        (matrix(&homes, |home| [home.price, 0.3 * home.price, home.bedrooms]), n, "a column and 0.3 times it"),
        (matrix(&homes, |home| [1.0, home.sqft / 7.0, home.sqft / 7.0 + 0.3]), n, "a column, shifted"),
        // The larger numbers are rounded to fewer decimals, so more than usual is left of the last column.
        (matrix(&homes, |home| [1.0, home.bedrooms / 7.0 + 30.1, home.bedrooms / 7.0]), n, "a column, shifted back"),
        (matrix(&homes, |home| [1.0, home.bedrooms, 0.0]), n, "a column of zeros"),
        (matrix(&homes, |home| [home.sqft - homes[0].sqft, 1.0]), n, "a first column that begins with 0"),
        (sizes(1e5), n, "nearly a multiple, but for the bedrooms"),
        (matrix(&homes, |home| [1e-14, home.sqft * 1e-14, home.bedrooms * 1e-14]), n, "homes in tiny units"),
        (matrix(&homes, |home| [1.0, home.sqft, home.bedrooms * 1e-14]), n, "bedrooms in tiny units"),
        (matrix(&homes, |home| [home.bedrooms * 1e-14, home.sqft, home.bathrooms * 1e-14]), n, "rooms in tiny units"),
        (one_missing, n, "homes, and one number is a NaN"),
    ] {
        let y = prices(trial).iter().take(targets).copied().collect();
        let result = match triangularize(&x, &y) {
            Ok(Triangle { r, c }) if r.nrows() == c.len() => format!("a triangle in {} rows", c.len()),
            Ok(Triangle { r, c }) => format!("a triangle in {} rows, a right side in {}", r.nrows(), c.len()),
            Err(error) => error.to_string(),
        };
        table.row([given("what", what), given("rows", x.nrows()), given("targets", y.len()), answer("result", result)]);
    }
}

fn from_the_last_row_up(trial: &Trial, table: &mut Table) {
    let number = |name: &str, lesson: f64| trial.number(name, lesson, 2.0..9.0);
    let two = (vec![2.0, number("a", 3.0), 0.0, 4.0], vec![number("b", 16.0), number("c", 8.0)], 2);
    let three = (
        vec![-4.0, number("d", 2.0), 1.0, 0.0, number("e", 5.0), -3.0, 0.0, 0.0, 2.5],
        vec![number("f", 7.0), number("g", -2.0), number("h", 4.0)],
        3,
    );
    // A fit has more rows than weights; the rest of the right side is its errors. What stands below the diagonal has no
    // say.
    let taller = (
        vec![number("i", 5.0), 2.0, 1.5, -number("j", 8.0), 0.0, 0.0, 0.0, 0.0],
        vec![number("k", 9.0), number("l", 6.0), number("m", 3.0), 1.5],
        2,
    );
    let tiny = (
        vec![2e-12, 1e-12 * number("n", 3.0), 0.0, 4e-12],
        vec![1e-12 * number("o", 14.0), 1e-12 * number("p", 8.0)],
        2,
    );
    for (r, c, columns) in [two, three, taller, tiny] {
        let r = Array2::from_shape_vec((c.len(), columns), r).unwrap();
        let triangle = Triangle { r, c: Array1::from_vec(c) };
        let weights = solve_triangle(&triangle);
        for index in 0..columns {
            table.row([
                given("triangle", format!("{} rows, {columns} columns", triangle.r.nrows())),
                given("row", triangle.r.row(index).to_string()),
                given("right side", triangle.c[index]),
                answer("weight", at(&weights, index)),
            ]);
        }
    }
}

fn best_line(trial: &Trial, table: &mut Table) {
    let records = trial.records::<StudyRecord>();
    for some in [&records[..], &records[..5], &two_that_differ(trial)] {
        let scores = some.iter().map(|record| record.score).collect();
        let weights = fit_closed_form(&matrix(some, |record| [record.hours]), &scores);
        table.row([
            given("records", some.len()),
            answer("base", weight(&weights, 0)),
            answer("weight of an hour", weight(&weights, 1)),
        ]);
    }
}

fn best_weights_of_homes(trial: &Trial, table: &mut Table) {
    let homes = matrix(&trial.records::<Home>(), |home| [home.bedrooms, home.bathrooms, home.sqft]);
    let weights = fit_closed_form(&homes, &prices(trial));
    weights_by_name(&["base", "bedrooms", "bathrooms", "sqft"], &weights, table);
}

fn norris(trial: &Trial, table: &mut Table) {
    let readings = trial.records::<OzoneReading>();
    let reference = matrix(&readings, |reading| [reading.reference]);
    let weights = fit_closed_form(&reference, &readings.iter().map(|reading| reading.monitor).collect());
    weights_by_name(&["base", "reference"], &weights, table);
}

fn longley(trial: &Trial, table: &mut Table) {
    let years = trial.records::<EconomicYear>();
    let features = matrix(&years, |year| {
        [year.deflator, year.product, year.unemployed, year.armed_forces, year.population, year.year]
    });
    let weights = fit_closed_form(&features, &years.iter().map(|year| year.employed).collect());
    let names = ["base", "deflator", "product", "unemployed", "armed_forces", "population", "year"];
    weights_by_name(&names, &weights, table);
}

/// Two columns that come ever closer to each other, and targets that fit whole weights exactly.
fn columns_nearly_alike(trial: &Trial, table: &mut Table) {
    let weight = |name: &str, lesson: usize| trial.count(name, lesson, 2..9) as f64;
    let true_weights = [weight("base", 3), weight("first", 2), -weight("second", 5)];
    let rows = trial.count("rows", 12, 9..15);
    for halvings in [4, 10, 24, 26] {
        // A power of two: all numbers are as exact as they look.
        let apart = 0.5_f64.powi(halvings);
        let row = |index: usize| [index as f64 + 1.0, index as f64 + 1.0 + apart * (index * index % 7) as f64];
        let features = Array2::from_shape_vec((rows, 2), (0..rows).flat_map(row).collect()).unwrap();
        let [base, first, second] = true_weights;
        let y = features.rows().into_iter().map(|row| base + first * row[0] + second * row[1]).collect();
        let found = |weights: Result<Array1<f64>, FitError>| {
            let near = |weights: Array1<f64>| {
                weights.len() == 3 && weights.iter().zip(true_weights).all(|(got, real)| (got - real).abs() < 1e-3)
            };
            weights.is_ok_and(near)
        };
        table.row([
            given("apart by", format!("1/{}", apart.recip())),
            answer("normal equations find them", found(fit_normal_equations(&features, &y))),
            answer("fit_closed_form does", found(fit_closed_form(&features, &y))),
        ]);
    }
}

fn beside_a_descent(trial: &Trial, table: &mut Table) {
    let hours = matrix(&trial.records::<StudyRecord>(), |record| [record.hours]);
    let scores = scores(trial);
    let weights = fit_closed_form(&hours, &scores);
    for steps in [10, 100, 1_000, 3_000] {
        let descent = gradient_descent(
            &matrix(&trial.records::<StudyRecord>(), |record| [1.0, record.hours]),
            &scores,
            0.01,
            steps,
        );
        let missing = |index: usize| match weight(&weights, index) {
            Cell::Number(weight) => (weight - descent[index]).into(),
            other => other,
        };
        table.row([
            given("steps", steps),
            given("base by descent", descent[0]),
            given("weight by descent", descent[1]),
            answer("base to go", missing(0)),
            answer("weight to go", missing(1)),
        ]);
    }
}

fn lines_beside_the_best(trial: &Trial, table: &mut Table) {
    let records = trial.records::<StudyRecord>();
    let (hours, scores) = (matrix(&records, |record| [record.hours]), scores(trial));
    let descent = |steps| Ok(gradient_descent(&matrix(&records, |record| [1.0, record.hours]), &scores, 0.01, steps));
    for (line, weights) in
        [("10 steps", descent(10)), ("100 steps", descent(100)), ("closed form", fit_closed_form(&hours, &scores))]
    {
        for record in &records {
            let score: Cell = match &weights {
                Ok(weights) if weights.len() == 2 => (weights[0] + weights[1] * record.hours).into(),
                Ok(weights) => format!("{} weights", weights.len()).into(),
                Err(error) => error.to_string().into(),
            };
            table.row([
                given("line", line),
                given("hours", record.hours),
                given("score", record.score),
                answer("score on the line", score),
            ]);
        }
    }
}

fn what_cannot_be_fitted(trial: &Trial, table: &mut Table) {
    let homes = trial.records::<Home>();
    let n = homes.len();
    let mut one_missing = matrix(&homes, |home| [home.bedrooms, home.sqft]);
    one_missing[[0, 1]] = f64::NAN;
    for (features, targets, what) in [
        (matrix(&homes, |home| [home.bedrooms, home.sqft]), n, "homes"),
        (matrix(&homes, |home| [home.sqft, 2.0]), n, "a constant feature"),
        (matrix(&homes, |home| [home.bedrooms, home.bathrooms, home.bedrooms + home.bathrooms]), n, "rooms in all"),
        (matrix(&homes[..2], |home| [home.bedrooms, home.sqft]), 2, "two homes, three weights"),
        (matrix(&homes, |home| [home.sqft]), n - 1, "a price too few"),
        (matrix(&homes[..0], |home| [home.sqft]), 0, "no homes"),
        (one_missing, n, "homes, and one size is a NaN"),
    ] {
        let result = match fit_closed_form(&features, &prices(trial).iter().take(targets).copied().collect()) {
            Ok(weights) if weights.iter().all(|weight| weight.is_nan()) => format!("{} times NaN", weights.len()),
            Ok(weights) => format!("{} weights", weights.len()),
            Err(error) => error.to_string(),
        };
        table.row([
            given("what", what),
            given("rows", features.nrows()),
            given("targets", targets),
            answer("result", result),
        ]);
    }
}

fn weights_by_name(names: &[&str], weights: &Result<Array1<f64>, FitError>, table: &mut Table) {
    for (index, name) in names.iter().enumerate() {
        table.row([given("weight of", *name), answer("weight", weight(weights, index))]);
    }
}

/// The weight at this place, or what is there in its stead.
fn weight(weights: &Result<Array1<f64>, FitError>, index: usize) -> Cell {
    weights.as_ref().map_or_else(|error| error.to_string().into(), |weights| at(weights, index))
}

/// The first record, and the first that has other hours: two points of one line.
fn two_that_differ(trial: &Trial) -> [StudyRecord; 2] {
    let records = trial.records::<StudyRecord>();
    let other = records.iter().find(|record| record.hours != records[0].hours);
    [records[0], other.copied().unwrap_or(records[1])]
}

/// A matrix with a row for each record.
fn matrix<Record, const COLUMNS: usize>(records: &[Record], row: impl Fn(&Record) -> [f64; COLUMNS]) -> Array2<f64> {
    Array2::from_shape_vec((records.len(), COLUMNS), records.iter().flat_map(row).collect()).unwrap()
}

fn prices(trial: &Trial) -> Array1<f64> {
    trial.records::<Home>().iter().map(|home| home.price).collect()
}

fn scores(trial: &Trial) -> Array1<f64> {
    trial.records::<StudyRecord>().iter().map(|record| record.score).collect()
}

/// The number at this place, if there is one.
fn at(numbers: &Array1<f64>, index: usize) -> Cell {
    numbers.get(index).map_or_else(|| "missing".into(), |number| (*number).into())
}

/// The number at this row and column, if there is one.
fn cell_of(x: &Array2<f64>, row: usize, column: usize) -> Cell {
    x.get((row, column)).map_or_else(|| "missing".into(), |number| (*number).into())
}
