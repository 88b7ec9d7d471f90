//! The figure of a case: what `exercise.toml` says to draw of its tables, as lines and points that are ready to be
//! drawn.
//!
//! A figure does not depend on a device: the chart in the terminal and the SVG of [`svg`] draw the same figure. All
//! positions are fractions of the frame, from 0 at the left and at the bottom to 1 at the right and at the top, so a
//! drawing needs to know nothing about scales. What does not fit into the frame is cut off at its sides, and a sentence
//! says where it went.

mod axis;
mod clip;
mod contours;
mod data;
#[cfg(any(test, feature = "examples"))]
pub mod examples;
mod legend;
mod parabola;
mod series;
pub mod svg;

use experiment::Pair;
use grader::course::plot::{Plot, Scale, Shape};
use grader::course::{Case, Experiment};
use grader::report::trial_in_words;
use grader::verdict::{CaseReport, Shown, Verdict};
use harness::{Cell, Role, Table, Trial};

use self::axis::{AxisRange, Frame, brief};
pub use self::clip::{Point, Polyline, Side};
use self::contours::contours;
use self::data::{DataPoint, DataSeries};
pub use self::legend::{LegendEntry, LegendKey};
use self::parabola::Parabola;
use self::series::{departures, without_logarithm};

/// The answers of a case on one trial, ready to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What it is for.
    pub purpose: Purpose,
    /// What it shows.
    pub title: String,
    /// The data, in words; none where there are none, and in a lesson, whose pictures show no others than its own.
    pub trial: Option<String>,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// The name of the column that divides the rows into groups, if there are several: a heading for their names.
    pub groups: Option<String>,
    /// The contour lines of the surface below everything else, the lowest first.
    pub contours: Vec<Contour>,
    /// What these are contours of.
    pub surface: Option<String>,
    /// The series, from back to front.
    pub series: Vec<Series>,
    /// Where each row of the table in front is, if it is within the frame: the student's table, or the expected one if
    /// there is none.
    pub places: Vec<Option<Point>>,
    /// Vertical lines at numbers of the horizontal axis.
    pub reference_lines: Vec<ReferenceLine>,
    /// Sentences about what the figure alone does not show.
    pub notes: Vec<String>,
}

/// What a figure is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To compare a student's answers with the expected ones.
    Comparison,
    /// To explain an idea with the solution's answers.
    Lesson,
}

/// An axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// What it shows, with the unit.
    pub label: String,
    /// The numbers along it.
    pub ticks: Vec<Tick>,
    /// The numbers at its beginning and at its end.
    pub ends: [f64; 2],
    /// How numbers are spaced on it.
    pub scale: Scale,
}

/// A number along an axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// From 0 at the beginning of the axis to 1 at its end.
    pub position: f64,
    /// The number.
    pub label: String,
}

/// How many groups can be told apart by colours and by the shapes of their points.
pub const MOST_GROUPS: usize = 6;

/// The note on a case without an answer.
const NOT_YET: &str = "No answer from your code yet; only the expected one is drawn.";

/// The contour lines of one height.
#[derive(Debug, Clone, PartialEq)]
pub struct Contour {
    /// The lines; a closed one ends where it begins.
    pub lines: Vec<Polyline>,
}

/// Whose numbers are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Layer {
    /// The data that the student's function gets.
    Data,
    /// The expected answers.
    Expected,
    /// The student's answers.
    Student,
}

/// Numbers that belong together, as lines and points.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Whose numbers these are.
    pub layer: Layer,
    /// The index of its group; the expected series and the student's series of a group look alike.
    pub group: usize,
    /// The name of its group, if there are several.
    pub name: Option<String>,
    /// Its lines.
    pub lines: Vec<Polyline>,
    /// The points to draw: rows of the table that are within the frame.
    pub points: Vec<Point>,
    /// The last point that is visible.
    pub end: Option<Point>,
    /// The side where it leaves the frame there, if it does not end inside.
    pub exit: Option<Side>,
}

/// A vertical line at a number of the horizontal axis.
#[derive(Debug, Clone, PartialEq)]
pub struct ReferenceLine {
    /// Whose number it is.
    pub layer: Layer,
    /// From 0 at the left to 1 at the right.
    pub x: f64,
    /// The name of the number, and the number.
    pub label: String,
}

impl Figure {
    /// The figure of a case, on the trial that its verdict is about; none if the case has no plot or no tables.
    pub fn of_case(case: &Case, report: &CaseReport) -> Option<Self> {
        Self::of_answers(case.plot.as_ref()?, &report.title, report)
    }

