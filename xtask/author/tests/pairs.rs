//! Two mistakes at once, in a function and in one that it calls: both are named, as far as that can be found out in
//! the time that a grade has for it.

use serde_json::Value;
use testkit::{Course, LOSS, PREDICT, Program, Run, SQUARED_ERROR, wait_until};

const PROGRAM: Program = testkit::program!("author");

const STUB: &str = "exercise/src/lib.rs";
const MEAN: &str = "houses.iter().map(|house| squared_error(predict(sqft_weight, house.sqft), house.price)).sum::<f64>() \
                    / houses.len().max(1) as f64";
const SUM: &str = "houses.iter().map(|house| squared_error(predict(sqft_weight, house.sqft), house.price)).sum()";
const BASE_FORGOTTEN: (&str, &str) = (PREDICT.0, "sqft_weight * sqft");

#[test]
fn both_are_named_before_a_verify_and_after_it_and_the_verify_is_sound() {
    let course = PROGRAM.course("pairs");
    let step = course.step("two-at-once");
    let stub = step.read(STUB);
    step.write_functions(&[BASE_FORGOTTEN, SQUARED_ERROR, (LOSS.0, MEAN)]);
    let wrong = step.read(STUB);
    wait_until("both are named", || names_both(&course));
    step.write(STUB, &stub);
    let verified = course.xtask(&["verify"]);
    assert_eq!(verified.code, 0, "{}", verified.stdout);
    step.write(STUB, &wrong);
    wait_until("both are named again", || names_both(&course));
}

#[test]
fn what_was_found_out_is_not_tried_again() {
    let course = PROGRAM.course("pairs-remembered");
    let step = course.step("remembered");
    let note = course.note_in("notes", "\"ran\"");
    step.change(
        "exercise/cases.rs",
        "fn loss_by_weight(trial: &Trial, table: &mut Table) {\n",
        &format!("fn loss_by_weight(trial: &Trial, table: &mut Table) {{\n    {note}\n"),
    );
    step.write_functions(&[BASE_FORGOTTEN, SQUARED_ERROR, (LOSS.0, MEAN)]);
    wait_until("both are named", || names_both(&course));
    let tried = course.notes("notes").len();
    assert!(names_both(&course));
    assert_eq!(course.notes("notes").len(), tried);
    // Another slip in the same place: the file is run again on its three trials, and no pair.
    step.write(STUB, &step.read(STUB).replace("len().max(1)", "len().max(2)"));
    assert!(!names_both(&course));
    assert_eq!(course.notes("notes").len(), tried + 3);
}

#[test]
fn several_grades_at_once_find_it_out_each_for_itself() {
    let course = PROGRAM.course("pairs-at-once");
    let step = course.step("at-once");
    step.write_functions(&[BASE_FORGOTTEN, SQUARED_ERROR, (LOSS.0, MEAN)]);
    let grades: Vec<_> = (0..4).map(|_| course.grade_command(&["--fresh"]).spawn().unwrap()).collect();
    for grade in grades {
        let graded = Run::from(grade.wait_with_output().unwrap());
        assert_eq!((graded.code, graded.stderr.as_str()), (1, ""));
    }
    wait_until("both are named", || names_both(&course));
}

#[cfg(unix)]
#[test]
fn a_terminal_shows_the_report_at_once_and_then_what_the_pairs_have_told() {
    let course = PROGRAM.course("pairs-on-a-terminal");
    let step = course.step("at-a-glance");
    step.write_functions(&[BASE_FORGOTTEN, SQUARED_ERROR, (LOSS.0, MEAN)]);
    let mut screen = String::new();
    wait_until("both are named", || {
        let session = testkit::Session::start(course.command(&["grade"]), 80, 40);
        let code;
        (code, screen) = session.end();
        assert_eq!(code, 1);
        screen.contains("And in `calculate_loss`")
    });
    let (report, found) = screen.split_once("And in `calculate_loss`").unwrap();
    let found = found.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(found.contains("The sum is divided by the number of houses"), "{screen}");
    assert!(report.contains("\n  Then  cargo xtask grade"), "{screen}");
    assert_eq!(screen.matches("Step 1: ").count(), 1, "{screen}");
    assert!(!screen.contains("running the cases: ") && !screen.contains("building the steps: "), "{screen}");
}

#[test]
fn a_pair_without_an_end_is_given_up_and_nothing_is_said_of_it() {
    let course = PROGRAM.course("pairs-endless");
    let step = course.step("endless");
    // Alone, each of the two comes to its end.
    let total = SUM.replace("sum()", "sum::<f64>()");
    step.add_mistake("waits", SUM, &format!("while predict(0.0, 0.0) != BASE_PRICE {{}} 1.0 + {total}"));
    assert_eq!(course.xtask(&["bless", "--yes"]).code, 0);
    step.write_functions(&[BASE_FORGOTTEN, SQUARED_ERROR, (LOSS.0, &format!("2.0 + {total}"))]);
    let report = course.grade_as_json(&["--fresh"]);
    assert_eq!(explanation(&report, "predict")["mistakes"][0]["name"], "base-forgotten");
    assert_eq!(explanation(&report, "calculate_loss")["elsewhere"]["function"], "predict");
}

#[test]
fn a_mistake_that_panics_with_several_lines_is_named() {
    let course = PROGRAM.course("pairs-panic");
    let step = course.step("panics");
    let assert = |text: &str| format!("assert_eq!(predicted as i64, actual as i64, {text}); error * error");
    step.add_mistake("asserted", "error * error", &assert("\\\"two\\nlines\\\""));
    assert_eq!(course.xtask(&["bless", "--yes"]).code, 0);
    assert!(step.read("exercise/snapshots/mistakes/asserted.snap").contains("failed: two\\nlines\\n  left: "));
    let body = format!("let error = predicted - actual; {}", assert("\"two\\nlines\""));
    step.write_functions(&[PREDICT, (SQUARED_ERROR.0, &body), LOSS]);
    assert_eq!(explanation(&course.grade_as_json(&[]), "squared_error")["mistakes"][0]["name"], "asserted");
}

fn names_both(course: &Course) -> bool {
    let report = course.grade_as_json(&[]);
    let names = |function| explanation(&report, function)["mistakes"][0]["name"].clone();
    assert_eq!(names("predict"), "base-forgotten");
    names("calculate_loss") == "mean-where-there-are-houses"
}

/// What is said of the first case of a function that failed.
fn explanation(report: &Value, function: &str) -> Value {
    let cases = report["steps"][0]["cases"].as_array().unwrap();
    let failed = cases.iter().find(|case| case["function"] == function && case["verdict"]["kind"] != "passed");
    failed.map(|case| case["verdict"]["explanation"].clone()).unwrap_or_default()
}
