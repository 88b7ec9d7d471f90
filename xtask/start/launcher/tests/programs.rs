//! The course's own launcher, as `cargo xtask` builds it, and two programs that share a library.

#![cfg(unix)]

mod course;

use std::path::{Path, PathBuf};
use std::process::Command;

use course::{CARGO, Course, Outcome, outcome};
use fs_err as fs;

const SHARED: &str = "shared/src/lib.rs";
const LAUNCHER_MAIN: &str = "xtask/start/launcher/src/main.rs";

/// A course whose program `xtask` prints a word, or hands over to `tui`, which prints the same word.
struct Programs(Course);

impl Programs {
    fn new() -> Self {
        let course = Course::new();
        course.write(
            "Cargo.toml",
            "[workspace]\nmembers = [\"xtask\", \"tui\", \"shared\", \"xtask/start/launcher\"]\nresolver = \"3\"\n\
             exclude = [\"xtask/start\"]\n[profile.grade]\ninherits = \"dev\"\n[profile.start]\ninherits = \"grade\"\n",
        );
        for config in [".cargo/config.toml", "xtask/.cargo/config.toml"] {
            course.write(config, &real(config));
        }
        let package = |name: &str, dependencies: &str| {
            let head = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
            format!("{head}[dependencies]\n{dependencies}")
        };
        let shared = "shared = { path = \"../shared\" }\n";
        course.write("xtask/Cargo.toml", &package("xtask", shared));
        course.write("tui/Cargo.toml", &package("tui", shared));
        course.write("shared/Cargo.toml", &package("shared", ""));
        course.write("xtask/start/launcher/Cargo.toml", &package("launcher", ""));
        for source in fs::read_dir(real_path("xtask/start/launcher/src")).unwrap() {
            let file = format!("xtask/start/launcher/src/{}", source.unwrap().file_name().display());
            course.write(&file, &real(&file));
        }
        course.write("xtask/start/Cargo.toml", &real("xtask/start/Cargo.toml"));
        course.write(
            course::MAIN,
            "use std::os::unix::process::CommandExt;\n\
             fn main() {\n    if std::env::args().any(|word| word == \"tui\") {\n        \
             let launcher = std::env::var_os(\"XTASK_LAUNCHER\").unwrap();\n        \
             panic!(\"{}\", std::process::Command::new(launcher).env(\"XTASK_PROGRAM\", \"tui\").exec());\n    }\n    \
             println!(\"xtask: {}\", shared::WORD);\n    std::process::exit(7);\n}\n",
        );
        course.write("tui/src/main.rs", "fn main() {\n    println!(\"tui: {}\", shared::WORD);\n}\n");
        course.write(SHARED, &word("first"));
        Self(course)
    }

    /// Runs `cargo xtask`, where cargo alone decides whether to build the launcher again.
    fn xtask(&self, arguments: &[&str]) -> Outcome {
        self.xtask_in("", arguments)
    }

    /// Runs it in a folder of the course.
    fn xtask_in(&self, folder: &str, arguments: &[&str]) -> Outcome {
        let mut command = Command::new(CARGO);
        command.arg("xtask").args(arguments).current_dir(self.0.path(folder));
        command.env("CARGO_NET_OFFLINE", "true").env_remove("CARGO_TARGET_DIR");
        outcome(&mut command)
    }

    /// Gives the launcher one more line to print before it does anything.
    fn change_launcher(&self, line: &str) {
        let main = real(LAUNCHER_MAIN);
        let print = format!("    println!(\"{line}\");\n    become_program(course");
        let changed = main.replace("    become_program(course", &print);
        assert_ne!(main, changed);
        self.0.write_old(LAUNCHER_MAIN, &changed);
    }

    fn assert_says(&self, word: &str) {
        assert_eq!(self.xtask(&[]), (7, format!("xtask: {word}\n"), String::new()));
    }

    fn assert_tui_says(&self, word: &str) {
        assert_eq!(self.xtask(&["tui"]), (0, format!("tui: {word}\n"), String::new()));
    }
}

/// A path in the checkout that these tests are part of.
fn real_path(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3).unwrap().join(file)
}

fn real(file: &str) -> String {
    fs::read_to_string(real_path(file)).unwrap()
}

fn word(word: &str) -> String {
    format!("pub const WORD: &str = \"{word}\";\n")
}

