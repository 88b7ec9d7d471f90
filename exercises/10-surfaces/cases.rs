//! Calls the student's functions and records their answers.

use std::process::ExitCode;

use datasets::surfaces::{
    DOUBLE_WELL, HIMMELBLAU, MONKEY_SADDLE, ROSENBROCK, SADDLE, STYBLINSKI_TANG, SURFACES, Surface,
};
use harness::{Cell, Table, Trial, answer, case, experiment, given};
use surfaces::{
    Ending, FLAT, Ground, Point, Stop, basins, descend, double_well_gradient, ending, ground, hessian,
    himmelblau_gradient, measured_gradient, rosenbrock_gradient, saddle_gradient,
};

fn main() -> ExitCode {
    harness::main(&[
        case("slopes-of-a-saddle", slopes_of_a_saddle),
        case("slopes-of-a-double-well", slopes_of_a_double_well),
        case("slopes-of-himmelblau", slopes_of_himmelblau),
        case("slopes-of-rosenbrock", slopes_of_rosenbrock),
        case("measured-slopes", measured_slopes),
        case("descents", descents),
        case("descents-at-the-edges", descents_at_the_edges),
        case("hessians", hessians),
        case("kinds-of-flat-ground", kinds_of_flat_ground),
        case("where-each-start-ends", where_each_start_ends),
        case("endings-at-the-edges", endings_at_the_edges),
        case("minima-found", minima_found),
        case("starts-and-their-minima", starts_and_their_minima),
        case("minima-at-the-edges", minima_at_the_edges),
        case("basins-of-himmelblau", basins_of_himmelblau),
        experiment("descent", descent),
        experiment("map-of-basins", map_of_basins),
    ])
}

/// The way down from a start on a surface that the student chooses, with the student's own slopes where there are some.
fn descent(trial: &Trial, table: &mut Table) {
    let names: Vec<&str> = ["himmelblau", "double-well", "saddle", "rosenbrock"]
        .into_iter()
        .chain(SURFACES.iter().map(|surface| surface.name))
        .collect();
    let surface = chosen_surface(trial, &names);
    let start = trial.point("start", surface.starts[0].point, surface.view);
    let rate = trial.number("learning rate", if surface.name == "rosenbrock" { 1e-3 } else { 0.01 }, 1e-4..0.5);
    let num_steps = trial.count("steps", 100, 0..=1_000);
    let gradient = slopes_of(surface);
    let mut point = start;
    for step in 0..=num_steps {
        table.row([
            answer("step", step),
            answer("x", point[0]),
            answer("y", point[1]),
            answer("loss", (surface.value)(point)),
        ]);
        let next = descend(&*gradient, point, rate, 1);
        if next.steps == 0 {
            break;
        }
        point = next.end;
    }
}

/// Where a descent from each point of a grid ends.
fn map_of_basins(trial: &Trial, table: &mut Table) {
    let surface = chosen_surface(trial, &["himmelblau", "double-well", "six-hump-camel", "styblinski-tang", "saddle"]);
    let rate = trial.number("learning rate", 0.004, 1e-3..0.02);
    let per_side = trial.count("points to a side", 9, 2..=15);
    let along = |[low, high]: [f64; 2], place: usize| {
        // Beside the edges, where a steep wall throws a walk far away.
        low + (high - low) * (0.08 + 0.84 * place as f64 / (per_side - 1) as f64)
    };
    let (across, up) = (surface.view.x, surface.view.y);
    let rows = (0..per_side).map(|place| along(up, place));
    let starts: Vec<Point> = rows.flat_map(|y| (0..per_side).map(move |place| [along(across, place), y])).collect();
    let found = basins(&*slopes_of(surface), &starts, rate);
    for ([x, y], place) in starts.iter().zip(&found.found) {
        let minimum = place.and_then(|place| found.minima.get(place));
        table.row([
            given("start x", *x),
            given("start y", *y),
            answer("ends at", minimum.map_or("no minimum".to_owned(), |minimum| rounded(*minimum))),
        ]);
    }
}

