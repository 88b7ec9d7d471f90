//! A figure as a chart in the terminal: in braille, or in ASCII if the terminal shows nothing else.
//!
//! The expected answers have dashed lines and hollow points, the student's have solid ones, and the points of each
//! group have their own shape, so everything can be told apart without colours. The names of the groups are beside the
//! ends of their lines.

use std::collections::HashMap;

use figure::{Figure, Layer, LegendEntry, LegendKey, MOST_GROUPS, Point, Series, Side, Tick};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::Marker;
use ratatui::widgets::Widget;
use ratatui::widgets::canvas::{Canvas, Painter, Shape};

use grader::report::Charset;

/// Draws a figure with all its labels into the area that it is given.
pub struct Chart<'a> {
    figure: &'a Figure,
    glyphs: &'static Glyphs,
}

/// The characters and lines that a chart is made of.
struct Glyphs {
    charset: Charset,
    /// How many dots of a line fit into a cell, horizontally and vertically.
    dots: (u16, u16),
    student: Pen,
    expected: Pen,
    contour: Pen,
    /// The points of the student's answers, for each group.
    solid: [&'static str; MOST_GROUPS],
    /// The points of the expected answers, for each group.
    hollow: [&'static str; MOST_GROUPS],
    data: &'static str,
    upright: &'static str,
    level: &'static str,
    corner: &'static str,
    reference: &'static str,
    /// Beside the name of a line that leaves the picture.
    up: &'static str,
    down: &'static str,
    /// At the end of a text that was cut.
    ellipsis: &'static str,
}

/// How a kind of line is drawn.
struct Pen {
    marker: Marker,
    /// How many dots in a row are drawn.
    dash: usize,
    /// How many dots after these are left out.
    gap: usize,
    /// How the legend shows it.
    sample: &'static str,
}

const BRAILLE: Glyphs = Glyphs {
    charset: Charset::Unicode,
    dots: (2, 4),
    student: Pen { marker: Marker::Braille, dash: 1, gap: 0, sample: "⠒⠒" },
    expected: Pen { marker: Marker::Braille, dash: 4, gap: 2, sample: "⠒⠒ ⠒⠒" },
    contour: Pen { marker: Marker::Braille, dash: 1, gap: 3, sample: "⠂ ⠂" },
    solid: ["●", "■", "◆", "▲", "▼", "★"],
    hollow: ["○", "□", "◇", "△", "▽", "☆"],
    data: "✕",
    upright: "│",
    level: "─",
    corner: "└",
    reference: "┊",
    up: "↑",
    down: "↓",
    ellipsis: "…",
};

const ASCII: Glyphs = Glyphs {
    charset: Charset::Ascii,
    dots: (1, 1),
    student: Pen { marker: Marker::Custom('.'), dash: 1, gap: 0, sample: ".." },
    expected: Pen { marker: Marker::Custom('-'), dash: 1, gap: 1, sample: "- -" },
    contour: Pen { marker: Marker::Custom(','), dash: 1, gap: 2, sample: ",  ," },
    solid: ["O", "#", "*", "A", "%", "@"],
    hollow: ["o", "=", "+", "a", "~", "&"],
    data: "x",
    upright: "|",
    level: "-",
    corner: "+",
    reference: ":",
    up: "^",
    down: "v",
    ellipsis: "...",
};

/// The terminal's own colours, which suit a light and a dark background. The groups also differ in their points, for
/// people who cannot tell red from green.
const GROUP_COLOURS: [Color; MOST_GROUPS] =
    [Color::Blue, Color::Yellow, Color::Magenta, Color::Cyan, Color::Green, Color::Red];

impl Glyphs {
    fn pen_of(&self, layer: Layer) -> &Pen {
        match layer {
            Layer::Expected => &self.expected,
            Layer::Student | Layer::Data => &self.student,
        }
    }

    fn point_of(&self, layer: Layer, group: usize) -> &'static str {
        match layer {
            Layer::Data => self.data,
            Layer::Expected => self.hollow[group % MOST_GROUPS],
            Layer::Student => self.solid[group % MOST_GROUPS],
        }
    }

    fn width_of(&self, text: &str) -> u16 {
        u16::try_from(self.charset.transliterate(text).chars().count()).unwrap_or(u16::MAX)
    }

    /// Writes a text within an area, and ends it with an ellipsis if it is cut.
    fn write(&self, buffer: &mut Buffer, area: Rect, column: u16, row: u16, text: &str, style: Style) {
        if !(area.top()..area.bottom()).contains(&row) || !(area.left()..area.right()).contains(&column) {
            return;
        }
        let room = usize::from(area.right() - column);
        let mut text = self.charset.transliterate(text);
        if text.chars().count() > room {
            let kept = room.saturating_sub(self.ellipsis.chars().count());
            text = text.chars().take(kept).collect::<String>().trim_end().to_owned() + self.ellipsis;
        }
        buffer.set_stringn(column, row, text, room, style);
    }
}

impl<'a> Chart<'a> {
    /// The chart of a figure, in the characters that the terminal can show.
    pub fn new(figure: &'a Figure, charset: Charset) -> Self {
        let glyphs = match charset {
            Charset::Unicode => &BRAILLE,
            Charset::Ascii => &ASCII,
        };
        Self { figure, glyphs }
    }

