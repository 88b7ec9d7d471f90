//! Attempts at steps as they are: remembered, or built and run. If files change meanwhile, an answer may come from
//! neither state of them, so the step is tried again.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use course::at_once::each;
use course::{Course, Error, Fault, OrFault, Result, Step};
use fs_err as fs;
use harness::Trial;

use super::Listener;
use super::build::{Built, build};
use super::cache::Cache;
use super::habits::{Habits, View};
use super::inputs::{DepInfo, Further, Inputs, Surroundings};
use super::planned::{Base, unbuildable};
use super::programs::Programs;
use super::run::{Job, run};
use super::run_folder::RunFolder;
use super::{Answers, Attempt, CompileFailure, Tried};
use crate::workspace::Workspace;

/// What steps are tried in.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Build from nothing and run even what is remembered.
    pub fresh: bool,
    /// What the report has beside these steps.
    pub beside: Beside,
}

/// Whether the report has other steps as well. If it has, a build that is refused is a fault of the tried steps alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beside {
    /// It has none.
    Nothing,
    /// It has some.
    KnownSteps,
}

impl Workspace {
    /// Builds and runs each step as it is, or takes what is remembered of it. The results are in the order of the
    /// steps.
    ///
    /// # Errors
    /// If the grader cannot grade. A fault of one step leaves the others.
    pub fn tried(&self, course: &Course, steps: &[&Step], progress: &Listener<'_>) -> Result<Vec<OrFault<Tried>>> {
        self.tried_in(Setting { fresh: false, beside: Beside::Nothing }, course, steps, progress)
    }

    /// The same, in another setting.
    ///
    /// # Errors
    /// As [`tried`](Self::tried).
    pub fn tried_in(
        &self,
        setting: Setting,
        course: &Course,
        steps: &[&Step],
        progress: &Listener<'_>,
    ) -> Result<Vec<OrFault<Tried>>> {
        let mut attempts = HashMap::new();
        // If files change during a grade, the answers would be a mixture, so the step is tried again. The last time it
        // is alone, so that no other step's code writes to its files.
        for round in [Round::Together, Round::Together, Round::EachAlone] {
            let left: Vec<&Step> = steps.iter().copied().filter(|step| !attempts.contains_key(&step.number)).collect();
            let groups = match round {
                Round::Together if left.is_empty() => Vec::new(),
                Round::Together => vec![left],
                Round::EachAlone => left.into_iter().map(|step| vec![step]).collect(),
            };
            for group in groups {
                let beside = if attempts.is_empty() { setting.beside } else { Beside::KnownSteps };
                let outcomes = self.try_once(Setting { beside, ..setting }, course, &group, progress)?;
                for (step, outcome) in group.into_iter().zip(outcomes) {
                    match (outcome, round) {
                        (Ok(tried), _) => drop(attempts.insert(step.number, tried)),
                        (Err(_), Round::Together) => {}
                        (Err(interference), Round::EachAlone) => {
                            drop(attempts.insert(step.number, interference.outcome(self.root(), step)))
                        }
                    }
                }
            }
        }
        let never_at_rest = |step: &Step| Interference { file: None, while_it_ran: false }.outcome(self.root(), step);
        let outcome = |step: &&Step| attempts.remove(&step.number).unwrap_or_else(|| never_at_rest(step));
        Ok(steps.iter().map(outcome).collect())
    }

    /// Tries steps once. The result of each is an attempt, or a change that happened meanwhile.
    fn try_once(
        &self,
        setting: Setting,
        course: &Course,
        steps: &[&Step],
        progress: &Listener<'_>,
    ) -> Result<Vec<std::result::Result<OrFault<Tried>, Interference>>> {
        let (cache, surroundings) = (Cache::new(self), Surroundings::of(self));
        let recalled = each(steps, self.limits().at_once, |step| {
            let inputs = surroundings.of_attempt(step);
            let tried = if setting.fresh { None } else { cache.recall(step, &inputs) };
            Ok((inputs, tried.filter(Tried::is_decided_by_inputs)))
        })?;
        let open = steps.iter().zip(&recalled).filter(|(_, (_, tried))| tried.is_none());
        let open: Vec<(&Step, &Inputs)> = open.map(|(step, (inputs, _))| (*step, inputs)).collect();
        let attempts = match open.is_empty() {
            true => Vec::new(),
            false => match self.attempt(setting, course, &open, progress) {
                // The other steps, which are remembered, are graded all the same.
                Err(Error::Build(complaint)) if setting.beside == Beside::KnownSteps || open.len() < steps.len() => {
                    open.iter().map(|(step, _)| Err(unbuildable(step, &complaint))).collect()
                }
                attempts => attempts?,
            },
        };
        let mut attempts = attempts.into_iter();
        let after = Surroundings::of(self);
        let outcomes = steps.iter().zip(recalled).filter_map(|(step, (inputs, recalled))| {
            if let Some(tried) = recalled {
                return Some(Ok(Ok(tried)));
            }
            Some(match attempts.next()? {
                Err(fault) => Ok(Err(fault)),
                Ok(attempt) => attempt
                    .unless_changed(inputs, after.of_attempt(step))
                    .map(|(attempt, now)| Ok(cache.remember(step, now, attempt.read, attempt.tried))),
            })
        });
        Ok(outcomes.collect())
    }

