//! Runs experiments: a function of `cases.rs` with values that somebody chose, on the student's code and on the solution's.
//!
//! Nothing is graded here, and no verdict depends on it. A [`Bench`] has the programs of a step as they were last built; a run
//! starts one of them, under the supervision of a grade but with less time, and takes a few milliseconds.

mod bench;
pub mod finish;

use std::io;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use harness::controls::{Control, DATA, OWN, Value};
use harness::protocol::{GIVEN, GRADED, Given, Message, TrialOutcome};
use harness::{Cell, Table, Trial};

use crate::attempt::compile::Place;
use crate::attempt::ending::Ending;
use crate::attempt::failure::{CompileFailure, Culprit};
use crate::attempt::run::{Printed, Prints};
use crate::course::Experiment;
use crate::error::{Error, Result};
use crate::process::{How, Input, Order, supervise};
use crate::report::sentences::{shortened, trial_in_words};
use crate::verdict::{Shown, Verdict, place_of, verdict_on};
use crate::workspace::Workspace;

pub use bench::Bench;
pub use finish::{Finish, finishes};

/// Whose code an experiment runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The student's.
    Student,
    /// The reference solution's.
    Solution,
}

/// A run of an experiment.
#[derive(Debug, Clone)]
pub struct Run {
    /// What it drew, in this order; also where it did not come to its end.
    pub controls: Vec<Control>,
    /// What it answered, or why there is nothing.
    pub table: std::result::Result<Table, Trouble>,
    /// What the code printed.
    pub printed: Printed,
    /// How long it ran.
    pub took: Duration,
}

/// Why a run has no table.
#[derive(Debug, Clone)]
pub enum Trouble {
    /// What was given cannot be, for the reason that this sentence says. It is not the code's fault.
    Refused(String),
    /// What is wrong with the code: it does not compile, is not written yet, panicked, did not end or crashed.
    Code(Box<Verdict>),
}

/// A run of the student's code, and one of the solution's with the same values.
#[derive(Debug, Clone)]
pub struct Pair {
    /// The student's.
    pub student: Run,
    /// The solution's, if the course has it and it builds.
    pub solution: Option<Run>,
}

impl Trouble {
    /// What a person is told.
    pub fn sentences(&self) -> Vec<String> {
        let verdict = match self {
            Trouble::Refused(sentence) => return vec![sentence.clone()],
            Trouble::Code(verdict) => &**verdict,
        };
        let with_place = |sentence: String, place: &Option<Place>| match place {
            Some(place) => format!("{sentence} ({}:{})", shortened(&place.file), place.line),
            None => sentence,
        };
        match verdict {
            Verdict::NotStarted { todo } => {
                vec![with_place("This runs a function that is not written yet".to_owned(), todo) + "."]
            }
            Verdict::DoesNotCompile {
                errors, culprit: Culprit::Library | Culprit::Linking | Culprit::Cases, ..
            } => {
                let first = errors.first().map(|error| {
                    with_place(format!("The code does not compile: {}", shortened(&error.message)), &error.place)
                });
                verdict.sentences().into_iter().chain(first).collect()
            }
            verdict => verdict.sentences(),
        }
    }

    /// The line to look at, where one is known.
    pub fn place(&self) -> Option<&Place> {
        let Trouble::Code(verdict) = self else { return None };
        match &**verdict {
            Verdict::NotStarted { todo: place } | Verdict::Panicked { place, .. } => place.as_ref(),
            Verdict::DoesNotCompile { errors, .. } => errors.first()?.place.as_ref(),
            _ => None,
        }
    }

    /// That the code does not compile.
    fn of_failure(failure: &CompileFailure) -> Self {
        let CompileFailure { culprit, errors } = failure.clone();
        Trouble::Code(Box::new(Verdict::DoesNotCompile { errors, culprit, signatures: Vec::new() }))
    }
}

