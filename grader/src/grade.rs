//! One grade, from the course to the report.

mod pairs;
mod prints;
mod settled;
mod stale;
mod untouched;

use std::sync::OnceLock;

use attempt::cache::Cache;
use attempt::inputs::{Further, Surroundings};
use attempt::tried::{Beside, Setting};
use attempt::workspace::Workspace;
use attempt::{Attempt, Listener, Tried};
use course::at_once::{cores, each};
use course::{About, Course, Fault, OrFault, Result, Selection, Source, Step, or_fault};
use harness::Trial;
use report::summary::Summary;
use verdict::answers::Record;
use verdict::answers::expected::read_answers;
use verdict::answers::known::{Knowledge, Known};
use verdict::explain::Texts;
use verdict::judge::judge;
use verdict::{Part, Report, StepReport};

use pairs::{Deadline, Explored};
use stale::stale;
use untouched::untouched;

/// How to grade.
#[derive(Debug, Clone, Copy, Default)]
pub struct GradeOptions {
    /// Build and run even what is remembered.
    pub fresh: bool,
    /// Which cases have tables in the report.
    pub tables: Tables,
}

/// Which cases have tables in a report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tables {
    /// Every case that answered or should have answered.
    #[default]
    All,
    /// Those that explain why a case failed. Other tables may be left out; then a step that leaves nothing to explain
    /// is not read again.
    OfFailures,
}

/// Receives the report as it is before pairs of mistakes are tried.
pub type ReportListener<'a> = dyn FnMut(&Report) -> Result<()> + 'a;

/// A report, and whether another grade would lead to it again.
pub(crate) struct Graded {
    /// The report.
    pub(crate) report: Report,
    /// If every step passes or is not begun, and nothing but files and tools decides that: what the compiler read beside
    /// the course's own files.
    pub(crate) settled_by: Option<Further>,
}

/// What is known of a step without a grade.
#[derive(Debug)]
pub struct Remembered {
    /// The verdicts, judged anew.
    pub report: StepReport,
    /// Whether nothing has changed since.
    pub current: bool,
}

/// Grades the selected steps of the course in place, in the student's own files. If a file of one step has a fault,
/// the report says so, and the other steps are still graded.
///
/// ```no_run
/// use std::path::Path;
///
/// use grader::course::Selection;
/// use grader::{GradeOptions, Workspace, grade};
///
/// # fn main() -> grader::Result<()> {
/// let workspace = Workspace::new(Path::new("."), |root| root.join("target"))?;
/// let course = workspace.course()?;
/// let selection = Selection::of_steps(vec![course.step("gradient")?]);
/// let options = GradeOptions::default();
/// let report = grade(&workspace, &course, &selection, options, &|progress| eprintln!("{progress:?}"))?;
/// println!("{} of {} cases passed", report.steps[0].passed_cases(), report.steps[0].cases.len());
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// If the grader cannot grade; what is wrong with the student's code, or with a step, is in the report.
pub fn grade(
    workspace: &Workspace,
    course: &Course,
    selection: &Selection<'_>,
    options: GradeOptions,
    progress: &Listener<'_>,
) -> Result<Report> {
    grade_telling(workspace, course, selection, options, progress, &mut |_| Ok(()))
}

/// What a student has built, by a report on all steps of the course.
///
/// # Errors
/// Those of a grade: the step whose product is shown is judged again, with its answers.
pub fn summary(
    workspace: &Workspace,
    course: &Course,
    about: &About,
    report: &Report,
    progress: &Listener<'_>,
) -> Result<Summary> {
    let with_product = course.steps.iter().find(|step| step.product.is_some());
    let graded = with_product
        .map(|step| grade(workspace, course, &Selection::of_steps(vec![step]), GradeOptions::default(), progress));
    let graded = graded.transpose()?;
    Ok(Summary::of(course, about, report, graded.as_ref().and_then(|report| report.steps.first())))
}

