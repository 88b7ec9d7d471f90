//! A figure as an SVG: legible by itself, on a light and on a dark background, and without saying anything by colour
//! alone. What is expected is a broad, pale line or has large, pale points; the student's is narrow and lies upon it.

use std::io;

use quick_xml::Writer;
use quick_xml::events::BytesText;

use crate::{Figure, Layer, LegendEntry, LegendKey, MOST_GROUPS, Point, Series, Side};

/// What a picture is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format<'a> {
    /// To be looked at alone: with its title, and this below it.
    Alone {
        /// Whose answers these are, say.
        subtitle: &'a str,
    },
    /// For a page that says the title and has [`STYLE`] in its own style sheet.
    OnPage,
    /// The same, where the page is as narrow as a phone.
    OnNarrowPage,
    /// For a lesson's text: legible when it is as narrow as a phone.
    InLesson,
}

/// The style sheet of every figure, for a page that shows several of them. The colours are those that Okabe and Ito chose for the colour-blind ("Color universal design", 2008), somewhat
/// lighter on a dark background; their yellow and sky blue, which are too light for lines on white, are left out, and their
/// black is a grey.
pub const STYLE: &str = "
.figure { --paper: #ffffff; --ink: #1b1f24; --quiet: #59636e; --grid: #e4e7eb; --behind: #a8b0b9;
  --s0: #0072b2; --s1: #d55e00; --s2: #009e73; --s3: #b65a8d; --s4: #b87f00; --s5: #40454c;
  font: 14px system-ui, sans-serif; }
