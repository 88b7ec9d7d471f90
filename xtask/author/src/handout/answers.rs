//! Whether the recorded answers are those that the solutions give to the present cases. If not, a student with right code
//! would read that it is wrong: the copy has no solution that could show whose fault that is.

use grader::answers::{Key, case_snapshot, read_answers};
use grader::course::Course;
use grader::report::ProgressLine;
use grader::verdict::is_same_record;
use grader::{Error, Result, Workspace, path_with_line};
use harness::Trial;

use crate::recording::{Sources, answers_of_solutions};

/// The faults of all steps, each in a line; for each step the first case alone, because one slip may change them all.
///
/// # Errors
/// If a solution cannot be read, built or run.
pub fn faults(workspace: &Workspace, course: &Course) -> Result<Vec<String>> {
    let sources = course.steps.iter().map(|step| Sources::load(course, step)).collect::<Result<Vec<_>>>()?;
    let line = ProgressLine::new();
    let answers = answers_of_solutions(workspace, &sources, &|progress| line.tell(progress))?;
    let mut faults = Vec::new();
    for (step, answers) in course.steps.iter().zip(answers) {
        let answers = match answers {
            Ok(answers) => answers,
            Err(Error::Course(fault)) => {
                faults.push(fault.to_string());
                continue;
            }
            Err(error) => return Err(error),
        };
        let recorded = read_answers(&course.root, step)?;
        let is_stale = |name: &&str| {
            let same = |case, key: &Key| is_same_record(case, recorded.get(key), answers.get(key));
            let keys = Trial::GRADED.map(|trial| Key::new(*name, trial));
            step.case(name).is_some_and(|case| !keys.iter().all(|key| same(case, key)))
        };
        if let Some(case) = step.case_names().into_iter().find(is_stale) {
            let place = path_with_line(&case_snapshot(step, case), None);
            let cases = path_with_line(&step.folder.join("cases.rs"), None);
            faults.push(format!(
                "{place}: the solution answers otherwise to the present {cases}; undo that change, or record it: \
                 `cargo xtask bless {}`",
                step.name
            ));
        }
    }
    Ok(faults)
}
