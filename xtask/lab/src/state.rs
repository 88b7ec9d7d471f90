//! The state of the lab, which its threads share: the course with its verdicts, and who wants to hear of changes. The
//! worker brings news from its own thread; the server reads the state, and sends all of it to each page that opens.

mod document;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use grader::course::{Course, Step};
use grader::{Hints, HintsWanted, Result, Workspace};
use harness::OwnData;
use tokio::sync::{Semaphore, SemaphorePermit, watch};
use worker::{CourseState, News};

use crate::experiment::Benches;
use crate::step_view::StepView;

pub use document::{HintsDocument, Overview, VerdictDocument};

/// Everything that the lab knows and keeps.
pub struct LabState {
    workspace: Workspace,
    known: Mutex<Known>,
    changed: watch::Sender<()>,
    benches: Benches,
    /// Permits to run an experiment: one for each core.
    cores: Semaphore,
    own_data: Mutex<OwnFiles>,
}

/// The files that the student dropped on a page.
#[derive(Default)]
struct OwnFiles {
    /// How many there have been.
    count: u64,
    /// The last of them, each with its number.
    kept: VecDeque<(u64, Arc<OwnData>)>,
}

struct Known {
    course: CourseState,
    /// Why the lab cannot go on.
    lost: Option<String>,
    /// How many times a second files are checked, if the system does not report changes.
    looks_a_second: Option<u32>,
}

impl LabState {
    /// The state of a lab that knows no verdicts yet.
    ///
    /// # Errors
    /// If the folder of the course is gone.
    pub fn new(workspace: Workspace, course: Arc<Course>) -> Result<Arc<Self>> {
        let benches = Benches::new(&workspace)?;
        let known = Known { course: CourseState::new(course), lost: None, looks_a_second: None };
        let cores = Semaphore::new(thread::available_parallelism().map_or(1, usize::from));
        Ok(Arc::new(Self {
            workspace,
            known: Mutex::new(known),
            changed: watch::Sender::new(()),
            benches,
            cores,
            own_data: Mutex::default(),
        }))
    }

    /// The workspace of the course.
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// The programs for experiments.
    pub fn benches(&self) -> &Benches {
        &self.benches
    }

    /// Waits for a core to run an experiment on.
    pub async fn core(&self) -> Option<SemaphorePermit<'_>> {
        self.cores.acquire().await.ok()
    }

    /// Keeps a file of the student's own data, and returns its number. Only the last few files are kept.
    pub fn keep_data(&self, data: OwnData) -> u64 {
        const MOST_FILES: usize = 8;
        let mut files = self.own_data.lock().unwrap_or_else(PoisonError::into_inner);
        files.count += 1;
        let number = files.count;
        files.kept.push_back((number, Arc::new(data)));
        if files.kept.len() > MOST_FILES {
            files.kept.pop_front();
        }
        number
    }

    /// The data with this number, if it is still kept.
    pub fn own_data(&self, number: u64) -> Option<Arc<OwnData>> {
        let files = self.own_data.lock().unwrap_or_else(PoisonError::into_inner);
        files.kept.iter().find(|(kept, _)| *kept == number).map(|(_, data)| Arc::clone(data))
    }

    /// The course as it was last read.
    pub fn course(&self) -> Arc<Course> {
        Arc::clone(&self.known().course.course)
    }

    /// The folders of its steps.
    pub fn folders(&self) -> Vec<String> {
        self.course().steps.iter().map(Step::folder_name).collect()
    }

    /// A receiver that notices every change from now on.
    pub fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// Takes the worker's news.
    pub fn take(&self, news: News) {
        self.known().course.take(news, Instant::now());
        self.notify();
    }

    /// Notes that files are checked this often, because the system does not report changes.
    pub fn looks_for_changes(&self, looks_a_second: u32) {
        self.known().looks_a_second = Some(looks_a_second);
        self.notify();
    }

    /// Notes why the lab cannot go on.
    pub fn lost(&self, why: &str) {
        self.known().lost = Some(why.to_owned());
        self.notify();
    }

    /// The step with this number.
    pub fn step(&self, number: u32) -> Option<StepView> {
        StepView::of(&self.known().course, number)
    }

    /// The state of the whole course.
    pub fn overview(&self) -> Overview {
        Overview::of(&self.known())
    }

    /// The verdict on a step.
    pub fn verdict(&self, number: u32) -> Option<VerdictDocument> {
        let known = self.known();
        let at = known.course.position_of(number)?;
        Some(VerdictDocument::of(&known.course.course.steps[at], &known.course.steps[at]))
    }

    /// The hints to a step; none if it needs no hint.
    ///
    /// # Errors
    /// If the course does not describe the function, or the count cannot be kept.
    pub fn hints(&self, step: &StepView, wanted: HintsWanted) -> Result<Option<HintsDocument>> {
        let Some(report) = &step.report else { return Ok(None) };
        let hints = Hints::ask(&self.workspace, &step.course, report, wanted)?;
        Ok(hints.as_ref().map(HintsDocument::of))
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn notify(&self) {
        // If no page is open, nobody receives it.
        let _ = self.changed.send(());
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use worker::fixture::{Does, course, report, workspace};

    use super::*;

    const BEGUN: [Does; 3] = [Does::Right, Does::Half, Does::Todo];

    fn graded(state: &LabState, at: usize, does: [Does; 3]) {
        let course = state.course();
        let (folder, report) = (course.steps[at].folder_name(), report(&course, at, does));
        state.take(News::Graded { folder, report, took: Duration::from_millis(400), question: None });
    }

    fn state() -> Arc<LabState> {
        LabState::new(workspace(), course()).unwrap()
    }

    #[test]
    fn a_verdict_reaches_the_page_and_stays_until_the_next() {
        let state = state();
        let mut changes = state.changes();
        graded(&state, 0, BEGUN);
        assert!(changes.has_changed().unwrap());
        changes.mark_unchanged();
        state.take(News::Due(vec!["01-loss".to_owned()]));
        assert!(changes.has_changed().unwrap());
        let overview = serde_json::to_value(state.overview()).unwrap();
        let step = &overview["steps"][0];
        assert_eq!((&step["standing"], &step["due"], &step["passed"]), (&"failing".into(), &true.into(), &1.into()));
        let verdict = serde_json::to_value(state.verdict(1).unwrap()).unwrap();
        assert_eq!(verdict["headline"]["function"], "squared_error");
        assert_eq!(verdict["headline"]["word"], "wrong");
        assert_eq!(verdict["sentences"][0], "Every `loss` is 0.5 times the expected one.");
        assert_eq!(verdict["place"], "exercises/01-loss/src/lib.rs:3");
    }

    #[test]
    fn what_cannot_be_graded_is_shown_until_it_can() {
        let state = state();
        state.take(News::Failed { folders: vec!["02-gradient".to_owned()], why: "line 3".to_owned() });
        let fault = || serde_json::to_value(state.verdict(2).unwrap()).unwrap()["fault"].clone();
        assert_eq!(fault(), "line 3");
        graded(&state, 1, BEGUN);
        assert!(fault().is_null());
        assert!(state.verdict(4).is_none());
    }

    #[test]
    fn a_course_that_lost_a_step_keeps_what_is_known_of_the_others() {
        let state = state();
        graded(&state, 2, BEGUN);
        let mut fewer = Course::clone(&state.course());
        fewer.steps.remove(0);
        state.take(News::Course(Arc::new(fewer)));
        assert!(state.step(1).is_none());
        assert_eq!(state.step(3).unwrap().report.unwrap().passed_cases(), 1);
    }
}
