//! The list of steps: the members that the workspace's manifest names. It shows when the folder of a step is gone, and
//! that another folder beside the steps is not one of them.
//!
//! An entry such as `"[es]*s/07-mean"` stands for the exercise and its solution. It is a pattern because cargo
//! refuses the whole workspace if a member is gone, but not if a pattern still finds one of the two.

use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use super::{line_of, parse, read};
use crate::{Error, Result};

/// What the workspace's manifest says about a course.
#[derive(Debug)]
pub struct List {
    /// The version that the packages inherit, if there is one.
    pub version: Option<String>,
    /// The steps, by number.
    pub entries: Vec<Entry>,
    text: String,
    /// Where the first member is named, which may be no step.
    first: Option<usize>,
}

/// A step of the list.
#[derive(Debug)]
pub struct Entry {
    /// The number in the folder's name.
    pub number: u32,
    /// The name in the folder's name.
    pub name: String,
    /// The step's folder, relative to the course.
    pub folder: PathBuf,
    /// Its position in the manifest.
    span: Range<usize>,
}

impl List {
    /// Reads the list of a course.
    ///
    /// # Errors
    /// If the manifest is malformed, or lists what cannot be a step.
    pub fn load(root: &Path) -> Result<Self> {
        let path = manifest();
        let text = read(root, &path)?;
        let Manifest { workspace } = parse(&path, &text)?;
        let mut entries = Vec::new();
        let first = workspace.members.first().map(|member| member.span().start);
        for member in workspace.members {
            let fault = |message: String| Error::at(&path, line_of(&text, &member.span()), message);
            let Some(folder) = exercise_in(member.get_ref()) else { continue };
            let Some((number, name)) = numbered(folder) else {
                let message = format!("each step is listed here by a name such as `07-mean`; `{folder}` is not one");
                return Err(fault(message));
            };
            let folder = Path::new("exercises").join(folder);
            if let Some(other) = entries.iter().find(|other: &&Entry| other.number == number) {
                let message = format!("{} has the same number; renumber one of them", other.folder.display());
                return Err(fault(format!("{}: {message}", folder.display())));
            }
            entries.push(Entry { number, name: name.to_owned(), folder, span: member.span() });
        }
        entries.sort_by_key(|entry| entry.number);
        Ok(Self { version: workspace.package.and_then(|package| package.version), entries, text, first })
    }

    /// The manifest with these steps on its list, given by the names of their folders, in this order. Each takes the
    /// place of an entry; the entries that are missing or left over are added or taken away at the end of the list.
    ///
    /// # Errors
    /// If a step is listed by its name alone: then its solution is listed elsewhere, and cargo refuses the workspace while
    /// one of the two folders is on its way.
    pub fn with(&self, folders: &[String]) -> Result<String> {
        if self.entries.is_empty() {
            return Ok(self.with_first(folders));
        }
        if let Some(alone) = self.entries.iter().find(|entry| !self.text[entry.span.clone()].contains('*')) {
            let folder = alone.folder.file_name().unwrap_or_default().to_string_lossy();
            let message = format!(
                "this step is listed by its name alone; write \"[es]*s/{folder}\" in the place of exercises/{folder} and \
                 solutions/{folder}, a pattern for both of its folders"
            );
            return Err(Error::at(&manifest(), line_of(&self.text, &alone.span), message));
        }
        let mut entries: Vec<&Entry> = self.entries.iter().collect();
        entries.sort_by_key(|entry| entry.span.start);
        let (mut text, mut copied) = (String::new(), 0);
        for (at, Entry { folder, span, .. }) in entries.iter().enumerate() {
            let before = &self.text[copied..span.start];
            let old = folder.file_name().unwrap_or_default().to_string_lossy();
            let written = |new: &str| self.text[span.clone()].replace(&*old, new);
            copied = span.end;
            match folders.get(at) {
                Some(new) => {
                    text.push_str(before);
                    text.push_str(&written(new));
                }
                // With the comma before it and the gap behind that; a comment there stays.
                None => text.push_str(before.strip_prefix(',').unwrap_or(before).trim_end()),
            }
            for new in folders.get(entries.len()..).filter(|_| at + 1 == entries.len()).unwrap_or_default() {
                let gap = &before[before.trim_end().len()..];
                text.push_str(&format!(",{}{}", if gap.is_empty() { " " } else { gap }, written(new)));
            }
        }
        Ok(text + &self.text[copied..])
    }

    /// The manifest of a course without steps with these on its list, before all other members.
    fn with_first(&self, folders: &[String]) -> String {
        let Some(first) = self.first else { return self.text.clone() };
        let (before, rest) = self.text.split_at(first);
        let gap = &before[before.trim_end().len()..];
        let gap = if gap.is_empty() { " " } else { gap };
        let entries: String = folders.iter().map(|folder| format!("\"[es]*s/{folder}\",{gap}")).collect();
        format!("{before}{entries}{rest}")
    }
}

/// The file that lists the steps, relative to the course.
pub fn manifest() -> PathBuf {
    PathBuf::from("Cargo.toml")
}

/// Whether a member is a step, or one of its two folders.
pub fn is_of_step(member: &str) -> bool {
    let folder = exercise_in(member).or_else(|| member.strip_prefix("solutions/"));
    folder.and_then(numbered).is_some()
}

