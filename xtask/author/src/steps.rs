//! The commands that change which steps a course has: `new`, `rename`, `move` and `remove`. Each happens whole or not
//! at all (`changes`), and takes along all that names a step by its number or its name (`rewrite`).

mod lock;
mod name;
mod new;
mod rewrite;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use fs_err as fs;
use grader::course::list::{self, List};
use grader::course::{Course, Step, line_of, read};
use grader::{Error, Result, Workspace};
use xtask::ask::agreed;
use xtask::cli::{BlessArgs, MoveArgs, RemoveArgs, RenameArgs};
use xtask::shell;

use crate::bless::bless;
use crate::changes::{self, Changes, Made};
use crate::files::{below, is_kind, lines_in};
use crate::git;
use crate::pages::{commands_in, examples_in, last_paragraph, links, pages};
use crate::rustfmt;
pub use new::new;
use rewrite::{Renamed, folder_name};
pub use rewrite::{mentions, places_of, steps_in};

/// The folders that have one of each step.
const PARENTS: [&str; 2] = ["exercises", "solutions"];

/// The table of all steps, relative to the course.
pub fn map() -> PathBuf {
    Path::new("exercises").join("README.md")
}

/// Carries out what is left of a change that was interrupted, before anything else is done with the course.
///
/// # Errors
/// If it cannot be, or another program is at work on one.
pub fn finish_interrupted(workspace: &Workspace) -> Result<()> {
    let Some(finished) = changes::finish_interrupted(workspace.root())? else { return Ok(()) };
    io::stderr().write_all(finished.notes("a change of the steps").as_bytes())?;
    match finished.record {
        Some(step) => record_answers_of(workspace, step),
        None => Ok(()),
    }
}

/// Gives a step another name.
///
/// # Errors
/// If it cannot have the name, or a file cannot be written; the course is then unchanged.
pub fn rename(workspace: &Workspace, args: &RenameArgs) -> Result<ExitCode> {
    let course = sound_course(workspace)?;
    let step = course.step(&args.step)?;
    name::check(&args.name, &course, &read(&course.root, Path::new("Cargo.lock"))?)?;
    let change =
        Change { renamed: vec![Renamed { step, number: step.number, name: &args.name }], ..Change::nothing(&course) };
    change.ask_and_make(workspace, args.yes, &format!("rename {} {}", shell::word(&args.step), args.name))
}

/// Puts a step elsewhere in the order. The numbers of the course stay, and the steps between the two places move up or
/// down by one.
///
/// # Errors
/// If there is no such place, or a file cannot be written; the course is then unchanged.
pub fn move_step(workspace: &Workspace, args: &MoveArgs) -> Result<ExitCode> {
    let course = sound_course(workspace)?;
    let step = course.step(&args.step)?;
    let after = args.after.as_ref().map(|after| course.step(after)).transpose()?;
    if after.is_some_and(|after| after.number == step.number) {
        return Err(Error::Program(format!("step {} cannot follow itself; name another step", step.name)));
    }
    let mut order: Vec<&Step> = course.steps.iter().filter(|other| other.number != step.number).collect();
    let at = after.map_or(0, |after| order.partition_point(|other| other.number <= after.number));
    order.insert(at, step);
    let numbers = course.steps.iter().map(|step| step.number);
    let renamed = order.into_iter().zip(numbers).filter(|(step, number)| step.number != *number);
    let renamed: Vec<Renamed<'_>> = renamed.map(|(step, number)| Renamed { step, number, name: &step.name }).collect();
    if renamed.is_empty() {
        writeln!(io::stdout(), "Step {} {} is there already; nothing was changed.", step.number, step.name)?;
        return Ok(ExitCode::SUCCESS);
    }
    let place = args.after.as_ref().map_or("--first".to_owned(), |after| format!("--after {}", shell::word(after)));
    let change = Change { renamed, ..Change::nothing(&course) };
    change.ask_and_make(workspace, args.yes, &format!("move {} {place}", shell::word(&args.step)))
}

/// Deletes a step. Those behind it move down.
///
/// # Errors
/// If something would be lost that git does not have, another step needs it, or a file cannot be written; the course is
/// then unchanged.
pub fn remove(workspace: &Workspace, args: &RemoveArgs) -> Result<ExitCode> {
    let course = sound_course(workspace)?;
    let step = course.step(&args.step)?;
    let mut others = course.steps.iter().filter(|other| other.number != step.number);
    if others.all(|other| other.bonus) {
        let message = format!("step {} is the only one that is no bonus, and a course needs one", step.name);
        return Err(Error::Program(message));
    }
    refuse_to_strand(&course, step)?;
    if let Some(path) = git::uncommitted(&course.root, &step.folders())? {
        let message = "this file has changes that git does not have, and nothing could bring them back; commit it, or \
                       delete it yourself";
        return Err(Error::in_file(Path::new(&path), message));
    }
    let renamed = moves_for(&course, step.number + 1, -1);
    let change = Change { renamed, removed: Some(step), ..Change::nothing(&course) };
    change.ask_and_make(workspace, args.yes, &format!("remove {}", shell::word(&args.step)))
}

