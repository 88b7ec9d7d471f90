//! Terminals of every kind and size.

use super::*;

#[test]
fn every_size_will_do_and_the_terminal_may_change_it() {
    let course = PROGRAM.course("watch-sizes");
    course.step("sized");
    let session = watch(&course);
    session.wait_for("The first function to write is `predict`.");
    for (columns, rows) in [(1, 1), (0, 0), (3, 2), (200, 1), (1, 50), (30, 6)] {
        session.resize(columns, rows);
        session.keys("?");
    }
    session.resize(120, 40);
    session.keys("\x1b");
    session.wait_until("the list beside the verdict", |screen| {
        let screen = screen.contents();
        ["0 of 1 steps done", "· the loss at six", "The first function to write is `predict`."]
            .iter()
            .all(|words| screen.contains(words))
    });
    session.resize(60, 15);
    session.wait_until("the row of marks", |screen| screen.contents().contains("· · · ·  0/4"));
    session.keys("q");
    assert_eq!(session.end(), (0, String::new()));
}

#[test]
fn pasted_text_is_no_keys() {
    let course = PROGRAM.course("watch-paste");
    course.step("pasted");
    let session = watch(&course);
    session.wait_for("The first function to write is `predict`.");
    assert!(session.screen().bracketed_paste());
    session.keys("\x1b[200~s\ny\nq\n\x1b[201~");
    let screen = session.wait_for("Pasted text does nothing here");
    assert!(!screen.contains("reference"), "{screen}");
    session.keys("q");
    session.wait_until("pastes as they were", |screen| !screen.bracketed_paste());
    assert_eq!(session.end(), (0, String::new()));
}

#[test]
fn what_was_typed_before_it_had_the_terminal_is_no_keys() {
    let course = PROGRAM.course("watch-typed-ahead");
    course.step("typed-ahead");
    let typed = course.path("typed");
    let waits = format!("echo waiting; until [ -e '{}' ]; do sleep 0.05; done; exec \"$@\"", typed.display());
    let waits = script(&watch_command(&course), &waits);
    let session = Session::start(waits, 60, 15);
    session.wait_for("waiting");
    session.keys("?q\nq");
    session.wait_for("?q");
    fs::write(typed, "").unwrap();
    let screen = session.wait_for("The first function to write is `predict`.");
    assert!(!screen.contains("· keys"), "{screen}");
    session.keys("q");
    assert_eq!(session.end().0, 0);
}

#[test]
fn a_terminal_of_no_size_is_one_of_the_usual_size() {
    let course = PROGRAM.course("watch-no-size");
    course.step("sizeless");
    let unsized_terminal = script(&watch_command(&course), "stty rows 0 columns 0; exec \"$@\"");
    let session = Session::start(unsized_terminal, 80, 24);
    let screen = session.wait_for("The first function to write is `predict`.");
    assert!(screen.lines().last().is_some_and(|line| line.trim_end().ends_with("q quit")), "{screen}");
    assert_eq!(screen.lines().count(), 24);
    session.resize(100, 30);
    session.wait_for("0 of 1 steps done");
    session.keys("q");
    assert_eq!(session.end(), (0, String::new()));
}

/// Stops the output of a terminal, as if its connection hung, so that whoever writes to it waits.
#[cfg(target_os = "linux")]
fn hold_output(process: Pid) -> std::fs::File {
    use std::os::unix::fs::OpenOptionsExt;
    let path = format!("/proc/{}/fd/1", process.as_raw_nonzero());
    let no_terminal_of_ours = rustix::fs::OFlags::NOCTTY.bits() as i32;
    let terminal =
        std::fs::File::options().read(true).write(true).custom_flags(no_terminal_of_ours).open(path).unwrap();
    rustix::termios::tcflow(&terminal, rustix::termios::Action::OOff).unwrap();
    terminal
}

