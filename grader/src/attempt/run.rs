//! Runs the cases of a built exercise, each in a child process under limits, and collects what they answer.
//!
//! The third station on the way of a grade, and the one place where students' code is started. A case that hangs, crashes
//! or prints without end costs that case alone; all cases run side by side, so that a limit is waited for once.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Read};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::str::FromStr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use fs_err as fs;
use fs_err::File;
use harness::Trial;
use harness::protocol::{ANSWERS, GRADER_LOCK, LAST_RESORT, Message, Outcome, SUBMISSION};
use serde::{Deserialize, Serialize};

use super::progress::{Listener, Progress};
use super::run_folder::RunFolder;
use crate::error::{Error, Result};
use crate::process::{self, Group, Interrupt};
use crate::workspace::{Limits, Workspace};

/// An exercise's program, and the cases to run in it.
#[derive(Debug)]
pub struct Job<'a> {
    /// The exercise, by its folder's name.
    pub step: String,
    /// The built `cases.rs`.
    pub program: &'a Path,
    /// Which of its submissions to run, where it holds several.
    pub submission: Option<&'a str>,
    /// The folder it runs in.
    pub folder: &'a Path,
    /// The cases, by name.
    pub cases: Vec<&'a str>,
    /// The inputs of each case.
    pub trials: &'a [Trial],
}

/// What the cases of one exercise answered, by name.
pub type Answers = BTreeMap<String, CaseRun>;

/// What became of one case.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CaseRun {
    /// How each trial ended that did; the first one missing is the one in which the program ended.
    pub outcomes: Vec<(Trial, Outcome)>,
    /// How the program ended.
    pub ending: Ending,
    /// What the student's code printed.
    pub printed: Printed,
    /// How long the program ran.
    pub took: Duration,
}

impl CaseRun {
    /// What became of one trial; nothing if the program ended before.
    pub fn outcome(&self, trial: Trial) -> Option<&Outcome> {
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
    /// The limit of this length ended it.
    TimedOut(Duration),
    /// It answered more than is read.
    TooManyAnswers,
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
            Ending::TimedOut(limit) => write!(f, "time limit of {} s", limit.as_secs_f64()),
            Ending::TooManyAnswers => f.write_str("too many answers"),
        }
    }
}

impl FromStr for Ending {
    type Err = ();

    fn from_str(text: &str) -> std::result::Result<Self, ()> {
        let number = |prefix| text.strip_prefix(prefix).map(|number: &str| number.parse().map_err(|_| ()));
        if let Some(code) = number("exit ") {
            return code.map(|code| Ending::Exited(Some(code)));
        }
        if let Some(signal) = number("signal ") {
            return signal.map(Ending::Signalled);
        }
        let limit = text.strip_prefix("time limit of ").and_then(|rest| rest.strip_suffix(" s"));
        if let Some(seconds) = limit {
            let seconds = seconds.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
            return seconds.map(Ending::TimedOut).ok_or(());
        }
        match text {
            "done" => Ok(Ending::Done),
            "exit" => Ok(Ending::Exited(None)),
            "stack overflow" => Ok(Ending::StackOverflow),
            "too many answers" => Ok(Ending::TooManyAnswers),
            _ => Err(()),
        }
    }
}

/// The beginning of what a program printed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Printed {
    /// The text that was kept.
    pub text: String,
    /// How many bytes there were in all.
    pub bytes: u64,
}

/// Runs all cases of all jobs side by side; the answers come in the order of the jobs.
///
/// # Errors
/// If a program cannot be started, has no case of a name, or an interrupt comes. What a student's code does is no error.
pub fn run(jobs: &[Job<'_>], workspace: &Workspace, limits: Limits, progress: &Listener<'_>) -> Result<Vec<Answers>> {
    let folder = RunFolder::new(&workspace.scratch())?;
    let interrupt = workspace.interrupt();
    let tasks: Vec<(usize, &str)> =
        jobs.iter().enumerate().flat_map(|(job, own)| own.cases.iter().map(move |case| (job, *case))).collect();

    // Counted and told in one, so that whoever is told sees the count go up.
    let ended = Mutex::new(0);
    let tell = |more: usize, job: usize| {
        let mut done = ended.lock().unwrap_or_else(PoisonError::into_inner);
        *done += more;
        progress(Progress::Running { done: *done, of: tasks.len(), step: &jobs[job].step });
    };
    tasks.iter().take(1).for_each(|(job, _)| tell(0, *job));

    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some((job, case)) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
            let answers = folder.path().join(format!("{job}-{case}.jsonl"));
            let run = run_case(&jobs[*job], case, limits, &answers, folder.lock(), interrupt);
            // Thousands of them would fill the folder of a long recording.
            let _ = fs::remove_file(&answers);
            done.push((*job, *case, run));
            tell(1, *job);
        }
        done
    };
    let results: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..limits.at_once.min(tasks.len())).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(|thread| thread.join()).collect()
    });
    if interrupt.is_raised() {
        return Err(Error::Interrupted);
    }
    let mut answers = vec![Answers::new(); jobs.len()];
    for done in results {
        let done = done.map_err(|_| Error::Program("the run of a case failed".to_owned()))?;
        for (job, case, run) in done {
            answers[job].insert(case.to_owned(), run?);
        }
    }
    Ok(answers)
}

