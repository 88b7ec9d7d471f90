//! The course's data: each file of it belongs to a module, each module to the course, and each set to a step that
//! uses it. What is in the files, the steps find that use them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use grader::Result;
use grader::course::{About, Course, Surface, Surfaces, read, surface};
use syn::{Item, Type};

use super::Note;
use crate::files::{below, is_kind};
use crate::steps::places_of;

/// A set of data, by the type of its records.
struct Set {
    records: String,
    /// The module that has it.
    path: PathBuf,
    line: usize,
}

/// What is wrong with the data of a course as a whole.
///
/// # Errors
/// If its files cannot be read.
pub(super) fn faults(course: &Course) -> Result<Vec<Note>> {
    let folder = Path::new("datasets").join("src");
    let files: BTreeSet<PathBuf> = below(&course.root, &folder).collect();
    let of_kind = |kind: &'static str| files.iter().filter(move |path| is_kind(path, kind));
    let mut notes = Vec::new();
    if let Err(grader::Error::Course(fault)) = About::load(&course.root) {
        notes.push(Note::of(&fault));
    }
    match Surfaces::load(&course.root) {
        Ok(surfaces) => notes.extend(surfaces.iter().filter_map(|surface| note_of(course, surface))),
        Err(grader::Error::Course(fault)) => notes.push(Note::of(&fault)),
        Err(_) => {}
    }
    let root = folder.join("lib.rs");
    let mut modules = BTreeMap::new();
    for path in of_kind("rs") {
        modules.insert(path, read(&course.root, path)?);
    }
    let Some(declared) = modules.get(&root).and_then(|text| declared_in(text)) else { return Ok(notes) };
    let stem = |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let is_known = |path: &Path| path == root || path.parent() != Some(&folder) || declared.contains(&stem(path));
    for path in modules.keys().filter(|path| !is_known(path)) {
        let message = format!("the course does not have this module: {} has no `mod {};`", root.display(), stem(path));
        notes.push(Note::at(path, None, message));
    }
    modules.retain(|path, _| is_known(path));
    for path in of_kind("toml").filter(|path| **path != *Path::new(surface::FILE)) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !modules.values().any(|text| text.contains(&format!("\"{name}\""))) {
            let message = format!("no set has this file: a module of the course names it, as `data_file!(\"{name}\")`");
            notes.push(Note::at(path, None, message));
        }
    }
    let sources = sources_of_exercises(course)?;
    let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_';
    let is_used = |set: &Set| sources.iter().any(|text| places_of(text, &set.records, is_letter).next().is_some());
    let sets = modules.iter().flat_map(|(path, text)| sets_in(path, text));
    for Set { records, path, line } in sets.filter(|set| !is_used(set)) {
        let message = format!("no step uses this set; a case does with `trial.records::<{records}>()`");
        notes.push(Note::at(&path, Some(line), message));
    }
    Ok(notes)
}

/// What is wrong with a surface that can be read.
fn note_of(course: &Course, surface: &Surface) -> Option<Note> {
    let slip = surface.slip()?;
    let path = Path::new(surface::FILE);
    let is_name = |line: &str| line.trim_start().starts_with("name") && line.contains(&format!("\"{}\"", surface.name));
    let line = read(&course.root, path).ok()?.lines().position(is_name);
    Some(Note::at(path, line.map(|line| line + 1), format!("the surface `{}` has a slip: {slip}", surface.name)))
}

/// The modules that a source declares; nothing if it is not Rust, which the compiler tells better.
fn declared_in(text: &str) -> Option<BTreeSet<String>> {
    let items = syn::parse_file(text).ok()?.items.into_iter();
    let name = |item: Item| if let Item::Mod(module) = item { Some(module.ident.to_string()) } else { None };
    Some(items.filter_map(name).collect())
}

/// The types in a source that are a `Dataset`.
fn sets_in(path: &Path, text: &str) -> Vec<Set> {
    let items = syn::parse_file(text).map(|file| file.items).unwrap_or_default();
    let set = |item: Item| {
        let Item::Impl(block) = item else { return None };
        let line = block.impl_token.span.start().line;
        let is_set =
            block.trait_.as_ref().is_some_and(|of| of.0.segments.last().is_some_and(|it| it.ident == "Dataset"));
        let Type::Path(records) = *block.self_ty else { return None };
        let records = records.path.segments.last()?.ident.to_string();
        is_set.then(|| Set { records, path: path.to_owned(), line })
    };
    items.into_iter().filter_map(set).collect()
}

/// The sources of all steps.
fn sources_of_exercises(course: &Course) -> Result<Vec<String>> {
    let folders = course.steps.iter().map(|step| &step.folder).chain(course.faulty.iter().map(|step| &step.folder));
    let sources = folders.flat_map(|folder| below(&course.root, folder)).filter(|path| is_kind(path, "rs"));
    sources.map(|path| read(&course.root, &path)).collect()
}