    /// The area inside the axes: what the labels leave. None if it is too small.
    fn inner(&self, area: Rect) -> Option<Rect> {
        const SMALLEST: (u16, u16) = (12, 3);
        let width_of = |text: &str| self.glyphs.width_of(text);
        let left = self.figure.y.ticks.iter().map(|tick| width_of(&tick.label)).max().unwrap_or(0) + 2;
        let names = self.figure.ends().filter_map(|(series, _)| Some(width_of(&self.name(series)?)));
        let right = names.chain(self.figure.groups.iter().map(|groups| width_of(groups))).max();
        let right = right.map_or(1, |width| (width + 1).min(area.width / 3));
        // Above are the title, the legend and a label; below are the axis, its numbers and its label.
        let (above, below) = (3, 3);
        let inner = Rect {
            x: area.x.saturating_add(left),
            y: area.y.saturating_add(above),
            width: area.width.saturating_sub(left + right),
            height: area.height.saturating_sub(above + below),
        };
        (inner.width >= SMALLEST.0 && inner.height >= SMALLEST.1).then_some(inner)
    }

    /// The column in which the canvas draws a position.
    fn column_of(&self, inner: Rect, position: f64) -> u16 {
        inner.x + cell(position, inner.width, self.glyphs.dots.0)
    }

    /// The row in which the canvas draws a position.
    fn row_of(&self, inner: Rect, position: f64) -> u16 {
        inner.y + cell(1.0 - position, inner.height, self.glyphs.dots.1)
    }

    /// The text beside the end of a series, if it has a name.
    fn name(&self, series: &Series) -> Option<String> {
        // The arrow is before the name, as the end of the text may be cut.
        let exit = match series.exit {
            Some(Side::Top) => self.glyphs.up,
            Some(Side::Bottom) => self.glyphs.down,
            _ => "",
        };
        Some(format!("{}{exit} {}", self.glyphs.point_of(series.layer, series.group), series.name.as_deref()?))
    }

    fn colour(&self, series: &Series) -> Color {
        match series.layer {
            Layer::Data => Color::Reset,
            layer if self.figure.is_coloured(layer) => GROUP_COLOURS[series.group % MOST_GROUPS],
            _ => Color::DarkGray,
        }
    }

    /// Draws the lines of one layer over what is already drawn.
    fn lines(&self, inner: Rect, buffer: &mut Buffer, layer: Layer) {
        let series = self.figure.series.iter().filter(|series| series.layer == layer);
        let lines = series.flat_map(|series| series.lines.iter().map(|line| (&line[..], self.colour(series))));
        draw(self.glyphs.pen_of(layer), lines.collect(), inner, buffer);
    }

    fn contours(&self, inner: Rect, buffer: &mut Buffer) {
        // Not all of them, so that what lies on them stays visible.
        let contours = self.figure.contours.iter().skip(1).step_by(3);
        let lines = contours.flat_map(|contour| &contour.lines).map(|line| (&line[..], Color::DarkGray));
        draw(&self.glyphs.contour, lines.collect(), inner, buffer);
    }

