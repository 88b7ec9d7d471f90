//! Whether each tolerance fits: wide enough for every right solution, and far too narrow for every mistake.

use std::collections::BTreeMap;

use grader::answers::{Key, Record, Recorded, record_of};
use grader::attempt::Attempt;
use grader::course::Case;
use grader::verdict::is_same_record;
use harness::Trial;

use super::Findings;
use crate::recording::{Sources, Trialled};

/// The share of its tolerance that another right solution may use: a tenth is left for what nobody tried.
const MOST_USED: f64 = 0.9;

/// How many times its tolerance a mistake must miss by: with fewer, a right solution could look like it.
const LEAST_MISSED: f64 = 10.0;

/// Checks the tolerances against the other right solutions and the mistakes.
pub(super) fn check(
    findings: &mut Findings<'_>,
    sources: &Sources<'_>,
    trialled: &Trialled,
    answers: &Record,
    mistaken: &[Record],
) {
    on_an_edge(findings, sources, trialled, answers);
    barely_missed(findings, sources, answers, mistaken);
}

/// The cases that another right solution might fail, but for those that say why it does not.
fn on_an_edge(findings: &mut Findings<'_>, sources: &Sources<'_>, trialled: &Trialled, answers: &Record) {
    let list = sources.step.toml();
    let forms = sources.forms.iter().map(|form| format!("form `{}`", form.name));
    let forms = answered(forms, trialled.forms());
    let roundings = sources
        .roundings
        .iter()
        .map(|rounding| format!("the solution with {}, line {}", rounding.change, rounding.line));
    let roundings = answered(roundings, trialled.roundings());
    for case in &sources.step.cases {
        let narrow = case.with_tolerances_times(MOST_USED);
        let agrees = |case: &Case, attempt: &Record, trial: Trial| {
            let key = Key::new(&case.name, trial);
            is_same_record(case, answers.get(&key), attempt.get(&key))
        };
        let trial_on_edge =
            |attempt: &Record| Trial::GRADED.into_iter().find(|trial| !agrees(&narrow, attempt, *trial));
        // A form that fails has a fault of its own.
        let passes = |form: &Record| Trial::GRADED.into_iter().all(|trial| agrees(case, form, trial));
        let right = forms.iter().filter(|(_, form)| passes(form)).chain(&roundings);
        let right: Vec<(&str, Option<Trial>)> =
            right.map(|(name, attempt)| (name.as_str(), trial_on_edge(attempt))).collect();
        let on_edge: Vec<(&str, Trial)> = right.iter().filter_map(|(name, trial)| Some((*name, (*trial)?))).collect();
        let name = &case.name;
        match (on_edge.first(), &case.edge) {
            (Some((example, trial)), None) => {
                let message = format!(
                    "case `{name}` is on an edge: {} of {} right solutions use more than nine tenths of its tolerance, \
                     for one {example}, on {trial}; widen the tolerance, move the case, or say in `edge` why no student's \
                     right solution does",
                    on_edge.len(),
                    right.len()
                );
                findings.fault(&list, Some(case.line), message);
            }
            (None, Some(_)) => {
                let message = format!(
                    "case `{name}` is on no edge: each of {} right solutions leaves a tenth of its tolerance; remove `edge`",
                    right.len()
                );
                findings.fault(&list, Some(case.line), message);
            }
            (Some(_), Some(_)) | (None, None) => {}
        }
    }
}

/// The answers of the attempts that compile, each with the name of what was tried.
fn answered(names: impl Iterator<Item = String>, attempts: &[Attempt]) -> Vec<(String, Record)> {
    let answers = names.zip(attempts).filter_map(|(name, attempt)| match attempt {
        Attempt::Ran(run) => Some((name, record_of(run, &Trial::GRADED))),
        Attempt::Failed(_) => None,
    });
    answers.collect()
}

/// The mistakes that a little more tolerance would let pass.
fn barely_missed(findings: &mut Findings<'_>, sources: &Sources<'_>, answers: &Record, mistaken: &[Record]) {
    let wide: BTreeMap<&str, Case> =
        sources.step.cases.iter().map(|case| (case.name.as_str(), case.with_tolerances_times(LEAST_MISSED))).collect();
    let list = sources.step.solution().join("mistakes.toml");
    for (mistake, record) in sources.mistakes.iter().zip(mistaken) {
        let far = |(key, recorded): (&Key, &Recorded)| {
            wide.get(key.case.as_str()).is_some_and(|case| !is_same_record(case, answers.get(key), Some(recorded)))
        };
        // What cannot be recorded has been reported before.
        if !record.is_empty() && !record.iter().any(far) {
            let message = format!(
                "mistake `{}` misses by less than ten times the tolerance of each case; add a case that it misses by more",
                mistake.name
            );
            findings.fault(&list, Some(mistake.line), message);
        }
    }
}
