//! The way of one grade, from the course to the report: each station hands its one type on to the next.

mod pairs;

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::PathBuf;

use fs_err as fs;
use harness::Trial;

use crate::answers::expected::read_answers;
use crate::answers::known::{Knowledge, Known};
use crate::answers::Record;
use crate::attempt::Attempt;
use crate::attempt::build::{Built, build};
use crate::attempt::cache::{Cache, Tried};
use crate::attempt::inputs::{Inputs, Surroundings};
use crate::attempt::progress::Listener;
use crate::attempt::run::{Job, Sharing, run};
use crate::attempt::run_folder::RunFolder;
use crate::attempt::stage::{self, Stage};
use crate::course::{Asked, Course, Step};
use crate::error::{Error, Result};
use crate::verdict::judge::judge;
use crate::verdict::{Report, StepReport};
use crate::workspace::Workspace;
use pairs::{Budget, Explored};

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
        let tried = self.tried(course, steps, options, progress)?;
        let budget = Budget::of(self);
        let judged = steps.iter().zip(&expected).zip(&tried).map(|((step, expected), tried)| {
            let knowledge = Explored { workspace: self, recorded: Recorded { course, step }, budget: &budget, progress };
            judged(course, step, expected, &knowledge, &tried.attempt)
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
                report: judged(course, step, &expected, &Recorded { course, step }, &last.tried.attempt)?,
                current: last.holds,
            }))
        });
        remembered.collect()
    }

    /// Builds and runs submissions of the course itself, remembered where nothing changed; the attempts come in the order
    /// of stages and submissions.
    ///
    /// # Errors
    /// If a program cannot be built or run; what is wrong in a submission is no error.
    pub fn staged(&self, stages: &[Stage<'_>], progress: &Listener<'_>) -> Result<Vec<Vec<Attempt>>> {
        stage::attempts(self, stages, progress)
    }

    /// What came of building and running each step as it lies, remembered where nothing changed.
    ///
    /// # Errors
    /// If the grader cannot grade.
    pub fn tried(
        &self,
        course: &Course,
        steps: &[&Step],
        options: Options,
        progress: &Listener<'_>,
    ) -> Result<Vec<Tried>> {
        let mut attempts: HashMap<u32, Tried> = HashMap::new();
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
                match cache.recall(step, &inputs).filter(|tried| !options.fresh && tried.attempt.is_decided_by_code()) {
                    Some(tried) => drop(attempts.insert(step.number, tried)),
                    None => open.push((step, inputs)),
                }
            }
            if open.is_empty() {
                break;
            }
            let tried: Vec<&Step> = open.iter().map(|(step, _)| *step).collect();
            let results = self.attempt(course, &tried, progress)?;
            let after = Surroundings::of(self);
            for ((step, inputs), (tried, read)) in open.into_iter().zip(results) {
                // What the student's own code has written meanwhile is no change of what was graded.
                let now = after.of_attempt(step);
                if now.have_same_sources_as(&inputs) {
                    cache.remember(step, now, &read, &tried);
                    attempts.insert(step.number, tried);
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
    fn attempt(&self, course: &Course, steps: &[&Step], progress: &Listener<'_>) -> Result<Vec<(Tried, Vec<PathBuf>)>> {
        let outputs = RunFolder::new(&self.scratch())?;
        let built = build(self, steps, outputs.path(), progress)?;
        let folders: Vec<PathBuf> = steps.iter().map(|step| course.root.join(&step.folder)).collect();
        let mut jobs = Vec::new();
        for ((step, folder), built) in steps.iter().zip(&folders).zip(&built) {
            if let Built::Program { path: program, .. } = built {
                jobs.push(Job {
                    step: step.folder_name(),
                    program,
                    choice: None,
                    folder,
                    cases: step.case_names(),
                    trials: &Trial::GRADED,
                    sharing: Sharing::of(&read_source(course, step)),
                });
            }
        }
        let mut answers = run(&jobs, self, progress)?.into_iter();
        let tried = built.into_iter().map(|built| match built {
            Built::Failed(failure) => (Tried { attempt: Attempt::Failed(failure), warnings: Vec::new() }, Vec::new()),
            Built::Program { read, warnings, .. } => {
                (Tried { attempt: Attempt::Ran(answers.next().unwrap_or_default()), warnings }, read)
            }
        });
        Ok(tried.collect())
    }
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
    fn known(&self) -> Result<Cow<'_, Known>> {
        Known::load(&self.course.root, self.step).map(Cow::Owned)
    }
}
