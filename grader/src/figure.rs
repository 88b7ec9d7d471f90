//! The picture of a case: what `exercise.toml` says to draw of its answers, as lines in a view that is ready to be drawn.
//!
//! A figure knows no device: a chart in the terminal and an SVG draw the same one. All its places are parts of the view,
//! from 0 at the left and at the bottom to 1 at the right and at the top, so that whoever draws it needs to know nothing
//! of scales. What does not fit into the view is cut off at its edge, and a sentence says where it went.

use harness::{Cell, Role, Table};

use crate::course::{Plot, PlotAxis, Scale, Shape};
use crate::report::trial_in_words;

/// A picture of a case's answers on one trial.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What it shows.
    pub title: String,
    /// On which data.
    pub trial: String,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// What the lines are told apart by, if there is more than one of each kind.
    pub series: Option<String>,
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
    /// The rows of the table that lie in the view.
    pub points: Vec<Place>,
    /// Where it is seen last.
    pub end: Option<Place>,
    /// The edge of the view over which it goes there, if it does not come to its end inside.
    pub leaves: Option<Edge>,
}

/// An edge of the view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// The left one.
    Left,
    /// The right one.
    Right,
    /// The upper one.
    Top,
    /// The lower one.
    Bottom,
}

/// A place in the view: how far to the right, and how far up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// From 0 at the left to 1 at the right.
    pub x: f64,
    /// From 0 at the bottom to 1 at the top.
    pub y: f64,
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

impl Figure {
    /// The picture of a table, and of the expected one behind it.
    ///
    /// The view is that of the expected numbers, or the range that the plot gives; the student's own may widen it to its
    /// threefold. Columns that a table does not have are not drawn.
    pub fn new(plot: &Plot, title: &str, trial: &str, expected: &Table, got: Option<&Table>) -> Self {
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
        let parabola = match plot.shape {
            Shape::Parabola => curves.iter().find_map(|curve| Parabola::through(&curve.rows)),
            Shape::Line | Shape::Dots => None,
        };
        // Both sides of the valley, also where the walk down one of them is the whole table, and its ground.
        let mirrored = |row: &Row| parabola.as_ref().map_or(row.x, |parabola| 2.0 * parabola.minimum - row.x);
        let x = View::of(&plot.x, &curves, |row| [row.x, mirrored(row)]);
        let y = View::of(&plot.y, &curves, |row| [row.y, parabola.as_ref().map_or(row.y, |parabola| parabola.floor)]);

        let several = plot.lines.is_some() && names.len() > 1;
        let lines: Vec<Line> = curves.iter().map(|curve| curve.line(plot, &x, &y, several)).collect();
        let mut notes = Vec::new();
        if got.is_none() {
            notes.push("Your code has not answered this yet: the expected answers are drawn alone.".to_owned());
        }
        notes.extend(departures(plot, &curves, &x, &y));
        let marks = [(Whose::Expected, Some(expected)), (Whose::Yours, got)];
        Self {
            title: title.to_owned(),
            trial: trial_in_words(trial),
            x: x.axis(&plot.x),
            y: y.axis(&plot.y),
            series: plot.lines.as_ref().filter(|_| several).map(|column| column.get_ref().clone()),
            lines,
            marks: marks.into_iter().filter_map(|(whose, table)| mark(plot, &x, whose, table?)).collect(),
            notes,
        }
    }

