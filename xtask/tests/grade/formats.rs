//! The report for other programs: JSON, JUnit XML and Markdown of one course that has a bit of everything, and exit
//! codes.

use std::sync::LazyLock;

use serde_json::Value;
use testkit::solution::{solved, stub, written};
use testkit::{Course, assert_golden, changed};

use crate::PROGRAM;
use crate::junit::{self, Element};
use crate::words::without_the_compilers_words;

static COURSE: LazyLock<Course> = LazyLock::new(|| {
    let two_mistakes = [("predict", "    sqft_weight * sqft"), ("squared_error", "    2.0 * (predicted - actual)")];
    // What is special in XML, in Markdown and in a terminal.
    let panic = r#"    println!("\x1b[31m<b>&\u{1}|]]>");
    panic!("\x1b[31m<b>&\u{1}|]]> \"{predicted}\"")"#;
    PROGRAM
        .course("formats")
        .with_step("01-solved", "loss", &solved("loss"))
        .with_step("02-two-known", "loss", &written("loss", &two_mistakes))
        .with_step("03-panic", "loss", &written("loss", &[("squared_error", panic)]))
        .with_step("04-not-public", "loss", &changed(&solved("loss"), "pub fn predict", "fn predict"))
        .with_step("05-untouched", "loss", &stub("loss"))
});

#[test]
fn the_json_report_has_every_verdict_with_its_facts() {
    let mut report = COURSE.grade_as_json(&[]);
    for step in report["steps"].as_array_mut().unwrap() {
        // The same case of each step, which has another verdict in each.
        step["cases"].as_array_mut().unwrap().retain(|case| case["name"] == "error-squared");
    }
    make_portable(&mut report);
    assert_golden!("json", &format!("{report:#}"));
}

#[test]
fn the_json_report_names_each_mistake_at_its_function() {
    let report = COURSE.grade_as_json(&["two-known"]);
    let named =
        |case: usize| report["steps"][0]["cases"][case]["verdict"]["explanation"]["mistakes"][0]["name"].clone();
    assert_eq!((named(0), named(1)), ("base-forgotten".into(), "doubled-for-squared".into()));
    let loss = &report["steps"][0]["cases"][2];
    assert_eq!((&loss["function"], &loss["verdict"]["kind"]), (&"calculate_loss".into(), &"wrong".into()));
    assert!(loss["verdict"]["explanation"]["elsewhere"]["function"].is_string(), "{loss:#}");
}

#[test]
fn the_junit_report_is_valid_and_counts_right() {
    let graded = COURSE.grade(&["--format", "junit"]);
    assert_eq!((graded.code, graded.stderr.as_str()), (1, ""));
    let elements = junit::read(&graded.stdout);
    let counts = |name: &str| {
        let counts = |element: &Element| ["tests", "failures", "errors"].map(|count| element.attributes[count].clone());
        elements.iter().filter(|element| element.name == name).map(counts).collect::<Vec<_>>()
    };
    let written =
        |counts: &[[i32; 3]]| counts.iter().map(|counts| counts.map(|count| count.to_string())).collect::<Vec<_>>();
    assert_eq!(counts("testsuites"), written(&[[20, 15, 0]]));
    assert_eq!(counts("testsuite"), written(&[[4, 0, 0], [4, 4, 0], [4, 3, 0], [4, 4, 0], [4, 4, 0]]));
    let count = |name: &str| elements.iter().filter(|element| element.name == name).count();
    assert_eq!((count("testcase"), count("failure"), count("system-out")), (20, 15, 3));
    assert_golden!("junit", &without_the_compilers_words(&without_times(&graded.stdout)));
}

#[test]
fn the_markdown_report_tells_what_is_not_done_case_by_case() {
    let graded = COURSE.grade(&["--format", "markdown"]);
    assert_eq!((graded.code, graded.stderr.as_str()), (1, ""));
    assert_golden!("markdown", &without_the_compilers_words(&graded.stdout));
}

#[test]
fn the_exit_code_says_whether_all_that_was_asked_for_passed() {
    for format in ["terminal", "json", "junit", "markdown"] {
        for (step, code) in [("solved", 0), ("untouched", 1), ("no-such-step", 2)] {
            assert_eq!(COURSE.grade(&[step, "--format", format]).code, code, "{step} as {format}");
        }
    }
    assert_eq!(COURSE.grade(&["--format", "no-such-format"]).code, 2);
}

/// Takes out what the machine, the test's own course or the compiler's version decides, and of each table all rows but
/// one.
fn make_portable(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match name.as_str() {
                    "seconds" => *value = 0.into(),
                    "version" if value.is_string() => *value = "(the course's)".into(),
                    "errors" => *value = format!("({} of the compiler's)", value.as_array().unwrap().len()).into(),
                    "rows" => value.as_array_mut().unwrap().truncate(1),
                    _ => make_portable(value),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(make_portable),
        Value::String(text) if cfg!(windows) => *text = text.replace('\\', "/"),
        _ => {}
    }
}

fn without_times(text: &str) -> String {
    let mut parts = text.split(" time=\"");
    let mut kept = parts.next().unwrap().to_owned();
    for part in parts {
        let (seconds, rest) = part.split_once('"').unwrap();
        assert!(seconds.parse::<f64>().is_ok_and(|seconds| seconds < 5.0), "{seconds}");
        kept.push_str(&format!(" time=\"0.000\"{rest}"));
    }
    kept
}
