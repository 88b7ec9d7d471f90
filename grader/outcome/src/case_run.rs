//! What running a case led to.

use std::collections::BTreeMap;
use std::time::Duration;

use harness::Trial;
use harness::protocol::TrialOutcome;
use serde::{Deserialize, Serialize};

use super::ending::Ending;
use super::printed::Printed;

/// What the cases of one exercise answered, by name.
pub type Answers = BTreeMap<String, CaseRun>;

/// The result of one case.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CaseRun {
    /// How each trial ended, if it did; the program ended in the first one that is missing.
    pub outcomes: Vec<(Trial, TrialOutcome)>,
    /// How the program ended.
    pub ending: Ending,
    /// What the student's code printed.
    pub printed: Printed,
    /// How long it ran.
    pub took: Duration,
    /// The CPU time that its process used, with that of the other cases that shared it.
    pub cpu: Duration,
}

impl CaseRun {
    /// The outcome of one trial; nothing if the program ended before.
    pub fn outcome(&self, trial: Trial) -> Option<&TrialOutcome> {
        self.outcomes.iter().find(|(answered, _)| *answered == trial).map(|(_, outcome)| outcome)
    }
}
