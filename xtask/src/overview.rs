//! `cargo xtask` without a command: lists the commands, the students' first.

use clap::Command;

use crate::cli::{for_instructors, for_students};

/// The commands, and which of them to start with.
pub fn overview() -> String {
    let (student, instructor) = (listed(&for_students()), listed(&for_instructors()));
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
fn listed(commands: &[Command]) -> Vec<(String, String)> {
    let about = |command: &Command| command.get_about().map(ToString::to_string).unwrap_or_default();
    commands.iter().map(|command| (command.get_name().to_owned(), about(command))).collect()
}
