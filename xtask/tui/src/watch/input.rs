//! Reads what is typed, on its own thread. The reader pauses while another program has the terminal.

use std::convert::Infallible;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ratatui::crossterm::event::{self, Event};

/// Whether the reader may read, which its clones share.
#[derive(Clone, Default)]
pub struct Turn {
    shared: Arc<(Mutex<Reader>, Condvar)>,
}

#[derive(Default)]
struct Reader {
    reading: bool,
    held: bool,
    round: Round,
}

/// A time between two holds of the reader. What was typed in an earlier one was not meant for what is on the screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round(u64);

/// How long the reader may take to notice that it is held.
const LOOK_UP: Duration = Duration::from_millis(50);

/// Reads until the terminal is gone, and tells what was typed in which round.
///
/// # Errors
/// If the terminal is gone.
pub fn read(turn: &Turn, tell: impl Fn(Event, Round)) -> io::Result<Infallible> {
    loop {
        let round = turn.begin();
        let typed = event::poll(LOOK_UP).and_then(|some| if some { event::read().map(Some) } else { Ok(None) });
        turn.end();
        if let Some(typed) = typed? {
            tell(typed, round);
        }
    }
}

/// Discards what was typed before the watch had the terminal, while it was built for example.
pub fn discard_typed_ahead() {
    more_comes(Duration::ZERO);
}

/// Discards what has been typed, and what comes with it, such as the rest of a pasted text.
pub fn drain() {
    const QUIET: Duration = Duration::from_millis(50);
    const PATIENCE: Duration = Duration::from_millis(500);
    let deadline = Instant::now() + PATIENCE;
    loop {
        while event::poll(Duration::ZERO).unwrap_or(false) {
            // An event that cannot be read is discarded as well.
            let _ = event::read();
        }
        if !more_comes(QUIET) || Instant::now() > deadline {
            return;
        }
    }
}

/// Whether more input comes within a moment. It is discarded here, because of a long text the library reads only a
/// part, and the next part when still more comes.
#[cfg(unix)]
fn more_comes(moment: Duration) -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::termios::{QueueSelector, tcflush};
    let stdin = rustix::stdio::stdin();
    let moment = Timespec::try_from(moment).ok();
    let is_ready = poll(&mut [PollFd::new(&stdin, PollFlags::IN)], moment.as_ref()).is_ok_and(|ready| ready > 0);
    is_ready && tcflush(stdin, QueueSelector::IFlush).is_ok()
}

/// Whether more input comes within a moment.
#[cfg(windows)]
fn more_comes(moment: Duration) -> bool {
    event::poll(moment).unwrap_or(false)
}

impl Turn {
    /// Stops the reader, and returns when it no longer reads. What it has read is out of date from now on.
    pub fn hold(&self) {
        let mut reader = self.lock();
        reader.held = true;
        reader.round.0 += 1;
        while reader.reading {
            reader = self.shared.1.wait(reader).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Lets the reader read again.
    pub fn release(&self) {
        self.lock().held = false;
        self.shared.1.notify_all();
    }

    /// Whether the reader has not been held since this round.
    pub fn is_current(&self, round: Round) -> bool {
        self.lock().round == round
    }

    fn begin(&self) -> Round {
        let mut reader = self.lock();
        while reader.held {
            reader = self.shared.1.wait(reader).unwrap_or_else(PoisonError::into_inner);
        }
        reader.reading = true;
        reader.round
    }

    fn end(&self) {
        self.lock().reading = false;
        self.shared.1.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Reader> {
        self.shared.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_before_another_program_had_the_terminal_is_out_of_date() {
        let turn = Turn::default();
        let round = turn.begin();
        turn.end();
        assert!(turn.is_current(round));
        turn.hold();
        assert!(!turn.is_current(round));
        // Also when that program has ended before anybody looked at what was read.
        turn.release();
        assert!(!turn.is_current(round) && turn.is_current(turn.begin()));
    }
}
