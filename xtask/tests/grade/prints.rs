//! What a case prints is shown as far as there is room, and the rest is in a file.

use fs_err as fs;
use testkit::solution::written;
use testkit::{Course, assert_golden};

use crate::PROGRAM;

const FILE: &str = "target/grader/prints/01-loss/error-squared.txt";
const SOURCE: &str = "exercises/01-loss/src/lib.rs";

/// A course of one step whose first case is wrong and prints a text of this many lines.
fn course(name: &str, lines: usize) -> Course {
    PROGRAM.course(name).with_step("01-loss", "loss", &printing(lines))
}

fn printing(lines: usize) -> String {
    printing_before("predicted - actual", lines)
}

fn printing_before(answer: &str, lines: usize) -> String {
    let body = format!(
        "    if actual == 250000.0 && predicted == 120000.0 {{
        for line in 1..={lines} {{
            println!(\"\\x1b[1mline {{line}}\\x1b[0m of \\u{{7}}{lines}\");
        }}
    }}
    {answer}"
    );
    written("loss", &[("squared_error", &body)])
}

fn printed_in(course: &Course) -> Option<String> {
    let report = course.grade_as_json(&[]);
    let cases = report["steps"][0]["cases"].as_array().unwrap();
    let case = cases.iter().find(|case| case["name"] == "error-squared").unwrap();
    case["printed"]["file"].as_str().map(str::to_owned)
}

#[test]
fn a_print_that_is_cut_is_whole_in_a_file_until_the_next_grade() {
    let course = course("prints-whole", 100);
    let first = course.grade(&[]);
    assert_eq!((first.code, first.stderr.as_str()), (1, ""));
    assert_golden!("a_long_print", &first.stdout);
    let whole: String = (1..=100).map(|line| format!("line {line} of \\u{{7}}100\n")).collect();
    assert_eq!(course.read(FILE), whole);
    assert_eq!(printed_in(&course).as_deref(), Some(FILE));
    let markdown = course.grade(&["--format", "markdown"]).stdout;
    let words = format!("\nFile: `{FILE}`. Run: `cargo run -p loss -- error-squared`\n");
    assert!(markdown.contains(&words), "{markdown}");

    // An attempt that is remembered has the same report, and the file of it.
    fs::remove_dir_all(course.path("target/grader/prints")).unwrap();
    assert_eq!(course.grade(&[]), first);
    assert_eq!(course.read(FILE), whole);

    course.write(SOURCE, &printing(20));
    let short = course.grade(&[]);
    assert!(!short.stdout.contains(FILE) && short.stdout.contains("    line 20 of"), "{}", short.stdout);
    assert!(!course.path(FILE).exists());
    assert_eq!(printed_in(&course), None);
}

#[test]
fn a_step_that_need_not_be_judged_again_has_the_same_files() {
    let right = printing_before("(predicted - actual).powi(2)", 100);
    let course = PROGRAM.course("prints-settled").with_step("01-loss", "loss", &right);
    for _ in 0..2 {
        assert_eq!(printed_in(&course).as_deref(), Some(FILE));
        assert!(course.read(FILE).ends_with("line 100 of \\u{7}100\n"));
        fs::remove_dir_all(course.path("target/grader/prints")).unwrap();
    }
}

#[test]
fn a_file_says_what_is_not_kept_of_a_print() {
    let course = course("prints-flood", 10_000);
    let graded = course.grade(&[]).stdout;
    for words in ["of which the beginning and the end are kept:", FILE, "Run   cargo run -p loss -- error-squared\n"] {
        assert!(graded.contains(words), "{graded}");
    }
    let file = course.read(FILE);
    assert!(file.starts_with("line 1 of") && file.ends_with("line 10000 of \\u{7}10000\n"));
    assert!(file.contains(" bytes in all: what comes here was not kept …\n"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_cannot_be_written_is_no_fault_and_not_named() {
    // Not even the superuser can write here.
    const NOBODYS: &str = "/proc";
    let course = course("prints-read-only", 100);
    fs::create_dir_all(course.path("target/grader")).unwrap();
    std::os::unix::fs::symlink(NOBODYS, course.path("target/grader/prints")).unwrap();
    let graded = course.grade(&[]);
    assert_eq!((graded.code, graded.stderr.as_str()), (1, ""));
    assert!(!graded.stdout.contains(".txt"), "{}", graded.stdout);
    assert!(graded.stdout.contains("Run   cargo run -p loss -- error-squared\n"), "{}", graded.stdout);
    assert_eq!(printed_in(&course), None);
}
