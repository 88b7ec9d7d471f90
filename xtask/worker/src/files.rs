//! Notices which steps' files change. The system's events only say when to look; what has changed shows in the files
//! themselves. So if no events come, as on a network folder or on a Windows drive under WSL, this is noticed, and the
//! files are checked more often.
//!
//! Code may include any file of the course, and may write some when it runs. So only what always belongs to a step leads
//! to a grade at once; of any other file it is said that it has changed, and [`Worker`](crate::Worker) looks whether an
//! attempt depends on it.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, Instant, SystemTime};

use grader::Workspace;
use notify::{EventKind, RecursiveMode, Watcher};
use walkdir::{DirEntry, WalkDir};

/// News about the files of a course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilesNews {
    /// Files have changed.
    Changed(Changes),
    /// The system reports no changes, so the files are checked regularly.
    NoEvents {
        /// How many times a second.
        looks_a_second: u32,
    },
}

/// The steps whose files have changed, by their folders. A file that belongs to no step counts for all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// A source, what declares the step, or an expected answer.
    pub saved: BTreeSet<String>,
    /// Another file, which only some code reads.
    pub touched: BTreeSet<String>,
}

/// Watches folders and reports events until the returned watcher is dropped.
pub type Source = fn(&[Folder], Sender<()>) -> notify::Result<Box<dyn Watcher>>;

/// A folder with files that matter, in it or below it.
#[derive(Debug, PartialEq, Eq)]
pub struct Folder {
    path: PathBuf,
    mode: RecursiveMode,
}

/// How long to wait after an event for the rest of a save. A slower save only causes a second grade.
const QUIET: Duration = Duration::from_millis(10);

/// How long to wait at most until no more events come.
const PATIENCE: Duration = Duration::from_millis(30);

/// How often files are checked while events seem to work, to notice if they do not.
const CHECK: Duration = Duration::from_secs(1);

/// How many times a second files are checked if no events come.
const LOOKS_A_SECOND: u32 = 3;

/// How late an event may come after its change was seen.
const LATE: Duration = Duration::from_millis(300);

/// Follows the files of a course for ever, and tells of each change.
pub fn follow(files: Files, source: Source, tell: impl Fn(FilesNews)) -> io::Result<Infallible> {
    let (sender, events) = mpsc::channel();
    let mut seen = files;
    let mut folders = seen.folders();
    let mut watching = source(&folders, sender.clone());
    let mut every = CHECK;
    let look_more_often = |every: &mut Duration| {
        *every = Duration::from_secs(1) / LOOKS_A_SECOND;
        tell(FilesNews::NoEvents { looks_a_second: LOOKS_A_SECOND });
    };
    // The first look does not wait: no event tells of what was saved before.
    let mut had_event = true;
    loop {
        let folders_now = seen.folders();
        if folders_now != folders {
            folders = folders_now;
            watching = source(&folders, sender.clone());
        }
        if watching.is_err() && every == CHECK {
            look_more_often(&mut every);
        }
        let now = seen.looked_at_again();
        let changed = now.changed_since(&seen);
        seen = now;
        if changed != Changes::default() {
            tell(FilesNews::Changed(changed));
            // The change was found without an event, which may still be on its way.
            if !had_event && every == CHECK && events.recv_timeout(LATE).is_err() {
                look_more_often(&mut every);
            }
        }
        had_event = events.recv_timeout(every).is_ok();
        if had_event {
            wait_until_quiet(&events);
        }
    }
}

/// The system's own events.
pub fn system(folders: &[Folder], sender: Sender<()>) -> notify::Result<Box<dyn Watcher>> {
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Files that are only read, as by a compiler, do not matter.
        if !matches!(event.map(|event| event.kind), Ok(EventKind::Access(_))) {
            // At the end of the program nobody receives it.
            let _ = sender.send(());
        }
    })?;
    for folder in folders {
        watcher.watch(&folder.path, folder.mode)?;
    }
    Ok(Box::new(watcher))
}

fn wait_until_quiet(events: &Receiver<()>) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() || events.recv_timeout(QUIET.min(left)).is_err() {
            return;
        }
    }
}

/// The files that a grade may depend on, as they were at one moment: those of the course, but for what cargo has built and
/// what editors keep for themselves.
#[derive(Debug, Clone)]
pub struct Files {
    root: PathBuf,
    /// Where cargo builds.
    target: PathBuf,
    found: BTreeSet<(PathBuf, Stamp)>,
}

/// When a file was written, and how long it is.
type Stamp = (Option<SystemTime>, u64);

impl Files {
    /// The files of the course in a workspace, now.
    pub fn of(workspace: &Workspace) -> Self {
        let (root, target) = (workspace.root().to_owned(), workspace.target().to_owned());
        Self { root, target, found: BTreeSet::new() }.looked_at_again()
    }

