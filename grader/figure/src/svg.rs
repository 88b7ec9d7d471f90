//! A figure as an SVG: legible by itself, on a light and on a dark background, and without saying anything by colour
//! alone. What is expected is a broad, pale line or has large, pale points; the student's is narrow and lies upon it.

use std::io;

use quick_xml::Writer;
use quick_xml::events::BytesText;

use crate::{Figure, Layer, LegendEntry, LegendKey, MOST_GROUPS, Point, Series, Side};

const WIDTH: f64 = 760.0;
const PLOT_HEIGHT: f64 = 340.0;
const LEFT: f64 = 78.0;
const TOP: f64 = 116.0;
/// How much of what is above that the title takes, with the subtitle.
const HEADING: f64 = 46.0;
/// How wide a character of a label is at most.
const CHAR_WIDTH: f64 = 7.5;
const LINE_HEIGHT: f64 = 18.0;

/// The colours that Okabe and Ito chose for the colour-blind ("Color universal design", 2008), somewhat lighter on a
/// dark background; their yellow and sky blue, which are too light for lines on white, are left out, and their black is a
/// grey.
const STYLE: &str = "
.figure { --paper: #ffffff; --ink: #1b1f24; --quiet: #59636e; --grid: #e4e7eb; --behind: #a8b0b9;
  --s0: #0072b2; --s1: #d55e00; --s2: #009e73; --s3: #b65a8d; --s4: #b87f00; --s5: #40454c;
  font: 14px system-ui, sans-serif; }