/// The name of the folder that a member's entry has among the exercises.
fn exercise_in(member: &str) -> Option<&str> {
    let (parent, folder) = member.rsplit_once('/')?;
    (parent == "exercises" || parent.contains('*')).then_some(folder)
}

/// The number and the name in the name of a step's folder; none if no step's is called so.
pub fn numbered(folder: &str) -> Option<(u32, &str)> {
    let (number, name) = folder.split_once('-')?;
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && name.split('-').all(is_word)).then(|| Some((number.parse().ok()?, name)))?
}

#[derive(Deserialize)]
struct Manifest {
    workspace: WorkspaceTable,
}

#[derive(Deserialize)]
struct WorkspaceTable {
    #[serde(default)]
    members: Vec<Spanned<String>>,
    package: Option<PackageTable>,
}

#[derive(Deserialize)]
struct PackageTable {
    version: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(members: &str) -> Result<List> {
        let folder = tempfile::tempdir().unwrap();
        let text = format!("[workspace]\nmembers = [{members}]\n");
        fs_err::write(folder.path().join("Cargo.toml"), text).unwrap();
        List::load(folder.path())
    }

    fn refused(members: &str) -> String {
        list(members).unwrap_err().to_string()
    }

    #[test]
    fn the_members_that_are_exercises_are_the_steps_by_number() {
        let list = list("\n\"[es]*s/10-b\",\n\"exercises/02-a-1\", \"grader\", \"xtask/author\"\n").unwrap();
        let entries: Vec<_> = list.entries.iter().map(|entry| (entry.number, entry.name.as_str())).collect();
        assert_eq!(entries, [(2, "a-1"), (10, "b")]);
        assert_eq!(list.entries[1].folder, Path::new("exercises").join("10-b"));
    }

    #[test]
    fn what_cannot_be_a_list_is_named_with_its_line() {
        let by_name = "each step is listed here by a name such as `07-mean`";
        assert_eq!(refused("\n\"exercises/*\"\n"), format!("Cargo.toml:3: {by_name}; `*` is not one"));
        for folder in ["loss", "01-Loss", "x1-loss", "-loss", "01-", "01-a--b"] {
            assert!(refused(&format!("\"*s/{folder}\"")).contains(by_name), "{folder}");
        }
        let twice = refused("\"exercises/01-a\",\n\"exercises/01-b\"").replace('\\', "/");
        let message = "exercises/01-b: exercises/01-a has the same number; renumber one of them";
        assert_eq!(twice, format!("Cargo.toml:3: {message}"));
    }

    #[test]
    fn a_step_that_is_listed_by_its_name_alone_cannot_move() {
        let list = list("\"exercises/01-a\",\n\"solutions/01-a\"").unwrap();
        let refused = list.with(&["01-b".to_owned()]).unwrap_err().to_string();
        let message = "this step is listed by its name alone; write \"[es]*s/01-a\" in the place of exercises/01-a and";
        assert!(refused.starts_with(&format!("Cargo.toml:2: {message}")), "{refused}");
        assert!(["*s/01-a", "exercises/01-a", "solutions/01-a"].into_iter().all(is_of_step));
        assert!(!["grader", "xtask/author", "exercises/a"].into_iter().any(is_of_step));
    }

    #[test]
    fn the_first_step_of_a_course_is_listed_before_all_else() {
        let with = |members: &str| list(members).unwrap().with(&["01-a".to_owned()]).unwrap();
        assert_eq!(
            with("\n    # The list.\n    \"x\",\n"),
            "[workspace]\nmembers = [\n    # The list.\n    \"[es]*s/01-a\",\n    \"x\",\n]\n"
        );
        assert_eq!(with("\"x\""), "[workspace]\nmembers = [\"[es]*s/01-a\", \"x\"]\n");
    }

    #[test]
    fn other_steps_are_listed_as_those_before_were() {
        let line = |members: &str, folders: &[&str]| {
            let folders: Vec<String> = folders.iter().map(|folder| (*folder).to_owned()).collect();
            list(members).unwrap().with(&folders).unwrap().lines().skip(1).collect::<Vec<_>>().join("\n")
        };
        let of_three =
            "members = [\n    # First.\n    \"*s/01-a\",\n    \"*s/02-new\",\n    \"*s/03-b\",\n    \"x\",\n]";
        let of_two = "members = [\n    # First.\n    \"*s/01-a\",\n    \"*s/02-b\",\n    \"x\",\n]";
        let inside = |text: &str| text.strip_prefix("members = [").unwrap().strip_suffix("]").unwrap().to_owned();
        assert_eq!(line(&inside(of_two), &["01-a", "02-new", "03-b"]), of_three);
        assert_eq!(line(&inside(of_three), &["01-a", "02-b"]), of_two);
        assert_eq!(line(&inside(of_two), &["01-b", "02-a"]), of_two.replace("01-a", "01-b").replace("02-b", "02-a"));
        assert_eq!(line("\"*s/01-old\"", &["01-old", "02-new"]), "members = [\"*s/01-old\", \"*s/02-new\"]");
        let line = line("\"x\", \"*s/01-old\", \"y\"", &["01-old", "02-new"]);
        assert_eq!(line, "members = [\"x\", \"*s/01-old\", \"*s/02-new\", \"y\"]");
    }
}
