//! The tree of all commands: their arguments and their help.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Arg, ArgAction, Command, value_parser};
use grader::cli::Format;
use grader::course::Edition;

use super::Shell;

/// The option that names the folder of the course.
pub(super) const COURSE: &str = "course";

/// The tree of all commands. Those that need the reference solutions are hidden where there are none.
pub fn commands(edition: Edition) -> Command {
    let course =
        Arg::new(COURSE).long(COURSE).value_name("COURSE").global(true).hide(true).value_parser(value_parser!(PathBuf));
    Command::new("cargo xtask")
        .bin_name("cargo xtask")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Grades a course, and shows what to do next")
        .max_term_width(80)
        .arg(course.help("The folder of the course, if it is not this one"))
        .subcommands(for_students(edition))
        .subcommands(for_instructors().map(|command| command.hide(!edition.has_solutions())))
}

const REQUIRED_STEP: &str = "The step, by number, name or path";
const FIRST_OPEN_STEP: &str = "The step, by number, name or path; the first not done if left out";

/// The commands for students in a course of this edition.
pub fn for_students(edition: Edition) -> [Command; 10] {
    [
        grade(),
        watch(),
        command("hint", "Give a hint for the function that fails first", "Example: cargo xtask hint")
            .arg(step(FIRST_OPEN_STEP)),
        command("list", "List the steps with status, points and place", "Example: cargo xtask list"),
        plot(),
        lab(),
        command("reset", "Put a step's stub back, keeping your file", "Example: cargo xtask reset 1")
            .arg(step(REQUIRED_STEP).required(true))
            .arg(switch("yes", "Do not ask")),
        command("update", "Put your code into stubs that have changed", "Example: cargo xtask update 1")
            .arg(step("The step, by number, name or path; all that have changed if left out")),
        command("solution", "Show the reference solution beside your own", "Example: cargo xtask solution 1")
            .hide(!edition.has_solutions())
            .arg(step(REQUIRED_STEP).required(true))
            .arg(switch("yes", "Do not ask, even if the step has not passed")),
        command("completions", "Let your shell complete commands and steps", HELP_FOR_COMPLETIONS)
            .arg(required("shell", "SHELL", "The shell").value_parser(value_parser!(Shell))),
    ]
}

fn grade() -> Command {
    let formats = FORMATS.map(|(name, help, _)| PossibleValue::new(name).help(help));
    let format = |name: String| match FORMATS.iter().find(|(own, ..)| *own == name) {
        Some((_, _, format)) => *format,
        None => Format::default(),
    };
    command("grade", "Grade the steps and say what to do next", "Example: cargo xtask grade 1")
        .arg(steps("The steps to grade, by number, name or path; all if none is named"))
        .arg(
            option("format", "FORMAT", "How to write the report")
                .value_parser(PossibleValuesParser::new(formats).map(format))
                .default_value("terminal"),
        )
        .arg(switch("fresh", "Build and run even what has not changed since the last grade"))
        .arg(switch("heart", "Report only on the functions that matter most in each step"))
}

/// The formats of a report, with what they are for.
const FORMATS: [(&str, &str, Format); 4] = [
    ("terminal", "One screen for a person", Format::Terminal),
    ("json", "For other programs", Format::Json),
    ("junit", "For the test view of a CI system", Format::Junit),
    ("markdown", "For a pull request or a job summary", Format::Markdown),
];

fn watch() -> Command {
    command("watch", "Grade at every save, in a full-screen view", "Example: cargo xtask watch")
        .arg(step(FIRST_OPEN_STEP))
        .arg(switch("open", "Open a step's file in your editor when you go there"))
        .arg(option("edit-cmd", "COMMAND", "The command that opens a file, instead of $EDITOR"))
}

fn plot() -> Command {
    command(
        "plot",
        "Draw your answers, here and in the browser",
        "Example: cargo xtask plot 1\n         cargo xtask plot 1 --set \"start=3\"",
    )
    .arg(step(FIRST_OPEN_STEP))
    .arg(switch("no-open", "Write the pictures and do not open the browser"))
    .arg(switch("summary", "Make a page of what the whole course has built").conflicts_with_all([
        "step",
        "experiment",
        "set",
        "data",
    ]))
    .arg(option("experiment", "NAME", "The experiment to draw instead of the cases"))
    .arg(option("set", "CONTROL=VALUE", "A value for one of its controls; may be repeated").action(ArgAction::Append))
    .arg(
        option("data", "FILE", "Its data: a CSV file whose first line names columns")
            .value_parser(value_parser!(PathBuf)),
    )
}

