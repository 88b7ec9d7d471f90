//! The other right forms of the solution: each passes every case.

use grader::Result;
use grader::answers::{Known, Record};
use grader::attempt::Attempt;
use grader::course::Source;
use grader::verdict::Texts;

use super::{Findings, report_on};
use crate::recording::{Sources, Trialled, message_of};

/// Checks that each form passes.
pub(super) fn check(
    findings: &mut Findings<'_>,
    sources: &Sources<'_>,
    trialled: &Trialled,
    answers: &Record,
) -> Result<()> {
    let list = sources.step.forms();
    let texts = Texts { library: Source::new(&sources.solution.text), ..Texts::default() };
    for (form, attempt) in sources.forms.iter().zip(trialled.forms()) {
        let name = &form.name;
        if let Attempt::Failed(failure) = attempt {
            findings.fault(&list, Some(form.line), format!("form `{name}` does not compile: {}", message_of(failure)));
            continue;
        }
        let report = report_on(sources.step, attempt, answers, &Known::default(), &texts)?;
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
