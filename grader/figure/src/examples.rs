//! Examples of every kind of figure, for the tests of everything that draws figures.

use std::sync::Arc;

use grader::course::Surface;
use grader::course::plot::{Plot, PlotAxis, PlotMark, Scale, Shape, Word};
use grader::verdict::Shown;
use harness::{Table, Trial, View, answer, given};

use crate::{Figure, NOT_YET};

/// What a figure is made from.
#[derive(Debug, Clone)]
pub struct Example {
    /// What it shows.
    pub title: &'static str,
    /// How it is drawn.
    pub plot: Plot,
    /// What is drawn.
    pub shown: Shown,
}

impl Example {
    /// The figure.
    pub fn figure(&self) -> Figure {
        Figure::new(&self.plot, self.title, &self.shown, NOT_YET)
    }

    /// The same example, if the student's code returned this, or nothing.
    pub fn with(mut self, got: Option<Table>) -> Self {
        self.shown.got = got;
        self
    }
}

/// All examples.
pub fn all() -> [Example; 6] {
    [rates(), slopes(), limit(), records(), walks(), basins()]
}

/// Descents of the loss `1.35e7 · (weight - 200)²` from 100 at rates that crawl, converge and diverge, with the limit
/// among them; the student's converges at half the rate.
pub fn rates() -> Example {
    let y = PlotAxis { range: Some([-300.0, 800.0]), ..axis_in("weight", "$ per sqft") };
    let plot = Plot { y, lines: Some(name("rate")), ..plot("step", "weight") };
    let table = |converging: f64| {
        let mut table = Table::default();
        for (name, rate) in [("1e-10", 1e-10), ("1e-8", converging), ("the limit", 2.0 / 2.7e7), ("1e-6", 1e-6)] {
            let mut weight = 100.0;
            for step in 0..=8_usize {
                table.row([given("rate", name), given("step", step), answer("weight", weight)]);
                weight -= rate * 2.7e7 * (weight - 200.0);
            }
        }
        table
    };
    example(plot, "the path of the weight", Trial::Lesson, table(1e-8), Some(table(5e-9)))
}

/// The loss by weight with tangents, where the student's slopes have the wrong sign.
pub fn slopes() -> Example {
    let (x, y) = (axis_in("weight", "$ per sqft"), axis_in("loss", "$²"));
    let plot = Plot { x, y, slope: Some(name("gradient")), shape: Shape::Parabola, ..plot("weight", "loss") };
    let table = |sign: f64| {
        let mut table = Table::default();
        for weight in [100.0, 150.0, 200.0, 250.0] {
            let distance = weight - 200.0;
            table.row([
                given("weight", weight),
                given("loss", 1.35e7 * distance * distance),
                answer("gradient", sign * 2.7e7 * distance),
            ]);
        }
        table
    };
    example(plot, "the slope <of> the loss & its sign", Trial::Lesson, table(1.0), Some(table(-1.0)))
}

/// The loss after some steps by rate, with the limit marked, before the student has written anything.
pub fn limit() -> Example {
    let x = PlotAxis { scale: Scale::Log, ..axis("rate") };
    let y = PlotAxis { scale: Scale::Log, range: Some([1e-3, 1e18]), ..axis_in("loss", "$²") };
    let plot = Plot { x, y, mark: Some(mark("limit", "2 / curvature")), ..plot("rate", "loss") };
    let mut table = Table::default();
    for rate in [1e-10, 1e-9, 1e-8, 3e-8, 5e-8, 7e-8, 1e-7, 1e-6] {
        let factor: f64 = 1.0 - rate * 2.7e7;
        let loss = 1.35e11 * factor.powi(20);
        table.row([given("limit", 2.0 / 2.7e7), given("rate", rate), answer("loss", loss)]);
    }
    example(plot, "the loss after ten steps, by rate", Trial::Fresh(1), table, None)
}

/// A line among data.
pub fn records() -> Example {
    let plot = Plot { y: axis_in("line", "points"), dots: Some(name("score")), ..plot("hours", "line") };
    let mut table = Table::default();
    for (hours, score) in [(1.0, 45.0), (2.0, 55.0), (3.0, 60.0), (5.0, 80.0), (8.0, 92.0)] {
        table.row([given("hours", hours), given("score", score), answer("line", 40.857 + 6.893 * hours)]);
    }
    example(plot, "the line among the records", Trial::Lesson, table.clone(), Some(table))
}

/// Two descents in a ravine, where the student's are slower. The labels contain characters that are not ASCII.
pub fn walks() -> Example {
    let (lines, surface) = (Some(name("optimizer…")), Some(surface("ravine", "(x^2 + 20*y^2)/2", 3.0)));
    let plot = Plot { x: axis_in("x", "m²"), lines, surface, ..plot("x", "y") };
    let table = |slower: f64| {
        let mut table = Table::default();
        for (name, factors) in [("plain → down", [0.95, -0.7]), ("momentum", [0.7, 0.5])] {
            let (mut x, mut y) = (2.5, 1.8);
            for _ in 0..8 {
                table.row([given("optimizer…", name), answer("x", x), answer("y", y)]);
                (x, y) = (x * f64::powf(factors[0], slower), y * factors[1]);
            }
        }
        table
    };
    example(plot, "two optimizers – eight steps in a ravine", Trial::Lesson, table(1.0), Some(table(0.5)))
}

/// Points that are grouped by the valley in which a descent from there ends; the student's table has one in the wrong
/// group.
pub fn basins() -> Example {
    let (lines, surface) = (Some(name("ends at")), Some(surface("double-well", "(x^2 - 1)^2 + y^2", 2.0)));
    let plot = Plot { lines, surface, shape: Shape::Dots, ..plot("start x", "start y") };
    let table = |divide: f64| {
        let mut table = Table::default();
        for x in [-1.5, -0.5, 0.5, 1.5] {
            for y in [-1.0, 0.0, 1.0] {
                let end = if x < divide { "[-1, 0]" } else { "[1, 0]" };
                table.row([given("start x", x), given("start y", y), answer("ends at", end)]);
            }
        }
        table
    };
    example(plot, "the map of two basins", Trial::Lesson, table(0.0), Some(table(-1.0)))
}

/// A plot of one column against another, with rows joined by straight lines.
pub fn plot(x: &str, y: &str) -> Plot {
    let (x, y) = (axis(x), axis(y));
    Plot { x, y, shape: Shape::Line, lines: None, slope: None, dots: None, mark: None, surface: None }
}

/// The linear axis of a column without a unit.
pub fn axis(column: &str) -> PlotAxis {
    PlotAxis { column: name(column), unit: None, scale: Scale::Linear, range: None }
}

/// The line that marks the first number of a column.
pub fn mark(column: &str, label: &str) -> PlotMark {
    PlotMark { column: name(column), label: label.to_owned() }
}

/// A name in `exercise.toml`.
pub fn name(text: &str) -> Word {
    Word { text: text.to_owned(), line: 1 }
}

/// A surface of this formula, which is worth drawing so far from its middle.
pub fn surface(name: &str, formula: &str, side: f64) -> Arc<Surface> {
    let view = View { x: [-side, side], y: [-side, side] };
    Arc::new(Surface::of_formula(name, formula, view).expect("a formula of the examples"))
}

fn axis_in(column: &str, unit: &str) -> PlotAxis {
    PlotAxis { unit: Some(unit.to_owned()), ..axis(column) }
}

fn example(plot: Plot, title: &'static str, trial: Trial, expected: Table, got: Option<Table>) -> Example {
    Example { title, plot, shown: Shown { trial, expected, got } }
}