/// The course, if it is one in which steps can be moved.
fn sound_course(workspace: &Workspace) -> Result<Course> {
    workspace.interrupt().raise_on_ctrl_c()?;
    let course = workspace.course_without_steps()?;
    refuse_half_made_steps(&course.root)?;
    match course.faulty.first() {
        Some(faulty) => Err(faulty.fault.clone().into()),
        None => Ok(course),
    }
}

/// The steps from a number on, up to the first gap, with numbers that are higher or lower by one.
fn moves_for(course: &Course, number: u32, by: i32) -> Vec<Renamed<'_>> {
    let later = course.steps.iter().filter(|step| step.number >= number);
    let unbroken = later.zip(number..).take_while(|(step, number)| step.number == *number);
    unbroken
        .map(|(step, number)| Renamed { step, number: number.saturating_add_signed(by), name: &step.name })
        .collect()
}

/// A change of the steps of a course.
struct Change<'a> {
    course: &'a Course,
    renamed: Vec<Renamed<'a>>,
    removed: Option<&'a Step>,
    added: Option<&'a new::NewStep<'a>>,
}

/// The files that a change writes anew.
type Texts = BTreeMap<PathBuf, Rewritten>;

/// A file that is written anew.
struct Rewritten {
    /// Where its folder has come to.
    then: PathBuf,
    text: String,
    /// How many lines differ.
    lines: usize,
}

impl<'a> Change<'a> {
    fn nothing(course: &'a Course) -> Self {
        Self { course, renamed: Vec::new(), removed: None, added: None }
    }

    /// Shows what changes, asks, and makes the change. `typed` is the command that a person has typed.
    fn ask_and_make(&self, workspace: &Workspace, yes: bool, typed: &str) -> Result<ExitCode> {
        let texts = self.texts()?;
        let mut out = io::stdout().lock();
        self.show(&texts, &mut out)?;
        let otherwise = format!("there is nobody to ask whether to go on; run `cargo xtask {typed} --yes`");
        if !yes && !agreed("Go on?", &otherwise, workspace.interrupt())? {
            writeln!(out, "Nothing was changed.")?;
            return Ok(ExitCode::from(1));
        }
        // Somebody may have saved one of them meanwhile.
        self.make(&self.texts()?, None, |_| Ok(()))?.end()?;
        writeln!(out, "Done.")?;
        Ok(ExitCode::SUCCESS)
    }

    /// Makes the change. `prepare` may add to it.
    fn make(
        &self,
        texts: &Texts,
        record: Option<&str>,
        prepare: impl FnOnce(&mut Changes) -> Result<()>,
    ) -> Result<Made> {
        let mut changes = Changes::prepare(&self.course.root)?;
        let fill = || {
            prepare(&mut changes)?;
            for (parent, Renamed { step, .. }, to) in self.renamed_folders() {
                changes.rename(&parent.join(step.folder_name()), &parent.join(to));
            }
            self.removed.into_iter().flat_map(Step::folders).for_each(|folder| changes.remove(&folder));
            texts.iter().try_for_each(|(now, Rewritten { then, text, .. })| changes.write(now, then, text))
        };
        if let Err(error) = fill() {
            changes.give_up()?;
            return Err(error);
        }
        let made = changes.make(record)?;
        let moved = self.renamed_folders();
        let moved = moved.map(|(parent, renamed, to)| (parent.join(renamed.step.folder_name()), Some(parent.join(to))));
        let removed = self.removed.into_iter().flat_map(Step::folders).map(|folder| (folder, None));
        git::follow(&self.course.root, &moved.chain(removed).collect::<Vec<_>>());
        Ok(made)
    }

    /// Tells git that the folders are where they were.
    fn follow_back(&self) {
        let moved = self.renamed_folders();
        let moved = moved.map(|(parent, renamed, to)| (parent.join(to), Some(parent.join(renamed.step.folder_name()))));
        git::follow(&self.course.root, &moved.collect::<Vec<_>>());
    }

