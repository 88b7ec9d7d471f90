//! The solution against the table of surfaces, whose critical points were computed to 40 digits elsewhere, and
//! against what can be worked out by hand.

use datasets::surfaces::{
    DOUBLE_WELL, HIMMELBLAU, Kind, MONKEY_SADDLE, Point, RASTRIGIN, RAVINE, ROSENBROCK, SADDLE, SURFACES, Surface,
};
use surfaces_solution::{
    Descent, Ending, FLAT, Ground, Stop, basins, descend, double_well_gradient, ending, ground, hessian,
    himmelblau_gradient, measured_gradient, rosenbrock_gradient, saddle_gradient,
};

/// Points in no special position, all over a surface's view.
fn points_of(surface: &Surface) -> impl Iterator<Item = Point> {
    let across = |[low, high]: [f64; 2], part: f64| low + (high - low) * part;
    let view = surface.view;
    let parts = |index: u32| (0.0137 + 0.618_034 * f64::from(index)).fract();
    (0..200).map(move |index| [across(view.x, parts(index)), across(view.y, parts(index * index + 7))])
}

fn assert_close(got: f64, expected: f64, allowed: f64, what: &str) {
    assert!((got - expected).abs() <= allowed, "{what}: {got} is not {expected}");
}

fn distance(one: Point, other: Point) -> f64 {
    (one[0] - other[0]).hypot(one[1] - other[1])
}

fn grid(half: f64, per_side: u32) -> Vec<Point> {
    let along = |place: u32| -half + 2.0 * half * f64::from(place) / f64::from(per_side - 1);
    (0..per_side).flat_map(|row| (0..per_side).map(move |column| [along(column), along(row)])).collect()
}

/// Source: the table of surfaces, which its own tests check against the crate `argmin_testfunctions`.
#[test]
fn the_gradients_are_those_of_the_table() {
    type Gradient = fn(Point) -> Point;
    for (surface, gradient) in [
        (SADDLE, saddle_gradient as Gradient),
        (DOUBLE_WELL, double_well_gradient),
        (HIMMELBLAU, himmelblau_gradient),
        (ROSENBROCK, rosenbrock_gradient),
    ] {
        for point in points_of(&surface) {
            let (got, expected) = (gradient(point), (surface.gradient)(point));
            for (got, expected) in got.into_iter().zip(expected) {
                assert_close(got, expected, 1e-9, &format!("{} at {point:?}", surface.name));
            }
        }
    }
}

/// Source: the gradients by formula. The error of a centred difference is of the order H^2, that is 1e-10.
#[test]
fn a_measured_gradient_is_the_formula_s() {
    for surface in &SURFACES {
        for point in points_of(surface) {
            let (got, expected) = (measured_gradient(&surface.value, point), (surface.gradient)(point));
            for (got, expected) in got.into_iter().zip(expected) {
                assert_close(got, expected, 1e-6 * (1.0 + expected.abs()), &format!("{} at {point:?}", surface.name));
            }
        }
    }
}

/// Source: the second derivatives by hand. Himmelblau: 12x^2 + 4y - 42, 4x + 4y, 12y^2 + 4x - 26; Rosenbrock:
/// 2 - 400y + 1200x^2, -400x, 200.
#[test]
fn the_hessian_is_the_one_worked_out_by_hand() {
    for [x, y] in points_of(&HIMMELBLAU) {
        let himmelblau = [12.0 * x * x + 4.0 * y - 42.0, 4.0 * (x + y), 12.0 * y * y + 4.0 * x - 26.0];
        let rosenbrock = [2.0 - 400.0 * y + 1_200.0 * x * x, -400.0 * x, 200.0];
        for (surface, expected) in [(HIMMELBLAU, himmelblau), (ROSENBROCK, rosenbrock)] {
            let [[xx, xy], [yx, yy]] = hessian(&surface.gradient, [x, y]);
            for (got, expected) in [(xx, expected[0]), (xy, expected[1]), (yx, expected[1]), (yy, expected[2])] {
                assert_close(got, expected, 1e-5, &format!("{} at {x}, {y}", surface.name));
            }
        }
    }
}

