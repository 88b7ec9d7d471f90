//! A figure as a chart in the terminal: in braille, or in ASCII where the terminal has no more.
//!
//! What is expected is a line, what is the student's has its points as well, and each series points of its own shape, so
//! that all can be told apart without colours; series have their names beside their ends.

use grader::figure::{Edge, Figure, Line, Place, Whose};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::Marker;
use ratatui::widgets::Widget;
use ratatui::widgets::canvas::{Canvas, Context, Line as Stroke};

/// Draws a figure with all its labels into the area that it is given.
pub struct Chart<'a> {
    figure: &'a Figure,
    glyphs: &'static Glyphs,
}

/// What a chart is made of.
struct Glyphs {
    marker: Marker,
    /// How many places of a line there are in a letter's width and height.
    places: (u16, u16),
    /// A point of each series.
    points: [&'static str; 6],
    data: &'static str,
    /// A stroke as the legend shows it.
    stroke: &'static str,
    upright: &'static str,
    level: &'static str,
    corner: &'static str,
    mark: &'static str,
    /// Beside the name of a line that leaves the picture.
    up: &'static str,
    down: &'static str,
}

const BRAILLE: Glyphs = Glyphs {
    marker: Marker::Braille,
    places: (2, 4),
    points: ["●", "■", "◆", "▲", "▼", "○"],
    data: "✕",
    stroke: "⠒⠒",
    upright: "│",
    level: "─",
    corner: "└",
    mark: "┊",
    up: "↑",
    down: "↓",
};

const ASCII: Glyphs = Glyphs {
    marker: Marker::Dot,
    places: (1, 1),
    points: ["o", "#", "*", "^", "%", "@"],
    data: "x",
    stroke: "..",
    upright: "|",
    level: "-",
    corner: "+",
    mark: ":",
    up: "^",
    down: "v",
};

/// A terminal's own colours, so that they suit a light and a dark one; red and green are not told apart by them alone.
const SERIES: [Color; 6] = [Color::Blue, Color::Yellow, Color::Magenta, Color::Cyan, Color::Green, Color::Red];

impl Glyphs {
    /// The point of a line's series.
    fn point_of(&self, line: &Line) -> &'static str {
        self.points[line.series % self.points.len()]
    }

    /// The words of a label, in what the terminal can show.
    fn words(&self, label: &str) -> String {
        match self.marker {
            Marker::Dot => label.replace('²', "^2"),
            _ => label.to_owned(),
        }
    }
}

impl<'a> Chart<'a> {
    /// The chart of a figure, in what the terminal can show.
    pub fn new(figure: &'a Figure) -> Self {
        let unicode = supports_unicode::on(supports_unicode::Stream::Stdout);
        Self { figure, glyphs: if unicode { &BRAILLE } else { &ASCII } }
    }

    /// The rows and columns around the plotting area: what the labels need.
    fn inner(&self, area: Rect) -> Option<Rect> {
        const SMALLEST: (u16, u16) = (12, 3);
        let left = self.figure.y.ticks.iter().map(|(_, text)| width_of(text)).max().unwrap_or(0) + 2;
        let right = self.names().iter().map(|(_, name)| width_of(name)).max().unwrap_or(0);
        let right = if right > 0 { (right + 1).min(area.width / 3) } else { 1 };
        // The title, the legend and the label above; the axis, its numbers and its label below.
        let (above, below) = (3, 3);
        let inner = Rect {
            x: area.x.saturating_add(left),
            y: area.y.saturating_add(above),
            width: area.width.saturating_sub(left + right),
            height: area.height.saturating_sub(above + below),
        };
        (inner.width >= SMALLEST.0 && inner.height >= SMALLEST.1).then_some(inner)
    }

    /// The column in which the canvas draws what lies here.
    fn column_of(&self, inner: Rect, part: f64) -> u16 {
        inner.x + letter(part, inner.width, self.glyphs.places.0)
    }

    /// The row in which the canvas draws what lies here.
    fn row_of(&self, inner: Rect, part: f64) -> u16 {
        inner.y + letter(1.0 - part, inner.height, self.glyphs.places.1)
    }

