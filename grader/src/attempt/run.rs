//! Runs the cases of built exercises, within limits, and collects their answers.
//!
//! All cases of a program run in one process, one after the other. If the process ends early, each case that has not
//! answered runs once more in a process of its own, so that a hang or a crash costs only that case. If the machine may
//! have caused an ending, the case runs a last time with nothing beside it, and that decides.

mod prints;
mod program;
mod received;
mod runner;
mod semaphore;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use harness::Trial;
use harness::protocol::TrialOutcome;
use serde::{Deserialize, Serialize};

pub(crate) use self::prints::Prints;
pub(crate) use self::program::{Allowance, call_of};
use self::runner::Runner;
use super::choice::Choice;
use super::ending::Ending;
use super::habits::Sharing;
use super::progress::Listener;
use crate::error::{OrFault, Result};
use crate::workspace::Workspace;

/// An exercise's program, and the cases to run in it.
#[derive(Debug)]
pub(crate) struct Job<'a> {
    /// The exercise, by its folder's name.
    pub(crate) step: String,
    /// The built `cases.rs`.
    pub(crate) program: &'a Path,
    /// Which bodies its functions take, if a stage has built it with several for each.
    pub(crate) choice: Option<&'a Choice>,
    /// The folder it runs in.
    pub(crate) folder: &'a Path,
    /// The cases, by name.
    pub(crate) cases: Vec<&'a str>,
    /// The inputs of each case.
    pub(crate) trials: &'a [Trial],
    /// Whether cases may share a process.
    pub(crate) sharing: Sharing,
}

/// What the cases of one exercise answered, by name.
pub type Answers = BTreeMap<String, CaseRun>;

/// The result of one case.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CaseRun {
    /// How each trial ended, if it did; the program ended in the first one that is missing.
    pub outcomes: Vec<(Trial, TrialOutcome)>,
    /// How the program ended.
    pub ending: Ending,
    /// What the student's code printed.
    pub printed: Printed,
    /// How long it ran.
    pub took: Duration,
    /// The CPU time that its process used, with that of the other cases that shared it.
    pub cpu: Duration,
}

impl CaseRun {
    /// The outcome of one trial; nothing if the program ended before.
    pub(crate) fn outcome(&self, trial: Trial) -> Option<&TrialOutcome> {
        self.outcomes.iter().find(|(answered, _)| *answered == trial).map(|(_, outcome)| outcome)
    }
}

/// What a program printed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Printed {
    /// Its beginning, up to a limit.
    pub text: String,
    /// Its end, if not all of it is kept.
    pub end: String,
    /// How many bytes there were in all.
    pub bytes: u64,
}

