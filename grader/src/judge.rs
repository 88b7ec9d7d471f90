//! Compares answers with snapshots and reaches the verdicts, in the grader's own process.
//!
//! The fourth station on the way of a grade: what the cases answered goes in, the step's part of the report comes out.

use std::collections::BTreeMap;
use std::path::Path;

use harness::protocol::Outcome;
use harness::{Table, Trial};

use crate::build::{CompileFailure, CompilerError, Culprit};
use crate::compare;
use crate::course::{Case, Step};
use crate::diagnosis;
use crate::error::Result;
use crate::expected::{Knowledge, Known, KnownMistake};
use crate::report::{CaseReport, Explanation, NamedMistake, Place, Signature, StepReport, Tables, Verdict, Wrong};
use crate::run::{Answers, CaseRun, Ending};
use crate::snapshot::{Record, Recorded};
use crate::solution::declaration;

/// What came of building and running a step.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub enum Attempt {
    /// It does not compile.
    Failed(CompileFailure),
    /// Its cases ran.
    Ran(Answers),
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
) -> Result<StepReport> {
    let cases = match attempt {
        Attempt::Failed(failure) => {
            let signatures = match failure.culprit {
                Culprit::Library => Vec::new(),
                Culprit::Cases => changed_signatures(step, &knowledge.known()?, source),
            };
            let verdict =
                Verdict::DoesNotCompile { errors: failure.errors.clone(), culprit: failure.culprit, signatures };
            let tables = |case: &Case| tables_of(case, &verdict, expected, &Record::new(), trials);
            let of = |case: &Case| report_of(step, case, source, verdict.clone(), None, tables(case));
            step.cases.iter().map(of).collect()
        }
        Attempt::Ran(answers) => {
            let answered = Answered { step, expected, trials, record: record_of(answers, trials) };
            let known = if answered.any_wrong() { knowledge.known()?.mistakes } else { Vec::new() };
            let mut explanations = answered.explanations(&known);
            answered.explain_pairs(&known, knowledge, &mut explanations)?;
            let judged = step.cases.iter().map(|case| {
                let run = answers.get(case.name.get_ref());
                let verdict =
                    run.map_or(Verdict::NotStarted { todo: None }, |run| answered.verdict(case, run, &explanations));
                let tables = tables_of(case, &verdict, expected, &answered.record, trials);
                report_of(step, case, source, verdict, run, tables)
            });
            judged.collect()
        }
    };
    Ok(StepReport {
        number: step.number,
        name: step.name.clone(),
        title: step.title.clone(),
        bonus: step.bonus,
        file: step.source(),
        cases,
    })
}

fn report_of(
    step: &Step,
    case: &Case,
    source: &str,
    verdict: Verdict,
    run: Option<&CaseRun>,
    tables: Option<Tables>,
) -> CaseReport {
    let function = case.function.get_ref();
    let declared = |function: &str| declaration(source, function).map(|(line, _)| line);
    let line = match &verdict {
        Verdict::Passed => None,
        Verdict::NotStarted { todo: Some(place) } | Verdict::Panicked { place: Some(place), .. } => {
            own_line(step, place).or_else(|| declared(function))
        }
        Verdict::DoesNotCompile { errors, signatures, .. } => {
            let placed = |error: &CompilerError| own_line(step, &Place { file: error.file.clone(), line: error.line });
            let first = errors.iter().find_map(placed);
            first.or_else(|| signatures.iter().find_map(|signature| declared(&signature.function)))
        }
        Verdict::Wrong(Wrong { explanation: Explanation::Elsewhere { function }, .. }) => declared(function),
        _ => declared(function),
    };
    CaseReport {
        name: case.name.get_ref().clone(),
        title: case.title.clone(),
        function: function.clone(),
        points: case.points,
        line,
        verdict,
        printed: run.map(|run| run.printed.clone()).unwrap_or_default(),
        took: run.map(|run| run.took).unwrap_or_default(),
        tables,
    }
}

/// The tables of a case on the trial that its verdict is about; on the first trial if the verdict is about all of them.
fn tables_of(case: &Case, verdict: &Verdict, expected: &Record, got: &Record, trials: &[Trial]) -> Option<Tables> {
    let trial = verdict.trial().map_or_else(|| trials.first().map(Trial::to_string), |trial| Some(trial.to_owned()))?;
    let key = (case.name.get_ref().clone(), trial);
    let expected = table_in(expected, &key)?.clone();
    let got = table_in(got, &key).cloned();
    Some(Tables { trial: key.1, expected, got })
}

