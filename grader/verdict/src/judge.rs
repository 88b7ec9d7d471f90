//! Compares answers with snapshots and reaches the verdicts, in the grader's own process.

use std::collections::BTreeMap;

use course::declaration::is_same_signature;
use course::{Case, Result, Source, Step};
use harness::Trial;
use harness::protocol::{Panic, TrialOutcome};
use outcome::{Attempt, CaseRun, CompileFailure, Culprit, Ending};

use super::caller::place_of_panic;
use super::compare;
use super::explain::{Answered, Texts};
use super::{Explanation, Place, Shown, Signature, Spent, Verdict, Wrong, diagnosis};
use crate::answers::known::{Knowledge, Known};
use crate::answers::{Key, Record, Recorded, record_of};

/// The verdict on a case, and its tables.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The verdict.
    pub verdict: Verdict,
    /// The tables to show with it.
    pub shown: Option<Shown>,
}

/// Judges one step on the trials that it ran on.
///
/// `expected` are the right answers. `knowledge` is what is known about wrong answers, and is asked only if there is
/// one.
///
/// # Errors
/// Those of `knowledge`.
pub fn judge(
    step: &Step,
    expected: &Record,
    knowledge: &dyn Knowledge,
    attempt: &Attempt,
    trials: &[Trial],
    texts: &Texts<'_>,
) -> Result<Vec<Judged>> {
    match attempt {
        Attempt::Failed(failure) => {
            let verdict = failed(step, knowledge, failure, &texts.library)?;
            let judged_as_failed = |case: &Case| Judged {
                shown: shown(case, &verdict, expected, &Record::new(), trials),
                verdict: verdict.clone(),
            };
            Ok(step.cases.iter().map(judged_as_failed).collect())
        }
        Attempt::Ran(answers) => {
            let answered = Answered::new(step, expected, trials, record_of(answers, trials));
            let (explanations, known) = match answered.any_wrong() {
                true => (answered.explain(knowledge, texts)?, Some(knowledge.known()?)),
                false => (BTreeMap::new(), None),
            };
            let judged = step.cases.iter().map(|case| {
                let run = answers.get(&case.name);
                let verdict = run.map_or(Verdict::NotStarted { todo: None }, |run| {
                    verdict(&answered, case, run, &explanations, known, &texts.library)
                });
                Judged { shown: shown(case, &verdict, expected, &answered.record, trials), verdict }
            });
            Ok(judged.collect())
        }
    }
}

/// The verdict on each case of a step that does not compile.
fn failed(step: &Step, knowledge: &dyn Knowledge, failure: &CompileFailure, source: &Source<'_>) -> Result<Verdict> {
    let CompileFailure { culprit, errors } = failure.clone();
    let signatures = match culprit {
        Culprit::Cases => changed_signatures(step, knowledge.known()?, source),
        _ => Vec::new(),
    };
    Ok(Verdict::DoesNotCompile { errors, culprit, signatures })
}

/// The tables of a case on the trial that its verdict is about.
fn shown(case: &Case, verdict: &Verdict, expected: &Record, got: &Record, trials: &[Trial]) -> Option<Shown> {
    let trial = verdict.trial().or_else(|| trials.first().copied())?;
    let key = Key::new(&case.name, trial);
    let table = |record: &Record| record.get(&key).and_then(Recorded::table).cloned();
    Some(Shown { trial, expected: table(expected)?, got: table(got) })
}

/// The functions that the cases cannot call as the student declares them.
fn changed_signatures(step: &Step, known: &Known, source: &Source<'_>) -> Vec<Signature> {
    let mut changed = Vec::new();
    for function in step.functions.iter().map(|function| &function.name) {
        let Some(wanted) = known.signatures.get(function) else { continue };
        let found = source.declaration(function).map(|declared| declared.signature.clone());
        if found.as_ref().is_none_or(|found| !is_same_signature(found, wanted)) {
            changed.push(Signature { function: function.clone(), wanted: wanted.clone(), found });
        }
    }
    changed
}

/// The verdict on a case that ran.
fn verdict(
    answered: &Answered<'_>,
    case: &Case,
    run: &CaseRun,
    explanations: &BTreeMap<&str, Explanation>,
    known: Option<&Known>,
    source: &Source<'_>,
) -> Verdict {
    let explanation = || explanations.get(case.name.as_str()).cloned();
    for &trial in answered.trials {
        let Some(expected) = answered.expected.get(&Key::new(&case.name, trial)).and_then(Recorded::table) else {
            continue;
        };
        match run.outcome(trial) {
            Some(TrialOutcome::Answered(got)) if compare::passes(case, expected, got) => {}
            Some(TrialOutcome::Answered(got)) => {
                let only_fresh = trial != Trial::Lesson && answered.trials.contains(&Trial::Lesson);
                let comparison = compare::compare(case, expected, got);
                let shows = || Explanation::Shows(diagnosis::diagnose(&answered.comparisons(case)));
                let explanation = explanation().unwrap_or_else(shows);
                let formulas = known.and_then(|known| known.formulas.get(&case.function)).cloned().unwrap_or_default();
                return Verdict::Wrong(Wrong { trial, only_fresh, comparison, explanation, formulas });
            }
            Some(TrialOutcome::NotStarted(todo)) => {
                let reached = Place::of_panic(todo);
                let own = || placeholder_of(answered.step, case, source);
                let is_own = |place: &Place| source.placeholders(&case.function).contains(&place.line);
                return Verdict::NotStarted { todo: reached.clone().filter(is_own).or_else(own).or(reached) };
            }
            Some(TrialOutcome::Panicked(panic)) => {
                let place = place_of_panic(answered.step, source, panic);
                return verdict_on_panic(trial, panic, place, explanation());
            }
            None => return verdict_on(trial, run.ending.clone()),
        }
    }
    match (&run.ending, answered.trials.first()) {
        // Some endings show only after all answers.
        (Ending::TooManyProcesses(_), Some(&trial)) => Verdict::Crashed { trial, ending: run.ending.clone() },
        _ => Verdict::Passed,
    }
}

/// The first placeholder in the function that a case is about: that is to be written, even if the case reaches one in
/// another function before.
pub fn placeholder_of(step: &Step, case: &Case, source: &Source<'_>) -> Option<Place> {
    let line = source.placeholders(&case.function).into_iter().next()?;
    Some(Place { file: step.source().to_string_lossy().into_owned(), line })
}

/// The verdict on code that reached a `todo!`.
pub fn verdict_on_todo(todo: &Panic) -> Verdict {
    Verdict::NotStarted { todo: Place::of_panic(todo) }
}

/// The verdict on code that panicked.
pub fn verdict_on_panic(
    trial: Trial,
    panic: &Panic,
    place: Option<Place>,
    explanation: Option<Explanation>,
) -> Verdict {
    Verdict::Panicked { trial, message: panic.message.clone(), place, explanation }
}

/// The verdict on code that ended its program before it had answered a trial.
pub fn verdict_on(trial: Trial, ending: Ending) -> Verdict {
    match ending {
        Ending::TimedOut(limit) => Verdict::TimedOut { trial, limit, spent: Spent::Computing },
        Ending::Waited(limit) | Ending::Stalled(limit) => Verdict::TimedOut { trial, limit, spent: Spent::Waiting },
        ending => Verdict::Crashed { trial, ending },
    }
}
