//! The files of a copy, and what is in them.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use fs_err as fs;
use grader::course::{Course, HANDED_OUT, Step};
use grader::{Error, Result};
use walkdir::WalkDir;
use xtask::shell;

use super::{manifests, students_text};
use crate::files::{is_kind, slashed};
use crate::new_folder::Files;
use crate::pages::{OVER_THE_COPY, place_of};

/// What students get of the top folder.
const OF_THE_TOP: [&str; 10] = [
    "Cargo.toml",
    "Cargo.lock",
    "rustfmt.toml",
    "rust-toolchain.toml",
    ".cargo/config.toml",
    ".editorconfig",
    ".gitattributes",
    ".gitignore",
    "LICENSE-APACHE",
    "LICENSE-MIT",
];

/// The folders of which students get what [`FOR_INSTRUCTORS`] does not keep back.
const FOLDERS: [&str; 4] = ["datasets", "exercises", "grader", "xtask"];

/// What stays with the instructors: files, or folders with all that is in them.
const FOR_INSTRUCTORS: [&str; 5] =
    ["exercises/CONTRIBUTING.md", "grader/README.md", "grader/report.schema.json", "grader/testkit", "xtask/author"];

/// The files of the students' copy of a course.
///
/// # Errors
/// If a file cannot be read, or a step is not in the repository.
pub fn files(course: &Course) -> Result<Files> {
    let root = &course.root;
    let repository = files_of_repository(root)?;
    let own: BTreeSet<&PathBuf> = repository.iter().filter(|path| is_handed_out(path, course)).collect();
    if let Some(unknown) = files_git_lacks(root).iter().find(|path| is_handed_out(path, course)) {
        let message = format!(
            "git does not have this file, so it would not be handed out: `git add {}`, or delete it",
            shell::word(&slashed(unknown))
        );
        return Err(Error::in_file(unknown, message));
    }
    for step in &course.steps {
        if let Some(missing) = step_files(step).into_iter().find(|path| !own.contains(path)) {
            let message = format!(
                "git does not know this file, so it would not be handed out: `git add {}`",
                shell::path(&step.folder)
            );
            return Err(Error::in_file(&missing, message));
        }
    }
    let mut files = Files::new();
    for path in own {
        files.insert(path.clone(), fs::read(root.join(path))?);
    }
    leave_out_tests(&mut files);
    for (path, content) in &mut files {
        if is_kind(path, "md") {
            *content = students_text::of(path, content)?;
        }
    }
    manifests::make_fit(&mut files)?;
    for step in &course.steps {
        files.insert(step.source(), step.read_stub(root)?.into_bytes());
    }
    for path in repository.iter().filter(|path| path.starts_with(OVER_THE_COPY)) {
        files.insert(place_of(path).to_owned(), fs::read(root.join(path))?);
    }
    Ok(files)
}

/// Whether students read what is in this file of the course: they get it, or what is recorded or derived from it.
pub fn is_for_students(path: &Path, course: &Course) -> bool {
    let is_shown = |step: &Step| [step.solution_source(), step.solution().join("mistakes.toml")].contains(&path.into());
    is_handed_out(path, course) || path.starts_with(OVER_THE_COPY) || course.steps.iter().any(is_shown)
}

/// Adds the list of the files, which tells a later update what was handed out.
pub fn list(files: &mut Files) {
    const HEAD: &str = "# The files of the course, one a line. `cargo xtask handout` writes this list, and replaces or \
                        deletes them when it\n# updates this copy; a step's src/lib.rs stays as it is.\n";
    let list: String = files.keys().map(|path| slashed(path) + "\n").collect();
    files.insert(HANDED_OUT.into(), (HEAD.to_owned() + &list).into_bytes());
}

/// The files on the list of a copy.
pub fn listed(list: &str) -> BTreeSet<PathBuf> {
    list.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(PathBuf::from).collect()
}

/// The files that no step can do without.
fn step_files(step: &Step) -> [PathBuf; 5] {
    let within = |name: &str| step.folder.join(name);
    [within("Cargo.toml"), step.toml(), within("cases.rs"), step.readme(), step.stub()]
}

/// The files of the repository, relative to it: those that git knows, or all that are there where there is no git.
fn files_of_repository(root: &Path) -> Result<Vec<PathBuf>> {
    let mut files = match listed_by_git(root, &[]) {
        Some(files) if !files.is_empty() => files,
        _ => {
            let left_out = ["target", ".git"];
            let entries = WalkDir::new(root).min_depth(1).into_iter();
            let entries = entries.filter_entry(|entry| left_out.iter().all(|name| entry.file_name() != *name));
            let files = entries.collect::<std::result::Result<Vec<_>, _>>().map_err(std::io::Error::from)?;
            let paths = files.iter().filter_map(|entry| entry.path().strip_prefix(root).ok());
            paths.filter(|path| !is_left_over(path)).map(Path::to_owned).collect()
        }
    };
    // Git knows files that are deleted and not committed, and folders that are repositories of their own.
    files.retain(|path| root.join(path).is_file());
    files.sort();
    Ok(files)
}

