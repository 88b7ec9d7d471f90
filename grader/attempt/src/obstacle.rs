//! What keeps a step from being built, as far as its files show it. Cargo reads the manifests of all steps at once, and
//! its messages do not tell whose file is to blame.

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use course::{Error, Fault, Result, Step, line_of, or_fault, parse, read};
use serde::Deserialize;
use toml::Spanned;

use super::CompileFailure;

/// What keeps a step from being built.
#[derive(Debug, Clone)]
pub enum Obstacle {
    /// The student's own file, or a file of theirs that must not be there.
    Failure(CompileFailure),
    /// A fault in another file of the step.
    Fault(Fault),
}

/// A file of a step that the compiler could not read: the student's, or the cases.
///
/// # Errors
/// If a file cannot be read.
pub fn in_sources(root: &Path, step: &Step) -> Result<Option<Obstacle>> {
    if let Some((message, line)) = unreadable(&root.join(step.source())) {
        return Ok(Some(Obstacle::Failure(CompileFailure::of_file(&step.source(), line, message))));
    }
    let cases = or_fault(read(root, &step.folder.join("cases.rs")))?;
    Ok(cases.err().map(Obstacle::Fault))
}

/// What is wrong with a step's manifest, or a build script. A grade runs no build script, because no limit would hold
/// for it.
///
/// # Errors
/// If a file cannot be read.
pub fn in_manifest(root: &Path, step: &Step) -> Result<Option<Obstacle>> {
    Ok(match or_fault(build_script(root, step))? {
        Ok(None) => None,
        Ok(Some(script)) => {
            let message = "a step is graded without a build script; delete this file";
            Some(Obstacle::Failure(CompileFailure::of_file(&script, 1, message.to_owned())))
        }
        Err(fault) => Some(Obstacle::Fault(fault)),
    })
}

/// Why no compiler could read a file, and on which line, if none could.
fn unreadable(path: &Path) -> Option<(String, usize)> {
    const MOST_BYTES: u64 = 1 << 20;
    let cannot_be_read = |error: io::Error| (format!("the file cannot be read: {error}"), 1);
    match path.metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound && path.is_symlink() => {
            Some(("the file is a broken link".to_owned(), 1))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Some(("the file is missing".to_owned(), 1)),
        Err(error) => Some(cannot_be_read(error)),
        Ok(data) if data.is_dir() => Some(("this is a folder and not a file".to_owned(), 1)),
        Ok(data) if !data.is_file() => Some(("this is not a regular file".to_owned(), 1)),
        Ok(data) if data.len() > MOST_BYTES => Some((format!("the file is larger than {} KiB", MOST_BYTES >> 10), 1)),
        Ok(_) => match std::fs::read(path) {
            Err(error) => Some(cannot_be_read(error)),
            Ok(bytes) => {
                let error = std::str::from_utf8(&bytes).err()?;
                let line = 1 + bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
                let utf_16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
                let coding = if utf_16 { "the file is UTF-16" } else { "there is a letter that is not UTF-8" };
                Some((format!("{coding}; have your editor save the file as UTF-8"), line))
            }
        },
    }
}

/// A step's build script, relative to the course, if its manifest is valid and it has one.
fn build_script(root: &Path, step: &Step) -> Result<Option<PathBuf>> {
    let path = step.folder.join("Cargo.toml");
    let text = read(root, &path)?;
    let manifest: Manifest = parse(&path, &text)?;
    if let Some((span, message)) = manifest.fault(step) {
        return Err(match span {
            Some(span) => Error::at(&path, line_of(&text, &span), message),
            None => Error::in_file(&path, message),
        });
    }
    let script = match manifest.package.build {
        Some(toml::Value::Boolean(false)) => return Ok(None),
        Some(toml::Value::String(file)) => step.folder.join(file),
        _ => step.folder.join("build.rs"),
    };
    Ok(root.join(&script).exists().then_some(script))
}

