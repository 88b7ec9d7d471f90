//! Text of a student's code in a report: it is shown for what it is, and does nothing to the device that shows it.

use std::sync::LazyLock;

use testkit::solution::{stub, written};
use testkit::{Course, assert_golden};

use crate::PROGRAM;
use crate::junit;

/// What is special to a terminal, to XML, to Markdown, or to a CI system that reads its log.
const PANIC: &str = r##"    println!("::error file=lib.rs::printed\n##[group]printed \x1b]0;title\x07\x1b[2J\t| \u{202e}tfel");
    println!("{}", "長".repeat(60));
    let html = "<img src=\"https://example.org/x.png\"> ![x](https://example.org) @everyone #12 &amp; `";
    panic!("{predicted} - {actual} {html}\n# All steps passed\n\n| a | b |\n|--|--|\n```\n::error::said\n\u{fffe}\0")"##;

/// Answers that look like the expected one: each row has another tail.
const UNSEEN: &str = r#"    let tail = match line.base {
        32.0 => "\n",
        0.0 => " ",
        base if base < 0.0 => "\0",
        base if base < 5.0 => "\u{a0}",
        base if base < 33.0 => "\x1b[0m",
        _ => "\u{202e}",
    };
    format!("Score = {:.1} + {:.1} * hours{tail}", line.base, line.weight)"#;

const LONG: &str = r#"    format!("Score = {:.1} + {:.1} * hours{}", line.base, line.weight, "s".repeat(70_000))"#;

static COURSE: LazyLock<Course> = LazyLock::new(|| {
    PROGRAM
        .course("foreign-text")
        .with_step("01-panic", "loss", &written("loss", &[("squared_error", PANIC)]))
        .with_step("02-unseen", "study-score", &written("study-score", &[("describe", UNSEEN)]))
        .with_step("03-long", "study-score", &written("study-score", &[("describe", LONG)]))
        .with_step("04-untouched", "loss", &stub("loss"))
});

fn graded(step: &str, format: &str) -> String {
    let graded = COURSE.grade(&[step, "--format", format]);
    assert_eq!((graded.code, graded.stderr.as_str()), (1, ""));
    graded.stdout
}

#[test]
fn a_terminal_is_not_steered_and_a_log_not_commanded() {
    let report = graded("panic", "terminal");
    assert!(!report.contains(|letter: char| letter.is_control() && letter != '\n'), "{report:?}");
    assert!(report.lines().all(|line| !line.trim_start().starts_with("::")) && !report.contains("##["), "{report}");
    assert_golden!("foreign_text", &report);
}

#[test]
fn markdown_marks_up_nothing_of_it() {
    assert_golden!("foreign_text_in_markdown", &graded("panic", "markdown"));
}

#[test]
fn xml_stays_valid_and_its_reader_gets_the_text() {
    let document = graded("panic", "junit");
    assert!(
        document.lines().all(|line| !line.trim_start().starts_with("::")) && !document.contains("##["),
        "{document}"
    );
    let elements = junit::read(&document);
    let failure = elements.iter().find(|element| element.name == "failure").unwrap();
    assert!(
        failure.text.contains("\n# All steps passed\n\n| a | b |\n|--|--|\n```\n::error::said\n\\u{fffe}\\0 ("),
        "{failure:?}"
    );
    let printed = elements.iter().find(|element| element.name == "system-out").unwrap();
    assert!(
        printed.text.starts_with("::error file=lib.rs::printed\n##[group]printed \t| \\u{202e}tfel\n長長"),
        "{printed:?}"
    );
}

#[test]
fn json_has_it_to_the_letter() {
    let report = COURSE.grade_as_json(&["panic"]);
    let case = &report["steps"][0]["cases"][1];
    let message = case["verdict"]["message"].as_str().unwrap();
    assert!(
        message.ends_with(
            "@everyone #12 &amp; `\n# All steps passed\n\n| a | b |\n|--|--|\n```\n::error::said\n\u{fffe}\0"
        )
    );
    let printed = case["printed"]["beginning"].as_str().unwrap();
    assert!(printed.contains("##[group]printed \x1b]0;title\x07\x1b[2J\t| \u{202e}tfel\n"), "{printed:?}");
}

#[test]
fn texts_that_look_alike_are_shown_so_that_they_do_not() {
    assert_golden!("unseen_differences", &graded("unseen", "terminal"));
    assert_golden!("unseen_differences_in_markdown", &graded("unseen", "markdown"));
}

#[test]
fn a_long_text_is_cut_and_its_length_told() {
    for format in ["terminal", "markdown", "junit"] {
        let report = graded("long", format);
        assert!(report.len() < 10_000, "{} bytes as {format}", report.len());
        assert!(format == "junit" || report.contains("(70,026 characters)"), "{report}");
    }
    let report = graded("long", "terminal");
    assert!(report.lines().all(|line| line.chars().count() <= 100), "{report}");
    assert_golden!("a_long_text", &report);
}
