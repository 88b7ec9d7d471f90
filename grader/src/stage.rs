//! A stage: a workspace of the grader's own, in which submissions are laid over clean copies of their exercises.
//!
//! The reference solution and each known mistake are graded here by the same way as a student's workspace is in place. Of
//! a submission only the text of `src/lib.rs` is taken; all else comes from the course, so that no manifest, build script
//! or setting of a submission is ever run. A file is written only where its content differs, so that cargo builds anew
//! what changed and nothing else.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use fs_err as fs;
use toml::{Table, Value};

use crate::course::{Course, Step, read};
use crate::error::{Error, Result};

/// What is laid out together.
#[derive(Debug)]
pub struct Stage<'a> {
    /// The submissions; no two of a step have the same label.
    pub submissions: Vec<Staged<'a>>,
}

/// A submission: the student's file for one step.
#[derive(Debug)]
pub struct Staged<'a> {
    /// What tells it apart from the others: letters, digits and hyphens.
    pub label: String,
    /// The step.
    pub step: &'a Step,
    /// The text of `src/lib.rs`.
    pub source: String,
}

impl Staged<'_> {
    /// The name of the package on the stage.
    pub fn package(&self) -> String {
        format!("{}-{}", self.step.name, self.label)
    }

    /// The folder of the package, relative to the stage; it ends as the exercise's own does.
    pub fn folder(&self) -> PathBuf {
        Path::new(&self.label).join(&self.step.folder)
    }
}

impl Stage<'_> {
    /// Writes the workspace into a folder.
    ///
    /// # Errors
    /// If a manifest of the course cannot be read or the stage cannot be written.
    pub fn lay_out(&self, course: &Course, folder: &Path) -> Result<()> {
        let workspace = self.workspace_manifest(course)?;
        write(&folder.join("Cargo.toml"), workspace.to_string().as_bytes())?;
        // The versions that the course was tried with; cargo adds the stage's own packages.
        write(&folder.join("Cargo.lock"), read(&course.root, Path::new("Cargo.lock"))?.as_bytes())?;
        for staged in &self.submissions {
            let own = folder.join(staged.folder());
            let manifest = package_manifest(course, staged)?;
            write(&own.join("Cargo.toml"), manifest.to_string().as_bytes())?;
            let cases = staged.step.folder.join("cases.rs");
            write(&own.join("cases.rs"), read(&course.root, &cases)?.as_bytes())?;
            write(&own.join("src").join("lib.rs"), staged.source.as_bytes())?;
        }
        Ok(())
    }

    /// The course's own manifest with the stage's members, and with its path dependencies from where they lie.
    fn workspace_manifest(&self, course: &Course) -> Result<Table> {
        let path = Path::new("Cargo.toml");
        let mut manifest = parse(course, path)?;
        let workspace = table_in(&mut manifest, "workspace", path)?;
        let members: BTreeSet<String> =
            self.submissions.iter().map(|staged| staged.folder().to_string_lossy().replace('\\', "/")).collect();
        workspace.insert("members".to_owned(), members.into_iter().collect::<Vec<_>>().into());
        workspace.remove("default-members");
        for (_, dependency) in table_in(workspace, "dependencies", path)?.iter_mut() {
            if let Some(Value::String(relative)) = dependency.get_mut("path") {
                *relative = course.root.join(&*relative).to_string_lossy().into_owned();
            }
        }
        Ok(manifest)
    }
}

/// The exercise's own manifest under the stage's name; the library keeps the name that the cases call it by.
fn package_manifest(course: &Course, staged: &Staged<'_>) -> Result<Table> {
    let path = staged.step.folder.join("Cargo.toml");
    let mut manifest = parse(course, &path)?;
    table_in(&mut manifest, "package", &path)?.insert("name".to_owned(), staged.package().into());
    let library = manifest.entry("lib").or_insert_with(|| Table::new().into());
    if let Some(library) = library.as_table_mut() {
        library.insert("name".to_owned(), staged.step.name.replace('-', "_").into());
    }
    let programs = manifest.get_mut("bin").and_then(Value::as_array_mut);
    match programs.and_then(|programs| programs.first_mut()).and_then(Value::as_table_mut) {
        Some(program) => drop(program.insert("name".to_owned(), staged.package().into())),
        None => return Err(Error::in_file(&path, "the exercise has no [[bin]] for its cases.rs")),
    }
    Ok(manifest)
}

fn parse(course: &Course, path: &Path) -> Result<Table> {
    read(&course.root, path)?.parse().map_err(|error| Error::in_file(path, format!("{error}")))
}

fn table_in<'a>(table: &'a mut Table, key: &str, path: &Path) -> Result<&'a mut Table> {
    let inner = table.get_mut(key).and_then(Value::as_table_mut);
    inner.ok_or_else(|| Error::in_file(path, format!("the manifest has no [{key}]")))
}

fn write(path: &Path, content: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|old| old == content) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    Ok(fs::write(path, content)?)
}
