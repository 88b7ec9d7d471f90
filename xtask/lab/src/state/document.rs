//! The documents about verdicts that the page reads. All of it is plain text, which the page never takes for HTML.

use grader::Hints;
use grader::course::Step;
use grader::report::terminal::detail;
use grader::report::text::{Colour, Style, Text, Weight};
use grader::report::{InWords, trial_in_words};
use grader::verdict::{Standing, StepReport};
use serde::Serialize;
use worker::StepState;

use super::Known;

/// The width of a report, in columns.
const REPORT_WIDTH: usize = 96;

/// The state of the course.
#[derive(Debug, Serialize)]
pub struct Overview {
    doing: Option<String>,
    problem: Option<String>,
    looks_a_second: Option<u32>,
    steps: Vec<StepLine>,
}

/// The state of a step.
#[derive(Debug, Serialize)]
struct StepLine {
    number: u32,
    title: String,
    bonus: bool,
    standing: &'static str,
    mark: &'static str,
    passed: usize,
    cases: usize,
    due: bool,
    /// Tells the page whether it already shows these verdicts.
    round: u64,
}

/// The verdict on a step.
#[derive(Debug, Serialize)]
pub struct VerdictDocument {
    number: u32,
    round: u64,
    /// Whether the step has verdicts.
    graded: bool,
    passed: bool,
    /// The case that fails first.
    headline: Option<Headline>,
    sentences: Vec<String>,
    /// The whole report on that case, in lines as a terminal shows them.
    report: Vec<Vec<SpanDocument>>,
    /// The place to edit, as `path:line`.
    place: String,
    /// What to think about when the step has passed.
    question: Option<String>,
    /// Why it cannot be graded.
    fault: Option<String>,
    milliseconds: Option<u128>,
    cases: Vec<CaseLine>,
}

/// The case that fails first.
#[derive(Debug, Serialize)]
struct Headline {
    function: String,
    word: &'static str,
    title: String,
    trial: Option<String>,
}

/// The state of a case.
#[derive(Debug, Serialize)]
struct CaseLine {
    name: String,
    title: String,
    function: String,
    word: &'static str,
}

/// Words in one style.
#[derive(Debug, Serialize)]
struct SpanDocument {
    words: String,
    class: String,
}

/// The hints given so far.
#[derive(Debug, Serialize)]
pub struct HintsDocument {
    function: String,
    given: Vec<String>,
    /// How many hints there are in all.
    count: usize,
}

impl Overview {
    pub(super) fn of(known: &Known) -> Self {
        let course = &known.course;
        let steps = course.course.steps.iter().zip(&course.steps).map(|(step, state)| StepLine::of(step, state));
        Self {
            doing: course.work.as_ref().map(|work| work.doing.clone()),
            problem: known.lost.clone().or_else(|| course.unreadable.clone()),
            looks_a_second: known.looks_a_second,
            steps: steps.collect(),
        }
    }
}

impl StepLine {
    fn of(step: &Step, state: &StepState) -> Self {
        let standing = match (&state.fault, &state.report) {
            (Some(_), _) => ("faulty", "?"),
            (None, Some(report)) => (name_of(report.standing()), report.standing().mark()),
            (None, None) => ("unknown", " "),
        };
        Self {
            number: step.number,
            title: step.title.clone(),
            bonus: step.bonus,
            standing: standing.0,
            mark: standing.1,
            passed: state.report.as_ref().map_or(0, StepReport::passed_cases),
            cases: step.cases.len(),
            due: state.due,
            round: state.round,
        }
    }
}

fn name_of(standing: Standing<'_>) -> &'static str {
    match standing {
        Standing::NotStarted => "not-started",
        Standing::Begun(_) => "begun",
        Standing::Failing(_) => "failing",
        Standing::Done => "done",
        Standing::Faulty(_) => "faulty",
    }
}

impl VerdictDocument {
    pub(super) fn of(step: &Step, state: &StepState) -> Self {
        let report = state.report.as_ref();
        let failing = report.and_then(|report| Some((report, report.first_failure()?)));
        let headline = failing.map(|(_, case)| Headline {
            function: case.function.clone(),
            word: case.verdict.word(),
            title: case.title.clone(),
            trial: case.verdict.trial().map(trial_in_words),
        });
        let place = match failing {
            Some((report, case)) => report.place(case),
            None => step.source().display().to_string(),
        };
        let case_line = |case: &grader::verdict::CaseReport| CaseLine {
            name: case.name.clone(),
            title: case.title.clone(),
            function: case.function.clone(),
            word: case.verdict.word(),
        };
        Self {
            number: step.number,
            round: state.round,
            graded: report.is_some(),
            passed: report.is_some_and(StepReport::passed),
            headline,
            sentences: failing.map(|(_, case)| case.verdict.sentences()).unwrap_or_default(),
            report: failing.map(|(report, case)| lines(detail(report, case, REPORT_WIDTH))).unwrap_or_default(),
            // The same on every system.
            place: place.replace('\\', "/"),
            question: state.question.clone(),
            fault: state.fault.clone(),
            milliseconds: state.graded.map(|grade| grade.took.as_millis()),
            cases: report.iter().flat_map(|report| &report.cases).map(case_line).collect(),
        }
    }
}

impl HintsDocument {
    pub(super) fn of(hints: &Hints) -> Self {
        Self { function: hints.function().to_owned(), given: hints.texts_given().to_vec(), count: hints.count() }
    }
}

fn lines(text: Text) -> Vec<Vec<SpanDocument>> {
    let span = |span: grader::report::text::Span| SpanDocument { class: class_of(span.style), words: span.words };
    text.lines.into_iter().map(|line| line.spans.into_iter().map(span).collect()).collect()
}

fn class_of(Style { colour, weight }: Style) -> String {
    let colour = colour.map(|colour| match colour {
        Colour::Red => "red",
        Colour::Green => "green",
        Colour::Yellow => "yellow",
        Colour::Blue => "blue",
        Colour::Magenta => "magenta",
        Colour::Cyan => "cyan",
    });
    let weight = match weight {
        Weight::Normal => None,
        Weight::Bold => Some("bold"),
        Weight::Dim => Some("dim"),
    };
    colour.into_iter().chain(weight).collect::<Vec<_>>().join(" ")
}
