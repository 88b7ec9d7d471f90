//! The contour lines of the surface below a walk: a loss with two weights.

use std::collections::BTreeMap;

use grader::course::Surface;
use grader::course::surface::{Levels, Lowest};

use crate::axis::Frame;
use crate::{Contour, Point};

/// How many steps lead from the lowest height to the highest, with a contour line between each two.
const STEPS: u32 = 10;

/// The columns and rows of the grid whose corners have computed heights. A cell is a few pixels large, so a straight
/// line through it is less than a pixel off.
const GRID: (usize, usize) = (256, 128);

/// The contour lines of a surface within the frame, the lowest first, by marching squares: a line goes through each
/// cell of a grid that has corners on both sides of its level (Lorensen and Cline, "Marching cubes", 1987, in the
/// plane).
pub(crate) fn contours(surface: &Surface, frame: &Frame) -> Vec<Contour> {
    let heights = heights(surface, frame);
    let levels = levels(surface, heights.iter().flatten().copied());
    let crossing = |level: f64, (from, to): Edge| {
        // Linear interpolation between the two corners.
        let [before, after] = [from, to].map(|(column, row)| heights[row][column] - level);
        point(from).toward(&point(to), before / (before - after))
    };
    let contour = |(level, crossed): (&f64, Vec<(Edge, Edge)>)| {
        let lines = chained(crossed).into_iter();
        Contour { lines: lines.map(|line| line.into_iter().map(|edge| crossing(*level, edge)).collect()).collect() }
    };
    levels.iter().zip(crossed_cells(&heights, &levels)).map(contour).collect()
}

/// The heights at the corners of the grid, row by row.
fn heights(surface: &Surface, frame: &Frame) -> Vec<Vec<f64>> {
    let (columns, rows) = GRID;
    let height = |corner: Corner| surface.height(frame.numbers(&point(corner)));
    (0..=rows).map(|row| (0..=columns).map(|column| height((column, row))).collect()).collect()
}

/// A corner of the grid: its column and its row.
type Corner = (usize, usize);

/// An edge of a cell, by the corners at its ends.
type Edge = (Corner, Corner);

/// For each level, the edges of the cells where its line enters and leaves them.
fn crossed_cells(heights: &[Vec<f64>], levels: &[f64]) -> Vec<Vec<(Edge, Edge)>> {
    // How many levels are below each corner. In few cells the corners differ in this.
    let levels_below = |height: &f64| levels.iter().filter(|level| *level <= height).count();
    let levels_below: Vec<Vec<usize>> = heights.iter().map(|row| row.iter().map(levels_below).collect()).collect();
    let mut crossed = vec![Vec::new(); levels.len()];
    let (columns, rows) = GRID;
    for (column, row) in (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row))) {
        // In order around the cell, so that each edge joins two neighbours in this list.
        let corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)];
        let below = corners.map(|(column, row)| levels_below[row][column]);
        if below == [below[0]; 4] {
            continue;
        }
        let [lowest, highest] =
            [below.iter().min(), below.iter().max()].map(|count| count.copied().unwrap_or_default());
        for (level, crossed) in crossed.iter_mut().enumerate().take(highest).skip(lowest) {
            crossed.extend(crossings(corners, below.map(|below| below > level)));
        }
    }
    crossed
}

/// How the line of a level crosses a cell: once, or twice in a saddle.
fn crossings(corners: [Corner; 4], is_above: [bool; 4]) -> Vec<(Edge, Edge)> {
    let ends = (0..4).map(|at| (at, (at + 1) % 4)).filter(|(from, to)| is_above[*from] != is_above[*to]);
    // An edge must be the same value in both of its cells.
    let edge = |(from, to): (usize, usize)| (corners[from].min(corners[to]), corners[from].max(corners[to]));
    let edges: Vec<Edge> = ends.map(edge).collect();
    edges.chunks_exact(2).map(|edges| (edges[0], edges[1])).collect()
}

/// The lines of a level, each as the edges that it crosses, in order.
fn chained(cells: Vec<(Edge, Edge)>) -> Vec<Vec<Edge>> {
    let mut neighbours: BTreeMap<Edge, Vec<Edge>> = BTreeMap::new();
    for (from, to) in cells {
        neighbours.entry(from).or_default().push(to);
        neighbours.entry(to).or_default().push(from);
    }
    // First the lines that begin at a side of the frame. The lines that are left are closed, and may begin anywhere.
    let open = neighbours.iter().filter(|(_, next)| next.len() == 1).map(|(edge, _)| edge);
    let starts: Vec<Edge> = open.chain(neighbours.keys()).copied().collect();
    let mut follow = |from: Edge| {
        let next = neighbours.get_mut(&from)?.pop()?;
        neighbours.get_mut(&next)?.retain(|neighbour| *neighbour != from);
        Some(next)
    };
    let lines = starts.into_iter().map(|start| std::iter::successors(Some(start), |edge| follow(*edge)).collect());
    lines.filter(|line: &Vec<Edge>| line.len() > 1).collect()
}

