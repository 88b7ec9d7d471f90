//! Runs tasks side by side: starts the program of each task under a supervisor, and turns its answers and its ending
//! into the results of the cases.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;
use std::ops::ControlFlow;
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use course::{Error, OrFault, Result, or_fault};
use harness::Trial;
use harness::protocol::{SEPARATOR, separator};
use process::{Bounds, Ended, Event, How, Input, Limit, Order, TRIES, locked, may_start_later, supervise};

use super::prints::Prints;
use super::program::call_of;
use super::received::Received;
use super::semaphore::{Permit, Semaphore};
use super::task::{Job, Share, Task};
use crate::workspace::{Limits, Workspace};
use crate::{Answers, CaseRun, Ending, Listener, Printed, Progress, choice};

/// What all tasks of some jobs have in common.
pub(super) struct Runner<'a> {
    jobs: &'a [Job<'a>],
    workspace: &'a Workspace,
    limits: Limits,
    progress: &'a Listener<'a>,
    /// The jobs whose cases met a limit of time or memory together.
    without_end: Mutex<BTreeSet<usize>>,
}

/// The result of a task.
enum Ran {
    /// The results of its cases; if it has several, only of those that answered in full.
    Cases(Vec<(String, CaseRun)>),
    /// The system has no process or thread to give right now.
    NotNow(io::Error),
}

