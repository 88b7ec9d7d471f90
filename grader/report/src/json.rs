//! The report as JSON, for other programs. The format has types of its own and a version; `grader/README.md` and the
//! JSON Schema in `grader/report.schema.json` describe it.

use std::borrow::Cow;
use std::io;
use std::path::Path;

use course::{Exercise, Fault};
use harness::{Cell, Trial};
use outcome::{CompilerError, Culprit, Ending, Place};
use serde::Serialize;
use verdict::compare::{ComparedCell, ComparedRow, Comparison};
use verdict::{CaseReport, Explanation, Extent, Report, Signature, Spent, StepReport, User, Verdict, Wrong};

use super::{compiler, prints};
use crate::clean::{json, readable};
use crate::findings::finding_in_words;
use crate::sentences::InWords;

/// Raised when a field changes its meaning or is removed; fields may be added under the same version.
const VERSION: u32 = 2;

/// Writes a report as JSON.
///
/// # Errors
/// None that a report can cause; the writer's signature asks for it.
pub fn render(report: &Report) -> io::Result<String> {
    let steps = report.steps.iter().map(StepDocument::of).collect();
    let document = Document {
        version: VERSION,
        course: CourseDocument { version: report.course_version.as_deref(), title: &report.about.title },
        passed: report.passed(),
        steps,
    };
    let mut text = json(&serde_json::to_string_pretty(&document)?);
    text.push('\n');
    Ok(text)
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    course: CourseDocument<'a>,
    passed: bool,
    steps: Vec<StepDocument<'a>>,
}

#[derive(Serialize)]
struct CourseDocument<'a> {
    version: Option<&'a str>,
    title: &'a str,
}

#[derive(Serialize)]
struct StepDocument<'a> {
    number: u32,
    name: &'a str,
    title: &'a str,
    bonus: bool,
    file: String,
    changed: bool,
    passed: bool,
    passed_cases: usize,
    points: u32,
    possible_points: u32,
    cases: Vec<CaseDocument<'a>>,
    fault: Option<FaultDocument<'a>>,
}

#[derive(Serialize)]
struct FaultDocument<'a> {
    file: String,
    line: Option<usize>,
    message: &'a str,
}

#[derive(Serialize)]
struct CaseDocument<'a> {
    name: &'a str,
    title: &'a str,
    function: &'a str,
    points: u32,
    line: Option<usize>,
    seconds: f64,
    verdict: VerdictDocument<'a>,
    says: Vec<String>,
    printed: PrintedDocument<'a>,
}

#[derive(Serialize)]
struct PrintedDocument<'a> {
    beginning: Cow<'a, str>,
    end: Option<&'a str>,
    bytes: u64,
    file: Option<String>,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum VerdictDocument<'a> {
    Passed,
    NotStarted {
        todo: Option<PlaceDocument<'a>>,
    },
    DoesNotCompile {
        errors: Vec<ErrorDocument<'a>>,
        culprit: &'static str,
        signatures: Vec<SignatureDocument<'a>>,
    },
    Wrong {
        trial: TrialDocument,
        only_fresh: bool,
        comparison: ComparisonDocument<'a>,
        explanation: ExplanationDocument<'a>,
    },
    Panicked {
        trial: TrialDocument,
        message: &'a str,
        place: Option<PlaceDocument<'a>>,
        explanation: Option<ExplanationDocument<'a>>,
    },
    TimedOut {
        trial: TrialDocument,
        limit: f64,
        spent: &'static str,
    },
    Crashed {
        trial: TrialDocument,
        ending: EndingDocument,
    },
}

#[derive(Serialize)]
struct PlaceDocument<'a> {
    file: &'a str,
    line: usize,
}

#[derive(Serialize)]
struct ErrorDocument<'a> {
    message: &'a str,
    rendered: Cow<'a, str>,
    place: Option<PlaceDocument<'a>>,
    advice: Option<&'static str>,
}

#[derive(Serialize)]
struct SignatureDocument<'a> {
    function: &'a str,
    wanted: &'a str,
    found: Option<&'a str>,
}

#[derive(Serialize)]
struct ComparisonDocument<'a> {
    given: &'a [String],
    answers: &'a [String],
    expected_rows: usize,
    got_rows: usize,
    rows: Vec<RowDocument<'a>>,
}

#[derive(Serialize)]
struct RowDocument<'a> {
    given: Vec<CellDocument<'a>>,
    answers: Vec<ComparedCellDocument<'a>>,
}

