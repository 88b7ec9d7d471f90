//! Whose fault it is: a step whose files are broken is named with what is wrong, and the others are graded. The
//! course's own files cost exit code 2, the student's a verdict.

use fs_err as fs;
use serde_json::Value;
use testkit::solution::{solved, stub, written};
use testkit::{Course, Run, assert_golden};

use crate::PROGRAM;
use crate::bad_input::fault_of;
use crate::junit;

/// A course with these steps, all of which are right.
fn course(name: &str, steps: &[&str]) -> Course {
    let solved = solved("loss");
    steps.iter().fold(PROGRAM.course(name), |course, step| course.with_step(step, "loss", &solved))
}

/// Of each step what keeps it from being graded; else the first verdict's kind.
fn summary(course: &Course) -> (i32, Vec<String>) {
    let graded = course.grade(&["--format", "json"]);
    let of = |step: &Value| match step["fault"] {
        Value::Null => step["cases"][0]["verdict"]["kind"].as_str().unwrap().to_owned(),
        _ => fault_of(step),
    };
    (graded.code, graded.report()["steps"].as_array().unwrap().iter().map(of).collect())
}

#[test]
fn a_fault_in_one_step_of_the_course_leaves_the_others_graded() {
    let course = course(
        "blame-course",
        &["01-malformed", "02-no-snapshot", "03-no-cases", "04-other-case", "05-moved", "06-mistakes", "07-right"],
    );
    course.append("exercises/01-malformed/exercise.toml", "[[case]\n");
    course.remove("exercises/02-no-snapshot/snapshots/loss-by-weight.snap");
    course.remove("exercises/03-no-cases/cases.rs");
    course.change("exercises/04-other-case/cases.rs", "case(\"error-squared\"", "case(\"squared\"");
    course.rename("exercises/05-moved", "exercises/05-moved.bak");
    // Only a wrong answer is looked up.
    let wrong = written("loss", &[("squared_error", "    2.0 * (predicted - actual)")]);
    course.write("exercises/06-mistakes/src/lib.rs", &wrong);
    course.write("exercises/06-mistakes/snapshots/mistakes/sign-kept.snap", "");

    let graded = course.grade(&[]);
    assert_eq!(graded.code, 2);
    assert_eq!(graded.stderr, "note: exercises/05-moved.bak is not a step of this course and is not graded\n");
    assert_golden!("steps_that_cannot_be_graded", &graded.stdout);

    let markdown = course.grade(&["1", "7", "--format", "markdown"]);
    assert_eq!(markdown.code, 2);
    assert_golden!("markdown_of_a_step_that_cannot_be_graded", &markdown.stdout);
    let junit = course.grade(&["1", "7", "--format", "junit"]);
    assert_eq!(junit.code, 2);
    let elements = junit::read(&junit.stdout);
    let [suites, suite, _, error, ..] = &elements[..] else { panic!("{}", junit.stdout) };
    assert_eq!([suites, suite].map(|suites| suites.attributes["errors"].as_str()), ["1", "1"]);
    assert_eq!((error.name.as_str(), error.attributes["message"].as_str()), ("error", "the step cannot be graded"));
    assert!(error.text.starts_with("exercises/01-malformed/exercise.toml:"), "{error:?}");

    let asked = |command: &[&str]| course.xtask(command);
    let list = asked(&["list"]);
    assert_eq!(list.code, 0);
    assert!(list.stdout.starts_with("1 of 7 steps done, 3 cannot be graded, 4 of 16 points\n"), "{}", list.stdout);
    assert!(list.stdout.contains("? cannot be graded"), "{}", list.stdout);
    assert!(
        list.stdout.contains("Step 5 cannot be graded: exercises/05-moved: the folder of this step"),
        "{}",
        list.stdout
    );
    assert_eq!(asked(&["hint", "5"]).code, 2);
    assert_eq!(asked(&["grade", "7"]).code, 0);
    // Nothing else is left to mend.
    let hint = asked(&["hint"]);
    assert_eq!((hint.code, hint.stdout.as_str()), (2, ""));
    assert!(hint.stderr.starts_with("error: exercises/01-malformed/exercise.toml:"), "{}", hint.stderr);
}

