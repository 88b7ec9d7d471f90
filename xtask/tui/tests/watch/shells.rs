//! The shell that has started the watch, and signals.

use super::*;

#[test]
fn a_signal_from_outside_ends_it_in_order() {
    let course = PROGRAM.course("watch-signals");
    let step = course.step("signalled");
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::INT, 130)] {
        step.write_stub();
        let session = watch(&course);
        session.wait_for("The first function to write is `predict`.");
        save(&step, &[(PREDICT.0, &endless(&step))]);
        let looping = process_of(&step);
        session.signal(signal);
        assert_eq!(session.end(), (code, String::new()));
        wait_until("the loop ends", || test_kill_process(looping).is_err());
    }
}

#[test]
fn it_stops_as_a_job_of_a_shell_and_goes_on() {
    let course = PROGRAM.course("watch-stops");
    let step = course.step("stopped");
    save(&step, &[(PREDICT.0, &endless(&step))]);
    let pid = step.path("exercise/watch");
    let session = in_a_shell(&watch_command(&course), &pid);
    let watch = process_in(&pid);
    for (word, stop) in [("key", None), ("asked", Some(Signal::TSTP)), ("unseen", Some(Signal::STOP))] {
        let looping = process_of(&step);
        session.wait_for("Step 1:");
        match stop {
            None => session.keys("\x1a"),
            Some(signal) => kill_process(watch, signal).unwrap(),
        }
        if stop == Some(Signal::STOP) {
            // The shell gets the terminal as the watch left it, as the watch could not react.
            session.wait_for("READY>");
        } else {
            the_shell_answers(&session, word);
            // No time limit expires meanwhile.
            wait_until("the loop ends", || test_kill_process(looping).is_err());
        }
        session.keys("fg\n");
        session.wait_until("the whole picture and nothing else", |screen| {
            let text = screen.contents();
            text.contains("0 of 1 done") && text.contains("  q quit") && !text.contains("READY>")
        });
        // The terminal is in raw mode again.
        session.keys("?");
        session.wait_for("next, previous step");
        session.keys("\x1b");
        if stop == Some(Signal::STOP) {
            wait_until("the loop ends", || test_kill_process(looping).is_err());
        }
    }
    session.keys("q");
    the_shell_answers(&session, "left");
    leave_the_shell(session);
}

#[test]
fn where_no_shell_waits_it_does_not_stop() {
    let course = PROGRAM.course("watch-alone");
    course.step("alone");
    let session = watch(&course);
    session.wait_for("The first function to write is `predict`.");
    session.keys("\x1a");
    session.wait_for("Ctrl-Z does nothing here");
    session.signal(Signal::TSTP);
    session.keys("?");
    session.wait_for("next, previous step");
    session.keys("qq");
    assert_eq!(session.end(), (0, String::new()));
}

#[test]
fn what_comes_in_one_go_with_the_end_is_no_command_for_the_shell() {
    let course = PROGRAM.course("watch-paste-old");
    let step = course.step("pasted-unmarked");
    let session = in_a_shell(&watch_command(&course), &step.path("exercise/watch"));
    session.wait_for("The first function to write is `predict`.");
    session.keys(&format!("q{}\ntouch '{}'\n", "-".repeat(3_000), step.path("exercise/touched").display()));
    the_shell_answers(&session, "left");
    assert!(!step.path("exercise/touched").exists());
    leave_the_shell(session);
}
