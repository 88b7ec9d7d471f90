//! `cargo xtask verify` on steps that are each broken in one way: what it says of them, and where.

mod broken;
mod experiments;
mod forms;
mod functions;
mod mistakes;
mod pages;
mod readmes;
mod snapshots;
mod solutions;
mod stubs;
mod tests;
mod tolerances;

use fs_err as fs;
use testkit::Program;

use self::broken::{SOLUTION, TOML, hints_of, verify};

const PROGRAM: Program = testkit::program!("author");

#[test]
fn a_sound_step_is_sound() {
    let verified = verify("sound");
    assert_eq!((verified.code, verified.stderr.as_str()), (0, ""), "{}", verified.stdout);
    assert!(
        verified.stdout.starts_with("  1 sound  3 functions, 4 cases, 3 mistakes (3 told apart): sound\n"),
        "{}",
        verified.stdout
    );
}

/// Takes minutes: `cargo test -p author --test verify -- --ignored`.
#[test]
#[ignore = "verifies all steps, each case of each mistake in a process of its own"]
fn each_case_answers_alone_as_it_does_beside_the_others() {
    let course = PROGRAM.course("verify-alone").with_all_steps();
    for folder in fs::read_dir(course.path("solutions")).unwrap() {
        let folder = folder.unwrap().file_name().into_string().unwrap();
        let step = course.named(folder.split_once('-').unwrap().1);
        // A word that may stand for what one case leaves behind for the next: such code shares no process.
        step.append(SOLUTION, "\n// static\n");
        step.write_stub();
    }
    // Against snapshots that were recorded with all cases in one process.
    let verified = course.xtask(&["verify"]);
    assert_eq!(verified.code, 0, "{}{}", verified.stdout, verified.stderr);
}

#[test]
fn one_fault_is_enough_to_fail() {
    let verified = verify("function-without-a-hint");
    assert_eq!((verified.code, verified.stderr.as_str()), (1, ""));
    assert!(verified.stdout.contains("3 mistakes (3 told apart): 1 fault\n"), "{}", verified.stdout);
}

#[test]
fn what_is_still_to_be_written_is_listed_and_no_fault() {
    let verified = verify("unfinished");
    assert_eq!((verified.code, verified.stderr.as_str()), (1, ""));
    assert!(!verified.stdout.contains("Faults:"), "{}", verified.stdout);
    let (_, to_do) = verified.stdout.split_once("\nTo do:\n").unwrap();
    assert_eq!(to_do.lines().take_while(|line| !line.is_empty()).count(), 3, "{to_do}");
}

#[test]
fn a_malformed_exercise_is_named_with_its_line() {
    let course = PROGRAM.course("verify-malformed");
    let step = course.step("two-hints");
    let hints = hints_of(&step, "predict");
    step.change(TOML, &hints, "hints = [\"One.\", \"Two.\"]");
    let verified = course.xtask(&["verify"]);
    let line = 1 + step.read(TOML).lines().position(|line| line.contains("\"One.\"")).unwrap();
    assert_eq!((verified.code, verified.stdout.as_str()), (2, ""));
    assert!(
        verified
            .stderr
            .starts_with(&format!("error: {}:{line}: ", step.within(TOML).replace('/', std::path::MAIN_SEPARATOR_STR))),
        "{}",
        verified.stderr
    );
}

#[test]
fn a_step_that_cannot_be_read_and_a_folder_that_is_none_leave_the_others_verified() {
    let course = PROGRAM.course("verify-unreadable");
    course.step("sound");
    let step = course.step("unreadable");
    let broken = step.read(TOML).lines().count() + 1;
    step.append(TOML, "[[case]\n");
    course.write("exercises/03-not-listed/Cargo.toml", "");
    course.write("solutions/01-sound copy/Cargo.toml", &course.read("solutions/01-sound/Cargo.toml"));
    course.write("exercises/further.md", "# Further\n\nTODO: more than the word `TODO`.\n\nNo `TODO`.\n");
    let verified = course.xtask(&["verify"]);
    assert_eq!((verified.code, verified.stderr.as_str()), (1, ""));
    for said in [
        "\nTo do:\n  exercises/further.md:3: TODO: more than the word `TODO`.\n\nVerified",
        "  1 sound  3 functions, 4 cases, 3 mistakes (3 told apart): sound\n\nFaults:\n",
        &format!("  {}:{broken}: unclosed array table, expected `]`\n", step.within(TOML)),
        "  exercises/03-not-listed: this folder is not a step; list it in Cargo.toml or put it elsewhere\n  \
           solutions/01-sound copy: this folder is not a step; list it in Cargo.toml or put it elsewhere\n",
    ] {
        assert!(verified.stdout.contains(said), "{said}: {}", verified.stdout);
    }
    assert_eq!(course.xtask(&["verify", "sound"]).code, 0);
    assert_eq!(course.xtask(&["verify", "unreadable"]).code, 1);
}

#[cfg(unix)]
#[test]
fn progress_says_how_far_it_is_on_a_terminal_and_nowhere_else() {
    let course = PROGRAM.course("verify-progress");
    course.step("progressing");
    for (arguments, code) in [(["grade", "--fresh"], 1), (["verify", "1"], 0)] {
        let session = testkit::Session::start(course.command(&arguments), 60, 15);
        let ended = session.end().0;
        let text = session.written();
        assert_eq!(ended, code, "{text}");
        let mut told: Vec<&str> = text.split("\r\x1b[K").collect();
        let report = told.pop().unwrap();
        assert!(told.iter().all(|line| line.chars().count() < 60 && !line.contains('\n')), "{told:?}");
        assert!(told.contains(&"building the steps: 1 of 1, 01-progressing"), "{told:?}");
        let running: Vec<&&str> = told.iter().filter(|line| line.starts_with("running the cases: ")).collect();
        let last = running.last().unwrap();
        let all = last.strip_prefix("running the cases: ").and_then(|counts| counts.split(' ').next()).unwrap();
        assert_eq!(**last, format!("running the cases: {all} of {all}, 01-progressing"));

        let piped = course.xtask(&arguments);
        assert_eq!((piped.code, piped.stderr.as_str()), (code, ""));
        for text in [report, &piped.stdout] {
            assert!(!text.contains("building the steps: ") && !text.contains("running the cases: "), "{text}");
        }
    }
}
