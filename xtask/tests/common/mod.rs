//! Courses to try commands on: sound copies of the real first step with a handful of its mistakes, in a
//! workspace of their own, for a test to change.
//!
//! All courses share cargo's folder of intermediate artifacts, so that the crates they need are compiled once; programs,
//! stages and all else are each course's own.

// No single test needs all of it.
#![allow(dead_code)]

#[cfg(unix)]
pub mod terminal;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{LazyLock, Mutex};

use fs_err as fs;
use grader::course::solution::Solution;
use walkdir::WalkDir;

/// The program under test: those of instructors and of the full screen have these courses for their tests, too.
const PROGRAM: &str = match (
    option_env!("CARGO_BIN_EXE_xtask"),
    option_env!("CARGO_BIN_EXE_author"),
    option_env!("CARGO_BIN_EXE_desk"),
) {
    (Some(program), _, _) | (None, Some(program), _) | (None, None, Some(program)) => program,
    (None, None, None) => panic!("no program to test"),
};

/// The real step that all others are copies of.
const LIKE: &str = "01-loss";

/// Its mistakes that the copies have, too: one for each function.
const MISTAKES: [&str; 3] = ["base-forgotten", "error-not-squared", "mean-where-there-are-houses"];

/// The functions of the real step: what their stubs say is to be done, and how the solution does it.
pub const PREDICT: (&str, &str) =
    ("return the base price plus the weight for every square foot", "BASE_PRICE + sqft_weight * sqft");
pub const SQUARED_ERROR: (&str, &str) = ("return the square of the difference", "(predicted - actual).powi(2)");
pub const LOSS: (&str, &str) = (
    "add up the squared errors of the predictions for all houses",
    "houses.iter().map(|house| squared_error(predict(sqft_weight, house.sqft), house.price)).sum()",
);

/// A workspace with some steps.
pub struct Course {
    root: PathBuf,
    /// The folders of its steps, in their order.
    steps: Mutex<Vec<String>>,
    /// Held by the one command at a time that may work in the course: its stage is one folder.
    turn: Mutex<()>,
}

/// A step of a course. Its files are named `exercise/…` and `solution/…`.
pub struct Step<'a> {
    course: &'a Course,
    /// The name of its two folders: `02-one-thing`.
    pub folder: String,
    /// The name of its crate: `one-thing`.
    pub name: String,
}

