//! `cargo xtask handout`: the course as students get it, in a folder of its own. It has no solutions and nothing that
//! only instructors need, and `cargo xtask grade` works in it.

mod answers;
mod contents;
mod manifests;
mod students_text;
mod update;

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use grader::course::{Course, Edition, HANDED_OUT};
use grader::{Error, Result, Workspace, path_with_line};
use xtask::cli::HandoutArgs;
use xtask::shell;

use crate::new_folder::NewFolder;
use crate::verify::{faults_of_texts, to_do};

/// Copies the course for students, or updates a copy.
///
/// # Errors
/// If the course has a fault, the folder cannot take the copy, or a file cannot be written; nothing is changed then.
pub fn handout(workspace: &Workspace, args: &HandoutArgs) -> Result<ExitCode> {
    workspace.interrupt().raise_on_ctrl_c()?;
    let course = workspace.course()?;
    if args.update {
        return update::update(workspace, &course, &args.folder);
    }
    if args.folder.join(HANDED_OUT).exists() {
        let folder = shell::path(&args.folder);
        let message = format!("this is a copy already; `cargo xtask handout --update {folder}` brings it up to date");
        return Err(Error::in_file(&args.folder, message));
    }
    let place = NewFolder::named(&args.folder, &course.root)?;
    refuse_unfinished(workspace, &course)?;
    let mut files = contents::files(&course)?;
    contents::list(&mut files);
    let draft = place.draft(&files, workspace.interrupt())?;
    check(&draft.course(), &course)?;
    let size = Size::of(&draft.course())?;
    grader::check_interrupt(workspace.interrupt())?;
    draft.finish()?;
    tell(&course, &args.folder, &size)?;
    Ok(ExitCode::SUCCESS)
}

/// A course that does not hold together as texts, of which a student would read what is still to be written, or whose
/// recorded answers are not those of its solutions is not handed out. What only the mistakes show takes longer: that is
/// for `verify`.
fn refuse_unfinished(workspace: &Workspace, course: &Course) -> Result<()> {
    let faults = faults_of_texts(workspace, course)?;
    let to_do = to_do(course).into_iter().filter(|to_do| contents::is_for_students(&to_do.path, course));
    let to_do: Vec<String> = to_do.map(|to_do| to_do.shown()).collect();
    let told = |what: &str, places: Vec<String>| {
        let places = places.join("\n  ");
        Err(Error::Program(format!("{what} (`cargo xtask verify` finds more) and try again:\n  {places}")))
    };
    if !faults.is_empty() {
        return told("the course has faults that students would meet; mend them", faults);
    }
    if !to_do.is_empty() {
        return told("the course has places that are still to be written; write them", to_do);
    }
    let faults = answers::faults(workspace, course)?;
    if !faults.is_empty() {
        return told("right code would be graded as wrong; correct that", faults);
    }
    Ok(())
}

/// Checks that the copy is a course as good as the original one.
fn check(copy: &Path, original: &Course) -> Result<()> {
    let copy = Course::load(copy)?;
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
    let files = size.files;
    let mut out = io::stdout().lock();
    let place = path_with_line(folder, None);
    writeln!(out, "Wrote {place}: {steps} steps in {files} files, {megabytes:.1} MB, without the solutions.")?;
    writeln!(out, "\nNext, to try it as a student and to publish it:")?;
    for line in [
        format!("cd {}", shell::path(folder)),
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
