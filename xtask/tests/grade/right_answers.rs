//! Right answers pass in whatever form they come, and whatever else the code does beside them.

use testkit::assert_golden;
use testkit::solution::{solved, stub, written};

use crate::PROGRAM;

/// The folders of a small course, and the steps that they are copies of.
const FIRST_STEPS: [(&str, &str); 3] =
    [("01-loss", "loss"), ("02-gradient", "gradient"), ("03-single-weight", "single-weight")];

#[test]
fn an_untouched_course_says_where_to_begin() {
    let mut course = PROGRAM.course("untouched");
    for (folder, step) in FIRST_STEPS {
        course = course.with_step(folder, step, &stub(step));
    }
    let graded = course.grade(&[]);
    assert_eq!((graded.code, graded.stderr.as_str()), (1, ""));
    assert_golden!("an_untouched_course", &graded.stdout);
}

#[test]
fn a_solved_course_is_complete() {
    let mut course = PROGRAM.course("solved");
    for (folder, step) in FIRST_STEPS {
        course = course.with_step(folder, step, &solved(step));
    }
    let graded = course.grade(&[]);
    assert_eq!((graded.code, graded.stderr.as_str()), (0, ""));
    assert_golden!("a_solved_course", &graded.stdout);
}

#[test]
fn right_answers_in_other_forms_pass() {
    let loss = written(
        "loss",
        &[
            ("predict", "    sqft.mul_add(sqft_weight, BASE_PRICE)"),
            ("squared_error", "    (actual - predicted).powi(2)"),
            (
                "calculate_loss",
                "    let mut total = 0.0;
    for i in (0..houses.len()).rev() {
        total += (houses[i].price - BASE_PRICE - houses[i].sqft * sqft_weight).powi(2);
    }
    total",
            ),
        ],
    );
    let gradient = written(
        "gradient",
        &[
            (
                "calculate_gradient",
                "    let slope = |house: &House| (sqft_weight * house.sqft + BASE_PRICE - house.price) * house.sqft;
    2.0 * houses.iter().rev().map(slope).sum::<f64>()",
            ),
            (
                "direction",
                "    match gradient {
        up if up > 0.0 => Direction::Decrease,
        down if down < 0.0 => Direction::Increase,
        _ => Direction::AtMinimum,
    }",
            ),
            ("numeric_gradient", "    (loss(weight + h) - loss(weight - h)) / h / 2.0"),
        ],
    );
    let single_weight = written(
        "single-weight",
        &[
            ("update", "    -gradient * learning_rate + weight"),
            (
                "gradient_descent",
                "    let mut descent = Descent { final_weight: initial_weight, history: Vec::with_capacity(num_steps) };
    while descent.history.len() < num_steps {
        let weight = descent.final_weight;
        let loss = houses.iter().rev().map(|house| (predict(weight, house.sqft) - house.price).powi(2)).sum();
        descent.history.push(Step { step: descent.history.len(), weight, loss });
        descent.final_weight -= calculate_gradient(houses, weight) * learning_rate;
    }
    descent",
            ),
        ],
    );
    let multi_weight = written(
        "multi-weight",
        &[
            (
                "predict",
                "    let mut predicted = Array1::zeros(x.nrows());
    for row in 0..x.nrows() {
        for column in (0..x.ncols()).rev() {
            predicted[row] += x[[row, column]] * weights[column];
        }
    }
    predicted",
            ),
            (
                "calculate_loss",
                "    let n = y.len() as f64;
    predict(x, weights).iter().zip(y).map(|(predicted, actual)| (predicted - actual).powi(2) / n).sum()",
            ),
            (
                "calculate_gradient",
                "    let predicted = predict(x, weights);
    let mut gradient = Array1::zeros(x.ncols());
    for column in 0..x.ncols() {
        for row in 0..x.nrows() {
            gradient[column] += 2.0 * (predicted[row] - y[row]) * x[[row, column]];
        }
        gradient[column] /= y.len() as f64;
    }
    gradient",
            ),
        ],
    );
    let learning_rate = written(
        "learning-rate",
        &[
            (
                "curvature",
                "    let mut curvature = 0.0;
    for house in houses.iter().rev() {
        curvature += 2.0 * house.sqft.powi(2);
    }
    curvature",
            ),
            ("largest_stable_rate", "    best_rate(houses).map(|rate| rate * 2.0)"),
            (
                "best_rate",
                "    let squares: f64 = houses.iter().map(|house| house.sqft * house.sqft).sum();
    (squares > 0.0).then(|| 0.5 / squares)",
            ),
        ],
    );
    let study_score = written(
        "study-score",
        &[
            (
                "calculate_gradients",
                "    let n = records.len().max(1) as f64;
    let error = |record: &StudyRecord| line.weight * record.hours + line.base - record.score;
    Gradients {
        base: records.iter().rev().map(|record| error(record) / n).sum::<f64>() * 2.0,
        weight: 2.0 / n * records.iter().map(|record| error(record) * record.hours).sum::<f64>(),
    }",
            ),
            (
                "gradient_descent_study",
                "    (0..num_steps).fold(start, |line, _| {
        let slopes = calculate_gradients(records, line);
        Line { base: line.base - slopes.base * learning_rate, weight: line.weight - slopes.weight * learning_rate }
    })",
            ),
        ],
    );
    // Gram and Schmidt's way in the place of Householder's, the targets taken along as a column.
    let closed_form = written(
        "closed-form",
        &[
            (
                "design_matrix",
                "    Array2::from_shape_fn((features.nrows(), features.ncols() + 1), |(row, column)| {
        if column == 0 { 1.0 } else { features[[row, column - 1]] }
    })",
            ),
            (
                "normal_equations",
                "    let sum = |one: &dyn Fn(usize) -> f64| (0..x.nrows()).rev().map(one).sum::<f64>();
    let left = Array2::from_shape_fn((x.ncols(), x.ncols()), |(i, j)| sum(&|row| x[[row, i]] * x[[row, j]]));
    (left, (0..x.ncols()).map(|i| sum(&|row| x[[row, i]] * y[row])).collect())",
            ),
            (
                "mirror",
                "    let mut direction = Array1::zeros(column.len());
    let size = column.iter().skip(place).map(|number| number.powi(2)).sum::<f64>().sqrt();
    for row in place..column.len() {
        direction[row] = column[row] / size;
    }
    direction[place] += if column[place] >= 0.0 { 1.0 } else { -1.0 };
    let size = length(&direction);
    direction.mapv(|number| number / size)",
            ),
            (
                "reflect",
                "    let mut reach = 0.0;
    for row in (0..numbers.len()).rev() {
        reach += numbers[row] * direction[row];
    }
    numbers.iter().zip(direction).map(|(number, share)| number - reach * 2.0 * share).collect()",
            ),
            (
                "solve_triangle",
                "    let mut left = triangle.c.clone();
    let mut weights = Array1::zeros(triangle.r.ncols());
    for column in (0..triangle.r.ncols()).rev() {
        weights[column] = left[column] / triangle.r[[column, column]];
        for row in 0..column {
            left[row] -= triangle.r[[row, column]] * weights[column];
        }
    }
    weights",
            ),
            (
                "fit_closed_form",
                "    triangularize(&design_matrix(features), y)?;
    let mut columns: Vec<Array1<f64>> = design_matrix(features).columns().into_iter().map(|one| one.to_owned()).collect();
    let (mut left, d) = (y.clone(), columns.len());
    let mut triangle = Triangle { r: Array2::zeros((d, d)), c: Array1::zeros(d) };
    for one in 0..d {
        let size = length(&columns[one]);
        let direction = &columns[one] / size;
        triangle.r[[one, one]] = size;
        for later in one + 1..d {
            triangle.r[[one, later]] = direction.dot(&columns[later]);
            columns[later] = &columns[later] - triangle.r[[one, later]] * &direction;
        }
        triangle.c[one] = direction.dot(&left);
        left = left - triangle.c[one] * &direction;
    }
    Ok(solve_triangle(&triangle))",
            ),
        ],
    );
    let mini_batch = written(
        "mini-batch",
        &[
            (
                "batches",
                "    let mut batches: Vec<Vec<usize>> = Vec::new();
    for (place, sample) in order.iter().enumerate() {
        if place % batch_size == 0 {
            batches.push(Vec::new());
        }
        batches.last_mut().unwrap().push(*sample);
    }
    batches",
            ),
            (
                "batch_gradient",
                "    let axis = ndarray::Axis(0);
    let (x, y) = (x.select(axis, batch), y.select(axis, batch));
    x.t().dot(&(x.dot(weights) - &y)) * 2.0 / y.len() as f64",
            ),
            (
                "stochastic_descent",
                "    let drawn: Vec<usize> = std::iter::repeat_with(|| draw(x.nrows())).take(num_steps * batch_size).collect();
    drawn.chunks(batch_size).fold(Array1::<f64>::zeros(x.ncols()), |weights, samples| {
        &weights - batch_gradient(x, y, &weights, samples) * learning_rate
    })",
            ),
            ("rate_of_pass", "    (1.0 / initial_rate + pass as f64 / initial_rate * decay).recip()"),
            (
                "one_pass",
                "    batches(order, batch_size)
        .iter()
        .fold(weights.clone(), |weights, batch| &weights - batch_gradient(x, y, &weights, batch) * learning_rate)",
            ),
        ],
    );
    let optimizers = written(
        "optimizers",
        &[
            (
                "Momentum::step",
                "        for at in 0..weights.len() {
            self.velocity[at] *= self.momentum;
            self.velocity[at] += gradient[at];
            weights[at] -= self.velocity[at] * self.learning_rate;
        }",
            ),
            (
                "Nesterov::step",
                "        let kept = self.momentum * self.momentum * &self.velocity;
        let ahead = (1.0 + self.momentum) * gradient + kept;
        self.velocity = gradient + &self.velocity * self.momentum;
        weights.scaled_add(-self.learning_rate, &ahead);",
            ),
            (
                "RmsProp::step",
                "        for (at, slope) in gradient.iter().enumerate() {
            self.squares[at] += (1.0 - self.decay) * (slope.powi(2) - self.squares[at]);
            weights[at] -= self.learning_rate / (self.squares[at].sqrt() + self.epsilon) * slope;
        }",
            ),
            (
                "Moments::direction",
                "        self.steps += 1;
        let (slow, slower) = (self.beta1.powf(self.steps.into()), self.beta2.powf(self.steps.into()));
        let mut direction = gradient.clone();
        for (at, slope) in gradient.iter().enumerate() {
            self.mean[at] += (slope - self.mean[at]) * (1.0 - self.beta1);
            self.square[at] += (slope * slope - self.square[at]) * (1.0 - self.beta2);
            direction[at] = self.mean[at] / (1.0 - slow) / ((self.square[at] / (1.0 - slower)).sqrt() + self.epsilon);
        }
        direction",
            ),
            (
                "AdamW::step",
                "        let update = self.moments.direction(gradient) + self.weight_decay * &*weights;
        weights.scaled_add(-self.learning_rate, &update);",
            ),
            (
                "trust_ratio",
                "    let length = |numbers: &Array1<f64>| numbers.iter().fold(0.0, |sum: f64, number| sum.hypot(*number));
    if length(weights) > 0.0 && length(update) > 0.0 { length(weights) / length(update) } else { 1.0 }",
            ),
            (
                "walk",
                "    let mut path = vec![start.clone()];
    for step in 0..num_steps {
        let mut weights = path[step].clone();
        optimizer.step(&mut weights, &gradient_at(surface, &path[step]));
        path.push(weights);
    }
    path",
            ),
        ],
    );
    let surfaces = written(
        "surfaces",
        &[
            ("double_well_gradient", "    [4.0 * x.powi(3) - 4.0 * x, y + y]"),
            (
                "himmelblau_gradient",
                "    let in_x = 4.0 * x.powi(3) + 4.0 * x * y - 42.0 * x + 2.0 * y * y - 14.0;
    let in_y = 4.0 * y.powi(3) + 4.0 * x * y - 26.0 * y + 2.0 * x * x - 22.0;
    [in_x, in_y]",
            ),
            ("rosenbrock_gradient", "    [2.0 * x - 2.0 - 400.0 * (x * y - x.powi(3)), 200.0 * y - 200.0 * x.powi(2)]"),
            (
                "measured_gradient",
                "    [(H, 0.0), (0.0, H)].map(|(dx, dy)| (height([x + dx, y + dy]) - height([x - dx, y - dy])) / H * 0.5)",
            ),
            (
                "descend",
                "    let mut end = start;
    for steps in 0.. {
        let slopes = gradient(end);
        let stop = if !end.iter().all(|number| number.abs() <= FAR) {
            Stop::Gone
        } else if slopes.iter().map(|slope| slope * slope).sum::<f64>().sqrt() <= FLAT {
            Stop::Flat
        } else if steps < most_steps {
            end = [0, 1].map(|axis| end[axis] - slopes[axis] * learning_rate);
            continue;
        } else {
            Stop::OutOfSteps
        };
        return Descent { end, steps, stop };
    }
    unreachable!()",
            ),
            ("hessian", "    [0, 1].map(|row| measured_gradient(&|point| gradient(point)[row], [x, y]))"),
            (
                "ground",
                "    let [[xx, xy], [_, yy]] = hessian(gradient, point);
    match xx * yy - xy.powi(2) {
        product if product.abs() <= UNCLEAR => Ground::Unclear,
        product if product > 0.0 && yy > 0.0 => Ground::Minimum,
        product if product > 0.0 => Ground::Maximum,
        _ => Ground::Saddle,
    }",
            ),
        ],
    );

    let course = PROGRAM
        .course("other-forms")
        .with_step("01-loss", "loss", &loss)
        .with_step("02-gradient", "gradient", &gradient)
        .with_step("03-single-weight", "single-weight", &single_weight)
        .with_step("04-multi-weight", "multi-weight", &multi_weight)
        .with_step("05-learning-rate", "learning-rate", &learning_rate)
        .with_step("06-study-score", "study-score", &study_score)
        .with_step("07-closed-form", "closed-form", &closed_form)
        .with_step("08-mini-batch", "mini-batch", &mini_batch)
        .with_step("09-optimizers", "optimizers", &optimizers)
        .with_step("10-surfaces", "surfaces", &surfaces);
    let graded = course.grade(&[]);
    assert_eq!((graded.code, graded.stderr.as_str()), (0, ""), "{}", graded.stdout);
    assert!(graded.stdout.ends_with("Course complete: every case of every step passes.\n"), "{}", graded.stdout);
}

