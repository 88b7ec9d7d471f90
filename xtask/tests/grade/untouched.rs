//! A step that nobody has begun is known by its file, and not built.

use testkit::solution::stub;

use crate::{PROGRAM, timeless_report};

#[test]
fn it_has_the_verdicts_that_running_it_has() {
    let course = PROGRAM.course("untouched-steps").with_all_steps();
    let known = timeless_report(&course, &[]);
    assert!(!course.path("target/grader/plans").exists(), "nothing was built");
    assert_eq!(timeless_report(&course, &["--fresh"]), known);
}

#[test]
fn another_file_is_built() {
    let right_stub = stub("loss");
    let course = PROGRAM.course("untouched-changed").with_step("01-loss", "loss", &right_stub);
    for (source, builds) in [
        (right_stub.clone(), false),
        (right_stub.replace('\n', "\r\n"), false),
        (format!("{right_stub}\npub fn helper() {{}}\n"), true),
    ] {
        let _ = std::fs::remove_dir_all(course.path("target/grader"));
        course.write("exercises/01-loss/src/lib.rs", &source);
        assert_eq!(course.grade(&[]).code, 1);
        assert_eq!(course.path("target/grader/plans").exists(), builds, "{source:?}");
    }
}
