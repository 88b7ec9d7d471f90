//! Remembers what came of building and running a step, by the content of all that decides it.
//!
//! Only the attempt is kept, never a verdict: judging costs next to nothing and is done anew each time. An attempt holds
//! again when the grader, the toolchain, the environment that steers the compiler and every file that the build read are
//! the same to the byte. Whatever cannot be read back is forgotten.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};

use fs_err as fs;
use serde::{Deserialize, Serialize};
use walkdir::WalkDir;
use xxhash_rust::xxh3::xxh3_128;

use super::Attempt;
use crate::course::Step;
use crate::error::Result;
use crate::workspace::Workspace;

/// Where attempts are kept, and what all steps of a course share.
#[derive(Debug)]
pub struct Cache {
    root: PathBuf,
    folder: PathBuf,
    shared: Files,
    tools: String,
}

/// The content of the files that decide an attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inputs {
    tools: String,
    files: Files,
}

/// The last attempt at a step that is remembered.
#[derive(Debug)]
pub struct Last {
    /// The attempt.
    pub attempt: Attempt,
    /// Whether all that decided it is still the same.
    pub holds: bool,
}

/// Hashes of contents by path; nothing for a file that is not there.
type Files = BTreeMap<PathBuf, Option<String>>;

/// An attempt as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    inputs: Inputs,
    /// Files outside the step and the shared parts that the build read as well.
    further: Files,
    attempt: Attempt,
}

impl Cache {
    /// The cache of a workspace.
    pub fn new(workspace: &Workspace) -> Self {
        let root = workspace.root();
        let mut shared = Files::new();
        for path in ["Cargo.toml", "Cargo.lock", ".cargo/config.toml", "rust-toolchain.toml", "rust-toolchain"] {
            hash(&root.join(path), &mut shared);
        }
        for path in ["datasets", "grader/harness"] {
            hash_all(&root.join(path), &mut shared);
        }
        if let Some(home) =
            env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")))
        {
            hash(&home.join("config.toml"), &mut shared);
        }
        Self { root: root.to_owned(), folder: workspace.scratch().join("attempts"), shared, tools: tools() }
    }

    /// The content, now, of what decides an attempt at a step.
    pub fn inputs(&self, step: &Step) -> Inputs {
        let mut files = self.shared.clone();
        hash_all(&self.root.join(&step.folder), &mut files);
        let cases: Vec<&String> = step.cases.iter().map(|case| &case.name).collect();
        Inputs { tools: format!("{} {cases:?}", self.tools), files }
    }

    /// The attempt that these inputs led to, if it is remembered and still holds.
    pub fn recall(&self, step: &Step, inputs: &Inputs) -> Option<Attempt> {
        self.last(step, inputs).filter(|last| last.holds).map(|last| last.attempt)
    }

    /// The last attempt that is remembered, also where other inputs than these led to it.
    pub fn last(&self, step: &Step, inputs: &Inputs) -> Option<Last> {
        let kept: Kept = serde_json::from_slice(&fs::read(self.file(step)).ok()?).ok()?;
        let unchanged = kept.further.iter().all(|(path, content)| content_of(path) == *content);
        Some(Last { attempt: kept.attempt, holds: kept.inputs == *inputs && unchanged })
    }

    /// Remembers an attempt. `program` is what was built, beside which cargo lists the files that it read; `drafts` is a
    /// folder on the same file system for what is half written.
    ///
    /// # Errors
    /// If the cache cannot be written.
    pub fn remember(
        &self,
        step: &Step,
        inputs: Inputs,
        program: Option<&Path>,
        attempt: &Attempt,
        drafts: &Path,
    ) -> Result<()> {
        let mut further = Files::new();
        for path in program.map(files_read_for).unwrap_or_default() {
            if !inputs.files.contains_key(&path) {
                hash(&path, &mut further);
            }
        }
        fs::create_dir_all(&self.folder)?;
        // Renamed into place, so that another grade never reads half of it.
        let draft = drafts.join(step.folder_name());
        let kept = serde_json::to_vec(&Kept { inputs, further, attempt: attempt.clone() });
        fs::write(&draft, kept.map_err(std::io::Error::from)?)?;
        Ok(fs::rename(&draft, self.file(step))?)
    }

    fn file(&self, step: &Step) -> PathBuf {
        self.folder.join(format!("{}.json", step.folder_name()))
    }
}

/// The files that cargo's dependency list of a program names.
fn files_read_for(program: &Path) -> Vec<PathBuf> {
    let Ok(list) = fs::read_to_string(program.with_extension("d")) else { return Vec::new() };
    let Some((_, files)) = list.split_once(": ") else { return Vec::new() };
    // A blank in a path is written as `\ `.
    let files = files.replace("\\ ", "\0");
    files.split_whitespace().map(|path| PathBuf::from(path.replace('\0', " "))).collect()
}

fn hash_all(folder: &Path, files: &mut Files) {
    // What is judged against and what only people read decides no answer; of exercise.toml, the cases' names alone do.
    const LEFT_OUT: [&str; 4] = ["target", "snapshots", "README.md", "exercise.toml"];
    let decides = |name: &std::ffi::OsStr| LEFT_OUT.iter().all(|left_out| name != *left_out);
    let inside = WalkDir::new(folder).into_iter().filter_entry(|entry| decides(entry.file_name()));
    for entry in inside.flatten().filter(|entry| entry.file_type().is_file()) {
        hash(entry.path(), files);
    }
}

fn hash(path: &Path, files: &mut Files) {
    files.insert(path.to_owned(), content_of(path));
}

fn content_of(path: &Path) -> Option<String> {
    fs::read(path).ok().map(|content| format!("{:032x}", xxh3_128(&content)))
}

/// What an attempt is kept as and how one is made: raised whenever either changes, so that no older one is taken.
const FORMAT: u32 = 1;

/// Which grader, cargo and compiler are at work, and the environment that steers them.
fn tools() -> String {
    let mut tools = format!("attempts of format {FORMAT}\n");
    if let Some(cargo) = env::var_os("CARGO").map(PathBuf::from) {
        let written = fs::metadata(&cargo).and_then(|data| Ok((data.len(), data.modified()?)));
        tools.push_str(&format!("{} {written:?}\n", cargo.display()));
    }
    let steers = |name: &str| {
        ["RUSTC", "RUSTFLAGS", "RUSTUP_TOOLCHAIN", "RUST_MIN_STACK"].iter().any(|prefix| name.starts_with(prefix))
            || ["CARGO_BUILD_", "CARGO_ENCODED_", "CARGO_PROFILE_", "CARGO_TARGET_"]
                .iter()
                .any(|prefix| name.starts_with(prefix))
    };
    let mut variables: Vec<_> = env::vars_os().filter(|(name, _)| name.to_str().is_some_and(steers)).collect();
    variables.sort();
    tools.push_str(&format!("{variables:?}"));
    tools
}
