//! `cargo xtask handout`: the course as students get it, in a folder of its own. It has no solutions and nothing that only
//! instructors need, and `cargo xtask grade` works in it.
//!
//! The whole copy is made beside its place and moved there in one step, so there is never half a copy.

mod contents;
mod manifests;
mod students_text;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use fs_err as fs;
use grader::course::{Course, Edition};
use grader::{Error, Result, Workspace, path_with_line};
use tempfile::TempDir;
use xtask::cli::HandoutArgs;

use crate::verify::faults_of_texts;
use contents::Contents;

/// The list of the files of a copy, in the copy: what a later version of the course may take away again.
const LIST: &str = ".handout";

/// Copies the course for students.
///
/// # Errors
/// If the course has a fault, the folder cannot take the copy, or a file cannot be written; nothing is written then.
pub fn handout(workspace: &Workspace, args: &HandoutArgs) -> Result<ExitCode> {
    let course = workspace.course()?;
    let place = Place::of(&course.root, &args.folder)?;
    refuse_faults(workspace, &course)?;
    let contents = Contents::of(&course)?;
    let draft = written(&contents, &place)?;
    check(&draft, &course)?;
    let size = Size::of(draft.path())?;
    place.take(draft)?;
    tell(&course, &args.folder, &size)?;
    Ok(ExitCode::SUCCESS)
}

/// A folder that can become a copy.
struct Place {
    folder: PathBuf,
    /// The folder that it is in.
    parent: PathBuf,
}

impl Place {
    fn of(root: &Path, folder: &Path) -> Result<Self> {
        let refused = |message: &str| Err(Error::in_file(folder, message));
        let folder_name = folder
            .file_name()
            .map_or_else(|| folder.canonicalize().ok()?.file_name().map(Into::into), |name| Some(name.to_owned()));
        let Some(name) = folder_name else { return refused("the copy needs a folder with a name") };
        let parent = match folder.file_name().and(folder.parent()) {
            Some(parent) if parent.as_os_str().is_empty() => Path::new(".").to_owned(),
            Some(parent) => parent.to_owned(),
            None => folder.join(".."),
        };
        fs::create_dir_all(&parent)?;
        let parent = fs::canonicalize(parent)?;
        let place = Self { folder: parent.join(name), parent };
        if place.folder.starts_with(root) {
            return refused("the copy cannot be inside of the course; name a folder beside it");
        }
        if place.folder.symlink_metadata().is_err() {
            return Ok(place);
        }
        if !place.folder.is_dir() {
            return refused("this is not a folder; name a new one or an empty one");
        }
        if place.folder.join(LIST).is_file() {
            return refused("there is a copy of a course here already; name a new folder or an empty one");
        }
        match fs::read_dir(&place.folder)?.next() {
            None => Ok(place),
            Some(_) => refused("the folder is not empty; name a new one or an empty one"),
        }
    }

    /// Moves a finished copy here.
    fn take(&self, draft: TempDir) -> Result<()> {
        if self.folder.is_dir() {
            fs::remove_dir(&self.folder)?;
        }
        fs::rename(draft.path(), &self.folder)?;
        // It is not there any more to be deleted.
        let _ = draft.keep();
        Ok(())
    }
}

/// A course that does not hold together as texts is not handed out. What only a run can find takes longer: that is for
/// `verify`.
fn refuse_faults(workspace: &Workspace, course: &Course) -> Result<()> {
    let faults = faults_of_texts(workspace, course)?;
    match &faults[..] {
        [] => Ok(()),
        faults => Err(Error::Program(format!(
            "the course has faults that students would meet; mend them (`cargo xtask verify` finds more) and try again:\n  {}",
            faults.join("\n  ")
        ))),
    }
}

/// The copy in a folder beside its place, which is deleted unless it is kept.
fn written(contents: &Contents, place: &Place) -> Result<TempDir> {
    let draft = tempfile::Builder::new().prefix(".handout-").tempdir_in(&place.parent)?;
    for (path, content) in &contents.files {
        let path = draft.path().join(path);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(path, content)?;
    }
    // A temporary folder is its owner's alone; a new one takes what the system usually gives.
    let usual = draft.path().join("usual");
    fs::create_dir(&usual)?;
    let permissions = fs::metadata(&usual)?.permissions();
    fs::remove_dir(usual)?;
    fs::set_permissions(draft.path(), permissions)?;
    shorten_lock(draft.path())?;
    Ok(draft)
}

/// Has cargo take what the copy does not need from its lock file.
fn shorten_lock(copy: &Path) -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let update = |offline: &[&str]| {
        let mut command = Command::new(&cargo);
        command.args(["update", "--workspace", "--quiet"]).args(offline).current_dir(copy);
        command.output().map_err(Error::NoCargo)
    };
    // The versions are known already, so no registry needs to be asked.
    if update(&["--offline"])?.status.success() {
        return Ok(());
    }
    let output = update(&[])?;
    if output.status.success() {
        return Ok(());
    }
    Err(Error::Build(String::from_utf8_lossy(&output.stderr).into_owned()))
}

/// Checks that the copy is a course as good as the original one.
fn check(draft: &TempDir, original: &Course) -> Result<()> {
    let copy = Course::load(draft.path())?;
    if let Some(step) = copy.faulty.first() {
        return Err(step.fault.clone().into());
    }
    let same = copy.steps.len() == original.steps.len() && copy.edition == Edition::Students;
    if same { Ok(()) } else { Err(Error::Program("the copy does not have the steps of the course".to_owned())) }
}

/// How large a copy is.
struct Size {
    files: usize,
    bytes: u64,
}

impl Size {
    fn of(folder: &Path) -> Result<Self> {
        let mut size = Self { files: 0, bytes: 0 };
        for entry in walkdir::WalkDir::new(folder) {
            let data = entry.and_then(|entry| entry.metadata()).map_err(io::Error::from)?;
            if data.is_file() {
                size.files += 1;
                size.bytes += data.len();
            }
        }
        Ok(size)
    }
}

fn tell(course: &Course, folder: &Path, size: &Size) -> Result<()> {
    let steps = course.steps.len();
    let megabytes = size.bytes as f64 / 1e6;
    let folder = path_with_line(folder, None);
    let mut out = io::stdout().lock();
    writeln!(out, "Wrote {folder}: {steps} steps in {} files, {megabytes:.1} MB, without the solutions.", size.files)?;
    writeln!(out, "\nNext, to try it as a student and to publish it:")?;
    for line in [
        format!("cd {folder}"),
        "cargo xtask grade".to_owned(),
        "git init --initial-branch=main".to_owned(),
        "git add .".to_owned(),
        "git commit --message \"The course\"".to_owned(),
        "git remote add origin ADDRESS".to_owned(),
        "git push --set-upstream origin main".to_owned(),
    ] {
        writeln!(out, "  {line}")?;
    }
    Ok(())
}
