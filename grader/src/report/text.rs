//! Styled text: what a report says, laid out for a width but not yet for a device. A terminal writes it with or without
//! colours ([`Text::write`]); a full screen takes its spans as they are.

mod ansi;

use std::fmt::{self, Write as _};

use colored::{ColoredString, Colorize};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::clean::strip_ansi;

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

/// Words of one style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The words.
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

impl Style {
    /// As all other words.
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
    Span { words: words.into(), style }
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

    fn push(&mut self, words: &str, style: Style) {
        match self.spans.last_mut() {
            Some(last) if last.style == style => last.words.push_str(words),
            _ => self.spans.push(styled(words, style)),
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

    /// Adds a line.
    pub fn line(&mut self, line: impl Into<Line>) {
        self.lines.push(line.into());
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

    /// Adds a line of code behind a sign. Where it does not fit, it goes on further in, behind the same sign.
    pub fn code(&mut self, sign: &str, code: &str, style: Style, width: usize) {
        // Behind a sign, tabs would set the lines in by different widths.
        let code = &code.replace('\t', "    ");
        let (blanks, words) = code.split_at(code.len() - code.trim_start().len());
        let first = format!("{sign}{blanks}");
        let further = format!("{first}    ");
        self.lines.extend(wrapped(&styled(words, style).into(), &first, &further, width).into_iter().map(
            |mut line| {
                line.spans.iter_mut().for_each(|span| span.style = style);
                line
            },
        ));
    }

    /// As characters for a terminal or a file.
    pub fn write(&self, colours: Colours) -> String {
        let mut text = String::new();
        for line in &self.lines {
            // Writing to a string does not fail.
            let _ = match colours {
                Colours::Left => write!(text, "{line}"),
                Colours::Shown => line.spans.iter().try_for_each(|span| write!(text, "{}", coloured(span))),
            };
            text.truncate(text.trim_end_matches(' ').len());
            text.push('\n');
        }
        text
    }
}

fn coloured(span: &Span) -> ColoredString {
    // The library would ask the environment, which has been asked at the edge.
    colored::control::set_override(true);
    let words = span.words.as_str();
    let words = match span.style.colour {
        None => words.normal(),
        Some(Colour::Red) => words.red(),
        Some(Colour::Green) => words.green(),
        Some(Colour::Yellow) => words.yellow(),
        Some(Colour::Blue) => words.blue(),
        Some(Colour::Magenta) => words.magenta(),
        Some(Colour::Cyan) => words.cyan(),
    };
    match span.style.weight {
        Weight::Normal => words,
        Weight::Bold => words.bold(),
        Weight::Dim => words.dimmed(),
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
/// alone is too long stays whole, and so do the blanks that the line begins with.
fn wrapped(line: &Line, first: &str, further: &str, width: usize) -> Vec<Line> {
    let mut lines = vec![Line::from(first)];
    let mut used = first.width();
    let mut at_start = true;
    let mut blanks = 0;
    for word in words_of(line) {
        let length: usize = word.iter().map(|(letters, _)| letters.width()).sum();
        let Some((first_letters, _)) = word.first() else { continue };
        if first_letters.starts_with(' ') {
            blanks = length;
            continue;
        }
        if !at_start && used + blanks + length > width {
            lines.push(Line::from(further));
            (used, blanks) = (further.width(), 0);
        }
        if let Some(last) = lines.last_mut() {
            last.push(&" ".repeat(blanks), Style::PLAIN);
            word.iter().for_each(|(letters, style)| last.push(letters, *style));
        }
        used += blanks + length;
        (at_start, blanks) = (false, 0);
    }
    lines
}

/// A line's words and the blanks between them, each in the parts that have one style.
fn words_of(line: &Line) -> Vec<Vec<(&str, Style)>> {
    let mut words: Vec<Vec<(&str, Style)>> = Vec::new();
    let mut blank_before: Option<bool> = None;
    for span in &line.spans {
        let mut rest = span.words.as_str();
        while let Some(letter) = rest.chars().next() {
            let blank = letter == ' ';
            let end = rest.find(|other: char| (other == ' ') != blank).unwrap_or(rest.len());
            let (part, left) = rest.split_at(end);
            match words.last_mut() {
                Some(word) if blank_before == Some(blank) => word.push((part, span.style)),
                _ => words.push(vec![(part, span.style)]),
            }
            blank_before = Some(blank);
            rest = left;
        }
    }
    words
}

/// The beginning of a text that fits into a width.
pub fn cut(text: &str, width: usize) -> &str {
    let mut used = 0;
    let end = text.char_indices().find(|(_, letter)| {
        used += letter.width().unwrap_or(0);
        used > width
    });
    end.map_or(text, |(at, _)| &text[..at])
}

/// A text of others, a student's or a compiler's, as lines without what steers a terminal.
pub fn foreign_lines(text: &str) -> Vec<String> {
    strip_ansi(text).lines().map(|line| line.replace('\t', "    ")).collect()
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
        assert_eq!(cut("幅幅幅", 5), "幅幅");
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
    fn colours_are_written_where_they_are_shown() {
        let mut text = Text::default();
        text.line([styled("✗", Style::BAD), " wrong".into()]);
        assert_eq!(text.write(Colours::Left), "✗ wrong\n");
        assert_eq!(text.write(Colours::Shown), "\u{1b}[31m✗\u{1b}[0m wrong\n");
    }
}
