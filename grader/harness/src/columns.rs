//! Columns on a screen: cells of a table, each as wide as the widest of its column, and texts cut to a width.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The side of its column to which a cell keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// As words do.
    Left,
    /// As numbers do.
    Right,
}

/// The rows with each cell as wide, on a screen, as the widest of its column. `side` says to which side the cells of a
/// column keep, by its place from 0.
pub fn padded(rows: &[Vec<String>], side: impl Fn(usize) -> Side) -> Vec<Vec<String>> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.width()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let pad = |(at, cell): (usize, &String)| {
        let blanks = " ".repeat(widths[at] - cell.width());
        match side(at) {
            Side::Left => format!("{cell}{blanks}"),
            Side::Right => format!("{blanks}{cell}"),
        }
    };
    rows.iter().map(|row| row.iter().enumerate().map(pad).collect()).collect()
}

/// The beginning of a text that fits into so many columns.
pub fn cut(text: &str, columns: usize) -> &str {
    let mut used = 0;
    let end = text.char_indices().find(|(_, letter)| {
        used += letter.width().unwrap_or(0);
        used > columns
    });
    end.map_or(text, |(at, _)| &text[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_letters_take_two_columns_and_marks_none() {
        assert_eq!((cut("幅幅幅", 5), cut("幅幅幅", 6), cut("e\u{301}e", 1)), ("幅幅", "幅幅幅", "e\u{301}"));
    }

    #[test]
    fn a_column_is_as_wide_as_its_widest_cell_on_a_screen() {
        let rows = [vec!["weight".to_owned(), "loss".to_owned()], vec!["幅".to_owned(), "0".to_owned()]];
        let padded = padded(&rows, |at| if at == 0 { Side::Left } else { Side::Right });
        assert_eq!(padded[1], ["幅    ", "   0"]);
    }
}
