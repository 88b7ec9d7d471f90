//! The tests of the solutions: each solution has some, they compile, and they call each function that students
//! write.

use std::collections::BTreeSet;
use std::path::PathBuf;

use grader::course::{Course, Step, read};
use grader::{Error, Interrupt, Result};
use proc_macro2::{TokenStream, TokenTree};
use serde::Deserialize;

use super::Findings;
use super::pages::quoted;
use crate::cargo::{cargo, output};
use crate::files::{below, is_kind};

/// Checks the tests of these steps.
pub(super) fn check(course: &Course, all: &mut [Findings<'_>], interrupt: &Interrupt) -> Result<()> {
    let mut with_tests = Vec::new();
    for findings in all.iter_mut() {
        if findings.check_tests(course)? {
            with_tests.push(findings);
        }
    }
    let packages = with_tests.iter().map(|findings| format!("{}-solution", findings.step.name));
    for Message { place, text } in messages(course, packages, interrupt)? {
        let owner = with_tests.iter_mut().find(|findings| place.0.starts_with(tests_of(findings.step)));
        if let Some(findings) = owner {
            findings.fault(&place.0, Some(place.1), format!("the test of the solution does not compile: {text}"));
        }
    }
    Ok(())
}

impl Findings<'_> {
    /// Checks that the tests call each function that students write. Returns whether there is any test.
    fn check_tests(&mut self, course: &Course) -> Result<bool> {
        let folder = tests_of(self.step);
        let paths: Vec<PathBuf> = below(&course.root, &folder).filter(|path| is_kind(path, "rs")).collect();
        if paths.is_empty() {
            self.fault(
                &folder,
                None,
                "the solution has no test; write one against something that does not go through it",
            );
            return Ok(false);
        }
        let mut called = BTreeSet::new();
        for path in paths {
            let Some(text) = self.keep(read(&course.root, &path))? else { continue };
            let mut words = BTreeSet::new();
            // What cannot be read as Rust does not compile either.
            collect_words(text.parse().unwrap_or_default(), &mut words);
            if words.contains("test") {
                called.append(&mut words);
            }
        }
        // Of a method, its type and its own name.
        let is_called = |name: &str| name.split("::").all(|word| called.contains(word));
        let functions = self.step.functions.iter().map(|own| own.name.as_str());
        let untried: Vec<&str> = functions.filter(|name| !is_called(name)).collect();
        if !untried.is_empty() {
            let (pronoun, names) = (if untried.len() == 1 { "it" } else { "each" }, quoted(&untried));
            let message = format!("no test here calls {names}; test {pronoun} against something independent of it");
            self.fault(&folder, None, message);
        }
        Ok(true)
    }
}

fn tests_of(step: &Step) -> PathBuf {
    step.solution().join("tests")
}

/// The words of some code, without those that it imports and the names of its own functions.
fn collect_words(tokens: TokenStream, words: &mut BTreeSet<String>) {
    let mut imports = false;
    let mut names_function = false;
    for token in tokens {
        let follows_fn = std::mem::replace(&mut names_function, false);
        match token {
            TokenTree::Ident(word) if word == "use" => imports = true,
            TokenTree::Punct(sign) if sign.as_char() == ';' => imports = false,
            TokenTree::Group(group) if !imports => collect_words(group.stream(), words),
            TokenTree::Ident(word) if word == "fn" => names_function = true,
            TokenTree::Ident(word) if !imports && !follows_fn => drop(words.insert(word.to_string())),
            _ => {}
        }
    }
}

/// An error of the compiler's.
struct Message {
    /// The file, relative to the course, and the line.
    place: (PathBuf, usize),
    text: String,
}

/// What the compiler says of the tests of these packages.
fn messages(course: &Course, packages: impl Iterator<Item = String>, interrupt: &Interrupt) -> Result<Vec<Message>> {
    let packages: Vec<String> = packages.flat_map(|package| ["--package".to_owned(), package]).collect();
    if packages.is_empty() {
        return Ok(Vec::new());
    }
    // The profile of the grader, so that an editor's cargo does not wait, nor this one.
    let arguments = ["check", "--quiet", "--tests", "--keep-going", "--profile", "grade", "--message-format", "json"];
    let mut check = cargo(&arguments);
    check.args(packages).current_dir(&course.root);
    let output = output(check, interrupt)?;
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    let messages: Vec<Message> =
        lines.lines().filter_map(|line| serde_json::from_str::<Line>(line).ok()?.message?.error()).collect();
    // Without a message of the compiler's, cargo itself has refused to check them.
    if !output.status.success() && messages.is_empty() {
        return Err(Error::Build(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    Ok(messages)
}

/// A line of cargo's that may hold an error.
#[derive(Deserialize)]
struct Line {
    message: Option<Diagnostic>,
}

#[derive(Deserialize)]
struct Diagnostic {
    level: String,
    message: String,
    spans: Vec<Span>,
}

#[derive(Deserialize)]
struct Span {
    file_name: PathBuf,
    line_start: usize,
    is_primary: bool,
}

impl Diagnostic {
    fn error(self) -> Option<Message> {
        let span = self.spans.into_iter().find(|span| span.is_primary).filter(|_| self.level == "error")?;
        Some(Message { place: (span.file_name, span.line_start), text: self.message })
    }
}
