//! Runs the cases of built exercises, under limits, and collects what they answer. The one place where students' code is
//! started.
//!
//! All cases of a program run in one process, one after the other. Where that ends early, each case that has not answered
//! runs once more in a process of its own, so that a hang or a crash costs that case alone. What could be the machine's
//! doing runs a last time alone before that is what became of it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::io::{self, PipeReader, Read};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::Command;
use std::str::FromStr;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use fs_err as fs;
use harness::Trial;
use harness::protocol::{GRADED, Message, SEPARATOR, TrialOutcome, separator};
use serde::{Deserialize, Serialize};

use super::choice::{self, Choice};
use super::habits::Sharing;
use super::progress::{Listener, Progress};
use crate::error::{Error, OrFault, Result, or_fault};
use crate::process::{Bounds, Event, How, Input, Limit, Order, TRIES, may_start_later, supervise};
use crate::workspace::{Limits, Workspace};

/// An exercise's program, and the cases to run in it.
#[derive(Debug)]
pub(crate) struct Job<'a> {
    /// The exercise, by its folder's name.
    pub(crate) step: String,
    /// The built `cases.rs`.
    pub(crate) program: &'a Path,
    /// How its functions are to be, where a stage has built it with several bodies for each.
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

/// What became of one case.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CaseRun {
    /// How each trial ended that did; the first one missing is the one in which the program ended.
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
    /// What became of one trial; nothing if the program ended before.
    pub(crate) fn outcome(&self, trial: Trial) -> Option<&TrialOutcome> {
        self.outcomes.iter().find(|(own, _)| *own == trial).map(|(_, outcome)| outcome)
    }
}

/// How a case's program ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// It ran to its end.
    Done,
    /// It called for an exit before its end.
    Exited(Option<i32>),
    /// A signal ended it, by number.
    Signalled(i32),
    /// Its stack overflowed.
    StackOverflow,
    /// It computed for this long and was ended.
    TimedOut(Duration),
    /// It did nothing but wait for this long and was ended.
    Waited(Duration),
    /// It had not ended after this long by the clock on the wall, for whatever reason.
    Stalled(Duration),
    /// It took this many bytes of memory and was ended.
    TooMuchMemory(u64),
    /// It asked for this many bytes of memory at once, which there were not, and aborted.
    NoMemory(u64),
    /// It wrote a file of this many bytes and was ended.
    TooLargeFile(u64),
    /// It ran more processes at once than this and was ended.
    TooManyProcesses(usize),
    /// It answered more than is read.
    TooManyAnswers,
    /// Its program or its folder was gone before it was to start.
    Gone,
}

impl Ending {
    /// Whether it may end otherwise when nothing runs beside it: another program has ended it, or it got no core. CPU time,
    /// memory and all else that is bounded are its own, and one that waits wants no core.
    fn may_be_the_machines(&self) -> bool {
        matches!(self, Ending::Stalled(_)) || matches!(self, Ending::Signalled(_)) && !self.is_decided_by_code()
    }

    /// Whether it had not come to an end when it was stopped.
    fn is_without_end(&self) -> bool {
        matches!(self, Ending::TimedOut(_) | Ending::TooMuchMemory(_))
    }

    /// Whether the code alone decides that it ends so, and not the machine or another program.
    pub fn is_decided_by_code(&self) -> bool {
        // A signal that a faulty program gets: illegal instruction, trap, abort, bus error, arithmetic, bad address.
        const OF_A_FAULT: [i32; 6] = [4, 5, 6, 7, 8, 11];
        match self {
            Ending::Signalled(signal) => OF_A_FAULT.contains(signal),
            Ending::TimedOut(_)
            | Ending::Waited(_)
            | Ending::Stalled(_)
            | Ending::TooMuchMemory(_)
            | Ending::NoMemory(_)
            | Ending::TooLargeFile(_)
            | Ending::TooManyProcesses(_)
            | Ending::Gone => false,
            Ending::Done | Ending::Exited(_) | Ending::StackOverflow | Ending::TooManyAnswers => true,
        }
    }
}

