//! `cargo xtask mistakes` on wrong and right solutions by somebody who has not read the list of known mistakes.

use fs_err as fs;
use testkit::{Course, Program, Run};

const PROGRAM: Program = testkit::program!("author");

fn course(name: &str) -> Course {
    PROGRAM.course(name).with_all_steps()
}

fn try_out(course: &Course, step: &str, list: &str) -> Run {
    Run::from(course.command(&["mistakes", step, "--from", list]).output().unwrap())
}

/// All that is said of each solution. A line changes where a mistake, a case or a finding does: read whether what is
/// said now is true, and more than before.
#[test]
#[ignore = "minutes: runs twelve hundred solutions; .ci/run does it"]
fn what_is_said_of_solutions_that_the_list_was_not_made_from() {
    let course = course("unseen");
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/unseen");
    let mut lists: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    lists.sort();
    let real = fs::read_dir(course.path("solutions")).unwrap().count();
    assert_eq!(lists.len(), real, "a list for each step");
    for list in lists {
        let step = list.file_stem().unwrap().to_str().unwrap();
        let run = try_out(&course, step, list.to_str().unwrap());
        assert_eq!(run.stderr, "", "{step}");
        println!("{}", run.stdout.lines().next().unwrap());
        testkit::assert_golden!(&format!("unseen_{step}"), &without_sentences(&run.stdout));
    }
}

/// Names stay, and what the numbers show is only counted. The number of the step may become another one.
fn without_sentences(text: &str) -> String {
    let text = text.trim_start_matches(|letter: char| letter == ' ' || letter.is_ascii_digit());
    let line = |line: &str| match line.split_once(": ") {
        Some((name, sentence)) if line.starts_with("  ") && sentence.ends_with('.') => {
            format!("{name}: (a sentence)\n")
        }
        _ => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

#[test]
fn a_list_that_cannot_be_read_is_named_with_its_line() {
    let course = course("unseen-list");
    let said = |text: &str| {
        course.write("wrong.toml", text);
        let run = try_out(&course, "loss", course.path("wrong.toml").to_str().unwrap());
        assert_eq!((run.code, run.stdout.as_str()), (2, ""));
        run.stderr.replace(course.root().to_str().unwrap(), "")
    };
    assert!(said("[[wrong]]\nname = \"a\"\n").contains("/wrong.toml:1: missing field `bodies`"));
    let unknown = said("[[wrong]]\nname = \"a\"\nbodies.predikt = \"0.0\"\n");
    assert!(unknown.contains("`predikt`"), "{unknown}");
    let gone = try_out(&course, "loss", "gone.toml");
    assert_eq!(gone.code, 2);
    assert!(gone.stderr.contains("gone.toml"), "{}", gone.stderr);
}
