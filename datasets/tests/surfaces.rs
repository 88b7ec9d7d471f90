//! The table of surfaces against what does not go through it: the formulas that are shown, finite differences, the test
//! functions of another crate, and critical points computed elsewhere.

use argmin_testfunctions as others;
use datasets::surfaces::{
    BEALE, BOWL, DOUBLE_WELL, HIMMELBLAU, Kind, Point, RASTRIGIN, RAVINE, ROSENBROCK, SIX_HUMP_CAMEL, STYBLINSKI_TANG,
    SURFACES, Surface, View, surface,
};
use exmex::prelude::*;
use serde::Deserialize;

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

/// The value of a formula as it is shown, by a parser that knows nothing of the code.
fn read(formula: &str, [x, y]: Point) -> f64 {
    let parsed = exmex::parse::<f64>(formula).unwrap_or_else(|error| panic!("{formula}: {error}"));
    let named = parsed.var_names().iter().map(|name| match name.as_str() {
        "x" => x,
        "y" => y,
        other => panic!("{formula} names `{other}`"),
    });
    parsed.eval(&named.collect::<Vec<_>>()).unwrap()
}

/// `surfaces.toml`: what figures know of the surfaces.
#[derive(Deserialize)]
struct Described {
    surface: Vec<DescribedSurface>,
}

#[derive(Deserialize)]
struct DescribedSurface {
    name: String,
    formula: String,
    view: DescribedView,
    data: Option<String>,
    lowest: Option<toml::Value>,
}

#[derive(Deserialize)]
struct DescribedView {
    x: [f64; 2],
    y: [f64; 2],
}

fn described() -> Vec<DescribedSurface> {
    let described: Described = toml::from_str(include_str!("../src/surfaces.toml")).unwrap();
    described.surface
}

/// Source: the formulas. Only the order of sums and products may differ from the code's: the terms are below 1e5 in
/// every view, so their rounding stays below 1e-10.
#[test]
fn the_code_computes_the_formulas_by_which_figures_draw() {
    let formulas: Vec<DescribedSurface> = described().into_iter().filter(|known| known.data.is_none()).collect();
    let names = |known: &mut dyn Iterator<Item = &str>| known.map(str::to_owned).collect::<Vec<_>>();
    let in_code = names(&mut SURFACES.iter().map(|surface| surface.name));
    assert_eq!(names(&mut formulas.iter().map(|known| known.name.as_str())), in_code);
    for (surface, known) in SURFACES.iter().zip(formulas) {
        assert_eq!(surface.view, View { x: known.view.x, y: known.view.y }, "{}", surface.name);
        for point in points_of(surface) {
            let what = format!("{} at {point:?}", surface.name);
            assert_close((surface.value)(point), read(&known.formula, point), 1e-9, &what);
        }
        let lowest = surface.minima().next().map(|lowest| lowest.value);
        assert_eq!(known.lowest.and_then(|lowest| lowest.as_float()), lowest, "{}", surface.name);
    }
}

/// Source: centred differences, whose error at this h is below 1e-6 of the surface's greatest slopes (Stanford CS231n,
/// "Gradient checks", with its relative error).
#[test]
fn the_gradient_is_the_measured_one() {
    const H: f64 = 1e-5;
    for surface in &SURFACES {
        for point @ [x, y] in points_of(surface) {
            let measured = [
                ((surface.value)([x + H, y]) - (surface.value)([x - H, y])) / (2.0 * H),
                ((surface.value)([x, y + H]) - (surface.value)([x, y - H])) / (2.0 * H),
            ];
            for (slope, measured) in (surface.gradient)(point).into_iter().zip(measured) {
                let allowed = 1e-6 * (1.0 + slope.abs());
                assert_close(slope, measured, allowed, &format!("{} at {point:?}", surface.name));
            }
        }
    }
}

/// Source: the crate `argmin_testfunctions` for the surfaces that it has.
#[test]
fn the_classics_are_those_of_argmin() {
    type Height = fn(Point) -> f64;
    type Gradient = fn(Point) -> Point;
    for (surface, value, gradient) in [
        (
            ROSENBROCK,
            (|point| others::rosenbrock(&point)) as Height,
            (|point| others::rosenbrock_derivative_const(&point)) as Gradient,
        ),
        (HIMMELBLAU, |point| others::himmelblau(&point), |point| others::himmelblau_derivative(&point)),
        (BEALE, |point| others::beale(&point), |point| others::beale_derivative(&point)),
        (RASTRIGIN, |point| others::rastrigin(&point), |point| others::rastrigin_derivative_const(&point)),
        (
            STYBLINSKI_TANG,
            |point| others::styblinski_tang(&point),
            |point| others::styblinski_tang_derivative_const(&point),
        ),
    ] {
        for point in points_of(&surface) {
            let what = format!("{} at {point:?}", surface.name);
            assert_close((surface.value)(point), value(point), 1e-9, &what);
            let slopes = (surface.gradient)(point).into_iter().zip(gradient(point));
            for (slope, other) in slopes {
                assert_close(slope, other, 1e-9, &what);
            }
        }
    }
}

/// Source: for the points, Newton's method at 40 digits (mpmath 1.3), written here to the nearest `f64`. There the
/// slope is at most the curvature times half a unit in the last place; the greatest curvature is 1,002.
#[test]
fn at_every_critical_point_the_gradient_is_zero_and_the_value_is_right() {
    for surface in &SURFACES {
        for known in surface.critical_points {
            let what = format!("{} at {:?}", surface.name, known.point);
            let [x, y] = (surface.gradient)(known.point);
            assert_close(x.hypot(y), 0.0, 1e-12, &what);
            assert_close((surface.value)(known.point), known.value, 1e-12, &what);
        }
    }
}

