//! Moves steps to the next number, to make room for a new one: their folders, and everything that names a step by its
//! number.
//!
//! Only what can mean nothing else than a step is renumbered: the name of a folder, a link to it, a command, the head
//! of a step's own files. A "step 4" in prose may also be the fourth step of a descent: such lines are left as they
//! are, and listed.

use std::path::{Path, PathBuf};

use fs_err as fs;
use grader::Result;
use grader::course::{Course, Step};
use walkdir::WalkDir;

use super::changes::Changes;

/// A step that gets another number.
#[derive(Debug)]
pub struct Move<'a> {
    /// The step, as it was.
    pub step: &'a Step,
    /// Its next number.
    pub number: u32,
}

/// A file, relative to the course, and lines of it, from 1.
pub type Lines = (PathBuf, Vec<usize>);

/// The folder's name of a step with this number and name.
pub fn folder_name(number: u32, name: &str) -> String {
    format!("{number:02}-{name}")
}

/// The moves that leave a number free: the step that has it, and all that follow without a gap.
pub fn moves_for(course: &Course, number: u32) -> Vec<Move<'_>> {
    let later = course.steps.iter().filter(|step| step.number >= number);
    let unbroken = later.zip(number..).take_while(|(step, number)| step.number == *number);
    unbroken.map(|(step, number)| Move { step, number: number + 1 }).collect()
}

impl Move<'_> {
    /// The folder's name after the move.
    pub fn folder_name(&self) -> String {
        folder_name(self.number, &self.step.name)
    }
}

/// Moves steps, and returns the lines that may still name one of them by its old number.
///
/// # Errors
/// If a folder cannot be moved, or a file not be written.
pub fn renumber(root: &Path, moves: &[Move<'_>], changes: &mut Changes) -> Result<Vec<Lines>> {
    for moved in moves {
        for parent in ["exercises", "solutions"] {
            let parent = Path::new(parent);
            changes.rename(&parent.join(moved.step.folder_name()), &parent.join(moved.folder_name()))?;
        }
    }
    let mut left = Vec::new();
    for path in texts(root) {
        // What is not text names no step.
        let Ok(old) = fs::read_to_string(root.join(&path)) else { continue };
        let new = renumbered(&path, &old, moves);
        if new != old {
            changes.write(&path, &new)?;
        }
        let lines = uncertain_lines(&path, &new, moves);
        if !lines.is_empty() {
            left.push((path, lines));
        }
    }
    Ok(left)
}

/// The files in which a person may name a step, but not the snapshots, which name none.
fn texts(root: &Path) -> Vec<PathBuf> {
    let of_the_course = |path: &Path| {
        let ends = |ending: &str| path.extension().is_some_and(|extension| extension == ending);
        ends("md") || ends("rs") || ends("toml")
    };
    let folders = ["Cargo.toml", "README.md", "exercises", "solutions"].map(|name| root.join(name));
    let entries = folders.iter().flat_map(|folder| WalkDir::new(folder).sort_by_file_name().into_iter().flatten());
    let paths = entries.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path);
    let paths = paths.filter(|path| of_the_course(path));
    paths.filter_map(|path| path.strip_prefix(root).ok().map(Path::to_owned)).collect()
}

