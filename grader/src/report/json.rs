//! The report as JSON, for other programs. The format has types of its own and a version; `grader/README.md` and the
//! JSON Schema in `grader/report.schema.json` describe it.

use std::borrow::Cow;
use std::io;
use std::path::Path;

use harness::{Cell, Trial};
use serde::Serialize;

use super::{compiler, prints};
use crate::attempt::{CompilerError, Culprit, Ending, Place, Printed};
use crate::clean::{json, readable};
use crate::course::Exercise;
use crate::error::Fault;
use crate::verdict::compare::{ComparedCell, ComparedRow, Comparison};
use crate::verdict::{CaseReport, Explanation, Extent, Report, Signature, Spent, StepReport, User, Verdict, Wrong};

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
            printed: PrintedDocument::of(&case.printed),
        }
    }
}

impl<'a> PrintedDocument<'a> {
    fn of(printed: &'a Printed) -> Self {
        let (beginning, end) = prints::parts(printed);
        Self { beginning, end, bytes: printed.bytes }
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
            Explanation::Shows(findings) => Self::Shows { shows: findings.iter().map(ToString::to_string).collect() },
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
mod tests {
    use crate::course::About;
    use std::collections::BTreeSet;
    use std::time::Duration;

    use serde_json::Value;

    use super::*;
    use crate::course::Asked;
    use crate::course::Exercise;
    use crate::verdict::diagnosis::Finding;
    use crate::verdict::{NamedMistake, Part};

    /// Each kind of verdict, with each kind of what it may hold.
    fn verdicts() -> Vec<Verdict> {
        let place = || Some(Place { file: "src/lib.rs".to_owned(), line: 3 });
        let trial = Trial::Fresh(7);
        let error =
            |place| CompilerError { message: "no `x`".to_owned(), rendered: "\x1b[31mno `x`\x1b[0m".to_owned(), place };
        let signature = |found: Option<&str>| Signature {
            function: "predict".to_owned(),
            wanted: "pub fn predict()".to_owned(),
            found: found.map(str::to_owned),
        };
        let cells = [Cell::Integer(-4), Cell::Number(f64::NAN), Cell::Number(-1e-310), Cell::from("a\u{202e}\0")];
        let only_expected = |cell: &Cell| ComparedCell { expected: Some(cell.clone()), got: None, agrees: false };
        let comparison = Comparison {
            given: vec!["weight".to_owned(); 4],
            answers: vec!["loss".to_owned(); 4],
            expected_rows: 1,
            got_rows: 0,
            rows: vec![ComparedRow { given: cells.to_vec(), answers: cells.iter().map(only_expected).collect() }],
            samples: Vec::new(),
        };
        let mistakes = vec![NamedMistake { name: "halved".to_owned(), says: "It is halved.".to_owned() }];
        let mistakes = |extent| Explanation::Mistakes { named: mistakes.clone(), extent };
        let elsewhere = |by| Explanation::Elsewhere { function: "predict".to_owned(), by };
        let explanations = [
            mistakes(Extent::Function),
            mistakes(Extent::Together),
            mistakes(Extent::Case),
            mistakes(Extent::WorkOf("predict".to_owned())),
            elsewhere(User::Function),
            elsewhere(User::Case),
            Explanation::Shows(vec![Finding::OtherOrder]),
        ];
        let wrong = explanations.clone().map(|explanation| {
            Verdict::Wrong(Wrong {
                trial,
                only_fresh: true,
                comparison: comparison.clone(),
                explanation,
                formulas: Vec::new(),
            })
        });
        let culprits =
            [Culprit::Library, Culprit::Cases, Culprit::Linking, Culprit::File, Culprit::Endless, Culprit::Compiler];
        let uncompiled = culprits.map(|culprit| Verdict::DoesNotCompile {
            errors: vec![error(None), error(place())],
            culprit,
            signatures: vec![signature(None), signature(Some("fn predict()"))],
        });
        let panicked = [None, explanations.into_iter().next()].map(|explanation| Verdict::Panicked {
            trial,
            message: "\u{fffe}".to_owned(),
            place: explanation.as_ref().and_then(|_| place()),
            explanation,
        });
        let timed_out = [Spent::Computing, Spent::Waiting].map(|spent| Verdict::TimedOut {
            trial: Trial::Lesson,
            limit: Duration::from_millis(2500),
            spent,
        });
        let endings = [
            Ending::Done,
            Ending::Exited(Some(0)),
            Ending::Exited(None),
            Ending::Signalled(9),
            Ending::StackOverflow,
            Ending::TooMuchMemory(2 << 30),
            Ending::NoMemory(1 << 60),
            Ending::TooManyAnswers,
            Ending::TooLargeFile(64 << 20),
            Ending::TooManyProcesses(100),
            Ending::Gone,
        ];
        let crashed = endings.map(|ending| Verdict::Crashed { trial, ending });
        let mut verdicts = vec![Verdict::Passed];
        verdicts.extend([None, place()].map(|todo| Verdict::NotStarted { todo }));
        verdicts.into_iter().chain(uncompiled).chain(wrong).chain(panicked).chain(timed_out).chain(crashed).collect()
    }

    fn report() -> Report {
        let case = |(at, verdict)| CaseReport {
            name: format!("case-{at}"),
            title: "a case".to_owned(),
            function: "predict".to_owned(),
            points: 1,
            line: (at > 0).then_some(at),
            verdict,
            printed: Printed { text: "one\n".to_owned(), end: "two\n".to_owned(), bytes: 8 + at as u64 },
            took: Duration::from_millis(5),
            shown: None,
        };
        let step = StepReport {
            number: 1,
            name: "loss".to_owned(),
            title: "How wrong?".to_owned(),
            bonus: false,
            file: "exercises/01-loss/src/lib.rs".into(),
            cases: verdicts().into_iter().enumerate().map(case).collect(),
            fault: None,
            exercise: Exercise::AsBegun,
        };
        let fault =
            |line| Fault { path: "exercises/02-gradient/exercise.toml".into(), line, message: "no title".to_owned() };
        let faulty =
            [None, Some(3)].map(|line| StepReport { fault: Some(fault(line)), cases: Vec::new(), ..step.clone() });
        let steps = [vec![step], faulty.to_vec()].concat();
        Report {
            course_version: Some("1.2.0".to_owned()),
            about: About::default(),
            steps,
            asked: Asked::Course,
            part: Part::Whole,
            left_out: 0,
        }
    }

    /// All that stands under a name, anywhere in a document.
    fn all<'a>(document: &'a Value, name: &str) -> Vec<&'a Value> {
        let mut found = Vec::new();
        match document {
            Value::Object(fields) => {
                found.extend(fields.get(name));
                fields.values().for_each(|value| found.extend(all(value, name)));
            }
            Value::Array(values) => values.iter().for_each(|value| found.extend(all(value, name))),
            _ => {}
        }
        found
    }

