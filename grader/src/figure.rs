//! The picture of a case: what `exercise.toml` says to draw of its answers, as lines in a view that is ready to be drawn.
//!
//! A figure knows no device: a chart in the terminal and an SVG draw the same one. All its places are parts of the view,
//! from 0 at the left and at the bottom to 1 at the right and at the top, so that whoever draws it needs to know nothing
//! of scales. What does not fit into the view is cut off at its edge, and a sentence says where it went.

mod curve;
mod ground;
mod legend;
mod parabola;
mod place;
mod view;

use datasets::surfaces::surface;
use harness::{Role, Table};

use self::curve::{Curve, Row, departures, number, without_logarithm};
pub use self::legend::{Entry, Kind};
use self::parabola::Parabola;
pub use self::place::{Edge, Place};
use self::view::{View, brief};
use crate::course::{Plot, Shape};

/// What a figure is made of. Most grades are never looked at as pictures, and some figures take longer to make than all
/// else of a grade.
#[derive(Debug, Clone)]
pub struct Picture {
    /// What is to be drawn.
    pub plot: Plot,
    /// What it shows.
    pub title: String,
    /// On which data, in words.
    pub trial: String,
    /// What is expected.
    pub expected: Table,
    /// What the student's code answered, if it did.
    pub got: Option<Table>,
}

/// A picture of a case's answers on one trial.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What it shows.
    pub title: String,
    /// On which data, in words.
    pub trial: String,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// What the lines are told apart by, if there is more than one of each kind: a heading for their names.
    pub series: Option<String>,
    /// The contour lines of the surface on which all else lies, the lowest first.
    pub ground: Vec<Contour>,
    /// The lines, what is behind first.
    pub lines: Vec<Line>,
    /// Places on the horizontal axis.
    pub marks: Vec<Mark>,
    /// What the picture alone does not say, in sentences.
    pub notes: Vec<String>,
}

/// An axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// What it shows, with the unit.
    pub label: String,
    /// Where a number is written, and which.
    pub ticks: Vec<(f64, String)>,
}

/// How many series can be told apart, by colours and by the shapes of their points.
pub const MOST_SERIES: usize = 6;

/// The contour lines of one height.
#[derive(Debug, Clone, PartialEq)]
pub struct Contour {
    /// Each in one stroke.
    pub lines: Vec<Vec<Place>>,
}

/// Whose numbers are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Whose {
    /// The data that the student's function was given.
    Data,
    /// What is expected.
    Expected,
    /// The student's.
    Yours,
}

/// A line and its points.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Whose numbers these are.
    pub whose: Whose,
    /// Which of the series it belongs to, from 0.
    pub series: usize,
    /// What the series is called, if there are several.
    pub label: Option<String>,
    /// What is to be drawn as lines, each piece in one stroke.
    pub pieces: Vec<Vec<Place>>,
    /// The rows of the table that lie in the view, if they are to be drawn.
    pub points: Vec<Place>,
    /// Where it is seen last.
    pub end: Option<Place>,
    /// The edge of the view over which it goes there, if it does not come to its end inside.
    pub leaves: Option<Edge>,
}

/// A marked place on the horizontal axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// Whose number it is.
    pub whose: Whose,
    /// From 0 at the left to 1 at the right.
    pub at: f64,
    /// What it is called, with its number.
    pub label: String,
}

