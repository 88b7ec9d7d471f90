//! A workspace with one step of a course and nothing else. In the course's own workspace, cargo reads the manifests of
//! all steps and compiles none of them while one is broken.
//!
//! The workspace has only manifests, and an empty file for each source. Cargo needs to know which sources there are,
//! but the compiler calls for them are only recorded.

use std::ops::Range;
use std::path::{Path, PathBuf};

use course::{Result, Step, list, read};
use fs_err as fs;
use toml::de::DeTable;
use toml_writer::ToTomlValue;
use walkdir::WalkDir;

use crate::manifest::{manifest, table_in, tables_in};
use crate::plan::Plan;
use crate::workspace::canonical;

/// A workspace with one step.
pub(super) struct Alone {
    root: PathBuf,
    course: PathBuf,
}

impl Alone {
    /// Makes the workspace in a folder.
    ///
    /// # Errors
    /// If a manifest cannot be read or the folder cannot be written.
    pub(super) fn new(course: &Path, step: &Step, folder: &Path) -> Result<Self> {
        let members = [format!("exercises/{}", step.folder_name())].to_toml_value();
        let workspace = edited(course, &list::manifest(), &|manifest| {
            let table = table_in(manifest, "workspace");
            let members_of = |key| table.and_then(|table| table.get(key)).map(|list| (list.span(), members.clone()));
            let members = ["members", "default-members"].into_iter().filter_map(members_of);
            let patches = tables_in(table_in(manifest, "patch")).flat_map(|patch| anchored(patch, course));
            members.chain(dependencies_in(table, course)).chain(patches).collect()
        })?;
        let manifest_path = step.folder.join("Cargo.toml");
        let own_folder = course.join(&step.folder);
        let package = edited(course, &manifest_path, &|manifest| {
            let of_targets = tables_in(table_in(manifest, "target"));
            let parts = of_targets.chain(Some(manifest));
            parts.flat_map(|part| dependencies_in(Some(part), &own_folder)).collect()
        })?;

        for source in sources_in(&own_folder) {
            let place = folder.join(&step.folder).join(source);
            place.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::write(place, "")?;
        }
        fs::write(folder.join(list::manifest()), workspace)?;
        fs::write(folder.join(manifest_path), package)?;
        // A course without a lock file gets one here, and itself stays without.
        if course.join(LOCK).is_file() {
            fs::copy(course.join(LOCK), folder.join(LOCK))?;
        }
        Ok(Self { root: canonical(folder)?, course: course.to_owned() })
    }

    /// Its path.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// A plan that was made here, for the step in its course.
    pub(super) fn as_in_course(&self, plan: Plan) -> Plan {
        plan.moved(&self.root, &self.course)
    }

    /// Text about files here, with their names in the course.
    pub(super) fn named_as_in_course(&self, words: &str) -> String {
        let words = words.replace(&*self.root.to_string_lossy(), &self.course.to_string_lossy());
        // Cargo names files below the folder that it is called in by their path from there.
        match self.root.strip_prefix(&self.course) {
            Ok(within) => words.replace(&*within.join("").to_string_lossy(), ""),
            Err(_) => words,
        }
    }
}

const LOCK: &str = "Cargo.lock";

/// The position of a value in a manifest, and the value to put there, as TOML.
type Edit = (Range<usize>, String);

/// A manifest with other values in it. Each line keeps its number, because cargo's errors name lines.
fn edited(course: &Path, path: &Path, edits: &dyn Fn(&DeTable<'_>) -> Vec<Edit>) -> Result<String> {
    let text = read(course, path)?;
    let mut edits = edits(&manifest(path, &text)?);
    edits.sort_by_key(|(span, _)| span.start);
    let mut edited = text.clone();
    for (span, value) in edits.into_iter().rev() {
        let lines = text[span.clone()].matches('\n').count();
        edited.replace_range(span, &(value + &"\n".repeat(lines)));
    }
    Ok(edited)
}

/// The Rust files of a package, relative to its folder.
fn sources_in(folder: &Path) -> Vec<PathBuf> {
    let files = WalkDir::new(folder)
        .follow_links(true)
        .same_file_system(true)
        .into_iter()
        .flatten()
        .filter(|entry| !entry.file_type().is_dir());
    let sources = files.filter(|entry| entry.path().extension().is_some_and(|extension| extension == "rs"));
    sources.filter_map(|entry| Some(entry.path().strip_prefix(folder).ok()?.to_owned())).collect()
}

/// Makes the paths of all dependencies absolute, in a part of a manifest in this folder.
fn dependencies_in<'a>(part: Option<&'a DeTable<'a>>, folder: &Path) -> impl Iterator<Item = Edit> {
    let tables = part.into_iter().flatten().filter(|(key, _)| key.get_ref().ends_with("dependencies"));
    tables.filter_map(|(_, table)| table.get_ref().as_table()).flat_map(|table| anchored(table, folder))
}

fn anchored<'a>(dependencies: &'a DeTable<'a>, folder: &Path) -> impl Iterator<Item = Edit> {
    let paths = tables_in(Some(dependencies)).filter_map(|dependency| dependency.get("path"));
    paths.filter_map(|path| {
        let whole = folder.join(path.get_ref().as_str()?);
        Some((path.span(), whole.to_string_lossy().to_toml_value()))
    })
}
