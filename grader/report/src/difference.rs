//! How the reference solution of a step differs from the student's file, line by line.

use std::path::PathBuf;

use course::solution::without_markers;
use course::{Course, Result, Solution, Step};

use super::text::{Style, Text, styled};

/// Two files to show side by side.
#[derive(Debug, Clone)]
pub struct Difference {
    /// The student's.
    pub student: SourceFile,
    /// The reference solution.
    pub reference: SourceFile,
}

/// A file of code.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Its path in the course.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
}

impl Difference {
    /// The difference in a step.
    ///
    /// # Errors
    /// If the solution cannot be read.
    pub fn of(course: &Course, step: &Step) -> Result<Self> {
        let solution = Solution::load(&course.root, step)?;
        let student = SourceFile { text: step.read_source(&course.root), path: step.source() };
        Ok(Self { student, reference: SourceFile { text: solution.text, path: solution.path } })
    }

    /// The lines that differ, with a few around them. A line that is too long is continued below, behind the same sign.
    pub fn render(&self, width: usize) -> Text {
        let mut text = Text::default();
        // Line by line: how a line ends, and whether the last one does, makes no difference to a person.
        let (student, reference) = (without_markers(&self.student.text), without_markers(&self.reference.text));
        if student == reference {
            text.paragraph("  ", "Yours is the reference solution, line for line.", width);
            return text;
        }
        text.line(["  ".into(), styled(format!("- yours:     {}", self.student.path.display()), Style::BAD)]);
        text.line(["  ".into(), styled(format!("+ reference: {}", self.reference.path.display()), Style::GOOD)]);
        add_changes(&mut text, &student, &reference, width);
        text
    }
}

fn add_changes(text: &mut Text, student: &[&str], reference: &[&str], width: usize) {
    const AROUND: usize = 3;
    let lines = diff::slice(student, reference);
    let is_shown = |at: usize| {
        let around = &lines[at.saturating_sub(AROUND)..lines.len().min(at + AROUND + 1)];
        around.iter().any(|line| !matches!(line, diff::Result::Both(..)))
    };
    let mut last_shown = None;
    for (at, line) in lines.iter().enumerate().filter(|(at, _)| is_shown(*at)) {
        match last_shown {
            None => text.line(""),
            Some(last) if last + 1 < at => text.line("  …"),
            Some(_) => {}
        }
        last_shown = Some(at);
        match line {
            diff::Result::Left(line) => text.code("- ", line, Style::BAD, width),
            diff::Result::Right(line) => text.code("+ ", line, Style::GOOD, width),
            diff::Result::Both(line, _) => text.code("  ", line, Style::PLAIN, width),
        }
    }
}
