//! A figure as a chart in the terminal: in braille, or in ASCII where the terminal has no more.

use grader::figure::Figure;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget;

/// Draws a figure with all its labels into the area that it is given.
pub struct Chart<'a> {
    figure: &'a Figure,
}

impl<'a> Chart<'a> {
    /// The chart of a figure.
    pub fn new(figure: &'a Figure) -> Self {
        Self { figure }
    }
}

impl Widget for Chart<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        self.figure.title.as_str().render(area, buffer);
    }
}
