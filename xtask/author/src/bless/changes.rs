//! What a recording changes in the files of the steps, and the words for it.

use std::fmt::{self, Display};
use std::path::{Path, PathBuf};

use grader::answers::snapshot::{self, Header};
use grader::answers::{Record, snapshots_in};
use grader::course::{Course, read};
use grader::{Error, Fault, Result};
use xtask::cli::BlessArgs;

use crate::experiments::Laboratory;
use crate::files::lines_in;
use crate::readme;
use crate::recording::{self, Sources, Trialled};

/// How many lines of a change are shown: enough to see what it is about.
const MOST_LINES: usize = 24;

/// What a recording changes.
#[derive(Default)]
pub struct Changes {
    /// The snapshots that differ.
    pub snapshots: Vec<Change>,
    /// Other files that differ: READMEs, pictures and stubs.
    pub texts: Vec<Change>,
    /// The files that nothing belongs to any more, relative to the course.
    pub orphans: Vec<PathBuf>,
    /// The snapshots that stay as they are.
    pub unchanged: Vec<PathBuf>,
    /// Why nothing can be recorded, if anything is in the way.
    pub faults: Vec<Fault>,
}

/// A file that a recording writes anew, and its old content.
pub struct Change {
    /// Relative to the course.
    pub path: PathBuf,
    /// What it will hold.
    pub new: Content,
    old: Option<Content>,
}

/// What a file holds; only a snapshot has a header.
pub struct Content {
    /// What a snapshot is about.
    pub header: Header,
    /// The answers of a snapshot, or the whole text of another file.
    pub text: String,
}

/// What the files of a step are made from.
pub struct Derived<'a> {
    /// The step, its solution and its mistakes.
    pub sources: &'a Sources<'a>,
    /// What they did.
    pub trialled: &'a Trialled,
    /// What the solution answered.
    pub answers: &'a Record,
    /// The solution, ready to run experiments.
    pub laboratory: &'a Laboratory<'a>,
}

impl Changes {
    /// How many files change.
    pub fn len(&self) -> usize {
        self.snapshots.len() + self.texts.len() + self.orphans.len()
    }

    /// Whether no file changes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether something that is there now would be lost.
    pub fn overwrite(&self) -> bool {
        self.snapshots.iter().chain(&self.texts).any(|change| change.old.is_some()) || !self.orphans.is_empty()
    }

