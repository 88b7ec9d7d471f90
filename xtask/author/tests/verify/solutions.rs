//! Solutions that are wrong, end early or do not compile.

use crate::broken::*;

#[test]
fn faults_of_solutions_are_named_with_their_place() {
    check(SOLUTIONS);
}

pub const SOLUTIONS: &[Broken] = &[
    Broken {
        name: "solution-that-is-wrong",
        breaks: |step| {
            step.change(SOLUTION, SUM, &format!("if houses.is_empty() {{\n        return 1.0;\n    }}\n    {SUM}"))
        },
        said: &[
            // One number, in the snapshots of a case and of two mistakes.
            ("exercise/snapshots/loss-of-no-houses.snap", None, ALL_STALE),
        ],
    },
    Broken {
        name: "solution-that-panics",
        breaks: |step| {
            step.change(
                SOLUTION,
                "    let error = predicted - actual;",
                "    assert!(predicted <= actual, \"too high\");\n    let error = predicted - actual;",
            )
        },
        said: &[(SOLUTION, None, "case `error-squared` on lesson: the solution panicked: too high")],
    },
    Broken {
        name: "solution-that-panics-on-some-houses",
        breaks: |step| {
            let panics = format!(
                "    assert!(sqft != {:?}, \"of all sizes\");\n    BASE_PRICE + sqft_weight * sqft",
                rare_size()
            );
            step.change(SOLUTION, "    BASE_PRICE + sqft_weight * sqft", &panics);
        },
        said: &[(SOLUTION, None, "case `price-of-a-house` on fresh-1003: the solution panicked: of all sizes")],
    },
    Broken {
        name: "solution-that-is-no-number",
        breaks: |step| {
            step.change(
                SOLUTION,
                "    BASE_PRICE + sqft_weight * sqft",
                "    if sqft == 0.0 {\n        return f64::NAN;\n    }\n    BASE_PRICE + sqft_weight * sqft",
            )
        },
        said: &[(SOLUTION, None, "case `price-of-a-house` on lesson: the solution answers NaN")],
    },
    Broken {
        name: "solution-that-looks-at-the-clock",
        breaks: |step| {
            let clock = "std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos() as f64";
            let looks = format!(
                "    if sqft == {:?} {{\n        return {clock};\n    }}\n    BASE_PRICE + sqft_weight * sqft",
                rare_size()
            );
            step.change(SOLUTION, "    BASE_PRICE + sqft_weight * sqft", &looks);
        },
        said: &[
            (SOLUTION, None, "case `price-of-a-house` on fresh-1003 gives other answers in a second run"),
            (SOLUTION, None, "case `loss-by-weight` on fresh-1003 gives other answers in a second run"),
            (SOLUTION, None, "case `loss-of-no-houses` on fresh-1003 gives other answers in a second run"),
        ],
    },
    Broken {
        name: "solution-that-does-not-compile",
        breaks: |step| step.change(SOLUTION, "    let error =", "    let sign = sine(predicted);\n    let error ="),
        said: &[(SOLUTION, Some("sine(predicted)"), "Cargo.toml: cannot find function `sine` in this scope")],
    },
    Broken {
        name: "solution-that-hides-a-function",
        breaks: |step| step.change(SOLUTION, "pub fn squared_error", "fn squared_error"),
        said: &[
            (STUB, Some("pub fn squared_error"), NOT_DERIVED),
            (KEPT_STUB, Some("pub fn squared_error"), "the file is out of date"),
            (
                CASES,
                Some("squared_error}"),
                "the cases do not compile with the solution: function `squared_error` is private",
            ),
            (
                "solution/tests/by_hand.rs",
                Some("squared_error}"),
                "the test of the solution does not compile: function `squared_error` is private",
            ),
        ],
    },
    Broken {
        name: "manifest-without-the-harness",
        breaks: |step| step.change("exercise/Cargo.toml", "harness.workspace = true\n", ""),
        said: &[
            (CASES, Some("use harness::"), "the cases do not compile with the solution: unresolved import `harness`"),
            ("exercise/snapshots/crates.txt", Some("harness"), "the file is out of date"),
        ],
    },
    Broken {
        name: "solution-with-an-open-body",
        breaks: |step| step.change(SOLUTION, "    error * error\n    // done\n", "    error * error\n"),
        said: &[(SOLUTION, Some("// todo!(\"return the square"), "this part is not closed with `// done`")],
    },
];
