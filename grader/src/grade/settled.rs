//! Remembers the steps that leave nothing to explain: every case has passed or is not begun. Such a step is neither
//! read nor judged again as long as its attempt, and everything that it was judged against, are the same to the byte.
//! In most grades, this holds for most steps.

use std::path::PathBuf;

use attempt::cache::{Identity, Kept};
use attempt::inputs::{Further, content_of, hash_of, program};
use attempt::workspace::Workspace;
use attempt::{Answers, Attempt, CaseRun, Place, Tried, own_files};
use course::{Course, Source, Step, filled};
use serde::{Deserialize, Serialize};
use verdict::answers::expected::snapshots_in;
use verdict::{Judged, StepReport, Verdict};

/// A step that leaves nothing to explain, as it is kept.
#[derive(Serialize, Deserialize)]
struct Settled {
    attempt: Identity,
    judged_against: String,
    verdicts: Vec<Plain>,
    /// Without the answers, which nobody asks for.
    runs: Answers,
}

/// A verdict that needs no explanation.
#[derive(Serialize, Deserialize)]
enum Plain {
    Passed,
    NotStarted { todo: Option<Place> },
}

impl Plain {
    fn of(verdict: &Verdict) -> Option<Self> {
        match verdict {
            Verdict::Passed => Some(Self::Passed),
            Verdict::NotStarted { todo } => Some(Self::NotStarted { todo: todo.clone() }),
            _ => None,
        }
    }

    fn judged(self) -> Judged {
        let verdict = match self {
            Self::Passed => Verdict::Passed,
            Self::NotStarted { todo } => Verdict::NotStarted { todo },
        };
        Judged { verdict, shown: None }
    }
}

/// A hash of what a step is judged against: the course's declaration of it, its snapshots, and the program that judges.
pub(super) fn judged_against(course: &Course, step: &Step) -> String {
    let snapshots = snapshots_in(&course.root, &step.snapshots());
    let files: Vec<_> = snapshots.into_iter().chain([step.toml()]).collect();
    let contents: Vec<_> = files.iter().map(|file| content_of(&course.root.join(file))).collect();
    hash_of(format!("{files:?} {contents:?} {}", program()).as_bytes())
}

/// The verdicts on a step that left nothing to explain, if nothing has changed since.
pub(super) fn recall(workspace: &Workspace, course: &Course, step: &Step, attempt: &Identity) -> Option<StepReport> {
    let kept: Settled = serde_json::from_slice(&own_files::read(&file(workspace, step))?).ok()?;
    if kept.attempt != *attempt || kept.judged_against != judged_against(course, step) {
        return None;
    }
    let judged = kept.verdicts.into_iter().map(Plain::judged).collect();
    let source = step.read_source(&course.root);
    Some(StepReport::of(step, judged, &Attempt::Ran(kept.runs), &Source::new(&source)))
}

/// Remembers the verdicts on a step, if there is nothing to explain, and what it was judged against is still the
/// same: what changed meanwhile may have been read before or after. Returns what decides them beside the step's own files,
/// if nothing else does.
pub(super) fn remember(
    workspace: &Workspace,
    course: &Course,
    step: &Step,
    report: &StepReport,
    tried: &Tried,
    against: &str,
) -> Option<Further> {
    let (Some(Kept { identity, further }), Attempt::Ran(answers)) = (&tried.kept, &tried.attempt) else { return None };
    let verdicts = report.cases.iter().map(|case| Plain::of(&case.verdict)).collect::<Option<_>>()?;
    if !tried.is_decided_by_inputs() || judged_against(course, step) != against {
        return None;
    }
    let runs = answers.iter().map(|(case, run)| (case.clone(), CaseRun { outcomes: Vec::new(), ..run.clone() }));
    let settled =
        Settled { attempt: identity.clone(), judged_against: against.to_owned(), verdicts, runs: filled(runs) };
    if let Ok(kept) = serde_json::to_vec(&settled) {
        // Without the file, the next grade takes longer but has the same result.
        let _ = own_files::replace(&workspace.scratch(), &file(workspace, step), &kept);
    }
    Some(further.clone())
}

fn file(workspace: &Workspace, step: &Step) -> PathBuf {
    workspace.scratch().join("settled").join(format!("{}.json", step.folder_name()))
}
