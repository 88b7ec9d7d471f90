//! `cargo xtask handout --update`: brings a students' copy up to date that students have cloned.
//!
//! All that is the course's is replaced, and what is no longer handed out is deleted. A step's `src/lib.rs` is the
//! students': it stays as it was handed out, so that git never has two versions of it to merge. It goes with its step
//! where that has another number or name, and it stays where its step is gone. What a student began from is kept
//! beside the new stub, so that `cargo xtask update` can put their code into it.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use fs_err as fs;
use grader::course::{About, Course, HANDED_OUT, Step, functions_to_write, list, read};
use grader::{Error, Interrupt, Result, Workspace, path_with_line};
use xtask::shell;

use super::{check, contents, refuse_unfinished};
use crate::changes::{self, Changes};
use crate::files::slashed;
use crate::git;
use crate::new_folder::{self, Files};

/// Updates the copy in a folder.
///
/// # Errors
/// If the folder holds no copy of this course, a file of it is not committed, the course has a fault, or a file cannot
/// be written; nothing is changed then.
pub fn update(workspace: &Workspace, course: &Course, folder: &Path) -> Result<ExitCode> {
    let copy = Copy::at(folder, course)?;
    refuse_unfinished(workspace, course)?;
    let moved = copy.moved(course)?;
    let mut files = contents::files(course)?;
    let changed = copy.keep_earlier_stubs(&mut files, course, &moved)?;
    contents::list(&mut files);

    let mut changes = Changes::prepare(&copy.root)?;
    let planned = copy.plan(&mut changes, &files, course, &moved, workspace.interrupt());
    let plan = match planned {
        Ok(plan) => plan,
        Err(error) => {
            changes.give_up()?;
            return Err(error);
        }
    };
    let made = changes.make(None);
    remove_empty_folders(&copy.root)?;
    made?.end()?;
    tell(folder, &plan, &copy.news(&moved, changed))?;
    Ok(ExitCode::SUCCESS)
}

/// A students' copy as it was handed out.
struct Copy {
    folder: PathBuf,
    root: PathBuf,
    /// The files of the course.
    listed: BTreeSet<PathBuf>,
    /// The steps, in their order.
    steps: Vec<OldStep>,
}

/// A step of a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
struct OldStep {
    name: String,
    /// Its folder, relative to the copy.
    folder: PathBuf,
}

/// What each step of the course was in the copy, in the course's order.
type Moved<'a> = Vec<(&'a Step, Option<OldStep>)>;

/// What an update does.
#[derive(Debug, Default)]
struct Plan {
    added: usize,
    replaced: usize,
    deleted: usize,
    same: usize,
    /// The files that are touched, relative to the copy.
    touched: Vec<PathBuf>,
}

impl Copy {
    fn at(folder: &Path, course: &Course) -> Result<Self> {
        let refused = |message: String| Err(Error::in_file(folder, message));
        if !folder.join(HANDED_OUT).is_file() {
            let folder = shell::path(folder);
            return refused(format!(
                "this is no copy for students (it has no file `{HANDED_OUT}`); `cargo xtask handout {folder}` makes one"
            ));
        }
        let root = fs::canonicalize(folder)?;
        if let Some(finished) = changes::finish_interrupted(&root)? {
            remove_empty_folders(&root)?;
            io::stderr().write_all(finished.notes("an update of this copy").as_bytes())?;
        }
        if !git::keeps(&root) {
            return refused(
                "git does not keep this copy, so an update could not be taken back; `git init`, `git add .` and `git \
                 commit` it there"
                    .to_owned(),
            );
        }
        let listed = contents::listed(&fs::read_to_string(root.join(HANDED_OUT))?);
        let steps: Vec<OldStep> = listed.iter().filter_map(|path| OldStep::with_source(path)).collect();
        let common = steps.iter().filter(|step| course.steps.iter().any(|own| own.name == step.name)).count();
        let [title, own_title] = [&root, &course.root].map(|root| About::load(root).unwrap_or_default().title);
        if title != own_title && common * 2 < steps.len() {
            return refused(format!("this is a copy of another course, \"{title}\""));
        }
        Ok(Self { folder: folder.to_owned(), root, listed, steps })
    }