impl Run {
    /// A run that did not begin.
    fn not_begun(trouble: Trouble) -> Self {
        Self { controls: Vec::new(), table: Err(trouble), printed: Printed::default(), took: Duration::ZERO }
    }

    /// The data that it ran on, in words; nothing if it uses none.
    pub fn data_in_words(&self) -> Option<String> {
        match self.data()? {
            Value::Word(own) if own == OWN => Some("your own data".to_owned()),
            _ => Some(trial_in_words(self.trial())),
        }
    }

    /// The trial that it ran on; the lesson's where it ran on data of the student's own.
    fn trial(&self) -> Trial {
        match self.data() {
            Some(Value::Word(trial)) => trial.parse().unwrap_or(Trial::Lesson),
            _ => Trial::Lesson,
        }
    }

    fn data(&self) -> Option<&Value> {
        self.controls.iter().find(|control| control.name == DATA).map(|control| &control.value)
    }
}

impl Pair {
    /// The run whose controls are to be shown: the student's, or the solution's where the student's has drawn nothing.
    pub fn leading(&self) -> &Run {
        match &self.solution {
            Some(solution) if self.student.controls.is_empty() => solution,
            _ => &self.student,
        }
    }

    /// With which values it ran, and on which data.
    pub fn setting(&self) -> String {
        let run = self.leading();
        let values = run.controls.iter().filter(|control| control.name != DATA);
        let values: Vec<String> = values.map(|control| format!("{} = {}", control.name, control.value)).collect();
        match (values.join("; "), run.data_in_words()) {
            (values, None) => values,
            (values, Some(on)) if values.is_empty() => format!("on {on}"),
            (values, Some(on)) => format!("{values}, on {on}"),
        }
    }

    /// The two tables as a figure takes them; nothing if there is neither. Without a solution nothing is expected.
    pub fn shown(&self) -> Option<Shown> {
        let got = self.student.table.as_ref().ok().cloned();
        let expected = self.solution.as_ref().and_then(|solution| solution.table.as_ref().ok()).cloned();
        (got.is_some() || expected.is_some()).then(|| Shown {
            trial: self.leading().trial(),
            expected: expected.unwrap_or_default(),
            got,
        })
    }

    /// What the picture alone does not say: how each run of the student's ended, and what was printed or left out.
    pub fn notes(&self, experiment: &Experiment) -> Vec<String> {
        let mut notes = Vec::new();
        let (whose, run) = match (&self.student.table, &self.solution) {
            (Err(_), Some(solution)) => ("The expected run ", solution),
            _ => ("", &self.student),
        };
        if let Ok(table) = &run.table {
            for (name, finish) in finishes(experiment, &run.controls, table) {
                let sentence = finish.sentence();
                notes.push(match (name, whose) {
                    (Some(name), _) => format!("{name}: {sentence}"),
                    (None, "") => format!("It {sentence}"),
                    (None, whose) => format!("{whose}{sentence}"),
                });
            }
            if table.row_count > table.rows.len() {
                let [all, kept] = [table.row_count, table.rows.len()].map(Cell::from);
                notes.push(format!("Of {all} rows only the first {kept} are kept."));
            }
        }
        if self.student.printed.bytes > 0 {
            let bytes = i64::try_from(self.student.printed.bytes).unwrap_or(i64::MAX);
            notes.push(format!("Your code printed {} bytes.", Cell::from(bytes)));
        }
        notes
    }
}