#[test]
fn right_answers_pass_whatever_the_code_does_beside_them() {
    let squared_error = "    println!(\"{predicted}\");
    eprintln!(\"not {actual}\");
    println!(\"{{\\\"ended\\\":{{\\\"trial\\\":\\\"lesson\\\"}}}}\");
    dbg!((predicted - actual).powi(2))";
    let prints = written("loss", &[("squared_error", squared_error)]);
    let thread = written(
        "loss",
        &[("predict", "    std::thread::spawn(|| loop { std::thread::park() });\n    BASE_PRICE + sqft_weight * sqft")],
    );
    // 34 MB in each of three trials.
    let flood = "    if houses.is_empty() {
        let line = \"x\".repeat(999);
        for _ in 0..34_000 {
            println!(\"{line}\");
        }
    }
    houses.iter().map(|house| squared_error(predict(sqft_weight, house.sqft), house.price)).sum()";
    let flood = written("loss", &[("calculate_loss", flood)]);
    let course = PROGRAM
        .course("beside-the-answers")
        .with_step("01-prints", "loss", &prints)
        .with_step("02-thread", "loss", &thread)
        .with_step("03-flood", "loss", &flood);
    let graded = course.grade(&[]);
    assert_eq!((graded.code, graded.stderr.as_str()), (0, ""));
    assert_golden!("prints_of_passing_cases", &graded.stdout);

    let report = course.grade_as_json(&[]);
    let case = &report["steps"][2]["cases"][3];
    assert_eq!(case["name"], "loss-of-no-houses");
    let printed = &case["printed"];
    assert_eq!(printed["bytes"], 3 * 34_000 * 1_000);
    for part in ["beginning", "end"] {
        assert_eq!(printed[part].as_str().unwrap().len(), 16 << 10, "only its beginning and its end are kept");
    }
}