impl Picture {
    /// The student's table as a figure, and the expected one behind it.
    ///
    /// The view is that of the expected numbers, or the range that the plot gives; the student's own may widen it to its
    /// threefold. Columns that a table does not have are not drawn.
    pub fn figure(&self) -> Figure {
        let Self { plot, title, trial, expected, got } = self;
        let got = got.as_ref();
        let mut names = Vec::new();
        let mut curves = Vec::new();
        if let Some(dots) = &plot.dots {
            // The same for every series.
            curves.extend(Curve::all(plot, Whose::Data, expected, dots.get_ref(), &mut names).into_iter().take(1));
        }
        curves.extend(Curve::all(plot, Whose::Expected, expected, plot.y.column.get_ref(), &mut names));
        if let Some(got) = got {
            curves.extend(Curve::all(plot, Whose::Yours, got, plot.y.column.get_ref(), &mut names));
        }
        let valley = match plot.shape {
            Shape::Parabola => {
                curves.iter().filter_map(|curve| Parabola::through(&curve.rows)).find(Parabola::is_valley)
            }
            Shape::Line | Shape::Dots => None,
        };
        // Both sides of the valley, also where the walk down one of them is the whole table, and its ground.
        let mirrored = |row: &Row| valley.as_ref().map_or(row.x, |valley| 2.0 * valley.vertex - row.x);
        let ground = |row: &Row| valley.as_ref().map_or(row.y, |valley| valley.height);
        let surface = plot.surface.as_ref().and_then(|name| surface(name.get_ref()));
        let (of_x, of_y) = surface.map(|surface| (surface.view.x, surface.view.y)).unzip();
        let x = View::of(&plot.x, of_x, &curves, |row| [row.x, mirrored(row)]);
        let y = View::of(&plot.y, of_y, &curves, |row| [row.y, ground(row)]);

        let several = plot.lines.is_some() && names.len() > 1;
        let lines: Vec<Line> = curves.iter().map(|curve| curve.line(plot, &x, &y, several)).collect();
        let mut notes = Vec::new();
        if got.is_none() {
            notes.push("Not answered yet: the expected answers are drawn alone.".to_owned());
        }
        notes.extend(departures(plot, &curves, &x, &y));
        notes.extend(without_logarithm(plot, &curves));
        if names.len() > MOST_SERIES {
            notes.push(format!("Of {} lines no more than {MOST_SERIES} can be told apart.", names.len()));
        }
        let marks = [(Whose::Expected, Some(expected)), (Whose::Yours, got)];
        Figure {
            title: title.clone(),
            trial: trial.clone(),
            x: x.axis(&plot.x),
            y: y.axis(&plot.y),
            series: plot.lines.as_ref().filter(|_| several).map(|column| column.get_ref().clone()),
            ground: surface.map(|surface| ground::contours(surface, &x, &y)).unwrap_or_default(),
            lines,
            marks: marks.into_iter().filter_map(|(whose, table)| mark(plot, &x, whose, table?)).collect(),
            notes,
        }
    }
}

impl Figure {
    /// Whether numbers of this kind are drawn.
    pub fn shows(&self, whose: Whose) -> bool {
        self.lines.iter().any(|line| line.whose == whose && !(line.points.is_empty() && line.pieces.is_empty()))
    }

    /// Whether numbers of this kind have the colours of their series: not what is expected behind an only line.
    pub fn is_coloured(&self, whose: Whose) -> bool {
        match whose {
            Whose::Data => false,
            Whose::Expected => self.series.is_some() || !self.shows(Whose::Yours),
            Whose::Yours => true,
        }
    }

    /// The lines whose ends are named, each series once: the student's, or what is expected where there is none.
    pub fn ends(&self) -> impl Iterator<Item = (&Line, Place)> {
        let is_yours = |series: usize| {
            self.lines.iter().any(|line| line.whose == Whose::Yours && line.series == series && line.end.is_some())
        };
        let named = self.lines.iter().filter(move |line| match line.whose {
            Whose::Data => false,
            Whose::Expected => !is_yours(line.series),
            Whose::Yours => true,
        });
        named.filter_map(|line| Some((line, line.end?)))
    }
}

fn mark(plot: &Plot, x: &View, whose: Whose, table: &Table) -> Option<Mark> {
    let mark = plot.mark.as_ref()?;
    let column = table.columns.iter().position(|column| column.name == *mark.column.get_ref())?;
    // What was given to the student's code is marked once.
    if whose == Whose::Yours && table.columns[column].role == Role::Given {
        return None;
    }
    let value = table.rows.iter().find_map(|row| number(row.get(column)))?;
    let at = x.part(value);
    (0.0..=1.0).contains(&at).then(|| Mark { whose, at, label: format!("{} = {}", mark.label, brief(value)) })
}

#[cfg(test)]
mod tests {
    use harness::{answer, given};

    use super::*;

    fn plot(text: &str) -> Plot {
        toml::from_str(text).unwrap()
    }

    fn loss_by_step() -> Plot {
        plot(
            "x = { column = \"step\" }\ny = { column = \"loss\", unit = \"$²\", scale = \"log\", range = [1e7, 1e17] }\n",
        )
    }

    fn table(x: &str, y: &str, rows: &[(f64, f64)]) -> Table {
        let mut table = Table::default();
        for row in rows {
            table.row([given(x, row.0), answer(y, row.1)]);
        }
        table
    }

