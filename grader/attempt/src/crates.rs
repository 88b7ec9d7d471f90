//! The crates that steps are built with, as cargo has compiled them. Cargo looks only at their times. A power cut, a full
//! disk or a failing one leaves damaged ones, on which the compiler fails as if the student's code were wrong. So their
//! content is noted when cargo answers, and looked at when the compiler fails in a way that may come from them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fs_err as fs;
use serde::{Deserialize, Serialize};

use super::inputs::{DepInfo, Surroundings, content_of};
use super::own_files;
use super::run_folder::empty_of;
use crate::workspace::Workspace;

/// A crate that cargo has compiled, or found compiled: one of its messages for programs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Artifact {
    package_id: String,
    manifest_path: PathBuf,
    filenames: Vec<PathBuf>,
}

impl Artifact {
    /// The crate that a message of cargo's is about, if it is about one.
    pub(crate) fn in_message(message: &str) -> Option<Self> {
        serde_json::from_str(message).ok()
    }

    /// Whether it belongs to a package with this manifest.
    pub(crate) fn is_of(&self, manifest: &Path) -> bool {
        self.manifest_path == manifest
    }

    /// What it was compiled from. Nothing if that is known to be the same: its package is from a registry or a repository,
    /// or all steps share it.
    pub(crate) fn sources(&self, root: &Path) -> Vec<PathBuf> {
        if !self.package_id.contains("path+") || Surroundings::share(&self.manifest_path) {
            return Vec::new();
        }
        // Cargo calls the compiler in the workspace for its members, and in the package's own folder for others.
        let package = self.manifest_path.parent().unwrap_or(root);
        let whole = |file: PathBuf| {
            let in_package = package.join(&file);
            if in_package.exists() { in_package } else { root.join(file) }
        };
        let lists = self.filenames.iter().flat_map(|file| lists_beside(file));
        let read = lists.flat_map(|list| DepInfo::listed(&list, Path::new("")).files).map(whole);
        read.chain([self.manifest_path.clone()]).collect()
    }
}

/// The lists of what the compiler read for a file that cargo has built: the one of its name or, for a build script, which
/// has a folder of its own and another name there, all in its folder.
fn lists_beside(file: &Path) -> Vec<PathBuf> {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let list = file.with_file_name(stem.strip_prefix("lib").unwrap_or(&stem)).with_extension("d");
    if list.is_file() {
        return vec![list];
    }
    let beside = file.parent().and_then(|folder| fs::read_dir(folder).ok()).into_iter().flatten().flatten();
    let paths = beside.map(|entry| entry.path());
    match stem.starts_with("build-script") {
        true => paths.filter(|path| path.extension().is_some_and(|extension| extension == "d")).collect(),
        false => Vec::new(),
    }
}

/// How compiled crates were when cargo last spoke of them.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Crates {
    /// A hash of what they were compiled for: whoever compiles them for anything else does not damage them.
    key: String,
    hashes: BTreeMap<PathBuf, Option<String>>,
}

/// Notes how crates are that cargo has just spoken of.
pub(crate) fn note(workspace: &Workspace, key: &str, artifacts: &[Artifact]) {
    let mut crates = noted(workspace, key);
    let files = artifacts.iter().flat_map(|artifact| &artifact.filenames).filter(|file| is_linked(file));
    crates.hashes.extend(files.map(|file| (file.clone(), content_of(file))));
    // Without it, damage is not seen.
    let text = serde_json::to_vec(&crates).unwrap_or_default();
    let _ = own_files::keep(&workspace.scratch(), &file(workspace), &text);
}

/// Which crates may be to blame for a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Suspects {
    /// Those that are not as they were noted.
    Damaged,
    /// All: they may have been damaged before that.
    All,
}

/// Deletes crates, so that cargo compiles them again. Returns whether there were any.
pub(crate) fn delete(workspace: &Workspace, key: &str, suspects: Suspects) -> bool {
    let crates = noted(workspace, key);
    let goes = |(file, hash): &(&PathBuf, &Option<String>)| suspects == Suspects::All || content_of(file) != **hash;
    let deleted: Vec<&PathBuf> = crates.hashes.iter().filter(goes).map(|(file, _)| file).collect();
    for file in &deleted {
        let _ = fs::remove_file(file);
        forget_work_on(file);
    }
    !deleted.is_empty()
}

/// Deletes what the compiler has kept to compile a crate again: it may be the same damaged file.
fn forget_work_on(file: &Path) -> Option<()> {
    let (name, _) = file.file_stem()?.to_str()?.strip_prefix("lib")?.rsplit_once('-')?;
    let prefix = format!("{name}-");
    empty_of(&file.parent()?.with_file_name("incremental"), |name| name.starts_with(&prefix));
    Some(())
}

/// Whether the compiler reads a file for what is built with it.
fn is_linked(file: &Path) -> bool {
    const LINKED: [&str; 5] = ["rlib", "rmeta", "so", "dylib", "dll"];
    file.extension().is_some_and(|extension| LINKED.iter().any(|linked| extension == *linked))
}

fn noted(workspace: &Workspace, key: &str) -> Crates {
    let crates = own_files::kept(&file(workspace)).and_then(|text| serde_json::from_slice::<Crates>(&text).ok());
    let empty = || Crates { key: key.to_owned(), ..Crates::default() };
    crates.filter(|crates| crates.key == key).unwrap_or_else(empty)
}

fn file(workspace: &Workspace) -> PathBuf {
    workspace.scratch().join("plans").join("crates.json")
}
