//! Hints: which function of a step needs one, which of its three hints comes next, and when a grade should mention
//! them.
//!
//! The count is kept in the grader's own folder, and only for the last function: another function starts anew. Nothing
//! of the student's is changed, and the order of the course stays the same.

mod words;

use std::path::{Path, PathBuf};

use attempt::inputs::hash_of;
use attempt::own_files;
use attempt::workspace::Workspace;
use course::{Course, Error, Result, Source, Step};
use serde::{Deserialize, Serialize};
use verdict::{CaseReport, Explanation, Report, StepReport, Verdict, Wrong};

/// The hints for the function of a step that fails first.
///
/// ```no_run
/// use grader::verdict::StepReport;
/// use grader::{Course, Hints, HintsWanted, Result, Workspace};
///
/// fn print_one_more(workspace: &Workspace, course: &Course, report: &StepReport) -> Result<()> {
///     match Hints::ask(workspace, course, report, HintsWanted::OneMore)? {
///         Some(hints) => println!("{} ({}): {:?}", hints.function(), hints.place, hints.texts_given().last()),
///         None => println!("{} has passed", report.name),
///     }
///     Ok(())
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Hints {
    /// The place to edit, as `path:line`.
    pub place: String,
    /// A nudge, the idea, nearly there.
    texts: [String; 3],
    tries: Tries,
    /// The folder of the grader's own files.
    scratch: PathBuf,
}

/// Which hints a student asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HintsWanted {
    /// Those given before, or the first one.
    SoFar,
    /// The next one, too.
    OneMore,
}

impl Hints {
    /// The hints that a step needs; none if it has passed.
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
        let tries = Tries::at(&scratch, &step.name, &name);
        Ok(Some(Self { place: report.place(case), texts: function.hints.clone(), tries, scratch }))
    }

    /// The hints that a student asks for: those given before and one more if that is wanted, but at least the first.
    /// None if the step has passed.
    ///
    /// # Errors
    /// If the course does not describe the function, or the count cannot be kept.
    pub fn ask(
        workspace: &Workspace,
        course: &Course,
        report: &StepReport,
        wanted: HintsWanted,
    ) -> Result<Option<Self>> {
        let Some(mut hints) = Self::to(workspace, course, report)? else { return Ok(None) };
        if wanted == HintsWanted::OneMore || hints.given() == 0 {
            hints.give()?;
        }
        Ok(Some(hints))
    }

    /// The function that they are for.
    pub fn function(&self) -> &str {
        &self.tries.function
    }

    /// How many were given.
    pub fn given(&self) -> usize {
        self.tries.hints.min(self.texts.len())
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.texts.len()
    }

    /// Those that were given, in words.
    pub fn texts_given(&self) -> &[String] {
        &self.texts[..self.given()]
    }

    /// Whether all were given.
    pub fn at_an_end(&self) -> bool {
        self.given() == self.texts.len()
    }

    /// Whether the next hint is the last one.
    pub fn next_is_last(&self) -> bool {
        self.next_number() == self.texts.len()
    }

    /// Counts one more as given.
    ///
    /// # Errors
    /// If the count cannot be kept.
    pub fn give(&mut self) -> Result<()> {
        self.tries.hints = self.next_number();
        self.tries.keep(&self.scratch)
    }

    /// The number of the next one, from 1; the last one comes again.
    pub(crate) fn next_number(&self) -> usize {
        (self.given() + 1).min(self.texts.len())
    }

    /// All of them.
    pub(crate) fn texts(&self) -> &[String] {
        &self.texts
    }
}

/// Whether a report to a person should mention hints: because nothing is known about the cause of a wrong answer, or
/// because its function failed in an earlier attempt, too. Counts this attempt.
pub(crate) fn should_be_mentioned(workspace: &Workspace, course: &Course, report: &Report) -> bool {
    let Some((step_report, case)) = report.next_failure() else { return false };
    let Ok(step) = course.step(&step_report.name) else { return false };
    let is_explained = match &case.verdict {
        Verdict::Passed | Verdict::NotStarted { .. } | Verdict::DoesNotCompile { .. } => return false,
        Verdict::Wrong(Wrong { explanation: Explanation::Shows(findings), .. }) => !findings.is_empty(),
        // Code that ends early says why itself.
        _ => true,
    };
    let scratch = workspace.scratch();
    let mut tries = Tries::at(&scratch, &step.name, &function_to_mend(&course.root, step, case));
    if tries.count_wrong(step.read_source(&course.root).as_bytes()) {
        // Without the count, hints are mentioned later.
        let _ = tries.keep(&scratch);
    }
    !is_explained || tries.wrong > 1
}

/// The function that needs a hint if this case fails first.
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

/// The function to write whose body contains a line of the student's file.
fn function_around(step: &Step, source: &str, line: Option<usize>) -> Option<String> {
    let names = step.functions.iter().map(|function| &function.name);
    let source = Source::new(source);
    let declared = names.filter_map(|name| Some((source.declaration(name)?.line, name)));
    let before = declared.filter(|(declared, _)| line.is_some_and(|line| *declared <= line));
    before.max().map(|(_, name)| name.clone())
}

/// A student's tries at a function.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Tries {
    step: String,
    function: String,
    /// How many hints the student has had.
    hints: usize,
    /// How many attempts were wrong.
    wrong: usize,
    /// The last of them, by its content.
    last: String,
}

impl Tries {
    /// The count for this function; one that cannot be read is forgotten.
    fn at(scratch: &Path, step: &str, function: &str) -> Self {
        let kept = own_files::read(&Self::file(scratch)).and_then(|text| serde_json::from_slice::<Self>(&text).ok());
        let kept = kept.filter(|tries| tries.step == step && tries.function == function);
        kept.unwrap_or_else(|| Self { step: step.to_owned(), function: function.to_owned(), ..Self::default() })
    }

    /// Counts a wrong attempt, unless it is the last one again. Returns whether it did.
    fn count_wrong(&mut self, source: &[u8]) -> bool {
        let attempt = hash_of(source);
        let is_new = self.last != attempt;
        if is_new {
            self.last = attempt;
            self.wrong += 1;
        }
        is_new
    }

    fn keep(&self, scratch: &Path) -> Result<()> {
        let text = serde_json::to_vec(self).map_err(std::io::Error::from)?;
        Ok(own_files::replace(scratch, &Self::file(scratch), &text)?)
    }

    fn file(scratch: &Path) -> PathBuf {
        scratch.join("tries.json")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attempt_counts_once_and_another_function_begins_anew() {
        let folder = tempfile::tempdir().unwrap();
        let mut tries = Tries::at(folder.path(), "loss", "predict");
        for (source, wrong) in [("one", 1), ("one", 1), ("two", 2), ("one", 3)] {
            tries.count_wrong(source.as_bytes());
            assert_eq!(tries.wrong, wrong);
        }
        tries.hints = 2;
        tries.keep(folder.path()).unwrap();
        let kept = Tries::at(folder.path(), "loss", "predict");
        assert_eq!((kept.wrong, kept.hints), (3, 2));
        let other = Tries::at(folder.path(), "loss", "squared_error");
        assert_eq!((other.wrong, other.hints), (0, 0));
        fs_err::write(Tries::file(folder.path()), "{").unwrap();
        assert_eq!(Tries::at(folder.path(), "loss", "predict").wrong, 0);
    }
}
