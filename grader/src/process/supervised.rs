//! The grader's side of a supervised program: starts it under a [`supervisor`](super::supervisor), reads what it prints and
//! hears how it ended.

use std::io::{self, BufRead, BufReader, PipeReader};
use std::process::{Child, Command};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::supervisor::{ORDER, Told};
use super::{Interrupt, Leash, system};

/// What a program may use. What is not measured on a system is not bounded there, but for the wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    /// How much CPU time, its threads together.
    pub cpu: Duration,
    /// How long by the clock on the wall: far behind the CPU time, so that a busy machine ends nobody.
    pub wall: Duration,
    /// How long it may do nothing at all, where that is bounded.
    pub idle: Option<Duration>,
    /// How many bytes of memory, where that is bounded.
    pub memory: Option<u64>,
}

/// A bound that a program met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// Of CPU time.
    Cpu,
    /// Of time by the clock on the wall.
    Wall,
    /// Of time in which it does nothing.
    Idle,
    /// Of memory.
    Memory,
}

/// What a program does, told while it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// It waits for something and needs no core.
    Waits,
    /// It computes again.
    Works,
}

/// How a program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    /// With this exit code, where the system has one.
    Exited(Option<i32>),
    /// By this signal.
    Signalled(i32),
    /// At a bound.
    Stopped(Limit),
    /// It could not be started, for this reason.
    NotStarted(String),
    /// Nobody can say: its supervisor is gone.
    Lost,
}

/// How a program ended, and what it used.
#[derive(Debug)]
pub struct Ended<T> {
    /// How.
    pub how: How,
    /// How much CPU time it took, as far as that was measured.
    pub cpu: Duration,
    /// How long it ran.
    pub wall: Duration,
    /// What `read` made of its output; nothing if something still holds the pipe.
    pub output: Option<T>,
}

/// Runs a command to its end. `read` gets all that it prints, on a thread of its own; `tell` hears what it does.
///
/// # Errors
/// If no supervisor can be started, or the interrupt was raised.
pub fn supervise<T: Send + 'static>(
    command: &Command,
    bounds: Bounds,
    interrupt: &Interrupt,
    read: impl FnOnce(PipeReader) -> T + Send + 'static,
    mut tell: impl FnMut(Event),
) -> io::Result<Ended<T>> {
    let (output, output_end) = io::pipe()?;
    let (told, told_end) = io::pipe()?;
    let (leash_end, leash) = io::pipe()?;
    let mut supervisor = system::this_program()?;
    supervisor.env(ORDER, serde_json::to_string(&bounds)?);
    supervisor.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => supervisor.env(name, value),
            None => supervisor.env_remove(name),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        supervisor.current_dir(folder);
    }
    supervisor.stdin(leash_end).stdout(output_end).stderr(told_end);
    let child = interrupt.start(&mut supervisor, || Leash::Supervisor { _pipe: leash })?;
    let mut held = Held { child, interrupt };
    // It holds the ends of the pipes that are the child's.
    drop(supervisor);

    let (sender, printed) = mpsc::channel();
    // Nobody listens any more once the pipe's reading was given up.
    thread::spawn(move || drop(sender.send(read(output))));
    let mut ended = Ended { how: How::Lost, cpu: Duration::ZERO, wall: Duration::ZERO, output: None };
    let mut started = None;
    for line in BufReader::new(told).lines() {
        match line.ok().and_then(|line| serde_json::from_str(&line).ok()) {
            Some(Told::Started { process }) => started = Some(process),
            Some(Told::Waits) => tell(Event::Waits),
            Some(Told::Works) => tell(Event::Works),
            Some(Told::NotStarted { why }) => ended.how = How::NotStarted(why),
            Some(Told::Ended { exit, signal, limit, cpu, wall }) => {
                let by_signal = signal.map_or(How::Exited(exit), How::Signalled);
                ended = Ended { how: limit.map_or(by_signal, How::Stopped), cpu, wall, output: None };
            }
            None => {}
        }
    }
    if let (How::Lost, Some(process)) = (&ended.how, started) {
        system::end_group(process);
    }
    held.end();
    // What still holds the pipe when all that was started has ended is not worth waiting for.
    ended.output = printed.recv_timeout(Duration::from_secs(1)).ok();
    Ok(ended)
}

/// A supervisor that is ended and forgotten with this.
struct Held<'a> {
    child: Child,
    interrupt: &'a Interrupt,
}

impl Held<'_> {
    /// Lets the leash go and waits until the supervisor has ended.
    fn end(&mut self) {
        self.interrupt.forget(&self.child);
        let _ = self.child.wait();
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.end();
    }
}