#[test]
fn a_course_of_which_no_step_can_be_read_is_refused() {
    let course = course("blame-all", &["01-one", "02-other"]);
    course.append("exercises/01-one/exercise.toml", "[[case]\n");
    fs::remove_dir_all(course.path("exercises/02-other")).unwrap();
    let graded = course.grade(&[]);
    assert_eq!((graded.code, graded.stdout.as_str()), (2, ""));
    assert!(graded.stderr.starts_with("error: exercises/01-one/exercise.toml:"), "{}", graded.stderr);
}

#[test]
fn a_manifest_that_is_broken_costs_its_own_step() {
    let course = course("blame-manifest", &["01-broken", "02-right"]);
    let graded = (2, "passed".to_owned());
    assert_eq!(summary(&course), (0, vec!["passed".to_owned(), "passed".to_owned()]));

    let manifest = "exercises/01-broken/Cargo.toml";
    let sound = course.read(manifest);
    let with = |more: &str| format!("{sound}\n{more}");
    for (text, fault) in [
        ("[package\n".to_owned(), "1: unclosed table, expected `]`"),
        (
            sound.replace("broken", "other"),
            "2: the package is called `other`; by the name of its folder it is `broken`",
        ),
        (sound.replace("[[bin]]", "[[example]]"), " the program is missing: a [[bin]]"),
        (sound.replace("path = \"cases.rs\"\n", ""), " the program is missing: a [[bin]]"),
        (sound.replace("cases.rs", "other.rs"), "12: the cases are in `cases.rs`: write `path = \"cases.rs\"`"),
        (
            with("[features]\nx = []\n").replace("doc =", "required-features = [\"x\"]\ndoc ="),
            "13: the cases are built without",
        ),
        (
            with("[lib]\nname = \"other\"\n"),
            "24: the library is called `other`; by the name of its folder it is `broken`: delete",
        ),
        (
            with("[lib]\npath = \"src/other.rs\"\n"),
            "24: the library is `src/other.rs`, and students edit `src/lib.rs`: delete",
        ),
        (with("[lib]\ncrate-type = [\"cdylib\"]\n"), "24: the cases link a plain Rust library: delete this line"),
        (with("[lib]\nproc-macro = true\n"), "24: the cases link a plain Rust library: delete this line"),
        (with("[workspace]\n"), "23: a step belongs to the course's workspace; delete `[workspace]`"),
        // Only errors are told, and not the warnings around them.
        (
            sound.replace("rust-version.workspace = true", "rust-version = \"1.9999\""),
            " cargo cannot build this step:\nerror: rustc ",
        ),
        (
            sound.replace("\"allow\"", "\"nonsense\""),
            "21: cargo cannot build this step:\nerror: unknown variant `nonsense`",
        ),
        (
            sound.replace("[dependencies]", "[dependencies]\nno-such-crate.path = \"nowhere\""),
            " cargo cannot build this step:",
        ),
        (with("[lib]\nname = 3\n"), "24: cargo cannot build this step:\nerror: invalid type: integer `3`"),
        (sound.replacen("name = \"broken\"", "name = 3", 1), "2: cargo cannot build this step:\nerror: invalid type"),
        (sound.replacen("[package]", "[metadata]", 1), " the package is missing: a [package] with `name = \"broken\"`"),
    ] {
        course.write(manifest, &text);
        let (code, steps) = summary(&course);
        assert_eq!((code, steps[1].clone()), graded, "{text}");
        assert!(steps[0].starts_with(&format!("exercises/01-broken/Cargo.toml:{fault}")), "{}", steps[0]);
    }
    course.remove(manifest);
    let missing = "exercises/01-broken/Cargo.toml: the file is missing".to_owned();
    assert_eq!(summary(&course), (2, vec![missing, "passed".to_owned()]));

    // What says the same in other words is no fault.
    for text in [
        sound.clone(),
        with("[lib]\nname = \"broken\"\npath = \"./src/lib.rs\"\ncrate-type = [\"lib\"]\nproc-macro = false\n"),
        sound.replace("edition.workspace = true", "edition = \"2021\""),
    ] {
        course.write(manifest, &text);
        assert_eq!(summary(&course), (0, vec!["passed".to_owned(), "passed".to_owned()]), "{text}");
    }
}

