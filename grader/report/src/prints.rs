//! What a case printed. If there is no room for all of it, or not all of it is kept: its beginning, a note, and its end,
//! which is what a crash leaves behind; and where the rest is.

use std::borrow::Cow;

use harness::{Cell, cut};
use outcome::Printed;

use super::text::foreign_lines;
use crate::clean;

/// How many lines of a case's prints a report shows beside other things.
pub const LINES: usize = 20;

/// How many columns of a line a terminal of the usual width shows.
const COLUMNS: usize = 76;

/// What is shown of a case's prints.
#[derive(Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// Its lines.
    pub lines: Vec<String>,
    /// Whether anything is left out.
    pub is_cut: bool,
}

/// At most this many lines, plus one for a note, each of at most this many columns.
pub fn excerpt(printed: &Printed, most_lines: usize, columns: usize) -> Excerpt {
    let (beginning, end) = parts(printed);
    let mut lines = foreign_lines(beginning.trim_start_matches(['\n', '\r']));
    let mut end = end.map(whole_lines).map(foreign_lines).unwrap_or_default();
    let mut is_cut = !end.is_empty() || lines.len() > most_lines;
    if is_cut {
        if end.is_empty() {
            end = lines.split_off(most_lines - most_lines / 2);
        }
        lines.truncate(most_lines - most_lines / 2);
        let last = end.split_off(end.len().saturating_sub(most_lines / 2));
        lines.push(format!("… {} in all", bytes(printed)));
        lines.extend(last);
    }
    for line in &mut lines {
        let length = cut(line, columns).len();
        is_cut |= length < line.len();
        line.truncate(length);
    }
    Excerpt { lines, is_cut }
}

/// What to say before an excerpt of what a case printed.
pub fn heading(printed: &Printed, excerpt: &Excerpt) -> String {
    match parts(printed) {
        _ if !excerpt.is_cut => "In all, it printed:".to_owned(),
        (_, None) => format!("In all, it printed {}, of which this is a part:", bytes(printed)),
        (_, Some(_)) => format!("In all, it printed {}, of which the beginning and the end are kept:", bytes(printed)),
    }
}

/// What a file holds for a person, if it is too long for a report.
pub fn file(printed: &Printed) -> Option<String> {
    if !excerpt(printed, LINES, COLUMNS).is_cut {
        return None;
    }
    let (beginning, end) = parts(printed);
    let mut text = clean::terminal(&beginning);
    if let Some(end) = end {
        let note = format!("… {} in all: what comes here was not kept …", bytes(printed));
        text = format!("{}\n\n{note}\n\n{}", text.trim_end_matches('\n'), clean::terminal(whole_lines(end)));
    }
    Some(text)
}

/// As one text.
pub fn text(printed: &Printed) -> String {
    match parts(printed) {
        (beginning, None) => beginning.into_owned(),
        (beginning, Some(end)) => {
            let beginning = beginning.trim_end_matches('\n');
            format!("{beginning}\n… {} bytes in all\n{}", printed.bytes, whole_lines(end))
        }
    }
}

/// The beginning, and where something is left out behind it, the end.
pub fn parts(printed: &Printed) -> (Cow<'_, str>, Option<&str>) {
    let Printed { text, end, bytes } = printed;
    match end.as_str() {
        "" => (text.into(), None),
        end if *bytes <= (text.len() + end.len()) as u64 => (format!("{text}{end}").into(), None),
        end => (text.into(), Some(end)),
    }
}

/// How many there are.
fn bytes(printed: &Printed) -> String {
    format!("{} bytes", Cell::from(usize::try_from(printed.bytes).unwrap_or(usize::MAX)))
}

/// An end without its first line, which is hardly ever whole; all of it where it is one line.
fn whole_lines(end: &str) -> &str {
    end.split_once('\n').map(|(_, lines)| lines).filter(|lines| !lines.is_empty()).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(text: &str, end: &str, bytes: u64) -> Printed {
        Printed { text: text.to_owned(), end: end.to_owned(), bytes }
    }

    fn lines(printed: &Printed, most: usize) -> Vec<String> {
        excerpt(printed, most, 80).lines
    }

    #[test]
    fn what_has_room_is_shown_whole() {
        let whole = printed("\none\ntwo\n", "three\n", 15);
        let shown = ["one", "two", "three"].map(str::to_owned).to_vec();
        assert_eq!(excerpt(&whole, 5, 80), Excerpt { lines: shown, is_cut: false });
        assert_eq!(text(&whole), "\none\ntwo\nthree\n");
        assert_eq!(lines(&printed("", "", 0), 5), [""; 0]);
        assert_eq!(file(&whole), None);
    }

    #[test]
    fn of_many_lines_the_first_and_the_last_are_shown() {
        let many = printed("1\n2\n3\n4\n5\n6\n7\n", "", 14);
        assert_eq!(lines(&many, 5), ["1", "2", "3", "… 14 bytes in all", "6", "7"]);
        assert_eq!(lines(&many, usize::MAX).len(), 7);
    }

    #[test]
    fn of_what_is_not_kept_in_full_beginning_and_end_are_shown() {
        let long = printed("1\n2\n3\n4\n5", "st\n97\n98\n99\n", 1_234_567);
        assert_eq!(lines(&long, 5), ["1", "2", "3", "… 1,234,567 bytes in all", "98", "99"]);
        let all = ["1", "2", "3", "4", "5", "… 1,234,567 bytes in all", "97", "98", "99"];
        assert_eq!(lines(&long, usize::MAX), all);
        assert_eq!(text(&long), "1\n2\n3\n4\n5\n… 1234567 bytes in all\n97\n98\n99\n");
        let one_line = printed("xxx", "xxx", 70_000);
        assert_eq!(lines(&one_line, 5), ["xxx", "… 70,000 bytes in all", "xxx"]);
    }

    #[test]
    fn a_line_that_is_too_long_is_cut_at_its_columns() {
        let cut = Excerpt { lines: vec!["123".to_owned(), "語".to_owned()], is_cut: true };
        assert_eq!(excerpt(&printed("123\n語語\n", "", 11), 5, 3), cut);
    }

    #[test]
    fn a_file_has_all_that_is_kept_as_a_terminal_may_show_it() {
        let line = "a\t\x1b[1mb\x1b[0m\x07 ".to_owned() + &"x".repeat(70);
        assert_eq!(file(&printed(&line, "", 90)).unwrap(), "a    b\\u{7} ".to_owned() + &"x".repeat(70));
        let lines: String = (1..=21).map(|line| format!("{line}\n")).collect();
        assert_eq!(file(&printed(&lines, "", 54)).unwrap(), lines);
        assert_eq!(
            file(&printed("1\n2\n", "st\n98\n99\n", 1_234)).unwrap(),
            "1\n2\n\n… 1,234 bytes in all: what comes here was not kept …\n\n98\n99\n"
        );
    }
}
