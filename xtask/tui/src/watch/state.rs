//! The state of the watch: a plain value that events change, and that asks for what it cannot do itself.
//!
//! Nothing here reads a file, a clock or a key: `watch.rs` brings the events and carries out the effects.

mod actions;
mod news;
mod scroll;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use figure::Figure;
use grader::course::{Case, Course, Step};
use grader::report::Difference;
use grader::verdict::CaseReport;
use grader::{Hints, HintsWanted};
use ratatui::crossterm::event::{KeyEvent, MouseEvent};

pub use self::actions::is_interrupt;
pub use self::scroll::{Extent, Scroll, Way};
use super::list::StepList;
use worker::{CourseState, News, StepState};

/// Everything that the screen shows.
#[derive(Debug)]
pub struct State {
    /// The course and the verdicts on its steps.
    pub known: CourseState,
    /// The position of the current step in the course.
    pub current: usize,
    /// The name of the case that the student chose; without a choice, the case to fix first is shown.
    pub chosen: Option<String>,
    /// What the main part of the screen shows.
    pub panel: Panel,
    /// Which part of it is on the screen.
    pub scroll: Scroll,
    /// A sentence that is shown for a while, or until the next key.
    pub note: Option<String>,
    /// When it is no longer shown.
    note_ends: Instant,
    /// How many times a second files are checked, if no events come.
    pub looks_a_second: Option<u32>,
    /// The time of the last event.
    pub now: Instant,
    /// How the current step was found.
    place: Place,
    /// What happens when the student goes to another step.
    on_arrival: OnArrival,
    /// Whether the student waits for the outcome of a grade of all steps.
    check: Check,
    /// How many lines of each step's lesson were above the screen when it was last read; by the step's folder.
    read_to: BTreeMap<String, usize>,
    drawn: Drawn,
}

/// How the current step was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// It is the first that is not done, as far as is known before all steps were graded.
    Guessed,
    /// The student named it at the start.
    Named,
    /// The student has pressed a key, or all steps were graded once: no verdict leads to another step.
    Settled,
}

/// A grade of all steps that the student asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Check {
    NotAsked,
    Asked,
}

/// What happens when the student goes to another step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnArrival {
    /// The step is shown.
    Look,
    /// Its file also opens in the editor.
    OpenEditor,
}

/// What the main part of the screen shows.
#[derive(Debug)]
pub enum Panel {
    /// The verdict on a case.
    Case,
    /// The hints given so far.
    Hints(Hints),
    /// Whether the student really wants something.
    Confirm(Confirm),
    /// The solution beside the student's own.
    Solution(Difference),
    /// The step's README.
    Readme(String),
    /// All steps.
    List(StepList),
    /// The picture of a case.
    Plot,
    /// The keys.
    Help,
}

impl Panel {
    /// Whether it is about one case, so that the keys for lines go from case to case.
    fn has_cases(&self) -> bool {
        matches!(self, Self::Case | Self::Plot | Self::Confirm(_))
    }
}

/// What the student has to confirm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirm {
    /// To see the solution of a step that has not passed.
    Solution,
    /// To put the stub back.
    Reset,
}

/// What the view reports about the last drawing.
#[derive(Debug, Clone, Default)]
pub struct Drawn {
    /// How much of the panel can be seen.
    pub extent: Extent,
    /// The rows of the screen that show a step of the list, each with the step's position.
    pub listed: Vec<(u16, usize)>,
}

/// What happens to a watch.
#[derive(Debug)]
pub enum Event {
    /// A key was pressed.
    Key(KeyEvent),
    /// A text was pasted.
    Pasted,
    /// The mouse was used while the watch has it.
    Mouse(MouseEvent),
    /// News from the worker.
    Work(News),
    /// The system reports no changes of files, so they are checked this many times a second.
    NoFileEvents(u32),
    /// The hints to show.
    Hints(Hints),
    /// The solution was read.
    Solution(Difference),
    /// The step's README was read.
    Readme(String),
    /// What came of a request, in a sentence.
    Note(String),
    /// Time passes, or the terminal has another size.
    Tick,
}

/// What a state cannot do itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Leave.
    Quit,
    /// Grade every step, the current one first.
    GradeAll,
    /// Grade the current step without using remembered results.
    GradeAnew,
    /// Show the hints to the current step.
    Hints(HintsWanted),
    /// Read the current step's solution.
    Solution,
    /// Read the current step's README.
    Readme,
    /// Open the current step in an editor, at the current case.
    Edit,
    /// Put the current step's stub back.
    Reset,
    /// Stop until the shell continues it.
    Stop,
}

impl State {
    /// The state for a course of which nothing is known yet. The current step is the one with the number `first`, or
    /// the first that is not done.
    pub fn new(course: Arc<Course>, first: Option<u32>, on_arrival: OnArrival, now: Instant) -> Self {
        let known = CourseState::new(course);
        let current = first.and_then(|number| known.position_of(number));
        Self {
            known,
            place: if current.is_some() { Place::Named } else { Place::Guessed },
            current: current.unwrap_or(0),
            chosen: None,
            panel: Panel::Case,
            scroll: Scroll::Above(0),
            note: None,
            note_ends: now,
            looks_a_second: None,
            now,
            on_arrival,
            check: Check::NotAsked,
            read_to: BTreeMap::new(),
            drawn: Drawn::default(),
        }
    }

