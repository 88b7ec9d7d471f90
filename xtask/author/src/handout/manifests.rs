//! The manifests of a copy: without the crates that it does not have, and without tests of the course's own programs.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use grader::course::{line_of, list};
use grader::{Error, Result};
use toml_edit::{Array, ArrayOfTables, Document, DocumentMut, Item, Table, TomlError, Value, value};

use crate::files::{normal, slashed};
use crate::new_folder::Files;

/// Makes the manifests fit the files of a copy.
///
/// # Errors
/// If a manifest is malformed.
pub fn make_fit(files: &mut Files) -> Result<()> {
    let packages: Vec<PathBuf> = files
        .keys()
        .filter(|path| path.file_name().is_some_and(|name| name == "Cargo.toml") && **path != list::manifest())
        .filter_map(|path| path.parent().map(Path::to_owned))
        .collect();
    let mut used = BTreeSet::new();
    for folder in &packages {
        let path = folder.join("Cargo.toml");
        let text = text_of(files, &path);
        let mut manifest = parsed(&path, &text)?;
        // What a student's crate has stays as it is.
        if !folder.starts_with("exercises") {
            leave_out_tests(&mut manifest, folder, files);
            files.insert(path.clone(), manifest.to_string().into_bytes());
        }
        let names = dependencies(manifest.as_table());
        refuse_missing(&path, &text, |name| names.iter().any(|used| used == name), &packages)?;
        used.extend(names);
    }
    let text = text_of(files, &list::manifest());
    let mut workspace = parsed(&list::manifest(), &text)?;
    refuse_missing(&list::manifest(), &text, |name| used.contains(name), &packages)?;
    make_workspace_fit(&mut workspace, &packages, &used);
    files.insert(list::manifest(), workspace.to_string().into_bytes());
    Ok(())
}

fn text_of(files: &Files, path: &Path) -> String {
    String::from_utf8_lossy(files.get(path).map_or(&[][..], Vec::as_slice)).into_owned()
}

fn parsed(path: &Path, text: &str) -> Result<DocumentMut> {
    text.parse().map_err(|error: TomlError| Error::in_file(path, error.message().to_owned()))
}

/// Refuses a manifest that needs a package by a path where the copy has none: cargo could not read the whole copy.
///
/// # Errors
/// If there is such a dependency among those that are used; the error has its line.
fn refuse_missing(path: &Path, text: &str, is_used: impl Fn(&str) -> bool, packages: &[PathBuf]) -> Result<()> {
    // Unlike the manifest that is changed, this one knows its lines.
    let manifest = Document::parse(text).map_err(|error| Error::in_file(path, error.message().to_owned()))?;
    let of_workspace = manifest.get("workspace").and_then(Item::as_table).into_iter();
    for (name, dependency) in of_workspace.chain([manifest.as_table()]).flat_map(listed) {
        let Some(needed) = dependency.get("path").and_then(Item::as_str).filter(|_| is_used(name)) else { continue };
        // An absolute path is meant for a place that each machine has.
        if Path::new(needed).is_absolute() || packages.contains(&normal(&path.with_file_name("").join(needed))) {
            continue;
        }
        let line = dependency.get("path").and_then(Item::span).map_or(1, |span| line_of(text, &span));
        let message = format!(
            "`{name}` comes from `{needed}`, which is not handed out, so nobody could build the copy; move that crate \
             into the step's folder or into `datasets/`, or take it out of this manifest"
        );
        return Err(Error::at(path, line, message));
    }
    Ok(())
}

/// Takes the tests out of a package: their dependencies, their targets, and those in the sources.
fn leave_out_tests(manifest: &mut DocumentMut, folder: &Path, files: &Files) {
    for key in ["dev-dependencies", "bench", "test"] {
        manifest.remove(key);
    }
    if let Some(systems) = manifest.get_mut("target").and_then(Item::as_table_mut) {
        for (_, system) in systems.iter_mut() {
            system.as_table_mut().map(|system| system.remove("dev-dependencies"));
        }
        systems.retain(|_, system| system.as_table().is_none_or(|system| !system.is_empty()));
        if systems.is_empty() {
            manifest.remove("target");
        }
    }
    let has = |file: &str| files.contains_key(&folder.join("src").join(file));
    if has("lib.rs") {
        let library = manifest.entry("lib").or_insert_with(|| Item::Table(Table::new()));
        library["test"] = value(false);
        library["doctest"] = value(false);
    }
    if has("main.rs") && !manifest.contains_key("bin") {
        let mut program = Table::new();
        program.insert("name", manifest["package"]["name"].clone());
        program.insert("path", value("src/main.rs"));
        program.insert("test", value(false));
        let mut programs = ArrayOfTables::new();
        programs.push(program);
        manifest.insert("bin", Item::ArrayOfTables(programs));
    }
}

/// The names of the crates that a manifest needs, also for tests that are left in it.
fn dependencies(manifest: &Table) -> Vec<String> {
    listed(manifest).map(|(name, _)| name.to_owned()).collect()
}

/// The dependencies that a manifest lists, also those of single systems.
fn listed(manifest: &Table) -> impl Iterator<Item = (&str, &Item)> {
    const KINDS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];
    let systems = manifest.get("target").and_then(Item::as_table).into_iter().flat_map(Table::iter);
    let tables = systems.filter_map(|(_, system)| system.as_table()).chain([manifest]);
    let kinds = tables.flat_map(|table| KINDS.into_iter().filter_map(|kind| table.get(kind)?.as_table_like()));
    kinds.flat_map(|crates| crates.iter())
}

