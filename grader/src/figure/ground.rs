//! The surface below a path: contour lines of a loss with two weights.

use std::collections::BTreeMap;

use datasets::surfaces::{Levels, Surface};

use super::Contour;
use super::place::Place;
use super::view::View;

/// How finely the surface is looked at along each axis. A line is drawn finer than that where it bends.
const CELLS: usize = 96;

/// How many steps there are from the lowest height to the highest, with a contour line between each two.
const STEPS: u32 = 10;

/// The contour lines of a surface in a view, the lowest first.
///
/// Each cell of a grid is crossed where the height at its corners lies on both sides of a level (Lorensen and Cline's
/// marching cubes, 1987, in the plane); from there each line is laid exactly onto its height.
pub(super) fn contours(surface: &Surface, x: &View, y: &View) -> Vec<Contour> {
    let height = |(column, row): Corner| (surface.value)([x.value(part(column)), y.value(part(row))]);
    let heights: Vec<Vec<f64>> =
        (0..=CELLS).map(|row| (0..=CELLS).map(|column| height((column, row))).collect()).collect();
    let levels = levels(surface, heights.iter().flatten().copied());
    let contour = |level: f64| {
        let slice = Slice { surface, x, y, level };
        let sides = chained(crossed_cells(|(column, row)| heights[row][column] >= level));
        Contour { lines: sides.iter().map(|crossed| slice.line(crossed)).collect() }
    };
    levels.into_iter().map(contour).collect()
}

/// A corner of the grid: its column and its row.
type Corner = (usize, usize);

/// An edge of a cell, by the corners at its ends.
type Side = (Corner, Corner);

/// From where to where a level goes through each cell of the grid.
fn crossed_cells(is_above: impl Fn(Corner) -> bool) -> Vec<(Side, Side)> {
    // Around a cell, so that each side joins two neighbours of this list.
    let corners = |(column, row): Corner| [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)];
    let cells = (0..CELLS).flat_map(|row| (0..CELLS).map(move |column| corners((column, row))));
    let crossed = cells.filter(|corners| corners.iter().any(|corner| is_above(*corner) != is_above(corners[0])));
    let in_cell = |corners: [Corner; 4]| {
        let sides = (0..4).map(|at| (corners[at], corners[(at + 1) % 4]));
        let crossed = sides.filter(|(from, to)| is_above(*from) != is_above(*to));
        // The same side in both of its cells.
        let crossed: Vec<Side> = crossed.map(|(one, other)| (one.min(other), one.max(other))).collect();
        crossed.chunks_exact(2).map(|sides| (sides[0], sides[1])).collect::<Vec<_>>()
    };
    crossed.flat_map(in_cell).collect()
}

/// The sides that a level crosses, one line after another, each in the order in which it crosses them.
fn chained(cells: Vec<(Side, Side)>) -> Vec<Vec<Side>> {
    let mut neighbours: BTreeMap<Side, Vec<Side>> = BTreeMap::new();
    for (one, other) in cells {
        neighbours.entry(one).or_default().push(other);
        neighbours.entry(other).or_default().push(one);
    }
    // Lines that come in over the edge of the view first: what is left then is closed, and may begin anywhere.
    let mut starts: Vec<Side> = neighbours.keys().copied().collect();
    starts.sort_by_key(|side| neighbours[side].len());
    let mut follow = |from: Side| {
        let next = neighbours.get_mut(&from)?.pop()?;
        neighbours.get_mut(&next)?.retain(|own| *own != from);
        Some(next)
    };
    let lines = starts.into_iter().map(|start| std::iter::successors(Some(start), |side| follow(*side)).collect());
    lines.filter(|line: &Vec<Side>| line.len() > 1).collect()
}

/// A surface at one height.
struct Slice<'a> {
    surface: &'a Surface,
    x: &'a View,
    y: &'a View,
    level: f64,
}

