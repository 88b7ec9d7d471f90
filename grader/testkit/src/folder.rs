//! A folder whose files a test writes, changes and reads. All paths are relative to it, with `/` on every system.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fs_err as fs;
use tempfile::TempDir;
use walkdir::WalkDir;

/// A folder of a test's own.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    /// Deletes the folder together with this.
    _temporary: Option<TempDir>,
}

impl Folder {
    /// An empty folder that goes when the test ends.
    pub fn temporary() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { root: folder.path().to_owned(), _temporary: Some(folder) }
    }

    /// An empty folder in this place, which stays there.
    pub fn emptied(root: &Path) -> Self {
        if root.exists() {
            fs::remove_dir_all(root).unwrap();
        }
        fs::create_dir_all(root).unwrap();
        Self { root: root.to_owned(), _temporary: None }
    }

    /// Where it lies.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where a file lies.
    pub fn path(&self, file: &str) -> PathBuf {
        self.root.join(file)
    }

    /// The text of a file.
    pub fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).unwrap()
    }

    /// Writes a file.
    pub fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Changes a file in one place.
    pub fn change(&self, file: &str, from: &str, to: &str) {
        self.write(file, &changed(&self.read(file), from, to));
    }

    /// Adds to the end of a file, which need not be there.
    pub fn append(&self, file: &str, text: &str) {
        let old = if self.path(file).is_file() { self.read(file) } else { String::new() };
        self.write(file, &(old + text));
    }

    /// Deletes a file.
    pub fn remove(&self, file: &str) {
        fs::remove_file(self.path(file)).unwrap();
    }

    /// Renames a file or folder.
    pub fn rename(&self, from: &str, to: &str) {
        fs::rename(self.path(from), self.path(to)).unwrap();
    }

    /// Copies a file, or a folder with all that is in it, from elsewhere.
    pub fn copy(&self, from: &Path, to: &str) {
        for entry in files_in(from) {
            let inside = entry.strip_prefix(from).unwrap();
            let to = if inside.as_os_str().is_empty() { self.path(to) } else { self.path(to).join(inside) };
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            // Not the system's way to copy: where it keeps the time of the last change, cargo would see none.
            fs::write(to, fs::read(&entry).unwrap()).unwrap();
        }
    }

    /// The texts of all files, but for what cargo builds and git keeps.
    pub fn files(&self) -> BTreeMap<String, String> {
        let name = |file: &Path| file.strip_prefix(&self.root).unwrap().to_str().unwrap().replace('\\', "/");
        files_in(&self.root).map(|file| (name(&file), fs::read_to_string(&file).unwrap())).collect()
    }
}

/// A text with one place changed.
pub fn changed(text: &str, from: &str, to: &str) -> String {
    assert_eq!(text.matches(from).count(), 1, "`{from}` is to be there once in:\n{text}");
    text.replacen(from, to, 1)
}

fn files_in(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = WalkDir::new(folder).into_iter().filter_entry(|entry| {
        entry.depth() == 0 || ["target", ".git"].iter().all(|left_out| entry.file_name() != *left_out)
    });
    entries.map(Result::unwrap).filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path)
}
