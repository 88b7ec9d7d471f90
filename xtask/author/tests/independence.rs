//! The grader and the commands are for any course: outside of tests they name no step, no data and no surface of this
//! one.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use fs_err as fs;
use grader::course::{Course, Surfaces};
use walkdir::WalkDir;

/// Words of the field or of a keyboard, which do not mean what this course has of that name.
const OF_THE_FIELD: [&str; 7] = ["Home", "gradient", "homes", "loss", "optimizers", "saddle", "surfaces"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// What the course calls its steps, its sets of data and its surfaces.
fn names() -> BTreeSet<String> {
    let course = Course::load(&root()).unwrap();
    let steps = course.steps.iter().flat_map(|step| [step.name.clone(), step.folder_name()]);
    let surfaces = Surfaces::load(&root()).unwrap();
    let surfaces = surfaces.iter().map(|surface| surface.name.clone());
    let mut names: BTreeSet<String> = steps.chain(surfaces).collect();
    for entry in WalkDir::new(root().join("datasets/src")).into_iter().flatten() {
        let text = fs::read_to_string(entry.path()).unwrap_or_default();
        let stem = entry.path().file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let has_set = text.contains("impl Dataset for ");
        names.extend(has_set.then_some(stem));
        let types = text.split("impl Dataset for ").skip(1).filter_map(|rest| rest.split_whitespace().next());
        names.extend(types.map(str::to_owned));
    }
    names.retain(|name| !OF_THE_FIELD.contains(&name.as_str()));
    names
}

/// The sources of the grader and of the commands, without tests and what only tests use.
fn sources() -> Vec<PathBuf> {
    let is_of_tests = |path: &Path| {
        const OF_TESTS: [&str; 7] = ["tests", "tests.rs", "benches", "testkit", "examples.rs", "fixture.rs", "target"];
        path.file_name().is_some_and(|name| OF_TESTS.iter().any(|own| name == *own))
    };
    let folders = ["grader", "xtask"].into_iter().map(|folder| root().join(folder));
    let entries =
        folders.flat_map(|folder| WalkDir::new(folder).into_iter().filter_entry(move |it| !is_of_tests(it.path())));
    let files = entries.flatten().map(walkdir::DirEntry::into_path);
    files
        .filter(|path| {
            path.extension().is_some_and(|kind| ["rs", "in", "js", "html", "css"].iter().any(|it| kind == *it))
        })
        .collect()
}

#[test]
fn outside_of_tests_nothing_of_this_course_is_named() {
    let names = names();
    assert!(names.contains("houses") && names.contains("ravine") && names.contains("single-weight"), "{names:?}");
    let mut named = Vec::new();
    for path in sources() {
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for (at, line) in code.lines().enumerate() {
            // An example in a comment says what a thing looks like, and changes nothing.
            let line = if line.trim_start().starts_with("//") { "" } else { line };
            let is_letter = |letter: char| letter.is_alphanumeric() || "_-".contains(letter);
            let words = line.split(|letter| !is_letter(letter));
            let known = words.filter(|word| names.contains(*word));
            named.extend(known.map(|word| format!("{}:{}: {word}", path.display(), at + 1)));
        }
    }
    assert!(named.is_empty(), "{}", named.join("\n"));
}
