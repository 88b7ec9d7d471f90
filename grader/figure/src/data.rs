//! The rows of a table as series of points for a plot, in the table's own numbers.

use grader::course::plot::Plot;
use harness::{Cell, Role, Table};

use crate::Layer;

/// The rows of a table that belong to one series, in the table's own numbers.
pub(crate) struct DataSeries {
    pub(crate) layer: Layer,
    pub(crate) group: usize,
    pub(crate) name: String,
    /// Whether the numbers of the vertical axis are answers, and not inputs of the student's function.
    pub(crate) is_answer: bool,
    pub(crate) points: Vec<DataPoint>,
}

/// The numbers of a row that are drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DataPoint {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) slope: Option<f64>,
}

impl DataSeries {
    /// The series of a table, one for each group. Names of new groups are added to `groups`.
    pub(crate) fn all(plot: &Plot, layer: Layer, table: &Table, y: &str, groups: &mut Vec<String>) -> Vec<Self> {
        let column = |name: &str| table.columns.iter().position(|column| column.name == name);
        let (Some(x), Some(y)) = (column(&plot.x.column.text), column(y)) else { return Vec::new() };
        let is_answer = table.columns[y].role == Role::Answer;
        let lines = plot.lines.as_ref().and_then(|lines| column(&lines.text));
        let slope = plot.slope.as_ref().and_then(|slope| column(&slope.text));
        let mut all: Vec<Self> = Vec::new();
        for cells in &table.rows {
            let number = |at: usize| cells.get(at)?.as_number();
            let (Some(x), Some(y)) = (number(x), number(y)) else { continue };
            let point = DataPoint { x, y, slope: slope.and_then(number) };
            let name = lines.and_then(|at| cells.get(at)).map(Cell::to_string).unwrap_or_default();
            let group = groups.iter().position(|known| *known == name).unwrap_or_else(|| {
                groups.push(name.clone());
                groups.len() - 1
            });
            match all.iter_mut().find(|series| series.group == group) {
                Some(series) => series.points.push(point),
                None => all.push(Self { layer, group, name, is_answer, points: vec![point] }),
            }
        }
        all
    }

    /// Whether the points go only from left to right, or only from right to left.
    pub(crate) fn goes_one_way(&self) -> bool {
        self.points.is_sorted_by(|point, next| point.x <= next.x)
            || self.points.is_sorted_by(|point, next| point.x >= next.x)
    }
}
