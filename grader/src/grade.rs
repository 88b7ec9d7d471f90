//! The way of one grade, from the course to the report: each station hands its one type on to the next.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use fs_err as fs;
use harness::Trial;

use crate::answers::expected::read_answers;
use crate::answers::known::{Knowledge, Known};
use crate::answers::{Record, record_of};
use crate::attempt::Attempt;
use crate::attempt::build::{Built, CompileFailure, Culprit, build, build_stages};
use crate::attempt::cache::Cache;
use crate::attempt::inputs::{Inputs, Surroundings};
use crate::attempt::progress::Listener;
use crate::attempt::run::{Job, Sharing, run};
use crate::attempt::run_folder::RunFolder;
use crate::attempt::stage::{self, Place, Purpose, Stage, Submission};
use crate::course::solution::{Mistake, Solution};
use crate::course::{Asked, Course, Step};
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
        let (cache, surroundings) = (Cache::new(self), Surroundings::of(self));
        let remembered = steps.iter().map(|step| {
            let Some(last) = cache.last(step, &surroundings.of_attempt(step)) else { return Ok(None) };
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
                jobs.push(Job {
                    step: stage.step.folder_name(),
                    program,
                    submission: Some(&submission.label),
                    folder: place.folder(),
                    cases: stage.step.case_names(),
                    trials: &submission.trials,
                    sharing: Sharing::of(&submission.source),
                });
            }
        }
        let mut answers = run(&jobs, self, progress)?.into_iter();
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
        let mut failed = vec![Failed::new(); stages.len()];
        loop {
            let left_out: Vec<Vec<String>> = failed.iter().map(|failed| failed.keys().cloned().collect()).collect();
            stage::lay_out(course, place.folder(), stages, &left_out)?;
            let mut programs = Vec::new();
            let built = build_stages(self, stages, place.folder(), progress)?;
            for ((stage, failed), built) in stages.iter().zip(&mut failed).zip(built) {
                match built {
                    Built::Program { path, .. } => programs.push(path),
                    Built::Failed(failure) => leave_out(stage, &failure, failed)?,
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
            let (cache, surroundings) = (Cache::new(self), Surroundings::of(self));
            let mut open: Vec<(&Step, Inputs)> = Vec::new();
            for step in steps {
                if attempts.contains_key(&step.number) {
                    continue;
                }
                let inputs = surroundings.of_attempt(step);
                match cache.recall(step, &inputs).filter(|attempt| !options.fresh && attempt.is_decided_by_code()) {
                    Some(attempt) => drop(attempts.insert(step.number, attempt)),
                    None => open.push((step, inputs)),
                }
            }
            if open.is_empty() {
                break;
            }
            let tried: Vec<&Step> = open.iter().map(|(step, _)| *step).collect();
            let results = self.attempt(course, &tried, progress)?;
            let after = Surroundings::of(self);
            for ((step, inputs), (attempt, read)) in open.into_iter().zip(results) {
                // What the student's own code has written meanwhile is no change of what was graded.
                let now = after.of_attempt(step);
                if now.have_same_sources_as(&inputs) {
                    cache.remember(step, now, &read, &attempt);
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

    /// Builds and runs steps where they lie; with each come the files that the compiler read.
    fn attempt(
        &self,
        course: &Course,
        steps: &[&Step],
        progress: &Listener<'_>,
    ) -> Result<Vec<(Attempt, Vec<PathBuf>)>> {
        let outputs = RunFolder::new(&self.scratch())?;
        let built = build(self, steps, outputs.path(), progress)?;
        let folders: Vec<PathBuf> = steps.iter().map(|step| course.root.join(&step.folder)).collect();
        let mut jobs = Vec::new();
        for ((step, folder), built) in steps.iter().zip(&folders).zip(&built) {
            if let Built::Program { path: program, read, .. } = built {
                let cases = folder.join("cases.rs");
                let sources = read.iter().filter(|file| **file != cases).filter_map(|file| fs::read(file).ok());
                jobs.push(Job {
                    step: step.folder_name(),
                    program,
                    submission: None,
                    folder,
                    cases: step.case_names(),
                    trials: &Trial::GRADED,
                    sharing: Sharing::of_all(sources),
                });
            }
        }
        let mut answers = run(&jobs, self, progress)?.into_iter();
        let attempts = built.into_iter().map(|built| match built {
            Built::Failed(failure) => (Attempt::Failed(failure), Vec::new()),
            Built::Program { read, .. } => (Attempt::Ran(answers.next().unwrap_or_default()), read),
        });
        Ok(attempts.collect())
    }
}

/// Why submissions do not compile, by label.
type Failed = BTreeMap<String, CompileFailure>;

/// Notes which submissions of a stage do not compile.
fn leave_out(stage: &Stage<'_>, failure: &CompileFailure, failed: &mut Failed) -> Result<()> {
    let known = failed.len();
    for error in &failure.errors {
        let Some(place) = &error.place else { continue };
        let Some(label) = stage.label_of(&place.file) else { continue };
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
    let source = read_source(course, step);
    let judged = judge(step, expected, knowledge, attempt, &Trial::GRADED, &source)?;
    Ok(StepReport::of(step, judged, attempt, &source))
}

/// The text of the student's file, as far as it is one: why it cannot be read is a verdict, and reached elsewhere.
fn read_source(course: &Course, step: &Step) -> String {
    let path = course.root.join(step.source());
    let bytes = if path.is_file() { fs::read(path).unwrap_or_default() } else { Vec::new() };
    String::from_utf8_lossy(&bytes).into_owned()
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
