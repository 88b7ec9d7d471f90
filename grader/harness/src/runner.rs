//! Runs the cases of an exercise, catches the panics of each, and prints or records what they answer.

use std::any::Any;
use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Write};
#[cfg(unix)]
use std::os::fd::AsFd;
#[cfg(windows)]
use std::os::windows::io::AsHandle;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crate::protocol::{self, Message, Panic, TrialOutcome};
use crate::{Table, Trial};

/// One thing that is graded in an exercise: a name, and the code that calls the student's function on a trial.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    name: &'static str,
    run: fn(&Trial, &mut Table),
}

/// A case of this name.
pub const fn case(name: &'static str, run: fn(&Trial, &mut Table)) -> Case {
    Case { name, run }
}

/// The `main` of a `cases.rs`: runs the cases and trials that the command line names (all cases on the lesson's data if
/// it names none), prints their tables, and records them for the grader when it is the grader that asks.
pub fn main(cases: &[Case]) -> ExitCode {
    // The same stack on every system, so that one student's recursion does not pass here and overflow there.
    const STACK: usize = 8 << 20;

    let recorded = thread::scope(|scope| {
        match thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || run(cases)) {
            Ok(thread) => thread.join().unwrap_or_else(|_| Err(io::Error::other("the answers could not be recorded"))),
            // The system has no thread to give: its own stack must do.
            Err(_) => run(cases),
        }
    });
    recorded.unwrap_or_else(|error| {
        // A reader that has seen enough (`| head`) is no error.
        if error.kind() == io::ErrorKind::BrokenPipe {
            return ExitCode::SUCCESS;
        }
        eprintln!("{error}");
        ExitCode::from(2)
    })
}

fn run(cases: &[Case]) -> io::Result<ExitCode> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let mut trials: Vec<Trial> = words.iter().filter_map(|word| word.parse().ok()).collect();
    if trials.is_empty() {
        trials.push(Trial::Lesson);
    }
    let output = Arc::new(Output::open()?);
    if words.iter().any(|word| word == "--help" || word == "-h") {
        let program = std::env::current_exe()?;
        let program = program.file_stem().unwrap_or_default().display().to_string();
        io::stdout().lock().write_all(help(&program, cases).as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }

    let names: Vec<&String> = words.iter().filter(|word| word.parse::<Trial>().is_err()).collect();
    let mut chosen: Vec<&Case> = Vec::new();
    for name in &names {
        let Some(case) = cases.iter().find(|case| case.name == name.as_str()) else {
            output.no_such_case(name, cases)?;
            return Ok(ExitCode::from(2));
        };
        chosen.push(case);
    }
    if names.is_empty() {
        chosen = cases.iter().collect();
    }

    let folder = std::env::current_dir();
    for case in chosen {
        // Whatever the code of the case before has set.
        let _ = folder.as_ref().map(std::env::set_current_dir);
        for trial in &trials {
            let running =
                Arc::new(Running { case: *case, trial: *trial, began: Instant::now(), output: Arc::clone(&output) });
            running.end(outcome_of(&running))?;
        }
        output.separate()?;
    }
    output.done()?;
    Ok(ExitCode::SUCCESS)
}

/// Which cases and trials the command line may name.
fn help(program: &str, cases: &[Case]) -> String {
    let cases: String = cases.iter().map(|case| format!("  {}\n", case.name)).collect();
    let graded = Trial::GRADED.map(|trial| trial.to_string()).join(" ");
    format!(
        "cargo run -p {program} -- [CASE…] [TRIAL…]\n\nPrints your answers as tables. Without a case: all cases. Without a \
         trial: the lesson's data.\n\nCases:\n{cases}\nTrials: {graded}, and any other fresh-N, which is not graded\n"
    )
}

/// A case on a trial, at work.
struct Running {
    case: Case,
    trial: Trial,
    began: Instant,
    output: Arc<Output>,
}

impl Running {
    /// Tells what became of it.
    fn end(&self, outcome: TrialOutcome) -> io::Result<()> {
        self.output.ended(&self.case, &self.trial, outcome, self.began.elapsed())
    }
}

/// Runs one case on one trial and says what became of it.
fn outcome_of(running: &Arc<Running>) -> TrialOutcome {
    let mut table = Table::default();
    PANICS.take();
    catch_panics_quietly(running);
    match panic::catch_unwind(AssertUnwindSafe(|| (running.case.run)(&running.trial, &mut table))) {
        Ok(()) => TrialOutcome::Answered(table),
        Err(payload) => {
            let panic = PANICS.take().pop().unwrap_or_else(|| Panic {
                message: message_of(&*payload),
                file: String::new(),
                line: 0,
            });
            // It may be of a type that panics when it is dropped.
            std::mem::forget(payload);
            // The text with which `todo!()` begins its panic.
            if panic.message.starts_with("not yet implemented") {
                TrialOutcome::NotStarted(panic)
            } else {
                TrialOutcome::Panicked(panic)
            }
        }
    }
}

