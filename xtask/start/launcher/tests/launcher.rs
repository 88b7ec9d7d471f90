//! The real launcher, on a course whose program prints its arguments.

mod course;

use std::process::Command;
use std::thread;

use course::{CARGO, Course, MAIN, NO_CARGO, far_ahead, long_ago, outcome, program};
use fs_err as fs;

const EXE: &str = std::env::consts::EXE_SUFFIX;

#[test]
fn it_becomes_the_program_and_asks_cargo_only_after_a_change() {
    let course = Course::new();
    assert_eq!(course.launch(CARGO, &["grade", "a b"]), course.prints("first", "[\"grade\", \"a b\"]"));
    // The lock file is as new as the first build.
    assert_eq!(course.launch(CARGO, &[]), course.prints("first", "[]"));
    assert_eq!(course.launch(NO_CARGO, &[]), course.prints("first", "[]"));

    course.write_program("second");
    let (code, stdout, stderr) = course.launch(NO_CARGO, &[]);
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(
        stderr.starts_with("error: cargo could not be started: ") && stderr.contains("https://rustup.rs"),
        "{stderr}"
    );
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert_eq!(course.launch(CARGO, &[]), course.prints("second", "[]"));
    assert_eq!(course.launch(NO_CARGO, &[]), course.prints("second", "[]"));
}

#[cfg(unix)]
#[test]
fn a_terminal_shows_how_far_a_build_is_and_keeps_only_what_went_wrong() {
    let course = Course::new();
    let launched = |course: &Course| {
        let mut command = course.command(CARGO);
        command.env("TERM", "xterm-256color");
        let session = testkit::Session::start(command, 200, 24);
        let (code, screen) = session.end();
        (code, screen.trim().to_owned(), session.written())
    };
    let line = |course: &Course, word| course.prints(word, "[]").1.trim().to_owned();
    let (code, screen, written) = launched(&course);
    assert_eq!((code, screen), (7, line(&course, "first")));
    assert!(written.contains("building the grader, once: 0 of 1 parts"), "{written}");

    let course = Course::built();
    course.write_program("second");
    let (code, screen, written) = launched(&course);
    assert_eq!((code, screen), (7, line(&course, "second")));
    assert!(written.contains("building the grader anew"), "{written}");

    let (code, screen, written) = launched(&course);
    assert_eq!((code, screen), (7, line(&course, "second")));
    assert!(!written.contains("building"), "{written}");

    course.write(MAIN, "fn main() { no_such_function(); }");
    let (code, screen, _) = launched(&course);
    assert_eq!(code, 2);
    assert!(screen.contains("cannot find function `no_such_function`") && !screen.contains("building"), "{screen}");
}

