//! `cargo xtask` alone: the commands that there are, the students' first.

use clap::{Command, Subcommand};

use crate::cli::{InstructorTask, StudentTask};

/// What there is to be called, and where to begin.
pub fn overview() -> String {
    let (student, instructor) = (commands::<StudentTask>(), commands::<InstructorTask>());
    let longest = student.iter().chain(&instructor).map(|(name, _)| name.len()).max().unwrap_or(0);
    let list = |commands: &[(String, String)]| -> String {
        commands.iter().map(|(name, about)| format!("  {name:<longest$}  {about}\n")).collect()
    };
    format!(
        "The gradient descent course. To begin: cargo xtask grade\n\n\
         For students:\n{}\n\
         For instructors:\n{}\n\
         cargo xtask COMMAND --help says more, with an example.\n",
        list(&student),
        list(&instructor)
    )
}

/// Each command and what it is for.
fn commands<T: Subcommand>() -> Vec<(String, String)> {
    let all = T::augment_subcommands(Command::new("all"));
    let shown = all.get_subcommands();
    shown.map(|own| (own.get_name().to_owned(), own.get_about().map(ToString::to_string).unwrap_or_default())).collect()
}
