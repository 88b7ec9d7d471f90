//! The report: the verdicts of a grade. The last station on its way; only the formats below it print.

pub mod difference;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod progress;
pub mod terminal;

use std::path::PathBuf;
use std::time::Duration;

use harness::Table;
use serde::Serialize;

use crate::build::{CompilerError, Culprit};
use crate::compare::Comparison;
use crate::course::{self, Asked};
use crate::diagnosis::Finding;
use crate::plain::plain;
use crate::run::{Ending, Printed};

/// The verdicts of a grade, step by step.
#[derive(Debug, Clone)]
pub struct Report {
    /// What was graded, in the course's order.
    pub steps: Vec<StepReport>,
    /// What was asked for.
    pub asked: Asked,
    /// How many of the course's own steps were not graded.
    pub left_out: usize,
}

/// What became of one step.
#[derive(Debug, Clone)]
pub struct StepReport {
    /// The step's number.
    pub number: u32,
    /// The step's name.
    pub name: String,
    /// What the step is about.
    pub title: String,
    /// Whether the course is complete without it.
    pub bonus: bool,
    /// The file that the student edits, relative to the course.
    pub file: PathBuf,
    /// The cases, in the order of `exercise.toml`.
    pub cases: Vec<CaseReport>,
}

/// How a step stands as a whole.
#[derive(Debug, Clone, Copy)]
pub enum Standing<'a> {
    /// No case was begun.
    NotStarted,
    /// What was begun passes; this case is next.
    Begun(&'a CaseReport),
    /// This case is the first to mend.
    Failing(&'a CaseReport),
    /// Every case passed.
    Done,
}

/// What became of one case.
#[derive(Debug, Clone)]
pub struct CaseReport {
    /// The case's name.
    pub name: String,
    /// What the case looks at.
    pub title: String,
    /// The function that it grades.
    pub function: String,
    /// What passing it is worth.
    pub points: u32,
    /// Where to edit, from 1, where that is known.
    pub line: Option<usize>,
    /// The verdict.
    pub verdict: Verdict,
    /// What the student's code printed.
    pub printed: Printed,
    /// How long it ran.
    pub took: Duration,
    /// Its tables, if the expected one is recorded.
    pub tables: Option<Tables>,
}

/// The tables of a case on one trial, for whoever shows or draws them.
#[derive(Debug, Clone, PartialEq)]
pub struct Tables {
    /// The trial's name.
    pub trial: String,
    /// The expected answers.
    pub expected: Table,
    /// The student's answers, if the code answered.
    pub got: Option<Table>,
}

/// What became of a case.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Verdict {
    /// Right on every trial.
    Passed,
    /// A `todo!` was reached.
    NotStarted {
        /// Where it stands.
        todo: Option<Place>,
    },
    /// The step does not compile.
    DoesNotCompile {
        /// The compiler's errors.
        errors: Vec<CompilerError>,
        /// The file that they are in.
        culprit: Culprit,
        /// The functions that the cases cannot call as they are.
        signatures: Vec<Signature>,
    },
    /// An answer is not the expected one.
    Wrong(Wrong),
    /// The code panicked.
    Panicked {
        /// The trial's name.
        trial: String,
        /// What it said.
        message: String,
        /// Where.
        place: Option<Place>,
        /// Why, where that is known.
        explanation: Option<Explanation>,
    },
    /// The code did not end in time.
    TimedOut {
        /// The trial's name.
        trial: String,
        /// The time it had.
        #[serde(serialize_with = "seconds")]
        limit: Duration,
    },
    /// The program ended before it had answered.
    Crashed {
        /// The trial's name.
        trial: String,
        /// How it ended.
        ending: Ending,
    },
}

/// A wrong answer.
#[derive(Debug, Clone, Serialize)]
pub struct Wrong {
    /// The name of the first trial that is wrong.
    pub trial: String,
    /// Whether the lesson's own data is answered right.
    pub only_fresh: bool,
    /// Expected and answered side by side, on that trial.
    pub comparison: Comparison,
    /// What is known of the cause.
    pub explanation: Explanation,
}

/// What is known of a wrong answer's cause.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Explanation {
    /// Known mistakes that answer just the same; more than one where the cases cannot tell them apart.
    Mistakes(Vec<NamedMistake>),
    /// Another function's mistake, which shows here because this one calls it.
    Elsewhere {
        /// The function to look at.
        function: String,
    },
    /// What the numbers show, if they show anything.
    Shows(Vec<Finding>),
}

/// A known mistake.
#[derive(Debug, Clone, Serialize)]
pub struct NamedMistake {
    /// Its name.
    pub name: String,
    /// What the student did, and the idea.
    pub says: String,
}