/// Source: the kinds of all critical points in the table, which its own tests check by the ground around them.
#[test]
fn every_known_critical_point_is_of_its_kind() {
    for surface in &SURFACES {
        for known in surface.critical_points {
            let expected = match known.kind {
                Kind::GlobalMinimum | Kind::LocalMinimum => Ground::Minimum,
                Kind::Saddle => Ground::Saddle,
                Kind::FlatSaddle => Ground::Unclear,
                Kind::Maximum => Ground::Maximum,
            };
            assert_eq!(ground(&surface.gradient, known.point), expected, "{} at {:?}", surface.name, known.point);
        }
    }
}

/// Source: the closed form of a descent on a parabola, in each direction (1 - rate * curvature)^k times the start.
#[test]
fn a_descent_in_the_ravine_follows_the_closed_form() {
    for (rate, steps) in [(0.03, 40), (0.09, 25), (0.1, 30)] {
        let Descent { end, steps: taken, stop } = descend(&RAVINE.gradient, [2.0, 1.5], rate, steps);
        assert_eq!((taken, stop), (steps, Stop::OutOfSteps));
        let left = |curvature: f64| (1.0 - rate * curvature).powi(steps as i32);
        assert_close(end[0], 2.0 * left(1.0), 1e-12, "x");
        assert_close(end[1], 1.5 * left(20.0), 1e-12, "y");
    }
    // Beyond 2 / 20 it leaves.
    assert_eq!(descend(&RAVINE.gradient, [2.0, 1.5], 0.101, 10_000).stop, Stop::Gone);
}

/// Source: the rules themselves, asked of the end.
#[test]
fn every_descent_stops_for_the_reason_it_gives() {
    for surface in &SURFACES {
        for point in points_of(surface).take(40) {
            let Descent { end, steps, stop } = descend(&surface.gradient, point, 0.002, 3_000);
            let slope = (surface.gradient)(end);
            let far = !(end[0].abs() <= 100.0 && end[1].abs() <= 100.0);
            match stop {
                Stop::Gone => assert!(far),
                Stop::Flat => assert!(!far && slope[0].hypot(slope[1]) <= FLAT),
                Stop::OutOfSteps => assert!(!far && slope[0].hypot(slope[1]) > FLAT && steps == 3_000),
            }
        }
    }
}

/// Source: symmetry. On the axis the slope across it is exactly 0, so that a descent never leaves the axis: the
/// saddle's stable set. Beside it, the distance to it grows by (1 + 2 * rate) or (1 + 4 * rate) a step.
#[test]
fn starts_on_a_saddle_s_stable_set_converge_to_the_saddle_and_no_others_do() {
    for away in [0.3, 1.0, 1.9] {
        for (surface, on, beside) in [(SADDLE, [away, 0.0], [away, 1e-7]), (DOUBLE_WELL, [0.0, away], [1e-7, away])] {
            let Ending::Arrived(Ground::Saddle, end) = ending(&surface.gradient, on, 0.1) else {
                panic!("{} from {on:?}", surface.name);
            };
            assert!(distance(end, [0.0, 0.0]) < 1e-8);
            match ending(&surface.gradient, beside, 0.1) {
                Ending::Gone => assert_eq!(surface.name, "saddle"),
                Ending::Arrived(Ground::Minimum, end) => assert!(distance(end, [1.0, 0.0]) < 1e-8),
                other => panic!("{} from {beside:?}: {other:?}", surface.name),
            }
        }
    }
}

/// Source: on the way to a flat saddle, x shrinks like 1 / (3 * rate * k), which a slope of 1e-8 takes 60,000 steps
/// for.
#[test]
fn a_descent_to_a_flat_saddle_is_still_on_its_way() {
    assert_eq!(ending(&MONKEY_SADDLE.gradient, [1.0, 0.0], 0.1), Ending::OnTheWay);
    let end = descend(&MONKEY_SADDLE.gradient, [1.0, 0.0], 0.1, 10_000).end;
    assert_close(end[0], 1.0 / (3.0 * 0.1 * 10_000.0), 1e-6, "x");
}