/// The files that git neither has nor ignores; none without git.
fn files_git_lacks(root: &Path) -> Vec<PathBuf> {
    listed_by_git(root, &["--others", "--exclude-standard"]).unwrap_or_default()
}

/// What `git ls-files` lists; nothing where there is no git.
fn listed_by_git(root: &Path, arguments: &[&str]) -> Option<Vec<PathBuf>> {
    let listed = Command::new("git").args(["ls-files", "-z"]).args(arguments).current_dir(root).output();
    let listed = listed.ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&listed.stdout).split_terminator('\0').map(PathBuf::from).collect())
}

/// Whether a file is one of those that git would ignore: a pending snapshot, or a copy that `reset` has kept.
fn is_left_over(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.ends_with(".snap.new") || (name.starts_with("lib.") && name.ends_with(".rs") && name != "lib.rs")
}

fn is_handed_out(path: &Path, course: &Course) -> bool {
    if OF_THE_TOP.iter().any(|name| path == Path::new(name)) {
        return true;
    }
    let is_kept_back = FOR_INSTRUCTORS.iter().any(|kept| path.starts_with(kept));
    if is_kept_back || !FOLDERS.iter().any(|folder| path.starts_with(folder)) {
        return false;
    }
    if path.starts_with("exercises") {
        // Not a folder that is no step, and not the students' files: they get stubs.
        let of_all = path.components().count() == 2 || path.starts_with("exercises/.cargo");
        let of_step = course.steps.iter().find(|step| path.starts_with(&step.folder));
        return of_all || of_step.is_some_and(|step| path != step.source());
    }
    // The tests of the course's own programs.
    let is_of_tests = |part: Component<'_>| ["tests", "benches"].iter().any(|name| part.as_os_str() == *name);
    let folders = path.parent().into_iter().flat_map(Path::components);
    folders.take_while(|part| part.as_os_str() != "src").all(|part| !is_of_tests(part))
}

/// Leaves out the modules that are compiled for tests alone.
fn leave_out_tests(files: &mut Files) {
    let mut left_out = BTreeSet::new();
    for (path, content) in files.iter().filter(|(path, _)| !path.starts_with("exercises")) {
        let name = path.file_name().unwrap_or_default();
        let folder = match path.extension() {
            Some(extension) if extension != "rs" => continue,
            _ if ["lib.rs", "main.rs", "mod.rs"].iter().any(|root| name == *root) => path.with_file_name(""),
            _ => path.with_extension(""),
        };
        let text = String::from_utf8_lossy(content);
        let declared = text.split("#[cfg(test)]\n").skip(1).filter_map(|rest| rest.lines().next());
        let modules = declared.filter_map(|line| line.trim().strip_prefix("mod ")?.strip_suffix(';'));
        left_out.extend(modules.map(|module| folder.join(module)));
    }
    files.retain(|path, _| {
        !left_out.iter().any(|module| path.starts_with(module) || path.with_extension("") == *module)
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_for_tests_are_left_out_with_all_that_is_in_them() {
        let text = |text: &str| text.as_bytes().to_vec();
        let mut files = Files::from([
            (
                PathBuf::from("xtask/src/main.rs"),
                text("#[cfg(test)]\nmod fixture;\nmod view;\n#[cfg(test)]\nmod tests {\n}\n"),
            ),
            (PathBuf::from("xtask/src/fixture.rs"), text("")),
            (PathBuf::from("xtask/src/fixture/more.rs"), text("")),
            (PathBuf::from("xtask/src/view.rs"), text("    #[cfg(test)]\n    mod tests;\n")),
            (PathBuf::from("xtask/src/view/tests.rs"), text("")),
            (PathBuf::from("xtask/src/view/lists.rs"), text("")),
        ]);
        leave_out_tests(&mut files);
        let left: Vec<&str> = files.keys().filter_map(|path| path.to_str()).collect();
        assert_eq!(left, ["xtask/src/main.rs", "xtask/src/view/lists.rs", "xtask/src/view.rs"]);
    }

    #[test]
    fn what_git_would_ignore_is_left_over() {
        for name in ["snapshots/a.snap.new", "src/lib.2026-11-25T14-03-09Z.rs"] {
            assert!(is_left_over(Path::new(name)), "{name}");
        }
        assert!(!is_left_over(Path::new("src/lib.rs")) && !is_left_over(Path::new("snapshots/a.snap")));
    }
}
