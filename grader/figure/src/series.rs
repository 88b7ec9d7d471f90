//! Turns the series of a table into polylines within the frame, and writes notes on those that leave it.

use grader::course::plot::{Plot, Scale, Shape};

use crate::axis::{Frame, brief};
use crate::clip::clip;
use crate::data::{DataPoint, DataSeries};
use crate::parabola::Parabola;
use crate::{Layer, Point, Polyline, Series};

impl DataSeries {
    /// The series ready to be drawn, with its name if there are several.
    pub(crate) fn drawn(&self, plot: &Plot, frame: &Frame, several: bool) -> Series {
        let mut path: Polyline = self.points.iter().map(|data| frame.point(data.x, data.y)).collect();
        let ends_outside = path.last().is_some_and(|last| !last.is_inside());
        // After a line has left for good, it is cut off: points that jump from side to side outside would otherwise
        // cross the frame again and again.
        if let Some(last) = path.iter().rposition(Point::is_inside) {
            path.truncate(last + 2);
        }
        let mut points: Vec<Point> = path.iter().copied().filter(Point::is_inside).collect();
        let joined = match (plot.shape, self.layer) {
            (_, Layer::Data) | (Shape::Dots, _) => Vec::new(),
            // Inputs of the student's code are drawn once, behind its answers.
            _ if self.layer == Layer::Student && !self.is_answer => Vec::new(),
            (Shape::Parabola, layer) => match (Parabola::through(&self.points), layer, self.goes_one_way()) {
                (Some(parabola), Layer::Expected, true) => vec![parabola.across(frame)],
                // The walk from side to side, and the valley that it goes through.
                (Some(parabola), Layer::Expected, false) => vec![parabola.across(frame), path.clone()],
                (Some(parabola), _, true) => vec![parabola.along(&self.points, frame)],
                _ => vec![path.clone()],
            },
            (Shape::Line, _) => vec![path.clone()],
        };
        let mut lines: Vec<Polyline> = joined.iter().flat_map(|line| clip(line)).collect();
        lines.extend(self.points.iter().filter_map(|data| tangent(data, frame)).flat_map(|ends| clip(&ends)));
        let end = clip(&path).last().and_then(|part| part.last().copied()).or(points.last().copied());
        // An expected line has no points, unless they tell several lines apart or show how far a walk has come.
        let needs_points = several || plot.shape == Shape::Parabola;
        if self.layer == Layer::Expected && !lines.is_empty() && !needs_points {
            points.clear();
        }
        Series {
            layer: self.layer,
            group: self.group,
            name: several.then(|| self.name.clone()),
            exit: end.filter(|_| ends_outside).and_then(|end| end.side()),
            end,
            lines,
            points,
        }
    }

    /// A description of where the series leaves the frame for good, and where it ends; none if it does not leave.
    fn departure(&self, plot: &Plot, frame: &Frame) -> Option<String> {
        let is_inside = |data: &DataPoint| frame.point(data.x, data.y).is_inside();
        let last = self.points.last().filter(|data| self.layer != Layer::Data && !is_inside(data))?;
        let (x_name, y_name) = (&plot.x.column.text, &plot.y.column.text);
        let ends = format!("ends at {x_name} {}, {y_name} {}", brief(last.x), brief(last.y));
        Some(match self.points.iter().rev().find(|data| is_inside(data)) {
            Some(seen) => format!("leaves the picture after {x_name} {} and {ends}", brief(seen.x)),
            None => format!("is outside the picture and {ends}"),
        })
    }
}

/// Sentences about the series that leave the frame. If the expected one and the student's do the same, there is only
/// one.
pub(crate) fn departures(plot: &Plot, all: &[DataSeries], frame: &Frame) -> Vec<String> {
    let departures = all.iter().filter_map(|series| series.departure(plot, frame).map(|departure| (series, departure)));
    let departures: Vec<_> = departures.collect();
    let alone = all.iter().all(|series| series.layer != Layer::Student);
    let has_twin = |series: &DataSeries, words: &str, layer: Layer| {
        departures
            .iter()
            .any(|(other, departure)| other.layer == layer && other.group == series.group && departure == words)
    };
    let shown = departures
        .iter()
        .filter(|(series, words)| series.layer == Layer::Expected || !has_twin(series, words, Layer::Expected));
    let sentences = shown.map(|(series, words)| {
        let name = plot.lines.as_ref().map(|lines| format!("{} {}", &lines.text, series.name));
        let layer = match series.layer {
            Layer::Student => Some("yours"),
            _ if alone || has_twin(series, words, Layer::Student) => None,
            _ => Some("expected"),
        };
        match (name, layer) {
            (Some(name), Some(layer)) => format!("{name} ({layer}) {words}."),
            (Some(name), None) => format!("{name} {words}."),
            (None, Some("yours")) => format!("Yours {words}."),
            (None, Some(_)) => format!("The expected line {words}."),
            (None, None) => format!("The line {words}."),
        }
    });
    sentences.collect()
}

/// Sentences about axes that cannot show some numbers, because these have no logarithm.
pub(crate) fn without_logarithm<'a>(plot: &'a Plot, all: &'a [DataSeries]) -> impl Iterator<Item = String> + 'a {
    let points = || all.iter().flat_map(|series| &series.points);
    let axes = [(&plot.x, points().any(|data| data.x <= 0.0)), (&plot.y, points().any(|data| data.y <= 0.0))];
    let affected = axes.into_iter().filter(|(axis, has_none)| *has_none && axis.scale == Scale::Log);
    affected.map(|(axis, _)| format!("Where {} is 0 or less a logarithmic axis cannot show it.", &axis.column.text))
}

/// A short piece of the tangent at a data point.
fn tangent(data: &DataPoint, frame: &Frame) -> Option<[Point; 2]> {
    /// Its length, in the units of the frame.
    const LENGTH: f64 = 0.3;
    let Frame { x, y } = frame;
    let slope = data.slope.filter(|_| x.scale == Scale::Linear && y.scale == Scale::Linear)?;
    let rise = slope * (x.high - x.low) / (y.high - y.low);
    let run = LENGTH / 2.0 / rise.hypot(1.0);
    let at = frame.point(data.x, data.y);
    let ends = [-run, run].map(|run| Point { x: at.x + run, y: at.y + run * rise });
    ends.iter().all(|end| end.x.is_finite() && end.y.is_finite()).then_some(ends)
}
