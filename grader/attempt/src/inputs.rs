//! What decides an attempt: the content of files, the tools and the environment. Plans and attempts are recognized by
//! it; the times of files play no part.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use course::{ABOUT, Edition, Step, filled};
use fs_err as fs;
use serde::{Deserialize, Serialize};
use walkdir::{DirEntry, WalkDir};
use xxhash_rust::xxh3::{Xxh3Default, xxh3_128};

use super::own_files;
use crate::workspace::Workspace;

/// Hashes of contents by path; nothing for a file that is not there.
type Files = BTreeMap<PathBuf, Option<String>>;

/// The packages that all steps share.
const SHARED: [&str; 2] = ["datasets", "grader/harness"];

/// What all steps of a course share.
#[derive(Debug)]
pub struct Surroundings {
    root: PathBuf,
    files: Files,
    tools: String,
    /// A hash of them all.
    in_short: String,
}

/// What the compiler read for an attempt.
#[derive(Debug, Clone, Default)]
pub struct DepInfo {
    /// Files, including those that it looked for and did not find.
    pub files: Vec<PathBuf>,
    /// Variables of the environment.
    pub variables: Vec<String>,
}

/// What decides an attempt at a step, as far as it is known before the compiler has read anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inputs {
    surroundings: String,
    files: Files,
}

/// What the compiler read beyond the inputs, as it was then.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Further {
    /// Files outside of the step's folder.
    files: Files,
    /// Variables of the environment.
    variables: BTreeMap<String, Option<OsString>>,
}

/// Raised whenever attempts are made or kept in another way, so that no older one is used.
const FORMAT: u32 = 4;

impl DepInfo {
    /// What a compiler lists in the form of a makefile's rule. A file's name is relative to the folder in which the
    /// compiler was called. Nothing if there is no list.
    pub fn listed(list: &Path, folder: &Path) -> Self {
        let text = fs::read_to_string(list).unwrap_or_default();
        let rule = text.lines().next().unwrap_or_default();
        let (_, files) = rule.split_once(": ").or_else(|| rule.split_once(':')).unwrap_or_default();
        // A space in a name has a backslash before it; other blanks, such as tabs, stand as they are.
        let files = files.replace("\\ ", "\0");
        let names = files.split(' ').filter(|name| !name.is_empty());
        let variables = text.lines().filter_map(|line| line.strip_prefix("# env-dep:"));
        let variables = variables.map(|variable| variable.split('=').next().unwrap_or(variable));
        Self {
            files: names.map(|name| folder.join(name.replace('\0', " "))).collect(),
            // A plan holds cargo's own variables.
            variables: variables.filter(|name| !is_set_by_cargo(name)).map(str::to_owned).collect(),
        }
    }

    /// Adds what another call read.
    pub fn extend(&mut self, other: Self) {
        self.files.extend(other.files);
        self.variables.extend(other.variables);
    }
}

/// Whether cargo sets a variable for what it compiles, whatever the environment has in its place.
pub fn is_set_by_cargo(name: &str) -> bool {
    const SET: [&str; 7] = [
        "CARGO_BIN_",
        "CARGO_CRATE_NAME",
        "CARGO_MANIFEST_",
        "CARGO_PKG_",
        "CARGO_PRIMARY_PACKAGE",
        "CARGO_RUSTC_CURRENT_DIR",
        "CARGO_TARGET_TMPDIR",
    ];
    name == "CARGO" || SET.iter().any(|set| name.starts_with(set))
}

impl Further {
    /// Files as they are now.
    pub fn of_files(files: &[PathBuf]) -> Self {
        let files = files.iter().map(|path| (path.clone(), content_of(path)));
        Self { files: filled(files), variables: BTreeMap::new() }
    }

    /// What was read beyond the inputs, as it is now.
    pub fn of(read: DepInfo, inputs: &Inputs) -> Self {
        let files = read.files.into_iter().filter(|path| !inputs.has(path));
        Self {
            files: filled(files.map(|path| (path.clone(), content_of(&path)))),
            variables: filled(read.variables.into_iter().map(|name| (name.clone(), env::var_os(name)))),
        }
    }

