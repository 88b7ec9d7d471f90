//! The answers of one case on one trial: a small table of typed cells.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Cell, Side, padded};

/// Whether a column was handed to the student's code or came back from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// What the student's function was called with: it tells the rows apart and is not graded.
    Given,
    /// What the student's function returned.
    Answer,
}

/// The head of a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// What the column holds.
    pub name: String,
    /// Where its values come from.
    pub role: Role,
}

/// One named value of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    column: Column,
    cell: Cell,
}

/// A value that the student's function was called with.
pub fn given(name: &str, value: impl Into<Cell>) -> Entry {
    Entry { column: Column { name: name.to_owned(), role: Role::Given }, cell: value.into() }
}

/// A value that the student's function returned.
pub fn answer(name: &str, value: impl Into<Cell>) -> Entry {
    Entry { column: Column { name: name.to_owned(), role: Role::Answer }, cell: value.into() }
}

/// How many records of a set a case had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Samples {
    /// What the records are, as their set says.
    pub records: String,
    /// How many there were.
    pub count: usize,
}

/// The answers of one case on one trial. All rows have the same columns.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Table {
    /// The columns, the given ones first.
    pub columns: Vec<Column>,
    /// The rows, each with a cell for every column; at most [`Table::MOST_ROWS`] are kept.
    pub rows: Vec<Vec<Cell>>,
    /// How many rows the case recorded, also beyond those that are kept.
    pub row_count: usize,
    /// The sets of data that the case had; a recorded table does not say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub samples: Vec<Samples>,
}

/// Two tables are the same if they hold the same answers.
impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        (&self.columns, &self.rows, self.row_count) == (&other.columns, &other.rows, other.row_count)
    }
}

impl Table {
    /// More rows than any case asks for; what a student's endless history adds beyond them is only counted.
    pub const MOST_ROWS: usize = 10_000;

    /// Whether it is as [`Table::row`] makes one: as many rows as are counted, up to the most, each as long as the
    /// columns.
    pub fn is_well_formed(&self) -> bool {
        self.rows.len() == self.row_count.min(Self::MOST_ROWS)
            && self.rows.iter().all(|row| row.len() == self.columns.len())
            && self.columns.is_sorted_by_key(|column| column.role as u8)
    }

    /// Adds a row: what was given, then what was answered.
    ///
    /// # Panics
    /// If the columns are not those of the first row, or a given column follows an answer: a slip in `cases.rs`.
    pub fn row<const N: usize>(&mut self, entries: [Entry; N]) {
        let (columns, cells): (Vec<_>, Vec<_>) = entries.into_iter().map(|entry| (entry.column, entry.cell)).unzip();
        assert!(columns.is_sorted_by_key(|column| column.role as u8), "cases.rs: given columns come before answers");
        if self.row_count == 0 {
            self.columns = columns;
        } else {
            assert!(self.columns == columns, "cases.rs: every row of a case has the same columns");
        }
        self.row_count += 1;
        if self.rows.len() < Self::MOST_ROWS {
            self.rows.push(cells);
        }
    }
}

/// Aligned columns under their names, numbers to the right, `->` between what was given and what was answered.
impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head: Vec<String> = self.columns.iter().map(|column| column.name.clone()).collect();
        let body = self.rows.iter().map(|row| row.iter().map(Cell::in_table).collect());
        let rows: Vec<Vec<String>> = std::iter::once(head).chain(body).collect();
        let words = |at| self.rows.first().is_some_and(|row| matches!(row.get(at), Some(Cell::Text(_))));
        for (index, row) in padded(&rows, |at| if words(at) { Side::Left } else { Side::Right }).iter().enumerate() {
            let mut line = String::new();
            for (at, cell) in row.iter().enumerate() {
                let border = at > 0 && self.columns[at - 1].role != self.columns[at].role;
                line.push_str(match border {
                    _ if at == 0 => "",
                    true if index == 0 => "     ",
                    true => "  -> ",
                    false => "  ",
                });
                line.push_str(cell);
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        if self.row_count > self.rows.len() {
            writeln!(f, "… and {} more rows", self.row_count - self.rows.len())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_prints_aligned() {
        let mut table = Table::default();
        for (weight, loss, direction) in [(50.0, 303_750_000_000.0, "increase"), (200.0, 0.0, "at the minimum")] {
            table.row([given("weight", weight), answer("loss", loss), answer("direction", direction)]);
        }
        assert_eq!(
            table.to_string(),
            "\
weight                loss  direction
    50  -> 303,750,000,000  increase
   200  ->               0  at the minimum
"
        );
    }

    #[test]
    fn a_row_is_one_line_whatever_its_texts_hold() {
        let mut table = Table::default();
        for text in ["two\nlines", "long", &"s".repeat(70_000)] {
            table.row([given("weight", 1.0), answer("text", text)]);
        }
        let printed = table.to_string();
        assert_eq!(printed.lines().count(), 4, "{printed}");
        assert!(
            printed.contains("     1  -> \"two\\nlines\"\n") && printed.lines().all(|line| line.len() < 100),
            "{printed}"
        );
    }

    #[test]
    fn rows_beyond_the_most_are_counted_only() {
        let mut table = Table::default();
        for step in 0..Table::MOST_ROWS + 5 {
            table.row([answer("step", step)]);
        }
        assert_eq!((table.rows.len(), table.row_count), (Table::MOST_ROWS, Table::MOST_ROWS + 5));
    }
}