    /// Which step of the copy each step of the course was: the one of its name or, for one that was renamed, the one
    /// with most of its functions.
    fn moved<'a>(&self, course: &'a Course) -> Result<Moved<'a>> {
        let by_name = |step: &Step| self.steps.iter().find(|old| old.name == step.name).cloned();
        let mut moved: Moved<'a> = course.steps.iter().map(|step| (step, by_name(step))).collect();
        let mut left: Vec<&OldStep> =
            self.steps.iter().filter(|old| course.steps.iter().all(|step| step.name != old.name)).collect();
        for (step, old) in moved.iter_mut().filter(|(_, old)| old.is_none()) {
            let own = functions_to_write(&step.read_stub(&course.root)?);
            let is_alike = |other: &&OldStep| {
                let other = functions_to_write(&other.stub(&self.root).unwrap_or_default());
                let common = own.intersection(&other).count();
                common * 2 > own.union(&other).count()
            };
            if let Some(at) = left.iter().position(is_alike) {
                *old = Some(left.remove(at).clone());
            }
        }
        Ok(moved)
    }

    /// Puts the stubs that the steps had before beside the new ones. Returns the names of the steps whose stub changes.
    fn keep_earlier_stubs(&self, files: &mut Files, course: &Course, moved: &Moved<'_>) -> Result<Vec<String>> {
        let mut changed = Vec::new();
        for (step, old) in moved {
            let stub = step.read_stub(&course.root)?;
            let (mut earlier, last) = match old {
                Some(old) => {
                    // Its kept stubs are where the step keeps them now, but in the old folder.
                    let there = Step { folder: old.folder.clone(), ..(*step).clone() };
                    (there.read_earlier_stubs(&self.root)?, old.stub(&self.root))
                }
                // A step that the course had once, and has again.
                None => (Vec::new(), read(&self.root, &step.source()).ok()),
            };
            changed.extend(last.as_ref().filter(|last| **last != stub).map(|_| step.name.clone()));
            earlier.retain(|text| Some(text) != last.as_ref());
            earlier.extend(last);
            earlier.retain(|text| *text != stub);
            for (at, text) in earlier.into_iter().enumerate() {
                files.insert(step.earlier_stubs().join(format!("{}.rs", at + 1)), text.into_bytes());
            }
        }
        Ok(changed)
    }

    /// Prepares the changes of the files.
    fn plan(
        &self,
        changes: &mut Changes,
        files: &Files,
        course: &Course,
        moved: &Moved<'_>,
        interrupt: &Interrupt,
    ) -> Result<Plan> {
        let draft = changes.draft()?;
        new_folder::write(&draft, files, interrupt)?;
        check(&draft, course)?;
        let mut plan = Plan::default();
        let is_source = |path: &Path| OldStep::with_source(path).is_some();
        for path in self.listed.iter().filter(|path| !files.contains_key(*path) && !is_source(path)) {
            if self.root.join(path).symlink_metadata().is_ok() {
                plan.deleted += 1;
                plan.touched.push(path.clone());
                changes.remove(path);
            }
        }
        for path in files.keys() {
            let there = self.root.join(path);
            if let Some((_, old)) = moved.iter().find(|(step, _)| step.source() == *path) {
                self.plan_source(changes, &mut plan, path, old.as_ref())?;
            } else if !there.exists() {
                plan.added += 1;
                changes.put(path, path)?;
            } else if !self.listed.contains(path) && *path != Path::new(HANDED_OUT) {
                let message = format!(
                    "the course has a file of this name now, and the one that is here was not handed out; rename it and \
                     commit that: `git mv {0} NAME`",
                    shell::word(&slashed(path))
                );
                return Err(Error::in_file(&self.folder.join(path), message));
            } else if fs::read(&there)? == fs::read(draft.join(path))? {
                plan.same += 1;
            } else {
                plan.replaced += 1;
                plan.touched.push(path.clone());
                changes.put(path, path)?;
            }
        }
        for touched in plan.touched.chunks(100) {
            if let Some(path) = git::uncommitted(&self.root, touched)? {
                let message = format!(
                    "{path} is not committed, and the update would replace it; commit it, or undo it: `git restore {}`",
                    shell::word(&path)
                );
                return Err(Error::in_file(&self.folder, message));
            }
        }
        grader::check_interrupt(interrupt)?;
        Ok(plan)
    }

    /// The file of a step that students edit: a new step brings its stub, and one that has moved takes its file along.
    fn plan_source(&self, changes: &mut Changes, plan: &mut Plan, path: &Path, old: Option<&OldStep>) -> Result<()> {
        let old = old.map(OldStep::source);
        let is_there = |path: &Path| self.root.join(path).symlink_metadata().is_ok();
        match old {
            _ if is_there(path) => plan.same += 1,
            Some(old) if is_there(&old) => {
                plan.replaced += 1;
                changes.rename(&old, path);
                plan.touched.push(old);
            }
            _ => {
                plan.added += 1;
                changes.put(path, path)?;
            }
        }
        Ok(())
    }

    /// What students notice, a line each.
    fn news(&self, moved: &Moved<'_>, changed: Vec<String>) -> Vec<String> {
        let mut news = Vec::new();
        for (step, old) in moved {
            let folder = slashed(&step.folder);
            match old {
                None => news.push(format!("new step       {} ({folder})", step.name)),
                Some(old) if old.name != step.name => {
                    news.push(format!("renamed step   {}, now {} ({folder})", old.name, step.name));
                }
                Some(old) if old.folder != step.folder => {
                    news.push(format!("moved step     {} ({} is now {folder})", step.name, slashed(&old.folder)));
                }
                Some(_) => {}
            }
        }
        let is_gone = |old: &&OldStep| moved.iter().all(|(_, other)| other.as_ref() != Some(*old));
        for old in self.steps.iter().filter(is_gone) {
            let source = slashed(&old.source());
            news.push(format!("removed step   {}; {source} stays, because students may have written in it", old.name));
        }
        news.extend(changed.into_iter().map(|name| format!("changed stub   {name}")));
        news
    }
}

