//! `cargo xtask handout --update` and `cargo xtask update`, with git: an instructor's copy, a student who has cloned it,
//! and a course that goes on changing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fs_err as fs;
use serde_json::Value;
use tempfile::TempDir;
use testkit::{Course, Program, Run, changed};

const PROGRAM: Program = testkit::program!("author");

/// A course, the copy that was handed out, and a student's clone of it.
struct World {
    course: Course,
    folder: TempDir,
}

impl World {
    /// Hands the course out. All that is built for students is built in one place.
    fn of(name: &str) -> Self {
        let course = PROGRAM.course(name).with_all_steps();
        course.write(".gitignore", "target/\nlib.*.rs\n!lib.rs\n/.course-change\n");
        let world = Self { course, folder: tempfile::tempdir().unwrap() };
        let made = world.handout(&[]);
        assert_eq!((made.code, made.stderr.as_str()), (0, ""), "{}", made.stdout);
        world.git(&world.copy(), &["init", "--quiet", "--initial-branch=main"]);
        world.commit(&world.copy(), "The course");
        world.git(&world.copy(), &["clone", "--quiet", ".", world.clone().to_str().unwrap()]);
        world
    }

    fn copy(&self) -> PathBuf {
        self.folder.path().join("copy")
    }

    fn clone(&self) -> PathBuf {
        self.folder.path().join("clone")
    }

    fn handout(&self, options: &[&str]) -> Run {
        let copy = self.copy();
        self.course.xtask(&[&["handout"], options, &[copy.to_str().unwrap()]].concat())
    }

    /// Updates the copy, and returns what was said.
    fn update(&self) -> String {
        let run = self.handout(&["--update"]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
        run.stdout
    }

    /// The same after an update that did not end, which may be completed first.
    fn update_again(&self) {
        let run = self.handout(&["--update"]);
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    }

    fn try_git(&self, folder: &Path, arguments: &[&str]) -> Run {
        let person = ["-c", "user.name=A Person", "-c", "user.email=person@example.org", "-c", "commit.gpgsign=false"];
        let mut command = self.course.command_in(Path::new("git"));
        command.env_remove("GIT_CEILING_DIRECTORIES").env("GIT_CONFIG_GLOBAL", "/dev/null");
        Run::from(command.args(person).args(arguments).current_dir(folder).output().unwrap())
    }

    #[track_caller]
    fn git(&self, folder: &Path, arguments: &[&str]) -> String {
        let run = self.try_git(folder, arguments);
        assert_eq!(run.code, 0, "git {arguments:?}: {}{}", run.stdout, run.stderr);
        run.stdout
    }

    #[track_caller]
    fn commit(&self, folder: &Path, message: &str) {
        self.git(folder, &["add", "--all"]);
        self.git(folder, &["commit", "--quiet", "--message", message]);
    }

    fn pull(&self) -> Run {
        self.try_git(&self.clone(), &["pull", "--quiet", "--no-rebase", "--no-edit"])
    }

    /// A command of the student's, in the clone.
    fn student(&self, arguments: &[&str]) -> Run {
        let clone = self.clone();
        let mut command = self.course.command_in(Path::new(PROGRAM.path));
        command.env("CARGO_BUILD_BUILD_DIR", Path::new(PROGRAM.folder).join("students"));
        command.env("CARGO_BUILD_TARGET_DIR", clone.join("target"));
        command.arg("--course").arg(&clone).args(arguments).current_dir(&clone);
        Run::from(command.output().unwrap())
    }

    /// The verdict on each case of a step in the clone.
    fn verdicts(&self, step: &str) -> BTreeMap<String, String> {
        let report = self.student(&["grade", step, "--format", "json"]).report();
        let cases = report["steps"][0]["cases"].as_array().unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        cases.iter().map(|case| (text(&case["name"]), text(&case["verdict"]["kind"]))).collect()
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.clone().join(path)).unwrap()
    }

    /// Adds to the end of a file of the student's, which need not be there.
    fn append(&self, path: &str, text: &str) {
        let old = fs::read_to_string(self.clone().join(path)).unwrap_or_default();
        fs::write(self.clone().join(path), old + text).unwrap();
    }

    /// Changes a file of the student's.
    fn write(&self, path: &str, changes: &[(&str, &str)]) {
        let text = changes.iter().fold(self.read(path), |text, (from, to)| changed(&text, from, to));
        fs::write(self.clone().join(path), text).unwrap();
    }
}

/// The files of a folder, but for git's.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let entries = walkdir::WalkDir::new(folder).into_iter();
    let entries = entries.filter_entry(|entry| entry.file_name() != ".git" && entry.file_name() != "target");
    let files = entries.map(Result::unwrap).filter(|entry| entry.file_type().is_file());
    let name = |path: &Path| path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
    files
        .map(|entry| (name(entry.path()), String::from_utf8_lossy(&fs::read(entry.path()).unwrap()).into_owned()))
        .collect()
}