#[test]
fn a_step_that_cargo_names_is_to_blame_even_if_no_other_is_graded() {
    let course = course("blame-alone", &["01-broken"]);
    course.change(
        "exercises/01-broken/Cargo.toml",
        "[dependencies]",
        "[dependencies]\nno-such-crate.path = \"nowhere\"",
    );
    let (code, steps) = summary(&course);
    let fault = "exercises/01-broken/Cargo.toml: cargo cannot build this step:\n";
    assert!(code == 2 && steps[0].starts_with(fault), "{code} {steps:?}");
}

#[test]
fn what_not_even_the_solution_compiles_with_is_the_courses_fault() {
    const CASES: &str = "exercises/01-broken/cases.rs";
    const MANIFEST: &str = "exercises/01-broken/Cargo.toml";
    const OWN: &str = "exercises/01-broken/src/lib.rs";
    let course = course("blame-frame", &["01-broken", "02-right"]);
    // The cases name the crate as their step is called.
    let [cases, manifest, solved] = [CASES, MANIFEST, OWN].map(|file| course.read(file));
    let wrong = |more: &str| format!("{solved}{more}\n");
    let of_cases = |line: usize| format!("{CASES}:{line}: the cases do not compile with the solution: ");
    let of_solution =
        format!("solutions/01-broken/src/lib.rs:3: the solution does not compile with {MANIFEST}: unresolved");
    let main = 1 + cases.lines().position(|line| line.contains("fn main")).unwrap();
    let import = 1 + cases.lines().position(|line| line.starts_with("use harness")).unwrap();
    for ((file, text), fault) in [
        ((CASES, cases.replace("fn main()", "fn main(0)")), of_cases(main)),
        ((CASES, cases.replace("calculate_loss, ", "calculate_loss, no_function, ")), of_cases(import + 1)),
        ((MANIFEST, manifest.replace("harness.workspace = true\n", "")), of_cases(import)),
        ((MANIFEST, manifest.replace("edition.workspace = true", "edition = \"2015\"")), of_solution),
    ] {
        let before = course.read(file);
        course.write(file, &text);
        let (code, steps) = summary(&course);
        assert_eq!((code, steps[1].as_str()), (2, "passed"), "{text}");
        assert!(steps[0].starts_with(&fault), "{fault}\n{}", steps[0]);
        course.write(file, &before);
    }
    // Whatever is wrong with the student's own code.
    course.write(CASES, &cases.replace("fn main()", "fn main(0)"));
    course.write(OWN, &wrong("fn cut_off("));
    assert!(summary(&course).1[0].starts_with(&of_cases(main)));
    course.write(CASES, &cases);
    // With sound cases and a sound manifest it is the student's.
    for source in [wrong("fn cut_off("), solved.replace("pub fn predict", "fn predict")] {
        course.write(OWN, &source);
        assert_eq!(summary(&course), (1, vec!["does_not_compile".to_owned(), "passed".to_owned()]), "{source}");
    }
    // So it is where nobody has ever compiled anything.
    fs::remove_dir_all(course.path("target/grader")).unwrap();
    assert_eq!(summary(&course), (1, vec!["does_not_compile".to_owned(), "passed".to_owned()]));
}