#[test]
#[cfg(target_os = "linux")]
fn a_terminal_that_takes_nothing_more_keeps_nobody_waiting() {
    let course = PROGRAM.course("watch-stuck");
    let step = course.step("stuck");
    save(&step, &[(PREDICT.0, &endless(&step))]);
    let (pid, code) = (step.path("exercise/watch"), step.path("exercise/code"));
    // The script resets what the watch cannot give back.
    let then = "printf '\\033[?1049l\\033[?25h'";
    let lines = format!(
        "sh -c 'echo $$ > \"$0\"; exec \"$@\"' '{}' \"$@\"; echo $? > '{}'; {then}",
        pid.display(),
        code.display()
    );
    for (end, expected) in [(Some(Signal::TERM), "143\n"), (Some(Signal::HUP), "129\n"), (None, "130\n")] {
        let session = Session::start(script(&watch_command(&course), &lines), 60, 15);
        let watch = process_in(&pid);
        let looping = process_of(&step);
        session.wait_for("Step 1:");
        let terminal = hold_output(watch);
        // A key that would be shown.
        session.keys("?");
        match end {
            Some(signal) => kill_process(watch, signal).unwrap(),
            None => session.keys("\x03\x03"),
        }
        wait_until("it ends", || fs::read_to_string(&code).is_ok_and(|code| code == expected));
        wait_until("the loop ends", || test_kill_process(looping).is_err());
        rustix::termios::tcflow(&terminal, rustix::termios::Action::OOn).unwrap();
        drop(terminal);
        assert_eq!(session.end().0, 0);
        fs::remove_file(&code).unwrap();
    }
}

#[test]
fn a_terminal_that_is_closed_ends_it_and_all_that_it_started() {
    let course = PROGRAM.course("watch-closed");
    let step = course.step("closed");
    let session = watch(&course);
    session.wait_for("The first function to write is `predict`.");
    save(&step, &[(PREDICT.0, &endless(&step))]);
    let looping = process_of(&step);
    session.close();
    // The student's loop has ended before the watch, which has cleaned up and left no folder.
    assert!(test_kill_process(looping).is_err(), "the loop runs on");
    let left = fs::read_dir(course.path("target/grader")).unwrap();
    let left = left.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(left.filter(|name| name.starts_with("run-")).count(), 0);
}

#[test]
fn colours_are_for_a_terminal_that_wants_them() {
    let course = PROGRAM.course("watch-colours");
    let step = course.step("coloured");
    save(&step, &[(PREDICT.0, "sqft_weight")]);
    for wanted in [true, false] {
        let mut command = watch_command(&course);
        if !wanted {
            command.env("NO_COLOR", "1");
        }
        let session = Session::start(command, 60, 15);
        session.wait_for("predict wrong:");
        let screen = session.screen();
        let (rows, columns) = screen.size();
        let cells = (0..rows.get()).flat_map(|row| (0..columns.get()).map(move |column| (row, column)));
        let coloured = cells.filter_map(|(row, column)| screen.cell(row, column));
        let coloured = coloured.filter(|cell| (cell.fgcolor(), cell.bgcolor()) != Default::default()).count();
        assert_eq!(coloured > 0, wanted);
        session.keys("q");
        assert_eq!(session.end().0, 0);
    }
}

#[test]
fn without_a_terminal_a_sentence_says_what_to_do_instead() {
    let course = PROGRAM.course("watch-pipe");
    course.step("piped");
    let run = Run::from(course.command(&["watch"]).output().unwrap());
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    assert!(run.stderr.contains("watch needs a terminal") && run.stderr.contains("`cargo xtask grade`"), "{run:?}");
    assert!(!run.stderr.contains('\x1b'));
}

#[test]
fn a_terminal_that_can_show_no_full_screen_gets_a_sentence_and_no_escapes() {
    let course = PROGRAM.course("watch-dumb");
    course.step("dumb");
    for (name, described) in [(Some("dumb"), "TERM=dumb"), (Some(""), "TERM is not set"), (None, "TERM is not set")] {
        let seen_in = |mut command: Command| {
            match name {
                Some(name) => command.env("TERM", name),
                None => command.env_remove("TERM"),
            };
            let session = Session::start(command, 60, 15);
            (session.end().0, session.written())
        };
        let what = "cannot show a full screen; in it, `cargo xtask grade` grades once";
        let (code, text) = seen_in(watch_command(&course));
        assert_eq!((code, text.replace('\n', " ")), (2, format!("error: this terminal ({described}) {what} ")));
        // The other commands work there, without colours.
        let (code, text) = seen_in(course.command(&["plot", "--no-open"]));
        assert!(code == 0 && !text.contains('\x1b'), "{text:?}");
    }
}
