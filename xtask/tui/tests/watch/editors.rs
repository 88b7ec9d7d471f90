//! Editors that the watch starts.

use super::*;

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
fn each_way_to_name_an_editor_opens_the_file_of_each_step() {
    let course = PROGRAM.course("watch-open-by");
    let steps = [course.step("opened-first"), course.step("opened-next")];
    for program in ["code", "rustrover", "idea", "hx", "zellij"] {
        course.write_script(&format!("bin/{program}"), "echo \"${0##*/} $*\" >> \"$OPENED\"\n");
    }
    let path = format!("{}:{}", course.path("bin").display(), std::env::var("PATH").unwrap());
    let files = steps.each_ref().map(|step| fs::canonicalize(step.path(SOURCE)).unwrap().display().to_string());
    for (at, (variables, arguments, name, call)) in [
        (&[("VISUAL", "code --wait"), ("EDITOR", "no-such-editor")][..], &[][..], "code", "code --wait --goto FILE:17"),
        (&[("EDITOR", "rustrover")], &[], "rustrover", "rustrover --line 17 FILE"),
        (&[("EDITOR", "no-such-editor")], &["--edit-cmd", "idea"], "idea", "idea --line 17 FILE"),
        (&[("TERM_PROGRAM", "vscode")], &[], "code", "code --goto FILE:17"),
        (&[("TERMINAL_EMULATOR", "JetBrains-JediTerm")], &[], "rustrover", "rustrover --line 17 FILE"),
        (&[("EDITOR", "hx"), ("ZELLIJ", "0")], &[], "hx", "zellij run --close-on-exit -- hx FILE:17"),
    ]
    .into_iter()
    .enumerate()
    {
        let opened = course.path(&format!("opened-{at}"));
        let calls = || fs::read_to_string(&opened).unwrap_or_default();
        let mut command = watch_command(&course);
        command.arg("--open").args(arguments).envs(variables.iter().copied()).env("PATH", &path).env("OPENED", &opened);
        let session = Session::start(command, 60, 15);
        let call_of = |file: &str| call.replace("FILE", file) + "\n";
        wait_until("the first file is open", || calls() == call_of(&files[0]));
        session.wait_for(&format!("Opened in {name}."));
        session.wait_for("The first function to write is `predict`.");
        session.keys("n");
        wait_until("the next file is open", || calls() == call_of(&files[0]) + &call_of(&files[1]));
        session.keys("q");
        assert_eq!(session.end().0, 0, "{name}");
    }
}
