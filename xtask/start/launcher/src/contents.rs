//! The content of files, as hashes. Time stamps tell less: an archive, `cp -p` or `rsync -t` brings other content with
//! an older time, and a clock can be set back.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The 64-bit FNV-1a hash. It is written out here because it names folders, which a program built by another release of
/// Rust must find again.
pub fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Some files of a course, and the hash of each; none for a file that did not exist.
///
/// Paths within the course are relative to it, so that this still holds after the course was moved or copied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contents(BTreeMap<PathBuf, Option<u64>>);

impl Contents {
    /// The content of these files now.
    pub fn of(course: &Path, files: impl IntoIterator<Item: AsRef<Path>>) -> Self {
        let hashed = |file: &Path| {
            let relative = file.strip_prefix(course).unwrap_or(file);
            (relative.to_owned(), hash_of(&course.join(relative)))
        };
        files.into_iter().map(|file| hashed(file.as_ref())).collect()
    }

    /// The files whose content is different now.
    pub fn changed(&self, course: &Path) -> Vec<PathBuf> {
        let changed = self.0.iter().filter(|(file, content)| hash_of(&course.join(file)) != **content);
        changed.map(|(file, _)| file.clone()).collect()
    }

    /// Whether this includes a file.
    pub fn include(&self, file: &Path) -> bool {
        self.0.contains_key(file)
    }

    /// The files, relative to the course if they are in it.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.0.keys().map(PathBuf::as_path)
    }

    /// Adds other contents, which replace those of the same files.
    pub fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// Takes the content that the files have now, and forgets files that are gone.
    pub fn update(&mut self, course: &Path) {
        self.0.retain(|file, content| {
            *content = hash_of(&course.join(file));
            content.is_some()
        });
    }

    /// Forgets a file.
    pub fn remove(&mut self, file: &Path) {
        self.0.remove(file);
    }

    /// Reads what [`Contents::to_lines`] has written; none if it is anything else.
    pub fn from_lines<'a>(lines: impl Iterator<Item = &'a str>) -> Option<Self> {
        let content = |line: &str| {
            let (content, file) = line.split_once(' ')?;
            let hash = if content == MISSING { None } else { Some(u64::from_str_radix(content, 16).ok()?) };
            Some((PathBuf::from(file), hash))
        };
        lines.map(content).collect()
    }

    /// A line for each file.
    pub fn to_lines(&self) -> String {
        let line = |(file, content): (&PathBuf, &Option<u64>)| match content {
            Some(hash) => format!("{hash:016x} {}\n", file.display()),
            None => format!("{MISSING} {}\n", file.display()),
        };
        self.0.iter().map(line).collect()
    }
}

impl FromIterator<(PathBuf, Option<u64>)> for Contents {
    fn from_iter<T: IntoIterator<Item = (PathBuf, Option<u64>)>>(files: T) -> Self {
        // One by one: a map that is collected sorts first, and the code for that takes a fifth of the time in which the
        // launcher is compiled.
        let mut contents = BTreeMap::new();
        contents.extend(files);
        Self(contents)
    }
}

const MISSING: &str = "missing";

fn hash_of(file: &Path) -> Option<u64> {
    fs::read(file).ok().map(|bytes| hash(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_the_published_examples() {
        assert_eq!(hash(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(hash(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(hash(b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn contents_are_read_back_as_they_were_written() {
        let contents: Contents =
            [(PathBuf::from("a file"), Some(7)), (PathBuf::from("gone"), None)].into_iter().collect();
        assert_eq!(Contents::from_lines(contents.to_lines().lines()), Some(contents));
        for malformed in ["no-hash", "xyz file", ""] {
            assert_eq!(Contents::from_lines([malformed].into_iter()), None, "{malformed:?}");
        }
    }
}
