//! Tolerances that are too narrow or too wide, and results that a case records as given.

use crate::broken::*;

#[test]
fn tolerances_that_do_not_fit_are_named_with_their_place() {
    check(TOLERANCES);
}

const CASE: &str = "name = \"loss-by-weight\"";

pub const TOLERANCES: &[Broken] = &[
    Broken {
        name: "tolerance-too-narrow",
        breaks: |step| step.change(TOML, CASE, &format!("{CASE}\ntolerance = {{ relative = 1e-17 }}")),
        said: &[(TOML, Some(CASE), "case `loss-by-weight` is on an edge: ")],
    },
    Broken {
        name: "tolerance-too-narrow-with-a-reason",
        breaks: |step| {
            step.change(TOML, CASE, &format!("{CASE}\ntolerance = {{ relative = 1e-17 }}\nedge = \"all are exact\""));
        },
        said: &[],
    },
    Broken {
        name: "edge-where-there-is-none",
        breaks: |step| step.change(TOML, CASE, &format!("{CASE}\nedge = \"all are exact\"")),
        said: &[(TOML, Some(CASE), "case `loss-by-weight` is on no edge: each of ")],
    },
    Broken {
        name: "mistake-that-barely-misses",
        breaks: |step| step.add_mistake("a-little-more", "error * error", "error * error * (1.0 + 5e-9)"),
        said: &[
            (
                MISTAKES,
                Some("\"a-little-more\""),
                "mistake `a-little-more` misses by less than ten times the tolerance of each case",
            ),
            ("exercise/snapshots/mistakes/a-little-more.snap", None, "the snapshot is missing"),
        ],
    },
    Broken {
        name: "result-as-given",
        breaks: |step| {
            let row = "given(\"predicted\", predicted), given(\"actual\", actual)";
            step.change(CASES, row, &format!("{row}, given(\"price\", predict(1.0, actual))"));
            step.write_in_form();
        },
        said: &[
            (
                CASES,
                Some("case(\"error-squared\""),
                "case `error-squared` records `price` as given, but mistake `base-forgotten` changes it",
            ),
            ("exercise/snapshots/error-squared.snap", None, ALL_STALE),
        ],
    },
];
