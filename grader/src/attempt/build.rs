//! Builds steps by their plans: for each either its program or why it does not compile.
//!
//! A step whose code does not compile leaves the others alone, whatever is wrong with it: the compiler works on one crate
//! at a time, within bounds.

use std::collections::BTreeMap;
use std::env::consts::{EXE_EXTENSION, EXE_SUFFIX};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use fs_err as fs;
use fs_err::File;
use serde::{Deserialize, Serialize};

use super::cache::files_read;
use super::cargo;
use super::compile::{Compiled, CompilerError, Place, compile};
use super::inputs::Surroundings;
use super::obstacle;
use super::plan::Plan;
use super::progress::{Listener, Progress};
use super::run_folder::empty;
use super::stage::Stage;
use crate::course::{Step, check_datasets};
use crate::error::{Error, Fault, Result};
use crate::process::Limit;
use crate::workspace::Workspace;

/// What became of one step's code.
#[derive(Debug, Clone)]
pub enum Built {
    /// It compiles.
    Program {
        /// Into this program.
        path: PathBuf,
        /// With these warnings.
        warnings: Vec<CompilerError>,
        /// From these files.
        read: Vec<PathBuf>,
    },
    /// It does not compile.
    Failed(CompileFailure),
    /// It cannot be compiled, for a fault in a file of the course.
    Faulty(Fault),
}

/// Why a step does not compile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompileFailure {
    /// What is to blame.
    pub culprit: Culprit,
    /// The compiler's errors, in its order.
    pub errors: Vec<CompilerError>,
}

/// What keeps a step from compiling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Culprit {
    /// The student's library.
    Library,
    /// The cases, which call the library: a function is missing there or has another signature.
    Cases,
    /// The linker, which cannot put both together.
    Linking,
    /// A file of the student's: their source, which no compiler could read, or one that must not be there.
    File,
    /// The compiler, which did not come to an end with the library.
    Endless,
    /// The compiler, which failed itself.
    Compiler,
}

impl CompileFailure {
    /// Whether the same code would fail again: what a bound or a crash ended may have been the machine's doing.
    pub fn is_decided_by_code(&self) -> bool {
        !matches!(self.culprit, Culprit::Endless | Culprit::Compiler)
    }
}

/// Builds steps; the results come in their order. The programs lie in the folder for outputs.
///
/// # Errors
/// If no step has a plan, the machine keeps the compiler from its work, or an interrupt comes.
pub fn build(workspace: &Workspace, steps: &[&Step], outputs: &Path, progress: &Listener<'_>) -> Result<Vec<Built>> {
    let obstacles =
        steps.iter().map(|step| obstacle::in_sources(workspace.root(), step)).collect::<Result<Vec<_>>>()?;
    let readable: Vec<&Step> =
        steps.iter().zip(&obstacles).filter(|(_, obstacle)| obstacle.is_none()).map(|(step, _)| *step).collect();
    let planned = plans(workspace, &readable, progress)?;
    let planned: Vec<(&Step, Planned)> = readable.into_iter().zip(planned).collect();
    let done = AtomicUsize::new(0);
    let built = each(&planned, workspace.limits().at_once, |(step, own)| {
        let built = match own {
            Planned::As(plan) => build_step(workspace, step, plan, outputs)?,
            Planned::Not(why) => why.clone(),
        };
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        progress(Progress::Building { done, of: planned.len(), units: &step.name });
        Ok(built)
    })?;
    let mut built = built.into_iter();
    Ok(obstacles.into_iter().filter_map(|obstacle| obstacle.or_else(|| built.next())).collect())
}

