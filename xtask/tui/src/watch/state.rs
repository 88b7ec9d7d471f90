//! What the watch knows and shows: a plain value that events change, and that asks for what it cannot do itself.
//!
//! Nothing here reads a file, a clock or a key: `watch.rs` brings the events and sees to the effects.

use std::sync::Arc;
use std::time::{Duration, Instant};

use figure::Figure;
use grader::course::{Case, Course};
use grader::report::{Difference, Hints};
use grader::verdict::{CaseReport, StepReport};
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::worker::News;

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
    /// Whether the student has said which step to look at.
    placed: bool,
    extent: Extent,
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
    /// Whether the solution is really wanted.
    Question,
    /// The solution beside the student's own.
    Solution(Difference),
    /// The picture of a case.
    Plot,
    /// The keys.
    Help,
}

/// How much of the panel can be seen: what the view tells of the last drawing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Extent {
    /// The lines that fit.
    pub page: usize,
    /// The lines that there are.
    pub lines: usize,
}

/// Which part of a text is on the screen. The next drawing, which knows how long the text is, says what there is of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scroll {
    /// The part with so many lines above it.
    Above(usize),
    /// The part with so many lines below it.
    Below(usize),
}

/// What happens to a watch.
#[derive(Debug)]
pub enum Event {
    /// A key was pressed.
    Key(KeyEvent),
    /// A text was pasted.
    Pasted,
    /// The worker tells something.
    Work(News),
    /// The system does not tell of saved files, which are looked at so many times a second instead.
    NoFileEvents(u32),
    /// A hint was counted.
    Hints(Hints),
    /// The solution was read.
    Solution(Difference),
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
    /// Open the current step in an editor, at the current case.
    Edit,
    /// Stop until the shell lets it go on.
    Stop,
}

impl Extent {
    /// The most lines that can be above the screen.
    pub fn furthest(self) -> usize {
        self.lines.saturating_sub(self.page)
    }

    /// How far a page is turned: one line of it stays.
    fn leaf(self) -> usize {
        self.page.saturating_sub(1).max(1)
    }
}

impl Scroll {
    /// How many lines are above the screen.
    pub fn above(self, extent: Extent) -> usize {
        match self {
            Self::Above(lines) => lines.min(extent.furthest()),
            Self::Below(lines) => extent.furthest().saturating_sub(lines),
        }
    }

    fn down(self, lines: usize) -> Self {
        match self {
            Self::Above(above) => Self::Above(above.saturating_add(lines)),
            Self::Below(below) => Self::Below(below.saturating_sub(lines)),
        }
    }

    fn up(self, lines: usize) -> Self {
        match self {
            Self::Above(above) => Self::Above(above.saturating_sub(lines)),
            Self::Below(below) => Self::Below(below.saturating_add(lines)),
        }
    }
}

