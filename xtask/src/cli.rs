//! The command line of `cargo xtask`: one tree of commands for all programs that carry them out, for their help and for
//! what a shell completes. The arguments of commands that other programs carry out stand here, the rest beside their
//! commands.

use std::path::PathBuf;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use grader::Workspace;
use grader::cli::GradeArgs;

use crate::hint::HintArgs;
use crate::list::ListArgs;
use crate::reset::ResetArgs;
use crate::solution::SolutionArgs;

/// The gradient descent course
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", version, bin_name = "cargo xtask")]
pub struct Cli {
    /// The folder of the course, if it is not this one
    #[arg(long, global = true, hide = true, default_value_os_t = launcher::course())]
    pub course: PathBuf,
    /// The command, if one is named
    #[command(subcommand)]
    pub task: Option<Task>,
}

/// A command.
#[derive(Debug, Subcommand)]
pub enum Task {
    /// For students.
    #[command(flatten)]
    Student(StudentTask),
    /// For instructors.
    #[command(flatten)]
    Instructor(InstructorTask),
}

/// A command for students.
#[derive(Debug, Subcommand)]
pub enum StudentTask {
    /// Grade the steps and say what to do next
    #[command(after_help = "Example: cargo xtask grade 3")]
    Grade(GradeArgs),
    /// Grade at every save, in a full-screen view
    #[command(after_help = "Example: cargo xtask watch")]
    Watch(WatchArgs),
    /// Give a hint for the function that fails first
    #[command(after_help = "Example: cargo xtask hint")]
    Hint(HintArgs),
    /// List the steps with status, points and place
    #[command(after_help = "Example: cargo xtask list")]
    List(ListArgs),
    /// Draw your answers, here and in the browser
    #[command(after_help = "Example: cargo xtask plot 3")]
    Plot(PlotArgs),
    /// Put a step's stub back, keeping your file
    #[command(after_help = "Example: cargo xtask reset 3")]
    Reset(ResetArgs),
    /// Show the reference solution beside your own
    #[command(after_help = "Example: cargo xtask solution 3")]
    Solution(SolutionArgs),
    /// Let your shell complete commands and steps
    #[command(after_help = HELP_FOR_COMPLETIONS)]
    Completions(CompletionsArgs),
}

/// A command for instructors.
#[derive(Debug, Subcommand)]
pub enum InstructorTask {
    /// Record expected answers from the solutions
    #[command(after_help = "Example: cargo xtask bless loss")]
    Bless(BlessArgs),
    /// Check that each exercise is sound
    #[command(after_help = "Example: cargo xtask verify loss")]
    Verify(VerifyArgs),
    /// Make a new step with a small example in it
    #[command(after_help = "Example: cargo xtask new huber-loss --after loss")]
    New(NewArgs),
}

/// What to watch.
#[derive(Debug, Args)]
pub struct WatchArgs {
    /// The step to begin with, by number, name or path; the first that is not done if none is named
    #[arg(value_name = "STEP")]
    pub step: Option<String>,
}

/// What to draw.
#[derive(Debug, Args)]
pub struct PlotArgs {
    /// The step, by number, name or path; the first that is not done if none is named
    #[arg(value_name = "STEP")]
    pub step: Option<String>,
    /// Write the pictures and do not open them in the browser
    #[arg(long)]
    pub no_open: bool,
}

/// For which shell to print a script.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// A shell that can complete `cargo xtask …`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    /// bash, also without bash-completion
    Bash,
    /// zsh, after compinit
    Zsh,
    /// fish, 3 or newer
    Fish,
}

/// What to record.
#[derive(Debug, Args)]
pub struct BlessArgs {
    /// The steps to record, by number, name or path; all if none is named
    #[arg(value_name = "STEP")]
    pub steps: Vec<String>,
    /// Overwrite without asking
    #[arg(long)]
    pub yes: bool,
    /// Leave what changed as pending snapshots for `cargo insta review`
    #[arg(long, conflicts_with = "yes")]
    pub review: bool,
    /// Write the stubs anew as well, over whatever stands in the exercises' src/lib.rs
    #[arg(long, conflicts_with = "review")]
    pub stub: bool,
}

/// What to verify.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// The steps to verify, by number, name or path; all if none is named
    #[arg(value_name = "STEP")]
    pub steps: Vec<String>,
}

/// What to make.
#[derive(Debug, Args)]
pub struct NewArgs {
    /// What the step and its crate are called, such as `huber-loss`
    #[arg(value_name = "NAME")]
    pub name: String,
    /// The step that it follows, by number, name or path; the last one if none is named
    #[arg(long, value_name = "STEP")]
    pub after: Option<String>,
}

impl Cli {
    /// The workspace that the command is about.
    ///
    /// # Errors
    /// If its folder does not exist.
    pub fn workspace(&self) -> grader::Result<Workspace> {
        Workspace::new(&self.course, launcher::target_folder)
    }

    /// The command line of this process. Where it asks for help (`overview`) or is no command, says so and ends the process.
    pub fn from_command_line(overview: String) -> Self {
        let matches = Self::command().override_help(overview).get_matches();
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
    }
}

const HELP_FOR_COMPLETIONS: &str = "\
Example: cargo xtask completions bash

The names of the steps are those that the course has now. In this folder, for the shell that you are in:

  bash  eval \"$(cargo xtask completions bash)\"
  zsh   eval \"$(cargo xtask completions zsh)\"
  fish  cargo xtask completions fish | source

And for every new one:

  bash  cargo xtask completions bash > ~/.cargo-xtask.bash
        echo 'source ~/.cargo-xtask.bash' >> ~/.bashrc
  zsh   cargo xtask completions zsh > ~/.cargo-xtask.zsh
        echo 'source ~/.cargo-xtask.zsh' >> ~/.zshrc
  fish  cargo xtask completions fish > ~/.config/fish/conf.d/cargo-xtask.fish";

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_version_is_the_one_that_the_course_names_in_its_reports() {
        let workspace = Workspace::new(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), launcher::target_folder);
        let course = workspace.and_then(|workspace| workspace.course()).expect("the course of this checkout");
        let version = course.version.expect("the workspace's manifest has a version");
        assert_eq!(Cli::command().render_version(), format!("cargo xtask {version}\n"));
    }
}
