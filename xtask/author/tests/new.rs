//! `cargo xtask new` on a copy of the course: what it makes, what it moves and what it refuses.

use std::collections::BTreeMap;
use std::fs;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use walkdir::{DirEntry, WalkDir};

/// A copy of the course in a folder of its own, which goes when the test ends.
struct Copy {
    folder: tempfile::TempDir,
}

impl Copy {
    fn new() -> Self {
        let course = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join("..");
        let folder = tempfile::tempdir().unwrap();
        let of_the_course = |entry: &DirEntry| !["target", ".git"].iter().any(|name| entry.file_name() == *name);
        for entry in WalkDir::new(&course).into_iter().filter_entry(of_the_course) {
            let entry = entry.unwrap();
            let to = folder.path().join(entry.path().strip_prefix(&course).unwrap());
            if entry.file_type().is_dir() {
                fs::create_dir_all(to).unwrap();
            } else {
                fs::copy(entry.path(), to).unwrap();
            }
        }
        Self { folder }
    }

    /// The copy as a git checkout with everything committed.
    fn in_git() -> Self {
        let copy = Self::new();
        copy.git(&["init", "--quiet"]);
        copy.git(&["add", "--all"]);
        let person = ["-c", "user.name=A Person", "-c", "user.email=person@example.org", "-c", "commit.gpgsign=false"];
        copy.git(&[&person[..], &["commit", "--quiet", "--message", "The course"]].concat());
        copy
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    fn xtask(&self, arguments: &[&str]) -> Run {
        self.xtask_with_cargo(arguments, env!("CARGO"))
    }

    fn xtask_with_cargo(&self, arguments: &[&str], cargo: &str) -> Run {
        let build = Path::new(env!("CARGO_TARGET_TMPDIR")).join("copies");
        fs::create_dir_all(&build).unwrap();
        // All copies share what they build, under the same names: one at a time.
        let turn = File::create(build.join("turn")).unwrap();
        turn.lock().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_author"));
        command.arg("--course").arg(self.folder.path()).args(arguments);
        command
            .env("CARGO", cargo)
            .env_remove("CARGO_TARGET_DIR")
            .env("CARGO_BUILD_BUILD_DIR", &build)
            .env("CARGO_NET_OFFLINE", "true");
        without_gits_own(&mut command);
        Run::of(command.output().unwrap())
    }

    fn git(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("git");
        command.args(arguments).current_dir(self.folder.path());
        without_gits_own(&mut command);
        let run = Run::of(command.output().unwrap());
        assert_eq!(run.code, 0, "git {arguments:?}: {}", run.stderr);
        run.stdout
    }

    /// The verdict on each case of a step, by the case's name.
    fn verdicts(&self, step: &str) -> BTreeMap<String, String> {
        let graded = self.xtask(&["grade", step, "--format", "json"]);
        let report: Value = serde_json::from_str(&graded.stdout).unwrap_or_else(|_| panic!("{}", graded.stderr));
        let cases = report["steps"][0]["cases"].as_array().unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        cases.iter().map(|case| (text(&case["name"]), text(&case["verdict"]["kind"]))).collect()
    }

    /// The names of the folders of steps in a folder of the course.
    fn folders(&self, parent: &str) -> Vec<String> {
        let entries = WalkDir::new(self.path(parent)).min_depth(1).max_depth(1).sort_by_file_name();
        let names = entries.into_iter().map(|entry| entry.unwrap().file_name().to_str().unwrap().to_owned());
        names.filter(|name| name.starts_with(|first: char| first.is_ascii_digit())).collect()
    }

    /// All files and what is in them, but for what git and cargo keep.
    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let own = |name: &std::ffi::OsStr| name != ".git" && name != "target";
        let entries = WalkDir::new(self.folder.path()).into_iter().filter_entry(|entry| own(entry.file_name()));
        let files = entries.map(Result::unwrap).filter(|entry| !entry.file_type().is_dir());
        files.map(|entry| (entry.path().to_owned(), fs::read(entry.path()).unwrap())).collect()
    }
}