    /// What was read for several attempts.
    pub fn of_all(all: Vec<Self>) -> Self {
        let mut together = Self::default();
        for Self { files, variables } in all {
            together.files.extend(files);
            together.variables.extend(variables);
        }
        together
    }

    /// Whether it is still the same.
    pub fn holds(&self) -> bool {
        self.files.iter().all(|(path, content)| content_of(path) == *content)
            && self.variables.iter().all(|(name, value)| env::var_os(name) == *value)
    }
}

impl Workspace {
    /// For each step, a name for the content of all that decides what its code and solution answer and what is said of
    /// that: the files in its folders, what all steps share, the tools, and the program that asks.
    pub fn contents_of(&self, steps: &[&Step]) -> Vec<String> {
        let surroundings = Surroundings::of(self);
        steps.iter().map(|step| surroundings.with_all_in(&step.folders())).collect()
    }
}

impl Surroundings {
    /// The surroundings now.
    pub fn of(workspace: &Workspace) -> Self {
        let root = workspace.root();
        let mut files = Files::new();
        for name in ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "rust-toolchain"] {
            add(&root.join(name), &mut files);
        }
        for folder in SHARED {
            add_all(&root.join(folder), &UNDECIDING, &mut files);
        }
        // Cargo reads its configuration in every folder above.
        let above = root.ancestors().map(|folder| folder.join(".cargo"));
        for folder in above.chain(cargo_home()) {
            ["config.toml", "config"].iter().for_each(|name| add(&folder.join(name), &mut files));
        }
        let tools = tools();
        let in_short = in_short(&tools, &files);
        Self { root: root.to_owned(), files, tools, in_short }
    }

    /// A hash of what all steps share.
    pub fn in_short(&self) -> &str {
        &self.in_short
    }

    /// Whether a package is among what all steps share, wherever the course has it.
    pub fn share(manifest: &Path) -> bool {
        SHARED.iter().any(|shared| manifest.ends_with(Path::new(shared).join("Cargo.toml")))
    }

    /// A hash of what the plan of a step depends on.
    pub fn of_plan(&self, step: &Step) -> String {
        let mut files = self.files.clone();
        for name in ["Cargo.toml", "build.rs"] {
            add(&self.root.join(&step.folder).join(name), &mut files);
        }
        in_short(&self.tools, &files)
    }

    /// What decides an attempt at a step.
    pub fn of_attempt(&self, step: &Step) -> Inputs {
        let mut files = Files::new();
        add_all(&self.root.join(&step.folder), &UNDECIDING, &mut files);
        let cases = step.case_names();
        Inputs { surroundings: format!("{} {cases:?}", self.in_short), files }
    }

    /// What decides an attempt at a step, except the student's library and all files beside it.
    pub fn of_stage(&self, step: &Step) -> Inputs {
        let mut inputs = self.of_attempt(step);
        let library = self.root.join(step.source());
        inputs.files.retain(|path, _| library.parent().is_none_or(|folder| !path.starts_with(folder)));
        inputs
    }

    /// A hash of all files in some folders of the course, of what all steps share, and of the program that asks.
    pub fn with_all_in(&self, folders: &[PathBuf]) -> String {
        let mut files = self.files.clone();
        // Its words stand in pictures.
        add(&self.root.join(ABOUT), &mut files);
        folders.iter().for_each(|folder| add_all(&self.root.join(folder), &[BUILT], &mut files));
        hash_of(format!("{} {}", in_short(&self.tools, &files), program()).as_bytes())
    }

    /// A hash of all that a grade looks at in a course while no answer is wrong, of the tools, and of the program that
    /// grades; nothing if not all of it can be found.
    pub fn of_course(&self) -> Option<String> {
        let exercises = all_in(&self.root.join("exercises"))?;
        let edition = Edition::of(&self.root);
        Some(hash_of(format!("{} {exercises} {edition:?} {}", self.in_short, program()).as_bytes()))
    }
}

