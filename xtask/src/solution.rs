//! `cargo xtask solution`: how the reference solution differs from the student's file, if the step has passed or the
//! student insists.

use std::io::{self, IsTerminal};
use std::process::ExitCode;

use grader::cli::{layout, print};
use grader::course::{Course, Selection, Step};
use grader::report::text::{Style, Text, styled};
use grader::report::{Difference, ProgressLine};
use grader::{GradeOptions, Result, Tables, Workspace};

use crate::ask;

/// What to show.
#[derive(Debug)]
pub struct SolutionArgs {
    /// The step, by number, name or path.
    pub step: String,
    /// Do not ask, even if the step has not passed.
    pub yes: bool,
}

/// Shows the reference solution of a step beside the student's own.
///
/// # Errors
/// If the grader cannot grade, or the step has not passed and there is no terminal to ask on.
pub fn solution(workspace: &Workspace, args: &SolutionArgs) -> Result<ExitCode> {
    workspace.interrupt().raise_on_ctrl_c()?;
    let course = workspace.course()?;
    let step = course.step(&args.step)?;
    let layout = layout();
    if !args.yes && !has_passed(workspace, &course, step)? && !is_wanted(workspace, step, &args.step)? {
        print(&layout.paragraph("", format!("Not shown. A hint may help: `cargo xtask hint {}`", step.number)))?;
        return Ok(ExitCode::from(1));
    }
    // In a file, or for another program, no line of code is cut.
    let width = if io::stdout().is_terminal() { layout.width } else { usize::MAX };
    let mut text = Text::default();
    text.paragraph("", styled(step.heading(), Style::STRONG), layout.width);
    text.blank();
    text.append(Difference::of(&course, step)?.render(width));
    print(&text.write(&layout))?;
    Ok(ExitCode::SUCCESS)
}

fn has_passed(workspace: &Workspace, course: &Course, step: &Step) -> Result<bool> {
    let line = ProgressLine::new();
    // Selected by itself, a bonus step must pass, too.
    let selection = Selection::of_steps(vec![step]);
    Ok(grader::grade(
        workspace,
        course,
        &selection,
        GradeOptions { fresh: false, tables: Tables::OfFailures },
        &|progress| line.tell(progress),
    )?
    .passed())
}

/// Asks the person, who called the step `typed`.
fn is_wanted(workspace: &Workspace, step: &Step, typed: &str) -> Result<bool> {
    let question = format!("Step {} has not passed. See its solution anyway? Type yes:", step.number);
    let otherwise = format!(
        "step {} has not passed yet, and this is not a terminal; to see its solution anyway, run `cargo xtask \
         solution {typed} --yes`",
        step.number
    );
    Ok(ask::answer(&question, &otherwise, workspace.interrupt())? == "yes")
}
