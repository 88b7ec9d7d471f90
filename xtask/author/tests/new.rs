//! `cargo xtask new` on a copy of the course: what it makes, what it moves and what it refuses.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use fs_err as fs;
use serde_json::Value;
use testkit::{Course, Program, Run};

const PROGRAM: Program = testkit::program!("author");

/// A copy of the course.
fn copy(name: &str) -> Course {
    PROGRAM.course(name).with_all_steps()
}

/// The copy as a git checkout with everything committed.
fn copy_in_git(name: &str) -> Course {
    let copy = copy(name);
    copy.write(".gitignore", "target/\n");
    git(&copy, &["init", "--quiet"]);
    git(&copy, &["add", "--all"]);
    let person = ["-c", "user.name=A Person", "-c", "user.email=person@example.org", "-c", "commit.gpgsign=false"];
    git(&copy, &[&person[..], &["commit", "--quiet", "--message", "The course"]].concat());
    copy
}

fn git(copy: &Course, arguments: &[&str]) -> String {
    let run = Run::from(copy.command_in(Path::new("git")).args(arguments).output().unwrap());
    assert_eq!(run.code, 0, "git {arguments:?}: {}", run.stderr);
    run.stdout
}

/// The verdict on each case of a step, by the case's name.
fn verdicts(copy: &Course, step: &str) -> BTreeMap<String, String> {
    let report = copy.grade_as_json(&[step]);
    let cases = report["steps"][0]["cases"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    cases.iter().map(|case| (text(&case["name"]), text(&case["verdict"]["kind"]))).collect()
}

/// The names of the folders of steps in a folder of the course.
fn folders(copy: &Course, parent: &str) -> Vec<String> {
    let entries = fs::read_dir(copy.path(parent)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut folders: Vec<String> =
        names.filter(|name| name.starts_with(|first: char| first.is_ascii_digit())).collect();
    folders.sort();
    folders
}

fn last_step(copy: &Course) -> (u32, String) {
    let last = folders(copy, "exercises").pop().unwrap();
    let (number, name) = last.split_once('-').unwrap();
    (number.parse().unwrap(), name.to_owned())
}

#[test]
fn a_new_step_is_graded_as_not_started_and_passes_with_its_solution() {
    let copy = copy("new-step");
    let (last, _) = last_step(&copy);
    let made = copy.xtask(&["new", "new-thing"]);
    assert_eq!((made.code, made.stderr.as_str()), (0, ""));
    assert!(made.stdout.contains(&format!("Made step {} new-thing", last + 1)), "{}", made.stdout);
    assert_eq!(folders(&copy, "exercises").pop(), Some(format!("{:02}-new-thing", last + 1)));
    assert_eq!(folders(&copy, "exercises"), folders(&copy, "solutions"));

    let not_started = BTreeMap::from([("average-price".to_owned(), "not_started".to_owned())]);
    assert_eq!(verdicts(&copy, "new-thing"), not_started);

    let [exercise, solution] = ["exercises", "solutions"].map(|parent| format!("{parent}/{:02}-new-thing", last + 1));
    copy.write(&format!("{exercise}/src/lib.rs"), &copy.read(&format!("{solution}/src/lib.rs")));
    let passed = BTreeMap::from([("average-price".to_owned(), "passed".to_owned())]);
    assert_eq!(verdicts(&copy, "new-thing"), passed);
}

#[test]
fn verify_finds_nothing_wrong_with_a_new_step_and_lists_what_is_to_be_written() {
    let copy = copy("new-verified");
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
    let copy = copy("new-formatted");
    // Before and behind `harness` in the order of imports.
    for name in ["adam", "newton"] {
        assert_eq!(copy.xtask(&["new", name]).code, 0);
        let blessed = copy.xtask(&["bless", name]);
        assert!(blessed.stdout.starts_with("Nothing to record"), "{}", blessed.stdout);
    }
    let of_new_steps = |path: &String| path.ends_with(".rs") && (path.contains("-adam") || path.contains("-newton"));
    let sources: Vec<PathBuf> = copy.files().into_keys().filter(of_new_steps).map(|path| copy.path(&path)).collect();
    assert_eq!(sources.len(), 10);
    let checked = Command::new("rustfmt").args(["--check", "--edition", "2024"]).args(sources).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&checked.stdout), "");
    assert!(checked.status.success());
}