thread_local! {
    /// The last panics of the trial at work: two at most, the later one last.
    static PANICS: RefCell<Vec<Panic>> = const { RefCell::new(Vec::new()) };
}

/// Keeps the messages and places of panics on this thread for [`outcome_of`]; other threads' panics print as usual.
fn catch_panics_quietly(running: &Arc<Running>) {
    let cases = thread::current().id();
    // The first `take` gives back what a case may have set; the second is the usual one of the standard library.
    drop(panic::take_hook());
    let usual = panic::take_hook();
    let running = Arc::clone(running);
    panic::set_hook(Box::new(move |info: &PanicHookInfo<'_>| {
        if thread::current().id() != cases {
            return usual(info);
        }
        let (file, line) = info.location().map_or((String::new(), 0), |at| (at.file().to_owned(), at.line()));
        let panic = Panic { message: message_of(info.payload()), file, line };
        if let Some(panic) = last_words(&panic) {
            // Now or never: the runtime aborts the program next.
            let _ = running.end(TrialOutcome::Panicked(panic));
        }
        PANICS.with_borrow_mut(|panics| {
            panics.drain(..panics.len().saturating_sub(1));
            panics.push(panic);
        });
    }));
}

/// What is to be told of a panic that the code does not come back from; nothing of any other. The runtime does not say which
/// ones these are but by how their messages begin.
fn last_words(panic: &Panic) -> Option<Panic> {
    const OF_ITS_OWN: [&str; 3] =
        ["unsafe precondition(s) violated", "misaligned pointer dereference", "null pointer dereference"];
    let begins = |with: &str| panic.message.starts_with(with);
    let before = PANICS.with_borrow(Vec::clone);
    if begins("panic in a destructor during cleanup") {
        let (last, first) = (before.last()?, before.first()?);
        let message = format!("{} (in a destructor, while it panicked already: {})", last.message, first.message);
        Some(Panic { message, ..last.clone() })
    } else if begins("panic in a function that cannot unwind") {
        let last = before.last()?;
        Some(Panic { message: format!("{} (in a function that no panic may leave)", last.message), ..last.clone() })
    } else {
        OF_ITS_OWN.into_iter().any(begins).then(|| panic.clone())
    }
}

/// As much of what a panic says as anybody would read.
fn message_of(payload: &(dyn Any + Send)) -> String {
    const MOST: usize = 10_000;
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("a panic without a message").chars().take(MOST).collect()
}

/// Where the answers go: to a person's terminal, or down the grader's pipe.
enum Output {
    Terminal,
    Grader(File),
}

impl Output {
    fn open() -> io::Result<Self> {
        if std::env::var_os(protocol::GRADED).is_none() {
            return Ok(Output::Terminal);
        }
        #[cfg(unix)]
        let pipe = io::stdin().as_fd().try_clone_to_owned()?;
        #[cfg(windows)]
        let pipe = io::stdin().as_handle().try_clone_to_owned()?;
        Ok(Output::Grader(pipe.into()))
    }

    fn ended(&self, case: &Case, trial: &Trial, outcome: TrialOutcome, took: Duration) -> io::Result<()> {
        match self {
            Output::Grader(_) => {
                self.send(&Message::Ended { case: case.name.to_owned(), trial: *trial, outcome, took })
            }
            Output::Terminal => {
                let mut out = io::stdout().lock();
                writeln!(out, "{} ({trial})", case.name)?;
                match outcome {
                    TrialOutcome::Answered(table) => writeln!(out, "{table}"),
                    TrialOutcome::NotStarted(panic) | TrialOutcome::Panicked(panic) => {
                        writeln!(out, "  {} at {}:{}\n", panic.message, panic.file, panic.line)
                    }
                }
            }
        }
    }

    fn no_such_case(&self, name: &str, cases: &[Case]) -> io::Result<()> {
        match self {
            Output::Grader(_) => self.send(&Message::NoSuchCase { case: name.to_owned() }),
            Output::Terminal => {
                let known: Vec<&str> = cases.iter().map(|case| case.name).collect();
                eprintln!("no case is called `{name}`; the cases are: {}", known.join(", "));
                Ok(())
            }
        }
    }

    /// Tells the prints of a case apart from those of the next one.
    fn separate(&self) -> io::Result<()> {
        let (Output::Grader(_), Ok(separator)) = (self, std::env::var(protocol::SEPARATOR)) else { return Ok(()) };
        let mut out = io::stdout().lock();
        out.write_all(separator.as_bytes())?;
        out.flush()
    }

    fn done(&self) -> io::Result<()> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_names_the_cases_and_the_trials() {
        let help = help("loss", &[case("price-of-a-house", |_, _| ()), case("loss-by-weight", |_, _| ())]);
        assert_eq!(
            help,
            "\
cargo run -p loss -- [CASE…] [TRIAL…]

Prints your answers as tables. Without a case: all cases. Without a trial: the lesson's data.

Cases:
  price-of-a-house
  loss-by-weight

Trials: lesson fresh-1 fresh-2, and any other fresh-N, which is not graded
"
        );
    }
}
