//! The other right forms of the solution: each passes every case.

use grader::Result;
use grader::answers::{Known, Record};
use grader::attempt::Attempt;
use grader::verdict::{StepReport, Texts, judge};
use harness::Trial;

use super::Findings;
use crate::recording::{Sources, Trialled};

/// Checks that each form passes.
pub(super) fn check(
    findings: &mut Findings<'_>,
    sources: &Sources<'_>,
    trialled: &Trialled,
    answers: &Record,
) -> Result<()> {
    let list = sources.step.forms();
    for (form, attempt) in sources.forms.iter().zip(trialled.forms()) {
        let name = &form.name;
        if let Attempt::Failed(failure) = attempt {
            let error = failure.errors.first().map_or("", |error| &error.message);
            findings.fault(&list, Some(form.line), format!("form `{name}` does not compile: {error}"));
            continue;
        }
        let texts = Texts { library: &sources.solution.text, cases: "" };
        let judged = judge(sources.step, answers, &Known::default(), attempt, &Trial::GRADED, texts)?;
        let report = StepReport::of(sources.step, judged, attempt, "");
        if let Some(case) = report.first_failure() {
            let message = format!(
                "form `{name}` is to be right, and case `{}` of `{}` is {}: widen its tolerance, or make the form a mistake",
                case.name,
                case.function,
                case.verdict.word()
            );
            findings.fault(&list, Some(form.line), message);
        }
    }
    Ok(())
}
