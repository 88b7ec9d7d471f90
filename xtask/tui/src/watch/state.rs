//! What the watch knows and shows: a plain value that events change, and that asks for what it cannot do itself.
//!
//! Nothing here reads a file, a clock or a key: `watch.rs` brings the events and carries out the effects.

mod actions;
mod news;
mod scroll;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::{Duration, Instant};

use figure::Figure;
use grader::Hints;
use grader::course::{Case, Course};
use grader::report::Difference;
use grader::verdict::{CaseReport, StepReport};
use ratatui::crossterm::event::{KeyEvent, MouseEvent};

pub use self::actions::is_interrupt;
pub use self::scroll::{Extent, Scroll};
use super::list::StepList;
use worker::News;

/// All that is shown.
#[derive(Debug)]
pub struct State {
    /// The course as it was last read.
    pub course: Arc<Course>,
    /// How its steps stand, in its order.
    pub steps: Vec<StepState>,
    /// The step that is looked at: a place in `steps`.
    pub current: usize,
    /// The case that the student chose, by name; without a choice it is the one to mend first.
    pub chosen: Option<String>,
    /// What the main part of the screen shows.
    pub panel: Panel,
    /// Which part of it is on the screen.
    pub scroll: Scroll,
    /// Why the course cannot be read any more as it is.
    pub unreadable: Option<String>,
    /// What is being graded.
    pub work: Option<Work>,
    /// A sentence until the next key, or for a while.
    pub note: Option<String>,
    /// When it has been read.
    note_ends: Instant,
    /// How many times a second files are looked at, where no event tells of them.
    pub looks_a_second: Option<u32>,
    /// The time of the last event.
    pub now: Instant,
    /// Whether the step to look at is settled: the student chose it, or all steps were graded once.
    placed: bool,
    /// What opens when the student goes to another step.
    on_arrival: OnArrival,
    drawn: Drawn,
}

/// What happens when the student goes to another step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnArrival {
    /// It is looked at.
    Look,
    /// Its file opens in the editor, too.
    OpenEditor,
}

/// How a step stands.
#[derive(Debug, Default)]
pub struct StepState {
    /// The last verdicts, of this or an earlier watch.
    pub report: Option<StepReport>,
    /// Why it could not be graded at last.
    pub fault: Option<String>,
    /// Whether its files have changed since the verdicts, or may have.
    pub due: bool,
    /// When this watch last graded it, and how long that took.
    pub graded: Option<(Instant, Duration)>,
    /// What its lesson asks whoever has done it.
    pub question: Option<String>,
}

/// What is being graded, and since when.
#[derive(Debug)]
pub struct Work {
    /// What is done at the moment, in a few words.
    pub doing: String,
    /// When it began.
    pub since: Instant,
}

/// What the main part of the screen shows.
#[derive(Debug)]
pub enum Panel {
    /// The verdict on a case.
    Case,
    /// The hints given so far.
    Hints(Hints),
    /// Whether something is really wanted.
    Question(Question),
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

/// What is asked before it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// The solution of a step that has not passed.
    Solution,
    /// To put the stub back.
    Reset,
}

/// What the view tells of the last drawing.
#[derive(Debug, Clone, Default)]
pub struct Drawn {
    /// How much of the panel can be seen.
    pub extent: Extent,
    /// The rows of the screen that show a step of the list, and which.
    pub listed: Vec<(u16, usize)>,
}

/// What happens to a watch.
#[derive(Debug)]
pub enum Event {
    /// A key was pressed.
    Key(KeyEvent),
    /// A text was pasted.
    Pasted,
    /// The mouse was used where it is followed.
    Mouse(MouseEvent),
    /// The worker tells something.
    Work(News),
    /// The system does not tell of saved files, which are looked at so many times a second instead.
    NoFileEvents(u32),
    /// A hint was counted.
    Hints(Hints),
    /// The solution was read.
    Solution(Difference),
    /// The step's README was read.
    Readme(String),
    /// Something asked for cannot be had: why, in a sentence.
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
    /// Grade the current step regardless of what is remembered.
    GradeAnew,
    /// Show the hints to the current step; whether one more is to be given.
    Hints {
        /// Also where some were given before.
        one_more: bool,
    },
    /// Read the current step's solution.
    Solution,
    /// Read the current step's README.
    Readme,
    /// Open the current step in an editor, at the current case.
    Edit,
    /// Put the current step's stub back.
    Reset,
    /// Stop until the shell lets it go on.
    Stop,
}

