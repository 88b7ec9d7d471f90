//! `cargo xtask new`: makes a step that builds, is graded and is recorded at once, with a small example in each place
//! that is still to be written. Each such place has the word TODO, which `cargo xtask verify` lists.
//!
//! If its answers cannot be recorded, all that was done is undone.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use fs_err as fs;
use grader::course::{Course, Solution, Step, read};
use grader::{Result, Workspace};
use xtask::ask::agreed;
use xtask::cli::NewArgs;
use xtask::shell;

use super::rewrite::folder_name;
use super::{Change, PARENTS, link_on_the_map, map, moves_for, name, record_answers_of, sound_course};
use crate::changes::Changes;

/// Makes a step, and makes room for it if it is not the last.
///
/// # Errors
/// If the name or the place is taken, or a file cannot be written; the course is then unchanged.
pub fn new(workspace: &Workspace, args: &NewArgs) -> Result<ExitCode> {
    let course = sound_course(workspace)?;
    let step = NewStep::of(&course, args)?;
    let change = Change { renamed: moves_for(&course, step.number, 1), added: Some(&step), ..Change::nothing(&course) };
    if !change.renamed.is_empty() {
        let after = shell::word(args.after.as_deref().unwrap_or_default());
        let otherwise = format!(
            "there is nobody to ask whether other steps may move; run `cargo xtask new {} --after {after} --yes`",
            args.name
        );
        change.show(&change.texts()?, &mut io::stdout().lock())?;
        if !args.yes && !agreed("Go on?", &otherwise, workspace.interrupt())? {
            writeln!(io::stdout(), "Nothing was changed.")?;
            return Ok(ExitCode::from(1));
        }
    }
    // Read after the answer: somebody may have saved one of them meanwhile.
    let texts = change.texts()?;
    let made = change.make(&texts, Some(step.name), |changes| step.add_to(&course.root, changes))?;
    if let Err(error) = record_answers_of(workspace, step.name.to_owned()) {
        change.follow_back();
        return Err(made.undo_after(error));
    }
    made.end()?;
    step.tell(texts.get(&map()).map(|map| map.text.as_str()))?;
    Ok(ExitCode::SUCCESS)
}

/// A step that can be made, and its place.
pub struct NewStep<'a> {
    pub name: &'a str,
    pub number: u32,
    /// The name of the folder of the step before it, if it is not the first.
    pub previous: Option<String>,
}

impl<'a> NewStep<'a> {
    fn of(course: &'a Course, args: &'a NewArgs) -> Result<Self> {
        name::check(&args.name, course, &read(&course.root, Path::new("Cargo.lock"))?)?;
        let named: Vec<String> = args.after.iter().cloned().collect();
        // Without a name, all steps are selected, and the new step follows the last one.
        let previous = course.select(&named)?.pop();
        let number = previous.map_or(1, |previous| previous.number + 1);
        Ok(Self { name: &args.name, number, previous: previous.map(Step::folder_name) })
    }

    /// The name of its folder.
    pub fn folder_name(&self) -> String {
        folder_name(self.number, self.name)
    }

    /// Its row on the map.
    pub fn row(&self) -> String {
        let (number, folder) = (self.number, self.folder_name());
        format!(
            "| {number} | [`{folder}`]({folder}/README.md) | TODO what you build | TODO minutes | TODO its heart |\n"
        )
    }

    /// Prepares its files.
    fn add_to(&self, root: &Path, changes: &mut Changes) -> Result<()> {
        let draft = changes.draft()?;
        for (path, template) in FILES {
            let path = draft.join(self.filled(path));
            fs::create_dir_all(path.parent().unwrap_or(&draft))?;
            fs::write(path, sorted_imports(&self.filled(template)))?;
        }
        derive_stub(&draft)?;
        // Cargo adds the packages to the lock file; so it belongs to what may be taken back.
        let lock = Path::new("Cargo.lock");
        changes.write(lock, lock, &read(root, lock)?)?;
        for parent in PARENTS.map(Path::new) {
            changes.add(parent, &parent.join(self.folder_name()));
        }
        Ok(())
    }

    fn filled(&self, template: &str) -> String {
        template
            .replace("{{number}}", &self.number.to_string())
            .replace("{{name}}", self.name)
            .replace("{{crate}}", &self.name.replace('-', "_"))
    }

    /// Says where the step is, and what comes next.
    fn tell(&self, map_text: Option<&str>) -> Result<()> {
        let (name, folder, map) = (self.name, self.folder_name(), map());
        let row = link_on_the_map(&folder);
        let line = map_text.and_then(|text| text.lines().position(|line| line.contains(&row)));
        let mut out = io::stdout().lock();
        writeln!(out, "\nMade step {} {name}:", self.number)?;
        writeln!(out, "  exercises/{folder}: what a student gets")?;
        writeln!(out, "  solutions/{folder}: the solution, its mistakes and tests")?;
        match line {
            Some(line) => writeln!(out, "  {}:{}: its row on the map", map.display(), line + 1)?,
            None => writeln!(out, "It is not on the map yet: give it a row in {}.", map.display())?,
        }
        writeln!(out, "\nNext: write solutions/{folder}/src/lib.rs; exercises/CONTRIBUTING.md shows the whole way.")?;
        writeln!(out, "`cargo xtask verify {name}` lists what is still to be written.")?;
        Ok(())
    }
}

/// The files of a new step.
const FILES: [(&str, &str); 9] = [
    ("exercises/Cargo.toml", include_str!("../../templates/exercise/Cargo.toml.in")),
    ("exercises/README.md", include_str!("../../templates/exercise/README.md.in")),
    ("exercises/exercise.toml", include_str!("../../templates/exercise/exercise.toml.in")),
    ("exercises/cases.rs", include_str!("../../templates/exercise/cases.rs.in")),
    ("solutions/Cargo.toml", include_str!("../../templates/solution/Cargo.toml.in")),
    ("solutions/src/lib.rs", include_str!("../../templates/solution/lib.rs.in")),
    ("solutions/forms.toml", include_str!("../../templates/solution/forms.toml.in")),
    ("solutions/mistakes.toml", include_str!("../../templates/solution/mistakes.toml.in")),
    ("solutions/tests/{{crate}}.rs", include_str!("../../templates/solution/test.rs.in")),
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
pub fn sorted_imports(text: &str) -> String {
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let is_import = |line: &&str| line.starts_with("use ");
    for block in lines.chunk_by_mut(|one, other| is_import(one) && is_import(other)) {
        if block.len() > 1 {
            block.sort_unstable();
        }
    }
    lines.concat()
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
