//! The bench of a step: its programs, as they were last built, ready to run experiments again and again.

use std::env::consts::EXE_EXTENSION;
use std::path::{Path, PathBuf};
use std::thread;

use attempt::build::{Built, build};
use attempt::inputs::{Further, Inputs, Surroundings, hash_of};
use attempt::make::{library, program};
use attempt::obstacle::Obstacle;
use attempt::planned::{Base, Planned, plans};
use attempt::programs::{Kind, Programs};
use attempt::run_folder::RunFolder;
use attempt::workspace::Workspace;
use course::{Course, Error, Result, Solution, Source, Step};
use fs_err as fs;
use harness::OwnData;
use harness::protocol::{Given, Panic};
use outcome::{CompileFailure, CompilerError, Listener, Place};
use verdict::place_of_panic;

use super::program::Program;
use super::{Pair, Run, Trouble, Whose};

/// The programs of a step. They stay as they are whatever is saved or built meanwhile, and go with the bench.
///
/// ```no_run
/// use grader_experiment::Bench;
/// use grader::course::Step;
/// use grader::{Course, Result, Workspace};
/// use harness::protocol::Given;
///
/// /// Runs the first experiment of a step as the lesson has it, and says how it ended.
/// fn try_out(workspace: &Workspace, course: &Course, step: &Step) -> Result<()> {
///     let bench = Bench::of(workspace, course, step, &|_progress| ())?;
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
    solution: Option<Program>,
    folder: RunFolder,
}

/// The program of the student's code, or why there is none.
#[derive(Debug)]
struct StudentProgram {
    /// What decides it.
    inputs: Inputs,
    /// The text of the student's file.
    source: String,
    built: std::result::Result<Program, CompileFailure>,
}

impl Bench {
    /// The bench of a step as it is: of the programs that the last grade or bench built or, where something has
    /// changed since, of new ones.
    ///
    /// # Errors
    /// If a program cannot be built and it is not the student's code, or an interrupt comes.
    pub fn of(workspace: &Workspace, course: &Course, step: &Step, progress: &Listener<'_>) -> Result<Bench> {
        let folder = RunFolder::new(&workspace.scratch())?;
        let student = Some(student(workspace, step, folder.path(), progress)?);
        let solution =
            solution(workspace, course, step, folder.path(), progress)?.map(|path| program_of(workspace, step, path));
        Ok(Self { workspace: workspace.clone(), step: step.clone(), student, solution, folder })
    }

    /// The bench of a step's solution alone.
    ///
    /// # Errors
    /// As [`of`](Self::of).
    pub fn of_solution(workspace: &Workspace, course: &Course, step: &Step, progress: &Listener<'_>) -> Result<Bench> {
        let folder = RunFolder::new(&workspace.scratch())?;
        let solution =
            solution(workspace, course, step, folder.path(), progress)?.map(|path| program_of(workspace, step, path));
        Ok(Self { workspace: workspace.clone(), step: step.clone(), student: None, solution, folder })
    }

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
        let run = match whose {
            Whose::Student => {
                let Some(student) = &self.student else { return Ok(None) };
                match &student.built {
                    Err(failure) => return Ok(Some(Run::not_begun(Trouble::of_failure(failure)))),
                    Ok(program) => {
                        let source = Source::new(&student.source);
                        let place = |panic: &Panic| place_of_panic(&self.step, &source, panic);
                        program.run(&self.workspace, experiment, given, place)
                    }
                }
            }
            Whose::Solution => {
                let Some(program) = &self.solution else { return Ok(None) };
                program.run(&self.workspace, experiment, given, Place::of_panic)
            }
        };
        run.map(Some)
    }

    /// Starts the processes of the next run ahead, which wait for a while. Without it a run starts them itself.
    pub fn make_ready(&self) {
        let student = self.student.as_ref().and_then(|student| student.built.as_ref().ok());
        for program in [student, self.solution.as_ref()].into_iter().flatten() {
            program.make_ready(&self.workspace);
        }
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

/// The program of a step in this file, which runs where the step is.
fn program_of(workspace: &Workspace, step: &Step, path: PathBuf) -> Program {
    Program::new(path, workspace.root().join(&step.folder))
}

/// The program of the student's code in a folder, kept or built, and what it is from.
fn student(workspace: &Workspace, step: &Step, folder: &Path, progress: &Listener<'_>) -> Result<StudentProgram> {
    const TRIES: usize = 3;
    let path = folder.join("student").with_extension(EXE_EXTENSION);
    let mut source = step.read_source(workspace.root());
    let mut inputs = Surroundings::of(workspace).of_attempt(step);
    let programs = Programs::of_step(workspace, step);
    if programs.take_student(&inputs, &path) {
        return Ok(StudentProgram { inputs, source, built: Ok(program_of(workspace, step, path)) });
    }
    for _ in 0..TRIES {
        let built = build(workspace, &[step], Base::Kept, folder, progress)?.into_iter().next();
        let now = Surroundings::of(workspace).of_attempt(step);
        // What was saved meanwhile may be in it or not.
        if now != inputs {
            source = step.read_source(workspace.root());
            inputs = now;
            continue;
        }
        return match built {
            Some(Built::Program { path, read, .. }) => {
                programs.put_student(&inputs, &Further::of(read, &inputs), &path);
                Ok(StudentProgram { inputs, source, built: Ok(program_of(workspace, step, path)) })
            }
            Some(Built::Failed { failure, .. }) => Ok(StudentProgram { inputs, source, built: Err(failure) }),
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
    let plan = match plans(workspace, &[step], &surroundings, Base::Kept, progress)?.into_iter().next() {
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
    // The key does not hold the content of other crates of the course's own.
    if plan.sources.is_empty() {
        programs.put(Kind::Solution, &key, &built);
    }
    Ok(Some(built))
}
