//! The way of one grade, from the course to the report: each station hands its one type on to the next.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use harness::Trial;

use crate::answers::expected::read_answers;
use crate::answers::known::{Knowledge, Known};
use crate::answers::{Record, record_of};
use crate::attempt::Attempt;
use crate::attempt::build::{Built, CompileFailure, Culprit, build, build_stages, unbuildable};
use crate::attempt::cache::Cache;
use crate::attempt::inputs::{Inputs, Surroundings};
use crate::attempt::progress::Listener;
use crate::attempt::run::{Answers, Job, Sharing, run};
use crate::attempt::run_folder::RunFolder;
use crate::attempt::stage::{self, Place, Purpose, Stage, Submission};
use crate::course::solution::{Mistake, Solution};
use crate::course::{Asked, Course, Step};
use crate::error::{Error, Fault, OrFault, Result, or_fault};
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
    /// Grades steps of the course in place, in the student's own files. A fault in a file of one step leaves the others.
    ///
    /// # Errors
    /// If the grader cannot grade; what is wrong with the student's code, or with a step, is in the report.
    pub fn grade(&self, course: &Course, steps: &[&Step], options: Options, progress: &Listener<'_>) -> Result<Report> {
        // Before the build: a fault in the course shows at once.
        let expected: Vec<OrFault<Record>> =
            steps.iter().map(|step| or_fault(read_answers(&course.root, step))).collect::<Result<_>>()?;
        let sound: Vec<&Step> =
            steps.iter().zip(&expected).filter(|(_, expected)| expected.is_ok()).map(|(step, _)| *step).collect();
        let mut attempts = self.attempts(course, &sound, options, progress)?;
        let reports = steps.iter().zip(expected).map(|(step, expected)| {
            let knowledge = Explored { workspace: self, recorded: Recorded { course, step }, progress };
            let attempt = attempts.remove(&step.number).unwrap_or_else(|| Err(kept_changing(step)));
            let judge = || judged(course, step, &expected?, &knowledge, &attempt?);
            Ok(or_fault(judge())?.unwrap_or_else(|fault| StepReport::faulty(step, fault)))
        });
        let reports = reports.collect::<Result<_>>()?;
        let own_steps = course.steps.iter().filter(|step| !step.bonus);
        let left_out = own_steps.filter(|own| steps.iter().all(|step| step.number != own.number)).count();
        // Nobody knows whether a step is a bonus that cannot be read.
        let left_out = left_out + course.faulty.len();
        let course_version = course.version.clone();
        Ok(Report { course_version, steps: reports, asked: options.asked, left_out })
    }

    /// Judges the last attempts at steps, without building or running anything; nothing for a step that was never graded.
    ///
    /// # Errors
    /// If the machine keeps a file from being read.
    pub fn last(&self, course: &Course, steps: &[&Step]) -> Result<Vec<Option<Remembered>>> {
        let (cache, surroundings) = (Cache::new(self), Surroundings::of(self));
        let remembered = steps.iter().map(|step| {
            let Some(last) = cache.last(step, &surroundings.of_attempt(step)) else { return Ok(None) };
            let expected = read_answers(&course.root, step);
            let judged = expected
                .and_then(|expected| judged(course, step, &expected, &Recorded { course, step }, &last.attempt));
            let report = or_fault(judged)?.unwrap_or_else(|fault| StepReport::faulty(step, fault));
            Ok(Some(Remembered { report, current: last.holds }))
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
        let answers = run(&jobs, self, progress)?.into_iter().collect::<OrFault<Vec<_>>>()?;
        let mut answers = answers.into_iter();
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
                    Built::Faulty(fault) => return Err(fault.into()),
                }
            }
            if programs.len() == stages.len() {
                return Ok((programs, failed));
            }
        }
    }

    /// What came of building and running each step, by its number; remembered where nothing changed, and nothing for a step
    /// whose files kept changing.
    fn attempts(
        &self,
        course: &Course,
        steps: &[&Step],
        options: Options,
        progress: &Listener<'_>,
    ) -> Result<HashMap<u32, OrFault<Attempt>>> {
        let mut attempts = HashMap::new();
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
                    Some(attempt) => drop(attempts.insert(step.number, Ok(attempt))),
                    None => open.push((step, inputs)),
                }
            }
            if open.is_empty() {
                break;
            }
            let tried: Vec<&Step> = open.iter().map(|(step, _)| *step).collect();
            let results = match self.attempt(course, &tried, progress) {
                // What is remembered of the other steps is graded all the same.
                Err(Error::Build(complaint)) if !attempts.is_empty() => {
                    tried.iter().map(|step| Err(unbuildable(step, &complaint))).collect()
                }
                results => results?,
            };
            let after = Surroundings::of(self);
            for ((step, inputs), result) in open.into_iter().zip(results) {
                // What the student's own code has written meanwhile is no change of what was graded.
                let now = after.of_attempt(step);
                if !now.have_same_sources_as(&inputs) {
                    continue;
                }
                let attempt = result.map(|Made { attempt, read }| {
                    cache.remember(step, now, &read, &attempt);
                    attempt
                });
                attempts.insert(step.number, attempt);
            }
        }
        Ok(attempts)
    }

    /// Builds and runs steps where they lie.
    fn attempt(&self, course: &Course, steps: &[&Step], progress: &Listener<'_>) -> Result<Vec<OrFault<Made>>> {
        let outputs = RunFolder::new(&self.scratch())?;
        let built = build(self, steps, outputs.path(), progress)?;
        let folders: Vec<PathBuf> = steps.iter().map(|step| course.root.join(&step.folder)).collect();
        let mut jobs = Vec::new();
        for ((step, folder), built) in steps.iter().zip(&folders).zip(&built) {
            if let Built::Program { path: program, read, .. } = built {
                let cases = folder.join("cases.rs");
                let sources = read.iter().filter(|file| **file != cases).filter_map(|file| std::fs::read(file).ok());
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
        let made = built.into_iter().map(|built| match built {
            Built::Failed(failure) => Ok(Made { attempt: Attempt::Failed(failure), read: Vec::new() }),
            Built::Faulty(fault) => Err(fault),
            Built::Program { read, .. } => {
                let answers = answers.next().unwrap_or_else(|| Ok(Answers::new()))?;
                Ok(Made { attempt: Attempt::Ran(answers), read })
            }
        });
        Ok(made.collect())
    }
}

/// An attempt that was made, and the files that the compiler read for it.
struct Made {
    attempt: Attempt,
    read: Vec<PathBuf>,
}

/// Why there is no attempt at a step.
fn kept_changing(step: &Step) -> Fault {
    let message = "the file kept changing while it was graded; grade again when it rests".to_owned();
    Fault { path: step.source(), line: None, message }
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
    let source = step.read_source(&course.root);
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
