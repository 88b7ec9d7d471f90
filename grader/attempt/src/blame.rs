//! Who is to blame for code that does not compile: the student or the course. If even the reference solution does not
//! compile in the place of the student's library, the course is.
//!
//! This is tried only once, and not at all if anything has compiled with the same manifest and cases before.

use std::path::{Path, PathBuf};

use course::{Fault, Result, Solution, Step, or_fault};
use fs_err as fs;

use super::inputs::Inputs;
use super::make::{Unmade, library, program};
use super::own_files;
use super::plan::Plan;
use crate::workspace::Workspace;

/// A step's manifest and cases: everything that it is built with except the student's library.
pub(crate) struct Scaffold<'a> {
    workspace: &'a Workspace,
    step: &'a Step,
    /// A hash of the scaffold.
    key: String,
}

impl<'a> Scaffold<'a> {
    /// The scaffold of a step with these inputs, which leave out the student's library.
    pub(crate) fn new(workspace: &'a Workspace, step: &'a Step, inputs: &Inputs) -> Self {
        Self { workspace, step, key: inputs.in_short() }
    }

    /// What is wrong with it, if even the solution does not compile in it. The outputs go into this folder.
    ///
    /// # Errors
    /// If the compiler cannot do its work, or an interrupt comes.
    pub(crate) fn fault(&self, plan: &Plan, folder: &Path) -> Result<Option<Fault>> {
        if self.is_known_to_be_sound() {
            return Ok(None);
        }
        // Without a solution nobody knows. Whatever needs it reports what is wrong with it.
        let Ok(solution) = or_fault(Solution::load(self.workspace.root(), self.step))? else { return Ok(None) };
        fs::create_dir_all(folder)?;
        let plan = plan.of_source(&self.workspace.root().join(solution.path)).with_outputs(folder, folder);
        let unmade = match library(self.workspace, &plan)? {
            Ok(_) => program(self.workspace, &plan)?.err(),
            Err(unmade) => Some(unmade),
        };
        if unmade.is_none() {
            self.note_sound();
        }
        let fault = |unmade: Unmade| Ok(unmade.failure(self.workspace, None)?.as_fault_of_course(self.step));
        unmade.map(fault).transpose()
    }

    /// Notes that something has compiled in it.
    pub(crate) fn note_sound(&self) {
        if !self.is_known_to_be_sound() {
            // If the note cannot be kept, the solution is tried again.
            let _ = own_files::replace(&self.workspace.scratch(), &self.file(), self.key.as_bytes());
        }
    }

    fn is_known_to_be_sound(&self) -> bool {
        own_files::read(&self.file()).is_some_and(|key| key == self.key.as_bytes())
    }

    fn file(&self) -> PathBuf {
        self.workspace.scratch().join("sound").join(self.step.folder_name())
    }
}
