//! Changes of a course that an instructor's command has begun and not ended. What is prepared for one lies in a folder of
//! the course; once there is a journal in it, the course may be half changed.

use std::fs::File;
use std::path::Path;

use grader::course::Edition;

/// The folder, relative to the course.
pub const FOLDER: &str = ".course-change";

/// The file in it that the command at work holds locked.
pub const LOCK: &str = "lock";

/// The file in it that says what is to be done.
pub const JOURNAL: &str = "journal.json";

/// What to tell somebody who uses a course that is half changed.
pub fn note(course: &Path) -> Option<&'static str> {
    let folder = course.join(FOLDER);
    if !folder.join(JOURNAL).is_file() {
        return None;
    }
    // A file that cannot be opened is nobody's lock.
    let is_free = |lock: File| lock.try_lock_shared().is_ok();
    if !File::open(folder.join(LOCK)).is_ok_and(is_free) {
        return Some("another command is changing this course; run this again when it has ended");
    }
    Some(match Edition::of(course) {
        Edition::Instructors => {
            "a change of the steps was interrupted, and they may be half changed; `cargo xtask verify` completes the \
             change first"
        }
        Edition::Students => {
            "an update of this copy was interrupted, and it may be half changed; `cargo xtask handout --update` in the \
             instructor's course completes it"
        }
    })
}
