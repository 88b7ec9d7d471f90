//! What keeps a step from being built, as far as its files show it. Cargo reads the manifests of all steps at once, and by
//! its words nobody could tell whose file is to blame.

use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use super::compile::{CompilerError, Place};
use super::failure::{CompileFailure, Culprit};
use crate::course::{Step, line_of, parse, read};
use crate::error::{Error, Fault, Result, or_fault};

/// What keeps a step from being built.
#[derive(Debug, Clone)]
pub(crate) enum Obstacle {
    /// The student's own file, or one of theirs too many.
    Failure(CompileFailure),
    /// A fault in another file of the step.
    Fault(Fault),
}

/// What the compiler could not read of a step: the student's file, or the cases.
///
/// # Errors
/// If the machine cannot read a file.
pub(crate) fn in_sources(root: &Path, step: &Step) -> Result<Option<Obstacle>> {
    if let Some((message, line)) = unreadable(&root.join(step.source())) {
        return Ok(Some(in_the_way(&step.source(), line, message)));
    }
    let cases = or_fault(read(root, &step.folder.join("cases.rs")))?;
    Ok(cases.err().map(Obstacle::Fault))
}

/// What is wrong with a step's manifest, or a build script, which no grade runs: it would run before any limit holds.
///
/// # Errors
/// If the machine cannot read a file.
pub(crate) fn in_manifest(root: &Path, step: &Step) -> Result<Option<Obstacle>> {
    Ok(match or_fault(build_script(root, step))? {
        Ok(None) => None,
        Ok(Some(script)) => {
            let message = "a step is graded without a build script; delete this file";
            Some(in_the_way(&script, 1, message.to_owned()))
        }
        Err(fault) => Some(Obstacle::Fault(fault)),
    })
}

fn in_the_way(file: &Path, line: usize, message: String) -> Obstacle {
    let place = Some(Place { file: file.to_string_lossy().into_owned(), line });
    let error = CompilerError { rendered: message.clone(), message, place };
    Obstacle::Failure(CompileFailure { culprit: Culprit::File, errors: vec![error] })
}

/// Why a file is none that a compiler could read, and on which line, if it is none.
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

/// A step's build script, relative to the course, if its manifest is in order and it has one.
fn build_script(root: &Path, step: &Step) -> Result<Option<PathBuf>> {
    let path = step.folder.join("Cargo.toml");
    let text = read(root, &path)?;
    let Manifest { package, bin } = parse(&path, &text)?;
    let name = package.name.get_ref();
    if *name != step.name {
        let message = format!("the package is called `{name}`; by the name of its folder it is `{}`", step.name);
        return Err(Error::at(&path, line_of(&text, &package.name.span()), message));
    }
    if !bin.iter().any(|bin| bin.name == step.name) {
        let message = format!("the program is missing: a [[bin]] with `name = \"{name}\"` and `path = \"cases.rs\"`");
        return Err(Error::in_file(&path, message));
    }
    let script = match package.build {
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
    bin: Vec<Bin>,
}

#[derive(Deserialize)]
struct Package {
    name: Spanned<String>,
    build: Option<toml::Value>,
}

#[derive(Deserialize)]
struct Bin {
    name: String,
}
