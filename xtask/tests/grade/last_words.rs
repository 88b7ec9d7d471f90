//! What a program says last: a person is told why the runtime has aborted it, and nothing that the grader itself has
//! printed.

use serde_json::{Value, json};
use testkit::Course;
use testkit::solution::written;

use crate::PROGRAM;

/// A course with a step for each of these: the text of its `squared_error`, and what stands beside that.
fn course(name: &str, steps: &[(&str, &str, &str)]) -> Course {
    steps.iter().fold(PROGRAM.course(name), |course, (step, body, beside)| {
        course.with_step(step, "loss", &format!("{}\n{beside}\n", written("loss", &[("squared_error", body)])))
    })
}

/// The second case of each step, which is the first to call `squared_error`.
fn graded(course: &Course) -> Vec<Value> {
    let report = course.grade_as_json(&[]);
    report["steps"].as_array().unwrap().iter().map(|step| step["cases"][1].clone()).collect()
}

#[test]
fn a_panic_that_aborts_the_program_is_told_as_one() {
    const BOMB: &str = "struct Bomb; impl Drop for Bomb { fn drop(&mut self) { panic!(\"in drop\") } }";
    const OUTWARDS: &str = "extern \"C\" fn outwards() { panic!(\"out there\") }";
    let course = course(
        "last-panics",
        &[
            ("01-drop", "    let _bomb = Bomb;\n    predicted - actual", BOMB),
            ("02-again", "    let _bomb = Bomb;\n    panic!(\"{predicted}, first\")", BOMB),
            ("03-outwards", "    outwards();\n    predicted - actual", OUTWARDS),
            ("04-unchecked", "    unsafe { *[predicted].get_unchecked(actual as usize) }", ""),
        ],
    );
    let said: Vec<(String, Value)> = graded(&course)
        .iter()
        .map(|case| {
            let verdict = &case["verdict"];
            assert_eq!(verdict["kind"], "panicked", "{case}");
            (verdict["message"].as_str().unwrap().to_owned(), verdict["place"]["file"].clone())
        })
        .collect();
    let place = |step: &str| json!(format!("exercises/{step}/src/lib.rs"));
    assert_eq!(said[0], ("in drop".to_owned(), place("01-drop")));
    let again = "in drop (in a destructor, while it panicked already: 220000, first)";
    assert_eq!(said[1], (again.to_owned(), place("02-again")));
    assert_eq!(said[2], ("out there (in a function that no panic may leave)".to_owned(), place("03-outwards")));
    assert!(said[3].0.starts_with("unsafe precondition(s) violated"), "{:?}", said[3]);
}

#[test]
fn a_size_that_no_machine_has_is_named() {
    let reserve = |size: &str| format!("    let list: Vec<u8> = Vec::with_capacity({size});\n    list.len() as f64");
    let course = course(
        "last-sizes",
        &[("01-huge", &reserve("std::hint::black_box(1) << 60"), ""), ("02-beyond", &reserve("usize::MAX"), "")],
    );
    let [huge, beyond] = graded(&course).try_into().unwrap();
    assert_eq!(huge["verdict"]["ending"], json!({ "no_memory": 1_u64 << 60 }));
    let says = "The code asked for 1,152,921,504,606,846,976 bytes of memory at once, which the system did not give: is a \
                size wrong?";
    assert_eq!(huge["says"], json!([says]));
    assert_eq!(
        (&beyond["verdict"]["message"], &beyond["verdict"]["place"]),
        (&json!("capacity overflow"), &json!(null))
    );
}

#[test]
fn what_a_case_in_a_process_of_its_own_printed_is_all_that_is_shown() {
    let count = "    static CALLS: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    println!(\"call {}\", CALLS.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
    predicted - actual";
    let course =
        course("last-prints", &[("01-alone", count, ""), ("02-together", "    println!(\"x\");\n    0.0", "")]);
    let printed = |case: &Value| case["printed"]["beginning"].as_str().unwrap().to_owned();
    let [alone, together] = graded(&course).try_into().unwrap();
    assert_eq!(printed(&alone), (0..18).map(|call| format!("call {call}\n")).collect::<String>());
    assert_eq!(printed(&together), "x\n".repeat(18));
}
