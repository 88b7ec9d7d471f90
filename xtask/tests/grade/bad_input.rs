//! What keeps the grader from grading is told in one message with its place and the remedy, and exit code 2; nothing
//! of it looks like a verdict on the student. A fault in the files of one step is told of that step.

use fs_err as fs;
use serde_json::Value;
use testkit::solution::solved;
use testkit::{Course, Run};

use crate::PROGRAM;

const EXERCISE: &str = "exercises/01-loss/exercise.toml";

/// How the plot of its case begins; an experiment has axes like these, too.
const CASE_PLOT: &str = "[case.plot]\nx = { column = \"weight\", unit = \"$ per sqft\" }\ny = { column = \"loss\"";

fn course(name: &str) -> Course {
    PROGRAM.course(name).with_step("01-loss", "loss", &solved("loss")).with_step(
        "02-gradient",
        "gradient",
        &solved("gradient"),
    )
}

/// A course with a fault in one step, and what is said of that step.
fn assert_faulty(name: &str, fault: impl FnOnce(&Course), message: &str) {
    let course = course(name);
    fault(&course);
    let step = message.split('/').nth(1).unwrap();
    let graded = course.grade(&[step, "--format", "json"]);
    assert_eq!((graded.code, graded.stderr.as_str()), (2, ""));
    let report = graded.report();
    assert_eq!(fault_of(&report["steps"][0]), message);
}

/// What keeps a step from being graded, as `path:line: message`.
pub fn fault_of(step: &Value) -> String {
    let fault = &step["fault"];
    let line = fault["line"].as_u64().map(|line| format!(":{line}")).unwrap_or_default();
    let text = |name: &str| fault[name].as_str().unwrap_or_else(|| panic!("a faulty step: {step}"));
    format!("{}{line}: {}", text("file"), text("message"))
}

/// A course with one fault, and the message that a grade of it ends in.
fn assert_refused(name: &str, fault: impl FnOnce(&Course), message: &str) {
    let course = course(name);
    fault(&course);
    assert_message(&course, &course.grade(&[]), message);
}

fn assert_message(course: &Course, graded: &Run, message: &str) {
    let root = format!("{}{}", course.root().display(), std::path::MAIN_SEPARATOR);
    let message_got = graded.stderr.replace(&root, "");
    let message_got = if cfg!(windows) { message_got.replace('\\', "/") } else { message_got };
    assert_eq!((graded.code, graded.stdout.as_str(), message_got), (2, "", format!("error: {message}\n")));
}

#[test]
fn a_malformed_exercise_is_named_with_its_line() {
    assert_faulty(
        "bad-malformed",
        |course| course.change(EXERCISE, "title = \"How", "title = How"),
        "exercises/01-loss/exercise.toml:1: missing opening quote, expected `\"`",
    );
}

#[test]
fn a_step_that_cannot_be_read_keeps_a_solved_course_from_passing() {
    let course = course("bad-among-solved");
    course.change(EXERCISE, "title = \"How", "title = How");
    let graded = course.grade(&["--format", "json"]);
    assert_eq!((graded.code, graded.stderr.as_str()), (2, ""));
    let report = graded.report();
    assert_eq!(report["steps"].as_array().unwrap().len(), 2);
    assert_eq!(report["steps"][1]["fault"], Value::Null);
}

#[test]
fn a_missing_title_is_named() {
    assert_faulty(
        "bad-no-title",
        |course| course.change(EXERCISE, "title = \"How wrong is a weight?\"\n", ""),
        "exercises/01-loss/exercise.toml:1: missing field `title`",
    );
}

#[test]
fn an_unknown_field_is_named() {
    assert_faulty(
        "bad-unknown-field",
        |course| course.change(EXERCISE, "function = \"predict\"", "fuction = \"predict\""),
        "exercises/01-loss/exercise.toml:35: unknown field `fuction`, expected one of `name`, `title`, `function`, `points`, `tolerance`, `column_tolerance`, `edge`, `plot`",
    );
}

