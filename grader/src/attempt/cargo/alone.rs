//! A workspace with one step of a course and nothing else. In the course's own, cargo reads the manifests of all steps, and
//! as long as one of them is broken it compiles none.
//!
//! It has manifests alone, and an empty file for each source: cargo looks which sources there are, and what it would have
//! the compiler do with them is only taken down.

use std::path::{Path, PathBuf};

use fs_err as fs;
use toml::{Table, Value};
use walkdir::WalkDir;

use crate::attempt::plan::Plan;
use crate::course::{Step, list, parse, read};
use crate::error::Result;
use crate::workspace::canonical;

/// A workspace with one step.
pub(crate) struct Alone {
    root: PathBuf,
    course: PathBuf,
}

impl Alone {
    /// Lays the workspace out in a folder.
    ///
    /// # Errors
    /// If a manifest cannot be read or the folder not be written.
    pub(crate) fn new(course: &Path, step: &Step, folder: &Path) -> Result<Self> {
        let mut workspace = manifest(course, &list::manifest())?;
        if let Some(table) = workspace.get_mut("workspace").and_then(Value::as_table_mut) {
            table.retain(|key, _| key != "default-members" && key != "exclude");
            table.insert("members".to_owned(), Value::from(vec![format!("exercises/{}", step.folder_name())]));
            anchor_in(table, course);
        }
        let patches = workspace.get_mut("patch").and_then(Value::as_table_mut);
        patches.into_iter().flat_map(Table::iter_mut).for_each(|(_, of_registry)| anchor(of_registry, course));

        let own_folder = course.join(&step.folder);
        let own = step.folder.join("Cargo.toml");
        let mut package = manifest(course, &own)?;
        anchor_in(&mut package, &own_folder);
        let targets = package.get_mut("target").and_then(Value::as_table_mut);
        let of_targets = targets.into_iter().flat_map(Table::iter_mut).filter_map(|(_, target)| target.as_table_mut());
        of_targets.for_each(|target| anchor_in(target, &own_folder));

        for source in sources_in(&own_folder) {
            let place = folder.join(&step.folder).join(source);
            place.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::write(place, "")?;
        }
        fs::write(folder.join(list::manifest()), workspace.to_string())?;
        fs::write(folder.join(own), package.to_string())?;
        // A course without one gets one here, and stays without.
        if course.join(LOCK).is_file() {
            fs::copy(course.join(LOCK), folder.join(LOCK))?;
        }
        Ok(Self { root: canonical(folder)?, course: course.to_owned() })
    }

    /// Where it lies.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A plan that was made here, for the step where it lies in its course.
    pub(crate) fn as_in_course(&self, plan: Plan) -> Plan {
        plan.moved(&self.root, &self.course)
    }

    /// Words about files here, with their names in the course.
    pub(crate) fn named_as_in_course(&self, words: &str) -> String {
        words.replace(&*self.root.to_string_lossy(), &self.course.to_string_lossy())
    }
}

const LOCK: &str = "Cargo.lock";

fn manifest(course: &Path, path: &Path) -> Result<Table> {
    parse(path, &read(course, path)?)
}

/// The Rust files of a package, relative to its folder.
fn sources_in(folder: &Path) -> Vec<PathBuf> {
    let files =
        WalkDir::new(folder).follow_links(true).into_iter().flatten().filter(|entry| !entry.file_type().is_dir());
    let sources = files.filter(|entry| entry.path().extension().is_some_and(|extension| extension == "rs"));
    sources.filter_map(|entry| Some(entry.path().strip_prefix(folder).ok()?.to_owned())).collect()
}

/// Has the dependencies in a part of a manifest that lies in a folder be found from anywhere.
fn anchor_in(part: &mut Table, folder: &Path) {
    let dependencies = part.iter_mut().filter(|(key, _)| key.ends_with("dependencies"));
    dependencies.for_each(|(_, dependencies)| anchor(dependencies, folder));
}

fn anchor(dependencies: &mut Value, folder: &Path) {
    let dependencies = dependencies.as_table_mut().into_iter().flat_map(Table::iter_mut);
    for (_, dependency) in dependencies {
        if let Some(Value::String(path)) = dependency.get_mut("path") {
            *path = folder.join(&*path).to_string_lossy().into_owned();
        }
    }
}
