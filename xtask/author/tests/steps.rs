//! The commands that change which steps there are, on a copy of the course: what they make, what they move, what they
//! refuse, and what is left where they are interrupted.

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

/// Asserts that a copy has just these files, with these texts.
#[track_caller]
fn assert_same_files(copy: &Course, files: &BTreeMap<String, String>) {
    let now = copy.files();
    let differs = |file: &&String| now.get(*file) != files.get(*file);
    let differing: Vec<String> = now
        .keys()
        .chain(files.keys())
        .filter(differs)
        .map(|file| {
            let lines = |files: &BTreeMap<String, String>| {
                files.get(file).map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>()).unwrap_or_default()
            };
            let (old, new) = (lines(files), lines(&now));
            let at = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
            format!("{file}:{}: {:?}, was {:?}", at + 1, new.get(at), old.get(at))
        })
        .collect();
    assert!(differing.is_empty(), "{}", differing.join("\n"));
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

    let not_started = BTreeMap::from([("average".to_owned(), "not_started".to_owned())]);
    assert_eq!(verdicts(&copy, "new-thing"), not_started);

    let [exercise, solution] = ["exercises", "solutions"].map(|parent| format!("{parent}/{:02}-new-thing", last + 1));
    copy.write(&format!("{exercise}/src/lib.rs"), &copy.read(&format!("{solution}/src/lib.rs")));
    let passed = BTreeMap::from([("average".to_owned(), "passed".to_owned())]);
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
    let renewed = copy.read(&solution).replace("The average of some", "The mean of some");
    copy.write(&solution, &renewed);

    let before = copy.read(&stub);
    assert_eq!(copy.xtask(&["bless", "new-thing", "--yes"]).code, 0);
    assert_eq!(copy.read(&stub), before);
    // Nobody is there to be asked.
    assert_eq!(copy.xtask(&["bless", "new-thing", "--stub"]).code, 2);
    assert_eq!(copy.read(&stub), before);
    assert_eq!(copy.xtask(&["bless", "new-thing", "--stub", "--yes"]).code, 0);
    assert_eq!(copy.read(&stub), before.replace("The average of some", "The mean of some"));
}

/// The folders of the copy with another one in their place, numbered in their order.
fn numbered(folders: &[String], change: impl FnOnce(&mut Vec<String>)) -> Vec<String> {
    let mut names = folders.iter().map(|folder| folder.split_once('-').unwrap().1.to_owned()).collect();
    change(&mut names);
    names.iter().enumerate().map(|(at, name)| format!("{:02}-{name}", at + 1)).collect()
}

/// The rows of the map that begin with a number, each with the folder that it links to.
fn map_of(copy: &Course) -> Vec<(String, String)> {
    let map = copy.read("exercises/README.md");
    let row = |line: &str| {
        let (number, rest) = line.strip_prefix("| ")?.split_once(" | [`")?;
        Some((number.to_owned(), rest.split_once('`')?.0.to_owned()))
    };
    map.lines().filter_map(row).collect()
}

#[test]
fn a_step_in_the_middle_moves_those_behind_it() {
    let copy = copy("new-in-the-middle");
    let before = folders(&copy, "exercises");
    let [name, second] = [0, 1].map(|at| before[at + 1].split_once('-').unwrap().1.to_owned());
    let made = copy.xtask(&["new", "new-thing", "--after", &name, "--yes"]);
    assert_eq!((made.code, made.stderr.as_str()), (0, ""));

    let expected = numbered(&before, |names| names.insert(2, "new-thing".to_owned()));
    assert_eq!(folders(&copy, "exercises"), expected);
    assert_eq!(folders(&copy, "solutions"), expected);
    assert!(made.stdout.contains(&format!("  {} -> {}\n", before[2], expected[3])), "{}", made.stdout);
    let of_map: Vec<(String, String)> =
        expected.iter().enumerate().map(|(at, folder)| ((at + 1).to_string(), folder.clone())).collect();
    assert_eq!(map_of(&copy), of_map);
    let lesson = copy.read(&format!("exercises/{}/README.md", expected[3]));
    assert!(lesson.starts_with("# Step 4: "), "{lesson}");
    assert!(!copy.read(&format!("exercises/{}/README.md", expected[1])).contains(&before[2]));

    assert_eq!(verdicts(&copy, "new-thing").values().collect::<Vec<_>>(), ["not_started"]);
    assert!(verdicts(&copy, &second).values().all(|verdict| verdict == "not_started"));
}