/// Like [`grade()`], but passes the report to `tell` before it tries pairs of mistakes, which may
/// explain more.
///
/// # Errors
/// Those of [`grade()`], and those of `tell`.
pub fn grade_telling(
    workspace: &Workspace,
    course: &Course,
    selection: &Selection<'_>,
    options: GradeOptions,
    progress: &Listener<'_>,
    tell: &mut ReportListener<'_>,
) -> Result<Report> {
    graded(workspace, course, selection, options, progress, tell).map(|graded| graded.report)
}

/// Like [`grade_telling`], but says, too, whether another grade would lead to the same report.
///
/// # Errors
/// The same.
pub(crate) fn graded(
    workspace: &Workspace,
    course: &Course,
    selection: &Selection<'_>,
    options: GradeOptions,
    progress: &Listener<'_>,
    tell: &mut ReportListener<'_>,
) -> Result<Graded> {
    let Selection { steps, faulty, asked, .. } = selection;
    let settled = match options {
        GradeOptions { tables: Tables::OfFailures, fresh: false } => settled(workspace, course, steps)?,
        _ => Vec::new(),
    };
    let is_settled = |step: &&Step| settled.iter().any(|settled| settled.report.number == step.number);
    let open: Vec<&Step> = steps.iter().copied().filter(|step| !is_settled(step)).collect();
    let beside = if settled.is_empty() { Beside::Nothing } else { Beside::KnownSteps };
    let attempted = attempted(workspace, course, &open, options, progress, beside)?;

    let required = course.steps.iter().filter(|step| !step.bonus);
    let left_out = required.filter(|step| !steps.iter().any(|graded| graded.number == step.number)).count();
    // A step that cannot be read does not say whether it is a bonus.
    let left_out = left_out + course.faulty.len().saturating_sub(faulty.len());
    let report = |mut steps: Vec<StepReport>| {
        steps.extend(settled.iter().map(|settled| settled.report.clone()));
        steps.extend(faulty.iter().map(|step| StepReport::unreadable(step)));
        steps.sort_by_key(|step| step.number);
        for report in &mut steps {
            if let Some(step) = course.steps.iter().find(|step| step.number == report.number) {
                report.exercise = step.exercise(&course.root);
                prints::keep(workspace, step, report);
            }
        }
        let (course_version, about) = (course.version.clone(), course.about.clone());
        Report { course_version, about, steps, asked: *asked, part: Part::Whole, left_out }
    };

    let judged = each(&attempted, cores(), |step| {
        let report = step.judged(&step.recorded)?;
        let settled_by = step.remember_if_settled(workspace, &report);
        Ok((report, settled_by))
    });
    let (known, settled_by): (Vec<_>, Vec<_>) = judged?.into_iter().unzip();
    let known = report(known);
    // Pairs of mistakes are made from the solution.
    if !course.edition.has_solutions() || !known.steps.iter().any(StepReport::may_hide_mistakes) {
        let all: Option<Vec<_>> = settled.into_iter().map(|step| Some(step.by)).chain(settled_by).collect();
        // A file that the report names may be deleted.
        let is_complete = faulty.is_empty() && !known.steps.iter().any(prints::are_too_long);
        let settled_by = all.filter(|_| is_complete).map(Further::of_all);
        return Ok(Graded { report: known, settled_by });
    }
    let deadline = Deadline::of(workspace);
    tell(&known)?;
    let explored = each(&attempted, cores(), |step| {
        let known = known.steps.iter().find(|known| known.number == step.recorded.step.number);
        match known.filter(|known| !known.may_hide_mistakes()) {
            Some(known) => Ok(known.clone()),
            None => step.judged(&Explored { workspace, recorded: &step.recorded, deadline: &deadline, progress }),
        }
    });
    Ok(Graded { report: report(explored?), settled_by: None })
}

