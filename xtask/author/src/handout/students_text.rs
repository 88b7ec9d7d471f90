//! A page of the course as students get it: without what is marked as being for instructors.

use std::path::Path;

use grader::{Error, Result};

/// The line before a part for instructors, and the one behind it.
const FOR_INSTRUCTORS: [&str; 2] = ["<!-- for instructors -->", "<!-- for all -->"];

/// The students' text of a page.
///
/// # Errors
/// If the page is not UTF-8, or a mark has no counterpart.
pub fn of(path: &Path, page: &[u8]) -> Result<Vec<u8>> {
    let page = std::str::from_utf8(page).map_err(|_| Error::in_file(path, "the file is not UTF-8"))?;
    without_parts_for_instructors(page)
        .map(String::into_bytes)
        .map_err(|(line, message)| Error::at(path, line, message))
}

fn without_parts_for_instructors(page: &str) -> std::result::Result<String, (usize, String)> {
    let [begins, ends] = FOR_INSTRUCTORS;
    let mut text = String::new();
    let mut open = None;
    for (at, line) in page.split_inclusive('\n').enumerate() {
        match (line.trim(), open) {
            (mark, None) if mark == begins => open = Some(at + 1),
            (mark, Some(_)) if mark == ends => open = None,
            (mark, _) if mark == begins || mark == ends => {
                return Err((at + 1, format!("`{mark}` stands here without its counterpart before it")));
            }
            (_, Some(_)) => {}
            (_, None) => text.push_str(line),
        }
    }
    match open {
        Some(line) => Err((line, format!("this part does not end: `{ends}` is missing"))),
        // A part at the end leaves the empty line that was before it.
        None => Ok(text.trim_end().to_owned() + "\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_for_instructors_are_left_out() {
        let page = "# A\n\n<!-- for instructors -->\nSecret.\n<!-- for all -->\n\nB.\n\n<!-- for instructors -->\nC.\n<!-- for all -->\n";
        assert_eq!(without_parts_for_instructors(page).unwrap(), "# A\n\n\nB.\n");
        assert_eq!(without_parts_for_instructors("# A\n").unwrap(), "# A\n");
    }

    #[test]
    fn marks_that_do_not_fit_are_named_with_their_line() {
        let line = |page: &str| without_parts_for_instructors(page).unwrap_err().0;
        assert_eq!(line("A\n<!-- for instructors -->\nB\n"), 2);
        assert_eq!(line("A\n<!-- for all -->\n"), 2);
        assert_eq!(line("<!-- for instructors -->\n<!-- for instructors -->\n"), 2);
    }
}
