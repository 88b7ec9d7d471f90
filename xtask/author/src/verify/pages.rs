//! The pages, in so far as they speak of steps and of each other: links lead somewhere, the commands that they quote
//! can be typed, the steps that they name exist, each lesson has its parts, and the map has a row for each step.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use grader::course::{Course, Edition, Step, line_of, read};
use grader::{Error, Result, path_with_line};
use xtask::cli::commands as tree;

use super::{Findings, Note};
use crate::files::{below, is_kind};
use crate::pages::{Command, anchors, commands_in, examples_in, headings, last_paragraph, links, pages, place_of};
use crate::steps::{link_on_the_map, map, mentions, steps_in};

/// The parts that every lesson has, by their headings.
const PARTS: [&str; 4] = ["The idea", "What to implement", "Try it", "Think about it"];

/// Checks the pages of these steps, and all others if the whole course is verified.
pub(super) fn check(course: &Course, all: &mut [Findings<'_>], of_course: &mut Vec<Note>, whole: bool) -> Result<()> {
    for path in pages(course) {
        let owner = all.iter_mut().find(|findings| path.starts_with(&findings.step.folder));
        if owner.is_none() && !whole {
            continue;
        }
        let Ok(text) = read(&course.root, &path) else { continue };
        let page = Page { course, path: &path, text: &text };
        let faults = page.faults();
        match owner {
            Some(findings) => {
                faults.into_iter().for_each(|(line, message)| findings.fault(&path, Some(line), message));
                if path == findings.step.readme() {
                    findings.check_parts(&path, &text);
                    if let Some((line, message)) = page.fault_of_end(findings.step) {
                        findings.fault(&path, Some(line), message);
                    }
                }
            }
            None => of_course.extend(
                faults.into_iter().map(|(line, message)| Note { place: path_with_line(&path, Some(line)), message }),
            ),
        }
    }
    for findings in all.iter_mut() {
        findings.check_commands_in_sources(course);
    }
    let path = map();
    let map = if course.root.join(&path).is_file() { Some(read(&course.root, &path)?) } else { None };
    if let Some(map) = map {
        for findings in all {
            findings.check_row(&path, &map);
            findings.check_table(course, &path, &map);
        }
    }
    Ok(())
}

/// A page of the course.
struct Page<'a> {
    course: &'a Course,
    path: &'a Path,
    text: &'a str,
}

