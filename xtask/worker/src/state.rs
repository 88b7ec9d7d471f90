//! What is known of a course and of the verdicts on its steps: the worker's news, put together for whatever shows them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use grader::Remembered;
use grader::course::{Course, FaultyStep, Step};
use grader::verdict::StepReport;

use crate::worker::News;

/// A course and the state of its steps.
#[derive(Debug)]
pub struct CourseState {
    /// The course as it was last read. A step that could not be read then is as it was before, and if it was never read, only
    /// its name is known.
    pub course: Arc<Course>,
    /// The state of each step, in the course's order.
    pub steps: Vec<StepState>,
    /// Why the course cannot be read as it is now.
    pub unreadable: Option<String>,
    /// What is being graded, if anything is.
    pub work: Option<Work>,
}

/// The state of a step.
#[derive(Debug, Clone, Default)]
pub struct StepState {
    /// The last verdicts, of this program or an earlier one.
    pub report: Option<StepReport>,
    /// Whether the step is to be graded: its files have changed since the verdicts, or may have.
    pub due: bool,
    /// The last grade by this program, if there was one.
    pub graded: Option<LastGrade>,
    /// What its lesson asks a student who has finished the step.
    pub question: Option<String>,
    /// Why it could not be graded the last time.
    pub fault: Option<String>,
    /// Increases with each verdict or fault.
    pub round: u64,
}

/// When a step was last graded.
#[derive(Debug, Clone, Copy)]
pub struct LastGrade {
    /// When the grade ended.
    pub at: Instant,
    /// How long it took.
    pub took: Duration,
}

/// What is being graded.
#[derive(Debug)]
pub struct Work {
    /// What the worker is doing, in a few words.
    pub doing: String,
    /// When the grade began.
    pub since: Instant,
}

impl StepState {
    /// The state of a step of which nothing is known yet.
    fn unknown() -> Self {
        Self { due: true, ..Self::default() }
    }

    fn fail(&mut self, why: String) {
        self.fault = Some(why);
        self.due = false;
        self.round += 1;
    }

    /// Whether all cases have passed, as far as is known.
    pub fn has_passed(&self) -> bool {
        self.report.as_ref().is_some_and(StepReport::passed)
    }
}

impl CourseState {
    /// The state of a course of which nothing is known yet.
    pub fn new(course: Arc<Course>) -> Self {
        let mut state = Self { course: Arc::clone(&course), steps: Vec::new(), unreadable: None, work: None };
        state.take_course(course);
        state
    }

    /// Updates the state with a piece of news that has just come.
    pub fn take(&mut self, news: News, now: Instant) {
        match news {
            News::Course(course) => {
                self.unreadable = None;
                self.take_course(course);
            }
            News::Unreadable(why) => self.unreadable = Some(why),
            News::Remembered(remembered) => self.take_remembered(remembered),
            News::Due(folders) => self.change(&folders, |step| step.due = true),
            News::Began(doing) => self.work = Some(Work { doing, since: now }),
            News::Doing(doing) => self.work.iter_mut().for_each(|work| work.doing.clone_from(&doing)),
            News::Graded { folder, report, took, question } => {
                if let Some(at) = self.position_of_folder(&folder) {
                    let (graded, round) = (Some(LastGrade { at: now, took }), self.steps[at].round + 1);
                    self.steps[at] =
                        StepState { report: Some(report), graded, question, round, ..StepState::default() };
                }
            }
            News::Failed { folders, why } => self.change(&folders, |step| step.fail(why.clone())),
            News::Rested => self.work = None,
        }
    }

    /// The position of the step with this number.
    pub fn position_of(&self, number: u32) -> Option<usize> {
        self.course.steps.iter().position(|step| step.number == number)
    }

    /// The position of the step in this folder.
    pub fn position_of_folder(&self, folder: &str) -> Option<usize> {
        self.course.steps.iter().position(|step| step.folder_name() == folder)
    }

    /// Takes a course that was read again, and keeps the state of each step that it still has.
    fn take_course(&mut self, course: Arc<Course>) {
        let old = self.course.steps.iter().map(|step| step.folder_name()).zip(std::mem::take(&mut self.steps));
        let mut old: Vec<(String, StepState)> = old.collect();
        let kept = |folder: String| match old.iter().position(|(old_folder, _)| *old_folder == folder) {
            Some(at) => old.swap_remove(at).1,
            None => StepState::unknown(),
        };
        let course = with_faulty_steps(course, &self.course.steps);
        self.steps = course.steps.iter().map(|step| step.folder_name()).map(kept).collect();
        for (step, state) in course.steps.iter().zip(&mut self.steps) {
            match (fault_of(step, &course), fault_of(step, &self.course)) {
                (Some(fault), _) => state.fail(fault),
                (None, Some(_)) => (state.fault, state.due) = (None, true),
                (None, None) => {}
            }
        }
        self.course = course;
    }

    fn take_remembered(&mut self, remembered: Vec<Option<Remembered>>) {
        let steps = self.course.steps.iter().zip(&mut self.steps);
        let read = steps.filter(|(step, _)| fault_of(step, &self.course).is_none());
        for ((_, step), last) in read.zip(remembered) {
            if let Some(Remembered { report, current }) = last {
                *step = StepState { report: Some(report), due: !current, round: 1, ..StepState::default() };
            }
        }
    }

    fn change(&mut self, folders: &[String], change: impl Fn(&mut StepState)) {
        for (step, state) in self.course.steps.iter().zip(&mut self.steps) {
            if folders.contains(&step.folder_name()) {
                change(state);
            }
        }
    }
}

