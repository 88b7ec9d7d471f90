//! `cargo xtask bless`: records the expected answers from the solutions, and what each known mistake answers.
//!
//! The one place that writes snapshots, through insta's own assertion. insta reads its settings once a process, so that
//! the writing is done by a child of this program ([`RECORD`]) whose environment is set for it.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use fs_err as fs;
use grader::answers::{snapshot, snapshots_in};
use grader::course::read;
use grader::file_of_this_program;
use grader::report::ProgressLine;
use grader::{Error, Result, Workspace};
use harness::Trial;
use serde::{Deserialize, Serialize};
use similar::{ChangeTag, TextDiff};
use xtask::ask::agreed;
use xtask::cli::BlessArgs;

use crate::experiments::Laboratory;
use crate::readme;
use crate::recording::{self, Sources};

/// What the child that writes is called with, in the place of a command; nobody else calls it so.
pub const RECORD: &str = "record";

/// How many lines of a change are shown: enough to see what it is about.
const MOST_LINES: usize = 24;

/// A file that a recording writes anew, and what stood in it.
struct Change {
    /// Relative to the course.
    path: PathBuf,
    new: Content,
    old: Option<Content>,
}

/// What stands in a file; only a snapshot has a description.
struct Content {
    description: String,
    text: String,
}

