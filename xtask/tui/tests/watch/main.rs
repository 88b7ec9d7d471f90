//! The watch as a student sees it: the real program in a terminal, driven by keys and saved files.

#![cfg(unix)]

mod editors;
mod saves;
mod shells;
mod terminals;

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
