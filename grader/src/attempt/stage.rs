//! A stage: a folder of the grader's own, in which submissions of the course itself, the solution and its known mistakes,
//! take the place of the student's library.
//!
//! All submissions of a step are modules of one program, which is built in a second where a program each would take the
//! better part of a minute. It is built as the step's own cases are, but for the library that those link.

use std::path::{Path, PathBuf};

use fs_err as fs;
use fs_err::File;
use harness::Trial;

use super::run_folder::locked;
use crate::course::{Course, Step, read};
use crate::error::Result;
use crate::workspace::Workspace;

/// The folder of the submissions' files, apart from the stage's own.
const SUBMISSIONS: &str = "submissions";

/// What a stage is for. Each purpose has a folder of its own, so that a grade does not wait for a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To record or to verify what the solution and its mistakes answer.
    Recording,
    /// To find out what two mistakes at once answer.
    Pairs,
}

impl Purpose {
    /// Its name in the grader's own folder.
    pub fn name(self) -> &'static str {
        match self {
            Purpose::Recording => "mistakes",
            Purpose::Pairs => "mistake-pairs",
        }
    }
}

/// Submissions of one step.
#[derive(Debug)]
pub struct Stage<'a> {
    /// The step.
    pub step: &'a Step,
    /// What it is for.
    pub purpose: Purpose,
    /// The submissions; no two have the same label.
    pub submissions: Vec<Submission>,
}

/// A submission: the text of `src/lib.rs`.
#[derive(Debug, Clone)]
pub struct Submission {
    /// What tells it apart from the others: letters, digits and hyphens.
    pub label: String,
    /// The text.
    pub source: String,
    /// The trials to run it on.
    pub trials: Vec<Trial>,
}

/// The folder of the stages of one purpose. No other grader builds there as long as it is held.
#[derive(Debug)]
pub struct Place {
    folder: PathBuf,
    /// Nothing on a file system that knows no locks.
    _lock: Option<File>,
}

impl Place {
    /// Waits until no other grader has the folder.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub fn take(workspace: &Workspace, purpose: Purpose) -> Result<Self> {
        let folder = workspace.scratch().join(purpose.name());
        fs::create_dir_all(&folder)?;
        let _lock = locked(&folder.join("lock"))?;
        Ok(Self { folder, _lock })
    }

    /// Where it lies.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Stage<'_> {
    /// The label of the submission that a source file on the stage holds.
    pub fn label_of(&self, file: &str) -> Option<&str> {
        let stem = Path::new(file).file_stem()?.to_str()?;
        self.submissions.iter().map(|submission| submission.label.as_str()).find(|label| *label == stem)
    }

    /// The source of the program that holds all submissions, on a stage in this folder.
    pub fn program(&self, folder: &Path) -> PathBuf {
        self.folder(folder).join("main.rs")
    }

    fn folder(&self, folder: &Path) -> PathBuf {
        folder.join(self.step.folder_name())
    }

    fn lay_out(&self, course: &Course, folder: &Path, left_out: &[String]) -> Result<()> {
        write(&self.program(folder), &self.main(left_out))?;
        let folder = self.folder(folder);
        write(&folder.join("cases.rs"), &self.cases(course)?)?;
        for submission in &self.submissions {
            write(&folder.join(SUBMISSIONS).join(format!("{}.rs", submission.label)), &submission.source)?;
        }
        Ok(())
    }

    /// The exercise's cases, for a submission that is the module beside them and not a crate.
    fn cases(&self, course: &Course) -> Result<String> {
        let text = read(&course.root, &self.step.folder.join("cases.rs"))?;
        let library = self.step.name.replace('-', "_");
        Ok(format!("{text}\nuse super::{library};\n\npub fn run() -> std::process::ExitCode {{\n    main()\n}}\n"))
    }

    /// A module for each submission, and a `main` that runs the one it is told to.
    fn main(&self, left_out: &[String]) -> String {
        let library = self.step.name.replace('-', "_");
        let (mut modules, mut arms) = (String::new(), String::new());
        for Submission { label, .. } in self.submissions.iter().filter(|own| !left_out.contains(&own.label)) {
            let module = format!("of_{}", label.replace('-', "_"));
            modules.push_str(&format!(
                "#[path = \"{SUBMISSIONS}\"]\nmod {module} {{\n    #[path = \"{label}.rs\"]\n    pub mod {library};\n    \
                 #[path = \"../cases.rs\"]\n    pub mod cases;\n}}\n"
            ));
            arms.push_str(&format!("        Ok(\"{label}\") => {module}::cases::run(),\n"));
        }
        format!(
            "#![allow(warnings)]\n\n{modules}\nfn main() -> std::process::ExitCode {{\n    \
             match std::env::var(harness::protocol::SUBMISSION).as_deref() {{\n{arms}        \
             _ => harness::no_such_submission(),\n    }}\n}}\n"
        )
    }
}

/// Writes these stages into a folder. `left_out` are the labels, by stage, of what does not compile.
///
/// # Errors
/// If the cases of a step cannot be read or the folder cannot be written.
pub fn lay_out(course: &Course, folder: &Path, stages: &[Stage<'_>], left_out: &[Vec<String>]) -> Result<()> {
    stages.iter().zip(left_out).try_for_each(|(stage, left_out)| stage.lay_out(course, folder, left_out))
}

fn write(path: &Path, content: &str) -> Result<()> {
    if fs::read(path).is_ok_and(|old| old == content.as_bytes()) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    Ok(fs::write(path, content)?)
}
