//! Steps that nobody has begun: the student's file is the stub. `verify` proves that no case has an answer from a stub, so
//! such a step is neither built nor run. In a fresh copy of a course, these are all steps.

use attempt::{Answers, Attempt};
use course::{Course, Source, Step};
use verdict::judge::placeholder_of;
use verdict::{Judged, StepReport, Verdict};

/// The verdicts on a step, if its file is the stub to the byte, and each case has a placeholder in its function.
pub(super) fn untouched(course: &Course, step: &Step) -> Option<StepReport> {
    let text = step.read_source(&course.root);
    if step.read_stub(&course.root).ok()? != text {
        return None;
    }
    let source = Source::new(&text);
    let judged = step.cases.iter().map(|case| {
        let todo = placeholder_of(step, case, &source)?;
        Some(Judged { verdict: Verdict::NotStarted { todo: Some(todo) }, shown: None })
    });
    let judged = judged.collect::<Option<Vec<_>>>()?;
    Some(StepReport::of(step, judged, &Attempt::Ran(Answers::new()), &source))
}