fn chosen_surface(trial: &Trial, names: &[&str]) -> &'static Surface {
    let mut known: Vec<&str> = Vec::new();
    for name in names {
        if !known.contains(name) {
            known.push(name);
        }
    }
    datasets::surfaces::surface(trial.choice("surface", &known)).unwrap_or(&HIMMELBLAU)
}

/// The student's slopes of a surface: by formula, or measured.
fn slopes_of(surface: &'static Surface) -> Box<dyn Fn(Point) -> Point> {
    match surface.name {
        "himmelblau" => Box::new(himmelblau_gradient),
        "double-well" => Box::new(double_well_gradient),
        "saddle" => Box::new(saddle_gradient),
        "rosenbrock" => Box::new(rosenbrock_gradient),
        _ => Box::new(|point| measured_gradient(&surface.value, point)),
    }
}

fn slopes_of_a_saddle(trial: &Trial, table: &mut Table) {
    slopes(trial, table, &SADDLE, &saddle_gradient);
}

fn slopes_of_a_double_well(trial: &Trial, table: &mut Table) {
    slopes(trial, table, &DOUBLE_WELL, &double_well_gradient);
}

fn slopes_of_himmelblau(trial: &Trial, table: &mut Table) {
    slopes(trial, table, &HIMMELBLAU, &himmelblau_gradient);
}

fn slopes_of_rosenbrock(trial: &Trial, table: &mut Table) {
    slopes(trial, table, &ROSENBROCK, &rosenbrock_gradient);
}

fn measured_slopes(trial: &Trial, table: &mut Table) {
    let (a, b, c) = (trial.number("a", 3.0, 1.0..5.0), trial.number("b", -2.0, -5.0..-1.0), 4.0);
    let plane = move |[x, y]: Point| a * x + b * y + c;
    // Ground that bends within a hundredth of its numbers: a longer step than `H` shows.
    let ripples = |[x, y]: Point| (300.0 * x).sin() + (200.0 * y).sin();
    for (name, height) in [
        ("a plane", &plane as &dyn Fn(Point) -> f64),
        ("himmelblau", &HIMMELBLAU.value),
        ("rosenbrock", &ROSENBROCK.value),
        ("ripples", &ripples),
    ] {
        for point in some_points(trial).into_iter().take(3) {
            let [in_x, in_y] = measured_gradient(height, point);
            table.row([
                given("surface", name),
                given("x", point[0]),
                given("y", point[1]),
                answer("slope in x", in_x),
                answer("slope in y", in_y),
            ]);
        }
    }
}

/// The student's own gradients beside what they measure: the one case that is about five functions together. A wrong
/// gradient has a case of its own, and the report sends there.
fn descents(trial: &Trial, table: &mut Table) {
    let [x, y] = some_start(trial);
    let few = trial.count("few", 5, 3..8);
    for (surface, start, rate, most_steps) in [
        (&HIMMELBLAU, [x, y], 0.01, 1),
        (&HIMMELBLAU, [x, y], 0.01, few),
        (&HIMMELBLAU, [x, y], 0.01, 1_000),
        (&HIMMELBLAU, [-x, -y], 0.01, 1_000),
        (&ROSENBROCK, [-x / 2.0, y / 2.0], 0.0003, 50),
        (&DOUBLE_WELL, [x / 2.0, y], 0.1, 1_000),
        (&SADDLE, [x, y], 0.1, 10),
        (&SADDLE, [x, y], 0.1, 1_000),
        (&SADDLE, [x, 0.0], 0.1, 1_000),
        (&HIMMELBLAU, [x, y], 1.0, 1_000),
    ] {
        descent_row(table, surface.name, &surface.gradient, start, rate, most_steps);
    }
}

