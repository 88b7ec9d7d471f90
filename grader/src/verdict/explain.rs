//! What explains the wrong answers of a step: which known mistakes answer just the same, and on which cases.
//!
//! A wrong explanation would be worse than none. So a mistake has to answer the same on every row of every trial, and to
//! explain some of what is wrong; where it does not fit all cases of a function, a case must show enough to tell it by.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use harness::{Cell, Trial};

use super::compare::{self, Comparison, is_same_record};
use super::{Explanation, Extent, NamedMistake, User};
use crate::answers::known::{Knowledge, Known, KnownMistake, Pairs};
use crate::answers::{Key, Record, Recorded};
use crate::attempt::run::Ending;
use crate::course::declaration::uses;
use crate::course::{Case, Step};
use crate::error::Result;

/// What can be read of who calls what.
#[derive(Debug, Clone, Copy, Default)]
pub struct Texts<'a> {
    /// The text of the file that the student edits.
    pub library: &'a str,
    /// That of the cases.
    pub cases: &'a str,
}

/// A run of a step, beside what was expected of it.
pub(crate) struct Answered<'a> {
    step: &'a Step,
    /// What was expected.
    pub(crate) expected: &'a Record,
    /// The trials that it ran on.
    pub(crate) trials: &'a [Trial],
    /// What was answered.
    pub(crate) record: Record,
    /// Where the record is not as expected. Most mistakes change few answers, so that this decides most comparisons.
    unexpected: BTreeSet<Key>,
}

/// What explains all wrong answers of a function.
enum Cause {
    /// Mistakes of its own, or of a function whose work it does again.
    Mistakes { named: Vec<NamedMistake>, extent: Extent },
    /// A mistake of this other function, which is wrong itself and which this one calls.
    Source(String),
}

impl<'a> Answered<'a> {
    /// Lays answers beside what was expected.
    pub(crate) fn new(step: &'a Step, expected: &'a Record, trials: &'a [Trial], record: Record) -> Self {
        let mut answered = Self { step, expected, trials, record, unexpected: BTreeSet::new() };
        let keys = step.functions.iter().flat_map(|function| answered.cases_of(&function.name));
        let unexpected = keys.filter(|(case, key)| !is_same_record(case, expected.get(key), answered.record.get(key)));
        answered.unexpected = unexpected.map(|(_, key)| key).collect();
        answered
    }

    /// Whether an answer differs, or the code panicked: what a known mistake may explain.
    pub(crate) fn any_wrong(&self) -> bool {
        let explicable = |recorded: &Recorded| matches!(recorded, Recorded::Answered(_) | Recorded::Panicked(_));
        !self.wrong_functions().is_empty() && self.record.values().any(explicable)
    }

    /// What explains each wrong case, by its name, where that is known.
    ///
    /// # Errors
    /// Those of `knowledge`.
    pub(crate) fn explain(
        &self,
        knowledge: &dyn Knowledge,
        texts: Texts<'_>,
    ) -> Result<BTreeMap<&'a str, Explanation>> {
        let known = knowledge.known()?;
        let wrong = self.wrong_functions();
        let mut causes: BTreeMap<&str, Cause> = BTreeMap::new();
        for function in &wrong {
            if let Some(cause) = self.cause(function, &wrong, &known.mistakes, texts) {
                causes.insert(function, cause);
            }
        }
        self.explain_pairs(&wrong, &known, knowledge, texts, &mut causes)?;