#[test]
fn a_folder_in_which_cargo_cannot_build_is_named() {
    let course = Course::in_folder("[gd] course");
    let (code, stdout, stderr) = course.launch(CARGO, &[]);
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(stderr.starts_with("error: cargo cannot build in a folder whose path contains `[` or `]`"), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");

    let course = Course::in_folder("Kürs 'a \"b\" $x & 日本?*");
    assert_eq!(course.launch(CARGO, &[]), course.prints("first", "[]"));
}

#[test]
fn a_change_is_built_whatever_time_the_file_has() {
    let course = Course::built();
    // The time of an archive, the time that the file had before, and one in the future.
    for (word, time) in [("older", long_ago()), ("equal", course.modified(MAIN)), ("later", far_ahead())] {
        course.write_program(word);
        course.set_modified(MAIN, time);
        assert_eq!(course.launch(CARGO, &[]), course.prints(word, "[]"));
        assert_eq!(course.launch(NO_CARGO, &[]), course.prints(word, "[]"));
    }
}

#[test]
fn a_change_is_built_when_the_clock_was_set_back() {
    let course = Course::built();
    // The program and the note about it have times in the future.
    course.set_modified_below("target", far_ahead());
    course.write_program("second");
    assert_eq!(course.launch(CARGO, &[]), course.prints("second", "[]"));
    assert_eq!(course.launch(CARGO, &[]), course.prints("second", "[]"));
}

#[test]
fn a_new_time_alone_is_no_change() {
    let course = Course::built();
    for file in [MAIN, "xtask/Cargo.toml", "Cargo.toml", "Cargo.lock", ".cargo/config.toml"] {
        course.set_modified(file, far_ahead());
    }
    assert_eq!(course.launch(NO_CARGO, &[]), course.prints("first", "[]"));
}

#[test]
fn cargo_is_asked_when_what_steers_it_has_changed() {
    let course = Course::built();
    let line = "# one line more\n";
    for file in ["xtask/Cargo.toml", "Cargo.toml", "Cargo.lock", ".cargo/config.toml"] {
        let text = fs::read_to_string(course.path(file)).unwrap();
        course
            .write_old(file, &if file == "Cargo.lock" { text.replace("0.1.0", "0.1.1") } else { text.clone() + line });
        assert_eq!(course.launch(NO_CARGO, &[]).0, 2, "{file}");
        course.write_old(file, &text);
        assert_eq!(course.launch(NO_CARGO, &[]).0, 7, "{file}");
    }
    for file in [".cargo/config", "rust-toolchain.toml", "rust-toolchain"] {
        course.write_old(file, "");
        assert_eq!(course.launch(NO_CARGO, &[]).0, 2, "{file}");
        fs::remove_file(course.path(file)).unwrap();
    }
}

#[test]
fn cargo_is_asked_when_the_program_is_another_one_or_gone() {
    let course = Course::built();
    let built = course.path(&format!("target/grade/xtask{EXE}"));
    fs::remove_file(&built).unwrap();
    assert_eq!(course.launch(CARGO, &[]), course.prints("first", "[]"));
    fs::remove_file(&built).unwrap();
    fs::write(&built, "no program").unwrap();
    assert_eq!(course.launch(NO_CARGO, &[]).0, 2);
}

/// As after a power cut. It is one file of two names.
#[test]
fn a_program_that_was_damaged_is_built_again() {
    let course = Course::built();
    let built = course.path(&format!("target/grade/xtask{EXE}"));
    fs::OpenOptions::new().write(true).open(&built).unwrap().set_len(10_000).unwrap();
    assert_eq!(course.launch(CARGO, &[]), course.prints("first", "[]"));
    assert_eq!(course.launch(NO_CARGO, &[]), course.prints("first", "[]"));
}

#[test]
fn where_cargo_cannot_build_its_words_come_before_what_they_mean() {
    let course = Course::new();
    course.write(MAIN, "fn main() { no_such_function() }\n");
    for _ in 0..2 {
        let (code, stdout, stderr) = course.launch(CARGO, &["grade"]);
        assert_eq!((code, stdout.as_str()), (2, ""));
        assert!(stderr.contains("cannot find function `no_such_function`"), "{stderr}");
        let last = stderr.lines().last().unwrap();
        assert!(
            last.starts_with("error: cargo could not build the program `xtask`, and none of your code was"),
            "{stderr}"
        );
        assert!(!stderr.contains("Compiling"), "{stderr}");
    }
    course.write_old(MAIN, &program("mended"));
    assert_eq!(course.launch(CARGO, &[]), course.prints("mended", "[]"));
}

#[cfg(unix)]
#[test]
fn settings_with_which_cargo_cannot_build_are_no_verdict() {
    let course = Course::new();
    for (variable, value, cause) in [
        ("RUSTC", "/bin/false", "process didn't exit successfully: `/bin/false -vV`"),
        ("RUSTFLAGS", "--no-such-flag", "Unrecognized option: 'no-such-flag'"),
        ("RUSTC_WRAPPER", "/no/such/program", "could not execute process `/no/such/program "),
        ("CARGO_BUILD_JOBS", "0", "jobs may not be 0"),
        ("CARGO_BUILD_TARGET", "no-such-machine", "no-such-machine"),
    ] {
        let (code, stdout, stderr) = outcome(course.command(CARGO).env(variable, value));
        assert_eq!((code, stdout.as_str()), (2, ""), "{variable}");
        assert!(stderr.contains(cause), "{variable}: {stderr}");
    }
    fs::remove_dir_all(course.path("target")).unwrap();
    fs::write(course.path("target"), "a file where the folder should be").unwrap();
    let (code, stdout, stderr) = course.launch(CARGO, &[]);
    assert_eq!((code, stdout.as_str()), (2, ""));
    assert!(stderr.contains(course.path("target").to_str().unwrap()), "{stderr}");
}

#[test]
fn a_program_is_asked_for_only_by_one_of_this_launcher() {
    let course = Course::built();
    let elsewhere = course.path("another/launcher").display().to_string();
    for variables in [&[][..], &[("XTASK_LAUNCHER", &*elsewhere)], &[("XTASK_COURSE", "/elsewhere")]] {
        let mut command = course.command(NO_CARGO);
        command.env("XTASK_PROGRAM", "tui").envs(variables.iter().copied());
        assert_eq!(outcome(&mut command), course.prints("first", "[]"), "{variables:?}");
    }
}

#[test]
fn in_a_shared_target_folder_each_course_has_a_program_of_its_own() {
    let (course, other) = (Course::new(), Course::new());
    other.write_program("other");
    let shared = tempfile::tempdir().unwrap();
    let launch = |course: &Course| outcome(course.command(CARGO).env("CARGO_TARGET_DIR", shared.path()));
    for _ in 0..2 {
        assert_eq!(launch(&course), course.prints("first", "[]"));
        assert_eq!(launch(&other), other.prints("other", "[]"));
    }
}

#[test]
fn the_program_is_found_where_a_configuration_has_cargo_build_it() {
    let version = Command::new("rustc").arg("-vV").output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let course = Course::new();
    let launch = |cargo: &str| outcome(course.command(cargo).env("CARGO_BUILD_TARGET", host));
    for word in ["first", "second"] {
        course.write_old(MAIN, &program(word));
        for cargo in [CARGO, CARGO, NO_CARGO] {
            assert_eq!(launch(cargo), course.prints(word, "[]"));
        }
    }
    assert!(!course.path(&format!("target/grade/xtask{EXE}")).exists());
}

#[test]
fn a_course_that_was_moved_is_up_to_date_and_a_copy_is_a_course_of_its_own() {
    let mut course = Course::built();
    course.move_elsewhere();
    assert_eq!(course.launch(NO_CARGO, &[]), course.prints("first", "[]"));

    let copy = course.copied();
    copy.write_old(MAIN, &program("other"));
    assert_eq!(copy.launch(CARGO, &[]), copy.prints("other", "[]"));
    assert_eq!(course.launch(NO_CARGO, &[]), course.prints("first", "[]"));
}

#[test]
fn several_at_once_all_become_the_program_as_it_is_now() {
    let course = Course::built();
    for word in ["second", "third"] {
        course.write_old(MAIN, &program(word));
        thread::scope(|scope| {
            let launched: Vec<_> = (0..4).map(|_| scope.spawn(|| course.launch(CARGO, &[]))).collect();
            for one in launched {
                assert_eq!(one.join().unwrap(), course.prints(word, "[]"));
            }
        });
    }
}

/// Tests with a cargo before and after which other things happen.
#[cfg(unix)]
mod while_cargo_builds {
    use super::*;

    /// A course before its first build and one after it: only in the second one does the launcher know the sources.
    fn courses() -> [Course; 2] {
        [Course::new(), Course::built()]
    }

    #[test]
    fn what_is_changed_behind_the_compiler_is_built_the_next_time() {
        for course in courses() {
            course.write_program("second");
            let cargo = course.cargo_with("", &course.changing(MAIN, "third"));
            // For a source that is new to the launcher, it builds again at once.
            let (code, stdout, stderr) = course.launch(&cargo, &[]);
            assert_eq!((code, stderr.as_str()), (7, ""));
            assert!([course.prints("second", "[]").1, course.prints("third", "[]").1].contains(&stdout), "{stdout}");
            for cargo in [CARGO, CARGO, NO_CARGO] {
                assert_eq!(course.launch(cargo, &[]), course.prints("third", "[]"));
            }
        }
    }

    #[test]
    fn what_is_changed_and_put_back_is_built_the_next_time() {
        for course in courses() {
            course.write_program("second");
            let cargo = course.cargo_with(
                &format!("{}; touch {MAIN}", course.changing(MAIN, "third")),
                &course.changing(MAIN, "second"),
            );
            assert_eq!(course.launch(&cargo, &[]), course.prints("third", "[]"));
            for cargo in [CARGO, CARGO, NO_CARGO] {
                assert_eq!(course.launch(cargo, &[]), course.prints("second", "[]"));
            }
        }
    }

    #[test]
    fn a_launcher_that_is_killed_leaves_nothing_that_says_it_was_built() {
        for course in courses() {
            course.write_program("second");
            let cargo = course.cargo_with("", &format!("{}; kill -9 $PPID", course.changing(MAIN, "third")));
            assert_eq!(course.command(&cargo).status().unwrap().code(), None);
            for cargo in [CARGO, CARGO, NO_CARGO] {
                assert_eq!(course.launch(cargo, &[]), course.prints("third", "[]"));
            }
        }
    }

    #[test]
    fn so_does_one_that_was_to_build_a_new_module() {
        let course = Course::built();
        course.write(MAIN, "mod new;\n\nfn main() {\n    new::main();\n}\n");
        course.write("xtask/src/new.rs", &program("second").replace("fn main", "pub fn main"));
        let change = course.changing("xtask/src/new.rs", "third");
        let cargo =
            course.cargo_with("", &format!("{change}; sed -i.bak 's/^fn/pub fn/' xtask/src/new.rs; kill -9 $PPID"));
        assert_eq!(course.command(&cargo).status().unwrap().code(), None);
        course.set_modified("xtask/src/new.rs", long_ago());
        for cargo in [CARGO, CARGO, NO_CARGO] {
            assert_eq!(course.launch(cargo, &[]), course.prints("third", "[]"));
        }
    }

    #[test]
    fn a_build_that_fails_leaves_nothing_that_says_it_was_built() {
        for course in courses() {
            course.write_program("second");
            let cargo = course.cargo_with("", &format!("{}; exit 1", course.changing(MAIN, "third")));
            assert_eq!(course.launch(&cargo, &[]).0, 2);
            for cargo in [CARGO, CARGO, NO_CARGO] {
                assert_eq!(course.launch(cargo, &[]), course.prints("third", "[]"));
            }
        }
    }
}
