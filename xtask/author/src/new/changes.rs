//! Changes to the files of a course. If one of them fails, all are undone.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use fs_err as fs;
use grader::course::read;
use grader::{Error, Result};

/// What was changed so far. All paths are relative to the course.
#[derive(Debug)]
pub struct Changes {
    root: PathBuf,
    done: Vec<Change>,
}

#[derive(Debug)]
enum Change {
    Moved { from: PathBuf, to: PathBuf },
    Wrote { path: PathBuf, old: String },
    Added { path: PathBuf },
}

impl Changes {
    /// No changes yet.
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned(), done: Vec::new() }
    }

    /// Renames a folder: with git where git knows what is in it.
    ///
    /// # Errors
    /// If the folder cannot be renamed.
    pub fn rename(&mut self, from: &Path, to: &Path) -> Result<()> {
        rename(&self.root, from, to)?;
        self.done.push(Change::Moved { from: from.to_owned(), to: to.to_owned() });
        Ok(())
    }

    /// Takes a finished folder, from wherever it was made, into the course.
    ///
    /// # Errors
    /// If the folder cannot be renamed.
    pub fn add(&mut self, made: &Path, path: &Path) -> Result<()> {
        fs::rename(made, self.root.join(path))?;
        self.done.push(Change::Added { path: path.to_owned() });
        Ok(())
    }

    /// Writes a text over what stands in a file.
    ///
    /// # Errors
    /// If the file cannot be read or written.
    pub fn write(&mut self, path: &Path, text: &str) -> Result<()> {
        let old = read(&self.root, path)?;
        self.done.push(Change::Wrote { path: path.to_owned(), old });
        Ok(fs::write(self.root.join(path), text)?)
    }

    /// Undoes everything, the last change first.
    ///
    /// # Errors
    /// If a change cannot be undone; the others are nevertheless.
    pub fn undo(self) -> Result<()> {
        let mut undone = Ok(());
        for change in self.done.iter().rev() {
            let result = match change {
                Change::Moved { from, to } => rename(&self.root, to, from),
                Change::Wrote { path, old } => fs::write(self.root.join(path), old).map_err(Error::from),
                Change::Added { path } => fs::remove_dir_all(self.root.join(path)).map_err(Error::from),
            };
            undone = undone.and(result);
        }
        undone
    }
}

fn rename(root: &Path, from: &Path, to: &Path) -> Result<()> {
    let known = git(root, &["ls-files".as_ref(), "--".as_ref(), from]);
    if !known.is_some_and(|known| known.status.success() && !known.stdout.is_empty()) {
        return Ok(fs::rename(root.join(from), root.join(to))?);
    }
    match git(root, &["mv".as_ref(), "--".as_ref(), from, to]) {
        Some(moved) if moved.status.success() => Ok(()),
        moved => {
            let stderr =
                moved.map(|moved| String::from_utf8_lossy(&moved.stderr).trim().to_owned()).unwrap_or_default();
            Err(Error::in_file(from, format!("git could not move the folder: {stderr}")))
        }
    }
}

/// What git says in the folder of the course; nothing where there is no git.
fn git(root: &Path, arguments: &[&Path]) -> Option<Output> {
    Command::new("git").args(arguments).current_dir(root).output().ok()
}
