//! The surface below a path: contour lines of a loss with two weights.

use datasets::surfaces::{Levels, Surface};

use super::place::Place;
use super::view::View;

/// How finely the surface is looked at along each axis.
const CELLS: usize = 72;

/// How many contour lines there are.
const LINES: u32 = 10;

/// The contour lines of a surface in a view, the lowest first, each in short straight pieces.
///
/// Each cell of a grid is crossed where the height at its corners lies on both sides of a level (Lorensen and Cline's
/// marching cubes, 1987, in the plane).
pub(super) fn contours(surface: &Surface, x: &View, y: &View) -> Vec<Vec<[Place; 2]>> {
    let height = |column: usize, row: usize| (surface.value)([x.value(part(column)), y.value(part(row))]);
    let heights: Vec<Vec<f64>> =
        (0..=CELLS).map(|row| (0..=CELLS).map(|column| height(column, row)).collect()).collect();
    levels(surface, heights.iter().flatten().copied()).into_iter().map(|level| contour(&heights, level)).collect()
}

fn contour(heights: &[Vec<f64>], level: f64) -> Vec<[Place; 2]> {
    let cells = (0..CELLS).flat_map(|row| (0..CELLS).map(move |column| (column, row)));
    let in_cell = |(column, row): (usize, usize)| {
        // Around the cell, so that each edge joins two neighbours of this list.
        let corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)];
        let above = |(column, row): (usize, usize)| heights[row][column] - level;
        let crossing = |edge: usize| {
            let (from, to) = (corners[edge], corners[(edge + 1) % 4]);
            let (before, behind) = (above(from), above(to));
            let along = before / (before - behind);
            let between = |from: usize, to: usize| part(from) + along * (part(to) - part(from));
            ((before < 0.0) != (behind < 0.0)).then(|| Place { x: between(from.0, to.0), y: between(from.1, to.1) })
        };
        let crossings: Vec<Place> = (0..4).filter_map(crossing).collect();
        crossings.chunks_exact(2).map(|ends| [ends[0], ends[1]]).collect::<Vec<_>>()
    };
    cells.flat_map(in_cell).collect()
}

fn part(at: usize) -> f64 {
    at as f64 / CELLS as f64
}

/// The heights of the contour lines.
fn levels(surface: &Surface, heights: impl Iterator<Item = f64> + Clone) -> Vec<f64> {
    let lowest = heights.clone().fold(f64::INFINITY, f64::min);
    let highest = heights.fold(f64::NEG_INFINITY, f64::max);
    let part = |at: u32| f64::from(at) / f64::from(LINES);
    let level = |at: u32| match surface.levels {
        Levels::Even => lowest + (highest - lowest) * part(at),
        Levels::Logarithmic => {
            /// From the top down to where the floor begins.
            const DECADES: f64 = 4.0;
            let floor = surface.minima().next().map_or(lowest, |minimum| minimum.value);
            floor + (highest - floor) * 10_f64.powf(-DECADES * (1.0 - part(at)))
        }
    };
    (1..LINES).map(level).collect()
}

#[cfg(test)]
mod tests {
    use datasets::surfaces::surface;

    use super::*;
    use crate::course::Scale;

    #[test]
    fn a_contour_line_has_one_height() {
        let (x, y) =
            (View { scale: Scale::Linear, low: -3.0, high: 3.0 }, View { scale: Scale::Linear, low: -2.0, high: 4.0 });
        let bowl = surface("bowl").unwrap();
        let pieces = contours(bowl, &x, &y).concat();
        assert!(pieces.len() > 500);
        let height = |place: &Place| (bowl.value)([x.value(place.x), y.value(place.y)]);
        let mut levels: Vec<f64> = pieces.iter().flatten().map(|place| (height(place) * 20.0).round() / 20.0).collect();
        levels.sort_by(f64::total_cmp);
        levels.dedup();
        // From 0 at the bottom to 25 in two corners, in nine steps.
        assert!((9..=20).contains(&levels.len()), "{levels:?}");
        for piece in &pieces {
            assert!((height(&piece[0]) - height(&piece[1])).abs() < 0.01);
        }
    }
}
