//! The grader's side of a supervised program: starts it under a [`supervisor`](super::supervisor), reads what it prints
//! and answers, and learns how it ended.

use std::io::{self, PipeReader};
use std::ops::ControlFlow;
use std::process::{Child, Command};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender, SyncSender};
use std::thread;
use std::time::{Duration, Instant};

use super::mark::Mark;
use super::supervisor::{Bounds, Input, Limit, Notice, ORDER, OWN, Order, PASSED_ON, lines};
use super::{Interrupt, system};

/// What a program does, heard while it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// It waits for something and needs no core.
    Waits,
    /// It computes again.
    Works,
    /// It has written this line of answers.
    Answers(Vec<u8>),
}

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// With this exit code, where the system has one.
    Exited(Option<i32>),
    /// By this signal.
    Signalled(i32),
    /// At a bound.
    Stopped(Limit),
    /// Nobody can say: its supervisor is gone, or it was given up.
    Lost,
}

/// How a program ended, and what it used.
#[derive(Debug, Clone, Copy)]
pub struct Ended {
    /// How.
    pub how: How,
    /// How much CPU time it took, as far as that was measured.
    pub cpu: Duration,
    /// How long it ran.
    pub wall: Duration,
}

/// Runs a command to its end. `read` gets its output on a separate thread; `hear` gets its events and can end it by
/// returning `Break`. Also returns the result of `read`, if that finished in time.
///
/// # Errors
/// As [`Supervised::start`] and [`Supervised::wait`].
pub fn supervise<T: Send + 'static>(
    command: &Command,
    order: &Order,
    interrupt: &Interrupt,
    read: impl FnOnce(PipeReader) -> T + Send + 'static,
    mut hear: impl FnMut(Event) -> ControlFlow<()>,
) -> io::Result<(Ended, Option<T>)> {
    let (supervised, output) = Supervised::start(command, order, interrupt)?;
    supervised.wait_and_read(output, read, &mut hear)
}

/// A program that is started ahead. It waits for its request, a line on its standard input.
#[derive(Debug)]
pub struct Ready {
    supervised: Supervised,
    output: PipeReader,
    bounds: Bounds,
}

impl Ready {
    /// Starts a command ahead.
    ///
    /// # Errors
    /// As [`Supervised::start`], and where the system has no such input for a program.
    pub fn start(command: &Command, bounds: Bounds, interrupt: &Interrupt) -> io::Result<Self> {
        if cfg!(not(unix)) {
            return Err(io::ErrorKind::Unsupported.into());
        }
        let order = Order { bounds: Some(bounds), input: Input::Request };
        let (supervised, output) = Supervised::start(command, &order, interrupt)?;
        Ok(Self { supervised, output, bounds })
    }

    /// Whether it still waits: it is ended if there is no request for a while.
    pub fn waits(&mut self) -> bool {
        !system::has_ended(&mut self.supervised.supervisor)
    }

    /// Runs it to its end, as [`supervise`] does, with this request.
    ///
    /// # Errors
    /// If it waits no more, or the request is too long. The code has not been run then.
    pub fn run<T: Send + 'static>(
        mut self,
        request: &str,
        read: impl FnOnce(PipeReader) -> T + Send + 'static,
        mut hear: impl FnMut(Event) -> ControlFlow<()>,
    ) -> io::Result<(Ended, Option<T>)> {
        /// The leash takes as much at once, whether somebody reads it or not.
        const MOST_BYTES: usize = 4 << 10;
        let line = format!("{request}\n");
        if line.len() > MOST_BYTES {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        self.supervised.interrupt.tell(&self.supervised.supervisor, line.as_bytes())?;
        self.supervised.deadline = Some(deadline(&self.bounds));
        self.supervised.wait_and_read(self.output, read, &mut hear)
    }
}

/// When a supervisor that is at work would long have ended a program that begins now.
fn deadline(bounds: &Bounds) -> Instant {
    const GRACE: Duration = Duration::from_secs(30);
    Instant::now() + bounds.wall + GRACE
}

/// Whether a program could not be started because there is no process, thread or memory for it at this moment.
pub fn may_start_later(error: &io::Error) -> bool {
    use io::ErrorKind::{ExecutableFileBusy, OutOfMemory, WouldBlock};
    matches!(error.kind(), WouldBlock | OutOfMemory | ExecutableFileBusy)
}

/// How often what cannot be started now is tried again, and after which time.
pub const TRIES: (usize, Duration) = (50, Duration::from_millis(100));

/// A program under its supervisor. It ends when this is dropped.
#[derive(Debug)]
pub struct Supervised {
    supervisor: Child,
    interrupt: Interrupt,
    reports: Receiver<Vec<u8>>,
    mark: Mark,
    /// Whether it is started ahead of its request.
    is_ahead: bool,
    /// The program's process, once it runs.
    program: Option<u32>,
    /// When a supervisor that is at work would long have ended it.
    deadline: Option<Instant>,
    /// Whether the supervisor has done all its work and is gone.
    is_done: bool,
}