    /// The legend, with its entries from left to right.
    fn legend(&self, area: Rect, row: u16, buffer: &mut Buffer) {
        let mut column = area.x;
        for entry in self.figure.legend() {
            let text = format!("{} {}", self.sample(&entry), entry.label).trim_start().to_owned();
            let colour = match entry.key {
                LegendKey::Layer(layer) if self.figure.is_coloured(layer) => match self.figure.groups {
                    // Each group has its own colour.
                    Some(_) => Color::Reset,
                    None => GROUP_COLOURS[0],
                },
                LegendKey::Layer(Layer::Data) => Color::Reset,
                LegendKey::Layer(_) | LegendKey::Contours => Color::DarkGray,
            };
            self.glyphs.write(buffer, area, column, row, &text, Style::new().fg(colour));
            column = column.saturating_add(self.glyphs.width_of(&text) + 3);
        }
    }

    /// A sample of what an entry explains.
    fn sample(&self, entry: &LegendEntry) -> String {
        let (pen, point) = match entry.key {
            LegendKey::Layer(layer) => (self.glyphs.pen_of(layer), self.glyphs.point_of(layer, 0)),
            LegendKey::Contours => (&self.glyphs.contour, ""),
        };
        let shown = |is_drawn: bool, sample: &'static str| if is_drawn { sample } else { "" };
        format!("{}{}", shown(entry.lines, pen.sample), shown(entry.points, point))
    }

    fn axes(&self, area: Rect, inner: Rect, buffer: &mut Buffer) {
        let Self { figure, glyphs } = self;
        let (left, bottom) = (inner.x - 1, inner.bottom());
        for row in inner.top()..inner.bottom() {
            glyphs.write(buffer, area, left, row, glyphs.upright, Style::new());
        }
        for column in inner.left()..inner.right() {
            glyphs.write(buffer, area, column, bottom, glyphs.level, Style::new());
        }
        glyphs.write(buffer, area, left, bottom, glyphs.corner, Style::new());
        // The heading of the names may be to the right of the label.
        let above = Rect { width: inner.right() - area.x, ..area };
        glyphs.write(buffer, above, area.x, inner.y - 1, &figure.y.label, Style::new());

        let row = |tick: &Tick| self.row_of(inner, tick.position);
        for tick in with_room(&figure.y.ticks, |tick, next| row(next) < row(tick)) {
            let start = left.saturating_sub(1 + glyphs.width_of(&tick.label));
            glyphs.write(buffer, area, start, row(tick), &tick.label, Style::new());
        }
        let columns = |tick: &Tick| {
            let (column, width) = (self.column_of(inner, tick.position), glyphs.width_of(&tick.label));
            let start = column.saturating_sub(width / 2).max(area.x);
            start..start + width
        };
        for tick in with_room(&figure.x.ticks, |tick, next| columns(tick).end < columns(next).start) {
            if columns(tick).end <= area.right() {
                glyphs.write(buffer, area, columns(tick).start, bottom + 1, &tick.label, Style::new());
            }
        }
        let centre = inner.x + inner.width.saturating_sub(glyphs.width_of(&figure.x.label)) / 2;
        glyphs.write(buffer, area, centre, bottom + 2, &figure.x.label, Style::new());
    }

    /// The points, whose glyphs show their layer and group.
    fn points(&self, area: Rect, inner: Rect, buffer: &mut Buffer) {
        let cell = |point: &Point| (self.column_of(inner, point.x), self.row_of(inner, point.y));
        let student = self.figure.series.iter().filter(|series| series.layer == Layer::Student);
        let mut taken: HashMap<(u16, u16), Vec<usize>> = HashMap::new();
        for (at, group) in student.flat_map(|series| series.points.iter().map(|point| (cell(point), series.group))) {
            taken.entry(at).or_default().push(group);
        }
        for series in &self.figure.series {
            let glyph = self.glyphs.point_of(series.layer, series.group);
            for (column, row) in series.points.iter().map(cell) {
                // An expected point is hidden by a student's point of its group, and moves aside for one of another
                // group.
                let column = match taken.get(&(column, row)).filter(|_| series.layer == Layer::Expected) {
                    Some(groups) if groups.contains(&series.group) => continue,
                    Some(_) => column + 1,
                    None => column,
                };
                self.glyphs.write(buffer, area, column, row, glyph, Style::new().fg(self.colour(series)));
            }
        }
    }

