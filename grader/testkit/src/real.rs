//! The course that this checkout is: what temporary courses are made from.

use std::path::{Path, PathBuf};

use fs_err as fs;

/// A path in it.
pub fn path(relative: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    root.expect("the checkout that testkit is part of").join(relative)
}

/// The text of a file.
pub fn text(relative: &str) -> String {
    fs::read_to_string(path(relative)).unwrap()
}

/// The folder of the step of this name.
pub fn folder(step: &str) -> String {
    let folder = folders().into_iter().find(|folder| folder.split_once('-').is_some_and(|(_, name)| name == step));
    folder.unwrap_or_else(|| panic!("the course has a step `{step}`"))
}

/// The folders of all steps, in their order.
pub fn folders() -> Vec<String> {
    let entries = fs::read_dir(path("exercises")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut folders: Vec<String> =
        names.filter(|name| name.starts_with(|first: char| first.is_ascii_digit())).collect();
    folders.sort();
    folders
}
