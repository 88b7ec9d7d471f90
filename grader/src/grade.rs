//! The way of one grade, from the course to the report: each station hands its one type on to the next.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use harness::Trial;

use crate::answers::expected::read_answers;
use crate::answers::known::{Knowledge, Known};
use crate::answers::{Record, record_of};
use crate::attempt::Attempt;
use crate::attempt::build::{Built, CompileFailure, Culprit, Request, build};
use crate::attempt::cache::{Cache, Inputs};
use crate::attempt::progress::Listener;
use crate::attempt::run::{Answers, Ending, Job, run};
use crate::attempt::run_folder::RunFolder;
use crate::attempt::stage::{self, Place, Purpose, Stage, Submission};
use crate::course::solution::{Mistake, Solution};
use crate::course::{Asked, Course, Step, read};
use crate::error::{Error, Result};
use crate::verdict::judge::judge;
use crate::verdict::{Report, StepReport};
use crate::workspace::Workspace;

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

impl Workspace {
    /// Grades steps of the course in place, in the student's own files.
    ///
    /// # Errors
    /// If the grader cannot grade; what is wrong with the student's code is in the report.
    pub fn grade(&self, course: &Course, steps: &[&Step], options: Options, progress: &Listener<'_>) -> Result<Report> {
        // Before the build: a fault in the course shows at once.
        let expected: Vec<Record> = steps.iter().map(|step| read_answers(&course.root, step)).collect::<Result<_>>()?;
        let attempts = self.attempts(course, steps, options, progress)?;
        let pairs = steps.iter().zip(&expected).zip(&attempts);
        let judged = pairs.map(|((step, expected), attempt)| {
            let knowledge = Explored { workspace: self, recorded: Recorded { course, step }, progress };
            judged(course, step, expected, &knowledge, attempt)
        });
        let judged = judged.collect::<Result<_>>()?;
        let own_steps = course.steps.iter().filter(|step| !step.bonus);
        let left_out = own_steps.filter(|own| steps.iter().all(|step| step.number != own.number)).count();
        let course_version = course.version.clone();
        Ok(Report { course_version, steps: judged, asked: options.asked, left_out })
    }