    /// The course's folder, and all below it that matter. The system watches all that is in them, so what cargo builds must
    /// not be in one.
    fn folders(&self) -> Vec<Folder> {
        let inside = WalkDir::new(&self.root).min_depth(1).max_depth(1).sort_by_file_name();
        let inside = inside.into_iter().filter_entry(|entry| self.matters(entry)).flatten();
        let inside = inside.filter(|entry| entry.file_type().is_dir());
        let below = inside.map(|entry| Folder { path: entry.into_path(), mode: RecursiveMode::Recursive });
        let top = Folder { path: self.root.clone(), mode: RecursiveMode::NonRecursive };
        [top].into_iter().chain(below).collect()
    }

    fn matters(&self, entry: &DirEntry) -> bool {
        let name = entry.file_name().to_string_lossy();
        let is_built = name == "target" || entry.path() == self.target;
        let is_hidden = name.starts_with('.') && name != ".cargo";
        // Copies and locks, and the file with which Vim tries whether it can write.
        let is_an_editors = name.ends_with('~') || name.starts_with('#') || name == "4913";
        !is_built && !is_hidden && !is_an_editors
    }

    fn looked_at_again(&self) -> Self {
        // In the order of the set, which is then filled at once.
        let inside = WalkDir::new(&self.root).min_depth(1).sort_by_file_name().into_iter();
        let inside = inside.filter_entry(|entry| self.matters(entry));
        let files = inside.flatten().filter(|entry| !entry.file_type().is_dir());
        let found = files.filter_map(|entry| {
            // Of what a link leads to.
            let metadata = entry.path().metadata().ok()?;
            Some((entry.into_path(), (metadata.modified().ok(), metadata.len())))
        });
        Self { found: found.collect(), ..self.clone() }
    }

    /// What is new, gone or different.
    fn changed_since(&self, before: &Self) -> Changes {
        let mut changes = Changes::default();
        let changed: Vec<&PathBuf> = self.found.symmetric_difference(&before.found).map(|(path, _)| path).collect();
        if changed.is_empty() {
            return changes;
        }
        let steps: BTreeSet<String> = [self, before].into_iter().flat_map(Self::steps).collect();
        for path in changed {
            let changed = if self.is_always_read(path) { &mut changes.saved } else { &mut changes.touched };
            match self.folder_of(path).filter(|folder| steps.contains(folder)) {
                Some(step) => drop(changed.insert(step)),
                None => changed.extend(steps.iter().cloned()),
            }
        }
        changes
    }

    /// The folders of the steps that are declared.
    fn steps(&self) -> impl Iterator<Item = String> {
        let declarations = self.found.iter().map(|(path, _)| path).filter(|path| path.ends_with("exercise.toml"));
        declarations.filter_map(|path| {
            let folder = self.folder_of(path)?;
            (*path == self.root.join("exercises").join(&folder).join("exercise.toml")).then_some(folder)
        })
    }

    /// The name of the folder that a file is in, if that is one of an exercise or of a solution.
    fn folder_of(&self, path: &Path) -> Option<String> {
        let inside =
            ["exercises", "solutions"].iter().find_map(|parent| path.strip_prefix(self.root.join(parent)).ok());
        let mut parts = inside?.components();
        let folder = parts.next()?.as_os_str().to_string_lossy().into_owned();
        parts.next().map(|_| folder)
    }

