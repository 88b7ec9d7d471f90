//! Child processes: every program that the grader starts ends together with everything that it has started, at the
//! latest when an [`Interrupt`] is raised.
//!
//! Cargo, the compiler and students' programs each run under a supervisor (`supervisor`): a process between the program
//! and the grader, which holds the program to its bounds and leaves nothing behind. `supervised` is the grader's side of
//! it.

#![warn(unreachable_pub)]

mod mark;
mod supervised;
mod supervisor;
mod system;

use std::collections::BTreeMap;
use std::io::{self, PipeWriter, Write};
use std::process::{Child, Command};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use supervised::{Ended, Event, How, Ready, Supervised, TRIES, may_start_later, supervise};
pub use supervisor::{Bounds, Input, Limit, Order, serve};
pub use system::{file_of_this_program, inherited};

/// A limit that a program inherits from whoever has started the grader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inherited {
    /// On what.
    pub on: Limit,
    /// How much it allows, in bytes or seconds.
    pub most: u64,
    /// How a shell calls it.
    pub option: &'static str,
}

/// Ends a grade early. All clones share one state: raising one ends the children of all.
#[derive(Debug, Clone, Default)]
pub struct Interrupt {
    live: Arc<Mutex<Live>>,
}

/// The supervisors that are alive, and whether new ones may start.
#[derive(Debug, Default)]
struct Live {
    /// By process. A supervisor ends its program and itself when its leash goes.
    leashes: BTreeMap<u32, PipeWriter>,
    raised: bool,
    /// Whether Ctrl-C raises it.
    on_ctrl_c: bool,
}

impl Interrupt {
    /// Ends every child and lets no new one start. Whoever waits for a child returns and sees the interrupt.
    pub fn raise(&self) {
        let mut live = self.live();
        live.raised = true;
        live.leashes.clear();
    }

    /// Lets children start again. Call it only when everyone who had to see the interrupt has seen it.
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
        // A second handler would take the first Ctrl-C for a second one.
        if std::mem::replace(&mut self.live().on_ctrl_c, true) {
            return Ok(());
        }
        let interrupt = self.clone();
        let handler = move || {
            if interrupt.is_raised() {
                std::process::exit(130);
            }
            interrupt.raise();
        };
        system::on_interrupt(handler)
    }

    /// Starts a supervisor on this leash, unless the interrupt was raised.
    fn start(&self, supervisor: &mut Command, leash: PipeWriter) -> io::Result<Child> {
        // Held across the start: an interrupt in between would miss the child.
        let mut live = self.live();
        if live.raised {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let child = supervisor.spawn()?;
        live.leashes.insert(child.id(), leash);
        Ok(child)
    }

    /// Sends a line down the leash of a supervisor.
    fn tell(&self, supervisor: &Child, line: &[u8]) -> io::Result<()> {
        let mut live = self.live();
        let leash = live.leashes.get_mut(&supervisor.id()).ok_or(io::ErrorKind::Interrupted)?;
        leash.write_all(line)
    }

    /// Lets the leash of a supervisor go.
    fn let_go(&self, supervisor: &Child) {
        self.live().leashes.remove(&supervisor.id());
    }

    fn live(&self) -> MutexGuard<'_, Live> {
        locked(&self.live)
    }
}

/// Locks a mutex, even after a thread has panicked with it.
pub fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