/// Source: the gradient flow, the path of infinitely small steps, integrated by the classic Runge-Kutta method.
#[test]
fn the_map_of_himmelblau_is_that_of_the_gradient_flow() {
    let flow = |start: Point| {
        let moved = |[x, y]: Point, [slope_x, slope_y]: Point, part: f64| [x - part * slope_x, y - part * slope_y];
        (0..5_000).fold(start, |point, _| {
            let step = 0.001;
            let a = (HIMMELBLAU.gradient)(point);
            let b = (HIMMELBLAU.gradient)(moved(point, a, step / 2.0));
            let c = (HIMMELBLAU.gradient)(moved(point, b, step / 2.0));
            let d = (HIMMELBLAU.gradient)(moved(point, c, step));
            let mean = [0, 1].map(|axis| (a[axis] + 2.0 * b[axis] + 2.0 * c[axis] + d[axis]) / 6.0);
            moved(point, mean, step)
        })
    };
    let starts = grid(5.0, 9);
    let map = basins(&himmelblau_gradient, &starts, 0.004);
    assert_eq!((map.minima.len(), map.found.len()), (4, 81));
    for (start, place) in starts.iter().zip(&map.found) {
        let minimum = map.minima[place.expect("every start finds a minimum")];
        assert!(distance(minimum, flow(*start)) < 1e-6, "{start:?}");
    }
}

/// Source: the minima in the table.
#[test]
fn every_minimum_that_is_found_is_a_known_one_and_each_is_found_once() {
    for (surface, rate) in SURFACES.iter().zip([0.1, 0.05, 0.0005, 0.003, 0.001, 0.002, 0.1, 0.01, 0.04, 0.01, 0.003]) {
        let found = basins(&surface.gradient, &points_of(surface).collect::<Vec<_>>(), rate);
        for (place, minimum) in found.minima.iter().enumerate() {
            let known = surface.minima().filter(|known| distance(known.point, *minimum) < 1e-5).count();
            // Rastrigin's table has the nine minima in view, and a start at the edge may roll to another.
            assert!(known == 1 || surface.name == "rastrigin", "{}: {minimum:?}", surface.name);
            assert!(found.minima[..place].iter().all(|other| distance(*other, *minimum) > 0.1));
            assert!(found.found.contains(&Some(place)));
        }
    }
}

/// Source: the doc comment.
#[test]
fn without_starts_there_is_nothing_to_find() {
    let nothing = basins(&himmelblau_gradient, &[], 0.01);
    assert_eq!((nothing.minima.len(), nothing.found.len()), (0, 0));
}

/// Source: the first step by hand, -2 - 0.1 * 4 * (-2) * 3 = 0.4, and 2 / curvature = 0.0149 at the minimum.
#[test]
fn large_rates_jump_into_another_basin_or_never_settle() {
    let well = |rate| ending(&DOUBLE_WELL.gradient, [-2.0, 0.5], rate);
    assert!(matches!(well(0.05), Ending::Arrived(Ground::Minimum, [x, _]) if x < 0.0));
    assert!(matches!(well(0.1), Ending::Arrived(Ground::Minimum, [x, _]) if x > 0.0));
    for start in [[-3.0, -3.0], [-3.7, -3.2], [-4.0, -3.5]] {
        assert_eq!(ending(&HIMMELBLAU.gradient, start, 0.016), Ending::OnTheWay);
    }
}

/// Source: the lesson's README, and the minima in the table.
#[test]
fn above_the_limit_of_its_minimum_a_descent_jumps_between_two_points() {
    let at = |steps| descend(&HIMMELBLAU.gradient, [-3.0, -3.0], 0.016, steps).end;
    for (steps, [x, y], height) in [(1_000, [-3.1839, -3.5113], 23.74), (1_001, [-4.1439, -2.8892], 18.59)] {
        for end in [at(steps), at(steps + 2_000)] {
            assert!(distance(end, [x, y]) < 1e-4, "{end:?}");
            assert_close((HIMMELBLAU.value)(end), height, 0.005, "height");
        }
    }
}

/// Source: the lesson's README, and the minima in the table.
#[test]
fn a_descent_on_rastrigin_ends_in_a_local_minimum() {
    let Ending::Arrived(Ground::Minimum, end) = ending(&RASTRIGIN.gradient, [0.6, 0.8], 0.002) else {
        panic!("no minimum");
    };
    assert!(distance(end, [0.995, 0.995]) < 1e-3);
    assert_close((RASTRIGIN.value)(end), 1.99, 0.001, "height");
}