    fn renamed_folders(&self) -> impl Iterator<Item = (&'static Path, &Renamed<'a>, String)> {
        let both = self.renamed.iter().flat_map(|renamed| PARENTS.map(|parent| (Path::new(parent), renamed)));
        both.map(|(parent, renamed)| (parent, renamed, renamed.folder_name()))
    }

    /// All files that the change writes anew.
    fn texts(&self) -> Result<Texts> {
        let root = &self.course.root;
        let mut texts = Texts::new();
        for path in texts_of(self.course) {
            if self.removed.is_some_and(|step| step.folders().iter().any(|own| path.starts_with(own))) {
                continue;
            }
            // What is not text names no step.
            let Ok(old) = fs::read_to_string(root.join(&path)) else { continue };
            let (then, text) = self.rewritten(&path, &old)?;
            if text != old {
                let lines = differing_lines(&old, &text);
                texts.insert(path, Rewritten { then, text, lines });
            }
        }
        Ok(texts)
    }

    /// Where a file comes to, and its text there.
    fn rewritten(&self, path: &Path, old: &str) -> Result<(PathBuf, String)> {
        let mut then = path.to_owned();
        let mut own = None;
        for (parent, renamed, folder) in self.renamed_folders() {
            if let Ok(rest) = path.strip_prefix(parent.join(renamed.step.folder_name())) {
                then = parent.join(folder).join(rest);
                own = Some(renamed);
            }
        }
        if *path == *list::manifest() {
            return Ok((then, List::load(&self.course.root)?.with(&self.folders())?));
        }
        if *path == *"Cargo.lock" {
            let gone = self.removed.map(|step| step.name.as_str());
            let renamed = self.renamed.iter().map(|renamed| (renamed.step.name.as_str(), renamed.name));
            return Ok((then, lock::rewritten(old, &renamed.collect::<Vec<_>>(), gone)));
        }
        let mut text = match own.filter(|renamed| *path == renamed.step.readme()) {
            Some(renamed) => renamed.with_own_heading(old),
            None => old.to_owned(),
        };
        text = self.renamed.iter().fold(text, |text, renamed| renamed.rewritten(&then, &text));
        if *path == *map() {
            text = self.on_the_map(&text);
        }
        // Imports are in the order of their names, and break where they are too long.
        if is_kind(path, "rs") && text != old {
            text = rustfmt::formatted(&self.course.root, text);
        }
        Ok((then, text))
    }

    /// The names of the folders of all steps after the change, in their order.
    fn folders(&self) -> Vec<String> {
        let stays = |step: &&Step| {
            let is_renamed = self.renamed.iter().any(|renamed| renamed.step.number == step.number);
            !is_renamed && self.removed.is_none_or(|removed| removed.number != step.number)
        };
        let mut folders: Vec<(u32, String)> =
            self.course.steps.iter().filter(stays).map(|step| (step.number, step.folder_name())).collect();
        folders.extend(self.renamed.iter().map(|renamed| (renamed.number, renamed.folder_name())));
        folders.extend(self.added.map(|added| (added.number, added.folder_name())));
        folders.sort();
        folders.into_iter().map(|(_, folder)| folder).collect()
    }

    /// The map with the rows in the order of the steps. Each row stays in its table.
    fn on_the_map(&self, text: &str) -> String {
        let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
        // The last row may get another place.
        if let Some(last) = lines.last_mut().filter(|last| !last.ends_with('\n')) {
            last.push('\n');
        }
        if let Some(removed) = self.removed {
            let link = link_on_the_map(&removed.folder_name());
            lines.retain(|line| !(line.starts_with('|') && line.contains(&link)));
        }
        if let Some(added) = self.added {
            let before = added.previous.as_ref().map(|previous| link_on_the_map(&self.now_called(previous)));
            let is_before = |line: &String| match &before {
                Some(link) => line.starts_with('|') && line.contains(link),
                // The first step of the course comes below the head of the first table.
                None => line.starts_with("|---"),
            };
            if let Some(at) = lines.iter().position(is_before) {
                lines.insert(at + 1, added.row());
            }
        }
        let order = self.folders();
        let place = |line: &String| {
            let is_of = |folder: &String| line.starts_with('|') && line.contains(&link_on_the_map(folder));
            order.iter().position(is_of)
        };
        for rows in lines.chunk_by_mut(|one, other| place(one).is_some() && place(other).is_some()) {
            rows.sort_by_key(place);
        }
        lines.concat()
    }

    /// The folder that a step has after the change.
    fn now_called(&self, folder: &str) -> String {
        let renamed = self.renamed.iter().find(|renamed| renamed.step.folder_name() == folder);
        renamed.map_or_else(|| folder.to_owned(), Renamed::folder_name)
    }

