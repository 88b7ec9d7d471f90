//! Saved files, and what is shown of them.

use super::*;

#[test]
fn a_save_changes_the_verdict_and_no_key_moves_the_learner_or_a_file() {
    let course = PROGRAM.course("watch-save");
    let step = course.step("watched");
    course.step("watched-next");
    let session = watch(&course);
    session.wait_for("The first function to write is `predict`.");
    save(&step, &[PREDICT]);
    session.wait_for("Next is `squared_error`");

    let before = step.read(SOURCE);
    session.keys("h");
    session.wait_for("squared_error: hint 1 of 3");
    session.keys("h");
    session.wait_for("squared_error: hint 2 of 3");
    session.keys("\x1b");
    let screen = session.wait_for("Next is `squared_error`");
    assert!(screen.contains("Step 1:"), "{screen}");
    // The hints given so far are shown again, and no further one.
    session.keys("h");
    session.wait_for("hint 2 of 3");
    assert!(!session.screen().contents().contains("hint 3 of 3"));
    session.keys("s");
    session.wait_for("See its solution anyway?");
    session.keys("y");
    session.wait_for("+ reference: solutions/01-watched/src/lib.rs");
    session.keys("\x1b");
    session.wait_for("Next is `squared_error`");
    assert_eq!(step.read(SOURCE), before);

    save(&step, &[SQUARED_ERROR, LOSS]);
    let screen = session.wait_for("Step 1 is done: all 4 cases pass.");
    assert!(screen.contains("Next is step 2, watched-next:") && screen.contains("Press n to go there."), "{screen}");
    session.keys("n");
    session.wait_for("Step 2:");
    session.keys("q");
    assert_eq!(session.end(), (0, String::new()));

    // Earlier results are shown at once, beginning with the step to do.
    let session = watch(&course);
    let screen = session.wait_for("Step 2:");
    assert!(screen.contains("1 of 2 done"), "{screen}");
    session.keys("\x03");
    assert_eq!(session.end(), (0, String::new()));
}

#[test]
fn an_endless_loop_keeps_no_key_waiting_and_a_save_ends_it() {
    let course = PROGRAM.course("watch-loop");
    let step = course.step("looping");
    let stub = step.read(SOURCE);
    let session = watch(&course);
    session.wait_for("The first function to write is `predict`.");
    save(&step, &[PREDICT, SQUARED_ERROR, (LOSS.0, &endless(&step))]);
    let looping = process_of(&step);
    session.keys("?");
    session.wait_for("quit");
    session.keys("\x1b");
    session.wait_for("running the cases: ");
    save_text(&step, &stub);
    save(&step, &[PREDICT, SQUARED_ERROR]);
    session.wait_for("Next is `calculate_loss`");
    wait_until("the loop ends", || test_kill_process(looping).is_err());

    save(&step, &[(LOSS.0, &endless(&step))]);
    let looping = process_of(&step);
    session.keys("q");
    assert_eq!(session.end(), (0, String::new()));
    wait_until("the loop ends", || test_kill_process(looping).is_err());
}

#[test]
fn a_build_that_hangs_keeps_no_key_waiting_and_is_not_left_behind() {
    let course = PROGRAM.course("watch-hang");
    let step = course.step("hanging");
    let script = format!("echo $$ > '{}'\nsleep 1000\n", step.path("exercise/pid").display());
    step.write_script("exercise/cargo", &script);
    let mut command = watch_command(&course);
    command.env("CARGO", step.path("exercise/cargo"));
    let session = Session::start(command, 60, 15);
    let hanging = process_of(&step);
    session.wait_for("grading step 1");
    session.keys("n?");
    session.wait_for("next, previous step");
    session.keys("\x03");
    assert_eq!(session.end(), (0, String::new()));
    wait_until("cargo ends", || test_kill_process(hanging).is_err());
}

#[test]
fn of_saves_in_a_row_the_last_one_counts() {
    let course = PROGRAM.course("watch-saves");
    let step = course.step("saved-often");
    let stub = step.read(SOURCE);
    let session = watch(&course);
    session.wait_for("The first function to write is `predict`.");
    for pause in [0, 5, 40, 120, 300, 80, 25, 60] {
        save_text(&step, &stub);
        save(&step, &[(PREDICT.0, "sqft_weight")]);
        // A save may come at any moment of a grade.
        thread::sleep(Duration::from_millis(pause));
    }
    save_text(&step, &stub);
    save(&step, &[PREDICT, SQUARED_ERROR]);
    session.wait_for("Next is `calculate_loss`");
    session.keys("q");
    assert_eq!(session.end().0, 0);
}

