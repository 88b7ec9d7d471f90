//! The bench of a step: its programs, as they were last built, ready to run experiments again and again.

use std::env::consts::EXE_EXTENSION;
use std::path::{Path, PathBuf};
use std::thread;

use fs_err as fs;
use harness::OwnData;
use harness::protocol::Given;

use super::{Pair, Run, Trouble, Whose, run};
use crate::attempt::build::{Built, Planned, build, plans};
use crate::attempt::inputs::{Further, Inputs, Surroundings, hash_of};
use crate::attempt::make::{library, program};
use crate::attempt::obstacle::Obstacle;
use crate::attempt::programs::{Kind, Programs};
use crate::attempt::run_folder::RunFolder;
use crate::attempt::{CompileFailure, CompilerError, Listener};
use crate::course::{Course, Solution, Step};
use crate::error::{Error, Result};
use crate::workspace::Workspace;

/// The programs of a step. They stay as they are whatever is saved or built meanwhile, and go with the bench.
///
/// ```no_run
/// use grader::course::Step;
/// use grader::{Course, Result, Workspace};
/// use harness::protocol::Given;
///
/// /// Runs the first experiment of a step as the lesson has it, and says how it ended.
/// fn try_out(workspace: &Workspace, course: &Course, step: &Step) -> Result<()> {
///     let bench = workspace.bench(course, step, &|_progress| ())?;
///     if let Some(experiment) = step.experiments.first() {
///         let pair = bench.run_both(&experiment.name, &Given::default())?;
///         println!("{}: {}", pair.setting(), pair.notes(experiment).join(" "));
///     }
///     Ok(())
/// }
/// ```
#[derive(Debug)]
pub struct Bench {
    workspace: Workspace,
    step: Step,
    student: Option<StudentProgram>,
    solution: Option<PathBuf>,
    folder: RunFolder,
}

/// The program of the student's code, or why there is none.
#[derive(Debug)]
struct StudentProgram {
    /// What decides it.
    inputs: Inputs,
    built: std::result::Result<PathBuf, CompileFailure>,
}

impl Workspace {
    /// Makes a bench of a step as it lies: of the programs that the last grade or bench built or, where something has
    /// changed since, of new ones.
    ///
    /// # Errors
    /// If a program cannot be built and it is not the student's code, or an interrupt comes.
    pub fn bench(&self, course: &Course, step: &Step, progress: &Listener<'_>) -> Result<Bench> {
        let folder = RunFolder::new(&self.scratch())?;
        let student = Some(student(self, step, folder.path(), progress)?);
        let solution = solution(self, course, step, folder.path(), progress)?;
        Ok(Bench { workspace: self.clone(), step: step.clone(), student, solution, folder })
    }

    /// Makes a bench of a step's solution alone.
    ///
    /// # Errors
    /// As [`bench`](Self::bench).
    pub fn bench_of_solution(&self, course: &Course, step: &Step, progress: &Listener<'_>) -> Result<Bench> {
        let folder = RunFolder::new(&self.scratch())?;
        let solution = solution(self, course, step, folder.path(), progress)?;
        Ok(Bench { workspace: self.clone(), step: step.clone(), student: None, solution, folder })
    }
}

impl Bench {
    /// Whether the student's program is still the one of the code as it lies.
    pub fn is_current(&self) -> bool {
        let now = || Surroundings::of(&self.workspace).of_attempt(&self.step);
        self.student.as_ref().is_none_or(|student| student.inputs == now())
    }

    /// Whether there is a solution to compare with.
    pub fn has_solution(&self) -> bool {
        self.solution.is_some()
    }

    /// The compiler's errors, where the student's code does not compile.
    pub fn errors(&self) -> &[CompilerError] {
        let failure = self.student.as_ref().and_then(|student| student.built.as_ref().err());
        failure.map_or(&[], |failure| &failure.errors)
    }