    /// Builds and runs steps in their folders, each with what decided it before. If somebody deletes the grader's own
    /// folder meanwhile, this begins again; that may have been code of a step's, too, if it can reach files.
    fn attempt(
        &self,
        setting: Setting,
        course: &Course,
        open: &[(&Step, &Inputs)],
        progress: &Listener<'_>,
    ) -> Result<Vec<OrFault<NewAttempt>>> {
        let attempt = || -> Result<_> {
            let outputs = RunFolder::new(&self.scratch())?;
            let made = self.attempt_in(&outputs, setting, course, open, progress);
            Ok((made, outputs.is_whole()))
        };
        let (made, is_whole) = attempt()?;
        let reaches_files =
            |attempt: &OrFault<NewAttempt>| attempt.as_ref().is_ok_and(|attempt| attempt.tried.view == View::World);
        let is_of_code = made.as_ref().is_ok_and(|made| made.iter().any(reaches_files));
        if is_whole || is_of_code || self.interrupt().is_raised() { made } else { attempt()?.0 }
    }

    /// The same in a folder for what is built.
    fn attempt_in(
        &self,
        outputs: &RunFolder,
        setting: Setting,
        course: &Course,
        open: &[(&Step, &Inputs)],
        progress: &Listener<'_>,
    ) -> Result<Vec<OrFault<NewAttempt>>> {
        let steps: Vec<&Step> = open.iter().map(|(step, _)| *step).collect();
        let base = if setting.fresh { Base::Nothing } else { Base::Kept };
        let built = build(self, &steps, base, outputs.path(), progress)?;
        let surroundings = Surroundings::of(self);
        let compiled: Vec<Inputs> = steps.iter().map(|step| surroundings.of_attempt(step)).collect();
        for (((step, before), compiled), built) in open.iter().zip(&compiled).zip(&built) {
            if let Built::Program { path, read, .. } = built
                && *before == compiled
                && !step.experiments.is_empty()
            {
                Programs::of_step(self, step).put_student(compiled, &Further::of(read.clone(), compiled), path);
            }
        }
        let folders: Vec<PathBuf> = steps.iter().map(|step| course.root.join(&step.folder)).collect();
        let (mut jobs, mut views) = (Vec::new(), Vec::new());
        for ((step, folder), built) in steps.iter().zip(&folders).zip(&built) {
            if let Built::Program { path: program, read, .. } = built {
                let cases = folder.join("cases.rs");
                let sources = read.files.iter().filter(|file| **file != cases).filter_map(|file| fs::read(file).ok());
                let Habits { sharing, view } = Habits::of_step(&course.root, step, sources);
                views.push(view);
                jobs.push(Job {
                    step: step.folder_name(),
                    program,
                    choice: None,
                    folder,
                    cases: step.case_names(),
                    trials: &Trial::GRADED,
                    sharing,
                });
            }
        }
        let mut answers = run(&jobs, self, progress)?.into_iter().zip(views);
        let made = built.into_iter().zip(compiled).map(|(built, compiled)| match built {
            Built::Failed { failure, read } => {
                Ok(NewAttempt { tried: Tried::of_inputs(Attempt::Failed(failure)), read, compiled })
            }
            Built::Faulty(fault) => Err(fault),
            Built::Program { read, warnings, .. } => {
                let (answers, view) = answers.next().unwrap_or_else(|| (Ok(Answers::new()), View::World));
                let tried = Tried { attempt: Attempt::Ran(answers?), warnings, view, kept: None };
                Ok(NewAttempt { tried, read, compiled })
            }
        });
        Ok(made.collect())
    }
}

/// How steps are tried.
#[derive(Debug, Clone, Copy)]
enum Round {
    Together,
    EachAlone,
}

/// An attempt that was made.
struct NewAttempt {
    tried: Tried,
    /// What the compiler read for it.
    read: DepInfo,
    /// What decides it, as it was when the compiler had finished.
    compiled: Inputs,
}

impl NewAttempt {
    /// The attempt and what decides it now, unless that has changed since the inputs were read. Files that the
    /// student's own code writes beside its sources do not count.
    fn unless_changed(self, before: Inputs, now: Inputs) -> std::result::Result<(Self, Inputs), Interference> {
        if let Some(file) = self.compiled.changed_source(&before, &self.read) {
            return Err(Interference { file, while_it_ran: false });
        }
        match now.changed_source(&self.compiled, &self.read) {
            Some(file) => Err(Interference { file, while_it_ran: true }),
            None => Ok((self, now)),
        }
    }
}

/// A change to what decides an attempt, during that attempt.
struct Interference {
    /// The file, if it is one of the step's own.
    file: Option<PathBuf>,
    while_it_ran: bool,
}

impl Interference {
    /// The result of the step, if this is not its first change and no other step was tried beside it.
    fn outcome(self, root: &Path, step: &Step) -> OrFault<Tried> {
        let (file, what) = match &self.file {
            Some(file) => (file.strip_prefix(root).unwrap_or(file).to_owned(), ["this file", "it"]),
            None => (step.source(), ["a file of the course", "one"]),
        };
        let [changed, written] = what;
        if self.while_it_ran {
            let message = format!("{changed} changed each time that the code ran: does the code write to {written}?");
            let attempt = Attempt::Failed(CompileFailure::of_file(&file, 1, message));
            return Ok(Tried::of_inputs(attempt));
        }
        let message =
            format!("{changed} kept changing while the step was graded; grade again when it no longer changes");
        Err(Fault { path: file, line: None, message })
    }
}
