//! Courses to grade: copies of real steps, each with a student's file that the test writes, in a workspace of their own.
//!
//! All courses share cargo's folder of intermediate artifacts, so that the crates they need are compiled once; programs,
//! caches and all else are each course's own.

use std::collections::BTreeSet;
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{LazyLock, Mutex, Once};

use fs_err as fs;
use grader::course::Step;
use grader::solution::Solution;
use walkdir::WalkDir;

/// A workspace with some steps.
pub struct Course {
    /// Its folder.
    pub root: PathBuf,
    locked: Once,
}

/// What a grade said, and its exit code.
#[derive(Debug, PartialEq, Eq)]
pub struct Graded {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Course {
    /// A course without steps. The name is its folder's, so that the next run of the tests finds what it can build upon.
    pub fn new(name: &str) -> Self {
        static NAMES: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
        assert!(NAMES.lock().unwrap().insert(name.to_owned()), "two courses are called `{name}`");
        LazyLock::force(&TURN);

        let root = folder().join("courses").join(name);
        if root.exists() {
            fs::remove_dir_all(&root).unwrap();
        }
        let course = Self { root, locked: Once::new() };
        let manifest = real_text("Cargo.toml");
        let members = manifest.lines().find(|line| line.starts_with("members")).unwrap().to_owned();
        let manifest = changed(&manifest, &members, "members = [\"exercises/*\"]");
        let defaults = manifest.lines().find(|line| line.starts_with("default-members")).unwrap().to_owned();
        let mut manifest = changed(&manifest, &defaults, "");
        // Where a folder of artifacts is shared, cargo tells packages apart by name, version and path inside the workspace.
        let version = manifest.lines().find(|line| line.starts_with("version = ")).unwrap().to_owned();
        manifest = changed(&manifest, &version, &format!("{}-{name}\"", version.trim_end_matches('"')));
        // The real ones are compiled once for all courses.
        for name in ["datasets", "grader/harness"] {
            manifest = changed(&manifest, &format!("path = \"{name}\""), &format!("path = '{}'", real(name).display()));
        }
        course.write("Cargo.toml", &manifest);
        course.write("Cargo.lock", &real_text("Cargo.lock"));
        for (dataset, _) in datasets::DATASETS {
            course.write(&format!("datasets/{dataset}"), &real_text(&format!("datasets/{dataset}")));
        }
        course
    }

    /// A course without steps that has copies of the datasets and the harness, which a test may change.
    pub fn with_own_crates(name: &str) -> Self {
        let course = Self::new(name);
        for name in ["datasets", "grader/harness"] {
            course.change("Cargo.toml", &format!("path = '{}'", real(name).display()), &format!("path = \"{name}\""));
            for part in ["Cargo.toml", "src"] {
                course.copy(&format!("{name}/{part}"), &format!("{name}/{part}"));
            }
        }
        course
    }

    /// Adds a step: the real step `like` in a folder of another number and name, with this text as its `src/lib.rs`.
    pub fn step(self, folder: &str, like: &str, source: &str) -> Self {
        let (_, name) = folder.split_once('-').unwrap();
        let (_, real_name) = like.split_once('-').unwrap();
        for part in ["exercise.toml", "snapshots"] {
            self.copy(&format!("exercises/{like}/{part}"), &format!("exercises/{folder}/{part}"));
        }
        for part in ["src", "mistakes.toml"] {
            self.copy(&format!("solutions/{like}/{part}"), &format!("solutions/{folder}/{part}"));
        }
        let manifest = real_text(&format!("exercises/{like}/Cargo.toml"));
        let own_name = format!("name = \"{real_name}\"");
        assert_eq!(manifest.matches(&own_name).count(), 2, "a package and its program in {like}/Cargo.toml");
        let manifest = manifest.replace(&own_name, &format!("name = \"{name}\""));
        self.write(&format!("exercises/{folder}/Cargo.toml"), &manifest);
        let cases = real_text(&format!("exercises/{like}/cases.rs"));
        let import = |name: &str| format!("use {}::", name.replace('-', "_"));
        self.write(&format!("exercises/{folder}/cases.rs"), &changed(&cases, &import(real_name), &import(name)));
        self.write(&source_of(folder), source);
        self
    }

    /// Rust code that adds a line to a file of the course, which a test reads with [`Course::notes`]. In it, `pid` is the
    /// number of the process.
    pub fn note_in(&self, file: &str, line: &str) -> String {
        let path = self.path(file);
        format!(
            "{{ let pid = std::process::id(); \
             let mut notes = std::fs::OpenOptions::new().create(true).append(true).open({path:?}).unwrap(); \
             std::io::Write::write_all(&mut notes, format!(\"{{}}\\n\", {line}).as_bytes()).unwrap(); }}"
        )
    }

    /// The lines that the steps' code has written.
    pub fn notes(&self, file: &str) -> Vec<String> {
        let path = self.path(file);
        if path.exists() { self.read(file).lines().map(str::to_owned).collect() } else { Vec::new() }
    }

    /// Builds the steps, so that a grade after it has only to run them.
    pub fn build(&self) {
        self.locked.call_once(|| self.lock());
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--quiet", "--profile", "grade", "--bins"]).current_dir(&self.root);
        let built = self.in_own_environment(&mut cargo).output().unwrap();
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    }

