//! Which names a new step may have: those that its crate can have as well.

use grader::course::{Course, is_kebab_case};
use grader::{Error, Result};

/// Keywords of Rust, and those that it keeps for later.
const KEYWORDS: [&str; 52] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true",
    "try", "type", "typeof", "union", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Crates that come with Rust, folders of Cargo's, devices of Windows, and files that the grader makes of a step.
const RESERVED: [&str; 19] = [
    "alloc",
    "aux",
    "build",
    "cases",
    "con",
    "core",
    "deps",
    "examples",
    "incremental",
    "lib",
    "main",
    "nul",
    "prn",
    "proc-macro",
    "solution",
    "std",
    "test",
    "tests",
    "com1",
];

/// The longest name that leaves a table of steps readable.
const LONGEST: usize = 32;

/// Refuses a name that a step of this course cannot have. `lock` is the text of the course's `Cargo.lock`.
///
/// # Errors
/// If the name cannot be a crate's, or another package has it.
pub fn check(name: &str, course: &Course, lock: &str) -> Result<()> {
    match refusal(name, course, lock) {
        None => Ok(()),
        Some(reason) => Err(Error::Program(format!("a step cannot be called `{name}`: {reason}"))),
    }
}

fn refusal(name: &str, course: &Course, lock: &str) -> Option<String> {
    if !is_kebab_case(name) || !name.starts_with(|first: char| first.is_ascii_lowercase()) {
        return Some(
            "a name is made of lower-case letters, digits and single hyphens, and begins with a letter".into(),
        );
    }
    if name.len() > LONGEST {
        return Some(format!("a name has at most {LONGEST} letters"));
    }
    if KEYWORDS.contains(&name) {
        return Some("it is a word of Rust's own".into());
    }
    if RESERVED.contains(&name) {
        return Some("Rust, Cargo or the grader needs the name".into());
    }
    if let Some(step) = course.steps.iter().find(|step| step.name == name) {
        return Some(format!("step {} has the name", step.number));
    }
    let crates = [name.to_owned(), format!("{name}-solution")];
    let taken = packages(lock).find(|package| crates.contains(&package.replace('_', "-")))?;
    Some(format!("the course has a package `{taken}` already"))
}

/// The names of all packages that a `Cargo.lock` lists, those of the workspace among them.
fn packages(lock: &str) -> impl Iterator<Item = &str> {
    lock.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn refusal_of(name: &str) -> Option<String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let lock = "[[package]]\nname = \"serde_core\"\n\n[[package]]\nname = \"huber-solution\"\n";
        refusal(name, &Course::load(&root).unwrap(), lock)
    }

    #[test]
    fn a_name_that_a_crate_can_have_is_taken() {
        for name in ["soft-max", "adam", "rmsprop-2", "x1", "loss-again", "self-test"] {
            assert_eq!(refusal_of(name), None, "{name}");
        }
    }

    #[test]
    fn a_name_in_another_form_is_refused() {
        for name in
            ["", "Adam", "2-layers", "-adam", "adam-", "closed--form", "closed_form", "näher", "a/b", "../x", "a b"]
        {
            assert!(refusal_of(name).unwrap().contains("single hyphens"), "{name}");
        }
        assert!(refusal_of(&"a".repeat(LONGEST + 1)).unwrap().contains("at most"));
    }

    #[test]
    fn a_name_that_something_else_has_is_refused_with_whose_it_is() {
        for (name, reason) in [
            ("loop", "word of Rust"),
            ("test", "Rust, Cargo or the grader"),
            ("cases", "Rust, Cargo or the grader"),
            ("proc-macro", "Rust, Cargo or the grader"),
            ("loss", "step 1 has the name"),
            ("serde-core", "a package `serde_core`"),
            ("huber", "a package `huber-solution`"),
        ] {
            let refusal = refusal_of(name).unwrap();
            assert!(refusal.contains(reason), "{name}: {refusal}");
        }
    }
}
