//! The parabola through data points, such as those of a loss that is a sum of squares.

use crate::axis::Frame;
use crate::data::DataPoint;
use crate::{Point, Polyline};

/// The parabola `height + bend · (x - vertex)²`.
pub(crate) struct Parabola {
    pub(crate) vertex: f64,
    bend: f64,
    pub(crate) height: f64,
}

impl Parabola {
    /// The vertical parabola through all of these points, if there is one. It is computed from three points that are
    /// far apart, with Newton's divided differences.
    pub(crate) fn through(points: &[DataPoint]) -> Option<Self> {
        let furthest = |from: &[f64]| {
            let distance = |data: &&DataPoint| from.iter().map(|x| (data.x - x).abs()).fold(f64::INFINITY, f64::min);
            let finite = points.iter().filter(|data| data.x.is_finite() && data.y.is_finite());
            finite.max_by(|data, other| distance(data).total_cmp(&distance(other))).copied()
        };
        let first = points.first()?;
        let second = furthest(&[first.x])?;
        let third = furthest(&[first.x, second.x])?;
        let slope = |from: &DataPoint, to: &DataPoint| (to.y - from.y) / (to.x - from.x);
        let (near, far) = (slope(first, &second), slope(&second, &third));
        let bend = (far - near) / (third.x - first.x);
        if !bend.is_finite() || bend == 0.0 {
            return None;
        }
        // The slope at the first point is that of the chord, minus what the bend adds along the chord.
        let vertex = first.x - (near - bend * (second.x - first.x)) / (2.0 * bend);
        let parabola = Self { vertex, bend, height: first.y - bend * (first.x - vertex).powi(2) };
        let highest = points.iter().map(|data| data.y.abs()).fold(0.0, f64::max);
        points.iter().all(|data| (parabola.at(data.x) - data.y).abs() <= 1e-6 * highest).then_some(parabola)
    }

    /// Whether it opens upwards.
    pub(crate) fn is_valley(&self) -> bool {
        self.bend > 0.0
    }

    /// The curve from the left side of the frame to the right side.
    pub(crate) fn across(&self, frame: &Frame) -> Polyline {
        self.drawn(frame, 0.0, 1.0).collect()
    }

    /// The curve from each of these points to the next.
    pub(crate) fn along(&self, points: &[DataPoint], frame: &Frame) -> Polyline {
        let positions = points.windows(2).map(|ends| (frame.x.position(ends[0].x), frame.x.position(ends[1].x)));
        positions.flat_map(|(from, to)| self.drawn(frame, from, to)).collect()
    }

    /// The curve from one position on the horizontal axis to another, with enough points to look smooth.
    fn drawn(&self, frame: &Frame, from: f64, to: f64) -> impl Iterator<Item = Point> {
        /// The largest distance between two points.
        const STEP: f64 = 1.0 / 120.0;
        let steps = ((to - from).abs() / STEP).ceil().clamp(1.0, 1000.0) as u32;
        let positions = (0..=steps).map(move |at| from + (to - from) * f64::from(at) / f64::from(steps));
        positions.map(|position| Point { x: position, y: frame.y.position(self.at(frame.x.value(position))) })
    }

    fn at(&self, x: f64) -> f64 {
        self.height + self.bend * (x - self.vertex).powi(2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_points_on_one_parabola_have_one() {
        let data = |points: &[(f64, f64)]| -> Vec<DataPoint> {
            points.iter().map(|&(x, y)| DataPoint { x, y, slope: None }).collect()
        };
        let valley = Parabola::through(&data(&[(0.0, 4.0), (1.0, 1.0), (2.0, 0.0), (5.0, 9.0)]));
        assert!(valley.is_some_and(|parabola| parabola.is_valley()));
        let hill = Parabola::through(&data(&[(0.0, -4.0), (1.0, -1.0), (2.0, 0.0), (5.0, -9.0)]));
        assert!(hill.is_some_and(|parabola| !parabola.is_valley()));
        assert!(Parabola::through(&data(&[(0.0, 4.0), (1.0, 1.0), (2.0, 0.5), (5.0, 9.0)])).is_none());
        assert!(Parabola::through(&data(&[(0.0, 0.0), (1.0, 1.0), (2.0, 2.0)])).is_none());
        assert!(Parabola::through(&data(&[(1.0, 0.0), (1.0, 0.0), (1.0, 0.0)])).is_none());
        assert!(Parabola::through(&[]).is_none());
    }
}
