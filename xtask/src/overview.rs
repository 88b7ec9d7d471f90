//! `cargo xtask` without a command: lists the commands, the students' first.

use clap::Command;
use grader::course::Edition;

use crate::cli::{for_instructors, for_students};

/// The commands of a course of this edition, and which of them to start with.
pub fn overview(edition: Edition) -> String {
    let student = listed(&for_students(edition));
    let instructor = if edition.has_solutions() { listed(&for_instructors()) } else { Vec::new() };
    let longest = student.iter().chain(&instructor).map(|(name, _)| name.len()).max().unwrap_or(0);
    let list = |commands: &[(String, String)]| -> String {
        commands.iter().map(|(name, about)| format!("  {name:<longest$}  {about}\n")).collect()
    };
    let lists = match edition {
        Edition::Instructors => format!("For students:\n{}\nFor instructors:\n{}", list(&student), list(&instructor)),
        Edition::Students => list(&student),
    };
    format!(
        "The gradient descent course. To begin: cargo xtask grade\n\n\
         {lists}\n\
         cargo xtask COMMAND --help says more, with an example.\n"
    )
}

/// Each command and what it is for.
fn listed(commands: &[Command]) -> Vec<(String, String)> {
    let about = |command: &Command| command.get_about().map(ToString::to_string).unwrap_or_default();
    let shown = commands.iter().filter(|command| !command.is_hide_set());
    shown.map(|command| (command.get_name().to_owned(), about(command))).collect()
}
