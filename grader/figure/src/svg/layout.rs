//! The layout of a drawing: sizes, the frame, and the room for names beside or above it.

use super::Format;
use crate::{Figure, Point};

/// The sizes and positions of a drawing's parts.
pub(super) struct Layout {
    /// The width of the drawing.
    pub(super) width: f64,
    /// How much of the top is cut off, because nothing is written there.
    pub(super) hidden: f64,
    /// The margin beside texts.
    pub(super) margin: f64,
    /// The middle of the legend's line.
    pub(super) legend: f64,
    /// The sides of the figure's frame.
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
    /// The greatest width of a character.
    pub(super) char_width: f64,
    pub(super) line_height: f64,
    pub(super) names: Names,
}

/// Where the names of groups are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Names {
    /// Beside the ends of their lines.
    Beside,
    /// In lines above the frame.
    Above {
        /// The top of the first line.
        first: f64,
    },
}

impl Layout {
    pub(super) fn of(figure: &Figure, format: Format<'_>) -> Self {
        let longest = figure.ends().filter_map(|(series, _)| series.name.as_ref()).chain(&figure.groups);
        let longest = longest.map(|name| name.chars().count()).max();
        match format {
            Format::Alone { .. } => Self::of_page(longest, 0.0),
            Format::OnPage => Self::of_page(longest, 46.0),
            Format::InLesson | Format::OnNarrowPage => Self::of_lesson(figure, longest),
        }
    }

    fn of_page(longest: Option<usize>, hidden: f64) -> Self {
        let (width, top, char_width) = (760.0, 116.0, 7.5);
        let beside = longest.map_or(28.0, |chars| ((chars + 5) as f64 * char_width + 34.0).clamp(28.0, 260.0));
        Self {
            width,
            hidden,
            margin: 20.0,
            legend: 70.0,
            left: 78.0,
            right: width - beside,
            top,
            bottom: top + 340.0,
            char_width,
            line_height: 18.0,
            names: Names::Beside,
        }
    }

    fn of_lesson(figure: &Figure, longest: Option<usize>) -> Self {
        /// The length up to which names leave enough room for the frame beside them.
        const MOST_BESIDE: usize = 11;
        let (width, margin, char_width, line_height) = (520.0, 8.0, 9.0, 22.0);
        let mut layout = Self {
            width,
            hidden: 0.0,
            margin,
            legend: line_height / 2.0 + 4.0,
            left: 66.0,
            right: width - 18.0,
            top: 4.0,
            bottom: 0.0,
            char_width,
            line_height,
            names: Names::Beside,
        };
        if !figure.legend().is_empty() {
            layout.top += line_height;
        }
        match longest {
            Some(chars) if chars <= MOST_BESIDE => layout.right = width - (chars + 2) as f64 * char_width - 28.0,
            Some(_) => {
                layout.names = Names::Above { first: layout.top };
                let lines = layout.names_in_lines(figure).last().map_or(0.0, |(_, line)| line + 1.0);
                layout.top += lines * line_height;
            }
            None => {}
        }
        // The label of the vertical axis.
        layout.top += line_height + 12.0;
        layout.bottom = layout.top + 280.0;
        layout
    }

    /// The top of the texts below the axes.
    pub(super) fn below(&self) -> f64 {
        self.bottom + 26.0 + 2.0 * self.line_height
    }

    pub(super) fn x(&self, part: f64) -> f64 {
        self.left + part * (self.right - self.left)
    }

    pub(super) fn y(&self, part: f64) -> f64 {
        self.bottom + part * (self.top - self.bottom)
    }

    pub(super) fn at(&self, point: &Point) -> (f64, f64) {
        (self.x(point.x), self.y(point.y))
    }

    /// The greatest width of a text.
    pub(super) fn text_width(&self, text: &str) -> f64 {
        text.chars().count() as f64 * self.char_width
    }

    pub(super) fn wrapped(&self, texts: &[String]) -> Vec<String> {
        let chars = ((self.width - 2.0 * self.margin) / self.char_width) as usize;
        texts.iter().flat_map(|text| textwrap::wrap(text, chars)).map(|line| line.into_owned()).collect()
    }

    /// Where each name of a group begins, and on which line, if they are written from left to right after their
    /// heading.
    pub(super) fn names_in_lines(&self, figure: &Figure) -> Vec<(f64, f64)> {
        let heading = figure.groups.iter();
        let names = figure.ends().filter_map(|(series, _)| series.name.as_ref());
        let (mut x, mut line) = (self.margin, 0.0);
        let position = |(at, name): (usize, &String)| {
            let room = if at == 0 { self.text_width(name) } else { 20.0 + self.text_width(name) };
            if x + room > self.width - self.margin {
                (x, line) = (self.margin, line + 1.0);
            }
            let position = (x, line);
            x += room + self.char_width;
            position
        };
        heading.chain(names).enumerate().map(position).collect()
    }
}