fn lab() -> Command {
    command("lab", "Read and play with a lesson in the browser", "Example: cargo xtask lab 1")
        .arg(step(FIRST_OPEN_STEP))
        .arg(option("port", "N", "The port to listen on; a free one if left out").value_parser(value_parser!(u16)))
        .arg(switch("no-open", "Print the address and do not open the browser"))
}

/// The commands for instructors.
pub fn for_instructors() -> [Command; 9] {
    [
        command("bless", "Record expected answers from the solutions", "Example: cargo xtask bless 1")
            .arg(steps("The steps to record, by number, name or path; all if none is named"))
            .arg(switch("yes", "Overwrite without asking"))
            .arg(
                switch("review", "Leave what changed as pending snapshots for `cargo insta review`")
                    .conflicts_with("yes"),
            )
            .arg(switch("stub", "Rewrite the stubs too, over the exercises' src/lib.rs").conflicts_with("review")),
        command("verify", "Check that each exercise is sound", "Example: cargo xtask verify 1")
            .arg(steps("The steps to verify, by number, name or path; all if none is named")),
        command(
            "mistakes",
            "Try wrong solutions that are not listed yet",
            "Example: cargo xtask mistakes 1\n         cargo xtask mistakes 1 --from wrong.toml",
        )
        .arg(step(REQUIRED_STEP).required(true))
        .arg(
            option("from", "FILE", "A TOML list of them; without it they are made by machine")
                .value_parser(value_parser!(PathBuf)),
        ),
        command("new", "Make a new step with a small example in it", "Example: cargo xtask new median --after mean")
            .arg(required("name", "NAME", "What the step and its crate are called, such as `median`"))
            .arg(option("after", "STEP", "The step that it follows; the last one if left out"))
            .arg(switch("yes", "Do not ask, even if other steps move")),
        command("rename", "Give a step another name", "Example: cargo xtask rename mean average")
            .arg(step(REQUIRED_STEP).required(true))
            .arg(required("name", "NAME", "What the step and its crate will be called"))
            .arg(switch("yes", "Do not ask")),
        command("move", "Put a step elsewhere in the order", "Example: cargo xtask move median --after mean")
            .arg(step(REQUIRED_STEP).required(true))
            .arg(option("after", "STEP", "The step that it is to follow").required_unless_present("first"))
            .arg(switch("first", "Make it the first step").conflicts_with("after"))
            .arg(switch("yes", "Do not ask")),
        command("remove", "Delete a step", "Example: cargo xtask remove median")
            .arg(step(REQUIRED_STEP).required(true))
            .arg(switch("yes", "Do not ask")),
        command("init", "Make a course without steps in a folder", "Example: cargo xtask init ../statistics")
            .arg(required("folder", "FOLDER", "A new folder or an empty one").value_parser(value_parser!(PathBuf)))
            .arg(option("title", "TITLE", "What the course is called")),
        command(
            "handout",
            "Copy the course for students",
            "Example: cargo xtask handout ../my-course-2027\n         \
             cargo xtask handout --update ../my-course-2027",
        )
        .arg(
            required("folder", "DIR", "The folder of the copy; a new or empty one, unless it is updated")
                .value_parser(value_parser!(PathBuf)),
        )
        .arg(switch("update", "Update a copy that is there; no src/lib.rs in it is changed")),
    ]
}

fn command(name: &'static str, about: &'static str, after_help: &'static str) -> Command {
    Command::new(name).about(about).after_help(after_help)
}

fn step(help: &'static str) -> Arg {
    Arg::new("step").value_name("STEP").help(help)
}

fn steps(help: &'static str) -> Arg {
    Arg::new("steps").value_name("STEP").num_args(0..).help(help)
}

fn required(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).value_name(value).required(true).help(help)
}

fn option(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help)
}

fn switch(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

const HELP_FOR_COMPLETIONS: &str = "\
Example: cargo xtask completions bash

The names of the steps are those that the course has now. In this folder, for
the shell that you are in:

  bash  eval \"$(cargo xtask completions bash)\"
  zsh   eval \"$(cargo xtask completions zsh)\"
  fish  cargo xtask completions fish | source

And for every new one:

  bash  cargo xtask completions bash > ~/.cargo-xtask.bash
        echo 'source ~/.cargo-xtask.bash' >> ~/.bashrc
  zsh   cargo xtask completions zsh > ~/.cargo-xtask.zsh
        echo 'source ~/.cargo-xtask.zsh' >> ~/.zshrc
  fish  cargo xtask completions fish > ~/.config/fish/conf.d/cargo-xtask.fish";
