//! Bonus steps: the course is complete without them, and whoever names one is told of it like of any other step.

use std::sync::LazyLock;

use testkit::solution::{solved, stub, written};
use testkit::{Course, assert_golden};

use crate::PROGRAM;

/// A finished course with one bonus step untouched, one begun, and one done.
static FINISHED: LazyLock<Course> = LazyLock::new(|| with_bonus("bonus-left", &solved("loss")));

/// The same with the course's own step untouched.
static UNFINISHED: LazyLock<Course> = LazyLock::new(|| with_bonus("bonus-first", &stub("loss")));

fn with_bonus(name: &str, own: &str) -> Course {
    let begun = written("loss", &[("squared_error", "    2.0 * (predicted - actual)")]);
    let course = PROGRAM
        .course(name)
        .with_step("01-own", "loss", own)
        .with_step("02-untouched-extra", "loss", &stub("loss"))
        .with_step("03-begun-extra", "loss", &begun)
        .with_step("04-done-extra", "loss", &solved("loss"));
    for folder in ["02-untouched-extra", "03-begun-extra", "04-done-extra"] {
        make_bonus(&course, folder);
    }
    course
}

fn make_bonus(course: &Course, folder: &str) {
    let title = "title = \"How wrong is a weight?\"\n";
    course.change(&format!("exercises/{folder}/exercise.toml"), title, &format!("{title}bonus = true\n"));
}

#[test]
fn a_finished_course_is_complete_and_a_bonus_step_is_next() {
    let graded = FINISHED.grade(&[]);
    assert_eq!((graded.code, graded.stderr.as_str()), (0, ""));
    assert_golden!("a_finished_course_with_bonus_steps_left", &graded.stdout);
}

#[test]
fn the_course_s_own_steps_come_first_and_count_alone() {
    let graded = UNFINISHED.grade(&[]);
    assert_eq!((graded.code, graded.stderr.as_str()), (1, ""));
    assert_golden!("an_unfinished_course_with_bonus_steps", &graded.stdout);
}

#[test]
fn a_bonus_step_that_is_named_counts_fully() {
    let graded = FINISHED.grade(&["own", "begun-extra"]);
    assert_eq!((graded.code, graded.stderr.as_str()), (1, ""));
    assert_golden!("a_named_bonus_step", &graded.stdout);
    assert_eq!(FINISHED.grade(&["untouched-extra"]).code, 1);

    let graded = FINISHED.grade(&["done-extra"]);
    assert_eq!(graded.code, 0);
    assert!(graded.stdout.contains("\nEvery case passes. Next step: cargo xtask grade\n"), "{graded:?}");
}

#[test]
fn the_solution_of_a_bonus_step_is_shown_unasked_only_once_it_has_passed() {
    for step in ["untouched-extra", "begun-extra"] {
        let refused = FINISHED.xtask(&["solution", step]);
        assert_eq!((refused.code, refused.stdout.as_str()), (2, ""));
        assert!(refused.stderr.contains("has not passed yet"), "{}", refused.stderr);
    }
    assert_eq!(FINISHED.xtask(&["solution", "done-extra"]).code, 0);
}

#[test]
fn the_course_is_complete_by_its_own_steps_alone() {
    let graded = FINISHED.grade(&["own"]);
    assert_eq!(graded.code, 0);
    assert!(graded.stdout.contains("\nCourse complete: every case of every step passes.\n"), "{graded:?}");
}

#[test]
fn reports_for_programs_say_which_steps_are_bonus() {
    let report = FINISHED.grade_as_json(&[]);
    let steps: Vec<(bool, bool)> = report["steps"].as_array().unwrap().iter().map(bonus_and_passed).collect();
    assert_eq!(report["passed"], true);
    assert_eq!(steps, [(false, true), (true, false), (true, false), (true, true)]);
    assert_eq!(FINISHED.grade_as_json(&["1", "2"])["passed"], false);

    let markdown = FINISHED.grade(&["--format", "markdown"]);
    assert_eq!(markdown.code, 0);
    assert!(markdown.stdout.contains("\n| 1 own | 4/4 | 4/4 | done |\n"), "{}", markdown.stdout);
    assert!(
        markdown.stdout.contains("\n| 2 untouched-extra (bonus) | 0/4 | 0/4 | not started |\n"),
        "{}",
        markdown.stdout
    );
}

fn bonus_and_passed(step: &serde_json::Value) -> (bool, bool) {
    (step["bonus"].as_bool().unwrap(), step["passed"].as_bool().unwrap())
}

#[test]
fn in_junit_an_untouched_bonus_step_is_skipped_unless_it_is_named() {
    let head = |arguments: &[&str]| -> String {
        let graded = FINISHED.grade(&[arguments, &["--format", "junit"]].concat());
        let of = |line: &&str| line.contains("<testsuites") || line.contains("name=\"2 untouched-extra (bonus)\"");
        let heads: Vec<&str> =
            graded.stdout.lines().filter(of).map(|line| line.split(" time=").next().unwrap()).collect();
        format!("{} skipped\n{}", graded.stdout.matches("<skipped message=").count(), heads.join("\n"))
    };
    assert_golden!("junit_of_bonus_steps", &format!("{}\n\n{}", head(&[]), head(&["2"])));
}

#[test]
fn a_course_of_bonus_steps_alone_is_refused() {
    let course = PROGRAM.course("bonus-alone").with_step("01-extra", "loss", &stub("loss"));
    make_bonus(&course, "01-extra");
    let graded = course.grade(&[]);
    assert_eq!((graded.code, graded.stdout.as_str()), (2, ""));
    let message = "error: exercises: every step is a bonus; the course needs one of its own, without `bonus = true`\n";
    assert_eq!(graded.stderr, message);
}