    /// The lines that have a name, each series once: the student's, or what is expected where there is none.
    fn names(&self) -> Vec<(&Line, String)> {
        let lines = &self.figure.lines;
        let is_drawn = |line: &&Line| line.whose != Whose::Data && line.end.is_some();
        let labelled = lines.iter().filter(is_drawn).filter(|line| {
            line.whose == Whose::Yours
                || !lines.iter().any(|other| other.whose == Whose::Yours && other.series == line.series)
        });
        let name = |line: &Line| {
            let name = format!("{} {}", self.glyphs.point_of(line), line.label.as_deref()?);
            Some(match line.leaves {
                Some(Edge::Top) => format!("{name} {}", self.glyphs.up),
                Some(Edge::Bottom) => format!("{name} {}", self.glyphs.down),
                _ => name,
            })
        };
        labelled.filter_map(|line| Some((line, name(line)?))).collect()
    }

    fn colour(&self, line: &Line) -> Color {
        match line.whose {
            Whose::Expected => Color::DarkGray,
            Whose::Data => Color::Reset,
            Whose::Yours => SERIES[line.series % SERIES.len()],
        }
    }

    fn strokes(&self, context: &mut Context<'_>, whose: Whose) {
        for line in self.figure.lines.iter().filter(|line| line.whose == whose) {
            let color = self.colour(line);
            for ends in line.pieces.iter().flat_map(|piece| piece.windows(2)) {
                context.draw(&stroke(ends, color));
            }
        }
        context.layer();
    }

    fn legend(&self) -> Vec<(String, Style)> {
        let mut legend = Vec::new();
        let glyphs = self.glyphs;
        let several = self.figure.series.is_some();
        if self.figure.shows(Whose::Yours) {
            let colour = if several { Color::Reset } else { SERIES[0] };
            legend.push((format!("{}{} yours", glyphs.stroke, glyphs.points[0]), Style::new().fg(colour)));
        }
        if self.figure.shows(Whose::Expected) {
            legend.push((format!("{} expected", glyphs.stroke), Style::new().fg(Color::DarkGray)));
        }
        if self.figure.shows(Whose::Data) {
            legend.push((format!("{} data", glyphs.data), Style::new()));
        }
        legend.extend(
            self.figure.series.iter().map(|series| (format!("{} {series}", glyphs.points[..3].concat()), Style::new())),
        );
        legend
    }

    fn axes(&self, area: Rect, inner: Rect, buffer: &mut Buffer) {
        let Self { figure, glyphs } = self;
        let (left, bottom) = (inner.x - 1, inner.bottom());
        for row in inner.top()..inner.bottom() {
            write(buffer, area, left, row, glyphs.upright, Style::new());
        }
        for column in inner.left()..inner.right() {
            write(buffer, area, column, bottom, glyphs.level, Style::new());
        }
        write(buffer, area, left, bottom, glyphs.corner, Style::new());
        write(buffer, area, area.x, inner.y - 1, &glyphs.words(&figure.y.label), Style::new());

        let mut free = bottom;
        for (at, text) in &figure.y.ticks {
            let row = self.row_of(inner, *at);
            // One number a row, from below.
            if row < free {
                write(buffer, area, left.saturating_sub(1 + width_of(text)), row, text, Style::new());
                free = row;
            }
        }
        let mut free = area.x;
        for (at, text) in &figure.x.ticks {
            let column = self.column_of(inner, *at);
            let start = column.saturating_sub(width_of(text) / 2).max(area.x);
            if start >= free && start + width_of(text) <= area.right() {
                write(buffer, area, start, bottom + 1, text, Style::new());
                free = start + width_of(text) + 1;
            }
        }
        let label = glyphs.words(&figure.x.label);
        let centre = inner.x + inner.width.saturating_sub(width_of(&label)) / 2;
        write(buffer, area, centre, bottom + 2, &label, Style::new());
    }

