//! `cargo xtask …`: a thin command line over the grader, and the instructor's tasks, one file each.

mod ask;
mod bless;
mod completions;
mod hint;
mod list;
mod new;
mod overview;
mod readme;
mod recording;
mod reset;
mod solution;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use grader::Workspace;
use grader::cli::{GradeArgs, PlotArgs, WatchArgs, exit_code_of, grade_command, print};

/// The gradient descent course
#[derive(Debug, Parser)]
#[command(version, bin_name = "cargo xtask")]
struct Cli {
    /// The folder of the course, if it is not this one
    #[arg(long, global = true, hide = true, default_value_os_t = launcher::course())]
    course: PathBuf,
    #[command(subcommand)]
    task: Option<Task>,
}

#[derive(Debug, Subcommand)]
enum Task {
    #[command(flatten)]
    Student(StudentTask),
    #[command(flatten)]
    Instructor(InstructorTask),
}

#[derive(Debug, Subcommand)]
enum StudentTask {
    /// Grade the steps and say what to do next
    #[command(after_help = "Example: cargo xtask grade 3")]
    Grade(GradeArgs),
    /// Grade at every save, in a full-screen view
    #[command(after_help = "Example: cargo xtask watch")]
    Watch(WatchArgs),
    /// Give a hint for the function that fails first
    #[command(after_help = "Example: cargo xtask hint")]
    Hint(hint::HintArgs),
    /// List the steps with status, points and place
    #[command(after_help = "Example: cargo xtask list")]
    List(list::ListArgs),
    /// Draw your answers, here and in the browser
    #[command(after_help = "Example: cargo xtask plot 3")]
    Plot(PlotArgs),
    /// Put a step's stub back, keeping your file
    #[command(after_help = "Example: cargo xtask reset 3")]
    Reset(reset::ResetArgs),
    /// Show the reference solution beside your own
    #[command(after_help = "Example: cargo xtask solution 3")]
    Solution(solution::SolutionArgs),
    /// Let your shell complete commands and steps
    #[command(after_help = completions::HELP)]
    Completions(completions::CompletionsArgs),
}

#[derive(Debug, Subcommand)]
enum InstructorTask {
    /// Record expected answers from the solutions
    #[command(after_help = "Example: cargo xtask bless loss")]
    Bless(bless::BlessArgs),
    /// Check that each exercise is sound
    #[command(after_help = "Example: cargo xtask verify loss")]
    Verify(verify::VerifyArgs),
    /// Make a new step with a small example in it
    #[command(after_help = "Example: cargo xtask new huber-loss --after loss")]
    New(new::NewArgs),
    /// Write snapshots through insta, as `bless` asks for them
    #[command(hide = true)]
    Record,
}

fn main() -> ExitCode {
    let overview = overview::overview::<StudentTask, InstructorTask>();
    let matches = Cli::command().override_help(&overview).get_matches();
    let Cli { course, task } = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let workspace = || Workspace::new(&course, launcher::target_folder);
    exit_code_of(|| match &task {
        None => print(&overview).map(|()| ExitCode::SUCCESS),
        Some(Task::Student(task)) => match task {
            StudentTask::Grade(args) => grade_command(&workspace()?, args),
            // A program of its own, so that nobody who only grades waits for a full screen to be compiled. It reads the
            // same command line once more.
            StudentTask::Watch(_) | StudentTask::Plot(_) => {
                Ok(launcher::become_program(&launcher::course(), "desk", std::env::args_os().skip(1)))
            }
            StudentTask::Hint(args) => hint::hint(&workspace()?, args),
            StudentTask::List(args) => list::list(&workspace()?, args),
            StudentTask::Reset(args) => reset::reset(&workspace()?, args),
            StudentTask::Solution(args) => solution::solution(&workspace()?, args),
            StudentTask::Completions(args) => completions::completions(&workspace()?, args, &Cli::command()),
        },
        Some(Task::Instructor(task)) => match task {
            InstructorTask::Bless(args) => bless::bless(&workspace()?, args),
            InstructorTask::Verify(args) => verify::verify(&workspace()?, args),
            InstructorTask::New(args) => new::new(&workspace()?, args),
            InstructorTask::Record => bless::record(),
        },
    })
}
