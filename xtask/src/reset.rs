//! `cargo xtask reset`: puts the stub of a step back, and keeps the file that was in its place.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use fs_err as fs;
use grader::cli::{layout, print};
use grader::course::Step;
use grader::{Result, Workspace};

use crate::ask;
use crate::own_file::replace_keeping;
use crate::shell;

/// What to put back.
#[derive(Debug)]
pub struct ResetArgs {
    /// The step, by number, name or path.
    pub step: String,
    /// Do not ask.
    pub yes: bool,
}

/// What happened to the file that the student edits.
#[derive(Debug)]
pub enum Reset {
    /// It was missing.
    WasMissing,
    /// It was the stub.
    WasTheStub,
    /// Its content is now in this file.
    Kept(PathBuf),
}

/// Puts the stub of a step back into the file that the student edits.
///
/// # Errors
/// If there is no terminal to ask on, or a file cannot be written; the student's file is then unchanged.
pub fn reset(workspace: &Workspace, args: &ResetArgs) -> Result<ExitCode> {
    workspace.interrupt().raise_on_ctrl_c()?;
    let course = workspace.course()?;
    let step = course.step(&args.step)?;
    let replacement = Replacement::of(&course.root, step)?;
    let agreed = args.yes || replacement.found != Found::Work || is_agreed(workspace, step, &args.step)?;
    let (code, message) = match agreed {
        true => (0, replacement.make()?.in_words(step)),
        false => (1, "Nothing was changed.".to_owned()),
    };
    print(&layout().paragraph("", message))?;
    Ok(ExitCode::from(code))
}

/// Puts the stub of a step back, without asking.
///
/// # Errors
/// If a file cannot be written; the student's file is then unchanged.
pub fn put_back(root: &Path, step: &Step) -> Result<Reset> {
    Replacement::of(root, step)?.make()
}

impl Reset {
    /// What was done, for a person.
    pub fn in_words(&self, step: &Step) -> String {
        let file = step.source();
        let file = file.display();
        match self {
            Self::WasMissing => format!("{file} was missing; the stub is there now."),
            Self::WasTheStub => format!("{file} is already the stub; nothing was changed."),
            Self::Kept(kept) => format!("{file} is the stub again. What was in it is now in {}.", kept.display()),
        }
    }
}

/// What the student's file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Nothing,
    Stub,
    Work,
}

/// The stub, and the file that it replaces.
struct Replacement {
    found: Found,
    /// The student's file, relative to the course.
    file: PathBuf,
    path: PathBuf,
    stub: String,
}

impl Replacement {
    fn of(root: &Path, step: &Step) -> Result<Self> {
        let (file, stub) = (step.source(), step.read_stub(root)?);
        let path = root.join(&file);
        let found = match path.exists() {
            false => Found::Nothing,
            true if step.read_source(root) == stub => Found::Stub,
            true => Found::Work,
        };
        Ok(Self { found, file, path, stub })
    }

    fn make(&self) -> Result<Reset> {
        match self.found {
            Found::Nothing => put_where_none_is(&self.path, &self.stub).map(|()| Reset::WasMissing),
            Found::Stub => Ok(Reset::WasTheStub),
            Found::Work => Ok(Reset::Kept(self.file.with_file_name(replace_keeping(&self.path, &self.stub)?))),
        }
    }
}

/// Asks the person, who called the step `typed`.
fn is_agreed(workspace: &Workspace, step: &Step, typed: &str) -> Result<bool> {
    let file = step.source();
    let question = format!("Put the stub back into {}? Your file is kept beside it.", file.display());
    let otherwise = format!(
        "there is work in {}, and this is not a terminal; to put the stub back, run `cargo xtask reset {} --yes`",
        file.display(),
        shell::word(typed)
    );
    ask::agreed(&question, &otherwise, workspace.interrupt())
}

fn put_where_none_is(path: &Path, stub: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    // A link that leads nowhere.
    if path.is_symlink() {
        fs::remove_file(path)?;
    }
    Ok(fs::write(path, stub)?)
}