    /// The places of the rows: their glyphs say whose they are.
    fn points(&self, area: Rect, inner: Rect, buffer: &mut Buffer) {
        for line in &self.figure.lines {
            let glyph = match line.whose {
                Whose::Data => self.glyphs.data,
                // What is expected is a line alone, unless it has none.
                Whose::Expected if !line.pieces.is_empty() => continue,
                Whose::Yours | Whose::Expected => self.glyphs.point_of(line),
            };
            for point in &line.points {
                let (column, row) = (self.column_of(inner, point.x), self.row_of(inner, point.y));
                write(buffer, area, column, row, glyph, Style::new().fg(self.colour(line)));
            }
        }
    }

    /// Where a line that has no name leaves the picture.
    fn exits(&self, area: Rect, inner: Rect, buffer: &mut Buffer) {
        for line in self.figure.lines.iter().filter(|line| line.label.is_none()) {
            let glyph = match line.leaves {
                Some(Edge::Top) => self.glyphs.up,
                Some(Edge::Bottom) => self.glyphs.down,
                _ => continue,
            };
            let Some(end) = line.end else { continue };
            let (column, row) = (self.column_of(inner, end.x), self.row_of(inner, end.y));
            write(buffer, area, column, row, glyph, Style::new().fg(self.colour(line)));
        }
    }

    fn marks(&self, area: Rect, inner: Rect, buffer: &mut Buffer) {
        for mark in &self.figure.marks {
            let style = match mark.whose {
                Whose::Yours => Style::new().fg(SERIES[0]),
                _ => Style::new(),
            };
            let column = self.column_of(inner, mark.at);
            for row in inner.top()..inner.bottom() {
                write(buffer, area, column, row, self.glyphs.mark, style);
            }
            let width = width_of(&mark.label);
            let start = if column > inner.x + width { column - width } else { column + 1 };
            write(buffer, area, start, inner.y, &mark.label, style);
        }
    }

    /// The names of the series, each beside the end of its line and on a row of its own.
    fn write_names(&self, area: Rect, inner: Rect, buffer: &mut Buffer) {
        // On a surface where a line ends says nothing of its height: there the names are a list.
        let height = |line: &Line| if self.figure.ground.is_empty() { line.end.map(|end| end.y) } else { Some(1.0) };
        let named = self.names().into_iter();
        let placed = named.filter_map(|(line, name)| Some((self.row_of(inner, height(line)?), line, name)));
        let mut names: Vec<(u16, &Line, String)> = placed.collect();
        names.sort_by_key(|(row, _, _)| *row);
        let mut free = inner.y;
        for (at, (row, line, name)) in names.iter().enumerate() {
            let below = u16::try_from(names.len() - 1 - at).unwrap_or(u16::MAX);
            let lowest = inner.bottom().saturating_sub(1 + below);
            let row = (*row).max(free).min(lowest.max(free));
            write(buffer, area, inner.right() + 1, row, name, Style::new().fg(self.colour(line)));
            free = row + 1;
        }
    }
}

impl Widget for Chart<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let area = area.intersection(buffer.area);
        if area.is_empty() {
            return;
        }
        let Some(inner) = self.inner(area) else {
            write(buffer, area, area.x, area.y, "too small for a picture", Style::new());
            return;
        };
        write(buffer, area, area.x, area.y, &self.figure.title, Style::new().add_modifier(Modifier::BOLD));
        let mut column = area.x;
        for (text, style) in self.legend() {
            write(buffer, area, column, area.y + 1, &text, style);
            column = column.saturating_add(width_of(&text) + 3);
        }
        self.axes(area, inner, buffer);
        let canvas = Canvas::default().x_bounds([0.0, 1.0]).y_bounds([0.0, 1.0]).marker(self.glyphs.marker);
        let canvas = canvas.paint(|context| {
            // Fewer of them than a finer picture has: what lies on them must be seen.
            for ends in self.figure.ground.iter().skip(1).step_by(3).flatten() {
                context.draw(&stroke(ends, Color::DarkGray));
            }
            context.layer();
            self.strokes(context, Whose::Expected);
            self.strokes(context, Whose::Yours);
        });
        canvas.render(inner, buffer);
        if matches!(self.glyphs.marker, Marker::Dot) {
            // The library's dot is not ASCII.
            for place in inner.positions() {
                if let Some(cell) = buffer.cell_mut(place).filter(|cell| !cell.symbol().is_ascii()) {
                    cell.set_symbol(".");
                }
            }
        }
        self.marks(area, inner, buffer);
        self.points(area, inner, buffer);
        self.exits(area, inner, buffer);
        self.write_names(area, inner, buffer);
    }
}

