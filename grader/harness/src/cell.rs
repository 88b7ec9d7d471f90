//! One typed value of a table, and how a person reads it.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_width::UnicodeWidthStr;

use crate::cut;

/// One typed value of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// A whole number: a count or an index, compared exactly.
    Integer(i64),
    /// A floating-point number, compared within a tolerance.
    Number(#[serde(with = "exact")] f64),
    /// A word, such as a direction or a class, compared exactly.
    Text(String),
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        Cell::Number(number)
    }
}

impl From<usize> for Cell {
    fn from(count: usize) -> Self {
        Cell::Integer(i64::try_from(count).unwrap_or(i64::MAX))
    }
}

impl From<i64> for Cell {
    fn from(integer: i64) -> Self {
        Cell::Integer(integer)
    }
}

impl From<bool> for Cell {
    fn from(yes: bool) -> Self {
        Cell::Text(if yes { "yes" } else { "no" }.to_owned())
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell::Text(text)
    }
}

impl Cell {
    /// The number in it; none in a text.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Cell::Integer(integer) => Some(*integer as f64),
            Cell::Number(number) => Some(*number),
            Cell::Text(_) => None,
        }
    }

    /// As it stands in a table, on one line: a text that would not show as it is stands in quotes, and a long one is
    /// cut.
    pub fn in_table(&self) -> String {
        const WIDEST: usize = 80;
        match self {
            Cell::Integer(_) | Cell::Number(_) => self.to_string(),
            Cell::Text(text) if shows_as_it_is(text) => excerpt(text, WIDEST),
            Cell::Text(text) => excerpt_of(&format!("{text:?}"), text.chars().count(), WIDEST),
        }
    }
}

/// A text in so many columns: if it is longer, its beginning and its length.
pub fn excerpt(text: &str, columns: usize) -> String {
    excerpt_of(text, text.chars().count(), columns)
}

/// The same of a text that somebody gave: what controls a terminal is a blank in it.
pub(crate) fn plain_excerpt(text: &str, columns: usize) -> String {
    let plain: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    excerpt(&plain, columns)
}

fn excerpt_of(shown: &str, characters: usize, columns: usize) -> String {
    if cut(shown, columns).len() == shown.len() {
        return shown.to_owned();
    }
    let length = format!("… ({} characters)", with_thousands(&characters.to_string()));
    format!("{}{length}", cut(shown, columns.saturating_sub(length.width())))
}

/// Whether a person who sees a text sees all of it: it has no line breaks, no blanks at an end, and no characters
/// that do not show.
pub fn shows_as_it_is(text: &str) -> bool {
    // Rust spells what does not show, and what its own syntax needs.
    let bare = text.replace(['\'', '"', '\\'], "x");
    !bare.is_empty() && bare.trim_matches(' ') == bare && bare.escape_debug().eq(bare.chars())
}

/// As a person reads it: thousands apart, at most six decimals, very large and very small numbers in scientific form.
impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cell::Integer(integer) => f.pad(&with_thousands(&integer.to_string())),
            Cell::Number(number) => f.pad(&readable(*number)),
            Cell::Text(text) => f.pad(text),
        }
    }
}

fn readable(number: f64) -> String {
    let size = number.abs();
    if number == 0.0 {
        "0".to_owned()
    } else if !number.is_finite() {
        format!("{number}")
    } else if (1e-3..1e15).contains(&size) {
        let fixed = format!("{number:.6}");
        with_thousands(fixed.trim_end_matches('0').trim_end_matches('.'))
    } else {
        let scientific = format!("{number:.6e}");
        let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
        format!("{}e{exponent}", mantissa.trim_end_matches('0').trim_end_matches('.'))
    }
}

/// Puts a comma between each three digits left of the decimal point.
fn with_thousands(decimal: &str) -> String {
    let (sign, unsigned) = decimal.strip_prefix('-').map_or(("", decimal), |rest| ("-", rest));
    let (whole, fraction) = unsigned.split_once('.').map_or((unsigned, None), |(whole, part)| (whole, Some(part)));
    let mut text = sign.to_owned();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// Numbers travel as the shortest text that reads back to the same bits; JSON itself has no NaN and no infinity.
pub(crate) mod exact {
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub(crate) fn serialize<S: Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{number:?}"))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(|_| de::Error::custom(format_args!("`{text}` is not a number")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_a_person_writes_them() {
        for (number, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (303_750_000_000.0, "303,750,000,000"),
            (-1_350.5, "-1,350.5"),
            (199.999_999_999_998, "200"),
            (123.690_412, "123.690412"),
            (0.25, "0.25"),
            (1e-8, "1e-8"),
            (-3.1e143, "-3.1e143"),
            (999.0, "999"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(Cell::Number(number).to_string(), text);
        }
        assert_eq!(Cell::Integer(-1_234_567).to_string(), "-1,234,567");
    }

    #[test]
    fn a_long_text_is_cut_and_says_its_length() {
        assert_eq!(excerpt("short", 5), "short");
        assert_eq!(excerpt(&"s".repeat(70_000), 30), "sssssssss… (70,000 characters)");
        assert_eq!(excerpt(&"幅".repeat(70), 30), "幅幅幅幅幅幅… (70 characters)");
    }

    #[test]
    fn a_text_stands_in_quotes_where_it_would_not_show_as_it_is() {
        for text in ["increase", "at the minimum", "[3, -4]", "a \"quote\", it's a \\", "größer", "e\u{301}", "❤️"]
        {
            assert_eq!(Cell::from(text).in_table(), text);
        }
        for (text, shown) in [
            ("", r#""""#),
            ("a ", r#""a ""#),
            ("a\nb", r#""a\nb""#),
            ("\t\0\x1b[0m", r#""\t\0\u{1b}[0m""#),
            ("1\u{a0}000", r#""1\u{a0}000""#),
            ("\u{202e}\"", r#""\u{202e}\"""#),
        ] {
            assert_eq!(Cell::from(text).in_table(), shown);
        }
        let long = Cell::from("s".repeat(70_000)).in_table();
        assert!(long.len() <= 82 && long.ends_with("… (70,000 characters)"), "{long}");
    }

    #[test]
    fn every_number_survives_the_journey_to_the_grader() {
        for number in [0.1 + 0.2, 1e-310, -3.1e143, f64::INFINITY, f64::MAX] {
            let json = serde_json::to_string(&Cell::Number(number)).unwrap();
            assert_eq!(serde_json::from_str::<Cell>(&json).unwrap(), Cell::Number(number));
        }
        let json = serde_json::to_string(&Cell::Number(f64::NAN)).unwrap();
        assert!(matches!(serde_json::from_str(&json).unwrap(), Cell::Number(number) if number.is_nan()));
    }
}