impl Supervised {
    /// Starts a command; what it prints comes out of the pipe.
    ///
    /// # Errors
    /// If no supervisor can be started, or the interrupt was raised.
    pub fn start(command: &Command, order: &Order, interrupt: &Interrupt) -> io::Result<(Self, PipeReader)> {
        let (output, output_end) = io::pipe()?;
        let (reports, reports_end) = io::pipe()?;
        let (leash_end, leash) = io::pipe()?;
        let mark = Mark::new();
        let mut supervisor = system::this_program()?;
        supervisor.env(ORDER, serde_json::to_string(&(order, mark))?);
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
        supervisor.stdin(leash_end).stdout(output_end).stderr(reports_end);
        // As many lines as are worth reading ahead.
        const QUEUE: usize = 16;
        let (lines, heard) = mpsc::sync_channel(QUEUE);
        thread::Builder::new().spawn(move || listen(reports, &lines))?;
        let child = interrupt.start(&mut supervisor, leash)?;
        let deadline = order.bounds.as_ref().filter(|_| order.input != Input::Request).map(deadline);
        let supervised = Self {
            supervisor: child,
            interrupt: interrupt.clone(),
            reports: heard,
            mark,
            is_ahead: order.input == Input::Request,
            program: None,
            deadline,
            is_done: false,
        };
        Ok((supervised, output))
    }

    /// Waits as [`wait`](Self::wait) does, while `read` reads the output on a separate thread.
    fn wait_and_read<T: Send + 'static>(
        self,
        output: PipeReader,
        read: impl FnOnce(PipeReader) -> T + Send + 'static,
        hear: &mut dyn FnMut(Event) -> ControlFlow<()>,
    ) -> io::Result<(Ended, Option<T>)> {
        let (reading, has_read) = mpsc::channel();
        let reader = thread::Builder::new().spawn(move || {
            let _reading: Sender<()> = reading;
            read(output)
        })?;
        let ended = self.wait(hear)?;
        Ok((ended, if is_closed_soon(&has_read) { reader.join().ok() } else { None }))
    }

    /// Waits until the program has ended, and all that it started. `hear` hears what it does, and ends it by a break.
    ///
    /// # Errors
    /// If it could not be started.
    pub fn wait(mut self, hear: &mut dyn FnMut(Event) -> ControlFlow<()>) -> io::Result<Ended> {
        const LOOK_AGAIN: Duration = Duration::from_millis(200);
        let mut ended = LOST;
        let mut looked = Instant::now();
        loop {
            let report = self.reports.recv_timeout(LOOK_AGAIN);
            // Also while reports come: code that has ended its supervisor may write them.
            if looked.elapsed() >= LOOK_AGAIN {
                if self.is_lost() {
                    return self.lost();
                }
                looked = Instant::now();
            }
            let event = match report {
                Ok(line) => match line.split_first() {
                    Some((&PASSED_ON, line)) => Event::Answers(line.to_owned()),
                    Some((&OWN, notice)) => match serde_json::from_slice(notice) {
                        Ok(Notice::Started(process)) => {
                            self.program = Some(process);
                            continue;
                        }
                        Ok(Notice::NotStarted { code, why }) => {
                            return Err(code.map_or_else(|| io::Error::other(why), io::Error::from_raw_os_error));
                        }
                        Ok(Notice::Waits) => Event::Waits,
                        Ok(Notice::Works) => Event::Works,
                        Ok(Notice::Ended { exit, signal, limit, cpu, wall }) => {
                            let how = signal.map_or(How::Exited(exit), How::Signalled);
                            ended = Ended { how: limit.map_or(how, How::Stopped), cpu, wall };
                            continue;
                        }
                        Err(_) => continue,
                    },
                    _ => continue,
                },
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => break,
            };
            if hear(event).is_break() {
                return self.lost();
            }
        }
        if ended.how != How::Lost {
            // It has nothing left to do but to exit.
            self.is_done = self.supervisor.wait()?.success();
        }
        if self.is_done { Ok(ended) } else { self.lost() }
    }

    /// The end of a program of which no more is known.
    ///
    /// # Errors
    /// If it had not begun yet.
    fn lost(&self) -> io::Result<Ended> {
        match (self.is_ahead, self.program) {
            (true, None) => Err(io::Error::other("it ended while it waited")),
            _ => Ok(LOST),
        }
    }

    /// Whether the supervisor does not do its work: code can stop and end it by a signal.
    fn is_lost(&self) -> bool {
        system::was_killed(&self.supervisor)
            || system::is_stopped(self.supervisor.id())
            || self.deadline.is_some_and(|deadline| Instant::now() > deadline)
    }
}

/// What is known of a program that was given up, or whose supervisor is gone.
const LOST: Ended = Ended { how: How::Lost, cpu: Duration::ZERO, wall: Duration::ZERO };

impl Drop for Supervised {
    fn drop(&mut self) {
        self.interrupt.let_go(&self.supervisor);
        if self.is_done {
            return;
        }
        // One that does its work ends all that the program started before itself.
        const PATIENCE: Duration = Duration::from_secs(2);
        let began = Instant::now();
        while began.elapsed() < PATIENCE
            && !system::has_ended(&mut self.supervisor)
            && !system::is_stopped(self.supervisor.id())
        {
            thread::sleep(Duration::from_millis(1));
        }
        let _ = self.supervisor.kill();
        // Before its number is given to another.
        system::end_orphans(self.mark, self.supervisor.id(), self.program);
        let _ = self.supervisor.wait();
    }
}

/// Whether a program's output is read. What still holds the pipe when all that was started has ended is not worth waiting
/// for.
fn is_closed_soon(reading: &Receiver<()>) -> bool {
    reading.recv_timeout(Duration::from_secs(1)) == Err(RecvTimeoutError::Disconnected)
}

/// Hands on the lines that a supervisor writes.
fn listen(reports: PipeReader, sender: &SyncSender<Vec<u8>>) {
    lines(reports, |line| sender.send(line).is_ok());
}
