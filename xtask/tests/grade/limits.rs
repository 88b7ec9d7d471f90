//! Code that does not end: it is stopped at the limit, all at once, and graded anew the next time.

use std::thread;
use std::time::{Duration, Instant};

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
    let note = course.note_in("runs", "pid");
    // None of them keeps a core busy: the limit is one of time, whatever it is spent on.
    let loud = "loop { println!(\"around and around\"); std::thread::sleep(std::time::Duration::from_millis(1)); }";
    let asleep = format!("{note} std::thread::sleep(std::time::Duration::MAX);");
    let course = course
        .with_step("01-silent-loop", "01-loss", &never_ending("loop { std::thread::park(); }"))
        .with_step("02-loud-loop", "01-loss", &never_ending(loud))
        .with_step("03-sleep", "01-loss", &never_ending(&asleep))
        .with_step("04-solved", "01-loss", &solved("01-loss"));

    let began = Instant::now();
    thread::scope(|scope| {
        for (steps, name) in [
            (&[][..], "steps_without_an_end"),
            (&["2"], "an_endless_loop_with_output"),
            (&["3"], "a_sleep_beyond_the_limit"),
        ] {
            let course = &course;
            scope.spawn(move || {
                let graded = course.grade(steps);
                assert_eq!((graded.code, graded.stderr.as_str()), (1, ""));
                assert_golden!(name, &without_a_count_of_bytes(&graded.stdout));
            });
        }
    });
    // Six cases of the sleeping step alone wait for ten seconds each.
    let took = began.elapsed();
    assert!(took < Duration::from_secs(50), "limits are waited for side by side, not one by one for {took:?}");
    assert_eq!(course.notes("runs").len(), 2, "what was stopped by a limit is run in each grade");
}

/// How often a loop prints until it is stopped is up to the machine.
fn without_a_count_of_bytes(text: &str) -> String {
    let line = |line: &str| {
        if line.ends_with(" bytes in all") { "    … (many) bytes in all".to_owned() } else { line.to_owned() }
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}
