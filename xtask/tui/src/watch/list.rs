//! The list of all steps: which steps it shows, and which one is chosen.

use grader::course::Step;
use ratatui::crossterm::event::KeyCode;

use worker::CourseState;

use super::state::Way;

/// The list as the student has set it up.
#[derive(Debug, Clone)]
pub struct StepList {
    /// Which steps it shows.
    pub filter: Filter,
    /// The text to search for in names and titles; empty if all are shown.
    pub query: String,
    /// Whether typed characters go into the search.
    pub typing: Typing,
    /// The position of the chosen step in the course.
    at: usize,
}

/// Which steps a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    /// All.
    All,
    /// Those that have not passed.
    ToDo,
    /// Those that have.
    Done,
    /// Those that the course does not need to be complete.
    Bonus,
}

/// Where typed characters go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typing {
    /// They are keys of the watch.
    Keys,
    /// They are part of the search.
    Search,
}

impl Filter {
    /// The next filter.
    pub fn next(self) -> Self {
        match self {
            Self::All => Self::ToDo,
            Self::ToDo => Self::Done,
            Self::Done => Self::Bonus,
            Self::Bonus => Self::All,
        }
    }

    /// Its name, if it leaves any step out.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::All => None,
            Self::ToDo => Some("to do"),
            Self::Done => Some("done"),
            Self::Bonus => Some("bonus"),
        }
    }
}

impl StepList {
    /// All steps, with this one chosen.
    pub fn at(at: usize) -> Self {
        Self { filter: Filter::All, query: String::new(), typing: Typing::Keys, at }
    }

    /// Begins a search.
    pub fn begin_search(&mut self) {
        self.query.clear();
        self.typing = Typing::Search;
    }

    /// Takes a key as part of the search, and returns whether it did.
    pub fn types(&mut self, key: KeyCode) -> bool {
        if self.typing == Typing::Keys {
            return false;
        }
        match key {
            KeyCode::Char(letter) => self.query.push(letter),
            KeyCode::Backspace => drop(self.query.pop()),
            KeyCode::Esc => {
                self.query.clear();
                self.typing = Typing::Keys;
            }
            // The key also goes to the step that is chosen.
            KeyCode::Enter => {
                self.typing = Typing::Keys;
                return false;
            }
            _ => return false,
        }
        true
    }

    /// The positions in the course of the steps that it shows.
    pub fn shown(&self, known: &CourseState) -> Vec<usize> {
        let query = self.query.to_lowercase();
        let is_found = |step: &Step| step.folder_name().contains(&query) || step.title.to_lowercase().contains(&query);
        let is_shown = |step: &Step, has_passed: bool| match self.filter {
            Filter::All => true,
            Filter::ToDo => !has_passed,
            Filter::Done => has_passed,
            Filter::Bonus => step.bonus,
        };
        let steps = known.course.steps.iter().zip(&known.steps).enumerate();
        let shown = steps.filter(|(_, (step, state))| is_shown(step, state.has_passed()) && is_found(step));
        shown.map(|(at, _)| at).collect()
    }

    /// The chosen step, if it is among those that are shown; otherwise the first of these.
    pub fn chosen(&self, shown: &[usize]) -> Option<usize> {
        shown.iter().find(|at| **at == self.at).or(shown.first()).copied()
    }

    /// Moves the choice among the steps that are shown, as far as the first or the last one.
    pub fn choose(&mut self, shown: &[usize], way: Way) {
        let Some(last) = shown.len().checked_sub(1) else { return };
        let now = shown.iter().position(|at| *at == self.at).unwrap_or(0);
        let next = match way {
            Way::Down(lines) => now.saturating_add(lines).min(last),
            Way::Up(lines) => now.saturating_sub(lines),
            Way::ToTop => 0,
            Way::ToEnd => last,
        };
        self.at = shown[next];
    }
}
