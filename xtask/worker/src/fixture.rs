//! A small course and verdicts on it, for tests of what shows them.
//!
//! It is written here and not copied from the real steps, as the testkit's courses are: nothing of it is built or run,
//! and its cases are the same whatever becomes of the real ones.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use grader::Workspace;
use grader::answers::{Key, Known, Record, Recorded};
use grader::attempt::{Attempt, CaseRun, CompileFailure, CompilerError, Culprit, Ending, Place, Printed};
use grader::course::{Course, Source, Step};
use grader::verdict::{StepReport, Texts, judge};
use harness::protocol::{Panic, TrialOutcome};
use harness::{Table, Trial, answer, given};

/// What a student's function does in a case.
#[derive(Debug, Clone, Copy)]
pub enum Does {
    /// Every answer is right.
    Right,
    /// Every answer is half the right one.
    Half,
    /// It still has to be written.
    Todo,
    /// It never ends.
    Loop,
}

/// A course of three steps with three cases each.
pub fn course() -> Arc<Course> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write_course(folder.path());
    let course = Course::load(folder.path()).expect("a course");
    Arc::new(Course { root: nowhere(), ..course })
}

/// A workspace for that course, in which nothing can be built or stored.
pub fn workspace() -> Workspace {
    Workspace::new(&nowhere(), Path::to_owned).expect("a workspace")
}

/// A path below which nothing can be read or written, because it is a file.
fn nowhere() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")
}

/// Writes that course into a folder.
pub fn write_course(root: &Path) {
    let write = |path: &str, text: &str| {
        let path = root.join(path);
        fs_err::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs_err::write(path, text).expect("a file");
    };
    write("exercises/course.toml", "title = \"Descents\"\n[words]\ncomplete = \"Down at last\"\n");
    let steps = [
        ("01-loss", "How wrong is a weight?"),
        ("02-gradient", "Which way is down?"),
        ("03-descent", "Down, step by step"),
    ];
    let members = steps.map(|(name, _)| format!("exercises/{name}"));
    write("Cargo.toml", &format!("[workspace]\nmembers = {members:?}\n"));
    // The tests never show a solution; the instructors' edition only offers one.
    fs_err::create_dir_all(root.join("solutions")).expect("a folder");
    for (name, title) in steps {
        write(&format!("exercises/{name}/Cargo.toml"), "");
        write(&format!("exercises/{name}/src/lib.rs"), SOURCE);
        write(&format!("exercises/{name}/exercise.toml"), &format!("title = \"{title}\"\n{EXERCISE}"));
    }
}

const SOURCE: &str = "pub fn predict() {}\n\npub fn squared_error() {}\n\npub fn calculate_loss() {}\n";

const EXERCISE: &str = r#"
[[function]]
name = "predict"
hints = ["A nudge.", "The idea.", "Nearly there."]
[[function]]
name = "squared_error"
hints = ["A nudge.", "The idea.", "Nearly there."]
[[function]]
name = "calculate_loss"
hints = ["A nudge.", "The idea.", "Nearly there."]
[[case]]
name = "price-of-a-house"
title = "the predicted price of each house"
function = "predict"
[[case]]
name = "error-squared"
title = "errors above, below and at zero"
function = "squared_error"
[[case]]
name = "loss-by-weight"
title = "the loss at six weights"
function = "calculate_loss"
"#;

/// The verdicts on a step whose functions do this, in the order of the cases.
pub fn report(course: &Course, at: usize, does: [Does; 3]) -> StepReport {
    let step = &course.steps[at];
    let runs = step.case_names().into_iter().zip(does).map(|(case, does)| (case.to_owned(), run_of(does)));
    judged(step, &Attempt::Ran(runs.collect()))
}

/// The verdicts on a step that does not compile.
pub fn broken_report(course: &Course, at: usize) -> StepReport {
    let step = &course.steps[at];
    let source = step.source().display().to_string().replace('\\', "/");
    let rendered = format!(
        "\u{1b}[1m\u{1b}[91merror[E0308]\u{1b}[0m: mismatched types\n --> {source}:3:5\n  |\n3 |     \"a text\"\n  |     \
         ^^^^^^^^ expected `f64`, found `&str`\n"
    );
    let error = CompilerError {
        message: "mismatched types".to_owned(),
        rendered,
        place: Some(Place { file: source, line: 3 }),
    };
    judged(step, &Attempt::Failed(CompileFailure { culprit: Culprit::Library, errors: vec![error] }))
}

fn judged(step: &Step, attempt: &Attempt) -> StepReport {
    let expected: Record = step
        .case_names()
        .into_iter()
        .map(|case| (Key::new(case, Trial::Lesson), Recorded::Answered(table(1.0))))
        .collect();
    let texts = Texts { library: Source::new(SOURCE), ..Texts::default() };
    let judged = judge(step, &expected, &Known::default(), attempt, &[Trial::Lesson], &texts).expect("verdicts");
    StepReport::of(step, judged, attempt, &texts.library)
}

fn run_of(does: Does) -> CaseRun {
    let outcome = match does {
        Does::Right => Some(TrialOutcome::Answered(table(1.0))),
        Does::Half => Some(TrialOutcome::Answered(table(0.5))),
        Does::Todo => {
            let (message, file, calls) = Default::default();
            Some(TrialOutcome::NotStarted(Panic { message, file, line: 1, calls }))
        }
        Does::Loop => None,
    };
    let text = if matches!(does, Does::Half) { "weight = 50\n".repeat(12) } else { String::new() };
    CaseRun {
        outcomes: outcome.map(|outcome| (Trial::Lesson, outcome)).into_iter().collect(),
        ending: if matches!(does, Does::Loop) { Ending::TimedOut(Duration::from_secs(5)) } else { Ending::Done },
        printed: Printed { bytes: text.len() as u64, text, end: String::new() },
        took: Duration::from_millis(3),
        cpu: Duration::from_millis(3),
    }
}

fn table(factor: f64) -> Table {
    let mut table = Table::default();
    for weight in [50.0, 100.0, 150.0, 200.0, 250.0, 300.0] {
        table.row([given("weight", weight), answer("loss", factor * (weight - 200.0) * (weight - 200.0))]);
    }
    table
}
