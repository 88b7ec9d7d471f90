//! Cells of a table in columns as wide as what they hold.

use unicode_width::UnicodeWidthStr;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_as_wide_as_its_widest_cell_on_a_screen() {
        let rows = [vec!["weight".to_owned(), "loss".to_owned()], vec!["幅".to_owned(), "0".to_owned()]];
        let padded = padded(&rows, |at| if at == 0 { Side::Left } else { Side::Right });
        assert_eq!(padded[1], ["幅    ", "   0"]);
    }
}
