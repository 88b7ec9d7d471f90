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
        // The comparison needs memory for each line beside each other line.
        const MOST_PAIRS: usize = 10_000_000;
        if student.len().saturating_mul(reference.len()) > MOST_PAIRS {
            let (own, lines) = (self.student.path.display(), student.len());
            let words = format!("{own} has {lines} lines, too many to compare. See {}", self.reference.path.display());
            text.paragraph("  ", words, width);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charset::Charset;
    use crate::text::{Colours, Layout};

    fn rendered(student: &str, reference: &str) -> String {
        let file = |path: &str, text: &str| SourceFile { path: path.into(), text: text.to_owned() };
        let difference = Difference { student: file("own.rs", student), reference: file("reference.rs", reference) };
        let layout = Layout { width: 60, colours: Colours::Left, charset: Charset::Unicode };
        difference.render(60).write(&layout)
    }

    #[test]
    fn lines_around_a_change_are_shown_and_others_left_out() {
        let lines = |changed: [&str; 2]| {
            let mut lines: Vec<String> = (1..=20).map(|line| line.to_string()).collect();
            lines[4] = changed[0].to_owned();
            lines[15] = changed[1].to_owned();
            lines.join("\n")
        };
        let shown = rendered(&lines(["a", "b"]), &lines(["c", "d"]));
        let shown: Vec<&str> = shown.lines().skip(3).map(str::trim).collect();
        let expected = "2 3 4|- a|+ c|6 7 8|…|13 14 15|- b|+ d|17 18 19";
        let expected = expected.split('|').flat_map(|part| match part.contains(['-', '+']) {
            true => vec![part],
            false => part.split(' ').collect(),
        });
        assert_eq!(shown, expected.collect::<Vec<_>>());
    }

    #[test]
    fn a_file_that_is_too_long_to_compare_is_named() {
        let shown = rendered(&"\n".repeat(2_000_000), &"x\n".repeat(100));
        assert!(shown.contains("own.rs has 2000000 lines, too many to compare. See") && shown.len() < 200, "{shown}");
    }
}