fn descents_at_the_edges(trial: &Trial, table: &mut Table) {
    let [x, y] = some_start(trial);
    let cliff = |[x, y]: Point| [0.5 / x.sqrt(), 2.0 * y];
    let tilted = |[x, _]: Point| [2.0 * x, -1.0];
    let diagonal = |[x, y]: Point| [2.0 * (x + y) - 2.0, 2.0 * (x + y) - 2.0];
    let opposed = |[x, y]: Point| [x - y, y - x];
    let shelf = |_: Point| [0.0, 0.0];
    let just_flat = |_: Point| [0.0, FLAT];
    for (what, gradient, start, rate, most_steps) in [
        ("starts on a saddle", &SADDLE.gradient as &dyn Fn(Point) -> Point, [0.0, 0.0], 0.1, 100),
        ("starts on flat ground", &himmelblau, [3.0, 2.0], 0.01, 0),
        ("starts far away", &himmelblau, [-101.0, y], 0.01, 100),
        ("starts far away", &himmelblau, [x, 101.0], 0.01, 0),
        ("starts far away", &himmelblau, [x, -101.0], 0.01, 0),
        ("is exactly as steep as FLAT", &just_flat, [x, y], 0.01, 100),
        ("starts far away on flat ground", &shelf, [101.0, y], 0.01, 100),
        ("starts where far away begins", &himmelblau, [100.0, y], 0.01, 0),
        ("starts where far away begins", &himmelblau, [x, -100.0], 0.01, 0),
        ("starts in a far corner", &himmelblau, [90.0, 90.0], 0.01, 0),
        ("has a rate of 0", &himmelblau, [x, y], 0.0, 100),
        ("steps where there is no ground", &cliff, [0.04, y], 0.1, 100),
        // Off the hundredths, so that no tenth of a step leads to exactly 100.
        ("slides down a tilted trough", &tilted, [x, y + 0.005], 0.1, 2_000),
        ("comes to a level line", &diagonal, [x, y], 0.1, 1_000),
        ("has slopes that cancel", &opposed, [x, y], 0.1, 3),
    ] {
        descent_row(table, what, gradient, start, rate, most_steps);
    }
}

fn hessians(trial: &Trial, table: &mut Table) {
    // Slopes that bend within a hundredth of their numbers: a longer step than `H` shows. They are those of a height, and
    // `xy` and `yx` are measured over the same bend, so that it makes no difference which of the two is measured.
    let ripples = |[x, y]: Point| {
        let along_both = (200.0 * (x + y)).sin();
        [along_both + (300.0 * x).sin(), along_both + (250.0 * y).sin()]
    };
    for (name, gradient) in [
        (HIMMELBLAU.name, &HIMMELBLAU.gradient as &dyn Fn(Point) -> Point),
        (ROSENBROCK.name, &ROSENBROCK.gradient),
        (MONKEY_SADDLE.name, &MONKEY_SADDLE.gradient),
        ("ripples", &ripples),
    ] {
        for point in some_points(trial).into_iter().take(3) {
            let [[xx, xy], [yx, yy]] = hessian(gradient, point);
            table.row([
                given("surface", name),
                given("x", point[0]),
                given("y", point[1]),
                answer("xx", xx),
                answer("xy", xy),
                answer("yx", yx),
                answer("yy", yy),
            ]);
        }
    }
}

