//! Hints: which function of a step needs one, and which of its three comes next.
//!
//! How many were given is kept in the grader's own folder, for the last function alone: a hint to another one begins anew.
//! Nothing of the student's is touched, and what comes next in the course stays the same.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::text::{Style, Text, styled};
use crate::attempt::own_files;
use crate::course::declaration::declaration;
use crate::course::{Course, Step};
use crate::error::{Error, Result};
use crate::verdict::{CaseReport, Explanation, StepReport, Verdict, Wrong};
use crate::workspace::Workspace;

/// The hints to the function of a step that fails first.
#[derive(Debug, Clone)]
pub struct Hints {
    /// The function.
    function: String,
    /// `path:line` of where to edit.
    pub place: String,
    /// A nudge, the idea, nearly there.
    texts: [String; 3],
    /// How many were given.
    given: usize,
    step: String,
    /// The folder of the grader's own files, where the count is kept.
    scratch: PathBuf,
}

impl Hints {
    /// The hints that a step needs; none where it has passed.
    ///
    /// # Errors
    /// If the course does not describe the function.
    pub fn to(workspace: &Workspace, course: &Course, report: &StepReport) -> Result<Option<Self>> {
        let Some(case) = report.first_failure() else { return Ok(None) };
        let step = course.step(&report.name)?;
        let name = function_to_mend(&course.root, step, case);
        let function = step
            .functions
            .iter()
            .find(|function| function.name == name)
            .ok_or_else(|| Error::in_file(&step.toml(), format!("no [[function]] describes `{name}`")))?;
        let scratch = workspace.scratch();
        let count = Count::read(&scratch).filter(|count| count.step == step.name && count.function == name);
        Ok(Some(Self {
            function: name,
            place: report.place(case),
            texts: function.hints.clone(),
            given: count.map_or(0, |count| count.given).min(function.hints.len()),
            step: step.name.clone(),
            scratch,
        }))
    }

    /// How many were given.
    pub fn given(&self) -> usize {
        self.given
    }

    /// Whether all were given.
    pub fn at_an_end(&self) -> bool {
        self.given == self.texts.len()
    }

    /// Counts one more as given.
    ///
    /// # Errors
    /// If the count cannot be kept.
    pub fn give(&mut self) -> Result<()> {
        self.given = self.next_number();
        Count { step: self.step.clone(), function: self.function.clone(), given: self.given }.write(&self.scratch)
    }

    /// The next hint with a heading; the last one again where all were given.
    pub fn next(&self, width: usize) -> Text {
        let again = if self.at_an_end() { ", again: it is the last" } else { "" };
        self.paragraph(self.next_number(), again, width)
    }

    /// Whether the next hint is the last one.
    pub fn next_is_last(&self) -> bool {
        self.next_number() == self.texts.len()
    }

    /// All that were given, one below the other.
    pub fn so_far(&self, width: usize) -> Text {
        let mut text = Text::default();
        for number in 1..=self.given {
            if number > 1 {
                text.blank();
            }
            text.append(self.paragraph(number, "", width));
        }
        text
    }

    fn next_number(&self) -> usize {
        (self.given + 1).min(self.texts.len())
    }

    fn paragraph(&self, number: usize, note: &str, width: usize) -> Text {
        let mut text = Text::default();
        let heading = format!(": hint {number} of {}{note}", self.texts.len());
        text.line(["  ".into(), styled(self.function.as_str(), Style::STRONG), heading.into()]);
        text.blank();
        text.paragraph("  ", self.texts[number - 1].as_str(), width);
        text
    }
}

/// The function that a hint is to be for where this case fails first.
fn function_to_mend(root: &Path, step: &Step, case: &CaseReport) -> String {
    match &case.verdict {
        Verdict::Wrong(Wrong { explanation: Explanation::Elsewhere { function, .. }, .. }) => function.clone(),
        Verdict::DoesNotCompile { signatures, .. } => match signatures.first() {
            Some(signature) => signature.function.clone(),
            None => {
                let around = function_around(step, &step.read_source(root), case.line);
                around.unwrap_or_else(|| case.function.clone())
            }
        },
        _ => case.function.clone(),
    }
}

/// The function to be written in which a line of the student's file stands.
fn function_around(step: &Step, source: &str, line: Option<usize>) -> Option<String> {
    let names = step.functions.iter().map(|function| &function.name);
    let declared = names.filter_map(|name| Some((declaration(source, name)?.0, name)));
    let before = declared.filter(|(declared, _)| line.is_some_and(|line| *declared <= line));
    before.max().map(|(_, name)| name.clone())
}

/// The function that the last hint was for, and how many it has had.
#[derive(Serialize, Deserialize)]
struct Count {
    step: String,
    function: String,
    given: usize,
}

impl Count {
    fn file(scratch: &Path) -> PathBuf {
        scratch.join("hint.json")
    }

    /// The count, if there is one; what cannot be read is forgotten.
    fn read(scratch: &Path) -> Option<Self> {
        serde_json::from_slice(&own_files::read(&Self::file(scratch))?).ok()
    }

    fn write(&self, scratch: &Path) -> Result<()> {
        let text = serde_json::to_vec(self).map_err(std::io::Error::from)?;
        Ok(own_files::replace(&Self::file(scratch), &text)?)
    }
}
