//! The way of one grade, from the course to the report: each station hands its one type on to the next.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use harness::Trial;

use crate::build::{Built, Progress, Request, build};
use crate::cache::{Cache, Inputs};
use crate::course::{Course, Step, read};
use crate::error::{Error, Result};
use crate::expected::Expected;
use crate::judge::{Attempt, judge};
use crate::report::Report;
use crate::run::{Answers, Ending, Job, Limits, run};
use crate::stage::{Stage, Staged};

/// How to grade.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Build and run even what is remembered.
    pub fresh: bool,
}

/// Grades steps of a course in place, in the student's own workspace.
///
/// # Errors
/// If the grader cannot grade; what is wrong with the student's code is in the report.
pub fn grade(
    course: &Course,
    steps: &[&Step],
    options: Options,
    progress: &(dyn Fn(Progress<'_>) + Sync),
) -> Result<Report> {
    let expected: Vec<Expected> = steps.iter().map(|step| Expected::load(&course.root, step)).collect::<Result<_>>()?;
    let attempts = attempts(course, steps, options, progress)?;
    let mut judged = Vec::new();
    for ((step, expected), attempt) in steps.iter().zip(&expected).zip(&attempts) {
        let source = read(&course.root, &step.source())?;
        judged.push(judge(step, expected, attempt, &Trial::GRADED, &source));
    }
    Ok(Report { steps: judged })
}

/// The folder in which cargo builds for a course: the one that cargo itself would take.
pub fn target_folder(root: &Path) -> PathBuf {
    let configured = std::env::var_os("CARGO_TARGET_DIR").filter(|folder| !folder.is_empty());
    configured.map_or_else(|| root.join("target"), |folder| root.join(folder))
}

/// The folder for the grader's own files.
pub fn scratch_folder(root: &Path) -> PathBuf {
    target_folder(root).join("grader")
}

/// What came of building and running each step, remembered where nothing changed.
fn attempts(
    course: &Course,
    steps: &[&Step],
    options: Options,
    progress: &(dyn Fn(Progress<'_>) + Sync),
) -> Result<Vec<Attempt>> {
    let mut attempts: HashMap<u32, Attempt> = HashMap::new();
    let cache_folder = scratch_folder(&course.root).join("attempts");
    // A file saved during a grade would leave answers of a mixture: such a step is tried again.
    const TRIES: usize = 3;
    for _ in 0..TRIES {
        let cache = Cache::new(&course.root, &cache_folder);
        let mut open: Vec<(&Step, Inputs)> = Vec::new();
        for step in steps {
            if attempts.contains_key(&step.number) {
                continue;
            }
            let inputs = cache.inputs(step);
            let remembered = if options.fresh { None } else { cache.recall(step, &inputs) };
            match remembered {
                Some(attempt) => drop(attempts.insert(step.number, attempt)),
                None => open.push((step, inputs)),
            }
        }
        if open.is_empty() {
            break;
        }
        let tried: Vec<&Step> = open.iter().map(|(step, _)| *step).collect();
        let results = attempt(course, &tried, progress)?;
        let after = Cache::new(&course.root, &cache_folder);
        for ((step, inputs), (attempt, program)) in open.into_iter().zip(results) {
            if after.inputs(step) == inputs {
                if is_lasting(&attempt) {
                    cache.remember(step, inputs, program.as_deref(), &attempt)?;
                }
                attempts.insert(step.number, attempt);
            }
        }
    }
    let settled = steps.iter().map(|step| {
        attempts.remove(&step.number).ok_or_else(|| {
            Error::in_file(&step.source(), "the file kept changing while it was graded; grade again when it rests")
        })
    });
    settled.collect()
}

/// Whether the same inputs would lead to the same attempt again: how long a run takes is up to the machine.
fn is_lasting(attempt: &Attempt) -> bool {
    match attempt {
        Attempt::Failed(_) => true,
        Attempt::Ran(answers) => answers.values().all(|run| !matches!(run.ending, Ending::TimedOut(_))),
    }
}

/// Builds and runs steps in the course's own workspace; with each comes the program that was built.
fn attempt(
    course: &Course,
    steps: &[&Step],
    progress: &(dyn Fn(Progress<'_>) + Sync),
) -> Result<Vec<(Attempt, Option<PathBuf>)>> {
    let target = target_folder(&course.root);
    let packages: Vec<String> = steps.iter().map(|step| step.name.clone()).collect();
    let built = build(&Request { workspace: &course.root, target: &target, packages }, progress)?;
    let submissions = steps.iter().map(|step| Submission {
        step,
        folder: course.root.join(&step.folder),
        built: built.get(&step.name),
    });
    try_out(submissions.collect(), &Trial::GRADED, &scratch_folder(&course.root))
}

/// Builds and runs submissions that are laid over a stage; the attempts come in their order.
///
/// # Errors
/// If the stage cannot be written or a program cannot be built or run; what a submission does is no error.
pub fn attempt_staged(
    course: &Course,
    stage: &Stage<'_>,
    trials: &[Trial],
    progress: &(dyn Fn(Progress<'_>) + Sync),
) -> Result<Vec<Attempt>> {
    let folder = scratch_folder(&course.root).join("stage");
    let target = target_folder(&course.root);
    stage.lay_out(course, &folder)?;
    let packages = stage.submissions.iter().map(Staged::package).collect();
    let built = build(&Request { workspace: &folder, target: &target, packages }, progress)?;
    let submissions = stage.submissions.iter().map(|staged| Submission {
        step: staged.step,
        folder: folder.join(staged.folder()),
        built: built.get(&staged.package()),
    });
    let attempts = try_out(submissions.collect(), trials, &scratch_folder(&course.root))?;
    Ok(attempts.into_iter().map(|(attempt, _)| attempt).collect())
}

/// A step's built exercise, and the folder that it runs in.
struct Submission<'a> {
    step: &'a Step,
    folder: PathBuf,
    built: Option<&'a Built>,
}

/// Runs what was built and says what came of each submission.
fn try_out(
    submissions: Vec<Submission<'_>>,
    trials: &[Trial],
    scratch: &Path,
) -> Result<Vec<(Attempt, Option<PathBuf>)>> {
    let mut jobs = Vec::new();
    for submission in &submissions {
        if let Some(Built::Program(program)) = submission.built {
            let cases = submission.step.cases.iter().map(|case| case.name.get_ref().as_str()).collect();
            jobs.push(Job { program, folder: &submission.folder, cases, trials });
        }
    }
    let mut answers = run(&jobs, Limits::default(), scratch)?.into_iter();
    let attempts = submissions.iter().map(|submission| match submission.built {
        Some(Built::Failed(failure)) => Ok((Attempt::Failed(failure.clone()), None)),
        Some(Built::Program(program)) => {
            let answers: Answers = answers.next().unwrap_or_default();
            Ok((Attempt::Ran(answers), Some(program.clone())))
        }
        None => Err(Error::Build(format!("cargo said nothing of {}", submission.step.name))),
    });
    attempts.collect()
}