/// Runs an experiment of a built program.
///
/// # Errors
/// If the program cannot be started, or an interrupt comes.
fn run(workspace: &Workspace, program: &Path, folder: &Path, experiment: &str, given: &Given) -> Result<Run> {
    let bounds = workspace.limits().experiment;
    let mut command = Command::new(program);
    command.arg(experiment).current_dir(folder);
    command
        .env(GRADED, "1")
        .env("RUST_BACKTRACE", "0")
        .env(GIVEN, serde_json::to_string(given).map_err(io::Error::from)?);
    let order = Order { bounds: Some(bounds), input: Input::Answers };
    let keep = workspace.limits().printed;
    let mut heard = Heard::new(workspace.limits().answers);
    let (ended, prints) = supervise(
        &command,
        &order,
        workspace.interrupt(),
        move |pipe| Prints::of_one(pipe, keep),
        |event| match event {
            crate::process::Event::Answers(line) => heard.take(&line),
            crate::process::Event::Waits | crate::process::Event::Works => ControlFlow::Continue(()),
        },
    )
    .map_err(|error| match workspace.interrupt().is_raised() {
        true => Error::Interrupted,
        false => Error::Program(format!("{} could not be started: {error}", program.display())),
    })?;
    if workspace.interrupt().is_raised() {
        return Err(Error::Interrupted);
    }
    let printed = prints.unwrap_or_default().take(0);
    let table = match heard.outcome {
        Some(outcome) => outcome,
        None => {
            let ending = match ended.how {
                How::Stopped(_) => Ending::of(ended.how, &bounds, &printed),
                _ if !heard.in_full => Ending::TooManyAnswers,
                how => Ending::of(how, &bounds, &printed),
            };
            Err(Trouble::Code(Box::new(verdict_on(Trial::Lesson, ending))))
        }
    };
    Ok(Run { controls: heard.controls, table, printed, took: ended.wall })
}

/// What a program has told of its experiment. What the student's code might write itself is believed only as far as it has
/// the proper form: it can mislead nobody but whoever wrote it.
struct Heard {
    /// How many bytes are still read.
    left: u64,
    controls: Vec<Control>,
    outcome: Option<std::result::Result<Table, Trouble>>,
    /// Whether all of it was read.
    in_full: bool,
}

impl Heard {
    fn new(most: u64) -> Self {
        Self { left: most, controls: Vec::new(), outcome: None, in_full: true }
    }

    /// Takes a line; breaks where no more is read.
    fn take(&mut self, line: &[u8]) -> ControlFlow<()> {
        let Some(left) = self.left.checked_sub(line.len() as u64) else {
            self.in_full = false;
            return ControlFlow::Break(());
        };
        self.left = left;
        match serde_json::from_slice(line) {
            Ok(Message::Drew(control)) if self.controls.len() < MOST_CONTROLS => self.controls.push(control),
            Ok(Message::Refused(sentence)) => self.outcome = Some(Err(Trouble::Refused(sentence))),
            Ok(Message::NoSuchCase { case }) => {
                let sentence = format!("cases.rs has no experiment `{}`", shortened(&case));
                self.outcome = Some(Err(Trouble::Refused(sentence)));
            }
            Ok(Message::BrokenData(error)) => {
                let sentence = format!("the course's data cannot be read: {error}");
                self.outcome = Some(Err(Trouble::Refused(sentence)));
            }
            Ok(Message::Ended { outcome, trial, .. }) => self.outcome = Some(outcome_on(trial, outcome)),
            Ok(Message::Drew(_) | Message::Done) | Err(_) => {}
        }
        ControlFlow::Continue(())
    }
}

/// More than anybody could set.
const MOST_CONTROLS: usize = 100;

fn outcome_on(trial: Trial, outcome: TrialOutcome) -> std::result::Result<Table, Trouble> {
    Err(Trouble::Code(Box::new(match outcome {
        TrialOutcome::Answered(table) if table.is_well_formed() => return Ok(table),
        TrialOutcome::Answered(_) => verdict_on(trial, Ending::Exited(None)),
        TrialOutcome::NotStarted(panic) => Verdict::NotStarted { todo: place_of(&panic) },
        TrialOutcome::Panicked(panic) => {
            let place = place_of(&panic);
            Verdict::Panicked { trial, message: panic.message, place, explanation: None }
        }
    })))
}
