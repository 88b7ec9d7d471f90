//! The elements of SVG that a drawing is made of.

use std::io;

use quick_xml::Writer;
use quick_xml::events::BytesText;

/// An SVG that is being written.
pub(super) struct Drawing {
    pub(super) writer: Writer<Vec<u8>>,
}

impl Drawing {
    pub(super) fn within(
        &mut self,
        name: &str,
        attributes: &[(&str, &str)],
        inside: impl FnOnce(&mut Self) -> io::Result<()>,
    ) -> io::Result<()> {
        let element = self.writer.create_element(name).with_attributes(attributes.iter().copied());
        element.write_inner_content(|writer| {
            // Inside the element, the same helpers use the writer.
            let mut drawing = Drawing { writer: std::mem::replace(writer, Writer::new(Vec::new())) };
            let result = inside(&mut drawing);
            *writer = drawing.writer;
            result
        })?;
        Ok(())
    }

    pub(super) fn text(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) -> io::Result<()> {
        let element = self.writer.create_element(name).with_attributes(attributes.iter().copied());
        element.write_text_content(BytesText::new(text)).map(drop)
    }

    pub(super) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        self.writer.create_element(name).with_attributes(attributes.iter().copied()).write_empty().map(drop)
    }

    pub(super) fn label(&mut self, x: f64, y: f64, class: &str, anchor: &str, text: &str) -> io::Result<()> {
        let (x, y) = (pixels(x), pixels(y));
        self.text("text", &[("x", &x), ("y", &y), ("class", class), ("text-anchor", anchor)], text)
    }

    pub(super) fn stroke(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) -> io::Result<()> {
        let [x1, y1, x2, y2] = [from.0, from.1, to.0, to.1].map(pixels);
        self.empty("line", &[("class", class), ("x1", &x1), ("y1", &y1), ("x2", &x2), ("y2", &y2)])
    }
}

/// A coordinate, to a tenth of a pixel.
pub(super) fn pixels(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}
