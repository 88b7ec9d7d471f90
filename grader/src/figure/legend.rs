//! What a figure's legend says: what is drawn, and nothing else.

use super::{Figure, Whose};

/// What the legend explains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Lines, their points or both.
    Numbers(Whose),
    /// The contour lines.
    Ground,
}

/// An entry of the legend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// What it explains.
    pub kind: Kind,
    /// Whether strokes of this kind are drawn.
    pub strokes: bool,
    /// Whether points of this kind are drawn.
    pub points: bool,
    /// What it is called.
    pub words: &'static str,
}

impl Figure {
    /// What is drawn, the student's first.
    pub fn legend(&self) -> Vec<Entry> {
        let numbers = [(Whose::Yours, "yours"), (Whose::Expected, "expected"), (Whose::Data, "data")];
        let numbers = numbers.map(|(whose, words)| {
            let of_kind = || self.lines.iter().filter(move |line| line.whose == whose);
            let strokes = of_kind().any(|line| !line.pieces.is_empty());
            let points = of_kind().any(|line| !line.points.is_empty());
            let outside = whose == Whose::Yours && of_kind().next().is_some() && !strokes && !points;
            let words = if outside { "yours, outside the picture" } else { words };
            (strokes || points || outside).then_some(Entry { kind: Kind::Numbers(whose), strokes, points, words })
        });
        let strokes = !self.ground.is_empty();
        let ground = Entry { kind: Kind::Ground, strokes, points: false, words: "contours of the loss" };
        numbers.into_iter().flatten().chain(strokes.then_some(ground)).collect()
    }
}
