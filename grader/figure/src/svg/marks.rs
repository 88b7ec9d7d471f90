//! The marks that show answers: lines, points and crosses, the contours of a surface, and the legend that explains
//! them.

use std::io;

use super::elements::{Drawing, pixels};
use super::layout::Layout;
use crate::{Figure, Layer, LegendEntry, LegendKey, MOST_GROUPS, Point, Purpose, Series};

/// How a point is drawn.
enum PointStyle {
    Cross,
    Solid,
    Hollow,
    /// Large and pale, so that it is visible around the student's point.
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

impl Drawing {
    pub(super) fn legend(&mut self, figure: &Figure, layout: &Layout) -> io::Result<()> {
        let (mut x, y) = (layout.margin, layout.legend);
        for entry in figure.legend() {
            self.sample(figure, &entry, (x, y))?;
            self.label(x + 36.0, y + 4.5, "quiet", "start", &entry.label)?;
            x += 54.0 + layout.text_width(&entry.label);
        }
        Ok(())
    }

    /// A sample of what an entry explains, in the colour of the only group, or in none if there are several.
    fn sample(&mut self, figure: &Figure, entry: &LegendEntry, (x, y): (f64, f64)) -> io::Result<()> {
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

    /// The contour lines of the surface.
    pub(super) fn contours(&mut self, figure: &Figure, layout: &Layout) -> io::Result<()> {
        if figure.contours.is_empty() {
            return Ok(());
        }
        let lines = figure.contours.iter().flat_map(|contour| &contour.lines);
        let path: String = lines.map(|line| path_of(line, layout)).collect();
        self.empty("path", &[("class", "stroke contour"), ("d", &path)])
    }

    pub(super) fn series(&mut self, figure: &Figure, series: &Series, layout: &Layout) -> io::Result<()> {
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
    pub(super) fn point_of(&mut self, series: &Series, at: (f64, f64)) -> io::Result<()> {
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
                let radius = pixels(3.8 * size);
                self.empty("circle", &[("class", &class), ("cx", &pixels(x)), ("cy", &pixels(y)), ("r", &radius)])
            }
            corners => {
                let corner = |(dx, dy): &(f64, f64)| format!("{},{}", pixels(x + size * dx), pixels(y + size * dy));
                let corners = corners.iter().map(corner).collect::<Vec<_>>().join(" ");
                self.empty("polygon", &[("class", &class), ("points", &corners)])
            }
        }
    }

    fn cross(&mut self, (x, y): (f64, f64)) -> io::Result<()> {
        let [left, right, top, bottom] = [x - 4.0, x + 4.0, y - 4.0, y + 4.0].map(pixels);
        let path = format!("M{left} {top} L{right} {bottom} M{left} {bottom} L{right} {top}");
        self.empty("path", &[("class", "data"), ("d", &path)])
    }
}

/// The CSS class for the colour of a series.
pub(super) fn colour_of(series: &Series) -> String {
    format!("s{}", series.group % MOST_GROUPS)
}

fn stroke_class(figure: &Figure, layer: Layer, colour: &str) -> String {
    match layer {
        Layer::Expected if figure.is_coloured(layer) => format!("stroke expected tinted {colour}"),
        // Such as the valley that a walk goes through.
        Layer::Expected if figure.purpose == Purpose::Lesson => "stroke ground".to_owned(),
        Layer::Expected => "stroke expected".to_owned(),
        Layer::Student | Layer::Data => format!("stroke yours {colour}"),
    }
}

fn path_of(line: &[Point], layout: &Layout) -> String {
    let mut path = String::new();
    for (at, point) in line.iter().enumerate() {
        let (x, y) = layout.at(point);
        path.push_str(&format!("{}{} {}", if at == 0 { "M" } else { " L" }, pixels(x), pixels(y)));
    }
    path
}
