//! `cargo xtask hint`: the next of the three hints to the function that fails first.

use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use colored::Colorize;
use grader::cli::{layout, print};
use grader::course::{Asked, Course};
use grader::grade::{Options, grade};
use grader::hint::Hints;
use grader::report::progress::Line;
use grader::report::terminal::Layout;
use grader::report::{CaseReport, StepReport, Verdict};
use grader::{Result, process};

/// Where to give a hint.
#[derive(Debug, Args)]
pub struct HintArgs {
    /// The step, by number or name; the first that is not done if none is named
    #[arg(value_name = "STEP")]
    pub step: Option<String>,
}

/// Gives the next hint to the function that fails first.
///
/// # Errors
/// If the grader cannot grade, or cannot keep count.
pub fn hint(root: &Path, args: &HintArgs) -> Result<ExitCode> {
    process::end_children_on_interrupt()?;
    let course = Course::load(root)?;
    let steps = course.select(args.step.as_slice())?;
    let line = Line::new();
    let options = Options { asked: Asked::by(args.step.as_slice()), ..Options::default() };
    let report = grade(&course, &steps, options, &|progress| line.tell(progress))?;
    drop(line);

    let layout = layout();
    let Some((step, case)) = report.next_failure() else {
        let done = match &steps[..] {
            [step] => format!("Step {} is done", step.number),
            _ => "Every step is done".to_owned(),
        };
        print(&layout.paragraph("", &format!("{done}: no hint is needed.")))?;
        return Ok(ExitCode::SUCCESS);
    };
    if let Some(mut hints) = Hints::to(&course, step)? {
        print(&text(&hints, step, case, args, layout))?;
        // Counted when it has been seen.
        hints.give()?;
    }
    Ok(ExitCode::SUCCESS)
}

fn text(hints: &Hints, step: &StepReport, case: &CaseReport, args: &HintArgs, layout: Layout) -> String {
    let mut text = format!("{}\n\n", step.heading().bold());
    if matches!(case.verdict, Verdict::DoesNotCompile { .. }) {
        let message = format!("It does not compile; `cargo xtask grade {}` shows the compiler's words.", step.number);
        text.push_str(&layout.paragraph("  ", &message));
        text.push('\n');
    }
    text.push_str(&hints.next(layout));
    let more = match &args.step {
        _ if hints.next_is_last() => format!("cargo xtask solution {}", step.number),
        Some(named) => format!("cargo xtask hint {named}"),
        None => "cargo xtask hint".to_owned(),
    };
    text.push_str(&format!("\n  Edit  {}\n  More  {}\n", hints.place.cyan(), more.cyan()));
    text
}