/// Builds the programs of stages; the results come in their order.
///
/// # Errors
/// As [`build`].
pub fn build_stages(
    workspace: &Workspace,
    stages: &[Stage<'_>],
    folder: &Path,
    progress: &Listener<'_>,
) -> Result<Vec<Built>> {
    let outputs = folder.join("built");
    fs::create_dir_all(&outputs)?;
    // What a compiler has left that was stopped.
    empty(&outputs, &[]);
    let steps: Vec<&Step> = stages.iter().map(|stage| stage.step).collect();
    let planned = plans(workspace, &steps, progress)?;
    let stages: Vec<(&Stage<'_>, Planned)> = stages.iter().zip(planned).collect();
    let done = AtomicUsize::new(0);
    each(&stages, workspace.limits().at_once, |(stage, planned)| {
        let plan = match planned {
            Planned::As(plan) => plan.with_outputs(&outputs, &folder.join("incremental")),
            Planned::Not(why) => return Ok(why.clone()),
        };
        let call = plan.cases.of_source(&stage.program(folder), plan.library.crate_name());
        let built = match compile(&call, workspace)? {
            Compiled::Done(warnings) => {
                Built::Program { path: call.output("", EXE_SUFFIX), warnings, read: Vec::new() }
            }
            Compiled::Refused(errors) => Built::Failed(CompileFailure { culprit: Culprit::Cases, errors }),
            Compiled::Endless(_) => failed(Culprit::Endless, "the compiler did not come to an end", None),
            Compiled::Crashed(said) => failed(Culprit::Compiler, said, None),
        };
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        progress(Progress::Building { done, of: stages.len(), units: &stage.step.name });
        Ok(built)
    })
}

/// How a step is built, or why it cannot be.
enum Planned {
    As(Box<Plan>),
    Not(Built),
}

/// The plans of steps: those that are kept and hold, and what cargo says of the others.
fn plans(workspace: &Workspace, steps: &[&Step], progress: &Listener<'_>) -> Result<Vec<Planned>> {
    let surroundings = Surroundings::of(workspace);
    let (mut planned, mut open) = (BTreeMap::new(), Vec::new());
    for (at, step) in steps.iter().enumerate() {
        let key = surroundings.of_plan(step);
        if let Some(plan) = Kept::read(workspace, step, &key) {
            planned.insert(at, Planned::As(Box::new(plan)));
        } else if let Some(obstacle) = obstacle::in_manifest(workspace.root(), step)? {
            planned.insert(at, Planned::Not(obstacle));
        } else {
            open.push((at, *step, key));
        }
    }
    if !open.is_empty() {
        // A plan is made anew when a dataset has changed, too.
        check_datasets(workspace.root())?;
        let packages: Vec<&str> = open.iter().map(|(_, step, _)| step.name.as_str()).collect();
        let answers = cargo::plans(workspace, &packages, progress)?;
        let nothing_is_planned = planned.is_empty() && answers.iter().all(std::result::Result::is_err);
        for ((at, step, key), answer) in open.into_iter().zip(answers) {
            let own = match answer {
                Ok(plan) => {
                    let kept = Kept { key, plan };
                    kept.write(workspace, step);
                    Planned::As(Box::new(kept.plan))
                }
                Err(complaint) if nothing_is_planned => return Err(Error::Build(complaint)),
                Err(complaint) => Planned::Not(Built::Faulty(unbuildable(step, &complaint))),
            };
            planned.insert(at, own);
        }
    }
    Ok(planned.into_values().collect())
}

/// What is to be said of a step that cargo cannot build, where it can build others.
pub fn unbuildable(step: &Step, complaint: &str) -> Fault {
    let message = format!("cargo cannot build this step:\n{complaint}");
    Fault { path: step.folder.join("Cargo.toml"), line: None, message }
}

/// A plan as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    key: String,
    plan: Plan,
}

impl Kept {
    fn read(workspace: &Workspace, step: &Step, key: &str) -> Option<Plan> {
        let kept: Self = serde_json::from_slice(&fs::read(Self::file(workspace, step)).ok()?).ok()?;
        (kept.key == key && kept.plan.is_complete()).then_some(kept.plan)
    }

    /// Where it cannot be kept, cargo is asked again.
    fn write(&self, workspace: &Workspace, step: &Step) {
        let Ok(text) = serde_json::to_vec(self) else { return };
        let file = Self::file(workspace, step);
        let _ = file.parent().map(fs::create_dir_all);
        // Renamed into place, so that another grade never reads half of it.
        let draft = file.with_extension(format!("{}.draft", std::process::id()));
        let _ = fs::write(&draft, text).and_then(|()| fs::rename(&draft, &file));
    }

    fn file(workspace: &Workspace, step: &Step) -> PathBuf {
        workspace.scratch().join("plans").join(format!("{}.json", step.folder_name()))
    }
}

fn build_step(workspace: &Workspace, step: &Step, plan: &Plan, outputs: &Path) -> Result<Built> {
    let desk = Desk::of(workspace, step, outputs)?;
    let plan = plan.with_outputs(&desk.folder, &workspace.scratch().join("incremental"));
    let warnings = match compile(&plan.library, workspace)? {
        Compiled::Done(warnings) => warnings,
        Compiled::Refused(errors) => {
            return Ok(Built::Failed(CompileFailure { culprit: Culprit::Library, errors }));
        }
        Compiled::Endless(limit) => return Ok(endless(workspace, step, limit)),
        Compiled::Crashed(said) => return Ok(failed(Culprit::Compiler, said, last_edit(workspace, step))),
    };
    match compile(&plan.cases, workspace)? {
        Compiled::Done(_) => {}
        Compiled::Refused(mut errors) => {
            let mut culprit = Culprit::Cases;
            if errors.iter().all(|error| error.place.is_none()) {
                culprit = Culprit::Linking;
                // The linker knows no lines.
                if let Some(error) = errors.first_mut() {
                    error.place = last_edit(workspace, step);
                }
            }
            return Ok(Built::Failed(CompileFailure { culprit, errors }));
        }
        Compiled::Endless(limit) => return Ok(endless(workspace, step, limit)),
        Compiled::Crashed(said) => return Ok(failed(Culprit::Compiler, said, last_edit(workspace, step))),
    }
    keep_source(workspace, step);
    let lists = [&plan.library, &plan.cases].map(|call| files_read(&call.output("", ".d"), workspace.root()));
    let read = lists.into_iter().flatten().flatten().collect();
    // Away from where the next one will be compiled. In a folder of its own: code that deletes its program and what lies
    // beside it leaves the other steps theirs.
    let folder = outputs.join(step.folder_name());
    fs::create_dir_all(&folder)?;
    let path = folder.join(&step.name).with_extension(EXE_EXTENSION);
    fs::rename(plan.cases.output("", EXE_SUFFIX), &path)?;
    Ok(Built::Program { path, warnings, read })
}

/// Where a step is compiled: in the same folder each time, since the compiler reuses half of its work only there. While
/// another grader has that, in a folder of this one's own.
struct Desk {
    folder: PathBuf,
    _lock: Option<File>,
}

impl Desk {
    fn of(workspace: &Workspace, step: &Step, outputs: &Path) -> Result<Self> {
        let folder = workspace.scratch().join("builds").join(step.folder_name());
        fs::create_dir_all(&folder)?;
        let lock = File::create(folder.join("lock"))?;
        if lock.file().try_lock().is_ok() {
            // What a compiler has left that was stopped.
            empty(&folder, &["lock"]);
            return Ok(Self { folder, _lock: Some(lock) });
        }
        let folder = outputs.join(format!("{}-build", step.folder_name()));
        fs::create_dir_all(&folder)?;
        Ok(Self { folder, _lock: None })
    }
}

/// What usually keeps the compiler busy without an end.
const USUAL_CAUSES: &str = "Usual causes are a constant or a macro that never ends, a generic function that calls itself with \
                            another type, and arithmetic between types that do not fit (a vector where a number is meant).";

fn failed(culprit: Culprit, message: impl Into<String>, place: Option<Place>) -> Built {
    let message = message.into();
    let error = CompilerError { rendered: message.clone(), message, place };
    Built::Failed(CompileFailure { culprit, errors: vec![error] })
}

/// The verdict where the compiler did not come to an end, with the line of the last edit.
fn endless(workspace: &Workspace, step: &Step, limit: Limit) -> Built {
    let bounds = workspace.limits().compiler;
    let message = match limit {
        Limit::Cpu => format!(
            "Compiling was stopped after {} s of CPU time. {USUAL_CAUSES}",
            bounds.cpu.as_secs()
        ),
        Limit::Memory => format!(
            "Compiling was stopped: it took more than {} MiB of memory. {USUAL_CAUSES}",
            bounds.memory >> 20
        ),
        Limit::File => format!(
            "Compiling was stopped: it wrote a file of more than {} MiB. Is there a huge static or constant?",
            bounds.file >> 20
        ),
        Limit::Wall | Limit::Idle | Limit::Processes => {
            "Compiling was stopped: the compiler waited for something that does not come. Does `include!`, `include_str!`, \
             `include_bytes!` or `#[path]` name something that is no ordinary file?"
                .to_owned()
        }
    };
    let place = last_edit(workspace, step);
    failed(Culprit::Endless, message, place)
}

/// The line of a step where it differs from what compiled last, if it does and something has.
fn last_edit(workspace: &Workspace, step: &Step) -> Option<Place> {
    let now = fs::read_to_string(workspace.root().join(step.source())).unwrap_or_default();
    let before = fs::read_to_string(kept_source(workspace, step)).unwrap_or_default();
    let same = before.lines().zip(now.lines()).take_while(|(before, now)| before == now).count();
    (!before.is_empty() && before != now)
        .then(|| Place { file: step.source().to_string_lossy().into_owned(), line: same + 1 })
}

/// What compiled last, to find the last edit in what does not come to an end.
fn kept_source(workspace: &Workspace, step: &Step) -> PathBuf {
    workspace.scratch().join("compiled").join(format!("{}.rs", step.folder_name()))
}

fn keep_source(workspace: &Workspace, step: &Step) {
    let kept = kept_source(workspace, step);
    let _ = kept.parent().map(fs::create_dir_all);
    // Only a help to name a line.
    let _ = fs::copy(workspace.root().join(step.source()), kept);
}

/// Does some work on each item, several at once; the results come in the order of the items.
fn each<T: Sync, R: Send>(items: &[T], at_once: usize, work: impl Fn(&T) -> Result<R> + Sync) -> Result<Vec<R>> {
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, Result<R>)>> = Mutex::default();
    let go_on = || {
        while let Some((at, item)) =
            Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| Some((at, items.get(at)?)))
        {
            let result = work(item);
            results.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((at, result));
        }
    };
    thread::scope(|scope| (0..at_once.min(items.len())).for_each(|_| drop(scope.spawn(go_on))));
    let mut results = results.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    results.sort_by_key(|(at, _)| *at);
    if results.len() < items.len() {
        return Err(Error::Program("the work of a thread failed".to_owned()));
    }
    results.into_iter().map(|(_, result)| result).collect()
}