    /// Updates the state with an event, and returns what the watch has to do about it.
    pub fn update(&mut self, event: Event, now: Instant) -> Option<Effect> {
        self.now = now;
        if now >= self.note_ends {
            self.note = None;
        }
        match event {
            Event::Key(key) => return self.key(key),
            Event::Mouse(mouse) => return self.mouse(mouse),
            Event::Pasted => self.say("Pasted text does nothing here: paste it into your editor.".to_owned()),
            Event::Work(news) => return self.work(news),
            Event::NoFileEvents(looks_a_second) => self.looks_a_second = Some(looks_a_second),
            Event::Hints(hints) => self.show(Panel::Hints(hints)),
            // If the solution is already shown, it keeps its scroll position when the file has changed.
            Event::Solution(difference) if matches!(self.panel, Panel::Solution(_)) => {
                self.panel = Panel::Solution(difference);
            }
            Event::Solution(difference) => self.show(Panel::Solution(difference)),
            Event::Readme(readme) => {
                self.show(Panel::Readme(readme));
                let read_to = self.read_to.get(&self.current_step().folder_name());
                self.scroll = Scroll::Above(read_to.copied().unwrap_or(0));
            }
            Event::Note(note) => self.say(note),
            Event::Tick => {}
        }
        None
    }

    /// Notes what the last drawing showed, so that nobody scrolls beyond the text.
    pub fn drawn(&mut self, drawn: Drawn) {
        let above = self.scroll.above(drawn.extent);
        self.scroll = Scroll::Above(above);
        self.drawn = drawn;
        if matches!(self.panel, Panel::Readme(_)) {
            self.read_to.insert(self.current_step().folder_name(), above);
        }
    }

    /// Whether the watch uses the mouse. In other panels the terminal has it, to select text.
    pub fn follows_mouse(&self) -> bool {
        matches!(self.panel, Panel::List(_))
    }

    /// The course as it was last read.
    pub fn course(&self) -> &Course {
        &self.known.course
    }

    /// The current step as the course declares it.
    pub fn current_step(&self) -> &Step {
        &self.known.course.steps[self.current]
    }

    /// What is known of the current step.
    pub fn step(&self) -> &StepState {
        &self.known.steps[self.current]
    }

    /// The current case: the chosen one, or the one to fix first. None if the step was never graded, or if it has
    /// passed and no case was chosen.
    pub fn case(&self) -> Option<&CaseReport> {
        let report = self.step().report.as_ref()?;
        match &self.chosen {
            Some(chosen) => report.cases.iter().find(|case| case.name == *chosen),
            None => report.first_failure(),
        }
    }

    /// The case that the panel shows. If it shows pictures and no case was chosen, this is one that has a picture.
    pub fn shown(&self) -> Option<&CaseReport> {
        if matches!(self.panel, Panel::Plot) { self.pictured() } else { self.case() }
    }

    /// The case whose picture can be shown: the current one if it has a picture, or the first that has one.
    pub fn pictured(&self) -> Option<&CaseReport> {
        let cases = &self.step().report.as_ref()?.cases;
        let current = self.case().filter(|case| self.has_picture(case) || self.chosen.is_some());
        current.or_else(|| cases.iter().find(|case| self.has_picture(case))).or_else(|| self.case())
    }

    /// Whether there is a picture of the case whose picture can be shown.
    pub fn offers_picture(&self) -> bool {
        self.pictured().is_some_and(|case| self.has_picture(case))
    }

    /// Whether some case of the current step has a picture.
    pub fn some_has_picture(&self) -> bool {
        let report = self.step().report.as_ref();
        report.is_some_and(|report| report.cases.iter().any(|case| self.has_picture(case)))
    }

    /// Whether a case of the current step has a picture.
    pub fn has_picture(&self, case: &CaseReport) -> bool {
        case.shown.is_some() && self.declared(case).is_some_and(|declared| declared.plot.is_some())
    }

    /// The picture of a case of the current step, if it has one.
    pub fn figure(&self, case: &CaseReport) -> Option<Figure> {
        Figure::of_case(self.declared(case)?, case)
    }

    /// A case of the current step as the course declares it; none if it was removed since the grade.
    fn declared(&self, case: &CaseReport) -> Option<&Case> {
        self.current_step().case(&case.name)
    }

    /// The step to do next: the next one that is not done, searched from here to the end and then from the beginning. A
    /// bonus step comes only after all others.
    pub fn next_open(&self) -> Option<usize> {
        let around: Vec<usize> = (self.current + 1..self.known.steps.len()).chain(0..self.current).collect();
        self.first_open(&around)
    }

    /// Whether the course is complete, as far as is known.
    pub fn is_complete(&self) -> bool {
        (0..self.known.steps.len()).all(|at| self.course().steps[at].bonus || !self.is_open(at))
    }

    fn first_open(&self, places: &[usize]) -> Option<usize> {
        let open = || places.iter().copied().filter(|at| self.is_open(*at));
        open().find(|at| !self.course().steps[*at].bonus).or_else(|| open().next())
    }

    /// Whether a step has not passed yet, as far as is known.
    pub fn is_open(&self, at: usize) -> bool {
        !self.known.steps[at].has_passed()
    }

    /// The step that is chosen in the list.
    pub fn listed_at(&self) -> Option<usize> {
        let Panel::List(list) = &self.panel else { return None };
        list.chosen(&list.shown(&self.known))
    }

    fn say(&mut self, note: String) {
        const LASTS: Duration = Duration::from_secs(10);
        self.note = Some(note);
        self.note_ends = self.now + LASTS;
    }

    fn show(&mut self, panel: Panel) {
        // The newest hint is at the end.
        self.scroll = if matches!(panel, Panel::Hints(_)) { Scroll::Below(0) } else { Scroll::Above(0) };
        self.panel = panel;
    }
}