fn table_in<'a>(record: &'a Record, key: &(String, String)) -> Option<&'a Table> {
    match record.get(key) {
        Some(Recorded::Table(table)) => Some(table),
        _ => None,
    }
}

/// The line of a place, if it is in the student's own file.
fn own_line(step: &Step, place: &Place) -> Option<usize> {
    Path::new(&place.file).ends_with(step.source()).then_some(place.line)
}

/// The functions that the cases cannot call as the student declares them.
fn changed_signatures(step: &Step, known: &Known, source: &str) -> Vec<Signature> {
    let mut changed = Vec::new();
    for function in step.functions.iter().map(|function| function.name.get_ref()) {
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

/// What a run did on each trial, in the words of a snapshot.
pub fn record_of(answers: &Answers, trials: &[Trial]) -> Record {
    let mut record = Record::new();
    for (case, run) in answers {
        for trial in trials {
            let trial = trial.to_string();
            let recorded = match run.outcomes.iter().find(|(name, _)| *name == trial) {
                Some((_, Outcome::Answered(table))) => Recorded::Table(table.clone()),
                Some((_, Outcome::NotStarted(_))) => Recorded::Ended("not started".to_owned()),
                Some((_, Outcome::Panicked(panic))) => Recorded::Ended(format!("panicked: {}", panic.message)),
                None => Recorded::Ended(format!("ended: {:?}", run.ending)),
            };
            record.insert((case.clone(), trial), recorded);
        }
    }
    record
}

/// Whether two records are the same where both are about this case and trial, right or wrong.
pub fn same(case: &Case, one: Option<&Recorded>, other: Option<&Recorded>) -> bool {
    match (one, other) {
        (Some(Recorded::Table(one)), Some(Recorded::Table(other))) => compare::same_answers(case, one, other),
        (Some(Recorded::Ended(one)), Some(Recorded::Ended(other))) => one == other,
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
}

impl<'a> Answered<'a> {
    /// For each function with wrong answers that are known, what explains all of them on every trial.
    ///
    /// A mistake of another function, which shows here only because this one calls it, is told at its source; so is any
    /// wrong function that this one calls, as long as nothing of its own explains the answers.
    fn explanations(&self, known: &[KnownMistake]) -> BTreeMap<&'a str, Explanation> {
        let functions = || self.step.functions.iter().map(|function| function.name.get_ref().as_str());
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
    /// neither's alone but those of both together.
    fn explain_pairs(
        &self,
        known: &[KnownMistake],
        knowledge: &dyn Knowledge,
        explanations: &mut BTreeMap<&'a str, Explanation>,
    ) -> Result<()> {
        let of = |function: &str| -> Vec<&KnownMistake> {
            known.iter().filter(|known| known.mistake.function == function).collect()
        };
        let mut found = Vec::new();
        for (function, explanation) in explanations.iter() {
            let Explanation::Elsewhere { function: callee } = explanation else { continue };
            let Some(Explanation::Mistakes(named)) = explanations.get(callee.as_str()) else { continue };
            let Some(other) = of(callee).into_iter().find(|known| known.mistake.name == named[0].name) else {
                continue;
            };
            if self.explains(other, function) {
                continue;
            }
            let own = of(function);
            let mistakes: Vec<_> = own.iter().map(|known| &known.mistake).collect();
            let together = knowledge.together(&other.mistake, &mistakes)?;
            let explains = |record: &Record| {
                self.cases_of(function).all(|(case, key)| same(case, record.get(&key), self.record.get(&key)))
            };
            let fitting = own.iter().zip(&together).filter(|(_, record)| explains(record));
            let fitting: Vec<NamedMistake> = fitting.map(|(known, _)| named_as(known)).collect();
            if !fitting.is_empty() {
                found.push((*function, Explanation::Mistakes(fitting)));
            }
        }
        explanations.extend(found);
        Ok(())
    }

    /// Whether one function calls another, so far as the known mistakes show: one of the other's changes its answers.
    fn calls(&self, known: &[KnownMistake], function: &str, other: &str) -> bool {
        let of_other = known.iter().filter(|known| known.mistake.function == other);
        let cases: Vec<&str> = self.cases_of(function).map(|(case, _)| case.name.get_ref().as_str()).collect();
        of_other.into_iter().any(|known| known.answers.keys().any(|(case, _)| cases.contains(&case.as_str())))
    }

    /// Whether an answer differs, or the code panicked: what a known mistake may explain.
    fn any_wrong(&self) -> bool {
        let explicable = |recorded: &Recorded| match recorded {
            Recorded::Table(_) => true,
            Recorded::Ended(how) => how.starts_with("panicked"),
        };
        self.step.functions.iter().any(|function| !self.passes(function.name.get_ref()))
            && self.record.values().any(explicable)
    }

    fn cases_of(&self, function: &str) -> impl Iterator<Item = (&'a Case, (String, String))> {
        let cases = self.step.cases.iter().filter(move |case| case.function.get_ref() == function);
        let trials: Vec<String> = self.trials.iter().map(Trial::to_string).collect();
        cases.flat_map(move |case| {
            let keys = trials.clone().into_iter().map(|trial| (case.name.get_ref().clone(), trial));
            keys.map(move |key| (case, key))
        })
    }

    fn passes(&self, function: &str) -> bool {
        self.cases_of(function).all(|(case, key)| match (self.expected.get(&key), self.record.get(&key)) {
            (Some(Recorded::Table(expected)), Some(Recorded::Table(got))) => compare::passes(case, expected, got),
            _ => false,
        })
    }

    fn explains(&self, known: &KnownMistake, function: &str) -> bool {
        self.cases_of(function)
            .all(|(case, key)| same(case, known.recorded(self.expected, &key), self.record.get(&key)))
    }

    fn verdict(&self, case: &Case, run: &CaseRun, explanations: &BTreeMap<&str, Explanation>) -> Verdict {
        let explanation = || explanations.get(case.function.get_ref().as_str()).cloned();
        for trial in self.trials {
            let key = (case.name.get_ref().clone(), trial.to_string());
            let Some(Recorded::Table(expected)) = self.expected.get(&key) else { continue };
            match run.outcomes.iter().find(|(name, _)| *name == key.1) {
                Some((_, Outcome::Answered(got))) if compare::passes(case, expected, got) => {}
                Some((_, Outcome::Answered(got))) => {
                    let only_fresh = *trial != Trial::Lesson && self.trials.contains(&Trial::Lesson);
                    let comparison = compare::compare(case, expected, got);
                    let explanation = match explanation() {
                        Some(explanation) => explanation,
                        None => Explanation::Shows(diagnosis::diagnose(&self.comparisons(case))),
                    };
                    return Verdict::Wrong(Wrong { trial: key.1, only_fresh, comparison, explanation });
                }
                Some((_, Outcome::NotStarted(panic))) => {
                    let place = Place { file: panic.file.clone(), line: panic.line as usize };
                    return Verdict::NotStarted { todo: Some(place) };
                }
                Some((_, Outcome::Panicked(panic))) => {
                    let place = Place { file: panic.file.clone(), line: panic.line as usize };
                    return Verdict::Panicked {
                        trial: key.1,
                        message: panic.message.clone(),
                        place: (!panic.file.is_empty()).then_some(place),
                        explanation: explanation(),
                    };
                }
                None => {
                    return match run.ending.clone() {
                        Ending::TimedOut(limit) => Verdict::TimedOut { trial: key.1, limit },
                        ending => Verdict::Crashed { trial: key.1, ending },
                    };
                }
            }
        }
        Verdict::Passed
    }

    /// The tables of a case on every trial that answered, side by side with the expected ones.
    fn comparisons(&self, case: &Case) -> Vec<(Trial, compare::Comparison)> {
        let compared = self.trials.iter().filter_map(|trial| {
            let key = (case.name.get_ref().clone(), trial.to_string());
            match (self.expected.get(&key), self.record.get(&key)) {
                (Some(Recorded::Table(expected)), Some(Recorded::Table(got))) => {
                    Some((*trial, compare::compare(case, expected, got)))
                }
                _ => None,
            }
        });
        compared.collect()
    }
}