impl OldStep {
    /// The step whose `src/lib.rs` this is, if it is one.
    fn with_source(path: &Path) -> Option<Self> {
        let path = slashed(path);
        let folder = path.strip_prefix("exercises/")?.strip_suffix("/src/lib.rs")?;
        let (_, name) = list::numbered(folder)?;
        Some(Self { name: name.to_owned(), folder: Path::new("exercises").join(folder) })
    }

    fn source(&self) -> PathBuf {
        self.folder.join("src").join("lib.rs")
    }

    /// The stub that came with it.
    fn stub(&self, root: &Path) -> Option<String> {
        read(root, &self.folder.join("snapshots").join("stub.rs")).ok()
    }
}

/// Removes the folders that an update has left empty: git does not have them either.
fn remove_empty_folders(root: &Path) -> Result<()> {
    let is_of_course = |entry: &walkdir::DirEntry| {
        let name = entry.file_name();
        entry.depth() == 0 || ["target", ".git"].iter().all(|other| name != *other)
    };
    let folders: Vec<PathBuf> = walkdir::WalkDir::new(root)
        .min_depth(1)
        .into_iter()
        .filter_entry(is_of_course)
        .flatten()
        .filter(|entry| entry.file_type().is_dir())
        .map(walkdir::DirEntry::into_path)
        .collect();
    for folder in folders.iter().rev() {
        if fs::read_dir(folder)?.next().is_none() {
            fs::remove_dir(folder)?;
        }
    }
    Ok(())
}

fn tell(folder: &Path, plan: &Plan, news: &[String]) -> Result<()> {
    let Plan { added, replaced, deleted, same, .. } = plan;
    let place = path_with_line(folder, None);
    let mut out = io::stdout().lock();
    if added + replaced + deleted == 0 {
        writeln!(out, "{place} is up to date; nothing was changed.")?;
        return Ok(());
    }
    writeln!(out, "Updated {place} (files: {added} new, {replaced} changed, {deleted} deleted, {same} as they were).")?;
    if !news.is_empty() {
        writeln!(out)?;
    }
    for line in news {
        writeln!(out, "  {line}")?;
    }
    writeln!(out, "\nNext, to look at it and to publish it:")?;
    for line in [
        &format!("cd {}", shell::path(folder)),
        "git add --all",
        "git status",
        "cargo xtask grade",
        "git commit --message \"An update of the course\"",
        "git push",
    ] {
        writeln!(out, "  {line}")?;
    }
    writeln!(
        out,
        "\nStudents then run `git pull --no-rebase`. `cargo xtask update` puts their code into the stubs that have changed."
    )?;
    Ok(())
}
