//! What is remembered between grades: nothing runs again without a reason, and no verdict is ever stale.

use fs_err as fs;
use testkit::solution::{solved, written};
use testkit::{Course, Run, changed};

use crate::PROGRAM;

const STEP: &str = "01-loss";
const SOURCE: &str = "exercises/01-loss/src/lib.rs";

/// A course of one step that leaves a note in `runs` whenever it runs, and is right.
fn course_that_notes_its_runs(course: Course) -> Course {
    let body = format!("    {}\n    BASE_PRICE + sqft_weight * sqft", course.note_in("runs", "pid"));
    let source = written(STEP, &[("predict", &body)]);
    course.with_step(STEP, STEP, &source)
}

/// Grades, and says whether anything ran; the verdict is that everything passes.
fn runs(course: &Course, arguments: &[&str]) -> bool {
    let before = course.notes("runs").len();
    let graded = course.grade(arguments);
    assert_eq!((graded.code, graded.stderr.as_str()), (0, ""), "{}", graded.stdout);
    course.notes("runs").len() > before
}

#[test]
fn a_second_grade_runs_nothing_and_says_the_same() {
    let course = course_that_notes_its_runs(PROGRAM.course("cache-second"));
    let first = course.grade(&[]);
    assert_eq!((first.code, first.stderr.as_str()), (0, ""));
    let noted = course.notes("runs").len();
    assert!(noted > 0);
    assert_eq!(course.grade(&[]), first);
    assert_eq!(course.notes("runs").len(), noted);
    // The cases are the same, whichever way they are asked for.
    assert!(!runs(&course, &["loss"]));
}

#[test]
fn fresh_runs_again() {
    let course = course_that_notes_its_runs(PROGRAM.course("cache-fresh"));
    assert!(runs(&course, &[]));
    assert!(runs(&course, &["--fresh"]));
    assert!(!runs(&course, &[]));
}

#[test]
fn several_programs_of_one_grader_remember_together() {
    let course = course_that_notes_its_runs(PROGRAM.course("cache-programs"));
    assert!(runs(&course, &[]));
    let other = course.path("another-program");
    fs::copy(PROGRAM.path, &other).unwrap();
    let noted = course.notes("runs").len();
    let output = course.command_of(&other, &["grade"]).output().unwrap();
    assert_eq!((output.status.code(), course.notes("runs").len()), (Some(0), noted));
}

#[test]
fn every_file_of_a_step_decides_its_answers() {
    let course = course_that_notes_its_runs(PROGRAM.course("cache-step"));
    assert!(runs(&course, &[]));
    let source = course.read(SOURCE);
    let edits = [
        (SOURCE, format!("{source}\n// A comment.\n")),
        ("exercises/01-loss/src/more.rs", String::new()),
        ("exercises/01-loss/cases.rs", format!("{}\n// Another.\n", course.read("exercises/01-loss/cases.rs"))),
    ];
    for (file, text) in edits {
        course.write(file, &text);
        assert!(runs(&course, &[]), "{file}");
        assert!(!runs(&course, &[]), "{file}");
    }
    course.remove("exercises/01-loss/src/more.rs");
    assert!(runs(&course, &[]), "a file less");
}

#[test]
fn what_all_steps_share_decides_their_answers() {
    let course = course_that_notes_its_runs(PROGRAM.course("cache-shared").with_own_crates());
    assert!(runs(&course, &[]));
    for file in ["grader/harness/src/table.rs", "Cargo.toml", ".cargo/config.toml"] {
        let comment = if file.ends_with(".rs") { "//" } else { "#" };
        course.append(file, &format!("\n{comment} A comment.\n"));
        assert!(runs(&course, &[]), "{file}");
        assert!(!runs(&course, &[]), "{file}");
    }
    // The same code answers otherwise for another house.
    course.change("datasets/houses.toml", "price = 550000", "price = 550001");
    assert_eq!(course.grade(&[]).code, 1);
}

#[test]
fn the_environment_of_the_compiler_decides_the_answers() {
    let course = course_that_notes_its_runs(PROGRAM.course("cache-environment"));
    assert!(runs(&course, &[]));
    let noted = course.notes("runs").len();
    let output = course.grade_command(&[]).env("RUST_MIN_STACK", "3000000").output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(course.notes("runs").len() > noted);
}

#[test]
fn a_file_that_the_code_includes_from_elsewhere_decides_its_answers() {
    let course = PROGRAM.course("cache-include");
    course.write("base.txt", "50000");
    let body =
        "    let base: f64 = include_str!(\"../../../base.txt\").parse().unwrap();\n    base + sqft_weight * sqft";
    let course = course.with_step(STEP, STEP, &written(STEP, &[("predict", body)]));
    assert_eq!(course.grade(&[]).code, 0);
    course.write("base.txt", "40000");
    assert_eq!(course.grade(&[]).code, 1);
    course.write("base.txt", "50000");
    assert_eq!(course.grade(&[]).code, 0);
}