/// Source: what minimum, saddle and maximum mean, by the signs of the two curvatures (the second-derivative test).
#[test]
fn the_curvatures_are_those_of_the_kind() {
    for surface in &SURFACES {
        for known in surface.critical_points {
            let [least, greatest] = surface.curvatures(known.point);
            let fits = match known.kind {
                Kind::GlobalMinimum | Kind::LocalMinimum => least > 0.01,
                Kind::Saddle => least < -0.01 && greatest > 0.01,
                Kind::FlatSaddle => least.abs() < 1e-3 && greatest.abs() < 1e-3,
                Kind::Maximum => greatest < -0.01,
            };
            assert!(fits, "{} at {:?}: {least} and {greatest}", surface.name, known.point);
        }
    }
}

/// Source: what lower and higher mean, on a small circle around each point.
#[test]
fn the_ground_around_a_critical_point_is_that_of_its_kind() {
    for surface in &SURFACES {
        for known in surface.critical_points {
            let around = (0..360).map(|degrees| {
                let (sine, cosine) = f64::from(degrees).to_radians().sin_cos();
                (surface.value)([known.point[0] + 0.01 * cosine, known.point[1] + 0.01 * sine]) - known.value
            });
            let (lower, higher): (Vec<f64>, Vec<f64>) = around.partition(|height| *height < 0.0);
            let fits = match known.kind {
                Kind::GlobalMinimum | Kind::LocalMinimum => lower.is_empty(),
                Kind::Saddle | Kind::FlatSaddle => !lower.is_empty() && !higher.is_empty(),
                Kind::Maximum => higher.is_empty(),
            };
            assert!(fits, "{} at {:?}", surface.name, known.point);
        }
    }
}

/// Source: what global means, as far as the view shows it.
#[test]
fn nothing_in_view_lies_below_a_global_minimum() {
    for surface in &SURFACES {
        let Some(lowest) = surface.minima().next() else { continue };
        assert_eq!(lowest.kind, Kind::GlobalMinimum, "{}", surface.name);
        assert!(points_of(surface).all(|point| (surface.value)(point) >= lowest.value), "{}", surface.name);
        for minimum in surface.minima() {
            let as_low = minimum.value <= lowest.value + 1e-12;
            assert_eq!(minimum.kind == Kind::GlobalMinimum, as_low, "{} at {:?}", surface.name, minimum.point);
        }
    }
}

/// Source: 2 / largest eigenvalue of the exact Hessian at each minimum, to the digits that are written here.
#[test]
fn the_largest_stable_rates_are_the_exact_ones() {
    let expected: [(Surface, &[f64]); 9] = [
        (BOWL, &[1.0]),
        (RAVINE, &[0.1]),
        (ROSENBROCK, &[0.0019968]),
        (HIMMELBLAU, &[0.024306, 0.024829, 0.014949, 0.018972]),
        (BEALE, &[0.040833]),
        (RASTRIGIN, &[0.0050405]),
        (DOUBLE_WELL, &[0.25, 0.25]),
        (STYBLINSKI_TANG, &[0.057832, 0.057832, 0.057832, 0.06833]),
        (SIX_HUMP_CAMEL, &[0.12126, 0.12126, 0.088115, 0.088115, 0.19957, 0.19957]),
    ];
    for (surface, rates) in expected {
        for (minimum, rate) in surface.minima().zip(rates) {
            let measured = surface.largest_stable_rate(minimum.point).unwrap();
            assert_close(measured, *rate, 5e-5 * rate, &format!("{} at {:?}", surface.name, minimum.point));
        }
    }
    assert_eq!(HIMMELBLAU.largest_stable_rate([-0.2708445906673476, -0.9230385564799815]), None);
}

/// Source: the numbers of critical points that are known: four minima, four saddles and a maximum for Himmelblau;
/// fifteen in all for the camel, six of them minima and two of these global (Surjanovic and Bingham, "Virtual Library
/// of Simulation Experiments").
#[test]
fn no_critical_point_is_missing_where_their_number_is_known() {
    let count = |surface: Surface, kind| surface.critical_points.iter().filter(|known| known.kind == kind).count();
    let kinds = [Kind::GlobalMinimum, Kind::LocalMinimum, Kind::Saddle, Kind::Maximum];
    assert_eq!(kinds.map(|kind| count(HIMMELBLAU, kind)), [4, 0, 4, 1]);
    assert_eq!(kinds.map(|kind| count(SIX_HUMP_CAMEL, kind)), [2, 4, 7, 2]);
}

#[test]
fn each_surface_has_a_name_of_its_own_a_start_in_view_and_its_points_too() {
    for known in &SURFACES {
        assert_eq!(surface(known.name).map(|found| found.title), Some(known.title));
        assert!(!known.starts.is_empty() && !known.source.is_empty(), "{}", known.name);
        let points = known.starts.iter().map(|start| start.point);
        for [x, y] in points.chain(known.critical_points.iter().map(|critical| critical.point)) {
            let view = known.view;
            assert!(view.x[0] < x && x < view.x[1] && view.y[0] < y && y < view.y[1], "{}: {x}, {y}", known.name);
        }
    }
    assert!(surface("plateau").is_none());
}
