//! `cargo xtask solution`: what the reference solution does otherwise than the student, once the step has passed or the
//! student says clearly to want it before.

use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use colored::Colorize;
use grader::cli::{layout, print};
use grader::course::{Course, Step, read};
use grader::grade::{Options, grade};
use grader::report::progress::Line;
use grader::solution::{Solution, without_markers};
use grader::{Result, process};
use similar::{ChangeTag, TextDiff};

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
    let solution = Solution::load(&course.root, step)?;
    let layout = layout();
    if !args.yes && !has_passed(&course, step)? && !is_wanted(step)? {
        print(&layout.paragraph("", &format!("Not shown. A hint may do: `cargo xtask hint {}`", step.number)))?;
        return Ok(ExitCode::from(1));
    }
    let own = read(&course.root, &step.source())?;
    let heading = format!("Step {}: {}", step.number, step.title);
    let mut text = format!("{}\n\n", heading.bold());
    // Line by line: how a line ends, and whether the last one does, is no difference to a person.
    let (own, reference) = (without_markers(&own), without_markers(&solution.text));
    if own == reference {
        text.push_str(&layout.paragraph("  ", "Yours is the reference solution, line for line."));
    } else {
        text.push_str(&format!("  {}\n", format!("- yours:     {}", step.source().display()).red()));
        text.push_str(&format!("  {}\n", format!("+ reference: {}", solution.path.display()).green()));
        text.push_str(&difference(&own, &reference));
    }
    print(&text)?;
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

/// The lines that differ, with a few around them.
fn difference(own: &[&str], reference: &[&str]) -> String {
    const AROUND: usize = 3;
    let diff = TextDiff::from_slices(own, reference);
    let mut text = String::new();
    for group in diff.grouped_ops(AROUND) {
        text.push_str(if text.is_empty() { "\n" } else { "  …\n" });
        for change in group.iter().flat_map(|part| diff.iter_changes(part)) {
            let value = change.value();
            let line = match change.tag() {
                ChangeTag::Delete => format!("- {value}").trim_end().red(),
                ChangeTag::Insert => format!("+ {value}").trim_end().green(),
                ChangeTag::Equal => format!("  {value}").trim_end().normal(),
            };
            text.push_str(&format!("{line}\n"));
        }
    }
    text
}
