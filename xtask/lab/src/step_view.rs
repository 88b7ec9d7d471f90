//! A step as the lab sees it at one moment, to be used without holding the lab's state.

use std::sync::Arc;

use grader::course::{Course, Step};
use grader::verdict::StepReport;
use worker::CourseState;

/// A step, and the verdicts on it if there are any.
pub struct StepView {
    /// The course that it belongs to.
    pub course: Arc<Course>,
    /// Its position in the course.
    at: usize,
    /// The verdicts.
    pub report: Option<StepReport>,
    /// Increases with each verdict or fault.
    pub round: u64,
}

impl StepView {
    /// The step with this number, if the course has it.
    pub fn of(state: &CourseState, number: u32) -> Option<Self> {
        let at = state.position_of(number)?;
        let step = &state.steps[at];
        Some(Self { course: Arc::clone(&state.course), at, report: step.report.clone(), round: step.round })
    }

    /// The step itself.
    pub fn step(&self) -> &Step {
        &self.course.steps[self.at]
    }
}