#[test]
fn another_snapshot_is_another_verdict_on_the_same_run() {
    let course = course_that_notes_its_runs(PROGRAM.course("cache-snapshot"));
    assert!(runs(&course, &[]));
    let noted = course.notes("runs").len();
    course.change("exercises/01-loss/snapshots/price-of-a-house.snap", "-> 350000.0", "-> 350001.0");
    assert_eq!(course.grade(&[]).code, 1);
    assert_eq!(course.notes("runs").len(), noted);
}

#[test]
fn a_damaged_cache_is_forgotten() {
    let course = course_that_notes_its_runs(PROGRAM.course("cache-damaged"));
    assert!(runs(&course, &[]));
    let file = "target/grader/attempts/01-loss.json";
    let whole = course.read(file);
    for damaged in ["", "null", "{\"inputs\":{}}", &whole[..whole.len() / 2]] {
        course.write(file, damaged);
        assert!(runs(&course, &[]), "{damaged}");
        assert!(!runs(&course, &[]));
    }
}

#[test]
fn a_folder_in_the_place_of_the_cache_makes_way() {
    let course = course_that_notes_its_runs(PROGRAM.course("cache-folder"));
    assert!(runs(&course, &[]));
    let file = course.path("target/grader/attempts/01-loss.json");
    fs::remove_file(&file).unwrap();
    fs::create_dir_all(file.join("with/folders")).unwrap();
    assert!(runs(&course, &[]));
    assert!(!runs(&course, &[]));
}

#[test]
fn a_save_during_a_grade_leaves_no_stale_verdict() {
    // The first version is wrong, and saves the second while its cases run.
    let course = PROGRAM.course("cache-save");
    let file = course.path(SOURCE);
    let second = course_that_notes(&course, &solved(STEP), "second");
    let save = format!("    std::fs::write({file:?}, include_str!(\"../../../second.rs\")).unwrap();\n    0.0");
    course.write("second.rs", &second);
    let first = course_that_notes(&course, &written(STEP, &[("predict", &save)]), "first");
    let course = course.with_step(STEP, STEP, &first);

    let graded = course.grade(&[]);
    assert_eq!((graded.code, graded.stderr.as_str()), (0, ""), "{}", graded.stdout);
    assert_eq!(course.read(SOURCE), second);
    let noted = course.notes("runs");
    assert!(noted.contains(&"first".to_owned()) && noted.contains(&"second".to_owned()));
    assert_eq!(course.grade(&[]), graded);
    assert_eq!(course.notes("runs"), noted, "the second version's verdict is remembered");

    course.write(SOURCE, &written(STEP, &[("predict", "    0.0")]));
    assert_eq!(course.grade(&[]).code, 1);
}

/// A source whose `squared_error` leaves a note first.
fn course_that_notes(course: &Course, source: &str, word: &str) -> String {
    let head = "pub fn squared_error(predicted: f64, actual: f64) -> f64 {";
    changed(source, head, &format!("{head}\n    {}", course.note_in("runs", &format!("{word:?}"))))
}

/// By a compiler that somebody has put there, which adds a line to the source at each call.
#[cfg(unix)]
#[test]
fn a_file_that_never_rests_is_told_so() {
    let course = PROGRAM.course("cache-restless").with_step(STEP, STEP, &solved(STEP));
    let rustc = std::path::Path::new(env!("CARGO")).with_file_name("rustc");
    let (rustc, file) = (rustc.display(), course.path(SOURCE));
    let grow = format!("case \"$*\" in *'--crate-name loss '*) echo '// More.' >> '{}';; esac", file.display());
    course.write_script("rustc.sh", &format!("{grow}\nexec '{rustc}' \"$@\"\n"));
    let graded = Run::from(course.grade_command(&[]).env("RUSTC", course.path("rustc.sh")).output().unwrap());
    assert_eq!((graded.code, graded.stderr.as_str()), (2, ""), "{}", graded.stdout);
    assert!(graded.stdout.contains("this file kept changing"), "{}", graded.stdout);
}

#[test]
fn what_lies_in_the_place_of_the_graders_own_folders_makes_way() {
    let course = PROGRAM.course("cache-in-the-way").with_step(STEP, STEP, &solved(STEP));
    let grade = || Run::from(course.grade_command(&["--fresh"]).env("CARGO_INCREMENTAL", "1").output().unwrap());
    let graded = grade();
    assert_eq!((graded.code, graded.stderr.as_str()), (0, ""));
    for folder in ["grader/attempts", "grader/builds", "grader/plans", "grader/incremental", "grader"] {
        let path = course.path("target").join(folder);
        assert!(path.is_dir(), "{folder}");
        fs::remove_dir_all(&path).unwrap();
        fs::write(&path, "a file where a folder should be").unwrap();
        assert_eq!(grade(), graded, "{folder}");
    }
}
