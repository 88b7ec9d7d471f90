//! One program: whether it is up to date, and how cargo builds it if it is not.
//!
//! This is decided by content, with two notes in the target folder. The [`Stamp`] of a program lists everything that it
//! was built from. [`Compiled`] lists what cargo has compiled for any program, and so shows which sources it must
//! compile again. Cargo goes by their times, so each source with new content gets a new time, whatever time it came
//! with.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::contents::Contents;
use crate::lock::Lock;
use crate::notes::{Compiled, Stamp, mark};
use crate::{Failure, cargo, packages, renew, target_folder, times};

/// A program of a course, which may not be built yet.
#[derive(Debug)]
pub struct Program<'a> {
    course: &'a Path,
    name: &'a str,
    target: PathBuf,
}

/// Files that were given a new time, with this time.
type Renewed = Vec<(PathBuf, Option<SystemTime>)>;

const LOCK: &str = "lock";
const COMPILED: &str = "compiled";

/// The files that configure cargo, besides the manifests of the packages and what `Cargo.lock` says of the program. The
/// user's configuration for all projects shows in the program that asks, because cargo has just built that one with the
/// same configuration.
const SETTINGS: [&str; 5] =
    ["Cargo.toml", ".cargo/config.toml", ".cargo/config", "rust-toolchain.toml", "rust-toolchain"];

impl<'a> Program<'a> {
    /// The program of the package with this name.
    pub fn new(course: &'a Path, name: &'a str) -> Self {
        Self { course, name, target: target_folder(course) }
    }

    /// Has cargo build the program if it is not up to date. Returns where it is, and the lock that keeps others from
    /// building it again before it is started.
    ///
    /// # Errors
    /// If cargo cannot build it.
    pub fn bring_up_to_date(&self) -> Result<(PathBuf, Lock), Failure> {
        let lock = Lock::to_check(&self.note(LOCK));
        if let Some(path) = self.current() {
            return Ok((path, lock));
        }
        drop(lock);
        let lock = self.noting(LOCK, Lock::to_build)?;
        // Another launcher may have built it in the meantime.
        let path = self.current().map_or_else(|| self.build(), Ok)?;
        Ok((path, lock))
    }

    /// Where the program is, if nothing that it was built from has changed. The program that asks must be the same,
    /// too: if the compiler has changed, cargo has built that one again.
    fn current(&self) -> Option<PathBuf> {
        let stamp = Stamp::read(&self.note(&self.stamp()))?;
        let program = self.target.join(&stamp.program);
        let same = stamp.built == mark(&program)? && stamp.asker == mark_of_this_program()?;
        (same && self.is_from(&stamp)).then_some(program)
    }

    /// Whether what the program is built from is as it was.
    fn is_from(&self, stamp: &Stamp) -> bool {
        stamp.packages == self.packages() && stamp.inputs.changed(self.course).is_empty()
    }

    fn packages(&self) -> String {
        packages::mark(&fs::read_to_string(self.course.join("Cargo.lock")).unwrap_or_default(), self.name)
    }

    fn build(&self) -> Result<PathBuf, Failure> {
        if self.course.to_string_lossy().contains(['[', ']']) {
            return Err(Failure::Pattern(self.course.to_owned()));
        }
        self.discard_damaged();
        let began = self.noting("clock", times::now_on_the_file_system)?;
        let mut compiled = Compiled::read(&self.note(COMPILED));
        compiled.sources.extend(renew::compiled_sources());
        let mut renewed = self.renew(&compiled.sources.changed(self.course))?;
        compiled.sources.update(self.course);
        let since = compiled.begin(self.name, began);
        // Written before cargo reads the sources, so that if this launcher is killed, the next one sees what has
        // changed.
        self.noting(COMPILED, |file| compiled.write(file))?;

        let packages = self.packages();
        let mut built = cargo::build(self.course, &self.target, self.name, &self.work())?;
        let mut sources = Contents::of(self.course, &built.sources);
        let late = self.late(&sources, &compiled.sources, since);
        if !late.is_empty() {
            renewed.extend(self.renew(&late)?);
            built = cargo::build(self.course, &self.target, self.name, &self.work())?;
            sources = Contents::of(self.course, &built.sources);
        }

        let inputs = self.with_settings(&sources);
        let is_edited = |file: &&Path| match self.changed_at(file) {
            None => sources.include(file),
            changed => changed >= Some(began) && !renewed.contains(&(file.to_path_buf(), changed)),
        };
        let edited: Vec<PathBuf> = inputs.files().filter(is_edited).map(Path::to_owned).collect();
        // If cargo names no source in the folder of this course, they could be those of another course.
        let of_here = sources.files().any(Path::is_relative);
        let is_known = edited.is_empty() && of_here && packages == self.packages();
        compiled.sources.extend(sources);
        edited.iter().for_each(|file| compiled.sources.remove(file));
        if is_known {
            compiled.end(self.name);
        }
        self.noting(COMPILED, |file| compiled.write(file))?;
        if is_known && let (Some(built_now), Some(asker)) = (mark(&built.program), mark_of_this_program()) {
            let program = built.program.strip_prefix(&self.target).unwrap_or(&built.program).to_owned();
            let stamp = Stamp { program, built: built_now, asker, packages, inputs };
            self.noting(&self.stamp(), |file| stamp.write(file))?;
        }
        Ok(built.program)
    }

