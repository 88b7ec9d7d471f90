//! Which part of a long text is on the screen.

/// How much of the panel can be seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Extent {
    /// The lines that fit.
    pub page: usize,
    /// All lines of the text.
    pub lines: usize,
}

/// A way through a text or a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Down by this many lines.
    Down(usize),
    /// Up by this many lines.
    Up(usize),
    /// To the first line.
    ToTop,
    /// To the last line.
    ToEnd,
}

/// Which part of a text is on the screen. Only the next drawing knows how long the text is, and limits it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scroll {
    /// The part that has this many lines above it.
    Above(usize),
    /// The part that has this many lines below it.
    Below(usize),
}

impl Extent {
    /// The most lines that can be above the screen.
    pub fn furthest(self) -> usize {
        self.lines.saturating_sub(self.page)
    }

    /// How many lines a page is scrolled: one of its lines stays.
    pub(super) fn page_step(self) -> usize {
        self.page.saturating_sub(1).max(1)
    }
}

impl Scroll {
    /// How many lines are above the screen.
    pub fn above(self, extent: Extent) -> usize {
        match self {
            Self::Above(lines) => lines.min(extent.furthest()),
            Self::Below(lines) => extent.furthest().saturating_sub(lines),
        }
    }

    pub(super) fn moved(self, way: Way) -> Self {
        match (way, self) {
            (Way::Down(lines), Self::Above(above)) => Self::Above(above.saturating_add(lines)),
            (Way::Down(lines), Self::Below(below)) => Self::Below(below.saturating_sub(lines)),
            (Way::Up(lines), Self::Above(above)) => Self::Above(above.saturating_sub(lines)),
            (Way::Up(lines), Self::Below(below)) => Self::Below(below.saturating_add(lines)),
            (Way::ToTop, _) => Self::Above(0),
            (Way::ToEnd, _) => Self::Below(0),
        }
    }
}
