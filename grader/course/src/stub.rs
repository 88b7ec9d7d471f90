//! What a student starts a step from, kept beside the expected answers: the stub, and the names of the crates that it
//! may use. Both are derived when a step is recorded, so no grade and no `reset` needs the solution. Cargo sees
//! neither of them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{Edition, Step, parse, read};
use crate::{Error, Result, filled};

/// The crates that a manifest names.
#[derive(Debug, Clone)]
pub struct Crates {
    /// Those for all systems.
    pub names: BTreeSet<String>,
    /// Whether there are others for some systems.
    pub target: bool,
}

#[derive(Deserialize)]
struct Manifest {
    #[serde(default)]
    dependencies: toml::Table,
    target: Option<toml::Table>,
}

impl Step {
    /// The kept stub, relative to the course.
    pub fn stub(&self) -> PathBuf {
        self.snapshots().join("stub.rs")
    }

    /// The list of the crates that come with the step, one a line, relative to the course.
    pub fn kept_crates(&self) -> PathBuf {
        self.snapshots().join("crates.txt")
    }

    /// The crates that come with the step; none if there is no list.
    pub fn read_kept_crates(&self, root: &Path) -> Option<BTreeSet<String>> {
        let text = read(root, &self.kept_crates()).ok()?;
        Some(filled(text.lines().map(str::to_owned)))
    }

    /// The crates that the student's manifest names.
    ///
    /// # Errors
    /// If it is missing or malformed.
    pub fn crates(&self, root: &Path) -> Result<Crates> {
        let path = self.folder.join("Cargo.toml");
        let manifest: Manifest = parse(&path, &read(root, &path)?)?;
        Ok(Crates {
            names: filled(manifest.dependencies.into_iter().map(|(name, _)| name)),
            target: manifest.target.is_some(),
        })
    }

    /// The text of the stub.
    ///
    /// # Errors
    /// If the file is missing or cannot be read.
    pub fn read_stub(&self, root: &Path) -> Result<String> {
        let path = self.stub();
        if !root.join(&path).exists() {
            let message = format!("the stub of this step is missing; {}", Edition::of(root).remedy(self));
            return Err(Error::in_file(&path, message));
        }
        read(root, &path)
    }
}
