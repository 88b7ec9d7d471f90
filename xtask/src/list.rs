//! `cargo xtask list`: the steps with status, points and place, from the last grade. It builds and runs nothing, so it
//! answers at once; changes since then are marked.

use std::process::ExitCode;

use grader::cli::{layout, print};
use grader::course::{FaultyStep, Selection, Step};
use grader::report::terminal::style_of;
use grader::report::text::{Line, Span, Style, Text, styled};
use grader::report::{changed_exercises, steps_done};
use grader::verdict::Standing;
use grader::{Remembered, Result, Workspace};
use harness::{Side, padded};

/// Lists the steps of a course.
///
/// # Errors
/// If a file of the course has an error.
pub fn list(workspace: &Workspace) -> Result<ExitCode> {
    let course = workspace.course()?;
    let Selection { steps, faulty, .. } = course.selection(&[])?;
    let layout = layout();
    let remembered = grader::last(workspace, &course, &steps)?;
    let mut rows: Vec<Row<'_>> =
        steps.iter().zip(&remembered).map(|(step, last)| Row::of(step, last.as_ref())).collect();
    rows.extend(faulty.into_iter().map(Row::of_faulty));
    rows.sort_by_key(|row| row.number);
    let changed = changed_exercises(steps.iter().map(|step| (step.name.as_str(), step.exercise(&course.root))));
    print(&table(&rows, changed, layout.width).write(&layout))?;
    Ok(ExitCode::SUCCESS)
}

/// The line for a step.
struct Row<'a> {
    number: u32,
    label: String,
    bonus: bool,
    /// The points that are earned, and all points.
    points: (u32, u32),
    /// Its standing, unless it was begun and never graded.
    standing: Option<Standing<'a>>,
    changed: bool,
    folder: String,
}

impl<'a> Row<'a> {
    fn of(step: &Step, last: Option<&'a Remembered>) -> Self {
        let points = step.cases.iter().map(|case| case.points).sum();
        Self {
            number: step.number,
            label: format!("{:>3} {}", step.number, step.name),
            bonus: step.bonus,
            points: last.map_or((0, points), |last| last.report.points()),
            standing: last.map(|last| last.report.standing()),
            changed: last.is_some_and(|last| !last.current),
            folder: step.folder.display().to_string(),
        }
    }

    fn of_faulty(step: &'a FaultyStep) -> Self {
        Self {
            number: step.number,
            label: format!("{:>3} {}", step.number, step.name),
            bonus: false,
            points: (0, 0),
            standing: Some(Standing::Faulty(&step.fault)),
            changed: false,
            folder: step.folder.display().to_string(),
        }
    }

    /// The step, its points, its standing and its folder.
    fn cells(&self) -> Vec<String> {
        let star = if self.changed { " *" } else { "" };
        let points = format!("{}/{}", self.points.0, self.points.1);
        vec![self.label.clone(), points, format!("{}{star}", self.words()), self.folder.clone()]
    }

    fn words(&self) -> String {
        let Some(standing) = self.standing else { return "  not graded yet".to_owned() };
        let words = match standing {
            Standing::NotStarted => "not started",
            Standing::Begun(_) => "begun",
            Standing::Failing(case) => case.verdict.word(),
            Standing::Done => "done",
            Standing::Faulty(_) => "cannot be graded",
        };
        format!("{} {words}", standing.mark())
    }

    /// What keeps the step from being graded.
    fn fault(&self) -> Option<String> {
        match self.standing {
            Some(Standing::Faulty(fault)) => Some(format!("Step {} cannot be graded: {fault}", self.number)),
            _ => None,
        }
    }

    fn style(&self) -> Style {
        self.standing.map_or(Style::FAINT, style_of)
    }
}

fn table(rows: &[Row<'_>], changed_exercises: Option<String>, width: usize) -> Text {
    let cells: Vec<Vec<String>> = rows.iter().map(Row::cells).collect();
    let cells = padded(&cells, |at| if at == 1 { Side::Right } else { Side::Left });
    let lines: Vec<Vec<Line>> = rows.iter().zip(&cells).map(|(row, cells)| lines_of(row, cells, width)).collect();
    let mut text = Text::default();
    for bonus in [false, true] {
        let (listed, lines): (Vec<&Row<'_>>, Vec<&Vec<Line>>) =
            rows.iter().zip(&lines).filter(|(row, _)| row.bonus == bonus).unzip();
        if listed.is_empty() {
            continue;
        }
        if bonus {
            text.blank();
        }
        text.paragraph("", format!("{}{}", if bonus { "Bonus: " } else { "" }, count_of(&listed)), width);
        text.blank();
        lines.into_iter().flatten().for_each(|line| text.line(line.clone()));
    }

    let mut notes: Vec<String> = rows.iter().filter_map(Row::fault).collect();
    if rows.iter().all(|row| matches!(row.standing, None | Some(Standing::NotStarted))) {
        notes.push("To begin: `cargo xtask grade`".to_owned());
    } else if rows.iter().any(|row| row.changed) {
        notes.push("* changed since it was graded; `cargo xtask grade` grades it again".to_owned());
    }
    notes.extend(changed_exercises);
    for note in notes {
        text.blank();
        text.paragraph("", note, width);
    }
    text
}

/// A row on one line, or with its folder on a second line if it is too long.
fn lines_of(row: &Row<'_>, cells: &[String], width: usize) -> Vec<Line> {
    let [label, points, state, folder] = cells else { return Vec::new() };
    let line = |state: &str| -> [Span; 2] { [format!("{label}  {points}  ").into(), styled(state, row.style())] };
    let whole = Line::from(line(state));
    if whole.width() + 2 + Line::from(folder.as_str()).width() <= width {
        vec![Line { spans: [whole.spans, vec![format!("  {}", row.folder).into()]].concat() }]
    } else {
        vec![line(state.trim_end()).into(), format!("    {}", row.folder).into()]
    }
}

/// How many of these steps are done, and their points as far as they are known. If a step has changed since its last
/// grade, the points that it earns now are not known; if it cannot be graded, not even its possible points are.
fn count_of(rows: &[&Row<'_>]) -> String {
    let counted = |counts: fn(&Row<'_>) -> bool| rows.iter().filter(|row| counts(row)).count();
    let done = counted(|row| !row.changed && matches!(row.standing, Some(Standing::Done)));
    let earned: u32 = rows.iter().filter(|row| !row.changed).map(|row| row.points.0).sum();
    let all: u32 = rows.iter().map(|row| row.points.1).sum();
    let changed = counted(|row| row.changed);
    let faulty = counted(|row| matches!(row.standing, Some(Standing::Faulty(_))));
    let count = steps_done(done, rows.len(), &[(changed, "changed"), (faulty, "cannot be graded")]);
    format!("{count}, {earned} of {all} points")
}
