//! Pictures for the tests of what draws them.

use grader::course::Plot;
use grader::figure::Picture;
use harness::{Table, answer, given};

/// All of them.
pub fn all() -> [Picture; 6] {
    [rates(), slopes(), limit(), records(), walks(), basins()]
}

/// Descents of the loss `1.35e7 · (weight - 200)²` from 100 at rates that crawl, converge and diverge, with the limit
/// among them; the student's converges at half the rate.
pub fn rates() -> Picture {
    let plot = plot(
        "x = { column = \"step\" }\n\
         y = { column = \"weight\", unit = \"$ per sqft\", range = [-300.0, 800.0] }\n\
         lines = \"rate\"\n",
    );
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
    picture(plot, ["the way of the weight", "the lesson's data"], table(1e-8), Some(table(5e-9)))
}

/// The loss by weight with tangents, where the student's slopes have the wrong sign.
pub fn slopes() -> Picture {
    let plot = plot(
        "x = { column = \"weight\", unit = \"$ per sqft\" }\ny = { column = \"loss\", unit = \"$²\" }\n\
         slope = \"gradient\"\nshape = \"parabola\"\n",
    );
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
    picture(plot, ["the slope <of> the loss & its sign", "the lesson's data"], table(1.0), Some(table(-1.0)))
}

/// The loss after some steps by rate, with the limit marked, before the student has written anything.
pub fn limit() -> Picture {
    let plot = plot(
        "x = { column = \"rate\", scale = \"log\" }\n\
         y = { column = \"loss\", unit = \"$²\", scale = \"log\", range = [1e-3, 1e18] }\n\
         mark = { column = \"limit\", label = \"2 / curvature\" }\n",
    );
    let mut table = Table::default();
    for rate in [1e-10, 1e-9, 1e-8, 3e-8, 5e-8, 7e-8, 1e-7, 1e-6] {
        let factor: f64 = 1.0 - rate * 2.7e7;
        let loss = 1.35e11 * factor.powi(20);
        table.row([given("limit", 2.0 / 2.7e7), given("rate", rate), answer("loss", loss)]);
    }
    picture(plot, ["the loss after ten steps, by rate", "fresh data, seed 1"], table, None)
}

/// A line among data.
pub fn records() -> Picture {
    let plot = plot("x = { column = \"hours\" }\ny = { column = \"line\", unit = \"points\" }\ndots = \"score\"\n");
    let mut table = Table::default();
    for (hours, score) in [(1.0, 45.0), (2.0, 55.0), (3.0, 60.0), (5.0, 80.0), (8.0, 92.0)] {
        table.row([given("hours", hours), given("score", score), answer("line", 40.857 + 6.893 * hours)]);
    }
    picture(plot, ["the line among the records", "the lesson's data"], table.clone(), Some(table))
}

/// Two descents in a ravine, of which the student's are slower; with letters in the labels that are not ASCII.
pub fn walks() -> Picture {
    let plot = plot(
        "x = { column = \"x\", unit = \"m²\" }\ny = { column = \"y\" }\nlines = \"optimizer…\"\nsurface = \"ravine\"\n",
    );
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
    picture(plot, ["two optimizers – eight steps in a ravine", "the lesson's data"], table(1.0), Some(table(0.5)))
}

/// Starts on a surface with two valleys by where they end, as points alone; the student's has one start in the wrong one.
pub fn basins() -> Picture {
    let plot = plot(
        "x = { column = \"start x\" }\ny = { column = \"start y\" }\nlines = \"ends at\"\nshape = \"dots\"\n\
         surface = \"double-well\"\n",
    );
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
    picture(plot, ["the map of two basins", "the lesson's data"], table(0.0), Some(table(-1.0)))
}

fn plot(text: &str) -> Plot {
    toml::from_str(text).unwrap()
}

fn picture(plot: Plot, [title, trial]: [&str; 2], expected: Table, got: Option<Table>) -> Picture {
    Picture { plot, title: title.to_owned(), trial: trial.to_owned(), expected, got }
}