/// In a few words, which read back.
impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ending::Done => f.write_str("done"),
            Ending::Exited(None) => f.write_str("exit"),
            Ending::Exited(Some(code)) => write!(f, "exit {code}"),
            Ending::Signalled(signal) => write!(f, "signal {signal}"),
            Ending::StackOverflow => f.write_str("stack overflow"),
            Ending::TimedOut(limit) => write!(f, "computed for {} s", limit.as_secs_f64()),
            Ending::Waited(limit) => write!(f, "waited for {} s", limit.as_secs_f64()),
            Ending::Stalled(limit) => write!(f, "not ended after {} s", limit.as_secs_f64()),
            Ending::TooMuchMemory(bytes) => write!(f, "memory of {bytes} bytes"),
            Ending::NoMemory(bytes) => write!(f, "no memory for {bytes} bytes"),
            Ending::TooLargeFile(bytes) => write!(f, "file of {bytes} bytes"),
            Ending::TooManyProcesses(most) => write!(f, "more than {most} processes"),
            Ending::TooManyAnswers => f.write_str("too many answers"),
            Ending::Gone => f.write_str("gone"),
        }
    }
}

impl FromStr for Ending {
    type Err = ();

    fn from_str(text: &str) -> std::result::Result<Self, ()> {
        let between = |before: &str, behind: &str| text.strip_prefix(before)?.strip_suffix(behind);
        let seconds = |text: &str| Duration::try_from_secs_f64(text.parse().map_err(|_| ())?).map_err(|_| ());
        if let Some(code) = between("exit ", "") {
            return code.parse().map(|code| Ending::Exited(Some(code))).map_err(|_| ());
        }
        if let Some(signal) = between("signal ", "") {
            return signal.parse().map(Ending::Signalled).map_err(|_| ());
        }
        if let Some(limit) = between("computed for ", " s") {
            return seconds(limit).map(Ending::TimedOut);
        }
        if let Some(limit) = between("waited for ", " s") {
            return seconds(limit).map(Ending::Waited);
        }
        if let Some(limit) = between("not ended after ", " s") {
            return seconds(limit).map(Ending::Stalled);
        }
        if let Some(bytes) = between("memory of ", " bytes") {
            return bytes.parse().map(Ending::TooMuchMemory).map_err(|_| ());
        }
        if let Some(bytes) = between("no memory for ", " bytes") {
            return bytes.parse().map(Ending::NoMemory).map_err(|_| ());
        }
        if let Some(bytes) = between("file of ", " bytes") {
            return bytes.parse().map(Ending::TooLargeFile).map_err(|_| ());
        }
        if let Some(most) = between("more than ", " processes") {
            return most.parse().map(Ending::TooManyProcesses).map_err(|_| ());
        }
        match text {
            "done" => Ok(Ending::Done),
            "exit" => Ok(Ending::Exited(None)),
            "stack overflow" => Ok(Ending::StackOverflow),
            "too many answers" => Ok(Ending::TooManyAnswers),
            "gone" => Ok(Ending::Gone),
            _ => Err(()),
        }
    }
}

/// What a program printed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Printed {
    /// Its beginning, as much as is kept.
    pub text: String,
    /// Its end, where not all of it is kept.
    pub end: String,
    /// How many bytes there were in all.
    pub bytes: u64,
}

