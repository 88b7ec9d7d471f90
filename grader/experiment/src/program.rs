//! The program of a step for experiments. Each run is a process of its own, which can be started ahead: then it waits for
//! the experiment and its values, and no code of the student's has run before.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;

use attempt::run::{Allowance, Prints, call_of};
use attempt::workspace::Workspace;
use course::{Error, Result};
use harness::controls::Control;
use harness::protocol::{AHEAD, Call, GIVEN, Given, Message, Panic, TrialOutcome};
use harness::{Table, Trial};
use outcome::{Ending, Place};
use process::{Event, Input, Order, Ready, locked, supervise};
use verdict::{verdict_on, verdict_on_panic, verdict_on_todo};

use super::{Run, Trouble};

/// A built program.
#[derive(Debug)]
pub(super) struct Program {
    path: PathBuf,
    /// The folder in which it runs.
    folder: PathBuf,
    /// The process of the next run, if it is started.
    ready: Mutex<Option<Ready>>,
}

impl Program {
    /// The program of this file, to be run in this folder.
    pub(super) fn new(path: PathBuf, folder: PathBuf) -> Self {
        Self { path, folder, ready: Mutex::default() }
    }

    /// Starts the process of the next run ahead. If that cannot be, it will start with the run.
    pub(super) fn make_ready(&self, workspace: &Workspace) {
        let mut ready = locked(&self.ready);
        if !ready.as_mut().is_some_and(Ready::waits) {
            let mut command = self.call();
            command.env(AHEAD, "1");
            *ready = Ready::start(&command, workspace.limits().experiment, workspace.interrupt()).ok();
        }
    }

    /// Runs an experiment. `place` finds the line that a panic is about.
    ///
    /// # Errors
    /// If the program cannot be started, or an interrupt comes.
    pub(super) fn run(
        &self,
        workspace: &Workspace,
        experiment: &str,
        given: &Given,
        place: impl Fn(&Panic) -> Option<Place>,
    ) -> Result<Run> {
        let limits = workspace.limits();
        let mut heard = Heard::new(limits.answers, place);
        let read = move |pipe| Prints::of_one(pipe, limits.printed);
        let ready = locked(&self.ready).take();
        let ran = ready.and_then(|ready| {
            let call = Call { experiment: experiment.to_owned(), given: given.clone() };
            let call = serde_json::to_string(&call).ok()?;
            ready.run(&call, read, |event| heard.hear(event)).ok()
        });
        let ran = ran.map_or_else(
            // One that waits no more has run nothing.
            || {
                let mut command = self.call();
                command.arg(experiment).env(GIVEN, serde_json::to_string(given)?);
                let order = Order { bounds: Some(limits.experiment), input: Input::Answers };
                supervise(&command, &order, workspace.interrupt(), read, |event| heard.hear(event))
            },
            Ok,
        );
        if workspace.interrupt().is_raised() {
            return Err(Error::Interrupted);
        }
        let not_started = |error| Error::Program(format!("{} could not be started: {error}", self.path.display()));
        let (ended, prints) = ran.map_err(not_started)?;
        let printed = prints.unwrap_or_default().take(0);
        let table = heard.outcome.unwrap_or_else(|| {
            let ending = Ending::of(ended.how, &limits.experiment, heard.allowance.was_enough, &printed);
            Err(Trouble::Code(Box::new(verdict_on(Trial::Lesson, ending))))
        });
        Ok(Run { controls: heard.controls, table, printed, took: ended.wall })
    }

    fn call(&self) -> Command {
        call_of(&self.path, &self.folder)
    }
}

/// What a program has told of its experiment. The student's code could write these messages itself. Only their form is
/// checked, because that would mislead only the student.
struct Heard<P> {
    allowance: Allowance,
    controls: Vec<Control>,
    outcome: Option<std::result::Result<Table, Trouble>>,
    /// Finds the line that a panic is about.
    place: P,
}

impl<P: Fn(&Panic) -> Option<Place>> Heard<P> {
    fn new(most: u64, place: P) -> Self {
        Self { allowance: Allowance::new(most), controls: Vec::new(), outcome: None, place }
    }

    /// Takes what the program does; breaks where no more is read.
    fn hear(&mut self, event: Event) -> ControlFlow<()> {
        let Event::Answers(line) = event else { return ControlFlow::Continue(()) };
        self.allowance.spend(&line)?;
        match serde_json::from_slice(&line) {
            Ok(Message::Drew(control)) if self.controls.len() < MOST_CONTROLS => self.controls.push(control),
            Ok(Message::Refused(sentence)) => self.outcome = Some(Err(Trouble::Refused(sentence))),
            Ok(Message::NoSuchCase { case }) => self.outcome = Some(Err(Trouble::NoSuchExperiment(case))),
            Ok(Message::BrokenData(error)) => {
                let sentence = format!("the course's data cannot be read: {error}");
                self.outcome = Some(Err(Trouble::Refused(sentence)));
            }
            Ok(Message::Ended { outcome, trial, .. }) => self.outcome = Some(self.outcome_on(trial, outcome)),
            Ok(Message::Drew(_) | Message::Done) | Err(_) => {}
        }
        ControlFlow::Continue(())
    }

    fn outcome_on(&self, trial: Trial, outcome: TrialOutcome) -> std::result::Result<Table, Trouble> {
        Err(Trouble::Code(Box::new(match outcome {
            TrialOutcome::Answered(table) if table.is_well_formed() => return Ok(table),
            TrialOutcome::Answered(_) => verdict_on(trial, Ending::Exited(None)),
            TrialOutcome::NotStarted(todo) => verdict_on_todo(&todo),
            TrialOutcome::Panicked(panic) => verdict_on_panic(trial, &panic, (self.place)(&panic), None),
        })))
    }
}

/// More controls than an experiment ever has.
const MOST_CONTROLS: usize = 100;
