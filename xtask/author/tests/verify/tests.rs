//! Tests of solutions that test nothing or do not compile, and files that rustfmt would change.

use crate::broken::*;

#[test]
fn faults_of_tests_and_of_the_form_of_files_are_named_with_their_place() {
    check(TESTS);
}

const TEST: &str = "solution/tests/by_hand.rs";

pub const TESTS: &[Broken] = &[
    Broken {
        name: "solution-without-a-test",
        breaks: |step| step.remove(TEST),
        said: &[("solution/tests", None, "the solution has no test; write one")],
    },
    Broken {
        name: "test-of-another-crate",
        breaks: |step| step.change(TEST, "use test_of_another_crate_solution::", "use loss_solution::"),
        said: &[(TEST, Some("use loss_solution"), "the test of the solution does not compile: ")],
    },
    Broken {
        name: "test-without-a-function",
        breaks: |step| step.change(TEST, "predict(200.0, 0.0)", "50_000.0"),
        said: &[("solution/tests", None, "no test here calls `predict`; test it against something independent of it")],
    },
    Broken {
        name: "test-with-functions-of-its-own",
        breaks: |step| {
            step.change(TEST, "assert_eq!(squared_error(4.0, 7.0), 9.0)", "assert_eq!(3.0, 3.0)");
            step.change(TEST, "BASE_PRICE, calculate_loss, predict", "BASE_PRICE, predict");
            step.change(TEST, "no_houses_have_no_loss", "calculate_loss");
            step.change(TEST, "calculate_loss(&[], 200.0)", "0.0");
        },
        said: &[("solution/tests", None, "no test here calls `squared_error`, `calculate_loss`; test each against ")],
    },
    Broken {
        name: "files-without-form",
        breaks: |step| {
            step.append(CASES, "\n\n\n// Behind three empty lines.\n");
            step.change(TEST, "    assert_eq!(predict", "  assert_eq!(predict");
        },
        said: &[(CASES, None, NOT_IN_FORM), (TEST, None, NOT_IN_FORM)],
    },
];
