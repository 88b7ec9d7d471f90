//! `cargo xtask hint`: the next of the three hints for the function that fails first.

use std::process::ExitCode;

use grader::Hints;
use grader::cli::{layout, print};
use grader::course::Edition;
use grader::report::ProgressLine;
use grader::report::text::{Style, Text, styled};
use grader::verdict::{CaseReport, StepReport, Verdict};
use grader::{GradeOptions, Result, Tables, Workspace};

use crate::shell;

/// Where to give a hint.
#[derive(Debug)]
pub struct HintArgs {
    /// The step, by number, name or path; the first that is not done if none is named.
    pub step: Option<String>,
}

/// Gives the next hint to the function that fails first.
///
/// # Errors
/// If the grader cannot grade, or cannot keep count.
pub fn hint(workspace: &Workspace, args: &HintArgs) -> Result<ExitCode> {
    workspace.interrupt().raise_on_ctrl_c()?;
    let course = workspace.course()?;
    let selection = course.selection(args.step.as_slice())?;
    let line = ProgressLine::new();
    let report = grader::grade(
        workspace,
        &course,
        &selection,
        GradeOptions { fresh: false, tables: Tables::OfFailures },
        &|progress| line.tell(progress),
    )?;
    drop(line);

    let layout = layout();
    let Some((step, case)) = report.next_failure() else {
        if let Some(fault) = report.steps.into_iter().find_map(|step| step.fault) {
            return Err(fault.into());
        }
        let done = match &selection.steps[..] {
            [step] => format!("Step {} is done", step.number),
            _ => "Every step is done".to_owned(),
        };
        print(&layout.paragraph("", format!("{done}: no hint is needed.")))?;
        return Ok(ExitCode::SUCCESS);
    };
    if let Some(mut hints) = Hints::to(workspace, &course, step)? {
        print(&text(&hints, step, case, args, course.edition, layout.width).write(&layout))?;
        // Counted after it was shown.
        hints.give()?;
    }
    Ok(ExitCode::SUCCESS)
}

fn text(hints: &Hints, step: &StepReport, case: &CaseReport, args: &HintArgs, edition: Edition, width: usize) -> Text {
    let mut text = Text::default();
    text.line(styled(step.heading(), Style::STRONG));
    text.blank();
    if matches!(case.verdict, Verdict::DoesNotCompile { .. }) {
        let message = format!("It does not compile; `cargo xtask grade {}` shows the compiler's errors.", step.number);
        text.paragraph("  ", message, width);
        text.blank();
    }
    text.append(hints.next(width));
    let more = match &args.step {
        _ if hints.next_is_last() => edition.has_solutions().then(|| format!("cargo xtask solution {}", step.number)),
        Some(named) => Some(format!("cargo xtask hint {}", shell::word(named))),
        None => Some("cargo xtask hint".to_owned()),
    };
    text.blank();
    text.line(["  Edit  ".into(), styled(hints.place.as_str(), Style::TO_DO)]);
    if let Some(more) = more {
        text.line(["  More  ".into(), styled(more, Style::TO_DO)]);
    }
    text
}
