//! What keeps a step from being built, as far as its files show it. Cargo reads the manifests of all steps at once, and
//! its messages do not tell whose file is to blame.

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use course::{Error, Fault, Result, Step, line_of, or_fault, read};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::CompileFailure;
use super::manifest::{manifest, table_in, text_in};

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
    let manifest = manifest(&path, &text)?;
    if let Some((span, message)) = misfit(&manifest, step) {
        return Err(match span {
            Some(span) => Error::at(&path, line_of(&text, &span), message),
            None => Error::in_file(&path, message),
        });
    }
    let script = match table_in(&manifest, "package").and_then(|package| package.get("build")).map(Spanned::get_ref) {
        Some(DeValue::Boolean(false)) => return Ok(None),
        Some(DeValue::String(file)) => step.folder.join(&**file),
        _ => step.folder.join("build.rs"),
    };
    Ok(root.join(&script).exists().then_some(script))
}

/// A position in a manifest, and what is wrong there.
type Misfit = (Option<Range<usize>>, String);

/// Why the grader cannot build a step with this manifest like any other. What cargo refuses is left to cargo.
fn misfit(manifest: &DeTable<'_>, step: &Step) -> Option<Misfit> {
    let name = &step.name;
    if let Some(workspace) = manifest.get("workspace") {
        let message = "a step belongs to the course's workspace; delete `[workspace]`";
        return Some((Some(workspace.span()), message.to_owned()));
    }
    let Some(package) = table_in(manifest, "package") else {
        return Some((None, format!("the package is missing: a [package] with `name = \"{name}\"`")));
    };
    if let Some((span, package)) = text_in(package, "name").filter(|(_, own)| own != name) {
        let message = format!("the package is called `{package}`; by the name of its folder it is `{name}`");
        return Some((Some(span), message));
    }
    if let Some((span, message)) = table_in(manifest, "lib").and_then(|lib| misfit_of_library(lib, name)) {
        return Some((Some(span), message));
    }
    let programs = manifest.get("bin").and_then(|programs| programs.get_ref().as_array());
    let mut programs = programs.into_iter().flatten().filter_map(|program| program.get_ref().as_table());
    let is_of_cases = |program: &&DeTable<'_>| {
        text_in(program, "name").is_some_and(|(_, own)| own == name) && program.contains_key("path")
    };
    match programs.find(is_of_cases) {
        Some(cases) => misfit_of_cases(cases).map(|(span, message)| (Some(span), message)),
        None => {
            let message =
                format!("the program is missing: a [[bin]] with `name = \"{name}\"` and `path = \"cases.rs\"`");
            Some((None, message))
        }
    }
}

fn misfit_of_library(library: &DeTable<'_>, step: &str) -> Option<(Range<usize>, String)> {
    let own_name = step.replace('-', "_");
    if let Some((span, name)) = text_in(library, "name").filter(|(_, name)| *name != own_name) {
        let message =
            format!("the library is called `{name}`; by the name of its folder it is `{own_name}`: delete this line");
        return Some((span, message));
    }
    if let Some((span, path)) = text_in(library, "path").filter(|(_, path)| !is_same_path(path, "src/lib.rs")) {
        let message = format!("the library is `{path}`, and students edit `src/lib.rs`: delete this line");
        return Some((span, message));
    }
    let is_plain = |kinds: &DeValue<'_>| {
        kinds.as_array().is_none_or(|kinds| kinds.len() == 1 && kinds[0].get_ref().as_str() == Some("lib"))
    };
    let kind = library.get("crate-type").filter(|kinds| !is_plain(kinds.get_ref()));
    let kind = kind.or(library.get("proc-macro").filter(|is_macro| is_macro.get_ref().as_bool() == Some(true)));
    Some((kind?.span(), "the cases link a plain Rust library: delete this line".to_owned()))
}

fn misfit_of_cases(cases: &DeTable<'_>) -> Option<(Range<usize>, String)> {
    if let Some((span, _)) = text_in(cases, "path").filter(|(_, path)| !is_same_path(path, "cases.rs")) {
        return Some((span, "the cases are in `cases.rs`: write `path = \"cases.rs\"`".to_owned()));
    }
    let needs_any = |features: &DeValue<'_>| features.as_array().is_some_and(|features| !features.is_empty());
    let features = cases.get("required-features").filter(|features| needs_any(features.get_ref()))?;
    Some((features.span(), "the cases are built without features: delete this line".to_owned()))
}

/// Whether a path in a manifest is the usual one: `./src/lib.rs` is `src/lib.rs`, too.
fn is_same_path(path: &str, usual: &str) -> bool {
    let path = Path::new(path);
    path.strip_prefix(".").unwrap_or(path) == Path::new(usual)
}
