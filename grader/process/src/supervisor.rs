//! The supervisor: a process between the grader and one program. It starts the program outside of the grader's session
//! and terminal, holds it to its bounds, and passes its answers on. When the program ends, so does everything that it
//! started. On Linux, which hands orphans to a guardian, this includes daemons and processes in a session of their own.
//!
//! The grader holds a pipe to the supervisor's standard input, its leash. When the pipe closes, everything ends at
//! once, so nothing is left behind when a grader is killed.

use std::env;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::Shutdown;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, SyncSender};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::mark::Mark;
use super::system::{self, Usage};
use crate::locked;

/// How to run a program.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Order {
    /// What it may use, where that is bounded.
    pub bounds: Option<Bounds>,
    /// What it finds as its standard input.
    pub input: Input,
}

/// What a program may use, together with all that it starts. What a system does not measure is not bounded there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    /// How much CPU time.
    pub cpu: Duration,
    /// How long it may run: far longer than it may compute, so that a busy machine ends nobody.
    pub wall: Duration,
    /// How long it may wait in all, for whatever it is.
    pub idle: Duration,
    /// How many bytes of memory.
    pub memory: u64,
    /// How many bytes of one file it may write.
    pub file: u64,
    /// How many processes at once.
    pub processes: usize,
}

/// What a program finds as its standard input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Input {
    /// Nothing to read.
    Nothing,
    /// Nothing to read either: it is a pipe into which it writes its answers, line by line. So there is no file of
    /// answers that could be full, replaced or gone.
    Answers,
    /// A connection from which it reads one request, and into which it writes its answers. It is started ahead and waits
    /// for its request, which the grader sends down the leash. Time counts from then on.
    Request,
}

/// A bound that a program met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Limit {
    /// Of CPU time.
    Cpu,
    /// Wall-clock time.
    Wall,
    /// Waiting time.
    Idle,
    /// Of memory.
    Memory,
    /// Of the size of a file.
    File,
    /// Of processes.
    Processes,
}

/// The variable that makes a supervisor of a program that grades; it holds the order and the mark of the run.
pub(super) const ORDER: &str = "GRADER_SUPERVISE";

/// How a line of the supervisor's own begins.
pub(super) const OWN: u8 = b'!';

/// How a line begins that is passed on from the program.
pub(super) const PASSED_ON: u8 = b' ';

/// One line that a supervisor writes itself.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Notice {
    /// The program runs as this process.
    Started(u32),
    /// It could not be started.
    NotStarted {
        /// The system's number for the reason.
        code: Option<i32>,
        /// The reason.
        why: String,
    },
    /// It waits for something.
    Waits,
    /// It computes again.
    Works,
    /// It has ended, and so has all that it started.
    Ended {
        /// Its exit code.
        exit: Option<i32>,
        /// The signal that ended it.
        signal: Option<i32>,
        /// The bound that it met.
        limit: Option<Limit>,
        /// The CPU time that was used.
        cpu: Duration,
        /// How long it ran.
        wall: Duration,
    },
}

/// If this process was started as a supervisor, is one until the program has ended; otherwise nothing. Every program
/// that grades begins with this.
pub fn serve() -> Option<ExitCode> {
    let (order, mark): (Order, Mark) = serde_json::from_str(&env::var(ORDER).ok()?).ok()?;
    let mut words = env::args_os().skip(1);
    let mut command = Command::new(words.next()?);
    command.args(words).env_remove(ORDER);
    Some(match run(&mut command, &order, mark) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let notice = Notice::NotStarted { code: error.raw_os_error(), why: error.to_string() };
            // Without a grader there is nobody to tell.
            let _ = write(OWN, &json(&notice));
            ExitCode::FAILURE
        }
    })
}

/// What the threads of a supervisor tell the one that writes to the grader.
enum Event {
    Notice(Notice),
    Answer(Vec<u8>),
    NoMoreAnswers,
}