impl State {
    /// A course of which nothing is known yet. It begins with the step of this number, or else with the first that is not
    /// done.
    pub fn new(course: Arc<Course>, first: Option<u32>, now: Instant) -> Self {
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
            extent: Extent::default(),
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
            Event::Pasted => self.say("Pasted text does nothing here: paste it into your editor.".to_owned()),
            Event::Work(news) => return self.work(news),
            Event::NoFileEvents(looks_a_second) => self.looks_a_second = Some(looks_a_second),
            Event::Hints(hints) => self.show(Panel::Hints(hints)),
            // The one that is looked at stays where it is when its file has changed.
            Event::Solution(difference) if matches!(self.panel, Panel::Solution(_)) => {
                self.panel = Panel::Solution(difference);
            }
            Event::Solution(difference) => self.show(Panel::Solution(difference)),
            Event::Note(note) => self.say(note),
            Event::Tick => {}
        }
        None
    }

    /// Takes note of how much the last drawing showed, so that nobody scrolls further than there is text.
    pub fn drawn(&mut self, extent: Extent) {
        self.extent = extent;
        self.scroll = Scroll::Above(self.scroll.above(extent));
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

    fn pictured(&self) -> Option<&CaseReport> {
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
    fn is_open(&self, at: usize) -> bool {
        !self.steps[at].report.as_ref().is_some_and(StepReport::passed)
    }

    fn work(&mut self, news: News) -> Option<Effect> {
        let now = self.now;
        match news {
            News::Course(course) => {
                self.unreadable = None;
                self.take_course(course);
            }
            News::Unreadable(why) => self.unreadable = Some(why),
            News::Remembered(remembered) => {
                for (step, last) in self.steps.iter_mut().zip(remembered) {
                    if let Some(last) = last {
                        *step = StepState { due: !last.current, report: Some(last.report), ..StepState::default() };
                    }
                }
                if !self.placed {
                    let all: Vec<usize> = (0..self.steps.len()).collect();
                    self.current = self.first_open(&all).unwrap_or(self.current);
                }
                return Some(Effect::GradeAll);
            }
            News::Due(folders) => self.each_of(&folders, |step| step.due = true),
            News::Began(doing) => self.work = Some(Work { doing, since: now }),
            News::Doing(doing) => {
                if let Some(work) = &mut self.work {
                    work.doing = doing;
                }
            }
            News::Graded { folder, report, took } => {
                let is_current = self.course.steps[self.current].folder_name() == folder;
                self.each_of(&[folder], |step| {
                    *step =
                        StepState { report: Some(report.clone()), graded: Some((now, took)), ..StepState::default() };
                });
                return if is_current { self.look_anew() } else { None };
            }
            News::Failed { folders, why } => self.each_of(&folders, |step| {
                step.fault = Some(why.clone());
                step.due = false;
            }),
            News::Rested => self.work = None,
        }
        None
    }

    /// What there is to see of the current step, now that it has new verdicts.
    fn look_anew(&mut self) -> Option<Effect> {
        match self.panel {
            // It sets the file beside the solution, and the file has changed.
            Panel::Solution(_) => return Some(Effect::Solution),
            Panel::Hints(_) | Panel::Question if !self.is_open(self.current) => self.show(Panel::Case),
            _ => {}
        }
        None
    }

    fn each_of(&mut self, folders: &[String], mut change: impl FnMut(&mut StepState)) {
        for (step, state) in self.course.steps.iter().zip(&mut self.steps) {
            if folders.contains(&step.folder_name()) {
                change(state);
            }
        }
    }

    /// Takes a course that was read anew, with what is known of the steps that it still has.
    fn take_course(&mut self, course: Arc<Course>) {
        let current = self.course.steps[self.current].name.clone();
        let mut old: Vec<(String, StepState)> =
            self.course.steps.iter().map(|step| step.name.clone()).zip(self.steps.drain(..)).collect();
        self.steps = course
            .steps
            .iter()
            .map(|step| match old.iter().position(|(name, _)| *name == step.name) {
                Some(at) => old.swap_remove(at).1,
                None => StepState { due: true, ..StepState::default() },
            })
            .collect();
        let at = course.steps.iter().position(|step| step.name == current);
        self.current = at.unwrap_or(self.current.min(self.steps.len() - 1));
        self.course = course;
    }

    fn key(&mut self, key: KeyEvent) -> Option<Effect> {
        self.note = None;
        if is_interrupt(&key) {
            return Some(Effect::Quit);
        }
        if key.modifiers.contains(KeyModifiers::CONTROL) {
            return (key.code == KeyCode::Char('z')).then_some(Effect::Stop);
        }
        if let (Panel::Question, KeyCode::Char(answer)) = (&self.panel, key.code) {
            match answer.to_ascii_lowercase() {
                'y' => return Some(Effect::Solution),
                // A no, here, and not the next step.
                'n' => {
                    self.show(Panel::Case);
                    return None;
                }
                _ => {}
            }
        }
        match key.code {
            KeyCode::Char('q') => return Some(Effect::Quit),
            KeyCode::Char('n') | KeyCode::Right => self.go_to(self.current + 1),
            KeyCode::Char('p') | KeyCode::Left => self.go_to(self.current.wrapping_sub(1)),
            KeyCode::Char(digit @ '0'..='9') => self.go_to_number(digit),
            KeyCode::Char('j') | KeyCode::Down => self.choose(1),
            KeyCode::Char('k') | KeyCode::Up => self.choose(-1),
            KeyCode::PageDown | KeyCode::Char(' ') => self.scroll = self.scroll.down(self.extent.leaf()),
            KeyCode::PageUp | KeyCode::Char('b') => self.scroll = self.scroll.up(self.extent.leaf()),
            KeyCode::Home => self.scroll = Scroll::Above(0),
            KeyCode::End => self.scroll = Scroll::Below(0),
            KeyCode::Esc => {
                // From a panel back to the case, and from a case that was chosen to the one to mend first.
                if matches!(self.panel, Panel::Case) {
                    self.chosen = None;
                }
                self.show(Panel::Case);
            }
            KeyCode::Char('h') => return self.hint(),
            KeyCode::Char('s') => return self.solution(),
            KeyCode::Char('l') => self.toggle(matches!(self.panel, Panel::Plot), Panel::Plot),
            KeyCode::Char('?') => self.toggle(matches!(self.panel, Panel::Help), Panel::Help),
            KeyCode::Char('e') => return Some(Effect::Edit),
            KeyCode::Char('g') => return Some(Effect::GradeAnew),
            _ => {}
        }
        None
    }

    fn go_to(&mut self, at: usize) {
        self.placed = true;
        if at < self.steps.len() && at != self.current {
            self.current = at;
            self.chosen = None;
            self.show(Panel::Case);
        }
    }

    fn go_to_number(&mut self, digit: char) {
        let number = if digit == '0' { Some(10) } else { digit.to_digit(10) };
        let at = self.course.steps.iter().position(|step| Some(step.number) == number);
        if let Some(at) = at {
            self.go_to(at);
        }
    }

    /// Chooses the case that is so many further down.
    fn choose(&mut self, further: isize) {
        let Some(report) = &self.step().report else { return };
        let name_at = |at: usize| report.cases.get(at).map(|case| case.name.clone());
        let at = self.shown().and_then(|case| report.cases.iter().position(|own| own.name == case.name));
        let chosen = match at {
            Some(at) => at.checked_add_signed(further).and_then(name_at),
            None if further > 0 => name_at(0),
            None => report.cases.len().checked_sub(1).and_then(name_at),
        };
        if chosen.is_some() {
            self.chosen = chosen;
            // A picture stays a picture, of another case.
            self.show(if matches!(self.panel, Panel::Plot) { Panel::Plot } else { Panel::Case });
        }
    }

    fn hint(&mut self) -> Option<Effect> {
        match &self.step().report {
            None => self.say("A hint comes with the first verdict.".to_owned()),
            Some(report) if report.passed() => self.say("The step is done: no hint is needed.".to_owned()),
            Some(_) => return Some(Effect::Hints { one_more: matches!(self.panel, Panel::Hints(_)) }),
        }
        None
    }

    fn say(&mut self, note: String) {
        const LASTS: Duration = Duration::from_secs(10);
        self.note = Some(note);
        self.note_ends = self.now + LASTS;
    }

    fn solution(&mut self) -> Option<Effect> {
        if self.step().report.as_ref().is_some_and(StepReport::passed) {
            return Some(Effect::Solution);
        }
        self.show(Panel::Question);
        None
    }

    fn toggle(&mut self, shown: bool, panel: Panel) {
        self.show(if shown { Panel::Case } else { panel });
    }

    fn show(&mut self, panel: Panel) {
        // A further hint comes below those before it.
        self.scroll = if matches!(panel, Panel::Hints(_)) { Scroll::Below(0) } else { Scroll::Above(0) };
        self.panel = panel;
    }
}

/// Whether a key is Ctrl-C.
pub fn is_interrupt(key: &KeyEvent) -> bool {
    key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL)
}

