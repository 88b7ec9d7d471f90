//! A change to the files of a course that happens whole or not at all, also where the program is killed in between.
//!
//! All that a change writes is prepared in a folder of its own inside the course, and nothing else is touched. Then a
//! journal is written there that lists the change as moves of files and folders, each of which happens at once or not
//! at all. From then on the change counts as made: whoever finds the journal carries out what is left of it. A change
//! that is taken back is one of the opposite moves, with a journal of its own in the place of the first.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use fs_err as fs;
use grader::course::list;
use grader::{Error, Result, path_with_line};
use serde::{Deserialize, Serialize};
use xtask::unfinished::{FOLDER, JOURNAL, LOCK};

/// A change that is being prepared. All paths are relative to the course.
#[derive(Debug)]
pub struct Changes {
    place: Place,
    moves: Vec<Move>,
    files: usize,
}

/// A change that is made, and can still be taken back.
#[derive(Debug)]
pub struct Made {
    place: Place,
    journal: Journal,
}

/// The folder of a change, which one program at a time may have.
#[derive(Debug)]
struct Place {
    root: PathBuf,
    lock: File,
}

/// What is to be done.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Journal {
    moves: Vec<Move>,
    /// The step whose answers are to be recorded afterwards.
    record: Option<String>,
}

/// A file or folder that gets another path.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Move {
    from: PathBuf,
    to: PathBuf,
    /// The copy of what it replaces, if it replaces a file.
    replaced: Option<PathBuf>,
}

/// A change that had been interrupted, and is made now.
#[derive(Debug, PartialEq, Eq)]
pub struct Finished {
    /// The step whose answers are still to be recorded.
    pub record: Option<String>,
    /// The files that somebody has edited since then, and where the change has put its own text of each.
    edited: Vec<(PathBuf, PathBuf)>,
}

/// Carries out what is left of a change that was interrupted, if there is one. A file that was edited since keeps the
/// edit, and the text of the change is put beside it.
///
/// # Errors
/// If another program is at work on a change, or a file cannot be moved.
pub fn finish_interrupted(root: &Path) -> Result<Option<Finished>> {
    if !root.join(FOLDER).is_dir() {
        return Ok(None);
    }
    let place = Place::take(root)?;
    let Some(journal) = place.journal()? else {
        // Nothing in the course was touched yet.
        place.leave()?;
        return Ok(None);
    };
    let mut edited = Vec::new();
    for step in &journal.moves {
        if place.is_edited(step)? {
            let beside = step.to.with_added_extension("new");
            fs::rename(root.join(&step.from), root.join(&beside))?;
            edited.push((step.to.clone(), beside));
        } else {
            place.carry_out(step)?;
        }
    }
    place.leave()?;
    Ok(Some(Finished { record: journal.record, edited }))
}

impl Finished {
    /// What to tell a person.
    pub fn notes(&self, what: &str) -> String {
        let mut notes = format!("note: {what} had been interrupted; it is complete now\n");
        for (file, beside) in &self.edited {
            let [file, beside] = [file, beside].map(|path| path_with_line(path, None));
            notes += &format!("note: {file} was edited since then and is left as it is; its new text is in {beside}\n");
        }
        notes
    }
}

impl Changes {
    /// No changes yet.
    ///
    /// # Errors
    /// If another program is at work on a change.
    pub fn prepare(root: &Path) -> Result<Self> {
        Ok(Self { place: Place::take(root)?, moves: Vec::new(), files: 0 })
    }

    /// A folder in which files can be made that [`add`](Self::add) takes into the course.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn draft(&self) -> Result<PathBuf> {
        let folder = self.place.folder().join("draft");
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// Renames a file or folder.
    pub fn rename(&mut self, from: &Path, to: &Path) {
        self.moves.push(Move { from: from.to_owned(), to: to.to_owned(), replaced: None });
    }

    /// Takes a finished folder from the draft into the course.
    pub fn add(&mut self, made: &Path, path: &Path) {
        self.rename(&Path::new(FOLDER).join("draft").join(made), path);
    }

