//! Builds steps by their plans: the result for each is a program, or the reason why it does not compile.
//!
//! A step that does not compile leaves the others alone, whatever is wrong with it: the compiler works on one crate at
//! a time, within bounds.

use std::collections::BTreeMap;
use std::env::consts::EXE_EXTENSION;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use fs_err as fs;
use fs_err::File;
use serde::{Deserialize, Serialize};

use super::Place;
use super::blame::Scaffold;
use super::cargo;
use super::compile::CompilerError;
use super::failure::CompileFailure;
use super::inputs::{DepInfo, Inputs, Surroundings};
use super::make::{Unmade, library, program};
use super::objects::{self, Objects};
use super::obstacle::{self, Obstacle};
use super::own_files;
use super::plan::Plan;
use super::progress::{Listener, Progress};
use super::run_folder::empty;
use crate::at_once::each;
use crate::course::Step;
use crate::error::{Error, Fault, Result};
use crate::workspace::Workspace;

/// The result of building one step.
#[derive(Debug, Clone)]
pub(crate) enum Built {
    /// It compiles.
    Program {
        /// Into this program.
        path: PathBuf,
        /// With these warnings.
        warnings: Vec<CompilerError>,
        /// What the compiler read for it.
        read: DepInfo,
    },
    /// It does not compile.
    Failed {
        /// The reason.
        failure: CompileFailure,
        /// What the compiler read, as far as it got.
        read: DepInfo,
    },
    /// It cannot be compiled, because a file of the course has a fault.
    Faulty(Fault),
}

impl From<Obstacle> for Built {
    fn from(obstacle: Obstacle) -> Self {
        match obstacle {
            Obstacle::Failure(failure) => Built::Failed { failure, read: DepInfo::default() },
            Obstacle::Fault(fault) => Built::Faulty(fault),
        }
    }
}

/// Builds steps; the results are in their order. The programs are in the folder for outputs.
///
/// # Errors
/// If no step has a plan, the compiler cannot do its work, or an interrupt comes.
pub(crate) fn build(
    workspace: &Workspace,
    steps: &[&Step],
    outputs: &Path,
    progress: &Listener<'_>,
) -> Result<Vec<Built>> {
    let obstacles =
        steps.iter().map(|step| obstacle::in_sources(workspace.root(), step)).collect::<Result<Vec<_>>>()?;
    let readable: Vec<&Step> =
        steps.iter().zip(&obstacles).filter(|(_, obstacle)| obstacle.is_none()).map(|(step, _)| *step).collect();
    let surroundings = Surroundings::of(workspace);
    let planned = plans(workspace, &readable, &surroundings, progress)?;
    let planned: Vec<(&Step, Planned)> = readable.into_iter().zip(planned).collect();
    let done = AtomicUsize::new(0);
    let built = each(&planned, workspace.limits().at_once, |(step, how)| {
        let built = match how {
            Planned::As(plan) => build_step(workspace, step, plan, &surroundings.of_stage(step), outputs)?,
            Planned::Not(obstacle) => obstacle.clone().into(),
        };
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        progress(Progress::Building { done, total: planned.len(), step: &step.folder_name() });
        Ok(built)
    })?;
    let mut built = built.into_iter();
    Ok(obstacles.into_iter().filter_map(|obstacle| obstacle.map(Built::from).or_else(|| built.next())).collect())
}

/// How a step is built, or why it cannot be.
pub(crate) enum Planned {
    As(Box<Plan>),
    Not(Obstacle),
}

/// The plans of steps: the kept ones that still hold, and new ones from cargo.
pub(crate) fn plans(
    workspace: &Workspace,
    steps: &[&Step],
    surroundings: &Surroundings,
    progress: &Listener<'_>,
) -> Result<Vec<Planned>> {
    let (mut planned, mut open) = (BTreeMap::new(), Vec::new());
    for (at, step) in steps.iter().enumerate() {
        let key = surroundings.of_plan(step);
        if let Some(plan) = PlanFile::read(workspace, step, &key) {
            planned.insert(at, Planned::As(Box::new(plan)));
        } else if let Some(obstacle) = obstacle::in_manifest(workspace.root(), step)? {
            planned.insert(at, Planned::Not(obstacle));
        } else {
            open.push((at, *step, key));
        }
    }
    if !open.is_empty() {
        let steps: Vec<&Step> = open.iter().map(|(_, step, _)| *step).collect();
        let answers = cargo::plans(workspace, &steps, progress)?;
        let nothing_is_planned = planned.is_empty() && answers.iter().all(std::result::Result::is_err);
        for ((at, step, key), answer) in open.into_iter().zip(answers) {
            let step_plan = match answer {
                Ok(plan) => {
                    let file = PlanFile { key, plan };
                    file.write(workspace, step);
                    Planned::As(Box::new(file.plan))
                }
                Err(complaint) if nothing_is_planned => return Err(Error::Build(complaint)),
                Err(complaint) => Planned::Not(Obstacle::Fault(unbuildable(step, &complaint))),
            };
            planned.insert(at, step_plan);
        }
    }
    Ok(planned.into_values().collect())
}

/// The fault of a step that cargo cannot build, if it can build others.
pub(crate) fn unbuildable(step: &Step, complaint: &str) -> Fault {
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
    plan: Plan,
}

impl PlanFile {
    fn read(workspace: &Workspace, step: &Step, key: &str) -> Option<Plan> {
        let kept: Self = serde_json::from_slice(&own_files::read(&Self::file(workspace, step))?).ok()?;
        (kept.key == key && kept.plan.is_complete()).then_some(kept.plan)
    }