#[test]
fn a_case_of_no_function_is_named() {
    assert_faulty(
        "bad-no-function",
        |course| course.change(EXERCISE, "function = \"predict\"", "function = \"guess\""),
        "exercises/01-loss/exercise.toml:35: case `price-of-a-house` names `guess`, which no [[function]] describes",
    );
}

#[test]
fn more_points_than_can_be_added_up_are_named() {
    assert_faulty(
        "bad-points",
        |course| course.change(EXERCISE, "function = \"predict\"", "function = \"predict\"\npoints = 4294967295"),
        "exercises/01-loss/exercise.toml:36: case `price-of-a-house` has more than 1000 points",
    );
}

#[test]
fn a_case_that_stands_twice_is_named_with_both_lines() {
    assert_faulty(
        "bad-case-twice",
        |course| course.change(EXERCISE, "name = \"error-squared\"", "name = \"price-of-a-house\""),
        "exercises/01-loss/exercise.toml:38: case `price-of-a-house` is already on line 33",
    );
}

#[test]
fn a_picture_of_a_column_that_is_not_there_is_named_with_the_columns_that_are() {
    assert_faulty(
        "bad-plot-column",
        |course| course.change(EXERCISE, CASE_PLOT, &CASE_PLOT.replace("loss", "los")),
        "exercises/01-loss/exercise.toml:48: the table of case `loss-by-weight` has no column `los`; it has `weight`, `loss`",
    );
}

#[test]
fn a_picture_of_words_is_refused() {
    assert_faulty(
        "bad-plot-words",
        |course| {
            let way = "title = \"steep, gentle and flat ground\"\nfunction = \"direction\"\n";
            let plot = "[case.plot]\nx = { column = \"gradient\" }\ny = { column = \"direction\" }\n";
            course.change("exercises/02-gradient/exercise.toml", way, &format!("{way}{plot}"));
        },
        "exercises/02-gradient/exercise.toml:62: column `direction` of case `which-way` holds no number to draw",
    );
}

#[test]
fn a_range_that_an_axis_cannot_show_is_refused() {
    assert_faulty(
        "bad-plot-range",
        |course| {
            let range = format!("{CASE_PLOT}, scale = \"log\", range = [0.0, 1e12]");
            course.change(EXERCISE, CASE_PLOT, &range);
        },
        "exercises/01-loss/exercise.toml:48: the range of column `loss` is [lowest, highest], on a logarithmic axis above 0",
    );
}

#[test]
fn an_unknown_surface_is_named_with_those_that_there_are() {
    let course = course("bad-plot-surface");
    let shape = "unit = \"$²\" }\nshape = \"parabola\"";
    course.change(EXERCISE, shape, "unit = \"$²\" }\nsurface = \"ravines\"");
    let fault = fault_of(&course.grade_as_json(&["1"])["steps"][0]);
    let start = "exercises/01-loss/exercise.toml:49: there is no surface `ravines`; there are bowl, ravine, ";
    assert!(fault.starts_with(start), "{fault}");
}

#[test]
fn a_picture_of_the_lesson_that_could_not_be_drawn_is_refused() {
    const PLOT: &str = "[picture.plot]\nx = { column = \"weight\" }\ny = { column = \"loss\" }\n";
    for (name, head, line, said) in [
        (
            "bad-picture-of-nothing",
            "name = \"valley\"",
            88,
            "picture `valley` shows nothing; give it a `case`, a `surface` in its plot, or both",
        ),
        (
            "bad-picture-case",
            "name = \"valley\"\ncase = \"heights\"",
            89,
            "picture `valley` names the case `heights`, which is not there",
        ),
        (
            "bad-picture-name",
            "name = \"loss-by-weight\"\ncase = \"error-squared\"",
            88,
            "the plot of the case on line 43 is the picture `loss-by-weight` already",
        ),
    ] {
        let picture = format!("[[picture]]\n{head}\ntitle = \"the valley\"\n\n{PLOT}");
        let fault = format!("exercises/01-loss/exercise.toml:{line}: {said}");
        assert_faulty(name, |course| course.write(EXERCISE, &(course.read(EXERCISE) + &picture)), &fault);
    }
}