    /// The answers of a case, drawn by another plot; none if the case has no tables.
    pub fn of_answers(plot: &Plot, title: &str, report: &CaseReport) -> Option<Self> {
        let missing = match report.verdict {
            Verdict::DoesNotCompile { .. } => "Your code does not compile; only the expected answer is drawn.",
            _ => NOT_YET,
        };
        Some(Self::new(plot, title, report.shown.as_ref()?, missing))
    }

    /// The student's table as a figure, with the expected table behind it.
    ///
    /// The frame shows the range of the expected numbers, or the range that the plot gives; the student's numbers may
    /// widen it to three times its size. Columns that a table does not have are not drawn. `missing` is the note if the
    /// student has no table.
    pub fn new(plot: &Plot, title: &str, shown: &Shown, missing: &str) -> Self {
        let mut groups = Vec::new();
        let data = data_series(plot, shown, &mut groups);
        let frame = frame(plot, &data);
        let several = plot.lines.is_some() && groups.len() > 1;
        Self {
            purpose: Purpose::Comparison,
            title: title.to_owned(),
            trial: Some(trial_in_words(shown.trial)),
            x: frame.x.axis(&plot.x),
            y: frame.y.axis(&plot.y),
            groups: plot.lines.as_ref().filter(|_| several).map(|column| column.text.clone()),
            contours: plot.surface.as_ref().map(|surface| contours(surface, &frame)).unwrap_or_default(),
            surface: plot.surface.as_ref().map(|surface| surface.called.clone()),
            series: data.iter().map(|series| series.drawn(plot, &frame, several)).collect(),
            places: places(plot, shown.got.as_ref().unwrap_or(&shown.expected), &frame),
            reference_lines: layers(shown)
                .filter_map(|(layer, table)| reference_line(plot, &frame, layer, table))
                .collect(),
            notes: shown
                .got
                .is_none()
                .then(|| missing.to_owned())
                .into_iter()
                .chain(notes(plot, &data, &frame, groups.len()))
                .collect(),
        }
    }

    /// A run of an experiment with the student's code, and with the solution behind it; none if neither has a table.
    ///
    /// If there is no solution, the student's run is drawn as the solution's is in a lesson.
    pub fn of_experiment(experiment: &Experiment, pair: &Pair) -> Option<Self> {
        let plot = experiment.plot_with(&pair.leading().controls);
        let shown = pair.shown()?;
        let mut figure = match (&pair.solution, &shown.got) {
            (None, Some(got)) => Self::of_solution(&plot, &experiment.title, got),
            _ => Self::new(
                &plot,
                &experiment.title,
                &shown,
                "There is no run of your code; only the expected one is drawn.",
            ),
        };
        figure.trial = pair.leading().data_in_words();
        figure.notes.extend(pair.notes(experiment));
        Some(figure)
    }

    /// The solution's answers on the lesson's data. They are drawn as a student's. Of the expected series behind them,
    /// only what differs is kept, such as the valley of a walk.
    pub fn of_solution(plot: &Plot, title: &str, answers: &Table) -> Self {
        let shown = Shown { trial: Trial::Lesson, expected: answers.clone(), got: Some(answers.clone()) };
        let mut figure = Self { purpose: Purpose::Lesson, trial: None, ..Self::new(plot, title, &shown, NOT_YET) };
        let in_front: Vec<Series> =
            figure.series.iter().filter(|series| series.layer == Layer::Student).cloned().collect();
        for behind in figure.series.iter_mut().filter(|series| series.layer == Layer::Expected) {
            let same = in_front.iter().filter(|series| series.group == behind.group);
            let same: Vec<&Polyline> = same.flat_map(|series| &series.lines).collect();
            behind.lines.retain(|line| !same.contains(&line));
            behind.points.clear();
        }
        figure.series.retain(|series| series.layer != Layer::Expected || !series.lines.is_empty());
        figure.reference_lines.dedup_by(|line, before| line.label == before.label);
        figure
    }

    /// Where a sentence says on which data: `, on the lesson's data`, or nothing.
    pub fn on_its_data(&self) -> String {
        self.trial.as_ref().map(|data| format!(", on {data}")).unwrap_or_default()
    }

    /// Whether anything of a layer is drawn.
    pub fn shows(&self, layer: Layer) -> bool {
        let is_drawn = |series: &Series| !(series.points.is_empty() && series.lines.is_empty());
        self.series.iter().any(|series| series.layer == layer && is_drawn(series))
    }

