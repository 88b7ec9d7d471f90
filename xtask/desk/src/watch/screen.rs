//! The terminal while it is ours: raw mode and a screen of our own, given back as it was whatever ends the watch.

use std::io::{self, IsTerminal, Stdout};
use std::mem;

use ratatui::crossterm::cursor::Show;
use ratatui::crossterm::execute;
use ratatui::crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use ratatui::prelude::CrosstermBackend;
use ratatui::{Frame, Terminal};

/// The screen. Given back when it is dropped.
pub struct Screen {
    /// Nothing while it is lent.
    terminal: Option<Terminal<CrosstermBackend<Stdout>>>,
}

/// What keeps us from a full screen, if anything does, for a person.
pub fn obstacle() -> Option<&'static str> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Some("watch needs a terminal for its full screen; without one, `cargo xtask grade` grades once");
    }
    let dumb = std::env::var_os("TERM").is_some_and(|name| name == "dumb");
    dumb.then_some("this terminal (TERM=dumb) cannot show a full screen; in it, `cargo xtask grade` grades once")
}

impl Screen {
    /// Takes the terminal.
    ///
    /// # Errors
    /// If it cannot be had; it is then as it was.
    pub fn take() -> io::Result<Self> {
        take().map(|terminal| Self { terminal: Some(terminal) })
    }

    /// Draws what has changed; nothing while the terminal is lent.
    ///
    /// # Errors
    /// If the terminal has gone.
    pub fn draw(&mut self, draw: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        match &mut self.terminal {
            Some(terminal) => terminal.draw(draw).map(drop),
            None => Ok(()),
        }
    }

    /// Leaves the terminal to another program, as it was, until it is taken again.
    pub fn lend(&mut self) {
        if let Some(mut terminal) = self.terminal.take() {
            // At its own end it would complain of a terminal that has gone, and panic where standard error has gone with it.
            if terminal.show_cursor().is_err() {
                mem::forget(terminal);
            }
            give_back();
        }
    }

    /// Takes the terminal again. What another program left there is wiped.
    ///
    /// # Errors
    /// If the terminal has gone.
    pub fn take_again(&mut self) -> io::Result<()> {
        // A new one, which draws all. (To clear the old one would ask the terminal for its cursor's place.)
        self.terminal = Some(take()?);
        Ok(())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.lend();
    }
}

fn take() -> io::Result<Terminal<CrosstermBackend<Stdout>>> {
    enable_raw_mode()?;
    execute!(io::stdout(), EnterAlternateScreen, Clear(ClearType::All))
        .and_then(|()| Terminal::new(CrosstermBackend::new(io::stdout())))
        .inspect_err(|_| give_back())
}

fn give_back() {
    // A terminal that has gone needs nothing back.
    let _ = execute!(io::stdout(), LeaveAlternateScreen, Show);
    let _ = disable_raw_mode();
}