impl<'a> Runner<'a> {
    pub(super) fn new(jobs: &'a [Job<'a>], workspace: &'a Workspace, progress: &'a Listener<'a>) -> Self {
        Self { jobs, workspace, limits: workspace.limits(), progress, without_end: Mutex::default() }
    }

    /// The jobs whose cases met a limit of time or memory together.
    pub(super) fn without_end(&self) -> BTreeSet<usize> {
        locked(&self.without_end).clone()
    }

    /// Runs tasks side by side and adds their results to the answers.
    pub(super) fn run_all(&self, tasks: Vec<Task<'_>>, answers: &mut [OrFault<Answers>]) -> Result<()> {
        // Programs that wait need no core, but there is a limit to how many are started.
        const MOST: usize = 64;
        let threads = tasks.len().min(MOST);
        let round = Round {
            runner: self,
            cores: Semaphore::new(self.limits.at_once),
            left: Mutex::new(tasks.into_iter().enumerate().collect()),
            results: Mutex::new((answers, None)),
        };
        thread::scope(|scope| {
            // Fewer are enough if the system gives no more threads or processes; in the end this thread works alone.
            for _ in 1..threads {
                if thread::Builder::new().spawn_scoped(scope, || drop(round.work())).is_err() {
                    break;
                }
            }
            round.work_patiently();
        });
        if self.workspace.interrupt().is_raised() {
            return Err(Error::Interrupted);
        }
        match round.results.into_inner().unwrap_or_else(PoisonError::into_inner).1 {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    /// Reports how many cases of all jobs have run, after some of this job.
    pub(super) fn tell(&self, answers: &[OrFault<Answers>], job: usize) {
        let done = answers.iter().flatten().map(BTreeMap::len).sum();
        let total = self.jobs.iter().map(|job| job.cases.len()).sum();
        if let Some(job) = self.jobs.get(job) {
            (self.progress)(Progress::Running { done, total, step: &job.step });
        }
    }

    /// Runs one task.
    fn run(&self, number: usize, task: &Task<'_>, permit: &Permit<'_>) -> Result<Ran> {
        let job = &self.jobs[task.job];
        let separator = separator(number);
        let command = command_of(job, task, &separator);
        let order = Order { bounds: Some(self.bounds(task.share)), input: Input::Answers };
        let mut received = Received::new(self.workspace.root(), job, &task.cases, self.limits.answers);
        let (keep, is_alone) = (self.limits.printed, task.is_alone());
        let read = move |pipe| if is_alone { Prints::of_one(pipe, keep) } else { Prints::read(pipe, &separator, keep) };
        let take = |event| match event {
            Event::Waits => {
                permit.give_away();
                ControlFlow::Continue(())
            }
            Event::Works => {
                permit.take_again();
                ControlFlow::Continue(())
            }
            Event::Answers(line) => received.take(&line),
        };
        let (ended, prints) = match supervise(&command, &order, self.workspace.interrupt(), read, take) {
            Ok(ended) => ended,
            Err(error) => return self.not_started(task, error),
        };
        if self.workspace.interrupt().is_raised() {
            return Err(Error::Interrupted);
        }
        if let Some(fault) = received.fault {
            return Err(fault);
        }
        // Its supervisor passes all answers on, but code that has ended the supervisor may have written some itself.
        if matches!(ended.how, How::Lost) && received.in_full() {
            received.cases.clear();
        }
        let prints = prints.unwrap_or_default();
        Ok(Ran::Cases(if task.is_alone() {
            vec![self.case_alone(task, received, &ended, prints)]
        } else {
            self.cases_together(task, received, &ended, prints)
        }))
    }

    /// The result of the case that had a process to itself.
    fn case_alone(
        &self,
        task: &Task<'_>,
        received: Received<'_>,
        ended: &Ended,
        mut prints: Prints,
    ) -> (String, CaseRun) {
        let printed = prints.take(0);
        let ending = match ended.how {
            How::Exited(_) | How::Signalled(_) if received.in_full() && received.broken => Ending::Exited(None),
            How::Exited(_) | How::Signalled(_) if received.in_full() && received.done => Ending::Done,
            how => Ending::of(how, &self.bounds(task.share), received.in_full(), &printed),
        };
        let outcomes = received.cases.into_iter().next().map(|case| case.outcomes).unwrap_or_default();
        let run = CaseRun { outcomes, ending, printed, took: ended.wall, cpu: ended.cpu };
        (task.cases[0].to_owned(), run)
    }

    /// The results of those cases that shared a process and answered in full.
    fn cases_together(
        &self,
        task: &Task<'_>,
        received: Received<'_>,
        ended: &Ended,
        mut prints: Prints,
    ) -> Vec<(String, CaseRun)> {
        if matches!(ended.how, How::Stopped(Limit::Cpu | Limit::Memory)) {
            locked(&self.without_end).insert(task.job);
        }
        let trials = self.jobs[task.job].trials.len();
        let answered = received.cases.into_iter().filter(|case| case.outcomes.len() == trials);
        let runs = answered.map(|case| {
            let (printed, took) = (prints.take(case.at), case.took);
            let run = CaseRun { outcomes: case.outcomes, ending: Ending::Done, printed, took, cpu: ended.cpu };
            (task.cases[case.at].to_owned(), run)
        });
        runs.collect()
    }

    fn bounds(&self, share: Share) -> Bounds {
        const PART: u32 = 5;
        let whole = self.limits.case;
        match share {
            Share::Whole => whole,
            Share::Part => Bounds { cpu: whole.cpu / PART, idle: whole.idle / PART, ..whole },
        }
    }

    /// What it means if a program could not be started.
    fn not_started(&self, task: &Task<'_>, error: io::Error) -> Result<Ran> {
        let job = &self.jobs[task.job];
        if self.workspace.interrupt().is_raised() {
            return Err(Error::Interrupted);
        }
        match error {
            error if may_start_later(&error) => Ok(Ran::NotNow(error)),
            // It was built a moment ago, so only a student's code can have deleted it.
            _ if !job.program.exists() || !job.folder.exists() => {
                let gone = |case: &&str| {
                    let (outcomes, printed, took) = (Vec::new(), Printed::default(), Duration::ZERO);
                    ((*case).to_owned(), CaseRun { outcomes, ending: Ending::Gone, printed, took, cpu: took })
                };
                Ok(Ran::Cases(task.cases.iter().map(gone).collect()))
            }
            error => Err(Error::Program(format!("{} could not be started: {error}", job.program.display()))),
        }
    }
}

/// Tasks that run side by side, on several threads.
struct Round<'r, 'a> {
    runner: &'r Runner<'a>,
    cores: Semaphore,
    /// The tasks that are not started yet, with their numbers.
    left: Mutex<VecDeque<(usize, Task<'r>)>>,
    /// The answers, and the first error that ended the round.
    results: Mutex<(&'r mut [OrFault<Answers>], Option<Error>)>,
}

impl<'r> Round<'r, '_> {
    /// Runs tasks until none is left.
    ///
    /// # Errors
    /// If the system cannot start a program right now; its task is left.
    fn work(&self) -> io::Result<()> {
        while let Some((number, task)) = self.next() {
            let permit = self.cores.take();
            let ran = self.runner.run(number, &task, &permit);
            drop(permit);
            match or_fault(ran) {
                Ok(Ok(Ran::NotNow(error))) => {
                    locked(&self.left).push_front((number, task));
                    return Err(error);
                }
                Ok(Ok(Ran::Cases(runs))) => self.add(task.job, Ok(runs)),
                Ok(Err(fault)) => self.add(task.job, Err(fault)),
                Err(error) => self.give_up(error),
            }
        }
        Ok(())
    }

    /// The same, and waits and tries again if the system cannot start a program.
    fn work_patiently(&self) {
        let (most, rest) = TRIES;
        let mut tries = 0;
        while let Err(error) = self.work() {
            tries += 1;
            if tries == most {
                self.give_up(Error::Program(format!(
                    "the system cannot start more programs: {error}; end some, or allow more (`ulimit -u`)"
                )));
            }
            thread::sleep(rest);
        }
    }

    fn next(&self) -> Option<(usize, Task<'r>)> {
        locked(&self.left).pop_front()
    }

    fn add(&self, job: usize, runs: OrFault<Vec<(String, CaseRun)>>) {
        let mut results = locked(&self.results);
        match (runs, &mut results.0[job]) {
            (Ok(runs), Ok(answers)) => answers.extend(runs),
            (Ok(_), Err(_)) => {}
            (Err(fault), of_job) => *of_job = Err(fault),
        }
        self.runner.tell(results.0, job);
    }

    /// Starts nothing more, and keeps the first error.
    fn give_up(&self, error: Error) {
        locked(&self.left).clear();
        locked(&self.results).1.get_or_insert(error);
    }
}

/// The program of a task's job, called for its cases.
fn command_of(job: &Job<'_>, task: &Task<'_>, separator: &str) -> Command {
    let mut command = call_of(job.program, job.folder);
    command.args(&task.cases).args(job.trials.iter().map(Trial::to_string));
    if let Some(choice) = job.choice {
        command.env(choice::VARIABLE, choice.to_string());
    }
    if !task.is_alone() {
        command.env(SEPARATOR, separator);
    }
    command
}
