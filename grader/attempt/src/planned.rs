//! The plans of steps: the kept ones that still hold, and new ones from cargo.

use std::collections::BTreeMap;
use std::path::PathBuf;

use course::{Error, Fault, Result, Step};
use serde::{Deserialize, Serialize};

use super::Listener;
use super::cargo;
use super::inputs::{Further, Surroundings};
use super::obstacle::{self, Obstacle};
use super::own_files;
use super::plan::Plan;
use crate::workspace::Workspace;

/// What a build begins from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// From what was kept of earlier ones.
    Kept,
    /// From nothing: only the crates that never change are not compiled again.
    Nothing,
}

/// How a step is built, or why it cannot be.
pub enum Planned {
    /// Built as planned.
    As(Box<Plan>),
    /// Not built, for this.
    Not(Obstacle),
}

/// The plans of steps: the kept ones that still hold, and new ones from cargo.
///
/// # Errors
/// If no step has a plan and cargo blames none, or an interrupt comes.
pub fn plans(
    workspace: &Workspace,
    steps: &[&Step],
    surroundings: &Surroundings,
    base: Base,
    progress: &Listener<'_>,
) -> Result<Vec<Planned>> {
    let (mut planned, mut open) = (BTreeMap::new(), Vec::new());
    for (at, step) in steps.iter().enumerate() {
        let key = surroundings.of_plan(step);
        if base == Base::Kept
            && let Some(plan) = PlanFile::read(workspace, step, &key)
        {
            planned.insert(at, Planned::As(Box::new(plan)));
        } else if let Some(obstacle) = obstacle::in_manifest(workspace.root(), step)? {
            planned.insert(at, Planned::Not(obstacle));
        } else {
            open.push((at, *step, key));
        }
    }
    if !open.is_empty() {
        let steps: Vec<&Step> = open.iter().map(|(_, step, _)| *step).collect();
        let answers = cargo::plans(workspace, surroundings, &steps, progress)?;
        let nothing_is_planned = planned.is_empty() && answers.iter().all(std::result::Result::is_err);
        for ((at, step, key), answer) in open.into_iter().zip(answers) {
            let step_plan = match answer {
                Ok(plan) => {
                    let file = PlanFile { key, sources: Further::of_files(&plan.sources), plan };
                    file.write(workspace, step);
                    Planned::As(Box::new(file.plan))
                }
                Err(complaint) if nothing_is_planned && !blames(&complaint, step) => {
                    return Err(Error::Build(complaint));
                }
                Err(complaint) => Planned::Not(Obstacle::Fault(unbuildable(step, &complaint))),
            };
            planned.insert(at, step_plan);
        }
    }
    Ok(planned.into_values().collect())
}

/// Whether cargo complains of a step by name, so that no other one is needed for comparison.
fn blames(complaint: &str, step: &Step) -> bool {
    complaint.contains(&*step.folder.to_string_lossy())
}

/// The fault of a step that cargo cannot build, if it can build others, or if it names this one.
pub fn unbuildable(step: &Step, complaint: &str) -> Fault {
    let path = step.folder.join("Cargo.toml");
    // Cargo names a place as `--> exercises/01-mean/Cargo.toml:3:4`.
    let place = complaint.split_once(&format!("--> {}:", path.display()));
    let line = place.and_then(|(_, place)| place.split(':').next()?.parse().ok());
    Fault { path, line, message: format!("cargo cannot build this step:\n{complaint}") }
}

/// A plan as it is kept.
#[derive(Serialize, Deserialize)]
struct PlanFile {
    key: String,
    /// The plan's sources, as they were.
    sources: Further,
    plan: Plan,
}

impl PlanFile {
    fn read(workspace: &Workspace, step: &Step, key: &str) -> Option<Plan> {
        let kept: Self = serde_json::from_slice(&own_files::kept(&Self::file(workspace, step))?).ok()?;
        (kept.key == key && kept.sources.holds() && kept.plan.is_complete()).then_some(kept.plan)
    }

    /// If the plan cannot be kept, cargo is asked again.
    fn write(&self, workspace: &Workspace, step: &Step) {
        let Ok(text) = serde_json::to_vec(self) else { return };
        let _ = own_files::keep(&workspace.scratch(), &Self::file(workspace, step), &text);
    }

    fn file(workspace: &Workspace, step: &Step) -> PathBuf {
        workspace.scratch().join("plans").join(format!("{}.json", step.folder_name()))
    }
}