/// What a command did.
struct Run {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Run {
    fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        Self { code: output.status.code().unwrap(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }
}

/// Inside a git hook, git tells its children of another repository than the one that they are in.
fn without_gits_own(command: &mut Command) {
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        command.env_remove(variable);
    }
}

fn last_step(copy: &Copy) -> (u32, String) {
    let last = copy.folders("exercises").pop().unwrap();
    let (number, name) = last.split_once('-').unwrap();
    (number.parse().unwrap(), name.to_owned())
}

#[test]
fn a_new_step_is_graded_as_not_started_and_passes_with_its_solution() {
    let copy = Copy::new();
    let (last, _) = last_step(&copy);
    let made = copy.xtask(&["new", "new-thing"]);
    assert_eq!((made.code, made.stderr.as_str()), (0, ""));
    assert!(made.stdout.contains(&format!("Made step {} new-thing", last + 1)), "{}", made.stdout);
    assert_eq!(copy.folders("exercises").pop(), Some(format!("{:02}-new-thing", last + 1)));
    assert_eq!(copy.folders("exercises"), copy.folders("solutions"));

    let not_started = BTreeMap::from([("average-price".to_owned(), "not_started".to_owned())]);
    assert_eq!(copy.verdicts("new-thing"), not_started);

    let [exercise, solution] = ["exercises", "solutions"].map(|parent| format!("{parent}/{:02}-new-thing", last + 1));
    fs::copy(copy.path(&format!("{solution}/src/lib.rs")), copy.path(&format!("{exercise}/src/lib.rs"))).unwrap();
    let passed = BTreeMap::from([("average-price".to_owned(), "passed".to_owned())]);
    assert_eq!(copy.verdicts("new-thing"), passed);
}

#[test]
fn verify_finds_nothing_wrong_with_a_new_step_and_lists_what_is_to_be_written() {
    let copy = Copy::new();
    assert_eq!(copy.xtask(&["new", "new-thing"]).code, 0);
    let verified = copy.xtask(&["verify", "new-thing"]);
    assert_eq!(verified.code, 1, "{}", verified.stderr);
    assert!(!verified.stdout.contains("Faults"), "{}", verified.stdout);
    for place in ["README.md:1: ", "exercise.toml:1: ", "cases.rs:", "src/lib.rs:1: ", "mistakes.toml:"] {
        assert!(verified.stdout.contains(&format!("-new-thing/{place}")), "{place}: {}", verified.stdout);
    }
    assert!(verified.stdout.contains("-new-thing/tests/new_thing.rs:"), "{}", verified.stdout);
    assert!(verified.stdout.contains("exercises/README.md:"), "{}", verified.stdout);
}

#[test]
fn nothing_is_left_for_bless_to_record_and_for_rustfmt_to_change() {
    let copy = Copy::new();
    // Before and behind `harness` in the order of imports.
    for name in ["adam", "newton"] {
        assert_eq!(copy.xtask(&["new", name]).code, 0);
        let blessed = copy.xtask(&["bless", name]);
        assert!(blessed.stdout.starts_with("Nothing to record"), "{}", blessed.stdout);
    }
    let sources = copy.files().into_keys().filter(|path| {
        let path = path.to_str().unwrap();
        path.ends_with(".rs") && (path.contains("-adam") || path.contains("-newton"))
    });
    let sources: Vec<PathBuf> = sources.collect();
    assert_eq!(sources.len(), 8);
    let checked = Command::new("rustfmt").args(["--check", "--edition", "2024"]).args(sources).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&checked.stdout), "");
    assert!(checked.status.success());
}

#[test]
fn a_stub_follows_its_solution_when_bless_is_asked_to_write_it() {
    let copy = Copy::new();
    assert_eq!(copy.xtask(&["new", "new-thing"]).code, 0);
    let exercise = copy.folders("exercises").pop().unwrap();
    let (stub, solution) = (format!("exercises/{exercise}/src/lib.rs"), format!("solutions/{exercise}/src/lib.rs"));
    let renewed = copy.read(&solution).replace("The average price of some", "The mean price of some");
    fs::write(copy.path(&solution), renewed).unwrap();

    let before = copy.read(&stub);
    assert_eq!(copy.xtask(&["bless", "new-thing", "--yes"]).code, 0);
    assert_eq!(copy.read(&stub), before);
    // Nobody is there to be asked.
    assert_eq!(copy.xtask(&["bless", "new-thing", "--stub"]).code, 2);
    assert_eq!(copy.read(&stub), before);
    assert_eq!(copy.xtask(&["bless", "new-thing", "--stub", "--yes"]).code, 0);
    assert_eq!(copy.read(&stub), before.replace("The average price of some", "The mean price of some"));
}

