//! `cargo xtask list`: the steps with status, points and place, from what was last graded. It builds and runs nothing, so
//! that it answers at once; what has changed since is marked.

use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use colored::{ColoredString, Colorize};
use grader::Result;
use grader::cli::{layout, print};
use grader::course::{Course, Step};
use grader::grade::{Remembered, last_grade};
use grader::report::Standing;
use grader::report::terminal::Layout;

/// Nothing can be chosen.
#[derive(Debug, Args)]
pub struct ListArgs {}

/// Lists the steps of a course.
///
/// # Errors
/// If a file of the course is not as it should be.
pub fn list(root: &Path, _args: &ListArgs) -> Result<ExitCode> {
    let course = Course::load(root)?;
    let steps = course.select(&[])?;
    let layout = layout();
    let remembered = last_grade(&course, &steps)?;
    let rows: Vec<Row<'_>> = steps.iter().zip(&remembered).map(|(step, last)| Row::of(step, last.as_ref())).collect();
    print(&table(&rows, layout))?;
    Ok(ExitCode::SUCCESS)
}

/// What is said of a step.
struct Row<'a> {
    label: String,
    bonus: bool,
    /// The points that it earned, and all that there are.
    points: (u32, u32),
    /// How it stands, if it was ever graded.
    standing: Option<Standing<'a>>,
    changed: bool,
    folder: String,
}

impl<'a> Row<'a> {
    fn of(step: &Step, last: Option<&'a Remembered>) -> Self {
        let points = step.cases.iter().map(|case| case.points).sum();
        Self {
            label: format!("{:>3} {}", step.number, step.name),
            bonus: step.bonus,
            points: last.map_or((0, points), |last| last.report.points()),
            standing: last.map(|last| last.report.standing()),
            changed: last.is_some_and(|last| !last.current),
            folder: step.folder.display().to_string(),
        }
    }

    fn points_in_words(&self) -> String {
        format!("{}/{}", self.points.0, self.points.1)
    }

    fn state_in_words(&self) -> String {
        let star = if self.changed { " *" } else { "" };
        format!("{}{star}", self.words())
    }

    fn words(&self) -> String {
        let Some(standing) = self.standing else { return "  not graded yet".to_owned() };
        let words = match standing {
            Standing::NotStarted => "not started",
            Standing::Begun(_) => "begun",
            Standing::Failing(case) => case.verdict.word(),
            Standing::Done => "done",
        };
        format!("{} {words}", standing.mark())
    }

    fn paint(&self, words: &str) -> ColoredString {
        match self.standing {
            None | Some(Standing::NotStarted) => words.dimmed(),
            Some(Standing::Begun(_)) => words.yellow(),
            Some(Standing::Failing(_)) => words.red(),
            Some(Standing::Done) => words.green(),
        }
    }
}

fn table(rows: &[Row<'_>], layout: Layout) -> String {
    let (bonus, own): (Vec<&Row<'_>>, Vec<&Row<'_>>) = rows.iter().partition(|row| row.bonus);
    let longest = |of: &dyn Fn(&Row<'_>) -> String| rows.iter().map(|row| of(row).chars().count()).max().unwrap_or(0);
    let label_width = longest(&|row| row.label.clone());
    let points_width = longest(&|row| row.points_in_words());
    let state_width = longest(&|row| row.state_in_words());
    let folder_width = longest(&|row| row.folder.clone());
    let on_one_line = label_width + points_width + state_width + folder_width + 6 <= layout.width;
    let line = |row: &Row<'_>| {
        let Row { label, folder, .. } = row;
        let (points, state) = (row.points_in_words(), row.state_in_words());
        if on_one_line {
            // Padded first: a colour's own letters must not count.
            let state = row.paint(&format!("{state:<state_width$}"));
            format!("{label:<label_width$}  {points:>points_width$}  {state}  {folder}\n")
        } else {
            let state = row.paint(&state);
            format!("{label:<label_width$}  {points:>points_width$}  {state}\n    {folder}\n")
        }
    };
    let lines = |rows: &[&Row<'_>]| rows.iter().map(|row| line(row)).collect::<String>();
    let mut text = format!("{}\n\n{}", count_of(&own), lines(&own));
    if !bonus.is_empty() {
        text.push_str(&format!("\nBonus: {}\n\n{}", count_of(&bonus), lines(&bonus)));
    }

    let note = if rows.iter().all(|row| row.standing.is_none()) {
        "Nothing is graded yet: run `cargo xtask grade`."
    } else if rows.iter().any(|row| row.changed) {
        "* changed since it was graded; `cargo xtask grade` looks again"
    } else {
        return text;
    };
    text.push('\n');
    text.push_str(&layout.paragraph("", note));
    text
}

/// How many steps of several are done, and their points.
fn count_of(rows: &[&Row<'_>]) -> String {
    let done = rows.iter().filter(|row| matches!(row.standing, Some(Standing::Done))).count();
    let (earned, all) = rows.iter().fold((0, 0), |sum, row| (sum.0 + row.points.0, sum.1 + row.points.1));
    let word = if rows.len() == 1 { "step" } else { "steps" };
    format!("{done} of {} {word} done, {earned} of {all} points", rows.len())
}
