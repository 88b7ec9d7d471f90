//! How a step and a course are doing: the verdicts of their cases, counted, and in the order in which to look at them.

use std::path::{Path, PathBuf};
use std::time::Duration;

use course::{self, About, Asked, Case, Course, Exercise, Fault, FaultyStep, Source, Step, path_with_line};
use outcome::{Attempt, Culprit, Printed};

use super::judge::Judged;
use super::{Explanation, Extent, Place, Shown, Verdict, Wrong};

/// The verdicts of a grade, step by step.
///
/// ```
/// use grader::Report;
/// # use grader::course::Asked;
/// # use grader::verdict::Part;
/// use grader::verdict::Outcome;
///
/// /// What a grade comes to, in one line.
/// fn summary(report: &Report) -> String {
///     match (report.outcome(), report.next_failure()) {
///         (Outcome::Passed, _) => "all passed".to_owned(),
///         (Outcome::Faulty, _) => "the course has a fault".to_owned(),
///         (Outcome::Failed, Some((step, case))) => format!("next: {}, {}", step.heading(), case.title),
///         (Outcome::Failed, None) => "not all passed".to_owned(),
///     }
/// }
/// # let about = grader::course::About::default();
/// # let report = Report { course_version: None, about, steps: Vec::new(), asked: Asked::Course, part: Part::Whole, left_out: 0 };
/// # assert_eq!(summary(&report), "all passed");
/// ```
#[derive(Debug, Clone)]
pub struct Report {
    /// The version of the course.
    pub course_version: Option<String>,
    /// What the course says of itself.
    pub about: About,
    /// What was graded, in the course's order.
    pub steps: Vec<StepReport>,
    /// What was asked for.
    pub asked: Asked,
    /// How much of each step it is about.
    pub part: Part,
    /// How many of the course's own steps were not graded.
    pub left_out: usize,
}

/// How much of each step a report is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Part {
    /// All functions.
    #[default]
    Whole,
    /// Those that matter most.
    Heart,
}

/// The verdicts on one step.
///
/// ```
/// use grader::verdict::{Standing, StepReport};
///
/// /// A step as a line of a list.
/// fn line(step: &StepReport) -> String {
///     let (earned, possible) = step.points();
///     let where_to_go_on = match step.standing() {
///         Standing::Begun(case) | Standing::Failing(case) => step.place(case),
///         Standing::Faulty(fault) => fault.to_string(),
///         Standing::NotStarted | Standing::Done => String::new(),
///     };
///     format!("{} {}: {earned} of {possible} points {where_to_go_on}", step.standing().mark(), step.name)
/// }
/// ```
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
    /// The cases, in the order of `exercise.toml`; none if the step cannot be graded.
    pub cases: Vec<CaseReport>,
    /// What keeps the step from being graded; it is not the student's fault.
    pub fault: Option<Fault>,
    /// Whether the exercise is still what the student began from.
    pub exercise: Exercise,
}

/// The outcome of a grade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Everything that was asked for passed.
    Passed,
    /// Something of it did not.
    Failed,
    /// A step could not be graded.
    Faulty,
}

