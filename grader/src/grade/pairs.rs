//! What two mistakes at once answer. There are too many pairs to record, and few of them ever occur. So they are tried
//! during a grade, while somebody waits, and therefore until a deadline. The report says nothing about what is not
//! known by then.

use std::sync::Mutex;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use attempt::workspace::Workspace;
use attempt::{Attempt, Listener, Progress, Purpose, Stage, Submission};
use course::{Error, NewBody, Result, Solution, or_fault};
use harness::Trial;
use process::{Interrupt, locked};
use verdict::answers::known::{Knowledge, Known, KnownMistake, PairTrials, Pairs};
use verdict::answers::{Record, record_of};

use super::FromSnapshots;

/// What the snapshots hold, and what pairs of mistakes answer, as far as the budget allows to find out.
pub(crate) struct Explored<'a> {
    /// Where they are tried.
    pub(crate) workspace: &'a Workspace,
    /// What the snapshots say.
    pub(crate) recorded: &'a FromSnapshots<'a>,
    /// When the pairs of the whole grade end.
    pub(crate) deadline: &'a Deadline,
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
        let attempts = self.deadline.before(self.workspace, |workspace| workspace.staged(&[stage], &|_| ()))?;
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

/// When somebody has waited for long enough.
pub(crate) struct Deadline {
    at: Instant,
    /// Held by who works: two at once would take longer, and then neither might be done in time.
    turn: Mutex<()>,
}

impl Deadline {
    /// The end of what a workspace allows for the pairs of one grade, from now on.
    pub(crate) fn of(workspace: &Workspace) -> Self {
        Self::after(workspace.limits().pairs)
    }

    fn after(time: Duration) -> Self {
        Self { at: Instant::now() + time, turn: Mutex::new(()) }
    }

    /// Does some work if there is time. There is no result if the deadline passes or the work fails.
    fn before<T>(&self, workspace: &Workspace, work: impl FnOnce(&Workspace) -> Result<T>) -> Result<Option<T>> {
        let _turn = locked(&self.turn);
        if Instant::now() >= self.at {
            return Ok(None);
        }
        let result = until(self.at, workspace, work);
        if workspace.interrupt().is_raised() { Err(Error::Interrupted) } else { Ok(result.ok()) }
    }
}

/// Does some work in a workspace whose interrupt is raised at the deadline, or when the outer one is.
fn until<T>(deadline: Instant, workspace: &Workspace, work: impl FnOnce(&Workspace) -> Result<T>) -> Result<T> {
    const LOOK_AGAIN: Duration = Duration::from_millis(20);
    let inner = workspace.with_interrupt(Interrupt::default());
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
        let (workspace, deadline) = (workspace(), Deadline::after(Duration::from_secs(600)));
        assert_eq!(deadline.before(&workspace, |_| Ok(1)).unwrap(), Some(1));
        let short = Deadline::after(Duration::from_millis(1));
        assert_eq!(short.before(&workspace, until_interrupted).unwrap(), None);
        assert_eq!(short.before(&workspace, |_| Ok(1)).unwrap(), None);
        // The grade itself goes on.
        assert!(!workspace.interrupt().is_raised());
    }

    #[test]
    fn what_fails_is_not_known() {
        let deadline = Deadline::after(Duration::from_secs(600));
        let fails = |_: &Workspace| -> Result<()> { Err(Error::Program("no compiler".to_owned())) };
        assert_eq!(deadline.before(&workspace(), fails).unwrap(), None);
    }

    #[test]
    fn an_interrupt_of_the_grade_ends_it_at_once() {
        let (workspace, deadline) = (workspace(), Deadline::after(Duration::from_secs(600)));
        let result = deadline.before(&workspace, |inner| {
            workspace.interrupt().raise();
            until_interrupted(inner)
        });
        assert!(matches!(result, Err(Error::Interrupted)));
    }
}
