//! Compares answers with snapshots and reaches the verdicts, in the grader's own process.

use std::collections::{BTreeMap, BTreeSet};

use harness::Trial;
use harness::protocol::{Panic, TrialOutcome};

use super::compare::{self, Comparison};
use super::{Explanation, NamedMistake, Place, Shown, Signature, Spent, Verdict, Wrong, diagnosis};
use crate::answers::known::{Knowledge, Known, KnownMistake, Pairs};
use crate::answers::{Key, Record, Recorded, record_of};
use crate::attempt::Attempt;
use crate::attempt::build::{CompileFailure, Culprit};
use crate::attempt::run::{CaseRun, Ending};
use crate::course::declaration::declaration;
use crate::course::{Case, Step};
use crate::error::Result;

/// What was reached of a case.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The verdict.
    pub(crate) verdict: Verdict,
    /// The tables to show with it.
    pub(crate) shown: Option<Shown>,
}

/// Judges one step on the trials that it ran on.
///
/// `expected` are the right answers, and `source` is the text of the file that the student edits; `knowledge` is what is
/// known of wrong answers, and is asked only where there is one.
///
/// # Errors
/// Those of `knowledge`.
pub fn judge(
    step: &Step,
    expected: &Record,
    knowledge: &dyn Knowledge,
    attempt: &Attempt,
    trials: &[Trial],
    source: &str,
) -> Result<Vec<Judged>> {
    match attempt {
        Attempt::Failed(failure) => {
            let verdict = failed(step, knowledge, failure, source)?;
            let judged_as_failed = |case: &Case| Judged {
                shown: shown(case, &verdict, expected, &Record::new(), trials),
                verdict: verdict.clone(),
            };
            Ok(step.cases.iter().map(judged_as_failed).collect())
        }
        Attempt::Ran(answers) => {
            let answered = Answered::new(step, expected, trials, record_of(answers, trials));
            let mut explanations = BTreeMap::new();
            if answered.any_wrong() {
                let known = knowledge.known()?;
                explanations = answered.explanations(&known.mistakes);
                answered.explain_pairs(&known, knowledge, &mut explanations)?;
            }
            let judged = step.cases.iter().map(|case| {
                let run = answers.get(&case.name);
                let verdict =
                    run.map_or(Verdict::NotStarted { todo: None }, |run| answered.verdict(case, run, &explanations));
                Judged { shown: shown(case, &verdict, expected, &answered.record, trials), verdict }
            });
            Ok(judged.collect())
        }
    }
}