#[test]
fn a_stub_follows_its_solution_when_bless_is_asked_to_write_it() {
    let copy = copy("new-stub");
    assert_eq!(copy.xtask(&["new", "new-thing"]).code, 0);
    let exercise = folders(&copy, "exercises").pop().unwrap();
    let (stub, solution) = (format!("exercises/{exercise}/src/lib.rs"), format!("solutions/{exercise}/src/lib.rs"));
    let renewed = copy.read(&solution).replace("The average price of some", "The mean price of some");
    copy.write(&solution, &renewed);

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
    let copy = copy("new-in-the-middle");
    let before = folders(&copy, "exercises");
    let made = copy.xtask(&["new", "new-thing", "--after", "gradient"]);
    assert_eq!((made.code, made.stderr.as_str()), (0, ""));

    let mut expected = before[..2].to_vec();
    expected.push("03-new-thing".to_owned());
    expected.extend(before[2..].iter().map(|folder| {
        let (number, name) = folder.split_once('-').unwrap();
        format!("{:02}-{name}", number.parse::<u32>().unwrap() + 1)
    }));
    assert_eq!(folders(&copy, "exercises"), expected);
    assert_eq!(folders(&copy, "solutions"), expected);
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

    assert_eq!(verdicts(&copy, "3").values().collect::<Vec<_>>(), ["not_started"]);
    assert!(verdicts(&copy, "4").values().all(|verdict| verdict == "not_started"));
}

#[test]
fn lines_that_may_name_a_moved_step_are_listed() {
    let copy = copy("new-listed");
    copy.write("exercises/01-loss/README.md", "# Step 1\n\nStep 2 is next, then step 3.\nIn 3 steps.\n");
    let made = copy.xtask(&["new", "new-thing", "--after", "2"]);
    // The README has lost its table; bless has nothing to say about another step's.
    assert_eq!((made.code, made.stderr.as_str()), (0, ""));
    assert!(made.stdout.contains("\n  exercises/01-loss/README.md:3\n"), "{}", made.stdout);
}

#[test]
fn git_sees_a_moved_step_as_renamed() {
    let copy = copy_in_git("new-in-git");
    let (last, name) = last_step(&copy);
    let previous = (last - 1).to_string();
    let made = copy.xtask(&["new", "new-thing", "--after", &previous]);
    assert_eq!((made.code, made.stderr.as_str()), (0, ""));
    let status = git(&copy, &["status", "--porcelain"]);
    for path in [format!("exercises/{last:02}-{name}/exercise.toml"), format!("solutions/{last:02}-{name}/Cargo.toml")]
    {
        let moved = path.replace(&format!("{last:02}-{name}"), &format!("{:02}-{name}", last + 1));
        assert!(status.contains(&format!("R  {path} -> {moved}\n")), "{status}");
    }
    assert!(status.contains(&format!("?? exercises/{last:02}-new-thing/\n")), "{status}");
}

#[test]
fn everything_is_undone_when_the_answers_cannot_be_recorded() {
    for copy in [copy("new-undone"), copy_in_git("new-undone-in-git")] {
        let before = copy.files();
        let made = copy.xtask_in(&["new", "new-thing", "--after", "2"], &[("CARGO", "no-such-cargo")]);
        assert_eq!(made.code, 2);
        assert!(made.stderr.contains("cargo could not be started"), "{}", made.stderr);
        assert!(copy.files() == before, "the course is not as it was");
        if copy.path(".git").exists() {
            assert_eq!(git(&copy, &["status", "--porcelain"]), "");
        }
    }
}

#[test]
fn what_cannot_be_is_refused_with_a_reason_and_changes_nothing() {
    let copy = copy("new-refused");
    let before = copy.files();
    for (arguments, reason) in [
        (&["new", "New_Thing"][..], "lower-case letters, digits and single hyphens"),
        (&["new", "loss"], "step 1 has the name"),
        (&["new", "serde"], "a package `serde` already"),
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
    for (name, half) in [("new-half-exercise", "exercises/42-half"), ("new-half-solution", "solutions/42-half")] {
        let copy = copy(name);
        fs::create_dir_all(copy.path(half)).unwrap();
        let refused = copy.xtask(&["new", "new-thing"]);
        assert_eq!(refused.code, 2);
        assert!(refused.stderr.starts_with(&format!("error: {half}: there is half a step here")), "{}", refused.stderr);
        assert!(!folders(&copy, "exercises").iter().any(|folder| folder.ends_with("new-thing")));
    }
}