impl State {
    /// A course of which nothing is known yet. It begins with the step of this number, or else with the first that is not
    /// done.
    pub fn new(course: Arc<Course>, first: Option<u32>, on_arrival: OnArrival, now: Instant) -> Self {
        let steps = course.steps.iter().map(|_| StepState { due: true, ..StepState::default() }).collect();
        let current = course.steps.iter().position(|step| Some(step.number) == first);
        Self {
            course,
            steps,
            placed: current.is_some(),
            current: current.unwrap_or(0),
            chosen: None,
            panel: Panel::Case,
            scroll: Scroll::Above(0),
            unreadable: None,
            work: None,
            note: None,
            note_ends: now,
            looks_a_second: None,
            now,
            on_arrival,
            drawn: Drawn::default(),
        }
    }

    /// The state after an event, and what is to be done about it.
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
            // The one that is looked at stays where it is when its file has changed.
            Event::Solution(difference) if matches!(self.panel, Panel::Solution(_)) => {
                self.panel = Panel::Solution(difference);
            }
            Event::Solution(difference) => self.show(Panel::Solution(difference)),
            Event::Readme(readme) => self.show(Panel::Readme(readme)),
            Event::Note(note) => self.say(note),
            Event::Tick => {}
        }
        None
    }

    /// Takes note of what the last drawing showed, so that nobody scrolls further than there is text.
    pub fn drawn(&mut self, drawn: Drawn) {
        self.scroll = Scroll::Above(self.scroll.above(drawn.extent));
        self.drawn = drawn;
    }

    /// Whether the mouse is followed. Elsewhere it is the terminal's, which selects text with it.
    pub fn follows_mouse(&self) -> bool {
        matches!(self.panel, Panel::List(_))
    }

    /// The step that is looked at.
    pub fn step(&self) -> &StepState {
        &self.steps[self.current]
    }

    /// The case that is looked at: the chosen one, or the one to mend first. None where the step has passed and none was
    /// chosen, or it was never graded.
    pub fn case(&self) -> Option<&CaseReport> {
        let report = self.step().report.as_ref()?;
        match &self.chosen {
            Some(chosen) => report.cases.iter().find(|case| case.name == *chosen),
            None => report.first_failure(),
        }
    }

    /// The case that the panel shows: where it shows pictures and none was chosen, one that has a picture.
    pub fn shown(&self) -> Option<&CaseReport> {
        if matches!(self.panel, Panel::Plot) { self.pictured() } else { self.case() }
    }

    /// The case whose picture can be seen: the one that is looked at if it has one, or the first that has.
    pub fn pictured(&self) -> Option<&CaseReport> {
        let cases = &self.step().report.as_ref()?.cases;
        let looked_at = self.case().filter(|case| self.has_picture(case) || self.chosen.is_some());
        looked_at.or_else(|| cases.iter().find(|case| self.has_picture(case))).or_else(|| self.case())
    }

    fn has_picture(&self, case: &CaseReport) -> bool {
        case.shown.is_some() && self.declared(case).is_some_and(|declared| declared.plot.is_some())
    }

    /// The picture of a case of the step that is looked at, if it has one.
    pub fn figure(&self, case: &CaseReport) -> Option<Figure> {
        Figure::of_case(self.declared(case)?, case)
    }

    /// A case of the step that is looked at, as the course declares it; none if it has gone since it was graded.
    fn declared(&self, case: &CaseReport) -> Option<&Case> {
        self.course.steps[self.current].case(&case.name)
    }

    /// The step that comes next when this one is done: the next that is not, from here on and then from the beginning. A
    /// bonus comes when all that the course needs is done.
    pub fn next_open(&self) -> Option<usize> {
        let around: Vec<usize> = (self.current + 1..self.steps.len()).chain(0..self.current).collect();
        self.first_open(&around)
    }

    /// Whether the course is complete, so far as is known.
    pub fn is_complete(&self) -> bool {
        (0..self.steps.len()).all(|at| self.course.steps[at].bonus || !self.is_open(at))
    }

    fn first_open(&self, places: &[usize]) -> Option<usize> {
        let open = || places.iter().copied().filter(|at| self.is_open(*at));
        open().find(|at| !self.course.steps[*at].bonus).or_else(|| open().next())
    }

    /// Whether a step has not passed yet, so far as is known.
    pub fn is_open(&self, at: usize) -> bool {
        !self.steps[at].report.as_ref().is_some_and(StepReport::passed)
    }

    /// The step of the list that is chosen.
    pub fn listed_at(&self) -> Option<usize> {
        let Panel::List(list) = &self.panel else { return None };
        list.chosen(&list.shown(self))
    }

    fn say(&mut self, note: String) {
        const LASTS: Duration = Duration::from_secs(10);
        self.note = Some(note);
        self.note_ends = self.now + LASTS;
    }

    fn show(&mut self, panel: Panel) {
        // A further hint comes below those before it.
        self.scroll = if matches!(panel, Panel::Hints(_)) { Scroll::Below(0) } else { Scroll::Above(0) };
        self.panel = panel;
    }
}