/// Runs a program to its end.
///
/// # Errors
/// If it cannot be started or supervised, or the grader has gone.
fn run(command: &mut Command, order: &Order, mark: Mark) -> io::Result<()> {
    system::become_guardian(order.bounds.as_ref(), mark)?;
    // Both streams of the program go where the grader reads.
    command.stdout(system::standard_output()?).stderr(system::standard_output()?).stdin(Stdio::null());
    let mut connections = Connections::default();
    match order.input {
        Input::Nothing => {}
        Input::Answers => {
            let (reader, writer) = io::pipe()?;
            command.stdin(writer);
            connections.answers = Some(Box::new(reader));
        }
        Input::Request => {
            let (own, its) = system::connection()?;
            command.stdin(its);
            connections.answers = Some(Box::new(own.try_clone()?));
            connections.request = Some(own);
        }
    }
    system::in_its_own_group(command);
    let program = Program::start(command)?;
    // The program's end of the pipe is in its hands alone.
    command.stdin(Stdio::null());
    let supervised = supervise(&program, order.bounds, connections);
    if supervised.is_err() {
        program.end();
        system::end_descendants();
    }
    supervised
}

/// Supervises a program until it has ended, and writes to the grader what becomes of it.
fn supervise(program: &Program, bounds: Option<Bounds>, connections: Connections) -> io::Result<()> {
    const QUEUE: usize = 16;
    let (news, heard) = mpsc::sync_channel(QUEUE);
    let watched = Arc::new(Watched::default());
    if connections.request.is_none() {
        program.begin();
    }
    if let Some(bounds) = bounds {
        watch(program.clone(), Arc::clone(&watched), bounds, news.clone())?;
    }
    if let Some(connection) = connections.request {
        hand_over_request(program, connection)?;
    }
    end_with_the_leash(program.clone())?;
    wait_for(program.clone(), watched, bounds, news.clone())?;
    let mut open = connections.answers.is_some();
    if let Some(answers) = connections.answers {
        pass_on(answers, news)?;
    }

    write(OWN, &json(&Notice::Started(program.process)))?;
    let mut end = None;
    while open || end.is_none() {
        let next = match end {
            None => heard.recv().map_err(|_| RecvTimeoutError::Disconnected),
            // What still holds the pipe when all that was started has ended is not worth waiting for.
            Some(_) => heard.recv_timeout(Duration::from_secs(1)),
        };
        match next {
            Ok(Event::Notice(notice @ Notice::Ended { .. })) => end = Some(notice),
            Ok(Event::Notice(notice)) => write(OWN, &json(&notice))?,
            Ok(Event::Answer(line)) => write(PASSED_ON, &line)?,
            Ok(Event::NoMoreAnswers) => open = false,
            Err(_) => break,
        }
    }
    end.map_or(Ok(()), |notice| write(OWN, &json(&notice)))
}

/// What connects the supervisor with its program.
#[derive(Default)]
struct Connections {
    /// Where the answers come from.
    answers: Option<Box<dyn Read + Send>>,
    /// Where the request goes, if the program waits for one.
    request: Option<system::Connection>,
}

/// Waits until the grader sends the request, and hands it to the program.
///
/// # Errors
/// If the leash goes before, or the program has ended.
fn hand_over_request(program: &Program, mut connection: system::Connection) -> io::Result<()> {
    let mut request = Vec::new();
    io::stdin().lock().read_until(b'\n', &mut request)?;
    // Nobody has asked it to do anything yet.
    if request.last() != Some(&b'\n') || program.child().try_wait()?.is_some() {
        return Err(io::Error::other("it ended before it had a request"));
    }
    program.begin();
    connection.write_all(&request)?;
    // There is nothing more for the code to read.
    connection.shutdown(Shutdown::Write)
}

/// Writes a line to the grader.
fn write(kind: u8, line: &[u8]) -> io::Result<()> {
    io::stderr().lock().write_all(&[&[kind], line, b"\n"].concat())
}

