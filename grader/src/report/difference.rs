//! What the reference solution of a step does otherwise than the student, line by line.

use std::path::PathBuf;

use colored::Colorize;
use similar::{ChangeTag, TextDiff};

use super::terminal::Layout;
use crate::course::{Course, Step, read};
use crate::error::Result;
use crate::solution::{Solution, without_markers};

/// Two files to be set beside each other.
#[derive(Debug, Clone)]
pub struct Difference {
    /// The student's.
    pub own: Source,
    /// The reference solution.
    pub reference: Source,
}

/// A file of code.
#[derive(Debug, Clone)]
pub struct Source {
    /// Where it lies in the course.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
}

impl Difference {
    /// What differs in a step.
    ///
    /// # Errors
    /// If one of the two files cannot be read.
    pub fn of(course: &Course, step: &Step) -> Result<Self> {
        let solution = Solution::load(&course.root, step)?;
        let own = Source { text: read(&course.root, &step.source())?, path: step.source() };
        Ok(Self { own, reference: Source { text: solution.text, path: solution.path } })
    }

    /// The lines that differ, with a few around them. One that is too long goes on below, behind the same sign.
    pub fn render(&self, layout: Layout) -> String {
        // Line by line: how a line ends, and whether the last one does, is no difference to a person.
        let (own, reference) = (without_markers(&self.own.text), without_markers(&self.reference.text));
        if own == reference {
            return layout.paragraph("  ", "Yours is the reference solution, line for line.");
        }
        let mut text = format!("  {}\n", format!("- yours:     {}", self.own.path.display()).red());
        text.push_str(&format!("  {}\n", format!("+ reference: {}", self.reference.path.display()).green()));
        text.push_str(&changes(&own, &reference, layout));
        text
    }
}

fn changes(own: &[&str], reference: &[&str], layout: Layout) -> String {
    const AROUND: usize = 3;
    let diff = TextDiff::from_slices(own, reference);
    let mut text = String::new();
    for group in diff.grouped_ops(AROUND) {
        text.push_str(if text.is_empty() { "\n" } else { "  …\n" });
        for change in group.iter().flat_map(|part| diff.iter_changes(part)) {
            let sign = match change.tag() {
                ChangeTag::Delete => "- ",
                ChangeTag::Insert => "+ ",
                ChangeTag::Equal => "  ",
            };
            for line in layout.folded(sign, change.value()) {
                let line = match change.tag() {
                    ChangeTag::Delete => line.red(),
                    ChangeTag::Insert => line.green(),
                    ChangeTag::Equal => line.normal(),
                };
                text.push_str(&format!("{line}\n"));
            }
        }
    }
    text
}
