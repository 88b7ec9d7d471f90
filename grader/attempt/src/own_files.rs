//! The grader's own files. Whatever a student's code does to them can only cost time: what cannot be read is made
//! again, and anything else that is in their place is removed. Outside of the grader's own folder nothing is ever
//! removed, because it may be the student's.

use std::fs::Metadata;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use fs_err as fs;
use fs_err::File;
use xxhash_rust::xxh3::xxh3_128;

/// What a file holds, if it is a file: reading something else, such as a pipe, might never end.
pub fn read(path: &Path) -> Option<Vec<u8>> {
    let (file, length) = open(path)?;
    let mut content = Vec::with_capacity(usize::try_from(length).ok()?);
    // As far as there is anything: a plain `read` would ask for the length once more.
    file.take(u64::MAX).read_to_end(&mut content).ok()?;
    Some(content)
}

/// A file to read from, and its length, if it is a file.
pub fn open(path: &Path) -> Option<(std::fs::File, u64)> {
    let data = path.metadata().ok().filter(Metadata::is_file)?;
    Some((std::fs::File::open(path).ok()?, data.len()))
}

/// Writes a file in the grader's own folder in one move, so that another grader never reads half of it.
///
/// # Errors
/// If it cannot be written.
pub fn replace(scratch: &Path, path: &Path, content: &[u8]) -> io::Result<()> {
    let draft = path.with_extension(format!("{}.draft", std::process::id()));
    make_way(scratch, &draft)?;
    make_way(scratch, path)?;
    fs::write(&draft, content).and_then(|()| fs::rename(&draft, path)).inspect_err(|_| drop(fs::remove_file(&draft)))
}

/// Writes a file as [`replace`] does, so that damage to it is seen: what a power cut or a failing disk leaves may still be
/// readable.
///
/// # Errors
/// If it cannot be written.
pub fn keep(scratch: &Path, path: &Path, content: &[u8]) -> io::Result<()> {
    replace(scratch, path, &[checksum_of(content).as_bytes(), content].concat())
}

/// What a file holds that was written by [`keep`], if it is undamaged.
pub fn kept(path: &Path) -> Option<Vec<u8>> {
    let mut content = read(path)?;
    let checksum: Vec<u8> = content.drain(..CHECKSUM.min(content.len())).collect();
    (checksum == checksum_of(&content).as_bytes()).then_some(content)
}

/// How long a checksum is.
const CHECKSUM: usize = 33;

fn checksum_of(content: &[u8]) -> String {
    format!("{:032x}\n", xxh3_128(content))
}

/// An empty file in the grader's own folder.
///
/// # Errors
/// If it cannot be made.
pub fn create(scratch: &Path, path: &Path) -> io::Result<File> {
    make_way(scratch, path)?;
    File::create(path)
}

/// The grader's own folder, or one in it. A file or a dangling link in its place is removed, and so is one in the place
/// of a folder above it, as long as that is inside the grader's own.
///
/// # Errors
/// If it cannot be made.
pub fn create_folder(scratch: &Path, path: &Path) -> io::Result<()> {
    let mut folders = path.ancestors().take_while(|folder| folder.starts_with(scratch));
    let in_the_way = folders.find(|folder| folder.symlink_metadata().is_ok());
    if let Some(file) = in_the_way.filter(|file| !file.is_dir()) {
        fs::remove_file(file)?;
    }
    fs::create_dir_all(path)
}

/// A new folder with such a beginning of its name.
///
/// # Errors
/// If it cannot be made.
pub(crate) fn new_folder(parent: &Path, prefix: &str) -> io::Result<PathBuf> {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    loop {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = parent.join(format!("{prefix}{}-{number}", std::process::id()));
        match fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            // Of a process that had the same number and was killed.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            Err(error) => return Err(error),
        }
    }
}

/// Makes a file's folder, and makes sure that nothing else, and no link, is in the file's place.
fn make_way(scratch: &Path, path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        create_folder(scratch, folder)?;
    }
    match path.symlink_metadata() {
        Ok(data) if data.is_file() => Ok(()),
        Ok(data) if data.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_damage_to_what_is_kept_goes_unseen() {
        let scratch = tempfile::tempdir().unwrap();
        let file = scratch.path().join("plans/01-loss.json");
        keep(scratch.path(), &file, b"kept").unwrap();
        assert_eq!(kept(&file).as_deref(), Some(&b"kept"[..]));
        let whole = fs::read(&file).unwrap();
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 1;
            for damaged in [&flipped[..], &whole[..at]] {
                fs::write(&file, damaged).unwrap();
                assert_eq!(kept(&file), None, "{at}");
            }
        }
        fs::remove_file(&file).unwrap();
        assert_eq!(kept(&file), None);
    }

    #[test]
    fn only_what_is_in_the_graders_own_folder_makes_way() {
        let folder = tempfile::tempdir().unwrap();
        let (target, other) = (folder.path().join("target"), folder.path().join("other"));
        let scratch = target.join("grader");
        let file = scratch.join("attempts").join("01-loss.json");
        fs::create_dir_all(&target).unwrap();
        for in_the_way in [&scratch, &scratch.join("attempts"), &file] {
            let _ = fs::remove_dir_all(&scratch);
            fs::create_dir_all(in_the_way.parent().unwrap()).unwrap();
            fs::write(in_the_way, "a file").unwrap();
            replace(&scratch, &file, b"kept").unwrap();
            assert_eq!(read(&file).as_deref(), Some(&b"kept"[..]), "{}", in_the_way.display());
        }
        // A target folder that is a file may be somebody's work.
        fs::write(&other, "somebody's work").unwrap();
        let scratch = other.join("grader");
        assert!(replace(&scratch, &scratch.join("tries.json"), b"kept").is_err());
        assert_eq!(fs::read_to_string(&other).unwrap(), "somebody's work");
    }
}