    /// The report of a grade as other programs read it.
    pub fn grade_as_json(&self, steps: &[&str]) -> serde_json::Value {
        let graded = self.grade(&[steps, &["--format", "json"]].concat());
        assert_eq!(graded.stderr, "");
        serde_json::from_str(&graded.stdout).unwrap()
    }

    /// Grades with these arguments behind the course's folder.
    pub fn grade(&self, arguments: &[&str]) -> Graded {
        Graded::from(self.command(arguments).output().unwrap())
    }

    /// The command of a grade, in an environment of its own and without a terminal.
    pub fn command(&self, arguments: &[&str]) -> Command {
        self.command_of(Path::new(env!("CARGO_BIN_EXE_grader")), arguments)
    }

    /// The same by another program that is a grader.
    pub fn command_of(&self, grader: &Path, arguments: &[&str]) -> Command {
        self.locked.call_once(|| self.lock());
        let mut command = Command::new(grader);
        command.arg(&self.root).args(arguments);
        self.in_own_environment(&mut command);
        command
    }

    fn in_own_environment<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.env_remove("CARGO_TARGET_DIR").env_remove("RUST_BACKTRACE").env_remove("NO_COLOR");
        command.env("CARGO_BUILD_BUILD_DIR", build_folder()).env("CARGO_NET_OFFLINE", "true");
        // Each course is built a few times only: what would help the next time fills the disk.
        command.env("CARGO_INCREMENTAL", "0");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped())
    }

    /// Lets cargo take from the lock file what this course does not have: a grade would, and begin again.
    fn lock(&self) {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["metadata", "--offline", "--format-version", "1", "--manifest-path"]).arg(self.path("Cargo.toml"));
        let metadata = cargo.output().unwrap();
        assert!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
    }

    /// A path in the course.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// The text of a file of the course.
    pub fn read(&self, relative: &str) -> String {
        fs::read_to_string(self.path(relative)).unwrap()
    }

    /// Writes a file of the course.
    pub fn write(&self, relative: &str, text: &str) {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Changes a file of the course in one place.
    pub fn change(&self, relative: &str, from: &str, to: &str) {
        self.write(relative, &changed(&self.read(relative), from, to));
    }

    /// Copies a file or folder of the real course.
    pub fn copy(&self, from: &str, to: &str) {
        let from = real(from);
        for entry in WalkDir::new(&from).into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file()) {
            let inside = entry.path().strip_prefix(&from).unwrap();
            let to = if inside.as_os_str().is_empty() { self.path(to) } else { self.path(to).join(inside) };
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::write(to, fs::read(entry.path()).unwrap()).unwrap();
        }
    }
}

impl From<Output> for Graded {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

/// The one file of a step that a student edits.
pub fn source_of(folder: &str) -> String {
    format!("exercises/{folder}/src/lib.rs")
}

/// What a student starts from in a real step. (The exercise's own file may be a student's work already.)
pub fn stub(step: &str) -> String {
    solution(step).stub()
}

/// A real step, solved.
pub fn solved(step: &str) -> String {
    written(step, &[])
}

/// A real step, solved but for these functions, whose bodies are given.
pub fn written(step: &str, bodies: &[(&str, &str)]) -> String {
    let solution = solution(step);
    let mut lines: Vec<&str> = solution.text.lines().collect();
    for (function, body) in bodies {
        assert!(solution.body(function).is_some(), "step {step} has a function `{function}`");
        assert!(bodies.iter().filter(|(other, _)| other == function).count() == 1, "`{function}` is written once");
        assert!(!body.is_empty());
    }
    for own in solution.bodies.iter().rev() {
        let body = bodies.iter().find(|(function, _)| *function == own.function);
        // The lines of the two markers, counted from 0: just before and behind the body, whose own are counted from 1.
        let (marker, done) = (own.lines.start - 2, own.lines.end - 2);
        match body {
            Some((_, body)) => drop(lines.splice(marker..=done, [*body])),
            None => {
                lines.remove(done);
                lines.remove(marker);
            }
        }
    }
    lines.join("\n") + "\n"
}

/// A text with one place changed.
pub fn changed(text: &str, from: &str, to: &str) -> String {
    assert_eq!(text.matches(from).count(), 1, "`{from}` is to be there once in:\n{text}");
    text.replacen(from, to, 1)
}

fn solution(step: &str) -> Solution {
    let (number, name) = step.split_once('-').unwrap();
    let step = Step {
        number: number.parse().unwrap(),
        name: name.to_owned(),
        folder: Path::new("exercises").join(step),
        title: String::new(),
        bonus: false,
        functions: Vec::new(),
        cases: Vec::new(),
    };
    Solution::load(&real(""), &step).unwrap()
}

/// A path in the course that this grader belongs to.
fn real(relative: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    if relative.is_empty() { root.to_owned() } else { root.join(relative) }
}

pub fn real_text(relative: &str) -> String {
    fs::read_to_string(real(relative)).unwrap()
}

/// Cargo's folder of intermediate artifacts, which all courses share.
pub fn build_folder() -> PathBuf {
    folder().join("build")
}

fn folder() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}

/// Held by one run of the tests at a time, since the folders are the same for all.
static TURN: LazyLock<fs::File> = LazyLock::new(|| {
    fs::create_dir_all(folder()).unwrap();
    let file = fs::File::create(folder().join("turn")).unwrap();
    file.file().lock().unwrap();
    file
});
