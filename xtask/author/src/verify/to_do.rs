//! What is still to be written: each line with the word TODO, as `cargo xtask new` and `init` leave it.

use std::path::PathBuf;

use grader::course::{Course, Step, read};
use grader::path_with_line;

use super::Note;
use crate::files::{below, is_kind};
use crate::pages::pages;
use crate::steps::{link_on_the_map, map};

/// A line that is still to be written.
pub struct ToDo {
    /// The file, relative to the course.
    pub path: PathBuf,
    line: usize,
    text: String,
}

/// What is still to be written in a whole course.
pub fn to_do(course: &Course) -> Vec<ToDo> {
    let of_steps = course.steps.iter().flat_map(|step| of_step(course, step));
    of_course(course).into_iter().chain(of_steps).collect()
}

/// What is still to be written of a step: in its files, and in its row on the map.
pub(super) fn of_step(course: &Course, step: &Step) -> Vec<ToDo> {
    let files = step.folders().into_iter().flat_map(|folder| below(&course.root, &folder));
    let is_written = |path: &PathBuf| ["md", "rs", "toml"].iter().any(|kind| is_kind(path, kind));
    // The stub says what the solution says.
    let files = files.filter(|path| is_written(path) && *path != step.source());
    let row = link_on_the_map(&step.folder_name());
    let of_files = files.flat_map(|path| in_lines(course, path, |_| true));
    of_files.chain(in_lines(course, map(), |line| line.contains(&row))).collect()
}

/// What is still to be written in the pages that belong to no step.
pub(super) fn of_course(course: &Course) -> Vec<ToDo> {
    let folders: Vec<PathBuf> = course.steps.iter().flat_map(Step::folders).collect();
    let rows: Vec<String> = course.steps.iter().map(|step| link_on_the_map(&step.folder_name())).collect();
    let is_of_no_step = |path: &PathBuf| !folders.iter().any(|folder| path.starts_with(folder));
    let lines = |path| in_lines(course, path, |line| !rows.iter().any(|row| line.contains(row)));
    pages(course).into_iter().filter(is_of_no_step).flat_map(lines).collect()
}

/// The lines of a file that are still to be written. The guide speaks of the word itself, in quotes.
fn in_lines(course: &Course, path: PathBuf, is_meant: impl Fn(&str) -> bool) -> Vec<ToDo> {
    let Ok(text) = read(&course.root, &path) else { return Vec::new() };
    let lines = text.lines().enumerate().filter(|(_, line)| is_meant(line));
    let lines = lines.filter(|(_, line)| line.replace("`TODO`", "").contains("TODO"));
    lines.map(|(at, line)| ToDo { path: path.clone(), line: at + 1, text: line.trim().to_owned() }).collect()
}

impl ToDo {
    /// As a list shows it.
    pub fn shown(&self) -> String {
        let Note { place, message } = Note::from(self);
        format!("{place}: {message}")
    }
}

impl From<&ToDo> for Note {
    fn from(to_do: &ToDo) -> Self {
        Self { place: path_with_line(&to_do.path, Some(to_do.line)), message: to_do.text.clone() }
    }
}
