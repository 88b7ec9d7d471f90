//! The two editions of a course: the one that instructors work on, and the copy that they hand out to students. Only
//! the first has the reference solutions, so whatever needs one asks here first.

use std::path::Path;

use super::Step;
use crate::{Error, Result};

/// The list of what a students' copy was made of. It is in each, also where a student has made a folder `solutions`.
pub const HANDED_OUT: &str = ".handout";

/// Which edition a course is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edition {
    /// The whole course.
    Instructors,
    /// The students' copy, without solutions.
    Students,
}

impl Edition {
    /// The edition of the course in a folder. Where there is no course yet, an instructor may begin one.
    pub fn of(root: &Path) -> Self {
        let has = |folder: &str| root.join(folder).is_dir();
        let is_handed_out = root.join(HANDED_OUT).is_file();
        if is_handed_out || (has("exercises") && !has("solutions")) { Self::Students } else { Self::Instructors }
    }

    /// Whether it has the reference solutions.
    pub fn has_solutions(self) -> bool {
        self == Self::Instructors
    }

    /// Refuses a command that needs the solutions where there are none.
    ///
    /// # Errors
    /// If this edition has no solutions.
    pub fn allow(self, command: &str) -> Result<()> {
        match self {
            Self::Instructors => Ok(()),
            Self::Students => Err(Error::Program(format!(
                "`cargo xtask {command}` needs the reference solutions, and this copy of the course has none (no folder \
                 `solutions`); the instructor's copy has them"
            ))),
        }
    }

    /// How to get a file right that is recorded from the solution of a step.
    pub fn remedy(self, step: &Step) -> String {
        match self {
            Self::Instructors => format!("record it: `cargo xtask bless {}`", step.name),
            Self::Students => get_back(&step.snapshots()),
        }
    }
}

/// How students get a file or folder of the course back.
pub fn get_back(path: &Path) -> String {
    format!("get it back: `git checkout -- {}`", path.display().to_string().replace('\\', "/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_students_copy_stays_one_whatever_folders_there_are() {
        let course = tempfile::tempdir().unwrap();
        let make = |folder: &str| fs_err::create_dir(course.path().join(folder)).unwrap();
        assert_eq!(Edition::of(course.path()), Edition::Instructors, "a course that is only begun");
        make("exercises");
        assert_eq!(Edition::of(course.path()), Edition::Students);
        make("solutions");
        assert_eq!(Edition::of(course.path()), Edition::Instructors);
        fs_err::write(course.path().join(HANDED_OUT), "").unwrap();
        assert_eq!(Edition::of(course.path()), Edition::Students);
    }
}
