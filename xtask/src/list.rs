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
    bonus: bool,
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
            bonus: step.bonus,
            points: last.map_or((0, points), |last| last.report.points()),
            state: last.map_or(State::NotGraded, |last| State::of(&last.report)),
            changed: last.is_some_and(|last| !last.current),
            folder: step.folder.display().to_string(),
        }
    }

    fn points_in_words(&self) -> String {
        format!("{}/{}", self.points.0, self.points.1)
    }

    fn state_in_words(&self) -> String {
        let star = if self.changed { " *" } else { "" };
        format!("{}{star}", self.state.words())
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
    let (bonus, own): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|row| row.bonus);
    let longest = |of: &dyn Fn(&Row) -> String| rows.iter().map(|row| of(row).chars().count()).max().unwrap_or(0);
    let label_width = longest(&|row| row.label.clone());
    let points_width = longest(&Row::points_in_words);
    let state_width = longest(&Row::state_in_words);
    let folder_width = longest(&|row| row.folder.clone());
    let on_one_line = label_width + points_width + state_width + folder_width + 6 <= layout.width;
    let line = |row: &Row| {
        let Row { label, folder, .. } = row;
        let (points, state) = (row.points_in_words(), row.state_in_words());
        if on_one_line {
            // Padded first: a colour's own letters must not count.
            let state = row.state.paint(&format!("{state:<state_width$}"));
            format!("{label:<label_width$}  {points:>points_width$}  {state}  {folder}\n")
        } else {
            let state = row.state.paint(&state);
            format!("{label:<label_width$}  {points:>points_width$}  {state}\n    {folder}\n")
        }
    };
    let lines = |rows: &[&Row]| rows.iter().map(|row| line(row)).collect::<String>();
    let mut text = format!("{}\n\n{}", count_of(&own), lines(&own));
    if !bonus.is_empty() {
        text.push_str(&format!("\nBonus: {}\n\n{}", count_of(&bonus), lines(&bonus)));
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

/// How many steps of several are done, and their points.
fn count_of(rows: &[&Row]) -> String {
    let done = rows.iter().filter(|row| matches!(row.state, State::Done)).count();
    let (earned, all) = rows.iter().fold((0, 0), |sum, row| (sum.0 + row.points.0, sum.1 + row.points.1));
    let word = if rows.len() == 1 { "step" } else { "steps" };
    format!("{done} of {} {word} done, {earned} of {all} points", rows.len())
}
