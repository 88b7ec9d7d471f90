//! The command line of `cargo xtask`: one tree of commands for all programs that run them, for their help, and for
//! completion in a shell.
//!
//! It is built without clap's macros. These, with what they need of syn, would make a first build a twentieth longer.

mod tree;

use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgMatches, Command, ValueEnum};
use grader::Workspace;
use grader::cli::GradeArgs;
use grader::course::Edition;
use grader::verdict::Part;

use crate::hint::HintArgs;
use crate::launched;
use crate::reset::ResetArgs;
use crate::solution::SolutionArgs;
use crate::update::UpdateArgs;
use tree::COURSE;
pub use tree::{commands, for_instructors, for_students};

/// A command line.
#[derive(Debug)]
pub struct Cli {
    /// The folder of the course, if one is named.
    pub course: Option<PathBuf>,
    /// The command, if one is named.
    pub task: Option<Task>,
    /// The command's name, as it was typed.
    command: Option<String>,
}

/// A command.
#[derive(Debug)]
pub enum Task {
    /// For students.
    Student(StudentTask),
    /// For instructors.
    Instructor(InstructorTask),
    /// One that is about a step, which is not named.
    WithoutStep,
}

/// A command for students.
#[derive(Debug)]
pub enum StudentTask {
    /// Grade the steps and say what to do next.
    Grade(GradeArgs),
    /// Grade at every save, in a full-screen view.
    Watch(WatchArgs),
    /// Give a hint for the function that fails first.
    Hint(HintArgs),
    /// List the steps with status, points and place.
    List,
    /// Draw your answers, here and in the browser.
    Plot(PlotArgs),
    /// Open the lesson in the browser, with your own pictures.
    Lab(LabArgs),
    /// Put a step's stub back, keeping your file.
    Reset(ResetArgs),
    /// Put your code into stubs that have changed.
    Update(UpdateArgs),
    /// Show the reference solution beside your own.
    Solution(SolutionArgs),
    /// Let your shell complete commands and steps.
    Completions(CompletionsArgs),
}

/// A command for instructors.
#[derive(Debug)]
pub enum InstructorTask {
    /// Record expected answers from the solutions.
    Bless(BlessArgs),
    /// Check that each exercise is sound.
    Verify(VerifyArgs),
    /// Try wrong solutions that are not listed yet.
    Mistakes(MistakesArgs),
    /// Make a new step with a small example in it.
    New(NewArgs),
    /// Give a step another name.
    Rename(RenameArgs),
    /// Put a step elsewhere in the order.
    Move(MoveArgs),
    /// Delete a step.
    Remove(RemoveArgs),
    /// Make a course without steps.
    Init(InitArgs),
    /// Copy the course for students, without solutions.
    Handout(HandoutArgs),
}

/// What to watch.
#[derive(Debug)]
pub struct WatchArgs {
    /// The step to begin with, by number, name or path; the first that is not done if none is named.
    pub step: Option<String>,
    /// Open each step's file when the student goes there.
    pub open: bool,
    /// The command that opens a file.
    pub edit_cmd: Option<String>,
}

/// What to draw.
#[derive(Debug)]
pub struct PlotArgs {
    /// The step, by number, name or path; the first that is not done if none is named.
    pub step: Option<String>,
    /// Write the pictures and do not open them in the browser.
    pub no_open: bool,
    /// Show what the whole course has built instead of a step's pictures.
    pub summary: bool,
    /// The experiment to draw instead of the cases, by name.
    pub experiment: Option<String>,
    /// Values for the controls of the experiment, each as `control=value`.
    pub set: Vec<String>,
    /// A CSV file of data for the experiment.
    pub data: Option<PathBuf>,
}

/// What to open in the browser.
#[derive(Debug)]
pub struct LabArgs {
    /// The step, by number, name or path; the first that is not done if none is named.
    pub step: Option<String>,
    /// The port to listen on; the system chooses a free one if none is named.
    pub port: Option<u16>,
    /// Print the address and do not open it.
    pub no_open: bool,
}

/// The shell to print a script for.
#[derive(Debug)]
pub struct CompletionsArgs {
    /// The shell.
    pub shell: Shell,
}

/// A shell that can complete `cargo xtask …`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shell {
    /// bash, even without bash-completion.
    Bash,
    /// zsh, after compinit.
    Zsh,
    /// fish, 3 or newer.
    Fish,
}

/// What to record.
#[derive(Debug)]
pub struct BlessArgs {
    /// The steps to record, by number, name or path; all if none is named.
    pub steps: Vec<String>,
    /// Overwrite without asking.
    pub yes: bool,
    /// Leave what changed as pending snapshots for `cargo insta review`.
    pub review: bool,
    /// Rewrite the stubs too, over the exercises' src/lib.rs.
    pub stub: bool,
}