impl Slice<'_> {
    /// The line that crosses some sides of the grid.
    fn line(&self, crossed: &[Side]) -> Vec<Place> {
        /// How often a piece within a cell is halved at most.
        const HALVINGS: u32 = 3;
        let corners: Vec<Place> = crossed.iter().map(|side| self.crossing(side)).collect();
        let mut line: Vec<Place> = corners.first().copied().into_iter().collect();
        for ends in corners.windows(2) {
            self.bend(ends[0], ends[1], HALVINGS, &mut line);
        }
        line
    }

    /// Where a side is crossed: on the straight line between two heights, once it is halved so often that it is short.
    fn crossing(&self, (from, to): &Side) -> Place {
        const HALVINGS: u32 = 5;
        let (mut from, mut to) = (place(*from), place(*to));
        let rises = self.above(&from) < 0.0;
        for _ in 0..HALVINGS {
            let middle = between(&from, &to, 0.5);
            *(if (self.above(&middle) < 0.0) == rises { &mut from } else { &mut to }) = middle;
        }
        let (before, behind) = (self.above(&from), self.above(&to));
        between(&from, &to, before / (before - behind))
    }

    /// Continues a line from where it is to a place, by way of further places if it is bent there.
    fn bend(&self, from: Place, to: Place, halvings: u32, line: &mut Vec<Place>) {
        /// How far a chord may lie from its line: a tenth of a pixel in a picture of a thousand.
        const UNSEEN: f64 = 1e-4;
        let straight = between(&from, &to, 0.5);
        let middle = self.settled(straight, distance(&from, &to));
        if halvings > 0 && distance(&middle, &straight) > UNSEEN {
            self.bend(from, middle, halvings - 1, line);
            self.bend(middle, to, halvings - 1, line);
        } else {
            line.push(to);
        }
    }

    /// The place near a given one at which the surface has this height: by Newton's method along the slope.
    ///
    /// The given place itself where that leads out of reach or out of the view, as on ground without a slope.
    fn settled(&self, place: Place, reach: f64) -> Place {
        const ROUNDS: u32 = 4;
        let mut at = place;
        for _ in 0..ROUNDS {
            let [x, y] = self.point(&at);
            let slope = (self.surface.gradient)([x, y]);
            let step = self.above(&at) / (slope[0] * slope[0] + slope[1] * slope[1]);
            at = Place { x: self.x.part(x - step * slope[0]), y: self.y.part(y - step * slope[1]) };
        }
        if distance(&at, &place) < reach && at.is_inside() { at } else { place }
    }

    fn above(&self, place: &Place) -> f64 {
        (self.surface.value)(self.point(place)) - self.level
    }

    fn point(&self, place: &Place) -> [f64; 2] {
        [self.x.value(place.x), self.y.value(place.y)]
    }
}

fn distance(one: &Place, other: &Place) -> f64 {
    (one.x - other.x).hypot(one.y - other.y)
}

fn between(from: &Place, to: &Place, along: f64) -> Place {
    Place { x: from.x + along * (to.x - from.x), y: from.y + along * (to.y - from.y) }
}

fn place((column, row): Corner) -> Place {
    Place { x: part(column), y: part(row) }
}

fn part(at: usize) -> f64 {
    at as f64 / CELLS as f64
}

/// The heights of the contour lines.
fn levels(surface: &Surface, heights: impl Iterator<Item = f64> + Clone) -> Vec<f64> {
    let lowest = heights.clone().fold(f64::INFINITY, f64::min);
    let highest = heights.fold(f64::NEG_INFINITY, f64::max);
    let part = |at: u32| f64::from(at) / f64::from(STEPS);
    let level = |at: u32| match surface.levels {
        Levels::Even => lowest + (highest - lowest) * part(at),
        Levels::Logarithmic => {
            /// From the top down to where the floor begins.
            const DECADES: f64 = 4.0;
            let floor = surface.minima().next().map_or(lowest, |minimum| minimum.value);
            floor + (highest - floor) * 10_f64.powf(-DECADES * (1.0 - part(at)))
        }
    };
    (1..STEPS).map(level).collect()
}

#[cfg(test)]
mod tests {
    use datasets::surfaces::surface;

    use super::*;
    use crate::course::Scale;

    fn square(low: f64, high: f64) -> View {
        View { scale: Scale::Linear, low, high }
    }

    #[test]
    fn a_contour_line_has_one_height() {
        let (x, y) = (square(-3.0, 3.0), square(-2.0, 4.0));
        let bowl = surface("bowl").unwrap();
        let contours = contours(bowl, &x, &y);
        assert_eq!(contours.len(), 9);
        let mut last = f64::NEG_INFINITY;
        for contour in &contours {
            let height = |place: &Place| (bowl.value)([x.value(place.x), y.value(place.y)]);
            let level = height(&contour.lines[0][0]);
            assert!(level > last);
            last = level;
            for place in contour.lines.iter().flatten() {
                assert!((height(place) - level).abs() < 1e-4, "{} is not {level}", height(place));
            }
        }
    }

    #[test]
    fn a_small_contour_line_is_as_round_as_a_large_one() {
        // Four valleys, whose lowest contour lines are a few cells wide.
        let (x, y) = (square(-6.0, 6.0), square(-6.0, 6.0));
        let lowest = &contours(surface("himmelblau").unwrap(), &x, &y)[0];
        assert_eq!(lowest.lines.len(), 4);
        for line in &lowest.lines {
            assert!(line.len() > 16, "{line:?}");
            assert!(distance(&line[0], &line[line.len() - 1]) < 1e-9, "not closed");
            // No corner is seen: in degrees, none of 30.
            let heading = |ends: &[Place]| (ends[1].y - ends[0].y).atan2(ends[1].x - ends[0].x);
            let headings: Vec<f64> = line.windows(2).map(heading).collect();
            let turn = |pair: &[f64]| (pair[1] - pair[0]).sin().abs();
            let sharpest = headings.windows(2).map(turn).fold(0.0, f64::max);
            assert!(sharpest < 0.5, "{sharpest}");
        }
    }
}