    fn figure(plot: &Plot, expected: &Table, got: Option<&Table>) -> Figure {
        let (title, trial) = ("the loss".to_owned(), "the lesson's data".to_owned());
        Picture { plot: plot.clone(), title, trial, expected: expected.clone(), got: got.cloned() }.figure()
    }

    fn of(figure: &Figure, whose: Whose) -> &Line {
        figure.lines.iter().find(|line| line.whose == whose).unwrap()
    }

    fn close(one: f64, other: f64) -> bool {
        (one - other).abs() < 1e-9
    }

    #[test]
    fn a_run_that_diverges_leaves_through_the_top_and_is_followed_in_words() {
        let rows: Vec<(f64, f64)> = (0..=100).map(|step| (f64::from(step), 1.35e11 * 676_f64.powi(step))).collect();
        let table = table("step", "loss", &rows);
        let figure = figure(&loss_by_step(), &table, Some(&table));
        let line = of(&figure, Whose::Yours);
        assert_eq!((line.leaves, line.points.len(), line.pieces.len()), (Some(Edge::Top), 3, 1));
        assert!(close(line.end.unwrap().y, 1.0));
        // 1.35e11 · 676^100, reckoned in decimals of thirty digits.
        let sentence = "The line leaves the picture after step 2 and ends at step 100, loss 1.334e294.";
        assert_eq!(figure.notes, [sentence]);
    }

    #[test]
    fn numbers_without_end_or_sense_make_a_picture_too() {
        let expected = table("step", "loss", &[(0.0, 1e11), (1.0, 1e10), (2.0, 1e9), (3.0, 1e8)]);
        let odd = [(0.0, 1e11), (1.0, f64::NAN), (2.0, -5.0), (3.0, 0.0), (4.0, f64::INFINITY)];
        let figure = figure(&loss_by_step(), &expected, Some(&table("step", "loss", &odd)));
        let line = of(&figure, Whose::Yours);
        assert_eq!(line.points.len(), 1);
        assert!(line.pieces.iter().flatten().all(Place::is_inside));
        let notes = [
            "Yours leaves the picture after step 0 and ends at step 4, loss inf.",
            "Where loss is 0 or less it has no place on a logarithmic axis.",
        ];
        assert_eq!(figure.notes, notes);
    }

    #[test]
    fn the_view_is_that_of_the_expected_numbers_and_the_students_may_widen_it_to_its_threefold() {
        let plot = plot("x = { column = \"weight\" }\ny = { column = \"loss\" }\n");
        let expected = table("weight", "loss", &[(0.0, 0.0), (10.0, 100.0)]);
        let near = table("weight", "loss", &[(0.0, 0.0), (10.0, 199.0)]);
        let far = table("weight", "loss", &[(0.0, 0.0), (10.0, 1e143)]);
        let top_of_expected = |got: &Table| {
            let figure = figure(&plot, &expected, Some(got));
            (of(&figure, Whose::Expected).pieces[0][1].y, figure.notes.len())
        };
        assert!(top_of_expected(&expected).0 > 0.95);
        assert!(close(top_of_expected(&near).0, (100.0 / 199.0 + 0.04) / 1.08));
        assert_eq!(top_of_expected(&near).1, 0);
        assert!(top_of_expected(&far).0 > 0.95);
        assert_eq!(top_of_expected(&far).1, 1);
    }

    #[test]
    fn the_parabola_behind_a_walk_shows_both_sides_of_the_valley() {
        let plot = plot("x = { column = \"weight\" }\ny = { column = \"loss\" }\nshape = \"parabola\"\n");
        let loss = |weight: f64| 3.0 + 2.0 * (weight - 200.0).powi(2);
        let walk = [100.0, 127.0, 146.71, 161.1].map(|weight| (weight, loss(weight)));
        let table = table("weight", "loss", &walk);
        let figure = figure(&plot, &table, Some(&table));
        let curve = &of(&figure, Whose::Expected).pieces[0];
        let lowest = curve.iter().min_by(|one, other| one.y.total_cmp(&other.y)).unwrap();
        assert!((lowest.x - 0.5).abs() < 0.01);
        assert!((curve[0].y - curve[curve.len() - 1].y).abs() < 1e-6);
    }