#[test]
fn a_product_that_could_not_be_shown_is_refused() {
    for (name, case, picture, line, said) in [
        ("bad-product-case", "prices", "loss-by-weight", 89, "the product names the case `prices`, which is not there"),
        (
            "bad-product-picture",
            "loss-by-weight",
            "error-squared",
            92,
            "the product's picture is the case `error-squared`, which has no plot",
        ),
    ] {
        let product = format!(
            "[product]\ntitle = \"a loss\"\ncase = \"{case}\"\ncolumn = \"loss\"\nrow = 1\npicture = \"{picture}\"\n"
        );
        let fault = format!("exercises/01-loss/exercise.toml:{line}: {said}");
        assert_faulty(name, |course| course.write(EXERCISE, &(course.read(EXERCISE) + &product)), &fault);
    }
}

#[test]
fn a_case_without_a_snapshot_is_named() {
    assert_faulty(
        "bad-no-snapshot",
        |course| course.change(EXERCISE, "name = \"error-squared\"", "name = \"squares\""),
        "exercises/01-loss/exercise.toml:38: case `squares` has no snapshot; record it: `cargo xtask bless loss`",
    );
}

#[test]
fn a_snapshot_without_a_case_is_named() {
    assert_faulty(
        "bad-orphan",
        |course| course.write("exercises/01-loss/snapshots/squares.snap", "---\n---\n"),
        "exercises/01-loss/snapshots/squares.snap: no case has this snapshot; rename the case back or delete the file",
    );
}

#[test]
fn a_damaged_snapshot_is_named_with_its_line() {
    assert_faulty(
        "bad-damaged",
        |course| {
            course.change(
                "exercises/01-loss/snapshots/loss-by-weight.snap",
                "50.0   -> 303750000000.0",
                "50.0   -> 3 | 4",
            )
        },
        "exercises/01-loss/snapshots/loss-by-weight.snap:7: the row has 3 cells for 2 columns; record it again with `cargo xtask bless`",
    );
}

#[test]
fn a_snapshot_that_is_cut_short_is_named() {
    assert_faulty(
        "bad-cut-short",
        |course| fs::write(course.path("exercises/01-loss/snapshots/loss-by-weight.snap"), "").unwrap(),
        "exercises/01-loss/snapshots/loss-by-weight.snap:1: a snapshot begins with a header between two lines `---`; record it again with `cargo xtask bless`",
    );
}

#[test]
fn a_snapshot_without_a_trial_is_named() {
    assert_faulty(
        "bad-no-trial",
        |course| course.change("exercises/01-loss/snapshots/loss-by-weight.snap", "lesson", "fresh-77"),
        "exercises/01-loss/snapshots/loss-by-weight.snap: the table of `loss-by-weight, lesson` is missing; record it: `cargo xtask bless loss`",
    );
}

#[test]
fn a_table_of_no_trial_is_named_with_its_line() {
    assert_faulty(
        "bad-trial",
        |course| course.change("exercises/01-loss/snapshots/loss-by-weight.snap", "lesson", "lessons"),
        "exercises/01-loss/snapshots/loss-by-weight.snap:5: `lessons` is not a trial; record it again with `cargo xtask bless`",
    );
}