/// The point of a corner of the grid in the figure.
fn point((column, row): Corner) -> Point {
    Point { x: column as f64 / GRID.0 as f64, y: row as f64 / GRID.1 as f64 }
}

/// The heights of the contour lines.
fn levels(surface: &Surface, heights: impl Iterator<Item = f64> + Clone) -> Vec<f64> {
    let lowest = heights.clone().fold(f64::INFINITY, f64::min);
    let highest = heights.fold(f64::NEG_INFINITY, f64::max);
    let part = |at: u32| f64::from(at) / f64::from(STEPS);
    let level = |at: u32| match surface.levels {
        Levels::Even => lowest + (highest - lowest) * part(at),
        Levels::Logarithmic => {
            /// How many powers of ten the levels span, from the top down.
            const DECADES: f64 = 4.0;
            let floor = match surface.lowest {
                Lowest::At(floor) => floor,
                Lowest::Unknown | Lowest::Nowhere => lowest,
            };
            floor + (highest - floor) * 10_f64.powf(-DECADES * (1.0 - part(at)))
        }
    };
    (1..STEPS).map(level).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use grader::course::Surfaces;
    use grader::course::plot::Scale;

    use super::*;
    use crate::axis::AxisRange;

    /// The surfaces of the real course.
    fn surfaces() -> Surfaces {
        Surfaces::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap()
    }

    fn drawn(surface: &Surface) -> (Frame, Vec<Contour>) {
        let range = |[low, high]: [f64; 2]| AxisRange { scale: Scale::Linear, low, high };
        let frame = Frame { x: range(surface.view.x), y: range(surface.view.y) };
        let contours = contours(surface, &frame);
        (frame, contours)
    }

    #[test]
    fn a_contour_line_is_less_than_a_pixel_off() {
        for name in ["bowl", "himmelblau", "beale", "double-well"] {
            let surface = &surfaces().named(name).unwrap();
            let (frame, contours) = drawn(surface);
            // The size of a pixel of a picture that is 650 wide and 340 high.
            let pixel = [(frame.x.high - frame.x.low) / 650.0, (frame.y.high - frame.y.low) / 340.0];
            let levels = levels(surface, heights(surface, &frame).into_iter().flatten());
            assert_eq!(contours.len(), levels.len());
            for (contour, level) in contours.iter().zip(levels) {
                for ends in contour.lines.iter().flat_map(|line| line.windows(2)) {
                    let at = frame.numbers(&ends[0].toward(&ends[1], 0.5));
                    let slope = surface.gradient(at);
                    let rise = (slope[0] * pixel[0]).hypot(slope[1] * pixel[1]);
                    let off = (surface.height(at) - level).abs() / rise;
                    assert!(off < 1.0, "{name}: {off} pixels off at {at:?}");
                }
            }
        }
    }

    #[test]
    fn each_valley_has_a_closed_line_of_its_own() {
        let (_, contours) = drawn(&surfaces().named("himmelblau").unwrap());
        let lowest = &contours[0].lines;
        assert_eq!(lowest.len(), 4);
        assert!(lowest.iter().all(|line| line.len() > 12 && line.first() == line.last()));
    }

    #[test]
    fn a_narrow_valley_is_not_drawn_in_bits() {
        let (_, contours) = drawn(&surfaces().named("rosenbrock").unwrap());
        let counts: Vec<usize> = contours.iter().map(|contour| contour.lines.len()).collect();
        assert_eq!(counts[..3], [1, 1, 1], "{counts:?}");
    }

    #[test]
    fn no_surface_is_drawn_outside_of_the_frame() {
        for surface in surfaces().iter() {
            let (_, contours) = drawn(surface);
            let points: Vec<&Point> = contours.iter().flat_map(|contour| &contour.lines).flatten().collect();
            assert!(!points.is_empty() && points.iter().all(|point| point.is_inside()), "{}", surface.name);
        }
    }

    #[test]
    fn scaled_features_make_round_valleys_and_features_as_they_are_a_gorge() {
        let lines = |name: &str| drawn(&surfaces().named(name).unwrap()).1.swap_remove(2).lines;
        let extent = |line: &[Point], of: fn(&Point) -> f64| {
            let of_each = || line.iter().map(of);
            of_each().fold(f64::NEG_INFINITY, f64::max) - of_each().fold(f64::INFINITY, f64::min)
        };
        let [bowl] = &lines("scaled-homes")[..] else { panic!("a bowl has one line at each height") };
        let [width, height] = [extent(bowl, |at| at.x * 1_140.0), extent(bowl, |at| at.y * 732.0)];
        assert!((width / height - 1.0).abs() < 0.02, "{width} by {height}");
        assert!(lines("homes").iter().all(|wall| extent(wall, |at| at.x) > 0.99 && extent(wall, |at| at.y) < 0.02));
    }
}
