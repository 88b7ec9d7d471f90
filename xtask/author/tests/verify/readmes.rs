//! READMEs whose tables, numbers and pictures are not those of the solution.

use testkit::Step;

use crate::broken::*;

#[test]
fn faults_of_readmes_are_named_with_their_place() {
    check(READMES);
}

pub const READMES: &[Broken] = &[
    Broken {
        name: "readme-without-a-function",
        breaks: |step| {
            step.write(
                README,
                &step
                    .read(README)
                    .replace("`squared_error(", "`error_squared(")
                    .replace("`squared_error`", "the error")
                    .replace("- `error_squared(", "- of `error_squared("),
            )
        },
        said: &[(README, None, "the README does not name `squared_error`")],
    },
    Broken {
        name: "readme-with-a-function-too-many",
        breaks: |step| {
            step.change(
                README,
                "- `squared_error(",
                "- `absolute_error(predicted, actual)`: for later.\n- `squared_error(",
            )
        },
        said: &[(
            README,
            Some("- `absolute_error("),
            "the README lists `absolute_error`, which the step does not have",
        )],
    },
    Broken {
        name: "readme-without-a-table",
        breaks: |step| step.change(README, "```text case=loss-by-weight", "```text"),
        said: &[(README, None, "the README quotes no table of the solution")],
    },
    Broken {
        name: "readme-with-a-stale-table",
        breaks: |step| step.change(README, "   100  -> 135,000,000,000\n", "   100  -> 135,000,000,001\n"),
        said: &[(
            README,
            Some("   100  -> 135,000,000,001"),
            "the table does not match the answers of the solution; record it: `cargo xtask bless readme-with-a-stale-table`",
        )],
    },
    Broken {
        name: "readme-with-a-table-of-no-case",
        breaks: |step| step.change(README, "```text case=loss-by-weight", "```text case=loss-by-size"),
        said: &[(README, Some("case=loss-by-size"), "the step has no case `loss-by-size`")],
    },
    Broken {
        name: "readme-with-an-open-table",
        breaks: |step| {
            let (head, _) = step
                .read(README)
                .split_once("   300  -> 135")
                .map(|(head, tail)| (head.to_owned(), tail.to_owned()))
                .unwrap();
            let functions = "\n`predict`, `squared_error`, `calculate_loss`\n";
            step.write(README, &(head + functions));
        },
        said: &[
            (README, Some("case=loss-by-weight"), "this block is not closed"),
            (
                README,
                Some("Here is the loss of six"),
                "the lesson does not lead on: its last paragraph links to step `",
            ),
            (README, None, "the lesson has no part `## What to implement`"),
            (README, None, "the lesson has no part `## Try it`"),
            (README, None, "the lesson has no part `## Think about it`"),
        ],
    },
    Broken {
        name: "readme-with-a-stale-picture",
        breaks: |step| step.change(PICTURE, "<title>", "<title>Once: "),
        said: &[(
            PICTURE,
            None,
            "the picture does not match the answers of the solution; record it: `cargo xtask bless readme-with-a-stale-picture`",
        )],
    },
    Broken {
        name: "readme-with-a-missing-picture",
        breaks: |step| step.remove(PICTURE),
        said: &[(README, Some("](pictures/"), "loss-by-weight.svg is missing; record it: `cargo xtask bless ")],
    },
    Broken {
        name: "readme-that-does-not-show-a-picture",
        breaks: |step| {
            step.write("exercise/pictures/of-old.svg", &step.read(PICTURE));
            step.write("exercise/pictures/notes.txt", "what to draw\n");
        },
        said: &[
            ("exercise/pictures/of-old.svg", None, "the README does not show this file; show it or delete it"),
            ("exercise/pictures/notes.txt", None, "the README does not show this file; show it or delete it"),
        ],
    },
    Broken {
        name: "readme-with-a-picture-of-no-case",
        breaks: |step| step.append(README, "\n![The loss by size.](pictures/loss-by-size.svg)\n"),
        said: &[(README, Some("loss-by-size.svg"), "has no case `loss-by-size` and no [[picture]] of this name")],
    },
    Broken {
        name: "readme-with-a-picture-of-a-case-without-a-plot",
        breaks: |step| step.append(README, "\n![Errors and their squares.](pictures/error-squared.svg)\n"),
        said: &[(
            README,
            Some("error-squared.svg"),
            "case `error-squared` has no plot to be drawn; declare it as [case.plot]",
        )],
    },
    Broken {
        name: "readme-with-images-without-words",
        breaks: |step| {
            step.append(README, "\n![](https://example.org/valley.png) and\n![ ](fog.jpg \"fog\")\n");
            for image in ["fog.jpg", "of-code.png", "of-emphasis.png"] {
                step.write(&format!("exercise/{image}"), "");
            }
            step.append(README, "\n`![](in-code.png)` ![`f`](of-code.png) ![**a** b](of-emphasis.png)\n");
        },
        said: &[
            (
                README,
                Some("valley.png"),
                "this image has no alternative text; say between `![` and `]` what is to be seen",
            ),
            (README, Some("fog.jpg"), "this image has no alternative text"),
        ],
    },
    Broken {
        name: "readme-without-a-declared-picture",
        breaks: |step| declare_picture(step, "loss"),
        said: &[(
            TOML,
            Some("name = \"hillside\""),
            "the README does not show the picture `hillside`: `![…](pictures/hillside.svg)`",
        )],
    },
    Broken {
        name: "picture-of-no-column",
        breaks: |step| {
            declare_picture(step, "height");
            step.append(README, "\n![The valley.](pictures/hillside.svg)\n");
        },
        said: &[(
            TOML,
            Some("column = \"height\""),
            "the table of case `loss-by-weight` has no column `height`; it has `weight`, `loss`",
        )],
    },
    Broken {
        name: "readme-with-stale-numbers",
        breaks: |step| {
            step.append(README, "\nFirst 33.8 billion<!--= loss-by-weight[weight=150].loss -->,\n");
            step.append(README, "then 303,750,000,001<!--= loss-by-weight[weight=50].loss --> and\n");
            step.append(README, "300.0 billion<!--= loss-by-weight[weight=50].loss -->.\n");
            step.append(README, "\n<details><summary>Why?</summary>\nBecause of 2<!--= loss-by-weight[weight=50].loss -->\n</details>\n");
        },
        said: &[
            (
                README,
                Some("then 303,"),
                "the number does not match the answers of the solution, where it is 303,750,000,000; record it: `cargo xtask bless ",
            ),
            (
                README,
                Some("300.0"),
                "the number does not match the answers of the solution, where it is 303.8 billion; record it: ",
            ),
            (
                README,
                Some("Because of"),
                "the number does not match the answers of the solution, where it is 303,750,000,000; record it: ",
            ),
        ],
    },
    Broken {
        name: "readme-with-numbers-of-no-cell",
        breaks: |step| {
            step.append(README, "\nOne 3<!--= loss-by-size.loss -->,\n");
            step.append(README, "two 3<!--= loss-by-weight[weight=175].loss -->,\n");
            step.append(README, "three 3<!--= loss-by-weight[weight=150].price -->,\n");
            step.append(README, "four <!--= loss-by-weight[weight=150].loss -->,\n");
            step.append(README, "`five 3<!--= in-code -->` and <!-- six -->.\n");
        },
        said: &[
            (README, Some("One 3"), "the step has no case `loss-by-size`"),
            (README, Some("two 3"), "no row of `loss-by-weight` is the one that the mark names"),
            (README, Some("three 3"), "`loss-by-weight` has no column `price`; it has `weight`, `loss`"),
            (README, Some("four <"), "no number stands directly before `<!--=`"),
        ],
    },
];

/// Declares a picture `hillside`, of a column by the weight.
fn declare_picture(step: &Step<'_>, column: &str) {
    let picture = format!(
        "\n[[picture]]\nname = \"hillside\"\ntitle = \"the valley\"\ncase = \"loss-by-weight\"\n\n[picture.plot]\n\
         x = {{ column = \"weight\" }}\ny = {{ column = \"{column}\" }}\n"
    );
    step.append(TOML, &picture);
}