/// What to verify.
#[derive(Debug)]
pub struct VerifyArgs {
    /// The steps to verify, by number, name or path; all if none is named.
    pub steps: Vec<String>,
}

/// What to try.
#[derive(Debug)]
pub struct MistakesArgs {
    /// The step, by number, name or path.
    pub step: String,
    /// The file that lists the solutions; they are made by machine if none is named.
    pub from: Option<PathBuf>,
}

/// What course to make.
#[derive(Debug)]
pub struct InitArgs {
    /// Its folder.
    pub folder: PathBuf,
    /// What it is called.
    pub title: Option<String>,
}

/// What to make.
#[derive(Debug)]
pub struct NewArgs {
    /// The name of the step and of its crate, such as `median`.
    pub name: String,
    /// The step that it follows, by number, name or path; the last one if none is named.
    pub after: Option<String>,
    /// Do not ask.
    pub yes: bool,
}

/// What to rename.
#[derive(Debug)]
pub struct RenameArgs {
    /// The step, by number, name or path.
    pub step: String,
    /// Its new name.
    pub name: String,
    /// Do not ask.
    pub yes: bool,
}

/// What to move.
#[derive(Debug)]
pub struct MoveArgs {
    /// The step, by number, name or path.
    pub step: String,
    /// The step that it is to follow, by number, name or path; none if it is to be the first.
    pub after: Option<String>,
    /// Do not ask.
    pub yes: bool,
}

/// What to delete.
#[derive(Debug)]
pub struct RemoveArgs {
    /// The step, by number, name or path.
    pub step: String,
    /// Do not ask.
    pub yes: bool,
}

/// Where to copy the course for students.
#[derive(Debug)]
pub struct HandoutArgs {
    /// The folder of the copy.
    pub folder: PathBuf,
    /// Whether the copy is there already.
    pub update: bool,
}

impl Cli {
    /// The workspace of the command.
    ///
    /// # Errors
    /// If its folder does not exist, or it is not clear which one is meant.
    pub fn workspace(&self) -> grader::Result<Workspace> {
        Workspace::new(&self.course()?, launched::target_folder)
    }

    /// The folder of the course that the command is for.
    ///
    /// # Errors
    /// If there is no folder of the name that is given, or this program is started in the folder of another course.
    pub fn course(&self) -> grader::Result<PathBuf> {
        match &self.course {
            Some(named) if !named.is_dir() => Err(grader::Error::Program(format!(
                "there is no folder {}; name the folder of a course after `--course`, or leave it out",
                named.display()
            ))),
            Some(named) => Ok(named.clone()),
            None => launched::course_meant(),
        }
    }

    /// The name of the command, if it needs the reference solutions.
    pub fn command_with_solutions(&self) -> Option<&str> {
        let needs_them =
            |name: &&str| commands(Edition::Students).find_subcommand(name).is_some_and(Command::is_hide_set);
        self.command.as_deref().filter(needs_them)
    }

    /// Why the command cannot run, if it is about a step that is not named: with the steps that there are.
    ///
    /// # Errors
    /// If the course cannot be read.
    pub fn no_step_named(&self) -> grader::Result<grader::Error> {
        let known = self.workspace()?.course()?.labels();
        let example = format!("cargo xtask {} 1", self.command.as_deref().unwrap_or_default());
        Ok(grader::Error::NoStepNamed { example, known })
    }

    /// The command line of this process, in a course of this edition. If it asks for help (`overview`) or is invalid,
    /// prints this and ends the process.
    pub fn from_command_line(edition: Edition, overview: String) -> Self {
        let commands = commands(edition).override_help(overview);
        let words: Vec<_> = std::env::args_os().collect();
        let matches = match commands.clone().try_get_matches_from(&words) {
            Ok(matches) => matches,
            Err(error) if lacks_step_alone(&error) => {
                // The steps are known to the course, and which one it is has been said.
                let matches = commands.ignore_errors(true).get_matches_from(&words);
                let command = matches.subcommand_name().map(str::to_owned);
                return Self { course: matches.get_one(COURSE).cloned(), task: Some(Task::WithoutStep), command };
            }
            Err(error) => error.exit(),
        };
        let task = matches.subcommand().and_then(|(name, matches)| Task::of(name, matches));
        let command = matches.subcommand_name().map(str::to_owned);
        Self { course: matches.get_one(COURSE).cloned(), task, command }
    }
}