#[test]
fn cases_that_were_changed_and_not_recorded_are_the_courses_fault() {
    const CASES: &str = "exercises/01-changed/cases.rs";
    let course = course("blame-stale", &["01-changed", "02-right"]);
    let cases = course.read(CASES);
    let case = "    for error in [";
    let panics = "    assert_eq!(trial.records::<House>().len(), 0);\n    for error in [";
    for (from, to) in [
        ("for error in [", "for error in [-40_000.0, "),
        (" -20.0,", ""),
        ("answer(\"squared error\", squared)", "answer(\"square\", squared)"),
        (case, panics),
        ("given(\"actual\", actual), answer(", "answer(\"actual\", actual), given("),
    ] {
        course.write(CASES, &testkit::changed(&cases, from, to));
        let (code, steps) = summary(&course);
        let stale = "exercises/01-changed/snapshots/error-squared.snap: the snapshot does not match the answers of the \
                     solution to cases.rs; record it: `cargo xtask bless changed`";
        assert_eq!((code, &steps[..]), (2, &[stale.to_owned(), "passed".to_owned()][..]), "{to}");
    }
    // Cases that panic at a student's answer are the student's fault.
    course.write(
        CASES,
        &testkit::changed(&cases, case, &format!("    assert_eq!(squared_error(2.0, 0.0), 4.0);\n{case}")),
    );
    assert_eq!(summary(&course).0, 0);
    course.write("exercises/01-changed/src/lib.rs", &written("loss", &[("squared_error", "    predicted - actual")]));
    let report = course.grade_as_json(&["1"]);
    assert_eq!(report["steps"][0]["cases"][1]["verdict"]["kind"], "panicked", "{report:#}");
}

#[test]
fn a_dependency_that_changes_the_lock_file_is_told() {
    let course = course("blame-lock", &["01-loss"]);
    assert_eq!(course.grade(&[]).stderr, "");
    course.change("exercises/01-loss/Cargo.toml", "[dependencies]\n", "[dependencies]\nfastrand.workspace = true\n");
    let note = "note: cargo has changed Cargo.lock, because a Cargo.toml asks for other packages; keep both changes or undo both\n";
    for told in [note, ""] {
        let graded = course.grade(&[]);
        assert_eq!((graded.code, graded.stderr.as_str()), (0, told));
    }
}

#[test]
fn a_manifest_that_was_broken_from_the_start_costs_its_own_step() {
    let solved = solved("loss");
    let [exercise, solution] = ["exercises/01-broken/Cargo.toml", "solutions/01-broken/Cargo.toml"];
    let none_else = "[package]\nname = \"gradient\"\nversion = \"0.1.0\"\n";
    for (name, file, text) in [
        ("malformed", exercise, "[package\n"),
        ("of-another", exercise, none_else),
        ("solution", solution, "[package\n"),
    ] {
        let course = course(&format!("blame-from-start-{name}"), &["01-broken", "02-gradient", "03-right"]);
        // What a step alone depends on is found, too.
        course.write("helper/Cargo.toml", "[package]\nname = \"helper\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
        course.write("helper/src/lib.rs", "pub fn help() {}\n");
        let dependency = "[dependencies]\nhelper = { path = \"../../helper\" }";
        course.change("exercises/02-gradient/Cargo.toml", "[dependencies]", dependency);
        let solved = format!("{solved}\nuse helper::help as _;\n");
        course.write("exercises/02-gradient/src/lib.rs", &solved);
        course.write(file, text);
        let (code, steps) = summary(&course);
        assert_eq!(steps[1..], ["passed", "passed"], "{name}: {steps:?}");
        match file == solution {
            true => assert_eq!((code, steps[0].as_str()), (0, "passed")),
            false => assert!(code == 2 && steps[0].starts_with(file), "{name}: {steps:?}"),
        }
        // The compiler's errors name the files of the course.
        course.write("exercises/02-gradient/src/lib.rs", &format!("{solved}\nfn cut_off("));
        let graded = course.grade(&["2"]);
        assert_eq!(graded.code, 1, "{graded:?}");
        assert!(graded.stdout.contains(" exercises/02-gradient/src/lib.rs:"), "{}", graded.stdout);
    }
}

#[test]
fn a_folder_that_is_missing_is_a_fault_and_one_behind_a_link_is_none() {
    let course = course("blame-folder", &["01-here", "02-away"]);
    let away = "exercises/02-away";
    course.rename(away, "elsewhere");
    let put_back =
        |what: &str| (2, vec!["passed".to_owned(), format!("{away}: the folder of this step is {what}; put it back")]);
    assert_eq!(summary(&course), put_back("missing"));
    course.write(away, "");
    assert_eq!(summary(&course), put_back("not a folder"));
    course.remove(away);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("../nowhere", course.path(away)).unwrap();
        assert_eq!(summary(&course), put_back("a broken link"));
        course.remove(away);
        std::os::unix::fs::symlink("../elsewhere", course.path(away)).unwrap();
        assert_eq!(summary(&course), (0, vec!["passed".to_owned(), "passed".to_owned()]));
    }
}

