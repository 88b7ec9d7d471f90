//! Makes one compiler call, within bounds, and reads the compiler's messages.

use std::io::{BufRead, BufReader, PipeReader};
use std::ops::ControlFlow;
use std::thread;

use course::{Error, Result};
use outcome::MOST_ERRORS;
use process::{How, Input, Limit, Order, TRIES, may_start_later, supervise};
use serde::Deserialize;

use super::plan::Call;
use super::{CompilerError, Place};
use crate::workspace::Workspace;

/// The result of a compiler call.
#[derive(Debug)]
pub(crate) enum Compiled {
    /// The crate compiles, with these warnings.
    Done(Vec<CompilerError>),
    /// It does not, because of these errors.
    Refused {
        /// The errors.
        errors: Vec<CompilerError>,
        /// Whether one of them may be about crates that were compiled before, and not about a source text.
        of_crates: bool,
    },
    /// The compiler did not end.
    Endless(Limit),
    /// The compiler itself failed, with these last words.
    Crashed(String),
}

/// Makes a compiler call.
///
/// # Errors
/// If the compiler cannot be started or do its work, or an interrupt comes.
pub(crate) fn compile(call: &Call, workspace: &Workspace) -> Result<Compiled> {
    let order = Order { bounds: Some(workspace.limits().compiler), input: Input::Nothing };
    let mut command = call.command();
    // If it is stopped and leaves files, they are deleted with its outputs.
    command.env("TMPDIR", call.output_folder());
    let (most, rest) = TRIES;
    let mut tries = 0;
    loop {
        tries += 1;
        let ended =
            supervise(&command, &order, workspace.interrupt(), CompilerOutput::read, |_| ControlFlow::Continue(()));
        if workspace.interrupt().is_raised() {
            return Err(Error::Interrupted);
        }
        let (ended, output) = match ended {
            Ok(ended) => ended,
            Err(error) if may_start_later(&error) && tries < most => {
                thread::sleep(rest);
                continue;
            }
            Err(error) => return Err(Error::Build(format!("the compiler could not be started: {error}"))),
        };
        let CompilerOutput { errors, warnings, other, of_crates } = output.unwrap_or_default();
        return Ok(match ended.how {
            _ if !errors.is_empty() => {
                let of_crates = of_crates.iter().any(|message| !is_of_unknown_crate(message, call));
                Compiled::Refused { errors, of_crates }
            }
            How::Exited(Some(0)) => Compiled::Done(warnings),
            How::Stopped(limit) => Compiled::Endless(limit),
            // Another program may have ended it, or the system, for lack of memory.
            How::Signalled(KILL) | How::Lost if tries == 1 => continue,
            How::Signalled(KILL) | How::Lost => Compiled::Crashed(
                "The compiler was ended from outside, twice: does the machine have too little memory?".to_owned(),
            ),
            How::Signalled(signal) => Compiled::Crashed(format!(
                "The compiler itself crashed (signal {signal}): an expression, a type or a macro of thousands of parts does \
                 that."
            )),
            // It starts threads and a linker, and does not wait until it can.
            How::Exited(_) if other.iter().any(|line| line.contains(NO_PROCESS)) => {
                if tries == most {
                    return Err(Error::Build(other.join("\n")));
                }
                thread::sleep(rest);
                continue;
            }
            How::Exited(_) => Compiled::Crashed(format!("The compiler itself failed: {}", other.join("\n"))),
        });
    }
}

/// The number of the signal that no program survives.
const KILL: i32 = 9;

/// What the system says when it has no process or thread to give.
const NO_PROCESS: &str = "Resource temporarily unavailable";

/// What a compiler says.
#[derive(Debug, Default)]
struct CompilerOutput {
    errors: Vec<CompilerError>,
    warnings: Vec<CompilerError>,
    /// Its last lines that are not messages.
    other: Vec<String>,
    /// The messages that may be about crates that were compiled before.
    of_crates: Vec<String>,
}

impl CompilerOutput {
    /// Reads what a compiler says, up to more errors than anybody will read.
    fn read(pipe: PipeReader) -> Self {
        const MOST_LINES: usize = 20;
        let mut output = Self::default();
        for line in BufReader::new(pipe).split(b'\n').map_while(std::result::Result::ok) {
            match serde_json::from_slice::<Diagnostic>(&line) {
                Ok(diagnostic) => output.take(diagnostic),
                Err(_) => {
                    output.other.push(String::from_utf8_lossy(&line).into_owned());
                    if output.other.len() > MOST_LINES {
                        output.other.remove(0);
                    }
                }
            }
            if output.errors.len() == MOST_ERRORS {
                break;
            }
        }
        output
    }

    fn take(&mut self, diagnostic: Diagnostic) {
        let is_error = diagnostic.level.starts_with("error");
        let place = diagnostic.place();
        if diagnostic.is_of_crates() {
            self.of_crates.push(diagnostic.message.clone());
        }
        let Diagnostic { message, rendered, .. } = diagnostic;
        // The closing count.
        if place.is_none() && (!is_error || message.starts_with("aborting due to")) {
            return;
        }
        let rendered = rendered.unwrap_or_else(|| message.clone());
        let error = CompilerError { message, rendered, place };
        if is_error { self.errors.push(error) } else { self.warnings.push(error) }
    }
}

/// Whether a message is about a crate that the code names and a call does not.
fn is_of_unknown_crate(message: &str, call: &Call) -> bool {
    let name = message.strip_prefix("can't find crate for `").and_then(|rest| rest.strip_suffix('`'));
    name.is_some_and(|name| !call.linked().iter().any(|(linked, _)| *linked == name))
}

/// A fault with what to do about it, if that is known.
pub(crate) fn remedied(fault: &str) -> String {
    if fault.contains("linker") {
        let remedy = "Rust links with a C compiler's linker. Install one: build-essential on Debian and Ubuntu, \
                      `xcode-select --install` on macOS, Visual Studio's C++ build tools on Windows.";
        return format!("{fault}\n{remedy}");
    }
    fault.to_owned()
}

/// The fields that are read of a message, as the compiler documents it ("JSON output" of the rustc book).
#[derive(Deserialize)]
struct Diagnostic {
    message: String,
    level: String,
    rendered: Option<String>,
    code: Option<DiagnosticCode>,
    spans: Vec<DiagnosticSpan>,
}

impl Diagnostic {
    fn place(&self) -> Option<Place> {
        let span = self.spans.iter().find(|span| span.is_primary)?;
        Some(Place { file: span.file_name.clone(), line: span.line_start })
    }

    /// Whether it may be about a crate that was compiled before, or about the compiler itself.
    fn is_of_crates(&self) -> bool {
        /// A crate that is not found, of which there are two, or that has another format.
        const OF_CRATES: [&str; 8] = ["E0457", "E0460", "E0461", "E0462", "E0463", "E0464", "E0514", "E0786"];
        let code = self.code.as_ref().map(|code| code.code.as_str());
        code.is_some_and(|code| OF_CRATES.contains(&code))
            || self.message.starts_with("extern location for ")
            || self.level.starts_with("error: internal compiler error")
    }
}

#[derive(Deserialize)]
struct DiagnosticCode {
    code: String,
}

#[derive(Deserialize)]
struct DiagnosticSpan {
    file_name: String,
    line_start: usize,
    is_primary: bool,
}