    /// Arrows where series without a name leave the frame.
    fn exits(&self, area: Rect, inner: Rect, buffer: &mut Buffer) {
        for (series, end) in self.figure.ends().filter(|(series, _)| series.name.is_none()) {
            let glyph = match series.exit {
                Some(Side::Top) => self.glyphs.up,
                Some(Side::Bottom) => self.glyphs.down,
                _ => continue,
            };
            let (column, row) = (self.column_of(inner, end.x), self.row_of(inner, end.y));
            self.glyphs.write(buffer, area, column, row, glyph, Style::new().fg(self.colour(series)));
        }
    }

    fn reference_lines(&self, area: Rect, inner: Rect, buffer: &mut Buffer) {
        let mut free = area.x + self.glyphs.width_of(&self.figure.y.label) + 2;
        for line in &self.figure.reference_lines {
            let style = match line.layer {
                Layer::Student => Style::new().fg(GROUP_COLOURS[0]),
                _ => Style::new(),
            };
            let column = self.column_of(inner, line.x);
            for row in inner.top()..inner.bottom() {
                self.glyphs.write(buffer, area, column, row, self.glyphs.reference, style);
            }
            // Above the picture, where no line crosses it, if there is room beside the axis' label.
            let width = self.glyphs.width_of(&line.label);
            let start = column.saturating_sub(width / 2).min(inner.right().saturating_sub(width)).max(free);
            if start <= column && start + width <= inner.right() {
                self.glyphs.write(buffer, area, start, inner.y - 1, &line.label, style);
                free = start + width + 2;
                continue;
            }
            // Otherwise in the picture, on the side with more room.
            let (left, right) = (column - inner.x, inner.right() - 1 - column);
            if left > right {
                let before = Rect { width: column - area.x, ..area };
                let start = column - width.min(left);
                self.glyphs.write(buffer, before, start, inner.y, &line.label, style);
            } else {
                self.glyphs.write(buffer, area, column + 1, inner.y, &line.label, style);
            }
        }
    }

    /// The names of the groups, each beside the end of its line and on its own row, with a heading above them.
    fn names(&self, area: Rect, inner: Rect, buffer: &mut Buffer) {
        // On a surface, the place where a line ends does not show its height, so the names are a list.
        let height = |end: Point| if self.figure.contours.is_empty() { end.y } else { 1.0 };
        let named = self
            .figure
            .ends()
            .filter_map(|(series, end)| Some((self.row_of(inner, height(end)), series, self.name(series)?)));
        let mut names: Vec<(u16, &Series, String)> = named.collect();
        names.sort_by_key(|(row, _, _)| *row);
        let column = inner.right() + 1;
        let mut free = inner.y;
        for (at, (row, series, name)) in names.iter().enumerate() {
            let below = u16::try_from(names.len() - 1 - at).unwrap_or(u16::MAX);
            let lowest = inner.bottom().saturating_sub(1 + below);
            let row = (*row).max(free).min(lowest.max(free));
            if let (0, Some(groups)) = (at, &self.figure.groups) {
                self.glyphs.write(buffer, area, column, row - 1, groups, Style::new());
            }
            self.glyphs.write(buffer, area, column, row, name, Style::new().fg(self.colour(series)));
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
            self.glyphs.write(buffer, area, area.x, area.y, "too small for a picture", Style::new());
            return;
        };
        let bold = Style::new().add_modifier(Modifier::BOLD);
        self.glyphs.write(buffer, area, area.x, area.y, &self.figure.title, bold);
        self.legend(area, area.y + 1, buffer);
        self.axes(area, inner, buffer);
        self.contours(inner, buffer);
        self.lines(inner, buffer, Layer::Expected);
        self.lines(inner, buffer, Layer::Student);
        self.reference_lines(area, inner, buffer);
        self.points(area, inner, buffer);
        self.exits(area, inner, buffer);
        self.names(area, inner, buffer);
    }
}

/// The numbers of an axis that there is room for: all of them, or every second one, every third and so on, so that the
/// distances between them stay equal. A 0 is among them.
fn with_room(ticks: &[Tick], fits: impl Fn(&Tick, &Tick) -> bool) -> impl Iterator<Item = &Tick> {
    let zero = ticks.iter().position(|tick| tick.label == "0").unwrap_or(0);
    let every = |step: usize| ticks.iter().skip(zero % step).step_by(step);
    let fit = |step: &usize| every(*step).zip(every(*step).skip(1)).all(|(tick, next)| fits(tick, next));
    every((1..ticks.len()).find(fit).unwrap_or(ticks.len().max(1)))
}

/// Draws lines with one pen, each in its colour.
fn draw(pen: &Pen, lines: Vec<(&[Point], Color)>, area: Rect, buffer: &mut Buffer) {
    let canvas = Canvas::default().x_bounds([0.0, 1.0]).y_bounds([0.0, 1.0]).marker(pen.marker);
    let canvas = canvas.paint(|context| {
        for (line, color) in &lines {
            context.draw(&Stroke { pen, line, color: *color });
        }
    });
    canvas.render(area, buffer);
}

/// A line as a pen draws it, because the canvas has no dashes.
struct Stroke<'a> {
    pen: &'a Pen,
    line: &'a [Point],
    color: Color,
}