fn kinds_of_flat_ground(trial: &Trial, table: &mut Table) {
    let (a, b) = (trial.number("a", 2.0, 1.0..4.0), trial.number("b", 3.0, 1.0..4.0));
    // Twice the root of a * b is where a cross term turns a minimum into a saddle.
    let border = 2.0 * (a * b).sqrt();
    let quadratic = |sign: f64, cross: f64| {
        move |[x, y]: Point| [sign * (2.0 * a * x + cross * y), sign * (2.0 * b * y + cross * x)]
    };
    let (bowl, dome) = (quadratic(1.0, 0.5 * border), quadratic(-1.0, 0.5 * border));
    let (pass, other_pass) = (quadratic(1.0, 1.5 * border), quadratic(-1.0, 1.5 * border));
    let turned_pass = move |[x, y]: Point| [2.0 * a * x + 1.5 * border * y, 1.5 * border * x - 2.0 * b * y];
    let steep_pass = move |[x, y]: Point| [-2.0 * a * x, 2.0 * b * y];
    // Curvatures below 1, whose product is smaller than the cross term alone.
    let gentle = |[x, y]: Point| [0.5 * x + 0.4 * y, 0.4 * x + 0.5 * y];
    let trough = move |[x, y]: Point| [2.0 * a * x, 4.0 * y.powi(3)];
    let hollow = |[x, y]: Point| [4.0 * x.powi(3), 4.0 * y.powi(3)];
    // To both sides of `UNCLEAR`: the products are 2.25e-6 and 0.64e-6.
    let (shallow, all_but_flat) = (|[x, y]: Point| [1.5e-3 * x, 1.5e-3 * y], |[x, y]: Point| [8e-4 * x, 8e-4 * y]);
    let (low_pass, all_but_flat_pass) =
        (|[x, y]: Point| [1.5e-3 * x, -1.5e-3 * y], |[x, y]: Point| [8e-4 * x, -8e-4 * y]);
    // Level along both axes: only the cross term says what it is.
    let (turned, turned_back) = (move |[x, y]: Point| [a * y, a * x], move |[x, y]: Point| [-a * y, -a * x]);
    let (level_in_x, level_in_y) =
        (move |[x, y]: Point| [a * y, a * x + b * y], move |[x, y]: Point| [b * x + a * y, a * x]);
    for (name, gradient) in [
        ("a bowl that lies askew", &bowl as &dyn Fn(Point) -> Point),
        ("a gentle bowl that lies askew", &gentle),
        ("a dome that lies askew", &dome),
        ("a pass that falls in x", &steep_pass),
        ("a pass along the diagonal", &pass),
        ("a pass along the other diagonal", &other_pass),
        ("a pass that lies askew", &turned_pass),
        ("a trough with a flat floor", &trough),
        ("a hollow with a flat floor", &hollow),
        ("a shallow bowl", &shallow),
        ("a bowl that is all but flat", &all_but_flat),
        ("a low pass", &low_pass),
        ("a pass that is all but flat", &all_but_flat_pass),
        ("a pass that is level along the axes", &turned),
        ("the same, turned round", &turned_back),
        ("a pass that is level along x", &level_in_x),
        ("a pass that is level along y", &level_in_y),
        ("a monkey saddle", &MONKEY_SADDLE.gradient),
    ] {
        table.row([
            given("surface", name),
            given("x", 0.0),
            given("y", 0.0),
            answer("ground", ground_words(ground(gradient, [0.0, 0.0]))),
        ]);
    }
    for known in [0, 2, 4, 6, 8].map(|place| HIMMELBLAU.critical_points[place]) {
        table.row([
            given("surface", "himmelblau"),
            given("x", known.point[0]),
            given("y", known.point[1]),
            answer("ground", ground_words(ground(&HIMMELBLAU.gradient, known.point))),
        ]);
    }
}

fn where_each_start_ends(trial: &Trial, table: &mut Table) {
    let beside = trial.number("beside", 1e-3, 2e-3..9e-3);
    let x = trial.number("x", 1.5, 0.8..1.9);
    let y = trial.number("y", 1.0, 0.6..1.9);
    let [across, up] = some_start(trial);
    let bowl = |[x, y]: Point| [x, y];
    // Only a descent that starts on the very top of a dome stays there.
    let dome = |[x, y]: Point| [-x, -y];
    for (name, gradient, start, rate) in [
        ("himmelblau", &himmelblau as &dyn Fn(Point) -> Point, [across, up], 0.01),
        ("himmelblau", &himmelblau, [-across, up], 0.01),
        ("himmelblau", &himmelblau, [-across, -up], 0.01),
        ("himmelblau", &himmelblau, [across, -up], 0.01),
        ("saddle", &SADDLE.gradient, [x, 0.0], 0.1),
        ("saddle", &SADDLE.gradient, [x, beside], 0.1),
        ("double-well", &DOUBLE_WELL.gradient, [0.0, y], 0.1),
        ("double-well", &DOUBLE_WELL.gradient, [beside, y], 0.1),
        ("double-well", &DOUBLE_WELL.gradient, [-beside, y], 0.1),
        ("rosenbrock", &ROSENBROCK.gradient, [-1.2, y], 0.001),
        ("monkey-saddle", &MONKEY_SADDLE.gradient, [x / 2.0, 0.0], 0.1),
        // The first takes 9,200 to 9,700 steps, as ln(length of the start / 1e-8) / rate says, the second a ninth more.
        ("a bowl", &bowl, [x, y], 0.002),
        ("a bowl", &bowl, [x, y], 0.0018),
        ("a hollow", &|[x, y]: Point| [x.powi(5), y], [1e-3, y], 0.1),
        ("a dome", &dome, [0.0, 0.0], 0.1),
    ] {
        ending_row(table, name, gradient, start, rate);
    }
}

