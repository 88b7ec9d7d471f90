//! What a course says of itself, in `exercises/course.toml`.

use std::path::Path;

use serde::Deserialize;

use super::{parse, read};
use crate::Result;

/// What a course says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// What it is called, where its commands, pages and reports name it.
    pub title: String,
    /// Its own words in reports and pictures.
    #[serde(default)]
    pub words: Words,
    /// What to tell a student who has completed it.
    pub complete: Option<Complete>,
}

/// What a course calls things that every course has.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Words {
    /// How a report begins when all steps that count have passed.
    pub complete: String,
    /// What a surface is the height of, as in "contours of the surface".
    pub surface: String,
}

/// What to tell a student who has completed a course, beside what each step builds.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Complete {
    /// What the student can say now.
    pub words: String,
    /// What to learn next.
    #[serde(default)]
    pub next: Vec<String>,
}

/// The file, relative to the course.
pub const FILE: &str = "exercises/course.toml";

impl About {
    /// Reads what a course says of itself. A course without the file is just a course.
    ///
    /// # Errors
    /// If the file has an error.
    pub fn load(root: &Path) -> Result<Self> {
        if !root.join(FILE).exists() {
            return Ok(Self::default());
        }
        let path = Path::new(FILE);
        parse(path, &read(root, path)?)
    }
}

impl Default for About {
    fn default() -> Self {
        Self { title: "A course".to_owned(), words: Words::default(), complete: None }
    }
}

impl Default for Words {
    fn default() -> Self {
        Self { complete: "Course complete".to_owned(), surface: "the surface".to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use fs_err as fs;

    use super::*;

    #[test]
    fn a_course_has_a_title_of_its_own_or_is_just_a_course() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(About::load(folder.path()).unwrap().title, "A course");
        fs::create_dir(folder.path().join("exercises")).unwrap();
        fs::write(folder.path().join(FILE), "title = \"Dot products\"\n").unwrap();
        assert_eq!(About::load(folder.path()).unwrap().title, "Dot products");
        fs::write(folder.path().join(FILE), "# A comment.\ntitel = \"Dot products\"\n").unwrap();
        let error = About::load(folder.path()).unwrap_err().to_string().replace('\\', "/");
        assert!(error.starts_with("exercises/course.toml:2: unknown field `titel`"), "{error}");
        let complete = "title = \"Dots\"\n[complete]\nwords = \"You can multiply.\"\nnext = [\"matrices\"]\n";
        fs::write(folder.path().join(FILE), complete).unwrap();
        let complete = About::load(folder.path()).unwrap().complete.unwrap();
        assert_eq!((complete.words.as_str(), complete.next), ("You can multiply.", vec!["matrices".to_owned()]));
        fs::write(folder.path().join(FILE), "title = \"Dots\"\n[words]\nsurface = \"the energy\"\n").unwrap();
        let words = About::load(folder.path()).unwrap().words;
        assert_eq!([words.complete, words.surface], ["Course complete", "the energy"]);
    }
}
