//! The list of all steps: which of them it shows, and which one is chosen.

use grader::course::Step;
use ratatui::crossterm::event::KeyCode;

use super::state::State;

/// The list as the student has it.
#[derive(Debug, Clone)]
pub struct StepList {
    /// Which steps it shows.
    pub filter: Filter,
    /// A part of the names that it shows; empty if it shows all.
    pub query: String,
    /// Whether letters are part of the search.
    pub typing: Typing,
    /// The step that is chosen: a place in the course.
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
    /// Those that the course is complete without.
    Bonus,
}

/// What letters are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typing {
    /// Keys of the watch.
    Keys,
    /// Part of the search.
    Search,
}

impl Filter {
    /// The filter that follows.
    pub fn next(self) -> Self {
        match self {
            Self::All => Self::ToDo,
            Self::ToDo => Self::Done,
            Self::Done => Self::Bonus,
            Self::Bonus => Self::All,
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all steps",
            Self::ToDo => "to do",
            Self::Done => "done",
            Self::Bonus => "bonus",
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

    /// Takes a key as part of a search, if one is being typed.
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
            // What was found first is gone to.
            KeyCode::Enter => {
                self.typing = Typing::Keys;
                return false;
            }
            _ => return false,
        }
        true
    }

    /// The steps that it shows, as places in the course.
    pub fn shown(&self, state: &State) -> Vec<usize> {
        let query = self.query.to_lowercase();
        let names = |step: &Step| step.folder_name().contains(&query) || step.title.to_lowercase().contains(&query);
        let steps = state.course.steps.iter().enumerate().filter(|(at, step)| {
            let filtered = match self.filter {
                Filter::All => true,
                Filter::ToDo => state.is_open(*at),
                Filter::Done => !state.is_open(*at),
                Filter::Bonus => step.bonus,
            };
            filtered && names(step)
        });
        steps.map(|(at, _)| at).collect()
    }

    /// The one that is chosen of those that are shown: the first where the chosen one is not among them.
    pub fn chosen(&self, shown: &[usize]) -> Option<usize> {
        shown.iter().find(|at| **at == self.at).or(shown.first()).copied()
    }

    /// Chooses the one that is so many further down.
    pub fn choose(&mut self, shown: &[usize], further: isize) {
        let now = self.chosen(shown).and_then(|at| shown.iter().position(|listed| *listed == at));
        let next = now.and_then(|now| shown.get(now.checked_add_signed(further)?));
        self.at = next.copied().or(self.chosen(shown)).unwrap_or(self.at);
    }
}