#[test]
fn folders_beside_the_steps_are_named_and_left_alone() {
    let course = course("blame-strays", &["01-loss"]);
    for copy in ["01-loss.bak", "01-loss copy", "02-loss"] {
        for file in ["Cargo.toml", "cases.rs", "exercise.toml", "src/lib.rs"] {
            course.write(&format!("exercises/{copy}/{file}"), &course.read(&format!("exercises/01-loss/{file}")));
        }
    }
    for folder in ["notes", "__MACOSX", ".idea"] {
        fs::create_dir(course.path(&format!("exercises/{folder}"))).unwrap();
    }
    // A step's own solution alone is looked at.
    for copy in ["01-loss copy", "02-loss"] {
        for file in ["Cargo.toml", "mistakes.toml", "src/lib.rs"] {
            course.write(&format!("solutions/{copy}/{file}"), &course.read(&format!("solutions/01-loss/{file}")));
        }
    }
    course.write("exercises/notes.txt", "");
    let graded = course.grade(&[]);
    assert_eq!(graded.code, 0);
    assert!(graded.stdout.contains("1 of 1 step done"), "{}", graded.stdout);
    let note = |folder: &str| format!("note: exercises/{folder} is not a step of this course and is not graded\n");
    let notes: String = ["01-loss copy", "01-loss.bak", "02-loss", "__MACOSX", "notes"].map(note).concat();
    assert_eq!(graded.stderr.replace('\\', "/"), notes);
    assert_eq!(course.xtask(&["solution", "1", "--yes"]).code, 0);
}

#[test]
fn a_folder_in_the_place_of_a_file_of_the_course_is_named() {
    let wrong = written("loss", &[("squared_error", "    2.0 * (predicted - actual)")]);
    let course = PROGRAM.course("blame-no-file").with_step("01-loss", "loss", &wrong);
    assert_eq!(course.grade(&[]).code, 1);
    for file in [
        "exercises/01-loss/Cargo.toml",
        "exercises/01-loss/cases.rs",
        "exercises/01-loss/snapshots/error-squared.snap",
        "exercises/01-loss/snapshots/mistakes/sign-kept.snap",
        "exercises/01-loss/snapshots/stub.rs",
    ] {
        course.rename(file, "kept");
        fs::create_dir(course.path(file)).unwrap();
        let report = course.grade(&["--format", "json", "--fresh"]).report();
        assert_eq!(fault_of(&report["steps"][0]), format!("{file}: this is not a regular file"));
        fs::remove_dir(course.path(file)).unwrap();
        course.rename("kept", file);
    }
}