    /// Adds an error in a file of the course to the faults.
    ///
    /// # Errors
    /// If it is another error.
    pub fn keep<T>(&mut self, result: Result<T>) -> Result<Option<T>> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(Error::Course(fault)) => {
                self.faults.push(fault);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Adds what changes in the files of one step, and what is in the way of that.
    ///
    /// # Errors
    /// If a file cannot be read or a picture not be drawn.
    pub fn add_step(&mut self, course: &Course, derived: &Derived<'_>, args: &BlessArgs) -> Result<()> {
        let root = &course.root;
        self.add_snapshots(root, derived)?;
        for (path, text) in recording::kept_files(course, derived.sources)? {
            self.add_text(root, path, text)?;
        }
        self.add_texts(root, derived)?;
        if args.stub {
            self.add_text(root, derived.sources.step.source(), derived.sources.solution.stub())?;
        }
        Ok(())
    }

    fn add_snapshots(&mut self, root: &Path, derived: &Derived<'_>) -> Result<()> {
        let Derived { sources, trialled, answers, .. } = derived;
        let mut mistakes = Vec::new();
        for at in 0..sources.mistakes.len() {
            mistakes.push(self.keep(trialled.mistaken_answers(sources, answers, at))?.unwrap_or_default());
        }
        let wanted = recording::snapshots(sources, answers, &mistakes);
        let folder = sources.step.snapshots();
        let present = [folder.clone(), folder.join("mistakes")].map(|folder| snapshots_in(root, &folder));
        let is_wanted = |path: &PathBuf| wanted.iter().any(|snapshot| snapshot.path == *path);
        self.orphans.extend(present.into_iter().flatten().filter(|path| !is_wanted(path)));
        for snapshot in wanted {
            let new = Content { header: snapshot.header.clone(), text: snapshot.text() };
            let old = recorded(root, &snapshot.path)?;
            let change = Change { path: snapshot.path, new, old };
            match &change.old {
                Some(old) if old.header == change.new.header && !change.is_of_answers() => {
                    self.unchanged.push(change.path);
                }
                _ => self.snapshots.push(change),
            }
        }
        Ok(())
    }

    /// Adds the README, its pictures, and `exercise.toml`, whose answers to what can be tried quote numbers.
    fn add_texts(&mut self, root: &Path, derived: &Derived<'_>) -> Result<()> {
        let step = derived.sources.step;
        let (readme, toml) = (step.readme(), step.toml());
        let (lesson, declaration) = (read(root, &readme)?, read(root, &toml)?);
        let mut checked = readme::check(step, &lesson, derived.answers, derived.laboratory)?;
        let mut tried = readme::check_numbers(&toml, &declaration, derived.laboratory);
        checked.faults.append(&mut tried.faults);
        for fault in checked.faults.drain(..) {
            self.keep::<()>(Err(fault))?;
        }
        self.add_text(root, readme, checked.renewed(&lesson))?;
        self.add_text(root, toml, tried.renewed(&declaration))?;
        let drawn = readme::drawn_before(root, step);
        self.orphans.extend(drawn.filter(|path| checked.pictures.iter().all(|picture| picture.path != *path)));
        checked.pictures.into_iter().try_for_each(|picture| self.add_text(root, picture.path, picture.svg))
    }

    /// Adds a file that is to hold this text, unless it does.
    fn add_text(&mut self, root: &Path, path: PathBuf, text: String) -> Result<()> {
        let old = root.join(&path).is_file().then(|| read(root, &path)).transpose()?;
        if old.as_ref() != Some(&text) {
            let content = |text| Content { header: Header::default(), text };
            self.texts.push(Change { path, new: content(text), old: old.map(content) });
        }
        Ok(())
    }
}

impl Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.snapshots.iter().chain(&self.texts).try_for_each(|change| f.write_str(&described(change)))?;
        self.orphans.iter().try_for_each(|path| writeln!(f, "{}: nothing belongs to it any more", path.display()))
    }
}

impl Change {
    /// Whether more changes than the header, which insta does not review.
    pub fn is_of_answers(&self) -> bool {
        self.old.as_ref().is_none_or(|old| old.text.trim_end() != self.new.text.trim_end())
    }
}

/// What a snapshot file holds, if there is one. One that is none is written anew as any other that differs.
fn recorded(root: &Path, path: &Path) -> Result<Option<Content>> {
    if !root.join(path).is_file() {
        return Ok(None);
    }
    let header = snapshot::header(root, path).unwrap_or_default();
    let text = snapshot::contents(root, path).or_else(|_| read(root, path))?;
    Ok(Some(Content { header, text }))
}

/// A change as a person reads it: the lines that go and come, each under the head of its table.
fn described(change: &Change) -> String {
    let path = change.path.display();
    let Some(Content { header, text: old }) = &change.old else { return format!("{path}: new\n") };
    let is_of = |kind: &str| change.path.extension().is_some_and(|extension| extension == kind);
    if is_of("svg") {
        return format!("{path}: drawn anew\n");
    }
    let mut lines = Vec::new();
    let new = &change.new.header;
    if !header.description.is_empty() && header.description != new.description {
        lines.push(format!("  old  {}", header.description));
        lines.push(format!("  new  {}", new.description));
    }
    if let Some(function) = &new.function
        && header.function.as_ref() != Some(function)
    {
        lines.push(format!("  new  it is a mistake in `{function}`"));
    }
    let mut head = None;
    for line in diff::slice(&lines_in(old.trim_end()), &lines_in(change.new.text.trim_end())) {
        let (sign, words) = match line {
            diff::Result::Left(line) => ("old", line.trim_end()),
            diff::Result::Right(line) => ("new", line.trim_end()),
            diff::Result::Both(line, _) => {
                head = (is_of("snap") && line.starts_with("# ")).then(|| format!("  {}", line.trim_end())).or(head);
                continue;
            }
        };
        lines.extend(head.take());
        if !words.is_empty() {
            lines.push(format!("  {sign}  {words}"));
        }
    }
    let left = lines.len().saturating_sub(MOST_LINES);
    lines.truncate(MOST_LINES);
    if left > 0 {
        lines.push(format!("  … and {left} more lines"));
    }
    format!("{path}:\n{}\n", lines.join("\n"))
}
