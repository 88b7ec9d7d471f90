//! What becomes of a text when steps get other numbers or names: everything in it that names one by its folder, its
//! heading, its crate, in a command or as step `name`.

use std::fmt::Write;
use std::ops::Range;
use std::path::Path;

use clap::Arg;
use grader::course::{Edition, Step, heading};
use xtask::cli::commands;

use crate::pages;

/// A step that gets another number or name.
#[derive(Debug)]
pub struct Renamed<'a> {
    /// The step, as it was.
    pub step: &'a Step,
    /// Its number.
    pub number: u32,
    /// Its name.
    pub name: &'a str,
}

/// The name of the folder of a step with this number and name.
pub fn folder_name(number: u32, name: &str) -> String {
    format!("{number:02}-{name}")
}

impl Renamed<'_> {
    /// The name of its folder.
    pub fn folder_name(&self) -> String {
        folder_name(self.number, self.name)
    }

    /// A text of the course, which has this path.
    pub fn rewritten(&self, path: &Path, text: &str) -> String {
        let (old, new) = (self.step.folder_name(), self.folder_name());
        let mut text = with_words(text, &old, &new, is_of_name);
        let is_page = path.extension().is_some_and(|extension| extension == "md");
        if is_page {
            text = self.with_headings(&text);
        }
        if self.step.name == self.name {
            return text;
        }
        if !pages::examples_in(path, &text).contains(&self.step.name) {
            text = self.with_commands(path, &text);
            text = self.with_mentions(&text);
        }
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("rs") => self.with_imports(&text),
            Some("toml") if path.ends_with("Cargo.toml") => self.with_packages(path, &text),
            _ => text,
        }
    }

    /// With the number in the headings of the step, and where the map has it.
    fn with_headings(&self, text: &str) -> String {
        let Step { number, title, bonus, .. } = self.step;
        let text = text.replace(&heading(*number, title, *bonus), &heading(self.number, title, *bonus));
        let link = format!("]({}/README.md)", self.folder_name());
        let lines = text.split_inclusive('\n').map(|line| {
            let cells = line.strip_prefix('|').and_then(|row| row.split_once('|'));
            match cells.filter(|(cell, row)| cell.trim().parse() == Ok(*number) && row.contains(&link)) {
                Some((cell, row)) => format!("|{}|{row}", cell.replace(&number.to_string(), &self.number.to_string())),
                None => line.to_owned(),
            }
        });
        lines.collect()
    }

    /// The lesson of the step, with the number at its head.
    pub fn with_own_heading(&self, text: &str) -> String {
        match text.strip_prefix(&format!("# Step {}:", self.step.number)) {
            Some(rest) => format!("# Step {}:{rest}", self.number),
            None => text.to_owned(),
        }
    }

    /// With the name in the commands that are quoted.
    fn with_commands(&self, path: &Path, text: &str) -> String {
        let mut named: Vec<(Range<usize>, String)> = Vec::new();
        for command in pages::commands_in(path, text) {
            for at in steps_in(&command.words()) {
                let word = &command.words[at];
                let tail = word.text.strip_prefix(&self.step.name);
                if let Some(tail) = tail.filter(|tail| ["", "-solution"].contains(tail)) {
                    named.push((word.span.clone(), format!("{}{tail}", self.name)));
                }
            }
        }
        let mut text = text.to_owned();
        for (span, name) in named.into_iter().rev() {
            text.replace_range(span, &name);
        }
        text
    }

    /// With the name where prose says step `name`.
    fn with_mentions(&self, text: &str) -> String {
        let mut text = text.to_owned();
        let own: Vec<Range<usize>> =
            mentions(&text).into_iter().filter(|span| text[span.clone()] == self.step.name).collect();
        for span in own.into_iter().rev() {
            text.replace_range(span, self.name);
        }
        text
    }

    /// With the names of the crates at the head of paths.
    fn with_imports(&self, text: &str) -> String {
        let crate_of = |name: &str| name.replace('-', "_");
        let (old, new) = (crate_of(&self.step.name), crate_of(self.name));
        let mut text = text.to_owned();
        for tail in ["::", "_solution::"] {
            let (old, new) = (format!("{old}{tail}"), format!("{new}{tail}"));
            text = with_words(&text, &old, &new, |letter| letter.is_alphanumeric() || "_:.".contains(letter));
        }
        text
    }

    /// With the names of the packages: in the step's own manifests, and in those that depend on it.
    fn with_packages(&self, path: &Path, text: &str) -> String {
        let is_own = path.iter().any(|part| *part == *self.folder_name());
        let lines = text.split_inclusive('\n').map(|line| {
            let mut line = line.to_owned();
            for tail in ["", "-solution"] {
                let (old, new) = (format!("{}{tail}", self.step.name), format!("{}{tail}", self.name));
                if is_own {
                    line = line.replace(&format!("= \"{old}\""), &format!("= \"{new}\""));
                }
                if line.contains(&format!("/{}\"", self.folder_name())) {
                    line = line.replace(&format!("package = \"{old}\""), &format!("package = \"{new}\""));
                    if let Some(rest) = line.strip_prefix(&old).filter(|rest| rest.starts_with([' ', '=', '.'])) {
                        line = format!("{new}{rest}");
                    }
                }
            }
            line
        });
        lines.collect()
    }
}

