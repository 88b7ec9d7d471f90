//! Functions and cases that do not belong together, and cases that take too long.

use testkit::Step;

use crate::broken::*;

#[test]
fn faults_of_functions_and_cases_are_named_with_their_place() {
    check(FUNCTIONS);
}

pub const FUNCTIONS: &[Broken] = &[
    Broken {
        name: "function-without-a-case",
        breaks: |step| {
            add_function(step);
            step.append(TOML, "\n[[function]]\nname = \"double\"\nhints = [\"One.\", \"Two.\", \"Three.\"]\n");
        },
        said: &[
            (TOML, Some("name = \"double\""), "`double` has no case"),
            (TOML, Some("name = \"double\""), "`double` has no known mistake in solutions/"),
            (README, None, "the README does not name `double`"),
            ("solution/tests", None, "no test here calls `double`"),
        ],
    },
    Broken {
        name: "function-without-a-hint",
        breaks: |step| step.change(TOML, &hints_of(step, "predict"), "hints = [\"One.\", \" \", \"Three.\"]"),
        said: &[(TOML, Some("name = \"predict\""), "`predict` has an empty hint")],
    },
    Broken {
        name: "function-without-a-body",
        breaks: |step| {
            step.change(SOLUTION, "    // todo!(\"return the square of the difference\")\n", "");
            step.change_solution("    error * error\n    // done\n", "    error * error\n");
            // A mistake would have no body to be in.
            step.remove_mistake("error-not-squared");
        },
        said: &[
            (TOML, Some("name = \"squared_error\""), "`squared_error` has no body between `// todo!(…)` and `// done`"),
            (TOML, Some("name = \"squared_error\""), "`squared_error` has no known mistake in solutions/"),
            (
                "solution/forms.toml",
                Some("name = \"power-of-two\""),
                "form `power-of-two`: the text to replace is not inside one marked body",
            ),
            (
                CASES,
                Some("case(\"error-squared\""),
                "on the stub, case `error-squared` is not \"not started\" but \"passed\"",
            ),
        ],
    },
    Broken {
        name: "body-without-a-function",
        breaks: add_function,
        said: &[(
            SOLUTION,
            Some("pub fn double"),
            "`double` is to be written, but exercise.toml has no [[function]] for it",
        )],
    },
    Broken {
        name: "case-that-is-not-graded",
        breaks: |step| step.change(CASES, "harness::main(&[", "harness::main(&[case(\"one-more\", loss_by_weight),"),
        said: &[(CASES, Some("\"one-more\""), "case `one-more` is run here, but "), (CASES, None, NOT_IN_FORM)],
    },
    Broken {
        name: "case-that-is-not-run",
        breaks: |step| {
            step.append(TOML, "\n[[case]]\nname = \"one-more\"\ntitle = \"One more\"\nfunction = \"predict\"\n");
            step.write(
                "exercise/snapshots/one-more.snap",
                &step.read("exercise/snapshots/price-of-a-house.snap").replace("# price-of-a-house,", "# one-more,"),
            );
        },
        said: &[
            (TOML, Some("name = \"one-more\""), "case `one-more` is not in "),
            ("exercise/snapshots/one-more.snap", Some("---"), "the snapshot has an old header"),
        ],
    },
    #[cfg(target_os = "linux")]
    Broken {
        name: "slow-case",
        breaks: |step| {
            step.append(
                CASES,
                "
fn compute_for(seconds: u64) {
    let used = || -> Option<u64> {
        std::fs::read_to_string(\"/proc/thread-self/schedstat\").ok()?.split(' ').next()?.parse().ok()
    };
    let end = used().map(|used| used + seconds * 1_000_000_000);
    while used() < end {}
}
",
            );
            beyond_the_graded_trials(step, "compute_for(2);");
        },
        said: &[(CASES, Some("case(\"price-of-a-house\""), "case `price-of-a-house` takes the solution 2.")],
    },
    Broken {
        name: "case-that-waits",
        // As each does that shares the machine with others.
        breaks: |step| beyond_the_graded_trials(step, "std::thread::sleep(std::time::Duration::from_millis(1_500));"),
        said: &[],
    },
    Broken {
        name: "unfinished",
        breaks: |step| {
            step.append(README, "\nTODO: a picture of the valley\n");
            step.append(MISTAKES, "\n# TODO: what else goes wrong?\n");
            step.append(TOML, "\n# TODO: a case for huge houses\n");
        },
        said: &[
            (README, Some("TODO"), "TODO: a picture of the valley"),
            (MISTAKES, Some("TODO"), "# TODO: what else goes wrong?"),
            (TOML, Some("TODO"), "# TODO: a case for huge houses"),
        ],
    },
];

/// Lets a case do something more on one of the trials that only `verify` runs.
fn beyond_the_graded_trials(step: &Step<'_>, does: &str) {
    let head = "fn price_of_a_house(trial: &Trial, table: &mut Table) {\n";
    step.change(CASES, head, &format!("{head}    if *trial == Trial::Fresh(1003) {{\n        {does}\n    }}\n"));
}
