//! A course for one test: a workspace with copies of real steps, each with the student's file that the test writes.
//!
//! All courses share cargo's folder of intermediate artifacts, so that the crates they need are compiled once;
//! programs, stages, caches and all else are each course's own. There, cargo tells packages apart by name, version
//! and place in their workspace: so the packages of each course have a version of their own.

mod files;
mod step;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, Once};

use fs_err as fs;
use serde_json::Value;

use crate::program::Program;
use crate::run::Run;
use crate::{real, solution};

pub use files::changed;
use files::files_in;
pub use step::{LOSS, PREDICT, SQUARED_ERROR, Step};

/// A workspace with some steps.
#[derive(Debug)]
pub struct Course {
    program: Program,
    root: PathBuf,
    /// The folders of its steps, in their order.
    steps: Mutex<Vec<String>>,
    locked: Once,
    /// Locked while the course is in use: its folder is the same in each run of the tests.
    _in_use: fs::File,
}

/// The pages beside those of the steps, and what they link to.
const PAGES: [&str; 14] = [
    ".cargo/deny.toml",
    ".github",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "exercises/CONTRIBUTING.md",
    "exercises/README.md",
    "exercises/printed-and-true.md",
    "exercises/sum-or-mean.md",
    "grader/README.md",
    "grader/report.schema.json",
    "grader/testkit/src/lib.rs",
    "xtask/author/tests/prose",
    "xtask/author/tests/unseen",
];

/// The crates of the course that steps are built with.
const CRATES: [&str; 2] = ["datasets", "grader/harness"];

impl Course {
    pub(crate) fn new(program: Program, name: &str) -> Self {
        static NAMES: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
        assert!(NAMES.lock().unwrap().insert(name.to_owned()), "two courses are called `{name}`");

        let home = Path::new(program.folder).join("courses").join(program.tests);
        fs::create_dir_all(&home).unwrap();
        let in_use = fs::File::create(home.join(format!("{name}.lock"))).unwrap();
        in_use.file().lock().unwrap();
        let root = home.join(name);
        if root.exists() {
            fs::remove_dir_all(&root).unwrap();
        }
        let course = Self { program, root, steps: Mutex::default(), locked: Once::new(), _in_use: in_use };
        course.write("Cargo.toml", &manifest(&format!("{}-{name}", program.tests.replace('_', "-"))));
        course.copy("Cargo.lock");
        for file in files_in(&real::path("datasets")) {
            if file.ends_with(".toml") && file != "Cargo.toml" {
                course.copy(&format!("datasets/{file}"));
            }
        }
        course
    }

    /// With copies of the datasets and the harness in the place of the real ones, for a test to change.
    pub fn with_own_crates(self) -> Self {
        for name in CRATES {
            self.change("Cargo.toml", &real_crate(name), &format!("path = \"{name}\""));
            for part in ["Cargo.toml", "src"] {
                self.copy(&format!("{name}/{part}"));
            }
        }
        self
    }

    /// With a step: the real step `like`, by its name, in a folder of its own number and name, with this text as its
    /// `src/lib.rs`.
    pub fn with_step(self, folder: &str, like: &str, source: &str) -> Self {
        self.add(folder, like).write("exercise/src/lib.rs", source);
        self
    }

    /// With all real steps, untouched, and all pages. No command changes its lock file any more.
    pub fn with_all_steps(self) -> Self {
        for page in PAGES {
            self.copy(page);
        }
        // Each step is listed before those that are there already.
        for folder in real::folders().into_iter().rev() {
            let (_, name) = folder.split_once('-').unwrap();
            self.add(&folder, name).write("exercise/src/lib.rs", &solution::stub(name));
            self.copy(&format!("exercises/{folder}/README.md"));
            self.copy(&format!("solutions/{folder}"));
        }
        self.lock_once();
        self
    }