/// The steps that nobody has begun, and those that left nothing to explain and for which nothing has changed since.
fn settled(workspace: &Workspace, course: &Course, steps: &[&Step]) -> Result<Vec<SettledStep>> {
    let (cache, surroundings) = (Cache::new(workspace), Surroundings::of(workspace));
    let recalled = each(steps, workspace.limits().at_once, |step| {
        if let Some(report) = untouched(course, step) {
            return Ok(Some(SettledStep { report, by: Further::default() }));
        }
        let last = cache.last(step, &surroundings.of_attempt(step)).filter(|last| last.holds);
        Ok(last.and_then(|last| {
            let report = settled::recall(workspace, course, step, &last.kept.identity)?;
            Some(SettledStep { report, by: last.kept.further })
        }))
    });
    Ok(recalled?.into_iter().flatten().collect())
}

/// Attempts the steps that have something to be judged against.
fn attempted<'a>(
    workspace: &Workspace,
    course: &'a Course,
    steps: &[&'a Step],
    options: GradeOptions,
    progress: &Listener<'_>,
    beside: Beside,
) -> Result<Vec<Attempted<'a>>> {
    // Read before the build, so that a fault in the course shows at once.
    let expected = each(steps, workspace.limits().at_once, |step| {
        // A program that never leaves tables out would only replace what another one remembers.
        let may_settle = options.tables == Tables::OfFailures;
        let judged_against = may_settle.then(|| settled::judged_against(course, step));
        Ok(or_fault(read_answers(&course.root, step))?.map(|expected| (judged_against, expected)))
    })?;
    let sound: Vec<&Step> =
        steps.iter().zip(&expected).filter(|(_, expected)| expected.is_ok()).map(|(step, _)| *step).collect();
    let setting = Setting { fresh: options.fresh, beside };
    let mut tried = workspace.tried_in(setting, course, &sound, progress)?.into_iter();
    let attempted = steps.iter().zip(expected).map(|(step, expected)| {
        let outcome = expected.and_then(|(judged_against, expected)| {
            let untried =
                || Err(Fault { path: step.source(), line: None, message: "the step was not tried".to_owned() });
            Ok(Judgeable { judged_against, expected, tried: tried.next().unwrap_or_else(untried)? })
        });
        let stale = match &outcome {
            Ok(outcome) => stale(workspace, step, &outcome.expected, &outcome.tried.attempt, progress)?,
            Err(_) => None,
        };
        Ok(Attempted { recorded: FromSnapshots::new(course, step), outcome: stale.map_or(outcome, Err) })
    });
    attempted.collect()
}

/// What the last grades of steps led to, without building or running anything: a step that nobody has begun is known by its
/// file, and of each other one, the last attempt is judged. A step that was begun and never graded has none.
///
/// # Errors
/// If a file cannot be read.
pub fn last(workspace: &Workspace, course: &Course, steps: &[&Step]) -> Result<Vec<Option<Remembered>>> {
    let (cache, surroundings) = (Cache::new(workspace), Surroundings::of(workspace));
    each(steps, workspace.limits().at_once, |step| {
        if let Some(report) = untouched(course, step) {
            return Ok(Some(Remembered { report, current: true }));
        }
        let Some(last) = cache.last(step, &surroundings.of_attempt(step)) else { return Ok(None) };
        let current = last.holds;
        let Some(tried) = last.tried() else { return Ok(None) };
        let expected = read_answers(&course.root, step);
        let judged = expected
            .and_then(|expected| judged(course, step, &expected, &FromSnapshots::new(course, step), &tried.attempt));
        let mut report = or_fault(judged)?.unwrap_or_else(|fault| StepReport::faulty(step, fault));
        report.exercise = step.exercise(&course.root);
        prints::keep(workspace, step, &mut report);
        Ok(Some(Remembered { report, current }))
    })
}

/// Whether the last attempt at each step still holds: no file has changed that it depends on, not even one outside of the
/// step's folder. What a step's own code wrote while it ran is no change.
///
/// # Errors
/// If a thread fails.
pub fn hold(workspace: &Workspace, steps: &[&Step]) -> Result<Vec<bool>> {
    let (cache, surroundings) = (Cache::new(workspace), Surroundings::of(workspace));
    each(steps, workspace.limits().at_once, |step| Ok(cache.holds(step, &surroundings.of_attempt(step))))
}

