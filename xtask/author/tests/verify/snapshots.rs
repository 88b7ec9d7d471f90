//! Snapshots that are missing, stale or of nothing.

use crate::broken::*;

#[test]
fn faults_of_snapshots_are_named_with_their_place() {
    check(SNAPSHOTS);
}

const KEPT_STUB: &str = "exercise/snapshots/stub.rs";

pub const SNAPSHOTS: &[Broken] = &[
    Broken {
        name: "case-without-a-snapshot",
        breaks: |step| step.remove("exercise/snapshots/error-squared.snap"),
        said: &[(
            TOML,
            Some("name = \"error-squared\""),
            "case `error-squared` has no snapshot; record it: `cargo xtask bless case-without-a-snapshot`",
        )],
    },
    Broken {
        name: "mistake-without-a-snapshot",
        breaks: |step| step.remove("exercise/snapshots/mistakes/base-forgotten.snap"),
        said: &[(
            "exercise/snapshots/mistakes/base-forgotten.snap",
            None,
            "the snapshot is missing; record it: `cargo xtask bless mistake-without-a-snapshot`",
        )],
    },
    Broken {
        name: "snapshot-without-a-case",
        breaks: |step| {
            step.write("exercise/snapshots/of-old.snap", &step.read("exercise/snapshots/error-squared.snap"))
        },
        said: &[(
            "exercise/snapshots/of-old.snap",
            None,
            "no case has this snapshot; rename the case back or delete the file",
        )],
    },
    Broken {
        name: "snapshot-without-a-mistake",
        breaks: |step| {
            step.rename("exercise/snapshots/mistakes/base-forgotten.snap", "exercise/snapshots/mistakes/of-old.snap")
        },
        said: &[
            (
                "exercise/snapshots/mistakes/of-old.snap",
                None,
                "no mistake has this snapshot; rename the mistake back or delete the file",
            ),
            ("exercise/snapshots/mistakes/base-forgotten.snap", None, "the snapshot is missing"),
        ],
    },
    Broken {
        name: "stale-snapshot",
        breaks: |step| step.change("exercise/snapshots/loss-by-weight.snap", "303750000000.0", "303750001000.0"),
        said: &[("exercise/snapshots/loss-by-weight.snap", None, STALE)],
    },
    Broken {
        name: "stale-snapshot-of-a-mistake",
        breaks: |step| step.change("exercise/snapshots/mistakes/base-forgotten.snap", "1600000000.0", "1600001000.0"),
        said: &[("exercise/snapshots/mistakes/base-forgotten.snap", None, STALE)],
    },
    Broken {
        name: "snapshot-with-old-words",
        breaks: |step| step.change(MISTAKES, "says = \"Every price is", "says = \"Each price is"),
        said: &[(
            "exercise/snapshots/mistakes/base-forgotten.snap",
            Some("---"),
            "the snapshot has an old header; record it: `cargo xtask bless snapshot-with-old-words`",
        )],
    },
    Broken {
        name: "snapshot-of-another-function",
        breaks: |step| {
            step.change(
                "exercise/snapshots/mistakes/base-forgotten.snap",
                "function: predict",
                "function: calculate_loss",
            )
        },
        said: &[(
            "exercise/snapshots/mistakes/base-forgotten.snap",
            Some("---"),
            "the snapshot has an old header; record it: `cargo xtask bless snapshot-of-another-function`",
        )],
    },
    Broken {
        name: "kept-stub-out-of-date",
        breaks: |step| {
            let stub = step.read(KEPT_STUB);
            step.write(KEPT_STUB, &stub.replacen("The price that", "A price that", 1))
        },
        said: &[(
            KEPT_STUB,
            Some("/// A price that the model predicts"),
            "the file is out of date: `/// The price that the model predicts for a house, in dollars.` is expected here; \
             record it: `cargo xtask bless kept-stub-out-of-date`",
        )],
    },
    Broken {
        name: "nothing-kept",
        breaks: |step| {
            step.remove(KEPT_STUB);
            step.remove("exercise/snapshots/crates.txt");
        },
        said: &[
            (KEPT_STUB, None, "the file is missing; record it: `cargo xtask bless nothing-kept`"),
            ("exercise/snapshots/crates.txt", None, "the file is missing; record it: `cargo xtask bless nothing-kept`"),
        ],
    },
    Broken {
        name: "damaged-snapshot",
        breaks: |step| step.append("exercise/snapshots/loss-by-weight.snap", "1.0 -> 2.0 | 3.0\n"),
        said: &[(
            "exercise/snapshots/loss-by-weight.snap",
            Some("1.0 -> 2.0 | 3.0"),
            "the row has 3 cells for 2 columns",
        )],
    },
];