    /// Judges the last attempts at steps, without building or running anything; nothing for a step that was never graded.
    ///
    /// # Errors
    /// If a file of the course is not as it should be.
    pub fn last(&self, course: &Course, steps: &[&Step]) -> Result<Vec<Option<Remembered>>> {
        let cache = Cache::new(self);
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

    /// Builds and runs submissions of the course itself on stages of one purpose; the attempts come in the order of stages
    /// and submissions.
    ///
    /// # Errors
    /// If the stage cannot be written or a program cannot be built or run; what is wrong in a submission is no error.
    pub fn staged(&self, course: &Course, stages: &[Stage<'_>], progress: &Listener<'_>) -> Result<Vec<Vec<Attempt>>> {
        let Some(first) = stages.first() else { return Ok(Vec::new()) };
        let place = Place::take(self, first.purpose)?;
        let (programs, failed) = self.build_stages(course, stages, &place, progress)?;
        let mut jobs = Vec::new();
        for ((stage, program), failed) in stages.iter().zip(&programs).zip(&failed) {
            for submission in stage.submissions.iter().filter(|own| !failed.contains_key(&own.label)) {
                let (step, cases, trials) = (stage.step.folder_name(), stage.step.case_names(), &submission.trials);
                let (submission, folder) = (Some(submission.label.as_str()), place.folder());
                jobs.push(Job { step, program, submission, folder, cases, trials });
            }
        }
        let mut answers = run(&jobs, self, self.limits().for_own_code(), progress)?.into_iter();
        let attempts = stages.iter().zip(&failed).map(|(stage, failed)| {
            let own = stage.submissions.iter().map(|submission| match failed.get(&submission.label) {
                Some(failure) => Attempt::Failed(failure.clone()),
                None => Attempt::Ran(answers.next().unwrap_or_default()),
            });
            own.collect()
        });
        Ok(attempts.collect())
    }

    /// The program of each stage, and by label why a submission is not in it: what does not compile keeps its whole stage
    /// from being built, so it is left out and the rest is built again.
    fn build_stages(
        &self,
        course: &Course,
        stages: &[Stage<'_>],
        place: &Place,
        progress: &Listener<'_>,
    ) -> Result<(Vec<PathBuf>, Vec<Failed>)> {
        let packages: Vec<String> = stages.iter().map(Stage::package).collect();
        let mut failed = vec![Failed::new(); stages.len()];
        loop {
            let left_out: Vec<Vec<String>> = failed.iter().map(|failed| failed.keys().cloned().collect()).collect();
            stage::lay_out(course, place.folder(), stages, &left_out)?;
            let built = build(&self.request(place.folder(), packages.clone()), progress)?;
            let mut programs = Vec::new();
            for ((stage, failed), package) in stages.iter().zip(&mut failed).zip(&packages) {
                match built.get(package) {
                    Some(Built::Program { path, .. }) => programs.push(path.clone()),
                    Some(Built::Failed(failure)) => leave_out(stage, failure, failed)?,
                    None => {}
                }
            }
            if programs.len() == stages.len() {
                return Ok((programs, failed));
            }
        }
    }

    /// What came of building and running each step, remembered where nothing changed.
    fn attempts(
        &self,
        course: &Course,
        steps: &[&Step],
        options: Options,
        progress: &Listener<'_>,
    ) -> Result<Vec<Attempt>> {
        let mut attempts: HashMap<u32, Attempt> = HashMap::new();
        // A file saved during a grade would leave answers of a mixture: such a step is tried again.
        const TRIES: usize = 3;
        for _ in 0..TRIES {
            let cache = Cache::new(self);
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
            let results = self.attempt(course, &tried, progress)?;
            let after = Cache::new(self);
            let drafts = RunFolder::new(&self.scratch())?;
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

    /// Builds and runs steps where they lie; with each comes the program that was built.
    fn attempt(
        &self,
        course: &Course,
        steps: &[&Step],
        progress: &Listener<'_>,
    ) -> Result<Vec<(Attempt, Option<PathBuf>)>> {
        let packages: Vec<String> = steps.iter().map(|step| step.name.clone()).collect();
        let built = build(&self.request(&course.root, packages), progress)?;
        let folders: Vec<PathBuf> = steps.iter().map(|step| course.root.join(&step.folder)).collect();
        let mut jobs = Vec::new();
        for (step, folder) in steps.iter().zip(&folders) {
            if let Some(Built::Program { path: program, .. }) = built.get(&step.name) {
                let (name, cases) = (step.folder_name(), step.case_names());
                jobs.push(Job { step: name, program, submission: None, folder, cases, trials: &Trial::GRADED });
            }
        }
        let mut answers = run(&jobs, self, self.limits(), progress)?.into_iter();
        let attempts = steps.iter().map(|step| match built.get(&step.name) {
            Some(Built::Failed(failure)) => (Attempt::Failed(failure.clone()), None),
            Some(Built::Program { path, .. }) => (Attempt::Ran(answers.next().unwrap_or_default()), Some(path.clone())),
            // `build` answers for every package that it was asked for.
            None => (Attempt::Ran(Answers::new()), None),
        });
        Ok(attempts.collect())
    }

    /// A request to build packages of a workspace with what this one is built with.
    pub fn request<'a>(&'a self, folder: &'a Path, packages: Vec<String>) -> Request<'a> {
        Request { workspace: folder, target: self.target(), packages, interrupt: self.interrupt() }
    }
}

/// Why submissions do not compile, by label.
type Failed = BTreeMap<String, CompileFailure>;

/// Notes which submissions of a stage do not compile.
fn leave_out(stage: &Stage<'_>, failure: &CompileFailure, failed: &mut Failed) -> Result<()> {
    let known = failed.len();
    for error in &failure.errors {
        let Some(label) = stage.label_of(&error.file) else { continue };
        let own = failed.entry(label.to_owned());
        own.or_insert(CompileFailure { culprit: Culprit::Library, errors: Vec::new() }).errors.push(error.clone());
    }
    if failed.len() > known {
        return Ok(());
    }
    // The cases do not compile, which stops every submission; with none left, the stage's own program does not.
    if known == stage.submissions.len() {
        let words = failure.errors.first().map_or("", |error| error.message.as_str());
        let path = stage.step.folder.join("Cargo.toml");
        return Err(Error::in_file(&path, format!("the cases cannot be built on a stage: {words}")));
    }
    let of_cases = CompileFailure { culprit: Culprit::Cases, errors: failure.errors.clone() };
    for submission in &stage.submissions {
        failed.entry(submission.label.clone()).or_insert_with(|| of_cases.clone());
    }
    Ok(())
}

fn judged(
    course: &Course,
    step: &Step,
    expected: &Record,
    knowledge: &dyn Knowledge,
    attempt: &Attempt,
) -> Result<StepReport> {
    let source = read(&course.root, &step.source())?;
    let judged = judge(step, expected, knowledge, attempt, &Trial::GRADED, &source)?;
    Ok(StepReport::of(step, judged, attempt, &source))
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
    workspace: &'a Workspace,
    recorded: Recorded<'a>,
    progress: &'a Listener<'a>,
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
        let attempts = self.workspace.staged(course, &[stage], self.progress)?;
        let records = attempts.into_iter().flatten().map(|attempt| match attempt {
            Attempt::Ran(answers) => record_of(&answers, &Trial::GRADED),
            Attempt::Failed(_) => Record::new(),
        });
        Ok(records.collect())
    }
}

/// Whether the same inputs would lead to the same attempt again: how long a run takes is up to the machine.
fn is_lasting(attempt: &Attempt) -> bool {
    match attempt {
        Attempt::Failed(_) => true,
        Attempt::Ran(answers) => answers.values().all(|run| !matches!(run.ending, Ending::TimedOut(_))),
    }
}
