//! `cargo xtask update`: what it does with a student's file when the stub has changed, and where that is told.

use fs_err as fs;
use testkit::{Course, PREDICT, Program, Run, Step};

const PROGRAM: Program = testkit::program!("xtask");

/// A step whose stub has changed since the student's file was begun from the earlier one.
fn changed_step<'a>(course: &'a Course, name: &str) -> Step<'a> {
    let step = course.step(name);
    let stub = step.read("exercise/src/lib.rs");
    step.write("exercise/snapshots/earlier-stubs/1.rs", &stub);
    let new = testkit::changed(&stub, "/// How wrong one prediction is:", "/// How wrong a prediction is:");
    step.write("exercise/snapshots/stub.rs", &new);
    step
}

fn said(run: Run) -> String {
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    run.stdout
}

/// The files beside the student's that an update has kept.
fn kept(course: &Course) -> Vec<String> {
    course.files().into_keys().filter(|path| path.contains("/src/lib.2")).collect()
}

#[test]
fn a_file_in_which_nothing_is_written_becomes_the_new_stub() {
    let course = PROGRAM.course("update-untouched");
    let step = changed_step(&course, "untouched");
    let words = "exercises/01-untouched/src/lib.rs was not begun; it is the new stub now.\n";
    assert_eq!(said(course.xtask(&["update"])), words);
    assert_eq!(step.read("exercise/src/lib.rs"), step.read("exercise/snapshots/stub.rs"));
    assert_eq!(kept(&course), [""; 0]);
    let nothing = "Nothing to update: your files have all that has changed in the course.\n";
    assert_eq!(said(course.xtask(&["update"])), nothing);
    let nothing = "Nothing to update: your file has all that has changed in the course.\n";
    assert_eq!(said(course.xtask(&["update", "untouched"])), nothing);
}

#[test]
fn code_goes_into_the_new_stub_and_the_file_as_it_was_is_kept() {
    let course = PROGRAM.course("update-begun");
    let step = changed_step(&course, "begun");
    step.write_functions(&[PREDICT]);
    let own = step.read("exercise/src/lib.rs").replace('\n', "\r\n");
    step.write("exercise/src/lib.rs", &own);
    let words = "Step begun has changed since you began it: cargo xtask update begun\n";
    assert!(said(course.xtask(&["list"])).contains(words), "before the first grade");
    let graded = course.grade(&[]);
    assert!(graded.stdout.contains(words) && graded.code == 1, "{}", graded.stdout);
    assert!(course.grade(&["--format", "markdown"]).stdout.contains("cargo xtask update begun"));
    let suite_says = format!("    <system-out>{}</system-out>\n  </testsuite>", words.trim_end());
    let junit = |course: &Course| course.grade(&["--format", "junit"]).stdout;
    assert!(junit(&course).contains(&suite_says), "{}", junit(&course));
    assert!(course.grade(&["--format", "json"]).stdout.contains("\"changed\": true"));

    let said = said(course.xtask(&["update", "begun"]));
    assert!(said.contains("is the new stub with your code in it"), "{said}");
    assert!(said.ends_with("\n  Then  cargo xtask grade begun\n"), "{said}");
    let text = step.read("exercise/src/lib.rs");
    assert!(text.contains("/// How wrong a prediction is:") && text.contains(PREDICT.1), "{text}");
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "its line ends");
    let kept = kept(&course);
    assert_eq!(kept.len(), 1);
    assert_eq!(course.read(&kept[0]), own);
    assert!(!course.grade(&[]).stdout.contains("cargo xtask update"));
    assert!(!junit(&course).contains("cargo xtask update"));
    assert!(course.grade(&["--format", "json"]).stdout.contains("\"changed\": false"));
    // A reset gives the new stub, too.
    assert_eq!(course.xtask(&["reset", "begun", "--yes"]).code, 0);
    assert_eq!(step.read("exercise/src/lib.rs"), step.read("exercise/snapshots/stub.rs"));
}

#[test]
fn a_file_that_cannot_be_read_is_left_as_it_is() {
    let course = PROGRAM.course("update-unreadable");
    let step = changed_step(&course, "unreadable");
    step.append("exercise/src/lib.rs", "fn open() {\n");
    let own = step.read("exercise/src/lib.rs");
    let run = course.xtask(&["update"]);
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
    let words = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    let expected = "exercises/01-unreadable/src/lib.rs: nothing was changed, because the brackets in it do not fit \
                    together. See cargo xtask grade unreadable Then cargo xtask update unreadable";
    assert_eq!(words, expected);
    assert_eq!(step.read("exercise/src/lib.rs"), own);

    let mut bytes = step.read("exercise/snapshots/earlier-stubs/1.rs").into_bytes();
    bytes.extend(b"// \xff\n");
    fs::write(step.path("exercise/src/lib.rs"), &bytes).unwrap();
    let run = course.xtask(&["update"]);
    let message =
        "error: exercises/01-unreadable/src/lib.rs: the file is not UTF-8; save it as that, and update again\n";
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.replace('\\', "/").as_str()), (2, "", message));
    assert_eq!(fs::read(step.path("exercise/src/lib.rs")).unwrap(), bytes);
    assert_eq!(fs::read_dir(step.path("exercise/src")).unwrap().count(), 1);
}