const PREDICT: (&str, &str) =
    ("todo!(\"return the base price plus the weight for every square foot\")", "base() + sqft_weight * sqft");
const SQUARED_ERROR: (&str, &str) = ("todo!(\"return the square of the difference\")", "square(predicted - actual)");
const LOSS: (&str, &str) = (
    "todo!(\"add up the squared errors of the predictions for all houses\")",
    "// Mine.\n    houses.iter().map(|house| squared_error(predict(sqft_weight, house.sqft), house.price)).sum()",
);
const HELPERS: (&str, &str) = (
    "/// How wrong one prediction is",
    "fn base() -> f64 {\n    BASE_PRICE\n}\n\nfn square(x: f64) -> f64 {\n    x * x\n}\n\n/// How wrong one prediction is",
);

const WORDS: &str = "\n// My own words.\n";

/// What instructors do in a term, and what a student with work in several steps gets of it.
#[test]
fn a_students_work_goes_through_an_update_of_the_course() {
    let world = World::of("update");
    let course = &world.course;
    // The student.
    world.write("exercises/01-loss/src/lib.rs", &[PREDICT, SQUARED_ERROR, LOSS, HELPERS]);
    let direction = "todo!(\"decide by the sign of the gradient which way is down\")";
    let own = "match gradient {\n        slope if slope < 0.0 => Direction::Increase,\n        slope if slope > 0.0 => \
               Direction::Decrease,\n        _ => Direction::AtMinimum,\n    }";
    world.write("exercises/02-gradient/src/lib.rs", &[(direction, own)]);
    for folder in ["06-study-score", "07-closed-form"] {
        world.append(&format!("exercises/{folder}/src/lib.rs"), WORDS);
    }
    let before = ["loss", "gradient"].map(|step| world.verdicts(step));
    assert!(before[0].values().all(|verdict| verdict == "passed"), "{before:?}");
    assert_eq!(before[1].values().filter(|verdict| *verdict == "passed").count(), 1, "{before:?}");
    world.commit(&world.clone(), "My work");

    // The course.
    let loss = course.named("loss");
    let swapped = "calculate_loss(sqft_weight: f64, houses: &[House])";
    loss.change("solution/src/lib.rs", "calculate_loss(houses: &[House], sqft_weight: f64)", swapped);
    let swap = |call: &str| match call.split_once(", weight)") {
        Some((houses, rest)) => format!("weight, {houses}){rest}"),
        None => call.to_owned(),
    };
    // With one more weight in a case.
    let cases = loss.read("exercise/cases.rs");
    let mut parts = cases.split("calculate_loss(");
    let head = parts.next().unwrap_or_default().to_owned();
    let cases = [head].into_iter().chain(parts.map(swap)).collect::<Vec<_>>().join("calculate_loss(");
    loss.write("exercise/cases.rs", &changed(&cases, "250.0, 300.0] {", "250.0, 300.0, 350.0] {"));
    let gradient = course.named("gradient");
    gradient.change("solution/src/lib.rs", "The direction in which a weight has to move", "Where a weight has to move");
    let lesson = "exercises/03-single-weight/README.md";
    course.change(lesson, "\n## Think about it\n", "\nOne more sentence.\n\n## Think about it\n");
    course.step("warm-up");
    for arguments in [
        &["bless", "loss", "gradient", "--yes", "--stub"][..],
        &["remove", "study-score", "--yes"],
        &["rename", "closed-form", "normal-equation", "--yes"],
    ] {
        let run = course.xtask(arguments);
        assert_eq!(run.code, 0, "{arguments:?}: {}{}", run.stdout, run.stderr);
    }
    let said = world.update();
    for news in [
        "new step       warm-up (exercises/10-warm-up)",
        "removed step   study-score; exercises/06-study-score/src/lib.rs stays, because students may have written in it",
        "renamed step   closed-form, now normal-equation (exercises/06-normal-equation)",
        "moved step     mini-batch (exercises/08-mini-batch is now exercises/07-mini-batch)",
        "changed stub   loss",
        "changed stub   gradient",
        "git commit --message \"An update of the course\"",
    ] {
        assert!(said.contains(&format!("\n  {news}\n")), "{news} in\n{said}");
    }
    assert!(world.update().ends_with("is up to date; nothing was changed.\n"));
    world.commit(&world.copy(), "An update");

    // The student, with a file of their own and work that is not committed.
    world.append("notes.md", "Mine.\n");
    world.append("exercises/02-gradient/src/lib.rs", WORDS);
    let pulled = world.pull();
    assert_eq!((pulled.code, pulled.stdout.as_str()), (0, ""), "{}", pulled.stderr);
    assert_eq!(world.git(&world.clone(), &["status", "--short"]), " M exercises/02-gradient/src/lib.rs\n?? notes.md\n");
    assert!(world.read(lesson).contains("One more sentence."));
    assert!(world.read("exercises/10-warm-up/src/lib.rs").contains("todo!"));
    for folder in ["06-study-score", "06-normal-equation"] {
        assert!(world.read(&format!("exercises/{folder}/src/lib.rs")).ends_with(WORDS), "{folder}");
    }
    assert!(!world.clone().join("exercises/06-study-score/README.md").exists());
    assert!(!world.clone().join("exercises/07-closed-form").exists());
    let changed = "Steps loss and gradient have changed since you began them: cargo xtask update\n";
    let graded = world.student(&["grade", "loss", "gradient"]);
    assert!(
        graded.stdout.contains(changed) && graded.stdout.contains("`calculate_loss` is declared as"),
        "{}",
        graded.stdout
    );
    assert_eq!((graded.code, graded.stderr.as_str()), (1, ""));
    assert!(world.student(&["list"]).stdout.contains(changed));
    assert_eq!(world.verdicts("gradient"), before[1]);

    let old = world.read("exercises/01-loss/src/lib.rs");
    let updated = world.student(&["update"]);
    assert_eq!((updated.code, updated.stderr.as_str()), (0, ""));
    assert!(
        updated.stdout.contains("`calculate_loss` has your code, but its declaration has changed."),
        "{}",
        updated.stdout
    );
    assert!(updated.stdout.contains(&format!("    now     pub fn {swapped} -> f64\n")), "{}", updated.stdout);
    let kept = updated.stdout.split_whitespace().find(|word| word.contains("01-loss/src/lib.2")).unwrap();
    assert_eq!(world.read(kept.trim_end_matches('.')), old);
    assert_eq!(["loss", "gradient"].map(|step| world.verdicts(step)), before);
    assert!(world.read("exercises/02-gradient/src/lib.rs").ends_with(WORDS));
    assert!(!world.student(&["list"]).stdout.contains("cargo xtask update"));
    let updated = world.student(&["update"]).stdout;
    assert_eq!(updated, "Nothing to update: your files have all that has changed in the course.\n");
    world.commit(&world.clone(), "Updated");

    // Another change; git has nothing to decide now either.
    gradient.change("solution/src/lib.rs", "Where a weight has to move", "To where a weight has to move");
    gradient.write_stub();
    assert!(world.update().contains("changed stub   gradient\n"));
    world.commit(&world.copy(), "Another update");
    let pulled = world.pull();
    assert_eq!(pulled.code, 0, "{}{}", pulled.stdout, pulled.stderr);
    assert!(
        world.read("exercises/02-gradient/snapshots/earlier-stubs/2.rs").contains("/// Where a weight has to move")
    );
    assert_eq!(world.student(&["update", "gradient"]).code, 0);
    let text = world.read("exercises/02-gradient/src/lib.rs");
    assert!(text.contains("/// To where a weight") && text.contains("Direction::AtMinimum,\n    }"), "{text}");
}

