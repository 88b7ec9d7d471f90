//! A figure as a chart in the terminal: in braille, or in ASCII where the terminal has no more.
//!
//! What is expected is dashed and has hollow points, what is the student's is drawn through and has solid ones, and each
//! series has points of its own shape, so that all can be told apart without colours; series have their names beside
//! their ends.

use std::collections::HashMap;

use grader::figure::{Edge, Entry, Figure, Kind, Line, MOST_SERIES, Place, Whose};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::Marker;
use ratatui::widgets::Widget;
use ratatui::widgets::canvas::{Canvas, Painter, Shape};

use crate::letters::Letters;

/// Draws a figure with all its labels into the area that it is given.
pub struct Chart<'a> {
    figure: &'a Figure,
    glyphs: &'static Glyphs,
}

/// What a chart is made of.
struct Glyphs {
    letters: Letters,
    /// How many places of a line there are in a letter's width and height.
    places: (u16, u16),
    yours: Pen,
    expected: Pen,
    ground: Pen,
    /// A point of each series, of the student's.
    solid: [&'static str; MOST_SERIES],
    /// The same of what is expected.
    hollow: [&'static str; MOST_SERIES],
    data: &'static str,
    upright: &'static str,
    level: &'static str,
    corner: &'static str,
    mark: &'static str,
    /// Beside the name of a line that leaves the picture.
    up: &'static str,
    down: &'static str,
    /// At the end of a text that is cut.
    ellipsis: &'static str,
}

/// How a kind of line is drawn.
struct Pen {
    marker: Marker,
    /// How many places of a line are drawn before some are left out.
    dash: usize,
    /// How many are left out.
    gap: usize,
    /// How the legend shows it.
    sample: &'static str,
}

const BRAILLE: Glyphs = Glyphs {
    letters: Letters::Unicode,
    places: (2, 4),
    yours: Pen { marker: Marker::Braille, dash: 1, gap: 0, sample: "⠒⠒" },
    expected: Pen { marker: Marker::Braille, dash: 4, gap: 2, sample: "⠒⠒ ⠒⠒" },
    ground: Pen { marker: Marker::Braille, dash: 1, gap: 3, sample: "⠂ ⠂" },
    solid: ["●", "■", "◆", "▲", "▼", "★"],
    hollow: ["○", "□", "◇", "△", "▽", "☆"],
    data: "✕",
    upright: "│",
    level: "─",
    corner: "└",
    mark: "┊",
    up: "↑",
    down: "↓",
    ellipsis: "…",
};

const ASCII: Glyphs = Glyphs {
    letters: Letters::Ascii,
    places: (1, 1),
    yours: Pen { marker: Marker::Custom('.'), dash: 1, gap: 0, sample: ".." },
    expected: Pen { marker: Marker::Custom('-'), dash: 1, gap: 1, sample: "- -" },
    ground: Pen { marker: Marker::Custom(','), dash: 1, gap: 2, sample: ",  ," },
    solid: ["O", "#", "*", "A", "%", "@"],
    hollow: ["o", "=", "+", "a", "~", "&"],
    data: "x",
    upright: "|",
    level: "-",
    corner: "+",
    mark: ":",
    up: "^",
    down: "v",
    ellipsis: "...",
};

/// A terminal's own colours, so that they suit a light and a dark one; red and green are not told apart by them alone.
const SERIES: [Color; MOST_SERIES] =
    [Color::Blue, Color::Yellow, Color::Magenta, Color::Cyan, Color::Green, Color::Red];

impl Glyphs {
    fn pen_of(&self, whose: Whose) -> &Pen {
        match whose {
            Whose::Expected => &self.expected,
            Whose::Yours | Whose::Data => &self.yours,
        }
    }

    fn point_of(&self, whose: Whose, series: usize) -> &'static str {
        match whose {
            Whose::Data => self.data,
            Whose::Expected => self.hollow[series % MOST_SERIES],
            Whose::Yours => self.solid[series % MOST_SERIES],
        }
    }

    fn width_of(&self, text: &str) -> u16 {
        u16::try_from(self.letters.spelled(text).chars().count()).unwrap_or(u16::MAX)
    }

    /// Writes a text that ends where the area does, and says so if it is cut there.
    fn write(&self, buffer: &mut Buffer, area: Rect, column: u16, row: u16, text: &str, style: Style) {
        if !(area.top()..area.bottom()).contains(&row) || !(area.left()..area.right()).contains(&column) {
            return;
        }
        let room = usize::from(area.right() - column);
        let mut text = self.letters.spelled(text);
        if text.chars().count() > room {
            let kept = room.saturating_sub(self.ellipsis.chars().count());
            text = text.chars().take(kept).collect::<String>().trim_end().to_owned() + self.ellipsis;
        }
        buffer.set_stringn(column, row, text, room, style);
    }
}

impl<'a> Chart<'a> {
    /// The chart of a figure, in what the terminal can show.
    pub fn new(figure: &'a Figure, letters: Letters) -> Self {
        let glyphs = match letters {
            Letters::Unicode => &BRAILLE,
            Letters::Ascii => &ASCII,
        };
        Self { figure, glyphs }
    }