fn json(notice: &Notice) -> Vec<u8> {
    serde_json::to_vec(notice).unwrap_or_default()
}

/// The program.
#[derive(Clone)]
struct Program {
    process: u32,
    child: Arc<Mutex<Child>>,
    started: Instant,
    /// When its time began to count.
    began: Arc<OnceLock<Instant>>,
}

impl Program {
    fn start(command: &mut Command) -> io::Result<Self> {
        let started = Instant::now();
        let child = command.spawn()?;
        Ok(Self { process: child.id(), child: Arc::new(Mutex::new(child)), started, began: Arc::default() })
    }

    /// From now on its time counts.
    fn begin(&self) {
        self.began.get_or_init(Instant::now);
    }

    /// Ends it, if it has not ended itself.
    fn end(&self) {
        system::end(&mut self.child());
    }

    fn child(&self) -> MutexGuard<'_, Child> {
        locked(&self.child)
    }
}

/// What is known of a program while it is watched.
#[derive(Default)]
struct Watched {
    over: AtomicBool,
    limit: Mutex<Option<Limit>>,
}

/// Ends all when the grader lets go of the leash.
fn end_with_the_leash(program: Program) -> io::Result<()> {
    in_a_thread(move || {
        // Nothing is ever sent.
        while let Err(error) = io::stdin().lock().read(&mut [0]) {
            if error.kind() != io::ErrorKind::Interrupted {
                break;
            }
        }
        program.end();
        system::end_descendants();
        std::process::exit(1);
    })
}

/// Waits for the program, ends what it has left, and says how it ended.
fn wait_for(
    program: Program,
    watched: Arc<Watched>,
    bounds: Option<Bounds>,
    news: SyncSender<Event>,
) -> io::Result<()> {
    in_a_thread(move || {
        let mut crowd = None;
        // What it leaves counts also where it ended before anybody looked.
        let look = || {
            let is_crowd = |most| system::usage(most).is_some_and(|left| left.processes > most);
            crowd = bounds.filter(|bounds| is_crowd(bounds.processes)).map(|_| Limit::Processes);
        };
        let status = system::wait(&program.child, look);
        watched.over.store(true, Ordering::Relaxed);
        let wall = program.began.get().map(Instant::elapsed).unwrap_or_default();
        system::end_descendants();
        // The last thing that the code did may have been to stop the grader.
        system::wake_parent();
        let signal = status.as_ref().ok().and_then(|status| system::signal_of(*status));
        let success = status.as_ref().is_ok_and(|status| status.success());
        let met = *locked(&watched.limit);
        let notice = Notice::Ended {
            exit: status.ok().and_then(|status| status.code()),
            signal,
            // One that came to its end at the same moment has not met the bound.
            limit: met.filter(|_| !success).or(crowd).or(signal.and_then(system::limit_of)),
            cpu: system::cpu_of_ended(),
            wall,
        };
        // Nobody hears it where the grader has gone.
        let _ = news.send(Event::Notice(notice));
    })
}

/// Ends the program when it meets a bound, and says whether it computes or waits. One that waits for its request is held
/// to its bounds, too, but its time does not count; it is not kept for long.
fn watch(program: Program, watched: Arc<Watched>, bounds: Bounds, news: SyncSender<Event>) -> io::Result<()> {
    // Most programs end soon, and to look costs the system a fraction of a millisecond.
    const FIRST_LOOK: Duration = Duration::from_millis(20);
    const LAST_LOOKS: Duration = Duration::from_millis(100);
    const MOST_AHEAD: Duration = Duration::from_secs(60);
    in_a_thread(move || {
        let mut activity = Activity::new(program.started);
        let mut has_begun = program.began.get().is_some();
        let mut pause = FIRST_LOOK;
        loop {
            thread::sleep(pause);
            pause = (pause * 3 / 2).min(LAST_LOOKS);
            if has_begun {
                system::wake_parent();
            }
            let usage = system::usage(bounds.processes);
            if watched.over.load(Ordering::Relaxed) {
                return;
            }
            if !has_begun {
                let began = program.began.get().copied();
                has_begun = began.is_some();
                if !has_begun && program.started.elapsed() > MOST_AHEAD {
                    program.end();
                    system::end_descendants();
                    std::process::exit(1);
                }
                activity = Activity::new(began.unwrap_or_else(Instant::now));
            }
            activity.see(usage);
            if let Some(limit) = activity.met(&bounds, usage) {
                *locked(&watched.limit) = Some(limit);
                program.end();
                return;
            }
            // Does not block when the queue is full: the bounds must hold while the grader is stopped.
            activity.tell(|notice| news.try_send(Event::Notice(notice)).is_ok());
        }
    })
}

