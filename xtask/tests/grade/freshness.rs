//! What is on the disk is graded, whatever the times of files say, whoever wrote them last and whatever was
//! interrupted.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use fs_err as fs;
use testkit::solution::{solved, stub, written};
use testkit::{Course, Run, wait_until};

use crate::PROGRAM;

const STEP: &str = "01-loss";
const SOURCE: &str = "exercises/01-loss/src/lib.rs";
const CASES: &str = "exercises/01-loss/cases.rs";

/// A source, and how many of the four cases it passes.
struct Variant {
    source: String,
    passes: u64,
}

fn right() -> Variant {
    Variant { source: solved("loss"), passes: 4 }
}

/// Right but for `squared_error`, which `calculate_loss` calls. It is as long as the right one.
fn wrong() -> Variant {
    let right = solved("loss");
    let source = right.replace("error * error", "error + error");
    assert!(source != right && source.len() == right.len());
    Variant { source, passes: 1 }
}

fn course(name: &str, variant: &Variant) -> Course {
    let course = PROGRAM.course(name).with_step(STEP, "loss", &variant.source);
    assert_eq!(passed(&course, &[]), variant.passes);
    course
}

/// How many cases pass.
fn passed(course: &Course, arguments: &[&str]) -> u64 {
    let report = course.grade_as_json(arguments);
    report["steps"][0]["passed_cases"].as_u64().unwrap_or_else(|| panic!("{report:#}"))
}

/// Gives a file a time that is long gone.
fn age(path: &Path) {
    let long_gone = SystemTime::UNIX_EPOCH + Duration::from_secs(1_577_923_200);
    fs::File::options().write(true).open(path).unwrap().set_modified(long_gone).unwrap();
}

#[test]
fn what_a_failed_build_read_counts() {
    let course = course("fresh-failed", &right());
    let include = |file: &str| format!("{}\ninclude!(\"{file}\");\n", solved("loss"));
    let module = format!("{}\nmod target;\n", solved("loss"));
    for (source, file, broken) in [
        (include("../../../shared.rs"), "shared.rs", Some("fn cut_off( {")),
        (include("../../../shared.rs"), "shared.rs", Some("pub fn wrong() -> f64 { \"text\" }")),
        (include("../../../two words.rs"), "two words.rs", Some("fn cut_off( {")),
        (include("../../../a\ttab.rs"), "a\ttab.rs", Some("fn cut_off( {")),
        (include("../../../missing.rs"), "missing.rs", None),
        // A folder of this name is left out where a step's files are looked for.
        (module, "exercises/01-loss/src/target/mod.rs", Some("fn cut_off( {")),
    ] {
        match broken {
            Some(text) => course.write(file, text),
            None => assert!(!course.path(file).exists()),
        }
        course.write(SOURCE, &source);
        assert_eq!(passed(&course, &[]), 0, "{file}");
        course.write(file, "pub fn sound() {}\n");
        assert_eq!(passed(&course, &[]), 4, "{file}");
    }
}

#[test]
fn a_variable_that_the_compiler_read_counts() {
    // Cargo has variables of its own, and this is none of them.
    for (name, variable) in [("fresh-variable", "HALVED"), ("fresh-cargos", "CARGO_HALVED")] {
        let halved = format!("if option_env!(\"{variable}\").is_some() {{ 0.5 }} else {{ error * error }}");
        let source = solved("loss").replace("error * error", &halved);
        let course = course(name, &Variant { source, passes: 4 });
        assert_eq!(course.xtask_in(&["grade"], &[(variable, "1")]).code, 1);
        assert_eq!(course.xtask_in(&["grade"], &[]).code, 0);
        course.remove_folder("target/grader/plans");
        assert_eq!(course.xtask_in(&["grade", "--fresh"], &[(variable, "1")]).code, 1);
        assert_eq!(course.xtask_in(&["grade"], &[]).code, 0);
    }
}

#[test]
fn a_file_with_an_older_time_is_graded() {
    let course = course("fresh-older", &wrong());
    for variant in [right(), wrong()] {
        // As `tar`, `cp -p` or `mv` of a kept copy leave it.
        course.write("kept.rs", &variant.source);
        age(&course.path("kept.rs"));
        fs::rename(course.path("kept.rs"), course.path(SOURCE)).unwrap();
        assert_eq!(passed(&course, &[]), variant.passes);
        assert_eq!(passed(&course, &["--fresh"]), variant.passes);
    }
}

#[test]
fn another_content_of_the_same_length_and_time_is_graded() {
    let course = course("fresh-same", &wrong());
    let time = fs::metadata(course.path(SOURCE)).unwrap().modified().unwrap();
    for variant in [right(), wrong()] {
        course.write(SOURCE, &variant.source);
        fs::File::options().write(true).open(course.path(SOURCE)).unwrap().set_modified(time).unwrap();
        assert_eq!(passed(&course, &[]), variant.passes);
    }
}