/// A step that leaves nothing to explain, and what decides that beside its own files.
struct SettledStep {
    report: StepReport,
    by: Further,
}

/// A step that was attempted, or why it could not be.
struct Attempted<'a> {
    recorded: FromSnapshots<'a>,
    outcome: OrFault<Judgeable>,
}

/// An attempt and what it is judged against.
struct Judgeable {
    tried: Tried,
    /// The right answers.
    expected: Record,
    /// A hash of everything that it is judged against, if the verdicts may be remembered.
    judged_against: Option<String>,
}

impl Attempted<'_> {
    fn judged(&self, knowledge: &dyn Knowledge) -> Result<StepReport> {
        let FromSnapshots { course, step, .. } = self.recorded;
        let judged = match &self.outcome {
            Ok(Judgeable { expected, tried, .. }) => {
                or_fault(judged(course, step, expected, knowledge, &tried.attempt))?
            }
            Err(fault) => Err(fault.clone()),
        };
        Ok(judged.unwrap_or_else(|fault| StepReport::faulty(step, fault)))
    }

    /// If the step leaves nothing to explain: remembers this, and returns what decides it beside the step's own files.
    fn remember_if_settled(&self, workspace: &Workspace, report: &StepReport) -> Option<Further> {
        let FromSnapshots { course, step, .. } = self.recorded;
        let Ok(Judgeable { tried, judged_against: Some(against), .. }) = &self.outcome else { return None };
        settled::remember(workspace, course, step, report, tried, against)
    }
}

fn judged(
    course: &Course,
    step: &Step,
    expected: &Record,
    knowledge: &dyn Knowledge,
    attempt: &Attempt,
) -> Result<StepReport> {
    let source = step.read_source(&course.root);
    let cases = fs_err::read_to_string(course.root.join(&step.folder).join("cases.rs")).unwrap_or_default();
    let texts = Texts { library: Source::new(&source), cases: Source::new(&cases) };
    let judged = judge(step, expected, knowledge, attempt, &Trial::GRADED, &texts)?;
    Ok(StepReport::of(step, judged, attempt, &texts.library))
}

/// What the snapshots of a step hold. They are read once, and only if they are needed.
struct FromSnapshots<'a> {
    course: &'a Course,
    step: &'a Step,
    known: OnceLock<Known>,
}

impl<'a> FromSnapshots<'a> {
    fn new(course: &'a Course, step: &'a Step) -> Self {
        Self { course, step, known: OnceLock::new() }
    }
}

impl Knowledge for FromSnapshots<'_> {
    fn known(&self) -> Result<&Known> {
        if let Some(known) = self.known.get() {
            return Ok(known);
        }
        let known = Known::load(&self.course.root, self.step)?;
        Ok(self.known.get_or_init(|| known))
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use course::{Edition, FaultyStep};
    use verdict::Outcome;

    #[test]
    fn a_step_that_cannot_be_read_keeps_the_course_from_passing() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::new(folder.path(), |root| root.join("target")).unwrap();
        let step = PathBuf::from("exercises/01-loss");
        let fault = Fault { path: step.join("exercise.toml"), line: Some(1), message: "no title".to_owned() };
        let faulty = vec![FaultyStep { number: 1, name: "loss".to_owned(), folder: step, fault }];
        let edition = Edition::Instructors;
        let (root, about) = (workspace.root().to_owned(), About::default());
        let course = Course { root, version: None, about, steps: Vec::new(), faulty, edition };
        let selection = course.selection(&[]).unwrap();
        let report = grade(&workspace, &course, &selection, GradeOptions::default(), &|_| ()).unwrap();
        assert_eq!(report.outcome(), Outcome::Faulty);
        assert_eq!((report.steps.len(), report.left_out), (1, 0));
        let of_no_step = Selection::of_steps(Vec::new());
        let report = grade(&workspace, &course, &of_no_step, GradeOptions::default(), &|_| ()).unwrap();
        assert_eq!((report.steps.len(), report.left_out), (0, 1));
    }
}
