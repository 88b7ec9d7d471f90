//! Builds steps by their plans: the result for each is a program, or the reason why it does not compile.
//!
//! A step that does not compile leaves the others alone, whatever is wrong with it: the compiler works on one crate at
//! a time, within bounds.

use std::env::consts::EXE_EXTENSION;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use course::at_once::each;
use course::declaration::is_same_signature;
use course::{Error, Fault, Function, Result, Source, Step};
use fs_err as fs;
use fs_err::File;
use process::locked;

use super::CompileFailure;
use super::CompilerError;
use super::Place;
use super::blame::Scaffold;
use super::crates::{self, Suspects};
use super::inputs::{DepInfo, Inputs, Surroundings};
use super::make::{Unmade, library, program};
use super::objects::{self, Objects};
use super::obstacle::{self, Obstacle};
use super::own_files;
use super::plan::Plan;
use super::planned::{Base, Planned, plans};
use super::run_folder::{empty, empty_of};
use super::{Listener, Progress};
use crate::workspace::Workspace;

/// The result of building one step.
#[derive(Debug, Clone)]
pub enum Built {
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
pub fn build(
    workspace: &Workspace,
    steps: &[&Step],
    base: Base,
    outputs: &Path,
    progress: &Listener<'_>,
) -> Result<Vec<Built>> {
    let obstacles =
        steps.iter().map(|step| obstacle::in_sources(workspace.root(), step)).collect::<Result<Vec<_>>>()?;
    let readable: Vec<&Step> =
        steps.iter().zip(&obstacles).filter(|(_, obstacle)| obstacle.is_none()).map(|(step, _)| *step).collect();
    let surroundings = Surroundings::of(workspace);
    if base == Base::Nothing {
        crates::delete(workspace, surroundings.in_short(), Suspects::Damaged);
    }
    let planned = plans(workspace, &readable, &surroundings, base, progress)?;
    let renewal = Renewal { workspace, surroundings: &surroundings, progress, all: Mutex::new(false) };
    let planned: Vec<(&Step, Planned)> = readable.into_iter().zip(planned).collect();
    let done = AtomicUsize::new(0);
    let built = each(&planned, workspace.limits().at_once, |(step, how)| {
        let built = match how {
            Planned::As(plan) => {
                let around = &surroundings.of_stage(step);
                Builder { workspace, step, base, around, outputs, renewal: &renewal }.build(plan)?
            }
            Planned::Not(obstacle) => obstacle.clone().into(),
        };
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        progress(Progress::Building { done, total: planned.len(), step: &step.folder_name() });
        Ok(built)
    })?;
    let mut built = built.into_iter();
    Ok(obstacles.into_iter().filter_map(|obstacle| obstacle.map(Built::from).or_else(|| built.next())).collect())
}

/// Renews what steps are built with, one step at a time.
struct Renewal<'a> {
    workspace: &'a Workspace,
    surroundings: &'a Surroundings,
    progress: &'a Listener<'a>,
    /// Whether all have been renewed. Held by who does it: what another step has just renewed is sound.
    all: Mutex<bool>,
}

impl Renewal<'_> {
    /// A new plan of a step if there are such crates, which are compiled again.
    fn of(&self, step: &Step, suspects: Suspects) -> Result<Option<Planned>> {
        let mut all = locked(&self.all);
        if *all || !crates::delete(self.workspace, self.surroundings.in_short(), suspects) {
            return Ok(None);
        }
        *all = suspects == Suspects::All;
        let planned = plans(self.workspace, &[step], self.surroundings, Base::Nothing, self.progress)?;
        Ok(planned.into_iter().next())
    }
}

/// Builds one step.
struct Builder<'a> {
    workspace: &'a Workspace,
    step: &'a Step,
    base: Base,
    around: &'a Inputs,
    outputs: &'a Path,
    renewal: &'a Renewal<'a>,
}

