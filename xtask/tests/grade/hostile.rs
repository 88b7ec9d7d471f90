//! Code that works against the grader, on purpose or by a slip: it costs its own case, nothing that it started is
//! left, and nothing that it does holds the grader up or reaches another step.
//!
//! Each of these steps has up to three troubles, each of which one case alone runs into.

use std::sync::LazyLock;

use serde_json::Value;
use testkit::solution::{solved, written};
use testkit::{Course, Session, processes_in, wait_until};

use crate::PROGRAM;

/// The solution of the step `loss`, with trouble in its first, second and fourth case.
fn troubled(price: &str, square: &str, loss: &str) -> String {
    let loss_of = "houses.iter().map(|house| squared_error(predict(sqft_weight, house.sqft), house.price)).sum()";
    written(
        "loss",
        &[
            ("predict", &format!("    if sqft == 0.0 {{ {price} }}\n    BASE_PRICE + sqft_weight * sqft")),
            (
                "squared_error",
                &format!("    if actual - predicted == 20.0 {{ {square} }}\n    (predicted - actual).powi(2)"),
            ),
            ("calculate_loss", &format!("    if houses.is_empty() {{ {loss} }}\n    {loss_of}")),
        ],
    )
}

/// Code that has the shell carry out commands.
fn shell(commands: &str) -> String {
    format!("let _ = std::process::Command::new(\"sh\").args([\"-c\", {commands:?}]).status();")
}

/// In the shell's words, the process that supervises the program that started the shell.
const SUPERVISOR: &str = "$(cut -d' ' -f4 /proc/$PPID/stat)";

/// The process that grades.
fn grader() -> String {
    format!("$(cut -d' ' -f4 /proc/{SUPERVISOR}/stat)")
}

/// Code that writes a line among the program's answers.
fn forged(line: &str) -> String {
    format!("let _ = std::fs::write(\"/proc/self/fd/0\", {:?});", format!("{line}\n"))
}

