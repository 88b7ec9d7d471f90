//! A terminal's screen as a picture, for a page that shows what a program looks like. The colours are those of a dark
//! terminal, which is legible on a light page and on a dark one. Every letter is taken to be one column wide.

use std::fmt::Write;

use vt100::{Cell, Color, Screen};

/// The size of a letter's place, and of the letters in it.
const COLUMN: f64 = 8.4;
const ROW: f64 = 18.0;
const FONT: f64 = 14.0;
/// What is left around all letters.
const MARGIN: f64 = 14.0;

const PAPER: &str = "#15181d";
const INK: &str = "#e8eaed";
/// Black, red, green, yellow, blue, magenta, cyan and white, and then each of them brighter.
const COLOURS: [&str; 16] = [
    "#40454c", "#ff7b72", "#3fb950", "#d29922", "#58a6ff", "#d2a8ff", "#39c5cf", "#b1bac4", "#8b949e", "#ffa198",
    "#56d364", "#e3b341", "#79c0ff", "#e2c5ff", "#56d4dd", "#ffffff",
];

/// A screen as an SVG, without the empty rows at its end.
pub fn picture_of(screen: &Screen, title: &str, description: &str) -> String {
    let (rows, columns) = screen.size();
    let (rows, columns) = (rows.get(), columns.get());
    let is_empty =
        |row: u16| (0..columns).all(|column| screen.cell(row, column).is_none_or(|cell| letters(cell) == " "));
    let rows = (0..rows).rev().find(|row| !is_empty(*row)).map_or(1, |last| last + 1);
    let width = f64::from(columns) * COLUMN + 2.0 * MARGIN;
    let height = f64::from(rows) * ROW + 2.0 * MARGIN;
    let (title, description) = (escaped(title), escaped(description));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 {width:.1} {height:.1}\" \
         width=\"{width:.1}\" height=\"{height:.1}\">\n<title>{title}</title>\n<desc>{description}</desc>\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{PAPER}\"/>\n\
         <g font-family=\"ui-monospace, SFMono-Regular, Menlo, Consolas, monospace\" font-size=\"{FONT}\" \
         fill=\"{INK}\">\n"
    );
    for row in 0..rows {
        for part in parts(screen, row, columns) {
            // Writing to a string does not fail.
            let _ = part.write(&mut svg, row);
        }
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}

/// Letters of one style, beside one another on a row.
struct Part {
    column: u16,
    columns: u16,
    text: String,
    style: Style,
}

#[derive(Debug, Clone, PartialEq)]
struct Style {
    ink: &'static str,
    paper: &'static str,
    bold: bool,
    dim: bool,
    underline: bool,
}

impl Style {
    fn of(cell: &Cell) -> Self {
        let (ink, paper) = (colour(cell.fgcolor(), INK), colour(cell.bgcolor(), PAPER));
        let (ink, paper) = if cell.inverse() { (paper, ink) } else { (ink, paper) };
        Self { ink, paper, bold: cell.bold(), dim: cell.dim(), underline: cell.underline() }
    }

    /// Whether a blank looks the same in both.
    fn is_blank_as(&self, other: &Self) -> bool {
        self.paper == other.paper && !self.underline && !other.underline
    }
}

fn parts(screen: &Screen, row: u16, columns: u16) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for column in 0..columns {
        let Some(cell) = screen.cell(row, column) else { continue };
        let style = Style::of(cell);
        let letters = letters(cell);
        match parts.last_mut() {
            Some(last) if last.style == style || (letters == " " && last.style.is_blank_as(&style)) => {
                last.columns += 1;
                last.text.push_str(letters);
            }
            _ => parts.push(Part { column, columns: 1, text: letters.to_owned(), style }),
        }
    }
    parts
}

fn letters(cell: &Cell) -> &str {
    if cell.has_contents() { cell.contents() } else { " " }
}