/// A text with the new numbers wherever an old one can only mean a step.
fn renumbered(path: &Path, text: &str, moves: &[Move<'_>]) -> String {
    let mut text = text.to_owned();
    // The last step first, so that no number is moved twice.
    for moved in moves.iter().rev() {
        let (old, new) = (moved.step.number, moved.number);
        let (old_folder, new_folder) = (moved.step.folder_name(), moved.folder_name());
        for (old, new) in mentions(old, &old_folder).iter().zip(mentions(new, &new_folder)) {
            text = text.replace(old, &new);
        }
        text = text.replace(&old_folder, &new_folder);
        for command in ["grade", "hint", "reset", "solution"] {
            text = with_number(&text, &format!("cargo xtask {command} "), old, new);
        }
        if is_in_folder_of(path, moved) {
            let (head, rest) = text.split_at(text.find('\n').unwrap_or(text.len()));
            text = with_number(&with_number(head, "Step ", old, new), "step ", old, new) + rest;
        }
    }
    text
}

/// The lines, from 1, that may name a step by an old number, in a text that is renumbered as far as is certain.
fn uncertain_lines(path: &Path, text: &str, moves: &[Move<'_>]) -> Vec<usize> {
    let is_own = moves.iter().any(|moved| is_in_folder_of(path, moved));
    let certain: Vec<String> = moves.iter().flat_map(|moved| mentions(moved.number, &moved.folder_name())).collect();
    let lines = (1..).zip(text.lines()).skip(usize::from(is_own));
    let uncertain = lines.filter(|(_, line)| {
        let rest = certain.iter().fold((*line).to_owned(), |line, certain| line.replace(certain, ""));
        may_name(&rest, moves)
    });
    uncertain.map(|(at, _)| at).collect()
}

/// How the map and a link name a step by its number, beside its folder.
fn mentions(number: u32, folder: &str) -> [String; 3] {
    [
        format!("| {number} | [`{folder}`"),
        format!("[step {number}](../{folder}/"),
        format!("[Step {number}](../{folder}/"),
    ]
}

fn is_in_folder_of(path: &Path, moved: &Move<'_>) -> bool {
    path.iter().any(|part| *part == *moved.folder_name())
}

/// A text with another number behind these words.
fn with_number(text: &str, words: &str, old: u32, new: u32) -> String {
    let wanted = format!("{words}{old}");
    let mut parts = text.split(&wanted);
    let mut renumbered = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let longer = part.starts_with(|next: char| next.is_ascii_digit());
        renumbered.push_str(words);
        renumbered.push_str(&if longer { old } else { new }.to_string());
        renumbered.push_str(part);
    }
    renumbered
}

/// Whether a line speaks of a step, or of several, by an old number, or begins a row of a table with one.
fn may_name(line: &str, moves: &[Move<'_>]) -> bool {
    let is_old = |word: &str| moves.iter().any(|moved| word == moved.step.number.to_string());
    let mut cells = line.trim_start().split('|');
    if cells.next() == Some("") && cells.next().is_some_and(|cell| cell.split([',', ' ']).any(is_old)) {
        return true;
    }
    let mut words = line.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    while let Some(word) = words.next() {
        if matches!(word, "step" | "steps" | "Step" | "Steps") {
            let mut listed = words.clone().take_while(|word| {
                word.bytes().all(|letter| letter.is_ascii_digit()) || matches!(*word, "and" | "or" | "to")
            });
            if listed.any(is_old) {
                return true;
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use grader::course::Edition;

    use super::*;

    fn step(number: u32, name: &str) -> Step {
        Step {
            number,
            name: name.to_owned(),
            folder: Path::new("exercises").join(folder_name(number, name)),
            title: String::new(),
            bonus: false,
            functions: Vec::new(),
            cases: Vec::new(),
            experiments: Vec::new(),
            pictures: Vec::new(),
        }
    }

    fn course(numbers: &[u32]) -> Course {
        Course {
            root: PathBuf::new(),
            version: None,
            steps: numbers.iter().map(|number| step(*number, "loss")).collect(),
            faulty: Vec::new(),
            edition: Edition::Instructors,
        }
    }

    #[test]
    fn the_steps_behind_a_number_make_room_up_to_the_first_gap() {
        let moved = |number| -> Vec<u32> {
            moves_for(&course(&[1, 2, 3, 5, 6]), number).iter().map(|moved| moved.step.number).collect()
        };
        assert_eq!(moved(2), [2, 3]);
        assert_eq!(moved(4), [0; 0]);
        assert_eq!(moved(5), [5, 6]);
        assert_eq!(moved(7), [0; 0]);
    }

    #[test]
    fn what_can_only_mean_a_step_is_renumbered() {
        let (moved, other) = (step(4, "multi-weight"), step(5, "learning-rate"));
        let moves = [Move { step: &moved, number: 5 }, Move { step: &other, number: 6 }];
        let renumbered = |path: &str, text: &str| renumbered(Path::new(path), text, &moves);
        assert_eq!(
            renumbered("exercises/README.md", "| 4 | [`04-multi-weight`](04-multi-weight/README.md) | step 4"),
            "| 5 | [`05-multi-weight`](05-multi-weight/README.md) | step 4"
        );
        assert_eq!(
            renumbered(
                "exercises/03-single-weight/README.md",
                "[Step 5](../05-learning-rate/README.md), [step 4](../x/)"
            ),
            "[Step 6](../06-learning-rate/README.md), [step 4](../x/)"
        );
        assert_eq!(
            renumbered("README.md", "cargo xtask grade 4; cargo xtask hint 5; cargo xtask grade 40"),
            "cargo xtask grade 5; cargo xtask hint 6; cargo xtask grade 40"
        );
        assert_eq!(
            renumbered("exercises/05-multi-weight/README.md", "# Step 4: more\nstep 4:  weight 100"),
            "# Step 5: more\nstep 4:  weight 100"
        );
        assert_eq!(renumbered("exercises/01-loss/README.md", "# Step 4: more"), "# Step 4: more");
    }

    #[test]
    fn a_line_that_may_mean_a_step_is_listed() {
        let (moved, other) = (step(4, "multi-weight"), step(5, "learning-rate"));
        let moves = [Move { step: &moved, number: 5 }, Move { step: &other, number: 6 }];
        for line in [
            "Step 4 divides it",
            "in [step 5](..)",
            "steps 1, 2, 3 and 5",
            "steps 3 to 4",
            "| 3, 5 | a rate |",
            "| 4 | a",
        ] {
            assert!(may_name(line, &moves), "{line}");
        }
        let text = "# Step 5: more\n| 5 | [`05-multi-weight`](…)\n[Step 5](../05-multi-weight/README.md), not step 4\n";
        assert_eq!(uncertain_lines(Path::new("exercises/05-multi-weight/README.md"), text, &moves), [3]);
        assert_eq!(uncertain_lines(Path::new("exercises/README.md"), text, &moves), [1, 3]);
        for line in ["step 40", "steps of 4", "4 steps", "| four | 4 |"] {
            assert!(!may_name(line, &moves), "{line}");
        }
    }
}
