//! Code that does not end, or takes more than there is: it is stopped at the limit, costs its cases alone, and is
//! graded anew the next time.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use testkit::assert_golden;
use testkit::solution::{solved, written};

use crate::PROGRAM;

/// The solution, which meets this first where it calculates the loss of more than two houses: in one case.
fn meets(trouble: &str) -> String {
    let body = "houses.iter().map(|house| squared_error(predict(sqft_weight, house.sqft), house.price)).sum()";
    written(
        "loss",
        &[("calculate_loss", &format!("    if houses.len() > 2 {{\n        {trouble}\n    }}\n    {body}"))],
    )
}

/// The third of four cases, which the trouble is in; the others pass.
fn troubled_case(step: &Value) -> &Value {
    assert_eq!(step["passed_cases"], 3, "{step:#}");
    &step["cases"][2]
}

#[test]
fn what_meets_a_limit_is_stopped_and_costs_its_case_alone() {
    let course = PROGRAM.course("limits");
    let asleep = format!("{} std::thread::sleep(std::time::Duration::MAX);", course.note_in("runs", "pid"));
    let polls = "loop { println!(\"nothing yet\"); std::thread::sleep(std::time::Duration::from_millis(1)); }";
    let course = course
        .with_step("01-loud-loop", "loss", &meets("loop { println!(\"around and around\"); }"))
        .with_step("02-sleep", "loss", &meets(&asleep))
        .with_step("03-polls", "loss", &meets(polls))
        .with_step(
            "04-hoards",
            "loss",
            &meets("let mut hoard = Vec::new();\n        loop { hoard.push(vec![1_u8; 16 << 20]); }"),
        )
        .with_step("05-writes", "loss", &meets("std::fs::File::create(\"big\").unwrap().set_len(2 << 30).unwrap();"))
        .with_step("06-solved", "loss", &solved("loss"));

    let began = Instant::now();
    let report = course.grade_as_json(&[]);
    // Two of them wait for the 10 s of the limit, and before that all share a fifth of it.
    let took = began.elapsed();
    assert!(took < Duration::from_secs(45), "limits are waited for side by side, not one by one for {took:?}");
    assert_eq!(course.notes("runs").len(), 1, "code that writes a file has each case run alone, and once");

    let [loud, sleep, polls, hoards, writes, solved] = &report["steps"].as_array().unwrap()[..] else { panic!() };
    for (step, limit) in [(loud, 5.0), (sleep, 10.0), (polls, 10.0)] {
        let verdict = &troubled_case(step)["verdict"];
        assert_eq!((&verdict["kind"], &verdict["limit"]), (&json!("timed_out"), &json!(limit)), "{}", step["name"]);
    }
    assert_eq!(troubled_case(hoards)["verdict"]["ending"], json!({ "too_much_memory": 2_u64 << 30 }));
    assert_eq!(troubled_case(writes)["verdict"]["ending"], json!({ "too_large_file": 1 << 30 }));
    assert_eq!(solved["passed"], true);
    // Of what a loop prints without an end, the beginning and the end are kept.
    let printed = &troubled_case(loud)["printed"];
    for part in ["beginning", "end"] {
        let part = printed[part].as_str().unwrap();
        assert!(part.contains("around and around\naround and around\n") && part.len() <= 16 << 10, "{printed}");
    }

    let graded = course.grade(&["sleep"]);
    assert_eq!((graded.code, graded.stderr.as_str()), (1, ""));
    assert_golden!("a_sleep_beyond_the_limit", &graded.stdout);
    assert_eq!(course.notes("runs").len(), 2, "what was stopped by a limit is run in each grade");
}

#[test]
fn a_case_that_something_else_ends_runs_once_more_alone() {
    let course = PROGRAM.course("ended-from-outside");
    let kill = "std::process::Command::new(\"kill\").args([\"-KILL\", &std::process::id().to_string()]).status()";
    // The second run, with nothing beside it, is the first that nobody ends.
    let trouble = format!(
        "{} if std::fs::read_to_string({:?}).unwrap().lines().count() < 2 {{ let _ = {kill}; }}",
        course.note_in("runs", "pid"),
        course.path("runs"),
    );
    let course = course.with_step("01-loss", "loss", &meets(&trouble));
    assert_eq!(course.grade(&[]).code, 0);
    // Three weights and three trials after the run that was ended.
    assert!(course.notes("runs").len() > 2);
}