    /// Takes a finished file from the draft into the course, also in the place of another one.
    ///
    /// # Errors
    /// If a copy of the old one cannot be written.
    pub fn put(&mut self, made: &Path, path: &Path) -> Result<()> {
        let (from, old) = (Path::new(FOLDER).join("draft").join(made), self.place.root.join(path));
        let replaced = match old.symlink_metadata() {
            Err(_) => None,
            Ok(_) => {
                let aside = self.aside();
                fs::copy(&old, self.place.root.join(&aside))?;
                fs::set_permissions(self.place.root.join(&from), fs::metadata(&old)?.permissions())?;
                Some(aside)
            }
        };
        self.moves.push(Move { from, to: path.to_owned(), replaced });
        Ok(())
    }

    /// Takes a file or folder out of the course.
    pub fn remove(&mut self, path: &Path) {
        let aside = self.aside();
        self.rename(path, &aside);
    }

    /// Writes a text over a file. `now` is where it is before the change, and `then` is where its folder has come to.
    ///
    /// # Errors
    /// If the new text or a copy of the old one cannot be written.
    pub fn write(&mut self, now: &Path, then: &Path, text: &str) -> Result<()> {
        let (new, old) = (self.aside(), self.aside());
        let Place { root, .. } = &self.place;
        // The copies have the permissions of the file.
        fs::copy(root.join(now), root.join(&old))?;
        fs::copy(root.join(now), root.join(&new))?;
        fs::write(root.join(&new), text)?;
        self.moves.push(Move { from: new, to: then.to_owned(), replaced: Some(old) });
        Ok(())
    }

    /// Makes the change. The answers of a step may be recorded afterwards, as part of it.
    ///
    /// # Errors
    /// If a file cannot be moved; then all is as it was before.
    pub fn make(self, record: Option<&str>) -> Result<Made> {
        self.begin(record)?.carried_out()
    }

    /// Leaves the course as it is.
    ///
    /// # Errors
    /// If what was prepared cannot be removed.
    pub fn give_up(self) -> Result<()> {
        self.place.leave()
    }

    /// Writes the journal, after which the change will be made whatever happens.
    fn begin(mut self, record: Option<&str>) -> Result<Made> {
        self.moves.sort_by_key(|step| turn(&step.from, &step.to));
        let journal = Journal { moves: self.moves, record: record.map(str::to_owned) };
        self.place.write(&journal)?;
        Ok(Made { place: self.place, journal })
    }

    /// A path in the folder of the change that nothing has yet.
    fn aside(&mut self) -> PathBuf {
        self.files += 1;
        Path::new(FOLDER).join(format!("{}", self.files))
    }
}

/// When a move is made. At each moment cargo finds one of the two folders of each step that `Cargo.toml` lists.
fn turn(from: &Path, to: &Path) -> u8 {
    let is_folder_in = |parent: &str| [from, to].iter().any(|path| path.parent() == Some(Path::new(parent)));
    match () {
        () if is_folder_in("exercises") => 0,
        () if *to == *list::manifest() => 1,
        () if is_folder_in("solutions") => 2,
        () => 3,
    }
}

impl Made {
    /// Carries out the change or, where it cannot be carried out, takes back what was done of it.
    fn carried_out(mut self) -> Result<Self> {
        for at in 0..self.journal.moves.len() {
            if let Err(error) = self.place.carry_out(&self.journal.moves[at]) {
                // The others would "bring back" what has never gone.
                self.journal.moves.truncate(at);
                return Err(self.undo_after(error));
            }
        }
        Ok(self)
    }

    /// Takes the change back, after this error.
    pub fn undo_after(self, error: Error) -> Error {
        match self.undo() {
            Ok(()) => error,
            Err(kept) => Error::Program(format!(
                "{error}\nand not all that was begun could be undone: {kept}; the next instructor's command tries again"
            )),
        }
    }

    fn undo(self) -> Result<()> {
        let journal = self.journal.opposite();
        self.place.write(&journal)?;
        journal.moves.iter().try_for_each(|step| self.place.carry_out(step))?;
        self.place.leave()
    }

    /// Ends the change.
    ///
    /// # Errors
    /// If its folder cannot be removed.
    pub fn end(self) -> Result<()> {
        self.place.leave()
    }
}

impl Journal {
    /// What takes the change back.
    fn opposite(&self) -> Self {
        let opposite = |step: &Move| match &step.replaced {
            Some(replaced) => Move { from: replaced.clone(), to: step.to.clone(), replaced: None },
            None => Move { from: step.to.clone(), to: step.from.clone(), replaced: None },
        };
        Self { moves: self.moves.iter().rev().map(opposite).collect(), record: None }
    }
}