    /// The rows and columns around the plotting area: what the labels need.
    fn inner(&self, area: Rect) -> Option<Rect> {
        const SMALLEST: (u16, u16) = (12, 3);
        let width_of = |text: &str| self.glyphs.width_of(text);
        let left = self.figure.y.ticks.iter().map(|(_, text)| width_of(text)).max().unwrap_or(0) + 2;
        let names = self.figure.ends().filter_map(|(line, _)| Some(width_of(&self.name(line)?)));
        let right = names.chain(self.figure.series.iter().map(|series| width_of(series))).max();
        let right = right.map_or(1, |width| (width + 1).min(area.width / 3));
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

    /// What stands beside the end of a line, if it has a name.
    fn name(&self, line: &Line) -> Option<String> {
        // Before the name, which may be cut.
        let leaves = match line.leaves {
            Some(Edge::Top) => self.glyphs.up,
            Some(Edge::Bottom) => self.glyphs.down,
            _ => "",
        };
        Some(format!("{}{leaves} {}", self.glyphs.point_of(line.whose, line.series), line.label.as_deref()?))
    }

    fn colour(&self, line: &Line) -> Color {
        match line.whose {
            Whose::Data => Color::Reset,
            whose if self.figure.is_coloured(whose) => SERIES[line.series % MOST_SERIES],
            _ => Color::DarkGray,
        }
    }

    /// The lines of one kind, over what is drawn already.
    fn strokes(&self, inner: Rect, buffer: &mut Buffer, whose: Whose) {
        let lines = self.figure.lines.iter().filter(|line| line.whose == whose);
        let pieces = lines.flat_map(|line| line.pieces.iter().map(|piece| (&piece[..], self.colour(line))));
        draw(self.glyphs.pen_of(whose), pieces.collect(), inner, buffer);
    }

    fn ground(&self, inner: Rect, buffer: &mut Buffer) {
        // Fewer of them than a finer picture has: what lies on them must be seen.
        let contours = self.figure.ground.iter().skip(1).step_by(3);
        let lines = contours.flat_map(|contour| &contour.lines).map(|line| (&line[..], Color::DarkGray));
        draw(&self.glyphs.ground, lines.collect(), inner, buffer);
    }

    /// The legend, entry by entry, from a column on.
    fn legend(&self, area: Rect, row: u16, buffer: &mut Buffer) {
        let mut column = area.x;
        for entry in self.figure.legend() {
            let text = format!("{} {}", self.sample(entry), entry.words).trim_start().to_owned();
            let colour = match entry.kind {
                Kind::Numbers(whose) if self.figure.is_coloured(whose) => match self.figure.series {
                    // Each has its own.
                    Some(_) => Color::Reset,
                    None => SERIES[0],
                },
                Kind::Numbers(Whose::Data) => Color::Reset,
                Kind::Numbers(_) | Kind::Ground => Color::DarkGray,
            };
            self.glyphs.write(buffer, area, column, row, &text, Style::new().fg(colour));
            column = column.saturating_add(self.glyphs.width_of(&text) + 3);
        }
    }

    /// How a kind is drawn.
    fn sample(&self, entry: Entry) -> String {
        let (pen, point) = match entry.kind {
            Kind::Numbers(whose) => (self.glyphs.pen_of(whose), self.glyphs.point_of(whose, 0)),
            Kind::Ground => (&self.glyphs.ground, ""),
        };
        let shown = |is_drawn: bool, sample: &'static str| if is_drawn { sample } else { "" };
        format!("{}{}", shown(entry.strokes, pen.sample), shown(entry.points, point))
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
        // To its right there may be the heading of the names.
        let above = Rect { width: inner.right() - area.x, ..area };
        glyphs.write(buffer, above, area.x, inner.y - 1, &figure.y.label, Style::new());

        let mut free = bottom;
        for (at, text) in &figure.y.ticks {
            let row = self.row_of(inner, *at);
            // One number a row, from below.
            if row < free {
                glyphs.write(buffer, area, left.saturating_sub(1 + glyphs.width_of(text)), row, text, Style::new());
                free = row;
            }
        }
        let mut free = area.x;
        for (at, text) in &figure.x.ticks {
            let column = self.column_of(inner, *at);
            let start = column.saturating_sub(glyphs.width_of(text) / 2).max(area.x);
            if start >= free && start + glyphs.width_of(text) <= area.right() {
                glyphs.write(buffer, area, start, bottom + 1, text, Style::new());
                free = start + glyphs.width_of(text) + 1;
            }
        }
        let centre = inner.x + inner.width.saturating_sub(glyphs.width_of(&figure.x.label)) / 2;
        glyphs.write(buffer, area, centre, bottom + 2, &figure.x.label, Style::new());
    }

    /// The places of the rows: their glyphs say whose they are.
    fn points(&self, area: Rect, inner: Rect, buffer: &mut Buffer) {
        let cell = |point: &Place| (self.column_of(inner, point.x), self.row_of(inner, point.y));
        let yours = self.figure.lines.iter().filter(|line| line.whose == Whose::Yours);
        let mut taken: HashMap<(u16, u16), Vec<usize>> = HashMap::new();
        for (at, series) in yours.flat_map(|line| line.points.iter().map(|point| (cell(point), line.series))) {
            taken.entry(at).or_default().push(series);
        }
        for line in &self.figure.lines {
            let glyph = self.glyphs.point_of(line.whose, line.series);
            for (column, row) in line.points.iter().map(cell) {
                // What is expected gives way to the student's, and steps aside where that is of other series.
                let column = match taken.get(&(column, row)).filter(|_| line.whose == Whose::Expected) {
                    Some(series) if series.contains(&line.series) => continue,
                    Some(_) => column + 1,
                    None => column,
                };
                self.glyphs.write(buffer, area, column, row, glyph, Style::new().fg(self.colour(line)));
            }
        }
    }

    /// Where a line that has no name leaves the picture.
    fn exits(&self, area: Rect, inner: Rect, buffer: &mut Buffer) {
        for (line, end) in self.figure.ends().filter(|(line, _)| line.label.is_none()) {
            let glyph = match line.leaves {
                Some(Edge::Top) => self.glyphs.up,
                Some(Edge::Bottom) => self.glyphs.down,
                _ => continue,
            };
            let (column, row) = (self.column_of(inner, end.x), self.row_of(inner, end.y));
            self.glyphs.write(buffer, area, column, row, glyph, Style::new().fg(self.colour(line)));
        }
    }

    fn marks(&self, area: Rect, inner: Rect, buffer: &mut Buffer) {
        let mut free = area.x + self.glyphs.width_of(&self.figure.y.label) + 2;
        for mark in &self.figure.marks {
            let style = match mark.whose {
                Whose::Yours => Style::new().fg(SERIES[0]),
                _ => Style::new(),
            };
            let column = self.column_of(inner, mark.at);
            for row in inner.top()..inner.bottom() {
                self.glyphs.write(buffer, area, column, row, self.glyphs.mark, style);
            }
            // Above the picture, where no line can cross it, if there is room beside the axis' label.
            let width = self.glyphs.width_of(&mark.label);
            let start = column.saturating_sub(width / 2).min(inner.right().saturating_sub(width)).max(free);
            if start <= column && start + width <= inner.right() {
                self.glyphs.write(buffer, area, start, inner.y - 1, &mark.label, style);
                free = start + width + 2;
                continue;
            }
            // On the side that has more room.
            let (left, right) = (column - inner.x, inner.right() - 1 - column);
            if left > right {
                let before = Rect { width: column - area.x, ..area };
                let start = column - width.min(left);
                self.glyphs.write(buffer, before, start, inner.y, &mark.label, style);
            } else {
                self.glyphs.write(buffer, area, column + 1, inner.y, &mark.label, style);
            }
        }
    }

    /// The names of the series, each beside the end of its line and on a row of its own, and above them what they are.
    fn names(&self, area: Rect, inner: Rect, buffer: &mut Buffer) {
        // On a surface where a line ends says nothing of its height: there the names are a list.
        let height = |end: Place| if self.figure.ground.is_empty() { end.y } else { 1.0 };
        let named = self
            .figure
            .ends()
            .filter_map(|(line, end)| Some((self.row_of(inner, height(end)), line, self.name(line)?)));
        let mut names: Vec<(u16, &Line, String)> = named.collect();
        names.sort_by_key(|(row, _, _)| *row);
        let column = inner.right() + 1;
        let mut free = inner.y;
        for (at, (row, line, name)) in names.iter().enumerate() {
            let below = u16::try_from(names.len() - 1 - at).unwrap_or(u16::MAX);
            let lowest = inner.bottom().saturating_sub(1 + below);
            let row = (*row).max(free).min(lowest.max(free));
            if let (0, Some(series)) = (at, &self.figure.series) {
                self.glyphs.write(buffer, area, column, row - 1, series, Style::new());
            }
            self.glyphs.write(buffer, area, column, row, name, Style::new().fg(self.colour(line)));
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
        self.ground(inner, buffer);
        self.strokes(inner, buffer, Whose::Expected);
        self.strokes(inner, buffer, Whose::Yours);
        self.marks(area, inner, buffer);
        self.points(area, inner, buffer);
        self.exits(area, inner, buffer);
        self.names(area, inner, buffer);
    }
}

/// Draws lines with one pen, each in its colour.
fn draw(pen: &Pen, lines: Vec<(&[Place], Color)>, area: Rect, buffer: &mut Buffer) {
    let canvas = Canvas::default().x_bounds([0.0, 1.0]).y_bounds([0.0, 1.0]).marker(pen.marker);
    let canvas = canvas.paint(|context| {
        for (line, color) in &lines {
            context.draw(&Stroke { pen, line, color: *color });
        }
    });
    canvas.render(area, buffer);
}

/// A line as a pen draws it: the canvas has no dashes of its own.
struct Stroke<'a> {
    pen: &'a Pen,
    line: &'a [Place],
    color: Color,
}

impl Shape for Stroke<'_> {
    fn draw(&self, painter: &mut Painter<'_, '_>) {
        let place = |place: &Place| painter.get_point(place.x.clamp(0.0, 1.0), place.y.clamp(0.0, 1.0));
        let corners: Vec<(usize, usize)> = self.line.iter().filter_map(place).collect();
        let straight = corners.windows(2).flat_map(|ends| places_between(ends[0], ends[1]));
        for (at, (x, y)) in corners.first().copied().into_iter().chain(straight).enumerate() {
            if at % (self.pen.dash + self.pen.gap) < self.pen.dash {
                painter.paint(x, y, self.color);
            }
        }
    }
}

/// The places of a straight line after its first, up to its last.
fn places_between(from: (usize, usize), to: (usize, usize)) -> impl Iterator<Item = (usize, usize)> {
    let steps = from.0.abs_diff(to.0).max(from.1.abs_diff(to.1));
    let between = move |from: usize, to: usize, at: usize| {
        let along = at as f64 / steps as f64;
        (from as f64 + along * (to as f64 - from as f64)).round() as usize
    };
    (1..=steps).map(move |at| (between(from.0, to.0, at), between(from.1, to.1, at)))
}

/// The letter in which a place lies, of so many letters with so many places each.
fn letter(part: f64, letters: u16, places: u16) -> u16 {
    let last = f64::from(letters) * f64::from(places) - 1.0;
    ((part.clamp(0.0, 1.0) * last).round() / f64::from(places)) as u16
}

#[cfg(test)]
mod tests {
    use grader::figure::Picture;

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
        assert_golden("chart_limit_narrow", &drawn(&examples::limit().figure(), &BRAILLE, 34, 12));
    }

