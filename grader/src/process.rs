//! Children: every program that the grader starts, cargo and the exercises alike, runs in a process group of its own here
//! and is ended with all that it started, at the latest when its [`Group`] is dropped or an interrupt comes: Ctrl-C, or in a
//! watch a newer save.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::collections::BTreeSet;
use std::io;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use harness::group;

#[cfg(unix)]
use unix as system;
#[cfg(windows)]
use windows as system;

pub use system::signal_of;

/// A child and all processes that it starts in turn.
#[derive(Debug)]
pub struct Group {
    child: Child,
    interrupt: Interrupt,
}

/// What ends a grade before its time. Clones are one: whoever has one can raise it, and all children of the others end.
#[derive(Debug, Clone, Default)]
pub struct Interrupt {
    live: Arc<Mutex<Live>>,
}

/// The groups that are alive, and whether new ones may start.
#[derive(Debug, Default)]
struct Live {
    leaders: BTreeSet<u32>,
    raised: bool,
}

impl Interrupt {
    /// Ends every child and lets none start any more: whoever waits for one goes on and sees the interrupt.
    pub fn raise(&self) {
        let mut live = self.live();
        live.raised = true;
        live.leaders.iter().copied().for_each(group::end);
    }

    /// Lets children start again. Whoever calls it knows that all who were to see the interrupt have.
    pub fn clear(&self) {
        self.live().raised = false;
    }

    /// Whether it was raised.
    pub fn is_raised(&self) -> bool {
        self.live().raised
    }

    /// From now on Ctrl-C raises it, and a second Ctrl-C ends this process at once.
    ///
    /// # Errors
    /// If the system refuses the handler.
    pub fn raise_on_ctrl_c(&self) -> io::Result<()> {
        let interrupt = self.clone();
        let handler = move || {
            if interrupt.is_raised() {
                std::process::exit(130);
            }
            interrupt.raise();
        };
        ctrlc::set_handler(handler).map_err(io::Error::other)
    }

    fn live(&self) -> MutexGuard<'_, Live> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Group {
    /// Starts a command in a group of its own.
    ///
    /// # Errors
    /// If the program cannot be started, or the interrupt was raised.
    pub fn start(command: &mut Command, interrupt: &Interrupt) -> io::Result<Self> {
        // Held across the start: an interrupt in between would miss the child.
        let mut live = interrupt.live();
        if live.raised {
            return Err(io::ErrorKind::Interrupted.into());
        }
        system::in_its_own_group(command);
        let child = command.spawn()?;
        live.leaders.insert(child.id());
        Ok(Self { child, interrupt: interrupt.clone() })
    }

    /// The child itself, for its pipes.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Waits for the child to end, at most until the deadline.
    ///
    /// # Errors
    /// If the system cannot say what became of the child.
    pub fn wait_until(&mut self, deadline: Instant) -> io::Result<Option<ExitStatus>> {
        let mut pause = Duration::from_micros(200);
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(Some(status));
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            thread::sleep(pause.min(left));
            pause = (pause * 2).min(Duration::from_millis(10));
        }
    }

    /// Waits for the child to end.
    ///
    /// # Errors
    /// If the system cannot say what became of the child.
    pub fn wait(&mut self) -> io::Result<ExitStatus> {
        self.child.wait()
    }

    /// Ends the child and all that it started.
    pub fn end(&mut self) {
        group::end(self.child.id());
        // Where only descendants could be ended, or nothing.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.end();
        self.interrupt.live().leaders.remove(&self.child.id());
    }
}
