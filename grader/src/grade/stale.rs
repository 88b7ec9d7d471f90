//! Whether the recorded answers still fit `cases.rs`: somebody may change that file and forget to record them again,
//! and then right code looks wrong.
//!
//! Running the solution beside each wrong answer would cost the student time. So it runs only if the answers show that
//! something else was asked, or if the cases themselves panicked.

use std::path::Path;

use attempt::workspace::Workspace;
use attempt::{Answers, Attempt, Listener, Purpose, Stage, Submission};
use course::{Fault, Result, Solution, Step, or_fault};
use harness::protocol::TrialOutcome;
use harness::{Cell, Role, Table, Trial};
use verdict::answers::{Key, Record, Recorded, case_snapshot, record_of};
use verdict::is_same_record;

/// Where the harness receives rows, and panics if they do not fit.
const TABLE: &str = "harness/src/table.rs";

/// Finds a case of a step whose recorded answers are not those that the solution gives to the present `cases.rs`.
///
/// # Errors
/// If the solution's program cannot be built or run.
pub(crate) fn stale(
    workspace: &Workspace,
    step: &Step,
    expected: &Record,
    attempt: &Attempt,
    progress: &Listener<'_>,
) -> Result<Option<Fault>> {
    match attempt {
        Attempt::Ran(answers) if asks_for_others(step, expected, answers) => {}
        _ => return Ok(None),
    }
    // Without a solution nobody knows. Whatever needs it reports what is wrong with it.
    let Ok(solution) = or_fault(Solution::load(workspace.root(), step))? else { return Ok(None) };
    let solution_itself = Submission { bodies: Vec::new(), trials: Trial::GRADED.to_vec() };
    let stage = Stage {
        step,
        purpose: Purpose::Pairs,
        solution: &solution,
        bodies: Vec::new(),
        cases: step.case_names(),
        submissions: vec![solution_itself],
    };
    let answers = match workspace.staged(&[stage], progress)?.pop() {
        Some(Ok(mut attempts)) => match attempts.pop() {
            Some(Attempt::Ran(answers)) => answers,
            Some(Attempt::Failed(failure)) => return Ok(Some(failure.as_fault_of_course(step))),
            None => return Ok(None),
        },
        Some(Err(fault)) => return Ok(Some(fault)),
        None => return Ok(None),
    };
    // What the machine ended proves nothing.
    if !answers.values().all(|run| run.ending.is_decided_by_code()) {
        return Ok(None);
    }
    let answered = record_of(&answers, &Trial::GRADED);
    let is_stale = |name: &&str| {
        let Some(case) = step.case(name) else { return false };
        let keys = Trial::GRADED.map(|trial| Key::new(*name, trial));
        keys.iter().any(|key| !is_same_record(case, expected.get(key), answered.get(key)))
    };
    Ok(step.case_names().into_iter().find(is_stale).map(|case| Fault {
        path: case_snapshot(step, case),
        line: None,
        message: format!(
            "the snapshot does not match the answers of the solution to cases.rs; record it: `cargo xtask bless {}`",
            step.name
        ),
    }))
}

/// Whether the answers show something that a student's functions can hardly cause.
fn asks_for_others(step: &Step, expected: &Record, answers: &Answers) -> bool {
    let of_course = |file: &Path| {
        file.ends_with(step.folder.join("cases.rs")) || file.ends_with(TABLE) || file.starts_with("datasets")
    };
    answers.iter().any(|(case, run)| {
        Trial::GRADED.iter().any(|trial| match run.outcome(*trial) {
            Some(TrialOutcome::Answered(got)) => {
                let expected = expected.get(&Key::new(case, *trial)).and_then(Recorded::table);
                expected.is_some_and(|expected| asks_for_another(expected, got))
            }
            Some(TrialOutcome::Panicked(panic)) => of_course(Path::new(&panic.file)),
            _ => false,
        })
    })
}

/// Whether a table has other columns than the expected one, or other given values.
fn asks_for_another(expected: &Table, got: &Table) -> bool {
    if got.rows.is_empty() {
        return false;
    }
    let given = expected.columns.iter().filter(|column| column.role == Role::Given).count();
    let differ = |(expected, got): (&Vec<Cell>, &Vec<Cell>)| {
        expected.iter().zip(got).take(given).any(|(one, other)| one != other)
    };
    expected.columns != got.columns || expected.rows.iter().zip(&got.rows).any(differ)
}
