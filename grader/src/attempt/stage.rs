//! A stage: a workspace of the grader's own, in which submissions of the course itself, the solution and its known
//! mistakes, are laid over their exercise.
//!
//! All submissions of a step are modules of one program, which is built in a second where a program each would take the
//! better part of a minute. Everything but the text of `src/lib.rs` comes from the course. A file is written only where
//! its content differs, so that cargo builds anew what changed and nothing else.

use std::path::{Path, PathBuf};

use fs_err as fs;
use fs_err::File;
use harness::Trial;
use toml::{Table, Value};

use super::build::OWN_PACKAGE;
use super::run_folder::locked;
use crate::course::{Course, Step, read};
use crate::error::{Error, Result};
use crate::workspace::Workspace;

/// The folder of the submissions' files, apart from the stage's own.
const SUBMISSIONS: &str = "submissions";

/// What a stage is for. Each purpose has a folder and package names of its own: in one target folder cargo tells packages
/// apart by their names and their places in their workspaces, and would take the program of one stage for another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To record or to verify what the solution and its mistakes answer.
    Recording,
    /// To find out what two mistakes at once answer.
    Pairs,
}

impl Purpose {
    /// Its name in the grader's own folder and in names of packages, which a person sees while they are built.
    pub fn name(self) -> &'static str {
        match self {
            Purpose::Recording => "mistakes",
            Purpose::Pairs => "mistake-pairs",
        }
    }

    /// The name of a step's package.
    pub fn package(self, step: &str) -> String {
        format!("{step}-{}", self.name())
    }
}

/// Submissions of one step.
#[derive(Debug)]
pub struct Stage<'a> {
    /// The step.
    pub step: &'a Step,
    /// What it is for.
    pub purpose: Purpose,
    /// The submissions; no two have the same label.
    pub submissions: Vec<Submission>,
}

/// A submission: the text of `src/lib.rs`.
#[derive(Debug, Clone)]
pub struct Submission {
    /// What tells it apart from the others: letters, digits and hyphens.
    pub label: String,
    /// The text.
    pub source: String,
    /// The trials to run it on.
    pub trials: Vec<Trial>,
}

/// The folder of the stages of one purpose. No other grader builds there as long as it is held.
#[derive(Debug)]
pub struct Place {
    folder: PathBuf,
    /// Nothing on a file system that knows no locks.
    _lock: Option<File>,
}

impl Place {
    /// Waits until no other grader has the folder.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub fn take(workspace: &Workspace, purpose: Purpose) -> Result<Self> {
        let folder = workspace.scratch().join(purpose.name());
        fs::create_dir_all(&folder)?;
        let _lock = locked(&folder.join("lock"))?;
        Ok(Self { folder, _lock })
    }

    /// Where it lies.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Stage<'_> {
    /// The name of the package on the stage.
    pub fn package(&self) -> String {
        self.purpose.package(&self.step.name)
    }

    /// The label of the submission that a source file on the stage holds.
    pub fn label_of(&self, file: &str) -> Option<&str> {
        let stem = Path::new(file).file_stem()?.to_str()?;
        self.submissions.iter().map(|submission| submission.label.as_str()).find(|label| *label == stem)
    }

    fn lay_out(&self, course: &Course, folder: &Path, left_out: &[String]) -> Result<()> {
        let folder = folder.join(self.step.folder_name());
        write(&folder.join("Cargo.toml"), &self.manifest(course)?.to_string())?;
        write(&folder.join("src").join("cases.rs"), &self.cases(course)?)?;
        write(&folder.join("src").join("main.rs"), &self.program(left_out))?;
        for submission in &self.submissions {
            write(&folder.join("src").join(SUBMISSIONS).join(format!("{}.rs", submission.label)), &submission.source)?;
        }
        Ok(())
    }

    /// The exercise's own manifest for a package with one program and no library.
    fn manifest(&self, course: &Course) -> Result<Table> {
        let path = self.step.folder.join("Cargo.toml");
        let mut manifest = parse(course, &path)?;
        table_in(&mut manifest, "package", &path)?.insert("name".to_owned(), self.package().into());
        manifest.remove("bin");
        manifest.remove("lib");
        manifest.remove("lints");
        Ok(manifest)
    }

    /// The exercise's cases, for a submission that is the module beside them and not a crate.
    fn cases(&self, course: &Course) -> Result<String> {
        let text = read(&course.root, &self.step.folder.join("cases.rs"))?;
        let library = self.step.name.replace('-', "_");
        Ok(format!("{text}\nuse super::{library};\n\npub fn run() -> std::process::ExitCode {{\n    main()\n}}\n"))
    }

    /// A module for each submission, and a `main` that runs the one it is told to.
    fn program(&self, left_out: &[String]) -> String {
        let library = self.step.name.replace('-', "_");
        let (mut modules, mut arms) = (String::new(), String::new());
        for Submission { label, .. } in self.submissions.iter().filter(|own| !left_out.contains(&own.label)) {
            let module = format!("of_{}", label.replace('-', "_"));
            modules.push_str(&format!(
                "#[path = \"{SUBMISSIONS}\"]\nmod {module} {{\n    #[path = \"{label}.rs\"]\n    pub mod {library};\n    \
                 #[path = \"../cases.rs\"]\n    pub mod cases;\n}}\n"
            ));
            arms.push_str(&format!("        Ok(\"{label}\") => {module}::cases::run(),\n"));
        }
        format!(
            "#![allow(warnings)]\n\n{modules}\nfn main() -> std::process::ExitCode {{\n    \
             match std::env::var(harness::protocol::SUBMISSION).as_deref() {{\n{arms}        \
             _ => harness::no_such_submission(),\n    }}\n}}\n"
        )
    }
}