static COURSE: LazyLock<Course> = LazyLock::new(|| {
    // Each process goes on by itself, doubled seven times.
    const BOMB: &str = "double() { if [ $1 -gt 0 ]; then double $(($1 - 1)) & double $(($1 - 1)) & fi; \
                        while :; do :; done; }; double 7";
    let daemon = shell("setsid sleep 600 &");
    let twice_away = shell("(setsid sh -c 'sleep 600 & setsid sleep 600' &)");
    let writer = shell("setsid sh -c 'while :; do echo more >> written; sleep 0.01; done' &");
    let own_group = shell("set -m; sleep 600 &");
    let beside = shell("sleep 600 &");
    let crowd = shell("for i in $(seq 200); do setsid sleep 600 & done");
    // It sheds its environment and its session.
    const ADRIFT: &str = "env -i setsid sh -c 'sleep 600 & exec sleep 600' &";
    let kills_supervisor = shell(&format!("{ADRIFT} kill -KILL {SUPERVISOR}; sleep 600"));
    let stops_supervisor = shell(&format!("{ADRIFT} kill -STOP {SUPERVISOR}; sleep 600"));
    let ended = |outcome: &str| {
        format!(
            r#"{{"ended":{{"case":"price-of-a-house","trial":"lesson","outcome":{outcome},"took":{{"secs":0,"nanos":0}}}}}}"#
        )
    };
    let no_rows = ended(r#"{"answered":{"columns":[{"name":"price","role":"answer"}],"rows":[],"row_count":5}}"#);
    let of_another_case = ended(r#"{"answered":{"columns":[],"rows":[],"row_count":0}}"#);
    let payload = "struct Bomb; impl Drop for Bomb { fn drop(&mut self) { panic!(\"again\"); } } \
                   std::panic::panic_any(Bomb);";
    PROGRAM
        .course("hostile")
        .with_step("01-adrift", "loss", &troubled(&daemon, &twice_away, &writer))
        .with_step(
            "02-beside",
            "loss",
            &troubled(
                &own_group,
                &beside,
                "let _ = std::fs::remove_dir_all(std::env::current_exe().unwrap().parent().unwrap());",
            ),
        )
        .with_step(
            "03-files",
            "loss",
            &troubled(
                "std::fs::write(\"debug.csv\", \"1, 2\").unwrap();",
                "assert!(matches!(std::io::stdin().read_line(&mut String::new()), Ok(0)));",
                "assert!(std::fs::File::open(\"/dev/tty\").is_err());",
            ),
        )
        .with_step("04-many", "loss", &troubled(&crowd, &shell(BOMB), &shell(&format!("setsid sh -c '{BOMB}'"))))
        .with_step(
            "05-supervisor",
            "loss",
            &troubled(&kills_supervisor, &stops_supervisor, &shell(&format!("kill -KILL {SUPERVISOR}"))),
        )
        .with_step(
            "06-forged",
            "loss",
            &troubled(&forged(&no_rows), &forged(&of_another_case), &forged(r#"{"no_such_case":{"case":"predict"}}"#)),
        )
        .with_step(
            "07-panics",
            "loss",
            &troubled(
                payload,
                "panic!(\"{}\", \"words \".repeat(10_000_000));",
                "std::panic::set_hook(Box::new(|_| std::process::exit(0))); panic!(\"quiet\");",
            ),
        )
        .with_step("08-no-source", "loss", &troubled("let _ = std::fs::remove_file(\"src/lib.rs\");", "", ""))
        .with_step("09-no-folder", "loss", &troubled("let _ = std::fs::remove_dir_all(\".\");", "", ""))
        .with_step("10-solved", "loss", &solved("loss"))
});

/// The verdicts of a step in short.
fn verdicts(step: &Value) -> Vec<String> {
    let verdict = |case: &Value| {
        let verdict = &case["verdict"];
        let kind = verdict["kind"].as_str().unwrap();
        match kind {
            "crashed" => format!("{kind} {}", verdict["ending"]),
            "panicked" => {
                format!("{kind} {}", verdict["message"].as_str().unwrap().chars().take(20).collect::<String>())
            }
            "does_not_compile" => format!("{kind} {}", verdict["culprit"].as_str().unwrap()),
            _ => kind.to_owned(),
        }
    };
    step["cases"].as_array().unwrap().iter().map(verdict).collect()
}

#[test]
fn trouble_costs_its_own_case_and_nothing_is_left() {
    let report = COURSE.grade_as_json(&[]);
    assert_eq!(processes_in(COURSE.root()), [""; 0], "nothing is left running");

    const MANY: &str = r#"crashed {"too_many_processes":64}"#;
    const KILLED: &str = r#"crashed {"signalled":9}"#;
    const NO_ANSWER: &str = r#"crashed {"exited":null}"#;
    let all_pass = ["passed"; 4];
    let expected = [
        all_pass,
        all_pass,
        all_pass,
        [MANY, MANY, "passed", MANY],
        [KILLED, KILLED, "passed", KILLED],
        [NO_ANSWER, NO_ANSWER, "passed", NO_ANSWER],
        ["panicked a panic without a me", "panicked words words words wo", "passed", "crashed {\"exited\":0}"],
        ["does_not_compile file"; 4],
        ["does_not_compile file"; 4],
        all_pass,
    ];
    for (step, expected) in report["steps"].as_array().unwrap().iter().zip(expected) {
        assert_eq!(verdicts(step), expected, "{}", step["name"]);
    }
    assert!(COURSE.path("exercises/03-files/debug.csv").exists());
}

#[test]
fn code_that_stops_the_grader_does_not_hold_it_up() {
    let stop = shell(&format!("kill -STOP {}", grader()));
    let stop_at_the_end = format!("{stop} std::process::exit(0);");
    let course = PROGRAM.course("hostile-stop").with_step("01-loss", "loss", &troubled(&stop, "", &stop_at_the_end));
    // In a session of its own, where no shell lets it go on.
    let (code, screen) = Session::start(course.grade_command(&[]), 80, 24).end();
    assert_eq!(code, 1);
    assert!(screen.contains("3 of 4 cases passed") && screen.contains("(exit code 0)"), "{screen}");
}

#[test]
fn code_that_is_rid_of_its_supervisor_and_of_the_grader_ends_too() {
    let trouble =
        shell(&format!("supervisor={SUPERVISOR}; kill -STOP $supervisor; kill -KILL {}; sleep 600", grader()));
    let course = PROGRAM.course("hostile-kill").with_step("01-loss", "loss", &troubled(&trouble, "", ""));
    assert_eq!(course.grade_command(&[]).output().unwrap().status.code(), None);
    wait_until("all has ended", || processes_in(course.root()).is_empty());
}

#[test]
fn what_code_does_to_the_graders_own_files_holds_no_grade_up() {
    let course = PROGRAM.course("hostile-own-files").with_step("01-loss", "loss", &solved("loss"));
    assert_eq!(course.grade(&[]).code, 0);
    assert_eq!(course.xtask(&["hint", "1"]).code, 0);
    let own_files = walkdir::WalkDir::new(course.path("target/grader")).into_iter().map(Result::unwrap);
    let own_files: Vec<_> = own_files.filter(|file| file.file_type().is_file()).collect();
    assert!(own_files.len() > 5, "{own_files:?}");
    for make in ["mkfifo", "mkdir", "ln -s /dev/zero", "ln -s nowhere"] {
        for file in &own_files {
            let folder = file.path().parent().unwrap().display();
            let commands = format!("rm -rf '{0}' && mkdir -p '{folder}' && {make} '{0}'", file.path().display());
            assert!(std::process::Command::new("sh").args(["-c", &commands]).status().unwrap().success());
        }
        for (command, code) in [(&["grade", "--fresh"][..], 0), (&["list"], 0), (&["hint", "1"], 0), (&["grade"], 0)] {
            let run = course.xtask(command);
            assert_eq!(run.code, code, "{make} {command:?}: {run:?}");
        }
    }
}