/// Runs all cases of all jobs; the answers come in the order of the jobs.
///
/// # Errors
/// If a program cannot be started, or an interrupt comes. What a student's code does is no error, and a fault of the
/// course's in one job leaves the others.
pub(crate) fn run(jobs: &[Job<'_>], workspace: &Workspace, progress: &Listener<'_>) -> Result<Vec<OrFault<Answers>>> {
    let limits = workspace.limits();
    let runner = Runner { jobs, workspace, limits, progress, without_end: Mutex::default() };
    let mut answers = vec![Ok(Answers::new()); jobs.len()];
    runner.tell(&answers, 0);

    let asked = || jobs.iter().enumerate().filter(|(_, job)| !job.trials.is_empty());
    let together = asked().filter(|(_, job)| job.sharing == Sharing::Allowed);
    runner.all(together.map(|(at, job)| Task::together(at, job.cases.clone())).collect(), &mut answers)?;

    let mut left = Vec::new();
    let mut first_without_end = Vec::new();
    let without_end = runner.without_end();
    for (at, job) in asked() {
        let Ok(answered) = &answers[at] else { continue };
        let mut open = job.cases.iter().filter(|case| !answered.contains_key(**case));
        // Where they did not come to an end together, the first that is open most likely does not alone, and those behind
        // it often call the same: they need not take all the time that there is to show it.
        if without_end.contains(&at)
            && let Some(first) = open.next()
        {
            left.push(Task::alone(at, first));
            first_without_end.push((at, *first));
            left.extend(open.map(|case| Task { share: Share::Part, ..Task::alone(at, case) }));
        } else {
            left.extend(open.map(|case| Task::alone(at, case)));
        }
    }
    runner.all(left, &mut answers)?;

    let is_without_end = |answers: &[OrFault<Answers>], job: usize, case: &str| {
        run_of(&answers[job], case).is_some_and(|run| run.ending.is_without_end())
    };
    let came_to_an_end = first_without_end.into_iter().filter(|(job, first)| !is_without_end(&answers, *job, first));
    let again = came_to_an_end.flat_map(|(job, _)| {
        let stopped = jobs[job].cases.iter().filter(|case| is_without_end(&answers, job, case));
        stopped.map(|case| Task::alone(job, case)).collect::<Vec<_>>()
    });
    let again = again.collect();
    runner.all(again, &mut answers)?;

    // One after the other, with nothing of ours beside.
    for (at, job) in jobs.iter().enumerate() {
        for case in &job.cases {
            if run_of(&answers[at], case).is_some_and(|run| run.ending.may_be_the_machines()) {
                runner.all(vec![Task::alone(at, case)], &mut answers)?;
            }
        }
    }
    Ok(answers)
}

/// What became of a case, where its job has no fault and it was run.
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

/// How much of the time that a case may take is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Share {
    Whole,
    Part,
}

impl<'a> Task<'a> {
    /// Cases that share a process are given little time together: should it end, each gets its own.
    fn together(job: usize, cases: Vec<&'a str>) -> Self {
        Self { job, cases, share: Share::Part }
    }

    fn alone(job: usize, case: &'a str) -> Self {
        Self { job, cases: vec![case], share: Share::Whole }
    }
}

/// What came of a task.
enum Ran {
    /// What became of its cases; of several, of those that have answered in full.
    Cases(Vec<(String, CaseRun)>),
    /// The system has no process or thread to give at this moment.
    NotNow(io::Error),
}

struct Runner<'a> {
    jobs: &'a [Job<'a>],
    workspace: &'a Workspace,
    limits: Limits,
    progress: &'a Listener<'a>,
    /// The jobs whose cases together did not come to an end.
    without_end: Mutex<BTreeSet<usize>>,
}

