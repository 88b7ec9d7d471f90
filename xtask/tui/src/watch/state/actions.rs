//! What the student does with keys and the mouse, and its effects.

use grader::verdict::StepReport;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::{Effect, OnArrival, Panel, Question, Scroll, State};
use crate::watch::keys::{Action, action_of};
use crate::watch::list::StepList;

impl State {
    pub(super) fn key(&mut self, key: KeyEvent) -> Option<Effect> {
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

    pub(super) fn mouse(&mut self, mouse: MouseEvent) -> Option<Effect> {
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
        let at = self.shown().and_then(|case| report.cases.iter().position(|other| other.name == case.name));
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

    fn solution(&mut self) -> Option<Effect> {
        if !self.course.edition.has_solutions() {
            self.say("This copy of the course has no solutions.".to_owned());
            return None;
        }
        if self.step().report.as_ref().is_some_and(StepReport::passed) {
            return Some(Effect::Solution);
        }
        self.show(Panel::Question(Question::Solution));
        None
    }

    fn toggle(&mut self, shown: bool, panel: Panel) {
        self.show(if shown { Panel::Case } else { panel });
    }
}

/// Whether a key is Ctrl-C.
pub fn is_interrupt(key: &KeyEvent) -> bool {
    key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL)
}