impl Shape for Stroke<'_> {
    fn draw(&self, painter: &mut Painter<'_, '_>) {
        let dot = |point: &Point| painter.get_point(point.x.clamp(0.0, 1.0), point.y.clamp(0.0, 1.0));
        let corners: Vec<(usize, usize)> = self.line.iter().filter_map(dot).collect();
        let straight = corners.windows(2).flat_map(|ends| dots_between(ends[0], ends[1]));
        for (at, (x, y)) in corners.first().copied().into_iter().chain(straight).enumerate() {
            if at % (self.pen.dash + self.pen.gap) < self.pen.dash {
                painter.paint(x, y, self.color);
            }
        }
    }
}

/// The dots of a straight line, without its first one.
fn dots_between(from: (usize, usize), to: (usize, usize)) -> impl Iterator<Item = (usize, usize)> {
    let steps = from.0.abs_diff(to.0).max(from.1.abs_diff(to.1));
    let between = move |from: usize, to: usize, at: usize| {
        let along = at as f64 / steps as f64;
        (from as f64 + along * (to as f64 - from as f64)).round() as usize
    };
    (1..=steps).map(move |at| (between(from.0, to.0, at), between(from.1, to.1, at)))
}

/// The cell in which a position lies, if there are this many cells with this many dots each.
fn cell(position: f64, cells: u16, dots: u16) -> u16 {
    let last = f64::from(cells) * f64::from(dots) - 1.0;
    ((position.clamp(0.0, 1.0) * last).round() / f64::from(dots)) as u16
}

#[cfg(test)]
mod tests {
    use figure::examples::{self, Example};
    use testkit::assert_golden;

    use super::*;

    fn drawn(figure: &Figure, glyphs: &'static Glyphs, width: u16, height: u16) -> String {
        let area = Rect::new(0, 0, width, height);
        let mut buffer = Buffer::empty(area);
        Chart { figure, glyphs }.render(area, &mut buffer);
        let rows = buffer.content().chunks(usize::from(width));
        rows.map(|row| row.iter().map(|cell| cell.symbol()).collect::<String>().trim_end().to_owned() + "\n").collect()
    }

    #[test]
    fn rates_that_crawl_converge_jump_and_leave_are_told_apart_by_their_names() {
        assert_golden!("chart_rates", &drawn(&examples::rates().figure(), &BRAILLE, 80, 22));
    }

    #[test]
    fn tangents_lie_on_the_parabola() {
        assert_golden!("chart_slopes", &drawn(&examples::slopes().figure(), &BRAILLE, 80, 22));
    }

    #[test]
    fn a_mark_stands_on_a_logarithmic_axis() {
        assert_golden!("chart_limit", &drawn(&examples::limit().figure(), &BRAILLE, 60, 15));
        assert_golden!("chart_limit_narrow", &drawn(&examples::limit().figure(), &BRAILLE, 34, 12));
    }

    #[test]
    fn a_walk_lies_on_the_contours_of_its_surface() {
        assert_golden!("chart_walks", &drawn(&examples::walks().figure(), &BRAILLE, 80, 22));
        assert_golden!("chart_walks_ascii", &drawn(&examples::walks().figure(), &ASCII, 80, 22));
    }

    #[test]
    fn points_without_lines_have_a_legend_without_strokes() {
        assert_golden!("chart_basins", &drawn(&examples::basins().figure(), &BRAILLE, 80, 16));
    }