@media (prefers-color-scheme: dark) {
  .figure { --paper: #15181d; --ink: #e8eaed; --quiet: #a4adb8; --grid: #2b3038; --behind: #6b7480;
    --s0: #56b4e9; --s1: #ff8a3d; --s2: #2fcf9f; --s3: #e59bc4; --s4: #f0b429; --s5: #d5d9de; } }
.figure .paper { fill: var(--paper); }
.figure text { fill: var(--ink); }
.figure .title { font-size: 17px; font-weight: 600; }
.figure .quiet { fill: var(--quiet); font-size: 13px; }
.figure .grid { stroke: var(--grid); }
.figure .axis { stroke: var(--quiet); }
.figure .reference { stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: 5 4; }
.figure .stroke { fill: none; stroke-linejoin: round; stroke-linecap: round; }
.figure .expected { stroke: var(--behind); stroke-width: 7; stroke-opacity: 0.55; }
.figure .tinted { stroke-opacity: 0.3; }
.figure .yours { stroke-width: 2; }
.figure .contour { stroke: var(--behind); stroke-width: 0.8; }
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

/// Writes a figure as SVG: with its title and a subtitle, or without both for a page that says them.
///
/// # Errors
/// None that a growing buffer has; the writer's signature asks for it.
pub fn render(figure: &Figure, subtitle: Option<&str>) -> io::Result<String> {
    let names = figure.ends().filter_map(|(series, _)| series.name.as_ref()).chain(&figure.groups);
    let right = names.map(|name| name.chars().count() + 5).max();
    let right = right.map_or(28.0, |chars| (chars as f64 * CHAR_WIDTH + 34.0).clamp(28.0, 260.0));
    let notes = wrapped_notes(figure);
    let above = if subtitle.is_some() { 0.0 } else { HEADING };
    let height = TOP + PLOT_HEIGHT + 62.0 + notes.len() as f64 * LINE_HEIGHT - above;
    let area = PlotArea { width: WIDTH - LEFT - right };

    let mut drawing = Drawing { writer: Writer::new_with_indent(Vec::new(), b' ', 1) };
    let (wide, high, above) = (WIDTH.to_string(), height.to_string(), above.to_string());
    let view = format!("0 {above} {wide} {high}");
    let root = [
        ("xmlns", "http://www.w3.org/2000/svg"),
        ("class", "figure"),
        ("role", "img"),
        ("viewBox", &view),
        ("width", &wide),
        ("height", &high),
    ];
    drawing.within("svg", &root, |drawing| {
        drawing.text("title", &[], &figure.title)?;
        drawing.text("desc", &[], &described(figure))?;
        drawing.text("style", &[], STYLE)?;
        drawing.empty("rect", &[("class", "paper"), ("y", &above), ("width", "100%"), ("height", "100%")])?;
        if let Some(subtitle) = subtitle {
            drawing.label(20.0, 30.0, "title", "start", &figure.title)?;
            drawing.label(20.0, 50.0, "quiet", "start", subtitle)?;
        }
        drawing.legend(figure)?;
        drawing.axes(figure, &area)?;
        drawing.contours(figure, &area)?;
        for layer in [Layer::Expected, Layer::Student, Layer::Data] {
            for series in figure.series.iter().filter(|series| series.layer == layer) {
                drawing.series(figure, series, &area)?;
            }
        }
        drawing.reference_lines(figure, &area)?;
        drawing.exits(figure, &area)?;
        drawing.names(figure, &area)?;
        for (at, note) in notes.iter().enumerate() {
            let y = TOP + PLOT_HEIGHT + 64.0 + at as f64 * LINE_HEIGHT;
            drawing.label(20.0, y, "quiet", "start", note)?;
        }
        Ok(())
    })?;
    let mut text = String::from_utf8_lossy(&drawing.writer.into_inner()).into_owned();
    text.push('\n');
    Ok(text)
}

/// Where the figure's frame lies in the drawing.
struct PlotArea {
    width: f64,
}

impl PlotArea {
    fn x(&self, part: f64) -> f64 {
        LEFT + part * self.width
    }

    fn y(&self, part: f64) -> f64 {
        TOP + (1.0 - part) * PLOT_HEIGHT
    }

    fn at(&self, point: &Point) -> (f64, f64) {
        (self.x(point.x), self.y(point.y))
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

    fn legend(&mut self, figure: &Figure) -> io::Result<()> {
        const Y: f64 = 70.0;
        let mut x = 20.0;
        for entry in figure.legend() {
            self.sample(figure, entry, (x, Y))?;
            self.label(x + 36.0, Y + 4.5, "quiet", "start", entry.label)?;
            x += 54.0 + entry.label.chars().count() as f64 * CHAR_WIDTH;
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

    fn axes(&mut self, figure: &Figure, area: &PlotArea) -> io::Result<()> {
        let (left, right) = (area.x(0.0), area.x(1.0));
        let (top, bottom) = (area.y(1.0), area.y(0.0));
        for tick in &figure.y.ticks {
            let y = area.y(tick.position);
            self.stroke("grid", (left, y), (right, y))?;
            self.label(left - 8.0, y + 4.5, "quiet", "end", &tick.label)?;
        }
        let mut free = 0.0;
        for tick in &figure.x.ticks {
            let x = area.x(tick.position);
            self.stroke("grid", (x, top), (x, bottom))?;
            let half = tick.label.chars().count() as f64 * CHAR_WIDTH / 2.0;
            if x - half >= free {
                self.label(x, bottom + 20.0, "quiet", "middle", &tick.label)?;
                free = x + half + CHAR_WIDTH;
            }
        }
        self.stroke("axis", (left, top), (left, bottom))?;
        self.stroke("axis", (left, bottom), (right, bottom))?;
        self.label(20.0, top - 16.0, "quiet", "start", &figure.y.label)?;
        self.label((left + right) / 2.0, bottom + 42.0, "quiet", "middle", &figure.x.label)
    }

    /// The contour lines of the surface.
    fn contours(&mut self, figure: &Figure, area: &PlotArea) -> io::Result<()> {
        if figure.contours.is_empty() {
            return Ok(());
        }
        let lines = figure.contours.iter().flat_map(|contour| &contour.lines);
        let path: String = lines.map(|line| path_of(line, area)).collect();
        self.empty("path", &[("class", "stroke contour"), ("d", &path)])
    }

    fn series(&mut self, figure: &Figure, series: &Series, area: &PlotArea) -> io::Result<()> {
        let class = stroke_class(figure, series.layer, &colour_of(series));
        for line in &series.lines {
            self.empty("path", &[("class", &class), ("d", &path_of(line, area))])?;
        }
        for point in &series.points {
            self.point_of(series, area.at(point))?;
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

    fn reference_lines(&mut self, figure: &Figure, area: &PlotArea) -> io::Result<()> {
        let wide = |text: &str| text.chars().count() as f64 * CHAR_WIDTH;
        let mut free = 20.0 + wide(&figure.y.label) + CHAR_WIDTH;
        for (at, line) in figure.reference_lines.iter().enumerate() {
            let (x, top) = (area.x(line.x), area.y(1.0));
            self.stroke("reference", (x, top), (x, area.y(0.0)))?;
            // Above the picture, where no line can cross it, if there is room beside the axis' label.
            let half = wide(&line.label) / 2.0;
            let centre = x.min(area.x(1.0) - half).max(free + half);
            if (centre - x).abs() <= half && centre + half <= area.x(1.0) {
                self.label(centre, top - 8.0, "", "middle", &line.label)?;
                free = centre + half + CHAR_WIDTH;
                continue;
            }
            let y = top + 16.0 + at as f64 * LINE_HEIGHT;
            let (x, anchor) = if line.x > 0.5 { (x - 7.0, "end") } else { (x + 7.0, "start") };
            self.label(x, y, "halo", anchor, &line.label)?;
        }
        Ok(())
    }

    /// Where series leave the frame.
    fn exits(&mut self, figure: &Figure, area: &PlotArea) -> io::Result<()> {
        for (series, end) in figure.ends() {
            let (x, y) = area.at(&end);
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
    fn names(&mut self, figure: &Figure, area: &PlotArea) -> io::Result<()> {
        let Some(groups) = &figure.groups else { return Ok(()) };
        let is_surface = !figure.contours.is_empty();
        // On a surface where a line ends says nothing of its height: there the names are a list.
        let height = |end: Point| if is_surface { TOP } else { area.y(end.y) };
        let mut ends: Vec<(&Series, Point)> = figure.ends().collect();
        ends.sort_by(|(_, one), (_, other)| height(*one).total_cmp(&height(*other)));
        // Beside the frame, and joined to its line.
        let beside = area.x(1.0) + 12.0;
        let mut free = area.y(1.0) + if is_surface { LINE_HEIGHT / 2.0 } else { 0.0 };
        for (at, (series, end)) in ends.iter().enumerate() {
            let below = (ends.len() - 1 - at) as f64 * LINE_HEIGHT;
            let y = height(*end).min(area.y(0.0) - below).max(free);
            free = y + LINE_HEIGHT;
            if at == 0 {
                self.label(beside + 12.0, y + 4.5 - LINE_HEIGHT, "quiet halo", "start", groups)?;
            }
            if series.exit.is_none() && !series.lines.is_empty() && !is_surface {
                self.stroke("axis", (area.x(end.x) + 7.0, area.y(end.y)), (beside - 4.0, y))?;
            }
            self.point_of(series, (beside + 2.0, y))?;
            let exit = series.exit.map(|side| format!("{} ", arrow(side))).unwrap_or_default();
            let name = series.name.as_deref().unwrap_or_default();
            self.label(beside + 12.0, y + 4.5, "halo", "start", &format!("{exit}{name}"))?;
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

fn path_of(line: &[Point], area: &PlotArea) -> String {
    let mut path = String::new();
    for (at, point) in line.iter().enumerate() {
        let (x, y) = area.at(point);
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

fn wrapped_notes(figure: &Figure) -> Vec<String> {
    let chars = ((WIDTH - 40.0) / CHAR_WIDTH) as usize;
    figure.notes.iter().flat_map(|note| textwrap::wrap(note, chars)).map(|line| line.into_owned()).collect()
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
    use crate::examples;

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
        Read::of(&render(figure, Some("Step 5 · explore · wrong")).unwrap())
    }

    #[test]
    fn a_picture_says_what_it_shows_with_units_and_on_which_data() {
        let svg = read(&examples::slopes().figure());
        for text in [
            "the slope <of> the loss & its sign",
            "Step 5 · explore · wrong",
            "loss in $²",
            "weight in $ per sqft",
            "yours",
            "expected",
            "1.2e11",
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
            let svg = read(&figure);
            for (_, path) in svg.of_class("stroke").into_iter().flatten().filter(|(name, _)| name == "d") {
                let numbers = path.split([' ', 'M', 'L']).filter(|word| !word.is_empty());
                let numbers: Vec<f64> = numbers.map(|word| word.parse().unwrap()).collect();
                for point in numbers.chunks(2) {
                    assert!((LEFT - 0.1..=WIDTH).contains(&point[0]), "{point:?}");
                    assert!((TOP - 0.1..=TOP + PLOT_HEIGHT + 0.1).contains(&point[1]), "{point:?}");
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
    fn a_page_that_says_the_title_has_pictures_without_it() {
        let figure = examples::rates().figure();
        let [alone, on_page] = [Some("Step 5"), None].map(|subtitle| Read::of(&render(&figure, subtitle).unwrap()));
        assert_eq!((alone.of_class("title").len(), on_page.of_class("title").len()), (1, 0));
        assert!(alone.says("Step 5"));
        let height = |svg: &Read| -> f64 {
            let (_, root) = &svg.elements[0];
            root.iter().find(|(name, _)| name == "height").unwrap().1.parse().unwrap()
        };
        assert_eq!(height(&alone) - height(&on_page), HEADING);
        assert_eq!(alone.of_class("stroke"), on_page.of_class("stroke"));
    }

    #[test]
    fn groups_differ_by_shape_and_the_background_may_be_dark() {
        let text = render(&examples::rates().figure(), None).unwrap();
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