/// Descents that need exactly as many steps as they may take, or one more. A step is 2^-8 long, so no rounding adds up.
fn endings_at_the_edges(trial: &Trial, table: &mut Table) {
    let y = trial.number("y", 1.0, 0.6..1.9);
    let ramp = |[x, _]: Point| [if x > 0.002 { 0.5 } else { 0.0 }, 0.0];
    let slide = |_: Point| [0.5, 0.0];
    for (name, gradient, x) in [
        ("a ramp, level from 0 on", &ramp as &dyn Fn(Point) -> Point, 39.0625),
        ("a ramp, level from 0 on", &ramp, 39.06640625),
        ("a slide without an end", &slide, -60.9395),
        ("a slide without an end", &slide, -60.9355),
    ] {
        ending_row(table, name, gradient, [x, y], 0.0078125);
    }
}

fn ending_row(table: &mut Table, surface: &str, gradient: &dyn Fn(Point) -> Point, start: Point, rate: f64) {
    let (ends, at) = match ending(gradient, start, rate) {
        Ending::Arrived(ground, point) => (ground_words(ground), Some(point)),
        Ending::Gone => ("gone", None),
        Ending::OnTheWay => ("on the way", None),
    };
    table.row([
        given("surface", surface),
        given("start", text(start)),
        given("rate", rate),
        answer("ends", ends),
        answer("at x", at.map_or("-".into(), |point| Cell::from(point[0]))),
        answer("at y", at.map_or("-".into(), |point| Cell::from(point[1]))),
    ]);
}

fn minima_found(trial: &Trial, table: &mut Table) {
    for Landscape { name, gradient, starts, rate } in mixed_starts(trial) {
        let found = basins(&gradient, &starts, rate);
        for (place, [x, y]) in found.minima.iter().enumerate() {
            table.row([
                given("surface", name),
                given("starts", starts.len()),
                answer("minimum", place),
                answer("x", *x),
                answer("y", *y),
            ]);
        }
    }
}

fn starts_and_their_minima(trial: &Trial, table: &mut Table) {
    starts_of(mixed_starts(trial), table);
}

/// Flat ground that is no minimum, and starts in wells so close to others that the details of the rule decide.
fn minima_at_the_edges(trial: &Trial, table: &mut Table) {
    let b = trial.number("beside", 1.5, 1.1..1.9);
    let well = |x| [x, b];
    let alone = |name, gradient, start| Landscape { name, gradient, starts: vec![start], rate: 0.1 };
    let all_wells = |name, starts: Vec<Point>| Landscape { name, gradient: wells(&starts), starts, rate: 0.5 };
    let landscapes = vec![
        alone("a hollow", Box::new(|[x, y]: Point| [x.powi(5), y]), [1e-3, b]),
        alone("a dome", Box::new(move |[x, y]: Point| [-x, b - y]), [0.0, b]),
        all_wells("wells exactly SAME apart", vec![[0.0, b], [1e-3, b], [b, 0.0], [b, 1e-3]]),
        // The third and the fourth are near both the first and the second, each nearer to another one.
        all_wells("wells between two others", [0.0, 1.2e-3, 0.7e-3, 0.4e-3].map(well).to_vec()),
        // Close together, to both sides of where rounding to three decimals or cutting off the others goes on.
        all_wells("twins in thousandths", vec![[4e-4, b], [6e-4, b], [9e-4, -b], [1.1e-3, -b]]),
    ];
    starts_of(landscapes, table);
}

/// The slopes of wells at these places: each point leads to the nearest, and a start in a well stays there.
fn wells(places: &[Point]) -> Box<dyn Fn(Point) -> Point> {
    let places = places.to_vec();
    Box::new(move |[x, y]| {
        let distance = |well: &Point| (x - well[0]).hypot(y - well[1]);
        let nearest = places.iter().min_by(|one, other| distance(one).total_cmp(&distance(other)));
        nearest.map_or([0.0, 0.0], |well| [x - well[0], y - well[1]])
    })
}

