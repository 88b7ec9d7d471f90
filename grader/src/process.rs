//! Children: every program that the grader starts ends with all that it started in turn, at the latest when an [`Interrupt`]
//! is raised.
//!
//! Cargo runs in a process group of its own ([`Group`]). What a student wrote, and the compiler at work on it, runs under a
//! [`supervisor`]: a process between it and the grader, which holds it to its bounds and outlives nothing that it started.

pub mod supervised;
pub mod supervisor;
mod system;

use std::collections::BTreeMap;
use std::io::{self, PipeWriter};
use std::process::{Child, Command, ExitStatus};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use supervised::{Bounds, Event, How, Limit, supervise};

/// What ends a grade before its time. Clones are one: whoever has one can raise it, and all children of the others end.
#[derive(Debug, Clone, Default)]
pub struct Interrupt {
    live: Arc<Mutex<Live>>,
}

/// The children that are alive, by process, and whether new ones may start.
#[derive(Debug, Default)]
struct Live {
    children: BTreeMap<u32, Leash>,
    raised: bool,
}

/// What ends a child and all that it started.
#[derive(Debug)]
enum Leash {
    /// A signal to its process group.
    Group,
    /// The end of this pipe, on which its supervisor waits.
    Supervisor { _pipe: PipeWriter },
}

impl Interrupt {
    /// Ends every child and lets none start any more: whoever waits for one goes on and sees the interrupt.
    pub fn raise(&self) {
        let mut live = self.live();
        live.raised = true;
        live.children.retain(|child, leash| match leash {
            Leash::Group => {
                system::end_group(*child);
                true
            }
            Leash::Supervisor { .. } => false,
        });
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

    /// Starts a command, unless the interrupt was raised.
    fn start(&self, command: &mut Command, leash: impl FnOnce() -> Leash) -> io::Result<Child> {
        // Held across the start: an interrupt in between would miss the child.
        let mut live = self.live();
        if live.raised {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let child = command.spawn()?;
        live.children.insert(child.id(), leash());
        Ok(child)
    }

    fn forget(&self, child: &Child) {
        self.live().children.remove(&child.id());
    }

    fn live(&self) -> MutexGuard<'_, Live> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A child in a process group of its own, which is ended when this is dropped.
#[derive(Debug)]
pub struct Group {
    child: Child,
    interrupt: Interrupt,
}

impl Group {
    /// Starts a command.
    ///
    /// # Errors
    /// If the program cannot be started, or the interrupt was raised.
    pub fn start(command: &mut Command, interrupt: &Interrupt) -> io::Result<Self> {
        system::in_its_own_group(command);
        let child = interrupt.start(command, || Leash::Group)?;
        Ok(Self { child, interrupt: interrupt.clone() })
    }

    /// The child itself, for its pipes.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Waits for the child to end.
    ///
    /// # Errors
    /// If the system cannot say what became of the child.
    pub fn wait(&mut self) -> io::Result<ExitStatus> {
        self.child.wait()
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        system::end_group(self.child.id());
        // Where there are no groups.
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.interrupt.forget(&self.child);
    }
}
