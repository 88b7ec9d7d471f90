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
use grader::report::terminal::Layout;
use grader::report::{StepReport, Verdict};

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
    let rows: Vec<Row> = steps.iter().zip(&remembered).map(|(step, last)| Row::of(step, last.as_ref())).collect();
    print(&table(&rows, layout))?;
    Ok(ExitCode::SUCCESS)
}

/// What is said of a step.
struct Row {
    label: String,
    /// The points that it earned, and all that there are.
    points: (u32, u32),
    state: State,
    changed: bool,
    folder: String,
}

/// How a step stands.
enum State {
    NotGraded,
    NotStarted,
    Begun,
    Failing(&'static str),
    Done,
}

impl Row {
    fn of(step: &Step, last: Option<&Remembered>) -> Self {
        let points = step.cases.iter().map(|case| case.points).sum();
        Self {
            label: format!("{:>3} {}", step.number, step.name),
            points: last.map_or((0, points), |last| last.report.points()),
            state: last.map_or(State::NotGraded, |last| State::of(&last.report)),
            changed: last.is_some_and(|last| !last.current),
            folder: step.folder.display().to_string(),
        }
    }
}

impl State {
    fn of(report: &StepReport) -> Self {
        match report.first_failure().map(|case| &case.verdict) {
            None => State::Done,
            Some(Verdict::NotStarted { .. }) if report.untouched() => State::NotStarted,
            Some(Verdict::NotStarted { .. }) => State::Begun,
            Some(verdict) => State::Failing(verdict.word()),
        }
    }

    fn words(&self) -> String {
        match self {
            State::NotGraded => "  not graded yet".to_owned(),
            State::NotStarted => "· not started".to_owned(),
            State::Begun => "… begun".to_owned(),
            State::Failing(word) => format!("✗ {word}"),
            State::Done => "✓ done".to_owned(),
        }
    }

    fn paint(&self, words: &str) -> ColoredString {
        match self {
            State::NotGraded | State::NotStarted => words.dimmed(),
            State::Begun => words.yellow(),
            State::Failing(_) => words.red(),
            State::Done => words.green(),
        }
    }
}

fn table(rows: &[Row], layout: Layout) -> String {
    let done = rows.iter().filter(|row| matches!(row.state, State::Done)).count();
    let (earned, all) = rows.iter().fold((0, 0), |sum, row| (sum.0 + row.points.0, sum.1 + row.points.1));
    let mut text = format!("{done} of {} steps done, {earned} of {all} points\n\n", rows.len());

    let cells: Vec<(String, String)> = rows
        .iter()
        .map(|row| {
            let star = if row.changed { " *" } else { "" };
            (format!("{}/{}", row.points.0, row.points.1), format!("{}{star}", row.state.words()))
        })
        .collect();
    let longest = |lengths: &mut dyn Iterator<Item = usize>| lengths.max().unwrap_or(0);
    let label_width = longest(&mut rows.iter().map(|row| row.label.chars().count()));
    let points_width = longest(&mut cells.iter().map(|(points, _)| points.chars().count()));
    let state_width = longest(&mut cells.iter().map(|(_, state)| state.chars().count()));
    let folder_width = longest(&mut rows.iter().map(|row| row.folder.chars().count()));
    let on_one_line = label_width + points_width + state_width + folder_width + 6 <= layout.width;
    for (row, (points, state)) in rows.iter().zip(&cells) {
        let label = &row.label;
        if on_one_line {
            // Padded first: a colour's own letters must not count.
            let state = row.state.paint(&format!("{state:<state_width$}"));
            text.push_str(&format!("{label:<label_width$}  {points:>points_width$}  {state}  {}\n", row.folder));
        } else {
            let state = row.state.paint(state);
            text.push_str(&format!("{label:<label_width$}  {points:>points_width$}  {state}\n    {}\n", row.folder));
        }
    }

    let note = if rows.iter().all(|row| matches!(row.state, State::NotGraded)) {
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