#[test]
fn a_step_moves_to_every_place_and_back_with_all_that_names_it() {
    let copy = copy("moved");
    let before = folders(&copy, "exercises");
    let names: Vec<String> = before.iter().map(|folder| folder.split_once('-').unwrap().1.to_owned()).collect();
    // What a student has written moves with the step.
    copy.append(&format!("exercises/{}/src/lib.rs", before[0]), "// mine\n");
    let files = copy.files();
    for place in 1..names.len() {
        let moved = copy.xtask(&["move", &names[0], "--after", &names[place], "--yes"]);
        assert_eq!((moved.code, moved.stderr.as_str()), (0, ""), "{}", moved.stdout);
        let expected = numbered(&before, |names| {
            let name = names.remove(0);
            names.insert(place, name);
        });
        assert_eq!(folders(&copy, "exercises"), expected);
        assert_eq!(folders(&copy, "solutions"), expected);
        assert!(copy.read(&format!("exercises/{}/src/lib.rs", expected[place])).ends_with("// mine\n"));
        // The rows of the map stay in their table.
        let mut rows = map_of(&copy);
        rows.sort_by_key(|(number, _)| number.parse::<u32>().unwrap());
        assert_eq!(rows.into_iter().map(|(_, folder)| folder).collect::<Vec<_>>(), expected);
        let back = copy.xtask(&["move", &names[0], "--first", "--yes"]);
        assert_eq!((back.code, back.stderr.as_str()), (0, ""));
        assert_same_files(&copy, &files);
    }
    let there = copy.xtask(&["move", &names[1], "--after", &names[0]]);
    assert_eq!((there.code, copy.files() == files), (0, true), "{}", there.stdout);
}

#[test]
fn a_step_gets_another_name_and_its_old_one_back() {
    let copy = copy("renamed");
    let files = copy.files();
    let (old, new) = ("learning-rate", "how-far");
    let renamed = copy.xtask(&["rename", old, new, "--yes"]);
    assert_eq!((renamed.code, renamed.stderr.as_str()), (0, ""), "{}", renamed.stdout);
    let folder = folders(&copy, "solutions").into_iter().find(|folder| folder.ends_with(new)).unwrap();
    assert!(copy.read(&format!("exercises/{folder}/cases.rs")).contains("use how_far::"));
    assert!(copy.read(&format!("exercises/{folder}/README.md")).contains("cargo run -p how-far "));
    assert!(copy.read("README.md").contains("cargo xtask plot how-far --experiment"));
    assert!(verdicts(&copy, new).values().all(|verdict| verdict == "not_started"));
    assert_eq!(copy.xtask(&["rename", new, old, "--yes"]).code, 0);
    assert_same_files(&copy, &files);

    // What is said of mistakes names this one, also where it is recorded.
    assert_eq!(copy.xtask(&["rename", "multi-weight", "many", "--yes"]).code, 0);
    let of_mistakes = |(path, text): (String, String)| {
        (path.ends_with(".toml") || path.contains("/mistakes/")).then(|| text.matches("step `multi-weight`").count())
    };
    assert_eq!(copy.files().into_iter().filter_map(of_mistakes).sum::<usize>(), 0);
}

#[test]
fn a_new_step_that_is_removed_has_left_nothing() {
    let copy = copy("removed");
    let files = copy.files();
    let made = copy.xtask(&["new", "new-thing", "--after", "gradient", "--yes"]);
    assert_eq!((made.code, made.stderr.as_str()), (0, ""), "{}", made.stdout);
    let removed = copy.xtask(&["remove", "new-thing", "--yes"]);
    assert_eq!((removed.code, removed.stderr.as_str()), (0, ""));
    assert!(removed.stdout.contains("Nothing can bring it back"), "{}", removed.stdout);
    assert_same_files(&copy, &files);
}

