//! `cargo xtask bless`: records the expected answers from the solutions, and what each known mistake answers.
//!
//! The one place that writes snapshots, through insta's own assertion; each snapshot names this file as its source.
//! insta reads its settings once a process, so a child of this program does the writing ([`RECORD`]), with an
//! environment that is set for it.

mod changes;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use fs_err as fs;
use grader::answers::snapshot::{self, Header};
use grader::report::ProgressLine;
use grader::{Error, Result, Workspace, file_of_this_program};
use harness::Trial;
use insta::internals::Content;
use serde::{Deserialize, Serialize};
use xtask::ask::agreed;
use xtask::cli::BlessArgs;

use self::changes::{Change, Changes, Derived};
use crate::experiments::Laboratory;
use crate::recording::{self, Sources};

/// The command for the child; nobody else uses it.
pub const RECORD: &str = "record";

/// Records the snapshots of steps. Updates what their READMEs quote and show and, if asked to, their stubs.
///
/// # Errors
/// If solutions or mistakes cannot be recorded, naming all of them, or there is nobody to ask.
pub fn bless(workspace: &Workspace, args: &BlessArgs) -> Result<ExitCode> {
    workspace.interrupt().raise_on_ctrl_c()?;
    let course = workspace.course()?;
    let steps = course.select(&args.steps)?;
    let mut changes = Changes::default();
    let mut sources = Vec::new();
    for step in steps {
        let Some(mut own) = changes.keep(Sources::load(&course, step))? else { continue };
        for misfit in own.misfits.drain(..).chain(own.misfit_forms.drain(..)) {
            changes.keep::<()>(Err(misfit))?;
        }
        sources.push(own);
    }
    let line = ProgressLine::new();
    let trialled = recording::run(workspace, &sources.iter().collect::<Vec<_>>(), &|progress| line.tell(progress))?;
    drop(line);
    for (sources, trialled) in sources.iter().zip(trialled) {
        let Some(trialled) = changes.keep(trialled.map_err(Error::from))? else { continue };
        let Some(answers) = changes.keep(trialled.answers(sources, &Trial::GRADED))? else { continue };
        let laboratory = Laboratory::new(workspace, &course, sources.step, &answers, &|_| ());
        let Some(laboratory) = changes.keep(laboratory)? else { continue };
        changes.add_step(
            &course,
            &Derived { sources, trialled: &trialled, answers: &answers, laboratory: &laboratory },
            args,
        )?;
    }
    if !changes.faults.is_empty() {
        return Err(Error::Faults(changes.faults));
    }

    let mut out = io::stdout().lock();
    write!(out, "{changes}")?;
    changes.unchanged.iter().try_for_each(|path| remove_pending(&course.root, path))?;
    if changes.is_empty() {
        writeln!(out, "Nothing to record: every snapshot matches the solution.")?;
        return Ok(ExitCode::SUCCESS);
    }
    if args.review {
        leave_for_review(&course.root, &changes, &mut out)?;
        return Ok(ExitCode::SUCCESS);
    }
    if changes.overwrite() && !args.yes && !is_agreed(workspace)? {
        writeln!(out, "Nothing was written.")?;
        return Ok(ExitCode::from(1));
    }
    write_all(&course.root, &changes)?;
    writeln!(out, "Recorded.")?;
    Ok(ExitCode::SUCCESS)
}

/// The child's part of [`write_snapshots`]: reads what to record from standard input and has insta write it.
///
/// # Errors
/// If standard input does not hold what the parent sends.
pub fn record() -> Result<ExitCode> {
    let list: Vec<ToRecord> = serde_json::from_reader(io::stdin().lock()).map_err(io::Error::from)?;
    for recorded in list {
        let mut settings = insta::Settings::new();
        settings.set_snapshot_path(&recorded.folder);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_description(recorded.header.description);
        if let Some(function) = recorded.header.function {
            settings.set_raw_info(&Content::Map(vec![(Content::from("function"), Content::from(function))]));
        }
        settings.bind(|| insta::assert_snapshot!(recorded.name, recorded.text));
    }
    Ok(ExitCode::SUCCESS)
}

/// Leaves the changed snapshots to `cargo insta review`, and says what else has changed.
fn leave_for_review(root: &Path, changes: &Changes, out: &mut impl Write) -> Result<()> {
    write_snapshots(root, &changes.snapshots, Destination::Pending)?;
    let pending = changes.snapshots.iter().filter(|change| change.is_of_answers()).count();
    if pending > 0 {
        writeln!(out, "Pending; see them with `cargo insta review`.")?;
    }
    if pending < changes.len() {
        writeln!(
            out,
            "Headers, stubs, READMEs, pictures and deletions are not pending; `cargo xtask bless` records them."
        )?;
    }
    Ok(())
}

/// Writes and deletes all that has changed.
fn write_all(root: &Path, changes: &Changes) -> Result<()> {
    let unreadable = |path: &Path| root.join(path).is_file() && snapshot::header(root, path).is_err();
    for Change { path, .. } in changes.snapshots.iter().filter(|change| unreadable(&change.path)) {
        // Otherwise insta would explain how to convert it from an old format.
        fs::remove_file(root.join(path))?;
    }
    write_snapshots(root, &changes.snapshots, Destination::InPlace)?;
    changes.snapshots.iter().try_for_each(|change| remove_pending(root, &change.path))?;
    for Change { path, new, .. } in &changes.texts {
        let path = root.join(path);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(path, &new.text)?;
    }
    Ok(changes.orphans.iter().try_for_each(|path| fs::remove_file(root.join(path)))?)
}

/// Removes what an earlier recording left for `cargo insta review`: accepting it would bring old answers back.
fn remove_pending(root: &Path, path: &Path) -> Result<()> {
    match fs::remove_file(root.join(path).with_extension("snap.new")) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => Ok(removed?),
    }
}

fn is_agreed(workspace: &Workspace) -> Result<bool> {
    let otherwise = "there are recorded answers to overwrite, and nobody to ask; run `cargo xtask bless --yes`";
    agreed("Overwrite what is recorded?", otherwise, workspace.interrupt())
}

/// Where new snapshots go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Destination {
    /// In the place of the old ones.
    InPlace,
    /// Beside the old ones, for `cargo insta review`.
    Pending,
}

fn write_snapshots(root: &Path, changes: &[Change], destination: Destination) -> Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    let list: Vec<ToRecord> = changes
        .iter()
        .map(|Change { path, new, .. }| ToRecord {
            folder: root.join(path.parent().unwrap_or(Path::new(""))),
            name: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            header: new.header.clone(),
            text: new.text.clone(),
        })
        .collect();
    let mut command = Command::new(file_of_this_program()?);
    // Settings for a project's own tests would apply here, too.
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("INSTA_")) {
        command.env_remove(name);
    }
    let update = match destination {
        // By force, as the description alone may differ.
        Destination::InPlace => "force",
        Destination::Pending => "new",
    };
    command.env("INSTA_UPDATE", update);
    command.env("INSTA_FORCE_PASS", "1").env("INSTA_OUTPUT", "none").env("INSTA_WORKSPACE_ROOT", root);
    let mut child = command.arg(RECORD).stdin(Stdio::piped()).spawn()?;
    if let Some(stdin) = child.stdin.take() {
        serde_json::to_writer(stdin, &list).map_err(io::Error::from)?;
    }
    if child.wait()?.success() { Ok(()) } else { Err(Error::Program("insta could not write the snapshots".to_owned())) }
}

/// What the child writes.
#[derive(Serialize, Deserialize)]
struct ToRecord {
    folder: PathBuf,
    name: String,
    header: Header,
    text: String,
}