impl Place {
    fn take(root: &Path) -> Result<Self> {
        let folder = root.join(FOLDER);
        fs::create_dir_all(&folder)?;
        let lock = File::create(folder.join(LOCK))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let message = "another command is changing this course; wait until it has ended";
                return Err(Error::in_file(Path::new(FOLDER), message));
            }
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        Ok(Self { root: root.to_owned(), lock })
    }

    fn folder(&self) -> PathBuf {
        self.root.join(FOLDER)
    }

    fn journal(&self) -> Result<Option<Journal>> {
        match fs::read_to_string(self.folder().join(JOURNAL)) {
            Ok(text) => Ok(Some(serde_json::from_str(&text).map_err(io::Error::from)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes the journal at once or not at all, and behind all that it speaks of.
    fn write(&self, journal: &Journal) -> Result<()> {
        let place = self.folder().join(JOURNAL);
        let new = place.with_added_extension("new");
        let mut file = File::create(&new)?;
        serde_json::to_writer(&mut file, journal).map_err(io::Error::from)?;
        file.sync_all()?;
        Ok(fs::rename(new, place)?)
    }

    /// Makes a move, unless it is made already.
    fn carry_out(&self, Move { from, to, .. }: &Move) -> Result<()> {
        let from = self.root.join(from);
        // It may be a link that leads nowhere.
        if from.symlink_metadata().is_ok() {
            let to = self.root.join(to);
            to.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::rename(from, to)?;
        }
        Ok(())
    }

    /// Whether the file that a move is to replace is no longer the one that was copied.
    fn is_edited(&self, Move { from, to, replaced }: &Move) -> Result<bool> {
        let Some(replaced) = replaced else { return Ok(false) };
        let [from, to, replaced] = [from, to, replaced].map(|path| self.root.join(path));
        Ok(from.is_file() && to.is_file() && fs::read(to)? != fs::read(replaced)?)
    }

    fn leave(self) -> Result<()> {
        let Self { root, lock } = self;
        let folder = root.join(FOLDER);
        // Without the journal the rest means nothing any more.
        match fs::remove_file(folder.join(JOURNAL)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        // Windows does not remove a file that is open.
        drop(lock);
        Ok(fs::remove_dir_all(folder)?)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// The texts of all files of a course, but for those of a change.
    fn files(root: &Path) -> BTreeMap<PathBuf, String> {
        let entries = walkdir::WalkDir::new(root).into_iter().flatten().filter(|entry| entry.file_type().is_file());
        let files = entries.map(|entry| entry.path().strip_prefix(root).unwrap().to_owned());
        let files = files.filter(|path| !path.starts_with(FOLDER));
        files.map(|path| (path.clone(), fs::read_to_string(root.join(path)).unwrap())).collect()
    }

    fn course() -> tempfile::TempDir {
        let course = tempfile::tempdir().unwrap();
        for (path, text) in [
            ("Cargo.toml", "one, two"),
            ("LICENSE", "none"),
            ("old.md", "old"),
            ("exercises/README.md", "the map"),
            ("exercises/01-one/README.md", "one"),
            ("solutions/01-one/lib.rs", "one"),
            ("exercises/02-two/README.md", "two"),
            ("solutions/02-two/lib.rs", "two"),
        ] {
            let path = course.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        course
    }

    /// A change of every kind.
    fn prepared(root: &Path) -> Changes {
        let mut changes = Changes::prepare(root).unwrap();
        fs::create_dir_all(changes.draft().unwrap().join("exercises")).unwrap();
        fs::write(changes.draft().unwrap().join("exercises/README.md"), "new").unwrap();
        changes.add(Path::new("exercises"), Path::new("exercises/02-new"));
        for (name, path) in [("new.md", "some/where/new.md"), ("other.md", "LICENSE")] {
            fs::write(changes.draft().unwrap().join(name), name).unwrap();
            changes.put(Path::new(name), Path::new(path)).unwrap();
        }
        changes.remove(Path::new("old.md"));
        for parent in ["exercises", "solutions"].map(Path::new) {
            changes.rename(&parent.join("01-one"), &parent.join("03-one"));
            changes.remove(&parent.join("02-two"));
        }
        changes.write(Path::new("Cargo.toml"), Path::new("Cargo.toml"), "new, one").unwrap();
        let readme = |folder: &str| Path::new("exercises").join(folder).join("README.md");
        changes.write(&readme("01-one"), &readme("03-one"), "one, moved").unwrap();
        let map = Path::new("exercises").join("README.md");
        changes.write(&map, &map, "another map").unwrap();
        changes
    }

    #[test]
    fn a_change_is_made_whole_wherever_it_is_interrupted() {
        let course = course();
        let (root, before) = (course.path(), files(course.path()));
        drop(prepared(root));
        assert_eq!(finish_interrupted(root).unwrap(), None, "without a journal nothing has happened");
        assert_eq!(files(root), before);
        assert!(!root.join(FOLDER).exists());

        let whole = {
            let course = self::course();
            prepared(course.path()).make(None).unwrap().end().unwrap();
            files(course.path())
        };
        let number = prepared(root).begin(None).unwrap().journal.moves.len();
        for done in 0..=number {
            let course = self::course();
            let root = course.path();
            let begun = prepared(root).begin(Some("new")).unwrap();
            begun.journal.moves.iter().take(done).for_each(|step| begun.place.carry_out(step).unwrap());
            drop(begun);
            let finished = Finished { record: Some("new".to_owned()), edited: Vec::new() };
            assert_eq!(finish_interrupted(root).unwrap(), Some(finished), "after {done} moves");
            assert_eq!(files(root), whole, "after {done} moves");
            assert_eq!(finish_interrupted(root).unwrap(), None);
        }
    }

    #[test]
    fn an_edit_since_the_interruption_is_kept() {
        let course = course();
        let root = course.path();
        drop(prepared(root).begin(None).unwrap());
        let map = Path::new("exercises").join("README.md");
        fs::write(root.join(&map), "the map, edited").unwrap();
        let beside = map.with_added_extension("new");
        let finished = Finished { record: None, edited: vec![(map.clone(), beside.clone())] };
        assert_eq!(finish_interrupted(root).unwrap(), Some(finished));
        let [edited, new] = [map, beside].map(|path| fs::read_to_string(root.join(path)).unwrap());
        assert_eq!((edited.as_str(), new.as_str()), ("the map, edited", "another map"));
    }

    #[test]
    fn a_change_is_taken_back_whole_wherever_it_is_interrupted() {
        let before = files(course().path());
        for undone in 0..=prepared(course().path()).moves.len() {
            let course = course();
            let root = course.path();
            let Made { place, journal } = prepared(root).make(None).unwrap();
            // As `undo` begins, and is killed.
            let opposite = journal.opposite();
            place.write(&opposite).unwrap();
            opposite.moves.iter().take(undone).for_each(|step| place.carry_out(step).unwrap());
            drop(place);
            assert_eq!(finish_interrupted(root).unwrap(), Some(Finished { record: None, edited: Vec::new() }));
            assert_eq!(files(root), before, "after {undone} moves");
        }
    }

    #[test]
    fn cargo_finds_a_folder_of_each_listed_step_at_every_moment() {
        let course = course();
        let begun = prepared(course.path()).begin(None).unwrap();
        for step in &begun.journal.moves {
            begun.place.carry_out(step).unwrap();
            for name in fs::read_to_string(course.path().join("Cargo.toml")).unwrap().split(", ") {
                let is_there = |parent: &str| {
                    let entries = fs::read_dir(course.path().join(parent)).unwrap();
                    entries.flatten().any(|entry| entry.file_name().to_string_lossy().ends_with(name))
                };
                assert!(is_there("exercises") || is_there("solutions"), "{name} after {step:?}");
            }
        }
    }

    #[test]
    fn one_change_at_a_time() {
        let course = course();
        let first = Changes::prepare(course.path()).unwrap();
        assert!(Changes::prepare(course.path()).unwrap_err().to_string().contains("another command"));
        assert!(finish_interrupted(course.path()).is_err());
        drop(first);
        assert_eq!(finish_interrupted(course.path()).unwrap(), None);
    }

    #[test]
    fn a_change_that_cannot_be_made_leaves_all_as_it_was_wherever_it_fails() {
        let before = files(course().path());
        for at in 0..=prepared(course().path()).moves.len() {
            let course = course();
            let mut begun = prepared(course.path()).begin(None).unwrap();
            let impossible =
                Move { from: "exercises/README.md".into(), to: "Cargo.toml/no/folder".into(), replaced: None };
            begun.journal.moves.insert(at, impossible);
            assert!(begun.carried_out().is_err());
            assert_eq!(files(course.path()), before, "after {at} moves");
            assert!(!course.path().join(FOLDER).exists());
        }
    }
}
