//! Other right forms of a solution, and tolerances that are for nothing.

use crate::broken::*;

#[test]
fn faults_of_forms_are_named_with_their_place() {
    check(FORMS);
}

const LIST: &str = "solution/forms.toml";

/// Adds a form.
fn add(step: &testkit::Step<'_>, name: &str, replace: &str, with: &str) {
    step.append(LIST, &format!("\n[[form]]\nname = \"{name}\"\nreplace = \"{replace}\"\nwith = \"{with}\"\n"));
}

pub const FORMS: &[Broken] = &[
    Broken {
        name: "form-that-is-wrong",
        breaks: |step| add(step, "halved", "error * error", "error * error / 2.0"),
        said: &[(
            LIST,
            Some("halved"),
            "form `halved` is to be right, and case `error-squared` of `squared_error` is wrong",
        )],
    },
    Broken {
        name: "form-that-does-not-compile",
        breaks: |step| add(step, "unknown", "error * error", "errors * error"),
        said: &[(LIST, Some("unknown"), "form `unknown` does not compile: cannot find value `errors`")],
    },
    Broken {
        name: "form-of-nothing",
        breaks: |step| add(step, "elsewhere", "no such text", "nothing"),
        said: &[(LIST, Some("elsewhere"), "form `elsewhere`: the text to replace is not in solutions/")],
    },
    Broken {
        name: "tolerance-for-no-column",
        breaks: |step| {
            step.change(
                TOML,
                "name = \"loss-by-weight\"\n",
                "name = \"loss-by-weight\"\ncolumn_tolerance = { weight = { absolute = 1.0 }, loss = { absolute = 1e-9 } }\n",
            );
        },
        said: &[(
            TOML,
            Some("name = \"loss-by-weight\""),
            "case `loss-by-weight` has a tolerance for the column `weight`, in which it does not answer; it answers in `loss`",
        )],
    },
];
