//! The names of groups, and the arrows where their lines leave the frame.

use std::io;

use super::elements::Drawing;
use super::layout::{Layout, Names};
use super::marks::colour_of;
use crate::{Figure, Point, Series, Side};

impl Drawing {
    /// Arrows where series leave the frame.
    pub(super) fn exits(&mut self, figure: &Figure, layout: &Layout) -> io::Result<()> {
        for (series, end) in figure.ends() {
            let (x, y) = layout.at(&end);
            let down = if series.exit == Some(Side::Bottom) { -6.0 } else { 14.0 };
            if let Some(side) = series.exit {
                // On the side away from the right edge of the frame.
                let (x, anchor) = if end.x > 0.9 { (x - 7.0, "end") } else { (x + 7.0, "start") };
                self.label(x, y + down, &format!("exit {}", colour_of(series)), anchor, arrow(side))?;
            }
        }
        Ok(())
    }

    /// The names of the groups beside the ends of their lines, each at its own height, with a heading above them.
    pub(super) fn names_beside(&mut self, figure: &Figure, layout: &Layout) -> io::Result<()> {
        let Some(groups) = &figure.groups else { return Ok(()) };
        let is_surface = !figure.contours.is_empty();
        // On a surface, the place where a line ends does not show its height, so the names are a list.
        let height = |end: Point| if is_surface { layout.top } else { layout.y(end.y) };
        let mut ends: Vec<(&Series, Point)> = figure.ends().collect();
        ends.sort_by(|(_, end), (_, other)| height(*end).total_cmp(&height(*other)));
        // The names are beside the frame, and each is joined to its line.
        let beside = layout.x(1.0) + 12.0;
        let mut free = layout.y(1.0) + if is_surface { layout.line_height / 2.0 } else { 0.0 };
        for (at, (series, end)) in ends.iter().enumerate() {
            let below = (ends.len() - 1 - at) as f64 * layout.line_height;
            let y = height(*end).min(layout.y(0.0) - below).max(free);
            free = y + layout.line_height;
            if at == 0 {
                self.label(beside + 12.0, y + 4.5 - layout.line_height, "quiet halo", "start", groups)?;
            }
            if series.exit.is_none() && !series.lines.is_empty() && !is_surface {
                self.stroke("axis", (layout.x(end.x) + 7.0, layout.y(end.y)), (beside - 4.0, y))?;
            }
            self.point_of(series, (beside + 2.0, y))?;
            let exit = series.exit.map(|side| format!("{} ", arrow(side))).unwrap_or_default();
            let name = series.name.as_deref().unwrap_or_default();
            self.label(beside + 12.0, y + 4.5, "halo", "start", &format!("{exit}{name}"))?;
        }
        Ok(())
    }

    /// The names of the groups in lines above the frame, after their heading.
    pub(super) fn names_above(&mut self, figure: &Figure, layout: &Layout) -> io::Result<()> {
        let (Some(groups), Names::Above { first }) = (&figure.groups, layout.names) else { return Ok(()) };
        let middle = |line: f64| first + (line + 0.5) * layout.line_height;
        let mut places = layout.names_in_lines(figure).into_iter();
        if let Some((x, line)) = places.next() {
            self.label(x, middle(line) + 4.5, "quiet", "start", groups)?;
        }
        for ((series, _), (x, line)) in figure.ends().zip(places) {
            self.point_of(series, (x + 6.0, middle(line)))?;
            self.label(x + 17.0, middle(line) + 4.5, "", "start", series.name.as_deref().unwrap_or_default())?;
        }
        Ok(())
    }
}

fn arrow(side: Side) -> &'static str {
    match side {
        Side::Top => "↑",
        Side::Bottom => "↓",
        Side::Left => "←",
        Side::Right => "→",
    }
}