    /// Adds a small sound step behind the others: the real first step, untouched, with a few of its mistakes.
    pub fn step(&self, name: &str) -> Step<'_> {
        let previous = self.steps.lock().unwrap().clone();
        let folder = format!("{:02}-{name}", previous.len() + 1);
        if let Some(previous) = previous.last() {
            self.named(previous.split_once('-').unwrap().1).lead_on_to(&folder);
        }
        let step = self.add(&folder, "loss");
        step.keep_mistakes(&["base-forgotten", "error-not-squared", "mean-where-there-are-houses"]);
        step.write_stub();
        step.write_test();
        step.write_in_form();
        step
    }

    /// The step of this name.
    pub fn named(&self, name: &str) -> Step<'_> {
        let steps = self.steps.lock().unwrap();
        let folder = steps.iter().find(|folder| folder.split_once('-').unwrap().1 == name);
        Step::new(self, folder.unwrap_or_else(|| panic!("the course has a step `{name}`")))
    }

    /// Copies a real step but for the student's file, and lists it.
    fn add(&self, folder: &str, like: &str) -> Step<'_> {
        self.change("Cargo.toml", "members = [\n", &format!("members = [\n    \"[es]*s/{folder}\",\n"));
        self.steps.lock().unwrap().push(folder.to_owned());
        let step = Step::new(self, folder);
        step.copy_of(like);
        step
    }

    /// Runs a command of `cargo xtask`, without a terminal.
    pub fn xtask(&self, arguments: &[&str]) -> Run {
        self.xtask_in(arguments, &[])
    }

    /// The same with further variables in the environment.
    pub fn xtask_in(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Run {
        let mut command = self.command(arguments);
        command.envs(variables.iter().copied());
        Run::from(command.output().unwrap())
    }

    /// Grades, also while another grade is at work.
    pub fn grade(&self, arguments: &[&str]) -> Run {
        Run::from(self.grade_command(arguments).output().unwrap())
    }

    /// The command of a grade.
    pub fn grade_command(&self, arguments: &[&str]) -> Command {
        self.command(&[&["grade"], arguments].concat())
    }

    /// The report of a grade as other programs read it, valid by its schema.
    pub fn grade_as_json(&self, arguments: &[&str]) -> Value {
        let graded = self.grade(&[arguments, &["--format", "json"]].concat());
        assert_eq!(graded.stderr, "");
        graded.report()
    }

    /// A command of `cargo xtask`, in an environment of its own and without a terminal. All steps are there by now.
    pub fn command(&self, arguments: &[&str]) -> Command {
        self.command_of(Path::new(self.program.path), arguments)
    }

    /// The same by another file that is the program.
    pub fn command_of(&self, program: &Path, arguments: &[&str]) -> Command {
        self.lock_once();
        let mut command = self.command_in(program);
        command.arg("--course").arg(self.root()).args(arguments);
        command
    }

    /// Lets cargo take from the lock file what this course does not have: a grade would, and begin again.
    fn lock_once(&self) {
        // Without a step it is no workspace to cargo.
        if !self.steps.lock().unwrap().is_empty() {
            // A course that cargo cannot read is one that a test has spoilt.
            let cargo = || self.command_in(Path::new(env!("CARGO")));
            self.locked.call_once(|| drop(cargo().args(["tree", "--quiet"]).output().unwrap()));
        }
    }

    /// Any program, in the folder of the course and in an environment where no setting of the person who tests decides
    /// what it does.
    pub fn command_in(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        for variable in [
            "CARGO_TARGET_DIR",
            "XTASK_COURSE",
            "XTASK_TARGET",
            "XTASK_LAUNCHER",
            "INSTA_UPDATE",
            "INSTA_FORCE_PASS",
            "RUST_BACKTRACE",
            "NO_COLOR",
            "CLICOLOR",
            "CLICOLOR_FORCE",
        ] {
            command.env_remove(variable);
        }
        // Inside a git hook, git tells its children of another repository than the one that they are in.
        for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
            command.env_remove(variable);
        }
        // The checkout that the courses lie in is not theirs.
        command.env("GIT_CEILING_DIRECTORIES", self.program.folder);
        command.env("CARGO", env!("CARGO")).env("CARGO_NET_OFFLINE", "true");
        command.env("CARGO_BUILD_BUILD_DIR", self.build_folder());
        // The configuration of the checkout that the courses lie in says otherwise.
        command.env("CARGO_BUILD_TARGET_DIR", self.path("target"));
        // One that shows colours and all of Unicode, whatever the tests run in.
        command.env("TERM", "xterm-256color").env("LC_ALL", "C.UTF-8");
        // Each program is built a few times only: what would help the next time fills the disk.
        command.env("CARGO_INCREMENTAL", "0");
        command.current_dir(self.root()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Cargo's folder of intermediate artifacts, which all courses share. It is around them, so that their stages lie
    /// inside of it as they do in a student's target folder: cargo writes paths down relative to it.
    pub fn build_folder(&self) -> PathBuf {
        PathBuf::from(self.program.folder)
    }

    /// Rust code that adds a line to a file of the course, which a test reads with [`Course::notes`]. In it, `pid` is
    /// the number of the process.
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
        if self.path(file).exists() { self.read(file).lines().map(str::to_owned).collect() } else { Vec::new() }
    }
}

/// The real workspace's manifest for exercises alone, whose packages have a version that ends so.
fn manifest(version: &str) -> String {
    let real = real::text("Cargo.toml");
    let line = |start: &str| real.lines().find(|line| line.starts_with(start)).unwrap();
    let list = |start: &str| {
        let list = &real[real.find(start).unwrap()..];
        &list[..list.find("\n]").unwrap()]
    };
    let mut manifest = changed(&real, list("\nmembers = ["), "\nmembers = [");
    manifest = changed(&manifest, &format!("{}\n]", list("\ndefault-members = [")), "");
    let own_version = format!("{}-{version}\"", line("version = ").trim_end_matches('"'));
    manifest = changed(&manifest, line("version = "), &own_version);
    // The real ones are compiled once for all courses.
    CRATES.iter().fold(manifest, |manifest, name| changed(&manifest, &format!("path = \"{name}\""), &real_crate(name)))
}

fn real_crate(name: &str) -> String {
    format!("path = '{}'", real::path(name).display())
}
