//! Code that keeps the compiler from its end, or ends it: that is the step's verdict, with a line, and the other
//! steps are graded.

use fs_err as fs;
use serde_json::Value;
use testkit::solution::solved;
use testkit::{Course, Run, assert_golden};

use crate::PROGRAM;

/// A course with a right step 1 in each of these folders, which was graded before its file got this at its end.
fn course(name: &str, steps: &[(&str, &str)]) -> Course {
    let solved = solved("loss");
    let course = steps.iter().fold(PROGRAM.course(name), |course, (step, _)| course.with_step(step, "loss", &solved));
    assert_eq!(course.grade(&[]).code, 0);
    for (step, further) in steps {
        course.append(&format!("exercises/{step}/src/lib.rs"), further);
    }
    course
}

/// The line on which the code begins that a test has added.
fn added_line() -> u64 {
    solved("loss").lines().count() as u64 + 1
}

/// What is to blame for each step that does not compile, and where to edit.
fn culprits(report: &Value) -> Vec<(&str, u64)> {
    let steps = report["steps"].as_array().unwrap().iter();
    let failed = steps.map(|step| &step["cases"][0]).filter(|case| case["verdict"]["kind"] == "does_not_compile");
    failed.map(|case| (case["verdict"]["culprit"].as_str().unwrap(), case["line"].as_u64().unwrap())).collect()
}

/// What a student is told of some steps.
fn said(report: &Value, steps: &[usize]) -> String {
    let of = |step: &usize| {
        let says = report["steps"][step]["cases"][0]["says"].as_array().unwrap();
        says.iter().map(|paragraph| format!("{}\n", paragraph.as_str().unwrap())).collect::<String>()
    };
    steps.iter().map(of).collect()
}

#[test]
fn what_ends_the_compiler_or_keeps_it_waiting_is_the_steps_verdict() {
    let sum = format!("pub fn sum() -> u64 {{\n    {}\n}}\n", ["1"; 60_000].join(" + "));
    let errors: String = (0..20_000).map(|at| format!("pub fn error_{at}() -> u64 {{ \"text\" }}\n")).collect();
    let own_main = "#[unsafe(no_mangle)]\npub extern \"C\" fn main() {}\n";
    let course = course(
        "compiler-ended",
        &[
            ("01-pipe", "pub const TEXT: &str = include_str!(\"pipe\");\n"),
            ("02-sum", &sum),
            ("03-errors", &errors),
            ("04-main", own_main),
            ("05-right", ""),
        ],
    );
    make_pipe(&course, "exercises/01-pipe/src/pipe");

    let report = course.grade_as_json(&["3", "5"]);
    assert_eq!(report["steps"][0]["cases"][0]["verdict"]["errors"].as_array().unwrap().len(), 50);

    let report = course.grade_as_json(&[]);
    let line = added_line();
    assert_eq!(culprits(&report), [("endless", line), ("compiler", line), ("library", line), ("linking", line)]);
    assert_eq!(report["steps"][4]["passed"], true);
    assert_golden!("compilers_that_wait_crash_and_cannot_link", &said(&report, &[0, 1, 3]));

    // The next grade finds nothing that a stopped compiler has left.
    assert_eq!(course.grade(&["5", "--fresh"]).code, 0);
    let builds = fs::read_dir(course.path("target/grader/builds/05-right")).unwrap();
    let folders = builds.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir() && !path.ends_with("objects"));
    assert_eq!(folders.count(), 0);
}

/// As when the machine has no memory left.
#[test]
fn a_linker_that_something_ends_is_no_verdict() {
    let course = course("linker-ended", &[("01-loss", "// Once more.\n")]);
    let (ends, path) = (course.path("ends"), std::env::var("PATH").unwrap());
    course.write("ends", "");
    let linker = format!("if [ -e '{}' ]; then kill -9 $$; fi\nPATH='{path}' exec cc \"$@\"\n", ends.display());
    course.write_script("bin/cc", &linker);
    let grade = || {
        let path = format!("{}:{path}", course.path("bin").display());
        Run::from(course.grade_command(&[]).env("PATH", path).output().unwrap())
    };
    let ended = grade();
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{ended:?}");
    fs::remove_file(ends).unwrap();
    assert_eq!(grade().code, 0, "it is not remembered");
}

/// Takes a minute of CPU time: `cargo test -p xtask --test grade -- --ignored`.
#[test]
#[ignore = "a minute of CPU time"]
fn a_compiler_without_an_end_is_stopped() {
    let constant = "const fn endless(mut n: u64) -> u64 {\n    while n < u64::MAX {\n        n += 1;\n    }\n    n\n}\n\
                    #[allow(long_running_const_eval)]\npub const NEVER: u64 = endless(0);\n";
    let doubling = "macro_rules! twice {\n    ($($t:tt)*) => { twice!($($t)* $($t)*) };\n}\n\
                    pub fn twice() -> u64 {\n    twice!(1 + 1)\n}\n";
    let pairs = format!(
        "pub fn pairs() -> usize {{\n    let pairs = (1_u8..9).map(|x| x);\n{}    pairs.count()\n}}\n",
        "    let pairs = pairs.clone().zip(pairs);\n".repeat(20)
    );
    let course = course(
        "compiler-endless",
        &[("01-constant", constant), ("02-doubling", doubling), ("03-pairs", &pairs), ("04-right", "")],
    );
    let report = course.grade_as_json(&[]);
    assert_eq!(culprits(&report), [("endless", added_line()); 3]);
    assert_eq!(report["steps"][3]["passed"], true);
    assert_golden!("compilers_without_an_end", &said(&report, &[0, 1]));
}

fn make_pipe(course: &Course, file: &str) {
    let made = std::process::Command::new("mkfifo").arg(course.path(file)).status().unwrap();
    assert!(made.success());
}
