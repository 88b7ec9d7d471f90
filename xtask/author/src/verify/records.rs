//! The snapshots: they hold what the solution and its known mistakes answer now, and no file is left over.

use grader::Result;
use grader::answers::{Key, Record, Recorded, orphan, snapshot, snapshots_in};
use grader::course::{Course, Step};
use grader::verdict::is_same_record;

use super::Findings;
use crate::recording::{self, Snapshot, Sources};

/// Checks that the records match what the solution and the mistakes answer now.
pub(super) fn check(
    course: &Course,
    findings: &mut Findings<'_>,
    sources: &Sources<'_>,
    answers: &Record,
    mistakes: &[Record],
) -> Result<()> {
    let wanted = recording::snapshots(sources, answers, mistakes);
    for Snapshot { path, record, .. } in wanted.iter().filter(|snapshot| !snapshot.record.is_empty()) {
        if !course.root.join(path).is_file() {
            // The missing snapshot of a case was reported with the line of the case.
            if path.parent() != Some(&sources.step.snapshots()) {
                findings.stale(path, None, "the snapshot is missing");
            }
            continue;
        }
        let Some(recorded) = findings.keep(snapshot::read(&course.root, path))? else { continue };
        if !is_recorded(sources.step, &recorded, record) {
            findings.stale(path, None, "the snapshot does not match the answers of the solution");
        }
    }
    for (folder, owner) in [(sources.step.snapshots(), "case"), (sources.step.snapshots().join("mistakes"), "mistake")]
    {
        for path in snapshots_in(&course.root, &folder) {
            // It may belong to a mistake that does not fit.
            if sources.misfits.is_empty() && !wanted.iter().any(|snapshot| snapshot.path == path) {
                findings.keep::<()>(Err(orphan(&path, owner)))?;
            }
        }
    }
    Ok(())
}

/// Whether a snapshot holds what is answered now, within the tolerances of the cases: another processor may round
/// differently.
fn is_recorded(step: &Step, recorded: &Record, now: &[(&Key, &Recorded)]) -> bool {
    now.len() == recorded.len()
        && now.iter().all(|(key, answered)| {
            step.case(&key.case).is_some_and(|case| is_same_record(case, recorded.get(key), Some(answered)))
        })
}
