//! The picture of a case: what `exercise.toml` says to draw of its answers, as lines in a view that is ready to be drawn.
//!
//! A figure knows no device: a chart in the terminal and an SVG draw the same one. All its places are parts of the view,
//! from 0 at the left and at the bottom to 1 at the right and at the top, so that whoever draws it needs to know nothing
//! of scales. What does not fit into the view is cut off at its edge, and a sentence says where it went.

mod ground;
mod parabola;
mod place;
mod view;

use datasets::surfaces::surface;
use harness::{Cell, Role, Table};

use self::parabola::Parabola;
use self::place::clipped;
pub use self::place::{Edge, Place};
use self::view::{View, brief};
use crate::course::{Plot, Scale, Shape};

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

/// What the legend explains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Lines, their points or both.
    Numbers(Whose),
    /// The contour lines.
    Ground,
}

/// An entry of the legend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// What it explains.
    pub kind: Kind,
    /// Whether strokes of this kind are drawn.
    pub strokes: bool,
    /// Whether points of this kind are drawn.
    pub points: bool,
    /// What it is called.
    pub words: &'static str,
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
        let mut figure = Figure {
            title: title.clone(),
            trial: trial.clone(),
            x: x.axis(&plot.x),
            y: y.axis(&plot.y),
            series: plot.lines.as_ref().filter(|_| several).map(|column| column.get_ref().clone()),
            ground: surface.map(|surface| ground::contours(surface, &x, &y)).unwrap_or_default(),
            lines,
            marks: marks.into_iter().filter_map(|(whose, table)| mark(plot, &x, whose, table?)).collect(),
            notes,
        };
        // What is expected is a line without points, unless they say which of several it is or how far a walk has come.
        if !several && plot.shape != Shape::Parabola {
            let expected = figure.lines.iter_mut().filter(|line| line.whose == Whose::Expected);
            expected.filter(|line| !line.pieces.is_empty()).for_each(|line| line.points.clear());
        }
        figure
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

    /// What is drawn, the student's first.
    pub fn legend(&self) -> Vec<Entry> {
        let numbers = [(Whose::Yours, "yours"), (Whose::Expected, "expected"), (Whose::Data, "data")];
        let numbers = numbers.map(|(whose, words)| {
            let of_kind = || self.lines.iter().filter(move |line| line.whose == whose);
            let strokes = of_kind().any(|line| !line.pieces.is_empty());
            let points = of_kind().any(|line| !line.points.is_empty());
            let outside = whose == Whose::Yours && of_kind().next().is_some() && !strokes && !points;
            let words = if outside { "yours, outside the picture" } else { words };
            (strokes || points || outside).then_some(Entry { kind: Kind::Numbers(whose), strokes, points, words })
        });
        let strokes = !self.ground.is_empty();
        let ground = Entry { kind: Kind::Ground, strokes, points: false, words: "contours of the loss" };
        numbers.into_iter().flatten().chain(strokes.then_some(ground)).collect()
    }
}

/// The rows of a table that belong to one line.
struct Curve {
    whose: Whose,
    series: usize,
    name: String,
    /// Whether the numbers of the vertical axis are answers, and not what the student's function was given.
    answered: bool,
    rows: Vec<Row>,
}

/// What is drawn of a row.
#[derive(Debug, Clone, Copy)]
struct Row {
    x: f64,
    y: f64,
    slope: Option<f64>,
}

impl Curve {
    /// The curves of a table, one a series. `names` are those of the series that are known by now.
    fn all(plot: &Plot, whose: Whose, table: &Table, y: &str, names: &mut Vec<String>) -> Vec<Self> {
        let column = |name: &str| table.columns.iter().position(|column| column.name == name);
        let (Some(x), Some(y)) = (column(plot.x.column.get_ref()), column(y)) else { return Vec::new() };
        let answered = table.columns[y].role == Role::Answer;
        let lines = plot.lines.as_ref().and_then(|lines| column(lines.get_ref()));
        let slope = plot.slope.as_ref().and_then(|slope| column(slope.get_ref()));
        let mut curves: Vec<Self> = Vec::new();
        for cells in &table.rows {
            let (Some(x), Some(y)) = (number(cells.get(x)), number(cells.get(y))) else { continue };
            let row = Row { x, y, slope: slope.and_then(|at| number(cells.get(at))) };
            let name = lines.and_then(|at| cells.get(at)).map(Cell::to_string).unwrap_or_default();
            let series = names.iter().position(|known| *known == name).unwrap_or_else(|| {
                names.push(name.clone());
                names.len() - 1
            });
            match curves.iter_mut().find(|curve| curve.series == series) {
                Some(curve) => curve.rows.push(row),
                None => curves.push(Self { whose, series, name, answered, rows: vec![row] }),
            }
        }
        curves
    }

