//! Lessons that lead to nothing, quote commands that nobody can type, or lack a part.

use crate::broken::*;

#[test]
fn faults_of_pages_are_named_with_their_line() {
    check(PAGES);
}

pub const PAGES: &[Broken] = &[
    Broken {
        name: "links-that-lead-to-nothing",
        breaks: |step| {
            step.append(
                README,
                "\n[A file](no-such-file.md), [a part](#no-such-part), [the formula](#the-formula),\n[a part of another \
                 page](exercise.toml#title) and [elsewhere](https://example.org/#x).\n",
            );
        },
        said: &[
            (README, Some("no-such-file"), "the link `no-such-file.md` leads to nothing: there is no exercises/"),
            (README, Some("no-such-part"), "the link `#no-such-part` leads to a heading that exercises/"),
            (README, Some("exercise.toml#title"), "the link `exercise.toml#title` leads to a heading that exercises/"),
        ],
    },
    Broken {
        name: "commands-that-nobody-can-type",
        breaks: |step| {
            let own = "commands-that-nobody-can-type";
            step.append(CASES, "\n// Try `cargo run -p theirs`.\n");
            step.append(
                README,
                &format!(
                    "\n`cargo xtask grad`, then `cargo xtask new mine`, `cargo xtask grade mine`, `cargo xtask grade \
                     yours`,\n`cargo xtask reset`, `cargo xtask bless STEP`:\n\n    cargo xtask grade {own} --swiftly   # it's \
                     odd\n    cargo xtask plot {own} --experiment cliff\n    cargo run -p {own} -- fresh-1 no-such-case\n    \
                     cargo run -p {own} -- loss-by-weight --help\n    cargo test -p theirs-solution\n    cargo run -p {own} \
                     --example race -- quick\n"
                ),
            );
        },
        said: &[
            (README, Some("`cargo xtask grad`"), "`cargo xtask grad`: unrecognized subcommand 'grad'"),
            (README, Some("yours`"), "`cargo xtask grade yours`: there is no step `yours`"),
            (README, Some("--swiftly"), "unexpected argument '--swiftly' found"),
            (README, Some("cliff"), "step `commands-that-nobody-can-type` has no experiment `cliff`"),
            (README, Some("no-such-case"), "has no case and no experiment `no-such-case`"),
            (README, Some("theirs-solution"), "there is no step `theirs`"),
            (CASES, Some("-p theirs"), "`cargo run -p theirs`: there is no step `theirs`"),
            (README, Some("--example race"), "/examples/race.rs"),
        ],
    },
    Broken {
        name: "steps-that-are-not-there",
        breaks: |step| {
            step.append(
                README,
                "\nAs in step `sound` and in steps `sound`, `sounder`; see [step 1](../01-sound/README.md), or `cargo xtask hint 1`.\n",
            );
        },
        said: &[
            (README, Some("`sounder`"), "the course has no step `sounder`"),
            (README, Some("[step 1]"), "a step may get another number; name it in this link: step `sound`"),
            (README, Some("hint 1`"), "a step may get another number; name it in this command: `sound`"),
        ],
    },
    Broken {
        name: "lesson-without-its-parts",
        breaks: |step| {
            step.change(README, "## Try it\n", "## Try this\n");
            let text = step.read(README);
            step.write(README, &text.replacen("# Step ", "# Step 1", 1));
        },
        said: &[
            (README, Some("# Step 1"), "the lesson begins with `# Step "),
            (README, None, "the lesson has no part `## Try it`"),
        ],
    },
];
