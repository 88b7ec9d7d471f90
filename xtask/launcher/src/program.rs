//! One program: where it lies, whether it is up to date, and how cargo brings it there.

use std::collections::BTreeSet;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use crate::target_folder;

/// A program of a course, which may not be built yet.
#[derive(Debug)]
pub struct Program<'a> {
    course: &'a Path,
    name: &'a str,
    target: PathBuf,
    path: PathBuf,
}

/// Why a program could not be started.
#[derive(Debug)]
pub enum Failure {
    /// Cargo could not build it, and has said why.
    Build,
    /// Cargo could not be started.
    NoCargo(io::Error),
    /// Cargo has built it elsewhere.
    Elsewhere(PathBuf),
    /// It lies there and could not be started.
    Start(PathBuf, io::Error),
    /// The time of its build could not be noted.
    Note(PathBuf, io::Error),
}

impl<'a> Program<'a> {
    /// The program of the package of this name.
    pub fn new(course: &'a Path, name: &'a str) -> Self {
        let target = target_folder(course);
        let path = target.join("grade").join(name).with_extension(std::env::consts::EXE_EXTENSION);
        Self { course, name, target, path }
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Has cargo build it if it is not up to date.
    ///
    /// # Errors
    /// If cargo cannot build it.
    pub fn bring_up_to_date(&self) -> Result<(), Failure> {
        // A new compiler has built the program that asks, too.
        let asking: Vec<PathBuf> = std::env::current_exe().into_iter().collect();
        if self.is_current(&asking) { Ok(()) } else { self.build() }
    }

    /// Whether nothing that it was built from has changed since cargo was last asked, nor any of these further files.
    /// What cannot be read has changed.
    pub fn is_current(&self, further: &[PathBuf]) -> bool {
        let Some(asked) = self.last_asked() else { return false };
        let Some(mut files) = self.sources() else { return false };
        files.extend(self.manifests_of(&files));
        files.extend(["Cargo.toml", "Cargo.lock", ".cargo/config.toml"].map(|file| self.course.join(file)));
        files.extend_from_slice(further);
        self.path.is_file() && files.iter().all(|file| modified(file).is_ok_and(|time| time < asked))
    }

    /// When cargo was asked whose answer was that the program is up to date.
    fn last_asked(&self) -> Option<SystemTime> {
        let stamp = fs::metadata(self.stamp()).ok()?;
        (stamp.len() > 0).then_some(stamp.modified().ok()?)
    }

    /// The files that the compiler read, if it was in this course: after a move or in a copy, it was in another.
    fn sources(&self) -> Option<Vec<PathBuf>> {
        let files = files_in(&fs::read_to_string(self.path.with_extension("d")).ok()?);
        files.iter().any(|file| file.starts_with(self.course)).then_some(files)
    }

    /// The manifests of the packages that these files belong to.
    fn manifests_of(&self, files: &[PathBuf]) -> Vec<PathBuf> {
        let folders: BTreeSet<&Path> = files.iter().filter_map(|file| file.parent()).collect();
        let manifest = |folder: &Path| {
            let within = folder.ancestors().take_while(|folder| folder.starts_with(self.course));
            within.map(|folder| folder.join("Cargo.toml")).find(|manifest| manifest.is_file())
        };
        folders.into_iter().filter_map(manifest).collect()
    }

    /// Empty as long as cargo has not come to its end.
    fn stamp(&self) -> PathBuf {
        self.path.with_extension("stamp")
    }

    fn build(&self) -> Result<(), Failure> {
        let note = |error| Failure::Note(self.stamp(), error);
        // Before cargo looks: what is changed while it works is changed afterwards. By the file system's clock, as the
        // times that it is compared with.
        let began = self.stamp().parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| modified_now(&self.stamp()));
        let began = began.map_err(note)?;
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(["build", "--profile", "grade", "--package", self.name]);
        cargo.arg("--manifest-path").arg(self.course.join("Cargo.toml"));
        cargo.arg("--target-dir").arg(&self.target);
        if !io::stderr().is_terminal() {
            cargo.arg("--quiet");
        }
        let status = cargo.stdin(Stdio::null()).status().map_err(Failure::NoCargo)?;
        if !status.success() {
            return Err(Failure::Build);
        }
        if !self.path.is_file() {
            return Err(Failure::Elsewhere(self.path.clone()));
        }
        let mut stamp = File::options().write(true).open(self.stamp()).map_err(note)?;
        stamp.write_all(b"up to date at this file's time\n").and_then(|()| stamp.set_modified(began)).map_err(note)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Build => write!(f, "cargo could not build the program"),
            Self::NoCargo(error) => write!(
                f,
                "cargo could not be started: {error}; install Rust from https://rustup.rs and see that `cargo` is on the \
                 PATH"
            ),
            Self::Elsewhere(path) => write!(
                f,
                "cargo has built, but not {}; if a configuration of cargo's sets `build.target`, take it out for this \
                 course",
                path.display()
            ),
            Self::Start(path, error) => write!(f, "{} could not be started: {error}", path.display()),
            Self::Note(path, error) => write!(f, "{} could not be written: {error}", path.display()),
        }
    }
}

