//! Notices which steps' files change. The system's events only say when to look; what has changed shows in the files
//! themselves. So if no events come, as on a network folder or on a Windows drive under WSL, this is noticed, and the
//! files are checked more often.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, Instant, SystemTime};

use grader::course::Course;
use notify::{EventKind, RecursiveMode, Watcher};
use walkdir::WalkDir;

/// News about the files of a course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilesNews {
    /// Files of these steps have changed. Steps are named by their folders.
    Changed(Vec<String>),
    /// The system reports no changes, so the files are checked regularly.
    NoEvents {
        /// How many times a second.
        looks_a_second: u32,
    },
}

/// Watches folders and reports events until the returned watcher is dropped.
pub type Source = fn(&[Folder], Sender<()>) -> notify::Result<Box<dyn Watcher>>;

/// A folder with files that matter, in it or below it.
#[derive(Debug)]
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
    let source = source(&seen.folders(), sender.clone());
    let mut every = CHECK;
    let look_more_often = |every: &mut Duration| {
        *every = Duration::from_secs(1) / LOOKS_A_SECOND;
        tell(FilesNews::NoEvents { looks_a_second: LOOKS_A_SECOND });
    };
    if source.is_err() {
        look_more_often(&mut every);
    }
    // The first look does not wait: no event tells of what was saved before.
    let mut had_event = true;
    loop {
        let now = seen.looked_at_again();
        let changed = now.changed_since(&seen);
        seen = now;
        if !changed.is_empty() {
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
    // A course need not have data. A folder that is made later is found by the regular checks.
    for folder in folders.iter().filter(|folder| folder.path.is_dir()) {
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

/// The files that a grade depends on, as they were at one moment.
#[derive(Debug, Clone)]
pub struct Files {
    root: PathBuf,
    found: BTreeMap<PathBuf, Stamp>,
}

/// When a file was written, and how long it is.
type Stamp = (Option<SystemTime>, u64);

impl Files {
    /// The files of a course, now.
    pub fn of(course: &Course) -> Self {
        Self { root: course.root.clone(), found: BTreeMap::new() }.looked_at_again()
    }

    fn folders(&self) -> [Folder; 3] {
        let below = |folder| Folder { path: self.root.join(folder), mode: RecursiveMode::Recursive };
        // In the root only the workspace's manifest matters, and nothing below it but these two folders.
        [Folder { path: self.root.clone(), mode: RecursiveMode::NonRecursive }, below("exercises"), below("datasets")]
    }

    fn looked_at_again(&self) -> Self {
        let mut found = BTreeMap::new();
        for folder in self.folders() {
            // Skips hidden files, which belong to editors, and `target`.
            let visible = |name: &std::ffi::OsStr| !name.to_string_lossy().starts_with('.') && name != "target";
            let deepest = if folder.mode == RecursiveMode::Recursive { usize::MAX } else { 1 };
            let inside = WalkDir::new(folder.path).max_depth(deepest).into_iter();
            let inside = inside.filter_entry(|entry| entry.depth() == 0 || visible(entry.file_name()));
            for entry in inside.flatten() {
                let kind = entry.path().extension().and_then(|extension| extension.to_str());
                if let (Some("rs" | "toml" | "snap"), Ok(metadata)) = (kind, entry.metadata()) {
                    found.insert(entry.into_path(), (metadata.modified().ok(), metadata.len()));
                }
            }
        }
        Self { root: self.root.clone(), found }
    }

    /// The steps with a file that is new, gone or different; all steps if such a file belongs to none.
    fn changed_since(&self, before: &Self) -> Vec<String> {
        let paths: BTreeSet<&PathBuf> = self.found.keys().chain(before.found.keys()).collect();
        let changed = paths.into_iter().filter(|path| self.found.get(*path) != before.found.get(*path));
        let mut steps = BTreeSet::new();
        for path in changed {
            match self.step_of(path) {
                Some(step) => drop(steps.insert(step)),
                None => steps.extend(self.found.keys().filter_map(|path| self.step_of(path))),
            }
        }
        steps.into_iter().collect()
    }

    /// The folder of the step that a file belongs to.
    fn step_of(&self, path: &Path) -> Option<String> {
        let inside = path.strip_prefix(self.root.join("exercises")).ok()?;
        let mut parts = inside.components();
        let folder = parts.next()?.as_os_str().to_string_lossy().into_owned();
        parts.next().map(|_| folder)
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
            let files = Files::of(&Course::load(folder.path()).unwrap());
            let (sender, news) = channel();
            thread::spawn(move || follow(files, source, |news| drop(sender.send(news))));
            Self { folder, news }
        }

        fn write(&self, path: &str, text: &str) {
            fs_err::write(self.folder.path().join(path), text).unwrap();
        }

        fn next(&self) -> FilesNews {
            self.news.recv_timeout(PATIENCE).unwrap()
        }
    }

    fn changed(steps: &[&str]) -> FilesNews {
        FilesNews::Changed(steps.iter().map(|step| (*step).to_owned()).collect())
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
        assert_eq!(followed.next(), changed(&["01-loss", "02-gradient", "03-descent"]));
        followed.write("exercises/01-loss/src/.lib.rs.swp", "");
        followed.write("exercises/01-loss/src/4913", "");
        followed.write("exercises/01-loss/src/lib.rs~", "");
        followed.write("datasets/houses.toml", "# other\n");
        assert_eq!(followed.next(), changed(&["01-loss", "02-gradient", "03-descent"]));
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
