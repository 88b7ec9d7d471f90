//! What the text of code tells about it: whether it may keep something from one call to the next, and whether it can
//! look at more than its inputs. This decides how its cases run and how long its answers are remembered.
//!
//! A single word is enough as a sign. Code that has the word and does nothing of the kind only costs time. Code without
//! any of the words can do none of it, except through a crate that the student has added.

use std::path::Path;

use course::Step;
use course::blanked::Blanked;
use serde::{Deserialize, Serialize};

/// What the code of a step does, or may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Habits {
    /// Between two calls.
    pub sharing: Sharing,
    /// Beyond its arguments.
    pub view: View,
}

/// Whether the cases of a program may run in one process, where a case meets what the cases before it left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    /// They may.
    Allowed,
    /// They may not: the code keeps something from one call to the next, in its program or outside.
    Forbidden,
}

/// What code can look at. Answers are remembered by what an attempt was made from, and hold only as long as nothing
/// else decides them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum View {
    /// Only its arguments and what it was compiled from.
    Inputs,
    /// Files, the environment, the clock, other threads, processes or machines, too: the next run may answer
    /// differently.
    World,
}

/// What outlives a call.
const KEEPS: [&str; 3] = ["static", "thread_local", "spawn"];

/// The modules of the standard library that lead out of a program, or a type in them if the module has others, too.
/// Code whose safety the language does not guarantee may do all of it.
const LOOKS: [&str; 15] = [
    "fs",
    "env",
    "net",
    "os",
    "process",
    "thread",
    "Path",
    "PathBuf",
    "Instant",
    "SystemTime",
    "UNIX_EPOCH",
    "unsafe",
    // Their order differs from run to run.
    "HashMap",
    "HashSet",
    "RandomState",
];

impl Habits {
    /// The habits of code that may do anything: what it can look at, it can also change.
    const OF_UNKNOWN_CODE: Self = Self { sharing: Sharing::Forbidden, view: View::World };

    /// The habits of code with this text.
    pub(crate) fn of(source: &str) -> Self {
        let none = Self { sharing: Sharing::Allowed, view: View::Inputs };
        let keeps = |code: &str| words(code).any(|(word, _)| KEEPS.contains(&word));
        // What `env!` reads is known from the compiler.
        let looks = |code: &str| words(code).any(|(word, is_macro)| LOOKS.contains(&word) && !is_macro);
        // Most code has none of the words, even in comments and literals, which are not code.
        if !keeps(source) && !looks(source) {
            return none;
        }
        let code = Blanked::of(source).code;
        if looks(&code) {
            return Self::OF_UNKNOWN_CODE;
        }
        Self { sharing: if keeps(&code) { Sharing::Forbidden } else { none.sharing }, ..none }
    }

    /// The habits of code in several files.
    pub(crate) fn of_all(sources: impl Iterator<Item = Vec<u8>>) -> Self {
        let nothing = Self::of("");
        sources.map(|source| Self::of(&String::from_utf8_lossy(&source))).fold(nothing, Self::and)
    }

    /// The habits of a step whose library was compiled from these files.
    pub(crate) fn of_step(root: &Path, step: &Step, sources: impl Iterator<Item = Vec<u8>>) -> Self {
        let habits = Self::of_all(sources);
        if has_crates_of_its_own(root, step) { Self::OF_UNKNOWN_CODE } else { habits }
    }

    fn and(self, other: Self) -> Self {
        Self {
            sharing: if self.sharing == Sharing::Allowed { other.sharing } else { self.sharing },
            view: if self.view == View::Inputs { other.view } else { self.view },
        }
    }
}

/// The words of code, except lifetimes, and whether each is a macro's name.
fn words(code: &str) -> impl Iterator<Item = (&str, bool)> {
    let is_of_a_word = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '\'');
    let mut rest = code;
    std::iter::from_fn(move || {
        rest = &rest[rest.find(is_of_a_word)?..];
        let (word, behind) = rest.split_at(rest.find(|letter| !is_of_a_word(letter)).unwrap_or(rest.len()));
        rest = behind;
        Some((word, behind.starts_with('!') && !behind.starts_with("!=")))
    })
}

/// Whether a student's manifest has crates that do not come with the step: nobody knows what they look at.
fn has_crates_of_its_own(root: &Path, step: &Step) -> bool {
    match (step.crates(root), step.read_kept_crates(root)) {
        (Ok(own), Some(kept)) => own.target || !own.names.is_subset(&kept),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use crate::workspace::Workspace;

    use super::*;

    #[test]
    fn no_step_of_the_course_has_crates_of_a_students_own() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let course =
            Workspace::new(&root, |root| root.join("target")).and_then(|workspace| workspace.course()).unwrap();
        assert!(!course.steps.is_empty());
        for step in &course.steps {
            assert!(!has_crates_of_its_own(&course.root, step), "{}", step.name);
        }
    }

    fn view(source: &str) -> View {
        Habits::of(source).view
    }

    #[test]
    fn whatever_leads_out_of_a_program_is_noticed() {
        for source in [
            "let text = std::fs::read_to_string(\"weights.txt\");",
            "use std::{env as e, f64::consts::PI};",
            "let began = std::time::Instant::now();",
            "use std::time::*; fn now() -> SystemTime { SystemTime::now() }",
            "std::process::Command::new(\"date\")",
            "std::net::TcpStream::connect(\"localhost:80\")",
            "Path::new(\"weights.txt\").exists()",
            "std::thread::scope(|scope| ())",
            "unsafe extern \"C\" { safe fn rand() -> i32; }",
            "macro_rules! m { () => { std::r#fs::read(\"a\") } }",
            "if process != 1 {}",
            "use std::collections::HashMap;",
        ] {
            assert_eq!(view(source), View::World, "{source}");
        }
    }

    #[test]
    fn what_is_compiled_in_and_what_is_no_code_is_not() {
        for source in [
            "let weight = env!(\"WEIGHT\").len() + option_env!(\"FS\").map_or(0, str::len);",
            "// the process of descent, on each thread of thought\nlet environment = 1.0; /* std::fs */",
            "let hint = \"std::env::var\"; println!(\"{}\", r#\"Instant \"#);",
            "include_str!(\"weights.txt\")",
            "#[path = \"other.rs\"] mod other;",
        ] {
            assert_eq!(view(source), View::Inputs, "{source}");
        }
    }

    #[test]
    fn cases_share_a_process_unless_something_outlives_a_call() {
        let sharing = |source: &str| Habits::of(source).sharing;
        for source in ["static N: u8 = 0;", "thread_local! { }", "scope.spawn(run)", "fs::write(\"weights\", text)"] {
            assert_eq!(sharing(source), Sharing::Forbidden, "{source}");
        }
        for source in ["fn f(name: &'static str) {}", "// a static one", "\"spawn\""] {
            assert_eq!(sharing(source), Sharing::Allowed, "{source}");
        }
    }

    #[test]
    fn the_habits_of_several_files_are_those_of_each() {
        let texts = ["fn f() {}", "static N: u8 = 0;", "use std::fs;"].map(|text| text.as_bytes().to_vec());
        let habits = Habits::of_all(texts.into_iter());
        assert_eq!(habits, Habits { sharing: Sharing::Forbidden, view: View::World });
    }
}
