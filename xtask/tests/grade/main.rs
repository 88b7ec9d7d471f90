//! `cargo xtask grade` as a student meets it: the real program on small courses, each with one kind of trouble.

mod bad_input;
mod blame;
mod bonus;
mod cache;
mod compile_errors;
#[cfg(unix)]
mod compile_limits;
mod dependencies;
mod experiments;
mod explanations;
mod foreign_text;
mod formats;
mod freshness;
mod heart;
#[cfg(target_os = "linux")]
mod hostile;
mod junit;
mod last_words;
mod limits;
#[cfg(unix)]
mod load;
#[cfg(target_os = "linux")]
mod machine;
#[cfg(target_os = "linux")]
mod objects;
mod prints;
mod processes;
mod right_answers;
mod said;
mod students;
mod trouble;
mod untouched;
mod words;

use serde_json::Value;
use testkit::{Course, Program};

/// The program that grades.
const PROGRAM: Program = testkit::program!("xtask");

/// A report as JSON, without how long it took.
fn timeless_report(course: &Course, arguments: &[&str]) -> Value {
    let mut report = course.grade_as_json(arguments);
    for step in report["steps"].as_array_mut().unwrap() {
        for case in step["cases"].as_array_mut().unwrap() {
            case.as_object_mut().unwrap().remove("seconds");
        }
    }
    report
}