#[cfg(test)]
mod tests {
    use figure::{Layer, examples};
    use grader::Remembered;

    use super::super::fixture::{Does, course, difference, give_picture, hints, report};
    use super::*;

    const DONE: [Does; 3] = [Does::Right; 3];
    const BEGUN: [Does; 3] = [Does::Right, Does::Half, Does::Todo];

    /// A watch of which these steps are remembered, at a moment.
    fn remembering(reports: [Option<[Does; 3]>; 3], first: Option<u32>) -> (State, Instant) {
        let (course, now) = (course(), Instant::now());
        let mut state = State::new(Arc::clone(&course), first, now);
        let remembered = reports
            .iter()
            .enumerate()
            .map(|(at, does)| does.map(|does| Remembered { report: report(&course, at, does), current: true }));
        let effect = state.update(Event::Work(News::Remembered(remembered.collect())), now);
        assert_eq!(effect, Some(Effect::GradeAll));
        (state, now)
    }

    fn press(state: &mut State, code: KeyCode) -> Option<Effect> {
        state.update(Event::Key(KeyEvent::from(code)), state.now)
    }

    fn graded(state: &mut State, at: usize, does: [Does; 3]) {
        let news = News::Graded {
            folder: state.course.steps[at].folder_name(),
            report: report(&state.course, at, does),
            took: Duration::from_millis(400),
        };
        assert_eq!(state.update(Event::Work(news), state.now), None);
    }