/// Passes the program's answers on.
fn pass_on(answers: impl Read + Send + 'static, news: SyncSender<Event>) -> io::Result<()> {
    in_a_thread(move || {
        lines(answers, |line| news.send(Event::Answer(line)).is_ok());
        let _ = news.send(Event::NoMoreAnswers);
    })
}

/// Takes the lines that come out of a pipe, until there are no more or `take` wants none.
pub(super) fn lines(pipe: impl Read, mut take: impl FnMut(Vec<u8>) -> bool) {
    /// No line that is read is longer.
    const MOST_BYTES: u64 = 64 << 20;
    let mut pipe = BufReader::new(pipe);
    let mut line = Vec::new();
    while let Ok(1..) = pipe.by_ref().take(MOST_BYTES).read_until(b'\n', &mut line) {
        // What was cut short is no line.
        if line.pop() == Some(b'\n') && !take(std::mem::take(&mut line)) {
            return;
        }
        line.clear();
    }
}

fn in_a_thread(work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    thread::Builder::new().spawn(work).map(drop)
}

/// What a program has been doing.
struct Activity {
    began: Instant,
    /// When it was last looked at.
    seen: Instant,
    /// The CPU time that it had used by then.
    cpu: Duration,
    /// When it was last seen to compute.
    worked: Instant,
    /// How long it has waited in all.
    waited: Duration,
    /// Whether the grader believes that it waits.
    waits: bool,
}

impl Activity {
    fn new(began: Instant) -> Self {
        Self { began, seen: began, cpu: Duration::ZERO, worked: began, waited: Duration::ZERO, waits: false }
    }

    /// Without a measurement, the program counts as computing.
    fn see(&mut self, usage: Option<Usage>) {
        let now = Instant::now();
        if let Some(usage) = usage {
            let computed = usage.cpu.saturating_sub(self.cpu);
            if usage.runnable || !computed.is_zero() {
                self.worked = now;
            }
            // Only the part of the interval without CPU time counts as waiting.
            if !usage.runnable {
                self.waited += now.duration_since(self.seen).saturating_sub(computed);
            }
            self.cpu = usage.cpu;
        } else {
            self.worked = now;
        }
        self.seen = now;
    }

    /// Reports a change. A change that cannot be reported now is reported later.
    fn tell(&mut self, tell: impl FnOnce(Notice) -> bool) {
        const A_MOMENT: Duration = Duration::from_millis(100);
        let waits = self.worked.elapsed() > A_MOMENT;
        if waits != self.waits && tell(if waits { Notice::Waits } else { Notice::Works }) {
            self.waits = waits;
        }
    }

    fn met(&self, bounds: &Bounds, usage: Option<Usage>) -> Option<Limit> {
        let usage = usage.unwrap_or_default();
        if usage.cpu >= bounds.cpu {
            Some(Limit::Cpu)
        } else if usage.memory >= bounds.memory {
            Some(Limit::Memory)
        } else if usage.processes > bounds.processes {
            Some(Limit::Processes)
        } else if self.began.elapsed() >= bounds.wall {
            Some(Limit::Wall)
        } else if self.waited >= bounds.idle {
            Some(Limit::Idle)
        } else {
            None
        }
    }
}