/// Which words of a command name a step: those that `cargo xtask` takes for one, and the package of any other command.
pub fn steps_in(words: &[&str]) -> Vec<usize> {
    if words.get(1) == Some(&"xtask") {
        return commands(Edition::Instructors)
            .find_subcommand(words.get(2).unwrap_or(&""))
            .map_or_else(Vec::new, |command| steps_in_arguments(command, words));
    }
    let end = words.iter().position(|word| *word == "--").unwrap_or(words.len());
    let is_package = |at: &usize| matches!(words[at - 1], "-p" | "--package");
    (2..end).filter(is_package).collect()
}

/// Which arguments of a command name a step.
fn steps_in_arguments(command: &clap::Command, words: &[&str]) -> Vec<usize> {
    let takes_many = |argument: &Arg| argument.get_num_args().is_some_and(|number| number.max_values() > 1);
    let mut places = command.get_positionals().peekable();
    let mut arguments: Vec<Option<&Arg>> = Vec::new();
    let mut words = words.iter().skip(3);
    while let Some(word) = words.next() {
        if let Some(name) = word.strip_prefix("--") {
            let option = command.get_arguments().find(|argument| argument.get_long() == Some(name));
            arguments.push(None);
            if let Some(option) = option.filter(|option| option.get_action().takes_values())
                && words.next().is_some()
            {
                arguments.push(Some(option));
            }
        } else if places.peek().is_some_and(|place| takes_many(place)) {
            arguments.push(places.peek().copied());
        } else {
            arguments.push(places.next());
        }
    }
    let is_step = |argument: &Arg| argument.get_value_names().is_some_and(|names| names[0] == "STEP");
    (3..).zip(arguments).filter(|(_, argument)| argument.is_some_and(is_step)).map(|(at, _)| at).collect()
}

/// Where a text names steps as in "step `loss`" or "steps `loss`, `gradient` and `single-weight`", without the quotes.
pub fn mentions(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (at, word) in text.match_indices("tep") {
        let begins = text[..at].ends_with(['s', 'S'])
            && !text[..at - 1].ends_with(|before: char| before.is_alphanumeric() || "_:".contains(before));
        let rest = &text[at + word.len()..];
        let mut at = at + word.len() + usize::from(rest.starts_with('s'));
        if !begins {
            continue;
        }
        loop {
            let gap = gap_at(&text[at..]);
            let Some(name) = text[at + gap..].strip_prefix('`').filter(|_| gap > 0) else { break };
            let Some((name, _)) = name.split_once('`') else { break };
            let start = at + gap + 1;
            let is_name = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
            if name.is_empty() || !name.chars().all(is_name) {
                break;
            }
            found.push(start..start + name.len());
            at = start + name.len() + 1;
            // What joins it to the next one of a list.
            let joined = [", and", ",", " and", " or", " to"].iter().find(|joint| text[at..].starts_with(**joint));
            at += joined.map_or(0, |joint| joint.len());
            if joined.is_none() {
                break;
            }
        }
    }
    found
}