#[test]
fn a_case_that_cases_rs_does_not_have_is_named() {
    assert_faulty(
        "bad-no-case",
        |course| {
            course.change(EXERCISE, "name = \"error-squared\"", "name = \"squares\"");
            let snapshot = |name: &str| format!("exercises/01-loss/snapshots/{name}.snap");
            let text = course.read(&snapshot("error-squared")).replace("# error-squared", "# squares");
            fs::remove_file(course.path(&snapshot("error-squared"))).unwrap();
            course.write(&snapshot("squares"), &text);
        },
        "exercises/01-loss/cases.rs: exercise.toml names a case `squares`, which is not here",
    );
}

#[test]
fn a_slip_in_the_data_is_named_with_its_line_and_never_the_students_fault() {
    const DATA: &str = "datasets/src/houses.toml";
    let course = course("bad-data").with_own_crates();
    let sound = course.read(DATA);
    for (from, to, told) in [
        ("price = 550000\n", "", "datasets/src/houses.toml:16: missing field `price`"),
        ("550000", "\"much\"", "datasets/src/houses.toml:18: invalid type: string \"much\", expected f64"),
        ("550000", "nan", "datasets/src/houses.toml:18: `NaN` is not a finite number"),
    ] {
        course.change(DATA, from, to);
        let graded = course.grade(&[]);
        assert!(graded.code == 2 && graded.stdout.contains(told), "{}{}", graded.stdout, graded.stderr);
        assert!(!graded.stdout.contains("panicked") && !graded.stdout.contains("src/lib.rs"), "{}", graded.stdout);
        course.write(DATA, &sound);
    }
    fs::remove_file(course.path(DATA)).unwrap();
    let graded = course.grade(&[]);
    let says = format!("{}{}", graded.stdout, graded.stderr);
    assert!(graded.code == 2 && says.contains("houses.toml") && says.contains("datasets/src/houses.rs"), "{says}");
    course.write(DATA, &sound);
    assert_ne!(course.grade(&[]).code, 2);
}

#[test]
fn two_steps_of_one_number_are_named() {
    assert_refused(
        "bad-one-number",
        |course| course.change("Cargo.toml", "/02-gradient", "/01-gradient"),
        "Cargo.toml:5: exercises/01-loss: exercises/01-gradient has the same number; renumber one of them",
    );
}

#[test]
fn a_step_that_is_listed_without_a_number_is_named() {
    assert_refused(
        "bad-no-number",
        |course| course.change("Cargo.toml", "/02-gradient", "/gradient"),
        "Cargo.toml:4: each step is listed here by a name such as `07-mean`; `gradient` is not one",
    );
}

#[test]
fn a_course_without_steps_is_no_error_and_says_how_to_make_one() {
    let course = course("bad-no-list");
    for step in ["01-loss", "02-gradient"] {
        course.change("Cargo.toml", &format!("\"[es]*s/{step}\","), "");
    }
    for command in [&["grade"][..], &["list"], &["hint"]] {
        let run = course.xtask(command);
        let says = "This course has no steps yet. Make the first one: cargo xtask new NAME\n";
        assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, "", says), "{command:?}");
    }
}

#[test]
fn an_unknown_step_is_answered_with_the_nearest_one() {
    let course = course("bad-step");
    let message = "there is no step `gradent` (did you mean `gradient`?); the steps are 1 loss, 2 gradient";
    assert_message(&course, &course.grade(&["gradent"]), message);
    assert_message(&course, &course.grade(&["7"]), "there is no step `7`; the steps are 1 loss, 2 gradient");
}

#[test]
fn a_step_that_is_named_twice_is_refused() {
    let course = course("bad-twice");
    assert_message(&course, &course.grade(&["2", "gradient"]), "step `gradient` is named twice; name each step once");
}

#[test]
fn a_folder_that_is_no_course_is_refused() {
    let course = course("bad-folder");
    let mut command = course.grade_command(&[]);
    fs::rename(course.path("exercises"), course.path("lessons")).unwrap();
    let graded = Run::from(command.output().unwrap());
    let message = format!("error: {}: this is not a course: it has no folder `exercises`\n", course.root().display());
    assert_eq!((graded.code, graded.stdout.as_str(), graded.stderr), (2, "", message));
}

