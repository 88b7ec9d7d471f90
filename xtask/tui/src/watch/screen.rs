//! The terminal while the watch has it: in raw mode and with a screen of its own, and given back as it was however the
//! watch ends.

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

use super::input::{Round, Turn, discard_typed_ahead, drain};

/// The screen, which is given back when it is dropped.
pub struct Screen {
    /// Never dropped: it would report a terminal that is gone, and panic if standard error is gone, too.
    terminal: ManuallyDrop<Terminal<CrosstermBackend<Stdout>>>,
    area: Rect,
    holder: Holder,
    mouse: MouseUser,
    /// Whoever has the screen reads what is typed.
    turn: Turn,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holder {
    Watch,
    OtherProgram,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MouseUser {
    /// The terminal, which selects text with it.
    Terminal,
    Watch,
}

/// Why there can be no full screen, for a person; none if there can.
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
    /// Takes the terminal. `turn` lets the reader read what is typed, except while the screen is lent.
    ///
    /// # Errors
    /// If the terminal cannot be taken; it is then as it was.
    pub fn take(turn: Turn) -> io::Result<Self> {
        take()?;
        discard_typed_ahead();
        let area = size();
        let terminal = Terminal::with_options(
            CrosstermBackend::new(io::stdout()),
            TerminalOptions { viewport: Viewport::Fixed(area) },
        );
        let terminal = ManuallyDrop::new(terminal.inspect_err(|_| give_back())?);
        Ok(Self { terminal, area, holder: Holder::Watch, mouse: MouseUser::Terminal, turn })
    }

    /// Draws what has changed, or everything if the terminal has another size. Does nothing while the screen is lent.
    ///
    /// # Errors
    /// If the terminal is gone.
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
    /// If the terminal is gone.
    pub fn follow_mouse(&mut self, follow: bool) -> io::Result<()> {
        let wanted = if follow { MouseUser::Watch } else { MouseUser::Terminal };
        if self.is_lent() || self.mouse == wanted {
            return Ok(());
        }
        self.mouse = wanted;
        match wanted {
            MouseUser::Watch => execute!(io::stdout(), EnableMouseCapture),
            MouseUser::Terminal => execute!(io::stdout(), DisableMouseCapture),
        }
    }

    /// Whether what was typed in this round was meant for the watch, and for what it shows.
    pub fn is_typed_for(&self, round: Round) -> bool {
        self.turn.is_current(round)
    }

    fn is_lent(&self) -> bool {
        self.holder == Holder::OtherProgram
    }

    /// Leaves the terminal to another program, as it was, until it is taken again. What has been typed so far was meant
    /// for the watch, so the other program does not get it.
    pub fn lend(&mut self) {
        if self.holder == Holder::Watch {
            self.holder = Holder::OtherProgram;
            self.mouse = MouseUser::Terminal;
            // A read from a terminal that is gone may never return.
            if self.terminal.show_cursor().is_ok() {
                self.turn.hold();
                drain();
            }
            give_back();
        }
    }

    /// Takes the terminal again, even if it was not lent and another program has used it. Wipes what that program left.
    ///
    /// # Errors
    /// If the terminal is gone.
    pub fn take_again(&mut self) -> io::Result<()> {
        // The library does not enter raw mode twice, but the other program may have left it.
        disable_raw_mode()?;
        take()?;
        self.holder = Holder::Watch;
        self.wipe()?;
        self.turn.release();
        Ok(())
    }

    /// Clears the screen, so that everything is drawn again.
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
    // If the terminal is gone, there is nothing to give back.
    let _ = leave(&mut io::stdout());
    let _ = disable_raw_mode();
}

fn leave(terminal: &mut impl Write) -> io::Result<()> {
    // An old Windows console does not know bracketed paste.
    let _ = execute!(terminal, DisableBracketedPaste, DisableMouseCapture);
    // In a terminal without an alternate screen, such as GNU screen, the last picture would stay.
    execute!(terminal, Clear(ClearType::All), MoveTo(0, 0), LeaveAlternateScreen, Show)
}

fn take() -> io::Result<()> {
    enable_raw_mode()?;
    execute!(io::stdout(), EnterAlternateScreen, Clear(ClearType::All)).inspect_err(|_| give_back())?;
    // An old Windows console does not know bracketed paste.
    let _ = execute!(io::stdout(), EnableBracketedPaste);
    Ok(())
}

/// The terminal's size, or 80 × 24 if it does not know its size, as on a serial line.
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
