//! Known mistakes: the recorded wrong answers of a step, and the sentence that explains each of them.

use std::collections::BTreeMap;
use std::path::Path;

use super::expected::{bless, mistake_snapshot, refuse_orphans};
use super::{Key, Record, Recorded, snapshot};
use crate::course::{Mistake, Solution, Step};
use crate::error::{Error, Result};

/// What is known about a step's wrong answers. It is read only if there is one.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The known mistakes.
    pub mistakes: Vec<KnownMistake>,
    /// The declarations of the functions that the student writes, by name.
    pub signatures: BTreeMap<String, String>,
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
    /// Everything that is known about the step.
    pub known: &'a Known,
    /// The mistakes that are made together.
    pub pairs: Vec<[&'a Mistake; 2]>,
    /// The cases to look at.
    pub cases: Vec<&'a str>,
}

/// A mistake and its answers, where they differ from the expected ones.
#[derive(Debug, Clone)]
pub struct KnownMistake {
    /// The mistake.
    pub mistake: Mistake,
    /// Its answers, where they are not the expected ones.
    pub answers: Record,
}

impl Known {
    /// Reads what is known of a step's wrong answers.
    ///
    /// # Errors
    /// If the solution or its list of mistakes is malformed, a mistake has no snapshot or a snapshot has no mistake.
    pub fn load(root: &Path, step: &Step) -> Result<Self> {
        let solution = Solution::load(root, step)?;
        let mut mistakes = Vec::new();
        for mistake in solution.mistakes(root, step)? {
            let path = mistake_snapshot(step, &mistake.name);
            if !root.join(&path).exists() {
                let message = format!("mistake `{}` has no snapshot; record it: {}", mistake.name, bless(step));
                return Err(Error::at(&step.solution().join("mistakes.toml"), mistake.line, message));
            }
            let answers = snapshot::read(root, &path)?;
            mistakes.push(KnownMistake { mistake, answers });
        }
        let wanted = mistakes.iter().map(|known| mistake_snapshot(step, &known.mistake.name)).collect();
        refuse_orphans(root, &step.snapshots().join("mistakes"), &wanted, "mistake")?;
        let signatures = solution.bodies.into_iter().map(|body| (body.function, body.signature)).collect();
        Ok(Self { mistakes, signatures })
    }
}

/// Knowledge that has been loaded already.
impl Knowledge for Known {
    fn known(&self) -> Result<&Known> {
        Ok(self)
    }
}

impl KnownMistake {
    /// What the mistake does on a case and trial.
    pub(crate) fn recorded<'a>(&'a self, expected: &'a Record, key: &Key) -> Option<&'a Recorded> {
        self.answers.get(key).or_else(|| expected.get(key))
    }
}