    #[test]
    fn it_begins_with_the_first_step_that_is_not_done_or_the_one_that_is_named() {
        assert_eq!(remembering([Some(DONE), Some(BEGUN), None], None).0.current, 1);
        assert_eq!(remembering([Some(DONE), Some(BEGUN), None], Some(3)).0.current, 2);
        assert_eq!(remembering([Some(DONE), Some(DONE), Some(DONE)], None).0.current, 0);
    }

    #[test]
    fn it_stays_on_a_finished_step_and_knows_what_comes_next() {
        let (mut state, _) = remembering([Some(BEGUN), Some(DONE), None], None);
        graded(&mut state, 0, DONE);
        assert_eq!((state.current, state.next_open()), (0, Some(2)));
        assert!(state.case().is_none());
        press(&mut state, KeyCode::Char('3'));
        graded(&mut state, 2, DONE);
        assert_eq!((state.current, state.next_open()), (2, None));
    }

    #[test]
    fn a_bonus_comes_after_all_that_the_course_needs() {
        let (mut state, _) = remembering([Some(DONE), None, Some(BEGUN)], None);
        let mut course = Course::clone(&state.course);
        course.steps[1].bonus = true;
        state.course = Arc::new(course);
        press(&mut state, KeyCode::Char('1'));
        assert_eq!((state.next_open(), state.is_complete()), (Some(2), false));
        graded(&mut state, 2, DONE);
        assert_eq!((state.next_open(), state.is_complete()), (Some(1), true));
    }

    #[test]
    fn the_keys_of_the_steps_stop_at_both_ends() {
        let (mut state, _) = remembering([Some(DONE), None, None], Some(1));
        for (key, at) in [('p', 0), ('n', 1), ('n', 2), ('n', 2), ('p', 1), ('9', 1)] {
            assert_eq!(press(&mut state, KeyCode::Char(key)), None);
            assert_eq!(state.current, at, "after {key}");
        }
    }

    #[test]
    fn the_case_to_mend_first_is_shown_until_another_is_chosen() {
        let (mut state, _) = remembering([Some(BEGUN), None, None], None);
        let shown = |state: &State| state.case().map(|case| case.name.clone()).unwrap_or_default();
        assert_eq!(shown(&state), "error-squared");
        press(&mut state, KeyCode::Char('k'));
        assert_eq!(shown(&state), "price-of-a-house");
        press(&mut state, KeyCode::Up);
        assert_eq!(shown(&state), "price-of-a-house");
        // A choice outlasts a grade, and Esc takes it back.
        graded(&mut state, 0, [Does::Right, Does::Right, Does::Todo]);
        assert_eq!(shown(&state), "price-of-a-house");
        press(&mut state, KeyCode::Esc);
        assert_eq!(shown(&state), "loss-by-weight");
    }

    #[test]
    fn a_picture_stays_while_cases_fail_and_pass() {
        let (mut state, _) = remembering([Some(DONE), None, None], Some(1));
        let shown = |state: &State| state.shown().map(|case| case.name.clone()).unwrap_or_default();
        give_picture(&mut state, 2);
        press(&mut state, KeyCode::Char('l'));
        assert_eq!(shown(&state), "loss-by-weight");
        graded(&mut state, 0, BEGUN);
        give_picture(&mut state, 2);
        assert_eq!(shown(&state), "loss-by-weight");
        press(&mut state, KeyCode::Char('k'));
        assert_eq!(shown(&state), "error-squared");
        press(&mut state, KeyCode::Char('l'));
        assert!(matches!(state.panel, Panel::Case));
    }