/// How long the blanks are at the start of a text, with a line's end and the mark of a comment among them.
fn gap_at(text: &str) -> usize {
    let blanks = |text: &str| text.len() - text.trim_start_matches([' ', '\t', '\r', '\n']).len();
    let gap = blanks(text);
    let Some((before, behind)) = text.split_at_checked(gap) else { return gap };
    if !before.contains('\n') {
        return gap;
    }
    let mark = ["///", "//!", "//", "#", ">"].into_iter().find(|mark| behind.starts_with(mark));
    mark.map_or(gap, |mark| gap + mark.len() + blanks(&behind[mark.len()..]))
}

/// A text with another word in the place of one, where no letter stands beside it.
fn with_words(text: &str, old: &str, new: &str, is_letter: impl Fn(char) -> bool) -> String {
    let (mut written, mut copied) = (String::new(), 0);
    for at in places_of(text, old, is_letter) {
        // Writing to a string does not fail.
        let _ = write!(written, "{}{new}", &text[copied..at]);
        copied = at + old.len();
    }
    written + &text[copied..]
}

/// Where a word is in a text without a letter beside it.
pub fn places_of(text: &str, word: &str, is_letter: impl Fn(char) -> bool) -> impl Iterator<Item = usize> {
    text.match_indices(word).map(|(at, _)| at).filter(move |at| {
        let before = text[..*at].chars().next_back();
        // A path goes on behind its head.
        let behind = text[at + word.len()..].chars().next().filter(|_| !word.ends_with(':'));
        !before.into_iter().chain(behind).any(&is_letter)
    })
}

