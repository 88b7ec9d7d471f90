//! The README and the experiments: the tables, numbers and pictures that are shown are those of the solution.

use grader::answers::Record;
use grader::course::{Course, read};
use grader::{Result, Workspace};

use super::Findings;
use crate::experiments::Laboratory;
use crate::readme::{self, Checked, Drawn, Stale};
use crate::recording::Sources;

/// What the README quotes and shows is what the solution answers now, and so are the answers to what can be tried
/// with the experiments, which run and can be drawn.
pub(super) fn check(
    workspace: &Workspace,
    course: &Course,
    findings: &mut Findings<'_>,
    sources: &Sources<'_>,
    answers: &Record,
) -> Result<()> {
    let (root, step) = (&course.root, sources.step);
    let laboratory = Laboratory::new(workspace, course, step, answers, &|_| ());
    let Some(laboratory) = findings.keep(laboratory)? else { return Ok(()) };
    let of_experiments = laboratory.faults()?;
    let all_run = of_experiments.is_empty();
    for fault in of_experiments {
        findings.keep::<()>(Err(fault))?;
    }
    let toml = step.toml();
    let Some(text) = findings.keep(read(root, &toml))? else { return Ok(()) };
    // Numbers of what does not run would only be missing once more.
    let tried = if all_run { readme::check_numbers(&toml, &text, &laboratory) } else { Checked::default() };
    let Checked { stale, faults, .. } = tried;
    for fault in faults {
        findings.keep::<()>(Err(fault))?;
    }
    for Stale { line, message, .. } in stale {
        findings.stale(&toml, Some(line), message);
    }
    let path = step.readme();
    let Some(text) = findings.keep(read(root, &path))? else { return Ok(()) };
    let Checked { stale, pictures, faults } = readme::check(step, &text, answers, &laboratory)?;
    // It may be that of a name that does not fit.
    let all_named = faults.is_empty();
    for fault in faults {
        findings.keep::<()>(Err(fault))?;
    }
    for Stale { line, message, .. } in stale {
        findings.stale(&path, Some(line), message);
    }
    for Drawn { path: picture, line, svg } in &pictures {
        if !root.join(picture).is_file() {
            findings.stale(&path, Some(*line), format!("the picture {} is missing", picture.display()));
        } else if findings.keep(read(root, picture))?.is_some_and(|drawn| drawn != *svg) {
            findings.stale(picture, None, "the picture does not match the answers of the solution");
        }
    }
    for orphan in readme::drawn_before(root, step) {
        if all_named && pictures.iter().all(|picture| picture.path != orphan) {
            findings.fault(&orphan, None, "the README does not show this file; show it or delete it");
        }
    }
    Ok(())
}