    #[test]
    fn a_picture_shows_the_answers_of_every_case_that_gave_some() {
        let (mut state, _) = remembering([Some([Does::Right, Does::Half, Does::Loop]), None, None], Some(1));
        let shows_answers = |state: &State| {
            let cases = &state.step().report.as_ref().unwrap().cases;
            let shown = cases.iter().map(|case| state.figure(case).map(|figure| figure.shows(Layer::Student)));
            shown.collect::<Vec<_>>()
        };
        assert_eq!(shows_answers(&state), [None; 3], "no case has a plot");
        let mut course = Course::clone(&state.course);
        for case in &mut course.steps[0].cases {
            case.plot = Some(examples::plot("weight", "loss"));
        }
        state.course = Arc::new(course);
        assert_eq!(shows_answers(&state), [Some(true), Some(true), Some(false)]);
        for case in &mut state.steps[0].report.as_mut().unwrap().cases {
            case.shown = None;
        }
        assert_eq!(shows_answers(&state), [None; 3], "no answer is recorded");
    }

    #[test]
    fn a_solution_is_asked_for_twice_before_the_step_has_passed() {
        let (mut state, _) = remembering([Some(BEGUN), None, None], None);
        assert_eq!(press(&mut state, KeyCode::Char('s')), None);
        assert_eq!(press(&mut state, KeyCode::Char('n')), None);
        assert!(matches!(state.panel, Panel::Case) && state.current == 0, "no is no, and no step on");
        press(&mut state, KeyCode::Char('s'));
        assert_eq!(press(&mut state, KeyCode::Char('y')), Some(Effect::Solution));
        state.update(Event::Solution(difference("one", "two")), state.now);
        assert_eq!(press(&mut state, KeyCode::Char('y')), None);
        press(&mut state, KeyCode::Esc);
        graded(&mut state, 0, DONE);
        assert_eq!(press(&mut state, KeyCode::Char('s')), Some(Effect::Solution));
    }

    #[test]
    fn a_note_stays_for_ten_seconds() {
        let (mut state, now) = remembering([Some(BEGUN), None, None], None);
        state.update(Event::Note("a note".to_owned()), now);
        for (seconds, is_there) in [(0, true), (9, true), (10, false)] {
            state.update(Event::Tick, now + Duration::from_secs(seconds));
            assert_eq!(state.note.is_some(), is_there, "after {seconds} s");
        }
    }

    #[test]
    fn new_verdicts_bring_what_is_looked_at_up_to_date() {
        let (mut state, _) = remembering([Some(BEGUN), Some(BEGUN), None], None);
        press(&mut state, KeyCode::Char('s'));
        state.update(Event::Solution(difference("one\n", "two\n")), state.now);
        state.scroll = Scroll::Above(3);
        let news = |state: &State, at: usize, does| {
            let folder = state.course.steps[at].folder_name();
            Event::Work(News::Graded { folder, report: report(&state.course, at, does), took: Duration::ZERO })
        };
        let other = news(&state, 1, DONE);
        assert_eq!(state.update(other, state.now), None, "another step's file is not looked at");
        let own = news(&state, 0, BEGUN);
        assert_eq!(state.update(own, state.now), Some(Effect::Solution));
        state.update(Event::Solution(difference("two\n", "two\n")), state.now);
        assert_eq!(state.scroll, Scroll::Above(3));
        // What was asked for a step that failed is beside the point when it has passed.
        press(&mut state, KeyCode::Esc);
        press(&mut state, KeyCode::Char('s'));
        assert!(matches!(state.panel, Panel::Question));
        graded(&mut state, 0, DONE);
        assert!(matches!(state.panel, Panel::Case));
    }

    #[test]
    fn a_hint_is_for_a_step_that_was_graded_and_needs_one() {
        let (mut state, _) = remembering([None, Some(DONE), Some(BEGUN)], Some(1));
        assert_eq!(press(&mut state, KeyCode::Char('h')), None);
        assert!(state.note.is_some());
        press(&mut state, KeyCode::Char('n'));
        assert!(state.note.is_none(), "a note lasts until the next key");
        assert_eq!(press(&mut state, KeyCode::Char('h')), None);
        press(&mut state, KeyCode::Char('n'));
        assert_eq!(press(&mut state, KeyCode::Char('h')), Some(Effect::Hints { one_more: false }));
    }

