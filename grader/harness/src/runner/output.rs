//! What a program of an exercise gives out.

use std::fs::File;
use std::io::{self, BufRead, Write};
#[cfg(unix)]
use std::os::fd::AsFd;
#[cfg(windows)]
use std::os::windows::io::AsHandle;

use super::{Refused, Running};
use crate::DataError;
use crate::controls::{Control, DATA, OWN, Value};
use crate::protocol::{self, Call, Message, TrialOutcome};

/// Where the answers go: to a person's terminal, or down the grader's pipe.
pub(super) enum Output {
    Terminal,
    Grader(File),
}

impl Output {
    pub(super) fn open() -> io::Result<Self> {
        if std::env::var_os(protocol::GRADED).is_none() {
            return Ok(Output::Terminal);
        }
        #[cfg(unix)]
        let pipe = io::stdin().as_fd().try_clone_to_owned()?;
        #[cfg(windows)]
        let pipe = io::stdin().as_handle().try_clone_to_owned()?;
        Ok(Output::Grader(pipe.into()))
    }

    /// Whether the grader has started this program ahead.
    pub(super) fn is_ahead(&self) -> bool {
        matches!(self, Output::Grader(_)) && std::env::var_os(protocol::AHEAD).is_some()
    }

    /// Waits for the grader's call; none if the grader has gone.
    pub(super) fn call() -> io::Result<Option<Call>> {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line)?;
        Ok(if line.is_empty() { None } else { Some(serde_json::from_str(&line)?) })
    }

    pub(super) fn ended(&self, running: &Running, outcome: TrialOutcome, drawn: &[Control]) -> io::Result<()> {
        let Running { part, trial, began, .. } = running;
        match self {
            Output::Grader(_) => {
                let (case, took) = (part.name.to_owned(), began.elapsed());
                self.send(&Message::Ended { case, trial: *trial, outcome, took })
            }
            Output::Terminal => {
                let mut out = io::stdout().lock();
                let is_own = drawn.iter().any(|data| data.name == DATA && data.value == Value::Word(OWN.to_owned()));
                let data = if is_own { "your own data".to_owned() } else { trial.to_string() };
                writeln!(out, "{} ({data})", part.name)?;
                let values = drawn.iter().filter(|control| control.name != DATA);
                let values: Vec<String> = values.map(|own| format!("{} = {}", own.name, own.value)).collect();
                if !values.is_empty() {
                    writeln!(out, "{}", values.join("; "))?;
                }
                match outcome {
                    TrialOutcome::Answered(table) => writeln!(out, "{table}"),
                    TrialOutcome::NotStarted(panic) | TrialOutcome::Panicked(panic) => {
                        writeln!(out, "  {} at {}:{}\n", panic.message, panic.file, panic.line)
                    }
                }
            }
        }
    }

    /// A person hears if a file is too long for all of its rows to be used; the grader has read the file itself.
    pub(super) fn note(&self, note: &str) -> io::Result<()> {
        match self {
            Output::Grader(_) => Ok(()),
            Output::Terminal => writeln!(io::stdout().lock(), "{note}"),
        }
    }

    /// A person sees what was drawn with the table.
    pub(super) fn drew(&self, control: &Control) -> io::Result<()> {
        match self {
            Output::Grader(_) => self.send(&Message::Drew(control.clone())),
            Output::Terminal => Ok(()),
        }
    }

    pub(super) fn refused(&self, refused: &Refused) -> io::Result<()> {
        match (self, refused) {
            (Output::Grader(_), Refused::NoSuchPart { name, .. }) => {
                self.send(&Message::NoSuchCase { case: name.clone() })
            }
            (Output::Grader(_), Refused::Given(sentence)) => self.send(&Message::Refused(sentence.clone())),
            (Output::Terminal, Refused::NoSuchPart { name, known }) => {
                eprintln!("no case or experiment is called `{name}`; {known}");
                Ok(())
            }
            (Output::Terminal, Refused::Given(sentence)) => {
                eprintln!("{sentence}");
                Ok(())
            }
        }
    }

    pub(super) fn broken_data(&self, error: DataError) -> io::Result<()> {
        match self {
            Output::Grader(_) => self.send(&Message::BrokenData(error)),
            Output::Terminal => {
                eprintln!("the course's data cannot be read: {error}");
                Ok(())
            }
        }
    }

    /// Tells the prints of a case apart from those of the next one.
    pub(super) fn separate(&self) -> io::Result<()> {
        let (Output::Grader(_), Ok(separator)) = (self, std::env::var(protocol::SEPARATOR)) else { return Ok(()) };
        let mut out = io::stdout().lock();
        out.write_all(separator.as_bytes())?;
        out.flush()
    }

    pub(super) fn done(&self) -> io::Result<()> {
        match self {
            Output::Grader(_) => self.send(&Message::Done),
            Output::Terminal => Ok(()),
        }
    }

    /// One line in one write, so that a program that ends in the middle leaves whole lines only.
    fn send(&self, message: &Message) -> io::Result<()> {
        let Output::Grader(file) = self else { return Ok(()) };
        let mut file: &File = file;
        let mut line = serde_json::to_vec(message)?;
        line.push(b'\n');
        file.write_all(&line)
    }
}
