//! The files of a course. All paths are relative to it, with `/` on every system.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fs_err as fs;
use walkdir::WalkDir;

use crate::course::Course;
use crate::real;

impl Course {
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

    /// Writes a script of the shell's that can be started as a program.
    #[cfg(unix)]
    pub fn write_script(&self, file: &str, commands: &str) {
        self.write(file, &format!("#!/bin/sh\n{commands}"));
        fs::set_permissions(self.path(file), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    }

    /// Deletes a file.
    pub fn remove(&self, file: &str) {
        fs::remove_file(self.path(file)).unwrap();
    }

    /// Deletes a folder with all that is in it.
    pub fn remove_folder(&self, folder: &str) {
        fs::remove_dir_all(self.path(folder)).unwrap();
    }

    /// Renames a file or folder.
    pub fn rename(&self, from: &str, to: &str) {
        fs::rename(self.path(from), self.path(to)).unwrap();
    }

    /// The texts of all files, but for what cargo builds and git keeps.
    pub fn files(&self) -> BTreeMap<String, String> {
        files_in(&self.root).into_iter().map(|file| (file.clone(), self.read(&file))).collect()
    }

    /// Copies a file of the real course, or a folder with all that is in it, to the same place.
    pub(super) fn copy(&self, path: &str) {
        if real::path(path).is_file() {
            return self.write(path, &real::text(path));
        }
        for file in files_in(&real::path(path)) {
            self.write(&format!("{path}/{file}"), &real::text(&format!("{path}/{file}")));
        }
    }
}

/// A text with one place changed.
pub fn changed(text: &str, from: &str, to: &str) -> String {
    assert_eq!(text.matches(from).count(), 1, "`{from}` is to be there once in:\n{text}");
    text.replacen(from, to, 1)
}

/// All files in a folder and the folders in it, relative to it.
pub(super) fn files_in(folder: &Path) -> Vec<String> {
    let of_others = ["target", ".git"];
    let entries = WalkDir::new(folder).min_depth(1).into_iter();
    let entries = entries.filter_entry(|entry| of_others.iter().all(|name| entry.file_name() != *name));
    let files = entries.map(Result::unwrap).filter(|entry| entry.file_type().is_file());
    let name = |file: &Path| file.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
    files.map(|file| name(file.path())).collect()
}
