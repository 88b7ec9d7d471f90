//! The checked blocks of a step's README: a fenced block ```` ```text case=NAME ```` holds the table that the solution
//! answers on the lesson's data, so that prose and code cannot drift apart.

use std::path::Path;

use grader::answers::{Key, Record, Recorded};
use grader::{Error, Result};
use harness::Trial;

const FENCE: &str = "```text case=";

/// How many checked blocks a README has.
pub fn tables_in(text: &str) -> usize {
    text.lines().filter(|line| line.starts_with(FENCE)).count()
}

/// The README's text with the table of each checked block as it is recorded.
///
/// # Errors
/// If a block names no case of the step, or is not closed.
pub fn with_tables(path: &Path, text: &str, answers: &Record) -> Result<String> {
    let mut renewed = String::new();
    let mut lines = text.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        renewed.push_str(line);
        renewed.push('\n');
        let Some(case) = line.strip_prefix(FENCE) else { continue };
        let Some(Recorded::Answered(table)) = answers.get(&Key::new(case, Trial::Lesson)) else {
            return Err(Error::at(path, at + 1, format!("the step has no case `{case}`")));
        };
        renewed.push_str(&table.to_string());
        if !lines.any(|(_, line)| line == "```") {
            return Err(Error::at(path, at + 1, "this block is not closed"));
        }
        renewed.push_str("```\n");
    }
    Ok(renewed)
}
