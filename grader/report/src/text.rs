//! Styled text: what a report says, laid out for a width but not yet for a device. A terminal writes it with or without
//! colours ([`Text::write`]); a full screen takes its spans as they are.
//!
//! Everything that becomes part of a text is made `readable` first, so nothing in it can control either of them.

mod ansi;

use std::fmt;
use std::ops::Range;

use colored::Color;
use harness::{Cell, cut};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::charset::Charset;
use crate::clean::{readable, terminal_line};

/// Lines of styled words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text {
    /// The lines, from the top.
    pub lines: Vec<Line>,
}

/// A line of styled words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// Its parts, from the left.
    pub spans: Vec<Span>,
}

/// Words of one style; [`styled`] makes them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Span {
    /// The words, `readable` and without tabs.
    pub words: String,
    /// How they look.
    pub style: Style,
}

/// How words look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Style {
    /// The colour; the terminal's own if none is given.
    pub colour: Option<Colour>,
    /// How strong they are.
    pub weight: Weight,
}

/// A colour, as the terminal's theme has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Colour {
    Red,
    Green,
    Yellow,
    Blue,
    Magenta,
    Cyan,
}

/// How strong words are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Weight {
    #[default]
    Normal,
    Bold,
    Dim,
}

/// Whether a device shows colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Colours {
    Shown,
    Left,
}

/// The device that a text is laid out for and written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// The columns that there are.
    pub width: usize,
    /// Whether it shows colours.
    pub colours: Colours,
    /// The characters that it has.
    pub charset: Charset,
}

impl Layout {
    /// A paragraph for this device.
    pub fn paragraph(&self, indent: &str, words: impl Into<Line>) -> String {
        let mut text = Text::default();
        text.paragraph(indent, words, self.width);
        text.write(self)
    }
}

impl Style {
    /// Ordinary text.
    pub const PLAIN: Self = Self { colour: None, weight: Weight::Normal };
    /// What matters.
    pub const STRONG: Self = Self { colour: None, weight: Weight::Bold };
    /// What matters less.
    pub const FAINT: Self = Self { colour: None, weight: Weight::Dim };
    /// What is right.
    pub const GOOD: Self = Self::of(Colour::Green);
    /// What is begun.
    pub const BEGUN: Self = Self::of(Colour::Yellow);
    /// What is wrong.
    pub const BAD: Self = Self::of(Colour::Red);
    /// What to open or to type.
    pub const TO_DO: Self = Self::of(Colour::Cyan);

    const fn of(colour: Colour) -> Self {
        Self { colour: Some(colour), weight: Weight::Normal }
    }
}

/// These words in this style.
pub fn styled(words: impl Into<String>, style: Style) -> Span {
    Span { words: readable(&words.into()).replace('\t', "    "), style }
}

impl From<&str> for Span {
    fn from(words: &str) -> Self {
        styled(words, Style::PLAIN)
    }
}

impl From<String> for Span {
    fn from(words: String) -> Self {
        styled(words, Style::PLAIN)
    }
}

impl From<Span> for Line {
    fn from(span: Span) -> Self {
        Self { spans: vec![span] }
    }
}

impl From<&str> for Line {
    fn from(words: &str) -> Self {
        Span::from(words).into()
    }
}

impl From<String> for Line {
    fn from(words: String) -> Self {
        Span::from(words).into()
    }
}

impl<const N: usize> From<[Span; N]> for Line {
    fn from(spans: [Span; N]) -> Self {
        Self { spans: spans.into() }
    }
}

impl Line {
    /// How many columns it takes.
    pub fn width(&self) -> usize {
        self.spans.iter().map(|span| span.words.width()).sum()
    }

    /// The letters in these columns; blanks for the half of a wide one.
    pub fn columns(&self, columns: Range<usize>) -> Self {
        let mut at = 0;
        let mut part = Self::default();
        for span in &self.spans {
            let mut words = String::new();
            for letter in span.words.chars() {
                let here = at..at + letter.width().unwrap_or(0);
                at = here.end;
                if columns.start <= here.start && here.end <= columns.end {
                    words.push(letter);
                } else {
                    words.extend(here.filter(|column| columns.contains(column)).map(|_| ' '));
                }
            }
            if !words.is_empty() {
                part.spans.push(Span { words, style: span.style });
            }
        }
        part
    }

