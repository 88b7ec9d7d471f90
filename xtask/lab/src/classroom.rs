//! What is known of the course and of each step's verdicts, and who wants to hear of changes. The worker tells it of its
//! news from another thread; the server asks it, and gives each page the whole of it anew.

mod document;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use grader::course::{Course, Step};
use grader::verdict::StepReport;
use grader::{Hints, Result, Workspace};
use harness::OwnData;
use tokio::sync::{Semaphore, SemaphorePermit, watch};
use worker::{News, each_of};

use crate::experiment::Benches;

pub use document::{HintsDocument, Overview, Verdict};

/// The course as it is now.
pub struct Classroom {
    workspace: Workspace,
    known: Mutex<Known>,
    changed: watch::Sender<()>,
    benches: Benches,
    /// For runs of experiments: one for each core.
    turns: Semaphore,
    own_data: Mutex<OwnFiles>,
}

/// The files that were dropped on a page.
#[derive(Default)]
struct OwnFiles {
    /// How many there have been.
    count: u64,
    /// The last of them, each with its number.
    kept: VecDeque<(u64, Arc<OwnData>)>,
}

struct Known {
    course: Arc<Course>,
    /// In the course's order.
    steps: Vec<StepState>,
    /// What the worker is doing, in a few words.
    doing: Option<String>,
    /// Why a file of the course could not be read.
    unreadable: Option<String>,
    /// Why the lab cannot go on.
    lost: Option<String>,
    /// How often files are looked at, where the system does not tell of changes.
    looks_a_second: Option<u32>,
}

/// What is known of one step.
#[derive(Debug, Clone, Default)]
struct StepState {
    report: Option<StepReport>,
    /// Whether its files have changed since.
    due: bool,
    took: Option<Duration>,
    question: Option<String>,
    /// Why it could not be graded.
    fault: Option<String>,
    /// Counts what was found out of it.
    round: u64,
}

/// A step, and the verdicts on it if there are any.
pub struct Seat {
    /// The course that it belongs to.
    pub course: Arc<Course>,
    /// Its place in the course.
    at: usize,
    /// The verdicts.
    pub report: Option<StepReport>,
    /// Counts what was found out of it.
    pub round: u64,
}

impl Seat {
    /// The step.
    pub fn step(&self) -> &Step {
        &self.course.steps[self.at]
    }
}

impl Classroom {
    /// A course of which nothing is known yet.
    ///
    /// # Errors
    /// If its folder has gone.
    pub fn new(workspace: Workspace, course: Arc<Course>) -> Result<Arc<Self>> {
        let benches = Benches::new(&workspace)?;
        let steps = vec![StepState::default(); course.steps.len()];
        let known = Known { course, steps, doing: None, unreadable: None, lost: None, looks_a_second: None };
        let turns = Semaphore::new(thread::available_parallelism().map_or(1, usize::from));
        Ok(Arc::new(Self {
            workspace,
            known: Mutex::new(known),
            changed: watch::Sender::new(()),
            benches,
            turns,
            own_data: Mutex::default(),
        }))
    }

    /// Where it lies.
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// The programs for experiments.
    pub fn benches(&self) -> &Benches {
        &self.benches
    }

    /// Waits for a core to run an experiment on.
    pub async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        self.turns.acquire().await.ok()
    }

    /// Keeps data of the student's own, and returns its number. Of many files the last few are kept.
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

    /// The data of this number, if it is still kept.
    pub fn own_data(&self, number: u64) -> Option<Arc<OwnData>> {
        let files = self.own_data.lock().unwrap_or_else(PoisonError::into_inner);
        files.kept.iter().find(|(own, _)| *own == number).map(|(_, data)| Arc::clone(data))
    }

    /// The course as it was read last.
    pub fn course(&self) -> Arc<Course> {
        Arc::clone(&self.known().course)
    }

    /// Its steps by their folders.
    pub fn folders(&self) -> Vec<String> {
        self.course().steps.iter().map(Step::folder_name).collect()
    }

    /// Notices every change from now on.
    pub fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// Takes what the worker tells.
    pub fn take(&self, news: News) {
        self.known().take(news);
        self.tell();
    }

    /// Files are looked at this often, as the system does not tell of changes.
    pub fn looks_for_changes(&self, looks_a_second: u32) {
        self.known().looks_a_second = Some(looks_a_second);
        self.tell();
    }

    /// Something has ended without which the lab cannot go on.
    pub fn lost(&self, why: &str) {
        self.known().lost = Some(why.to_owned());
        self.tell();
    }

    /// The step of this number.
    pub fn seat(&self, number: u32) -> Option<Seat> {
        let known = self.known();
        let at = known.place_of(number)?;
        let StepState { report, round, .. } = known.steps[at].clone();
        Some(Seat { course: Arc::clone(&known.course), at, report, round })
    }

    /// How the whole course stands.
    pub fn overview(&self) -> Overview {
        Overview::of(&self.known())
    }

    /// What is to be said of a step.
    pub fn verdict(&self, number: u32) -> Option<Verdict> {
        let known = self.known();
        let at = known.place_of(number)?;
        Some(Verdict::of(&known.course.steps[at], &known.steps[at]))
    }

    /// The hints to a step that were given so far, and one more if none was or one is wanted. Nothing where no hint is
    /// needed.
    ///
    /// # Errors
    /// If the course does not describe the function, or the count cannot be kept.
    pub fn hints(&self, seat: &Seat, wanted: HintsWanted) -> Result<Option<HintsDocument>> {
        let Some(report) = &seat.report else { return Ok(None) };
        let Some(mut hints) = Hints::to(&self.workspace, &seat.course, report)? else { return Ok(None) };
        if wanted == HintsWanted::OneMore || hints.given() == 0 {
            hints.give()?;
        }
        Ok(Some(HintsDocument::of(&hints)))
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self) {
        // To pages that are open; without any there is nothing to do.
        let _ = self.changed.send(());
    }
}