/// The index of the minimum that each start leads to.
fn starts_of(landscapes: Vec<Landscape>, table: &mut Table) {
    for Landscape { name, gradient, starts, rate } in landscapes {
        let found = basins(&gradient, &starts, rate).found;
        for (start, found) in starts.iter().zip(found) {
            table.row([
                given("surface", name),
                given("start", text(*start)),
                answer("minimum", found.map_or("none".into(), |place| Cell::from(place.to_string()))),
            ]);
        }
    }
}

/// The map of a surface: from each point of a grid, where a descent ends.
fn basins_of_himmelblau(trial: &Trial, table: &mut Table) {
    let half = trial.number("half", 5.0, 4.0..4.9);
    let per_side = trial.count("per side", 9, 4..5);
    let along = |place: usize| -half + 2.0 * half * place as f64 / (per_side - 1) as f64;
    let rows = (0..per_side).map(along);
    let starts: Vec<Point> = rows.flat_map(|y| (0..per_side).map(move |place| [along(place), y])).collect();
    let found = basins(&himmelblau_gradient, &starts, 0.004);
    for ([x, y], place) in starts.iter().zip(&found.found) {
        let minimum = place.and_then(|place| found.minima.get(place));
        table.row([
            given("start x", *x),
            given("start y", *y),
            answer("ends at", minimum.map_or("no minimum".to_owned(), |minimum| rounded(*minimum))),
        ]);
    }
}

/// The slopes by formula, and whether they are those of the surface's heights.
fn slopes(trial: &Trial, table: &mut Table, surface: &Surface, gradient: &dyn Fn(Point) -> Point) {
    for point in some_points(trial) {
        let [in_x, in_y] = gradient(point);
        let agree = agree(in_x, rise(surface, point, [1.0, 0.0])) && agree(in_y, rise(surface, point, [0.0, 1.0]));
        table.row([
            given("x", point[0]),
            given("y", point[1]),
            answer("slope in x", in_x),
            answer("slope in y", in_y),
            answer("as measured", agree),
        ]);
    }
}

/// How fast a surface rises in a direction, from heights to both sides.
fn rise(surface: &Surface, [x, y]: Point, [across, up]: Point) -> f64 {
    const STEP: f64 = 1e-5;
    let height = |steps: f64| (surface.value)([x + steps * across, y + steps * up]);
    (height(STEP) - height(-STEP)) / (2.0 * STEP)
}

/// Whether two slopes are the same but for the rounding of a measurement.
fn agree(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-5 * one.abs().max(1.0)
}

fn descent_row(
    table: &mut Table,
    what: &str,
    gradient: &dyn Fn(Point) -> Point,
    start: Point,
    rate: f64,
    most_steps: usize,
) {
    let descent = descend(gradient, start, rate, most_steps);
    let coordinate = |number: f64| if number.is_finite() { Cell::from(number) } else { "not a number".into() };
    table.row([
        given("surface", what),
        given("start", text(start)),
        given("rate", rate),
        given("most", most_steps),
        answer("stop", stop_words(descent.stop)),
        answer("steps", descent.steps),
        answer("x", coordinate(descent.end[0])),
        answer("y", coordinate(descent.end[1])),
    ]);
}

/// A gradient that does not depend on the student's own.
fn himmelblau(point: Point) -> Point {
    (HIMMELBLAU.gradient)(point)
}

/// A start in the quarter where `x` and `y` are positive, off every axis of symmetry.
fn some_start(trial: &Trial) -> Point {
    [trial.number("start x", 1.7, 0.9..3.8), trial.number("start y", 2.6, 0.7..3.6)]
}

/// Points in all quarters, off every axis of symmetry, and one on an axis.
fn some_points(trial: &Trial) -> Vec<Point> {
    let number = |name: &str, lesson: f64| trial.number(name, lesson, 0.6 * lesson..1.8 * lesson);
    vec![
        [number("ax", 1.3), number("ay", 0.7)],
        [-number("bx", 0.8), number("by", 1.9)],
        [-number("cx", 2.1), -number("cy", 0.4)],
        [number("dx", 0.6), -number("dy", 1.6)],
        [0.0, number("ey", 1.1)],
    ]
}

