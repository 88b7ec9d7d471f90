//! What the keys and the mouse do.

use grader::HintsWanted;
use grader::verdict::StepReport;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::{Confirm, Effect, OnArrival, Panel, Place, State, Way};
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
        self.place = Place::Settled;
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
        if matches!(self.panel, Panel::List(_)) && is_about_a_step(action) && !self.turn_to_listed() {
            return None;
        }
        match action {
            Action::NextStep if matches!(self.panel, Panel::List(_)) => self.go(Way::Down(1)),
            Action::PreviousStep if matches!(self.panel, Panel::List(_)) => self.go(Way::Up(1)),
            Action::NextStep => return self.go_to(self.current + 1),
            Action::PreviousStep => return self.go_to(self.current.wrapping_sub(1)),
            Action::Step(number) => return self.go_to_number(number),
            Action::NextCase if self.panel.has_cases() => self.choose_case(1),
            Action::PreviousCase if self.panel.has_cases() => self.choose_case(-1),
            Action::NextCase => self.go(Way::Down(1)),
            Action::PreviousCase => self.go(Way::Up(1)),
            Action::PageDown => self.go(Way::Down(self.drawn.extent.page_step())),
            Action::PageUp => self.go(Way::Up(self.drawn.extent.page_step())),
            Action::Top => self.go(Way::ToTop),
            Action::Bottom => self.go(Way::ToEnd),
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
            Action::GradeAll => {
                self.check_all();
                return Some(Effect::GradeAll);
            }
            Action::Reset => self.show(Panel::Confirm(Confirm::Reset)),
            Action::Quit if matches!(self.panel, Panel::Case) => return Some(Effect::Quit),
            // As in a pager, it closes what is open.
            Action::Quit => self.show(Panel::Case),
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
            MouseEventKind::ScrollDown => self.go(Way::Down(1)),
            MouseEventKind::ScrollUp => self.go(Way::Up(1)),
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
        let is_another = self.turn_to(at);
        if is_another || matches!(self.panel, Panel::List(_)) {
            self.show(Panel::Case);
        }
        (is_another && self.on_arrival == OnArrival::OpenEditor).then_some(Effect::Edit)
    }

    fn go_to_number(&mut self, number: u32) -> Option<Effect> {
        let at = self.known.position_of(number)?;
        self.go_to(at)
    }

    /// Makes the step that is chosen in the list the current one, and returns whether one is chosen.
    fn turn_to_listed(&mut self) -> bool {
        let Some(at) = self.listed_at() else {
            self.say("No step is chosen.".to_owned());
            return false;
        };
        self.turn_to(at);
        true
    }

    /// Makes a step the current one, and returns whether it was another one before.
    fn turn_to(&mut self, at: usize) -> bool {
        let is_another = at != self.current;
        if is_another {
            self.current = at;
            self.chosen = None;
        }
        is_another
    }

    /// Moves through the text, or through the list.
    fn go(&mut self, way: Way) {
        match &mut self.panel {
            Panel::List(list) => list.choose(&list.shown(&self.known), way),
            _ => self.scroll = self.scroll.moved(way),
        }
    }

    /// Moves the choice of a case down by so many.
    fn choose_case(&mut self, further: isize) {
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

/// Whether an action is about one step, which in the list is the chosen one.
fn is_about_a_step(action: Action) -> bool {
    use Action::{Edit, Grade, Hint, Picture, Readme, Reset, Solution};
    matches!(action, Hint | Solution | Picture | Readme | Edit | Grade | Reset)
}

/// Whether a key is Ctrl-C.
pub fn is_interrupt(key: &KeyEvent) -> bool {
    key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL)
}
