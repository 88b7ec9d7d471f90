//! A launcher of the course's own, as `cargo xtask` has it built, and two programs that share a library.

#![cfg(unix)]

mod course;

use std::path::Path;
use std::process::Command;

use course::{CARGO, Course, Outcome, outcome};
use fs_err as fs;

const SHARED: &str = "shared/src/lib.rs";

/// A course whose program `xtask` says a word, or hands over to `tui`, which says the same one.
struct Programs(Course);

impl Programs {
    fn new() -> Self {
        let course = Course::new();
        course.write(
            "Cargo.toml",
            "[workspace]\nmembers = [\"xtask\", \"tui\", \"shared\", \"xtask/launcher\"]\nresolver = \"3\"\n\
             [profile.grade]\ninherits = \"dev\"\n",
        );
        let package = |name: &str, dependencies: &str| {
            let head = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
            format!("{head}[dependencies]\n{dependencies}")
        };
        let (launcher, shared) =
            ("launcher = { path = \"../xtask/launcher\" }\n", "shared = { path = \"../shared\" }\n");
        course.write("xtask/Cargo.toml", &package("xtask", &format!("{launcher}{shared}")));
        course.write("tui/Cargo.toml", &package("tui", shared));
        course.write("shared/Cargo.toml", &package("shared", ""));
        course.write("xtask/launcher/Cargo.toml", &package("launcher", ""));
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        for source in fs::read_dir(sources).unwrap() {
            let source = source.unwrap();
            let text = fs::read_to_string(source.path()).unwrap();
            course.write(&format!("xtask/launcher/src/{}", source.file_name().display()), &text);
        }
        course.write(
            course::MAIN,
            "fn main() -> std::process::ExitCode {\n    if std::env::args().any(|word| word == \"tui\") {\n        \
             return launcher::become_program(&launcher::course(), \"tui\", []);\n    }\n    \
             println!(\"xtask: {}\", shared::WORD);\n    std::process::ExitCode::from(7)\n}\n",
        );
        course.write("tui/src/main.rs", "fn main() {\n    println!(\"tui: {}\", shared::WORD);\n}\n");
        course.write(SHARED, &word("first"));
        Self(course)
    }

    /// `cargo xtask`, where cargo alone decides whether the launcher is built anew.
    fn xtask(&self, arguments: &[&str]) -> Outcome {
        let mut command = Command::new(CARGO);
        command.args(["run", "--quiet", "--profile", "grade", "--package", "launcher", "--"]).args(arguments);
        command.current_dir(self.0.path("")).env_remove("CARGO_TARGET_DIR");
        outcome(&mut command)
    }

    fn assert_says(&self, word: &str) {
        assert_eq!(self.xtask(&[]), (7, format!("xtask: {word}\n"), String::new()));
    }

    fn assert_tui_says(&self, word: &str) {
        assert_eq!(self.xtask(&["tui"]), (0, format!("tui: {word}\n"), String::new()));
    }
}

fn word(word: &str) -> String {
    format!("pub const WORD: &str = \"{word}\";\n")
}

#[test]
fn what_is_built_for_one_program_is_known_for_the_other() {
    let programs = Programs::new();
    programs.assert_says("first");
    programs.assert_tui_says("first");

    // Both hear of an older file, in either order.
    programs.0.write_old(SHARED, &word("second"));
    programs.assert_tui_says("second");
    programs.assert_says("second");
    // Built for the one alone, and put back before the other is built again.
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
    let file = "xtask/launcher/src/main.rs";
    let main = fs::read_to_string(programs.0.path(file)).unwrap();
    let told = main.replace("    launcher::become", "    println!(\"a new launcher\");\n    launcher::become");
    assert_ne!(main, told);
    programs.0.write_old(file, &told);
    for (arguments, said) in [(&[][..], "xtask: first"), (&["tui"], "tui: first"), (&[], "xtask: first")] {
        assert_eq!(programs.xtask(arguments).1, format!("a new launcher\n{said}\n"));
    }
    programs.0.write_old(file, &main);
    programs.assert_says("first");
    programs.assert_tui_says("first");
}
