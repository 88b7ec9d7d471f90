//! A terminal of 60 x 15 for a test to run a command in.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::process::{Command, Stdio};

use rustix::fs::OFlags;
use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

/// What was seen on the terminal, with plain ends of lines, and the exit code.
pub struct Seen {
    pub text: String,
    pub code: i32,
}

impl Seen {
    /// What is left when the line of progress is wiped.
    pub fn without_progress(&self) -> &str {
        self.text.rsplit("\r\x1b[K").next().unwrap()
    }
}

/// Runs a command in a terminal in which all that the person will type is typed already.
pub fn in_terminal(mut command: Command, typed: &str) -> Seen {
    let (mut person, terminal) = open();
    person.write_all(typed.as_bytes()).unwrap();
    command.stdin(terminal.try_clone().unwrap()).stdout(terminal.try_clone().unwrap()).stderr(terminal);
    let mut child = command.spawn().unwrap();
    // It holds the terminal, whose end says that all was said.
    drop(command);
    let text = read_until(&mut person, None);
    Seen { text, code: child.wait().unwrap().code().unwrap() }
}

/// Runs a command that asks a question on standard error, and sends what Ctrl-C sends when the question is there.
pub fn interrupted_at(mut command: Command, question: &str) -> Seen {
    let (_person, terminal) = open();
    command.stdin(terminal).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stderr = child.stderr.take().unwrap();
    let mut text = read_until(&mut stderr, Some(question));
    assert!(text.ends_with(question), "{text}");
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    text.push_str(&read_until(&mut stderr, None));
    text.push_str(&read_until(&mut child.stdout.take().unwrap(), None));
    Seen { text, code: child.wait().unwrap().code().unwrap() }
}

/// The two sides of a terminal: the person's and the program's.
fn open() -> (File, File) {
    let person = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&person).unwrap();
    unlockpt(&person).unwrap();
    let name = ptsname(&person, Vec::new()).unwrap();
    let path = std::ffi::OsStr::from_bytes(name.as_bytes());
    let mut options = OpenOptions::new();
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, OFlags::NOCTTY.bits() as i32);
    let terminal = options.read(true).write(true).open(path).unwrap();
    tcsetwinsize(&terminal, Winsize { ws_row: 15, ws_col: 60, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
    (File::from(person), terminal)
}

/// Reads to the end, or until the text ends with some words.
fn read_until(from: &mut impl Read, words: Option<&str>) -> String {
    let mut bytes = Vec::new();
    let mut byte = [0];
    // A terminal whose program has ended gives an error on Linux and an end elsewhere.
    while let Ok(1) = from.read(&mut byte) {
        bytes.push(byte[0]);
        if words.is_some_and(|words| bytes.ends_with(words.as_bytes())) {
            break;
        }
    }
    String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
}
