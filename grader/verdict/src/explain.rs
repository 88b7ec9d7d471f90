//! What explains the wrong answers of a step: which known mistakes give exactly the same answers, and on which cases.
//!
//! A wrong explanation would be worse than none. So a mistake must give the same answer on every row of every trial,
//! and must explain some of what is wrong. If it does not fit all cases of a function, a single case must show enough
//! to tell it by.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use course::{Case, Declaration, Result, Source, Step, filled};
use harness::{Cell, Table, Trial};
use outcome::Ending;

use super::compare::{self, Comparison, is_same_record};
use super::{Explanation, Extent, NamedMistake, User, diagnosis};
use crate::answers::known::{Knowledge, Known, KnownMistake, PairTrials, Pairs};
use crate::answers::{Key, Record, Recorded};

/// The texts that show which function calls which.
#[derive(Debug, Default)]
pub struct Texts<'a> {
    /// The file that the student edits.
    pub library: Source<'a>,
    /// The cases.
    pub cases: Source<'a>,
}

/// A run of a step, beside the expected answers.
pub struct Answered<'a> {
    /// The step.
    pub step: &'a Step,
    /// What was expected.
    pub expected: &'a Record,
    /// The trials that it ran on.
    pub trials: &'a [Trial],
    /// What was answered.
    pub record: Record,
    /// The keys whose record is not the expected one. Most mistakes change few answers, so this decides most
    /// comparisons.
    unexpected: BTreeSet<Key>,
}

impl<'a> Answered<'a> {
    /// Puts answers beside the expected ones.
    pub fn new(step: &'a Step, expected: &'a Record, trials: &'a [Trial], record: Record) -> Self {
        let mut answered = Self { step, expected, trials, record, unexpected: BTreeSet::new() };
        let keys = step.functions.iter().flat_map(|function| answered.keys_of_function(&function.name));
        let unexpected = keys.filter(|(case, key)| !is_same_record(case, expected.get(key), answered.record.get(key)));
        answered.unexpected = filled(unexpected.map(|(_, key)| key));
        answered
    }

    /// Whether an answer differs, or the code panicked: a known mistake may explain this.
    pub fn any_wrong(&self) -> bool {
        let explicable = |recorded: &Recorded| matches!(recorded, Recorded::Answered(_) | Recorded::Panicked(_));
        !self.wrong_functions().is_empty() && self.record.values().any(explicable)
    }

    /// The explanation of each wrong case, by its name, if there is one.
    ///
    /// # Errors
    /// Those of `knowledge`.
    pub fn explain(&self, knowledge: &dyn Knowledge, texts: &Texts<'_>) -> Result<BTreeMap<&'a str, Explanation>> {
        let search = Search { answered: self, known: knowledge.known()?, wrong: self.wrong_functions(), texts };
        let mut causes = search.causes();
        if let Some(trials) = knowledge.pair_trials() {
            search.explain_pairs(trials, &mut causes)?;
        }
        let cases = search.wrong.iter().flat_map(|function| self.cases_of(function));
        Ok(filled(cases.filter_map(|case| {
            let explanation = match causes.get(case.function.as_str()) {
                Some(cause) => cause.clone(),
                None => search.case_alone(case).or_else(|| search.used_by(case))?,
            };
            Some((case.name.as_str(), explanation))
        })))
    }

    fn wrong_functions(&self) -> Vec<&'a str> {
        let functions = self.step.functions.iter().map(|function| function.name.as_str());
        functions.filter(|function| !self.passes(function)).collect()
    }

