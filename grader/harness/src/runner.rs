//! Runs the cases and experiments of an exercise, catches the panics of each, and prints or records what they answer.

mod output;

use std::any::Any;
use std::backtrace::Backtrace;
use std::cell::RefCell;
use std::io::{self, Write};
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use self::output::Output;
use crate::controls::{self, Control, DATA, Domain, Refusal, Values};
use crate::protocol::{self, Call, Given, Panic, Spare, TrialOutcome};
use crate::{DataError, OwnData, Table, Trial, drawn};

/// A part of an exercise's program: a name, and the code that calls the student's functions on a trial.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    name: &'static str,
    kind: Kind,
    run: fn(&Trial, &mut Table),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Case,
    Experiment,
}

/// A case of this name: its answers are graded.
pub const fn case(name: &'static str, run: fn(&Trial, &mut Table)) -> Part {
    Part { name, kind: Kind::Case, run }
}

/// An experiment of this name: it is not graded, and what it draws from the trial are [`controls`](crate::controls).
pub const fn experiment(name: &'static str, run: fn(&Trial, &mut Table)) -> Part {
    Part { name, kind: Kind::Experiment, run }
}

/// The `main` of a `cases.rs`: runs the cases, experiments and trials that the command line names (all cases on the
/// lesson's data if it names none), prints their tables, and records them for the grader when it is the grader that
/// asks.
pub fn main(parts: &[Part]) -> ExitCode {
    // The same stack on every system, so that one student's recursion does not pass here and overflow there.
    const STACK: usize = 8 << 20;

    let recorded = thread::scope(|scope| {
        match thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || run(parts)) {
            Ok(thread) => thread.join().unwrap_or_else(|_| Err(io::Error::other("the answers could not be recorded"))),
            // The system has no thread to give: its own stack must do.
            Err(_) => run(parts),
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

fn run(parts: &[Part]) -> io::Result<ExitCode> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.iter().any(|word| word == "--help" || word == "-h") {
        let program = std::env::current_exe()?;
        let program = program.file_stem().unwrap_or_default().display().to_string();
        let text = help(&program, parts, controls_of);
        io::stdout().lock().write_all(text.as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    let output = Arc::new(Output::open()?);
    let (words, given) = match output.is_ahead() {
        false => (words, given_by_grader()),
        true => match Output::call()? {
            Some(Call { experiment, given }) => (vec![experiment], Some(given)),
            None => return Ok(ExitCode::SUCCESS),
        },
    };
    let request = match Request::of(&words, parts, given) {
        Ok(request) => request,
        Err(refused) => return output.refused(&refused).map(|()| ExitCode::from(2)),
    };

    let folder = std::env::current_dir();
    for part in request.parts {
        // Whatever the code of the case before has set.
        let _ = folder.as_ref().map(std::env::set_current_dir);
        for trial in &request.trials {
            let ran = match part.kind {
                Kind::Case => {
                    let running = Running::new(part, *trial, &output);
                    outcome_of(&running).and_then(|outcome| running.end(outcome))
                }
                Kind::Experiment => run_experiment(part, *trial, &request.given, &output),
            };
            match ran {
                Ok(()) => {}
                Err(Stop::Refused(refused)) => {
                    return output.refused(&Refused::Given(refused)).map(|()| ExitCode::from(2));
                }
                Err(Stop::BrokenData(error)) => return output.broken_data(error).map(|()| ExitCode::from(2)),
                Err(Stop::Io(error)) => return Err(error),
            }
        }
        output.separate()?;
    }
    output.done()?;
    Ok(ExitCode::SUCCESS)
}

/// What the grader gives to an experiment, if it is the grader that asks.
fn given_by_grader() -> Option<Given> {
    serde_json::from_str(&std::env::var(protocol::GIVEN).ok()?).ok()
}

/// Runs an experiment with what is given to it.
fn run_experiment(part: &Part, trial: Trial, given: &Given, output: &Arc<Output>) -> Result<(), Stop> {
    let on = given.values.get(DATA).and_then(|on| on.parse().ok()).unwrap_or(trial);
    let running = Running::new(part, on, output);
    let listener = {
        let output = Arc::clone(output);
        move |control: &Control| drop(output.drew(control))
    };
    let own = given.data.as_deref().map(own_data).transpose().map_err(Stop::Refused)?;
    let has_own = own.is_some();
    let note = own.as_ref().and_then(OwnData::note);
    controls::begin(given.values.clone(), own, Box::new(listener));
    let outcome = outcome_of(&running);
    let drawn = controls::end();
    let outcome = outcome?;
    let spare = controls::without_control(&given.values, &drawn).filter(|_| given.spare == Spare::Refused);
    match (&outcome, spare) {
        (_, None) => {}
        (TrialOutcome::Answered(_), Some(sentence)) => return Err(Stop::Refused(sentence)),
        (_, Some(sentence)) => output.note(&controls::so_far(&sentence))?,
    }
    if has_own && given.spare == Spare::Refused && !drawn.iter().any(|control| control.name == DATA) {
        return Err(Stop::Refused("this experiment uses no data, so that a file changes nothing".to_owned()));
    }
    if let Some(note) = note {
        output.note(&note)?;
    }
    running.end_with(outcome, &drawn)
}

/// Reads a file of the student's own data.
fn own_data(path: &Path) -> Result<OwnData, String> {
    let file = std::fs::read(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    OwnData::read(&file).map_err(|message| format!("{}: {message}", path.display()))
}

/// What a command line asks for.
struct Request<'a> {
    parts: Vec<&'a Part>,
    trials: Vec<Trial>,
    given: Given,
}

/// Why a command line asks for nothing that could be run.
enum Refused {
    NoSuchPart { name: String, known: String },
    Given(String),
}

impl<'a> Request<'a> {
    /// `by_grader` is what the grader gives to an experiment.
    fn of(words: &[String], parts: &'a [Part], by_grader: Option<Given>) -> Result<Self, Refused> {
        let (mut chosen, mut trials) = (Vec::new(), Vec::new());
        let mut given = Given::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            if word == "--data" {
                let file = words.next().ok_or_else(|| Refused::Given("`--data` needs a file".to_owned()))?;
                given.data = Some(PathBuf::from(file));
            } else if let Ok(trial) = word.parse() {
                trials.push(trial);
            } else if let Some(part) = parts.iter().find(|part| part.name == word) {
                chosen.push(part);
            } else if let Some((name, value)) = word.split_once('=') {
                given.values.insert(name.trim().to_owned(), value.trim().to_owned());
            } else {
                return Err(Refused::NoSuchPart { name: word.clone(), known: all_names(parts) });
            }
        }
        if chosen.is_empty() {
            chosen = parts.iter().filter(|part| part.kind == Kind::Case).collect();
        }
        // Nothing in the environment reaches a case.
        if chosen.iter().any(|part| part.kind == Kind::Experiment)
            && let Some(by_grader) = by_grader
        {
            given = by_grader;
        }
        let of_experiment = given.values.keys().next().map(String::as_str).or(given.data.as_ref().map(|_| "--data"));
        if let Some(name) = of_experiment
            && chosen.iter().all(|part| part.kind == Kind::Case)
        {
            let experiments = names(parts, Kind::Experiment).join(", ");
            let sentence = match experiments.as_str() {
                "" => format!("`{name}` has no experiment to go to: this step has none"),
                _ => format!("`{name}` needs an experiment to go to; the experiments are: {experiments}"),
            };
            return Err(Refused::Given(sentence));
        }
        if trials.is_empty() {
            trials.push(Trial::Lesson);
        }
        Ok(Self { parts: chosen, trials, given })
    }
}

fn names(parts: &[Part], kind: Kind) -> Vec<&'static str> {
    parts.iter().filter(|part| part.kind == kind).map(|part| part.name).collect()
}

/// What a command line can name.
fn all_names(parts: &[Part]) -> String {
    let cases = format!("the cases are: {}", names(parts, Kind::Case).join(", "));
    match &names(parts, Kind::Experiment)[..] {
        [] => cases,
        experiments => format!("{cases}; the experiments are: {}", experiments.join(", ")),
    }
}

/// Which cases, experiments and trials the command line may name. `controls` finds out what an experiment draws.
fn help(program: &str, parts: &[Part], controls: impl Fn(&Part) -> Vec<Control>) -> String {
    let cases: String = names(parts, Kind::Case).iter().map(|name| format!("  {name}\n")).collect();
    let graded = Trial::GRADED.map(|trial| trial.to_string()).join(" ");
    let mut text = format!(
        "cargo run -p {program} -- [CASE…] [TRIAL…]\n\nPrints your answers as tables. Without a case: all cases. Without a \
         trial: the lesson's data.\n\nCases:\n{cases}\nTrials: {graded}, and any other fresh-N, which is not graded\n"
    );
    let experiments: Vec<&Part> = parts.iter().filter(|part| part.kind == Kind::Experiment).collect();
    if experiments.is_empty() {
        return text;
    }
    text.push_str(&format!(
        "\ncargo run -p {program} -- EXPERIMENT [CONTROL=VALUE…] [TRIAL] [--data FILE]\n\nRuns your code with values of your own, and on data of your \
         own. Experiments are not graded.\n\nExperiments:\n"
    ));
    for experiment in experiments {
        text.push_str(&format!("  {}\n", experiment.name));
        for Control { name, domain, lesson, .. } in &controls(experiment) {
            let quote = if name.contains(' ') { "\"" } else { "" };
            text.push_str(&match domain {
                Domain::Data { columns, .. } if columns.is_empty() => continue,
                Domain::Data { columns, .. } => {
                    format!("    --data FILE  a CSV file that begins with {}\n", columns.join(","))
                }
                _ => format!("    {quote}{name}={lesson}{quote}  {domain}\n"),
            });
        }
    }
    text
}

/// What an experiment draws, as far as it comes in a moment: the student's code may do anything.
fn controls_of(part: &Part) -> Vec<Control> {
    const A_MOMENT: Duration = Duration::from_millis(500);
    let (sender, drawn) = mpsc::channel();
    let run = part.run;
    let work = move || {
        panic::set_hook(Box::new(|_| ()));
        controls::begin(Values::new(), None, Box::new(move |control| drop(sender.send(control.clone()))));
        let ran = panic::catch_unwind(AssertUnwindSafe(|| run(&Trial::Lesson, &mut Table::default())));
        std::mem::forget(ran);
        // The sender goes with it.
        controls::end();
    };
    let mut controls = Vec::new();
    if thread::Builder::new().spawn(work).is_ok() {
        let until = Instant::now() + A_MOMENT;
        while let Ok(control) = drawn.recv_timeout(until.saturating_duration_since(Instant::now())) {
            controls.push(control);
        }
    }
    controls
}

/// A case or an experiment on a trial, at work.
struct Running {
    part: Part,
    trial: Trial,
    began: Instant,
    output: Arc<Output>,
}

impl Running {
    fn new(part: &Part, trial: Trial, output: &Arc<Output>) -> Arc<Self> {
        Arc::new(Self { part: *part, trial, began: Instant::now(), output: Arc::clone(output) })
    }

    /// Tells what became of it.
    fn end(&self, outcome: TrialOutcome) -> Result<(), Stop> {
        self.end_with(outcome, &[])
    }

    /// Tells what became of it with the values of these controls.
    fn end_with(&self, outcome: TrialOutcome, drawn: &[Control]) -> Result<(), Stop> {
        Ok(self.output.ended(self, outcome, drawn)?)
    }
}

/// What ends a program before all is run.
enum Stop {
    /// What was given cannot be.
    Refused(String),
    /// The course's data cannot be read.
    BrokenData(DataError),
    /// The answers cannot be told.
    Io(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Runs one case or experiment on one trial and says what became of it.
fn outcome_of(running: &Arc<Running>) -> Result<TrialOutcome, Stop> {
    let mut table = Table::default();
    PANICS.take();
    drawn::begin();
    catch_panics_quietly(running);
    match panic::catch_unwind(AssertUnwindSafe(|| (running.part.run)(&running.trial, &mut table))) {
        Ok(()) => Ok(TrialOutcome::Answered(Table { samples: drawn::samples(), ..table })),
        Err(payload) => {
            let payload = match payload.downcast::<Refusal>() {
                Ok(refusal) => return Err(Stop::Refused(refusal.0)),
                Err(payload) => payload,
            };
            if let Some(error) = drawn::error() {
                return Err(Stop::BrokenData(error));
            }
            let panic = PANICS.take().pop().unwrap_or_else(|| Panic {
                message: message_of(&*payload),
                file: String::new(),
                line: 0,
                calls: Vec::new(),
            });
            // It may be of a type that panics when it is dropped.
            std::mem::forget(payload);
            // The text with which `todo!()` begins its panic.
            Ok(if panic.message.starts_with("not yet implemented") {
                TrialOutcome::NotStarted(panic)
            } else {
                TrialOutcome::Panicked(panic)
            })
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
        let calls = if Path::new(&file).is_absolute() { calls() } else { Vec::new() };
        let panic = Panic { message: message_of(info.payload()), file, line, calls };
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

/// The panic to report if the runtime aborts after it; `None` for others. Only the beginning of the message tells
/// them apart.
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

/// The functions at work, the last one called first. Programs keep the names of functions, but not their lines.
fn calls() -> Vec<String> {
    const MOST: usize = 100;
    let backtrace = Backtrace::force_capture().to_string();
    let frames = backtrace.lines().filter_map(|line| line.trim_start().split_once(": "));
    let names = frames.filter(|(number, _)| number.parse::<usize>().is_ok()).map(|(_, name)| name.to_owned());
    names.take(MOST).collect()
}

/// As much of what a panic says as anybody would read.
fn message_of(payload: &(dyn Any + Send)) -> String {
    const MOST: usize = 10_000;
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("a panic without a message").chars().take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Size;

    const CASES: [Part; 2] = [case("price-of-a-house", |_, _| ()), case("loss-by-weight", |_, _| ())];

    #[test]
    fn help_names_the_cases_and_the_trials() {
        assert_eq!(
            help("loss", &CASES, controls_of),
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

    #[test]
    fn help_names_the_experiments_and_their_controls_also_of_code_that_does_not_come_back() {
        let valley = experiment("valley", |trial, _| {
            trial.records::<Size>();
            trial.number("learning rate", 1e-8, 1e-10..1e-6);
            trial.count("steps", 20, 0..=200);
            todo!("write the loop");
        });
        let endless = experiment("endless", |trial, _| {
            trial.choice("surface", &["bowl", "ravine"]);
            thread::sleep(Duration::from_secs(60));
        });
        let help = help("loss", &[CASES[0], valley, endless], controls_of);
        let experiments = "\
Experiments:
  valley
    --data FILE  a CSV file that begins with size,price
    \"learning rate=1e-8\"  a number from 1e-10 to 1e-6
    steps=20  a whole number from 0 to 200
  endless
    surface=bowl  one of bowl, ravine
";
        assert!(help.ends_with(experiments), "{help}");
        assert!(help.contains("\ncargo run -p loss -- EXPERIMENT [CONTROL=VALUE…] [TRIAL] [--data FILE]\n"), "{help}");
    }

    #[test]
    fn a_command_line_chooses_parts_trials_and_values() {
        let parts = [CASES[0], experiment("valley", |_, _| ())];
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let request = |asked: &[&str]| {
            Request::of(&words(asked), &parts, None).map_err(|refused| match refused {
                Refused::NoSuchPart { name, known } => format!("{name}; {known}"),
                Refused::Given(sentence) => sentence,
            })
        };
        let names = |request: &Request<'_>| request.parts.iter().map(|part| part.name).collect::<Vec<_>>();
        // Experiments run only by name.
        assert_eq!(names(&request(&[]).ok().unwrap()), ["price-of-a-house"]);
        let valley = request(&["valley", "learning rate=3e-8", "fresh-3", "steps = 40"]).ok().unwrap();
        assert_eq!((names(&valley), valley.trials), (vec!["valley"], vec![Trial::Fresh(3)]));
        let values = [("learning rate", "3e-8"), ("steps", "40")];
        assert_eq!(valley.given.values, values.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
        assert_eq!(
            request(&["vally"]).err().unwrap(),
            "vally; the cases are: price-of-a-house; the experiments are: valley"
        );
        assert_eq!(
            request(&["steps=40"]).err().unwrap(),
            "`steps` needs an experiment to go to; the experiments are: valley"
        );
    }
}