impl Runner<'_> {
    fn without_end(&self) -> BTreeSet<usize> {
        locked(&self.without_end).clone()
    }

    /// Runs tasks side by side and adds what they answer.
    fn all(&self, tasks: Vec<Task<'_>>, answers: &mut [OrFault<Answers>]) -> Result<()> {
        // Programs that wait for something need no core; still there is an end to how many are started.
        const MOST: usize = 64;
        let threads = tasks.len().min(MOST);
        let queue = Mutex::new(tasks.into_iter().enumerate().collect::<VecDeque<_>>());
        let semaphore = Semaphore::new(self.limits.at_once);
        let collected = Mutex::new((answers, None));
        let next = || locked(&queue).pop_front();
        let work = || {
            while let Some((number, task)) = next() {
                let permit = semaphore.take();
                let ran = self.run(number, &task, &permit);
                drop(permit);
                let mut collected = locked(&collected);
                match or_fault(ran) {
                    Ok(Ok(Ran::Cases(runs))) => {
                        if let Ok(answers) = &mut collected.0[task.job] {
                            answers.extend(runs);
                        }
                    }
                    Ok(Ok(Ran::NotNow(error))) => {
                        locked(&queue).push_front((number, task));
                        return Err(error);
                    }
                    Ok(Err(fault)) => collected.0[task.job] = Err(fault),
                    Err(error) => {
                        // What is not started yet will not be; the first error is told.
                        locked(&queue).clear();
                        collected.1.get_or_insert(error);
                    }
                }
                self.tell(collected.0, task.job);
            }
            Ok(())
        };
        thread::scope(|scope| {
            // Fewer do where the system gives no more threads or processes: this thread at last works alone.
            for _ in 1..threads {
                if thread::Builder::new().spawn_scoped(scope, || drop(work())).is_err() {
                    break;
                }
            }
            let (most, rest) = TRIES;
            let mut tries = 0;
            while let Err(error) = work() {
                tries += 1;
                if tries == most {
                    locked(&queue).clear();
                    locked(&collected).1.get_or_insert(Error::Program(format!(
                        "the system cannot start more programs: {error}; end some, or allow more (`ulimit -u`)"
                    )));
                }
                thread::sleep(rest);
            }
        });
        if self.workspace.interrupt().is_raised() {
            return Err(Error::Interrupted);
        }
        match collected.into_inner().unwrap_or_else(PoisonError::into_inner).1 {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    fn tell(&self, answers: &[OrFault<Answers>], job: usize) {
        let done = answers.iter().flatten().map(BTreeMap::len).sum();
        let of = self.jobs.iter().map(|job| job.cases.len()).sum();
        if let Some(job) = self.jobs.get(job) {
            (self.progress)(Progress::Running { done, of, step: &job.step });
        }
    }

    fn run(&self, number: usize, task: &Task<'_>, permit: &Permit<'_>) -> Result<Ran> {
        let job = &self.jobs[task.job];
        let separator = separator(number);
        let mut command = Command::new(job.program);
        command.args(&task.cases).args(job.trials.iter().map(Trial::to_string)).current_dir(job.folder);
        command.env(GRADED, "1").env("RUST_BACKTRACE", "0");
        if let Some(choice) = job.choice {
            command.env(choice::VARIABLE, choice.to_string());
        }
        let (keep, several) = (self.limits.printed, task.cases.len() > 1);
        if several {
            command.env(SEPARATOR, &separator);
        }
        let order = Order { bounds: Some(self.bounds(task.share)), input: Input::Answers };
        let mut heard = Heard::new(self.workspace.root(), job, &task.cases, self.limits.answers);
        let read = move |pipe| if several { Prints::read(pipe, &separator, keep) } else { Prints::of_one(pipe, keep) };
        let hear = |event| match event {
            Event::Waits => {
                permit.give_away();
                ControlFlow::Continue(())
            }
            Event::Works => {
                permit.take_again();
                ControlFlow::Continue(())
            }
            Event::Answers(line) => heard.take(&line),
        };
        let (ended, prints) = match supervise(&command, &order, self.workspace.interrupt(), read, hear) {
            Ok(ended) => ended,
            Err(error) => return self.not_started(task, error),
        };
        if self.workspace.interrupt().is_raised() {
            return Err(Error::Interrupted);
        }
        if let Some(fault) = heard.fault {
            return Err(fault);
        }
        let mut prints = prints.unwrap_or_default();
        // Its supervisor passes all answers on, and code that has ended it may write some itself.
        if matches!(ended.how, How::Lost) && heard.in_full {
            heard.cases.clear();
        }
        if several {
            let answered = heard.cases.into_iter().filter(|case| case.outcomes.len() == job.trials.len());
            let runs = answered.map(|case| {
                let (printed, took) = (prints.take(case.at), case.took);
                (
                    task.cases[case.at].to_owned(),
                    CaseRun { outcomes: case.outcomes, ending: Ending::Done, printed, took, cpu: ended.cpu },
                )
            });
            let runs = runs.collect();
            if matches!(ended.how, How::Stopped(Limit::Cpu | Limit::Memory)) {
                locked(&self.without_end).insert(task.job);
            }
            return Ok(Ran::Cases(runs));
        }
        let printed = prints.take(0);
        let ending = match ended.how {
            How::Stopped(limit) => self.at_limit(limit, task.share),
            _ if !heard.in_full => Ending::TooManyAnswers,
            // Its supervisor was killed, and it with that.
            How::Lost => Ending::Signalled(9),
            _ if heard.done && !heard.broken => Ending::Done,
            _ if heard.broken => Ending::Exited(None),
            How::Signalled(signal) => aborted(&printed).unwrap_or(Ending::Signalled(signal)),
            // Where there are no signals, an abort is an exit.
            How::Exited(code) if cfg!(windows) => aborted(&printed).unwrap_or(Ending::Exited(code)),
            How::Exited(code) => Ending::Exited(code),
        };
        let outcomes = heard.cases.into_iter().next().map(|case| case.outcomes).unwrap_or_default();
        let run = CaseRun { outcomes, ending, printed, took: ended.wall, cpu: ended.cpu };
        Ok(Ran::Cases(vec![(task.cases[0].to_owned(), run)]))
    }

    fn bounds(&self, share: Share) -> Bounds {
        const PART: u32 = 5;
        let whole = self.limits.case;
        match share {
            Share::Whole => whole,
            Share::Part => Bounds { cpu: whole.cpu / PART, idle: whole.idle / PART, ..whole },
        }
    }

    fn at_limit(&self, limit: Limit, share: Share) -> Ending {
        let bounds = self.bounds(share);
        match limit {
            Limit::Cpu => Ending::TimedOut(bounds.cpu),
            Limit::Wall => Ending::Stalled(bounds.wall),
            Limit::Idle => Ending::Waited(bounds.idle),
            Limit::Memory => Ending::TooMuchMemory(bounds.memory),
            Limit::File => Ending::TooLargeFile(bounds.file),
            Limit::Processes => Ending::TooManyProcesses(bounds.processes),
        }
    }

    /// What it means that a program could not be started.
    fn not_started(&self, task: &Task<'_>, error: io::Error) -> Result<Ran> {
        let job = &self.jobs[task.job];
        if self.workspace.interrupt().is_raised() {
            return Err(Error::Interrupted);
        }
        match error {
            error if may_start_later(&error) => Ok(Ran::NotNow(error)),
            // It was built a moment ago: only the code of a student can have deleted it.
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

/// Why Rust's runtime has aborted a program. It says so before, and there is no other sign of it.
pub(crate) fn aborted(printed: &Printed) -> Option<Ending> {
    [&printed.end, &printed.text].into_iter().find_map(|text| {
        if text.contains("has overflowed its stack") {
            return Some(Ending::StackOverflow);
        }
        let (_, asked) = text.rsplit_once("memory allocation of ")?;
        let (bytes, _) = asked.split_once(" bytes failed")?;
        bytes.parse().ok().map(Ending::NoMemory)
    })
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The cores: each program that computes holds a permit for one.
struct Semaphore {
    free: Mutex<usize>,
    freed: Condvar,
}

/// A permit that a program holds, or has given away.
struct Permit<'a> {
    semaphore: &'a Semaphore,
    held: Mutex<bool>,
}

impl Semaphore {
    fn new(count: usize) -> Self {
        Self { free: Mutex::new(count.max(1)), freed: Condvar::new() }
    }

    /// Waits until there is a permit.
    fn take(&self) -> Permit<'_> {
        let free = self.freed.wait_while(locked(&self.free), |free| *free == 0);
        *free.unwrap_or_else(PoisonError::into_inner) -= 1;
        Permit { semaphore: self, held: Mutex::new(true) }
    }
}

impl Permit<'_> {
    fn give_away(&self) {
        if std::mem::take(&mut *locked(&self.held)) {
            *locked(&self.semaphore.free) += 1;
            self.semaphore.freed.notify_one();
        }
    }

    /// At once: the program computes already.
    fn take_again(&self) {
        let mut free = locked(&self.semaphore.free);
        if *free > 0 {
            *free -= 1;
            *locked(&self.held) = true;
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.give_away();
    }
}

/// What a program printed, case by case.
#[derive(Debug, Default)]
pub(crate) struct Prints {
    cases: Vec<Printed>,
}

impl Prints {
    /// Reads the prints of one case to their end, which nobody knows.
    pub(crate) fn of_one(mut pipe: PipeReader, keep: usize) -> Self {
        let mut kept = PrintBuffer::new(keep);
        let mut buffer = vec![0; 64 << 10];
        while let Ok(count @ 1..) = pipe.read(&mut buffer) {
            kept.add(&buffer[..count]);
        }
        Self { cases: vec![kept.printed()] }
    }

    /// Reads prints to their end. Between those of two cases there is the separator.
    fn read(mut pipe: PipeReader, separator: &str, keep: usize) -> Self {
        let separator = separator.as_bytes();
        let mut prints = Self::default();
        let mut kept = PrintBuffer::new(keep);
        let mut pending: Vec<u8> = Vec::new();
        let mut buffer = vec![0; 64 << 10];
        while let Ok(count @ 1..) = pipe.read(&mut buffer) {
            pending.extend_from_slice(&buffer[..count]);
            while let Some(at) = place_of(separator, &pending) {
                kept.add(&pending[..at]);
                pending.drain(..at + separator.len());
                prints.cases.push(std::mem::replace(&mut kept, PrintBuffer::new(keep)).printed());
            }
            // A separator may have begun.
            let sure = pending.len().saturating_sub(separator.len() - 1);
            kept.add(&pending[..sure]);
            pending.drain(..sure);
        }
        kept.add(&pending);
        prints.cases.push(kept.printed());
        prints
    }

    pub(crate) fn take(&mut self, case: usize) -> Printed {
        self.cases.get_mut(case).map(std::mem::take).unwrap_or_default()
    }
}

/// Where a text is in another. Its first letter is looked for by the standard library's fast way: code that prints without
/// an end prints gigabytes.
fn place_of(wanted: &[u8], text: &[u8]) -> Option<usize> {
    let first = wanted.first()?;
    if !text.contains(first) {
        return None;
    }
    text.windows(wanted.len()).position(|window| window == wanted)
}

/// The beginning and the end of what is printed.
struct PrintBuffer {
    most: usize,
    beginning: Vec<u8>,
    end: Vec<u8>,
    bytes: u64,
}

impl PrintBuffer {
    fn new(most: usize) -> Self {
        Self { most, beginning: Vec::new(), end: Vec::new(), bytes: 0 }
    }

    fn add(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        let (first, rest) = bytes.split_at(bytes.len().min(self.most - self.beginning.len()));
        self.beginning.extend_from_slice(first);
        let rest = &rest[rest.len().saturating_sub(self.most)..];
        let over = (self.end.len() + rest.len()).saturating_sub(self.most);
        self.end.drain(..over);
        self.end.extend_from_slice(rest);
    }

    fn printed(self) -> Printed {
        Printed {
            text: String::from_utf8_lossy(&self.beginning).into_owned(),
            end: String::from_utf8_lossy(&self.end).into_owned(),
            bytes: self.bytes,
        }
    }
}

/// What a program has answered, case by case in the order in which they were asked for. Each case and trial comes once and in
/// order; whatever comes otherwise is no answer, and neither is what follows it.
struct Heard<'a> {
    /// The course.
    root: &'a Path,
    job: &'a Job<'a>,
    asked: &'a [&'a str],
    /// How many bytes are still read.
    left: u64,
    cases: Vec<HeardCase>,
    /// How many answers have come.
    answers: usize,
    /// Whether the program said that it was done.
    done: bool,
    /// Whether all of it was read.
    in_full: bool,
    /// Whether something came that is no answer to what was asked.
    broken: bool,
    /// What the course's own code says that it lacks.
    fault: Option<Error>,
}

struct HeardCase {
    /// Its place in the order.
    at: usize,
    outcomes: Vec<(Trial, TrialOutcome)>,
    took: Duration,
}

impl<'a> Heard<'a> {
    /// Nothing yet of these cases, each of which may answer with so many bytes.
    fn new(root: &'a Path, job: &'a Job<'a>, asked: &'a [&'a str], most: u64) -> Self {
        let left = most * asked.len() as u64;
        Self {
            root,
            job,
            asked,
            left,
            cases: Vec::new(),
            answers: 0,
            done: false,
            in_full: true,
            broken: false,
            fault: None,
        }
    }

    /// Takes a line; breaks where no more is read.
    fn take(&mut self, line: &[u8]) -> ControlFlow<()> {
        match self.left.checked_sub(line.len() as u64) {
            Some(left) => self.left = left,
            None => {
                self.in_full = false;
                return ControlFlow::Break(());
            }
        }
        if !self.broken {
            self.hear(serde_json::from_slice(line).ok());
        }
        ControlFlow::Continue(())
    }

    fn hear(&mut self, message: Option<Message>) {
        match message {
            Some(Message::Ended { case, trial, outcome, took }) => self.ended(&case, trial, outcome, took),
            Some(Message::Done) if self.answers == self.asked.len() * self.job.trials.len() => self.done = true,
            Some(Message::NoSuchCase { case }) => {
                let path = Path::new("exercises").join(&self.job.step).join("cases.rs");
                // The code of a student may have said so.
                let was_asked = self.asked.contains(&case.as_str());
                let is_there =
                    fs::read_to_string(self.root.join(&path)).is_ok_and(|text| text.contains(&format!("\"{case}\"")));
                let fault = || Error::in_file(&path, format!("exercise.toml names a case `{case}`, which is not here"));
                self.fault = (was_asked && !is_there).then(fault);
                self.broken = true;
            }
            // A case draws no controls.
            Some(Message::Done | Message::Drew(_) | Message::Refused(_)) | None => self.broken = true,
        }
    }

    fn ended(&mut self, case: &str, trial: Trial, outcome: TrialOutcome, took: Duration) {
        let (at, of_case) = (self.answers / self.job.trials.len(), self.answers % self.job.trials.len());
        let awaited = self.asked.get(at) == Some(&case) && self.job.trials[of_case] == trial;
        let well_formed = match &outcome {
            TrialOutcome::Answered(table) => table.is_well_formed(),
            TrialOutcome::NotStarted(_) | TrialOutcome::Panicked(_) => true,
        };
        if !awaited || !well_formed {
            self.broken = true;
            return;
        }
        self.answers += 1;
        if of_case == 0 {
            self.cases.push(HeardCase { at, outcomes: Vec::new(), took: Duration::ZERO });
        }
        if let Some(last) = self.cases.last_mut() {
            last.outcomes.push((trial, outcome));
            last.took += took;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn every_ending_reads_back() {
        for ending in [
            Ending::Done,
            Ending::Exited(None),
            Ending::Exited(Some(-1)),
            Ending::Signalled(9),
            Ending::StackOverflow,
            Ending::TimedOut(Duration::from_millis(2500)),
            Ending::Waited(Duration::from_secs(10)),
            Ending::Stalled(Duration::from_secs(60)),
            Ending::TooMuchMemory(1 << 31),
            Ending::NoMemory(1 << 60),
            Ending::TooLargeFile(1 << 30),
            Ending::TooManyProcesses(64),
            Ending::TooManyAnswers,
            Ending::Gone,
        ] {
            assert_eq!(ending.to_string().parse(), Ok(ending));
        }
        for other in ["", "exit x", "waited for -1 s", "ended"] {
            assert_eq!(other.parse::<Ending>(), Err(()));
        }
    }

    fn prints(text: &[u8], keep: usize) -> Prints {
        let (reader, mut writer) = io::pipe().unwrap();
        writer.write_all(text).unwrap();
        drop(writer);
        Prints::read(reader, "\0next\0", keep)
    }

    #[test]
    fn prints_are_told_apart_by_case() {
        let mut prints = prints(b"one\0next\0\0next\0thr\0ee", 100);
        assert_eq!(prints.take(0).text, "one");
        assert_eq!(prints.take(1), Printed::default());
        assert_eq!(prints.take(2).text, "thr\0ee");
        assert_eq!(prints.take(3), Printed::default());
    }

    #[test]
    fn of_long_prints_the_beginning_and_the_end_are_kept() {
        let printed = prints(b"0123456789abcdefghij", 4).take(0);
        assert_eq!(printed, Printed { text: "0123".to_owned(), end: "ghij".to_owned(), bytes: 20 });
        let printed = prints(b"01234567", 4).take(0);
        assert_eq!((printed.text.as_str(), printed.end.as_str()), ("0123", "4567"));
    }
}