    /// The ends of lessons that lead on to a step which no longer follows.
    fn lessons_that_lead_elsewhere(&self) -> Vec<String> {
        let order = self.folders();
        let after = |folder: &str| order.iter().skip_while(|other| *other != folder).nth(1);
        let steps = &self.course.steps;
        let mut places = Vec::new();
        for (at, step) in
            steps.iter().enumerate().filter(|(_, step)| self.removed.is_none_or(|gone| gone.number != step.number))
        {
            let before = steps.get(at + 1).map(|next| self.now_called(&next.folder_name()));
            if after(&self.now_called(&step.folder_name())) == before.as_ref() {
                continue;
            }
            let path = step.readme();
            let text = read(&self.course.root, &path).unwrap_or_default();
            places.extend(last_paragraph(&text).map(|end| grader::path_with_line(&path, Some(line_of(&text, &end)))));
        }
        places
    }

    /// Writes what is going to change.
    fn show(&self, texts: &Texts, out: &mut impl Write) -> Result<()> {
        if let Some(step) = self.removed {
            writeln!(out, "Deletes step {} {}:", step.number, step.name)?;
            step.folders().iter().try_for_each(|folder| writeln!(out, "  {}", folder.display()))?;
            if !git::keeps(&self.course.root) {
                writeln!(out, "Nothing can bring it back, because this course is not in git.")?;
            }
            let named = named_in(self.course, step)?;
            tell_places("These lines name it, and are yours to change:", &named, out)?;
        }
        if !self.renamed.is_empty() {
            writeln!(out, "Moves, in exercises and in solutions:")?;
        }
        for renamed in &self.renamed {
            writeln!(out, "  {} -> {}", renamed.step.folder_name(), renamed.folder_name())?;
        }
        let ends = self.lessons_that_lead_elsewhere();
        tell_places("Another step follows these lessons, and their last paragraphs are yours to change:", &ends, out)?;
        writeln!(out, "Changes what names a step:")?;
        for (path, Rewritten { lines, .. }) in texts {
            let word = if *lines == 1 { "line" } else { "lines" };
            writeln!(out, "  {}: {lines} {word}", path.display())?;
        }
        Ok(())
    }
}

/// Writes a list of places, if there are any.
fn tell_places(head: &str, places: &[String], out: &mut impl Write) -> Result<()> {
    if !places.is_empty() {
        writeln!(out, "{head}")?;
    }
    Ok(places.iter().try_for_each(|place| writeln!(out, "  {place}"))?)
}

/// Records the answers of a step that is new.
fn record_answers_of(workspace: &Workspace, step: String) -> Result<()> {
    let args = BlessArgs { steps: vec![step], yes: true, review: false, stub: false };
    bless(workspace, &args).map(|_| ())
}

/// How a row of the map links to a step.
pub fn link_on_the_map(folder: &str) -> String {
    format!("]({folder}/README.md)")
}

/// The texts of a course that may name a step: its pages, and the files of its steps without the right answers and the
/// pictures. What is said of a known mistake is also in the head of its snapshot.
fn texts_of(course: &Course) -> Vec<PathBuf> {
    let of_steps = course.steps.iter().flat_map(Step::folders).flat_map(|folder| below(&course.root, &folder));
    let is_text = |path: &PathBuf| match path.extension().and_then(OsStr::to_str) {
        Some("rs" | "toml") => true,
        Some("snap") => path.parent().is_some_and(|folder| folder.ends_with("snapshots/mistakes")),
        _ => false,
    };
    let mut texts: Vec<PathBuf> = of_steps.filter(is_text).collect();
    texts.extend(pages(course));
    texts.extend([list::manifest(), PathBuf::from("Cargo.lock")]);
    texts.sort();
    texts
}

/// Where other texts name a step: by a link, in a command or as step `name`.
fn named_in(course: &Course, step: &Step) -> Result<Vec<String>> {
    let mut places = Vec::new();
    for path in texts_of(course) {
        let Ok(text) = read(&course.root, &path) else { continue };
        if step.folders().iter().any(|own| path.starts_with(own)) || path == map() {
            continue;
        }
        let mut at: Vec<usize> = Vec::new();
        if is_kind(&path, "md") {
            let folder = format!("{}/", step.folder_name());
            at.extend(
                links(&text).into_iter().filter(|link| link.target.contains(&folder)).map(|link| link.span.start),
            );
        }
        if !examples_in(&path, &text).contains(&step.name) {
            let spans = mentions(&text).into_iter().filter(|span| text[span.clone()] == step.name);
            at.extend(spans.map(|span| span.start));
            for command in commands_in(&path, &text) {
                let words = command.words();
                let names = |at: &usize| course.step(words[*at]).is_ok_and(|named| named.number == step.number);
                at.extend(steps_in(&words).into_iter().filter(names).map(|_| command.span().start));
            }
        }
        let mut lines: Vec<usize> = at.into_iter().map(|at| line_of(&text, &(at..at))).collect();
        lines.sort_unstable();
        lines.dedup();
        places.extend(lines.into_iter().map(|line| grader::path_with_line(&path, Some(line))));
    }
    Ok(places)
}