/// Which hints are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HintsWanted {
    /// Those that were given, or the first one.
    SoFar,
    /// The next one, too.
    OneMore,
}

impl Known {
    fn take(&mut self, news: News) {
        match news {
            News::Course(course) => {
                self.unreadable = None;
                self.take_course(course);
            }
            News::Unreadable(why) => self.unreadable = Some(why),
            News::Remembered(remembered) => {
                for (step, last) in self.steps.iter_mut().zip(remembered) {
                    if let Some(last) = last {
                        *step = StepState {
                            due: !last.current,
                            report: Some(last.report),
                            round: 1,
                            ..StepState::default()
                        };
                    }
                }
            }
            News::Due(folders) => self.each_of(&folders, |step| step.due = true),
            News::Began(doing) | News::Doing(doing) => self.doing = Some(doing),
            News::Graded { folder, report, took, question } => self.each_of(&[folder], |step| {
                let (report, question) = (Some(report.clone()), question.clone());
                *step = StepState { report, took: Some(took), question, round: step.round + 1, ..StepState::default() };
            }),
            News::Failed { folders, why } => self.each_of(&folders, |step| {
                *step = StepState { fault: Some(why.clone()), due: false, round: step.round + 1, ..step.clone() };
            }),
            News::Rested => self.doing = None,
        }
    }

    /// A course that was read anew may have other steps.
    fn take_course(&mut self, course: Arc<Course>) {
        let kept = |step: &Step| {
            let before = self.course.steps.iter().position(|own| own.folder == step.folder);
            before.map(|at| self.steps[at].clone()).unwrap_or_default()
        };
        self.steps = course.steps.iter().map(kept).collect();
        self.course = course;
    }

    fn each_of(&mut self, folders: &[String], change: impl FnMut(&mut StepState)) {
        each_of(&self.course, &mut self.steps, folders, change);
    }

    fn place_of(&self, number: u32) -> Option<usize> {
        self.course.steps.iter().position(|step| step.number == number)
    }
}

#[cfg(test)]
mod tests {
    use worker::fixture::{Does, course, report, workspace};

    use super::*;

    const BEGUN: [Does; 3] = [Does::Right, Does::Half, Does::Todo];

    fn graded(classroom: &Classroom, at: usize, does: [Does; 3]) {
        let course = classroom.course();
        let (folder, report) = (course.steps[at].folder_name(), report(&course, at, does));
        classroom.take(News::Graded { folder, report, took: Duration::from_millis(400), question: None });
    }

    fn classroom() -> Arc<Classroom> {
        Classroom::new(workspace(), course()).unwrap()
    }

    #[test]
    fn a_verdict_is_told_of_and_stays_until_the_next() {
        let classroom = classroom();
        let mut changes = classroom.changes();
        graded(&classroom, 0, BEGUN);
        assert!(changes.has_changed().unwrap());
        changes.mark_unchanged();
        classroom.take(News::Due(vec!["01-loss".to_owned()]));
        assert!(changes.has_changed().unwrap());
        let overview = serde_json::to_value(classroom.overview()).unwrap();
        let step = &overview["steps"][0];
        assert_eq!((&step["standing"], &step["due"], &step["passed"]), (&"failing".into(), &true.into(), &1.into()));
        let verdict = serde_json::to_value(classroom.verdict(1).unwrap()).unwrap();
        assert_eq!(verdict["headline"]["function"], "squared_error");
        assert_eq!(verdict["headline"]["word"], "wrong");
        assert_eq!(verdict["sentences"][0], "Every `loss` is 0.5 times the expected one.");
        assert_eq!(verdict["place"], "exercises/01-loss/src/lib.rs:3");
    }

    #[test]
    fn what_cannot_be_graded_is_told_until_it_can() {
        let classroom = classroom();
        classroom.take(News::Failed { folders: vec!["02-gradient".to_owned()], why: "line 3".to_owned() });
        let fault = || serde_json::to_value(classroom.verdict(2).unwrap()).unwrap()["fault"].clone();
        assert_eq!(fault(), "line 3");
        graded(&classroom, 1, BEGUN);
        assert!(fault().is_null());
        assert!(classroom.verdict(4).is_none());
    }

    #[test]
    fn a_course_that_lost_a_step_keeps_what_is_known_of_the_others() {
        let classroom = classroom();
        graded(&classroom, 2, BEGUN);
        let mut fewer = Course::clone(&classroom.course());
        fewer.steps.remove(0);
        classroom.take(News::Course(Arc::new(fewer)));
        assert!(classroom.seat(1).is_none());
        assert_eq!(classroom.seat(3).unwrap().report.unwrap().passed_cases(), 1);
    }
}