fn is_of_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '-' || letter == '_'
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn step(number: u32, name: &str) -> Step {
        let folder = Path::new("exercises").join(folder_name(number, name));
        Step { title: "How wrong is a weight?".to_owned(), ..Step::by_name(number, name.to_owned(), folder) }
    }

    #[test]
    fn a_moved_step_keeps_its_name_and_gets_its_number_wherever_that_is_written() {
        let step = step(1, "loss");
        let moved = Renamed { step: &step, number: 2, name: "loss" };
        for (path, text, wanted) in [
            ("README.md", "[Loss](exercises/01-loss/README.md#x)", "[Loss](exercises/02-loss/README.md#x)"),
            ("README.md", "`101-loss`, `01-loss-2`, `01-losses`", "`101-loss`, `01-loss-2`, `01-losses`"),
            ("README.md", "Step 1: How wrong is a weight?\n", "Step 2: How wrong is a weight?\n"),
            ("README.md", "Step 1: Other\nstep 1: weight\n", "Step 1: Other\nstep 1: weight\n"),
            ("README.md", "step `loss`, `cargo xtask grade loss`", "step `loss`, `cargo xtask grade loss`"),
            (
                "exercises/README.md",
                "| 1 | [`01-loss`](01-loss/README.md) | 1 |\n",
                "| 2 | [`02-loss`](02-loss/README.md) | 1 |\n",
            ),
            (
                "exercises/README.md",
                "|  1  | [`01-loss`](01-loss/README.md) |\n",
                "|  2  | [`02-loss`](02-loss/README.md) |\n",
            ),
            ("exercises/README.md", "| 1 | a table |\n", "| 1 | a table |\n"),
            ("x.rs", "include_str!(\"../01-loss/README.md\")", "include_str!(\"../02-loss/README.md\")"),
        ] {
            assert_eq!(moved.rewritten(Path::new(path), text), wanted);
        }
        assert_eq!(moved.with_own_heading("# Step 1: how wrong?\n"), "# Step 2: how wrong?\n");
        assert_eq!(moved.with_own_heading("# Step 10: how wrong?\n"), "# Step 10: how wrong?\n");
    }

    #[test]
    fn a_renamed_step_has_its_name_wherever_that_is_written() {
        let step = step(1, "single-weight");
        let renamed = Renamed { step: &step, number: 1, name: "one" };
        for (path, text, wanted) in [
            ("a.md", "`cargo run -p single-weight -- single-weight`", "`cargo run -p one -- single-weight`"),
            ("a.md", "`cargo test -p single-weight-solution`", "`cargo test -p one-solution`"),
            (
                "a.md",
                "`cargo xtask plot single-weight --experiment single-weight`",
                "`cargo xtask plot one --experiment single-weight`",
            ),
            (
                "guide.md",
                "`cargo xtask new single-weight`, `cargo xtask grade single-weight`, step `single-weight`",
                "`cargo xtask new single-weight`, `cargo xtask grade single-weight`, step `single-weight`",
            ),
            ("a.md", "cargo xtask plot single-weight", "cargo xtask plot single-weight"),
            ("a.md", "a single-weight, `single-weight`", "a single-weight, `single-weight`"),
            ("a.md", "Step `single-weight` and steps `loss`, `single-weight`", "Step `one` and steps `loss`, `one`"),
            (
                "examples/a.rs",
                "//! Try `single-weight`:\n//!\n//!     cargo run -p single-weight --example a\n\nfn a() {\n    // Or `cargo\n    \
                 // xtask grade single-weight`, `cargo xtask list`.\n    let a = \"cargo run -p single-weight\";\n}\n",
                "//! Try `single-weight`:\n//!\n//!     cargo run -p one --example a\n\nfn a() {\n    // Or `cargo\n    \
                 // xtask grade one`, `cargo xtask list`.\n    let a = \"cargo run -p single-weight\";\n}\n",
            ),
            ("a.toml", "# See `cargo xtask plot single-weight`.\na = 1\n", "# See `cargo xtask plot one`.\na = 1\n"),
            (
                "a.rs",
                "/// as in step\n    /// `single-weight`\nuse single_weight::{a};",
                "/// as in step\n    /// `one`\nuse one::{a};",
            ),
            (
                "a.rs",
                "use single_weight_solution::a; x::single_weight::b; not_single_weight::c",
                "use one_solution::a; x::single_weight::b; not_single_weight::c",
            ),
            (
                "exercises/01-one/Cargo.toml",
                "name = \"single-weight\"\n[[bin]]\nname = \"single-weight\"\n",
                "name = \"one\"\n[[bin]]\nname = \"one\"\n",
            ),
            (
                "exercises/02-x/Cargo.toml",
                "single-weight = { path = \"../01-single-weight\" }\nname = \"single-weight\"\n",
                "one = { path = \"../01-one\" }\nname = \"single-weight\"\n",
            ),
            ("solutions/01-one/Cargo.toml", "name = \"single-weight-solution\"\n", "name = \"one-solution\"\n"),
        ] {
            assert_eq!(renamed.rewritten(&PathBuf::from(path), text), wanted);
        }
    }

    #[test]
    fn the_steps_of_a_command_are_those_that_it_takes_for_one() {
        let steps = |command: &'static str| {
            let words: Vec<&str> = command.split(' ').collect();
            steps_in(&words).into_iter().map(|at| words[at]).collect::<Vec<_>>()
        };
        assert_eq!(steps("cargo xtask grade --format json a --fresh b"), ["a", "b"]);
        assert_eq!(steps("cargo xtask plot a b --set c --experiment d"), ["a"]);
        assert_eq!(steps("cargo xtask move a --after b"), ["a", "b"]);
        assert_eq!(steps("cargo xtask rename a b"), ["a"]);
        assert_eq!(steps("cargo xtask new a --after b"), ["b"]);
        assert_eq!(steps("cargo xtask handout a"), [""; 0]);
        assert_eq!(steps("cargo xtask"), [""; 0]);
        assert_eq!(steps("cargo run -p a -- -p b"), ["a"]);
    }

    #[test]
    fn steps_are_mentioned_behind_the_word_alone() {
        let names = |text: &'static str| mentions(text).into_iter().map(|span| &text[span]).collect::<Vec<_>>();
        assert_eq!(names("In step `a`, steps `b`, `c` and `d-1`; Step\n`e`."), ["a", "b", "c", "d-1", "e"]);
        assert_eq!(names("# as in step\n# `a` or so"), ["a"]);
        assert_eq!(names("misstep `a`, Adam::step `b`, step 1, a `c`, steps `X`, step `f()`"), [""; 0]);
    }
}
