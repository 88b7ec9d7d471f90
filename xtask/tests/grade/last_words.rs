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
    let again = "in drop (in a destructor, while it panicked already: 120000, first)";
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
    assert_eq!(beyond["verdict"]["message"], "capacity overflow");
    assert_eq!(beyond["verdict"]["place"]["file"], "exercises/02-beyond/src/lib.rs");
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

#[test]
fn a_panic_in_another_crate_is_told_with_the_students_line() {
    const PRODUCT: &str = "    let prices =\n        weights.dot(x);\n    prices";
    const SUM: &str = "    let many: u8 = x.iter().map(|_| 200_u8).sum();\n    weights * f64::from(many)";
    let steps = [
        // The line of the function's one product.
        ("01-product", PRODUCT, "weights.dot(x)", "are not compatible for matrix multiplication"),
        // Of the others only the function is known.
        ("02-sum", SUM, "pub fn predict", "attempt to add with overflow"),
    ];
    let course = steps.iter().fold(PROGRAM.course("last-elsewhere"), |course, (step, body, ..)| {
        course.with_step(step, "multi-weight", &written("multi-weight", &[("predict", body)]))
    });
    let report = course.grade_as_json(&[]);
    for (at, (step, body, line, message)) in steps.into_iter().enumerate() {
        let verdict = &report["steps"][at]["cases"][0]["verdict"];
        assert!(verdict["message"].as_str().is_some_and(|told| told.contains(message)), "{verdict}");
        let file = written("multi-weight", &[("predict", body)]);
        let line = 1 + file.lines().position(|text| text.contains(line)).unwrap();
        assert_eq!(verdict["place"], json!({ "file": format!("exercises/{step}/src/lib.rs"), "line": line }));
    }
}
