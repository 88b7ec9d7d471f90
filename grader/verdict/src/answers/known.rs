//! Known mistakes: the recorded wrong answers of a step, and the sentence that explains each of them. All that a
//! grade needs of a mistake is in its snapshot.

use std::collections::BTreeMap;
use std::path::Path;

use course::at_once::{cores, each};
use course::{Edition, Error, Result, Source, Step, filled};

use super::expected::snapshots_in;
use super::snapshot::{self, Snapshot};
use super::{Key, Record, Recorded};

/// What is known about a step's wrong answers. It is read only if there is one.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The known mistakes, by the order of their functions in the step and then by name. If several explain an
    /// answer, a student reads them in this order.
    pub mistakes: Vec<KnownMistake>,
    /// The declarations of the functions that the student writes, by name.
    pub signatures: BTreeMap<String, String>,
    /// The formulas in their comments, by name.
    pub formulas: BTreeMap<String, Vec<String>>,
}

/// What the judge asks when an answer is wrong.
pub trait Knowledge {
    /// What is recorded of the step's wrong answers.
    ///
    /// # Errors
    /// If it cannot be read.
    fn known(&self) -> Result<&Known>;

    /// What tries pairs of mistakes, if anything does.
    fn pair_trials(&self) -> Option<&dyn PairTrials> {
        None
    }
}

/// Tries pairs of mistakes.
pub trait PairTrials {
    /// What each of some pairs answers, if that can be found out in time.
    ///
    /// # Errors
    /// If an interrupt comes.
    fn together(&self, pairs: &Pairs<'_>) -> Result<Option<Vec<Record>>>;
}

/// Pairs of mistakes, of one function or of two.
#[derive(Debug)]
pub struct Pairs<'a> {
    /// The mistakes that are made together.
    pub pairs: Vec<[&'a KnownMistake; 2]>,
    /// The cases to look at.
    pub cases: Vec<&'a str>,
}

/// A mistake and its answers, where they differ from the expected ones.
#[derive(Debug, Clone)]
pub struct KnownMistake {
    /// Its name.
    pub name: String,
    /// The function that it is in.
    pub function: String,
    /// What the student reads.
    pub says: String,
    /// Its answers, where they are not the expected ones.
    pub answers: Record,
}

impl Known {
    /// Reads what is known of a step's wrong answers.
    ///
    /// # Errors
    /// If the stub is missing, or a snapshot is damaged or does not say what the mistake is.
    pub fn load(root: &Path, step: &Step) -> Result<Self> {
        let paths = snapshots_in(root, &step.snapshots().join("mistakes"));
        let mistakes = each(&paths, cores(), |path| KnownMistake::load(root, step, path))?;
        Ok(Self::of(step, mistakes, &step.read_stub(root)?))
    }

    /// What is known of a step with these mistakes and this stub.
    pub fn of(step: &Step, mut mistakes: Vec<KnownMistake>, stub: &str) -> Self {
        let place = |name: &str| step.functions.iter().position(|function| function.name == name);
        mistakes.sort_by(|one, other| (place(&one.function), &one.name).cmp(&(place(&other.function), &other.name)));
        let stub = Source::new(stub);
        let functions = step.functions.iter().map(|function| &function.name);
        let formulas = filled(functions.clone().map(|name| (name.clone(), stub.formulas(name))));
        let signatures = functions.filter_map(|name| Some((name.clone(), stub.declaration(name)?.signature.clone())));
        Self { mistakes, signatures: filled(signatures), formulas }
    }
}

/// Knowledge that has been loaded already.
impl Knowledge for Known {
    fn known(&self) -> Result<&Known> {
        Ok(self)
    }
}

impl KnownMistake {
    fn load(root: &Path, step: &Step, path: &Path) -> Result<Self> {
        let Snapshot { header, record } = snapshot::read_whole(root, path)?;
        let fault = |what: &str| Error::at(path, 1, format!("{what}; {}", Edition::of(root).remedy(step)));
        let function = header.function.ok_or_else(|| fault("the header does not name the function of this mistake"))?;
        if header.description.is_empty() {
            return Err(fault("the header does not say what a student reads who makes this mistake"));
        }
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { name, function, says: header.description, answers: record })
    }

    /// What the mistake does on a case and trial.
    pub fn recorded<'a>(&'a self, expected: &'a Record, key: &Key) -> Option<&'a Recorded> {
        self.answers.get(key).or_else(|| expected.get(key))
    }
}
