//! The way of one grade, from the course to the report: each station hands its one type on to the next.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use harness::Trial;
use launcher::target_folder;

use crate::build::{Built, CompileFailure, Culprit, Request, build};
use crate::cache::{Cache, Inputs};
use crate::course::{Asked, Course, Step, read};
use crate::error::{Error, Result};
use crate::expected::{Knowledge, Known, read_answers};
use crate::judge::{Attempt, judge, record_of};
use crate::progress::Watcher;
use crate::report::{Report, StepReport};
use crate::run::{Answers, Ending, Job, Limits, run};
use crate::scratch::RunFolder;
use crate::snapshot::Record;
use crate::solution::{Mistake, Solution};
use crate::stage::{self, Purpose, Stage, Submission};

/// How to grade.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Build and run even what is remembered.
    pub fresh: bool,
    /// What the steps are that are graded: the course, or some of it.
    pub asked: Asked,
}

/// What a step's last grade led to.
#[derive(Debug)]
pub struct Remembered {
    /// The verdicts, reached anew.
    pub report: StepReport,
    /// Whether nothing has changed since.
    pub current: bool,
}

/// Grades steps of a course in place, in the student's own workspace.
///
/// # Errors
/// If the grader cannot grade; what is wrong with the student's code is in the report.
pub fn grade(course: &Course, steps: &[&Step], options: Options, progress: &Watcher<'_>) -> Result<Report> {
    // Before the build: a fault in the course shows at once.
    let expected: Vec<Record> = steps.iter().map(|step| read_answers(&course.root, step)).collect::<Result<_>>()?;
    let attempts = attempts(course, steps, options, progress)?;
    let pairs = steps.iter().zip(&expected).zip(&attempts);
    let judged = pairs.map(|((step, expected), attempt)| {
        let knowledge = Explored { recorded: Recorded { course, step }, progress };
        judged(course, step, expected, &knowledge, attempt)
    });
    let judged = judged.collect::<Result<_>>()?;
    let own_steps = course.steps.iter().filter(|step| !step.bonus);
    let left_out = own_steps.filter(|own| steps.iter().all(|step| step.number != own.number)).count();
    Ok(Report { steps: judged, asked: options.asked, left_out })
}

/// Judges the last attempts at steps, without building or running anything; nothing for a step that was never graded.
///
/// # Errors
/// If a file of the course is not as it should be.
pub fn last_grade(course: &Course, steps: &[&Step]) -> Result<Vec<Option<Remembered>>> {
    let cache = Cache::new(&course.root, &attempts_folder(&course.root));
    let remembered = steps.iter().map(|step| {
        let Some(last) = cache.last(step, &cache.inputs(step)) else { return Ok(None) };
        let expected = read_answers(&course.root, step)?;
        Ok(Some(Remembered {
            report: judged(course, step, &expected, &Recorded { course, step }, &last.attempt)?,
            current: last.holds,
        }))
    });
    remembered.collect()
}

/// The folder for the grader's own files.
pub fn scratch_folder(root: &Path) -> PathBuf {
    target_folder(root).join("grader")
}

fn attempts_folder(root: &Path) -> PathBuf {
    scratch_folder(root).join("attempts")
}

fn judged(
    course: &Course,
    step: &Step,
    expected: &Record,
    knowledge: &dyn Knowledge,
    attempt: &Attempt,
) -> Result<StepReport> {
    let source = read(&course.root, &step.source())?;
    judge(step, expected, knowledge, attempt, &Trial::GRADED, &source)
}

/// What the snapshots of a step say.
struct Recorded<'a> {
    course: &'a Course,
    step: &'a Step,
}

impl Knowledge for Recorded<'_> {
    fn known(&self) -> Result<Known> {
        Known::load(&self.course.root, self.step)
    }
}

/// What the snapshots say, and what two mistakes at once answer: there are too many pairs to record, and few are met.
struct Explored<'a> {
    recorded: Recorded<'a>,
    progress: &'a Watcher<'a>,
}

impl Knowledge for Explored<'_> {
    fn known(&self) -> Result<Known> {
        self.recorded.known()
    }

    fn together(&self, other: &Mistake, mistakes: &[&Mistake]) -> Result<Vec<Record>> {
        let Recorded { course, step } = self.recorded;
        let solution = Solution::load(&course.root, step)?;
        let submissions = mistakes.iter().map(|mistake| Submission {
            label: mistake.name.clone(),
            source: solution.with(other).replacen(&mistake.replace, &mistake.with, 1),
            trials: Trial::GRADED.to_vec(),
        });
        let stage = Stage { step, purpose: Purpose::Pairs, submissions: submissions.collect() };
        let attempts = attempt_staged(course, &[stage], self.progress)?;
        let records = attempts.into_iter().flatten().map(|attempt| match attempt {
            Attempt::Ran(answers) => record_of(&answers, &Trial::GRADED),
            Attempt::Failed(_) => Record::new(),
        });
        Ok(records.collect())
    }
}

