//! `cargo xtask new`: makes a step that builds, is graded and is recorded at once, with a small example in each place
//! that is still to be written. Each such place has the word TODO, which `cargo xtask verify` lists.
//!
//! Either everything happens or nothing does: the step is made in a folder of its own, and all changes are undone if a
//! later part fails.

mod changes;
mod name;
mod renumber;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use fs_err as fs;
use grader::course::list::{self, List};
use grader::course::{Course, Solution, read};
use grader::{Error, Result, Workspace};
use xtask::cli::{BlessArgs, NewArgs};

use crate::bless::bless;
use changes::Changes;
use renumber::{Lines, Move, folder_name, moves_for, renumber};

/// Makes a step, and makes room for it if it is not the last.
///
/// # Errors
/// If the name or the place is taken, or a file cannot be written; the course is then unchanged.
pub fn new(workspace: &Workspace, args: &NewArgs) -> Result<ExitCode> {
    let course = workspace.course()?;
    let plan = NewStep::of(&course, args)?;
    let mut changes = Changes::new(&course.root);
    let left = match plan.carry_out(workspace, &mut changes) {
        Ok(left) => left,
        Err(error) => {
            return Err(match changes.undo() {
                Ok(()) => error,
                Err(kept) => Error::Program(format!("{error}\nand not all that was begun could be undone: {kept}")),
            });
        }
    };
    plan.tell(&left)?;
    Ok(ExitCode::SUCCESS)
}

/// A step that can be made, and its place.
struct NewStep<'a> {
    name: &'a str,
    number: u32,
    /// The name of the folder of the step before it.
    previous: String,
    moves: Vec<Move<'a>>,
}

/// What is left to do by hand after a step was made.
struct Left {
    /// The line of the map with the new step, if the map has a row for the step before.
    on_the_map: Option<usize>,
    /// Lines that may name a moved step by its old number.
    numbers: Vec<Lines>,
}

impl<'a> NewStep<'a> {
    fn of(course: &'a Course, args: &'a NewArgs) -> Result<Self> {
        refuse_half_made_steps(&course.root)?;
        if let Some(faulty) = course.faulty.first() {
            return Err(faulty.fault.clone().into());
        }
        name::check(&args.name, course, &read(&course.root, Path::new("Cargo.lock"))?)?;
        let named: Vec<String> = args.after.iter().cloned().collect();
        // Without a name, all steps are selected, and the new step follows the last one.
        let Some(previous) = course.select(&named)?.pop() else {
            return Err(Error::in_file(Path::new("exercises"), "the course has no step that the new one could follow"));
        };
        let number = previous.number + 1;
        let moves = moves_for(course, number);
        // After the moves it may have another number itself only if it comes later, which it does not.
        Ok(Self { name: &args.name, number, previous: previous.folder_name(), moves })
    }

    fn carry_out(&self, workspace: &Workspace, changes: &mut Changes) -> Result<Left> {
        let root = workspace.root();
        // Inside the course, so that the new files can be renamed into place.
        let draft = tempfile::Builder::new().prefix(".new-").tempdir_in(root)?;
        for (path, template) in FILES {
            let path = draft.path().join(self.filled(path));
            fs::create_dir_all(path.parent().unwrap_or(draft.path()))?;
            fs::write(path, sorted_imports(&self.filled(template)))?;
        }
        derive_stub(draft.path())?;

        let numbers = renumber(root, &self.moves, changes)?;
        for parent in ["exercises", "solutions"] {
            changes.add(&draft.path().join(parent), &Path::new(parent).join(self.folder_name()))?;
        }
        self.put_on_the_list(root, changes)?;
        let on_the_map = self.put_on_the_map(root, changes)?;
        bless(workspace, &BlessArgs { steps: vec![self.name.to_owned()], yes: true, review: false, stub: false })?;
        Ok(Left { on_the_map, numbers })
    }

    fn folder_name(&self) -> String {
        folder_name(self.number, self.name)
    }

    fn filled(&self, template: &str) -> String {
        template
            .replace("{{number}}", &self.number.to_string())
            .replace("{{name}}", self.name)
            .replace("{{crate}}", &self.name.replace('-', "_"))
    }

    /// Lists the step behind the one before.
    fn put_on_the_list(&self, root: &Path, changes: &mut Changes) -> Result<()> {
        let list = List::load(root)?;
        let longer = list
            .with(&self.folder_name(), &self.previous)
            .ok_or_else(|| Error::in_file(&list::manifest(), format!("the list of steps lacks `{}`", self.previous)))?;
        changes.write(&list::manifest(), &longer)
    }

