//! The watch as a student sees it: the real program in a terminal, driven by keys and saved files.

#![cfg(unix)]

use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use fs_err as fs;
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use testkit::{Course, LOSS, PREDICT, Program, Run, SQUARED_ERROR, Session, Step, wait_until};

const PROGRAM: Program = testkit::program!("tui");

const SOURCE: &str = "exercise/src/lib.rs";

/// Starts the watch of a course at 60 x 15.
fn watch(course: &Course) -> Session {
    Session::start(watch_command(course), 60, 15)
}

fn watch_command(course: &Course) -> Command {
    let mut command = course.command(&["watch"]);
    for variable in ["VISUAL", "EDITOR", "TERM_PROGRAM", "TERMINAL_EMULATOR", "ZED_TERM", "TMUX", "ZELLIJ"] {
        command.env_remove(variable);
    }
    command.env("TERM", "xterm-256color");
    command
}

/// A script that runs a command, which is `"$@"` in it.
fn script(command: &Command, script: &str) -> Command {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", script, "sh"]).arg(command.get_program()).args(command.get_args());
    with_environment_of(command, shell)
}

/// An interactive shell that has started the watch. The watch's process id is written into a file.
fn in_a_shell(watch: &Command, pid: &Path) -> Session {
    let mut shell = Command::new("/bin/sh");
    shell.arg("-i").env("PS1", "READY> ").env_remove("ENV");
    let session = Session::start(with_environment_of(watch, shell), 60, 15);
    session.wait_for("READY>");
    let words = std::iter::once(watch.get_program()).chain(watch.get_args());
    let words: Vec<String> = words.map(|word| format!("'{}'", word.display())).collect();
    session.keys(&format!("sh -c 'echo $$ > \"$0\"; exec \"$@\"' '{}' {}\n", pid.display(), words.join(" ")));
    session
}

fn with_environment_of(command: &Command, mut shell: Command) -> Command {
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell
}

/// Checks that the shell has the terminal and runs commands.
fn the_shell_answers(session: &Session, word: &str) {
    session.wait_until("the shell's own screen", |screen| !screen.alternate_screen() && !screen.hide_cursor());
    session.keys(&format!("echo {word}$((1 + 1))\n"));
    session.wait_for(&format!("{word}2"));
}

fn leave_the_shell(session: Session) {
    session.keys("exit\n");
    assert_eq!(session.end().0, 0);
}

/// Writes functions and saves the file as an editor does, with a new file that replaces the old one.
fn save(step: &Step<'_>, functions: &[(&str, &str)]) {
    save_text(step, &step.with_functions(functions));
}

fn save_text(step: &Step<'_>, text: &str) {
    step.write("exercise/src/.lib.rs.new", text);
    step.rename("exercise/src/.lib.rs.new", SOURCE);
}

/// A body that writes its process id into a file and never ends.
fn endless(step: &Step<'_>) -> String {
    format!("{{ std::fs::write({:?}, std::process::id().to_string()).unwrap(); loop {{}} }}", step.path("exercise/pid"))
}

/// The process of a body of [`endless`], as soon as it runs.
fn process_of(step: &Step<'_>) -> Pid {
    process_in(&step.path("exercise/pid"))
}

/// The process id in a file, as soon as the file exists. Removes the file.
fn process_in(path: &Path) -> Pid {
    let read = || fs::read_to_string(path).ok()?.trim().parse().ok().and_then(Pid::from_raw);
    let mut found = None;
    wait_until("a process writes its number", || {
        found = read();
        found.is_some()
    });
    fs::remove_file(path).unwrap();
    found.unwrap()
}

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
fn an_editor_has_the_terminal_to_itself() {
    let course = PROGRAM.course("watch-editor");
    let step = course.step("edited");
    // It is called like vi, and prints so; it handles Ctrl-C; it reads a line and writes the fix.
    let editor = step.path("exercise/vi");
    let fixed = step.path("exercise/fixed");
    step.write("exercise/fixed", &step.with_functions(&[PREDICT]));
    let script = format!(
        "trap 'echo interrupted' INT\necho \"line $1\"\nread line || read line\necho \"read $line\"\n\
         cp '{}' \"$2\"\nread line\n",
        fixed.display()
    );
    step.write_script("exercise/vi", &script);

    let mut command = watch_command(&course);
    command.env("EDITOR", format!("'{}'", editor.display()));
    let session = Session::start(command, 60, 15);
    session.wait_for("The first function to write is `predict`.");
    // What arrives together with the key goes neither to the editor nor, afterwards, to the watch.
    session.keys("enq\nnn\n");
    session.wait_for("line +17");
    assert!(!session.screen().alternate_screen(), "the editor is on the shell's screen");
    session.keys("\x03");
    session.wait_for("interrupted");
    session.keys("q is for the editor\n");
    session.wait_for("read q is for the editor");
    session.keys("\n");
    session.wait_for("Next is `squared_error`");
    session.keys("q");
    assert_eq!(session.end().0, 0);
}

