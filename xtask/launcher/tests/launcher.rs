//! The real launcher on a course whose program says what it is told.

use std::process::{Command, Output};

use fs_err as fs;

/// A workspace with a package `xtask`, and nothing built.
struct Course {
    folder: tempfile::TempDir,
}

impl Course {
    fn new() -> Self {
        let course = Self { folder: tempfile::tempdir().unwrap() };
        let manifest = "[workspace]\nmembers = [\"xtask\"]\nresolver = \"3\"\n[profile.grade]\ninherits = \"dev\"\n";
        course.write("Cargo.toml", manifest);
        course.write(".cargo/config.toml", "");
        course.write("xtask/Cargo.toml", "[package]\nname = \"xtask\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
        course.write_program("first");
        course
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Says this word, its arguments and its course, and ends with exit code 7.
    fn write_program(&self, word: &str) {
        let main = format!(
            "fn main() {{\n    let arguments: Vec<String> = std::env::args().skip(1).collect();\n    \
             println!(\"{word} {{arguments:?}} {{}}\", std::env::var(\"XTASK_COURSE\").unwrap());\n    \
             std::process::exit(7);\n}}\n"
        );
        self.write("xtask/src/main.rs", &main);
    }

    /// The launcher as `cargo run` starts it.
    fn command(&self, cargo: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_launcher"));
        command.env("CARGO", cargo).env("CARGO_MANIFEST_DIR", self.folder.path().join("xtask").join("launcher"));
        command.current_dir(self.folder.path()).env_remove("CARGO_TARGET_DIR");
        command
    }

    /// Exit code, standard output and standard error.
    fn launch(&self, cargo: &str, arguments: &[&str]) -> (i32, String, String) {
        let mut command = self.command(cargo);
        command.args(arguments);
        let Output { status, stdout, stderr } = command.output().unwrap();
        (status.code().unwrap(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
    }

    fn said(&self, word: &str, arguments: &str) -> (i32, String, String) {
        (7, format!("{word} {arguments} {}\n", self.folder.path().display()), String::new())
    }
}

const CARGO: &str = env!("CARGO");
const NO_CARGO: &str = "no-such-cargo";

#[test]
fn it_becomes_the_program_and_asks_cargo_only_after_a_change() {
    let course = Course::new();
    assert_eq!(course.launch(CARGO, &["grade", "a b"]), course.said("first", "[\"grade\", \"a b\"]"));
    // The lock file is as old as the first build.
    assert_eq!(course.launch(CARGO, &[]), course.said("first", "[]"));
    assert_eq!(course.launch(NO_CARGO, &[]), course.said("first", "[]"));

    course.write_program("second");
    let (code, stdout, stderr) = course.launch(NO_CARGO, &[]);
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(
        stderr.starts_with("error: cargo could not be started: ") && stderr.contains("https://rustup.rs"),
        "{stderr}"
    );
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert_eq!(course.launch(CARGO, &[]), course.said("second", "[]"));
}

#[test]
fn where_cargo_cannot_build_its_words_are_enough() {
    let course = Course::new();
    course.write("xtask/src/main.rs", "fn main() { no_such_function() }\n");
    for _ in 0..2 {
        let (code, stdout, stderr) = course.launch(CARGO, &["grade"]);
        assert_eq!((code, stdout.as_str()), (2, ""));
        assert!(stderr.contains("cannot find function `no_such_function`"), "{stderr}");
        assert!(!stderr.contains("Compiling") && !stderr.contains("error: cargo"), "{stderr}");
    }
    course.write_program("mended");
    assert_eq!(course.launch(CARGO, &[]), course.said("mended", "[]"));
}

#[test]
fn in_a_shared_target_folder_each_course_has_a_program_of_its_own() {
    let (one, other) = (Course::new(), Course::new());
    other.write_program("other");
    let shared = tempfile::tempdir().unwrap();
    let launch = |course: &Course| {
        let mut command = course.command(CARGO);
        command.env("CARGO_TARGET_DIR", shared.path());
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    for _ in 0..2 {
        assert!(launch(&one).starts_with("first "));
        assert!(launch(&other).starts_with("other "));
    }
}