    /// Adds a row behind that of the step before, and returns its line.
    fn put_on_the_map(&self, root: &Path, changes: &mut Changes) -> Result<Option<usize>> {
        let path = map();
        let link = format!("]({}/README.md)", self.previous);
        let text = if root.join(&path).is_file() { read(root, &path)? } else { String::new() };
        let Some(at) = text.lines().position(|line| line.starts_with('|') && line.contains(&link)) else {
            return Ok(None);
        };
        let (number, folder) = (self.number, self.folder_name());
        let row = format!(
            "| {number} | [`{folder}`]({folder}/README.md) | TODO what you build | TODO minutes | TODO its heart |"
        );
        let mut lines: Vec<&str> = text.lines().collect();
        lines.insert(at + 1, &row);
        changes.write(&path, &(lines.join("\n") + "\n"))?;
        Ok(Some(at + 2))
    }

    fn tell(&self, left: &Left) -> Result<()> {
        let (name, folder, map) = (self.name, self.folder_name(), map());
        let mut out = io::stdout().lock();
        writeln!(out, "\nMade step {} {name}:", self.number)?;
        writeln!(out, "  exercises/{folder}: what a student gets")?;
        writeln!(out, "  solutions/{folder}: the solution, its mistakes and tests")?;
        match left.on_the_map {
            Some(line) => writeln!(out, "  {}:{line}: its row on the map", map.display())?,
            None => writeln!(out, "It is not on the map yet: give it a row in {}.", map.display())?,
        }
        if !self.moves.is_empty() {
            writeln!(out, "\nMoved:")?;
        }
        for moved in &self.moves {
            writeln!(out, "  {} -> {}", moved.step.folder_name(), moved.folder_name())?;
        }
        if !left.numbers.is_empty() {
            writeln!(out, "\nThese lines may still mean a moved step by its old number:")?;
        }
        for (path, lines) in &left.numbers {
            let lines: Vec<String> = lines.iter().map(usize::to_string).collect();
            writeln!(out, "  {}:{}", path.display(), lines.join(","))?;
        }
        writeln!(out, "\nNext: write solutions/{folder}/src/lib.rs; exercises/CONTRIBUTING.md shows the whole way.")?;
        writeln!(out, "`cargo xtask verify {name}` lists what is still to be written.")?;
        Ok(())
    }
}

/// The table of all steps, relative to the course.
fn map() -> PathBuf {
    Path::new("exercises").join("README.md")
}

/// The files of a new step.
const FILES: [(&str, &str); 8] = [
    ("exercises/Cargo.toml", include_str!("../templates/exercise/Cargo.toml.in")),
    ("exercises/README.md", include_str!("../templates/exercise/README.md.in")),
    ("exercises/exercise.toml", include_str!("../templates/exercise/exercise.toml.in")),
    ("exercises/cases.rs", include_str!("../templates/exercise/cases.rs.in")),
    ("solutions/Cargo.toml", include_str!("../templates/solution/Cargo.toml.in")),
    ("solutions/src/lib.rs", include_str!("../templates/solution/lib.rs.in")),
    ("solutions/mistakes.toml", include_str!("../templates/solution/mistakes.toml.in")),
    ("solutions/tests/{{crate}}.rs", include_str!("../templates/solution/test.rs.in")),
];

fn derive_stub(draft: &Path) -> Result<()> {
    let path = Path::new("solutions").join("src").join("lib.rs");
    let text = read(draft, &path)?;
    let stub = Solution { path, text, bodies: Vec::new() }.stub();
    let folder = draft.join("exercises").join("src");
    fs::create_dir_all(&folder)?;
    Ok(fs::write(folder.join("lib.rs"), stub)?)
}

/// A text with each group of `use` lines in order, as rustfmt wants them whatever the step is called.
fn sorted_imports(text: &str) -> String {
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let is_import = |line: &&str| line.starts_with("use ");
    for block in lines.chunk_by_mut(|one, other| is_import(one) && is_import(other)) {
        if block.len() > 1 {
            block.sort_unstable();
        }
    }
    lines.concat()
}

/// A folder with half a step is work in progress, or was left behind: its number and name are not free.
fn refuse_half_made_steps(root: &Path) -> Result<()> {
    for (parent, other) in [("exercises", "solutions"), ("solutions", "exercises")] {
        for entry in fs::read_dir(root.join(parent))? {
            let name = entry?.file_name();
            let path = Path::new(parent).join(&name);
            let is_step = name.to_string_lossy().starts_with(|first: char| first.is_ascii_digit());
            if !is_step || !root.join(&path).is_dir() {
                continue;
            }
            for half in [path, Path::new(other).join(&name)] {
                if !root.join(&half).join("Cargo.toml").is_file() {
                    let message = format!(
                        "there is half a step here, without {}; finish it or delete it before you make another",
                        half.join("Cargo.toml").display()
                    );
                    return Err(Error::in_file(&Path::new(parent).join(&name), message));
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_stand_in_order_whatever_the_step_is_called() {
        let text = "//! Head.\n\nuse std::io;\n\nuse harness::case;\nuse adam::step;\n\nfn main() {}\n";
        let sorted = "//! Head.\n\nuse std::io;\n\nuse adam::step;\nuse harness::case;\n\nfn main() {}\n";
        assert_eq!(sorted_imports(text), sorted);
    }
}
