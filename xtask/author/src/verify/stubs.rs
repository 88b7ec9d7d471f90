//! The stubs: they compile without a warning, and no case gets an answer from them.

use std::path::PathBuf;

use grader::answers::{Known, read_answers};
use grader::attempt::{Attempt, CompilerError, Listener, Tried};
use grader::course::{Course, Step, read};
use grader::verdict::{CaseReport, Texts, Verdict};
use grader::{Error, Result, Workspace};

use super::texts::cases_in;
use super::{Findings, report_on};

/// Checks that the stubs compile without a warning, and that every case of them is "not started".
pub(super) fn check(
    workspace: &Workspace,
    course: &Course,
    all: &mut [Findings<'_>],
    progress: &Listener<'_>,
) -> Result<()> {
    let runnable: Vec<&mut Findings<'_>> = all.iter_mut().filter(|findings| findings.can_run).collect();
    let steps: Vec<&Step> = runnable.iter().map(|findings| findings.step).collect();
    let tried = workspace.tried(course, &steps, progress)?;
    for (findings, tried) in runnable.into_iter().zip(tried) {
        let Some(Tried { attempt, warnings, .. }) = findings.keep(tried.map_err(Error::from))? else { continue };
        let (errors, what): (&[CompilerError], _) = match &attempt {
            Attempt::Failed(failure) => (&failure.errors, "does not compile"),
            Attempt::Ran(_) => (&warnings, "compiles with a warning"),
        };
        for error in errors {
            let (file, line) = match &error.place {
                Some(place) => (PathBuf::from(&place.file), Some(place.line)),
                None => (findings.step.source(), None),
            };
            findings.fault(&file, line, format!("the stub {what}: {}", error.message));
        }
        // Without its snapshots a step cannot be judged; that is a separate fault.
        let Some(answers) = findings.keep(read_answers(&course.root, findings.step))? else { continue };
        let report = report_on(findings.step, &attempt, &answers, &Known::default(), &Texts::default())?;
        findings.check_not_started(course, report.cases.iter())?;
    }
    Ok(())
}

impl Findings<'_> {
    /// Checks that no case has an answer from the stub.
    fn check_not_started<'b>(&mut self, course: &Course, cases: impl Iterator<Item = &'b CaseReport>) -> Result<()> {
        for case in cases {
            if matches!(case.verdict, Verdict::NotStarted { .. } | Verdict::DoesNotCompile { .. }) {
                continue;
            }
            let message =
                format!("on the stub, case `{}` is not \"not started\" but \"{}\"", case.name, case.verdict.word());
            let path = self.step.folder.join("cases.rs");
            let line = cases_in(&read(&course.root, &path)?).get(case.name.as_str()).copied();
            self.fault(&path, line, message);
        }
        Ok(())
    }
}
