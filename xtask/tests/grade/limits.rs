//! Code that does not end: it is stopped at the limit, costs its case alone, and is graded anew the next time.

use testkit::assert_golden;
use testkit::solution::{solved, written};

use crate::PROGRAM;

/// The solution, which meets this first where it calculates the loss of more than one house.
fn never_ending(trouble: &str) -> String {
    let body = "houses.iter().map(|house| squared_error(predict(sqft_weight, house.sqft), house.price)).sum()";
    written(
        "01-loss",
        &[("calculate_loss", &format!("    if houses.len() > 1 {{\n        {trouble}\n    }}\n    {body}"))],
    )
}

#[test]
fn code_without_an_end_is_stopped_at_the_limit_and_costs_its_case_alone() {
    let course = PROGRAM.course("limits");
    let round = "if round % 100_000 == 0 { println!(\"around and around\"); }";
    let asleep = format!("{} std::thread::sleep(std::time::Duration::MAX);", course.note_in("runs", "pid"));
    let course = course
        .with_step("01-around", "01-loss", &never_ending(&format!("for round in 0u64.. {{ {round} }}")))
        .with_step("02-sleep", "01-loss", &never_ending(&asleep))
        .with_step("03-solved", "01-loss", &solved("01-loss"));

    let graded = course.grade(&[]);
    assert_eq!((graded.code, graded.stderr.as_str()), (1, ""));
    assert_golden!("steps_without_an_end", &without_a_count_of_bytes(&graded.stdout));

    let runs = course.notes("runs").len();
    let graded = course.grade(&["2"]);
    assert_eq!((graded.code, graded.stderr.as_str()), (1, ""));
    assert_golden!("a_sleep_beyond_the_limit", &graded.stdout);
    assert_eq!(course.notes("runs").len(), 2 * runs, "what was stopped by a limit is run in each grade");
}

/// How often a loop prints until it is stopped is up to the machine.
fn without_a_count_of_bytes(text: &str) -> String {
    let line = |line: &str| {
        if line.ends_with(" bytes in all") { "    … (many) bytes in all".to_owned() } else { line.to_owned() }
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}