#[test]
fn a_missing_cargo_is_told_with_where_to_get_it() {
    let course = course("bad-cargo");
    let graded = Run::from(course.grade_command(&[]).env_remove("CARGO").env("PATH", "").output().unwrap());
    assert_eq!((graded.code, graded.stdout.as_str()), (2, ""));
    assert!(graded.stderr.starts_with("error: cargo could not be started: "), "{}", graded.stderr);
    assert!(
        graded.stderr.ends_with("; install Rust from https://rustup.rs and make sure that `cargo` is on the PATH\n")
    );
}

// On Windows, the compiler finds its linker without the PATH.
#[cfg(unix)]
#[test]
fn a_missing_linker_is_no_fault_of_the_student() {
    let course = course("bad-linker");
    let mut grade = course.grade_command(&[]);
    let rustc = std::path::Path::new(env!("CARGO")).with_file_name("rustc");
    let graded = Run::from(grade.env("PATH", "").env("RUSTC", rustc).output().unwrap());
    assert_eq!((graded.code, graded.stdout.as_str()), (2, ""));
    assert!(graded.stderr.starts_with("error: cargo could not build the course, and it is not your code:\n"));
    assert!(graded.stderr.contains("linker `cc` not found"), "{}", graded.stderr);
}

// Where `false` lies.
#[cfg(unix)]
#[test]
fn settings_with_which_nothing_can_be_compiled_are_no_fault_of_the_student() {
    let course = course("bad-settings");
    for (variable, value, named) in [
        ("RUSTC", "/bin/false", "process didn't exit successfully: `/bin/false -vV`"),
        ("RUSTC_WRAPPER", "/no/such/program", "`/no/such/program`, which is to compile, cannot be started: "),
        ("RUSTFLAGS", "--no-such-flag", "Unrecognized option: 'no-such-flag'"),
        ("CARGO_BUILD_JOBS", "0", "error: jobs may not be 0\n"),
        ("CARGO_BUILD_TARGET", "no-such-machine", "no-such-machine"),
        ("RUSTUP_TOOLCHAIN", "no-such-toolchain", "no-such-toolchain"),
    ] {
        let mut grade = course.grade_command(&[]);
        // What rustup has put there is called, too.
        let cargo = if variable.starts_with("RUSTUP") { "cargo" } else { env!("CARGO") };
        let graded = Run::from(grade.env("CARGO", cargo).env(variable, value).output().unwrap());
        assert_eq!((graded.code, graded.stdout.as_str()), (2, ""), "{variable}");
        let start = "error: cargo could not build the course, and it is not your code:\n";
        assert!(graded.stderr.starts_with(start) && graded.stderr.contains(named), "{variable}: {}", graded.stderr);
    }
    assert_eq!(course.grade(&[]).code, 0);
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_unicode_is_nobodys_business() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let course = course("bad-variable");
    let [name, value] = [b"LATIN_\xe9".as_slice(), b"pr\xe9vision"].map(OsStr::from_bytes);
    let mut grade = course.grade_command(&[]);
    let graded = Run::from(grade.env(name, "").env("LATIN", value).env("RUSTDOCFLAGS", value).output().unwrap());
    assert_eq!((graded.code, graded.stderr.as_str()), (0, ""), "{}", graded.stdout);
}

#[test]
fn a_target_folder_that_cannot_be_written_is_named() {
    let course = course("bad-target");
    course.write("target", "a file where the folder should be");
    let graded = course.grade(&[]);
    assert_eq!((graded.code, graded.stdout.as_str()), (2, ""));
    assert!(graded.stderr.starts_with("error: "), "{}", graded.stderr);
    assert!(graded.stderr.contains(&*course.path("target").to_string_lossy()), "{}", graded.stderr);
    assert_eq!(graded.stderr.lines().count(), 1, "{}", graded.stderr);
}