/// A place in a source file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The file, as the compiler names it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
}

/// A function as the cases call it, and as the student declares it.
#[derive(Debug, Clone, Serialize)]
pub struct Signature {
    /// The function's name.
    pub function: String,
    /// What the cases call.
    pub wanted: String,
    /// What is there, if it is there.
    pub found: Option<String>,
}

impl Report {
    /// What to look at next: the first step that is not done, and its first failure. Steps that must pass come first, and
    /// of the others those that were begun.
    pub fn next_failure(&self) -> Option<(&StepReport, &CaseReport)> {
        let (required, mut optional) = self.parts();
        optional.sort_by_key(|step| step.untouched());
        let step = required.into_iter().chain(optional).find(|step| !step.passed())?;
        step.first_failure().map(|case| (step, case))
    }

    /// Whether all that was asked for passed.
    pub fn passed(&self) -> bool {
        self.parts().0.iter().all(|step| step.passed())
    }

    /// The steps that must pass, and those that hold nothing back.
    pub fn parts(&self) -> (Vec<&StepReport>, Vec<&StepReport>) {
        self.steps.iter().partition(|step| self.requires(step))
    }

    /// Whether a step must pass.
    pub fn requires(&self, step: &StepReport) -> bool {
        match self.asked {
            Asked::Course => !step.bonus,
            Asked::Steps => true,
        }
    }
}

impl StepReport {
    /// How a list names the step: `3 single-weight`.
    pub fn label(&self) -> String {
        let bonus = if self.bonus { " (bonus)" } else { "" };
        format!("{} {}{bonus}", self.number, self.name)
    }

    /// How a text about the step begins.
    pub fn heading(&self) -> String {
        course::heading(self.number, &self.title, self.bonus)
    }

    /// Whether every case passed.
    pub fn passed(&self) -> bool {
        self.cases.iter().all(CaseReport::passed)
    }

    /// Whether no case was begun.
    pub fn untouched(&self) -> bool {
        self.cases.iter().all(|case| matches!(case.verdict, Verdict::NotStarted { .. }))
    }

    /// How many cases passed.
    pub fn passed_cases(&self) -> usize {
        self.cases.iter().filter(|case| case.passed()).count()
    }

    /// The points of the cases that passed, and of all.
    pub fn points(&self) -> (u32, u32) {
        let earned = self.cases.iter().filter(|case| case.passed()).map(|case| case.points).sum();
        (earned, self.cases.iter().map(|case| case.points).sum())
    }

    /// Whether a case is worth more or less than one point, so that points say more than a count.
    pub fn weighted(&self) -> bool {
        self.cases.iter().any(|case| case.points != 1)
    }

    /// The case to look at first: what was begun and failed at its source, before what only shows it and what was not
    /// begun.
    pub fn first_failure(&self) -> Option<&CaseReport> {
        let rank = |case: &&CaseReport| match &case.verdict {
            Verdict::NotStarted { .. } => 2,
            Verdict::Wrong(Wrong { explanation: Explanation::Elsewhere { .. }, .. }) => 1,
            _ => 0,
        };
        self.cases.iter().filter(|case| !case.passed()).min_by_key(rank)
    }

    /// How it stands as a whole.
    pub fn standing(&self) -> Standing<'_> {
        match self.first_failure() {
            None => Standing::Done,
            Some(_) if self.untouched() => Standing::NotStarted,
            Some(case) if matches!(case.verdict, Verdict::NotStarted { .. }) => Standing::Begun(case),
            Some(case) => Standing::Failing(case),
        }
    }

    /// `path:line` of where to edit for a case.
    pub fn place(&self, case: &CaseReport) -> String {
        match case.line {
            Some(line) => format!("{}:{line}", self.file.display()),
            None => self.file.display().to_string(),
        }
    }
}

impl Standing<'_> {
    /// The one sign that stands for it.
    pub fn mark(self) -> &'static str {
        match self {
            Standing::NotStarted => "·",
            Standing::Begun(_) => "…",
            Standing::Failing(_) => "✗",
            Standing::Done => "✓",
        }
    }
}

impl CaseReport {
    /// Whether it passed.
    pub fn passed(&self) -> bool {
        matches!(self.verdict, Verdict::Passed)
    }
}