    /// Whether a file is one that a grade of its step always reads.
    fn is_always_read(&self, path: &Path) -> bool {
        let kind = path.extension().and_then(|extension| extension.to_str());
        let inside = path.strip_prefix(&self.root).unwrap_or(path);
        matches!(kind, Some("rs" | "toml" | "snap")) || inside.iter().any(|part| part == "snapshots")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::thread;

    use super::*;
    use crate::fixture::write_course;

    /// Far longer than any check takes.
    const PATIENCE: Duration = Duration::from_secs(30);

    struct Followed {
        folder: tempfile::TempDir,
        news: Receiver<FilesNews>,
    }

    impl Followed {
        fn new(source: Source) -> Self {
            let folder = tempfile::tempdir().unwrap();
            write_course(folder.path());
            Self::in_folder(folder, source)
        }

        fn in_folder(folder: tempfile::TempDir, source: Source) -> Self {
            let workspace = Workspace::new(folder.path(), |root| root.join("built")).unwrap();
            let files = Files::of(&workspace);
            let (sender, news) = channel();
            thread::spawn(move || follow(files, source, |news| drop(sender.send(news))));
            Self { folder, news }
        }

        fn write(&self, path: &str, text: &str) {
            let path = self.folder.path().join(path);
            fs_err::create_dir_all(path.parent().unwrap()).unwrap();
            fs_err::write(path, text).unwrap();
        }

        fn next(&self) -> FilesNews {
            self.news.recv_timeout(PATIENCE).unwrap()
        }

        /// The next change, whether or not an event told of it: a new folder may have files before the system watches it.
        fn next_change(&self) -> FilesNews {
            std::iter::repeat_with(|| self.next()).find(|news| matches!(news, FilesNews::Changed(_))).unwrap()
        }
    }

    const ALL: [&str; 3] = ["01-loss", "02-gradient", "03-descent"];

    fn changed(saved: &[&str]) -> FilesNews {
        FilesNews::Changed(Changes { saved: named(saved), ..Changes::default() })
    }

    fn touched(steps: &[&str]) -> FilesNews {
        FilesNews::Changed(Changes { touched: named(steps), ..Changes::default() })
    }

    fn named(steps: &[&str]) -> BTreeSet<String> {
        steps.iter().map(|step| (*step).to_owned()).collect()
    }

    fn silent(_: &[Folder], _: Sender<()>) -> notify::Result<Box<dyn Watcher>> {
        Ok(Box::new(notify::NullWatcher))
    }

    fn refused(_: &[Folder], _: Sender<()>) -> notify::Result<Box<dyn Watcher>> {
        Err(notify::Error::generic("not here"))
    }

    #[test]
    fn where_no_event_comes_a_change_is_found_and_the_student_is_told() {
        let followed = Followed::new(silent);
        // This may come before the first look, so that no event tells of it.
        followed.write("exercises/02-gradient/src/lib.rs", "// one\n");
        assert_eq!(followed.next(), changed(&["02-gradient"]));
        followed.write("exercises/01-loss/src/lib.rs", "// two\n");
        let news = [followed.next(), followed.next()];
        assert!(news.contains(&changed(&["01-loss"])), "{news:?}");
        assert!(news.contains(&FilesNews::NoEvents { looks_a_second: 3 }), "{news:?}");
        // Said once; from then on changes are found.
        followed.write("exercises/01-loss/src/lib.rs", "// three\n");
        assert_eq!(followed.next(), changed(&["01-loss"]));
    }

    #[test]
    fn where_events_cannot_be_had_the_student_is_told_at_once() {
        let followed = Followed::new(refused);
        assert_eq!(followed.next(), FilesNews::NoEvents { looks_a_second: 3 });
        followed.write("exercises/01-loss/src/lib.rs", "// one\n");
        assert_eq!(followed.next(), changed(&["01-loss"]));
    }

    #[test]
    fn the_workspace_and_a_dataset_concern_every_step_and_an_editors_own_files_none() {
        let folder = tempfile::tempdir().unwrap();
        write_course(folder.path());
        fs_err::create_dir(folder.path().join("datasets")).unwrap();
        let followed = Followed::in_folder(folder, system);
        followed.write("Cargo.toml", "[workspace]\nmembers = []\n");
        assert_eq!(followed.next(), changed(&ALL));
        followed.write("exercises/01-loss/src/.lib.rs.swp", "");
        followed.write("exercises/01-loss/src/4913", "");
        followed.write("exercises/01-loss/src/lib.rs~", "");
        followed.write("exercises/01-loss/src/#lib.rs#", "");
        followed.write("target/built.rs", "");
        followed.write("built/too.rs", "");
        followed.write("datasets/houses.toml", "# other\n");
        assert_eq!(followed.next(), changed(&ALL));
    }

    #[test]
    fn any_other_file_of_the_course_may_be_one_that_code_includes() {
        let followed = Followed::new(system);
        // In folders that were not there before, too.
        for path in ["src/inc.txt", "data/inc.csv", "data/deep/inc.csv", "inc.in"] {
            followed.write(&format!("exercises/01-loss/{path}"), "1.0");
            assert_eq!(followed.next_change(), touched(&["01-loss"]), "{path}");
        }
        fs_err::remove_file(followed.folder.path().join("exercises/01-loss/src/inc.txt")).unwrap();
        assert_eq!(followed.next_change(), touched(&["01-loss"]));
        for path in ["exercises/notes.txt", "exercises/no-step/notes.txt", "top.txt", "new/one.txt", "new/two.txt"] {
            followed.write(path, "1.0");
            assert_eq!(followed.next_change(), touched(&ALL), "{path}");
        }
    }

    #[test]
    fn a_file_that_takes_the_place_of_another_is_a_change() {
        let followed = Followed::new(system);
        followed.write("exercises/03-descent/src/.new", "// by its name\n");
        let folder = followed.folder.path().join("exercises/03-descent/src");
        fs_err::rename(folder.join(".new"), folder.join("lib.rs")).unwrap();
        assert_eq!(followed.next(), changed(&["03-descent"]));
    }
}
