//! What two mistakes at once answer. There are too many pairs to record, and few of them ever occur. So they are tried
//! during a grade, while somebody waits, and therefore within a time budget. The report says nothing about what is not
//! known by then.

use std::sync::Mutex;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use harness::Trial;

use super::FromSnapshots;
use crate::answers::known::{Knowledge, Known, KnownMistake, PairTrials, Pairs};
use crate::answers::{Record, record_of};
use crate::at_once::locked;
use crate::attempt::{Attempt, Listener, Progress, Purpose, Stage, Submission};
use crate::course::{NewBody, Solution};
use crate::error::{Error, Result, or_fault};
use crate::process::Interrupt;
use crate::workspace::Workspace;

/// What the snapshots hold, and what pairs of mistakes answer, as far as the budget allows to find out.
pub(crate) struct Explored<'a> {
    /// Where they are tried.
    pub(crate) workspace: &'a Workspace,
    /// What the snapshots say.
    pub(crate) recorded: &'a FromSnapshots<'a>,
    /// The time for the pairs of the whole grade.
    pub(crate) budget: &'a Budget,
    /// Receives the progress.
    pub(crate) progress: &'a Listener<'a>,
}

impl Knowledge for Explored<'_> {
    fn known(&self) -> Result<&Known> {
        self.recorded.known()
    }

    fn pair_trials(&self) -> Option<&dyn PairTrials> {
        Some(self)
    }
}

impl PairTrials for Explored<'_> {
    fn together(&self, pairs: &Pairs<'_>) -> Result<Option<Vec<Record>>> {
        let FromSnapshots { course, step, .. } = self.recorded;
        // What is wrong with a solution or its list of mistakes does not keep anybody from a grade.
        let Ok((solution, mistakes)) = or_fault(Solution::with_mistakes(&course.root, step))? else { return Ok(None) };
        let listed = |known: &KnownMistake| mistakes.iter().find(|mistake| mistake.name == known.name);
        let bodies_of = |[one, other]: &[&KnownMistake; 2]| solution.mistaken_twice([listed(one)?, listed(other)?]);
        let bodies: Vec<Option<Vec<NewBody>>> = pairs.pairs.iter().map(bodies_of).collect();
        let submission = |bodies: &Vec<NewBody>| Submission { bodies: bodies.clone(), trials: Trial::GRADED.to_vec() };
        // Mistakes in two functions are in the one program that holds all of them, which may be built already.
        let has_two_in_one = pairs.pairs.iter().any(|[one, other]| one.function == other.function);
        let in_program = if has_two_in_one {
            bodies.iter().flatten().flatten().cloned().collect()
        } else {
            mistakes.iter().map(|mistake| solution.mistaken(mistake)).collect()
        };
        let stage = Stage {
            step,
            purpose: Purpose::Pairs,
            solution: &solution,
            bodies: in_program,
            cases: pairs.cases.clone(),
            submissions: bodies.iter().flatten().map(submission).collect(),
        };
        (self.progress)(Progress::Pairing);
        let attempts = self.budget.spend(self.workspace, |workspace| workspace.staged(&[stage], &|_| ()))?;
        let record = |attempt| match attempt {
            Attempt::Ran(answers) => record_of(&answers, &Trial::GRADED),
            Attempt::Failed(_) => Record::new(),
        };
        // What is wrong with the step has been reported before.
        let attempts = attempts.and_then(|attempts| attempts.into_iter().next()?.ok());
        Ok(attempts.map(|attempts| {
            let mut attempts = attempts.into_iter();
            bodies
                .iter()
                .map(|bodies| bodies.as_ref().and_then(|_| attempts.next()).map_or_else(Record::new, record))
                .collect()
        }))
    }
}

/// Time that is spent little by little.
pub(crate) struct Budget {
    left: Mutex<Duration>,
}

impl Budget {
    /// What a workspace allows for the pairs of one grade.
    pub(crate) fn of(workspace: &Workspace) -> Self {
        Self { left: Mutex::new(workspace.limits().pairs) }
    }

    /// Does some work if there is time. There is no result if the time runs out or the work fails.
    fn spend<T>(&self, workspace: &Workspace, work: impl FnOnce(&Workspace) -> Result<T>) -> Result<Option<T>> {
        let mut left = locked(&self.left);
        if left.is_zero() {
            return Ok(None);
        }
        let began = Instant::now();
        let result = within(*left, workspace, work);
        *left = left.saturating_sub(began.elapsed());
        if workspace.interrupt().is_raised() { Err(Error::Interrupted) } else { Ok(result.ok()) }
    }
}

/// Does some work in a workspace whose interrupt is raised when the time is up, or when the outer one is.
fn within<T>(time: Duration, workspace: &Workspace, work: impl FnOnce(&Workspace) -> Result<T>) -> Result<T> {
    const LOOK_AGAIN: Duration = Duration::from_millis(20);
    let inner = workspace.with_interrupt(Interrupt::default());
    let deadline = Instant::now() + time;
    let (done, wait) = mpsc::channel::<()>();
    let raise = || inner.interrupt().raise();
    thread::scope(|scope| {
        scope.spawn(move || {
            while wait.recv_timeout(LOOK_AGAIN) == Err(RecvTimeoutError::Timeout) {
                if workspace.interrupt().is_raised() || Instant::now() >= deadline {
                    return raise();
                }
            }
        });
        let result = work(&inner);
        drop(done);
        result
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspace() -> Workspace {
        Workspace::new(std::path::Path::new("."), |root| root.join("target")).unwrap()
    }

    fn until_interrupted(workspace: &Workspace) -> Result<()> {
        while !workspace.interrupt().is_raised() {
            thread::yield_now();
        }
        Err(Error::Interrupted)
    }

    #[test]
    fn work_in_time_counts_and_what_comes_after_it_does_not() {
        let (workspace, budget) = (workspace(), Budget { left: Mutex::new(Duration::from_secs(600)) });
        assert_eq!(budget.spend(&workspace, |_| Ok(1)).unwrap(), Some(1));
        let short = Budget { left: Mutex::new(Duration::from_millis(1)) };
        assert_eq!(short.spend(&workspace, until_interrupted).unwrap(), None);
        assert_eq!(short.spend(&workspace, |_| Ok(1)).unwrap(), None);
        // The grade itself goes on.
        assert!(!workspace.interrupt().is_raised());
    }

    #[test]
    fn what_fails_is_not_known() {
        let budget = Budget { left: Mutex::new(Duration::from_secs(600)) };
        let fails = |_: &Workspace| -> Result<()> { Err(Error::Program("no compiler".to_owned())) };
        assert_eq!(budget.spend(&workspace(), fails).unwrap(), None);
    }

    #[test]
    fn an_interrupt_of_the_grade_ends_it_at_once() {
        let (workspace, budget) = (workspace(), Budget { left: Mutex::new(Duration::from_secs(600)) });
        let result = budget.spend(&workspace, |inner| {
            workspace.interrupt().raise();
            until_interrupted(inner)
        });
        assert!(matches!(result, Err(Error::Interrupted)));
    }
}
