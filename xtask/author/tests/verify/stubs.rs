//! Stubs that do not match their solutions, and stubs that pass.

use crate::broken::*;

#[test]
fn faults_of_stubs_are_named_with_their_place() {
    check(STUBS);
}

pub const STUBS: &[Broken] = &[
    Broken {
        name: "stub-with-a-type-error",
        breaks: |step| step.change(STUB, "todo!(\"return the base", "let _: u8 = \"\"; todo!(\"return the base"),
        said: &[
            (STUB, Some("let _: u8"), "the stub does not compile: mismatched types"),
            (STUB, Some("let _: u8"), NOT_DERIVED),
        ],
    },
    Broken {
        name: "stub-with-a-warning",
        // A part that only the solution's bodies use.
        breaks: |step| {
            step.change_solution(
                "\n/// The loss of a weight",
                "\nfn zero() -> f64 {\n    0.0\n}\n\n/// The loss of a weight",
            );
            step.change(SOLUTION, "    let error = predicted", "    let error = zero() + predicted");
        },
        said: &[(STUB, Some("fn zero"), "the stub compiles with a warning: function `zero` is never used")],
    },
    Broken {
        name: "stub-with-a-part-of-the-solution",
        breaks: |step| {
            step.change(
                STUB,
                "todo!(\"return the base price plus the weight for every square foot\")",
                "BASE_PRICE + sqft_weight * sqft",
            );
        },
        said: &[
            (STUB, Some("    BASE_PRICE + sqft"), NOT_DERIVED),
            (
                CASES,
                Some("case(\"price-of-a-house\""),
                "on the stub, case `price-of-a-house` is not \"not started\" but \"passed\"",
            ),
        ],
    },
    Broken {
        name: "stub-with-other-words",
        breaks: |step| step.change(STUB, "/// How wrong one prediction is:", "/// How bad one prediction is:"),
        said: &[(STUB, Some("/// How bad one"), NOT_DERIVED)],
    },
    Broken {
        name: "stub-with-another-signature",
        breaks: |step| {
            step.change(
                STUB,
                "pub fn predict(sqft_weight: f64, sqft: f64)",
                "pub fn predict(sqft_weight: f64, size: f64)",
            )
        },
        said: &[(STUB, Some("pub fn predict"), NOT_DERIVED)],
    },
    Broken {
        name: "stub-without-its-end",
        breaks: |step| step.append(STUB, "// the end\n"),
        said: &[(STUB, Some("// the end"), "the end of the file is expected here")],
    },
    Broken {
        name: "stub-without-its-last-line-end",
        breaks: |step| {
            step.append(SOLUTION, "\n// The end.\n");
            step.write_stub();
            step.write(STUB, step.read(STUB).trim_end());
        },
        said: &[(STUB, Some("// The end."), "another end of the line is expected here")],
    },
    Broken {
        name: "stub-from-another-system",
        breaks: |step| step.write(STUB, &step.read(STUB).replace('\n', "\r\n")),
        said: &[],
    },
    Broken {
        name: "case-that-calls-nothing",
        breaks: |step| {
            step.change(CASES, "calculate_loss(&[], weight)", "0.0");
            let loss = "(50_000.0 + weight * one[0].sqft - one[0].price).powi(2)";
            step.change(CASES, "calculate_loss(one, weight)", loss);
            let loss = "houses.iter().map(|house| (50_000.0 + weight * house.sqft - house.price).powi(2)).sum::<f64>()";
            step.change(CASES, "calculate_loss(houses, weight)", loss);
        },
        said: &[
            (
                CASES,
                Some("case(\"loss-of-no-houses\""),
                "on the stub, case `loss-of-no-houses` is not \"not started\" but \"passed\"",
            ),
            (
                "exercise/snapshots/mistakes/base-forgotten.snap",
                None,
                "and 2 other places are out of date; record all: ",
            ),
            (CASES, None, NOT_IN_FORM),
        ],
    },
];