    fn cases_of(&self, function: &str) -> impl Iterator<Item = &'a Case> {
        self.step.cases.iter().filter(move |case| case.function == function)
    }

    fn keys_of<'c>(&self, case: &'c Case) -> impl Iterator<Item = (&'c Case, Key)> + use<'a, 'c> {
        let trials = self.trials;
        trials.iter().map(move |trial| (case, Key::new(&case.name, *trial)))
    }

    /// All cases of a function on all trials.
    fn keys_of_function(&self, function: &str) -> impl Iterator<Item = (&'a Case, Key)> {
        self.cases_of(function).flat_map(|case| self.keys_of(case))
    }

    fn passes(&self, function: &str) -> bool {
        self.cases_of(function).all(|case| self.case_passes(case))
    }

    fn case_passes(&self, case: &Case) -> bool {
        self.keys_of(case).all(|(case, key)| match (self.expected.get(&key), self.record.get(&key)) {
            (Some(Recorded::Answered(expected)), Some(Recorded::Answered(got))) => compare::passes(case, expected, got),
            _ => false,
        })
    }

    /// Whether a mistake explains everything that is wrong with a function.
    fn explains(&self, known: &KnownMistake, function: &str) -> bool {
        self.agrees(known, self.keys_of_function(function))
    }

    /// Whether the answers are those of a mistake wherever there are any, and some of these are not the expected ones.
    fn agrees<'c>(&self, known: &KnownMistake, mut keys: impl Iterator<Item = (&'c Case, Key)>) -> bool {
        let mut explained = false;
        let agrees = keys.all(|(case, key)| match known.answers.get(&key) {
            _ if self.is_mute(&key) => true,
            Some(mistaken) => {
                explained = true;
                is_same_record(case, Some(mistaken), self.record.get(&key))
            }
            None => !self.unexpected.contains(&key),
        });
        agrees && explained
    }

    /// Whether the case was stopped, so that its answer is unknown.
    fn is_mute(&self, key: &Key) -> bool {
        let stopped = |ending: &Ending| matches!(ending, Ending::TimedOut(_) | Ending::Waited(_) | Ending::Stalled(_));
        matches!(self.record.get(key), Some(Recorded::Ended(ending)) if stopped(ending))
    }

    /// Whether the answers to a case are those of a mistake, right or wrong.
    fn answers_as(&self, known: &KnownMistake, case: &Case) -> bool {
        self.keys_of(case)
            .all(|(case, key)| is_same_record(case, known.recorded(self.expected, &key), self.record.get(&key)))
    }

    /// Whether a case is wrong in another way than a mistake that changes it: most of its wrong answers are not the
    /// mistake's. Numbers that are not finite show an edge, and rows that are missing show nothing.
    fn is_wrong_otherwise(&self, known: &KnownMistake, case: &Case) -> bool {
        let is_finite = |cell: &Cell| cell.as_number().is_none_or(f64::is_finite);
        let cells = |record: &Record, key: &Key| {
            let rows = table(record, key).zip(table(&self.record, key));
            let rows = rows.map(|(other, got)| compare::compare(case, other, got).rows).unwrap_or_default();
            let cells = rows.into_iter().flat_map(|row| row.answers);
            cells.map(|cell| cell.got.filter(is_finite).map(|_| cell.agrees)).collect::<Vec<_>>()
        };
        let pairs = self.keys_of(case).flat_map(|(_, key)| {
            let (right, mistaken) = (cells(self.expected, &key), cells(&known.answers, &key));
            right.into_iter().zip(mistaken).collect::<Vec<_>>()
        });
        let of_wrong: Vec<bool> =
            pairs.filter(|(right, _)| *right == Some(false)).map(|(_, mistaken)| mistaken == Some(true)).collect();
        2 * of_wrong.iter().filter(|alike| **alike).count() < of_wrong.len()
    }

    /// How many answers of a function are those of a mistake.
    fn likeness(&self, known: &KnownMistake, function: &str) -> usize {
        let alike = |(case, key): (&Case, Key)| {
            let tables = known.recorded(self.expected, &key)?.table().zip(self.record.get(&key)?.table())?;
            let cells = compare::compare(case, tables.0, tables.1).rows.into_iter().flat_map(|row| row.answers);
            Some(cells.filter(|cell| cell.agrees).count())
        };
        self.keys_of_function(function).filter_map(alike).sum()
    }

    /// Whether a case alone shows enough of a mistake to recognize it: several wrong numbers, all different.
    fn is_telling(&self, known: &KnownMistake, case: &Case) -> bool {
        const ENOUGH: usize = 3;
        let tables = self.keys_of(case).filter_map(|(_, key)| {
            Some(compare::compare(case, table(self.expected, &key)?, table(&known.answers, &key)?))
        });
        let cells = tables.flat_map(|table| table.rows).flat_map(|row| row.answers);
        let numbers = cells.filter(|cell| !cell.agrees).filter_map(|cell| match cell.got? {
            Cell::Number(number) if number.is_finite() => Some(number.to_bits()),
            _ => None,
        });
        filled::<BTreeSet<_>, _>(numbers).len() >= ENOUGH
    }

    /// Whether a mistake answers a case with wrong numbers, and not with wrong words alone.
    fn has_wrong_numbers(&self, known: &KnownMistake, case: &Case) -> bool {
        self.keys_of(case).any(|(_, key)| {
            let tables = table(self.expected, &key).zip(table(&known.answers, &key));
            let rows = tables.map(|(expected, own)| compare::compare(case, expected, own).rows).unwrap_or_default();
            let mut cells = rows.into_iter().flat_map(|row| row.answers);
            cells.any(|cell| !cell.agrees && matches!(cell.got, Some(Cell::Number(_))))
        })
    }

    /// The tables of a case on every trial that answered, side by side with the expected ones.
    pub fn comparisons(&self, case: &Case) -> Vec<(Trial, Comparison)> {
        let compared = self.keys_of(case).filter_map(|(case, key)| {
            let (expected, got) = (table(self.expected, &key)?, table(&self.record, &key)?);
            Some((key.trial, compare::compare(case, expected, got)))
        });
        compared.collect()
    }
}