impl Page<'_> {
    /// What is wrong, each with its line.
    fn faults(&self) -> Vec<(usize, String)> {
        let examples = examples_in(self.path, self.text);
        let mut faults = self.faults_of_commands(&examples);
        let mut fault = |at: usize, message: String| faults.push((line_of(self.text, &(at..at)), message));
        for link in links(self.text) {
            if let Some(message) = self.fault_of_link(&link.target) {
                fault(link.span.start, message);
            }
            if let Some(step) = self.step_at(&link.target).filter(|_| has_number_of_a_step(&link.words)) {
                let message = format!("a step may get another number; name it in this link: step `{}`", step.name);
                fault(link.span.start, message);
            }
        }
        for span in mentions(self.text) {
            let name = &self.text[span.clone()];
            if !examples.contains(name) && self.course.step(name).is_err_and(|error| is_unknown(&error)) {
                fault(span.start, format!("the course has no step `{name}`"));
            }
        }
        for step in &self.course.steps {
            let title = format!(": {}", step.title);
            for (at, _) in self.text.match_indices(&title) {
                let number = self.text[..at].rsplit_once("tep ").map(|(_, number)| number.parse::<u32>());
                if let Some(Ok(number)) = number
                    && number != step.number
                {
                    fault(at, format!("step `{}` has the number {} and not {number}", step.name, step.number));
                }
            }
        }
        faults
    }

    /// What is wrong in the commands, each with its line.
    fn faults_of_commands(&self, examples: &BTreeSet<String>) -> Vec<(usize, String)> {
        let fault = |command: &Command| {
            let message = self.fault_of_command(command, examples)?;
            let line = line_of(self.text, &command.span());
            Some((line, format!("`{}`: {message}", command.words().join(" "))))
        };
        commands_in(self.path, self.text).iter().filter_map(fault).collect()
    }

    /// Why a link leads nowhere, if it does.
    fn fault_of_link(&self, target: &str) -> Option<String> {
        let is_outside = target.contains("://") || target.starts_with("mailto:");
        // The pictures of a lesson are checked with what they show.
        if is_outside || target.starts_with("pictures/") {
            return None;
        }
        let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
        let wanted = if file.is_empty() { self.path.to_owned() } else { self.beside(file) };
        if !self.course.root.join(&wanted).exists() {
            return Some(format!("the link `{target}` leads to nothing: there is no {}", wanted.display()));
        }
        let has_anchor =
            || read(&self.course.root, &wanted).is_ok_and(|text| anchors(&text).iter().any(|own| own == anchor));
        (!anchor.is_empty() && !has_anchor())
            .then(|| format!("the link `{target}` leads to a heading that {} does not have", wanted.display()))
    }

    /// The step that a link leads to.
    fn step_at(&self, target: &str) -> Option<&Step> {
        let file = self.beside(target.split('#').next().unwrap_or_default());
        self.course.steps.iter().find(|step| file.starts_with(&step.folder))
    }

    /// Why a lesson does not lead on to the step that follows, if it does not.
    fn fault_of_end(&self, step: &Step) -> Option<(usize, String)> {
        let end = last_paragraph(self.text)?;
        if self.text[end.clone()].contains("TODO") {
            return None;
        }
        let links = links(self.text).into_iter().filter(|link| end.contains(&link.span.start));
        let named = links.filter_map(|link| self.step_at(&link.target)).find(|other| other.number != step.number);
        let follower = self.course.steps.iter().find(|other| other.number > step.number);
        let message = match (follower, named) {
            (Some(follower), Some(named)) if follower.number == named.number => return None,
            (Some(follower), Some(named)) => {
                format!("the lesson leads on to step `{}`, and step `{}` follows it", named.name, follower.name)
            }
            (Some(follower), None) => {
                format!(
                    "the lesson does not lead on: its last paragraph links to step `{}`, which follows",
                    follower.name
                )
            }
            (None, Some(named)) if self.text[end.clone()].starts_with("Next:") => {
                format!("the lesson leads on to step `{}`, and no step follows this one", named.name)
            }
            (None, _) => return None,
        };
        Some((line_of(self.text, &end), message))
    }

    /// What a relative path on this page means, relative to the course.
    fn beside(&self, file: &str) -> PathBuf {
        let mut path = place_of(self.path).parent().unwrap_or(Path::new("")).to_owned();
        for part in file.split('/').filter(|part| *part != ".") {
            match part {
                ".." => _ = path.pop(),
                part => path.push(part),
            }
        }
        path
    }

    /// Why a command cannot be typed, if it cannot. A page may also speak of an example.
    fn fault_of_command(&self, command: &Command, examples: &BTreeSet<String>) -> Option<String> {
        let words = command.words();
        if words.iter().any(|word| is_placeholder(word)) {
            return None;
        }
        let unknown = |name: &str| {
            let steps = self.course.selection(&[name.to_owned()]);
            let error = steps.err().filter(|error| is_unknown(error) && !examples.contains(name))?;
            Some(error.to_string())
        };
        if words[1] == "xtask" {
            let mut tree = tree(Edition::Instructors);
            let matches = match tree.try_get_matches_from_mut([&["cargo xtask"], &words[2..]].concat()) {
                Ok(matches) => matches,
                Err(error) => return fault_of_parsing(&error),
            };
            let (name, arguments) = matches.subcommand()?;
            let takes_step = |argument: &&clap::Arg| argument.get_value_names().is_some_and(|names| names[0] == "STEP");
            let arguments_of = tree.find_subcommand(name)?.get_arguments().filter(takes_step);
            let values = arguments_of.flat_map(|argument| {
                arguments.try_get_many::<String>(argument.get_id().as_str()).ok().flatten().unwrap_or_default()
            });
            let steps: Vec<&String> = values.collect();
            let experiment = arguments.try_get_one::<String>("experiment").ok().flatten();
            let by_number = |step: &String| {
                let named = self.course.step(step).ok().filter(|_| step.bytes().all(|digit| digit.is_ascii_digit()))?;
                Some(format!("a step may get another number; name it in this command: `{}`", named.name))
            };
            return steps.iter().find_map(|step| unknown(step).or_else(|| by_number(step))).or_else(|| {
                let step = self.course.step(steps.first()?).ok()?;
                let experiment = experiment.filter(|name| step.experiment(name).is_none())?;
                Some(format!("step `{}` has no experiment `{experiment}`", step.name))
            });
        }
        self.fault_of_package(&words, unknown)
    }

    /// Why a command of cargo's own names no step, or what the step does not have.
    fn fault_of_package(&self, words: &[&str], unknown: impl Fn(&str) -> Option<String>) -> Option<String> {
        let package = words[*steps_in(words).first()?];
        if package.contains('*') {
            return None;
        }
        if let Some(step) = package.strip_suffix("-solution").filter(|_| unknown(package).is_some()) {
            return unknown(step);
        }
        if words[1] != "run" {
            return None;
        }
        if let Some(message) = unknown(package) {
            return Some(message);
        }
        let step = self.course.step(package).ok()?;
        if let Some(at) = words.iter().position(|word| *word == "--example") {
            let example = step.folder.join("examples").join(format!("{}.rs", words.get(at + 1)?));
            return (!self.course.root.join(&example).is_file()).then(|| format!("there is no {}", example.display()));
        }
        let given = words.iter().skip_while(|word| **word != "--").skip(1);
        let is_known = |word: &str| {
            step.case(word).is_some()
                || step.experiment(word).is_some()
                || word.starts_with('-')
                || word.contains('=')
                || word.parse::<harness::Trial>().is_ok()
        };
        let unknown = given.copied().find(|word| !is_known(word))?;
        Some(format!("step `{}` has no case and no experiment `{unknown}`", step.name))
    }
}