    fn line(&self, plot: &Plot, x: &View, y: &View, several: bool) -> Line {
        let place = |row: &Row| Place { x: x.part(row.x), y: y.part(row.y) };
        let mut path: Vec<Place> = self.rows.iter().map(place).collect();
        let goes_on = path.last().is_some_and(|last| !last.is_inside());
        // A line that has left is gone: what jumps from side to side out there would cross the view again and again.
        if let Some(last) = path.iter().rposition(Place::is_inside) {
            path.truncate(last + 2);
        }
        let points: Vec<Place> = path.iter().copied().filter(Place::is_inside).collect();
        let joined = match (plot.shape, self.whose) {
            (_, Whose::Data) | (Shape::Dots, _) => Vec::new(),
            // What was given to the student's code is drawn once, behind its answers.
            _ if self.whose == Whose::Yours && !self.answered => Vec::new(),
            (Shape::Parabola, whose) => match (Parabola::through(&self.rows), whose, self.goes_one_way()) {
                (Some(parabola), Whose::Expected, true) => vec![parabola.across(x, y)],
                // The walk from side to side, and the valley in which it goes.
                (Some(parabola), Whose::Expected, false) => vec![parabola.across(x, y), path.clone()],
                (Some(parabola), _, true) => vec![parabola.along(&self.rows, x, y)],
                _ => vec![path.clone()],
            },
            (Shape::Line, _) => vec![path.clone()],
        };
        let mut pieces: Vec<Vec<Place>> = joined.iter().flat_map(|line| clipped(line)).collect();
        pieces.extend(self.rows.iter().filter_map(|row| tangent(row, x, y)).flat_map(|ends| clipped(&ends)));
        let end = clipped(&path).last().and_then(|piece| piece.last().copied()).or(points.last().copied());
        Line {
            whose: self.whose,
            series: self.series,
            label: several.then(|| self.name.clone()),
            leaves: end.filter(|_| goes_on).and_then(|end| end.edge()),
            end,
            pieces,
            points,
        }
    }

    /// Whether the rows go from left to right or from right to left, and not to and fro.
    fn goes_one_way(&self) -> bool {
        self.rows.is_sorted_by(|one, next| one.x <= next.x) || self.rows.is_sorted_by(|one, next| one.x >= next.x)
    }

    /// Where the line leaves the view, if it does not come back: after which row, and where it ends.
    fn departure(&self, plot: &Plot, x: &View, y: &View) -> Option<String> {
        let inside = |row: &Row| Place { x: x.part(row.x), y: y.part(row.y) }.is_inside();
        let last = self.rows.last().filter(|row| self.whose != Whose::Data && !inside(row))?;
        let (x_name, y_name) = (plot.x.column.get_ref(), plot.y.column.get_ref());
        let ends = format!("ends at {x_name} {}, {y_name} {}", brief(last.x), brief(last.y));
        Some(match self.rows.iter().rev().find(|row| inside(row)) {
            Some(seen) => format!("leaves the picture after {x_name} {} and {ends}", brief(seen.x)),
            None => format!("lies outside of the picture and {ends}"),
        })
    }
}

/// Which lines leave the view, and where; said once where the expected line and the student's do the same.
fn departures(plot: &Plot, curves: &[Curve], x: &View, y: &View) -> Vec<String> {
    let all: Vec<_> =
        curves.iter().filter_map(|curve| curve.departure(plot, x, y).map(|departure| (curve, departure))).collect();
    let alone = curves.iter().all(|curve| curve.whose != Whose::Yours);
    let twin = |one: &Curve, words: &str, whose: Whose| {
        all.iter().any(|(other, own)| other.whose == whose && other.series == one.series && own == words)
    };
    let told =
        all.iter().filter(|(curve, words)| curve.whose == Whose::Expected || !twin(curve, words, Whose::Expected));
    let sentences = told.map(|(curve, words)| {
        let name = plot.lines.as_ref().map(|series| format!("{} {}", series.get_ref(), curve.name));
        let whose = match curve.whose {
            Whose::Yours => Some("yours"),
            _ if alone || twin(curve, words, Whose::Yours) => None,
            _ => Some("expected"),
        };
        match (name, whose) {
            (Some(name), Some(whose)) => format!("{name} ({whose}) {words}."),
            (Some(name), None) => format!("{name} {words}."),
            (None, Some("yours")) => format!("Yours {words}."),
            (None, Some(_)) => format!("The expected line {words}."),
            (None, None) => format!("The line {words}."),
        }
    });
    sentences.collect()
}

/// Of which axes numbers are left out because they have no logarithm.
fn without_logarithm<'a>(plot: &'a Plot, curves: &'a [Curve]) -> impl Iterator<Item = String> + 'a {
    let rows = || curves.iter().flat_map(|curve| &curve.rows);
    let axes = [(&plot.x, rows().any(|row| row.x <= 0.0)), (&plot.y, rows().any(|row| row.y <= 0.0))];
    let affected = axes.into_iter().filter(|(axis, has_none)| *has_none && axis.scale == Scale::Log);
    affected
        .map(|(axis, _)| format!("Where {} is 0 or less it has no place on a logarithmic axis.", axis.column.get_ref()))
}

/// A short piece of the line that touches the curve at a row.
fn tangent(row: &Row, x: &View, y: &View) -> Option<[Place; 2]> {
    /// How long it is, as a part of the view's diagonal.
    const LENGTH: f64 = 0.3;
    let slope = row.slope.filter(|_| x.scale == Scale::Linear && y.scale == Scale::Linear)?;
    let rise = slope * (x.high - x.low) / (y.high - y.low);
    let run = LENGTH / 2.0 / rise.hypot(1.0);
    let (at, up) = (x.part(row.x), y.part(row.y));
    let ends = [-run, run].map(|run| Place { x: at + run, y: up + run * rise });
    ends.iter().all(|end| end.x.is_finite() && end.y.is_finite()).then_some(ends)
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

fn number(cell: Option<&Cell>) -> Option<f64> {
    match cell? {
        Cell::Integer(integer) => Some(*integer as f64),
        Cell::Number(number) => Some(*number),
        Cell::Text(_) => None,
    }
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
