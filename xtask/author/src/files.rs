//! The files of a course, by their paths relative to it.

use std::path::{Path, PathBuf};

use walkdir::WalkDir;

/// The files below a folder, by their names; none if the folder is not there.
pub fn below(root: &Path, folder: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let root = root.to_owned();
    let entries = WalkDir::new(root.join(folder)).sort_by_file_name().into_iter().flatten();
    let files = entries.filter(|entry| entry.file_type().is_file());
    files.filter_map(move |entry| Some(entry.path().strip_prefix(&root).ok()?.to_owned()))
}

/// Whether a file's name has this extension.
pub fn is_kind(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|own| own == extension)
}

/// The lines of a text, each with its end, so that one that ends in another way is another one.
pub fn lines_in(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// A path as git and cargo write it on every system.
pub fn slashed(path: &Path) -> String {
    path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// A path without `..`.
pub fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        if part.as_os_str() == ".." {
            normal.pop();
        } else {
            normal.push(part);
        }
    }
    normal
}
