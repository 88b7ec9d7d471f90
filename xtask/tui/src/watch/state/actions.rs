//! What the keys and the mouse do.

use grader::HintsWanted;
use grader::verdict::StepReport;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::{Confirm, Effect, OnArrival, Panel, Scroll, State};
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
        // A student who presses a key is looking at this step.
        self.placed = true;
        if let Panel::List(list) = &mut self.panel
            && list.types(key.code)
        {
            return None;
        }
        if let (Panel::Confirm(confirm), KeyCode::Char(answer)) = (&self.panel, key.code) {
            match answer.to_ascii_lowercase() {
                'y' => return self.confirmed(*confirm),
                // Here it means no, and not the next step.
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
        let page = self.drawn.extent.page_step();
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
                // From another panel back to the case, and from a chosen case back to the one to fix first.
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
            Action::Reset => self.show(Panel::Confirm(Confirm::Reset)),
            Action::Quit => return Some(Effect::Quit),
        }
        None
    }

    /// Does what the student has confirmed.
    fn confirmed(&mut self, confirm: Confirm) -> Option<Effect> {
        match confirm {
            Confirm::Solution => Some(Effect::Solution),
            Confirm::Reset => {
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

    /// Goes to another step.
    fn go_to(&mut self, at: usize) -> Option<Effect> {
        if at >= self.known.steps.len() {
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
        let at = self.known.position_of(number)?;
        self.go_to(at)
    }

    /// Moves the choice of a case, or of a step in the list, down by so many.
    fn choose(&mut self, further: isize) {
        if let Panel::List(list) = &mut self.panel {
            let shown = list.shown(&self.known);
            return list.choose(&shown, further);
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
            // If a picture was shown, the picture of this case follows.
            self.show(if matches!(self.panel, Panel::Plot) { Panel::Plot } else { Panel::Case });
        }
    }

    fn hint(&mut self) -> Option<Effect> {
        match &self.step().report {
            None => self.say("A hint comes with the first verdict.".to_owned()),
            Some(report) if report.passed() => self.say("The step is done: no hint is needed.".to_owned()),
            Some(_) => {
                return Some(Effect::Hints(match self.panel {
                    Panel::Hints(_) => HintsWanted::OneMore,
                    _ => HintsWanted::SoFar,
                }));
            }
        }
        None
    }

    fn solution(&mut self) -> Option<Effect> {
        if !self.course().edition.has_solutions() {
            self.say("This copy of the course has no solutions.".to_owned());
            return None;
        }
        if self.step().report.as_ref().is_some_and(StepReport::passed) {
            return Some(Effect::Solution);
        }
        self.show(Panel::Confirm(Confirm::Solution));
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