#[test]
fn a_pull_that_would_move_work_that_is_not_committed_is_refused_by_git() {
    let world = World::of("update-dirty");
    world.append("exercises/02-gradient/src/lib.rs", WORDS);
    assert_eq!(world.course.xtask(&["remove", "loss", "--yes"]).code, 0);
    world.update();
    world.commit(&world.copy(), "An update");
    let own = "exercises/02-gradient/src/mine.rs";
    world.append(own, WORDS);
    assert_ne!(world.pull().code, 0);
    assert!(world.read("exercises/02-gradient/src/lib.rs").ends_with(WORDS));
    world.commit(&world.clone(), "My work");
    // As the students' README says.
    world.git(&world.clone(), &["config", "merge.directoryRenames", "true"]);
    assert_eq!(world.pull().code, 0);
    assert!(world.read("exercises/01-gradient/src/lib.rs").ends_with(WORDS));
    assert!(world.read(&own.replace("02-", "01-")).ends_with(WORDS));
    assert!(world.read("exercises/01-loss/src/lib.rs").contains("todo!"));
    // What is left of a step that is gone is no step under work.
    assert_eq!(world.student(&["grade", "gradient"]).stderr, "");
}

#[test]
fn an_update_refuses_what_it_could_not_take_back() {
    let world = World::of("update-refused");
    let refused = |why: &str| {
        let before = files(&world.copy());
        let run = world.handout(&["--update"]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{why}");
        assert!(run.stderr.contains(why) && run.stderr.lines().count() == 1, "{}", run.stderr);
        assert_eq!(files(&world.copy()), before, "{why}");
        assert!(!world.copy().join(".course-change").exists());
    };
    let write = |path: &str, text: &str| {
        fs::create_dir_all(world.copy().join(path).parent().unwrap()).unwrap();
        fs::write(world.copy().join(path), text).unwrap();
    };
    // Nothing that an update replaces is not committed, so these do not matter.
    world.course.append("exercises/sum-or-mean.md", "\nOne more sentence.\n");
    write("exercises/01-loss/src/lib.rs", "// Tried by the instructor.\n");
    write("exercises/README.md", "Edited.\n");
    refused("exercises/README.md is not committed, and the update would replace it");
    world.git(&world.copy(), &["checkout", "--quiet", "exercises/README.md"]);
    world.course.write("exercises/further.md", "# Further\n");
    write("exercises/further.md", "Mine.\n");
    refused("the one that is here was not handed out");
    fs::remove_file(world.copy().join("exercises/further.md")).unwrap();
    assert!(world.update().contains("(files: 1 new, 2 changed, 0 deleted, "));
    assert_eq!(
        fs::read_to_string(world.copy().join("exercises/01-loss/src/lib.rs")).unwrap(),
        "// Tried by the instructor.\n"
    );

    let made_again = world.handout(&[]);
    assert_eq!(made_again.code, 2);
    assert!(
        made_again.stderr.contains("this is a copy already; `cargo xtask handout --update "),
        "{}",
        made_again.stderr
    );
    let list = fs::read_to_string(world.copy().join(".handout")).unwrap();
    fs::remove_file(world.copy().join(".handout")).unwrap();
    refused("this is no copy for students (it has no file `.handout`)");
    write(".handout", "exercises/01-other/src/lib.rs\n");
    write("exercises/course.toml", "title = \"Other things\"\n");
    refused("this is a copy of another course, \"Other things\"");
    write(".handout", &list);
    fs::remove_dir_all(world.copy().join(".git")).unwrap();
    refused("git does not keep this copy");
}

#[cfg(unix)]
#[test]
fn an_update_that_is_interrupted_has_changed_nothing() {
    let world = World::of("update-interrupted");
    world.course.append("exercises/sum-or-mean.md", "\nOne more sentence.\n");
    // The solutions are built by the real one.
    let real = format!("case \"$1\" in build) exec '{}' \"$@\";; esac\n", env!("CARGO"));
    world.course.write_script("bin/cargo", &format!("{real}kill -INT $PPID\nexec sleep 60\n"));
    let before = files(&world.copy());
    let cargo = world.course.path("bin/cargo");
    let update = ["handout", "--update", world.copy().to_str().unwrap()].map(str::to_owned);
    let update: Vec<&str> = update.iter().map(String::as_str).collect();
    let interrupted = world.course.xtask_in(&update, &[("CARGO", cargo.to_str().unwrap())]);
    assert_eq!((interrupted.code, interrupted.stdout.as_str()), (130, ""), "{}", interrupted.stderr);
    assert_eq!(files(&world.copy()), before);
    assert!(!world.copy().join(".course-change").exists());
}

#[test]
fn an_update_that_is_killed_is_carried_out_by_the_next_one() {
    let world = World::of("update-killed");
    assert_eq!(world.course.xtask(&["remove", "gradient", "--yes"]).code, 0);
    let copy = world.copy();
    let mut update = world.course.command(&["handout", "--update", copy.to_str().unwrap()]).spawn().unwrap();
    // From here on the change counts as made; before, nothing is touched.
    while update.try_wait().unwrap().is_none() && !copy.join(".course-change/journal.json").exists() {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    let _ = update.kill();
    update.wait().unwrap();
    if copy.join(".course-change/journal.json").exists() {
        let noted = world.course.command_in(Path::new(PROGRAM.path)).arg("--course").arg(&copy).output().unwrap();
        let noted = Run::from(noted).stderr;
        assert!(noted.starts_with("note: an update of this copy was interrupted"), "{noted}");
    }
    world.update_again();
    assert!(world.update().contains("is up to date"));
    assert!(!copy.join(".course-change").exists() && !copy.join("exercises/03-single-weight").exists());
    assert!(copy.join("exercises/02-single-weight/src/lib.rs").exists());
    let listed = fs::read_to_string(copy.join(".handout")).unwrap();
    let listed = listed.lines().filter(|line| !line.starts_with('#'));
    assert_eq!(listed.filter(|path| !copy.join(path).is_file()).collect::<Vec<_>>(), [""; 0]);
}