fn make_workspace_fit(manifest: &mut DocumentMut, packages: &[PathBuf], used: &BTreeSet<String>) {
    let Some(workspace) = manifest.get_mut("workspace").and_then(Item::as_table_mut) else { return };
    let excluded: Vec<String> = strings(workspace.get("exclude"));
    let members: Vec<String> =
        packages.iter().map(|folder| slashed(folder)).filter(|folder| !excluded.contains(folder)).collect();
    let steps: Vec<String> = members.iter().filter(|folder| folder.starts_with("exercises/")).cloned().collect();
    workspace["members"] = list_of(&members);
    workspace["default-members"] = list_of(&steps);
    let comments = [
        ("members", "# Those in exercises/ are the steps: a folder that is not listed here is no step.\n"),
        ("default-members", "# A plain `cargo test` runs the tests that you write in your steps.\n"),
    ];
    for (key, comment) in comments {
        if let Some(mut key) = workspace.key_mut(key) {
            key.leaf_decor_mut().set_prefix(comment);
        }
    }
    if let Some(crates) = workspace.get_mut("dependencies").and_then(Item::as_table_like_mut) {
        let unused: Vec<String> =
            crates.iter().map(|(name, _)| name.to_owned()).filter(|name| !used.contains(name)).collect();
        unused.iter().for_each(|name| drop(crates.remove(name)));
    }
    let Some(profiles) = manifest.get_mut("profile").and_then(Item::as_table_mut) else { return };
    profiles.remove("bench");
    let names: Vec<&str> = packages.iter().filter_map(|folder| folder.file_name()?.to_str()).collect();
    for (_, profile) in profiles.iter_mut() {
        let Some(settings) = profile.get_mut("package").and_then(Item::as_table_mut) else { continue };
        let is_elsewhere = |name: &str, setting: &Item| setting.get("incremental").is_none() || names.contains(&name);
        settings.retain(|name, setting| is_elsewhere(name, setting));
    }
}

fn strings(list: Option<&Item>) -> Vec<String> {
    let values = list.and_then(Item::as_array).into_iter().flat_map(Array::iter);
    values.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// A list with each value on a line of its own.
fn list_of(values: &[String]) -> Item {
    let mut list: Array = values.iter().map(String::as_str).collect();
    list.iter_mut().for_each(|value| value.decor_mut().set_prefix("\n    "));
    list.set_trailing("\n");
    list.set_trailing_comma(true);
    value(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(texts: &[(&str, &str)]) -> Files {
        texts.iter().map(|(path, text)| (PathBuf::from(path), text.as_bytes().to_vec())).collect()
    }

    fn text<'a>(files: &'a Files, path: &str) -> &'a str {
        std::str::from_utf8(&files[Path::new(path)]).unwrap()
    }

    #[test]
    fn the_workspace_has_what_is_there_and_nothing_else() {
        let root = "\
[workspace]
resolver = \"3\"
members = [
    # The list.
    \"[es]*s/01-a\",
    \"grader\", \"xtask/author\",
]
exclude = [\"xtask/start\"]
# Not the exercises.
default-members = [\"grader\", \"xtask/author\"]

[workspace.dependencies]
# Needed.
clap = \"4\"
# For tests.
boon = \"0.6\"

[profile.grade.package.grader]
incremental = false
[profile.grade.package.author]
incremental = false
[profile.grade.package.\"*\"]
codegen-units = 1
";
        let step = "[package]\nname = \"a\"\n\n[dependencies]\n# Mine.\nclap.workspace = true\n";
        let mut files = files(&[
            ("Cargo.toml", root),
            ("exercises/01-a/Cargo.toml", step),
            ("grader/Cargo.toml", "[package]\nname = \"grader\"\n\n[dev-dependencies]\nboon.workspace = true\n"),
            ("grader/src/lib.rs", ""),
            ("grader/src/main.rs", ""),
            ("xtask/start/Cargo.toml", "[workspace]\n\n[package]\nname = \"start\"\n"),
        ]);
        make_fit(&mut files).unwrap();
        let expected = "\
[workspace]
resolver = \"3\"
# Those in exercises/ are the steps: a folder that is not listed here is no step.
members = [
    \"exercises/01-a\",
    \"grader\",
]
exclude = [\"xtask/start\"]
# A plain `cargo test` runs the tests that you write in your steps.
default-members = [
    \"exercises/01-a\",
]

[workspace.dependencies]
# Needed.
clap = \"4\"

[profile.grade.package.grader]
incremental = false
[profile.grade.package.\"*\"]
codegen-units = 1
";
        assert_eq!(text(&files, "Cargo.toml"), expected);
        assert_eq!(text(&files, "exercises/01-a/Cargo.toml"), step);
        let dependency = "helper = { version = \"1\", path = \"../../tools/helper\" }\n";
        files.insert("exercises/01-a/Cargo.toml".into(), format!("{step}{dependency}").into_bytes());
        let refused = make_fit(&mut files.clone()).unwrap_err().to_string().replace('\\', "/");
        let expected = "exercises/01-a/Cargo.toml:7: `helper` comes from `../../tools/helper`, which is not handed out";
        assert!(refused.starts_with(expected), "{refused}");
        files.insert("tools/helper/Cargo.toml".into(), b"[package]\nname = \"helper\"\n".to_vec());
        make_fit(&mut files).unwrap();
        let grader = text(&files, "grader/Cargo.toml");
        assert!(!grader.contains("boon"), "{grader}");
        assert!(grader.contains("[lib]\ntest = false\ndoctest = false\n"), "{grader}");
        assert!(grader.contains("[[bin]]\nname = \"grader\"\npath = \"src/main.rs\"\ntest = false\n"), "{grader}");
    }
}