    /// Removes the program if something has changed it since it was built from these very inputs: a full disk or a power
    /// cut. Cargo looks only at its time, and would leave it.
    fn discard_damaged(&self) {
        let Some(stamp) = Stamp::read(&self.note(&self.stamp())) else { return };
        let program = self.target.join(&stamp.program);
        let is_same = mark(&program).is_none_or(|mark| mark == stamp.built);
        if is_same || !self.is_from(&stamp) {
            return;
        }
        // Cargo keeps it under a second name, and links the first to that.
        let prefix = format!("{}-", self.name);
        let kept = program.parent().map(|folder| folder.join("deps"));
        let twins = kept.and_then(|folder| fs::read_dir(folder).ok()).into_iter().flatten().flatten();
        let is_twin = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(&prefix) && path.extension() == program.extension()
        };
        for path in twins.map(|entry| entry.path()).filter(is_twin).chain([program.clone()]) {
            // What cannot be removed is left to cargo.
            let _ = fs::remove_file(path);
        }
    }

    /// A description of the build, for a person.
    fn work(&self) -> String {
        let program = match self.name {
            "xtask" => "the grader",
            "tui" => "the screen and the pictures",
            "lab" => "the lab",
            "author" => "the instructors' commands",
            "completions" => "the completions",
            name => name,
        };
        let when = if self.note(&self.stamp()).exists() { " anew" } else { ", once" };
        format!("building {program}{when}")
    }

    /// Sources not noted before that changed after the build began; cargo may have read their old content.
    fn late(&self, sources: &Contents, known: &Contents, since: SystemTime) -> Vec<PathBuf> {
        let unknown = sources.files().filter(|file| !known.include(file));
        unknown.filter(|file| self.changed_at(file) >= Some(since)).map(Path::to_owned).collect()
    }

    /// Gives files a new time, except for those that are gone.
    fn renew(&self, files: &[PathBuf]) -> Result<Renewed, Failure> {
        let there = files.iter().filter(|file| self.course.join(file).exists());
        let renew = |file: &PathBuf| {
            let path = self.course.join(file);
            times::renew(&path, &self.note(COMPILED)).map_err(|error| Failure::Renew(path, error))?;
            Ok((file.clone(), self.changed_at(file)))
        };
        there.map(renew).collect()
    }

    /// The sources, the manifests of their packages, and the other files that configure cargo.
    fn with_settings(&self, sources: &Contents) -> Contents {
        let mut folders: Vec<&Path> = sources.files().filter_map(Path::parent).collect();
        folders.dedup();
        let manifest = |folder: &Path| {
            let within = folder.ancestors().map(|folder| folder.join("Cargo.toml"));
            within.into_iter().find(|manifest| self.course.join(manifest).is_file())
        };
        let manifests = folders.into_iter().filter_map(manifest);
        let mut inputs = sources.clone();
        inputs.extend(Contents::of(self.course, manifests.chain(SETTINGS.map(PathBuf::from))));
        inputs
    }

    fn changed_at(&self, file: &Path) -> Option<SystemTime> {
        times::changed_at(&self.course.join(file))
    }

    fn stamp(&self) -> String {
        format!("{}.stamp", self.name)
    }

    fn note(&self, name: &str) -> PathBuf {
        self.target.join("launcher").join(name)
    }

    fn noting<T>(&self, name: &str, write: impl FnOnce(&Path) -> io::Result<T>) -> Result<T, Failure> {
        let file = self.note(name);
        let folder = file.parent().unwrap_or(&self.target);
        fs::create_dir_all(folder).and_then(|()| write(&file)).map_err(|error| Failure::Note(file.clone(), error))
    }
}

/// The mark of the running program: the launcher, or a program that hands over to another one.
fn mark_of_this_program() -> Option<String> {
    mark(&std::env::current_exe().ok()?)
}