    #[test]
    fn a_walk_lies_on_the_contours_of_its_surface() {
        assert_golden("chart_walks", &drawn(&examples::walks().figure(), &BRAILLE, 80, 22));
        assert_golden("chart_walks_ascii", &drawn(&examples::walks().figure(), &ASCII, 80, 22));
    }

    #[test]
    fn points_without_lines_have_a_legend_without_strokes() {
        assert_golden("chart_basins", &drawn(&examples::basins().figure(), &BRAILLE, 80, 16));
    }

    #[test]
    fn what_is_expected_is_drawn_with_another_pen_than_the_students() {
        for glyphs in [&BRAILLE, &ASCII] {
            let of = |picture: Picture| drawn(&picture.figure(), glyphs, 80, 22);
            let yours = of(Picture { got: Some(examples::limit().expected), ..examples::limit() });
            let expected = of(examples::limit());
            let strokes = |chart: &str| chart.lines().skip(3).take(16).map(str::to_owned).collect::<String>();
            let drawn = |chart: &str| strokes(chart).chars().filter(|letter| *letter != ' ').count();
            assert!(drawn(&expected) < drawn(&yours), "{expected}{yours}");
            let legend = |chart: &str| chart.lines().nth(1).map(str::to_owned);
            let samples = format!("{}O yours   {} expected", glyphs.yours.sample, glyphs.expected.sample);
            assert_eq!(legend(&yours).map(|legend| legend.replace('●', "O")), Some(samples));
            assert_eq!(legend(&expected), Some(format!("{} expected", glyphs.expected.sample)));
        }
    }

