//! The rows of a table as lines, and what is to be said of those that leave the view.

use harness::{Cell, Role, Table};

use super::parabola::Parabola;
use super::place::clipped;
use super::view::{View, brief};
use super::{Line, Place, Whose};
use crate::course::{Plot, Scale, Shape};

/// The rows of a table that belong to one line.
pub(super) struct Curve {
    pub(super) whose: Whose,
    series: usize,
    name: String,
    /// Whether the numbers of the vertical axis are answers, and not what the student's function was given.
    answered: bool,
    pub(super) rows: Vec<Row>,
}

/// What is drawn of a row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) slope: Option<f64>,
}

impl Curve {
    /// The curves of a table, one a series. `names` are those of the series that are known by now.
    pub(super) fn all(plot: &Plot, whose: Whose, table: &Table, y: &str, names: &mut Vec<String>) -> Vec<Self> {
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

    pub(super) fn line(&self, plot: &Plot, x: &View, y: &View, several: bool) -> Line {
        let place = |row: &Row| Place { x: x.part(row.x), y: y.part(row.y) };
        let mut path: Vec<Place> = self.rows.iter().map(place).collect();
        let goes_on = path.last().is_some_and(|last| !last.is_inside());
        // A line that has left is gone: what jumps from side to side out there would cross the view again and again.
        if let Some(last) = path.iter().rposition(Place::is_inside) {
            path.truncate(last + 2);
        }
        let mut points: Vec<Place> = path.iter().copied().filter(Place::is_inside).collect();
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
        // What is expected is a line without points, unless they say which of several it is or how far a walk has come.
        let needs_points = several || plot.shape == Shape::Parabola;
        if self.whose == Whose::Expected && !pieces.is_empty() && !needs_points {
            points.clear();
        }
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
pub(super) fn departures(plot: &Plot, curves: &[Curve], x: &View, y: &View) -> Vec<String> {
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
pub(super) fn without_logarithm<'a>(plot: &'a Plot, curves: &'a [Curve]) -> impl Iterator<Item = String> + 'a {
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

/// The number in a cell, if it is one.
pub(super) fn number(cell: Option<&Cell>) -> Option<f64> {
    match cell? {
        Cell::Integer(integer) => Some(*integer as f64),
        Cell::Number(number) => Some(*number),
        Cell::Text(_) => None,
    }
}
