//! The solutions and their known mistakes, run: everything that can only be known from their answers.

use std::collections::BTreeMap;

use grader::answers::{Key, Record, Recorded};
use grader::attempt::{Attempt, Listener};
use grader::course::{Course, read};
use grader::{OrFault, Result, Workspace};
use harness::{Column, Role, Trial};

use super::texts::cases_in;
use super::{Findings, each, forms, given, mistakes, readmes, records, tolerances};
use crate::recording::{self, FURTHER, Sources, Trialled};

/// The part of its limit that a case of the solution may use: on a slow machine it needs more.
const SHARE_OF_LIMIT: u32 = 4;

/// Checks that the solutions pass, that the mistakes are caught and named, and that the snapshots and tables match the
/// answers.
pub(super) fn check(
    workspace: &Workspace,
    course: &Course,
    all: &mut [Findings<'_>],
    progress: &Listener<'_>,
) -> Result<()> {
    // A second complaint about the same file would add nothing.
    let runnable =
        |findings: &&Findings<'_>| findings.can_run && findings.sources.is_some() && !findings.settled.holds();
    let sources: Vec<&Sources<'_>> =
        all.iter().filter(runnable).filter_map(|findings| findings.sources.as_ref()).collect();
    let trialled = recording::run(workspace, &sources, progress)?;
    let steps = sources.iter().map(|sources| sources.step.number);
    let trialled: BTreeMap<u32, OrFault<Trialled>> = steps.zip(trialled).collect();
    each(workspace, all, |findings| {
        let Some(trialled) = trialled.get(&findings.step.number) else { return Ok(()) };
        let trialled = trialled.as_ref().map_err(|fault| fault.clone().into());
        let Some(trialled) = findings.keep(trialled)? else { return Ok(()) };
        let Some(sources) = findings.sources.take() else { return Ok(()) };
        findings.check_answers(workspace, course, &sources, trialled)?;
        findings.settle(workspace, &sources);
        Ok(())
    })
}

impl Findings<'_> {
    fn check_answers(
        &mut self,
        workspace: &Workspace,
        course: &Course,
        sources: &Sources<'_>,
        trialled: &Trialled,
    ) -> Result<()> {
        let Some(answers) = self.keep(trialled.answers(sources, &Trial::GRADED))? else { return Ok(()) };
        let mut mistaken = Vec::new();
        for at in 0..sources.mistakes.len() {
            mistaken.push(self.keep(trialled.mistaken_answers(sources, &answers, at))?.unwrap_or_default());
        }
        check_further(self, sources, trialled)?;
        check_time(workspace, course, self, sources, trialled.solution())?;
        records::check(course, self, sources, &answers, &mistaken)?;
        let snapshots_are_stale = !self.stale.is_empty();
        readmes::check(workspace, course, self, sources, &answers)?;
        self.tell_stale(snapshots_are_stale);
        check_columns(self, &answers);
        forms::check(self, sources, trialled, &answers)?;
        given::check(course, self, sources, trialled, &answers)?;
        tolerances::check(self, sources, trialled, &answers, &mistaken);
        mistakes::check(self, sources, trialled, &answers, mistaken)
    }
}

/// Checks that each tolerance of a single column is for one that the case answers in.
fn check_columns(findings: &mut Findings<'_>, answers: &Record) {
    let step = findings.step;
    for case in &step.cases {
        let Some(Recorded::Answered(table)) = answers.get(&Key::new(&case.name, Trial::Lesson)) else { continue };
        let answered = |column: &&Column| column.role == Role::Answer;
        let names: Vec<&str> = table.columns.iter().filter(answered).map(|column| column.name.as_str()).collect();
        for column in case.columns_with_tolerance().filter(|column| !names.contains(column)) {
            let message = format!(
                "case `{}` has a tolerance for the column `{column}`, in which it does not answer; it answers in `{}`",
                case.name,
                names.join("`, `")
            );
            findings.fault(&step.toml(), Some(case.line), message);
        }
    }
}

/// Checks that the solution answers on seeds without a snapshot, and that a second run answers the same.
fn check_further(findings: &mut Findings<'_>, sources: &Sources<'_>, trialled: &Trialled) -> Result<()> {
    let Some(answers) = findings.keep(trialled.answers(sources, &FURTHER))? else { return Ok(()) };
    let Some(again) = findings.keep(trialled.answers_again(sources))? else { return Ok(()) };
    for (key, recorded) in &again {
        if answers.get(key) != Some(recorded) {
            let message = format!("case `{}` on {} gives other answers in a second run", key.case, key.trial);
            findings.fault(&sources.solution.path, None, message);
        }
    }
    Ok(())
}

/// Checks that the solution needs only a part of the time that a case has.
fn check_time(
    workspace: &Workspace,
    course: &Course,
    findings: &mut Findings<'_>,
    sources: &Sources<'_>,
    attempt: &Attempt,
) -> Result<()> {
    let Attempt::Ran(run) = attempt else { return Ok(()) };
    let most = workspace.limits().case.cpu / SHARE_OF_LIMIT;
    for (case, run) in run {
        // CPU time and not the clock: other programs take time on a busy machine, too.
        if run.cpu > most {
            let message = format!(
                "case `{case}` takes the solution {:.1} s: a slow machine would time out",
                run.cpu.as_secs_f64()
            );
            let path = sources.step.folder.join("cases.rs");
            let line = cases_in(&read(&course.root, &path)?).get(case.as_str()).copied();
            findings.fault(&path, line, message);
        }
    }
    Ok(())
}
