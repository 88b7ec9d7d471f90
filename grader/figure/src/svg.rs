//! A figure as an SVG that is legible on its own and on a light and a dark background, and that shows nothing by colour
//! alone. The expected answers are a broad, pale, dashed line or large, pale points; the student's are narrow and on top.
//! So both are visible, whether they differ or not: narrow dashes would vanish behind a right answer.

mod elements;
mod frame;
mod layout;
mod marks;
mod names;
#[cfg(test)]
mod tests;

use std::io;

use quick_xml::Writer;

use self::elements::Drawing;
use self::layout::{Layout, Names};
use crate::{Figure, Layer};

/// What a picture is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format<'a> {
    /// To be viewed on its own, with its title and a subtitle.
    Alone {
        /// A subtitle, such as whose answers these are.
        subtitle: &'a str,
    },
    /// For a page that shows the title and has [`STYLE`] in its own style sheet.
    OnPage,
    /// The same, for a page as narrow as a phone.
    OnNarrowPage,
    /// For the text of a lesson; legible if it is as narrow as a phone.
    InLesson,
}

/// The style sheet of every figure, for a page that shows several of them. The colours are those that Okabe and Ito
/// chose for the colour-blind ("Color universal design", 2008), somewhat lighter on a dark background. Their yellow and
/// sky blue are left out, because they are too light for lines on white, and their black is replaced by a grey.
pub const STYLE: &str = concat!("\n", include_str!("svg/style.css"));

/// Writes a figure as SVG.
///
/// # Errors
/// None, as it writes into memory; the writer's signature requires it.
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
        drawing.text("desc", &[], &description(figure))?;
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
        draw(drawing, figure, &layout)?;
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

/// Draws the parts of a figure, from back to front.
fn draw(drawing: &mut Drawing, figure: &Figure, layout: &Layout) -> io::Result<()> {
    drawing.legend(figure, layout)?;
    drawing.axes(figure, layout)?;
    drawing.contours(figure, layout)?;
    for layer in [Layer::Expected, Layer::Student, Layer::Data] {
        for series in figure.series.iter().filter(|series| series.layer == layer) {
            drawing.series(figure, series, layout)?;
        }
    }
    drawing.reference_lines(figure, layout)?;
    drawing.exits(figure, layout)?;
    match layout.names {
        Names::Beside => drawing.names_beside(figure, layout),
        Names::Above { .. } => drawing.names_above(figure, layout),
    }
}

/// A description of the figure, for people who cannot see it.
fn description(figure: &Figure) -> String {
    let mut words = format!("{} by {}{}.", figure.y.label, figure.x.label, figure.on_its_data());
    words.extend(figure.reference_lines.iter().map(|line| format!(" Marked: {}.", line.label)));
    words.extend(figure.notes.iter().map(|note| format!(" {note}")));
    words
}