/// What a command did.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    /// With `/` in every path.
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
        let course = Self { root, steps: Mutex::default(), turn: Mutex::default() };
        let real = real_text("Cargo.toml");
        let line = |start: &str| real.lines().find(|line| line.starts_with(start)).unwrap();
        let mut manifest = changed(&real, line("members"), "members = [\"exercises/*\"]");
        manifest = changed(&manifest, line("default-members"), "");
        // The real ones are compiled once for all courses.
        for name in ["datasets", "grader/harness"] {
            let path = real_path(name);
            manifest = changed(&manifest, &format!("path = \"{name}\""), &format!("path = '{}'", path.display()));
        }
        course.write("Cargo.toml", &manifest);
        course.write("Cargo.lock", &real_text("Cargo.lock"));
        for dataset in WalkDir::new(real_path("datasets")).max_depth(1).into_iter().map(Result::unwrap) {
            let name = dataset.file_name().to_str().unwrap();
            if name.ends_with(".toml") && name != "Cargo.toml" {
                course.write(&format!("datasets/{name}"), &fs::read_to_string(dataset.path()).unwrap());
            }
        }
        course
    }

    /// Adds a sound step of this name behind the others. Cargo would take steps of one name, also in different courses,
    /// for one package.
    pub fn step(&self, name: &str) -> Step<'_> {
        static NAMES: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
        assert!(NAMES.lock().unwrap().insert(name.to_owned()), "two steps are called `{name}`");
        {
            let mut steps = self.steps.lock().unwrap();
            let folder = format!("{:02}-{name}", steps.len() + 1);
            steps.push(folder);
        }
        let step = self.named(name);
        let (_, real_name) = LIKE.split_once('-').unwrap();
        let exercise = |path: &str| real_text(&format!("exercises/{LIKE}/{path}"));

        let manifest =
            exercise("Cargo.toml").replace(&format!("name = \"{real_name}\""), &format!("name = \"{name}\""));
        step.write("exercise/Cargo.toml", &manifest);
        let import = |name: &str| format!("\nuse {}::", name.replace('-', "_"));
        step.write("exercise/cases.rs", &changed(&exercise("cases.rs"), &import(real_name), &import(name)));
        for path in ["README.md", "exercise.toml"] {
            step.write(&format!("exercise/{path}"), &exercise(path));
        }
        step.write("solution/src/lib.rs", &real_text(&format!("solutions/{LIKE}/src/lib.rs")));
        step.write_stub();

        let mistakes = real_text(&format!("solutions/{LIKE}/mistakes.toml"));
        for name in MISTAKES {
            let named = format!("name = \"{name}\"\n");
            let own = mistakes.split("[[mistake]]\n").find(|mistake| mistake.starts_with(&named));
            let own = own.unwrap_or_else(|| panic!("step {LIKE} has a mistake `{name}`"));
            step.append("solution/mistakes.toml", &format!("[[mistake]]\n{}\n\n", without_comments(own).trim()));
            let snapshot = format!("snapshots/mistakes/{name}.snap");
            step.write(&format!("exercise/{snapshot}"), &exercise(&snapshot));
        }
        for snapshot in WalkDir::new(real_path(&format!("exercises/{LIKE}/snapshots"))).max_depth(1).min_depth(1) {
            let snapshot = snapshot.unwrap();
            if snapshot.file_type().is_file() {
                let path = format!("snapshots/{}", snapshot.file_name().to_str().unwrap());
                step.write(&format!("exercise/{path}"), &exercise(&path));
            }
        }
        step
    }

    /// The step of this name.
    pub fn named(&self, name: &str) -> Step<'_> {
        let steps = self.steps.lock().unwrap();
        let folder = steps.iter().find(|folder| folder.split_once('-').unwrap().1 == name);
        let folder = folder.unwrap_or_else(|| panic!("the course has a step `{name}`")).clone();
        Step { course: self, folder, name: name.to_owned() }
    }

    /// Runs `cargo xtask` with these arguments, without a terminal.
    pub fn xtask(&self, arguments: &[&str]) -> Run {
        self.xtask_in(arguments, &[])
    }

    /// The same with further variables in the environment.
    pub fn xtask_in(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Run {
        let mut command = self.command(arguments);
        command.envs(variables.iter().copied());
        let _turn = self.turn.lock().unwrap();
        Run::from(command.output().unwrap())
    }

    /// The command itself, in an environment of its own.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.arg("--course").arg(&self.root).args(arguments).stdin(Stdio::null());
        for variable in ["CARGO_TARGET_DIR", "INSTA_UPDATE", "INSTA_FORCE_PASS", "NO_COLOR", "RUST_BACKTRACE"] {
            command.env_remove(variable);
        }
        command.env("CARGO", env!("CARGO")).env("CARGO_NET_OFFLINE", "true");
        // Around the courses, so that their stages lie inside of it as they do in a student's target folder: cargo writes
        // paths down relative to it.
        command.env("CARGO_BUILD_BUILD_DIR", folder());
        // Each program is built once and then thrown away.
        command.env("CARGO_INCREMENTAL", "0");
        command
    }

    /// All files but what was built, with their texts, by their paths in the course.
    pub fn files(&self) -> BTreeMap<String, String> {
        let entries = WalkDir::new(&self.root).into_iter().filter_entry(|entry| entry.file_name() != "target");
        let files = entries.map(Result::unwrap).filter(|entry| entry.file_type().is_file());
        files
            .map(|file| {
                (slashed(file.path().strip_prefix(&self.root).unwrap()), fs::read_to_string(file.path()).unwrap())
            })
            .collect()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

impl Step<'_> {
    /// Where a file of the step lies.
    pub fn path(&self, path: &str) -> PathBuf {
        self.course.root.join(self.within(path))
    }

    /// The same, relative to the course.
    pub fn within(&self, path: &str) -> String {
        let (folder, path) = path.split_once('/').unwrap();
        assert!(["exercise", "solution"].contains(&folder), "a file of a step is `exercise/…` or `solution/…`");
        format!("{folder}s/{}/{path}", self.folder)
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    pub fn write(&self, path: &str, text: &str) {
        self.course.write(&self.within(path), text);
    }

    /// Changes a file in one place.
    pub fn change(&self, path: &str, from: &str, to: &str) {
        self.write(path, &changed(&self.read(path), from, to));
    }

    /// Writes functions in the place of their stubs.
    pub fn write_functions(&self, functions: &[(&str, &str)]) {
        for (todo, body) in functions {
            self.change("exercise/src/lib.rs", &format!("todo!(\"{todo}\")"), body);
        }
    }

    /// Adds to the end of a file, which need not be there.
    pub fn append(&self, path: &str, text: &str) {
        let old = if self.path(path).is_file() { self.read(path) } else { String::new() };
        self.write(path, &(old + text));
    }

    pub fn remove(&self, path: &str) {
        fs::remove_file(self.path(path)).unwrap();
    }

    pub fn rename(&self, from: &str, to: &str) {
        fs::rename(self.path(from), self.path(to)).unwrap();
    }

    /// Changes the solution in one place, and the stub with it.
    pub fn change_solution(&self, from: &str, to: &str) {
        self.change("solution/src/lib.rs", from, to);
        self.write_stub();
    }

    /// Adds a known mistake.
    pub fn add_mistake(&self, name: &str, replace: &str, with: &str) {
        let mistake = format!(
            "[[mistake]]\nname = \"{name}\"\nreplace = \"{replace}\"\nwith = \"{with}\"\nsays = \"Look at {name}.\"\n"
        );
        self.append("solution/mistakes.toml", &mistake);
    }

    /// Takes a known mistake and its snapshot away.
    pub fn remove_mistake(&self, name: &str) {
        let text = self.read("solution/mistakes.toml");
        let named = format!("name = \"{name}\"\n");
        let left: Vec<&str> = text.split("[[mistake]]\n").filter(|mistake| !mistake.starts_with(&named)).collect();
        self.write("solution/mistakes.toml", &left.join("[[mistake]]\n"));
        self.remove(&format!("exercise/snapshots/mistakes/{name}.snap"));
    }

    /// Writes the stub that the solution gives.
    pub fn write_stub(&self) {
        let course = grader::course::Step {
            number: 1,
            name: self.name.clone(),
            folder: Path::new("exercises").join(&self.folder),
            title: String::new(),
            bonus: false,
            functions: Vec::new(),
            cases: Vec::new(),
        };
        let solution = Solution::load(&self.course.root, &course).unwrap();
        self.write("exercise/src/lib.rs", &solution.stub());
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let stdout = text(output.stdout).replace('\\', "/");
        Self { code: output.status.code().unwrap(), stdout, stderr: text(output.stderr) }
    }
}

/// Compares with `tests/snapshots/NAME.snap` of the package under test.
pub fn assert_golden(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// A text with one place changed.
pub fn changed(text: &str, from: &str, to: &str) -> String {
    assert_eq!(text.matches(from).count(), 1, "`{from}` is to be there once in:\n{text}");
    text.replacen(from, to, 1)
}

fn without_comments(text: &str) -> String {
    text.lines().filter(|line| !line.starts_with('#')).map(|line| format!("{line}\n")).collect()
}

fn slashed(path: &Path) -> String {
    path.to_str().unwrap().replace('\\', "/")
}

/// A path in the course that this program belongs to.
fn real_path(path: &str) -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.ancestors().find(|folder| folder.join("exercises").is_dir()).unwrap().join(path)
}

fn real_text(path: &str) -> String {
    fs::read_to_string(real_path(path)).unwrap()
}

fn folder() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}

/// Held by one run of the tests at a time, since the folders are the same for all.
static TURN: LazyLock<std::fs::File> = LazyLock::new(|| {
    fs::create_dir_all(folder()).unwrap();
    let file = std::fs::File::create(folder().join("turn")).unwrap();
    file.lock().unwrap();
    file
});
