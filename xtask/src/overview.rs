//! `cargo xtask` without a command: lists the commands, the students' first.

use clap::Command;
use grader::course::{About, Edition};
use harness::{Side, padded};

use crate::cli::{for_instructors, for_students};
use crate::launched;

/// The list of the commands of a course of this edition, and which of them to start with.
pub fn overview(edition: Edition) -> String {
    let student = for_students(edition).into_iter().filter(|command| !command.is_hide_set()).collect::<Vec<_>>();
    let instructor = if edition.has_solutions() { for_instructors().to_vec() } else { Vec::new() };
    let rows: Vec<Vec<String>> = student.iter().chain(&instructor).map(row).collect();
    let lines = padded(&rows, |_| Side::Left).into_iter().map(|cells| format!("  {}", cells.join("  ")));
    let lines: Vec<String> = lines.map(|line| format!("{}\n", line.trim_end())).collect();
    let (for_students, for_instructors) = lines.split_at(student.len());
    let title = About::load(&launched::course()).unwrap_or_default().title;
    let lists = match edition {
        Edition::Instructors => {
            format!("For students:\n{}\nFor instructors:\n{}", for_students.concat(), for_instructors.concat())
        }
        Edition::Students => for_students.concat(),
    };
    format!(
        "{title}. To begin: cargo xtask grade\n\n\
         {lists}\n\
         cargo xtask COMMAND --help says more, with an example.\n"
    )
}

/// A command and what it does.
fn row(command: &Command) -> Vec<String> {
    vec![command.get_name().to_owned(), command.get_about().map(ToString::to_string).unwrap_or_default()]
}
