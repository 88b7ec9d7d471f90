//! What the worker's news change: the course, the standing of its steps, and the current step.

use std::sync::Arc;

use grader::course::Course;

use super::{Effect, Panel, Question, State, StepState, Work};
use worker::{News, each_of};

impl State {
    pub(super) fn work(&mut self, news: News) -> Option<Effect> {
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

    fn each_of(&mut self, folders: &[String], change: impl FnMut(&mut StepState)) {
        each_of(&self.course, &mut self.steps, folders, change);
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
}
