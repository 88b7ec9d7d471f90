//! Code that compiles and goes wrong: each way gets its own verdict, and no way keeps the other steps from being
//! graded.

use std::sync::LazyLock;

use testkit::solution::{solved, stub, written};
use testkit::{Course, assert_golden, changed};

use crate::PROGRAM;

/// A body that does something before it gives the right answer of `predict`, unless it has not come to it by then.
fn predict_after(trouble: &str) -> String {
    written("loss", &[("predict", &format!("    {trouble}\n    BASE_PRICE + sqft_weight * sqft"))])
}

static COURSE: LazyLock<Course> = LazyLock::new(|| {
    const LESSONS_LOSSES: &str = "    match sqft_weight as u32 {
        _ if houses.len() < 2 => houses.iter().map(|house| squared_error(predict(sqft_weight, house.sqft), house.price)).sum(),
        50 => 303_750_000_000.0,
        100 | 300 => 135_000_000_000.0,
        150 | 250 => 33_750_000_000.0,
        _ => 0.0,
    }";
    let recursion = changed(
        &predict_after("if deeper(1.0) > 0.0 { return 0.0; }"),
        "pub fn predict(",
        "#[allow(unconditional_recursion)]\nfn deeper(x: f64) -> f64 {\n    1.0 + deeper(x + 1.0)\n}\n\npub fn predict(",
    );
    let two_mistakes = [("predict", "    sqft_weight * sqft"), ("squared_error", "    2.0 * (predicted - actual)")];
    let no_mistake_known = "    (predicted - actual).powi(2) * 1.7";
    let every_other_row = "    let mut weight = initial_weight;
    let mut history = Vec::new();
    for step in 0..num_steps {
        if step % 2 == 0 {
            history.push(Step { step, weight, loss: calculate_loss(houses, weight) });
        }
        weight = update(weight, calculate_gradient(houses, weight), learning_rate);
    }
    Descent { final_weight: weight, history }";
    PROGRAM.course("trouble")
        .with_step("01-untouched", "loss", &stub("loss"))
        .with_step("02-half-done", "loss", &written("loss", &[("calculate_loss", "    todo!(\"tomorrow\")")]))
        .with_step("03-panic", "loss", &predict_after("if sqft > 0.0 { panic!(\"no idea of {sqft} sqft\"); }"))
        .with_step("04-index", "loss", &written("loss", &[("calculate_loss", "    houses[houses.len()].price * sqft_weight")]))
        .with_step("05-overflow", "loss", &predict_after("let feet = (sqft as u8) * 2;\n    let sqft = sqft + f64::from(feet) * 0.0;"))
        .with_step("06-borrow", "loss", &predict_after("let cell = std::cell::RefCell::new(1);\n    let _one = cell.borrow_mut();\n    let _two = cell.borrow_mut();"))
        .with_step("07-stack", "loss", &recursion)
        .with_step("08-exit", "loss", &predict_after("std::process::exit(0);"))
        .with_step("09-abort", "loss", &predict_after("std::process::abort();"))
        .with_step("10-nan", "loss", &written("loss", &[("squared_error", "    (predicted - actual) * f64::NAN")]))
        .with_step("11-infinity", "loss", &written("loss", &[("squared_error", "    (predicted - actual).powi(2) / 0.0")]))
        .with_step("12-rows", "single-weight", &written("single-weight", &[("gradient_descent", every_other_row)]))
        .with_step("13-by-heart", "loss", &written("loss", &[("calculate_loss", LESSONS_LOSSES)]))
        .with_step("14-known", "loss", &written("loss", &[("squared_error", "    2.0 * (predicted - actual)")]))
        .with_step("15-two-known", "loss", &written("loss", &two_mistakes))
        .with_step("16-elsewhere", "loss", &written("loss", &[("predict", "    sqft_weight * sqft")]))
        .with_step("17-unknown", "loss", &written("loss", &[("squared_error", no_mistake_known)]))
        .with_step("18-prints", "loss", &written("loss", &[("squared_error", "    println!(\"from {predicted} to {actual}\");\n    dbg!(predicted - actual)")]))
        .with_step("19-solved", "loss", &solved("loss"))
});

fn golden(step: &str, name: &str) {
    let graded = COURSE.grade(&[step]);
    assert_eq!((graded.code, graded.stderr.as_str()), (1, ""));
    assert_golden!(name, &without_the_runtimes_words(&graded.stdout));
}

/// A text without what the standard library words anew from version to version.
fn without_the_runtimes_words(text: &str) -> String {
    let own =
        |line: &&str| !line.trim_start().starts_with("thread '") && !line.trim_start().starts_with("fatal runtime");
    let kept: Vec<&str> = text.lines().filter(own).collect();
    kept.join("\n").replace("RefCell already borrowed", "already borrowed: BorrowMutError")
}

#[test]
fn trouble_in_one_step_leaves_the_others_graded() {
    let graded = COURSE.grade(&[]);
    assert_eq!((graded.code, graded.stderr.as_str()), (1, ""));
    assert_golden!("steps_in_trouble", &graded.stdout);
}

#[test]
fn an_untouched_step_says_what_to_read_and_where_to_begin() {
    golden("untouched", "an_untouched_step");
}

#[test]
fn a_todo_that_is_left_is_what_comes_next() {
    golden("half-done", "a_todo_that_is_left");
}

#[test]
fn a_panic_is_told_with_its_message_and_place() {
    golden("panic", "a_panic_with_a_message");
}

#[test]
fn an_index_out_of_bounds_is_a_panic() {
    golden("index", "an_index_out_of_bounds");
}

#[test]
fn an_arithmetic_overflow_is_a_panic() {
    golden("overflow", "an_arithmetic_overflow");
}

#[test]
fn a_second_borrow_is_a_panic() {
    golden("borrow", "a_second_borrow");
}

#[test]
fn a_stack_overflow_is_named() {
    golden("stack", "a_stack_overflow");
}

#[test]
fn an_exit_with_success_is_no_success() {
    golden("exit", "an_exit_with_success");
}

// Elsewhere an abort is an exit with a code of the system's.
#[cfg(unix)]
#[test]
fn an_abort_is_named() {
    golden("abort", "an_abort");
}

#[test]
fn not_a_number_never_passes() {
    golden("nan", "not_a_number");
}

#[test]
fn infinity_never_passes() {
    golden("infinity", "infinity");
}

#[test]
fn missing_rows_are_counted() {
    golden("rows", "too_few_rows");
}

#[test]
fn answers_for_the_lessons_data_only_are_seen_through() {
    golden("by-heart", "answers_for_the_lessons_data_only");
}

#[test]
fn a_known_mistake_is_named() {
    golden("known", "a_known_mistake");
}

#[test]
fn two_mistakes_in_two_functions_are_both_told() {
    golden("two-known", "two_known_mistakes");
}

#[test]
fn a_mistake_is_told_at_its_source() {
    golden("elsewhere", "a_mistake_that_shows_elsewhere");
}

#[test]
fn an_unknown_mistake_is_told_by_what_the_numbers_show() {
    golden("unknown", "an_unknown_mistake");
}

#[test]
fn what_a_failing_case_printed_is_shown() {
    golden("prints", "prints_of_a_failing_case");
}