        let mut explanations = BTreeMap::new();
        for function in &wrong {
            for case in self.step.cases.iter().filter(|case| case.function == *function) {
                let explanation = match causes.get(function) {
                    Some(Cause::Mistakes { named, extent }) => {
                        Some(Explanation::Mistakes { named: named.clone(), extent: extent.clone() })
                    }
                    Some(Cause::Source(source)) => {
                        Some(Explanation::Elsewhere { function: source.clone(), by: User::Function })
                    }
                    None => self.case_alone(case, &wrong, &known.mistakes, texts).or_else(|| {
                        let (function, by) = self.used_by(case, &wrong, &known.mistakes, texts)?;
                        Some(Explanation::Elsewhere { function: function.to_owned(), by })
                    }),
                };
                if let Some(explanation) = explanation {
                    explanations.insert(case.name.as_str(), explanation);
                }
            }
        }
        Ok(explanations)
    }

    /// What explains all wrong answers of a function. A mistake of a function that this one calls is told at its source, if
    /// that is wrong, too.
    fn cause(&self, function: &str, wrong: &[&str], known: &[KnownMistake], texts: Texts<'_>) -> Option<Cause> {
        let fitting = known.iter().filter(|known| self.explains(known, function));
        let (own, others): (Vec<_>, Vec<_>) = fitting.partition(|known| known.mistake.function == function);
        let is_source = |other: &&&KnownMistake| {
            let source = other.mistake.function.as_str();
            wrong.contains(&source) && self.explains(other, source) && uses(texts.library, function, source)
        };
        if let Some(source) = others.iter().find(is_source) {
            return Some(Cause::Source(source.mistake.function.clone()));
        }
        if !own.is_empty() {
            return Some(Cause::Mistakes { named: own.into_iter().map(named_as).collect(), extent: Extent::Function });
        }
        // What this one does itself, or does to what the other has answered right.
        let source = others.first()?.mistake.function.as_str();
        if wrong.contains(&source) && uses(texts.library, function, source) {
            return None;
        }
        let named =
            others.iter().filter(|other| other.mistake.function == source).map(|other| named_as(other)).collect();
        Some(Cause::Mistakes { named, extent: Extent::WorkOf(source.to_owned()) })
    }

    /// Looks for two mistakes at once where one alone does not explain a function: the one of a wrong function that it calls
    /// with one of its own, or two of its own. The likeliest are tried first, and the first that fit are named.
    fn explain_pairs(
        &self,
        wrong: &[&'a str],
        known: &Known,
        knowledge: &dyn Knowledge,
        texts: Texts<'_>,
        causes: &mut BTreeMap<&'a str, Cause>,
    ) -> Result<()> {
        const AT_ONCE: usize = 8;
        for function in wrong.iter().filter(|function| !causes.contains_key(**function)).copied().collect::<Vec<_>>() {
            let pairs = self.likely_pairs(function, wrong, known, texts, causes);
            let cases: Vec<&str> = self
                .step
                .cases
                .iter()
                .filter(|case| case.function == function)
                .map(|case| case.name.as_str())
                .collect();
            for pairs in pairs.chunks(AT_ONCE) {
                let mistakes = pairs.iter().map(|pair| pair.map(|known| &known.mistake)).collect();
                let Some(together) = knowledge.together(&Pairs { known, pairs: mistakes, cases: cases.clone() })?
                else {
                    break;
                };
                let explains = |record: &Record| {
                    let mut keys = self.cases_of(function).filter(|(_, key)| !self.is_mute(key));
                    keys.all(|(case, key)| is_same_record(case, record.get(&key), self.record.get(&key)))
                };
                let fitting = pairs.iter().zip(&together).filter(|(_, record)| explains(record)).map(|(pair, _)| pair);
                if let Some(cause) = cause_of_pairs(function, &fitting.collect::<Vec<_>>()) {
                    causes.insert(function, cause);
                    break;
                }
            }
        }
        Ok(())
    }

    /// Pairs of mistakes that may explain a function together, the likeliest first.
    fn likely_pairs<'k>(
        &self,
        function: &str,
        wrong: &[&str],
        known: &'k Known,
        texts: Texts<'_>,
        causes: &BTreeMap<&str, Cause>,
    ) -> Vec<[&'k KnownMistake; 2]> {
        let mut own: Vec<(usize, &KnownMistake)> = known
            .mistakes
            .iter()
            .filter(|known| known.mistake.function == function)
            .map(|known| (self.likeness(known, function), known))
            .collect();
        own.sort_by_key(|(likeness, _)| Reverse(*likeness));
        if let Some(other) = self.mistake_below(function, wrong, known, texts, causes) {
            return own.into_iter().map(|(_, known)| [other, known]).collect();
        }
        if wrong.iter().any(|other| *other != function && uses(texts.library, function, other)) {
            return Vec::new();
        }
        let mut pairs = Vec::new();
        for (at, (likeness, one)) in own.iter().enumerate() {
            for (other_likeness, other) in &own[at + 1..] {
                pairs.push((self.covered_cases(one, other, function), likeness + other_likeness, [*one, *other]));
            }
        }
        pairs.sort_by_key(|(covered, likeness, _)| Reverse((*covered, *likeness)));
        pairs.into_iter().map(|(_, _, pair)| pair).collect()
    }

    /// On how many cases of a function the answers are those of one mistake or of the other.
    fn covered_cases(&self, one: &KnownMistake, other: &KnownMistake, function: &str) -> usize {
        let cases = self.step.cases.iter().filter(|case| case.function == function);
        cases.filter(|case| self.answers_as(one, case) || self.answers_as(other, case)).count()
    }

    /// The known mistake of a wrong function that this one calls, if it does not explain this one's answers.
    fn mistake_below<'k>(
        &self,
        function: &str,
        wrong: &[&str],
        known: &'k Known,
        texts: Texts<'_>,
        causes: &BTreeMap<&str, Cause>,
    ) -> Option<&'k KnownMistake> {
        let below = wrong.iter().filter(|other| **other != function && uses(texts.library, function, other));
        let mut named = below.filter_map(|other| match causes.get(other)? {
            Cause::Mistakes { named, extent: Extent::Function } => Some(&named.first()?.name),
            _ => None,
        });
        let name = named.next()?;
        let other = known.mistakes.iter().find(|known| known.mistake.name == *name)?;
        (!self.explains(other, function)).then_some(other)
    }

    /// The mistakes that a single case shows, where other cases of its function show something else: a guard for an edge that
    /// the mistake does not have, say, or another slip. Of those that fit, the ones that agree with most of the other cases.
    fn case_alone(&self, case: &Case, wrong: &[&str], known: &[KnownMistake], texts: Texts<'_>) -> Option<Explanation> {
        /// More would say nothing.
        const MOST: usize = 3;
        let function = case.function.as_str();
        let may_show = |known: &&KnownMistake| {
            let source = known.mistake.function.as_str();
            source == function || !(wrong.contains(&source) && uses(texts.library, function, source))
        };
        let fits = |known: &&KnownMistake| self.explains_case(known, case) && self.is_telling(known, case);
        let fitting: Vec<&KnownMistake> = known.iter().filter(may_show).filter(fits).collect();
        let own = fitting.iter().any(|known| known.mistake.function == function);
        let fitting = fitting.into_iter().filter(|known| (known.mistake.function == function) == own);
        let mut ranked: Vec<(usize, &KnownMistake)> =
            fitting.map(|known| (self.agreeing_cases(known, function), known)).collect();
        let most = ranked.iter().map(|(agreeing, _)| *agreeing).max()?;
        ranked.retain(|(agreeing, _)| *agreeing == most);
        let source = &ranked[0].1.mistake.function;
        let alike = ranked.iter().all(|(_, known)| known.mistake.function == *source);
        let extent = if own { Extent::Case } else { Extent::WorkOf(source.clone()) };
        let named = ranked.iter().map(|(_, known)| named_as(known)).collect();
        (alike && ranked.len() <= MOST).then_some(Explanation::Mistakes { named, extent })
    }

    /// The first wrong function that this case, or the function that it is about, uses: as the texts say, and as the known
    /// mistakes show.
    fn used_by(
        &self,
        case: &Case,
        wrong: &[&'a str],
        known: &[KnownMistake],
        texts: Texts<'_>,
    ) -> Option<(&'a str, User)> {
        let others = wrong.iter().filter(|other| **other != case.function && self.changes(known, other, case));
        let mut used = others.filter_map(|other| {
            if uses(texts.library, &case.function, other) {
                Some((*other, User::Function))
            } else {
                let body = body_of_case(texts.cases, &case.name)?;
                uses(texts.cases, body, other).then_some((*other, User::Case))
            }
        });
        used.next()
    }

    /// Whether a mistake of a function changes the answers of this case, so far as is known.
    fn changes(&self, known: &[KnownMistake], function: &str, case: &Case) -> bool {
        let mut of_function = known.iter().filter(|known| known.mistake.function == function);
        of_function.any(|known| known.answers.keys().any(|key| key.case == case.name))
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

    fn wrong_functions(&self) -> Vec<&'a str> {
        let functions = self.step.functions.iter().map(|function| function.name.as_str());
        functions.filter(|function| !self.passes(function)).collect()
    }

    fn cases_of(&self, function: &str) -> impl Iterator<Item = (&'a Case, Key)> {
        let cases = self.step.cases.iter().filter(move |case| case.function == function);
        cases.flat_map(|case| self.keys_of(case))
    }

    fn keys_of(&self, case: &'a Case) -> impl Iterator<Item = (&'a Case, Key)> {
        let trials = self.trials;
        trials.iter().map(move |trial| (case, Key::new(&case.name, *trial)))
    }

    fn passes(&self, function: &str) -> bool {
        self.cases_of(function).all(|(case, key)| match (self.expected.get(&key), self.record.get(&key)) {
            (Some(Recorded::Answered(expected)), Some(Recorded::Answered(got))) => compare::passes(case, expected, got),
            _ => false,
        })
    }

    /// Whether a mistake explains all that is wrong with a function.
    fn explains(&self, known: &KnownMistake, function: &str) -> bool {
        self.agrees(known, self.cases_of(function))
    }

    /// Whether a mistake explains what is wrong with a case.
    fn explains_case(&self, known: &KnownMistake, case: &Case) -> bool {
        let keys = self.trials.iter().map(|trial| (case, Key::new(&case.name, *trial)));
        self.agrees(known, keys)
    }

    /// Whether the answers are a mistake's wherever they have a voice, and not all of these are the expected ones.
    fn agrees<'c>(&self, known: &KnownMistake, mut keys: impl Iterator<Item = (&'c Case, Key)>) -> bool {
        let mut explained = false;
        let agrees = keys.all(|(case, key)| match known.answers.get(&key) {
            _ if self.is_mute(&key) => true,
            Some(own) => {
                explained = true;
                is_same_record(case, Some(own), self.record.get(&key))
            }
            None => !self.unexpected.contains(&key),
        });
        agrees && explained
    }

    /// A case that was stopped says nothing about what it would have answered.
    fn is_mute(&self, key: &Key) -> bool {
        let stopped = |ending: &Ending| matches!(ending, Ending::TimedOut(_) | Ending::Waited(_) | Ending::Stalled(_));
        matches!(self.record.get(key), Some(Recorded::Ended(ending)) if stopped(ending))
    }

    /// On how many cases of a function the answers are a mistake's, right or wrong.
    fn agreeing_cases(&self, known: &KnownMistake, function: &str) -> usize {
        let cases = self.step.cases.iter().filter(|case| case.function == function);
        cases.filter(|case| self.answers_as(known, case)).count()
    }

    /// Whether the answers to a case are a mistake's, right or wrong.
    fn answers_as(&self, known: &KnownMistake, case: &Case) -> bool {
        self.trials.iter().all(|trial| {
            let key = Key::new(&case.name, *trial);
            is_same_record(case, known.recorded(self.expected, &key), self.record.get(&key))
        })
    }

    /// Whether a case alone shows enough of a mistake to know it again: several wrong numbers, each another one.
    fn is_telling(&self, known: &KnownMistake, case: &Case) -> bool {
        const ENOUGH: usize = 3;
        let mut numbers = BTreeSet::new();
        for trial in self.trials {
            let key = Key::new(&case.name, *trial);
            let table = |record: &'_ Record| record.get(&key).and_then(Recorded::table).cloned();
            let (Some(expected), Some(own)) = (table(self.expected), table(&known.answers)) else { continue };
            let cells = compare::compare(case, &expected, &own).rows.into_iter().flat_map(|row| row.answers);
            numbers.extend(cells.filter(|cell| !cell.agrees).filter_map(|cell| match cell.got? {
                Cell::Number(number) if number.is_finite() => Some(number.to_bits()),
                _ => None,
            }));
        }
        numbers.len() >= ENOUGH
    }

    /// The tables of a case on every trial that answered, side by side with the expected ones.
    pub(crate) fn comparisons(&self, case: &Case) -> Vec<(Trial, Comparison)> {
        let compared = self.trials.iter().filter_map(|trial| {
            let key = Key::new(&case.name, *trial);
            let table = |record: &'a Record| record.get(&key).and_then(Recorded::table);
            let got = self.record.get(&key).and_then(Recorded::table)?;
            Some((*trial, compare::compare(case, table(self.expected)?, got)))
        });
        compared.collect()
    }
}

/// The function that `cases.rs` runs for a case: it is named behind the case, in `case("name", function)`.
fn body_of_case<'s>(cases: &'s str, case: &str) -> Option<&'s str> {
    let quoted = format!("\"{case}\"");
    let behind = &cases[cases.find(&quoted)? + quoted.len()..];
    let name = behind.trim_start_matches(|letter: char| letter == ',' || letter.is_whitespace());
    Some(&name[..name.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(name.len())])
}

/// What pairs say that fit: those of two functions name each mistake of this one that fits, those of one name both.
fn cause_of_pairs(function: &str, pairs: &[&[&KnownMistake; 2]]) -> Option<Cause> {
    let [one, other] = pairs.first()?;
    if one.mistake.function == function {
        return Some(Cause::Mistakes { named: vec![named_as(one), named_as(other)], extent: Extent::Together });
    }
    Some(Cause::Mistakes { named: pairs.iter().map(|[_, own]| named_as(own)).collect(), extent: Extent::Function })
}

fn named_as(known: &KnownMistake) -> NamedMistake {
    NamedMistake { name: known.mistake.name.clone(), says: known.mistake.says.clone() }
}
