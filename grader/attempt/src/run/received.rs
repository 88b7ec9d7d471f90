//! What a program answers, line by line. Only what was asked for counts, in its order and in its proper form.

use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use course::Error;
use fs_err as fs;
use harness::protocol::{Message, TrialOutcome};
use harness::{DataError, Trial};

use super::program::Allowance;
use super::task::Job;

/// The answers of a program, case by case in the order in which they were asked for. Each case and trial comes once and
/// in order. Anything else is not an answer, and neither is anything after it.
pub(super) struct Received<'a> {
    /// The course.
    root: &'a Path,
    job: &'a Job<'a>,
    asked: &'a [&'a str],
    allowance: Allowance,
    pub(super) cases: Vec<ReceivedCase>,
    /// How many answers have come.
    answers: usize,
    /// Whether the program said that it was done.
    pub(super) done: bool,
    /// Whether something came that is not an answer to what was asked.
    pub(super) broken: bool,
    /// What the course's own code says is missing in it.
    pub(super) fault: Option<Error>,
}

pub(super) struct ReceivedCase {
    /// Its place in the order.
    pub(super) at: usize,
    pub(super) outcomes: Vec<(Trial, TrialOutcome)>,
    pub(super) took: Duration,
}

impl<'a> Received<'a> {
    /// No answers yet, of these cases, each of which may send so many bytes.
    pub(super) fn new(root: &'a Path, job: &'a Job<'a>, asked: &'a [&'a str], most: u64) -> Self {
        let allowance = Allowance::new(most * asked.len() as u64);
        Self { root, job, asked, allowance, cases: Vec::new(), answers: 0, done: false, broken: false, fault: None }
    }

    /// Whether all of it was read.
    pub(super) fn in_full(&self) -> bool {
        self.allowance.was_enough
    }

    /// Takes a line. Breaks if nothing more is to be read.
    pub(super) fn take(&mut self, line: &[u8]) -> ControlFlow<()> {
        self.allowance.spend(line)?;
        if !self.broken {
            self.take_message(serde_json::from_slice(line).ok());
        }
        ControlFlow::Continue(())
    }

    fn take_message(&mut self, message: Option<Message>) {
        match message {
            Some(Message::Ended { case, trial, outcome, took }) => self.ended(&case, trial, outcome, took),
            Some(Message::Done) if self.answers == self.asked.len() * self.job.trials.len() => self.done = true,
            Some(Message::NoSuchCase { case }) => {
                let path = Path::new("exercises").join(&self.job.step).join("cases.rs");
                // A student's code may have sent it.
                let was_asked = self.asked.contains(&case.as_str());
                let is_there =
                    fs::read_to_string(self.root.join(&path)).is_ok_and(|text| text.contains(&format!("\"{case}\"")));
                let fault = || Error::in_file(&path, format!("exercise.toml names a case `{case}`, which is not here"));
                self.fault = (was_asked && !is_there).then(fault);
                self.broken = true;
            }
            Some(Message::BrokenData(error)) => {
                self.fault = broken_data(self.root, error);
                self.broken = true;
            }
            // A case draws no controls.
            Some(Message::Done | Message::Drew(_) | Message::Refused(_)) | None => self.broken = true,
        }
    }

    fn ended(&mut self, case: &str, trial: Trial, outcome: TrialOutcome, took: Duration) {
        let (at, of_case) = (self.answers / self.job.trials.len(), self.answers % self.job.trials.len());
        let awaited = self.asked.get(at) == Some(&case) && self.job.trials[of_case] == trial;
        let well_formed = match &outcome {
            TrialOutcome::Answered(table) => table.is_well_formed(),
            TrialOutcome::NotStarted(_) | TrialOutcome::Panicked(_) => true,
        };
        if !awaited || !well_formed {
            self.broken = true;
            return;
        }
        self.answers += 1;
        if of_case == 0 {
            self.cases.push(ReceivedCase { at, outcomes: Vec::new(), took: Duration::ZERO });
        }
        if let Some(last) = self.cases.last_mut() {
            last.outcomes.push((trial, outcome));
            last.took += took;
        }
    }
}

/// The fault in a file of the course's data; nothing if it names none, as a student's code may have sent it.
fn broken_data(root: &Path, error: DataError) -> Option<Error> {
    let DataError { file, line, message } = error;
    let path = Path::new(&file);
    let path = path.strip_prefix(root).unwrap_or(path);
    let is_of_data = path.components().any(|part| part.as_os_str() == "datasets") && root.join(path).is_file();
    is_of_data.then(|| Error::at(path, line, message))
}
