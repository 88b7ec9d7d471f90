//! Points of a figure, and the part of a polyline that is inside its frame.

use line_clipping::cohen_sutherland::clip_line;
use line_clipping::{LineSegment, Window};

/// A point of a figure, as fractions of its frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// From 0 at the left to 1 at the right.
    pub x: f64,
    /// From 0 at the bottom to 1 at the top.
    pub y: f64,
}

/// Points that are joined by straight lines.
pub type Polyline = Vec<Point>;

/// A side of the frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The left side.
    Left,
    /// The right side.
    Right,
    /// The top.
    Top,
    /// The bottom.
    Bottom,
}

impl Point {
    pub(super) fn is_inside(&self) -> bool {
        let shown = |part| (-1e-9..=1.0 + 1e-9).contains(&part);
        shown(self.x) && shown(self.y)
    }

    /// The side of the frame that it is on, if any.
    pub(super) fn side(&self) -> Option<Side> {
        let near = |part: f64, side: f64| (part - side).abs() < 1e-6;
        let sides = [
            (near(self.y, 1.0), Side::Top),
            (near(self.y, 0.0), Side::Bottom),
            (near(self.x, 0.0), Side::Left),
            (near(self.x, 1.0), Side::Right),
        ];
        sides.into_iter().find_map(|(lies, side)| lies.then_some(side))
    }

    /// The point at this fraction of the straight way to another one.
    pub(super) fn toward(&self, to: &Self, part: f64) -> Self {
        Self { x: self.x + part * (to.x - self.x), y: self.y + part * (to.y - self.y) }
    }

    /// The point with its coordinates clamped to a safe range; `None` if one is not a number.
    fn bounded(self) -> Option<Self> {
        const FAR: f64 = 1e6;
        let known = !self.x.is_nan() && !self.y.is_nan();
        known.then(|| Self { x: self.x.clamp(-FAR, FAR), y: self.y.clamp(-FAR, FAR) })
    }
}

/// The parts of a polyline within the frame.
pub(super) fn clip(path: &[Point]) -> Vec<Polyline> {
    let mut parts: Vec<Polyline> = Vec::new();
    for ends in path.windows(2) {
        let Some((from, to)) = visible_part(ends[0], ends[1]) else { continue };
        match parts.last_mut().filter(|part| part.last() == Some(&from)) {
            Some(part) => part.push(to),
            None => parts.push(vec![from, to]),
        }
    }
    parts
}

/// The part of a straight line within the frame.
fn visible_part(from: Point, to: Point) -> Option<(Point, Point)> {
    let end = |point: Point| point.bounded().map(|Point { x, y }| line_clipping::Point::new(x, y));
    let frame = Window::new(0.0, 1.0, 0.0, 1.0);
    let LineSegment { p1, p2 } = clip_line(LineSegment::new(end(from)?, end(to)?), frame)?;
    Some((Point { x: p1.x, y: p1.y }, Point { x: p2.x, y: p2.y }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(x: f64, y: f64) -> Point {
        Point { x, y }
    }

    #[test]
    fn a_polyline_that_crosses_the_frame_twice_has_two_parts() {
        let zigzag = [point(-0.5, 0.5), point(0.5, 0.5), point(0.5, 1.5), point(0.75, 1.5), point(0.75, -0.5)];
        let parts = clip(&zigzag);
        assert_eq!(parts[0], [point(0.0, 0.5), point(0.5, 0.5), point(0.5, 1.0)]);
        assert_eq!(parts[1], [point(0.75, 1.0), point(0.75, 0.0)]);
        assert_eq!(parts.len(), 2);
        assert_eq!([parts[0][2].side(), parts[1][1].side()], [Some(Side::Top), Some(Side::Bottom)]);
    }

    #[test]
    fn what_passes_by_or_is_not_a_number_has_no_part_in_the_frame() {
        assert!(clip(&[point(-0.5, 0.8), point(0.8, 2.5)]).is_empty());
        assert!(clip(&[point(0.5, f64::NAN), point(0.5, 0.5)]).is_empty());
        assert!(clip(&[point(0.5, 0.5)]).is_empty());
        let without_end = clip(&[point(0.5, 0.5), point(0.5, f64::INFINITY)]);
        assert_eq!(without_end, [[point(0.5, 0.5), point(0.5, 1.0)]]);
    }
}
