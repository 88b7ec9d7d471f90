//! A program in a terminal: what it draws is read as a person would see it, and what a person types is sent to it.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use pty_process::Size;
use pty_process::blocking::{Pty, open};
use rustix::process::{Pid, Signal, kill_process};
use rustix::termios::tcgetattr;

use crate::patience::{PATIENCE, wait_until};

/// A program that runs in a terminal of its own.
pub struct Session {
    child: Mutex<Child>,
    /// The person's side of it; nothing once it is closed.
    pty: Option<Arc<Pty>>,
    seen: Arc<(Mutex<Seen>, Condvar)>,
    settings: String,
}

/// What a person has seen.
struct Seen {
    parser: vt100::Parser,
    /// All that came, as it came.
    written: Vec<u8>,
    /// Nothing more will come.
    ended: bool,
    /// The person looks at no more than what comes next.
    leaving: bool,
}

impl Session {
    /// Starts a program in a terminal of so many columns and rows.
    pub fn start(command: Command, columns: u16, rows: u16) -> Self {
        let (pty, terminal) = open().unwrap();
        pty.resize(Size::new(rows, columns)).unwrap();
        let settings = settings(&pty);
        let child = pty_process::blocking::Command::from(command).spawn(terminal).unwrap();
        let parser = vt100::Parser::new(at_least_one(rows), at_least_one(columns), 0);
        let seen = Seen { parser, written: Vec::new(), ended: false, leaving: false };
        let seen = Arc::new((Mutex::new(seen), Condvar::new()));
        let pty = Arc::new(pty);
        let (person, eyes) = (Arc::clone(&pty), Arc::clone(&seen));
        thread::spawn(move || look(person, &eyes));
        Self { child: Mutex::new(child), pty: Some(pty), seen, settings }
    }

    /// Types.
    pub fn keys(&self, keys: &str) {
        let mut pty = self.pty();
        pty.write_all(keys.as_bytes()).unwrap();
    }

    /// Waits until the screen has these words, and returns all of it.
    #[track_caller]
    pub fn wait_for(&self, words: &str) -> String {
        self.wait_until(&format!("`{words}`"), |screen| screen.contents().contains(words))
    }

    /// Waits until something holds of the screen, and returns its text.
    #[track_caller]
    pub fn wait_until(&self, what: &str, holds: impl Fn(&vt100::Screen) -> bool) -> String {
        self.wait(what, |seen| holds(seen.parser.screen()))
    }

    #[track_caller]
    fn wait(&self, what: &str, holds: impl Fn(&Seen) -> bool) -> String {
        let seen = self.seen.0.lock().unwrap();
        let (seen, waited) = self.seen.1.wait_timeout_while(seen, PATIENCE, |seen| !holds(seen)).unwrap();
        let text = seen.parser.screen().contents();
        // The eyes go on looking, whatever becomes of the test.
        drop(seen);
        assert!(!waited.timed_out(), "waited in vain for {what}; the screen is:\n{text}");
        text
    }

    /// The screen as it is.
    pub fn screen(&self) -> vt100::Screen {
        self.seen.0.lock().unwrap().parser.screen().clone()
    }

    /// All that was written to the terminal so far, with its escape sequences and with plain ends of lines.
    pub fn written(&self) -> String {
        String::from_utf8(self.seen.0.lock().unwrap().written.clone()).unwrap().replace("\r\n", "\n")
    }

    /// Gives the terminal another size.
    pub fn resize(&self, columns: u16, rows: u16) {
        self.seen.0.lock().unwrap().parser.screen_mut().set_size(at_least_one(rows), at_least_one(columns));
        self.pty().resize(Size::new(rows, columns)).unwrap();
    }

    /// Sends a signal to the program alone.
    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child.lock().unwrap()), signal).unwrap();
    }

    /// Waits for the program's end, sees that the terminal is as it was, and returns the exit code and what is on the
    /// screen.
    #[track_caller]
    pub fn end(&self) -> (i32, String) {
        let code = self.exit_status().code().expect("an exit, not a signal");
        assert_eq!(settings(self.pty()), self.settings, "the terminal's settings are as they were");
        let text = self.wait("the end of all that it drew", |seen| seen.ended);
        let screen = self.screen();
        assert!(
            !screen.alternate_screen() && !screen.hide_cursor(),
            "the shell has its own screen and its cursor back"
        );
        (code, text)
    }

    /// Closes the terminal, as a person closes a window, and waits for the program's end.
    pub fn close(mut self) {
        self.seen.0.lock().unwrap().leaving = true;
        self.wait("something to be drawn", |seen| seen.ended);
        self.pty = None;
        self.exit_status();
    }

    fn exit_status(&self) -> ExitStatus {
        let mut status = None;
        wait_until("the program ends", || {
            status = self.child.lock().unwrap().try_wait().unwrap();
            status.is_some()
        });
        status.expect("the end that was waited for")
    }

    fn pty(&self) -> &Pty {
        self.pty.as_ref().expect("a terminal that is not closed")
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Nothing of it stays, also where a test fails.
        let child = self.child.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner);
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// Looks at the terminal until nothing more comes.
fn look(terminal: Arc<Pty>, eyes: &(Mutex<Seen>, Condvar)) {
    let mut buffer = [0; 64 << 10];
    while let Ok(count @ 1..) = (&*terminal).read(&mut buffer) {
        let mut seen = eyes.0.lock().unwrap();
        seen.parser.process(&buffer[..count]);
        seen.written.extend_from_slice(&buffer[..count]);
        eyes.1.notify_all();
        if seen.leaving {
            break;
        }
    }
    drop(terminal);
    eyes.0.lock().unwrap().ended = true;
    eyes.1.notify_all();
}

fn settings(pty: &Pty) -> String {
    format!("{:?}", tcgetattr(pty).unwrap())
}

/// What a person sees cannot be as small as what a program may be told.
fn at_least_one(size: u16) -> NonZeroU16 {
    NonZeroU16::new(size).unwrap_or(NonZeroU16::MIN)
}