.figure.lesson { font-size: 17px; }
@media (prefers-color-scheme: dark) {
  .figure { --paper: #15181d; --ink: #e8eaed; --quiet: #a4adb8; --grid: #2b3038; --behind: #6b7480;
    --s0: #56b4e9; --s1: #ff8a3d; --s2: #2fcf9f; --s3: #e59bc4; --s4: #f0b429; --s5: #d5d9de; } }
.figure .paper { fill: var(--paper); }
.figure text { fill: var(--ink); }
.figure .title { font-size: 17px; font-weight: 600; }
.figure .quiet { fill: var(--quiet); font-size: 13px; }
.figure.lesson .quiet { font-size: 16px; }
.figure .grid { stroke: var(--grid); }
.figure .axis { stroke: var(--quiet); }
.figure .reference { stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: 5 4; }
.figure .stroke { fill: none; stroke-linejoin: round; stroke-linecap: round; }
.figure .expected { stroke: var(--behind); stroke-width: 7; stroke-opacity: 0.55; }
.figure .tinted { stroke-opacity: 0.3; }
.figure .yours { stroke-width: 2; }
.figure .contour { stroke: var(--behind); stroke-width: 0.8; }
.figure.lesson .contour { stroke-width: 1.2; }
.figure .halo { paint-order: stroke; stroke: var(--paper); stroke-width: 4; stroke-linejoin: round; }
.figure .any { stroke: var(--ink); } .figure .dot.any { fill: var(--ink); }
.figure .data { fill: none; stroke: var(--ink); stroke-width: 1.6; }
.figure .s0 { stroke: var(--s0); } .figure .s1 { stroke: var(--s1); } .figure .s2 { stroke: var(--s2); }
.figure .s3 { stroke: var(--s3); } .figure .s4 { stroke: var(--s4); } .figure .s5 { stroke: var(--s5); }
.figure .dot.s0 { fill: var(--s0); } .figure .dot.s1 { fill: var(--s1); } .figure .dot.s2 { fill: var(--s2); }
.figure .dot.s3 { fill: var(--s3); } .figure .dot.s4 { fill: var(--s4); } .figure .dot.s5 { fill: var(--s5); }
.figure .exit { stroke: none; font-weight: 700; }
.figure .exit.s0 { fill: var(--s0); } .figure .exit.s1 { fill: var(--s1); } .figure .exit.s2 { fill: var(--s2); }
.figure .exit.s3 { fill: var(--s3); } .figure .exit.s4 { fill: var(--s4); } .figure .exit.s5 { fill: var(--s5); }
.figure .dot.hollow { fill: var(--paper); stroke-width: 1.6; }
.figure .dot.behind { fill-opacity: 0.45; stroke: none; }
";

/// Writes a figure as SVG.
///
/// # Errors
/// None that a growing buffer has; the writer's signature asks for it.
pub fn render(figure: &Figure, format: Format<'_>) -> io::Result<String> {
    let layout = Layout::of(figure, format);
    let notes = layout.wrapped(&figure.notes);
    let height = layout.below() + notes.len() as f64 * layout.line_height - layout.hidden;

    let mut drawing = Drawing { writer: Writer::new_with_indent(Vec::new(), b' ', 1) };
    let (wide, high, above) = (layout.width.to_string(), height.to_string(), layout.hidden.to_string());
    let view = format!("0 {above} {wide} {high}");
    let class = match format {
        Format::Alone { .. } | Format::OnPage => "figure",
        Format::InLesson | Format::OnNarrowPage => "figure lesson",
    };
    let root = [
        ("xmlns", "http://www.w3.org/2000/svg"),
        ("class", class),
        ("role", "img"),
        ("viewBox", &view),
        ("width", &wide),
        ("height", &high),
    ];
    drawing.within("svg", &root, |drawing| {
        drawing.text("title", &[], &figure.title)?;
        drawing.text("desc", &[], &described(figure))?;
        if matches!(format, Format::Alone { .. } | Format::InLesson) {
            drawing.text("style", &[], STYLE)?;
        }
        drawing.empty("rect", &[("class", "paper"), ("y", &above), ("width", "100%"), ("height", "100%")])?;
        if let Format::Alone { subtitle } = format {
            drawing.label(layout.margin, 30.0, "title", "start", &figure.title)?;
            drawing.label(layout.margin, 50.0, "quiet", "start", subtitle)?;
        }
        if matches!(format, Format::OnPage | Format::OnNarrowPage) {
            drawing.frame(&layout)?;
        }
        drawing.legend(figure, &layout)?;
        drawing.axes(figure, &layout)?;
        drawing.contours(figure, &layout)?;
        for layer in [Layer::Expected, Layer::Student, Layer::Data] {
            for series in figure.series.iter().filter(|series| series.layer == layer) {
                drawing.series(figure, series, &layout)?;
            }
        }
        drawing.reference_lines(figure, &layout)?;
        drawing.exits(figure, &layout)?;
        match layout.names {
            Names::Beside => drawing.names_beside(figure, &layout)?,
            Names::Above { .. } => drawing.names_above(figure, &layout)?,
        }
        for (at, note) in notes.iter().enumerate() {
            let y = layout.below() + (at as f64 + 0.1) * layout.line_height;
            drawing.label(layout.margin, y, "quiet", "start", note)?;
        }
        Ok(())
    })?;
    let mut text = String::from_utf8_lossy(&drawing.writer.into_inner()).into_owned();
    text.push('\n');
    Ok(text)
}

/// Where everything lies in a drawing.
struct Layout {
    /// Of the drawing.
    width: f64,
    /// How much of its top is not shown, as nothing is written there.
    hidden: f64,
    /// Beside texts.
    margin: f64,
    /// Where the middle of the legend's line is.
    legend: f64,
    /// The sides of the figure's frame.
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    /// How wide a character is at most.
    char_width: f64,
    line_height: f64,
    names: Names,
}

/// Where the names of groups are.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Names {
    /// Beside the ends of their lines.
    Beside,
    /// In lines of their own above the frame, the first of them here.
    Above { first: f64 },
}

impl Layout {
    fn of(figure: &Figure, format: Format<'_>) -> Self {
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
        /// How long names may be to leave enough room for the frame beside them.
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

    /// Where the texts below the axes begin.
    fn below(&self) -> f64 {
        self.bottom + 26.0 + 2.0 * self.line_height
    }

    fn x(&self, part: f64) -> f64 {
        self.left + part * (self.right - self.left)
    }

    fn y(&self, part: f64) -> f64 {
        self.bottom + part * (self.top - self.bottom)
    }

    fn at(&self, point: &Point) -> (f64, f64) {
        (self.x(point.x), self.y(point.y))
    }

    /// How wide a text is at most.
    fn wide(&self, text: &str) -> f64 {
        text.chars().count() as f64 * self.char_width
    }

    fn wrapped(&self, texts: &[String]) -> Vec<String> {
        let chars = ((self.width - 2.0 * self.margin) / self.char_width) as usize;
        texts.iter().flat_map(|text| textwrap::wrap(text, chars)).map(|line| line.into_owned()).collect()
    }

    /// Where each name of a group begins and on which line, if they are written from left to right; what they are comes first.
    fn names_in_lines(&self, figure: &Figure) -> Vec<(f64, f64)> {
        let heading = figure.groups.iter();
        let names = figure.ends().filter_map(|(series, _)| series.name.as_ref());
        let (mut x, mut line) = (self.margin, 0.0);
        let place = |(at, name): (usize, &String)| {
            let room = if at == 0 { self.wide(name) } else { 20.0 + self.wide(name) };
            if x + room > self.width - self.margin {
                (x, line) = (self.margin, line + 1.0);
            }
            let place = (x, line);
            x += room + self.char_width;
            place
        };
        heading.chain(names).enumerate().map(place).collect()
    }
}

/// How a point is drawn.
enum PointStyle {
    Cross,
    Solid,
    Hollow,
    /// Large and pale, so that it is seen around the student's.
    Behind,
}

impl PointStyle {
    fn of(layer: Layer, is_on_line: bool) -> Self {
        match layer {
            Layer::Data => PointStyle::Cross,
            Layer::Student => PointStyle::Solid,
            Layer::Expected if is_on_line => PointStyle::Hollow,
            Layer::Expected => PointStyle::Behind,
        }
    }
}

struct Drawing {
    writer: Writer<Vec<u8>>,
}

impl Drawing {
    fn within(
        &mut self,
        name: &str,
        attributes: &[(&str, &str)],
        inside: impl FnOnce(&mut Self) -> io::Result<()>,
    ) -> io::Result<()> {
        let element = self.writer.create_element(name).with_attributes(attributes.iter().copied());
        element.write_inner_content(|writer| {
            // The writer is lent to the same helpers inside of the element.
            let outer = std::mem::replace(writer, Writer::new(Vec::new()));
            let mut drawing = Drawing { writer: outer };
            let result = inside(&mut drawing);
            *writer = drawing.writer;
            result
        })?;
        Ok(())
    }

    fn text(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) -> io::Result<()> {
        let element = self.writer.create_element(name).with_attributes(attributes.iter().copied());
        element.write_text_content(BytesText::new(text)).map(drop)
    }

    fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        self.writer.create_element(name).with_attributes(attributes.iter().copied()).write_empty().map(drop)
    }

    fn label(&mut self, x: f64, y: f64, class: &str, anchor: &str, text: &str) -> io::Result<()> {
        let (x, y) = (short(x), short(y));
        self.text("text", &[("x", &x), ("y", &y), ("class", class), ("text-anchor", anchor)], text)
    }

    fn stroke(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) -> io::Result<()> {
        let [x1, y1, x2, y2] = [from.0, from.1, to.0, to.1].map(short);
        self.empty("line", &[("class", class), ("x1", &x1), ("y1", &y1), ("x2", &x2), ("y2", &y2)])
    }

    /// Where the axes are, for a page that puts something of its own there; it is not seen.
    fn frame(&mut self, layout: &Layout) -> io::Result<()> {
        let [x, y, width, height] =
            [layout.left, layout.top, layout.right - layout.left, layout.bottom - layout.top].map(short);
        let place = [("x", x.as_str()), ("y", &y), ("width", &width), ("height", &height)];
        self.empty("rect", &[&[("class", "frame"), ("fill", "none")], &place[..]].concat())
    }

    fn legend(&mut self, figure: &Figure, layout: &Layout) -> io::Result<()> {
        let (mut x, y) = (layout.margin, layout.legend);
        for entry in figure.legend() {
            self.sample(figure, entry, (x, y))?;
            self.label(x + 36.0, y + 4.5, "quiet", "start", entry.label)?;
            x += 54.0 + layout.wide(entry.label);
        }
        Ok(())
    }

    /// What an entry explains, as it is drawn: what is there of it, in the colour of its only group or in none.
    fn sample(&mut self, figure: &Figure, entry: LegendEntry, (x, y): (f64, f64)) -> io::Result<()> {
        let (from, to, centre) = ((x, y), (x + 26.0, y), (x + 13.0, y));
        let colour = if figure.groups.is_some() { "any" } else { "s0" };
        let layer = match entry.key {
            LegendKey::Contours => return self.stroke("stroke contour", from, to),
            LegendKey::Layer(layer) => layer,
        };
        if entry.lines {
            self.stroke(&stroke_class(figure, layer, colour), from, to)?;
        }
        if entry.points { self.point(PointStyle::of(layer, entry.lines), 0, colour, centre) } else { Ok(()) }
    }

    fn axes(&mut self, figure: &Figure, layout: &Layout) -> io::Result<()> {
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
            let half = layout.wide(&tick.label) / 2.0;
            // The last one may have to give way to the side of the picture.
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

    /// The contour lines of the surface.
    fn contours(&mut self, figure: &Figure, layout: &Layout) -> io::Result<()> {
        if figure.contours.is_empty() {
            return Ok(());
        }
        let lines = figure.contours.iter().flat_map(|contour| &contour.lines);
        let path: String = lines.map(|line| path_of(line, layout)).collect();
        self.empty("path", &[("class", "stroke contour"), ("d", &path)])
    }

    fn series(&mut self, figure: &Figure, series: &Series, layout: &Layout) -> io::Result<()> {
        let class = stroke_class(figure, series.layer, &colour_of(series));
        for line in &series.lines {
            self.empty("path", &[("class", &class), ("d", &path_of(line, layout))])?;
        }
        for point in &series.points {
            self.point_of(series, layout.at(point))?;
        }
        Ok(())
    }

    /// A point of a series, in the shape of its group.
    fn point_of(&mut self, series: &Series, at: (f64, f64)) -> io::Result<()> {
        let style = PointStyle::of(series.layer, !series.lines.is_empty());
        self.point(style, series.group % MOST_GROUPS, &colour_of(series), at)
    }

    fn point(&mut self, style: PointStyle, group: usize, colour: &str, (x, y): (f64, f64)) -> io::Result<()> {
        const SHAPES: [&[(f64, f64)]; MOST_GROUPS] = [
            &[],
            &[(-3.5, -3.5), (3.5, -3.5), (3.5, 3.5), (-3.5, 3.5)],
            &[(0.0, -5.0), (5.0, 0.0), (0.0, 5.0), (-5.0, 0.0)],
            &[(0.0, -4.5), (4.5, 3.5), (-4.5, 3.5)],
            &[(0.0, 4.5), (4.5, -3.5), (-4.5, -3.5)],
            &[(0.0, -5.5), (1.6, -1.6), (5.5, 0.0), (1.6, 1.6), (0.0, 5.5), (-1.6, 1.6), (-5.5, 0.0), (-1.6, -1.6)],
        ];
        let (class, size) = match style {
            PointStyle::Cross => return self.cross((x, y)),
            PointStyle::Solid => (format!("dot {colour}"), 1.0),
            PointStyle::Hollow => (format!("dot {colour} hollow"), 1.0),
            PointStyle::Behind => (format!("dot {colour} behind"), 1.7),
        };
        match SHAPES[group] {
            [] => {
                let radius = short(3.8 * size);
                self.empty("circle", &[("class", &class), ("cx", &short(x)), ("cy", &short(y)), ("r", &radius)])
            }
            corners => {
                let corner = |(dx, dy): &(f64, f64)| format!("{},{}", short(x + size * dx), short(y + size * dy));
                let corners = corners.iter().map(corner).collect::<Vec<_>>().join(" ");
                self.empty("polygon", &[("class", &class), ("points", &corners)])
            }
        }
    }

    fn cross(&mut self, (x, y): (f64, f64)) -> io::Result<()> {
        let [left, right, top, bottom] = [x - 4.0, x + 4.0, y - 4.0, y + 4.0].map(short);
        let path = format!("M{left} {top} L{right} {bottom} M{left} {bottom} L{right} {top}");
        self.empty("path", &[("class", "data"), ("d", &path)])
    }

    fn reference_lines(&mut self, figure: &Figure, layout: &Layout) -> io::Result<()> {
        let mut free = layout.margin + layout.wide(&figure.y.label) + layout.char_width;
        for (at, line) in figure.reference_lines.iter().enumerate() {
            let (x, top) = (layout.x(line.x), layout.y(1.0));
            self.stroke("reference", (x, top), (x, layout.y(0.0)))?;
            // Above the picture, where no line can cross it, if there is room beside the axis' label.
            let half = layout.wide(&line.label) / 2.0;
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

    /// Where series leave the frame.
    fn exits(&mut self, figure: &Figure, layout: &Layout) -> io::Result<()> {
        for (series, end) in figure.ends() {
            let (x, y) = layout.at(&end);
            let down = if series.exit == Some(Side::Bottom) { -6.0 } else { 14.0 };
            if let Some(side) = series.exit {
                // On the side away from the frame's.
                let (x, anchor) = if end.x > 0.9 { (x - 7.0, "end") } else { (x + 7.0, "start") };
                self.label(x, y + down, &format!("exit {}", colour_of(series)), anchor, arrow(side))?;
            }
        }
        Ok(())
    }

    /// The names of the groups beside the ends of their lines, each at a height of its own, and a heading above them.
    fn names_beside(&mut self, figure: &Figure, layout: &Layout) -> io::Result<()> {
        let Some(groups) = &figure.groups else { return Ok(()) };
        let is_surface = !figure.contours.is_empty();
        // On a surface where a line ends says nothing of its height: there the names are a list.
        let height = |end: Point| if is_surface { layout.top } else { layout.y(end.y) };
        let mut ends: Vec<(&Series, Point)> = figure.ends().collect();
        ends.sort_by(|(_, one), (_, other)| height(*one).total_cmp(&height(*other)));
        // Beside the frame, and joined to its line.
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

    /// The names of the groups in lines above the frame, behind what they are.
    fn names_above(&mut self, figure: &Figure, layout: &Layout) -> io::Result<()> {
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

/// The class of a series' colour.
fn colour_of(series: &Series) -> String {
    format!("s{}", series.group % MOST_GROUPS)
}

fn stroke_class(figure: &Figure, layer: Layer, colour: &str) -> String {
    match layer {
        Layer::Expected if figure.is_coloured(layer) => format!("stroke expected tinted {colour}"),
        Layer::Expected => "stroke expected".to_owned(),
        Layer::Student | Layer::Data => format!("stroke yours {colour}"),
    }
}

fn path_of(line: &[Point], layout: &Layout) -> String {
    let mut path = String::new();
    for (at, point) in line.iter().enumerate() {
        let (x, y) = layout.at(point);
        path.push_str(&format!("{}{} {}", if at == 0 { "M" } else { " L" }, short(x), short(y)));
    }
    path
}

/// The figure in words, for whoever does not see it.
fn described(figure: &Figure) -> String {
    let mut words = format!("{} by {}, on {}.", figure.y.label, figure.x.label, figure.trial);
    words.extend(figure.reference_lines.iter().map(|line| format!(" Marked: {}.", line.label)));
    words.extend(figure.notes.iter().map(|note| format!(" {note}")));
    words
}

/// A coordinate to the tenth of a pixel.
fn short(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use quick_xml::Reader;
    use quick_xml::events::Event;

    use super::*;
    use crate::examples::{self, Example};

    /// The texts of an SVG, and its elements as names with their attributes.
    struct Read {
        texts: Vec<String>,
        elements: Vec<(String, Vec<(String, String)>)>,
    }

    impl Read {
        fn of(svg: &str) -> Self {
            let mut reader = Reader::from_str(svg);
            let mut read = Self { texts: Vec::new(), elements: Vec::new() };
            let mut text = String::new();
            loop {
                match reader.read_event().unwrap() {
                    Event::Eof => return read,
                    Event::Start(element) | Event::Empty(element) => {
                        let attributes = element.attributes().map(Result::unwrap).map(|own| {
                            let name = String::from_utf8_lossy(own.key.as_ref()).into_owned();
                            (name, String::from_utf8_lossy(&own.value).into_owned())
                        });
                        let name = String::from_utf8_lossy(element.name().as_ref()).into_owned();
                        read.elements.push((name, attributes.collect()));
                        text.clear();
                    }
                    Event::Text(part) => text.push_str(&part.decode().unwrap()),
                    Event::GeneralRef(name) => text.push(match &name.decode().unwrap()[..] {
                        "lt" => '<',
                        "gt" => '>',
                        "amp" => '&',
                        "apos" => '\'',
                        "quot" => '"',
                        other => panic!("&{other}; is no entity of XML"),
                    }),
                    Event::End(_) => read.texts.push(std::mem::take(&mut text)),
                    _ => {}
                }
            }
        }

        /// The elements that have all of these classes.
        fn of_class(&self, classes: &str) -> Vec<&Vec<(String, String)>> {
            let has = |attributes: &&Vec<(String, String)>| {
                let own = attributes.iter().find(|(name, _)| name == "class");
                let own: Vec<&str> = own.map(|(_, own)| own.split(' ').collect()).unwrap_or_default();
                classes.split(' ').all(|class| own.contains(&class))
            };
            self.elements.iter().map(|(_, attributes)| attributes).filter(has).collect()
        }

        fn says(&self, text: &str) -> bool {
            self.texts.iter().any(|own| own == text)
        }
    }

    fn read(figure: &Figure) -> Read {
        Read::of(&render(figure, Format::Alone { subtitle: "Step 5 · explore · wrong" }).unwrap())
    }

    #[test]
    fn a_picture_says_what_it_shows_with_units_and_on_which_data() {
        let svg = read(&examples::slopes().figure());
        for text in [
            "the slope <of> the loss & its sign",
            "Step 5 · explore · wrong",
            "loss in billion $²",
            "weight in $ per sqft",
            "yours",
            "expected",
            "120",
            "250",
        ] {
            assert!(svg.says(text), "{text} is not among {:?}", svg.texts);
        }
    }

    #[test]
    fn the_expected_line_lies_behind_the_students() {
        let svg = read(&examples::rates().figure());
        assert_eq!(svg.of_class("expected").len(), 1 + 4);
        assert_eq!(svg.of_class("yours").len(), 1 + 4);
        let position = |class: &str| {
            let of_class = |(name, attributes): &(String, Vec<(String, String)>)| {
                name == "path" && attributes.iter().any(|(_, value)| value.split(' ').any(|word| word == class))
            };
            svg.elements.iter().position(of_class).unwrap()
        };
        assert!(position("expected") < position("yours"));
    }

    #[test]
    fn each_line_has_its_name_and_one_that_leaves_an_arrow_and_a_sentence() {
        let svg = read(&examples::rates().figure());
        for text in ["1e-10", "1e-8", "the limit", "↑ 1e-6", "rate", "↑"] {
            assert!(svg.says(text), "{text} is not among {:?}", svg.texts);
        }
        assert!(svg.says("rate 1e-6 leaves the picture after step 0 and ends at step 8, weight -2.088e13."));
    }

    #[test]
    fn names_do_not_lie_on_one_another() {
        let svg = read(&examples::rates().figure());
        let halos = svg.of_class("halo");
        let number = |attributes: &[(String, String)], name: &str| -> f64 {
            attributes.iter().find(|(own, _)| own == name).unwrap().1.parse().unwrap()
        };
        let mut heights: Vec<f64> = halos.iter().map(|own| number(own, "y")).collect();
        heights.sort_by(f64::total_cmp);
        // Four names, and what they are.
        assert_eq!(heights.len(), 5);
        assert!(heights.windows(2).all(|pair| pair[1] - pair[0] >= 13.0), "{heights:?}");
    }

    #[test]
    fn nothing_is_drawn_outside_of_the_frame() {
        for figure in examples::all().map(|example| example.figure()) {
            let (svg, layout) = (read(&figure), Layout::of(&figure, Format::OnPage));
            for (_, path) in svg.of_class("stroke").into_iter().flatten().filter(|(name, _)| name == "d") {
                let numbers = path.split([' ', 'M', 'L']).filter(|word| !word.is_empty());
                let numbers: Vec<f64> = numbers.map(|word| word.parse().unwrap()).collect();
                for point in numbers.chunks(2) {
                    assert!((layout.left - 0.1..=layout.width).contains(&point[0]), "{point:?}");
                    assert!((layout.top - 0.1..=layout.bottom + 0.1).contains(&point[1]), "{point:?}");
                }
            }
        }
    }

    #[test]
    fn the_limit_is_marked_and_what_is_not_answered_is_said() {
        let svg = read(&examples::limit().figure());
        assert_eq!(svg.of_class("reference").len(), 1);
        assert!(svg.says("2 / curvature = 7.407e-8"));
        assert!(svg.says("No answer from your code yet; only the expected one is drawn."));
        assert!(svg.of_class("yours").is_empty());
    }

    #[test]
    fn what_stands_alone_has_the_colours_of_its_series_and_hollow_points() {
        let alone = examples::rates().with(None).figure();
        let svg = read(&alone);
        // The legend's is that of no series.
        let coloured = ["any", "s0", "s1", "s2", "s3"].map(|colour| svg.of_class(&format!("expected {colour}")).len());
        assert_eq!(coloured, [1; 5]);
        assert!(!svg.of_class("hollow").is_empty());
        let behind = read(&examples::rates().figure());
        let tinted = ["s0", "s1", "s2", "s3"].map(|colour| behind.of_class(&format!("expected tinted {colour}")).len());
        assert_eq!(tinted, [1; 4], "each is pale in the colour of the student's that lies upon it");
    }

    #[test]
    fn the_legend_has_what_is_drawn() {
        let walks = read(&examples::walks().figure());
        assert!(walks.says("contours of the loss"));
        assert_eq!(walks.of_class("contour").len(), 2);
        let basins = read(&examples::basins().figure());
        assert!(basins.of_class("yours").is_empty() && basins.of_class("expected").is_empty());
        assert_eq!([basins.of_class("any").len(), basins.of_class("any behind").len()], [2, 1]);
        assert!(basins.says("ends at") && basins.says("[-1, 0]"));
        assert!(!read(&examples::limit().figure()).says("contours of the loss"));
    }

    #[test]
    fn a_page_that_says_the_title_and_has_the_style_sheet_has_pictures_without_them() {
        let figure = examples::rates().figure();
        for on_page in [Format::OnPage, Format::OnNarrowPage] {
            assert!(!render(&figure, on_page).unwrap().contains("style"));
        }
        let [alone, on_page] = [Format::Alone { subtitle: "Step 5" }, Format::OnPage]
            .map(|format| Read::of(&render(&figure, format).unwrap()));
        assert_eq!((alone.of_class("title").len(), on_page.of_class("title").len()), (1, 0));
        assert!(alone.says("Step 5"));
        let height = |svg: &Read| -> f64 {
            let (_, root) = &svg.elements[0];
            root.iter().find(|(name, _)| name == "height").unwrap().1.parse().unwrap()
        };
        assert_eq!(height(&alone) - height(&on_page), 46.0);
        assert_eq!(alone.of_class("stroke"), on_page.of_class("stroke"));
    }

    fn in_lesson(example: Example) -> Read {
        let Example { title, plot, shown } = example;
        Read::of(&render(&Figure::of_solution(&plot, title, &shown.expected), Format::InLesson).unwrap())
    }

    #[test]
    fn a_lessons_picture_names_nobody_and_draws_each_line_once() {
        let walks = in_lesson(examples::rates());
        for text in ["yours", "expected", "the way of the weight"] {
            let shown = walks.texts.iter().skip(2).any(|own| own == text);
            assert!(!shown, "{text} is among {:?}", walks.texts);
        }
        assert_eq!([walks.of_class("yours").len(), walks.of_class("expected").len()], [4, 0]);
        // The valley is no line of the walk's, and stays behind it.
        let slopes = in_lesson(examples::slopes());
        assert_eq!([slopes.of_class("yours").len(), slopes.of_class("expected").len()], [4, 1]);
        assert!(slopes.says("loss in billion $²"));
        assert!(in_lesson(examples::records()).says("data"));
        assert_eq!(in_lesson(examples::limit()).of_class("reference").len(), 1);
    }

    #[test]
    fn a_lessons_picture_is_legible_on_a_phone() {
        for example in examples::all() {
            let text =
                render(&Figure::of_solution(&example.plot, example.title, &example.shown.expected), Format::InLesson);
            let text = text.unwrap();
            assert!(
                text.contains(".figure.lesson { font-size: 17px; }") && text.contains("prefers-color-scheme: dark")
            );
            let svg = Read::of(&text);
            let (_, root) = &svg.elements[0];
            let root = |name: &str| root.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str());
            assert_eq!([root("role"), root("width"), root("class")], [Some("img"), Some("520"), Some("figure lesson")]);
            assert!(!svg.texts[0].is_empty() && !svg.texts[1].is_empty(), "a title and a description");
        }
    }

    #[test]
    fn long_names_stand_above_a_lessons_picture_and_short_ones_beside_it() {
        let names = |example: &Example| {
            let figure = Figure::of_solution(&example.plot, example.title, &example.shown.expected);
            Layout::of(&figure, Format::InLesson).names
        };
        let mut basins = examples::basins();
        assert_eq!(names(&basins), Names::Beside);
        let long = ["in the valley of the left side", "in the valley of the right side"];
        for (at, row) in basins.shown.expected.rows.iter_mut().enumerate() {
            row[2] = long[at / 6].into();
        }
        assert!(matches!(names(&basins), Names::Above { .. }));
        let svg = in_lesson(basins);
        assert!(long.iter().all(|name| svg.says(name)) && svg.says("ends at"), "{:?}", svg.texts);
    }

    #[test]
    fn groups_differ_by_shape_and_the_background_may_be_dark() {
        let text = render(&examples::rates().figure(), Format::Alone { subtitle: "Step 5" }).unwrap();
        assert!(text.contains("prefers-color-scheme: dark"));
        let svg = Read::of(&text);
        let shapes = |series: &str| {
            let dots =
                svg.elements.iter().filter(|(_, own)| own.iter().any(|(_, class)| *class == format!("dot {series}")));
            dots.map(|(name, own)| (name.clone(), own.iter().find(|(name, _)| name == "points").is_some())).next()
        };
        assert_eq!(shapes("s0"), Some(("circle".to_owned(), false)));
        assert_eq!(shapes("s1"), Some(("polygon".to_owned(), true)));
        assert!(svg.elements.iter().any(|(name, _)| name == "desc"));
    }
}