/// How long a program's end may go unseen where its pipe does not tell of it.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

fn run_case(
    job: &Job<'_>,
    case: &str,
    limits: Limits,
    answers: &Path,
    lock: Option<&Path>,
    interrupt: &Interrupt,
) -> Result<CaseRun> {
    File::create(answers)?;
    let (reader, writer) = io::pipe()?;
    let mut command = Command::new(job.program);
    if let Some(submission) = job.submission {
        command.env(SUBMISSION, submission);
    }
    if let Some(lock) = lock {
        command.env(GRADER_LOCK, lock);
    }
    command
        .arg(case)
        .args(job.trials.iter().map(Trial::to_string))
        .current_dir(job.folder)
        .env(ANSWERS, answers)
        .env(LAST_RESORT, (2 * limits.time).as_millis().to_string())
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .stdout(writer.try_clone()?)
        .stderr(writer);

    let began = Instant::now();
    let deadline = began + limits.time;
    let mut group = match Group::start(&mut command, interrupt) {
        Ok(group) => group,
        Err(_) if interrupt.is_raised() => return Err(Error::Interrupted),
        Err(error) => {
            let message = format!("{} could not be started: {error}", job.program.display());
            return Err(Error::Program(message));
        }
    };
    // The command holds the write ends of the pipe, whose end says at once that the program has ended, unless a process
    // that it started and left running holds it as well.
    drop(command);
    let printed = collect(reader, limits.printed);
    let (early, status) = loop {
        let patience = LOOK_AGAIN.min(deadline.saturating_duration_since(Instant::now()));
        if let Ok(printed) = printed.recv_timeout(patience) {
            break (Some(printed), group.wait_until(deadline)?);
        }
        let now = Instant::now();
        match group.wait_until(now)? {
            None if now < deadline => {}
            status => break (None, status),
        }
    };
    let took = began.elapsed();
    group.end();
    let printed = match early {
        Some(printed) => printed,
        // What still holds the pipe after its group was ended is not worth waiting for.
        None => printed.recv_timeout(Duration::from_secs(1)).unwrap_or_default(),
    };

    let told = read_answers(answers, case, job, limits.answers)?;
    let ending = match status {
        None => Ending::TimedOut(limits.time),
        Some(_) if !told.in_full => Ending::TooManyAnswers,
        Some(_) if told.done => Ending::Done,
        Some(status) => ending_of(status, &printed),
    };
    Ok(CaseRun { outcomes: told.outcomes, ending, printed, took })
}

fn ending_of(status: ExitStatus, printed: &Printed) -> Ending {
    // What Rust's runtime prints before it aborts; there is no other sign of it.
    if !status.success() && printed.text.contains("has overflowed its stack") {
        return Ending::StackOverflow;
    }
    match process::signal_of(status) {
        Some(signal) => Ending::Signalled(signal),
        None => Ending::Exited(status.code()),
    }
}

/// Reads prints to their end on a thread of its own, keeping the beginning.
fn collect(mut pipe: impl Read + Send + 'static, keep: usize) -> Receiver<Printed> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut kept: Vec<u8> = Vec::new();
        let mut bytes = 0;
        let mut buffer = [0; 64 << 10];
        while let Ok(count @ 1..) = pipe.read(&mut buffer) {
            bytes += count as u64;
            kept.extend_from_slice(&buffer[..count.min(keep - kept.len())]);
        }
        // Nobody listens any more after an interrupt.
        let _ = sender.send(Printed { text: String::from_utf8_lossy(&kept).into_owned(), bytes });
    });
    receiver
}

/// What an answers file holds.
struct Told {
    outcomes: Vec<(Trial, Outcome)>,
    /// Whether the program said that it was done.
    done: bool,
    /// Whether all of the file was read.
    in_full: bool,
}

fn read_answers(path: &Path, case: &str, job: &Job<'_>, most: u64) -> Result<Told> {
    let mut text = Vec::new();
    File::open(path)?.take(most + 1).read_to_end(&mut text)?;
    let mut told = Told { outcomes: Vec::new(), done: false, in_full: text.len() as u64 <= most };
    for line in text.split(|byte| *byte == b'\n') {
        // A line that was cut short belongs to a trial that did not end.
        match serde_json::from_slice(line) {
            Ok(Message::Ended { trial, outcome }) => told.outcomes.push((trial, outcome)),
            Ok(Message::Done) => told.done = true,
            Ok(Message::NoSuchCase) => {
                let cases = job.folder.join("cases.rs");
                return Err(Error::in_file(&cases, format!("exercise.toml names a case `{case}`, which is not here")));
            }
            Ok(Message::NoSuchSubmission) => {
                let (program, submission) = (job.program.display(), job.submission.unwrap_or_default());
                return Err(Error::Program(format!(
                    "{program} does not hold the submission `{submission}`: it is an older build; delete it and try again"
                )));
            }
            Err(_) => {}
        }
    }
    Ok(told)
}

#[cfg(test)]
mod tests {
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
            Ending::TooManyAnswers,
        ] {
            assert_eq!(ending.to_string().parse(), Ok(ending));
        }
        for other in ["", "exit x", "time limit of -1 s", "ended"] {
            assert_eq!(other.parse::<Ending>(), Err(()));
        }
    }
}