impl Part {
    fn write(&self, svg: &mut String, row: u16) -> std::fmt::Result {
        let Self { column, columns, text, style } = self;
        let Style { ink, paper, bold, dim, underline } = style;
        let x = MARGIN + f64::from(*column) * COLUMN;
        let y = MARGIN + f64::from(row) * ROW;
        if *paper != PAPER {
            let width = f64::from(*columns) * COLUMN;
            writeln!(svg, "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{ROW}\" fill=\"{paper}\"/>")?;
        }
        for (chunk, before) in chunks(text) {
            let (x, y) = (x + before as f64 * COLUMN, y + FONT);
            let length = chunk.chars().count() as f64 * COLUMN;
            // Of its true length, whatever font there is: columns stay below one another.
            write!(
                svg,
                "<text x=\"{x:.1}\" y=\"{y:.1}\" textLength=\"{length:.1}\" lengthAdjust=\"spacingAndGlyphs\""
            )?;
            for (holds, attribute) in [
                (*ink != INK, format!("fill=\"{ink}\"")),
                (*bold, "font-weight=\"bold\"".to_owned()),
                (*dim, "opacity=\"0.65\"".to_owned()),
                (*underline, "text-decoration=\"underline\"".to_owned()),
            ] {
                if holds {
                    write!(svg, " {attribute}")?;
                }
            }
            writeln!(svg, ">{}</text>", escaped(chunk))?;
        }
        Ok(())
    }
}

/// The parts of a text between two blanks and more, which no two viewers keep alike, and how many letters are before
/// each.
fn chunks(text: &str) -> Vec<(&str, usize)> {
    let mut chunks = Vec::new();
    let mut at = 0;
    for chunk in text.split("  ") {
        let inner = chunk.trim_matches(' ');
        let start = at + (chunk.len() - chunk.trim_start_matches(' ').len());
        if !inner.is_empty() {
            chunks.push((inner, text[..start].chars().count()));
        }
        at += chunk.len() + 2;
    }
    chunks
}

fn colour(color: Color, usual: &'static str) -> &'static str {
    match color {
        Color::Default => usual,
        Color::Idx(index) => COLOURS.get(usize::from(index)).copied().unwrap_or(usual),
        Color::Rgb(..) => usual,
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(written: &str) -> String {
        let mut parser =
            vt100::Parser::new(std::num::NonZeroU16::new(4).unwrap(), std::num::NonZeroU16::new(20).unwrap(), 0);
        parser.process(written.as_bytes());
        picture_of(parser.screen(), "a <screen>", "what is on it")
    }

    #[test]
    fn letters_of_one_style_are_one_text_of_their_length() {
        let svg = drawn("ab\x1b[31m cd\x1b[0m\r\n  \x1b[1mé&\x1b[0m");
        let texts: Vec<&str> = svg.lines().filter(|line| line.starts_with("<text")).collect();
        let place = |x: &str, y: &str, length: &str| {
            format!("<text x=\"{x}\" y=\"{y}\" textLength=\"{length}\" lengthAdjust=\"spacingAndGlyphs\"")
        };
        let expected = [
            format!("{}>ab</text>", place("14.0", "28.0", "16.8")),
            format!("{} fill=\"#ff7b72\">cd</text>", place("39.2", "28.0", "16.8")),
            format!("{} font-weight=\"bold\">é&amp;</text>", place("30.8", "46.0", "16.8")),
        ];
        assert_eq!(texts, expected);
        assert!(svg.contains("<title>a &lt;screen&gt;</title>") && svg.contains("height=\"64.0\""), "{svg}");
    }

    #[test]
    fn wide_gaps_are_left_to_the_place_of_what_follows() {
        let svg = drawn("  a b   c  d");
        let texts: Vec<&str> = svg.lines().filter_map(|line| line.strip_prefix("<text x=")).collect();
        let starts =
            |text: &str, x: &str, letters: &str| text.starts_with(x) && text.ends_with(&format!(">{letters}</text>"));
        assert!(starts(texts[0], "\"30.8\"", "a b"), "{texts:?}");
        assert!(starts(texts[1], "\"81.2\"", "c") && starts(texts[2], "\"106.4\"", "d"), "{texts:?}");
    }

    #[test]
    fn a_background_of_its_own_is_drawn_behind_the_letters() {
        let svg = drawn("\x1b[7mab \x1b[0m c");
        assert!(svg.contains("<rect x=\"14.0\" y=\"14.0\" width=\"25.2\" height=\"18\" fill=\"#e8eaed\"/>"), "{svg}");
        assert!(svg.contains(" fill=\"#15181d\">ab</text>"), "{svg}");
    }
}