fn stroke(ends: &[Place], color: Color) -> Stroke {
    Stroke { x1: ends[0].x, y1: ends[0].y, x2: ends[1].x, y2: ends[1].y, color }
}

/// The letter in which a place lies, of so many letters with so many places each.
fn letter(part: f64, letters: u16, places: u16) -> u16 {
    let last = f64::from(letters) * f64::from(places) - 1.0;
    ((part.clamp(0.0, 1.0) * last).round() / f64::from(places)) as u16
}

/// Writes a text that ends where the area does.
fn write(buffer: &mut Buffer, area: Rect, column: u16, row: u16, text: &str, style: Style) {
    if (area.top()..area.bottom()).contains(&row) && (area.left()..area.right()).contains(&column) {
        buffer.set_stringn(column, row, text, usize::from(area.right() - column), style);
    }
}

fn width_of(text: &str) -> u16 {
    u16::try_from(text.chars().count()).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples;

    fn drawn(figure: &Figure, glyphs: &'static Glyphs, width: u16, height: u16) -> String {
        let area = Rect::new(0, 0, width, height);
        let mut buffer = Buffer::empty(area);
        Chart { figure, glyphs }.render(area, &mut buffer);
        let rows = buffer.content().chunks(usize::from(width));
        rows.map(|row| row.iter().map(|cell| cell.symbol()).collect::<String>().trim_end().to_owned() + "\n").collect()
    }

    fn assert_golden(name: &str, chart: &str) {
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("../tests/snapshots");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name, chart));
    }

    #[test]
    fn rates_that_crawl_converge_jump_and_leave_are_told_apart_by_their_names() {
        assert_golden("chart_rates", &drawn(&examples::rates().figure(), &BRAILLE, 80, 22));
    }

    #[test]
    fn tangents_lie_on_the_parabola() {
        assert_golden("chart_slopes", &drawn(&examples::slopes().figure(), &BRAILLE, 80, 22));
    }

    #[test]
    fn a_mark_stands_on_a_logarithmic_axis() {
        assert_golden("chart_limit", &drawn(&examples::limit().figure(), &BRAILLE, 60, 15));
    }

    #[test]
    fn where_there_is_only_ascii_all_of_it_is_ascii() {
        assert!(drawn(&examples::slopes().figure(), &ASCII, 80, 22).contains("\nloss in $^2\n"));
        for (name, figure) in
            [("chart_rates_ascii", examples::rates().figure()), ("chart_records_ascii", examples::records().figure())]
        {
            let chart = drawn(&figure, &ASCII, 80, 22);
            assert!(chart.is_ascii(), "{chart}");
            assert_golden(name, &chart);
        }
    }

    #[test]
    fn every_size_has_room_for_a_picture_or_for_saying_that_it_has_none() {
        for figure in [
            examples::rates().figure(),
            examples::slopes().figure(),
            examples::limit().figure(),
            examples::records().figure(),
        ] {
            for width in (0..40).chain([300]) {
                for height in (0..20).chain([100]) {
                    drawn_anywhere(&figure, width, height);
                }
            }
        }
        assert_eq!(drawn(&examples::rates().figure(), &BRAILLE, 30, 3), "too small for a picture\n\n\n");
    }

    /// Draws into the middle of a larger screen, over whose edge the area may hang.
    fn drawn_anywhere(figure: &Figure, width: u16, height: u16) {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 50, 25));
        Chart { figure, glyphs: &BRAILLE }.render(Rect::new(7, 3, width, height), &mut buffer);
        let outside = |x: u16, y: u16| x < 7 || y < 3 || x >= 7 + width || y >= 3 + height;
        for (at, cell) in buffer.content().iter().enumerate() {
            let (x, y) = buffer.pos_of(at);
            assert!(!outside(x, y) || cell.symbol() == " ", "{width} x {height}: {:?} at {x}, {y}", cell.symbol());
        }
    }
}