#[derive(Serialize)]
struct ComparedCellDocument<'a> {
    expected: Option<CellDocument<'a>>,
    got: Option<CellDocument<'a>>,
    agrees: bool,
}

/// A number is a text, with all of its digits: JSON has no infinity, and readers may round.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum CellDocument<'a> {
    Integer(i64),
    Number(String),
    Text(&'a str),
}

/// A trial by its name, as commands take it: `lesson`, `fresh-1`.
#[derive(Serialize)]
struct TrialDocument(String);

#[derive(Serialize)]
#[serde(untagged)]
enum ExplanationDocument<'a> {
    Mistakes { mistakes: Vec<MistakeDocument<'a>>, extent: ExtentDocument<'a> },
    Elsewhere { elsewhere: ElsewhereDocument<'a> },
    Shows { shows: Vec<String> },
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum ExtentDocument<'a> {
    Function,
    Together,
    Case,
    WorkOf(&'a str),
}

#[derive(Serialize)]
struct ElsewhereDocument<'a> {
    function: &'a str,
    by: &'static str,
}

#[derive(Serialize)]
struct MistakeDocument<'a> {
    name: &'a str,
    says: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum EndingDocument {
    Exited(Option<i32>),
    Signalled(i32),
    StackOverflow,
    TooMuchMemory(u64),
    NoMemory(u64),
    TooLargeFile(u64),
    TooManyProcesses(usize),
    TooManyAnswers,
    Gone,
}

impl<'a> StepDocument<'a> {
    fn of(step: &'a StepReport) -> Self {
        let (points, possible_points) = step.points();
        Self {
            number: step.number,
            name: &step.name,
            title: &step.title,
            bonus: step.bonus,
            file: with_slashes(&step.file),
            changed: step.exercise == Exercise::Changed,
            passed: step.passed(),
            passed_cases: step.passed_cases(),
            points,
            possible_points,
            cases: step.cases.iter().map(CaseDocument::of).collect(),
            fault: step.fault.as_ref().map(FaultDocument::of),
        }
    }
}

impl<'a> FaultDocument<'a> {
    fn of(fault: &'a Fault) -> Self {
        Self { file: with_slashes(&fault.path), line: fault.line, message: &fault.message }
    }
}