#[test]
fn a_lesson_is_read_while_saves_are_graded() {
    let course = PROGRAM.course("watch-lesson");
    let step = course.step("read");
    let lines: String = (1..=40).map(|line| format!("Line {line} of the lesson.\n\n")).collect();
    step.write("exercise/README.md", &format!("# Step 1: read\n\n{lines}"));
    let session = watch(&course);
    let begin = session.wait_for("The first function to write is `predict`.");
    assert!(begin.contains("r shows the lesson here"), "{begin}");
    session.keys("r");
    session.wait_for("Line 1 of the lesson.");
    session.keys("jj\x1b[B");
    session.wait_until("three lines further", |screen| !screen.contents().contains("Line 1 of the lesson."));
    save(&step, &[PREDICT]);
    session.wait_for("Esc shows it.");
    assert!(session.screen().contents().contains("Line 2 of the lesson."));
    session.keys("q");
    session.wait_for("Next is `squared_error`");
    session.keys("r");
    session.wait_until("the place where it was left", |screen| {
        let text = screen.contents();
        text.contains("Line 2 of the lesson.") && !text.contains("Line 1 of the lesson.")
    });
    session.keys("qq");
    assert_eq!(session.end(), (0, String::new()));
}

#[test]
fn the_list_resets_the_step_that_is_chosen_in_it() {
    let course = PROGRAM.course("watch-list");
    let (first, second) = (course.step("kept"), course.step("put-back"));
    for step in [&first, &second] {
        save(step, &[PREDICT]);
    }
    let kept = first.read(SOURCE);
    let session = watch(&course);
    session.wait_for("Next is `squared_error`");
    session.keys("lj");
    session.wait_for("▸");
    session.keys("x");
    session.wait_for("exercises/02-put-back/src/lib.rs?");
    session.keys("y");
    // The whole note, on as many lines as it needs.
    session.wait_until("where the old file is", |screen| {
        let text: String = screen.contents().split_whitespace().collect();
        text.contains("isthestubagain.") && text.contains("exercises/02-put-back/src/lib.2") && text.contains("Z.rs")
    });
    session.wait_for("The first function to write is `predict`.");
    assert_eq!(first.read(SOURCE), kept);
    session.keys("c");
    session.wait_for("All checked: 0 of 2 steps done.");
    session.keys("q");
    assert_eq!(session.end(), (0, String::new()));
}

#[test]
fn a_course_that_cannot_be_read_is_shown_and_watched_on() {
    let course = PROGRAM.course("watch-fault");
    let step = course.step("faulty");
    let session = watch(&course);
    session.wait_for("The first function to write is `predict`.");
    let good = step.read("exercise/exercise.toml");
    step.write("exercise/exercise.toml", &format!("{good}\n[[case]\n"));
    let screen = session.wait_for("The course cannot be read as it is:");
    assert!(screen.contains("exercises/01-faulty/exercise.toml:"), "{screen}");
    step.write("exercise/exercise.toml", &good);
    session.wait_for("The first function to write is `predict`.");
    session.keys("q");
    assert_eq!(session.end(), (0, String::new()));
}

#[test]
fn a_step_that_cannot_be_read_leaves_the_others() {
    let course = PROGRAM.course("watch-faulty-step");
    let (sound, faulty) = (course.step("sound"), course.step("unread"));
    let session = watch(&course);
    session.wait_for("The first function to write is `predict`.");
    let good = faulty.read("exercise/exercise.toml");
    faulty.write("exercise/exercise.toml", &format!("{good}\n[[case]\n"));
    session.wait_for("!2");
    save(&sound, &[PREDICT]);
    session.wait_for("Next is `squared_error`");
    session.keys("n");
    let screen = session.wait_for("This cannot be graded as it is:");
    assert!(screen.contains("exercises/02-unread/exercise.toml:"), "{screen}");
    faulty.write("exercise/exercise.toml", &good);
    session.wait_for("The first function to write is `predict`.");
    session.keys("q");
    assert_eq!(session.end(), (0, String::new()));
}

#[test]
fn a_file_that_code_includes_is_graded_like_the_code() {
    let course = PROGRAM.course("watch-included");
    let step = course.step("including");
    let body = "std::fs::write(\"written.txt\", format!(\"{:?}\", std::time::SystemTime::now())).unwrap();\n    \
                include!(\"inc.txt\")(sqft_weight, sqft)";
    let session = watch(&course);
    session.wait_for("The first function to write is `predict`.");
    save(&step, &[(PREDICT.0, body)]);
    session.wait_for("couldn't read");
    step.write("exercise/src/inc.txt", "(|weight: f64, sqft: f64| 50_000.0 + weight * sqft)");
    session.wait_for("Next is `squared_error`");
    // It writes a file each time, and is not graded again for that.
    session.wait_for("graded 2 s ago");
    step.write("exercise/src/inc.txt", "(|weight: f64, sqft: f64| 50_000.0 - weight * sqft)");
    session.wait_for("predict");
    session.wait_until("that it is wrong", |screen| !screen.contents().contains("Next is `squared_error`"));
    session.keys("q");
    assert_eq!(session.end(), (0, String::new()));
}
