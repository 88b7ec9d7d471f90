//! The pictures of a step with the student's own answers: one for each case that has a plot, and those of the lesson
//! that show a case in another way.

use std::io;

use figure::Figure;
use figure::svg::{self, Format};
use grader::course::{Picture, Step};
use grader::verdict::{CaseReport, StepReport, Verdict};
use harness::{Cell, Role, Table};
use serde::{Deserialize, Serialize};

/// What a picture is drawn for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// A wide page.
    Page,
    /// A page as narrow as a phone.
    Narrow,
    /// A file.
    File,
}

impl Target {
    /// Renders a figure; only a file shows the subtitle.
    ///
    /// # Errors
    /// None, as it writes into memory.
    pub fn render(self, figure: &Figure, subtitle: &str) -> io::Result<String> {
        let format = match self {
            Self::Page => Format::OnPage,
            Self::Narrow => Format::OnNarrowPage,
            Self::File => Format::Alone { subtitle },
        };
        svg::render(figure, format)
    }
}

/// A picture for the page, with its answers as text.
#[derive(Debug, Serialize)]
pub struct PictureDocument {
    /// What it shows.
    pub title: String,
    /// Whose answers it shows, whether they are right, and on which data.
    pub state: String,
    /// The picture itself.
    pub svg: String,
    /// Sentences about what the picture alone does not show.
    pub notes: Vec<String>,
    /// The answers as text.
    pub table: TableDocument,
    /// The same as a CSV file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub csv: Option<String>,
}

/// A table as the page shows it.
#[derive(Debug, Serialize)]
pub struct TableDocument {
    /// Whose answers these are.
    whose: &'static str,
    columns: Vec<ColumnDocument>,
    rows: Vec<Vec<String>>,
    /// Where each of these rows is on the picture, as parts of the frame from its left and from its bottom; none if it
    /// is outside.
    places: Vec<Option<[f64; 2]>>,
    /// How many rows there are, with those that are not shown.
    row_count: usize,
}

#[derive(Debug, Serialize)]
struct ColumnDocument {
    name: String,
    /// Whether the student's code returned it.
    answered: bool,
    /// Whether it holds text.
    text: bool,
}

/// How many rows the page shows.
const MOST_ROWS: usize = 200;

/// The names of the pictures of a step that can show a student's answers, its cases first.
pub fn live(step: &Step) -> impl Iterator<Item = &str> {
    let of_cases = step.cases.iter().filter(|case| case.plot.is_some()).map(|case| case.name.as_str());
    let of_lesson = step.pictures.iter().filter(|picture| picture.case.is_some()).map(|picture| picture.name.as_str());
    of_cases.chain(of_lesson)
}

/// Draws a picture of a step with the answers of its cases; none if there is no such picture, or no answer yet.
///
/// # Errors
/// None, as it writes into memory.
pub fn draw(step: &Step, report: &StepReport, name: &str, target: Target) -> io::Result<Option<PictureDocument>> {
    let Some((case, figure)) = figure_of(step, report, name) else { return Ok(None) };
    let Some(shown) = &case.shown else { return Ok(None) };
    let state = state(case, &figure);
    let svg = target.render(&figure, &state.replace('`', ""))?;
    let (whose, table) = shown.got.as_ref().map_or(("expected", &shown.expected), |got| ("yours", got));
    Ok(Some(PictureDocument {
        title: figure.title.clone(),
        state,
        svg,
        notes: figure.notes.clone(),
        table: TableDocument::of(whose, table, &figure),
        csv: (target == Target::File).then(|| csv(table)),
    }))
}

fn figure_of<'a>(step: &Step, report: &'a StepReport, name: &str) -> Option<(&'a CaseReport, Figure)> {
    let case_report = |name: &str| report.cases.iter().find(|case| case.name == name);
    match step.pictures.iter().find(|picture| picture.name == name) {
        Some(Picture { case, title, plot, .. }) => {
            let case = case_report(case.as_deref()?)?;
            Some((case, Figure::of_answers(plot, title, case)?))
        }
        None => {
            let case = case_report(name)?;
            Some((case, Figure::of_case(step.case(name)?, case)?))
        }
    }
}

fn state(case: &CaseReport, figure: &Figure) -> String {
    match case.verdict {
        Verdict::DoesNotCompile { .. } => format!("`{}` does not compile", case.function),
        _ => format!("`{}` {}{}", case.function, case.verdict.word(), figure.on_its_data()),
    }
}

impl TableDocument {
    /// The document of the table that a figure has in front.
    pub fn of(whose: &'static str, table: &Table, figure: &Figure) -> Self {
        let has_text = |at: usize| table.rows.iter().any(|row| matches!(row.get(at), Some(Cell::Text(_))));
        let column = |(at, column): (usize, &harness::Column)| ColumnDocument {
            name: column.name.clone(),
            answered: column.role == Role::Answer,
            text: has_text(at),
        };
        let rows = table.rows.iter().take(MOST_ROWS).map(|row| row.iter().map(Cell::in_table).collect());
        Self {
            whose,
            columns: table.columns.iter().enumerate().map(column).collect(),
            rows: rows.collect(),
            places: figure.places.iter().take(MOST_ROWS).map(|place| place.map(|at| [at.x, at.y].map(short))).collect(),
            row_count: table.row_count,
        }
    }
}

/// A part of the frame, to a tenth of a pixel on any screen.
fn short(part: f64) -> f64 {
    (part * 1e5).round() / 1e5
}

/// A table as comma-separated values, with all digits of its numbers.
pub fn csv(table: &Table) -> String {
    let line = |cells: Vec<String>| cells.join(",") + "\r\n";
    let head = line(table.columns.iter().map(|column| quoted(&column.name)).collect());
    let rows = table.rows.iter().map(|row| line(row.iter().map(field).collect()));
    head + &rows.collect::<String>()
}

fn field(cell: &Cell) -> String {
    match cell {
        Cell::Integer(integer) => integer.to_string(),
        Cell::Number(number) => format!("{number:?}"),
        Cell::Text(text) => quoted(text),
    }
}

fn quoted(text: &str) -> String {
    match text.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use harness::{answer, given};

    use super::*;

    #[test]
    fn a_table_is_saved_with_all_its_digits_and_quotes_where_they_are_needed() {
        let mut table = Table::default();
        table.row([given("a \"b\", c", 1e-7), answer("n", 3_usize), answer("says", "two\nlines")]);
        table.row([given("a \"b\", c", f64::NAN), answer("n", 4_usize), answer("says", "one")]);
        assert_eq!(csv(&table), "\"a \"\"b\"\", c\",n,says\r\n1e-7,3,\"two\nlines\"\r\nNaN,4,one\r\n");
    }
}
