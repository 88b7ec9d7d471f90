//! Verdicts: what became of a case, and why. [`judge`](judge()) reaches them, [`StepReport`] and [`Report`] gather
//! them.

#![warn(unreachable_pub)]

pub mod answers;
mod caller;
pub mod compare;
pub mod diagnosis;
pub mod explain;
pub mod judge;
mod standing;

use std::time::Duration;

use harness::{Table, Trial};
use outcome::{CompilerError, Culprit, Ending, Place};

pub use caller::place_of_panic;
pub use compare::{ComparedCell, ComparedRow, Comparison, is_same_record};
pub use diagnosis::{Finding, GivenLaw, Kind, Missing, PowerLaw, Rounding, SampleLaw, Side};
pub use explain::Texts;
pub use judge::{Judged, judge};
pub use judge::{verdict_on, verdict_on_panic, verdict_on_todo};
pub use standing::{CaseReport, Outcome, Part, Report, Standing, StepReport};

/// The verdict on a case.
///
/// ```
/// use grader::verdict::{Explanation, Verdict, Wrong};
///
/// /// Why a case is wrong, as far as that is known.
/// fn reason(verdict: &Verdict) -> Option<String> {
///     let Verdict::Wrong(Wrong { trial, explanation, .. }) = verdict else { return None };
///     Some(match explanation {
///         Explanation::Mistakes { named, .. } => named.iter().map(|mistake| mistake.says.as_str()).collect(),
///         Explanation::Elsewhere { function, .. } => format!("it calls `{function}`, which is wrong"),
///         Explanation::Shows(findings) => format!("{findings:?} on trial {trial}"),
///     })
/// }
/// assert_eq!(reason(&Verdict::Passed), None);
/// ```
#[derive(Debug, Clone)]
pub enum Verdict {
    /// Right on every trial.
    Passed,
    /// A `todo!` was reached.
    NotStarted {
        /// Where it is.
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
        /// The trial.
        trial: Trial,
        /// Its message.
        message: String,
        /// Where.
        place: Option<Place>,
        /// Why, if that is known.
        explanation: Option<Explanation>,
    },
    /// The code did not end in time.
    TimedOut {
        /// The trial.
        trial: Trial,
        /// The time it had.
        limit: Duration,
        /// What it did in that time.
        spent: Spent,
    },
    /// The program ended before it had answered.
    Crashed {
        /// The trial.
        trial: Trial,
        /// How it ended.
        ending: Ending,
    },
}

/// A wrong answer.
#[derive(Debug, Clone)]
pub struct Wrong {
    /// The first trial that is wrong.
    pub trial: Trial,
    /// Whether the answers to the lesson's own data are right.
    pub only_fresh: bool,
    /// Expected and answered side by side, on that trial.
    pub comparison: Comparison,
    /// What is known of the cause.
    pub explanation: Explanation,
    /// The formulas that the function's comment gives, for a person to whom nothing else can be told.
    pub formulas: Vec<String>,
}

/// What is known of a wrong answer's cause.
#[derive(Debug, Clone)]
pub enum Explanation {
    /// Known mistakes with exactly the same answers; more than one if the cases cannot tell them apart.
    Mistakes {
        /// The mistakes.
        named: Vec<NamedMistake>,
        /// On which cases the answers are the same.
        extent: Extent,
    },
    /// Another function is wrong, too, and this case uses it.
    Elsewhere {
        /// The function to look at.
        function: String,
        /// What uses it.
        by: User,
    },
    /// What the numbers show, if they show anything.
    Shows(Vec<Finding>),
}

/// On which cases the answers are those of a known mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Extent {
    /// On all cases of the function.
    Function,
    /// On all cases of the function, if all of these mistakes are made together.
    Together,
    /// On this case, while others of its function show something else.
    Case,
    /// The answers are those of a mistake in this other function, whose work the code repeats here.
    WorkOf(String),
}

/// What uses another function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum User {
    /// The function that the case is about.
    Function,
    /// The case itself.
    Case,
}

/// A known mistake.
#[derive(Debug, Clone)]
pub struct NamedMistake {
    /// Its name.
    pub name: String,
    /// What the student did, and the idea.
    pub says: String,
}

/// What code was doing until it was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spent {
    /// It computed.
    Computing,
    /// It waited for something.
    Waiting,
}

/// A function as the cases call it, and as the student declares it.
#[derive(Debug, Clone)]
pub struct Signature {
    /// The function's name.
    pub function: String,
    /// What the cases call.
    pub wanted: String,
    /// What the student declares, if anything.
    pub found: Option<String>,
}

/// The tables of a case on the trial that its verdict is about; on the first one if it is about all.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The trial.
    pub trial: Trial,
    /// What was expected.
    pub expected: Table,
    /// What was answered, if anything was.
    pub got: Option<Table>,
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

    /// What is known of the cause.
    pub fn explanation(&self) -> Option<&Explanation> {
        match self {
            Verdict::Wrong(wrong) => Some(&wrong.explanation),
            Verdict::Panicked { explanation, .. } => explanation.as_ref(),
            Verdict::Passed
            | Verdict::NotStarted { .. }
            | Verdict::DoesNotCompile { .. }
            | Verdict::TimedOut { .. }
            | Verdict::Crashed { .. } => None,
        }
    }

    /// The trial that it is about; none if it is about all of them.
    pub fn trial(&self) -> Option<Trial> {
        match self {
            Verdict::Wrong(Wrong { trial, .. })
            | Verdict::Panicked { trial, .. }
            | Verdict::TimedOut { trial, .. }
            | Verdict::Crashed { trial, .. } => Some(*trial),
            Verdict::Passed | Verdict::NotStarted { .. } | Verdict::DoesNotCompile { .. } => None,
        }
    }
}
