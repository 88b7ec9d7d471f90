//! Reads the colours of a compiler's message back: "Select Graphic Rendition" sequences (ECMA-48, 8.3.117), as far as
//! compilers use them.

use super::{Colour, Line, Style, Text, Weight};

/// Reads a text with terminal colours.
pub(super) fn parse(text: &str) -> Text {
    let mut lines = Vec::new();
    let mut style = Style::PLAIN;
    for line in text.lines() {
        let mut parts = line.split("\x1b[");
        let mut parsed = Line::default();
        parsed.push(parts.next().unwrap_or_default(), style);
        for part in parts {
            let end = part.find(|letter: char| letter.is_ascii_alphabetic());
            let (codes, words) = end.map_or((part, ""), |end| part.split_at(end));
            let words = match words.strip_prefix('m') {
                Some(words) => {
                    style = after(style, codes);
                    words
                }
                None => words.get(1..).unwrap_or_default(),
            };
            parsed.push(words, style);
        }
        parsed.spans.retain(|span| !span.words.is_empty());
        lines.push(parsed);
    }
    Text { lines }
}

/// The style after a sequence of codes.
fn after(mut style: Style, codes: &str) -> Style {
    let mut codes = codes.split(';').map(|code| code.parse::<u8>().unwrap_or(0));
    while let Some(code) = codes.next() {
        match code {
            0 => style = Style::PLAIN,
            1 => style.weight = Weight::Bold,
            2 => style.weight = Weight::Dim,
            22 => style.weight = Weight::Normal,
            30..=37 => style.colour = colour(code - 30),
            90..=97 => style.colour = colour(code - 90),
            39 => style.colour = None,
            // `38;5;N`: of the palette's first sixteen, the second eight are the bright ones.
            38 if codes.next() == Some(5) => style.colour = codes.next().and_then(|code| colour(code % 8)),
            _ => {}
        }
    }
    style
}

fn colour(code: u8) -> Option<Colour> {
    match code {
        1 => Some(Colour::Red),
        2 => Some(Colour::Green),
        3 => Some(Colour::Yellow),
        4 => Some(Colour::Blue),
        5 => Some(Colour::Magenta),
        6 => Some(Colour::Cyan),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::styled;
    use super::*;

    #[test]
    fn a_compilers_colours_are_read() {
        let text =
            parse("\x1b[1m\x1b[38;5;9merror[E0425]\x1b[0m\x1b[1m: no `x`\x1b[0m\n  \x1b[1m\x1b[94m-->\x1b[0m a.rs");
        let bold = |colour| Style { colour, weight: Weight::Bold };
        assert_eq!(
            text.lines[0].spans,
            [styled("error[E0425]", bold(Some(Colour::Red))), styled(": no `x`", bold(None))]
        );
        assert_eq!(
            text.lines[1].spans,
            [styled("  ", Style::PLAIN), styled("-->", bold(Some(Colour::Blue))), styled(" a.rs", Style::PLAIN)]
        );
    }

    #[test]
    fn what_is_no_colour_goes() {
        assert_eq!(parse("\x1b[2Ka\x1b[").lines[0].to_string(), "a");
    }
}
