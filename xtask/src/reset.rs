//! `cargo xtask reset`: puts the stub of a step back, and keeps the file that was in its place.
//!
//! No failure can lose a student's work: before the stub replaces the file by renaming, a complete copy is beside it.

use std::io;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::SystemTime;

use fs_err as fs;
use grader::cli::{layout, print};
use grader::course::Step;
use grader::{Result, Workspace};
use tempfile::NamedTempFile;

use crate::ask;

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
            Found::Work => Ok(Reset::Kept(self.file.with_file_name(replace(&self.path, &self.stub)?))),
        }
    }
}

/// Asks the person, who called the step `typed`.
fn is_agreed(workspace: &Workspace, step: &Step, typed: &str) -> Result<bool> {
    let file = step.source();
    let question = format!("Put the stub back into {}? Your file is kept beside it.", file.display());
    let otherwise = format!(
        "there is work in {}, and this is not a terminal; to put the stub back, run `cargo xtask reset {typed} --yes`",
        file.display()
    );
    ask::agreed(&question, &otherwise, workspace.interrupt())
}

fn put_where_none_is(path: &Path, stub: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    Ok(fs::write(path, stub)?)
}

/// Replaces a file by the stub. Keeps the old file beside it, and returns its name.
fn replace(path: &Path, stub: &str) -> Result<PathBuf> {
    let new = beside(path, stub.as_bytes())?;
    // Read as late as possible, so that this includes what an editor saves while the question is open.
    let mut copy = beside(path, &fs::read(path)?)?;
    let now = SystemTime::now();
    let mut further = 1;
    loop {
        let kept = kept_name(now, further);
        match copy.persist_noclobber(path.with_file_name(&kept)) {
            Ok(_) => {
                new.persist(path).map_err(io::Error::from)?;
                return Ok(kept);
            }
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                copy = error.file;
                further += 1;
            }
            Err(error) => return Err(io::Error::from(error).into()),
        }
    }
}

/// A file in the same folder and with the same permissions, which is deleted unless it gets a name.
fn beside(path: &Path, content: &[u8]) -> Result<NamedTempFile> {
    let mut file = NamedTempFile::new_in(path.parent().unwrap_or(Path::new("")))?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    fs::set_permissions(file.path(), fs::metadata(path)?.permissions())?;
    Ok(file)
}

/// The name for an old `lib.rs`, with the time in it; cargo does not compile a file with this name.
fn kept_name(time: SystemTime, further: usize) -> PathBuf {
    // Windows allows no colons in a name. The Z says that the time is UTC and not local.
    let time = humantime::format_rfc3339_seconds(time).to_string().replace(':', "-");
    match further {
        1 => format!("lib.{time}.rs").into(),
        further => format!("lib.{time}-{further}.rs").into(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn files_that_are_kept_in_the_same_second_have_names_of_their_own() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_615_389);
        assert_eq!(kept_name(time, 1), Path::new("lib.2026-11-25T14-03-09Z.rs"));
        assert_eq!(kept_name(time, 2), Path::new("lib.2026-11-25T14-03-09Z-2.rs"));
    }
}
