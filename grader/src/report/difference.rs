//! What the reference solution of a step does otherwise than the student, line by line.

use colored::Colorize;
use similar::{ChangeTag, TextDiff};

use super::terminal::Layout;
use crate::course::{Course, Step, read};
use crate::error::Result;
use crate::solution::{Solution, without_markers};

/// The lines of the student's file and of the solution that differ, with a few around them.
///
/// # Errors
/// If one of the two files cannot be read.
pub fn render(course: &Course, step: &Step, layout: Layout) -> Result<String> {
    let solution = Solution::load(&course.root, step)?;
    let own = read(&course.root, &step.source())?;
    // Line by line: how a line ends, and whether the last one does, is no difference to a person.
    let (own, reference) = (without_markers(&own), without_markers(&solution.text));
    if own == reference {
        return Ok(layout.paragraph("  ", "Yours is the reference solution, line for line."));
    }
    let mut text = format!("  {}\n", format!("- yours:     {}", step.source().display()).red());
    text.push_str(&format!("  {}\n", format!("+ reference: {}", solution.path.display()).green()));
    text.push_str(&difference(&own, &reference));
    Ok(text)
}

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