#[test]
fn an_editor_opens_at_the_start_where_that_is_wanted() {
    let course = PROGRAM.course("watch-open");
    let step = course.step("opened");
    step.write_script("exercise/vi", "echo \"editing line $1\"\nread line\n");
    let mut command = course.command(&["watch", "--open"]);
    command.env("TERM", "xterm-256color").env_remove("VISUAL").env_remove("TMUX").env_remove("ZELLIJ");
    command.env("EDITOR", format!("'{}'", step.path("exercise/vi").display()));
    let session = Session::start(command, 60, 15);
    session.wait_for("editing line +17");
    session.keys("\n");
    session.wait_for("The first function to write is `predict`.");
    session.keys("q");
    assert_eq!(session.end().0, 0);
}

#[test]
fn keys_typed_before_an_editor_are_not_taken_after_it() {
    let course = PROGRAM.course("watch-editor-quick");
    let step = course.step("edited-at-once");
    step.write_script("exercise/nano", "exit 3\n");
    let mut command = watch_command(&course);
    command.env("EDITOR", format!("'{}'", step.path("exercise/nano").display()));
    let session = Session::start(command, 60, 15);
    session.wait_for("The first function to write is `predict`.");
    for _ in 0..5 {
        session.keys("eq");
        session.wait_for("`nano` ended with exit status 3.");
        session.keys("?");
        session.wait_for("next, previous step");
        session.keys("q");
        session.wait_for("The first function to write is `predict`.");
    }
    session.keys("q");
    assert_eq!(session.end(), (0, String::new()));
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
fn an_editor_that_the_terminal_stops_takes_the_watch_with_it() {
    let course = PROGRAM.course("watch-editor-stops");
    let step = course.step("edited-in-parts");
    let editor = step.path("exercise/ed it");
    step.write_script("exercise/ed it", "echo editing\nread line\necho \"read $line\"\nread line\n");
    let mut command = watch_command(&course);
    // A path with a blank, without quotes.
    command.env("EDITOR", &editor);
    let session = in_a_shell(&command, &step.path("exercise/watch"));
    session.wait_for("The first function to write is `predict`.");
    session.keys("e");
    session.wait_for("editing");
    session.keys("\x1a");
    session.wait_for("Stopped");
    the_shell_answers(&session, "stopped");
    session.keys("fg\n");
    session.keys("one line\n");
    session.wait_for("read one line");
    session.keys("\n");
    session.wait_for("The first function to write is `predict`.");
    session.keys("q");
    the_shell_answers(&session, "left");
    leave_the_shell(session);
}

#[test]
fn an_editor_that_fails_is_told_of() {
    let course = PROGRAM.course("watch-editor-fails");
    let step = course.step("edited-in-vain");
    step.write_script("exercise/nano", "exit 3\n");
    let mut command = watch_command(&course);
    command.env("EDITOR", format!("'{}'", step.path("exercise/nano").display()));
    let session = Session::start(command, 60, 15);
    session.wait_for("The first function to write is `predict`.");
    session.keys("e");
    session.wait_for("`nano` ended with exit status 3.");
    step.write_script("exercise/nano", "kill $$\n");
    session.keys("e");
    session.wait_for("`nano` was ended by a signal.");
    session.keys("q");
    assert_eq!(session.end(), (0, String::new()));
}

#[test]
fn an_editor_that_is_not_there_costs_nothing() {
    let course = PROGRAM.course("watch-no-editor");
    course.step("unedited");
    let session = watch(&course);
    session.wait_for("The first function to write is `predict`.");
    session.keys("e");
    session.wait_for("Set $EDITOR");
    session.keys("q");
    assert_eq!(session.end(), (0, String::new()));

    let mut command = watch_command(&course);
    command.env("VISUAL", "no-such-editor --wait");
    let session = Session::start(command, 60, 15);
    session.wait_for("The first function to write is `predict`.");
    session.keys("e");
    session.wait_for("`no-such-editor` could not be started");
    session.keys("q");
    assert_eq!(session.end(), (0, String::new()));
}

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