    /// What begins in each column; a blank in the second one of a wide letter.
    pub fn by_column(&self) -> Vec<char> {
        let letters = self.spans.iter().flat_map(|span| span.words.chars());
        let in_columns = letters.flat_map(|letter| {
            let width = letter.width().unwrap_or(0);
            std::iter::once(letter).take(width).chain(std::iter::repeat_n(' ', width.saturating_sub(1)))
        });
        in_columns.collect()
    }

    /// Cuts it to so many columns and adds its length, if it is longer.
    pub fn shorten(&mut self, columns: usize) {
        let whole = self.to_string();
        if whole.width() <= columns {
            return;
        }
        let mut left = cut(&whole, columns).len();
        for span in &mut self.spans {
            span.words.truncate(left);
            left -= span.words.len();
        }
        self.spans.push(format!("… ({} characters)", Cell::from(whole.chars().count())).into());
    }

    fn push(&mut self, words: &str, style: Style) {
        let span = styled(words, style);
        match self.spans.last_mut() {
            Some(last) if last.style == style => last.words.push_str(&span.words),
            _ => self.spans.push(span),
        }
    }
}

/// Its words without their styles.
impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.spans.iter().try_for_each(|span| f.write_str(&span.words))
    }
}

/// How wide a line of sentences may be before it is hard to read.
const READABLE: usize = 100;

impl Text {
    /// What a compiler wrote, with the colours in which it did.
    pub fn of_ansi(text: &str) -> Self {
        ansi::parse(text)
    }

    /// Adds a line, or several if it holds line breaks.
    pub fn line(&mut self, line: impl Into<Line>) {
        self.lines.extend(split_at_breaks(&line.into()));
    }

    /// Adds an empty line, unless the last one is empty.
    pub fn blank(&mut self) {
        if self.lines.last().is_none_or(|line| line.spans.iter().any(|span| !span.words.is_empty())) {
            self.lines.push(Line::default());
        }
    }

    /// Adds another text.
    pub fn append(&mut self, other: Text) {
        self.lines.extend(other.lines);
    }

    /// Adds sentences on lines that fit into a width and are not too long to read, broken at blanks alone.
    pub fn paragraph(&mut self, indent: &str, words: impl Into<Line>, width: usize) {
        for line in split_at_breaks(&words.into()) {
            self.lines.extend(wrapped(&line, indent, indent, width.min(READABLE)));
        }
    }

    /// Adds sentences behind a label. Where they do not fit on its line, they go on below their own beginning.
    pub fn labelled(&mut self, label: &str, words: impl Into<Line>, width: usize) {
        let further = " ".repeat(label.width());
        self.lines.extend(wrapped(&words.into(), label, &further, width.min(READABLE)));
    }

    /// Adds a line of code behind a sign. Where it does not fit, it goes on further in, behind the same sign.
    pub fn code(&mut self, sign: &str, code: &str, style: Style, width: usize) {
        let code = styled(code, style);
        let words = code.words.trim_start();
        let first = format!("{sign}{}", &code.words[..code.words.len() - words.len()]);
        let further = format!("{first}    ");
        let lines = wrapped(&styled(words, style).into(), &first, &further, width);
        self.lines.extend(lines.into_iter().map(|line| styled(line.to_string(), style).into()));
    }

    /// As characters for a device.
    pub fn write(&self, layout: &Layout) -> String {
        let line = |line: &Line| match layout.colours {
            Colours::Left => terminal_line(&layout.charset.transliterate(&line.to_string())),
            Colours::Shown => {
                let spans = line.spans.iter();
                spans.map(|span| coloured(&layout.charset.transliterate(&span.words), span.style)).collect()
            }
        };
        self.lines.iter().map(|written| format!("{}\n", line(written).trim_end_matches(' '))).collect()
    }
}

/// Words between the sequences of their style. They are written out here, since the library's own strings ask the
/// environment and a switch for the whole process whether they are to be coloured.
fn coloured(words: &str, style: Style) -> String {
    let weight = match style.weight {
        Weight::Normal => None,
        Weight::Bold => Some("1"),
        Weight::Dim => Some("2"),
    };
    let colour = style.colour.map(|colour| match colour {
        Colour::Red => Color::Red.to_fg_str(),
        Colour::Green => Color::Green.to_fg_str(),
        Colour::Yellow => Color::Yellow.to_fg_str(),
        Colour::Blue => Color::Blue.to_fg_str(),
        Colour::Magenta => Color::Magenta.to_fg_str(),
        Colour::Cyan => Color::Cyan.to_fg_str(),
    });
    match (weight, colour) {
        (None, None) => words.to_owned(),
        (Some(weight), None) => format!("\x1b[{weight}m{words}\x1b[0m"),
        (None, Some(colour)) => format!("\x1b[{colour}m{words}\x1b[0m"),
        (Some(weight), Some(colour)) => format!("\x1b[{weight};{colour}m{words}\x1b[0m"),
    }
}

