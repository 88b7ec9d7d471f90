//! `cargo xtask` without a command: lists the commands, the students' first.

use clap::Command;
use harness::{Side, padded};

use crate::cli::{for_instructors, for_students};

/// The list of commands, and which of them to start with.
pub fn overview() -> String {
    let (student, instructor) = (for_students(), for_instructors());
    let rows: Vec<Vec<String>> = student.iter().chain(&instructor).map(row).collect();
    let lines = padded(&rows, |_| Side::Left).into_iter().map(|cells| format!("  {}", cells.join("  ")));
    let lines: Vec<String> = lines.map(|line| format!("{}\n", line.trim_end())).collect();
    let (for_students, for_instructors) = lines.split_at(student.len());
    format!(
        "The gradient descent course. To begin: cargo xtask grade\n\n\
         For students:\n{}\n\
         For instructors:\n{}\n\
         cargo xtask COMMAND --help says more, with an example.\n",
        for_students.concat(),
        for_instructors.concat()
    )
}

/// A command and what it does.
fn row(command: &Command) -> Vec<String> {
    vec![command.get_name().to_owned(), command.get_about().map(ToString::to_string).unwrap_or_default()]
}
