//! The terminal while it is ours: raw mode and a screen of our own, given back as it was however the watch ends.

use std::io::{self, IsTerminal, Stdout, Write};
use std::mem::ManuallyDrop;

use ratatui::crossterm::cursor::{MoveTo, Show};
use ratatui::crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture};
use ratatui::crossterm::execute;
use ratatui::crossterm::terminal::{
    self, Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use ratatui::layout::Rect;
use ratatui::prelude::CrosstermBackend;
use ratatui::{Frame, Terminal, TerminalOptions, Viewport};

use grader::report::obeys_escapes;

use super::input::{Turn, drain};

/// The screen. Given back when it is dropped.
pub struct Screen {
    /// At its own end it would complain of a terminal that has gone, and panic where standard error has gone with it.
    terminal: ManuallyDrop<Terminal<CrosstermBackend<Stdout>>>,
    area: Rect,
    whose: Whose,
    mouse: Mouse,
    /// Who has the screen reads what is typed.
    turn: Turn,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    Ours,
    Lent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mouse {
    /// The terminal's, which selects text with it.
    Terminals,
    Ours,
}

/// What keeps us from a full screen, if anything does, for a person.
pub fn obstacle() -> Option<String> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Some(
            "watch needs a terminal for its full screen; without one, `cargo xtask grade` grades once".to_owned(),
        );
    }
    (!obeys_escapes()).then(|| {
        let name = std::env::var("TERM").ok().filter(|name| !name.is_empty());
        let name = name.map_or("TERM is not set".to_owned(), |name| format!("TERM={name}"));
        format!("this terminal ({name}) cannot show a full screen; in it, `cargo xtask grade` grades once")
    })
}

impl Screen {
    /// Takes the terminal. Until the screen is lent, the reader whose turn this is may read what is typed.
    ///
    /// # Errors
    /// If it cannot be had; it is then as it was.
    pub fn take(turn: Turn) -> io::Result<Self> {
        take()?;
        let area = size();
        let terminal = Terminal::with_options(
            CrosstermBackend::new(io::stdout()),
            TerminalOptions { viewport: Viewport::Fixed(area) },
        );
        let terminal = ManuallyDrop::new(terminal.inspect_err(|_| give_back())?);
        Ok(Self { terminal, area, whose: Whose::Ours, mouse: Mouse::Terminals, turn })
    }

    /// Draws what has changed, and all of it where the terminal has another size; nothing while it is lent.
    ///
    /// # Errors
    /// If the terminal has gone.
    pub fn draw(&mut self, draw: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        if self.is_lent() {
            return Ok(());
        }
        if size() != self.area {
            self.wipe()?;
        }
        self.terminal.draw(draw).map(drop)
    }

    /// Takes the mouse or gives it back.
    ///
    /// # Errors
    /// If the terminal has gone.
    pub fn follow_mouse(&mut self, follow: bool) -> io::Result<()> {
        let wanted = if follow { Mouse::Ours } else { Mouse::Terminals };
        if self.is_lent() || self.mouse == wanted {
            return Ok(());
        }
        self.mouse = wanted;
        match wanted {
            Mouse::Ours => execute!(io::stdout(), EnableMouseCapture),
            Mouse::Terminals => execute!(io::stdout(), DisableMouseCapture),
        }
    }

    /// Whether another program has the terminal.
    pub fn is_lent(&self) -> bool {
        self.whose == Whose::Lent
    }

    /// Leaves the terminal to another program, as it was, until it is taken again. What has been typed by then was meant
    /// for us, so the other does not get it.
    pub fn lend(&mut self) {
        if self.whose == Whose::Ours {
            self.whose = Whose::Lent;
            self.mouse = Mouse::Terminals;
            // Who reads from a terminal that has gone may not come back.
            if self.terminal.show_cursor().is_ok() {
                self.turn.hold();
                drain();
            }
            give_back();
        }
    }

    /// Takes the terminal again, also where it was ours and another program has used it all the same. What that one left
    /// there is wiped.
    ///
    /// # Errors
    /// If the terminal has gone.
    pub fn take_again(&mut self) -> io::Result<()> {
        // Raw mode is not entered twice, and the other program may have left it.
        disable_raw_mode()?;
        take()?;
        self.whose = Whose::Ours;
        self.wipe()?;
        self.turn.release();
        Ok(())
    }

    /// Lets the next drawing begin with nothing.
    fn wipe(&mut self) -> io::Result<()> {
        execute!(io::stdout(), Clear(ClearType::All))?;
        self.area = size();
        self.terminal.resize(self.area)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.lend();
    }
}

/// Gives the terminal back as it was.
pub fn give_back() {
    // A terminal that has gone needs nothing back.
    let _ = leave(&mut io::stdout());
    let _ = disable_raw_mode();
}

fn leave(terminal: &mut impl Write) -> io::Result<()> {
    // An old console of Windows knows of no pastes.
    let _ = execute!(terminal, DisableBracketedPaste, DisableMouseCapture);
    // Where there is no screen of our own, as in GNU screen, the last picture would stay.
    execute!(terminal, Clear(ClearType::All), MoveTo(0, 0), LeaveAlternateScreen, Show)
}

fn take() -> io::Result<()> {
    enable_raw_mode()?;
    execute!(io::stdout(), EnterAlternateScreen, Clear(ClearType::All)).inspect_err(|_| give_back())?;
    // An old console of Windows knows of no pastes.
    let _ = execute!(io::stdout(), EnableBracketedPaste);
    Ok(())
}

/// The terminal's size; where it does not know it, as on a serial line, that of the first ones.
fn size() -> Rect {
    const USUAL: (u16, u16) = (80, 24);
    let (width, height) = terminal::size().unwrap_or(USUAL);
    let known = |size: u16, usual: u16| if size == 0 { usual } else { size };
    Rect::new(0, 0, known(width, USUAL.0), known(height, USUAL.1))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn nothing_stays_on_a_terminal_that_has_one_screen_for_all() {
        let mut parser = vt100::Parser::default();
        parser.process(b"a picture\r\nand its last line");
        let mut bytes = Vec::new();
        leave(&mut bytes).unwrap();
        let bytes = String::from_utf8(bytes).unwrap();
        let other_screen = "\x1b[?1049l";
        assert!(bytes.contains(other_screen), "{bytes:?}");
        parser.process(bytes.replace(other_screen, "").as_bytes());
        assert_eq!((parser.screen().contents(), parser.screen().cursor_position()), (String::new(), (0, 0)));
    }
}