    #[test]
    fn what_is_expected_is_drawn_with_another_pen_than_the_students() {
        for glyphs in [&BRAILLE, &ASCII] {
            let chart = |example: Example| drawn(&example.figure(), glyphs, 80, 22);
            let yours = chart(examples::limit().with(Some(examples::limit().shown.expected)));
            let expected = chart(examples::limit());
            let strokes = |chart: &str| chart.lines().skip(3).take(16).map(str::to_owned).collect::<String>();
            let drawn = |chart: &str| strokes(chart).chars().filter(|character| *character != ' ').count();
            assert!(drawn(&expected) < drawn(&yours), "{expected}{yours}");
            let legend = |chart: &str| chart.lines().nth(1).map(str::to_owned);
            let samples = format!("{}O yours   {} expected", glyphs.student.sample, glyphs.expected.sample);
            assert_eq!(legend(&yours).map(|legend| legend.replace('●', "O")), Some(samples));
            assert_eq!(legend(&expected), Some(format!("{} expected", glyphs.expected.sample)));
        }
    }

    #[test]
    fn lines_that_stand_alone_have_the_colours_and_points_of_their_series() {
        let area = Rect::new(0, 0, 80, 22);
        let colours = |example: Example| {
            let mut buffer = Buffer::empty(area);
            Chart { figure: &example.figure(), glyphs: &BRAILLE }.render(area, &mut buffer);
            GROUP_COLOURS
                .map(|colour| buffer.content().iter().filter(|cell| cell.fg == colour && cell.symbol() != "●").count())
        };
        let alone = examples::rates().with(None);
        assert_golden!("chart_rates_alone", &drawn(&alone.figure(), &BRAILLE, 80, 22));
        let [first, second, third, fourth, none @ ..] = colours(alone);
        assert!([first, second, third, fourth].iter().all(|cells| *cells > 3) && none == [0, 0]);
    }

    #[test]
    fn the_numbers_of_an_axis_stay_equally_far_apart() {
        let ticks = |labels: &[i32]| -> Vec<Tick> {
            let tick = |(at, label): (usize, &i32)| Tick { position: at as f64, label: label.to_string() };
            labels.iter().enumerate().map(tick).collect()
        };
        let shown = |labels: &[i32], distance: f64| -> Vec<String> {
            let ticks = ticks(labels);
            let fits = |tick: &Tick, next: &Tick| next.position - tick.position >= distance;
            with_room(&ticks, fits).map(|tick| tick.label.clone()).collect()
        };
        assert_eq!(shown(&[0, 50, 100, 150, 200], 1.0), ["0", "50", "100", "150", "200"]);
        assert_eq!(shown(&[0, 50, 100, 150, 200], 1.5), ["0", "100", "200"]);
        assert_eq!(shown(&[-50, 0, 50, 100, 150], 1.5), ["0", "100"]);
        assert_eq!(shown(&[1, 2, 3], 5.0), ["1"]);
        assert_eq!(shown(&[], 5.0), [""; 0]);
    }

    #[test]
    fn a_label_that_does_not_fit_ends_in_an_ellipsis() {
        let walks = examples::walks().figure();
        assert_golden!("chart_narrow", &drawn(&walks, &BRAILLE, 36, 14));
        let chart = drawn(&walks, &ASCII, 36, 14);
        let title = chart.lines().next().unwrap_or_default();
        assert!(title.ends_with("...") && title.len() <= 36, "{title}");
        // If there is no room for the whole ellipsis, a part of it is shown.
        let mut buffer = Buffer::empty(Rect::new(0, 0, 2, 1));
        ASCII.write(&mut buffer, Rect::new(0, 0, 2, 1), 0, 0, "loss", Style::new());
        assert_eq!(buffer, Buffer::with_lines([".."]));
    }

    #[test]
    fn where_there_is_only_ascii_all_of_it_is_ascii() {
        for example in examples::all() {
            for figure in [example.figure(), example.with(None).figure()] {
                for width in [30, 40, 80] {
                    let chart = drawn(&figure, &ASCII, width, 22);
                    assert!(chart.is_ascii(), "{chart}");
                }
            }
        }
        assert!(drawn(&examples::slopes().figure(), &ASCII, 80, 22).contains("\nloss in billion $^2\n"));
        assert_golden!("chart_rates_ascii", &drawn(&examples::rates().figure(), &ASCII, 80, 22));
        assert_golden!("chart_records_ascii", &drawn(&examples::records().figure(), &ASCII, 80, 22));
    }

    #[test]
    fn every_size_has_room_for_a_picture_or_for_saying_that_it_has_none() {
        for figure in examples::all().map(|example| example.figure()) {
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
