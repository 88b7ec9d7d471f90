//! What is remembered between grades: nothing runs again without a reason, and no verdict is ever stale.

use fs_err as fs;
use testkit::solution::{solved, stub, written};
use testkit::{Course, Run};

use crate::PROGRAM;

const STEP: &str = "01-loss";
const SOURCE: &str = "exercises/01-loss/src/lib.rs";
const CASES: &str = "exercises/01-loss/cases.rs";
const CASES_OF_STEP: usize = 4;

/// A course of one step that leaves a note in `runs` whenever it runs, and is right.
fn course_that_notes_its_runs(course: Course) -> Course {
    noting_runs(course.with_step(STEP, "loss", &solved("loss")))
}

/// The same with whatever code of the student's: the cases leave the note. Code of the student's that writes to a
/// file would not be remembered.
fn noting_runs(course: Course) -> Course {
    let main = "fn main() -> ExitCode {\n";
    // Not where the grader tries what two mistakes answer.
    let is_the_students = "std::env::var_os(\"GRADER_CHOICE\").is_none()";
    course.change(CASES, main, &format!("{main}    if {is_the_students} {}\n", course.note_in("runs", "pid")));
    course
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
        (CASES, format!("{}\n// Another.\n", course.read(CASES))),
    ];
    for (file, text) in edits {
        course.write(file, &text);
        assert!(runs(&course, &[]), "{file}");
        assert!(!runs(&course, &[]), "{file}");
    }
    course.remove("exercises/01-loss/src/more.rs");
    assert!(runs(&course, &[]), "a file less");
}

/// Following the link would never come to an end, and what it leads to is larger than any memory.
#[cfg(target_os = "linux")]
#[test]
fn a_link_to_the_systems_own_files_is_not_followed() {
    let course = course_that_notes_its_runs(PROGRAM.course("cache-system"));
    std::os::unix::fs::symlink("/proc/self", course.path("exercises/01-loss/process")).unwrap();
    assert!(runs(&course, &[]));
    assert!(!runs(&course, &[]));
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
    course.change("datasets/src/houses.toml", "price = 550000", "price = 550001");
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
    let course = course.with_step(STEP, "loss", &written("loss", &[("predict", body)]));
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
fn steps_with_nothing_to_explain_are_reported_as_at_first() {
    let course = PROGRAM.course("cache-settled").with_step("01-right", "loss", &solved("loss")).with_step(
        "02-untouched",
        "loss",
        &stub("loss"),
    );
    let settled = "target/grader/settled/01-right.json";
    for format in ["terminal", "json", "junit", "markdown"] {
        let report = || course.grade(&["--format", format]);
        let first = report();
        assert!(course.path(settled).exists());
        assert_eq!(report(), first);
        course.write(settled, "damaged");
        assert_eq!(report(), first);
    }
    course.change("exercises/01-right/exercise.toml", "no houses", "an empty town");
    assert!(course.grade(&["--format", "json"]).stdout.contains("an empty town"));
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
    let second = solved("loss");
    course.write("second.rs", &second);
    let file = course.path(SOURCE);
    let save = format!("    std::fs::write({file:?}, include_str!(\"../../../second.rs\")).unwrap();\n    0.0");
    let course = noting_runs(course.with_step(STEP, "loss", &written("loss", &[("predict", &save)])));

    let graded = course.grade(&[]);
    assert_eq!((graded.code, graded.stderr.as_str()), (0, ""), "{}", graded.stdout);
    assert_eq!(course.read(SOURCE), second);
    let noted = course.notes("runs").len();
    assert_eq!(noted, CASES_OF_STEP + 1, "each case of the first version, which writes a file, and the second once");
    assert_eq!(course.grade(&[]), graded);
    assert_eq!(course.notes("runs").len(), noted, "the second version's verdict is remembered");

    course.write(SOURCE, &written("loss", &[("predict", "    0.0")]));
    assert_eq!(course.grade(&[]).code, 1);
}

#[test]
fn code_that_looks_at_more_than_it_is_given_runs_in_each_grade() {
    let course = noting_runs(PROGRAM.course("cache-world").with_step(STEP, "loss", &solved("loss")));
    let grade = |variable: &str| {
        let output = course.grade_command(&[]).env("BASE", variable).output().unwrap();
        (output.status.code(), course.notes("runs").len())
    };
    let reads = [
        "std::env::var(\"BASE\").unwrap().parse::<f64>().unwrap()",
        "std::fs::read_to_string(\"../../base.txt\").unwrap().parse::<f64>().unwrap()",
    ];
    for read in reads {
        course.write(SOURCE, &written("loss", &[("predict", &format!("    {read} + sqft_weight * sqft"))]));
        let runs = course.notes("runs").len();
        for (base, code) in [("50000", 0), ("40000", 1), ("50000", 0), ("50000", 0)] {
            course.write("base.txt", base);
            assert_eq!(grade(base).0, Some(code), "{read} {base}");
        }
        // What one case leaves, another could look at.
        assert_eq!(course.notes("runs").len(), runs + 4 * CASES_OF_STEP);
    }
    // It is listed by its last grade all the same, and as unchanged.
    let list = course.xtask(&["list"]).stdout;
    assert!(list.contains("done") && !list.contains('*'), "{list}");

    let compiled_in = "    env!(\"BASE\").parse::<f64>().unwrap() + sqft_weight * sqft";
    course.write(SOURCE, &written("loss", &[("predict", compiled_in)]));
    let (code, runs) = grade("50000");
    assert_eq!((code, grade("50000")), (Some(0), (Some(0), runs)));
    assert_eq!(grade("40000"), (Some(1), runs + 1));
}

#[test]
fn a_crate_that_a_student_adds_may_look_at_anything() {
    let course = course_that_notes_its_runs(PROGRAM.course("cache-crate"));
    course.write("clock/Cargo.toml", "[package]\nname = \"clock\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
    course.write("clock/src/lib.rs", "");
    course.change("Cargo.toml", "members = [\n", "members = [\n    \"clock\",\n");
    assert!(runs(&course, &[]));
    assert!(!runs(&course, &[]));
    course.change(
        "exercises/01-loss/Cargo.toml",
        "[dependencies]\n",
        "[dependencies]\nclock = { path = \"../../clock\" }\n",
    );
    // Cargo takes it into the lock file first.
    assert_eq!(course.grade(&[]).code, 0);
    assert!(runs(&course, &[]));
    assert!(runs(&course, &[]));
}

/// By a compiler that somebody has put there, which adds a line to the source at each call.
#[cfg(unix)]
#[test]
fn a_file_that_never_rests_is_told_so() {
    let course = PROGRAM.course("cache-restless").with_step(STEP, "loss", &solved("loss"));
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
    let course = PROGRAM.course("cache-in-the-way").with_step(STEP, "loss", &solved("loss"));
    let grade = || {
        course.append(SOURCE, "// Once more.\n");
        Run::from(course.grade_command(&[]).env("CARGO_INCREMENTAL", "1").output().unwrap())
    };
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