/// A path of the course as it is written on every system.
fn with_slashes(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

impl<'a> CaseDocument<'a> {
    fn of(case: &'a CaseReport) -> Self {
        Self {
            name: &case.name,
            title: &case.title,
            function: &case.function,
            points: case.points,
            line: case.line,
            seconds: case.took.as_secs_f64(),
            verdict: VerdictDocument::of(&case.verdict),
            says: case.verdict.sentences(),
            printed: PrintedDocument::of(case),
        }
    }
}

impl<'a> PrintedDocument<'a> {
    fn of(case: &'a CaseReport) -> Self {
        let (beginning, end) = prints::parts(&case.printed);
        Self { beginning, end, bytes: case.printed.bytes, file: case.printed_in.as_deref().map(with_slashes) }
    }
}

impl<'a> VerdictDocument<'a> {
    fn of(verdict: &'a Verdict) -> Self {
        match verdict {
            Verdict::Passed => Self::Passed,
            Verdict::NotStarted { todo } => Self::NotStarted { todo: todo.as_ref().map(PlaceDocument::of) },
            Verdict::DoesNotCompile { errors, culprit, signatures } => Self::DoesNotCompile {
                errors: errors.iter().map(ErrorDocument::of).collect(),
                culprit: match culprit {
                    Culprit::Library => "library",
                    Culprit::Cases => "cases",
                    Culprit::Linking => "linking",
                    Culprit::File => "file",
                    Culprit::Endless => "endless",
                    Culprit::Compiler => "compiler",
                },
                signatures: signatures.iter().map(SignatureDocument::of).collect(),
            },
            Verdict::Wrong(Wrong { trial, only_fresh, comparison, explanation, .. }) => Self::Wrong {
                trial: TrialDocument::of(*trial),
                only_fresh: *only_fresh,
                comparison: ComparisonDocument::of(comparison),
                explanation: ExplanationDocument::of(explanation),
            },
            Verdict::Panicked { trial, message, place, explanation } => Self::Panicked {
                trial: TrialDocument::of(*trial),
                message,
                place: place.as_ref().map(PlaceDocument::of),
                explanation: explanation.as_ref().map(ExplanationDocument::of),
            },
            Verdict::TimedOut { trial, limit, spent } => Self::TimedOut {
                trial: TrialDocument::of(*trial),
                limit: limit.as_secs_f64(),
                spent: match spent {
                    Spent::Computing => "computing",
                    Spent::Waiting => "waiting",
                },
            },
            Verdict::Crashed { trial, ending } => {
                Self::Crashed { trial: TrialDocument::of(*trial), ending: EndingDocument::of(ending) }
            }
        }
    }
}

impl<'a> PlaceDocument<'a> {
    fn of(place: &'a Place) -> Self {
        Self { file: &place.file, line: place.line }
    }
}

impl<'a> ErrorDocument<'a> {
    fn of(error: &'a CompilerError) -> Self {
        let CompilerError { message, rendered, place } = error;
        let place = place.as_ref().map(PlaceDocument::of);
        Self { message, rendered: readable(rendered), place, advice: compiler::advice(error) }
    }
}

impl<'a> SignatureDocument<'a> {
    fn of(signature: &'a Signature) -> Self {
        Self { function: &signature.function, wanted: &signature.wanted, found: signature.found.as_deref() }
    }
}

impl<'a> ComparisonDocument<'a> {
    fn of(comparison: &'a Comparison) -> Self {
        let Comparison { given, answers, expected_rows, got_rows, rows, .. } = comparison;
        let rows = rows.iter().map(RowDocument::of).collect();
        Self { given, answers, expected_rows: *expected_rows, got_rows: *got_rows, rows }
    }
}

impl<'a> RowDocument<'a> {
    fn of(row: &'a ComparedRow) -> Self {
        Self {
            given: row.given.iter().map(CellDocument::of).collect(),
            answers: row.answers.iter().map(ComparedCellDocument::of).collect(),
        }
    }
}

impl<'a> ComparedCellDocument<'a> {
    fn of(cell: &'a ComparedCell) -> Self {
        let ComparedCell { expected, got, agrees } = cell;
        let [expected, got] = [expected, got].map(|cell| cell.as_ref().map(CellDocument::of));
        Self { expected, got, agrees: *agrees }
    }
}

impl<'a> CellDocument<'a> {
    fn of(cell: &'a Cell) -> Self {
        match cell {
            Cell::Integer(count) => Self::Integer(*count),
            Cell::Number(number) => Self::Number(format!("{number:?}")),
            Cell::Text(word) => Self::Text(word),
        }
    }
}

impl TrialDocument {
    fn of(trial: Trial) -> Self {
        Self(trial.to_string())
    }
}

impl<'a> ExplanationDocument<'a> {
    fn of(explanation: &'a Explanation) -> Self {
        match explanation {
            Explanation::Mistakes { named, extent } => Self::Mistakes {
                mistakes: named.iter().map(|named| MistakeDocument { name: &named.name, says: &named.says }).collect(),
                extent: match extent {
                    Extent::Function => ExtentDocument::Function,
                    Extent::Together => ExtentDocument::Together,
                    Extent::Case => ExtentDocument::Case,
                    Extent::WorkOf(function) => ExtentDocument::WorkOf(function),
                },
            },
            Explanation::Elsewhere { function, by } => {
                let by = match by {
                    User::Function => "function",
                    User::Case => "case",
                };
                Self::Elsewhere { elsewhere: ElsewhereDocument { function, by } }
            }
            Explanation::Shows(findings) => Self::Shows { shows: findings.iter().map(finding_in_words).collect() },
        }
    }
}

impl EndingDocument {
    fn of(ending: &Ending) -> Self {
        match ending {
            Ending::Exited(code) => Self::Exited(*code),
            Ending::Signalled(signal) => Self::Signalled(*signal),
            Ending::StackOverflow => Self::StackOverflow,
            Ending::TooMuchMemory(bytes) => Self::TooMuchMemory(*bytes),
            Ending::NoMemory(bytes) => Self::NoMemory(*bytes),
            Ending::TooLargeFile(bytes) => Self::TooLargeFile(*bytes),
            Ending::TooManyProcesses(most) => Self::TooManyProcesses(*most),
            Ending::TooManyAnswers => Self::TooManyAnswers,
            Ending::Gone => Self::Gone,
            // A case that ran to its end has answered, and one that met its limit timed out.
            Ending::Done | Ending::TimedOut(_) | Ending::Waited(_) | Ending::Stalled(_) => Self::Exited(None),
        }
    }
}

#[cfg(test)]
mod tests;
