//! What `exercise.toml` says of an experiment: its picture, what tells how its run ended, and what to try with it.

use harness::Table;
use harness::controls::{Control, Domain, Value};
use serde::Deserialize;

use super::plot::{Plot, Word, missing_column};
use super::surface::Surfaces;

/// Something that a student can play with: a function of `cases.rs` that is not graded.
#[derive(Debug, Clone)]
pub struct Experiment {
    /// Its name in `cases.rs`.
    pub name: String,
    /// The line of `exercise.toml` that names it, from 1.
    pub line: usize,
    /// What it shows, in a few words.
    pub title: String,
    /// What to draw of its table.
    pub plot: Plot,
    /// What chooses the surface below, if it is not always the same.
    pub surface: Option<ChosenSurface>,
    /// A value to mark on one of its controls.
    pub mark: Option<ControlMark>,
    /// What tells how its runs ended, if a tool is to say that.
    pub ending: Option<EndingColumns>,
    /// What to try, in the order to show it.
    pub tries: Vec<Try>,
}

/// A surface that is chosen by a control.
#[derive(Debug, Clone)]
pub struct ChosenSurface {
    /// The control whose value is the name of the surface.
    pub control: String,
    /// The surfaces of the course.
    pub among: Surfaces,
}

/// A value to mark on a control: a number that a run tells, where it matters how the control lies to it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ControlMark<W = Word> {
    /// The control.
    pub control: W,
    /// The column whose first number is the value.
    pub column: W,
    /// What the value is called.
    pub label: String,
}

/// The columns by which it is judged how a run ended.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndingColumns<W = Word> {
    /// The loss, row by row.
    pub loss: W,
    /// The position, a column for each coordinate; without them a run that jumps between two points of the same loss
    /// looks like one that stands still.
    #[serde(default = "Vec::new")]
    pub position: Vec<W>,
}

/// Something to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Try {
    /// What to do, and the question.
    pub question: String,
    /// The answer, in Markdown, without the marks of its numbers.
    pub answer: String,
}

/// How few and how many things to try an experiment has.
pub const TRIES: std::ops::RangeInclusive<usize> = 2..=5;

impl Experiment {
    /// What to draw of the table of a run with these controls.
    pub fn plot_with(&self, controls: &[Control]) -> Plot {
        let mut plot = self.plot.clone();
        if let Some(ChosenSurface { control, among }) = &self.surface
            && let Some(Control { value: Value::Word(name), .. }) = controls.iter().find(|known| known.name == *control)
        {
            plot.surface = among.named(name);
        }
        plot
    }

    /// The value to mark on one of its controls, if the table of the run has it.
    pub fn marked(&self, table: &Table) -> Option<f64> {
        let mark = self.mark.as_ref()?;
        let column = table.columns.iter().position(|column| column.name == mark.column.text)?;
        table.rows.iter().find_map(|row| row.get(column)?.as_number()).filter(|value| value.is_finite())
    }

    /// Why a run with these controls and this table cannot be drawn, judged and marked as it says, if it cannot, and
    /// the line that asks for it.
    pub fn misfit(&self, controls: &[Control], table: &Table) -> Option<(usize, String)> {
        let of = format!("experiment `{}`", self.name);
        let of_ending = self.ending.iter().flat_map(|ending| ending.position.iter().chain([&ending.loss]));
        let columns = of_ending.chain(self.mark.iter().map(|mark| &mark.column));
        let missing = || columns.filter_map(|column| missing_column(&of, column, table)).next();
        let has_control = |name: &str| {
            let has_numbers = |domain: &Domain| matches!(domain, Domain::Number(_) | Domain::Count { .. });
            controls.iter().any(|control| control.name == name && has_numbers(&control.domain))
        };
        let unmarked = || {
            let ControlMark { control, .. } = self.mark.as_ref().filter(|mark| !has_control(&mark.control.text))?;
            Some((control.line, format!("{of} draws no number or count `{}` to mark", control.text)))
        };
        self.plot.misfit(&of, table).or_else(missing).or_else(unmarked)
    }
}

impl<W> ControlMark<W> {
    /// The same mark with each name written in another way.
    pub fn map<V>(self, mut write: impl FnMut(W) -> V) -> ControlMark<V> {
        ControlMark { control: write(self.control), column: write(self.column), label: self.label }
    }
}

impl<W> EndingColumns<W> {
    /// The same columns with each name written in another way.
    pub fn map<V>(self, mut write: impl FnMut(W) -> V) -> EndingColumns<V> {
        EndingColumns { loss: write(self.loss), position: self.position.into_iter().map(write).collect() }
    }
}

/// A text of `exercise.toml` without the comments that say where its numbers come from.
pub fn without_marks(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some((before, mark)) = rest.split_once("<!--=") {
        shown.push_str(before);
        rest = mark.split_once("-->").map_or("", |(_, behind)| behind);
    }
    shown + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_not_shown() {
        assert_eq!(without_marks("At 1 it is 2<!--= valley.loss -->, or 3<!--=valley.loss-->."), "At 1 it is 2, or 3.");
        assert_eq!(without_marks("no mark"), "no mark");
    }
}