#[test]
fn what_is_built_for_one_program_is_known_for_the_other() {
    let programs = Programs::new();
    programs.assert_says("first");
    programs.assert_tui_says("first");

    // Both notice an older file, in either order.
    programs.0.write_old(SHARED, &word("second"));
    programs.assert_tui_says("second");
    programs.assert_says("second");
    // Built for one of them only, and put back before the other is built again.
    programs.0.write_old(SHARED, &word("third"));
    programs.assert_says("third");
    programs.0.write_old(SHARED, &word("second"));
    programs.assert_tui_says("second");
    programs.assert_says("second");
}

#[test]
fn a_launcher_that_has_changed_is_built_anew_before_it_does_anything() {
    let programs = Programs::new();
    programs.assert_says("first");
    programs.change_launcher("a new launcher");
    let new = "a new launcher\n";
    for (arguments, printed) in
        [(&[][..], format!("{new}xtask: first\n")), (&["tui"], format!("{new}{new}tui: first\n"))]
    {
        for _ in 0..2 {
            assert_eq!(programs.xtask(arguments).1, printed);
        }
    }
    programs.0.write_old(LAUNCHER_MAIN, &real(LAUNCHER_MAIN));
    programs.assert_says("first");
    programs.assert_tui_says("first");
}

#[test]
fn the_launcher_of_a_copy_is_built_from_the_copys_sources() {
    let programs = Programs::new();
    programs.assert_says("first");
    let copy = Programs(programs.0.copied());
    let launcher = copy.0.path("target/start/start");
    let built = || fs::metadata(&launcher).unwrap().modified().unwrap();
    let copied = built();
    copy.assert_says("first");
    assert_eq!(built(), copied, "what was copied is up to date");

    programs.change_launcher("of the original");
    copy.assert_says("first");
    assert_eq!(built(), copied, "the original's sources are not the copy's");

    copy.change_launcher("of the copy");
    assert_eq!(copy.xtask(&[]).1, "of the copy\nxtask: first\n");
    let renewed = built();
    assert_eq!(copy.xtask(&[]).1, "of the copy\nxtask: first\n");
    assert_eq!(built(), renewed, "it is built once");
    let sources = fs::read_to_string(launcher.with_extension("d")).unwrap();
    assert!(!sources.contains(programs.0.path("").to_str().unwrap()), "{sources}");
    assert_eq!(programs.xtask(&[]).1, "of the original\nxtask: first\n");
}

/// So a student's new dependency leaves the program up to date, and a slip in it costs only the step.
#[test]
fn what_the_lock_file_says_of_other_packages_is_no_change() {
    let programs = Programs::new();
    programs.assert_says("first");
    programs.assert_says("first");
    let manifest = fs::read_to_string(programs.0.path("tui/Cargo.toml")).unwrap();
    let lock = || fs::read_to_string(programs.0.path("Cargo.lock")).unwrap();
    let before = lock();
    // `xtask` does not need `tui`, which now needs the launcher.
    programs.0.write("tui/Cargo.toml", &(manifest.clone() + "launcher = { path = \"../xtask/start/launcher\" }\n"));
    programs.assert_tui_says("first");
    assert_ne!(lock(), before);

    programs.0.write("tui/Cargo.toml", &(manifest + "launcherr = { path = \"../no-such-folder\" }\n"));
    programs.assert_says("first");
    let (code, stdout, stderr) = programs.xtask(&["tui"]);
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(stderr.lines().last().unwrap().starts_with("error: cargo could not build the program `tui`, "), "{stderr}");
}

#[test]
fn it_starts_from_any_folder_and_beside_a_broken_package() {
    let programs = Programs::new();
    programs.assert_says("first");
    for folder in ["xtask", "xtask/src"] {
        assert_eq!(programs.xtask_in(folder, &[]).1, "xtask: first\n", "{folder}");
    }
    // After one of the two launchers, the other checks the program once.
    programs.assert_says("first");

    programs.0.write("tui/Cargo.toml", "[package\n");
    programs.assert_says("first");
    programs.0.write_old(SHARED, &word("second"));
    let (code, stdout, stderr) = programs.xtask(&[]);
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(stderr.contains("tui/Cargo.toml:1"), "{stderr}");
}
