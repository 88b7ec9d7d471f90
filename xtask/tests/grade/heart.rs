//! A grade of the functions that matter most in each step.

use testkit::solution::{solved, written};

use crate::PROGRAM;

const STEP: &str = "gradient";

/// Only `calculate_gradient`, the heart of the step, is right; `direction` is wrong.
fn only_the_heart() -> String {
    written(STEP, &[("direction", "    Direction::Flat")]).replace("Direction::Flat", "todo!(\"later\")")
}

#[test]
fn a_step_whose_heart_passes_is_done() {
    let course = PROGRAM.course("heart").with_step("02-gradient", STEP, &only_the_heart());
    let whole = course.grade(&[]);
    assert!(whole.code == 1 && whole.stdout.contains("direction"), "{}", whole.stdout);
    let heart = course.grade(&["--heart"]);
    assert_eq!(heart.code, 0, "{}", heart.stdout);
    assert!(
        heart.stdout.contains("1 of 1 step done, 2 of 2 cases") && !heart.stdout.contains("`direction`"),
        "{}",
        heart.stdout
    );
}

#[test]
fn a_heart_that_is_wrong_says_how_to_come_back() {
    let wrong = written(STEP, &[("calculate_gradient", "    0.0")]);
    let course = PROGRAM.course("heart-wrong").with_step("02-gradient", STEP, &wrong).with_step(
        "01-loss",
        "loss",
        &solved("loss"),
    );
    let heart = course.grade(&["--heart", "2"]);
    assert!(heart.code == 1 && heart.stdout.contains("Then  cargo xtask grade --heart 2"), "{}", heart.stdout);
}
