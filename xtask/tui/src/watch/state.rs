//! What the watch knows and shows: a plain value that events change, and that asks for what it cannot do itself.
//!
//! Nothing here reads a file, a clock or a key: `watch.rs` brings the events and sees to the effects.

use std::sync::Arc;
use std::time::{Duration, Instant};

use figure::Figure;
use grader::Hints;
use grader::course::{Case, Course};
use grader::report::Difference;
use grader::verdict::{CaseReport, StepReport};
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::keys::{Action, action_of};
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

/// How much of the panel can be seen.
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
                self.look_at_the_first_open();
                return Some(Effect::GradeAll);
            }
            News::Due(folders) => self.each_of(&folders, |step| step.due = true),
            News::Began(doing) => self.work = Some(Work { doing, since: now }),
            News::Doing(doing) => {
                if let Some(work) = &mut self.work {
                    work.doing = doing;
                }
            }
            News::Graded { folder, report, took, question } => {
                let is_current = self.course.steps[self.current].folder_name() == folder;
                self.each_of(&[folder], |step| {
                    *step = StepState {
                        report: Some(report.clone()),
                        graded: Some((now, took)),
                        question: question.clone(),
                        ..StepState::default()
                    };
                });
                self.settle();
                return if is_current { self.look_anew() } else { None };
            }
            News::Failed { folders, why } => {
                self.each_of(&folders, |step| {
                    step.fault = Some(why.clone());
                    step.due = false;
                });
                self.settle();
            }
            News::Rested => self.work = None,
        }
        None
    }

    /// Looks at the first step that is not done, unless it is settled which one to look at.
    fn look_at_the_first_open(&mut self) {
        if !self.placed {
            let all: Vec<usize> = (0..self.steps.len()).collect();
            self.current = self.first_open(&all).unwrap_or(self.current);
        }
    }

    /// Settles which step to look at as soon as it is known of each how it stands. From then on none is left by itself.
    fn settle(&mut self) {
        if self.steps.iter().all(|step| !step.due) {
            self.look_at_the_first_open();
            self.placed = true;
        }
    }

    /// What there is to see of the current step, now that it has new verdicts.
    fn look_anew(&mut self) -> Option<Effect> {
        match self.panel {
            // It sets the file beside the solution, and the file has changed.
            Panel::Solution(_) => return Some(Effect::Solution),
            Panel::Hints(_) | Panel::Question(Question::Solution) if !self.is_open(self.current) => {
                self.show(Panel::Case)
            }
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
        // Whoever presses a key has begun to look.
        self.placed = true;
        if let Panel::List(list) = &mut self.panel
            && list.types(key.code)
        {
            return None;
        }
        if let (Panel::Question(question), KeyCode::Char(answer)) = (&self.panel, key.code) {
            match answer.to_ascii_lowercase() {
                'y' => return self.agreed(*question),
                // A no, here, and not the next step.
                'n' => {
                    self.show(Panel::Case);
                    return None;
                }
                _ => {}
            }
        }
        self.act(action_of(key.code)?)
    }

    fn act(&mut self, action: Action) -> Option<Effect> {
        let page = self.drawn.extent.leaf();
        match action {
            Action::NextStep => return self.go_to(self.current + 1),
            Action::PreviousStep => return self.go_to(self.current.wrapping_sub(1)),
            Action::Step(number) => return self.go_to_number(number),
            Action::NextCase => self.choose(1),
            Action::PreviousCase => self.choose(-1),
            Action::PageDown => self.scroll = self.scroll.down(page),
            Action::PageUp => self.scroll = self.scroll.up(page),
            Action::Top => self.scroll = Scroll::Above(0),
            Action::Bottom => self.scroll = Scroll::Below(0),
            Action::Back => {
                // From a panel back to the case, and from a case that was chosen to the one to mend first.
                if matches!(self.panel, Panel::Case) {
                    self.chosen = None;
                }
                self.show(Panel::Case);
            }
            Action::List => {
                self.toggle(matches!(self.panel, Panel::List(_)), Panel::List(StepList::at(self.current)));
            }
            Action::Filter | Action::Search | Action::Choose => return self.act_on_list(action),
            Action::Hint => return self.hint(),
            Action::Readme if matches!(self.panel, Panel::Readme(_)) => self.show(Panel::Case),
            Action::Readme => return Some(Effect::Readme),
            Action::Solution => return self.solution(),
            Action::Picture => self.toggle(matches!(self.panel, Panel::Plot), Panel::Plot),
            Action::Help => self.toggle(matches!(self.panel, Panel::Help), Panel::Help),
            Action::Edit => return Some(Effect::Edit),
            Action::Grade => return Some(Effect::GradeAnew),
            Action::GradeAll => return Some(Effect::GradeAll),
            Action::Reset => self.show(Panel::Question(Question::Reset)),
            Action::Quit => return Some(Effect::Quit),
        }
        None
    }

    /// Does what was asked about, now that the student agrees.
    fn agreed(&mut self, question: Question) -> Option<Effect> {
        match question {
            Question::Solution => Some(Effect::Solution),
            Question::Reset => {
                self.show(Panel::Case);
                Some(Effect::Reset)
            }
        }
    }

    fn act_on_list(&mut self, action: Action) -> Option<Effect> {
        let Panel::List(list) = &mut self.panel else { return None };
        match action {
            Action::Filter => list.filter = list.filter.next(),
            Action::Search => list.begin_search(),
            _ => {
                let at = self.listed_at()?;
                return self.go_to(at);
            }
        }
        None
    }

    /// The step of the list that is chosen.
    pub fn listed_at(&self) -> Option<usize> {
        let Panel::List(list) = &self.panel else { return None };
        list.chosen(&list.shown(self))
    }

    fn mouse(&mut self, mouse: MouseEvent) -> Option<Effect> {
        if !self.follows_mouse() {
            return None;
        }
        match mouse.kind {
            MouseEventKind::ScrollDown => self.choose(1),
            MouseEventKind::ScrollUp => self.choose(-1),
            MouseEventKind::Down(MouseButton::Left) => {
                let (_, at) = self.drawn.listed.iter().find(|(row, _)| *row == mouse.row)?;
                return self.go_to(*at);
            }
            _ => {}
        }
        None
    }

    /// Looks at another step.
    fn go_to(&mut self, at: usize) -> Option<Effect> {
        if at >= self.steps.len() {
            return None;
        }
        let is_another = at != self.current;
        if is_another {
            self.current = at;
            self.chosen = None;
        }
        if is_another || matches!(self.panel, Panel::List(_)) {
            self.show(Panel::Case);
        }
        (is_another && self.on_arrival == OnArrival::OpenEditor).then_some(Effect::Edit)
    }

    fn go_to_number(&mut self, number: u32) -> Option<Effect> {
        let at = self.course.steps.iter().position(|step| step.number == number)?;
        self.go_to(at)
    }

    /// Chooses the case that is so many further down, or the step of the list.
    fn choose(&mut self, further: isize) {
        if let Panel::List(list) = &self.panel {
            let shown = list.shown(self);
            if let Panel::List(list) = &mut self.panel {
                list.choose(&shown, further);
            }
            return;
        }
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
        self.show(Panel::Question(Question::Solution));
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
        let mut state = State::new(Arc::clone(&course), first, OnArrival::Look, now);
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

    fn type_in(state: &mut State, words: &str) {
        for letter in words.chars() {
            assert_eq!(press(state, KeyCode::Char(letter)), None);
        }
    }

    fn graded(state: &mut State, at: usize, does: [Does; 3]) {
        let news = News::Graded {
            folder: state.course.steps[at].folder_name(),
            report: report(&state.course, at, does),
            took: Duration::from_millis(400),
            question: None,
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
        press(&mut state, KeyCode::Char('v'));
        assert_eq!(shown(&state), "loss-by-weight");
        graded(&mut state, 0, BEGUN);
        give_picture(&mut state, 2);
        assert_eq!(shown(&state), "loss-by-weight");
        press(&mut state, KeyCode::Char('k'));
        assert_eq!(shown(&state), "error-squared");
        press(&mut state, KeyCode::Char('v'));
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
            Event::Work(News::Graded {
                folder,
                report: report(&state.course, at, does),
                took: Duration::ZERO,
                question: None,
            })
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
        assert!(matches!(state.panel, Panel::Question(_)));
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
        for key in ['h', 's', 'v', '?', 'x', 'l'] {
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
        state.drawn(Drawn { extent, ..Drawn::default() });
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
            state.drawn(Drawn { extent, ..Drawn::default() });
            assert_eq!(state.scroll, Scroll::Above(above), "after {keys:?}");
        }
        state.drawn(Drawn { extent: Extent { page: 30, lines: 25 }, ..Drawn::default() });
        assert_eq!(state.scroll, Scroll::Above(0));
    }

    #[test]
    fn a_further_hint_is_seen_whatever_comes_in_one_batch_with_it() {
        let (mut state, _) = remembering([Some(BEGUN), None, None], None);
        let extent = Extent { page: 10, lines: 25 };
        for (key, above) in [(' ', 15), ('b', 6)] {
            state.drawn(Drawn { extent, ..Drawn::default() });
            state.show(Panel::Hints(hints(&state.course)));
            press(&mut state, KeyCode::Char(key));
            state.drawn(Drawn { extent, ..Drawn::default() });
            assert_eq!(state.scroll, Scroll::Above(above), "after {key}");
        }
    }

    #[test]
    fn it_moves_to_the_first_step_that_fails_now_unless_a_key_was_pressed() {
        for (pressed, at) in [(false, 1), (true, 2)] {
            // Remembered are two that passed, of which one fails now.
            let (mut state, _) = remembering([Some(DONE), Some(DONE), None], None);
            assert_eq!(state.current, 2);
            let folders: Vec<String> = state.course.steps.iter().map(|step| step.folder_name()).collect();
            state.update(Event::Work(News::Due(folders)), state.now);
            if pressed {
                press(&mut state, KeyCode::Char('j'));
            }
            graded(&mut state, 2, BEGUN);
            graded(&mut state, 0, DONE);
            assert_eq!(state.current, 2, "not all are graded");
            graded(&mut state, 1, BEGUN);
            assert_eq!(state.current, at);
            // Once it is settled no verdict takes the student elsewhere.
            graded(&mut state, 0, BEGUN);
            assert_eq!(state.current, at);
        }
    }

    #[test]
    fn the_list_is_filtered_searched_and_left_for_a_step() {
        let (mut state, _) = remembering([Some(DONE), Some(BEGUN), None], Some(1));
        let shown = |state: &State| match &state.panel {
            Panel::List(list) => list.shown(state),
            _ => panic!("no list"),
        };
        press(&mut state, KeyCode::Char('l'));
        assert_eq!(shown(&state), [0, 1, 2]);
        for filtered in [&[1, 2][..], &[0], &[], &[0, 1, 2]] {
            press(&mut state, KeyCode::Char('f'));
            assert_eq!(shown(&state), filtered);
        }
        press(&mut state, KeyCode::Down);
        assert_eq!(state.listed_at(), Some(1));
        // While a search is typed, a letter is a letter: `q` does not leave.
        type_in(&mut state, "/qx");
        assert_eq!((shown(&state).as_slice(), state.listed_at()), (&[][..], None));
        press(&mut state, KeyCode::Backspace);
        press(&mut state, KeyCode::Esc);
        type_in(&mut state, "/DESC");
        assert_eq!(shown(&state), [2]);
        assert_eq!(press(&mut state, KeyCode::Enter), None);
        assert!(state.current == 2 && matches!(state.panel, Panel::Case));
    }

    #[test]
    fn the_mouse_is_followed_in_the_list_alone() {
        let (mut state, now) = remembering([Some(DONE), Some(BEGUN), None], Some(1));
        let mouse = |kind, row| Event::Mouse(MouseEvent { kind, row, column: 3, modifiers: KeyModifiers::NONE });
        let click = MouseEventKind::Down(MouseButton::Left);
        state.update(mouse(click, 7), now);
        assert!(!state.follows_mouse() && state.current == 0);
        press(&mut state, KeyCode::Char('l'));
        state.drawn(Drawn { listed: vec![(6, 0), (7, 2)], ..Drawn::default() });
        state.update(mouse(MouseEventKind::ScrollDown, 1), now);
        assert_eq!((state.follows_mouse(), state.listed_at()), (true, Some(1)));
        state.update(mouse(click, 7), now);
        assert_eq!((state.follows_mouse(), state.current), (false, 2));
    }

    #[test]
    fn a_stub_is_put_back_only_by_who_says_so() {
        let (mut state, _) = remembering([Some(BEGUN), None, None], None);
        assert_eq!(press(&mut state, KeyCode::Char('x')), None);
        assert_eq!(press(&mut state, KeyCode::Char('n')), None);
        assert!(matches!(state.panel, Panel::Case));
        press(&mut state, KeyCode::Char('x'));
        assert_eq!(press(&mut state, KeyCode::Char('y')), Some(Effect::Reset));
    }

    #[test]
    fn the_editor_opens_on_arrival_where_that_is_wanted() {
        let (mut state, _) = remembering([Some(BEGUN), None, None], None);
        assert_eq!(press(&mut state, KeyCode::Char('n')), None);
        state.on_arrival = OnArrival::OpenEditor;
        assert_eq!(press(&mut state, KeyCode::Char('n')), Some(Effect::Edit));
        assert_eq!(press(&mut state, KeyCode::Char('n')), None, "it is there already");
    }

    #[test]
    fn a_paste_is_no_press_of_its_letters() {
        let (mut state, now) = remembering([Some(BEGUN), None, None], None);
        assert_eq!(state.update(Event::Pasted, now), None);
        assert!(state.note.as_ref().is_some_and(|note| note.contains("your editor")), "{:?}", state.note);
        assert!(state.current == 0 && matches!(state.panel, Panel::Case));
    }
}