#[cfg(unix)]
#[test]
fn what_a_link_leads_to_is_graded() {
    let course = course("fresh-link", &wrong());
    course.write("elsewhere.rs", &wrong().source);
    fs::remove_file(course.path(SOURCE)).unwrap();
    std::os::unix::fs::symlink(course.path("elsewhere.rs"), course.path(SOURCE)).unwrap();
    for variant in [right(), wrong()] {
        course.write("elsewhere.rs", &variant.source);
        age(&course.path("elsewhere.rs"));
        assert_eq!(passed(&course, &[]), variant.passes);
    }
}

#[test]
fn what_the_source_includes_is_graded_wherever_it_lies() {
    let including = |path: &str| format!("include!({path:?});\n");
    let course = course("fresh-included", &wrong());
    // Without its comments for the crate, which an included file cannot have.
    let body = |variant: &Variant| {
        variant.source.lines().filter(|line| !line.starts_with("//!")).collect::<Vec<_>>().join("\n")
    };
    let outside = course.path("outside.rs");
    course.write(SOURCE, &including(&outside.to_string_lossy()));
    for variant in [right(), wrong(), right()] {
        course.write("outside.rs", &body(&variant));
        age(&outside);
        assert_eq!(passed(&course, &[]), variant.passes);
    }
}

#[test]
fn cases_that_were_changed_and_put_back_are_graded() {
    let course = course("fresh-cases", &right());
    let cases = course.read(CASES);
    let of_nothing = cases.replace("predict(weight, sqft)", "predict(weight, 0.0 * sqft)");
    assert_ne!(cases, of_nothing);
    for (text, passes) in [(&of_nothing, 3), (&cases, 4), (&of_nothing, 3)] {
        course.write(CASES, text);
        age(&course.path(CASES));
        assert_eq!(passed(&course, &[]), passes);
    }
}

#[test]
fn a_reset_and_the_kept_copy_moved_back_are_graded() {
    let course = course("fresh-reset", &right());
    assert_eq!(course.xtask(&["reset", "1", "--yes"]).code, 0);
    assert_eq!(passed(&course, &[]), 0);
    let folder = course.path("exercises/01-loss/src");
    let kept = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).find(|path| !path.ends_with("lib.rs"));
    fs::rename(kept.unwrap(), course.path(SOURCE)).unwrap();
    assert_eq!(passed(&course, &[]), 4);
}

#[test]
fn only_the_library_and_the_cases_count() {
    let course = course("fresh-extra", &right());
    let added = "exercises/01-loss/src/bin/try.rs";
    for text in ["fn main() { not_yet\n", "fn main() { std::process::exit(3); }\n"] {
        course.write(added, text);
        assert_eq!(passed(&course, &["--fresh"]), 4, "{text}");
    }
    // The tables are still what `cargo run` shows.
    let run = course.command_in(Path::new(env!("CARGO"))).args(["run", "--quiet", "-p", "loss"]).output().unwrap();
    let shown = Run::from(run);
    assert!(shown.code == 0 && shown.stdout.contains("price"), "{shown:?}");
}

#[test]
fn warnings_decide_no_grade_whatever_the_flags_are() {
    let source = format!("{}\nfn never_called() {{}}\n", solved("loss"));
    let course = PROGRAM.course("fresh-warnings").with_step(STEP, "loss", &source);
    let graded = course.grade_command(&[]).env("RUSTFLAGS", "-D warnings").output().unwrap();
    let graded = Run::from(graded);
    assert_eq!((graded.code, graded.stderr.as_str()), (0, ""), "{}", graded.stdout);
}

#[test]
fn a_change_of_the_compilers_flags_asks_for_a_new_plan() {
    let source = solved("loss").replace("error * error", "if cfg!(of_a_flag) { error + error } else { error * error }");
    let course = PROGRAM.course("fresh-flags").with_step(STEP, "loss", &source);
    let passes = |flags: Option<&str>| {
        let mut command = course.grade_command(&["--format", "json"]);
        flags.map(|flags| command.env("RUSTFLAGS", flags));
        Run::from(command.output().unwrap()).code == 0
    };
    assert!(passes(None));
    assert!(!passes(Some("--cfg of_a_flag")));
    assert!(passes(None));
}

#[test]
fn random_sequences_of_edits_copies_and_interruptions_are_never_graded_by_what_was_before() {
    sequences(4);
}

/// `cargo test -p xtask --test grade five_hundred -- --ignored`: about ten minutes.
#[test]
#[ignore = "takes minutes; the test above does the same a few times"]
fn five_hundred_random_sequences() {
    sequences(500);
}

