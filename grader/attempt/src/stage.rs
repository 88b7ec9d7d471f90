//! Stages: submissions of the course itself, built in the place of the student's library. A submission is a step's
//! solution with none, one or several of its known mistakes.
//!
//! All submissions of a step are one program (`program`), compiled by the same plan as the student's code. Each attempt
//! is made once and then remembered by the content of everything that decides it (`kept`).

mod kept;
mod program;

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use course::at_once::each;
use course::blanked::without_comments;
use course::{Fault, NewBody, OrFault, Result, Solution, Step};
use harness::Trial;

use super::Attempt;
use super::habits::{Habits, View};
use super::inputs::{Inputs, Surroundings, hash_of};
use super::obstacle::Obstacle;
use super::planned::{Base, Planned, plans};
use super::programs::{Kind, Programs};
use super::run::{Job, run};
use super::run_folder::RunFolder;
use super::{Listener, Progress};
use crate::workspace::Workspace;
use kept::Attempts;
use program::{Builder, BuiltStage, Placed};

/// What a stage is for, which decides how long its attempts are remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To record or verify what the solution and each mistake answer: until these change.
    Recording,
    /// To find out whether the recorded answers still hold: what was kept of a recording is used, and stays.
    Checking,
    /// To find out what two mistakes at once answer: as long as there is room.
    Pairs,
    /// To find out what unrecorded wrong solutions answer: until others are tried.
    Trying,
}

/// Submissions of one step.
///
/// ```no_run
/// use grader::attempt::{Attempt, Purpose, Stage, Submission};
/// use grader::course::{Solution, Step};
/// use grader::{Course, Result, Workspace};
/// use harness::Trial;
///
/// /// What the solution of a step answers to its cases on the lesson's data.
/// fn solution_on_the_lesson(workspace: &Workspace, course: &Course, step: &Step) -> Result<Vec<Attempt>> {
///     let solution = Solution::load(&course.root, step)?;
///     let stage = Stage {
///         step,
///         purpose: Purpose::Trying,
///         solution: &solution,
///         bodies: Vec::new(),
///         cases: step.cases.iter().map(|case| case.name.as_str()).collect(),
///         submissions: vec![Submission { bodies: Vec::new(), trials: vec![Trial::Lesson] }],
///     };
///     let attempts = workspace.staged(&[stage], &|_progress| ())?;
///     Ok(attempts.into_iter().collect::<std::result::Result<Vec<_>, _>>()?.concat())
/// }
/// ```
#[derive(Debug)]
pub struct Stage<'a> {
    /// The step.
    pub step: &'a Step,
    /// What it is for.
    pub purpose: Purpose,
    /// The step's solution.
    pub solution: &'a Solution,
    /// The bodies that the step's one program holds besides the solution's: those of the submissions, and others that
    /// later ones may need.
    pub bodies: Vec<NewBody>,
    /// The cases to run.
    pub cases: Vec<&'a str>,
    /// The submissions.
    pub submissions: Vec<Submission>,
}

/// A submission: the solution with other bodies in some functions.
#[derive(Debug, Clone)]
pub struct Submission {
    /// The bodies, each of another function.
    pub bodies: Vec<NewBody>,
    /// The trials to run it on.
    pub trials: Vec<Trial>,
}

impl Workspace {
    /// Builds and runs submissions of the course itself, or takes what is remembered of them. The results are in the
    /// order of stages and submissions.
    ///
    /// # Errors
    /// If a program cannot be built or run. An error in a submission, or in a step, is part of the result.
    pub fn staged(&self, stages: &[Stage<'_>], progress: &Listener<'_>) -> Result<Vec<OrFault<Vec<Attempt>>>> {
        attempts(self, stages, progress)
    }

    /// Whether all attempts of a stage are remembered, so that nothing but [`Workspace::contents_of`] decides them.
    pub fn remembers(&self, stage: &Stage<'_>) -> bool {
        remembers(self, stage)
    }
}

/// Builds and runs submissions; the attempts are in the order of stages and submissions.
///
/// # Errors
/// If no step has a plan, the compiler or a program cannot do its work, or an interrupt comes. An error in a submission
/// is part of the result, and a fault of the course in one step leaves the others.
fn attempts<'a>(
    workspace: &Workspace,
    stages: &'a [Stage<'a>],
    progress: &Listener<'_>,
) -> Result<Vec<OrFault<Vec<Attempt>>>> {
    let surroundings = Surroundings::of(workspace);
    let read = |stage: &&'a Stage<'a>| Ok(Work::new(workspace, stage, &surroundings));
    let mut all = each(&stages.iter().collect::<Vec<_>>(), workspace.limits().at_once, read)?;
    let mut open: Vec<&mut Work<'_>> = all.iter_mut().filter(|work| work.is_open()).collect();
    if !open.is_empty() {
        let outputs = RunFolder::new(&workspace.scratch())?;
        let built = build(workspace, &open, &surroundings, outputs.path(), progress)?;
        let now = Surroundings::of(workspace);
        let total = open.iter().map(|work| work.cases_left()).sum();
        let mut before = 0;
        for (work, built) in open.iter_mut().zip(built) {
            let left = work.cases_left();
            work.finish(workspace, built, &now, outputs.path(), &|part| {
                progress(match part {
                    Progress::Running { done, step, .. } => Progress::Running { done: before + done, total, step },
                    other => other,
                });
            })?;
            before += left;
        }
    }
    Ok(all.into_iter().map(Work::into_attempts).collect())
}

