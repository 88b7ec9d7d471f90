//! Experiments that do not run, cannot be drawn, or whose answers quote stale numbers.

use crate::broken::*;

#[test]
fn faults_of_experiments_are_named_with_their_place() {
    check(EXPERIMENTS);
}

pub const EXPERIMENTS: &[Broken] = &[
    Broken {
        name: "experiment-of-another-name",
        breaks: |step| step.change(CASES, "experiment(\"valley\", valley)", "experiment(\"valleys\", valley)"),
        said: &[
            (CASES, Some("experiment(\"valleys\""), "experiment `valleys` is run here, but exercises/"),
            (TOML, Some("name = \"valley\""), "experiment `valley` is not in exercises/"),
        ],
    },
    Broken {
        name: "experiment-that-panics",
        breaks: |step| {
            step.change(
                CASES,
                "let chosen = trial.number(",
                "let chosen = [0.0; 1][trial.records::<House>().len()] + trial.number(",
            );
        },
        said: &[(
            TOML,
            Some("name = \"valley\""),
            "experiment `valley` of the solution: The code panicked: index out of bounds",
        )],
    },
    Broken {
        name: "experiment-of-no-column",
        breaks: |step| step.change(TOML, "column = \"your weight\"", "column = \"a weight\""),
        said: &[(
            TOML,
            Some("column = \"a weight\""),
            "the table of experiment `valley` has no column `a weight`; it has `your weight`, `weight`, `loss`",
        )],
    },
    Broken {
        name: "experiment-with-a-mark-on-nothing",
        breaks: |step| {
            let mark = "name = \"valley\"\nmark = { control = \"height\", column = \"loss\", label = \"here\" }";
            step.change(TOML, "name = \"valley\"", mark);
        },
        said: &[(TOML, Some("mark = "), "experiment `valley` draws no number or count `height` to mark")],
    },
    Broken {
        name: "experiment-with-a-mark-of-nothing",
        breaks: |step| {
            let mark = "name = \"valley\"\nmark = { control = \"weight\", column = \"limit\", label = \"here\" }";
            step.change(TOML, "name = \"valley\"", mark);
        },
        said: &[(TOML, Some("mark = "), "the table of experiment `valley` has no column `limit`; it has ")],
    },
    Broken {
        name: "experiment-with-a-stale-number",
        breaks: |step| {
            step.change(TOML, "135 billion<!--= valley[", "136 billion<!--= valley[");
            step.change(TOML, "valley(weight=200)[", "valley(wait=200)[");
        },
        said: &[
            (
                TOML,
                Some("136 billion"),
                "the number does not match the answers of the solution, where it is 135 billion; record it: `cargo xtask bless ",
            ),
            (
                TOML,
                Some("valley(wait=200)"),
                "experiment `valley`: the experiment has no control `wait`; it has `data`, `weight`",
            ),
        ],
    },
];