    /// Whether numbers of this kind are drawn.
    pub fn shows(&self, whose: Whose) -> bool {
        self.lines.iter().any(|line| line.whose == whose && !(line.points.is_empty() && line.pieces.is_empty()))
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
            (Shape::Parabola, Whose::Expected) => match Parabola::through(&self.rows) {
                Some(parabola) => x.samples().map(|at| Place { x: x.part(at), y: y.part(parabola.at(at)) }).collect(),
                None => path.clone(),
            },
            _ => path.clone(),
        };
        let mut pieces = clipped(&joined);
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

/// The interval that an axis shows, in the numbers that its scale spreads evenly: the logarithm's on a logarithmic one.
struct View {
    scale: Scale,
    low: f64,
    high: f64,
}

impl View {
    /// The view of the numbers that are to be seen of each row.
    fn of(axis: &PlotAxis, curves: &[Curve], numbers: impl Fn(&Row) -> [f64; 2]) -> Self {
        let scale = axis.scale;
        let spread = |value: f64| spread(scale, value);
        if let Some([low, high]) = axis.range {
            return Self { scale, low: spread(low), high: spread(high) };
        }
        let numbers = |yours: bool| {
            let chosen = curves.iter().filter(move |curve| (curve.whose == Whose::Yours) == yours);
            let all = chosen.flat_map(|curve| &curve.rows).flat_map(&numbers).map(spread);
            all.filter(|value| value.is_finite()).collect::<Vec<f64>>()
        };
        let (mut low, mut high) = bounds(&numbers(false)).unwrap_or((0.0, 1.0));
        let span = high - low;
        if span > 0.0 {
            let near = numbers(true).into_iter().filter(|value| (low - span..=high + span).contains(value));
            (low, high) = bounds(&near.chain([low, high]).collect::<Vec<_>>()).unwrap_or((low, high));
        } else {
            let room = if low == 0.0 { 1.0 } else { low.abs() / 10.0 };
            (low, high) = (low - room, high + room);
        }
        const MARGIN: f64 = 0.04;
        let margin = (high - low) * MARGIN;
        Self { scale, low: low - margin, high: high + margin }
    }

    /// How far along the axis a number lies.
    fn part(&self, value: f64) -> f64 {
        (spread(self.scale, value) - self.low) / (self.high - self.low)
    }

    /// Numbers from one end of a linear axis to the other.
    fn samples(&self) -> impl Iterator<Item = f64> {
        const SAMPLES: u32 = 120;
        let (low, width) = (self.low, self.high - self.low);
        (0..=SAMPLES).map(move |at| low + width * f64::from(at) / f64::from(SAMPLES))
    }

    fn axis(&self, axis: &PlotAxis) -> Axis {
        let column = axis.column.get_ref();
        let label = axis.unit.as_ref().map_or(column.clone(), |unit| format!("{column} in {unit}"));
        let numbers = match self.scale {
            Scale::Linear => round_numbers(self.low, self.high),
            Scale::Log => powers_of_ten(self.low, self.high),
        };
        let shown = |value: &f64| (-1e-9..=1.0 + 1e-9).contains(&self.part(*value));
        let numbers: Vec<f64> = numbers.into_iter().filter(shown).collect();
        // All in one form: 1e3 beside 1e6.
        let plain = numbers.iter().all(|value| is_plain(*value));
        let text = |value: f64| if plain || value == 0.0 { brief(value) } else { scientific(value) };
        Axis { label, ticks: numbers.iter().map(|value| (self.part(*value), text(*value))).collect() }
    }
}

impl Place {
    fn is_inside(&self) -> bool {
        let shown = |part| (-1e-9..=1.0 + 1e-9).contains(&part);
        shown(self.x) && shown(self.y)
    }

    /// The edge on which it lies, if it lies on one.
    fn edge(&self) -> Option<Edge> {
        let near = |part: f64, edge: f64| (part - edge).abs() < 1e-6;
        let edges = [
            (near(self.y, 1.0), Edge::Top),
            (near(self.y, 0.0), Edge::Bottom),
            (near(self.x, 0.0), Edge::Left),
            (near(self.x, 1.0), Edge::Right),
        ];
        edges.into_iter().find_map(|(lies, edge)| lies.then_some(edge))
    }
}

/// The parabola `floor + bend · (x - minimum)²`.
struct Parabola {
    minimum: f64,
    bend: f64,
    floor: f64,
}

impl Parabola {
    /// The upright parabola on which all rows lie, if there is one that opens upwards.
    ///
    /// It is laid through three rows that are far apart, by Newton's divided differences.
    fn through(rows: &[Row]) -> Option<Self> {
        let furthest = |from: &[f64]| {
            let distance = |row: &&Row| from.iter().map(|x| (row.x - x).abs()).fold(f64::INFINITY, f64::min);
            let finite = rows.iter().filter(|row| row.x.is_finite() && row.y.is_finite());
            finite.max_by(|one, other| distance(one).total_cmp(&distance(other))).copied()
        };
        let first = rows.first()?;
        let second = furthest(&[first.x])?;
        let third = furthest(&[first.x, second.x])?;
        let slope = |from: &Row, to: &Row| (to.y - from.y) / (to.x - from.x);
        let (near, far) = (slope(first, &second), slope(&second, &third));
        let bend = (far - near) / (third.x - first.x);
        if !bend.is_finite() || bend <= 0.0 {
            return None;
        }
        // The slope at the first row is that of the chord less what the bend adds on its way.
        let minimum = first.x - (near - bend * (second.x - first.x)) / (2.0 * bend);
        let floor = first.y - bend * (first.x - minimum).powi(2);
        let parabola = Self { minimum, bend, floor };
        let height = rows.iter().map(|row| row.y.abs()).fold(0.0, f64::max);
        rows.iter().all(|row| (parabola.at(row.x) - row.y).abs() <= 1e-6 * height).then_some(parabola)
    }

