//! The last resort: ends the program if the watch's loop cannot, because it waits for a file or the terminal.

use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use grader::Interrupt;
use ratatui::crossterm::terminal::disable_raw_mode;

use super::screen;

/// Knows whether the watch has been asked to end: who asks twice waits no longer.
#[derive(Clone)]
pub struct LastResort {
    shared: Arc<Shared>,
}

struct Shared {
    /// Ends the grade at work.
    interrupt: Interrupt,
    asked: AtomicBool,
    editing: AtomicBool,
}

/// The exit code after Ctrl-C, as a shell gives it.
pub const INTERRUPTED: u8 = 130;

impl LastResort {
    /// For a watch whose grades this interrupt ends.
    pub fn new(interrupt: Interrupt) -> Self {
        let (asked, editing) = (AtomicBool::default(), AtomicBool::default());
        Self { shared: Arc::new(Shared { interrupt, asked, editing }) }
    }

    /// A person has pressed Ctrl-C.
    pub fn interrupted(&self) {
        if !self.shared.editing.load(Ordering::Relaxed) && self.shared.asked.swap(true, Ordering::Relaxed) {
            self.end_at_once(INTERRUPTED);
        }
    }

    /// A signal wants the watch to end, with this exit code. It gets a moment for that, whatever it is at.
    pub fn asked_to_end(&self, code: u8) {
        const PATIENCE: Duration = Duration::from_secs(1);
        if self.shared.asked.swap(true, Ordering::Relaxed) {
            self.end_at_once(code);
        }
        let last_resort = self.clone();
        thread::spawn(move || {
            thread::sleep(PATIENCE);
            last_resort.end_at_once(code);
        });
    }

    /// Says whether an editor has the terminal: Ctrl-C is the editor's then.
    pub fn editing(&self, editing: bool) {
        self.shared.editing.store(editing, Ordering::Relaxed);
    }

    /// Ends the program and all that it has started, and gives the terminal back as far as it lets us.
    fn end_at_once(&self, code: u8) -> ! {
        const PATIENCE: Duration = Duration::from_millis(200);
        self.shared.interrupt.raise();
        // A terminal that takes nothing more would keep us waiting for ever.
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            screen::give_back();
            let _ = sender.send(());
        });
        let _ = receiver.recv_timeout(PATIENCE);
        let _ = disable_raw_mode();
        process::exit(code.into())
    }
}