/// Whether all attempts of a stage are remembered: nothing but its inputs decides them.
fn remembers(workspace: &Workspace, stage: &Stage<'_>) -> bool {
    !Work::new(workspace, stage, &Surroundings::of(workspace)).is_open()
}

/// Builds what is missing for some stages, several at once.
fn build(
    workspace: &Workspace,
    open: &[&mut Work<'_>],
    surroundings: &Surroundings,
    outputs: &Path,
    progress: &Listener<'_>,
) -> Result<Vec<OrFault<BuiltStage>>> {
    let steps: Vec<&Step> = open.iter().map(|work| work.stage.step).collect();
    let planned = plans(workspace, &steps, surroundings, Base::Kept, progress)?;
    let work: Vec<(&Work<'_>, Planned)> = open.iter().map(|work| &**work).zip(planned).collect();
    let done = AtomicUsize::new(0);
    each(&work, workspace.limits().at_once, |(work, planned)| {
        let plan = match planned {
            Planned::As(plan) => plan,
            Planned::Not(Obstacle::Fault(fault)) => return Ok(Err(fault.clone())),
            Planned::Not(Obstacle::Failure(failure)) => return Ok(Ok(BuiltStage::none(failure, work.left().len()))),
        };
        let folder = outputs.join(work.stage.step.folder_name());
        let builder = Builder::new(workspace, work.stage, plan, &work.inputs, &work.programs, folder);
        let built = builder.build(&work.left())?;
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        progress(Progress::Building { done, total: open.len(), step: &work.stage.step.folder_name() });
        Ok(Ok(built))
    })
}

/// Under which keys an attempt is remembered: a comment changes no answer, but it moves the place of an error.
struct Keys {
    ran: String,
    failed: String,
}

impl Keys {
    fn of(&self, attempt: &Attempt) -> &str {
        match attempt {
            Attempt::Ran(_) => &self.ran,
            Attempt::Failed(_) => &self.failed,
        }
    }
}

/// A stage, and what is known of its attempts.
struct Work<'a> {
    stage: &'a Stage<'a>,
    inputs: Inputs,
    remembered: Attempts,
    programs: Programs,
    /// For each submission, the keys of its attempt, and the attempt once it is known.
    attempts: Vec<(Keys, Option<Attempt>)>,
    /// A fault of the course that keeps attempts from being made.
    fault: Option<Fault>,
}

impl<'a> Work<'a> {
    fn new(workspace: &Workspace, stage: &'a Stage<'a>, surroundings: &Surroundings) -> Self {
        let inputs = surroundings.of_stage(stage.step);
        let remembered = Attempts::read(workspace, stage.step, stage.purpose);
        let inputs_in_short = inputs.in_short();
        let solution = without_comments(&stage.solution.text);
        let keys = |submission: &Submission| {
            let (cases, trials, limits) = (&stage.cases, &submission.trials, workspace.limits().case);
            let key_of =
                |text: &str| hash_of(format!("{inputs_in_short} {cases:?} {trials:?} {limits:?} {text}").as_bytes());
            let code_of = |body: &NewBody| Some(format!("{} {}", body.function, without_comments(&body.text)?));
            let bodies = submission.bodies.iter().map(code_of).collect::<Option<Vec<_>>>();
            let failed = key_of(&stage.solution.with(&submission.bodies));
            let code = solution.as_ref().zip(bodies);
            Keys { ran: code.map_or(failed.clone(), |code| key_of(&format!("{code:?}"))), failed }
        };
        let known = |keys: &Keys| remembered.recall(&keys.ran).or_else(|| remembered.recall(&keys.failed));
        let keys = stage.submissions.iter().map(keys);
        let attempts = keys.map(|keys| (known(&keys), keys)).map(|(attempt, keys)| (keys, attempt)).collect();
        Self {
            stage,
            inputs,
            remembered,
            programs: Programs::new(workspace, kept::folder(workspace, stage.step)),
            attempts,
            fault: None,
        }
    }

    fn is_open(&self) -> bool {
        self.attempts.iter().any(|(_, attempt)| attempt.is_none())
    }

    /// The submissions whose attempts are not known yet.
    fn left(&self) -> Vec<&'a Submission> {
        let submissions = self.stage.submissions.iter().zip(&self.attempts);
        submissions.filter(|(_, (_, attempt))| attempt.is_none()).map(|(submission, _)| submission).collect()
    }

    fn cases_left(&self) -> usize {
        self.left().len() * self.stage.cases.len()
    }

    /// Runs what is left, and keeps the attempts.
    fn finish(
        &mut self,
        workspace: &Workspace,
        built: OrFault<BuiltStage>,
        now: &Surroundings,
        drafts: &Path,
        progress: &Listener<'_>,
    ) -> Result<()> {
        let built = match built {
            Ok(built) => built,
            Err(fault) => {
                self.fault = Some(fault);
                return Ok(());
            }
        };
        // A file that was saved meanwhile may be in the programs but not in the key.
        let is_known =
            now.of_stage(self.stage.step) == self.inputs && built.read.iter().all(|path| self.inputs.has(path));
        if let Some((key, program)) = built.complete.filter(|_| is_known) {
            self.programs.put(Kind::Stage, &key, &program);
            self.programs.remove(Kind::StageLibrary);
        }
        let habits = self.habits_of_left();
        self.run(workspace, &built.placed, &habits, progress)?;
        if is_known {
            // An attempt is remembered only if it can look at nothing but its inputs.
            let of_inputs = |habits: &Option<Habits>| habits.is_none_or(|habits| habits.view == View::Inputs);
            let attempts = self.attempts.iter().zip(&habits).filter(|(_, habits)| of_inputs(habits));
            let attempts = attempts.filter_map(|((keys, attempt), _)| Some((keys, attempt.as_ref()?)));
            let attempts = attempts.map(|(keys, attempt)| (keys.of(attempt), attempt));
            self.remembered.update(&attempts.collect::<Vec<_>>(), drafts);
        }
        Ok(())
    }

    /// Runs what is left, in the programs where it was placed.
    fn run(
        &mut self,
        workspace: &Workspace,
        placed: &[Placed],
        habits: &[Option<Habits>],
        progress: &Listener<'_>,
    ) -> Result<()> {
        let folder = workspace.root().join(&self.stage.step.folder);
        let left = self.left();
        let places = placed.iter().zip(habits.iter().flatten());
        let jobs = left.iter().zip(places).filter_map(|(submission, (placed, habits))| match placed {
            Placed::In { program, choice } => Some(Job {
                step: self.stage.step.folder_name(),
                program,
                choice: choice.as_ref(),
                folder: &folder,
                cases: self.stage.cases.clone(),
                trials: &submission.trials,
                sharing: habits.sharing,
            }),
            Placed::Nowhere(_) => None,
        });
        let answers = run(&jobs.collect::<Vec<_>>(), workspace, progress)?.into_iter().collect::<OrFault<Vec<_>>>();
        let mut answers = match answers {
            Ok(answers) => answers.into_iter(),
            Err(fault) => {
                self.fault = Some(fault);
                return Ok(());
            }
        };
        let open = self.attempts.iter_mut().filter(|(_, attempt)| attempt.is_none());
        for ((_, attempt), placed) in open.zip(placed) {
            *attempt = match placed {
                Placed::Nowhere(failure) => Some(Attempt::Failed(failure.clone())),
                Placed::In { .. } => answers.next().map(Attempt::Ran),
            };
        }
        Ok(())
    }

    /// The habits of each submission whose attempt is not known.
    fn habits_of_left(&self) -> Vec<Option<Habits>> {
        let habits = |submission: &Submission| Habits::of(&self.stage.solution.with(&submission.bodies));
        let submissions = self.stage.submissions.iter().zip(&self.attempts);
        submissions.map(|(submission, (_, attempt))| attempt.is_none().then(|| habits(submission))).collect()
    }

    fn into_attempts(self) -> OrFault<Vec<Attempt>> {
        match self.fault {
            Some(fault) => Err(fault),
            None => Ok(self.attempts.into_iter().filter_map(|(_, attempt)| attempt).collect()),
        }
    }
}
