//! What is kept of stages: attempts by the content of all that decides them.
//!
//! An entry that cannot be read is forgotten. One that cannot be written is not an error: it is made again.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::time::Duration;

use course::{Step, filled};
use fs_err as fs;
use harness::Trial;
use harness::protocol::TrialOutcome;
use serde::{Deserialize, Serialize};

use super::Purpose;
use crate::run_folder::locked;
use crate::workspace::Workspace;
use crate::{Answers, Attempt, CaseRun, CompileFailure, Ending, Printed, own_files};

/// How many attempts at pairs are kept of a step.
const MOST_PAIRS: usize = 200;

/// The attempts that are kept of one step, for one purpose.
#[derive(Debug)]
pub(super) struct Attempts {
    scratch: PathBuf,
    file: PathBuf,
    purpose: Purpose,
    kept: AttemptsFile,
}

impl Attempts {
    /// Reads what is kept.
    pub(super) fn read(workspace: &Workspace, step: &Step, purpose: Purpose) -> Self {
        let name = match purpose {
            Purpose::Recording | Purpose::Checking => "attempts.json",
            Purpose::Pairs => "pairs.json",
            Purpose::Trying => "tried.json",
        };
        let file = folder(workspace, step).join(name);
        Self { scratch: workspace.scratch(), purpose, kept: AttemptsFile::read(&file), file }
    }

    /// The attempt that is remembered by this key.
    pub(super) fn recall(&self, key: &str) -> Option<Attempt> {
        let (_, kept) = self.kept.attempts.iter().find(|(other, _)| other == key)?;
        kept.attempt(&self.kept.outcomes)
    }

    /// Keeps these attempts if only the code decides them, and as many others as the purpose allows.
    pub(super) fn update(&mut self, attempts: &[(&str, &Attempt)], drafts: &Path) {
        // Another grader may have kept more meanwhile, and may be about to.
        let _turn = locked(&self.scratch, &self.file.with_extension("lock"));
        self.kept = AttemptsFile::read(&self.file);
        let older = match self.purpose {
            Purpose::Recording | Purpose::Trying => 0,
            // At each change one attempt more, until the next recording.
            Purpose::Checking => usize::MAX,
            Purpose::Pairs => MOST_PAIRS.saturating_sub(attempts.len()),
        };
        let older =
            self.kept.attempts.iter().filter(|(older, _)| attempts.iter().all(|(key, _)| key != older)).take(older);
        let older = older.filter_map(|(key, kept)| Some((key, kept.attempt(&self.kept.outcomes)?)));
        let mut file = Writer::default();
        for (key, attempt) in attempts {
            if attempt.is_decided_by_code() {
                file.add(key, attempt);
            }
        }
        older.for_each(|(key, attempt)| file.add(key, &attempt));
        let _ = self.write(&file.file, drafts);
    }

    /// Renamed into place, so that another grader never reads half of it.
    fn write(&self, file: &AttemptsFile, drafts: &Path) -> std::io::Result<()> {
        let draft = drafts.join("draft");
        fs::write(&draft, serde_json::to_vec(file)?)?;
        if let Some(folder) = self.file.parent() {
            own_files::create_folder(&self.scratch, folder)?;
        }
        fs::rename(&draft, &self.file)
    }
}

/// A file of attempts, the latest first. Most outcomes are those of the solution, and each outcome is stored once.
#[derive(Debug, Default, Serialize, Deserialize)]
struct AttemptsFile {
    outcomes: Vec<TrialOutcome>,
    attempts: Vec<(String, StoredAttempt)>,
}

impl AttemptsFile {
    fn read(file: &Path) -> Self {
        own_files::read(file).and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
    }
}

#[derive(Debug, Serialize, Deserialize)]
enum StoredAttempt {
    Failed(CompileFailure),
    Ran(BTreeMap<String, StoredRun>),
}

#[derive(Debug, Serialize, Deserialize)]
struct StoredRun {
    outcomes: Vec<(Trial, usize)>,
    ending: Ending,
    printed: Printed,
    took: Duration,
    cpu: Duration,
}

impl StoredAttempt {
    fn attempt(&self, outcomes: &[TrialOutcome]) -> Option<Attempt> {
        Some(match self {
            StoredAttempt::Failed(failure) => Attempt::Failed(failure.clone()),
            StoredAttempt::Ran(runs) => {
                let mut answers = Answers::new();
                for (case, run) in runs {
                    answers.insert(case.clone(), run.run(outcomes)?);
                }
                Attempt::Ran(answers)
            }
        })
    }
}

impl StoredRun {
    fn run(&self, outcomes: &[TrialOutcome]) -> Option<CaseRun> {
        let Self { ending, printed, took, cpu, .. } = self;
        let outcome = |(trial, at): &(Trial, usize)| Some((*trial, outcomes.get(*at)?.clone()));
        let outcomes = self.outcomes.iter().map(outcome).collect::<Option<_>>()?;
        Some(CaseRun { outcomes, ending: ending.clone(), printed: printed.clone(), took: *took, cpu: *cpu })
    }
}

#[derive(Default)]
struct Writer {
    file: AttemptsFile,
    /// The index of each outcome, by its text.
    indices: HashMap<String, usize>,
}

impl Writer {
    fn add(&mut self, key: &str, attempt: &Attempt) {
        let kept = match attempt {
            Attempt::Failed(failure) => StoredAttempt::Failed(failure.clone()),
            Attempt::Ran(answers) => {
                StoredAttempt::Ran(filled(answers.iter().map(|(case, run)| (case.clone(), self.kept(run)))))
            }
        };
        self.file.attempts.push((key.to_owned(), kept));
    }

    fn kept(&mut self, run: &CaseRun) -> StoredRun {
        let outcomes = run.outcomes.iter().map(|(trial, outcome)| (*trial, self.index_of(outcome))).collect();
        let CaseRun { ending, printed, took, cpu, .. } = run.clone();
        StoredRun { outcomes, ending, printed, took, cpu }
    }

    fn index_of(&mut self, outcome: &TrialOutcome) -> usize {
        let outcomes = &mut self.file.outcomes;
        // Two NaN are not equal, but their texts are.
        let text = format!("{outcome:?}");
        *self.indices.entry(text).or_insert_with(|| {
            outcomes.push(outcome.clone());
            outcomes.len() - 1
        })
    }
}

pub(super) fn folder(workspace: &Workspace, step: &Step) -> PathBuf {
    workspace.scratch().join("stages").join(step.folder_name())
}