/// The files that cargo's dep-info names: one line, with a backslash before each blank inside of a name.
fn files_in(dep_info: &str) -> Vec<PathBuf> {
    let Some((_, names)) = dep_info.trim_end().split_once(": ") else { return Vec::new() };
    names.replace("\\ ", "\0").split(' ').map(|name| name.replace('\0', " ").into()).collect()
}

/// Empties a file, and says what time it is by its file system.
fn modified_now(file: &Path) -> io::Result<SystemTime> {
    File::create(file)?.metadata()?.modified()
}

fn modified(file: &Path) -> io::Result<SystemTime> {
    fs::metadata(file)?.modified()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use fs_err as fs;
    use tempfile::TempDir;

    use super::*;

    /// A course whose program was built a minute after its files were written.
    struct Course {
        folder: TempDir,
    }

    const SOURCES: [&str; 2] = ["xtask/src/main.rs", "grader/src/with a blank.rs"];

    impl Course {
        fn new() -> Self {
            let course = Self { folder: tempfile::tempdir().unwrap() };
            for file in ["Cargo.toml", "Cargo.lock", ".cargo/config.toml", "xtask/Cargo.toml", "grader/Cargo.toml"] {
                course.write(file, "", 0);
            }
            SOURCES.iter().for_each(|file| course.write(file, "", 0));
            course.write("target/grade/launcher", "", 0);
            course.write(&program("target/grade/xtask"), "", 90);
            course.write("target/grade/xtask.d", &course.dep_info(&SOURCES), 90);
            course.write("target/grade/xtask.stamp", "up to date", 60);
            course
        }

        fn path(&self, file: &str) -> PathBuf {
            self.folder.path().join(file)
        }

        /// Writes a file at so many seconds of the test's clock.
        fn write(&self, file: &str, text: &str, seconds: u64) {
            fs::create_dir_all(self.path(file).parent().unwrap()).unwrap();
            fs::write(self.path(file), text).unwrap();
            self.touch(file, seconds);
        }

        fn touch(&self, file: &str, seconds: u64) {
            let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 + seconds);
            File::options().write(true).open(self.path(file)).unwrap().set_modified(time).unwrap();
        }

        fn remove(&self, file: &str) {
            fs::remove_file(self.path(file)).unwrap();
        }

        fn dep_info(&self, files: &[&str]) -> String {
            let name = |file: &&str| self.path(file).display().to_string().replace(' ', "\\ ");
            format!(
                "{}: {}\n",
                self.path("target/grade/xtask").display(),
                files.iter().map(name).collect::<Vec<_>>().join(" ")
            )
        }

        fn is_current(&self) -> bool {
            let (course, target) = (self.folder.path(), self.path("target"));
            let path = self.path(&program("target/grade/xtask"));
            Program { course, name: "xtask", target, path }.is_current(&[self.path("target/grade/launcher")])
        }
    }

    fn program(path: &str) -> String {
        format!("{path}{}", std::env::consts::EXE_SUFFIX)
    }

    #[test]
    fn a_program_is_current_while_all_that_it_comes_from_is_older_than_its_build() {
        assert!(Course::new().is_current());
    }

    #[test]
    fn whatever_is_written_after_the_build_began_makes_it_anew() {
        let manifests = ["Cargo.toml", "Cargo.lock", ".cargo/config.toml", "xtask/Cargo.toml", "grader/Cargo.toml"];
        for file in manifests.iter().chain(&SOURCES).chain(&["target/grade/launcher"]) {
            // In the very moment of the beginning counts, too: cargo may have read what was there before.
            for seconds in [60, 61] {
                let course = Course::new();
                course.touch(file, seconds);
                assert!(!course.is_current(), "{file} at {seconds}");
            }
        }
    }

    #[test]
    fn whatever_is_missing_makes_it_anew() {
        let program = program("target/grade/xtask");
        let files =
            ["Cargo.lock", "target/grade/launcher", "target/grade/xtask.d", "target/grade/xtask.stamp", &program];
        for file in files.iter().chain(&SOURCES) {
            let course = Course::new();
            course.remove(file);
            assert!(!course.is_current(), "{file}");
        }
    }

    #[test]
    fn a_build_that_came_to_no_end_is_none() {
        let course = Course::new();
        course.write("target/grade/xtask.stamp", "", 60);
        assert!(!course.is_current());
    }

    #[test]
    fn what_was_built_from_another_checkout_is_built_again() {
        let (course, other) = (Course::new(), Course::new());
        course.write("target/grade/xtask.d", &other.dep_info(&SOURCES), 90);
        assert!(!course.is_current());
        for malformed in ["", "\n", "xtask:", "no colon"] {
            course.write("target/grade/xtask.d", malformed, 90);
            assert!(!course.is_current(), "{malformed:?}");
        }
    }
}