/// Whether a word stands for another one, as `STEP` does.
fn is_placeholder(word: &str) -> bool {
    word.contains('…') || (word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_'))
}

fn is_unknown(error: &Error) -> bool {
    matches!(error, Error::UnknownStep { .. })
}

/// Why words are no command, unless they only lack an argument, as in prose, or ask for help.
fn fault_of_parsing(error: &clap::Error) -> Option<String> {
    match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
        | ErrorKind::MissingRequiredArgument => None,
        _ => {
            let text = error.to_string();
            let line = text.lines().next().unwrap_or_default();
            Some(line.strip_prefix("error: ").unwrap_or(line).to_owned())
        }
    }
}

/// Whether the words of a link name a step by its number.
fn has_number_of_a_step(words: &str) -> bool {
    let words = words.to_lowercase();
    let rest = words.split_once("step ").map(|(_, rest)| rest);
    rest.is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
}

impl Findings<'_> {
    /// Checks the commands that the comments of the step's sources quote.
    fn check_commands_in_sources(&mut self, course: &Course) {
        let files = self.step.folders().into_iter().flat_map(|folder| below(&course.root, &folder));
        for path in files.filter(|path| ["rs", "toml"].iter().any(|kind| is_kind(path, kind))) {
            let Ok(text) = read(&course.root, &path) else { continue };
            let source = Page { course, path: &path, text: &text };
            for (line, message) in source.faults_of_commands(&BTreeSet::new()) {
                self.fault(&path, Some(line), message);
            }
        }
    }

    /// Checks that a lesson has the number and the parts that every lesson has.
    fn check_parts(&mut self, path: &Path, text: &str) {
        let head = format!("# Step {}: ", self.step.number);
        if !text.starts_with(&head) {
            self.fault(path, Some(1), format!("the lesson begins with `{head}` and what it asks"));
        }
        let headings = headings(text);
        for part in PARTS.iter().filter(|part| !headings.iter().any(|(_, words, _)| words == **part)) {
            self.fault(path, None, format!("the lesson has no part `## {part}`"));
        }
        if let Some((_, said)) = text.split_once("The heart of the step is ") {
            let heart = heart_of(self.step);
            // What stands between every other pair of backquotes.
            let named: Vec<&str> = said.split('`').skip(1).step_by(2).take(heart.len()).collect();
            if named != heart {
                let at = text.len() - said.len();
                let message = format!("the heart of the step is {}, as exercise.toml says", quoted(&heart));
                self.fault(path, Some(line_of(text, &(at..at))), message);
            }
        }
    }

    /// Checks that the row of the step is not in a table of the other kind: a course is complete without its bonus steps.
    fn check_table(&mut self, course: &Course, path: &Path, map: &str) {
        let lines: Vec<&str> = map.lines().collect();
        let is_row = |line: &&str| line.starts_with('|');
        let step_of =
            |line: &str| course.steps.iter().find(|step| line.contains(&link_on_the_map(&step.folder_name())));
        let Some(at) = lines.iter().position(|line| step_of(line).is_some_and(|step| step.number == self.step.number))
        else {
            return;
        };
        // Whether the new step is a bonus is among what is still to be decided.
        if lines[at].contains("TODO") {
            return;
        }
        let first = at - lines[..at].iter().rev().take_while(|line| is_row(line)).count();
        let mut steps = lines[first..at].iter().filter_map(|line| step_of(line));
        if steps.next().is_some_and(|first| first.bonus != self.step.bonus) {
            let kind = if self.step.bonus { "a bonus step" } else { "not a bonus step" };
            let message = format!("step `{}` is {kind}; its row belongs in the table of those", self.step.name);
            self.fault(path, Some(at + 1), message);
        }
    }

    /// Checks that the map has a row for the step, with its number and its heart.
    fn check_row(&mut self, path: &Path, map: &str) {
        let step = self.step;
        let link = link_on_the_map(&step.folder_name());
        let mut rows = map.lines().enumerate().filter(|(_, line)| line.starts_with('|') && line.contains(&link));
        let Some((at, row)) = rows.next() else {
            return self.fault(
                path,
                None,
                format!("step `{}` has no row here; give it one with a link to its lesson", step.name),
            );
        };
        if let Some((again, _)) = rows.next() {
            self.fault(path, Some(again + 1), format!("step `{}` has a row on line {} already", step.name, at + 1));
        }
        let cells: Vec<&str> = row.trim_matches(['|', ' ']).split('|').map(str::trim).collect();
        let number = step.number.to_string();
        if cells.first() != Some(&number.as_str()) {
            self.fault(path, Some(at + 1), format!("the row of step `{}` begins with its number, {number}", step.name));
        }
        let heart = heart_of(step);
        let named = if heart.is_empty() { "all of it".to_owned() } else { quoted(&heart) };
        let cell = cells.last().copied().unwrap_or_default();
        if cell != named && !cell.contains("TODO") {
            self.fault(
                path,
                Some(at + 1),
                format!("the heart of step `{}` is {named}, as exercise.toml says", step.name),
            );
        }
    }
}

