//! What a case printed, if not all of it is kept or there is no room for it: its beginning, a note, and its end, which
//! is what a crash leaves behind.

use std::borrow::Cow;

use harness::Cell;

use super::text::foreign_lines;
use crate::attempt::Printed;

/// At most this many lines, plus one for a note.
pub(crate) fn lines(printed: &Printed, most: usize) -> Vec<String> {
    let note = format!(
        "… {} bytes in all; run the case to see them",
        Cell::from(usize::try_from(printed.bytes).unwrap_or(usize::MAX))
    );
    let (beginning, end) = parts(printed);
    let mut beginning = foreign_lines(beginning.trim_start_matches(['\n', '\r']));
    let mut end = end.map(whole_lines).map(foreign_lines).unwrap_or_default();
    if end.is_empty() {
        if beginning.len() <= most {
            return beginning;
        }
        end = beginning.split_off(most - most / 2);
    }
    beginning.truncate(most - most / 2);
    let behind = end.split_off(end.len().saturating_sub(most / 2));
    beginning.push(note);
    beginning.extend(behind);
    beginning
}

/// As one text.
pub(crate) fn text(printed: &Printed) -> String {
    match parts(printed) {
        (beginning, None) => beginning.into_owned(),
        (beginning, Some(end)) => {
            let beginning = beginning.trim_end_matches('\n');
            format!("{beginning}\n… {} bytes in all\n{}", printed.bytes, whole_lines(end))
        }
    }
}

/// The beginning, and where something is left out behind it, the end.
pub(crate) fn parts(printed: &Printed) -> (Cow<'_, str>, Option<&str>) {
    let Printed { text, end, bytes } = printed;
    match end.as_str() {
        "" => (text.into(), None),
        end if *bytes <= (text.len() + end.len()) as u64 => (format!("{text}{end}").into(), None),
        end => (text.into(), Some(end)),
    }
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

    #[test]
    fn what_has_room_is_shown_whole() {
        let whole = printed("\none\ntwo\n", "three\n", 15);
        assert_eq!(lines(&whole, 5), ["one", "two", "three"]);
        assert_eq!(text(&whole), "\none\ntwo\nthree\n");
        assert_eq!(lines(&printed("", "", 0), 5), [""; 0]);
    }

    #[test]
    fn of_many_lines_the_first_and_the_last_are_shown() {
        let many = printed("1\n2\n3\n4\n5\n6\n7\n", "", 14);
        assert_eq!(lines(&many, 5), ["1", "2", "3", "… 14 bytes in all; run the case to see them", "6", "7"]);
        assert_eq!(lines(&many, usize::MAX).len(), 7);
    }

    #[test]
    fn of_what_is_not_kept_in_full_beginning_and_end_are_shown() {
        let long = printed("1\n2\n3\n4\n5", "st\n97\n98\n99\n", 1_234_567);
        assert_eq!(lines(&long, 5), ["1", "2", "3", "… 1,234,567 bytes in all; run the case to see them", "98", "99"]);
        let all = ["1", "2", "3", "4", "5", "… 1,234,567 bytes in all; run the case to see them", "97", "98", "99"];
        assert_eq!(lines(&long, usize::MAX), all);
        assert_eq!(text(&long), "1\n2\n3\n4\n5\n… 1234567 bytes in all\n97\n98\n99\n");
        let one_line = printed("xxx", "xxx", 70_000);
        assert_eq!(lines(&one_line, 5), ["xxx", "… 70,000 bytes in all; run the case to see them", "xxx"]);
    }
}