    #[test]
    fn the_report_of_every_verdict_is_valid_by_the_schema() {
        let text = render(&report()).unwrap();
        let document: Value = serde_json::from_str(&text).unwrap();
        testkit::schema::assert_valid(&document);

        let words = |name| all(&document, name).into_iter().filter_map(Value::as_str).collect::<BTreeSet<_>>();
        let kinds = ["crashed", "does_not_compile", "not_started", "panicked", "passed", "timed_out", "wrong"];
        assert_eq!(words("kind"), BTreeSet::from(kinds));
        assert_eq!(words("culprit").len(), 6);
        assert_eq!(words("spent").len(), 2);
        let endings: BTreeSet<String> = all(&document, "ending").iter().map(ToString::to_string).collect();
        assert_eq!(endings.len(), 10, "a program that ran to its end without an answer exited: {endings:?}");
    }

    #[test]
    fn what_others_said_is_kept_as_it_is_and_written_in_harmless_characters() {
        let text = render(&report()).unwrap();
        assert!(text.contains(r#""message": "\ufffe""#) && text.contains(r#""text": "a\u202e\u0000""#));
        let document: Value = serde_json::from_str(&text).unwrap();
        assert!(all(&document, "message").contains(&&Value::from("\u{fffe}")));
        assert!(all(&document, "text").contains(&&Value::from("a\u{202e}\0")));
        assert!(all(&document, "rendered").iter().all(|rendered| *rendered == "no `x`"), "a compiler's colours go");
    }

    #[test]
    fn prints_have_an_end_where_something_is_left_out() {
        let document: Value = serde_json::from_str(&render(&report()).unwrap()).unwrap();
        let printed = all(&document, "printed");
        assert_eq!(*printed[0], serde_json::json!({ "beginning": "one\ntwo\n", "end": null, "bytes": 8 }));
        assert_eq!(*printed[1], serde_json::json!({ "beginning": "one\n", "end": "two\n", "bytes": 9 }));
    }
}