/// The lines of words that may hold line breaks.
fn split_at_breaks(words: &Line) -> Vec<Line> {
    let mut lines = vec![Line::default()];
    for span in &words.spans {
        for (at, part) in span.words.split('\n').enumerate() {
            if at > 0 {
                lines.push(Line::default());
            }
            if let Some(line) = lines.last_mut() {
                line.push(part, span.style);
            }
        }
    }
    lines
}

/// A line's words on as many lines as they need, the first behind one indent and the others behind another. A word that
/// alone is too long stays whole if it could be a path to be opened, and so do the blanks that the line begins with.
fn wrapped(line: &Line, first: &str, further: &str, width: usize) -> Vec<Line> {
    let mut lines = vec![Line::from(first)];
    let mut used = first.width();
    let mut at_start = true;
    let mut blanks = 0;
    for word in words_of(line, width.saturating_sub(further.width())) {
        let length: usize = word.iter().map(|(part, _)| part.width()).sum();
        let Some((first_part, first_style)) = word.first() else { continue };
        if first_part.starts_with(' ') {
            blanks = length;
            continue;
        }
        if !at_start && used + blanks + length > width {
            lines.push(Line::from(further));
            (used, blanks) = (further.width(), 0);
        }
        if let Some(last) = lines.last_mut() {
            // Between words of one style, blanks have it too: it is one run.
            let is_one_run = !at_start && last.spans.last().is_some_and(|span| span.style == *first_style);
            last.push(&" ".repeat(blanks), if is_one_run { *first_style } else { Style::PLAIN });
            word.iter().for_each(|(part, style)| last.push(part, *style));
        }
        used += blanks + length;
        (at_start, blanks) = (false, 0);
    }
    lines
}

/// A line's words and the blanks between them, each in the parts that have one style. What is longer than any path is
/// taken apart into words of so many columns.
fn words_of(line: &Line, columns: usize) -> Vec<Vec<(&str, Style)>> {
    let mut words: Vec<Vec<(&str, Style)>> = Vec::new();
    let mut blank_before: Option<bool> = None;
    for span in &line.spans {
        let mut rest = span.words.as_str();
        while let Some(letter) = rest.chars().next() {
            let blank = letter == ' ';
            let end = rest.find(|other: char| (other == ' ') != blank).unwrap_or(rest.len());
            let (part, left) = rest.split_at(end);
            let pieces = if !blank && part.width() > READABLE { pieces(part, columns) } else { vec![part] };
            for (at, piece) in pieces.into_iter().enumerate() {
                match words.last_mut() {
                    Some(word) if at == 0 && blank_before == Some(blank) => word.push((piece, span.style)),
                    _ => words.push(vec![(piece, span.style)]),
                }
            }
            blank_before = Some(blank);
            rest = left;
        }
    }
    words
}

fn pieces(mut word: &str, columns: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    while !word.is_empty() {
        let (piece, left) = word.split_at(cut(word, columns.max(READABLE / 5)).len());
        pieces.push(piece);
        word = left;
    }
    pieces
}

