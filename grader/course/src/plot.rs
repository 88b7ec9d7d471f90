//! What to draw of a case's table: the schema of `plot` in `exercise.toml`.

use std::sync::Arc;

use harness::{Cell, Table};
use serde::Deserialize;

use super::surface::Surface;

/// A name that `exercise.toml` gives: of a column, say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The name.
    pub text: String,
    /// The line on which it is given, from 1.
    pub line: usize,
}

/// What to draw of a case's table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plot<W = Word, S = Arc<Surface>> {
    /// The horizontal axis.
    pub x: PlotAxis<W>,
    /// The vertical axis.
    pub y: PlotAxis<W>,
    /// How the rows are joined.
    #[serde(default)]
    pub shape: Shape,
    /// A column: the rows with the same value in it make a line.
    pub lines: Option<W>,
    /// A column of slopes: each row has a tangent.
    pub slope: Option<W>,
    /// A column of data, in the unit of the vertical axis, drawn as dots.
    pub dots: Option<W>,
    /// A position on the horizontal axis to mark.
    pub mark: Option<PlotMark<W>>,
    /// A surface of the course to draw below, as contour lines; the axes decide which part of it is visible.
    pub surface: Option<S>,
}

/// One axis of a plot.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlotAxis<W = Word> {
    /// The column that is drawn.
    pub column: W,
    /// The unit of its numbers.
    pub unit: Option<String>,
    /// How its numbers are spread over the axis.
    #[serde(default)]
    pub scale: Scale,
    /// The lowest and the highest number to show; if it is left out, the numbers decide.
    pub range: Option<[f64; 2]>,
}

/// A position to mark on the horizontal axis.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlotMark<W = Word> {
    /// The column whose first number is the position.
    pub column: W,
    /// What the position is called.
    pub label: String,
}

/// How numbers are spread over an axis.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scale {
    /// Equal differences are equally far apart.
    #[default]
    Linear,
    /// Equal ratios are equally far apart.
    Log,
}

/// How the rows of a plot are joined.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    /// By straight lines.
    #[default]
    Line,
    /// By the parabola that they are on; by straight lines if they are on none, or go to and fro.
    Parabola,
    /// Not at all.
    Dots,
}

impl Plot {
    /// The columns that are drawn.
    fn columns(&self) -> impl Iterator<Item = &Word> {
        let further = [&self.lines, &self.slope, &self.dots].into_iter().flatten();
        [&self.x.column, &self.y.column].into_iter().chain(further).chain(self.mark.iter().map(|mark| &mark.column))
    }

    /// Why a table cannot be drawn like this, if it cannot, and the line that asks for it: a column is missing, or it
    /// has no numbers where numbers are needed. `of` says what has the table, such as ``case `loss` ``.
    pub fn misfit(&self, of: &str, table: &Table) -> Option<(usize, String)> {
        let is_text = |cell: Option<&Cell>| matches!(cell, None | Some(Cell::Text(_)));
        self.columns().find_map(|column| {
            // The values of `lines` only have to differ.
            let has_no_number =
                |at| self.lines.as_ref() != Some(column) && table.rows.iter().all(|row| is_text(row.get(at)));
            match table.columns.iter().position(|own| own.name == column.text) {
                None => missing_column(of, column, table),
                Some(at) if has_no_number(at) => {
                    Some((column.line, format!("column `{}` of {of} holds no number to draw", column.text)))
                }
                Some(_) => None,
            }
        })
    }
}

/// The line that asks for a column which the table of something does not have, and the columns that it has.
pub fn missing_column(of: &str, column: &Word, table: &Table) -> Option<(usize, String)> {
    if table.columns.iter().any(|own| own.name == column.text) {
        return None;
    }
    let known: Vec<String> = table.columns.iter().map(|own| format!("`{}`", own.name)).collect();
    let known = known.join(", ");
    Some((column.line, format!("the table of {of} has no column `{}`; it has {known}", column.text)))
}

impl<W, S> Plot<W, S> {
    /// The same plot with each of its names changed, and the surface that is found for its name.
    pub fn map<V, T>(self, mut write: impl FnMut(W) -> V, find: impl FnOnce(S) -> Option<T>) -> Plot<V, T> {
        Plot {
            x: self.x.map(&mut write),
            y: self.y.map(&mut write),
            shape: self.shape,
            lines: self.lines.map(&mut write),
            slope: self.slope.map(&mut write),
            dots: self.dots.map(&mut write),
            mark: self.mark.map(|mark| PlotMark { column: write(mark.column), label: mark.label }),
            surface: self.surface.and_then(find),
        }
    }
}

impl<W> PlotAxis<W> {
    /// Whether the scale can show the range, if there is one.
    pub fn is_sound(&self) -> bool {
        self.range.is_none_or(|[low, high]| {
            low.is_finite() && high.is_finite() && low < high && (self.scale == Scale::Linear || low > 0.0)
        })
    }

    fn map<V>(self, write: impl FnOnce(W) -> V) -> PlotAxis<V> {
        PlotAxis { column: write(self.column), unit: self.unit, scale: self.scale, range: self.range }
    }
}
