//! Asks a person on the terminal. If nobody can answer, the command fails and says how to call it from a script.

use std::io::{self, IsTerminal, Write};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use grader::cli::layout;
use grader::{Error, Interrupt, Result};

/// Whether a person agrees: only `y` or `yes` counts.
///
/// # Errors
/// Those of [`answer`].
pub fn agreed(question: &str, otherwise: &str, interrupt: &Interrupt) -> Result<bool> {
    Ok(matches!(answer(&format!("{question} [y/N]"), otherwise, interrupt)?.as_str(), "y" | "yes"))
}

/// What a person answers, in lower case. `otherwise` says what to do if nobody can be asked.
///
/// # Errors
/// If standard input is not a terminal, or Ctrl-C comes instead of an answer.
pub fn answer(question: &str, otherwise: &str, interrupt: &Interrupt) -> Result<String> {
    if !io::stdin().is_terminal() {
        return Err(Error::Program(otherwise.to_owned()));
    }
    // On standard error, so that it is visible even if standard output goes to a file.
    let mut stderr = io::stderr().lock();
    write!(stderr, "{} ", layout().paragraph("", question).trim_end())?;
    stderr.flush()?;
    drop(stderr);

    // Read on a separate thread: if Ctrl-C is handled here, it no longer ends this program, and a read does not notice
    // it.
    let (sender, typed) = mpsc::channel();
    thread::spawn(move || {
        let mut line = String::new();
        // After an interrupt nobody receives it.
        let _ = sender.send(io::stdin().read_line(&mut line).map(|_| line));
    });
    loop {
        match typed.recv_timeout(Duration::from_millis(50)) {
            Ok(line) => {
                let line = line?;
                // The end of the input leaves the cursor on the line.
                if !line.ends_with('\n') {
                    writeln!(io::stderr())?;
                }
                return Ok(line.trim().to_lowercase());
            }
            Err(RecvTimeoutError::Timeout) if !interrupt.is_raised() => {}
            Err(_) => {
                writeln!(io::stderr())?;
                return Err(Error::Interrupted);
            }
        }
    }
}