/// The lines of text from elsewhere, made readable.
pub fn foreign_lines(text: &str) -> Vec<String> {
    readable(text).lines().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &Text) -> Vec<String> {
        text.lines.iter().map(Line::to_string).collect()
    }

    #[test]
    fn a_paragraph_is_broken_at_blanks_and_keeps_its_styles() {
        let mut text = Text::default();
        let words =
            [styled("predict", Style::STRONG), " ".into(), styled("wrong", Style::BAD), ": too long for this".into()];
        text.paragraph("  ", words, 18);
        assert_eq!(lines(&text), ["  predict wrong:", "  too long for", "  this"]);
        assert_eq!(text.lines[0].spans[1], styled("predict", Style::STRONG));
        assert_eq!(text.lines[0].spans[3], styled("wrong", Style::BAD));
    }

    #[test]
    fn a_word_that_is_too_long_stays_whole_and_wide_letters_count_twice() {
        let mut text = Text::default();
        text.paragraph("", "see exercises/01-loss/README.md 幅幅幅 幅幅", 10);
        assert_eq!(lines(&text), ["see", "exercises/01-loss/README.md", "幅幅幅", "幅幅"]);
    }

    #[test]
    fn a_line_that_is_set_in_stays_so() {
        let mut text = Text::default();
        text.paragraph("  ", "expected `=`\n   |\n 3 | members", 40);
        assert_eq!(lines(&text), ["  expected `=`", "     |", "   3 | members"]);
    }

    #[test]
    fn code_goes_on_further_in_behind_the_same_sign() {
        let mut text = Text::default();
        text.code("+ ", "    let weight = weight - rate * gradient;", Style::GOOD, 26);
        assert_eq!(lines(&text), ["+     let weight = weight", "+         - rate *", "+         gradient;"]);
        let mut text = Text::default();
        text.code("+ ", "\tlet loss = 0.0;", Style::GOOD, 26);
        assert_eq!(lines(&text), ["+     let loss = 0.0;"]);
    }

    #[test]
    fn what_is_longer_than_any_path_is_taken_apart() {
        let mut text = Text::default();
        text.paragraph("  ", format!("It said {} and no more", "幅".repeat(60)), 42);
        let (wide, rest) = ("幅".repeat(20), "幅".repeat(20));
        assert_eq!(
            lines(&text),
            ["  It said", &format!("  {wide}"), &format!("  {wide}"), &format!("  {rest}"), "  and no more"]
        );
        let mut text = Text::default();
        text.paragraph("", "e\u{301}".repeat(70_000), 60);
        assert!(text.lines.iter().all(|line| line.width() <= 60));
    }

    #[test]
    fn a_line_that_nobody_would_read_to_its_end_is_shortened() {
        let mut line =
            Line::from([styled("one ", Style::STRONG), styled("幅".repeat(1000), Style::BAD), " two".into()]);
        line.shorten(9);
        assert_eq!(line.to_string(), "one 幅幅… (1,008 characters)");
        let short = line.clone();
        line.shorten(40);
        assert_eq!(line, short);
    }

    const PLAIN: Layout = Layout { width: 80, colours: Colours::Left, charset: Charset::Unicode };
    const COLOURED: Layout = Layout { colours: Colours::Shown, ..PLAIN };

    #[test]
    fn colours_are_written_where_they_are_shown() {
        let mut text = Text::default();
        text.line([styled("✗", Style::BAD), " wrong".into()]);
        text.line(styled("wrong", Style { colour: Some(Colour::Red), weight: Weight::Bold }));
        assert_eq!(text.write(&PLAIN), "✗ wrong\nwrong\n");
        assert_eq!(text.write(&COLOURED), "\x1b[31m✗\x1b[0m wrong\n\x1b[1;31mwrong\x1b[0m\n");
    }

    #[test]
    fn words_of_one_style_are_one_run() {
        let mut text = Text::default();
        text.paragraph("  ", [styled("one two", Style::BAD), styled(" three", Style::BAD), " four five".into()], 80);
        text.code("+ ", "  let a = b;", Style::GOOD, 80);
        assert_eq!(text.write(&COLOURED), "  \x1b[31mone two three\x1b[0m four five\n\x1b[32m+   let a = b;\x1b[0m\n");
    }

    #[test]
    fn what_a_device_does_not_have_is_spelled() {
        let mut text = Text::default();
        text.line([styled("✗", Style::BAD), " x² … done".into()]);
        let ascii = Layout { charset: Charset::Ascii, ..PLAIN };
        assert_eq!(text.write(&ascii), "x x^2 ... done\n");
        assert_eq!(text.write(&Layout { colours: Colours::Shown, ..ascii }), "\x1b[31mx\x1b[0m x^2 ... done\n");
    }

    #[test]
    fn nothing_in_a_text_steers_what_shows_it() {
        let mut text = Text::default();
        text.line("\x1b[2Jone\ttwo\u{202e}\nnext");
        text.paragraph("", styled("::error::\x1b]0;title\x07said", Style::BAD), 80);
        text.code("  ", "\u{9b}31mcode", Style::PLAIN, 80);
        let shown = ["one    two\\u{202e}", "next", "::error::said", "  code"];
        assert_eq!(lines(&text), shown);
        // A log may be read for commands; a terminal with colours is none.
        assert_eq!(text.write(&PLAIN), "one    two\\u{202e}\nnext\n: :error::said\n  code\n");
    }
}
