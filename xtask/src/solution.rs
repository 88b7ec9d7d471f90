//! `cargo xtask solution`: what the reference solution does otherwise than the student, once the step has passed or the
//! student says clearly to want it before.

use std::io::{self, IsTerminal};
use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use colored::Colorize;
use grader::cli::{layout, print};
use grader::course::{Course, Step};
use grader::grade::{Options, grade};
use grader::report::difference::Difference;
use grader::report::progress::Line;
use grader::report::terminal::Layout;
use grader::{Result, process};

use crate::ask;

/// What to show.
#[derive(Debug, Args)]
pub struct SolutionArgs {
    /// The step, by number or name
    #[arg(value_name = "STEP")]
    pub step: String,
    /// Do not ask, also if the step has not passed
    #[arg(long)]
    pub yes: bool,
}

/// Shows the reference solution of a step beside the student's own.
///
/// # Errors
/// If the grader cannot grade, or the step has not passed and nobody is there to be asked.
pub fn solution(root: &Path, args: &SolutionArgs) -> Result<ExitCode> {
    process::end_children_on_interrupt()?;
    let course = Course::load(root)?;
    let step = course.step(&args.step)?;
    let layout = layout();
    if !args.yes && !has_passed(&course, step)? && !is_wanted(step)? {
        print(&layout.paragraph("", &format!("Not shown. A hint may do: `cargo xtask hint {}`", step.number)))?;
        return Ok(ExitCode::from(1));
    }
    // A file or another program gets each line of code whole.
    let width = if io::stdout().is_terminal() { layout.width } else { usize::MAX };
    let difference = Difference::of(&course, step)?.render(Layout { width, ..layout });
    print(&format!("{}\n{difference}", layout.paragraph("", &step.heading().bold().to_string())))?;
    Ok(ExitCode::SUCCESS)
}

fn has_passed(course: &Course, step: &Step) -> Result<bool> {
    let line = Line::new();
    Ok(grade(course, &[step], Options::default(), &|progress| line.tell(progress))?.passed())
}

fn is_wanted(step: &Step) -> Result<bool> {
    let question = format!("Step {} has not passed yet. See its solution all the same? Type yes:", step.number);
    let otherwise = format!(
        "step `{}` has not passed yet, and there is nobody to ask; run `cargo xtask solution {0} --yes`",
        step.name
    );
    Ok(ask::answer(&question, &otherwise)? == "yes")
}