    #[test]
    fn answers_on_a_parabola_are_joined_by_it_unless_they_jump_from_side_to_side() {
        let plot = plot("x = { column = \"weight\" }\ny = { column = \"loss\" }\nshape = \"parabola\"\n");
        let loss = |weight: f64| 3.0 + 2.0 * (weight - 200.0).powi(2);
        let expected = [100.0, 150.0, 200.0, 250.0, 300.0].map(|weight| (weight, loss(weight)));
        let corners = |rows: &[(f64, f64)]| {
            let figure = figure(&plot, &table("weight", "loss", &expected), Some(&table("weight", "loss", rows)));
            let line = of(&figure, Whose::Yours);
            assert_eq!(line.points.len(), rows.len());
            (line.pieces[0].len(), line.pieces[0][0], line.points[0])
        };
        let (smooth, begins, first) = corners(&expected);
        assert!(smooth > 100 && close(begins.x, first.x) && close(begins.y, first.y));
        // From right to left, down one side only, and on another parabola than the expected one.
        assert!(corners(&expected.map(|(weight, loss)| (400.0 - weight, loss))).0 > 100);
        assert!(corners(&[100.0, 127.0, 146.71, 161.1].map(|weight| (weight, loss(weight)))).0 > 30);
        assert!(corners(&expected.map(|(weight, loss)| (weight, 0.5 * loss))).0 > 100);
        let hops = [100.0, 270.0, 151.0, 234.3].map(|weight| (weight, loss(weight)));
        assert_eq!(corners(&hops).0, hops.len());
        let distances = expected.map(|(weight, _)| (weight, (weight - 200.0).abs()));
        assert_eq!(corners(&distances).0, distances.len());
    }

    #[test]
    fn the_legend_has_what_is_drawn_and_nothing_else() {
        let table = || {
            let mut table = Table::default();
            for (name, x) in [("one", -1.0), ("one", 2.0), ("other", 0.5), ("other", 1.5)] {
                table.row([given("walk", name), answer("x", x), answer("y", x * x)]);
            }
            table
        };
        let legend = |more: &str, got: Option<&Table>| {
            let plot = plot(&format!("x = {{ column = \"x\" }}\ny = {{ column = \"y\" }}\n{more}"));
            let entries = figure(&plot, &table(), got).legend();
            entries.into_iter().map(|entry| (entry.words, entry.strokes, entry.points)).collect::<Vec<_>>()
        };
        let series = "lines = \"walk\"\n";
        assert_eq!(legend("", Some(&table())), [("yours", true, true), ("expected", true, false)]);
        assert_eq!(legend("", None), [("expected", true, false)]);
        // Several lines are told apart by their points.
        assert_eq!(legend(series, Some(&table())), [("yours", true, true), ("expected", true, true)]);
        assert_eq!(legend(series, None), [("expected", true, true)]);
        let dots = format!("{series}shape = \"dots\"\nsurface = \"bowl\"\n");
        let drawn = [("yours", false, true), ("expected", false, true), ("contours of the loss", true, false)];
        assert_eq!(legend(&dots, Some(&table())), drawn);
    }

    #[test]
    fn what_lies_outside_and_what_cannot_be_told_apart_is_said() {
        let plot =
            plot("x = { column = \"x\", range = [0, 9] }\ny = { column = \"y\", range = [0, 9] }\nlines = \"at\"\n");
        let table = |most: i64, y: f64| {
            let mut table = Table::default();
            for at in 0..most {
                table.row([given("at", at), answer("x", at as f64), answer("y", y)]);
            }
            table
        };
        let figure = |most: i64| figure(&plot, &table(most, 1.0), Some(&table(most, 99.0)));
        assert_eq!(figure(6).legend()[0].words, "yours, outside the picture");
        let told =
            |most: i64| figure(most).notes.iter().any(|note| note.ends_with("no more than 6 can be told apart."));
        assert_eq!([told(6), told(7)], [false, true]);
    }

    #[test]
    fn what_is_expected_has_the_colours_of_its_series_where_it_stands_alone() {
        let table = table("step", "loss", &[(0.0, 4.0), (1.0, 1.0)]);
        let plot = plot("x = { column = \"step\" }\ny = { column = \"loss\" }\n");
        assert!(figure(&plot, &table, None).is_coloured(Whose::Expected));
        assert!(!figure(&plot, &table, Some(&table)).is_coloured(Whose::Expected));
        // Nothing of an empty answer can be drawn.
        assert!(figure(&plot, &table, Some(&Table::default())).is_coloured(Whose::Expected));
    }

