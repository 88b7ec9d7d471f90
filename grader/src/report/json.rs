//! The report as JSON, for other programs. The format is versioned and described in `grader/README.md`.

use serde::Serialize;
use serde_json::Value;

use super::{Report, StepReport, Verdict};
use crate::plain::plain;

/// Raised when a field changes its meaning or goes; fields may be added under the same version.
const VERSION: u32 = 1;

/// Writes a report as JSON.
pub fn render(report: &Report) -> String {
    let document =
        Document { version: VERSION, passed: report.passed(), steps: report.steps.iter().map(step).collect() };
    // Every key is a string and every number finite or a string: this cannot fail.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    passed: bool,
    steps: Vec<Step<'a>>,
}

#[derive(Serialize)]
struct Step<'a> {
    number: u32,
    name: &'a str,
    title: &'a str,
    bonus: bool,
    file: String,
    passed: bool,
    passed_cases: usize,
    points: u32,
    possible_points: u32,
    cases: Vec<Case<'a>>,
}

#[derive(Serialize)]
struct Case<'a> {
    name: &'a str,
    title: &'a str,
    function: &'a str,
    points: u32,
    line: Option<usize>,
    seconds: f64,
    verdict: Value,
    says: Vec<String>,
    printed: &'a str,
    printed_bytes: u64,
}

fn step(step: &StepReport) -> Step<'_> {
    let (points, possible_points) = step.points();
    let cases = step.cases.iter().map(|case| Case {
        name: &case.name,
        title: &case.title,
        function: &case.function,
        points: case.points,
        line: case.line,
        seconds: case.took.as_secs_f64(),
        verdict: verdict(&case.verdict),
        says: case.verdict.sentences(),
        printed: &case.printed.text,
        printed_bytes: case.printed.bytes,
    });
    Step {
        number: step.number,
        name: &step.name,
        title: &step.title,
        bonus: step.bonus,
        file: step.file.to_string_lossy().replace('\\', "/"),
        passed: step.passed(),
        passed_cases: step.passed_cases(),
        points,
        possible_points,
        cases: cases.collect(),
    }
}

/// The verdict's fields; the compiler's words without terminal colours.
fn verdict(verdict: &Verdict) -> Value {
    let mut value = serde_json::to_value(verdict).unwrap_or_default();
    if let Some(errors) = value.get_mut("errors").and_then(Value::as_array_mut) {
        for rendered in errors.iter_mut().filter_map(|error| error.get_mut("rendered")) {
            *rendered = rendered.as_str().map(plain).into();
        }
    }
    value
}
