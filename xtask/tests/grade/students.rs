//! The students' edition of a course, which has no solutions: whatever a grade says there is what it says where there
//! are some, and nothing that needs them is offered.

use serde_json::Value;
use testkit::{Course, LOSS, PREDICT, SQUARED_ERROR};

use crate::{PROGRAM, timeless_report};

const MEAN: &str = "houses.iter().map(|house| squared_error(predict(sqft_weight, house.sqft), house.price)).sum::<f64>() / \
                    houses.len().max(1) as f64";

/// A course with a small step, whose functions are these.
fn course(name: &str, functions: &[(&str, &str)]) -> Course {
    let course = PROGRAM.course(name);
    course.step(name).write_functions(functions);
    course
}

/// Deletes the solutions; cargo takes them from the lock file when it is asked, and the grade says so.
fn remove_solutions(course: &Course) {
    course.remove_folder("solutions");
    course.grade(&["--fresh"]);
}

#[test]
fn a_grade_says_the_same_without_solutions() {
    for (name, functions) in [
        ("students-known-mistake", &[(PREDICT.0, "sqft_weight * sqft"), SQUARED_ERROR, LOSS][..]),
        ("students-mean", &[PREDICT, SQUARED_ERROR, (LOSS.0, MEAN)]),
        ("students-unknown", &[PREDICT, (SQUARED_ERROR.0, "(predicted - actual).sin()"), LOSS]),
        ("students-broken", &[(PREDICT.0, "sqft_weight *")]),
        ("students-done", &[PREDICT, SQUARED_ERROR, LOSS]),
        ("students-stub", &[]),
    ] {
        let course = course(name, functions);
        let with_solutions = timeless_report(&course, &["--fresh"]);
        remove_solutions(&course);
        assert_eq!(timeless_report(&course, &["--fresh"]), with_solutions, "{name}");
    }
}

#[test]
fn a_known_mistake_is_named_without_solutions() {
    let course = course("students-named", &[(PREDICT.0, "sqft_weight * sqft")]);
    course.remove_folder("solutions");
    let graded = course.grade(&[]);
    assert_eq!((graded.code, graded.stderr.as_str()), (1, ""));
    let words = graded.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("the base price that each house starts with is missing"), "{}", graded.stdout);
}

#[test]
fn another_signature_is_named_without_solutions() {
    let course = course("students-signature", &[]);
    let step = course.named("students-signature");
    step.change("exercise/src/lib.rs", "predict(sqft_weight: f64, sqft: f64)", "predict(sqft_weight: f32, sqft: f64)");
    let with_solutions = timeless_report(&course, &["--fresh"]);
    remove_solutions(&course);
    let without = timeless_report(&course, &["--fresh"]);
    assert_eq!(without, with_solutions);
    let text = without.to_string();
    assert!(text.contains("pub fn predict(sqft_weight: f64, sqft: f64) -> f64"), "{text}");
}

#[test]
fn nothing_new_is_not_graded_again_without_solutions() {
    let course = course("students-settled", &[PREDICT, SQUARED_ERROR, LOSS]);
    let note = course.note_in("notes", "pid");
    let step = course.named("students-settled");
    // The case's own code runs in each attempt.
    step.change(
        "exercise/cases.rs",
        "fn price_of_a_house(trial: &Trial, table: &mut Table) {",
        &format!("fn price_of_a_house(trial: &Trial, table: &mut Table) {{ {note}"),
    );
    course.remove_folder("solutions");
    assert_eq!(course.grade(&[]).code, 0);
    let runs = course.notes("notes").len();
    assert!(runs > 0);
    assert_eq!(course.grade(&[]).code, 0);
    assert_eq!(course.notes("notes").len(), runs);
}

#[test]
fn a_solution_that_cannot_be_read_keeps_nobody_from_a_grade() {
    let course =
        course("students-spoilt", &[(PREDICT.0, "sqft_weight * sqft"), (SQUARED_ERROR.0, "predicted - actual"), LOSS]);
    let step = course.named("students-spoilt");
    let before = timeless_report(&course, &["--fresh"]);
    step.append("solution/mistakes.toml", "[[mistake\n");
    assert_eq!(timeless_report(&course, &["--fresh"]), before);
    step.remove("solution/src/lib.rs");
    assert_eq!(timeless_report(&course, &["--fresh"])["steps"][0]["fault"], Value::Null);
}

#[test]
fn a_command_that_needs_solutions_says_so() {
    let course = course("students-refused", &[]);
    course.remove_folder("solutions");
    for (command, arguments) in
        [("solution", &["1"][..]), ("bless", &[]), ("verify", &[]), ("mistakes", &["1"]), ("new", &["thing"])]
    {
        let refused = course.xtask(&[&[command], arguments].concat());
        let message = format!(
            "error: `cargo xtask {command}` needs the reference solutions, and this copy of the course has none (no folder \
             `solutions`); the instructor's copy has them\n"
        );
        assert_eq!((refused.code, refused.stdout.as_str(), refused.stderr), (2, "", message));
    }
}

#[test]
fn nothing_is_offered_that_needs_solutions() {
    let course = course("students-offered", &[]);
    course.remove_folder("solutions");
    let alone = course.xtask(&[]);
    assert_eq!(alone.code, 0);
    assert!(alone.stdout.contains("cargo xtask grade") && alone.stdout.contains("  reset "), "{}", alone.stdout);
    assert!(!["solution", "bless", "instructor"].iter().any(|word| alone.stdout.contains(word)), "{}", alone.stdout);
    let hints: Vec<String> = (0..4).map(|_| course.xtask(&["hint"]).stdout).collect();
    assert!(hints[0].contains("  More  cargo xtask hint\n"), "{}", hints[0]);
    assert!(hints[2].contains("hint 3 of 3") && !hints[2].contains("More"), "{}", hints[2]);
    assert!(hints.iter().all(|hint| !hint.contains("solution")));
    course.named("students-offered").write_functions(&[PREDICT, SQUARED_ERROR, LOSS]);
    let done = course.grade(&[]).stdout;
    assert!(done.contains("cargo xtask plot 1") && !done.contains("solution"), "{done}");
}

#[test]
fn reset_puts_back_the_stub_that_is_kept() {
    let course = course("students-reset", &[]);
    let step = course.named("students-reset");
    let stub = step.read("exercise/src/lib.rs");
    step.write_functions(&[PREDICT]);
    course.remove_folder("solutions");
    assert_eq!(course.xtask(&["reset", "1", "--yes"]).code, 0);
    assert_eq!(step.read("exercise/src/lib.rs"), stub);
    step.remove("exercise/snapshots/stub.rs");
    let refused = course.xtask(&["reset", "1", "--yes"]);
    let folder = step.within("exercise/snapshots");
    let message =
        format!("error: {folder}/stub.rs: the stub of this step is missing; get it back: `git checkout -- {folder}`\n");
    assert_eq!((refused.code, refused.stderr), (2, message));
}