/// A hash of the tools and of files.
fn in_short(tools: &str, files: &Files) -> String {
    hash_of(format!("{FORMAT} {tools} {files:?}").as_bytes())
}

impl Inputs {
    /// A source that has changed: its path in the course, or nothing if it does not belong to the step. A source is
    /// what the compiler read or might read; a program may write other files.
    pub fn changed_source(&self, before: &Self, read: &DepInfo) -> Option<Option<PathBuf>> {
        if self.surroundings != before.surroundings {
            return Some(None);
        }
        let is_source = |path: &Path| {
            let might_be_read = path.extension().is_some_and(|extension| extension == "rs");
            might_be_read || path.ends_with("Cargo.toml") || read.files.iter().any(|read| read == path)
        };
        let all = self.files.keys().chain(before.files.keys());
        let changed = all.filter(|path| self.files.get(*path) != before.files.get(*path));
        changed.map(PathBuf::as_path).find(|path| is_source(path)).map(|path| Some(path.to_owned()))
    }

    /// A hash of all inputs.
    pub fn in_short(&self) -> String {
        hash_of(format!("{self:?}").as_bytes())
    }

    /// Whether it has a file.
    pub fn has(&self, path: &Path) -> bool {
        self.files.contains_key(path)
    }
}

/// Hashes the content of a file.
pub fn content_of(path: &Path) -> Option<String> {
    /// A file of data may be larger than the memory.
    const PIECE: usize = 1 << 20;
    let (mut file, length) = own_files::open(path)?;
    let mut piece = vec![0; PIECE.min(usize::try_from(length).ok()? + 1)];
    let mut hasher = Xxh3Default::new();
    loop {
        match file.read(&mut piece) {
            Ok(0) => return Some(name_of(hasher.digest128())),
            Ok(read) => hasher.update(&piece[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
}

/// A name for some content: the same content has the same name.
pub fn hash_of(content: &[u8]) -> String {
    name_of(xxh3_128(content))
}

fn name_of(hash: u128) -> String {
    format!("{hash:032x}")
}

fn add(path: &Path, files: &mut Files) {
    files.insert(path.to_owned(), content_of(path));
}

/// What cargo has built.
const BUILT: &str = "target";

/// Where the answers of known mistakes are, which only a wrong answer is compared with.
const MISTAKES: &str = "snapshots/mistakes";

/// Expected answers, and texts that only people read, do not decide answers; of exercise.toml, only the names of the cases
/// do.
const UNDECIDING: [&str; 4] = [BUILT, "snapshots", "README.md", "exercise.toml"];

/// Adds the files of a folder, but for those with these names and what is in folders of these names.
fn add_all(folder: &Path, left_out: &[&str], files: &mut Files) {
    let counts = |entry: &DirEntry| left_out.iter().all(|left_out| entry.file_name() != *left_out);
    for entry in inside(folder).filter_entry(|entry| counts(entry) || is_elsewhere(entry, folder)).flatten() {
        if !entry.file_type().is_dir() {
            add(entry.path(), files);
        }
    }
}

/// A hash of the files in a folder, and of the names of the folders in it; nothing if one of them cannot be looked into.
/// What cargo has built, and the answers of known mistakes, count by the names of their folders alone.
pub fn all_in(folder: &Path) -> Option<String> {
    let mut hasher = Xxh3Default::new();
    let mut inside = inside(folder);
    while let Some(entry) = inside.next() {
        let entry = entry.ok()?;
        let (path, is_folder) = (entry.path(), entry.file_type().is_dir());
        let is_left_out = is_folder && (entry.file_name() == BUILT || path.ends_with(MISTAKES));
        match (is_left_out, is_elsewhere(&entry, folder)) {
            (true, false) => inside.skip_current_dir(),
            (false, true) => return None,
            (true, true) | (false, false) => {}
        }
        let content = if is_folder { None } else { Some(content_of(path)) };
        hasher.update(path.as_os_str().as_encoded_bytes());
        hasher.update(format!("\0{content:?}\0").as_bytes());
    }
    Some(name_of(hasher.digest128()))
}

/// All that is in a folder.
fn inside(folder: &Path) -> walkdir::IntoIter {
    // A link may lead to the files in which the system describes itself, which have no end.
    WalkDir::new(folder).follow_links(true).same_file_system(true).into_iter()
}

/// Whether it is a folder on another file system that was found [`inside`] one, which does not go there. If that were left
/// out, the rest of the folder around it would be, too.
fn is_elsewhere(found: &DirEntry, folder: &Path) -> bool {
    found.file_type().is_dir() && {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            let system = |path: &Path| path.metadata().ok().map(|data| data.dev());
            system(found.path()) != system(folder)
        }
        #[cfg(not(unix))]
        {
            let _ = folder;
            found.path_is_symlink()
        }
    }
}

fn cargo_home() -> Option<PathBuf> {
    env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")))
}

/// A name for the program that grades.
pub fn program() -> &'static str {
    static PROGRAM: OnceLock<String> = OnceLock::new();
    PROGRAM.get_or_init(|| env::current_exe().map(|program| version_of(&program)).unwrap_or_default())
}

/// A name for a program that is too large to be read each time.
fn version_of(program: &Path) -> String {
    let written = fs::metadata(program).and_then(|data| Ok((data.len(), data.modified()?)));
    format!("{} {written:?}", program.display())
}

/// Which cargo and compiler are used, and the environment variables that change what they do.
fn tools() -> String {
    let mut tools = String::new();
    if let Some(cargo) = env::var_os("CARGO").map(PathBuf::from) {
        tools.push_str(&format!("{}\n", version_of(&cargo)));
    }
    const STEERS: [&str; 8] = [
        "RUSTC",
        "RUSTFLAGS",
        "RUSTUP_TOOLCHAIN",
        "RUST_MIN_STACK",
        "CARGO_BUILD_",
        "CARGO_ENCODED_",
        "CARGO_PROFILE_",
        "CARGO_TARGET_",
    ];
    let steers = |name: &str| STEERS.iter().any(|prefix| name.starts_with(prefix));
    let mut variables: Vec<_> = env::vars_os().filter(|(name, _)| name.to_str().is_some_and(steers)).collect();
    variables.sort();
    tools.push_str(&format!("{variables:?}"));
    tools
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_hides_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let names = ["a.rs", "m.rs", "z.rs", "0.rs"];
        names.iter().for_each(|name| fs::write(path(name), name).unwrap());
        let seen = || {
            let mut files = Files::new();
            add_all(folder.path(), &UNDECIDING, &mut files);
            (files.len(), all_in(folder.path()).unwrap())
        };
        let (count, without) = seen();
        let mut all = vec![without];
        // What is on another file system, and what is not.
        #[cfg(target_os = "linux")]
        std::os::unix::fs::symlink("/proc/self/fdinfo", path(BUILT)).unwrap();
        #[cfg(not(target_os = "linux"))]
        fs::create_dir(path(BUILT)).unwrap();
        for folder in ["other/target/deep", "step/snapshots/mistakes", "step/snapshots/answers"] {
            fs::create_dir_all(path(folder)).unwrap();
        }
        assert_eq!(seen().0, count);
        for name in names.iter().chain(&["step/snapshots/right.snap"]) {
            all.push(seen().1);
            fs::write(path(name), "changed").unwrap();
        }
        all.push(seen().1);
        fs::create_dir(path("empty")).unwrap();
        all.push(seen().1);
        let (count, now) = seen();
        for name in ["other/target/built", "step/snapshots/mistakes/one.snap"] {
            fs::write(path(name), "").unwrap();
        }
        assert_eq!(seen(), (count, now));
        #[cfg(target_os = "linux")]
        {
            std::os::unix::fs::symlink("/proc/self/fdinfo", path("linked")).unwrap();
            assert_eq!(all_in(folder.path()), None);
        }
        all.sort();
        let different = all.len();
        all.dedup();
        assert_eq!(all.len(), different);
    }
}