    /// Whether a layer has the colours of its groups. Expected answers behind a student's only series do not.
    pub fn is_coloured(&self, layer: Layer) -> bool {
        match layer {
            Layer::Data => false,
            Layer::Expected if self.purpose == Purpose::Lesson => false,
            Layer::Expected => self.groups.is_some() || !self.shows(Layer::Student),
            Layer::Student => true,
        }
    }

    /// The series whose ends show the names of the groups: for each group the student's, or the expected one if there
    /// is none.
    pub fn ends(&self) -> impl Iterator<Item = (&Series, Point)> {
        let has_student = |group: usize| {
            self.series.iter().any(|other| other.layer == Layer::Student && other.group == group && other.end.is_some())
        };
        let named = self.series.iter().filter(move |series| match series.layer {
            Layer::Data => false,
            Layer::Expected => !has_student(series.group),
            Layer::Student => true,
        });
        named.filter_map(|series| Some((series, series.end?)))
    }
}

/// The tables of a case, from back to front.
fn layers(shown: &Shown) -> impl Iterator<Item = (Layer, &Table)> {
    let student = shown.got.as_ref().map(|table| (Layer::Student, table));
    std::iter::once((Layer::Expected, &shown.expected)).chain(student)
}

/// The series of the tables. The names of their groups are added to `groups`.
fn data_series(plot: &Plot, shown: &Shown, groups: &mut Vec<String>) -> Vec<DataSeries> {
    let mut data = Vec::new();
    if let Some(dots) = &plot.dots {
        // These are the same for every group.
        data.extend(DataSeries::all(plot, Layer::Data, &shown.expected, &dots.text, groups).into_iter().take(1));
    }
    data.extend(
        layers(shown).flat_map(|(layer, table)| DataSeries::all(plot, layer, table, &plot.y.column.text, groups)),
    );
    data
}

/// Where the rows of a table are.
fn places(plot: &Plot, table: &Table, frame: &Frame) -> Vec<Option<Point>> {
    let column = |name: &str| table.columns.iter().position(|column| column.name == name);
    let columns = column(&plot.x.column.text).zip(column(&plot.y.column.text));
    let place = |row: &Vec<Cell>| {
        let (x, y) = columns?;
        let point = frame.point(row.get(x)?.as_number()?, row.get(y)?.as_number()?);
        point.is_inside().then_some(point)
    };
    table.rows.iter().map(place).collect()
}

/// The intervals that the axes show.
fn frame(plot: &Plot, data: &[DataSeries]) -> Frame {
    let valley = match plot.shape {
        Shape::Parabola => data.iter().filter_map(|series| Parabola::through(&series.points)).find(Parabola::is_valley),
        Shape::Line | Shape::Dots => None,
    };
    // Shows both sides of the valley and its bottom, even if the whole table is on one side.
    let mirrored = |data: &DataPoint| valley.as_ref().map_or(data.x, |valley| 2.0 * valley.vertex - data.x);
    let bottom = |data: &DataPoint| valley.as_ref().map_or(data.y, |valley| valley.height);
    let (usual_x, usual_y) = plot.surface.as_ref().map(|surface| (surface.view.x, surface.view.y)).unzip();
    let x = AxisRange::of(&plot.x, usual_x, data, |point| [point.x, mirrored(point)]);
    let y = AxisRange::of(&plot.y, usual_y, data, |point| [point.y, bottom(point)]);
    Frame { x, y }
}

/// The notes on what the figure alone does not show.
fn notes(plot: &Plot, data: &[DataSeries], frame: &Frame, group_count: usize) -> Vec<String> {
    let mut notes = Vec::new();
    notes.extend(departures(plot, data, frame));
    notes.extend(without_logarithm(plot, data));
    if group_count > MOST_GROUPS {
        notes.push(format!("Of {group_count} lines no more than {MOST_GROUPS} can be told apart."));
    }
    notes
}

fn reference_line(plot: &Plot, frame: &Frame, layer: Layer, table: &Table) -> Option<ReferenceLine> {
    let mark = plot.mark.as_ref()?;
    let column = table.columns.iter().position(|column| column.name == mark.column.text)?;
    // An input of the student's function is the same in both tables, and is marked once.
    if layer == Layer::Student && table.columns[column].role == Role::Given {
        return None;
    }
    let value = table.rows.iter().find_map(|row| row.get(column)?.as_number())?;
    let position = frame.x.position(value);
    let label = format!("{} = {}", mark.label, brief(value));
    (0.0..=1.0).contains(&position).then_some(ReferenceLine { layer, x: position, label })
}