/// Runs all cases of all jobs; the answers come in the order of the jobs.
///
/// # Errors
/// If a program cannot be started, or an interrupt comes. What a student's code does is not an error, and a fault of
/// the course in one job leaves the others.
pub(crate) fn run(jobs: &[Job<'_>], workspace: &Workspace, progress: &Listener<'_>) -> Result<Vec<OrFault<Answers>>> {
    let runner = Runner::new(jobs, workspace, progress);
    let mut answers = vec![Ok(Answers::new()); jobs.len()];
    runner.tell(&answers, 0);
    runner.run_all(together(jobs), &mut answers)?;
    let suspects = suspects(jobs, &answers, &runner.without_end());
    runner.run_all(alone(jobs, &answers, &suspects), &mut answers)?;
    runner.run_all(cut_short(jobs, &answers, &suspects), &mut answers)?;
    // One after the other, with nothing of ours beside them.
    for (at, job) in jobs.iter().enumerate() {
        for case in &job.cases {
            if run_of(&answers[at], case).is_some_and(|run| run.ending.may_be_the_machines()) {
                runner.run_all(vec![Task::alone(at, case)], &mut answers)?;
            }
        }
    }
    Ok(answers)
}

/// The jobs that have something to run, with their numbers.
fn asked<'a>(jobs: &'a [Job<'a>]) -> impl Iterator<Item = (usize, &'a Job<'a>)> {
    jobs.iter().enumerate().filter(|(_, job)| !job.trials.is_empty())
}

/// All cases of each job whose cases may share a process.
fn together<'a>(jobs: &'a [Job<'a>]) -> Vec<Task<'a>> {
    let sharing = asked(jobs).filter(|(_, job)| job.sharing == Sharing::Allowed);
    sharing.map(|(at, job)| Task::together(at, job.cases.clone())).collect()
}

/// The case of each job that most likely never ends: the first one without an answer, if the cases met a limit
/// together.
type Suspects<'a> = BTreeMap<usize, &'a str>;

fn suspects<'a>(jobs: &'a [Job<'a>], answers: &[OrFault<Answers>], without_end: &BTreeSet<usize>) -> Suspects<'a> {
    let first_open = |at: usize| Some((at, open(&jobs[at], &answers[at]).next()?));
    without_end.iter().filter_map(|at| first_open(*at)).collect()
}

/// The cases of a job that have not answered yet; none if the job has a fault.
fn open<'a>(job: &'a Job<'a>, answers: &OrFault<Answers>) -> impl Iterator<Item = &'a str> {
    let cases = answers.as_ref().map(|_| job.cases.iter().copied()).into_iter().flatten();
    cases.filter(move |case| run_of(answers, case).is_none())
}

/// Each case that has not answered yet, alone. The cases behind a suspect often call the same function, so they do not
/// need all of the time to show that they never end either.
fn alone<'a>(jobs: &'a [Job<'a>], answers: &[OrFault<Answers>], suspects: &Suspects<'_>) -> Vec<Task<'a>> {
    let of_job = |(at, job): (usize, &'a Job<'a>)| {
        let suspect = suspects.get(&at);
        open(job, &answers[at]).map(move |case| {
            let is_behind = suspect.is_some_and(|suspect| *suspect != case);
            Task { share: if is_behind { Share::Part } else { Share::Whole }, ..Task::alone(at, case) }
        })
    };
    asked(jobs).flat_map(of_job).collect()
}

/// The cases that were stopped early behind a suspect that came to its end after all.
fn cut_short<'a>(jobs: &'a [Job<'a>], answers: &[OrFault<Answers>], suspects: &Suspects<'_>) -> Vec<Task<'a>> {
    let has_no_end = |at: usize, case: &str| run_of(&answers[at], case).is_some_and(|run| run.ending.is_without_end());
    let innocent = suspects.iter().filter(|(at, suspect)| !has_no_end(**at, suspect));
    let of_job = |(at, _): (&usize, &&str)| {
        let at = *at;
        let stopped = jobs[at].cases.iter().filter(move |case| has_no_end(at, case));
        stopped.map(move |case| Task::alone(at, case))
    };
    innocent.flat_map(of_job).collect()
}

/// The result of a case, if it was run and its job has no fault.
fn run_of<'a>(answers: &'a OrFault<Answers>, case: &str) -> Option<&'a CaseRun> {
    answers.as_ref().ok()?.get(case)
}

/// Cases to run in one process.
#[derive(Debug, Clone)]
struct Task<'a> {
    job: usize,
    cases: Vec<&'a str>,
    share: Share,
}

/// How much of a case's time limit applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Share {
    Whole,
    Part,
}

impl<'a> Task<'a> {
    /// Cases that share a process get little time together: if it ends early, each runs again with its own.
    fn together(job: usize, cases: Vec<&'a str>) -> Self {
        Self { job, cases, share: Share::Part }
    }

    fn alone(job: usize, case: &'a str) -> Self {
        Self { job, cases: vec![case], share: Share::Whole }
    }

    fn is_alone(&self) -> bool {
        self.cases.len() == 1
    }
}

/// Locks a mutex, even after a thread has panicked with it.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
