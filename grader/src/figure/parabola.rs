//! The parabola on which the rows of a table lie: what is expected of a loss that is a sum of squares.

use super::Row;
use super::place::Place;
use super::view::View;

/// The parabola `height + bend · (x - vertex)²`.
pub(super) struct Parabola {
    pub(super) vertex: f64,
    bend: f64,
    pub(super) height: f64,
}

impl Parabola {
    /// The upright parabola on which all rows lie, if there is one.
    ///
    /// It is laid through three rows that are far apart, by Newton's divided differences.
    pub(super) fn through(rows: &[Row]) -> Option<Self> {
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
        if !bend.is_finite() || bend == 0.0 {
            return None;
        }
        // The slope at the first row is that of the chord less what the bend adds on its way.
        let vertex = first.x - (near - bend * (second.x - first.x)) / (2.0 * bend);
        let parabola = Self { vertex, bend, height: first.y - bend * (first.x - vertex).powi(2) };
        let highest = rows.iter().map(|row| row.y.abs()).fold(0.0, f64::max);
        rows.iter().all(|row| (parabola.at(row.x) - row.y).abs() <= 1e-6 * highest).then_some(parabola)
    }

    /// Whether it opens upwards.
    pub(super) fn is_valley(&self) -> bool {
        self.bend > 0.0
    }

    /// The whole of it that lies between the sides of a view.
    pub(super) fn across(&self, x: &View, y: &View) -> Vec<Place> {
        self.drawn(x, y, 0.0, 1.0).collect()
    }

    /// The part of it that leads from each row to the next.
    pub(super) fn along(&self, rows: &[Row], x: &View, y: &View) -> Vec<Place> {
        rows.windows(2).flat_map(|ends| self.drawn(x, y, x.part(ends[0].x), x.part(ends[1].x))).collect()
    }

    /// From one part of the horizontal axis to another, as smooth as it is seen.
    fn drawn(&self, x: &View, y: &View, from: f64, to: f64) -> impl Iterator<Item = Place> {
        /// How far apart two places are at most.
        const STEP: f64 = 1.0 / 120.0;
        let steps = ((to - from).abs() / STEP).ceil().clamp(1.0, 1000.0) as u32;
        let parts = (0..=steps).map(move |at| from + (to - from) * f64::from(at) / f64::from(steps));
        parts.map(|part| Place { x: part, y: y.part(self.at(x.value(part))) })
    }

    fn at(&self, x: f64) -> f64 {
        self.height + self.bend * (x - self.vertex).powi(2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rows_on_one_parabola_have_one() {
        let rows = |points: &[(f64, f64)]| points.iter().map(|&(x, y)| Row { x, y, slope: None }).collect::<Vec<_>>();
        let valley = Parabola::through(&rows(&[(0.0, 4.0), (1.0, 1.0), (2.0, 0.0), (5.0, 9.0)]));
        assert!(valley.is_some_and(|parabola| parabola.is_valley()));
        let hill = Parabola::through(&rows(&[(0.0, -4.0), (1.0, -1.0), (2.0, 0.0), (5.0, -9.0)]));
        assert!(hill.is_some_and(|parabola| !parabola.is_valley()));
        assert!(Parabola::through(&rows(&[(0.0, 4.0), (1.0, 1.0), (2.0, 0.5), (5.0, 9.0)])).is_none());
        assert!(Parabola::through(&rows(&[(0.0, 0.0), (1.0, 1.0), (2.0, 2.0)])).is_none());
        assert!(Parabola::through(&rows(&[(1.0, 0.0), (1.0, 0.0), (1.0, 0.0)])).is_none());
        assert!(Parabola::through(&[]).is_none());
    }
}