impl Verdict {
    /// The verdict in a word or two.
    pub fn word(&self) -> &'static str {
        match self {
            Verdict::Passed => "passed",
            Verdict::NotStarted { .. } => "not started",
            Verdict::DoesNotCompile { .. } => "does not compile",
            Verdict::Wrong(_) => "wrong",
            Verdict::Panicked { .. } => "panicked",
            Verdict::TimedOut { .. } => "timed out",
            Verdict::Crashed { .. } => "crashed",
        }
    }

    /// The trial that it is about, by name; none where it is about all of them.
    pub fn trial(&self) -> Option<&str> {
        match self {
            Verdict::Wrong(Wrong { trial, .. })
            | Verdict::Panicked { trial, .. }
            | Verdict::TimedOut { trial, .. }
            | Verdict::Crashed { trial, .. } => Some(trial),
            Verdict::Passed | Verdict::NotStarted { .. } | Verdict::DoesNotCompile { .. } => None,
        }
    }

    /// What a person is told of it, a paragraph each; nothing for what passed.
    pub fn sentences(&self) -> Vec<String> {
        match self {
            Verdict::Passed | Verdict::NotStarted { .. } => Vec::new(),
            Verdict::DoesNotCompile { signatures, culprit, .. } => match culprit {
                Culprit::Library => Vec::new(),
                Culprit::Cases if signatures.is_empty() => {
                    vec!["The cases cannot call your functions as they are:".to_owned()]
                }
                Culprit::Cases => signatures.iter().map(Signature::sentence).collect(),
            },
            Verdict::Wrong(wrong) => wrong.sentences(),
            Verdict::Panicked { message, place, explanation, .. } => {
                let place = place.as_ref().map(|place| format!(" ({}:{})", place.file, place.line)).unwrap_or_default();
                // What a student's code says may be of any length and steer a terminal.
                const SHOWN: usize = 1_000;
                let message: String = plain(message).chars().take(SHOWN).collect();
                let mut sentences = vec![format!("The code panicked: {message}{place}")];
                sentences.extend(explanation.iter().flat_map(Explanation::sentences));
                sentences
            }
            Verdict::TimedOut { limit, .. } => vec![format!(
                "The code did not end within {} s and was stopped: does every loop come to its end?",
                limit.as_secs_f64()
            )],
            Verdict::Crashed { ending, .. } => vec![how_it_crashed(ending)],
        }
    }
}

impl Wrong {
    fn sentences(&self) -> Vec<String> {
        let mut sentences = self.explanation.sentences();
        if self.only_fresh && !matches!(self.explanation, Explanation::Mistakes(_)) {
            sentences.push(
                "The lesson's own data is answered right, fresh data is not: is a number written down that should be \
                 computed?"
                    .to_owned(),
            );
        }
        sentences
    }
}

impl Explanation {
    fn sentences(&self) -> Vec<String> {
        match self {
            Explanation::Mistakes(mistakes) => match &mistakes[..] {
                [mistake] => vec![mistake.says.clone()],
                several => {
                    let mut sentences = vec!["One of these, whose answers are the same here:".to_owned()];
                    sentences.extend(several.iter().map(|mistake| format!("- {}", mistake.says)));
                    sentences
                }
            },
            Explanation::Elsewhere { function } => {
                vec![format!("It calls `{function}`, which is wrong too: mend that one first.")]
            }
            Explanation::Shows(findings) => findings.iter().map(Finding::to_string).collect(),
        }
    }
}

impl Signature {
    fn sentence(&self) -> String {
        let Self { function, wanted, found } = self;
        match found {
            None => format!("There is no `{function}` in src/lib.rs any more. The cases call `{wanted}`."),
            Some(found) if !found.starts_with("pub ") => {
                format!("`{function}` must be `pub`, so that the cases can call it: `{wanted}`.")
            }
            Some(found) => format!("`{function}` is declared as `{found}`, but the cases call `{wanted}`."),
        }
    }
}

fn how_it_crashed(ending: &Ending) -> String {
    match ending {
        Ending::StackOverflow => {
            "The stack overflowed: a function calls itself without coming to an end, or holds a huge array.".to_owned()
        }
        Ending::Exited(Some(code)) => format!("The code ended the program (exit code {code}) before it had answered."),
        Ending::Signalled(6) => "The code aborted the program (signal 6) before it had answered.".to_owned(),
        Ending::Signalled(signal) => format!("The program was ended by signal {signal} before it had answered."),
        Ending::TooManyAnswers => "The answers are far too many to read.".to_owned(),
        Ending::Exited(None) | Ending::Done | Ending::TimedOut(_) => {
            "The program ended before it had answered.".to_owned()
        }
    }
}

/// A trial as a person calls it.
pub fn trial_in_words(trial: &str) -> String {
    match trial.strip_prefix("fresh-") {
        None => "the lesson's data".to_owned(),
        Some(seed) => format!("fresh data, seed {seed}"),
    }
}

fn seconds<S: serde::Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(duration.as_secs_f64())
}
