//! Why a step does not compile, and what is to blame for it.

use std::path::Path;

use course::{Fault, Step};
use serde::{Deserialize, Serialize};

use super::Place;

/// Why a step does not compile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompileFailure {
    /// What is to blame.
    pub culprit: Culprit,
    /// The compiler's errors, in its order.
    pub errors: Vec<CompilerError>,
}

/// What keeps a step from compiling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Culprit {
    /// The student's library.
    Library,
    /// The cases, which call the library: a function is missing there or has another signature.
    Cases,
    /// The linker, which cannot put both together.
    Linking,
    /// A file of the student's: their source, if no compiler can read it or their code changes it, or one that must not
    /// be there.
    File,
    /// The compiler, which did not end on the library.
    Endless,
    /// The compiler, which crashed.
    Compiler,
}

/// How many errors of a crate are read.
pub const MOST_ERRORS: usize = 50;

/// One error or warning of the compiler.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompilerError {
    /// What is wrong, in one line.
    pub message: String,
    /// The same as the compiler shows it, with terminal colours.
    pub rendered: String,
    /// Where, if it is in a source file.
    pub place: Option<Place>,
}

impl CompileFailure {
    /// The failure for an error on a line of a student's file.
    pub fn of_file(file: &Path, line: usize, message: String) -> Self {
        let place = Some(Place { file: file.to_string_lossy().into_owned(), line });
        let error = CompilerError { rendered: message.clone(), message, place };
        Self { culprit: Culprit::File, errors: vec![error] }
    }

    /// What to fix in the course, if the step's reference solution fails like this.
    pub fn as_fault_of_course(&self, step: &Step) -> Fault {
        let first = self.errors.first();
        let message = first.map_or("", |error| &error.message);
        let place = first.and_then(|error| error.place.as_ref());
        let in_cases = matches!(self.culprit, Culprit::Cases | Culprit::Linking);
        let (path, what) = match in_cases {
            true => (step.folder.join("cases.rs"), "the cases do not compile with the solution".to_owned()),
            false => {
                let manifest = step.folder.join("Cargo.toml");
                let what = format!("the solution does not compile with {}", manifest.display());
                (step.solution_source(), what)
            }
        };
        // A copy of the solution has the same lines.
        let line = place.filter(|place| !in_cases || Path::new(&place.file).ends_with(&path)).map(|place| place.line);
        Fault { path, line, message: format!("{what}: {message}") }
    }

    /// Whether the same code would fail again. If a bound or a crash ended the compiler, or an error has no place in a
    /// source text, the machine may have caused it.
    pub fn is_decided_by_code(&self) -> bool {
        let is_of_text = matches!(self.culprit, Culprit::Library | Culprit::Cases | Culprit::File);
        is_of_text && self.errors.iter().any(|error| error.place.is_some())
    }
}