/// Refuses to delete a step that another one is built with.
fn refuse_to_strand(course: &Course, step: &Step) -> Result<()> {
    let folder = format!("/{}\"", step.folder_name());
    for other in course.steps.iter().filter(|other| other.number != step.number) {
        for manifest in other.folders().into_iter().map(|folder| folder.join("Cargo.toml")) {
            let text = read(&course.root, &manifest).unwrap_or_default();
            if let Some(at) = text.lines().position(|line| line.contains("path") && line.contains(&folder)) {
                return Err(Error::at(&manifest, at + 1, format!("step {} is built with {}", other.name, step.name)));
            }
        }
    }
    Ok(())
}

/// A folder with half a step is work in progress, or was left behind: its number and name are not free.
fn refuse_half_made_steps(root: &Path) -> Result<()> {
    for (parent, other) in [("exercises", "solutions"), ("solutions", "exercises")] {
        for entry in fs::read_dir(root.join(parent))? {
            let name = entry?.file_name();
            let path = Path::new(parent).join(&name);
            if !is_folder_name(&name.to_string_lossy()) || !root.join(&path).is_dir() {
                continue;
            }
            for half in [path, Path::new(other).join(&name)] {
                if !root.join(&half).join("Cargo.toml").is_file() {
                    let message = format!(
                        "there is half a step here, without {}; finish it or delete it first",
                        half.join("Cargo.toml").display()
                    );
                    return Err(Error::in_file(&Path::new(parent).join(&name), message));
                }
            }
        }
    }
    Ok(())
}

/// Whether a folder is called as those of steps are: `03-mean`.
fn is_folder_name(name: &str) -> bool {
    list::numbered(name).is_some_and(|(number, step)| name == folder_name(number, step))
}

/// How many lines of a text are not the same in another one; at least 1 where they differ.
fn differing_lines(old: &str, new: &str) -> usize {
    let (old, new) = (lines_in(old), lines_in(new));
    let lines = diff::slice(&old, &new);
    let gone = lines.iter().filter(|line| matches!(line, diff::Result::Left(_))).count();
    let added = lines.iter().filter(|line| matches!(line, diff::Result::Right(_))).count();
    gone.max(added).max(1)
}

#[cfg(test)]
mod tests {
    use grader::course::Edition;

    use super::*;

    fn course(numbers: &[u32]) -> Course {
        let folder = |number: u32| Path::new("exercises").join(folder_name(number, "loss"));
        let step = |number: &u32| Step::by_name(*number, "loss".to_owned(), folder(*number));
        let steps = numbers.iter().map(step).collect();
        let edition = Edition::Instructors;
        let about = grader::course::About::default();
        Course { root: PathBuf::new(), version: None, about, steps, faulty: Vec::new(), edition }
    }

    #[test]
    fn only_what_is_called_like_a_step_can_be_half_of_one() {
        for name in ["03-mean", "12-a-b", "100-mean"] {
            assert!(is_folder_name(name), "{name}");
        }
        for name in ["3-mean", "2026-05 notes", "03-mean.bak", "mean"] {
            assert!(!is_folder_name(name), "{name}");
        }
    }

    #[test]
    fn only_changed_lines_are_counted() {
        let old = "a\nb\nc\nd\n";
        for (new, lines) in [("x\na\nb\nc\nd\n", 1), ("b\nc\nd\n", 1), ("a\nx\ny\nd\n", 2), ("a\nb\nc\nd", 1)] {
            assert_eq!(differing_lines(old, new), lines, "{new}");
        }
    }

    #[test]
    fn the_steps_behind_a_number_make_room_up_to_the_first_gap() {
        let moved = |number| -> Vec<(u32, u32)> {
            let course = course(&[1, 2, 3, 5, 6]);
            moves_for(&course, number, 1).iter().map(|moved| (moved.step.number, moved.number)).collect()
        };
        assert_eq!(moved(2), [(2, 3), (3, 4)]);
        assert_eq!(moved(4), []);
        assert_eq!(moved(5), [(5, 6), (6, 7)]);
        assert_eq!(moved(7), []);
    }
}
