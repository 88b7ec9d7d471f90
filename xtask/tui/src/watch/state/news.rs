//! How the worker's news change the current step and what is shown of it.

use super::{Check, Confirm, Effect, OnArrival, Panel, Place, State};
use worker::News;

impl State {
    pub(super) fn work(&mut self, news: News) -> Option<Effect> {
        let current = self.current_step().folder_name();
        match news {
            News::Course(_) => {
                self.known.take(news, self.now);
                let last = self.known.steps.len() - 1;
                self.current = self.known.position_of_folder(&current).unwrap_or(self.current.min(last));
                // A step that cannot be read is no longer due.
                return self.settle();
            }
            News::Remembered(_) => {
                self.known.take(news, self.now);
                self.look_at_the_first_open();
                return Some(Effect::GradeAll);
            }
            News::Graded { ref folder, .. } => {
                let is_current = *folder == current;
                let before = self.verdict();
                self.known.take(news, self.now);
                let effect = if is_current { self.show_new_verdicts(before) } else { None };
                return self.settle().or(effect);
            }
            News::Failed { .. } => {
                self.known.take(news, self.now);
                return self.settle();
            }
            News::Unreadable(_) | News::Due(_) | News::Began(_) | News::Doing(_) | News::Rested => {
                self.known.take(news, self.now);
            }
        }
        None
    }

    /// Goes to the first step that is not done, unless the current step is settled.
    fn look_at_the_first_open(&mut self) {
        if self.place == Place::Guessed {
            let all: Vec<usize> = (0..self.known.steps.len()).collect();
            self.current = self.first_open(&all).unwrap_or(self.current);
        }
    }

    /// Settles the current step as soon as every step has been graded: the student has arrived at it, and from then on
    /// only the student goes to another one.
    fn settle(&mut self) -> Option<Effect> {
        if self.known.steps.iter().any(|step| step.due) {
            return None;
        }
        if self.check == Check::Asked {
            self.check = Check::NotAsked;
            self.say(self.outcome_of_check());
        }
        self.look_at_the_first_open();
        let arrives = self.place != Place::Settled && self.on_arrival == OnArrival::OpenEditor;
        self.place = Place::Settled;
        arrives.then_some(Effect::Edit)
    }

    /// Waits for new verdicts on all steps.
    pub(super) fn check_all(&mut self) {
        self.check = Check::Asked;
        self.known.steps.iter_mut().for_each(|step| step.due = true);
    }

    /// What all steps' verdicts come to.
    fn outcome_of_check(&self) -> String {
        let all = self.known.steps.len();
        let done = (0..all).filter(|at| !self.is_open(*at)).count();
        let places: Vec<usize> = (0..all).collect();
        let next = match self.first_open(&places).map(|at| &self.course().steps[at]) {
            Some(step) => format!(" Next to do: step {}, {}.", step.number, step.name),
            None => String::new(),
        };
        format!("All checked: {done} of {all} steps done.{next}")
    }

    /// The verdict on the current step in a few words.
    fn verdict(&self) -> Option<String> {
        let report = self.step().report.as_ref()?;
        Some(match report.first_failure() {
            None => format!("Step {} is done.", report.number),
            Some(case) => format!("{} {}: {}.", case.function, case.verdict.word(), case.title),
        })
    }

    /// Updates the panel when the current step has new verdicts, or says that they are there.
    fn show_new_verdicts(&mut self, before: Option<String>) -> Option<Effect> {
        let is_covered = matches!(self.panel, Panel::Readme(_) | Panel::List(_) | Panel::Solution(_) | Panel::Help);
        if let (Some(before), Some(now)) = (before, self.verdict())
            && is_covered
            && before != now
        {
            self.say(format!("{now} Esc shows it."));
        }
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
