//! Known mistakes that cannot be made, caught or told apart.

use crate::broken::*;

#[test]
fn faults_of_mistakes_are_named_with_their_place() {
    check(KNOWN_MISTAKES);
}

pub const KNOWN_MISTAKES: &[Broken] = &[
    Broken {
        name: "mistake-of-another-text",
        breaks: |step| step.add_mistake("not-here", "BASE_PRICE - sqft", "0.0"),
        said: &[(MISTAKES, Some("\"not-here\""), "mistake `not-here`: the text to replace is not in solutions/")],
    },
    Broken {
        name: "mistake-in-two-places",
        breaks: |step| step.add_mistake("here-and-there", "error", "0.0"),
        said: &[(MISTAKES, Some("\"here-and-there\""), "the text to replace occurs more than once in solutions/")],
    },
    Broken {
        name: "mistake-outside-the-bodies",
        breaks: |step| step.add_mistake("another-base", "50_000.0;", "60_000.0;"),
        said: &[(MISTAKES, Some("\"another-base\""), "the text to replace is not inside one marked body")],
    },
    Broken {
        name: "mistake-listed-twice",
        breaks: |step| {
            step.add_mistake("again", "error * error", "0.0");
            step.change(MISTAKES, "name = \"again\"", "name = \"base-forgotten\" # again");
        },
        said: &[(MISTAKES, Some("# again"), "a mistake `base-forgotten` is listed already")],
    },
    Broken {
        name: "mistake-that-does-not-compile",
        breaks: |step| step.add_mistake("what-is-size", "sqft_weight * sqft", "sqft_weight * size"),
        said: &[(
            MISTAKES,
            Some("\"what-is-size\""),
            "mistake `what-is-size` does not compile: cannot find value `size` in this scope",
        )],
    },
    Broken {
        name: "mistake-that-compiles-alone",
        // With the others it is a body among bodies.
        breaks: |step| {
            step.add_mistake("beyond-its-body", "error * error", "3.0 * error } fn rest(error: f64) -> f64 { error");
        },
        said: &[("exercise/snapshots/mistakes/beyond-its-body.snap", None, "the snapshot is missing")],
    },
    Broken {
        name: "mistake-that-is-none",
        breaks: |step| step.add_mistake("power-of-two", "error * error", "error.powi(2)"),
        said: &[(
            MISTAKES,
            Some("\"power-of-two\""),
            "mistake `power-of-two` is caught by no case: it answers as the solution does",
        )],
    },
    Broken {
        name: "mistake-as-another",
        breaks: |step| step.add_mistake("no-base", "BASE_PRICE +", "0.0 +"),
        said: &[
            ("exercise/snapshots/mistakes/no-base.snap", None, "the snapshot is missing"),
            (
                MISTAKES,
                Some("\"no-base\""),
                "mistake `no-base` answers as `base-forgotten` does; add a case that tells them apart",
            ),
            (
                MISTAKES,
                Some("\"base-forgotten\""),
                "mistake `base-forgotten` answers as `no-base` does; add a case that tells them apart",
            ),
        ],
    },
    Broken {
        name: "mistake-without-an-end",
        breaks: |step| {
            step.add_mistake(
                "round-and-round",
                SUM,
                &format!("while houses.is_empty() {{ std::thread::park(); }} {SUM}"),
            )
        },
        said: &[(
            MISTAKES,
            Some("\"round-and-round\""),
            "mistake `round-and-round` does not end in case `loss-of-no-houses`",
        )],
    },
    Broken {
        name: "mistake-that-cannot-be-named",
        breaks: |step| step.add_mistake("gives-up", "error * error", "std::process::exit(0)"),
        said: &[
            ("exercise/snapshots/mistakes/gives-up.snap", None, "the snapshot is missing"),
            (
                MISTAKES,
                Some("\"gives-up\""),
                "mistake `gives-up` is not what the student reads: case `error-squared` of `squared_error` is crashed",
            ),
        ],
    },
];
