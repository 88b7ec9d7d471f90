//! The axes with their ticks, and the lines that mark a value.

use std::io;

use super::elements::{Drawing, pixels};
use super::layout::Layout;
use crate::Figure;

impl Drawing {
    /// An invisible element that shows a page where the axes are, so that the page can put something there.
    pub(super) fn frame(&mut self, layout: &Layout) -> io::Result<()> {
        let (left, right) = (layout.x(0.0), layout.x(1.0));
        let (top, bottom) = (layout.y(1.0), layout.y(0.0));
        let [x, y, width, height] = [left, top, right - left, bottom - top].map(pixels);
        let position = [("x", x.as_str()), ("y", &y), ("width", &width), ("height", &height)];
        self.empty("rect", &[&[("class", "frame"), ("fill", "none")], &position[..]].concat())
    }

    pub(super) fn axes(&mut self, figure: &Figure, layout: &Layout) -> io::Result<()> {
        let (left, right) = (layout.x(0.0), layout.x(1.0));
        let (top, bottom) = (layout.y(1.0), layout.y(0.0));
        for tick in &figure.y.ticks {
            let y = layout.y(tick.position);
            self.stroke("grid", (left, y), (right, y))?;
            self.label(left - 8.0, y + 4.5, "quiet", "end", &tick.label)?;
        }
        let mut free = 0.0;
        for tick in &figure.x.ticks {
            let x = layout.x(tick.position);
            self.stroke("grid", (x, top), (x, bottom))?;
            let half = layout.text_width(&tick.label) / 2.0;
            // The last number may have to stay clear of the side of the picture.
            let centre = x.min(layout.width - half);
            if centre - half >= free {
                self.label(centre, bottom + layout.line_height + 2.0, "quiet", "middle", &tick.label)?;
                free = centre + half + layout.char_width;
            }
        }
        self.stroke("axis", (left, top), (left, bottom))?;
        self.stroke("axis", (left, bottom), (right, bottom))?;
        self.label(layout.margin, top - 16.0, "quiet", "start", &figure.y.label)?;
        self.label((left + right) / 2.0, bottom + 2.0 * layout.line_height + 6.0, "quiet", "middle", &figure.x.label)
    }

    pub(super) fn reference_lines(&mut self, figure: &Figure, layout: &Layout) -> io::Result<()> {
        let mut free = layout.margin + layout.text_width(&figure.y.label) + layout.char_width;
        for (at, line) in figure.reference_lines.iter().enumerate() {
            let (x, top) = (layout.x(line.x), layout.y(1.0));
            self.stroke("reference", (x, top), (x, layout.y(0.0)))?;
            // Above the picture, where no line crosses it, if there is room beside the axis' label.
            let half = layout.text_width(&line.label) / 2.0;
            let centre = x.min(layout.x(1.0) - half).max(free + half);
            if (centre - x).abs() <= half && centre + half <= layout.x(1.0) {
                self.label(centre, top - 8.0, "", "middle", &line.label)?;
                free = centre + half + layout.char_width;
                continue;
            }
            let y = top + 16.0 + at as f64 * layout.line_height;
            let (x, anchor) = if line.x > 0.5 { (x - 7.0, "end") } else { (x + 7.0, "start") };
            self.label(x, y, "halo", anchor, &line.label)?;
        }
        Ok(())
    }
}