/// Writes a workspace with these stages into a folder. `left_out` are the labels, by stage, of what does not compile.
///
/// # Errors
/// If a manifest of the course cannot be read or the folder cannot be written.
pub fn lay_out(course: &Course, folder: &Path, stages: &[Stage<'_>], left_out: &[Vec<String>]) -> Result<()> {
    write(&folder.join("Cargo.toml"), &workspace_manifest(course, stages)?.to_string())?;
    // The versions that the course was tried with; cargo adds the stage's own packages.
    write(&folder.join("Cargo.lock"), &read(&course.root, Path::new("Cargo.lock"))?)?;
    lay_out_own_package(course, folder)?;
    stages.iter().zip(left_out).try_for_each(|(stage, left_out)| stage.lay_out(course, folder, left_out))
}

/// The course's own manifest with the stages as members, and with its path dependencies from where they lie.
fn workspace_manifest(course: &Course, stages: &[Stage<'_>]) -> Result<Table> {
    let path = Path::new("Cargo.toml");
    let mut manifest = parse(course, path)?;
    let workspace = table_in(&mut manifest, "workspace", path)?;
    let members = stages.iter().map(|stage| stage.step.folder_name());
    let members: Vec<String> = members.chain(has_own_package(course).then(|| OWN_PACKAGE.to_owned())).collect();
    workspace.insert("members".to_owned(), members.into());
    workspace.remove("default-members");
    for (_, dependency) in table_in(workspace, "dependencies", path)?.iter_mut() {
        if let Some(Value::String(relative)) = dependency.get_mut("path") {
            *relative = course.root.join(&*relative).to_string_lossy().into_owned();
        }
    }
    Ok(manifest)
}

/// The package of `cargo xtask`, of which only the dependencies are there: asked for beside the stages, it has cargo compile
/// what they share with the features that it has been compiled with already, and so not again.
fn lay_out_own_package(course: &Course, folder: &Path) -> Result<()> {
    if !has_own_package(course) {
        return Ok(());
    }
    let path = Path::new(OWN_PACKAGE).join("Cargo.toml");
    let manifest: Table = parse(course, &path)?
        .into_iter()
        .filter(|(key, _)| ["package", "dependencies"].contains(&key.as_str()))
        .collect();
    write(&folder.join(path), &manifest.to_string())?;
    // Without a program: it would take the place of the real one.
    write(&folder.join(OWN_PACKAGE).join("src").join("lib.rs"), "")
}

fn has_own_package(course: &Course) -> bool {
    course.root.join(OWN_PACKAGE).join("Cargo.toml").is_file()
}

fn parse(course: &Course, path: &Path) -> Result<Table> {
    read(&course.root, path)?.parse().map_err(|error| Error::in_file(path, format!("{error}")))
}

fn table_in<'a>(table: &'a mut Table, key: &str, path: &Path) -> Result<&'a mut Table> {
    let inner = table.get_mut(key).and_then(Value::as_table_mut);
    inner.ok_or_else(|| Error::in_file(path, format!("the manifest has no [{key}]")))
}

fn write(path: &Path, content: &str) -> Result<()> {
    if fs::read(path).is_ok_and(|old| old == content.as_bytes()) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    Ok(fs::write(path, content)?)
}