    #[test]
    fn a_tangent_has_the_slope_of_its_row_in_the_units_of_the_axes() {
        let plot = plot("x = { column = \"weight\" }\ny = { column = \"loss\" }\nslope = \"gradient\"\n");
        let mut table = Table::default();
        for weight in [-2.0, 1.0, 3.0] {
            table.row([given("weight", weight), given("loss", weight * weight), answer("gradient", 2.0 * weight)]);
        }
        let figure = figure(&plot, &table, Some(&table));
        let yours = of(&figure, Whose::Yours);
        // The loss is given and not theirs: three tangents, and no line from point to point.
        assert_eq!(yours.pieces.len(), 3);
        let [from, to] = yours.pieces[1][..] else { panic!("a tangent is straight") };
        let (width, height) = (5.0 * 1.08, 8.0 * 1.08);
        assert!(close((to.y - from.y) * height / ((to.x - from.x) * width), 2.0));
    }

    #[test]
    fn every_value_of_a_column_has_a_line_and_data_is_drawn_once() {
        let plot = plot("x = { column = \"x\" }\ny = { column = \"y\" }\nlines = \"rate\"\ndots = \"seen\"\n");
        let mut table = Table::default();
        for rate in [1e-8, 1e-7] {
            for x in [0.0, 1.0, 2.0] {
                table.row([given("rate", rate), given("x", x), given("seen", 2.0 * x), answer("y", x * rate * 1e8)]);
            }
        }
        let figure = figure(&plot, &table, None);
        let labels: Vec<_> = figure.lines.iter().map(|line| (line.whose, line.label.as_deref())).collect();
        let expected = [Whose::Data, Whose::Expected, Whose::Expected];
        assert_eq!(labels.iter().map(|(whose, _)| *whose).collect::<Vec<_>>(), expected);
        assert_eq!((labels[1].1, labels[2].1), (Some("1e-8"), Some("1e-7")));
        assert_eq!(figure.series.as_deref(), Some("rate"));
        assert!(!figure.shows(Whose::Yours));
        assert!(figure.notes[0].contains("Not answered"));
    }

    #[test]
    fn a_place_is_marked_with_its_number_for_the_expected_one_and_for_the_students() {
        let plot = plot(
            "x = { column = \"rate\", scale = \"log\" }\ny = { column = \"loss\" }\n\
             mark = { column = \"limit\", label = \"2 / curvature\" }\n",
        );
        let table = |limit: f64| {
            let mut table = Table::default();
            for rate in [1e-10, 1e-8, 1e-6] {
                table.row([given("rate", rate), answer("limit", limit), answer("loss", 1.0)]);
            }
            table
        };
        let figure = figure(&plot, &table(2.0 / 2.7e7), Some(&table(1.0 / 2.7e7)));
        let marks: Vec<_> = figure.marks.iter().map(|mark| mark.label.as_str()).collect();
        assert_eq!(marks, ["2 / curvature = 7.407e-8", "2 / curvature = 3.704e-8"]);
        // Between 1e-8 and 1e-6, which lie at a half and near the right edge.
        assert!((0.6..0.8).contains(&figure.marks[0].at));
    }

    #[test]
    fn a_line_that_has_left_does_not_come_back_from_side_to_side() {
        let plot = plot("x = { column = \"step\" }\ny = { column = \"weight\", range = [0.0, 400.0] }\n");
        let jumps = [(0.0, 100.0), (1.0, 370.0), (2.0, -89.0), (3.0, 691.3), (4.0, -635.2), (5.0, 1619.9)];
        let table = table("step", "weight", &jumps);
        let figure = figure(&plot, &table, Some(&table));
        let line = of(&figure, Whose::Yours);
        assert_eq!((line.points.len(), line.leaves), (2, Some(Edge::Bottom)));
        assert_eq!(line.pieces.len(), 1);
    }

    #[test]
    fn a_single_point_is_in_the_middle_of_its_view() {
        let table = table("step", "loss", &[(4.0, 1e9)]);
        let plot = plot("x = { column = \"step\" }\ny = { column = \"loss\", scale = \"log\" }\n");
        let figure = figure(&plot, &table, Some(&table));
        let middle = of(&figure, Whose::Yours).points[0];
        assert!(close(middle.x, 0.5) && close(middle.y, 0.5));
    }
}