/// Records the snapshots of steps, and brings what their READMEs quote and show up to date, and their stubs if it is asked
/// to.
///
/// # Errors
/// If a solution or a mistake cannot be recorded, or nobody is there to be asked.
pub fn bless(workspace: &Workspace, args: &BlessArgs) -> Result<ExitCode> {
    workspace.interrupt().raise_on_ctrl_c()?;
    let course = workspace.course()?;
    let steps = course.select(&args.steps)?;
    let sources = steps.iter().map(|step| Sources::load(&course, step)).collect::<Result<Vec<_>>>()?;
    let line = ProgressLine::new();
    let trialled = recording::run(workspace, &sources.iter().collect::<Vec<_>>(), &|progress| line.tell(progress))?;
    drop(line);

    let (mut snapshots, mut texts, mut orphans) = (Vec::new(), Vec::new(), Vec::new());
    let mut unchanged = Vec::new();
    for (sources, trialled) in sources.iter().zip(trialled) {
        let (step, trialled) = (sources.step, trialled?);
        let answers = trialled.answers(sources, &Trial::GRADED)?;
        let mistakes = (0..sources.mistakes.len())
            .map(|at| trialled.mistaken_answers(sources, &answers, at))
            .collect::<Result<Vec<_>>>()?;
        let wanted = recording::snapshots(sources, &answers, &mistakes);
        let folders = [step.snapshots(), step.snapshots().join("mistakes")];
        let present = folders.iter().flat_map(|folder| snapshots_in(&course.root, folder));
        orphans.extend(present.filter(|path| !wanted.iter().any(|snapshot| snapshot.path == *path)));
        for snapshot in wanted {
            let new = Content { description: snapshot.description.to_owned(), text: snapshot.text() };
            let old = recorded(&course.root, &snapshot.path)?;
            let change = Change { path: snapshot.path, new, old };
            match &change.old {
                Some(old) if old.description == change.new.description && !change.is_of_answers() => {
                    unchanged.push(change.path);
                }
                _ => snapshots.push(change),
            }
        }
        let readme = step.readme();
        let text = read(&course.root, &readme)?;
        let laboratory = Laboratory::new(workspace, &course, step, &answers, &|_| ())?;
        let mut checked = readme::check(step, &text, &answers, &laboratory)?;
        let toml = read(&course.root, &step.toml())?;
        let mut tried = readme::check_numbers(&step.toml(), &toml, &laboratory);
        checked.faults.append(&mut tried.faults);
        if !checked.faults.is_empty() {
            return Err(checked.faults.swap_remove(0));
        }
        let mut derived = vec![(readme, checked.renewed(&text)), (step.toml(), tried.renewed(&toml))];
        let drawn = readme::drawn_before(&course.root, step);
        orphans.extend(drawn.filter(|path| checked.pictures.iter().all(|picture| picture.path != *path)));
        derived.extend(checked.pictures.into_iter().map(|picture| (picture.path, picture.svg)));
        if args.stub {
            derived.push((step.source(), sources.solution.stub()));
        }
        for (path, text) in derived {
            let old = course.root.join(&path).is_file().then(|| read(&course.root, &path)).transpose()?;
            if old.as_ref() != Some(&text) {
                let content = |text| Content { description: String::new(), text };
                texts.push(Change { path, new: content(text), old: old.map(content) });
            }
        }
    }

    let overwrites = snapshots.iter().chain(&texts).any(|change| change.old.is_some()) || !orphans.is_empty();
    let mut out = io::stdout().lock();
    for change in snapshots.iter().chain(&texts) {
        write!(out, "{}", described(change))?;
    }
    for orphan in &orphans {
        writeln!(out, "{}: nothing belongs to it any more", orphan.display())?;
    }
    unchanged.iter().try_for_each(|path| remove_pending(&course.root, path))?;
    if snapshots.is_empty() && texts.is_empty() && orphans.is_empty() {
        writeln!(out, "Nothing to record: every snapshot matches the solution.")?;
        return Ok(ExitCode::SUCCESS);
    }
    if overwrites && !args.yes && !args.review && !is_agreed(workspace)? {
        writeln!(out, "Nothing was written.")?;
        return Ok(ExitCode::from(1));
    }
    let unreadable =
        |path: &Path| course.root.join(path).is_file() && recording::description(&course.root, path).is_err();
    for Change { path, .. } in snapshots.iter().filter(|change| !args.review && unreadable(&change.path)) {
        // insta would say how to make an old format of it.
        fs::remove_file(course.root.join(path))?;
    }
    write_snapshots(&course.root, &snapshots, args.review)?;
    if args.review {
        let pending = snapshots.iter().filter(|change| change.is_of_answers()).count();
        if pending > 0 {
            writeln!(out, "Pending; see them with `cargo insta review`.")?;
        }
        if pending < snapshots.len() || !texts.is_empty() || !orphans.is_empty() {
            writeln!(
                out,
                "Descriptions, READMEs, pictures and deletions are not pending; `cargo xtask bless` records them."
            )?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    for change in &snapshots {
        remove_pending(&course.root, &change.path)?;
    }
    for Change { path, new, .. } in &texts {
        let path = course.root.join(path);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(path, &new.text)?;
    }
    orphans.iter().try_for_each(|path| fs::remove_file(course.root.join(path)))?;
    writeln!(out, "Recorded.")?;
    Ok(ExitCode::SUCCESS)
}

impl Change {
    /// Whether more changes than the description, which insta does not review.
    fn is_of_answers(&self) -> bool {
        self.old.as_ref().is_none_or(|old| old.text.trim_end() != self.new.text.trim_end())
    }
}

/// What a snapshot file holds, if there is one. One that is none is written anew as any other that differs.
fn recorded(root: &Path, path: &Path) -> Result<Option<Content>> {
    if !root.join(path).is_file() {
        return Ok(None);
    }
    let description = recording::description(root, path).unwrap_or_default();
    let text = snapshot::contents(root, path).or_else(|_| read(root, path))?;
    Ok(Some(Content { description, text }))
}

/// Removes what an earlier recording has left for `cargo insta review`: it would bring old answers back.
fn remove_pending(root: &Path, path: &Path) -> Result<()> {
    match fs::remove_file(root.join(path).with_extension("snap.new")) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => Ok(removed?),
    }
}

/// A change as a person reads it: the lines that go and come, each under the head of its table.
fn described(change: &Change) -> String {
    let path = change.path.display();
    let Some(Content { description, text: old }) = &change.old else { return format!("{path}: new\n") };
    let is_of = |kind: &str| change.path.extension().is_some_and(|extension| extension == kind);
    if is_of("svg") {
        return format!("{path}: drawn anew\n");
    }
    let mut lines = Vec::new();
    if !description.is_empty() && *description != change.new.description {
        lines.push(format!("  old  {description}"));
        lines.push(format!("  new  {}", change.new.description));
    }
    let mut head = None;
    for line in TextDiff::from_lines(old.trim_end(), change.new.text.trim_end()).iter_all_changes() {
        let words = line.value().trim_end();
        let sign = match line.tag() {
            ChangeTag::Delete => "old",
            ChangeTag::Insert => "new",
            ChangeTag::Equal => {
                head = (is_of("snap") && words.starts_with("# ")).then(|| format!("  {words}")).or(head);
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

fn is_agreed(workspace: &Workspace) -> Result<bool> {
    let otherwise = "there are recorded answers to overwrite, and nobody to ask; run `cargo xtask bless --yes`";
    agreed("Overwrite what is recorded?", otherwise, workspace.interrupt())
}

/// What the child writes.
#[derive(Serialize, Deserialize)]
struct ToRecord {
    folder: PathBuf,
    name: String,
    description: String,
    text: String,
}

fn write_snapshots(root: &Path, changes: &[Change], pending: bool) -> Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    let list: Vec<ToRecord> = changes
        .iter()
        .map(|Change { path, new, .. }| ToRecord {
            folder: root.join(path.parent().unwrap_or(Path::new(""))),
            name: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            description: new.description.clone(),
            text: new.text.clone(),
        })
        .collect();
    let mut command = Command::new(file_of_this_program()?);
    // What is set for a project's tests would hold here, too.
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("INSTA_")) {
        command.env_remove(name);
    }
    // By force also where the description alone differs.
    command.env("INSTA_UPDATE", if pending { "new" } else { "force" });
    command.env("INSTA_FORCE_PASS", "1").env("INSTA_OUTPUT", "none").env("INSTA_WORKSPACE_ROOT", root);
    let mut child = command.arg(RECORD).stdin(Stdio::piped()).spawn()?;
    if let Some(stdin) = child.stdin.take() {
        serde_json::to_writer(stdin, &list).map_err(io::Error::from)?;
    }
    if child.wait()?.success() { Ok(()) } else { Err(Error::Program("insta could not write the snapshots".to_owned())) }
}

/// The child's part of [`bless`]: reads what to record from standard input and has insta write it.
///
/// # Errors
/// If standard input does not hold what `bless` sends.
pub fn record() -> Result<ExitCode> {
    let list: Vec<ToRecord> = serde_json::from_reader(io::stdin().lock()).map_err(io::Error::from)?;
    for recorded in list {
        let mut settings = insta::Settings::new();
        settings.set_snapshot_path(&recorded.folder);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_description(recorded.description);
        settings.bind(|| insta::assert_snapshot!(recorded.name, recorded.text));
    }
    Ok(ExitCode::SUCCESS)
}
