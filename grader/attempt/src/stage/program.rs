//! The programs of a stage: one for all submissions that compile together, and a separate one for each that does not.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use course::{NewBody, Result};
use fs_err as fs;

use super::{Purpose, Stage, Submission};
use crate::CompileFailure;
use crate::choice::{Choice, Library};
use crate::inputs::{Inputs, hash_of};
use crate::make::{Unmade, library, program};
use crate::plan::Plan;
use crate::programs::{Kind, Programs};
use crate::workspace::Workspace;

/// The result of building some submissions, in their order.
#[derive(Debug)]
pub(super) struct BuiltStage {
    /// Where each of them is.
    pub placed: Vec<Placed>,
    /// The files of the course that the compiler read.
    pub read: Vec<PathBuf>,
    /// The program that holds the solution and all other bodies, and its key, if it was just built.
    pub complete: Option<(String, PathBuf)>,
}

impl BuiltStage {
    /// The result for so many submissions that cannot be built.
    pub(super) fn none(failure: &CompileFailure, submissions: usize) -> Self {
        Self { placed: vec![Placed::Nowhere(failure.clone()); submissions], read: Vec::new(), complete: None }
    }
}

/// Where a submission is.
#[derive(Debug, Clone)]
pub(super) enum Placed {
    /// In a program, if this is chosen.
    In {
        /// The program.
        program: PathBuf,
        /// What to choose, if there is a choice.
        choice: Option<Choice>,
    },
    /// In none: it does not compile.
    Nowhere(CompileFailure),
}

/// Builds what a stage needs.
pub(super) struct Builder<'a> {
    workspace: &'a Workspace,
    stage: &'a Stage<'a>,
    plan: &'a Plan,
    inputs: &'a Inputs,
    programs: &'a Programs,
    folder: PathBuf,
    /// How many programs have been started.
    begun: Cell<usize>,
    read: RefCell<BTreeSet<PathBuf>>,
    complete: RefCell<Option<(String, PathBuf)>>,
}

/// The result of building one program.
enum BuiltProgram {
    Program(PathBuf),
    /// It does not compile; the library is this file.
    Failed(CompileFailure, PathBuf),
}

/// Whether a program is kept for later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keep {
    Yes,
    No,
}

impl<'a> Builder<'a> {
    /// A builder that works in a folder of its own.
    pub(super) fn new(
        workspace: &'a Workspace,
        stage: &'a Stage<'a>,
        plan: &'a Plan,
        inputs: &'a Inputs,
        programs: &'a Programs,
        folder: PathBuf,
    ) -> Self {
        let (begun, read, complete) = Default::default();
        Self { workspace, stage, plan, inputs, programs, folder, begun, read, complete }
    }

    /// Builds submissions.
    ///
    /// # Errors
    /// If the compiler cannot do its work, or an interrupt comes.
    pub(super) fn build(self, submissions: &[&Submission]) -> Result<BuiltStage> {
        let bodies: Vec<&NewBody> = self.stage.bodies.iter().collect();
        let placed = self.together(&bodies, submissions, Keep::Yes)?;
        let read = self.read.into_inner().into_iter().filter(|path| !path.starts_with(&self.folder)).collect();
        Ok(BuiltStage { placed, read, complete: self.complete.into_inner() })
    }

    /// Builds submissions into one program that holds these bodies. A submission that does not compile there is built
    /// alone.
    fn together(&self, bodies: &[&NewBody], submissions: &[&Submission], keep: Keep) -> Result<Vec<Placed>> {
        let library = Library::of(self.stage.solution, bodies);
        let choices: Vec<Option<Choice>> =
            submissions.iter().map(|submission| library.choice(&submission.bodies)).collect();
        if choices.iter().all(Option::is_none) {
            return submissions.iter().map(|submission| self.alone(submission)).collect();
        }
        match self.make(&library.text, keep)? {
            BuiltProgram::Program(program) => {
                let placed = submissions.iter().zip(choices).map(|(submission, choice)| match choice {
                    Some(choice) => Ok(Placed::In { program: program.clone(), choice: Some(choice) }),
                    None => self.alone(submission),
                });
                placed.collect()
            }
            BuiltProgram::Failed(failure, source) => {
                let places = failure.errors.iter().filter_map(|error| error.place.as_ref());
                let lines = places.filter(|place| Path::new(&place.file) == source).map(|place| place.line);
                let blamed: Vec<&NewBody> = lines.filter_map(|line| library.body_at(line)).collect();
                self.after_failure(bodies, &blamed, submissions)
            }
        }
    }

    /// Builds submissions that do not compile together: without the bodies to blame or, if none is, half by half. That
    /// finds the one on which the compiler never ends.
    fn after_failure(
        &self,
        bodies: &[&NewBody],
        blamed: &[&NewBody],
        submissions: &[&Submission],
    ) -> Result<Vec<Placed>> {
        if !blamed.is_empty() {
            let others = bodies.iter().copied().filter(|body| !blamed.contains(body));
            return self.together(&others.collect::<Vec<_>>(), submissions, Keep::No);
        }
        if let [only] = submissions {
            return Ok(vec![self.alone(only)?]);
        }
        if let BuiltProgram::Failed(failure, _) = self.make(&self.stage.solution.text, Keep::No)? {
            return Ok(vec![Placed::Nowhere(failure); submissions.len()]);
        }
        let (first, second) = submissions.split_at(submissions.len() / 2);
        let half = |half: &[&Submission]| {
            let bodies: Vec<&NewBody> = half.iter().flat_map(|submission| &submission.bodies).collect();
            self.together(&bodies, half, Keep::No)
        };
        Ok([half(first)?, half(second)?].concat())
    }

    /// Builds a submission like a student's file.
    fn alone(&self, submission: &Submission) -> Result<Placed> {
        Ok(match self.make(&self.stage.solution.with(&submission.bodies), Keep::No)? {
            BuiltProgram::Program(program) => Placed::In { program, choice: None },
            BuiltProgram::Failed(failure, _) => Placed::Nowhere(failure),
        })
    }

    /// The program of a library of this text.
    fn make(&self, text: &str, keep: Keep) -> Result<BuiltProgram> {
        let folder = self.folder.join(self.begun.replace(self.begun.get() + 1).to_string());
        fs::create_dir_all(&folder)?;
        let source = folder.join("lib.rs");
        let plan = self.plan.of_library(&source).with_outputs(&folder, &folder);
        let key = hash_of(format!("{} {text}", self.inputs.in_short()).as_bytes());
        if keep == Keep::Yes && self.programs.take(Kind::Stage, &key, &plan.program()) {
            return Ok(BuiltProgram::Program(plan.program()));
        }
        fs::write(&source, text)?;
        let failed = |unmade: Unmade| Ok(BuiltProgram::Failed(unmade.failure(self.workspace, None)?, source.clone()));
        // A student who waits for a pair may not wait for both calls: the next grade goes on from here.
        let goes_on = keep == Keep::Yes && self.stage.purpose == Purpose::Pairs;
        if !(goes_on && self.programs.take(Kind::StageLibrary, &key, &plan.rlib())) {
            if let Err(unmade) = library(self.workspace, &plan)? {
                return failed(unmade);
            }
            if goes_on {
                self.programs.put(Kind::StageLibrary, &key, &plan.rlib());
            }
        }
        if let Err(unmade) = program(self.workspace, &plan)? {
            return failed(unmade);
        }
        self.read.borrow_mut().extend(plan.read(self.workspace.root()).files);
        if keep == Keep::Yes {
            self.complete.replace(Some((key, plan.program())));
        }
        Ok(BuiltProgram::Program(plan.program()))
    }
}