fn sequences(count: u64) {
    let variants = [
        right(),
        wrong(),
        Variant { source: stub("loss"), passes: 0 },
        Variant { source: "pub fn nothing( {".to_owned(), passes: 0 },
        Variant { source: written("loss", &[("predict", "    sqft_weight * sqft")]), passes: 1 },
    ];
    let course = PROGRAM.course("fresh-sequences").with_step(STEP, "loss", &variants[0].source);
    let mut cases_are_touched = false;
    for seed in 0..count {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut told = Vec::new();
        let mut now = 0;
        for _ in 0..random.usize(2..6) {
            let next = random.usize(0..variants.len());
            let source = &variants[next].source;
            let action = random.usize(0..7);
            told.push((action, next));
            match action {
                // An editor that writes in place.
                0 => course.write(SOURCE, source),
                // One that renames a new file.
                1 => {
                    course.write("draft.rs", source);
                    fs::rename(course.path("draft.rs"), course.path(SOURCE)).unwrap();
                }
                // A copy that keeps its time.
                2 => {
                    course.write(SOURCE, source);
                    age(&course.path(SOURCE));
                }
                // A build that is interrupted at some moment.
                3 => {
                    course.write(SOURCE, source);
                    let mut grade = course.grade_command(&[]).spawn().unwrap();
                    let until = std::time::Instant::now() + Duration::from_millis(random.u64(0..400));
                    wait_until("the moment", || std::time::Instant::now() >= until);
                    grade.kill().unwrap();
                    grade.wait().unwrap();
                }
                // A grade that is not looked at.
                4 => {
                    course.write(SOURCE, source);
                    course.grade(&[]);
                }
                // Cases that are changed, and by their time never were.
                5 => {
                    course.write(SOURCE, source);
                    cases_are_touched = !cases_are_touched;
                    let cases = course.read(CASES);
                    let text = if cases_are_touched { cases + "// More.\n" } else { cases.replace("// More.\n", "") };
                    course.write(CASES, &text);
                    age(&course.path(CASES));
                }
                // Cargo, called by hand with the profile of a grade.
                _ => {
                    course.write(SOURCE, source);
                    let mut cargo: Command = course.command_in(Path::new(env!("CARGO")));
                    let _ = cargo.args(["build", "--quiet", "--profile", "grade"]).output().unwrap();
                }
            }
            now = next;
        }
        assert_eq!(passed(&course, &[]), variants[now].passes, "seed {seed}: {told:?}");
    }
}

/// A right step whose code adds a line to a file each time it runs.
fn writing(file: &str, line: &str) -> String {
    let write = format!(
        "    {{ let mut file = std::fs::OpenOptions::new().create(true).append(true).open({file:?}).unwrap(); \
         std::io::Write::write_all(&mut file, b\"{line}\\n\").unwrap(); }}\n    BASE_PRICE + sqft_weight * sqft"
    );
    written("loss", &[("predict", &write)])
}

#[test]
fn code_that_changes_what_it_is_built_from_is_its_own_steps_fault() {
    let course = PROGRAM
        .course("fresh-writers")
        .with_step("01-own", "loss", &writing("src/lib.rs", "// More."))
        .with_step("02-others", "loss", &writing("../03-right/src/lib.rs", "// More."))
        .with_step("03-right", "loss", &solved("loss"))
        .with_step("04-notes", "loss", &writing("notes.toml", "[[more]]"))
        .with_step("05-course", "loss", &writing("../../Cargo.toml", "# More."));
    let said = |file: &str, what: [&str; 2]| {
        let [changed, written] = what;
        let step = format!("exercises/{file}/src/lib.rs");
        format!("{step}: {changed} changed each time that the code ran: does the code write to {written}?")
    };
    let own = said("01-own", ["this file", "it"]);
    let of_course = said("05-course", ["a file of the course", "one"]);
    let graded = course.grade(&["--format", "json"]);
    assert_eq!((graded.code, graded.stderr.as_str()), (1, ""));
    let report = graded.report();
    let verdict = |step: &serde_json::Value| match step["passed"].as_bool() {
        Some(true) => "passed".to_owned(),
        _ => step["cases"][0]["says"][0].as_str().unwrap_or_else(|| panic!("{step:#}")).to_owned(),
    };
    let verdicts: Vec<String> = report["steps"].as_array().unwrap().iter().map(verdict).collect();
    assert_eq!(verdicts, [own.as_str(), "passed", "passed", "passed", of_course.as_str()]);
    // Of an attempt that nothing is known of, nothing is remembered.
    course.write("exercises/01-own/src/lib.rs", &solved("loss"));
    assert_eq!(passed(&course, &["1"]), 4);
}