/// The functions that matter most in a step.
fn heart_of(step: &Step) -> Vec<&str> {
    step.functions.iter().filter(|function| function.heart).map(|function| function.name.as_str()).collect()
}

/// Names in a sentence.
pub(super) fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use fs_err as fs;
    use grader::Workspace;
    use walkdir::WalkDir;
    use xtask::cli::{MoveArgs, RenameArgs};

    use super::*;
    use crate::steps;

    /// A copy of the course that this checkout is, without what its texts do not need.
    fn copy() -> tempfile::TempDir {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
        let copy = tempfile::tempdir().unwrap();
        let left_out = ["target", ".git", "snapshots", "pictures"];
        let entries = WalkDir::new(root).min_depth(1).into_iter();
        let is_of_github = |path: &Path| path.starts_with(root.join(".github"));
        let entries = entries
            .filter_entry(|entry| is_of_github(entry.path()) || left_out.iter().all(|name| entry.file_name() != *name));
        for entry in entries.map(|entry| entry.unwrap()) {
            let place = copy.path().join(entry.path().strip_prefix(root).unwrap());
            match entry.file_type().is_dir() {
                true => fs::create_dir_all(place).unwrap(),
                false => drop(fs::copy(entry.path(), place).unwrap()),
            }
        }
        copy
    }

    /// What is wrong in the pages of a course.
    fn faults(workspace: &Workspace) -> Vec<String> {
        let course = workspace.course().unwrap();
        let mut all: Vec<Findings<'_>> = course.steps.iter().map(Findings::new).collect();
        let mut notes = Vec::new();
        check(&course, &mut all, &mut notes, true).unwrap();
        notes.extend(all.into_iter().flat_map(|findings| findings.faults));
        notes.into_iter().map(|note| format!("{}: {}", note.place, note.message)).collect()
    }

    #[test]
    fn the_pages_of_this_course_are_sound_wherever_a_step_has_moved() {
        let copy = copy();
        let workspace = Workspace::new(copy.path(), |root| root.join("target")).unwrap();
        assert_eq!(faults(&workspace), [""; 0]);
        let names: Vec<String> = workspace.course().unwrap().steps.iter().map(|step| step.name.clone()).collect();
        let [first, .., last] = &names[..] else { panic!("the course has two steps") };
        let to = |step: &str, after: Option<&str>| MoveArgs {
            step: step.to_owned(),
            after: after.map(str::to_owned),
            yes: true,
        };
        // Where a lesson leads on is for a person to write.
        let faults_alone =
            || faults(&workspace).into_iter().filter(|fault| !fault.contains(": the lesson leads on to step "));
        steps::move_step(&workspace, &to(last, None)).unwrap();
        assert_eq!(faults_alone().collect::<Vec<_>>(), [""; 0], "{last} is the first step");
        steps::move_step(&workspace, &to(first, Some(&names[names.len() / 2]))).unwrap();
        assert_eq!(faults_alone().collect::<Vec<_>>(), [""; 0], "{first} is in the middle");
        for name in &names {
            let args = RenameArgs { step: name.clone(), name: format!("{name}-anew"), yes: true };
            steps::rename(&workspace, &args).unwrap();
        }
        assert_eq!(faults_alone().collect::<Vec<_>>(), [""; 0], "all steps have other names");
    }

    #[test]
    fn a_lesson_that_does_not_lead_on_to_the_step_that_follows_is_named() {
        let copy = copy();
        let workspace = Workspace::new(copy.path(), |root| root.join("target")).unwrap();
        let course = workspace.course().unwrap();
        let [first, second, third, .., last] = &course.steps[..] else { panic!("the course has four steps") };
        let change = |step: &Step, end: &str| {
            let path = copy.path().join(step.readme());
            let text = fs::read_to_string(&path).unwrap();
            let kept = last_paragraph(&text).unwrap().start;
            fs::write(path, format!("{}{end}\n", &text[..kept])).unwrap();
            format!("{}:{}: the lesson ", step.readme().display(), 1 + text[..kept].matches('\n').count())
        };
        let link = |step: &Step| format!("[step `{}`](../{}/README.md)", step.name, step.folder_name());
        let skips = change(first, &format!("Next: {}, as {} begins.", link(third), link(first)));
        let ends = change(second, "Next: a pause.");
        change(third, "Next: TODO a link.");
        let back = change(last, &format!("Next: {}.", link(first)));
        let mut found = faults(&workspace);
        found.sort();
        let mut expected = [
            format!("{skips}leads on to step `{}`, and step `{}` follows it", third.name, second.name),
            format!("{ends}does not lead on: its last paragraph links to step `{}`, which follows", third.name),
            format!("{back}leads on to step `{}`, and no step follows this one", first.name),
        ];
        expected.sort();
        assert_eq!(found, expected);
    }
}
