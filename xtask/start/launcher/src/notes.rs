//! What launchers remember of the builds in a target folder, in two kinds of small text files.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::contents::Contents;

/// A program, and everything that it was built from.
#[derive(Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Where it is, relative to the target folder.
    pub program: PathBuf,
    /// The [`mark`] of the program.
    pub built: String,
    /// The mark of the program that had it built.
    pub asker: String,
    /// The mark of the [`packages`](crate::packages) that it needs.
    pub packages: String,
    /// Sources, manifests and settings.
    pub inputs: Contents,
}

/// The sources that cargo has compiled, for all programs together. What cargo keeps of a source was compiled from the
/// content noted here, or it is older than the file, so that cargo compiles it again.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Compiled {
    /// The sources.
    pub sources: Contents,
    /// The programs whose last build failed, and when the first build since the last successful one began.
    unfinished: Vec<(String, SystemTime)>,
}

/// Identifies a build of a program. A time is good enough for this: only cargo writes programs, and a wrong mark only
/// causes an unnecessary call of cargo.
pub fn mark(program: &Path) -> Option<String> {
    let metadata = fs::metadata(program).ok()?;
    Some(format!("{} {}", metadata.len(), nanos(metadata.modified().ok()?)))
}

impl Stamp {
    /// Reads a stamp; none if there is no valid one.
    pub fn read(file: &Path) -> Option<Self> {
        let text = fs::read_to_string(file).ok()?;
        let mut lines = text.lines();
        let mut field = |name| Some(lines.next()?.strip_prefix(name)?.strip_prefix(' ')?.to_owned());
        let (program, built, asker) = (field("program")?.into(), field("built")?, field("asker")?);
        let packages = field("packages")?;
        Some(Self { program, built, asker, packages, inputs: Contents::from_lines(lines)? })
    }

    /// Writes the stamp.
    pub fn write(&self, file: &Path) -> io::Result<()> {
        let Self { program, built, asker, packages, inputs } = self;
        let program = program.display();
        let head = format!("program {program}\nbuilt {built}\nasker {asker}\npackages {packages}\n");
        write(file, &(head + &inputs.to_lines()))
    }
}

impl Compiled {
    /// Reads the note; an empty one if there is none.
    pub fn read(file: &Path) -> Self {
        let text = fs::read_to_string(file).unwrap_or_default();
        let (unfinished, sources): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| line.starts_with(UNFINISHED));
        let unfinished = unfinished.into_iter().filter_map(|line| {
            let (nanos, program) = line.strip_prefix(UNFINISHED)?.split_once(' ')?;
            Some((program.to_owned(), SystemTime::UNIX_EPOCH + Duration::from_nanos(nanos.parse().ok()?)))
        });
        Self {
            unfinished: unfinished.collect(),
            sources: Contents::from_lines(sources.into_iter()).unwrap_or_default(),
        }
    }

    /// Writes the note.
    pub fn write(&self, file: &Path) -> io::Result<()> {
        let line = |(program, began): &(String, SystemTime)| format!("{UNFINISHED}{} {program}\n", nanos(*began));
        write(file, &(self.unfinished.iter().map(line).collect::<String>() + &self.sources.to_lines()))
    }

    /// Notes that the build of a program begins. Returns the time since which cargo may have compiled sources that are
    /// not noted here.
    pub fn begin(&mut self, program: &str, now: SystemTime) -> SystemTime {
        if self.unfinished.iter().all(|(unfinished, _)| unfinished != program) {
            self.unfinished.push((program.to_owned(), now));
        }
        self.unfinished.iter().map(|(_, began)| *began).min().unwrap_or(now)
    }

    /// Notes that the build of a program has succeeded.
    pub fn end(&mut self, program: &str) {
        self.unfinished.retain(|(unfinished, _)| unfinished != program);
    }
}

const UNFINISHED: &str = "unfinished ";

fn nanos(time: SystemTime) -> u128 {
    time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_nanos()
}

/// Replaces a file by renaming, so that a launcher that is killed leaves the old file or the new one.
fn write(file: &Path, text: &str) -> io::Result<()> {
    let new = file.with_extension("new");
    fs::write(&new, text)?;
    fs::rename(new, file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents() -> Contents {
        [(PathBuf::from("xtask/src/a file.rs"), Some(7)), (PathBuf::from("rust-toolchain"), None)].into_iter().collect()
    }

    #[test]
    fn notes_are_read_as_they_were_written() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("note");
        let [built, asker, packages] = ["1 2", "3 4", "5"].map(str::to_owned);
        let stamp = Stamp { program: "grade/xtask".into(), built, asker, packages, inputs: contents() };
        stamp.write(&file).unwrap();
        assert_eq!(Stamp::read(&file), Some(stamp));

        let mut compiled = Compiled { sources: contents(), unfinished: Vec::new() };
        compiled.begin("xtask", SystemTime::UNIX_EPOCH + Duration::new(1_700_000_000, 123_456_789));
        compiled.write(&file).unwrap();
        assert_eq!(Compiled::read(&file), compiled);
    }

    #[test]
    fn what_is_no_note_says_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("note");
        assert_eq!((Stamp::read(&file), Compiled::read(&file)), (None, Compiled::default()));
        for text in [
            "",
            "up to date\n",
            "program grade/xtask\nbuilt 1 2\n",
            "program p\nbuilt 1\nasker 2\npackages 3\nno-hash\n",
        ] {
            fs::write(&file, text).unwrap();
            assert_eq!(Stamp::read(&file), None, "{text:?}");
        }
    }

    #[test]
    fn a_build_that_did_not_succeed_counts_until_one_does() {
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let mut compiled = Compiled::default();
        assert_eq!(compiled.begin("xtask", at(10)), at(10));
        assert_eq!(compiled.begin("xtask", at(20)), at(10));
        assert_eq!(compiled.begin("tui", at(30)), at(10));
        compiled.end("xtask");
        assert_eq!(compiled.begin("xtask", at(40)), at(30));
    }
}