/// Whether the command line would do if it named a step.
fn lacks_step_alone(error: &clap::Error) -> bool {
    let missing = error.get(ContextKind::InvalidArg);
    matches!(missing, Some(ContextValue::Strings(missing)) if matches!(&missing[..], [one] if one == "<STEP>"))
        && error.kind() == ErrorKind::MissingRequiredArgument
}

impl Task {
    fn of(name: &str, matches: &ArgMatches) -> Option<Self> {
        let word = |name: &str| matches.get_one::<String>(name).cloned();
        let steps = || matches.get_many("steps").unwrap_or_default().cloned().collect();
        let flag = |name: &str| matches.get_flag(name);
        Some(match name {
            "grade" => Self::Student(StudentTask::Grade(GradeArgs {
                steps: steps(),
                format: matches.get_one("format").copied().unwrap_or_default(),
                fresh: flag("fresh"),
                part: if flag("heart") { Part::Heart } else { Part::Whole },
            })),
            "watch" => Self::Student(StudentTask::Watch(WatchArgs {
                step: word("step"),
                open: flag("open"),
                edit_cmd: word("edit-cmd"),
            })),
            "hint" => Self::Student(StudentTask::Hint(HintArgs { step: word("step") })),
            "list" => Self::Student(StudentTask::List),
            "plot" => Self::Student(StudentTask::Plot(PlotArgs {
                step: word("step"),
                no_open: flag("no-open"),
                summary: flag("summary"),
                experiment: word("experiment"),
                set: matches.get_many("set").unwrap_or_default().cloned().collect(),
                data: matches.get_one("data").cloned(),
            })),
            "lab" => Self::Student(StudentTask::Lab(LabArgs {
                step: word("step"),
                port: matches.get_one("port").copied(),
                no_open: flag("no-open"),
            })),
            "reset" => Self::Student(StudentTask::Reset(ResetArgs { step: word("step")?, yes: flag("yes") })),
            "update" => Self::Student(StudentTask::Update(UpdateArgs { step: word("step") })),
            "solution" => Self::Student(StudentTask::Solution(SolutionArgs { step: word("step")?, yes: flag("yes") })),
            "completions" => {
                Self::Student(StudentTask::Completions(CompletionsArgs { shell: *matches.get_one("shell")? }))
            }
            "bless" => Self::Instructor(InstructorTask::Bless(BlessArgs {
                steps: steps(),
                yes: flag("yes"),
                review: flag("review"),
                stub: flag("stub"),
            })),
            "verify" => Self::Instructor(InstructorTask::Verify(VerifyArgs { steps: steps() })),
            "mistakes" => {
                let from = matches.get_one::<PathBuf>("from").cloned();
                Self::Instructor(InstructorTask::Mistakes(MistakesArgs { step: word("step")?, from }))
            }
            "new" => Self::Instructor(InstructorTask::New(NewArgs {
                name: word("name")?,
                after: word("after"),
                yes: flag("yes"),
            })),
            "init" => {
                let folder = matches.get_one::<PathBuf>("folder").cloned()?;
                Self::Instructor(InstructorTask::Init(InitArgs { folder, title: word("title") }))
            }
            "rename" => Self::Instructor(InstructorTask::Rename(RenameArgs {
                step: word("step")?,
                name: word("name")?,
                yes: flag("yes"),
            })),
            "move" => Self::Instructor(InstructorTask::Move(MoveArgs {
                step: word("step")?,
                after: word("after"),
                yes: flag("yes"),
            })),
            "remove" => Self::Instructor(InstructorTask::Remove(RemoveArgs { step: word("step")?, yes: flag("yes") })),
            "handout" => {
                let folder = matches.get_one::<PathBuf>("folder").cloned()?;
                Self::Instructor(InstructorTask::Handout(HandoutArgs { folder, update: flag("update") }))
            }
            _ => return None,
        })
    }
}

impl ValueEnum for Shell {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Bash, Self::Zsh, Self::Fish]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let (name, help) = match self {
            Self::Bash => ("bash", "bash, even without bash-completion"),
            Self::Zsh => ("zsh", "zsh, after compinit"),
            Self::Fish => ("fish", "fish, 3 or newer"),
        };
        Some(PossibleValue::new(name).help(help))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_version_is_the_one_that_the_course_names_in_its_reports() {
        let workspace = Workspace::new(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), launched::target_folder);
        let course = workspace.and_then(|workspace| workspace.course()).expect("the course of this checkout");
        let version = course.version.expect("the workspace's manifest has a version");
        assert_eq!(commands(Edition::Instructors).render_version(), format!("cargo xtask {version}\n"));
    }
}
