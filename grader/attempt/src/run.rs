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
mod task;

use std::collections::BTreeSet;

use course::{OrFault, Result};

use self::runner::Runner;
use self::task::{Share, Task};
use super::habits::Sharing;
use super::{Answers, CaseRun, Listener};
use crate::workspace::Workspace;

pub use self::prints::Prints;
pub use self::program::{Allowance, call_of};
pub use self::task::Job;

/// Runs all cases of all jobs; the answers come in the order of the jobs.
///
/// # Errors
/// If a program cannot be started, or an interrupt comes. What a student's code does is not an error, and a fault of
/// the course in one job leaves the others.
pub fn run(jobs: &[Job<'_>], workspace: &Workspace, progress: &Listener<'_>) -> Result<Vec<OrFault<Answers>>> {
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
type Suspects<'a> = Vec<Option<&'a str>>;

fn suspects<'a>(jobs: &'a [Job<'a>], answers: &[OrFault<Answers>], without_end: &BTreeSet<usize>) -> Suspects<'a> {
    let first_open = |at: usize| without_end.contains(&at).then(|| open(&jobs[at], &answers[at]).next()).flatten();
    (0..jobs.len()).map(first_open).collect()
}

/// The cases of a job that have not answered yet; none if the job has a fault.
fn open<'a>(job: &'a Job<'a>, answers: &OrFault<Answers>) -> impl Iterator<Item = &'a str> {
    let cases = answers.as_ref().map(|_| job.cases.iter().copied()).into_iter().flatten();
    cases.filter(move |case| run_of(answers, case).is_none())
}

/// Each case that has not answered yet, alone. The cases behind a suspect often call the same function, so they do not
/// need all of the time to show that they never end either.
fn alone<'a>(jobs: &'a [Job<'a>], answers: &[OrFault<Answers>], suspects: &[Option<&str>]) -> Vec<Task<'a>> {
    let of_job = |(at, job): (usize, &'a Job<'a>)| {
        let suspect = suspects[at];
        open(job, &answers[at]).map(move |case| {
            let is_behind = suspect.is_some_and(|suspect| suspect != case);
            Task { share: if is_behind { Share::Part } else { Share::Whole }, ..Task::alone(at, case) }
        })
    };
    asked(jobs).flat_map(of_job).collect()
}

/// The cases that were stopped early behind a suspect that came to its end after all.
fn cut_short<'a>(jobs: &'a [Job<'a>], answers: &[OrFault<Answers>], suspects: &[Option<&str>]) -> Vec<Task<'a>> {
    let has_no_end = |at: usize, case: &str| run_of(&answers[at], case).is_some_and(|run| run.ending.is_without_end());
    let is_innocent = |at: &usize| suspects[*at].is_some_and(|suspect| !has_no_end(*at, suspect));
    let of_job = |at: usize| {
        let stopped = jobs[at].cases.iter().filter(move |case| has_no_end(at, case));
        stopped.map(move |case| Task::alone(at, case))
    };
    (0..jobs.len()).filter(is_innocent).flat_map(of_job).collect()
}

/// The result of a case, if it was run and its job has no fault.
fn run_of<'a>(answers: &'a OrFault<Answers>, case: &str) -> Option<&'a CaseRun> {
    answers.as_ref().ok()?.get(case)
}