/// What came of building and running each step, remembered where nothing changed.
fn attempts(course: &Course, steps: &[&Step], options: Options, progress: &Watcher<'_>) -> Result<Vec<Attempt>> {
    let mut attempts: HashMap<u32, Attempt> = HashMap::new();
    let cache_folder = attempts_folder(&course.root);
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
            let remembered = if options.fresh { None } else { cache.recall(step, &inputs).filter(is_lasting) };
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
        let drafts = RunFolder::new(&scratch_folder(&course.root))?;
        for ((step, inputs), (attempt, program)) in open.into_iter().zip(results) {
            if after.inputs(step) == inputs {
                cache.remember(step, inputs, program.as_deref(), &attempt, drafts.path())?;
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
fn attempt(course: &Course, steps: &[&Step], progress: &Watcher<'_>) -> Result<Vec<(Attempt, Option<PathBuf>)>> {
    let target = target_folder(&course.root);
    let packages: Vec<String> = steps.iter().map(|step| step.name.clone()).collect();
    let built = build(&Request { workspace: &course.root, target: &target, packages }, progress)?;
    let folders: Vec<PathBuf> = steps.iter().map(|step| course.root.join(&step.folder)).collect();
    let mut jobs = Vec::new();
    for (step, folder) in steps.iter().zip(&folders) {
        if let Some(Built::Program { path: program, .. }) = built.get(&step.name) {
            let (name, cases) = (step.folder_name(), step.case_names());
            jobs.push(Job { step: name, program, submission: None, folder, cases, trials: &Trial::GRADED });
        }
    }
    let mut answers = run(&jobs, Limits::default(), &scratch_folder(&course.root), progress)?.into_iter();
    let attempts = steps.iter().map(|step| match built.get(&step.name) {
        Some(Built::Failed(failure)) => (Attempt::Failed(failure.clone()), None),
        Some(Built::Program { path, .. }) => (Attempt::Ran(answers.next().unwrap_or_default()), Some(path.clone())),
        // `build` answers for every package that it was asked for.
        None => (Attempt::Ran(Answers::new()), None),
    });
    Ok(attempts.collect())
}

/// Builds and runs submissions of the course itself on stages of one purpose; the attempts come in the order of stages and
/// submissions.
///
/// # Errors
/// If the stage cannot be written or a program cannot be built or run; what is wrong in a submission is no error.
pub fn attempt_staged(course: &Course, stages: &[Stage<'_>], progress: &Watcher<'_>) -> Result<Vec<Vec<Attempt>>> {
    let Some(first) = stages.first() else { return Ok(Vec::new()) };
    let folder = scratch_folder(&course.root).join(first.purpose.name());
    let target = target_folder(&course.root);
    let packages: Vec<String> = stages.iter().map(Stage::package).collect();

    // What does not compile keeps its whole stage from being built: it is left out, and the rest is built again.
    let mut failed: Vec<BTreeMap<String, CompileFailure>> = vec![BTreeMap::new(); stages.len()];
    let built = loop {
        let left_out: Vec<Vec<String>> = failed.iter().map(|failed| failed.keys().cloned().collect()).collect();
        stage::lay_out(course, &folder, stages, &left_out)?;
        let request = Request { workspace: &folder, target: &target, packages: packages.clone() };
        let built = build(&request, progress)?;
        let mut all = true;
        for ((stage, failed), package) in stages.iter().zip(&mut failed).zip(&packages) {
            let Some(Built::Failed(failure)) = built.get(package) else { continue };
            all = false;
            let known = failed.len();
            for error in &failure.errors {
                let Some(label) = stage.label_of(&error.file) else { continue };
                let own = failed.entry(label.to_owned());
                own.or_insert(CompileFailure { culprit: Culprit::Library, errors: Vec::new() })
                    .errors
                    .push(error.clone());
            }
            if failed.len() == known {
                // The cases themselves do not compile, which stops every submission.
                let of_cases = CompileFailure { culprit: Culprit::Cases, errors: failure.errors.clone() };
                for submission in &stage.submissions {
                    failed.entry(submission.label.clone()).or_insert_with(|| of_cases.clone());
                }
            }
        }
        if all {
            break built;
        }
    };

    let mut jobs = Vec::new();
    for ((stage, failed), package) in stages.iter().zip(&failed).zip(&packages) {
        let Some(Built::Program { path: program, .. }) = built.get(package) else { continue };
        for submission in stage.submissions.iter().filter(|own| !failed.contains_key(&own.label)) {
            let (step, cases, trials) = (stage.step.folder_name(), stage.step.case_names(), &submission.trials);
            jobs.push(Job { step, program, submission: Some(&submission.label), folder: &folder, cases, trials });
        }
    }
    let mut answers = run(&jobs, Limits::for_own_code(), &scratch_folder(&course.root), progress)?.into_iter();
    let attempts = stages.iter().zip(&failed).map(|(stage, failed)| {
        let own = stage.submissions.iter().map(|submission| match failed.get(&submission.label) {
            Some(failure) => Attempt::Failed(failure.clone()),
            None => Attempt::Ran(answers.next().unwrap_or_default()),
        });
        own.collect()
    });
    Ok(attempts.collect())
}