fn table<'r>(record: &'r Record, key: &Key) -> Option<&'r Table> {
    record.get(key).and_then(Recorded::table)
}

/// The search for explanations of the answers.
struct Search<'s, 'a> {
    answered: &'s Answered<'a>,
    known: &'s Known,
    wrong: Vec<&'a str>,
    texts: &'s Texts<'s>,
}

impl<'s, 'a> Search<'s, 'a> {
    /// Why one mistake explains all wrong answers of a function.
    fn causes(&self) -> BTreeMap<&'a str, Explanation> {
        filled(self.wrong.iter().filter_map(|function| Some((*function, self.cause(function)?))))
    }

    /// The explanation of all wrong answers of a function. If the mistake is in a function that this one calls, and
    /// that one is wrong, too, the explanation names that function.
    fn cause(&self, function: &str) -> Option<Explanation> {
        let fitting = self.known.mistakes.iter().filter(|known| self.answered.explains(known, function));
        let (of_function, others): (Vec<_>, Vec<_>) = fitting.partition(|known| known.function == function);
        let is_source = |other: &&&KnownMistake| {
            let source = other.function.as_str();
            self.calls_wrong(function, source) && self.answered.explains(other, source)
        };
        if let Some(source) = others.iter().find(is_source) {
            return Some(Explanation::Elsewhere { function: source.function.clone(), by: User::Function });
        }
        if !of_function.is_empty() {
            return (!self.may_come_from_below(function)).then(|| explained_by(of_function, Extent::Function));
        }
        // A mistake in this function, or one that repeats the work of another function that is right.
        let source = others.first()?.function.as_str();
        let of_source = others.iter().copied().filter(|other| other.function == source);
        let cases = || self.answered.cases_of(function);
        let uses_it = cases().any(|case| self.uses_wrong(case, source));
        let mut wrong_cases = cases().filter(|case| !self.answered.case_passes(case));
        if wrong_cases.all(|case| self.is_disturbed(case)) {
            return None;
        }
        // A few words can match by chance.
        let is_telling = |known: &&KnownMistake| cases().any(|case| self.answered.has_wrong_numbers(known, case));
        (!uses_it && of_source.clone().all(|known| is_telling(&known)))
            .then(|| explained_by(of_source, Extent::WorkOf(source.to_owned())))
    }

    /// Who uses another function in a case: the function that it is about, or the case itself, be it by way of other
    /// functions of the student's file.
    fn user(&self, case: &Case, other: &str) -> Option<User> {
        let Texts { library, cases } = self.texts;
        if library.uses(&case.function, other) {
            return Some(User::Function);
        }
        let body = body_of_case(cases.text(), &case.name)?;
        let by_way_of = |way: &Declaration| cases.uses(body, &way.name) && library.uses(&way.name, other);
        (cases.uses(body, other) || library.declared().iter().any(by_way_of)).then_some(User::Case)
    }

    /// Whether another function is wrong, and this case uses it.
    fn uses_wrong(&self, case: &Case, other: &str) -> bool {
        self.wrong.contains(&other) && self.user(case, other).is_some()
    }

    /// Whether a case uses another wrong function that may have changed its answers.
    fn is_disturbed(&self, case: &Case) -> bool {
        let mut others = self.wrong.iter().filter(|other| **other != case.function);
        others.any(|other| self.uses_wrong(case, other) && !self.leaves_alone(other, case))
    }

    /// Whether it is known what is wrong with a function, and that this changes nothing in a case.
    fn leaves_alone(&self, function: &str, case: &Case) -> bool {
        let changes = |known: &KnownMistake| known.answers.keys().any(|key| key.case == case.name);
        let mut own = self.own_mistakes(function).filter(|known| self.answered.explains(known, function)).peekable();
        own.peek().is_some() && !own.any(changes)
    }

    /// Whether another function is wrong, and this one calls it.
    fn calls_wrong(&self, function: &str, other: &str) -> bool {
        self.wrong.contains(&other) && self.texts.library.uses(function, other)
    }

    /// Whether the function may be right and only call a wrong one: if no known mistake explains that one, its effect
    /// on callers is unknown.
    fn may_come_from_below(&self, function: &str) -> bool {
        self.wrong_below(function).any(|other| !self.is_known(other))
    }

    /// Whether a mistake of a function explains all that is wrong with it.
    fn is_known(&self, function: &str) -> bool {
        self.own_mistakes(function).any(|known| self.answered.explains(known, function))
    }

    /// The other wrong functions that a function calls.
    fn wrong_below(&self, function: &str) -> impl Iterator<Item = &'a str> {
        self.wrong.iter().copied().filter(move |other| *other != function && self.texts.library.uses(function, other))
    }

    fn own_mistakes(&self, function: &str) -> impl Iterator<Item = &'s KnownMistake> {
        self.known.mistakes.iter().filter(move |known| known.function == function)
    }

    /// Looks for two mistakes at once if one alone does not explain a function: the mistake of a wrong function that it
    /// calls together with one of its own, or two of its own. The likeliest are tried first, and the first that fit are
    /// named.
    fn explain_pairs(&self, trials: &dyn PairTrials, causes: &mut BTreeMap<&'a str, Explanation>) -> Result<()> {
        const AT_ONCE: usize = 8;
        for function in &self.wrong {
            if causes.contains_key(function) || self.is_placeholder(function) {
                continue;
            }
            let cases: Vec<&str> = self.answered.cases_of(function).map(|case| case.name.as_str()).collect();
            for pairs in self.likely_pairs(function, causes).chunks(AT_ONCE) {
                let Some(together) = trials.together(&Pairs { pairs: pairs.to_vec(), cases: cases.clone() })? else {
                    break;
                };
                let fitting = pairs.iter().zip(&together).filter(|(_, record)| self.explains_all(record, function));
                if let Some(cause) = cause_of_pairs(function, &fitting.map(|(pair, _)| pair).collect::<Vec<_>>()) {
                    causes.insert(function, cause);
                    break;
                }
            }
        }
        Ok(())
    }

    /// Whether a function returns one number or what it was given in all its wrong cases. Nobody makes two mistakes
    /// for that, though some pair may have the same answers.
    fn is_placeholder(&self, function: &str) -> bool {
        let is_one = |case: &Case| diagnosis::shows_placeholder(&self.answered.comparisons(case));
        self.answered.cases_of(function).filter(|case| !self.answered.case_passes(case)).all(is_one)
    }

    /// Whether the answers of a function are these wherever there are any.
    fn explains_all(&self, record: &Record, function: &str) -> bool {
        let mut keys = self.answered.keys_of_function(function).filter(|(_, key)| !self.answered.is_mute(key));
        keys.all(|(case, key)| is_same_record(case, record.get(&key), self.answered.record.get(&key)))
    }

    /// Pairs of mistakes that may explain a function together, the likeliest first: by the number of cases with the
    /// same answers, then by the number of such answers.
    fn likely_pairs(&self, function: &str, causes: &BTreeMap<&'a str, Explanation>) -> Vec<[&'s KnownMistake; 2]> {
        let mut ranked: Vec<(usize, &KnownMistake)> =
            self.own_mistakes(function).map(|known| (self.answered.likeness(known, function), known)).collect();
        ranked.sort_by_key(|(likeness, _)| Reverse(*likeness));
        if let Some(other) = self.mistake_below(function, causes) {
            return ranked.into_iter().map(|(_, known)| [other, known]).collect();
        }
        if self.wrong_below(function).next().is_some() {
            return Vec::new();
        }
        let answers_as =
            |known| self.answered.cases_of(function).map(|case| self.answered.answers_as(known, case)).collect();
        let alike: Vec<Vec<bool>> = ranked.iter().map(|(_, known)| answers_as(known)).collect();
        let mut pairs = Vec::new();
        for (at, (likeness, one)) in ranked.iter().enumerate() {
            for (other_at, (other_likeness, other)) in ranked.iter().enumerate().skip(at + 1) {
                let covered = alike[at].iter().zip(&alike[other_at]).filter(|(one, other)| **one || **other).count();
                pairs.push((covered, likeness + other_likeness, [*one, *other]));
            }
        }
        pairs.sort_by_key(|(covered, likeness, _)| Reverse((*covered, *likeness)));
        pairs.into_iter().map(|(_, _, pair)| pair).collect()
    }

    /// The known mistake of a wrong function that this one calls, if it does not explain this one's answers.
    fn mistake_below(&self, function: &str, causes: &BTreeMap<&'a str, Explanation>) -> Option<&'s KnownMistake> {
        let mut named = self.wrong_below(function).filter_map(|other| match causes.get(other)? {
            Explanation::Mistakes { named, extent: Extent::Function } => Some(&named.first()?.name),
            _ => None,
        });
        let name = named.next()?;
        let other = self.known.mistakes.iter().find(|known| known.name == *name)?;
        (!self.answered.explains(other, function)).then_some(other)
    }

    /// The mistakes that a single case shows, if other cases of its function show something else: a guard for an edge
    /// that the mistake does not have, for example, or another slip. Of those that fit, the ones that agree with most
    /// of the other cases. If the case uses another wrong function, which may be what shows, nothing is said; nor of a
    /// mistake that is wrong in another way in as many cases as it fits.
    fn case_alone(&self, case: &Case) -> Option<Explanation> {
        /// A longer list would explain nothing.
        const MOST: usize = 3;
        let (answered, function) = (self.answered, case.function.as_str());
        let is_own = |known: &&KnownMistake| known.function == function;
        // What is returned unchanged, or the same everywhere, shows no mistake: many lead to it.
        if self.is_disturbed(case) || diagnosis::shows_placeholder(&answered.comparisons(case)) {
            return None;
        }
        // A function that does the work of another one wrongly does so in all its cases, or in most if it has a second
        // mistake.
        let repeats = |known: &KnownMistake| {
            let right = answered.cases_of(function).filter(|case| answered.case_passes(case));
            !self.uses_wrong(case, &known.function) && right.into_iter().all(|case| answered.answers_as(known, case))
        };
        let wrong = || answered.cases_of(function).filter(|case| !answered.case_passes(case));
        // Few mistakes answer as this case does, so the other cases are compared for these alone.
        let fits = |known: &&KnownMistake| {
            answered.agrees(known, answered.keys_of(case)) && answered.is_telling(known, case) && {
                let fitting = wrong().filter(|case| answered.answers_as(known, case)).count();
                let unfitting = wrong().filter(|case| answered.is_wrong_otherwise(known, case)).count();
                unfitting < fitting.max(1) && (is_own(known) || 2 * fitting > wrong().count() && repeats(known))
            }
        };
        let fitting: Vec<&KnownMistake> = self.known.mistakes.iter().filter(fits).collect();
        let some_are_own = fitting.iter().any(is_own);
        let agreeing_cases =
            |known| answered.cases_of(function).filter(|case| answered.answers_as(known, case)).count();
        let fitting = fitting.into_iter().filter(|known| is_own(known) == some_are_own);
        let mut ranked: Vec<(usize, &KnownMistake)> = fitting.map(|known| (agreeing_cases(known), known)).collect();
        let most = ranked.iter().map(|(agreeing, _)| *agreeing).max()?;
        ranked.retain(|(agreeing, _)| *agreeing == most);
        let source = &ranked[0].1.function;
        let of_one_function = ranked.iter().all(|(_, known)| known.function == *source);
        let extent = if some_are_own { Extent::Case } else { Extent::WorkOf(source.clone()) };
        (of_one_function && ranked.len() <= MOST).then(|| explained_by(ranked.iter().map(|(_, known)| *known), extent))
    }

    /// The first wrong function that this case, or the function that it is about, uses: according to the texts and the
    /// known mistakes.
    fn used_by(&self, case: &Case) -> Option<Explanation> {
        let others = self.wrong.iter().filter(|other| **other != case.function && self.changes(other, case));
        let mut used = others.filter_map(|other| {
            let by = self.user(case, other)?;
            Some(Explanation::Elsewhere { function: (*other).to_owned(), by })
        });
        used.next()
    }

    /// Whether a mistake of a function changes the answers of this case, as far as is known.
    fn changes(&self, function: &str, case: &Case) -> bool {
        self.own_mistakes(function).any(|known| known.answers.keys().any(|key| key.case == case.name))
    }
}

/// The function that `cases.rs` runs for a case: the one named after the case, in `case("name", function)`.
fn body_of_case<'s>(cases: &'s str, case: &str) -> Option<&'s str> {
    let quoted = format!("\"{case}\"");
    let behind = &cases[cases.find(&quoted)? + quoted.len()..];
    let name = behind.trim_start_matches(|letter: char| letter == ',' || letter.is_whitespace());
    Some(&name[..name.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(name.len())])
}

/// The explanation by the pairs that fit. Pairs of two functions name each mistake of this one that fits; pairs of one
/// name both.
fn cause_of_pairs(function: &str, pairs: &[&[&KnownMistake; 2]]) -> Option<Explanation> {
    let first = pairs.first()?;
    if first[0].function == function {
        return Some(explained_by(first.iter().copied(), Extent::Together));
    }
    Some(explained_by(pairs.iter().map(|[_, known]| *known), Extent::Function))
}

fn explained_by<'k>(known: impl IntoIterator<Item = &'k KnownMistake>, extent: Extent) -> Explanation {
    let named = known
        .into_iter()
        .map(|KnownMistake { name, says, .. }| NamedMistake { name: name.clone(), says: says.clone() });
    Explanation::Mistakes { named: named.collect(), extent }
}