/// A step's manifest, as far as the grader depends on it.
#[derive(Deserialize)]
struct Manifest {
    package: Package,
    #[serde(default)]
    lib: Lib,
    #[serde(default)]
    bin: Vec<Bin>,
    workspace: Option<Spanned<toml::Value>>,
}

#[derive(Deserialize)]
struct Package {
    name: Spanned<String>,
    build: Option<toml::Value>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Lib {
    name: Option<Spanned<String>>,
    path: Option<Spanned<PathBuf>>,
    crate_type: Option<Spanned<Vec<String>>>,
    proc_macro: Option<Spanned<bool>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Bin {
    name: String,
    path: Option<Spanned<PathBuf>>,
    required_features: Option<Spanned<Vec<String>>>,
}

/// A position in a manifest, and what is wrong there.
type Misfit = (Option<Range<usize>>, String);

impl Manifest {
    /// What keeps the grader from building the step like any other.
    fn fault(&self, step: &Step) -> Option<Misfit> {
        let name = &step.name;
        let at = |span: Range<usize>, message: String| Some((Some(span), message));
        if let Some(workspace) = &self.workspace {
            return at(workspace.span(), "a step belongs to the course's workspace; delete `[workspace]`".to_owned());
        }
        let package = self.package.name.get_ref();
        if package != name {
            let message = format!("the package is called `{package}`; by the name of its folder it is `{name}`");
            return at(self.package.name.span(), message);
        }
        self.lib.fault(step).or_else(|| match self.bin.iter().find(|bin| bin.name == *name && bin.path.is_some()) {
            Some(cases) => cases.fault(),
            None => {
                let message =
                    format!("the program is missing: a [[bin]] with `name = \"{name}\"` and `path = \"cases.rs\"`");
                Some((None, message))
            }
        })
    }
}

impl Lib {
    fn fault(&self, step: &Step) -> Option<Misfit> {
        let own_name = step.name.replace('-', "_");
        let name = self.name.as_ref().filter(|name| *name.get_ref() != own_name).map(|name| {
            let message = format!(
                "the library is called `{}`; by the name of its folder it is `{own_name}`: delete this line",
                name.get_ref()
            );
            (name.span(), message)
        });
        let path = self.path.as_ref().filter(|path| !is_same_path(path.get_ref(), "src/lib.rs")).map(|path| {
            let message = format!(
                "the library is `{}`, and students edit `src/lib.rs`: delete this line",
                path.get_ref().display()
            );
            (path.span(), message)
        });
        let is_library = |kinds: &Vec<String>| matches!(&kinds[..], [kind] if kind == "lib");
        let kind = self.crate_type.as_ref().filter(|kinds| !is_library(kinds.get_ref())).map(Spanned::span);
        let kind =
            kind.or_else(|| self.proc_macro.as_ref().filter(|proc_macro| *proc_macro.get_ref()).map(Spanned::span));
        let kind = kind.map(|span| (span, "the cases link a plain Rust library: delete this line".to_owned()));
        let (span, message) = name.or(path).or(kind)?;
        Some((Some(span), message))
    }
}

impl Bin {
    fn fault(&self) -> Option<Misfit> {
        let path = self.path.as_ref().filter(|path| !is_same_path(path.get_ref(), "cases.rs")).map(Spanned::span);
        let path = path.map(|span| (span, "the cases are in `cases.rs`: write `path = \"cases.rs\"`".to_owned()));
        let features = self.required_features.as_ref().filter(|features| !features.get_ref().is_empty());
        let features = features
            .map(|features| (features.span(), "the cases are built without features: delete this line".to_owned()));
        let (span, message) = path.or(features)?;
        Some((Some(span), message))
    }
}

/// Whether a path in a manifest is the usual one: `./src/lib.rs` is `src/lib.rs`, too.
fn is_same_path(path: &Path, usual: &str) -> bool {
    path.strip_prefix(".").unwrap_or(path) == Path::new(usual)
}