    /// Keeps data of the student's own for as long as the bench lives, and returns the file to give to runs.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn keep_data(&self, data: &OwnData) -> Result<PathBuf> {
        let text = data.to_string();
        let file = self.folder.path().join(format!("{}.csv", hash_of(text.as_bytes())));
        // Whole or not at all: another run may read it.
        if !file.is_file() {
            let draft = tempfile::NamedTempFile::new_in(self.folder.path())?;
            fs::write(draft.path(), text)?;
            draft.persist(&file).map_err(|error| error.error)?;
        }
        Ok(file)
    }

    /// Runs an experiment; nothing if the bench does not have the code that it is to run on.
    ///
    /// # Errors
    /// If the program cannot be started, or an interrupt comes. What the code does is no error.
    pub fn run(&self, experiment: &str, given: &Given, whose: Whose) -> Result<Option<Run>> {
        if let Some(trouble) = refused(given) {
            return Ok(Some(Run::not_begun(trouble)));
        }
        let program = match whose {
            Whose::Student => match self.student.as_ref().map(|student| &student.built) {
                Some(Err(failure)) => return Ok(Some(Run::not_begun(Trouble::of_failure(failure)))),
                built => built.and_then(|built| built.as_ref().ok()),
            },
            Whose::Solution => self.solution.as_ref(),
        };
        let Some(program) = program else { return Ok(None) };
        let folder = self.workspace.root().join(&self.step.folder);
        run(&self.workspace, program, &folder, experiment, given).map(Some)
    }

    /// Runs an experiment on both, at the same time.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn run_both(&self, experiment: &str, given: &Given) -> Result<Pair> {
        let own = |whose| self.run(experiment, given, whose);
        let (student, solution) = thread::scope(|scope| {
            let solution = scope.spawn(|| own(Whose::Solution));
            let student = own(Whose::Student);
            let failed = |_| Err(Error::Program("the run of the solution has failed".to_owned()));
            (student, solution.join().unwrap_or_else(failed))
        });
        let nothing = || Error::Program("the student's code was not run".to_owned());
        Ok(Pair { student: student?.ok_or_else(nothing)?, solution: solution? })
    }
}

/// Why no program needs to see what is given: the system may refuse so much.
fn refused(given: &Given) -> Option<Trouble> {
    const MOST_BYTES: usize = 8 << 10;
    let bytes: usize = given.values.iter().map(|(name, value)| name.len() + value.len()).sum();
    let sentence = || "these are far more values than any experiment has controls".to_owned();
    (bytes > MOST_BYTES).then(|| Trouble::Refused(sentence()))
}

/// The program of the student's code in a folder, kept or built, and what it is from.
fn student(workspace: &Workspace, step: &Step, folder: &Path, progress: &Listener<'_>) -> Result<StudentProgram> {
    const TRIES: usize = 3;
    let path = folder.join("student").with_extension(EXE_EXTENSION);
    let mut inputs = Surroundings::of(workspace).of_attempt(step);
    let programs = Programs::of_step(workspace, step);
    if programs.take_student(&inputs, &path) {
        return Ok(StudentProgram { inputs, built: Ok(path) });
    }
    for _ in 0..TRIES {
        let built = build(workspace, &[step], folder, progress)?.into_iter().next();
        let now = Surroundings::of(workspace).of_attempt(step);
        // What was saved meanwhile may be in it or not.
        if now != inputs {
            inputs = now;
            continue;
        }
        return match built {
            Some(Built::Program { path, read, .. }) => {
                programs.put_student(&inputs, &Further::of(read, &inputs), &path);
                Ok(StudentProgram { inputs, built: Ok(path) })
            }
            Some(Built::Failed { failure, .. }) => Ok(StudentProgram { inputs, built: Err(failure) }),
            Some(Built::Faulty(fault)) => Err(fault.into()),
            None => Err(Error::Program("the step was not built".to_owned())),
        };
    }
    Err(Error::in_file(&step.source(), "this file kept changing while it was compiled; try again"))
}

/// The program of the solution in a folder, kept or built; nothing if there is none, or it does not compile.
fn solution(
    workspace: &Workspace,
    course: &Course,
    step: &Step,
    folder: &Path,
    progress: &Listener<'_>,
) -> Result<Option<PathBuf>> {
    let Ok(solution) = Solution::load(&course.root, step) else { return Ok(None) };
    let surroundings = Surroundings::of(workspace);
    let key = hash_of(format!("{} {}", surroundings.of_stage(step).in_short(), solution.text).as_bytes());
    let path = folder.join("solution").with_extension(EXE_EXTENSION);
    let programs = Programs::of_step(workspace, step);
    if programs.take(Kind::Solution, &key, &path) {
        return Ok(Some(path));
    }
    let plan = match plans(workspace, &[step], &surroundings, progress)?.into_iter().next() {
        Some(Planned::As(plan)) => plan,
        Some(Planned::Not(Obstacle::Fault(_) | Obstacle::Failure(_))) | None => return Ok(None),
    };
    let outputs = folder.join("solution-build");
    fs::create_dir_all(&outputs)?;
    let source = outputs.join("lib.rs");
    fs::write(&source, &solution.text)?;
    let plan = plan.of_library(&source).with_outputs(&outputs, &outputs);
    if library(workspace, &plan)?.is_err() {
        return Ok(None);
    }
    let Ok(built) = program(workspace, &plan)? else { return Ok(None) };
    programs.put(Kind::Solution, &key, &built);
    Ok(Some(built))
}