    #[test]
    fn a_save_makes_the_verdict_an_old_one_until_the_next() {
        let (mut state, now) = remembering([Some(BEGUN), None, None], None);
        assert!(!state.step().due);
        state.update(Event::Work(News::Due(vec!["01-loss".to_owned()])), now);
        assert!(state.step().due && state.step().report.is_some());
        graded(&mut state, 0, BEGUN);
        assert!(!state.step().due);
    }

    #[test]
    fn what_cannot_be_graded_is_told_until_it_can() {
        let (mut state, now) = remembering([Some(BEGUN), None, None], None);
        let failed = News::Failed { folders: vec!["01-loss".to_owned()], why: "line 3".to_owned() };
        state.update(Event::Work(failed), now);
        assert_eq!(state.step().fault.as_deref(), Some("line 3"));
        graded(&mut state, 0, BEGUN);
        assert_eq!(state.step().fault, None);
    }

    #[test]
    fn a_course_that_lost_a_step_keeps_what_is_known_of_the_others() {
        let (mut state, now) = remembering([Some(DONE), Some(BEGUN), None], Some(3));
        let mut fewer = Course::clone(&state.course);
        fewer.steps.remove(2);
        fewer.steps.remove(0);
        state.update(Event::Work(News::Course(Arc::new(fewer))), now);
        assert_eq!((state.current, state.steps.len()), (0, 1));
        assert_eq!(state.step().report.as_ref().map(|report| report.number), Some(2));
    }

    #[test]
    fn the_keys_to_leave_work_in_every_panel() {
        for key in ['h', 's', 'l', '?', 'x'] {
            let (mut state, now) = remembering([Some(BEGUN), None, None], None);
            press(&mut state, KeyCode::Char(key));
            assert_eq!(press(&mut state, KeyCode::Char('q')), Some(Effect::Quit));
            let interrupt = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
            assert_eq!(state.update(Event::Key(interrupt), now), Some(Effect::Quit));
        }
    }

    #[test]
    fn nobody_scrolls_beyond_the_text() {
        let (mut state, _) = remembering([Some(BEGUN), None, None], None);
        let extent = Extent { page: 10, lines: 25 };
        state.drawn(extent);
        for (keys, above) in [
            (&[KeyCode::Char(' ')][..], 9),
            (&[KeyCode::PageDown], 15),
            (&[KeyCode::PageUp], 6),
            (&[KeyCode::End], 15),
            (&[KeyCode::Home], 0),
            (&[KeyCode::Char('b')], 0),
            // Also where several come before the next drawing.
            (&[KeyCode::End, KeyCode::Char(' '), KeyCode::Char('b')], 6),
            (&[KeyCode::Char(' '); 9], 15),
        ] {
            for key in keys {
                press(&mut state, *key);
            }
            state.drawn(extent);
            assert_eq!(state.scroll, Scroll::Above(above), "after {keys:?}");
        }
        state.drawn(Extent { page: 30, lines: 25 });
        assert_eq!(state.scroll, Scroll::Above(0));
    }

    #[test]
    fn a_further_hint_is_seen_whatever_comes_in_one_batch_with_it() {
        let (mut state, _) = remembering([Some(BEGUN), None, None], None);
        let extent = Extent { page: 10, lines: 25 };
        for (key, above) in [(' ', 15), ('b', 6)] {
            state.drawn(extent);
            state.show(Panel::Hints(hints(&state.course)));
            press(&mut state, KeyCode::Char(key));
            state.drawn(extent);
            assert_eq!(state.scroll, Scroll::Above(above), "after {key}");
        }
    }

    #[test]
    fn a_paste_is_no_press_of_its_letters() {
        let (mut state, now) = remembering([Some(BEGUN), None, None], None);
        assert_eq!(state.update(Event::Pasted, now), None);
        assert!(state.note.as_ref().is_some_and(|note| note.contains("your editor")), "{:?}", state.note);
        assert!(state.current == 0 && matches!(state.panel, Panel::Case));
    }
}