    /// If the plan cannot be kept, cargo is asked again.
    fn write(&self, workspace: &Workspace, step: &Step) {
        let Ok(text) = serde_json::to_vec(self) else { return };
        let _ = own_files::replace(&workspace.scratch(), &Self::file(workspace, step), &text);
    }

    fn file(workspace: &Workspace, step: &Step) -> PathBuf {
        workspace.scratch().join("plans").join(format!("{}.json", step.folder_name()))
    }
}

fn build_step(workspace: &Workspace, step: &Step, plan: &Plan, around: &Inputs, outputs: &Path) -> Result<Built> {
    let build_folder = BuildFolder::of(workspace, step, outputs)?;
    let scaffold = Scaffold::new(workspace, step, around);
    let original = plan;
    let plan = plan.with_outputs(&build_folder.folder, &workspace.scratch().join("incremental"));
    let objects = build_folder.objects(workspace, &plan, around, step);
    let plan = objects.as_ref().map(|objects| objects.left_by(&plan)).unwrap_or(plan);
    let failed = |unmade: Unmade| {
        if let Some(fault) = scaffold.fault(original, &outputs.join(format!("{}-solution", step.folder_name())))? {
            return Ok(Built::Faulty(fault));
        }
        let failure = unmade.failure(workspace, last_edit(workspace, step));
        let mut read = plan.read(workspace.root());
        // The compiler lists nothing that it cannot parse.
        read.files.extend(failure.errors.iter().flat_map(files_of).map(|file| workspace.root().join(file)));
        Ok(Built::Failed { failure, read })
    };
    let warnings = match library(workspace, &plan)? {
        Ok(warnings) => warnings,
        Err(unmade) => return failed(unmade),
    };
    let built = match objects.as_ref().and_then(|objects| objects.link(&plan)) {
        Some(built) => built,
        None => match program(workspace, &plan)? {
            Ok(built) => {
                objects.iter().for_each(|objects| objects.keep(&plan));
                built
            }
            Err(unmade) => return failed(unmade),
        },
    };
    scaffold.note_sound();
    keep_source(workspace, step);
    // Moved away from where the next one will be compiled, and into a folder of its own: code that deletes its program
    // and the files beside it cannot harm the other steps.
    let folder = outputs.join(step.folder_name());
    fs::create_dir_all(&folder)?;
    let path = folder.join(&step.name).with_extension(EXE_EXTENSION);
    fs::rename(built, &path)?;
    Ok(Built::Program { path, warnings, read: plan.read(workspace.root()) })
}

/// The files that an error is about, as the compiler names them: the one with the error, and one that cannot be read.
fn files_of(error: &CompilerError) -> impl Iterator<Item = &str> {
    let unread = error.message.strip_prefix("couldn't read `").and_then(|rest| rest.split_once('`'));
    error.place.iter().map(|place| place.file.as_str()).chain(unread.map(|(file, _)| file))
}

/// Where a step is compiled. It is the same folder each time, as the compiler reuses half of its work only there. If
/// another grader is using it, or it cannot be written, it is a folder of this grader's own.
struct BuildFolder {
    folder: PathBuf,
    lock: Option<File>,
}

impl BuildFolder {
    fn of(workspace: &Workspace, step: &Step, outputs: &Path) -> Result<Self> {
        let folder = workspace.scratch().join("builds").join(step.folder_name());
        let lock = own_files::create(&workspace.scratch(), &folder.join("lock")).ok();
        if let Some(lock) = lock.filter(|lock| lock.file().try_lock().is_ok()) {
            // Left over from a compiler that was stopped.
            empty(&folder, &["lock", objects::FOLDER]);
            return Ok(Self { folder, lock: Some(lock) });
        }
        let folder = outputs.join(format!("{}-build", step.folder_name()));
        fs::create_dir_all(&folder)?;
        Ok(Self { folder, lock: None })
    }

    /// The objects that are kept here; none in a folder that is not the same each time.
    fn objects<'a>(
        &self,
        workspace: &'a Workspace,
        plan: &Plan,
        around: &'a Inputs,
        step: &Step,
    ) -> Option<Objects<'a>> {
        self.lock.as_ref()?;
        Objects::of(workspace, &self.folder, plan, around, &workspace.root().join(step.source()))
    }
}

/// The line of a step that differs from what compiled last, if one does and something has compiled.
fn last_edit(workspace: &Workspace, step: &Step) -> Option<Place> {
    let now = fs::read_to_string(workspace.root().join(step.source())).unwrap_or_default();
    let before = own_files::read(&kept_source(workspace, step)).unwrap_or_default();
    let before = String::from_utf8_lossy(&before);
    let same = before.lines().zip(now.lines()).take_while(|(before, now)| before == now).count();
    (!before.is_empty() && before != now)
        .then(|| Place { file: step.source().to_string_lossy().into_owned(), line: same + 1 })
}

/// What compiled last, to find the last edit in code that keeps the compiler from ending.
fn kept_source(workspace: &Workspace, step: &Step) -> PathBuf {
    workspace.scratch().join("compiled").join(format!("{}.rs", step.folder_name()))
}

fn keep_source(workspace: &Workspace, step: &Step) {
    // Without it, an endless compilation is reported without a line.
    let source = fs::read(workspace.root().join(step.source()));
    let _ = source.and_then(|source| own_files::replace(&workspace.scratch(), &kept_source(workspace, step), &source));
}
