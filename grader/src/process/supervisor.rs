//! The supervisor: a process between the grader and one program. It starts the program in a session of its own, holds it to
//! its bounds, says on standard error what becomes of it, and ends with it all that it started, also what it set adrift
//! (a daemon, a session of its own), where the system hands a parent its lost descendants: on Linux. It does the same as
//! soon as its standard input ends, which the grader holds: so nothing is left behind when a grader is killed.

use std::env;
use std::io::{self, Read, Write};
use std::process::{Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::supervised::{Bounds, Limit};
use super::system::{self, Usage};

/// The variable that makes a supervisor of a program that grades; it holds the bounds.
pub const ORDER: &str = "GRADER_SUPERVISE";

/// One line of what a supervisor says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// The program runs as this process.
    Started {
        /// Its number.
        process: u32,
    },
    /// It could not be started.
    NotStarted {
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

/// If this process was started as a supervisor, is one until the program has ended; otherwise nothing. Every program that
/// grades begins with this.
pub fn serve() -> Option<ExitCode> {
    let bounds: Bounds = serde_json::from_str(&env::var(ORDER).ok()?).ok()?;
    let mut words = env::args_os().skip(1);
    let mut command = Command::new(words.next()?);
    command.args(words).env_remove(ORDER).stdin(Stdio::null());
    Some(match run(&mut command, bounds) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(2),
    })
}

fn run(command: &mut Command, bounds: Bounds) -> io::Result<()> {
    system::become_guardian()?;
    // Both streams of the program go where the grader reads.
    command.stdout(system::standard_output()?).stderr(system::standard_output()?);
    system::in_its_own_group(command);
    let began = Instant::now();
    let child = match command.spawn() {
        Ok(child) => child,
        Err(error) => return tell(&Told::NotStarted { why: error.to_string() }),
    };
    // Whatever keeps this from its work, the program goes with it.
    let ward = Ward { child: child.id() };
    end_when_the_grader_has_gone(child.id());
    tell(&Told::Started { process: child.id() })?;
    let watched = Watched::default();
    watched.hold(child.id(), bounds, began);
    let status = system::wait_for(child, &watched.stopped)?;
    // Its number may be another's from now on.
    std::mem::forget(ward);
    watched.over.store(true, Ordering::Relaxed);
    let wall = began.elapsed();
    system::end_all();
    tell(&Told::Ended {
        exit: status.code(),
        signal: system::signal_of(status),
        limit: watched.limit(),
        cpu: system::cpu_of_ended(),
        wall,
    })
}

/// The program, which is ended with all that it started when this is dropped.
struct Ward {
    child: u32,
}

impl Drop for Ward {
    fn drop(&mut self) {
        system::end_group(self.child);
        system::end_all();
    }
}

fn tell(told: &Told) -> io::Result<()> {
    let mut line = serde_json::to_vec(told)?;
    line.push(b'\n');
    io::stderr().lock().write_all(&line)
}

fn end_when_the_grader_has_gone(child: u32) {
    thread::spawn(move || {
        // Nothing is ever sent.
        let _ = io::stdin().lock().read(&mut [0]);
        system::end_group(child);
        system::end_all();
    });
}

/// A program that is held to its bounds.
#[derive(Clone, Default)]
struct Watched {
    over: Arc<AtomicBool>,
    /// Whether it is to end now, for systems without groups.
    stopped: Arc<AtomicBool>,
    limit: Arc<Mutex<Option<Limit>>>,
}

impl Watched {
    fn limit(&self) -> Option<Limit> {
        *self.limit.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the program, on a thread of its own, when it meets a bound.
    fn hold(&self, child: u32, bounds: Bounds, began: Instant) {
        // Most programs end soon, and to look costs the system a fraction of a millisecond.
        const FIRST_LOOK: Duration = Duration::from_millis(20);
        const LAST_LOOKS: Duration = Duration::from_millis(100);
        let watched = self.clone();
        thread::spawn(move || {
            let mut activity = Activity::new(began);
            let mut pause = FIRST_LOOK;
            while !watched.over.load(Ordering::Relaxed) {
                thread::sleep(pause);
                pause = (pause * 3 / 2).min(LAST_LOOKS);
                let usage = system::usage_of(child);
                activity.see(child, usage);
                if let Some(limit) = activity.met(&bounds, usage) {
                    *watched.limit.lock().unwrap_or_else(PoisonError::into_inner) = Some(limit);
                    watched.stopped.store(true, Ordering::Relaxed);
                    system::end_group(child);
                    return;
                }
            }
        });
    }
}

/// What a program has been doing.
struct Activity {
    began: Instant,
    cpu: Duration,
    /// When it was last seen to compute.
    worked: Instant,
    waits: bool,
}

impl Activity {
    fn new(began: Instant) -> Self {
        Self { began, cpu: Duration::ZERO, worked: began, waits: false }
    }

    fn see(&mut self, child: u32, usage: Option<Usage>) {
        const A_MOMENT: Duration = Duration::from_millis(100);
        let Some(usage) = usage else { return };
        if usage.cpu > self.cpu || system::is_runnable(child) {
            (self.cpu, self.worked) = (usage.cpu, Instant::now());
        }
        let waits = self.worked.elapsed() > A_MOMENT;
        if waits != self.waits {
            self.waits = waits;
            // The grader is gone where this fails, and the program will be.
            let _ = tell(if waits { &Told::Waits } else { &Told::Works });
        }
    }

    fn met(&self, bounds: &Bounds, usage: Option<Usage>) -> Option<Limit> {
        let usage = usage.unwrap_or_default();
        if usage.cpu >= bounds.cpu {
            Some(Limit::Cpu)
        } else if bounds.memory.is_some_and(|most| usage.memory >= most) {
            Some(Limit::Memory)
        } else if self.began.elapsed() >= bounds.wall {
            Some(Limit::Wall)
        } else if bounds.idle.is_some_and(|most| self.worked.elapsed() >= most) {
            Some(Limit::Idle)
        } else {
            None
        }
    }
}