/// How a step is doing as a whole.
#[derive(Debug, Clone, Copy)]
pub enum Standing<'a> {
    /// No case was begun.
    NotStarted,
    /// What was begun passes; this case is next.
    Begun(&'a CaseReport),
    /// This case is the first to fix.
    Failing(&'a CaseReport),
    /// Every case passed.
    Done,
    /// It cannot be graded.
    Faulty(&'a Fault),
}

/// The verdict on one case.
#[derive(Debug, Clone)]
pub struct CaseReport {
    /// The case's name.
    pub name: String,
    /// What the case checks.
    pub title: String,
    /// The function that it grades.
    pub function: String,
    /// What passing it is worth.
    pub points: u32,
    /// The line to edit, from 1, if it is known.
    pub line: Option<usize>,
    /// The verdict.
    pub verdict: Verdict,
    /// What the student's code printed.
    pub printed: Printed,
    /// The file that holds it, if it is too long for a report: relative to the current folder, if it is in that.
    pub printed_in: Option<PathBuf>,
    /// How long it ran.
    pub took: Duration,
    /// The tables to look at, if the case answered, or should have, on some trial.
    pub shown: Option<Shown>,
}

impl Report {
    /// What to look at next: the first step that is not done, and its first failure. Steps that must pass come first,
    /// then those that were begun.
    pub fn next_failure(&self) -> Option<(&StepReport, &CaseReport)> {
        let (required, mut optional) = self.parts();
        optional.sort_by_key(|step| step.untouched());
        required.into_iter().chain(optional).find_map(|step| Some((step, step.first_failure()?)))
    }

    /// The same with only the functions that matter most in each step; with all of them in a step that marks none.
    pub fn of_heart(mut self, course: &Course) -> Self {
        self.part = Part::Heart;
        for report in &mut self.steps {
            let Some(step) = course.steps.iter().find(|step| step.number == report.number) else { continue };
            let is_heart = |name: &str| step.functions.iter().any(|function| function.heart && function.name == name);
            if step.functions.iter().any(|function| function.heart) {
                report.cases.retain(|case| is_heart(&case.function));
            }
        }
        self
    }

    /// The step that a student has most likely just finished: the only one, if it passed, or the one before the first
    /// that is not done, if that one is not begun.
    pub fn just_finished(&self) -> Option<&StepReport> {
        let Some((next, _)) = self.next_failure() else {
            return self.steps.first().filter(|step| self.steps.len() == 1 && step.passed());
        };
        let before = self.steps.iter().take_while(|step| step.number != next.number).last()?;
        (next.untouched() && before.passed()).then_some(before)
    }

    /// The outcome.
    pub fn outcome(&self) -> Outcome {
        if self.steps.iter().any(|step| step.fault.is_some()) {
            Outcome::Faulty
        } else if self.parts().0.iter().all(|step| step.passed()) {
            Outcome::Passed
        } else {
            Outcome::Failed
        }
    }

    /// Whether all that was asked for passed.
    pub fn passed(&self) -> bool {
        self.outcome() == Outcome::Passed
    }

    /// The steps that must pass, and those that do not count.
    pub fn parts(&self) -> (Vec<&StepReport>, Vec<&StepReport>) {
        self.steps.iter().partition(|step| self.requires(step))
    }

    /// The name of each step, and whether its exercise has changed.
    pub fn changes(&self) -> impl Iterator<Item = (&str, Exercise)> {
        self.steps.iter().map(|step| (step.name.as_str(), step.exercise))
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
    /// Collects the verdicts on the cases of a step, in their order. `source` is the student's file.
    pub fn of(step: &Step, judged: Vec<Judged>, attempt: &Attempt, source: &Source<'_>) -> Self {
        let runs = match attempt {
            Attempt::Ran(answers) => Some(answers),
            Attempt::Failed(_) => None,
        };
        let cases = step.cases.iter().zip(judged).map(|(case, judged)| {
            let run = runs.and_then(|answers| answers.get(&case.name));
            CaseReport {
                name: case.name.clone(),
                title: case.title.clone(),
                function: case.function.clone(),
                points: case.points,
                line: line_to_edit(step, case, &judged.verdict, source),
                verdict: judged.verdict,
                printed: run.map(|run| run.printed.clone()).unwrap_or_default(),
                printed_in: None,
                took: run.map(|run| run.took).unwrap_or_default(),
                shown: judged.shown,
            }
        });
        Self {
            number: step.number,
            name: step.name.clone(),
            title: step.title.clone(),
            bonus: step.bonus,
            file: step.source(),
            cases: cases.collect(),
            fault: None,
            exercise: Exercise::AsBegun,
        }
    }

    /// A step that cannot be graded.
    pub fn faulty(step: &Step, fault: Fault) -> Self {
        Self {
            number: step.number,
            name: step.name.clone(),
            title: step.title.clone(),
            bonus: step.bonus,
            file: step.source(),
            cases: Vec::new(),
            fault: Some(fault),
            exercise: Exercise::AsBegun,
        }
    }

    /// A step that could not be read: only its name is known.
    pub fn unreadable(step: &FaultyStep) -> Self {
        Self {
            number: step.number,
            name: step.name.clone(),
            title: step.name.clone(),
            bonus: false,
            file: step.source(),
            cases: Vec::new(),
            fault: Some(step.fault.clone()),
            exercise: Exercise::AsBegun,
        }
    }

    /// The name of the step in a list: `3 mean`.
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
        self.fault.is_none() && self.cases.iter().all(CaseReport::passed)
    }

    /// Whether no case was begun.
    pub fn untouched(&self) -> bool {
        self.fault.is_none() && self.cases.iter().all(|case| matches!(case.verdict, Verdict::NotStarted { .. }))
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

    /// Whether two mistakes at once may explain what one alone does not.
    pub fn may_hide_mistakes(&self) -> bool {
        self.cases.iter().any(|case| match case.verdict.explanation() {
            Some(Explanation::Mistakes { extent, .. }) => *extent == Extent::Case,
            Some(Explanation::Elsewhere { .. } | Explanation::Shows(_)) => true,
            None => false,
        })
    }

    /// The case to look at first. What was begun and failed comes at its source first, then what only shows it, then
    /// what was not begun.
    pub fn first_failure(&self) -> Option<&CaseReport> {
        let rank = |case: &&CaseReport| match &case.verdict {
            Verdict::NotStarted { .. } => 2,
            Verdict::Wrong(Wrong { explanation: Explanation::Elsewhere { .. }, .. }) => 1,
            _ => 0,
        };
        self.cases.iter().filter(|case| !case.passed()).min_by_key(rank)
    }

    /// How it is doing as a whole.
    pub fn standing(&self) -> Standing<'_> {
        match (&self.fault, self.first_failure()) {
            (Some(fault), _) => Standing::Faulty(fault),
            (None, None) => Standing::Done,
            (None, Some(_)) if self.untouched() => Standing::NotStarted,
            (None, Some(case)) if matches!(case.verdict, Verdict::NotStarted { .. }) => Standing::Begun(case),
            (None, Some(case)) => Standing::Failing(case),
        }
    }

    /// The place to edit for a case, as `path:line`.
    pub fn place(&self, case: &CaseReport) -> String {
        path_with_line(&self.file, case.line)
    }
}

impl Standing<'_> {
    /// The sign for it.
    pub fn mark(self) -> &'static str {
        match self {
            Standing::NotStarted => "·",
            Standing::Begun(_) => "…",
            Standing::Failing(_) => "✗",
            Standing::Done => "✓",
            Standing::Faulty(_) => "?",
        }
    }
}

