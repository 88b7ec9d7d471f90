//! The parabola on which the rows of a table lie: what is expected of a loss that is a sum of squares.

use super::Row;

/// The parabola `floor + bend · (x - minimum)²`.
pub(super) struct Parabola {
    pub(super) minimum: f64,
    bend: f64,
    pub(super) floor: f64,
}

impl Parabola {
    /// The upright parabola on which all rows lie, if there is one that opens upwards.
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

    pub(super) fn at(&self, x: f64) -> f64 {
        self.floor + self.bend * (x - self.minimum).powi(2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rows_on_one_parabola_that_opens_upwards_have_one() {
        let rows = |points: &[(f64, f64)]| points.iter().map(|&(x, y)| Row { x, y, slope: None }).collect::<Vec<_>>();
        assert!(Parabola::through(&rows(&[(0.0, 4.0), (1.0, 1.0), (2.0, 0.0), (5.0, 9.0)])).is_some());
        assert!(Parabola::through(&rows(&[(0.0, 4.0), (1.0, 1.0), (2.0, 0.5), (5.0, 9.0)])).is_none());
        assert!(Parabola::through(&rows(&[(0.0, 0.0), (1.0, 1.0), (2.0, 2.0)])).is_none());
        assert!(Parabola::through(&rows(&[(1.0, 0.0), (1.0, 0.0), (1.0, 0.0)])).is_none());
        assert!(Parabola::through(&[]).is_none());
    }
}