/// What a student's file may be that no compiler reads, and what is said of it on which line.
#[cfg(unix)]
#[test]
fn a_students_file_that_cannot_be_read_is_that_steps_verdict() {
    const STEPS: [&str; 9] = [
        "01-missing",
        "02-dangling",
        "03-folder",
        "04-latin-1",
        "05-utf-16",
        "06-huge",
        "07-fifo",
        "08-script",
        "09-right",
    ];
    let course = course("blame-student", &STEPS);
    let file = |step: &str| course.path(&format!("exercises/{step}/src/lib.rs"));
    for step in &STEPS[..7] {
        fs::remove_file(file(step)).unwrap();
    }
    std::os::unix::fs::symlink("nowhere.rs", file("02-dangling")).unwrap();
    fs::create_dir(file("03-folder")).unwrap();
    fs::write(file("04-latin-1"), [stub("loss").as_bytes(), b"// pr\xe9vision\n"].concat()).unwrap();
    let utf_16: Vec<u8> =
        std::iter::once(0xfeff).chain(stub("loss").encode_utf16()).flat_map(u16::to_le_bytes).collect();
    fs::write(file("05-utf-16"), utf_16).unwrap();
    fs::File::create(file("06-huge")).unwrap().set_len(200 << 20).unwrap();
    let made = std::process::Command::new("mkfifo").arg(file("07-fifo")).status().unwrap();
    assert!(made.success());
    course.write("exercises/08-script/build.rs", "fn main() { loop {} }");

    let graded = course.grade(&["--format", "json"]);
    assert_eq!((graded.code, graded.stderr.as_str()), (1, ""));
    let report = graded.report();
    let last_line = stub("loss").lines().count() + 1;
    let said: Vec<String> = report["steps"].as_array().unwrap().iter().map(said_of).collect();
    let file = |step: &str, line: usize, message: &str| format!("{line}: exercises/{step}/src/lib.rs: {message}.");
    assert_eq!(
        said,
        [
            file("01-missing", 1, "the file is missing"),
            file("02-dangling", 1, "the file is a broken link"),
            file("03-folder", 1, "this is a folder and not a file"),
            file(
                "04-latin-1",
                last_line,
                "there is a letter that is not UTF-8; have your editor save the file as UTF-8"
            ),
            file("05-utf-16", 1, "the file is UTF-16; have your editor save the file as UTF-8"),
            file("06-huge", 1, "the file is larger than 1024 KiB"),
            file("07-fifo", 1, "this is not a regular file"),
            "0: exercises/08-script/build.rs: a step is graded without a build script; delete this file.".to_owned(),
            "passed".to_owned(),
        ]
    );
    // No other command waits for them or ends at them.
    for step in ["1", "3", "5", "7"] {
        assert_eq!(course.xtask(&["hint", step]).code, 0, "{step}");
    }
    assert_eq!(course.xtask(&["list"]).code, 0);
}

/// The verdict on a step: that it passed, or the line and the sentence on why it does not compile.
#[cfg(unix)]
fn said_of(step: &Value) -> String {
    let case = &step["cases"][0];
    match case["verdict"]["kind"].as_str() {
        Some("passed") => "passed".to_owned(),
        _ => format!("{}: {}", case["line"].as_u64().unwrap_or_default(), case["says"][0].as_str().unwrap()),
    }
}

