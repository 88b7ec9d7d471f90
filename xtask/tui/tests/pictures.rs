//! The pictures in the project's README: a grade and the watch, as they look in a terminal.

#![cfg(unix)]

use std::path::Path;
use std::process::Command;

use fs_err as fs;
use testkit::{Course, LOSS, PREDICT, Program, SQUARED_ERROR, Session, picture_of};

const PROGRAM: Program = testkit::program!("tui");

/// The mean of the squared errors instead of their sum.
const MEAN: &str = "{
    let total: f64 = houses.iter().map(|house| squared_error(predict(sqft_weight, house.sqft), house.price)).sum();
    total / houses.len() as f64
}";

#[test]
fn the_readme_shows_a_grade_and_the_watch_as_they_are() {
    let course = PROGRAM.course("pictures").with_all_steps();
    let step = course.named("loss");
    step.write("exercise/src/lib.rs", &step.with_functions(&[PREDICT, SQUARED_ERROR, (LOSS.0, MEAN)]));

    let grade = Session::start(in_colour(&course, &["grade", "loss"]), 66, 40);
    assert_eq!(grade.end().0, 1);
    let description = "The report on a loss that is a mean: a table of the expected and the returned losses side by side, \
                       what the mistake is, and where to edit.";
    assert_current("grade", &picture_of(&grade.screen(), "cargo xtask grade loss", description));

    let watch = Session::start(in_colour(&course, &["watch"]), 130, 28);
    // Waits for all steps: until then the screen says which step is being graded.
    let is_graded =
        |text: &str| text.matches(" 0/").count() >= 9 && text.contains("graded ") && !text.contains("grading");
    watch.wait_until("each step to be graded", |screen| is_graded(&screen.contents()));
    watch.wait_for("weight in $ per sqft");
    let description = "The steps at the left, with the cases of the first one. In the middle the verdict: a table and the \
                       mistake. At the right the losses that the code returned, as a curve below the expected one.";
    let picture = picture_of(&watch.screen(), "cargo xtask watch", description);
    // How long the grade took differs each time.
    let lasting = picture.lines().filter(|line| !line.contains(">graded ")).map(|line| format!("{line}\n"));
    assert_current("watch", &lasting.collect::<String>());
    watch.keys("q");
    assert_eq!(watch.end().0, 0);
}

fn in_colour(course: &Course, arguments: &[&str]) -> Command {
    let mut command = course.command(arguments);
    for variable in ["VISUAL", "EDITOR", "TERM_PROGRAM", "NO_COLOR", "CLICOLOR"] {
        command.env_remove(variable);
    }
    command.env("TERM", "xterm-256color");
    command
}

/// Compares a picture with the one in the README; writes it if insta is set to update.
#[track_caller]
fn assert_current(name: &str, svg: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.github/pictures").join(format!("{name}.svg"));
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, svg).unwrap();
    }
    let shown = fs::read_to_string(&path).unwrap_or_default();
    let remedy = "draw it anew: INSTA_UPDATE=always cargo test -p tui --test pictures";
    assert!(shown == svg, "{} is not what the program shows; {remedy}", path.display());
}