impl Builder<'_> {
    fn build(&self, plan: &Plan) -> Result<Built> {
        let site = match self.base {
            Base::Kept => self.site_with_what_is_kept(plan)?,
            Base::Nothing => self.site_with_nothing(plan)?,
        };
        match site.make(self.workspace)? {
            // What was kept may be damaged, or gone. It must not be taken for the student's fault.
            Err(unmade) if unmade.is_doubtful(|| self.has_other_signatures()) => {
                self.build_again(plan.clone(), &site, Suspects::Damaged)
            }
            made => self.finish(plan, &site, made),
        }
    }

    /// Builds from nothing what failed at a site, with these crates compiled again.
    fn build_again(&self, plan: Plan, failed: &Site<'_>, suspects: Suspects) -> Result<Built> {
        let plan = match self.renewal.of(self.step, suspects)? {
            Some(Planned::As(renewed)) => *renewed,
            Some(Planned::Not(obstacle)) => return Ok(obstacle.into()),
            None => plan,
        };
        let site = self.site_with_nothing(&plan)?;
        let made = site.make(self.workspace)?;
        match &made {
            Ok(_) => failed.forget(self.workspace),
            Err(unmade) if unmade.is_of_crates() && suspects == Suspects::Damaged => {
                return self.build_again(plan, failed, Suspects::All);
            }
            Err(_) => {}
        }
        self.finish(&plan, &site, made)
    }

    /// Whether the student declares a function in another way than the stub, which the cases fit.
    fn has_other_signatures(&self) -> bool {
        let Self { workspace, step, .. } = self;
        let (text, stub) = (step.read_source(workspace.root()), step.read_stub(workspace.root()).unwrap_or_default());
        let (source, stub) = (Source::new(&text), Source::new(&stub));
        step.functions.iter().any(|Function { name, .. }| {
            let wanted = stub.declaration(name).map(|declared| &declared.signature);
            let found = source.declaration(name).map(|declared| &declared.signature);
            wanted.is_some_and(|wanted| found.is_none_or(|found| !is_same_signature(found, wanted)))
        })
    }

    /// What comes of a step that was built at a site.
    fn finish(&self, plan: &Plan, site: &Site<'_>, made: std::result::Result<Made, Unmade>) -> Result<Built> {
        let Self { workspace, step, outputs, .. } = self;
        let scaffold = Scaffold::new(workspace, step, self.around);
        let Made { program, warnings } = match made {
            Ok(made) => made,
            Err(unmade) => {
                let solutions = outputs.join(format!("{}-solution", step.folder_name()));
                if let Some(fault) = scaffold.fault(plan, &solutions)? {
                    return Ok(Built::Faulty(fault));
                }
                let failure = unmade.failure(workspace, last_edit(workspace, step))?;
                let mut read = site.plan.read(workspace.root());
                // The compiler lists nothing that it cannot parse.
                read.files.extend(failure.errors.iter().flat_map(files_of).map(|file| workspace.root().join(file)));
                return Ok(Built::Failed { failure, read });
            }
        };
        scaffold.note_sound();
        keep_source(workspace, step);
        // Moved away from where the next one will be compiled, and into a folder of its own: code that deletes its program
        // and the files beside it cannot harm the other steps.
        let folder = outputs.join(step.folder_name());
        fs::create_dir_all(&folder)?;
        let path = folder.join(&step.name).with_extension(EXE_EXTENSION);
        fs::rename(program, &path)?;
        Ok(Built::Program { path, warnings, read: site.plan.read(workspace.root()) })
    }

    /// The folder where the step is compiled each time, as the compiler reuses half of its work only there. If another
    /// grader is using it, or it cannot be written, it is a folder of this grader's own.
    fn site_with_what_is_kept(&self, plan: &Plan) -> Result<Site<'_>> {
        let Self { workspace, step, around, .. } = self;
        let incremental = workspace.scratch().join("incremental");
        let folder = workspace.scratch().join("builds").join(step.folder_name());
        let lock = own_files::create(&workspace.scratch(), &folder.join("lock")).ok();
        let Some(lock) = lock.filter(|lock| lock.file().try_lock().is_ok()) else {
            let folder = self.new_folder()?;
            return Ok(Site { plan: plan.with_outputs(&folder, &incremental), objects: None, _lock: None });
        };
        // Left over from a compiler that was stopped.
        empty(&folder, &["lock", objects::FOLDER]);
        let plan = plan.with_outputs(&folder, &incremental);
        let objects = Objects::of(workspace, &folder, &plan, around, &workspace.root().join(step.source()));
        let plan = objects.as_ref().map(|objects| objects.left_by(&plan)).unwrap_or(plan);
        Ok(Site { plan, objects, _lock: Some(lock) })
    }

    /// A new folder, where nothing is kept.
    fn site_with_nothing(&self, plan: &Plan) -> Result<Site<'_>> {
        let folder = self.new_folder()?;
        Ok(Site { plan: plan.compiled_once().with_outputs(&folder, &folder), objects: None, _lock: None })
    }

    fn new_folder(&self) -> Result<PathBuf> {
        // Somebody may have deleted it: at any time, as the documentation says.
        fs::create_dir_all(self.outputs)?;
        let prefix = format!("{}-", self.step.folder_name());
        own_files::new_folder(self.outputs, &prefix).map_err(Error::NotWritten)
    }
}

/// Where a step is compiled.
struct Site<'a> {
    /// The calls, with their outputs there.
    plan: Plan,
    /// The objects that are kept there; none in a folder that is not the same each time.
    objects: Option<Objects<'a>>,
    _lock: Option<File>,
}

/// A step that compiles.
struct Made {
    program: PathBuf,
    warnings: Vec<CompilerError>,
}

impl Site<'_> {
    fn make(&self, workspace: &Workspace) -> Result<std::result::Result<Made, Unmade>> {
        let Self { plan, objects, .. } = self;
        let warnings = match library(workspace, plan)? {
            Ok(warnings) => warnings,
            Err(unmade) => return Ok(Err(unmade)),
        };
        if let Some(program) = objects.as_ref().and_then(|objects| objects.link(plan)) {
            return Ok(Ok(Made { program, warnings }));
        }
        let made = program(workspace, plan)?;
        if let (Ok(_), Some(objects)) = (&made, objects) {
            objects.keep(plan);
        }
        Ok(made.map(|program| Made { program, warnings }))
    }

    /// Deletes what is kept here, and what the compiler has kept for the crates that are compiled here.
    fn forget(&self, workspace: &Workspace) {
        empty(&self.plan.library.output_folder().join(objects::FOLDER), &[]);
        let prefix = format!("{}-", self.plan.library.crate_name());
        empty_of(&workspace.scratch().join("incremental"), |name| name.starts_with(&prefix));
    }
}

/// The files that an error is about, as the compiler names them: the one with the error, and one that cannot be read.
fn files_of(error: &CompilerError) -> impl Iterator<Item = &str> {
    let unread = error.message.strip_prefix("couldn't read `").and_then(|rest| rest.split_once('`'));
    error.place.iter().map(|place| place.file.as_str()).chain(unread.map(|(file, _)| file))
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
