//! A course with a program that prints a word, and nothing built.
//!
//! It is not one of the testkit's courses, as those hold steps to grade and share what is compiled for them: here the
//! whole course is two small files, and what cargo builds of it is what is tested.

// No single test needs all of it.
#![allow(dead_code)]

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, SystemTime};

use fs_err as fs;
use tempfile::TempDir;

pub const CARGO: &str = env!("CARGO");
pub const NO_CARGO: &str = "no-such-cargo";

/// The one source of the program `xtask`.
pub const MAIN: &str = "xtask/src/main.rs";

/// A workspace with a package `xtask`.
pub struct Course {
    folder: TempDir,
}

/// Exit code, standard output and standard error.
pub type Outcome = (i32, String, String);

impl Course {
    pub fn new() -> Self {
        Self::in_folder("course-")
    }

    /// The same in a folder whose name begins like this.
    pub fn in_folder(name: &str) -> Self {
        let course = Self { folder: tempfile::Builder::new().prefix(name).tempdir().unwrap() };
        let manifest = "[workspace]\nmembers = [\"xtask\"]\nresolver = \"3\"\n[profile.grade]\ninherits = \"dev\"\n";
        course.write("Cargo.toml", manifest);
        course.write(".cargo/config.toml", "");
        course.write("xtask/Cargo.toml", "[package]\nname = \"xtask\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
        course.write_program("first");
        course
    }

    /// A course whose program is built and known to be up to date.
    pub fn built() -> Self {
        let course = Self::new();
        // After the first launch, the lock file is as new as the build.
        for _ in 0..2 {
            assert_eq!(course.launch(CARGO, &[]), course.prints("first", "[]"));
        }
        course
    }

    /// A copy with everything that was built, whose files have the times of the originals.
    pub fn copied(&self) -> Self {
        let copy = Self { folder: tempfile::tempdir().unwrap() };
        copy_folder(self.folder.path(), copy.folder.path());
        copy
    }

    /// Gives the folder of the course another name.
    pub fn move_elsewhere(&mut self) {
        let elsewhere = tempfile::tempdir().unwrap();
        fs::rename(self.folder.path(), elsewhere.path()).unwrap();
        self.folder = elsewhere;
    }

    pub fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    pub fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Writes a file with an old time, as an archive does.
    pub fn write_old(&self, file: &str, text: &str) {
        self.write(file, text);
        self.set_modified(file, long_ago());
    }

    pub fn modified(&self, file: &str) -> SystemTime {
        fs::metadata(self.path(file)).unwrap().modified().unwrap()
    }

    pub fn set_modified(&self, file: &str, time: SystemTime) {
        File::options().write(true).open(self.path(file)).unwrap().set_modified(time).unwrap();
    }

    /// Sets the time of all files in a folder.
    pub fn set_modified_below(&self, folder: &str, time: SystemTime) {
        for entry in fs::read_dir(self.path(folder)).unwrap() {
            let entry = entry.unwrap();
            let path = format!("{folder}/{}", entry.file_name().display());
            if entry.file_type().unwrap().is_dir() {
                self.set_modified_below(&path, time);
            } else {
                // Only the time of a writable file can be set, and cargo leaves its programs writable.
                self.set_modified(&path, time);
            }
        }
    }

    /// A cargo before and after which a shell runs these commands, in the folder of the course.
    #[cfg(unix)]
    pub fn cargo_with(&self, before: &str, after: &str) -> String {
        use std::os::unix::fs::PermissionsExt;
        let path = self.path("cargo.sh");
        let script = format!("#!/bin/sh\nset -e\n{before}\n'{CARGO}' \"$@\"\n{after}\n");
        fs::write(&path, script).unwrap();
        fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// The command that makes a program print another word, and gives its source an old time.
    #[cfg(unix)]
    pub fn changing(&self, file: &str, word: &str) -> String {
        self.write(&format!("{word}.txt"), &program(word));
        format!("cp {word}.txt {file}; touch -t 202001010000 {file}")
    }

    pub fn write_program(&self, word: &str) {
        self.write(MAIN, &program(word));
    }

    /// The launcher as `cargo run` starts it.
    pub fn command(&self, cargo: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_launcher"));
        command.env("CARGO", cargo).env("CARGO_MANIFEST_DIR", self.path("xtask/start/launcher"));
        command.current_dir(self.folder.path()).env_remove("CARGO_TARGET_DIR");
        command.env_remove("XTASK_LAUNCHER").env_remove("XTASK_PROGRAM");
        command
    }

    pub fn launch(&self, cargo: &str, arguments: &[&str]) -> Outcome {
        outcome(self.command(cargo).args(arguments))
    }

    /// What the program prints, and how it ends.
    pub fn prints(&self, word: &str, arguments: &str) -> Outcome {
        (7, format!("{word} {arguments} {}\n", self.folder.path().display()), String::new())
    }
}

/// A program that prints this word, its arguments and its course, and ends with exit code 7.
pub fn program(word: &str) -> String {
    format!(
        "fn main() {{\n    let arguments: Vec<String> = std::env::args().skip(1).collect();\n    \
         println!(\"{word} {{arguments:?}} {{}}\", std::env::var(\"XTASK_COURSE\").unwrap());\n    \
         std::process::exit(7);\n}}\n"
    )
}

pub fn outcome(command: &mut Command) -> Outcome {
    let Output { status, stdout, stderr } = command.output().unwrap();
    (status.code().unwrap(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

pub fn long_ago() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_500_000_000)
}

pub fn far_ahead() -> SystemTime {
    SystemTime::now() + Duration::from_secs(1_000_000)
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), &to).unwrap();
            let time = entry.metadata().unwrap().modified().unwrap();
            File::options().append(true).open(&to).unwrap().set_modified(time).unwrap();
        }
    }
}
