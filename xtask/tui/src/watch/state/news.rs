//! How the worker's news change the current step and what is shown of it.

use super::{Confirm, Effect, Panel, State};
use worker::News;

impl State {
    pub(super) fn work(&mut self, news: News) -> Option<Effect> {
        let current = self.current_step().folder_name();
        match news {
            News::Course(_) => {
                self.known.take(news, self.now);
                let last = self.known.steps.len() - 1;
                self.current = self.known.position_of_folder(&current).unwrap_or(self.current.min(last));
            }
            News::Remembered(_) => {
                self.known.take(news, self.now);
                self.look_at_the_first_open();
                return Some(Effect::GradeAll);
            }
            News::Graded { ref folder, .. } => {
                let is_current = *folder == current;
                self.known.take(news, self.now);
                self.settle();
                return if is_current { self.show_new_verdicts() } else { None };
            }
            News::Failed { .. } => {
                self.known.take(news, self.now);
                self.settle();
            }
            News::Unreadable(_) | News::Due(_) | News::Began(_) | News::Doing(_) | News::Rested => {
                self.known.take(news, self.now);
            }
        }
        None
    }

    /// Goes to the first step that is not done, unless the current step is settled.
    fn look_at_the_first_open(&mut self) {
        if !self.placed {
            let all: Vec<usize> = (0..self.known.steps.len()).collect();
            self.current = self.first_open(&all).unwrap_or(self.current);
        }
    }

    /// Settles the current step as soon as every step has been graded. From then on only the student goes to another
    /// one.
    fn settle(&mut self) {
        if self.known.steps.iter().all(|step| !step.due) {
            self.look_at_the_first_open();
            self.placed = true;
        }
    }

    /// Updates the panel when the current step has new verdicts.
    fn show_new_verdicts(&mut self) -> Option<Effect> {
        match self.panel {
            // It compares the student's file with the solution, and that file has changed.
            Panel::Solution(_) => return Some(Effect::Solution),
            Panel::Hints(_) | Panel::Confirm(Confirm::Solution) if !self.is_open(self.current) => {
                self.show(Panel::Case)
            }
            _ => {}
        }
        None
    }
}