#[test]
fn a_removed_step_is_one_that_git_has_whole() {
    let copy = copy_in_git("removed-in-git");
    let folder = folders(&copy, "exercises").remove(1);
    let source = format!("exercises/{folder}/src/lib.rs");
    let stub = copy.read(&source);
    copy.append(&source, "// mine\n");
    let before = copy.files();
    let refused = copy.xtask(&["remove", "gradient", "--yes"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (2, ""));
    assert!(
        refused.stderr.starts_with(&format!("error: {source}: this file has changes that git does not have")),
        "{}",
        refused.stderr
    );
    assert_same_files(&copy, &before);

    copy.write(&source, &stub);
    let removed = copy.xtask(&["remove", "gradient", "--yes"]);
    assert_eq!((removed.code, removed.stderr.as_str()), (0, ""), "{}", removed.stdout);
    // What speaks of it cannot be rewritten by a program.
    assert!(
        removed.stdout.contains("\nThese lines name it, and are yours to change:\n  exercises/01-loss/README.md:"),
        "{}",
        removed.stdout
    );
    assert!(folders(&copy, "solutions").iter().all(|folder| !folder.ends_with("-gradient")));
    assert!(folders(&copy, "exercises")[1].ends_with("-single-weight"));
    assert_eq!(map_of(&copy).len(), folders(&copy, "exercises").len());
    assert!(!copy.read("Cargo.lock").contains("\"gradient"));
}

#[test]
fn nothing_changes_where_nobody_agrees() {
    let copy = copy("not-agreed");
    let before = copy.files();
    for (arguments, remedy) in [
        (&["new", "new-thing", "--after", "loss"][..], "`cargo xtask new new-thing --after loss --yes`"),
        (&["rename", "loss", "lost"], "`cargo xtask rename loss lost --yes`"),
        (&["move", "loss", "--after", "gradient"], "`cargo xtask move loss --after gradient --yes`"),
        (&["remove", "loss"], "`cargo xtask remove loss --yes`"),
    ] {
        let refused = copy.xtask(arguments);
        assert_eq!(refused.code, 2, "{}", refused.stdout);
        assert!(refused.stderr.ends_with(&format!("run {remedy}\n")), "{}", refused.stderr);
        assert!(refused.stdout.contains("\n  exercises/README.md: "), "{}", refused.stdout);
        assert_same_files(&copy, &before);
    }
}

/// Whether a command ends by a signal, with programs from another place before all others.
#[cfg(unix)]
fn killed(copy: &Course, arguments: &[&str], path: &str) -> bool {
    copy.command(arguments).env("PATH", path).output().unwrap().status.code().is_none()
}

/// Kills the command at moments between its parts: where it asks git, and where it has cargo build.
#[cfg(unix)]
#[test]
fn a_command_that_is_killed_has_done_nothing_or_is_finished_by_the_next_one() {
    let copy = copy("killed");
    copy.write_script(
        "bin/git",
        "echo git $1 >> calls\n[ \"$1\" != \"$(cat dies-at 2>/dev/null)\" ] || kill -9 $PPID\n\
         echo fatal: not a git repository >&2\nexit 128\n",
    );
    copy.write_script("bin/cargo", "kill -9 $(cat dies-in)\nexit 1\n");
    let path = format!("{}:{}", copy.path("bin").display(), std::env::var("PATH").unwrap());
    let before = copy.files();
    copy.write("dies-at", "ls-files");
    assert!(killed(&copy, &["remove", "gradient", "--yes"], &path));
    for left in ["dies-at", "calls"] {
        copy.remove(left);
    }
    assert_same_files(&copy, &before);

    copy.write("dies-at", "rev-parse");
    assert!(killed(&copy, &["move", "loss", "--after", "gradient", "--yes"], &path));
    assert!(copy.path(".course-change").exists());
    for left in ["dies-at", "calls"] {
        copy.remove(left);
    }
    let listed = copy.xtask(&["list"]);
    let note = "note: a change of the steps was interrupted, and they may be half changed; `cargo xtask verify` ";
    assert!(listed.stderr.starts_with(note) && listed.stderr.lines().count() == 1, "{}", listed.stderr);
    let next = copy.xtask(&["move", "gradient", "--after", "loss", "--yes"]);
    assert_eq!(
        (next.code, next.stderr.as_str()),
        (0, "note: a change of the steps had been interrupted; it is complete now\n")
    );
    assert_same_files(&copy, &before);
}

/// Ctrl-C comes while the answers of a new step are recorded.
#[cfg(unix)]
#[test]
fn a_new_step_that_is_interrupted_is_undone() {
    let copy = copy("new-interrupted");
    let before = copy.files();
    copy.write_script("target/cargo", "touch called\nexec sleep 60\n");
    let mut command = copy.command(&["new", "new-thing", "--after", "loss", "--yes"]);
    let mut new = command.env("CARGO", copy.path("target/cargo")).stdout(std::process::Stdio::null()).spawn().unwrap();
    while new.try_wait().unwrap().is_none() && !copy.path("called").exists() {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    assert!(Command::new("kill").args(["-INT", &new.id().to_string()]).status().unwrap().success());
    assert_eq!(new.wait().unwrap().code(), Some(130));
    copy.remove("called");
    assert_same_files(&copy, &before);
    assert!(!copy.path(".course-change").exists());
}

#[test]
fn who_uses_a_course_while_it_is_changed_is_told_to_wait() {
    let copy = copy("under-way");
    copy.write(".course-change/journal.json", "{}");
    copy.write(".course-change/lock", "");
    let lock = fs::File::open(copy.path(".course-change/lock")).unwrap();
    lock.file().try_lock().unwrap();
    let listed = copy.xtask(&["list"]);
    assert_eq!(
        (listed.code, listed.stderr.as_str()),
        (0, "note: another command is changing this course; run this again when it has ended\n")
    );
}

#[test]
fn git_sees_a_moved_step_as_renamed() {
    let copy = copy_in_git("new-in-git");
    let (last, name) = last_step(&copy);
    let previous = (last - 1).to_string();
    let made = copy.xtask(&["new", "new-thing", "--after", &previous, "--yes"]);
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
        let made = copy.xtask_in(&["new", "new-thing", "--after", "2", "--yes"], &[("CARGO", "no-such-cargo")]);
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
        (&["new", "loss"], "has the name"),
        (&["new", "serde"], "a package `serde` already"),
        (&["new", "harness"], "a package `harness` already"),
        (&["new", "while"], "a word of Rust's own"),
        (&["new", "core"], "Rust, Cargo or the grader needs the name"),
        (&["new", "new-thing", "--after", "gradeint"], "did you mean `gradient`?"),
        (&["rename", "loss", "gradient"], "has the name"),
        (&["rename", "loss", "New_Thing"], "lower-case letters, digits and single hyphens"),
        (&["rename", "lsos", "new-thing"], "did you mean `loss`?"),
        (&["move", "loss", "--after", "loss"], "step loss cannot follow itself"),
        (&["remove", "lsos"], "did you mean `loss`?"),
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