#[test]
fn a_step_in_the_middle_moves_those_behind_it() {
    let copy = Copy::new();
    let before = copy.folders("exercises");
    let made = copy.xtask(&["new", "new-thing", "--after", "gradient"]);
    assert_eq!((made.code, made.stderr.as_str()), (0, ""));

    let mut expected = before[..2].to_vec();
    expected.push("03-new-thing".to_owned());
    expected.extend(before[2..].iter().map(|folder| {
        let (number, name) = folder.split_once('-').unwrap();
        format!("{:02}-{name}", number.parse::<u32>().unwrap() + 1)
    }));
    assert_eq!(copy.folders("exercises"), expected);
    assert_eq!(copy.folders("solutions"), expected);
    assert!(made.stdout.contains("  03-single-weight -> 04-single-weight\n"), "{}", made.stdout);

    let map = copy.read("exercises/README.md");
    let row = |text: &str| map.lines().position(|line| line.starts_with(text)).unwrap_or_else(|| panic!("{text}"));
    assert_eq!(row("| 3 | [`03-new-thing`](03-new-thing/README.md) |"), row("| 2 | [`02-gradient`]") + 1);
    assert_eq!(row("| 4 | [`04-single-weight`](04-single-weight/README.md) |"), row("| 2 | [`02-gradient`]") + 2);
    let lesson = copy.read("exercises/04-single-weight/README.md");
    assert!(lesson.starts_with("# Step 4: ") && lesson.contains("cargo xtask grade 4"));
    assert!(lesson.contains("](../05-multi-weight/README.md)") && !lesson.contains("04-multi-weight"));
    // The steps of a descent are no steps of the course.
    assert!(lesson.contains("\n    step 0:  weight 100 "));

    assert_eq!(copy.verdicts("3").values().collect::<Vec<_>>(), ["not_started"]);
    assert!(copy.verdicts("4").values().all(|verdict| verdict == "not_started"));
}

#[test]
fn lines_that_may_name_a_moved_step_are_listed() {
    let copy = Copy::new();
    fs::write(copy.path("exercises/01-loss/README.md"), "# Step 1\n\nStep 2 is next, then step 3.\nIn 3 steps.\n")
        .unwrap();
    let made = copy.xtask(&["new", "new-thing", "--after", "2"]);
    // The README has lost its table; bless has nothing to say about another step's.
    assert_eq!((made.code, made.stderr.as_str()), (0, ""));
    assert!(made.stdout.contains("\n  exercises/01-loss/README.md:3\n"), "{}", made.stdout);
}

#[test]
fn git_sees_a_moved_step_as_renamed() {
    let copy = Copy::in_git();
    let (last, name) = last_step(&copy);
    let previous = (last - 1).to_string();
    let made = copy.xtask(&["new", "new-thing", "--after", &previous]);
    assert_eq!((made.code, made.stderr.as_str()), (0, ""));
    let status = copy.git(&["status", "--porcelain"]);
    for path in [format!("exercises/{last:02}-{name}/exercise.toml"), format!("solutions/{last:02}-{name}/Cargo.toml")]
    {
        let moved = path.replace(&format!("{last:02}-{name}"), &format!("{:02}-{name}", last + 1));
        assert!(status.contains(&format!("R  {path} -> {moved}\n")), "{status}");
    }
    assert!(status.contains(&format!("?? exercises/{last:02}-new-thing/\n")), "{status}");
}

#[test]
fn everything_is_undone_when_the_answers_cannot_be_recorded() {
    for copy in [Copy::new(), Copy::in_git()] {
        let before = copy.files();
        let made = copy.xtask_with_cargo(&["new", "new-thing", "--after", "2"], "no-such-cargo");
        assert_eq!(made.code, 2);
        assert!(made.stderr.contains("cargo could not be started"), "{}", made.stderr);
        assert!(copy.files() == before, "the course is not as it was");
        if copy.path(".git").exists() {
            assert_eq!(copy.git(&["status", "--porcelain"]), "");
        }
    }
}

#[test]
fn what_cannot_be_is_refused_with_a_reason_and_changes_nothing() {
    let copy = Copy::new();
    let before = copy.files();
    for (arguments, reason) in [
        (&["new", "New_Thing"][..], "lower-case letters, digits and single hyphens"),
        (&["new", "loss"], "step 1 has the name"),
        (&["new", "clap"], "a package `clap` already"),
        (&["new", "harness"], "a package `harness` already"),
        (&["new", "while"], "a word of Rust's own"),
        (&["new", "core"], "Rust, Cargo or the grader needs the name"),
        (&["new", "new-thing", "--after", "gradeint"], "did you mean `gradient`?"),
    ] {
        let refused = copy.xtask(arguments);
        assert_eq!((refused.code, refused.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(refused.stderr.contains(reason), "{arguments:?}: {}", refused.stderr);
        assert_eq!(refused.stderr.lines().count(), 1, "{}", refused.stderr);
    }
    assert!(copy.files() == before, "a refusal changed the course");
}

#[test]
fn half_a_step_must_be_finished_or_deleted_first() {
    for half in ["exercises/42-half", "solutions/42-half"] {
        let copy = Copy::new();
        fs::create_dir_all(copy.path(half)).unwrap();
        let refused = copy.xtask(&["new", "new-thing"]);
        assert_eq!(refused.code, 2);
        assert!(refused.stderr.starts_with(&format!("error: {half}: half a step is here")), "{}", refused.stderr);
        assert!(!copy.folders("exercises").iter().any(|folder| folder.ends_with("new-thing")));
    }
}
