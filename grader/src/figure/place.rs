//! Places in the view, and what of a path lies in it.

/// A place in the view: how far to the right, and how far up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// From 0 at the left to 1 at the right.
    pub x: f64,
    /// From 0 at the bottom to 1 at the top.
    pub y: f64,
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

impl Place {
    pub(super) fn is_inside(&self) -> bool {
        let shown = |part| (-1e-9..=1.0 + 1e-9).contains(&part);
        shown(self.x) && shown(self.y)
    }

    /// The edge on which it lies, if it lies on one.
    pub(super) fn edge(&self) -> Option<Edge> {
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

/// The parts of a path that lie in the view, cut at its edge.
pub(super) fn clipped(path: &[Place]) -> Vec<Vec<Place>> {
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