#[cfg(test)]
mod tests {
    use grader::course::plot::PlotAxis;
    use harness::{answer, given};

    use super::*;
    use crate::examples::{axis, mark, name, plot, surface};

    fn loss_by_step() -> Plot {
        Plot { y: PlotAxis { scale: Scale::Log, range: Some([1e7, 1e17]), ..axis("loss") }, ..plot("step", "loss") }
    }

    fn table(x: &str, y: &str, rows: &[(f64, f64)]) -> Table {
        let mut table = Table::default();
        for row in rows {
            table.row([given(x, row.0), answer(y, row.1)]);
        }
        table
    }

    fn figure(plot: &Plot, expected: &Table, got: Option<&Table>) -> Figure {
        let shown = Shown { trial: Trial::Lesson, expected: expected.clone(), got: got.cloned() };
        Figure::new(plot, "the loss", &shown, NOT_YET)
    }

    fn series_of(figure: &Figure, layer: Layer) -> &Series {
        figure.series.iter().find(|series| series.layer == layer).unwrap()
    }

    fn close(number: f64, expected: f64) -> bool {
        (number - expected).abs() < 1e-9
    }

    #[test]
    fn a_run_that_diverges_leaves_through_the_top_and_is_followed_in_words() {
        let rows: Vec<(f64, f64)> = (0..=100).map(|step| (f64::from(step), 1.35e11 * 676_f64.powi(step))).collect();
        let table = table("step", "loss", &rows);
        let figure = figure(&loss_by_step(), &table, Some(&table));
        let series = series_of(&figure, Layer::Student);
        assert_eq!((series.exit, series.points.len(), series.lines.len()), (Some(Side::Top), 3, 1));
        assert!(close(series.end.unwrap().y, 1.0));
        // 1.35e11 · 676^100, computed in decimals of thirty digits.
        let sentence = "The line leaves the picture after step 2 and ends at step 100, loss 1.334e294.";
        assert_eq!(figure.notes, [sentence]);
    }

    #[test]
    fn each_row_in_front_has_its_place_unless_it_is_outside() {
        let rows = [(0.0, 1e7), (1.0, 1e12), (2.0, 1e18), (3.0, f64::NAN)];
        let (expected, got) = (table("step", "loss", &[(0.0, 1e7), (4.0, 1e8)]), table("step", "loss", &rows));
        let places = |got: Option<&Table>| figure(&loss_by_step(), &expected, got).places;
        let heights: Vec<Option<f64>> = places(Some(&got)).iter().map(|place| place.map(|at| at.y)).collect();
        assert_eq!((heights[0], heights[1], heights[2], heights[3]), (Some(0.0), Some(0.5), None, None));
        assert_eq!(places(None).len(), 2);
    }

    #[test]
    fn numbers_without_end_or_sense_make_a_picture_too() {
        let expected = table("step", "loss", &[(0.0, 1e11), (1.0, 1e10), (2.0, 1e9), (3.0, 1e8)]);
        let odd = [(0.0, 1e11), (1.0, f64::NAN), (2.0, -5.0), (3.0, 0.0), (4.0, f64::INFINITY)];
        let figure = figure(&loss_by_step(), &expected, Some(&table("step", "loss", &odd)));
        let series = series_of(&figure, Layer::Student);
        assert_eq!(series.points.len(), 1);
        assert!(series.lines.iter().flatten().all(Point::is_inside));
        let notes = [
            "Yours leaves the picture after step 0 and ends at step 4, loss inf.",
            "Where loss is 0 or less a logarithmic axis cannot show it.",
        ];
        assert_eq!(figure.notes, notes);
    }

    #[test]
    fn the_frame_shows_the_expected_numbers_and_the_students_may_widen_it_to_three_times_its_size() {
        let plot = plot("weight", "loss");
        let expected = table("weight", "loss", &[(0.0, 0.0), (10.0, 100.0)]);
        let near = table("weight", "loss", &[(0.0, 0.0), (10.0, 199.0)]);
        let far = table("weight", "loss", &[(0.0, 0.0), (10.0, 1e143)]);
        let top_of_expected = |got: &Table| {
            let figure = figure(&plot, &expected, Some(got));
            (series_of(&figure, Layer::Expected).lines[0][1].y, figure.notes.len())
        };
        assert!(top_of_expected(&expected).0 > 0.95);
        assert!(close(top_of_expected(&near).0, (100.0 / 199.0 + 0.04) / 1.08));
        assert_eq!(top_of_expected(&near).1, 0);
        assert!(top_of_expected(&far).0 > 0.95);
        assert_eq!(top_of_expected(&far).1, 1);
    }

