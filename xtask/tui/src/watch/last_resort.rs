//! The last resort: ends the program if the watch's loop cannot, because it hangs on a file or on the terminal.

use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use grader::Interrupt;
use ratatui::crossterm::terminal::disable_raw_mode;

use super::screen;

/// Knows whether the watch was asked to end; a second request ends it at once.
#[derive(Clone)]
pub struct LastResort {
    shared: Arc<Shared>,
}

struct Shared {
    /// Ends the running grade.
    interrupt: Interrupt,
    asked: AtomicBool,
    editing: AtomicBool,
}

/// The exit code after Ctrl-C, as shells report it.
pub const INTERRUPTED: u8 = 130;

impl LastResort {
    /// The last resort of a watch whose grades this interrupt ends.
    pub fn new(interrupt: Interrupt) -> Self {
        let (asked, editing) = (AtomicBool::default(), AtomicBool::default());
        Self { shared: Arc::new(Shared { interrupt, asked, editing }) }
    }

    /// The student has pressed Ctrl-C.
    pub fn interrupted(&self) {
        if !self.shared.editing.load(Ordering::Relaxed) && self.shared.asked.swap(true, Ordering::Relaxed) {
            self.end_at_once(INTERRUPTED);
        }
    }

    /// A signal asks the watch to end with this exit code. The watch has a moment to do so.
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

    /// Notes whether an editor has the terminal: Ctrl-C is then meant for the editor.
    pub fn editing(&self, editing: bool) {
        self.shared.editing.store(editing, Ordering::Relaxed);
    }

    /// Ends the program and everything that it has started, and gives the terminal back if it can.
    fn end_at_once(&self, code: u8) -> ! {
        const PATIENCE: Duration = Duration::from_millis(200);
        self.shared.interrupt.raise();
        // Writing to a terminal that accepts nothing more would wait for ever.
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