#[test]
fn a_step_is_named_by_number_name_or_any_path_in_it() {
    let course = course("blame-names", &["01-loss", "02-multi-weight"]);
    let named = |folder: &str, name: &str| {
        let mut command = course.grade_command(&[name, "--format", "json"]);
        let graded = Run::from(command.current_dir(course.path(folder)).output().unwrap());
        match graded.code {
            0 => graded.report()["steps"][0]["name"].as_str().unwrap().to_owned(),
            _ => graded.stderr,
        }
    };
    for name in
        ["2", "02", "multi-weight", "Multi-Weight", "02-multi-weight", "02-multi-weight/", "exercises/02-multi-weight"]
    {
        assert_eq!(named(".", name), "multi-weight", "{name}");
    }
    for path in [
        "exercises/02-multi-weight/src/lib.rs",
        "exercises/02-multi-weight/src/lib.rs:16",
        "exercises/02-multi-weight/src/lib.rs:16:9",
        "./exercises/02-multi-weight/",
        "exercises\\02-multi-weight",
        ".\\exercises\\02-MULTI-WEIGHT\\",
        "solutions/02-multi-weight/mistakes.toml:7",
    ] {
        assert_eq!(named(".", path), "multi-weight", "{path}");
        // As a report prints it, wherever it is pasted.
        assert_eq!(named("exercises/01-loss", path), "multi-weight", "{path}");
    }
    let absolute = course.path("exercises/02-multi-weight/src/lib.rs").to_str().unwrap().to_owned();
    assert_eq!(named(".", &absolute), "multi-weight");
    for path in
        [".", "./", "src", "src/lib.rs:3", "Cargo.toml", "../02-multi-weight", "../../solutions/02-multi-weight"]
    {
        assert_eq!(named("exercises/02-multi-weight", path), "multi-weight", "{path}");
    }
    assert_eq!(named("exercises/02-multi-weight/src", ".."), "multi-weight");
    for name in [".", "exercises", "exercises/03-other", "3", "multi", "", "../.."] {
        let message = format!("error: there is no step `{name}`");
        assert!(named(".", name).starts_with(&message), "{name}: {}", named(".", name));
    }
    let twice = course.grade(&["2", "exercises/02-multi-weight/src/lib.rs:3"]);
    assert_eq!(
        (twice.code, twice.stderr.as_str()),
        (2, "error: step `multi-weight` is named twice; name each step once\n")
    );
}

#[test]
fn how_lines_end_is_all_the_same() {
    // A mistake of one line, and one of several.
    let source = written("loss", &[("squared_error", "    2.0 * (predicted - actual)")]);
    let course = PROGRAM.course("blame-line-ends").with_step("01-loss", "loss", &source).with_step(
        "02-multi-weight",
        "multi-weight",
        &stub("multi-weight"),
    );
    let before = course.grade(&["--fresh"]);
    assert!(before.stdout.contains("The error is doubled"), "{}", before.stdout);
    for (file, text) in course.files() {
        if file != "Cargo.lock" {
            course.write(&file, &format!("\u{feff}{}", text.replace('\n', "\r\n")));
        }
    }
    assert_eq!(course.grade(&["--fresh"]), before);
    let reset = course.xtask(&["reset", "2"]);
    assert!(reset.stdout.contains("is already the stub"), "{}{}", reset.stdout, reset.stderr);
    let solution = course.xtask(&["solution", "1", "--yes"]);
    assert_eq!(solution.stdout.matches("\n- ").count(), 1, "{}", solution.stdout);
}

#[test]
fn what_neither_links_nor_compiles_to_an_end_is_that_steps_verdict() {
    let solved = solved("loss");
    let terms = vec!["x"; 6_000].join(" + ");
    let with = |more: &str| format!("{solved}\n{more}\n");
    let course = PROGRAM
        .course("blame-linker")
        .with_step("01-entry", "loss", &with("#[unsafe(no_mangle)]\npub extern \"C\" fn main() {}"))
        .with_step("02-library", "loss", &with("#[link(name = \"no-such-library\")]\nunsafe extern \"C\" {}"))
        .with_step("03-sum", "loss", &with(&format!("pub fn sum(x: f64) -> f64 {{\n    {terms}\n}}")))
        .with_step("04-right", "loss", &solved);
    let graded = course.grade(&["--format", "json"]);
    assert_eq!((graded.code, graded.stderr.as_str()), (1, ""));
    let culprit = |step: &Value| {
        let verdict = &step["cases"][0]["verdict"];
        verdict["culprit"].as_str().or(verdict["kind"].as_str()).unwrap().to_owned()
    };
    let culprits: Vec<String> = graded.report()["steps"].as_array().unwrap().iter().map(culprit).collect();
    assert_eq!(culprits, ["linking", "linking", "compiler", "passed"], "{}", graded.stdout);
}