/// The verdict on each case of a step that does not compile.
fn failed(step: &Step, knowledge: &dyn Knowledge, failure: &CompileFailure, source: &str) -> Result<Verdict> {
    let CompileFailure { culprit, errors } = failure.clone();
    let signatures = match culprit {
        Culprit::Cases => changed_signatures(step, &*knowledge.known()?, source),
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
fn changed_signatures(step: &Step, known: &Known, source: &str) -> Vec<Signature> {
    let mut changed = Vec::new();
    for function in step.functions.iter().map(|function| &function.name) {
        let Some(wanted) = known.signatures.get(function) else { continue };
        let found = declaration(source, function).map(|(_, signature)| signature);
        if found.as_ref().is_none_or(|found| squeezed(found) != squeezed(wanted)) {
            changed.push(Signature { function: function.clone(), wanted: wanted.clone(), found });
        }
    }
    changed
}

/// A declaration without what rustfmt may write in one way or another.
fn squeezed(signature: &str) -> String {
    signature.split_whitespace().collect::<String>().replace(",)", ")")
}

/// Whether two records are the same where both are about this case and trial, right or wrong.
pub fn is_same_record(case: &Case, one: Option<&Recorded>, other: Option<&Recorded>) -> bool {
    match (one, other) {
        (Some(Recorded::Answered(one)), Some(Recorded::Answered(other))) => compare::same_answers(case, one, other),
        (Some(one), Some(other)) => one == other,
        _ => false,
    }
}

fn named_as(known: &KnownMistake) -> NamedMistake {
    NamedMistake { name: known.mistake.name.clone(), says: known.mistake.says.clone() }
}

/// A run of a step, beside what was expected of it.
struct Answered<'a> {
    step: &'a Step,
    expected: &'a Record,
    trials: &'a [Trial],
    record: Record,
    /// Where the record is not as expected. Most mistakes change few answers, so that this decides most comparisons.
    unexpected: BTreeSet<Key>,
}

impl<'a> Answered<'a> {
    fn new(step: &'a Step, expected: &'a Record, trials: &'a [Trial], record: Record) -> Self {
        let mut answered = Self { step, expected, trials, record, unexpected: BTreeSet::new() };
        let keys = step.functions.iter().flat_map(|function| answered.cases_of(&function.name));
        let unexpected = keys.filter(|(case, key)| !is_same_record(case, expected.get(key), answered.record.get(key)));
        answered.unexpected = unexpected.map(|(_, key)| key).collect();
        answered
    }

    /// For each function with wrong answers that are known, what explains all of them on every trial.
    ///
    /// A mistake of another function, which shows here only because this one calls it, is told at its source; so is any
    /// wrong function that this one calls, as long as nothing of its own explains the answers.
    fn explanations(&self, known: &[KnownMistake]) -> BTreeMap<&'a str, Explanation> {
        let functions = || self.step.functions.iter().map(|function| function.name.as_str());
        let wrong: Vec<&str> = functions().filter(|function| !self.passes(function)).collect();
        let explained_by = |function: &str| -> Vec<&KnownMistake> {
            known.iter().filter(|known| self.explains(known, function)).collect()
        };
        let mut explanations = BTreeMap::new();
        for function in &wrong {
            let (own, others): (Vec<_>, Vec<_>) =
                explained_by(function).into_iter().partition(|known| known.mistake.function == *function);
            let at_source = others.into_iter().find(|known| {
                let source = known.mistake.function.as_str();
                wrong.contains(&source) && self.explains(known, source)
            });
            let explanation = match at_source {
                Some(other) => Explanation::Elsewhere { function: other.mistake.function.clone() },
                None if !own.is_empty() => Explanation::Mistakes(own.into_iter().map(named_as).collect()),
                None => match wrong.iter().find(|other| *other != function && self.calls(known, function, other)) {
                    Some(other) => Explanation::Elsewhere { function: (*other).to_owned() },
                    None => continue,
                },
            };
            explanations.insert(*function, explanation);
        }
        explanations
    }

    /// Names a function's own mistake also where it calls another function that has a mistake, too: then the answers are
    /// neither's alone but those of both together. The likeliest are tried first, and the first that fit are named.
    fn explain_pairs(
        &self,
        known: &Known,
        knowledge: &dyn Knowledge,
        explanations: &mut BTreeMap<&'a str, Explanation>,
    ) -> Result<()> {
        const AT_ONCE: usize = 4;
        let mut found = Vec::new();
        for (function, explanation) in explanations.iter() {
            let Some(other) = self.mistake_below(function, explanation, known, explanations) else { continue };
            let mut candidates =
                known.mistakes.iter().filter(|known| known.mistake.function == *function).collect::<Vec<_>>();
            candidates.sort_by_cached_key(|known| std::cmp::Reverse(self.likeness(known, function)));
            for chunk in candidates.chunks(AT_ONCE) {
                let mistakes = chunk.iter().map(|known| &known.mistake).collect();
                let cases = self.step.cases.iter().filter(|case| case.function == *function);
                let cases = cases.map(|case| case.name.as_str()).collect();
                let pairs = Pairs { known, other: &other.mistake, mistakes, cases };
                let Some(together) = knowledge.together(&pairs)? else { break };
                let explains = |record: &Record| {
                    self.cases_of(function)
                        .all(|(case, key)| is_same_record(case, record.get(&key), self.record.get(&key)))
                };
                let fitting = chunk.iter().zip(&together).filter(|(_, record)| explains(record));
                let fitting: Vec<NamedMistake> = fitting.map(|(known, _)| named_as(known)).collect();
                if !fitting.is_empty() {
                    found.push((*function, Explanation::Mistakes(fitting)));
                    break;
                }
            }
        }
        explanations.extend(found);
        Ok(())
    }

    /// The known mistake of the function that is to be mended before this one, if it does not explain this one's answers.
    fn mistake_below<'k>(
        &self,
        function: &str,
        explanation: &Explanation,
        known: &'k Known,
        explanations: &BTreeMap<&str, Explanation>,
    ) -> Option<&'k KnownMistake> {
        let Explanation::Elsewhere { function: callee } = explanation else { return None };
        let Explanation::Mistakes(named) = explanations.get(callee.as_str())? else { return None };
        let first = &named.first()?.name;
        let other = known.mistakes.iter().find(|known| known.mistake.name == *first)?;
        (!self.explains(other, function)).then_some(other)
    }

    /// How many answers of a function are those of a mistake.
    fn likeness(&self, known: &KnownMistake, function: &str) -> usize {
        let alike = |(case, key): (&Case, Key)| {
            let tables = known.recorded(self.expected, &key)?.table().zip(self.record.get(&key)?.table())?;
            let cells = compare::compare(case, tables.0, tables.1).rows.into_iter().flat_map(|row| row.answers);
            Some(cells.filter(|cell| cell.agrees).count())
        };
        self.cases_of(function).filter_map(alike).sum()
    }

    /// Whether one function calls another, so far as the known mistakes show: one of the other's changes its answers.
    fn calls(&self, known: &[KnownMistake], function: &str, other: &str) -> bool {
        let of_other = known.iter().filter(|known| known.mistake.function == other);
        let cases: Vec<&str> = self.cases_of(function).map(|(case, _)| case.name.as_str()).collect();
        of_other.into_iter().any(|known| known.answers.keys().any(|key| cases.contains(&key.case.as_str())))
    }

    /// Whether an answer differs, or the code panicked: what a known mistake may explain.
    fn any_wrong(&self) -> bool {
        let explicable = |recorded: &Recorded| matches!(recorded, Recorded::Answered(_) | Recorded::Panicked(_));
        self.step.functions.iter().any(|function| !self.passes(&function.name)) && self.record.values().any(explicable)
    }

    fn cases_of(&self, function: &str) -> impl Iterator<Item = (&'a Case, Key)> {
        let cases = self.step.cases.iter().filter(move |case| case.function == function);
        let trials = self.trials;
        cases.flat_map(move |case| trials.iter().map(move |trial| (case, Key::new(&case.name, *trial))))
    }

    fn passes(&self, function: &str) -> bool {
        self.cases_of(function).all(|(case, key)| match (self.expected.get(&key), self.record.get(&key)) {
            (Some(Recorded::Answered(expected)), Some(Recorded::Answered(got))) => compare::passes(case, expected, got),
            _ => false,
        })
    }

    fn explains(&self, known: &KnownMistake, function: &str) -> bool {
        self.cases_of(function).all(|(case, key)| match known.answers.get(&key) {
            Some(recorded) => is_same_record(case, Some(recorded), self.record.get(&key)),
            None => !self.unexpected.contains(&key),
        })
    }

    fn verdict(&self, case: &Case, run: &CaseRun, explanations: &BTreeMap<&str, Explanation>) -> Verdict {
        let explanation = || explanations.get(case.function.as_str()).cloned();
        for &trial in self.trials {
            let Some(expected) = self.expected.get(&Key::new(&case.name, trial)).and_then(Recorded::table) else {
                continue;
            };
            match run.outcome(trial) {
                Some(TrialOutcome::Answered(got)) if compare::passes(case, expected, got) => {}
                Some(TrialOutcome::Answered(got)) => {
                    let only_fresh = trial != Trial::Lesson && self.trials.contains(&Trial::Lesson);
                    let comparison = compare::compare(case, expected, got);
                    let shows = || Explanation::Shows(diagnosis::diagnose(&self.comparisons(case)));
                    let explanation = explanation().unwrap_or_else(shows);
                    return Verdict::Wrong(Wrong { trial, only_fresh, comparison, explanation });
                }
                Some(TrialOutcome::NotStarted(panic)) => return Verdict::NotStarted { todo: place_of(panic) },
                Some(TrialOutcome::Panicked(panic)) => {
                    let (message, place) = (panic.message.clone(), place_of(panic));
                    return Verdict::Panicked { trial, message, place, explanation: explanation() };
                }
                None => {
                    return match run.ending.clone() {
                        Ending::TimedOut(limit) => Verdict::TimedOut { trial, limit, spent: Spent::Computing },
                        Ending::Waited(limit) | Ending::Stalled(limit) => {
                            Verdict::TimedOut { trial, limit, spent: Spent::Waiting }
                        }
                        ending => Verdict::Crashed { trial, ending },
                    };
                }
            }
        }
        Verdict::Passed
    }

    /// The tables of a case on every trial that answered, side by side with the expected ones.
    fn comparisons(&self, case: &Case) -> Vec<(Trial, Comparison)> {
        let compared = self.trials.iter().filter_map(|trial| {
            let key = Key::new(&case.name, *trial);
            let table = |record: &'a Record| record.get(&key).and_then(Recorded::table);
            let got = self.record.get(&key).and_then(Recorded::table)?;
            Some((*trial, compare::compare(case, table(self.expected)?, got)))
        });
        compared.collect()
    }
}

/// Where a panic was, if it says so.
fn place_of(panic: &Panic) -> Option<Place> {
    (!panic.file.is_empty()).then(|| Place { file: panic.file.clone(), line: panic.line as usize })
}
