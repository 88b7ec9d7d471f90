//! Calls of cargo that are not a grade's.

use std::io::{self, Read};
use std::process::{Command, Output, Stdio};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use grader::{Error, Interrupt, Result};

/// Cargo, with these arguments.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments);
    command
}

/// Runs cargo, and ends it when there is an interrupt.
///
/// # Errors
/// If it cannot be started, or is interrupted.
pub fn output(mut command: Command, interrupt: &Interrupt) -> Result<Output> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(Error::NoCargo)?;
    let (stdout, stderr) = (child.stdout.take().map(read), child.stderr.take().map(read));
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if interrupt.is_raised() {
            // What it has started may hold the pipes a little longer, so nobody waits for what is read.
            child.kill()?;
            child.wait()?;
            return Err(Error::Interrupted);
        }
        thread::sleep(Duration::from_millis(10));
    };
    // The same Ctrl-C may have ended cargo.
    grader::check_interrupt(interrupt)?;
    Ok(Output { status, stdout: whole(stdout)?, stderr: whole(stderr)? })
}

type Reader = JoinHandle<io::Result<Vec<u8>>>;

/// Reads on a separate thread, so that cargo never waits for a full pipe.
fn read(mut pipe: impl Read + Send + 'static) -> Reader {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes)?;
        Ok(bytes)
    })
}

fn whole(reader: Option<Reader>) -> Result<Vec<u8>> {
    let failed = |_| Err(io::Error::other("a pipe of cargo's could not be read"));
    Ok(reader.map_or(Ok(Vec::new()), |reader| reader.join().unwrap_or_else(failed))?)
}