/// Why a step could not be read, if that is so.
fn fault_of(step: &Step, course: &Course) -> Option<String> {
    course.faulty.iter().find(|faulty| faulty.folder == step.folder).map(|faulty| faulty.fault.to_string())
}

/// A course with those of its steps, too, that could not be read.
fn with_faulty_steps(course: Arc<Course>, before: &[Step]) -> Arc<Course> {
    if course.faulty.is_empty() {
        return course;
    }
    let mut whole = Course::clone(&course);
    whole.steps.extend(course.faulty.iter().map(|faulty| {
        let as_before = before.iter().find(|step| step.folder == faulty.folder).cloned();
        let FaultyStep { number, name, folder, .. } = faulty;
        as_before.unwrap_or_else(|| Step::by_name(*number, name.clone(), folder.clone()))
    }));
    whole.steps.sort_by_key(|step| step.number);
    Arc::new(whole)
}

#[cfg(test)]
mod tests {
    use grader::Fault;
    use grader::course::Course;

    use super::*;
    use crate::fixture::{Does, course, report};

    const BEGUN: [Does; 3] = [Does::Right, Does::Half, Does::Todo];

    fn graded(state: &mut CourseState, at: usize, does: [Does; 3]) {
        let folder = state.course.steps[at].folder_name();
        let report = report(&state.course, at, does);
        state.take(News::Graded { folder, report, took: Duration::from_millis(400), question: None }, Instant::now());
    }

    #[test]
    fn a_save_makes_the_verdict_an_old_one_until_the_next() {
        let mut state = CourseState::new(course());
        assert!(state.steps.iter().all(|step| step.due && step.report.is_none()));
        graded(&mut state, 0, BEGUN);
        assert!(!state.steps[0].due);
        state.take(News::Due(vec!["01-loss".to_owned()]), Instant::now());
        assert!(state.steps[0].due && state.steps[0].report.is_some());
        graded(&mut state, 0, [Does::Right; 3]);
        assert!(!state.steps[0].due && state.steps[0].has_passed());
        assert_eq!(state.steps[0].round, 2);
    }

    #[test]
    fn what_cannot_be_graded_is_known_until_it_can() {
        let mut state = CourseState::new(course());
        let failed = News::Failed { folders: vec!["02-gradient".to_owned()], why: "line 3".to_owned() };
        state.take(failed, Instant::now());
        assert_eq!(state.steps[1].fault.as_deref(), Some("line 3"));
        graded(&mut state, 1, BEGUN);
        assert_eq!((&state.steps[1].fault, state.steps[1].round), (&None, 2));
    }

    #[test]
    fn a_course_with_other_steps_keeps_what_is_known_of_those_that_it_still_has() {
        let mut state = CourseState::new(course());
        graded(&mut state, 2, BEGUN);
        let mut other = Course::clone(&state.course);
        other.steps.remove(0);
        other.steps[0].folder = "exercises/02-slope".into();
        state.take(News::Course(Arc::new(other)), Instant::now());
        let known: Vec<(bool, bool)> = state.steps.iter().map(|step| (step.report.is_some(), step.due)).collect();
        assert_eq!(known, [(false, true), (true, false)]);
        assert_eq!((state.position_of(1), state.position_of(3)), (None, Some(1)));
    }

    #[test]
    fn a_step_that_cannot_be_read_stays_where_it_was_and_leaves_the_others() {
        let sound = course();
        let mut read = Course::clone(&sound);
        let Step { number, name, folder, .. } = read.steps.remove(1);
        let fault = Fault { path: folder.join("exercise.toml"), line: Some(3), message: "not TOML".to_owned() };
        let why = fault.to_string();
        read.faulty.push(FaultyStep { number, name, folder, fault });
        let broken = Arc::new(read);
        let titles =
            |state: &CourseState| -> Vec<String> { state.course.steps.iter().map(|step| step.title.clone()).collect() };

        let mut state = CourseState::new(Arc::clone(&sound));
        (0..3).for_each(|at| graded(&mut state, at, BEGUN));
        state.take(News::Course(Arc::clone(&broken)), Instant::now());
        assert_eq!(titles(&state), ["How wrong is a weight?", "Which way is down?", "Down, step by step"]);
        let faults: Vec<Option<&str>> = state.steps.iter().map(|step| step.fault.as_deref()).collect();
        assert_eq!((faults, &state.unreadable), (vec![None, Some(&*why), None], &None));
        assert!(state.steps.iter().all(|step| step.report.is_some() && !step.due));
        state.take(News::Course(sound), Instant::now());
        assert!(state.steps[1].fault.is_none() && state.steps[1].due);

        // One that was never read has its name, and what is remembered goes to the others.
        let mut state = CourseState::new(broken);
        assert_eq!(titles(&state), ["How wrong is a weight?", "gradient", "Down, step by step"]);
        let remembered = [0, 2].map(|at| Remembered { report: report(&state.course, at, BEGUN), current: true });
        state.take(News::Remembered(remembered.map(Some).into()), Instant::now());
        let known: Vec<bool> = state.steps.iter().map(|step| step.report.is_some()).collect();
        assert_eq!((known, state.steps[1].fault.as_deref()), (vec![true, false, true], Some(&*why)));
    }

    #[test]
    fn what_the_worker_does_is_known_from_its_beginning_to_its_end() {
        let mut state = CourseState::new(course());
        let now = Instant::now();
        state.take(News::Began("grading step 1".to_owned()), now);
        state.take(News::Doing("running the cases".to_owned()), now + Duration::from_secs(1));
        assert!(state.work.as_ref().is_some_and(|work| work.doing == "running the cases" && work.since == now));
        state.take(News::Rested, now);
        assert!(state.work.is_none());
    }
}