    fn at(&self, x: f64) -> f64 {
        self.floor + self.bend * (x - self.minimum).powi(2)
    }
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

/// The parts of a path that lie in the view, cut at its edge.
fn clipped(path: &[Place]) -> Vec<Vec<Place>> {
    let mut pieces: Vec<Vec<Place>> = Vec::new();
    for ends in path.windows(2) {
        let Some((from, to)) = visible_part(ends[0], ends[1]) else { continue };
        match pieces.last_mut().filter(|piece| piece.last() == Some(&from)) {
            Some(piece) => piece.push(to),
            None => pieces.push(vec![from, to]),
        }
    }
    pieces
}

/// The part of a straight line that lies in the view (Liang and Barsky, "A new concept and method for line clipping",
/// 1984).
fn visible_part(from: Place, to: Place) -> Option<(Place, Place)> {
    let (from, to) = (from.tamed()?, to.tamed()?);
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let (mut enters, mut leaves) = (0.0_f64, 1.0_f64);
    for (speed, room) in [(-dx, from.x), (dx, 1.0 - from.x), (-dy, from.y), (dy, 1.0 - from.y)] {
        if speed == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if speed < 0.0 {
            enters = enters.max(room / speed);
        } else {
            leaves = leaves.min(room / speed);
        }
    }
    let at = |part: f64| match part {
        0.0 => from,
        1.0 => to,
        part => Place { x: from.x + part * dx, y: from.y + part * dy },
    };
    (enters <= leaves).then(|| (at(enters), at(leaves)))
}

impl Place {
    /// The same place, so near that its coordinates can be reckoned with; none for what is not a number.
    fn tamed(self) -> Option<Self> {
        const FAR: f64 = 1e6;
        let known = !self.x.is_nan() && !self.y.is_nan();
        known.then(|| Self { x: self.x.clamp(-FAR, FAR), y: self.y.clamp(-FAR, FAR) })
    }
}

fn number(cell: Option<&Cell>) -> Option<f64> {
    match cell? {
        Cell::Integer(integer) => Some(*integer as f64),
        Cell::Number(number) => Some(*number),
        Cell::Text(_) => None,
    }
}

fn spread(scale: Scale, value: f64) -> f64 {
    match scale {
        Scale::Linear => value,
        // The logarithm of 0 is below every view; a negative number has none.
        Scale::Log => value.log10(),
    }
}

fn bounds(values: &[f64]) -> Option<(f64, f64)> {
    let low = values.iter().copied().reduce(f64::min)?;
    let high = values.iter().copied().reduce(f64::max)?;
    Some((low, high))
}

/// Multiples of 1, 2 or 5 times a power of ten, four to nine of them.
fn round_numbers(low: f64, high: f64) -> Vec<f64> {
    const MOST: f64 = 8.0;
    let power = 10_f64.powf(((high - low) / MOST).log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * power).into_iter().find(|step| (high - low) / step <= MOST);
    let step = step.unwrap_or(10.0 * power);
    // Divided by a whole reciprocal, a decimal fraction comes out as it is written.
    let multiple = |at: f64| if step < 1.0 { at / step.recip().round() } else { at * step };
    let (first, last) = ((low / step).ceil() as i64, (high / step).floor() as i64);
    (first..=last).map(|at| multiple(at as f64)).collect()
}

/// Powers of ten between two exponents, eight at most; round numbers where there are fewer than two.
fn powers_of_ten(low: f64, high: f64) -> Vec<f64> {
    const MOST: i32 = 8;
    let (first, last) = (low.ceil() as i32, high.floor() as i32);
    if last - first < 1 {
        return round_numbers(10_f64.powf(low), 10_f64.powf(high));
    }
    let every = [1, 2, 3, 5, 10, 20, 50, 100].into_iter().find(|every| (last - first) / every < MOST).unwrap_or(100);
    // Read from its text, a power of ten has no rounding of its own.
    let power = |exponent: i32| format!("1e{exponent}").parse().unwrap_or(f64::INFINITY);
    (first..=last).filter(|exponent| exponent % every == 0).map(power).collect()
}

/// A number in few letters.
fn brief(value: f64) -> String {
    if is_plain(value) { Cell::Number((value * 1e4).round() / 1e4).to_string() } else { scientific(value) }
}

/// Whether a number is short when it is written out.
fn is_plain(value: f64) -> bool {
    value == 0.0 || !value.is_finite() || (1e-3..1e5).contains(&value.abs())
}

fn scientific(value: f64) -> String {
    let text = format!("{value:.3e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let digits = if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { digits };
    format!("{digits}e{exponent}")
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
        Figure::new(plot, "the loss", "lesson", expected, got)
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
        assert_eq!(figure.notes, ["Yours leaves the picture after step 0 and ends at step 4, loss inf."]);
    }

    #[test]
    fn the_view_is_that_of_the_expected_numbers_and_the_students_may_widen_it_to_its_threefold() {
        let plot = plot("x = { column = \"weight\" }\ny = { column = \"loss\" }\n");
        let expected = table("weight", "loss", &[(0.0, 0.0), (10.0, 100.0)]);
        let near = table("weight", "loss", &[(0.0, 0.0), (10.0, 199.0)]);
        let far = table("weight", "loss", &[(0.0, 0.0), (10.0, 1e143)]);
        let top_of_expected = |got: &Table| {
            let figure = figure(&plot, &expected, Some(got));
            (of(&figure, Whose::Expected).points[1].y, figure.notes.len())
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
        // The walk itself goes straight from point to point.
        assert_eq!(of(&figure, Whose::Yours).pieces[0].len(), walk.len());
    }

    #[test]
    fn rows_on_no_parabola_are_joined_by_straight_lines() {
        let rows = |points: &[(f64, f64)]| points.iter().map(|&(x, y)| Row { x, y, slope: None }).collect::<Vec<_>>();
        assert!(Parabola::through(&rows(&[(0.0, 4.0), (1.0, 1.0), (2.0, 0.0), (5.0, 9.0)])).is_some());
        assert!(Parabola::through(&rows(&[(0.0, 4.0), (1.0, 1.0), (2.0, 0.5), (5.0, 9.0)])).is_none());
        assert!(Parabola::through(&rows(&[(0.0, 0.0), (1.0, 1.0), (2.0, 2.0)])).is_none());
        assert!(Parabola::through(&rows(&[(1.0, 0.0), (1.0, 0.0), (1.0, 0.0)])).is_none());
        assert!(Parabola::through(&[]).is_none());
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
        assert!(figure.notes[0].contains("not answered"));
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
        let line = figure(&plot, &table, Some(&table)).lines.remove(0);
        assert_eq!((line.points.len(), line.leaves), (2, Some(Edge::Bottom)));
        assert_eq!(line.pieces.len(), 1);
    }

    #[test]
    fn axes_are_labelled_with_units_and_round_numbers() {
        let axis = |low: f64, high: f64, scale: Scale| {
            let axis = View { scale, low, high }.axis(&loss_by_step().y);
            assert_eq!(axis.label, "loss in $²");
            axis.ticks.into_iter().map(|(_, text)| text).collect::<Vec<_>>()
        };
        assert_eq!(axis(-0.1, 3.2, Scale::Linear), ["0", "0.5", "1", "1.5", "2", "2.5", "3"]);
        assert_eq!(axis(0.0, 0.31, Scale::Linear), ["0", "0.05", "0.1", "0.15", "0.2", "0.25", "0.3"]);
        assert_eq!(axis(-1e10, 2.5e11, Scale::Linear), ["0", "5e10", "1e11", "1.5e11", "2e11", "2.5e11"]);
        assert_eq!(axis(-10.2, -5.9, Scale::Log), ["1e-10", "1e-9", "1e-8", "1e-7", "1e-6"]);
        assert_eq!(axis(-4.0, 18.0, Scale::Log), ["1e-3", "1e0", "1e3", "1e6", "1e9", "1e12", "1e15", "1e18"]);
        assert_eq!(axis(0.0, 2.1, Scale::Log), ["1", "10", "100"]);
        assert_eq!(axis(2.1, 2.9, Scale::Log), ["200", "300", "400", "500", "600", "700"]);
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
