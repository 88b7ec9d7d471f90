//! The desk: what a student has open for the evening. `cargo xtask watch` and `cargo xtask plot` hand over to it.

mod charset;
mod chart;
mod plot;
mod watch;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use grader::Workspace;
use grader::cli::{PlotArgs, WatchArgs, exit_code_of};

/// The command line of `cargo xtask`, as far as it concerns the desk.
#[derive(Debug, Parser)]
#[command(version, bin_name = "cargo xtask")]
struct Cli {
    #[arg(long, global = true, hide = true, default_value_os_t = launcher::course())]
    course: PathBuf,
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Grade at every save, in a full-screen view
    Watch(WatchArgs),
    /// Draw your answers, here and in the browser
    Plot(PlotArgs),
}

fn main() -> ExitCode {
    let Cli { course, task } = Cli::parse();
    exit_code_of(|| match &task {
        Task::Watch(args) => watch::watch(&course, args),
        Task::Plot(args) => plot::plot(&Workspace::new(&course, launcher::target_folder)?, args),
    })
}