    #[test]
    fn lines_that_stand_alone_have_the_colours_and_points_of_their_series() {
        let area = Rect::new(0, 0, 80, 22);
        let colours = |picture: Picture| {
            let mut buffer = Buffer::empty(area);
            Chart { figure: &picture.figure(), glyphs: &BRAILLE }.render(area, &mut buffer);
            SERIES
                .map(|colour| buffer.content().iter().filter(|cell| cell.fg == colour && cell.symbol() != "●").count())
        };
        let alone = Picture { got: None, ..examples::rates() };
        assert_golden("chart_rates_alone", &drawn(&alone.figure(), &BRAILLE, 80, 22));
        let [first, second, third, fourth, none @ ..] = colours(alone);
        assert!([first, second, third, fourth].iter().all(|places| *places > 3) && none == [0, 0]);
    }

    #[test]
    fn a_label_that_does_not_fit_ends_in_an_ellipsis() {
        let walks = examples::walks().figure();
        assert_golden("chart_narrow", &drawn(&walks, &BRAILLE, 36, 14));
        let chart = drawn(&walks, &ASCII, 36, 14);
        let title = chart.lines().next().unwrap_or_default();
        assert!(title.ends_with("...") && title.len() <= 36, "{title}");
        // Where there is no room for all of it, a part of the ellipsis must do.
        let mut buffer = Buffer::empty(Rect::new(0, 0, 2, 1));
        ASCII.write(&mut buffer, Rect::new(0, 0, 2, 1), 0, 0, "loss", Style::new());
        assert_eq!(buffer, Buffer::with_lines([".."]));
    }

    #[test]
    fn where_there_is_only_ascii_all_of_it_is_ascii() {
        for picture in examples::all() {
            for got in [picture.got.clone(), None] {
                let figure = Picture { got, ..picture.clone() }.figure();
                for width in [30, 40, 80] {
                    let chart = drawn(&figure, &ASCII, width, 22);
                    assert!(chart.is_ascii(), "{chart}");
                }
            }
        }
        assert!(drawn(&examples::slopes().figure(), &ASCII, 80, 22).contains("\nloss in $^2\n"));
        assert_eq!(ASCII.letters.spelled("2 × 3 … “λ”"), "2 * 3 ... \"?\"");
        assert_golden("chart_rates_ascii", &drawn(&examples::rates().figure(), &ASCII, 80, 22));
        assert_golden("chart_records_ascii", &drawn(&examples::records().figure(), &ASCII, 80, 22));
    }

    #[test]
    fn every_size_has_room_for_a_picture_or_for_saying_that_it_has_none() {
        for figure in examples::all().map(|picture| picture.figure()) {
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