    #[test]
    fn the_parabola_behind_a_walk_shows_both_sides_of_the_valley() {
        let plot = Plot { shape: Shape::Parabola, ..plot("weight", "loss") };
        let loss = |weight: f64| 3.0 + 2.0 * (weight - 200.0).powi(2);
        let walk = [100.0, 127.0, 146.71, 161.1].map(|weight| (weight, loss(weight)));
        let table = table("weight", "loss", &walk);
        let figure = figure(&plot, &table, Some(&table));
        let curve = &series_of(&figure, Layer::Expected).lines[0];
        let lowest = curve.iter().min_by(|point, other| point.y.total_cmp(&other.y)).unwrap();
        assert!((lowest.x - 0.5).abs() < 0.01);
        assert!((curve[0].y - curve[curve.len() - 1].y).abs() < 1e-6);
    }

    #[test]
    fn answers_on_a_parabola_are_joined_by_it_unless_they_jump_from_side_to_side() {
        let plot = Plot { shape: Shape::Parabola, ..plot("weight", "loss") };
        let loss = |weight: f64| 3.0 + 2.0 * (weight - 200.0).powi(2);
        let expected = [100.0, 150.0, 200.0, 250.0, 300.0].map(|weight| (weight, loss(weight)));
        let corners = |rows: &[(f64, f64)]| {
            let figure = figure(&plot, &table("weight", "loss", &expected), Some(&table("weight", "loss", rows)));
            let series = series_of(&figure, Layer::Student);
            assert_eq!(series.points.len(), rows.len());
            (series.lines[0].len(), series.lines[0][0], series.points[0])
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
        let legend = |plot: &Plot, got: Option<&Table>| {
            let entries = figure(plot, &table(), got).legend();
            entries.into_iter().map(|entry| (entry.label.into_owned(), entry.lines, entry.points)).collect::<Vec<_>>()
        };
        let single = plot("x", "y");
        let named = |entry: (&str, bool, bool)| (entry.0.to_owned(), entry.1, entry.2);
        assert_eq!(legend(&single, Some(&table())), [("yours", true, true), ("expected", true, false)].map(named));
        assert_eq!(legend(&single, None), [("expected", true, false)].map(named));
        // Several lines are told apart by their points.
        let several = Plot { lines: Some(name("walk")), ..single };
        assert_eq!(legend(&several, Some(&table())), [("yours", true, true), ("expected", true, true)].map(named));
        assert_eq!(legend(&several, None), [("expected", true, true)].map(named));
        let dots = Plot { shape: Shape::Dots, surface: Some(surface("bowl", "x^2 + y^2", 3.0)), ..several };
        let drawn = [("yours", false, true), ("expected", false, true), ("contours of the surface", true, false)];
        assert_eq!(legend(&dots, Some(&table())), drawn.map(named));
    }

    #[test]
    fn what_lies_outside_and_what_cannot_be_told_apart_is_said() {
        let plot = Plot {
            x: PlotAxis { range: Some([0.0, 9.0]), ..axis("x") },
            y: PlotAxis { range: Some([0.0, 9.0]), ..axis("y") },
            lines: Some(name("at")),
            ..plot("x", "y")
        };
        let table = |most: i64, y: f64| {
            let mut table = Table::default();
            for at in 0..most {
                table.row([given("at", at), answer("x", at as f64), answer("y", y)]);
            }
            table
        };
        let figure = |most: i64| figure(&plot, &table(most, 1.0), Some(&table(most, 99.0)));
        assert_eq!(figure(6).legend()[0].label, "yours, outside the picture");
        let warns =
            |most: i64| figure(most).notes.iter().any(|note| note.ends_with("no more than 6 can be told apart."));
        assert_eq!([warns(6), warns(7)], [false, true]);
    }

    #[test]
    fn what_is_expected_has_the_colours_of_its_series_where_it_stands_alone() {
        let table = table("step", "loss", &[(0.0, 4.0), (1.0, 1.0)]);
        let plot = plot("step", "loss");
        assert!(figure(&plot, &table, None).is_coloured(Layer::Expected));
        assert!(!figure(&plot, &table, Some(&table)).is_coloured(Layer::Expected));
        // Nothing of an empty answer can be drawn.
        assert!(figure(&plot, &table, Some(&Table::default())).is_coloured(Layer::Expected));
    }

    #[test]
    fn a_tangent_has_the_slope_of_its_row_in_the_units_of_the_axes() {
        let plot = Plot { slope: Some(name("gradient")), ..plot("weight", "loss") };
        let mut table = Table::default();
        for weight in [-2.0, 1.0, 3.0] {
            table.row([given("weight", weight), given("loss", weight * weight), answer("gradient", 2.0 * weight)]);
        }
        let figure = figure(&plot, &table, Some(&table));
        let student = series_of(&figure, Layer::Student);
        // The loss is given and no answer, so there are three tangents, and no line from point to point.
        assert_eq!(student.lines.len(), 3);
        let [from, to] = student.lines[1][..] else { panic!("a tangent is straight") };
        let (width, height) = (5.0 * 1.08, 8.0 * 1.08);
        assert!(close((to.y - from.y) * height / ((to.x - from.x) * width), 2.0));
    }

    #[test]
    fn every_value_of_a_column_has_a_line_and_data_is_drawn_once() {
        let plot = Plot { lines: Some(name("rate")), dots: Some(name("seen")), ..plot("x", "y") };
        let mut table = Table::default();
        for rate in [1e-8, 1e-7] {
            for x in [0.0, 1.0, 2.0] {
                table.row([given("rate", rate), given("x", x), given("seen", 2.0 * x), answer("y", x * rate * 1e8)]);
            }
        }
        let figure = figure(&plot, &table, None);
        let names: Vec<_> = figure.series.iter().map(|series| (series.layer, series.name.as_deref())).collect();
        let expected = [Layer::Data, Layer::Expected, Layer::Expected];
        assert_eq!(names.iter().map(|(layer, _)| *layer).collect::<Vec<_>>(), expected);
        assert_eq!((names[1].1, names[2].1), (Some("1e-8"), Some("1e-7")));
        assert_eq!(figure.groups.as_deref(), Some("rate"));
        assert!(!figure.shows(Layer::Student));
        assert!(figure.notes[0].contains("No answer"));
    }

    #[test]
    fn a_place_is_marked_with_its_number_for_the_expected_one_and_for_the_students() {
        let plot = Plot {
            x: PlotAxis { scale: Scale::Log, ..axis("rate") },
            mark: Some(mark("limit", "2 / curvature")),
            ..plot("rate", "loss")
        };
        let table = |limit: f64| {
            let mut table = Table::default();
            for rate in [1e-10, 1e-8, 1e-6] {
                table.row([given("rate", rate), answer("limit", limit), answer("loss", 1.0)]);
            }
            table
        };
        let figure = figure(&plot, &table(2.0 / 2.7e7), Some(&table(1.0 / 2.7e7)));
        let labels: Vec<_> = figure.reference_lines.iter().map(|line| line.label.as_str()).collect();
        assert_eq!(labels, ["2 / curvature = 7.407e-8", "2 / curvature = 3.704e-8"]);
        // Between 1e-8, in the middle, and 1e-6, near the right edge.
        assert!((0.6..0.8).contains(&figure.reference_lines[0].x));
    }

    #[test]
    fn a_line_that_has_left_does_not_come_back_from_side_to_side() {
        let plot = Plot { y: PlotAxis { range: Some([0.0, 400.0]), ..axis("weight") }, ..plot("step", "weight") };
        let jumps = [(0.0, 100.0), (1.0, 370.0), (2.0, -89.0), (3.0, 691.3), (4.0, -635.2), (5.0, 1619.9)];
        let table = table("step", "weight", &jumps);
        let figure = figure(&plot, &table, Some(&table));
        let series = series_of(&figure, Layer::Student);
        assert_eq!((series.points.len(), series.exit), (2, Some(Side::Bottom)));
        assert_eq!(series.lines.len(), 1);
    }

    #[test]
    fn a_single_point_is_in_the_middle_of_the_frame() {
        let table = table("step", "loss", &[(4.0, 1e9)]);
        let plot = Plot { y: PlotAxis { scale: Scale::Log, ..axis("loss") }, ..plot("step", "loss") };
        let figure = figure(&plot, &table, Some(&table));
        let middle = series_of(&figure, Layer::Student).points[0];
        assert!(close(middle.x, 0.5) && close(middle.y, 0.5));
    }
}