impl CaseReport {
    /// Whether it passed.
    pub fn passed(&self) -> bool {
        matches!(self.verdict, Verdict::Passed)
    }
}

/// The line of the student's file to edit after this verdict, if it is known.
fn line_to_edit(step: &Step, case: &Case, verdict: &Verdict, source: &Source<'_>) -> Option<usize> {
    let declared = |function: &str| source.declaration(function).map(|declared| declared.line);
    match verdict {
        Verdict::Passed => None,
        Verdict::NotStarted { todo: Some(place) } | Verdict::Panicked { place: Some(place), .. } => {
            own_line(step, place).or_else(|| declared(&case.function))
        }
        Verdict::DoesNotCompile { errors, signatures, culprit } => {
            let first = errors.iter().filter_map(|error| error.place.as_ref()).find_map(|place| own_line(step, place));
            first.or_else(|| signatures.iter().find_map(|signature| declared(&signature.function))).or_else(|| {
                // Neither the linker nor a compiler that was stopped names a place.
                let nowhere = matches!(culprit, Culprit::Linking | Culprit::Endless | Culprit::Compiler);
                nowhere.then(|| declared(&case.function)).flatten()
            })
        }
        Verdict::Wrong(Wrong { explanation: Explanation::Elsewhere { function, .. }, .. }) => declared(function),
        _ => declared(&case.function),
    }
}

/// The line of a place in the student's own file.
fn own_line(step: &Step, place: &Place) -> Option<usize> {
    Path::new(&place.file).ends_with(step.source()).then_some(place.line)
}