/// A surface, and where descents on it start.
struct Landscape {
    name: &'static str,
    gradient: Box<dyn Fn(Point) -> Point>,
    starts: Vec<Point>,
    rate: f64,
}

/// Starts that lead to minima, to a saddle, away, and nowhere in time, on surfaces whose minima share an `x` or a `y`.
/// The last four surfaces hold `SAME` from both sides, in `x` alone and along the diagonal. Ends in one shallow bowl
/// are 0.0002 apart, for ground as flat as 1e-8 begins 1e-8 / 1e-4 beside the minimum, and the twin wells 0.002. Askew,
/// the ends are 0.0006 apart both in `x` and in `y`, and the wells 0.0008.
fn mixed_starts(trial: &Trial) -> Vec<Landscape> {
    let number = |name: &str, lesson: f64| trial.number(name, lesson, 0.7 * lesson..1.3 * lesson);
    let (a, b) = (number("far", 3.5), number("near", 1.5));
    let diagonal = |along: f64, across: f64| [along + across, along - across];
    let shallow = |[x, y]: Point| [1e-4 * x, 0.05 * y];
    let twins = |[x, y]: Point| [5e5 * x * (x * x - 1e-6), y];
    let shallow_askew = move |[x, y]: Point| diagonal(2.35e-5 * (x + y) / 2.0, 0.05 * (x - y) / 2.0);
    let twins_askew = move |[x, y]: Point| diagonal(4e5 * (x + y) * ((x + y).powi(2) - 6.4e-7), x - y);
    let wells = vec![[0.0, b], [-0.5, b], [0.4, -b], [0.6, b], [-0.3, 0.2]];
    let valleys = vec![[b, b], [-a, -b], [-b, a], [a, a], [a, -a], [b, a], [-b, a]];
    let landscape =
        |name, gradient: Box<dyn Fn(Point) -> Point>, starts, rate| Landscape { name, gradient, starts, rate };
    let known =
        |surface: &'static Surface, starts, rate| landscape(surface.name, Box::new(surface.gradient), starts, rate);
    vec![
        known(&DOUBLE_WELL, wells, 0.1),
        known(&STYBLINSKI_TANG, valleys, 0.01),
        known(&SADDLE, vec![[b, 0.0], [b, 0.1]], 0.1),
        known(&STYBLINSKI_TANG, vec![], 0.01),
        known(&ROSENBROCK, vec![[1.0, 1.0], [-0.8 * b, 1.0]], 0.0005),
        landscape("a shallow bowl", Box::new(shallow), vec![[b, b], [-b, b]], 20.0),
        landscape("twin wells", Box::new(twins), vec![[-1e-3 * b, b], [1e-3 * b, b]], 0.5),
        landscape("a bowl askew", Box::new(shallow_askew), vec![[0.05 * b, 0.04 * b], [-0.05 * b, -0.06 * b]], 30.0),
        landscape("twins askew", Box::new(twins_askew), vec![[-2e-4 * b, -4e-4 * b], [2e-4 * b, 4e-4 * b]], 0.4),
    ]
}

fn stop_words(stop: Stop) -> &'static str {
    match stop {
        Stop::Flat => "flat",
        Stop::Gone => "gone",
        Stop::OutOfSteps => "out of steps",
    }
}

fn ground_words(ground: Ground) -> &'static str {
    match ground {
        Ground::Minimum => "minimum",
        Ground::Maximum => "maximum",
        Ground::Saddle => "saddle",
        Ground::Unclear => "unclear",
    }
}

fn text([x, y]: Point) -> String {
    format!("[{x}, {y}]")
}

/// A point with one decimal: enough to tell minima apart, and the same whatever the last digits.
fn rounded(point: Point) -> String {
    let [x, y] = point.map(|number| (10.0 * number).round() / 10.0 + 0.0);
    format!("[{x}, {y}]")
}
