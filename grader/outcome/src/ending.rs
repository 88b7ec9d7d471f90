//! How the program of a case ended, and the few words by which a snapshot says so.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use process::{Bounds, How, Limit};
use serde::{Deserialize, Serialize};

use super::printed::Printed;

/// How a case's program ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// It ran to its end.
    Done,
    /// It exited before its end.
    Exited(Option<i32>),
    /// A signal ended it, by number.
    Signalled(i32),
    /// Its stack overflowed.
    StackOverflow,
    /// It computed for this long and was stopped.
    TimedOut(Duration),
    /// It only waited for this long and was stopped.
    Waited(Duration),
    /// It had not ended after this long by the wall clock, for whatever reason.
    Stalled(Duration),
    /// It used more memory than this, in bytes, and was stopped.
    TooMuchMemory(u64),
    /// It asked for this many bytes of memory at once, did not get them, and aborted.
    NoMemory(u64),
    /// It wrote a larger file than this, in bytes, and was stopped.
    TooLargeFile(u64),
    /// It ran more processes at once than this and was stopped.
    TooManyProcesses(usize),
    /// It answered more than the grader reads.
    TooManyAnswers,
    /// Its program or its folder was gone before it could start.
    Gone,
}

impl Ending {
    /// How a program ended that did not say that it was done. `in_full` is whether all of its answers were read.
    pub fn of(how: How, bounds: &Bounds, in_full: bool, printed: &Printed) -> Self {
        match how {
            How::Stopped(limit) => Self::at_limit(limit, bounds),
            _ if !in_full => Ending::TooManyAnswers,
            // Its supervisor was killed, and it was killed with that.
            How::Lost => Ending::Signalled(9),
            How::Signalled(signal) => Self::of_abort(printed).unwrap_or(Ending::Signalled(signal)),
            // On a system without signals, an abort is an exit.
            How::Exited(code) if cfg!(windows) => Self::of_abort(printed).unwrap_or(Ending::Exited(code)),
            How::Exited(code) => Ending::Exited(code),
        }
    }

    fn at_limit(limit: Limit, bounds: &Bounds) -> Self {
        match limit {
            Limit::Cpu => Ending::TimedOut(bounds.cpu),
            Limit::Wall => Ending::Stalled(bounds.wall),
            Limit::Idle => Ending::Waited(bounds.idle),
            Limit::Memory => Ending::TooMuchMemory(bounds.memory),
            Limit::File => Ending::TooLargeFile(bounds.file),
            Limit::Processes => Ending::TooManyProcesses(bounds.processes),
        }
    }

    /// Why Rust's runtime has aborted a program. The only sign of it is what the runtime prints before.
    fn of_abort(printed: &Printed) -> Option<Self> {
        [&printed.end, &printed.text].into_iter().find_map(|text| {
            if text.contains("has overflowed its stack") {
                return Some(Ending::StackOverflow);
            }
            let (_, asked) = text.rsplit_once("memory allocation of ")?;
            let (bytes, _) = asked.split_once(" bytes failed")?;
            bytes.parse().ok().map(Ending::NoMemory)
        })
    }

    /// Whether the machine may be the cause: another program ended it, or it got no core. The case then runs once more,
    /// alone.
    /// CPU time, memory and all other limits count only its own use, and a program that waits needs no core.
    pub fn may_be_the_machines(&self) -> bool {
        matches!(self, Ending::Stalled(_)) || matches!(self, Ending::Signalled(_)) && !self.is_decided_by_code()
    }

    /// Whether it was stopped before it came to an end.
    pub fn is_without_end(&self) -> bool {
        matches!(self, Ending::TimedOut(_) | Ending::TooMuchMemory(_))
    }

    /// Whether only the code decides that it ends like this, and neither the machine nor another program.
    pub fn is_decided_by_code(&self) -> bool {
        // The signals of a faulty program: illegal instruction, trap, abort, bus error, arithmetic, bad address.
        const OF_A_FAULT: [i32; 6] = [4, 5, 6, 7, 8, 11];
        match self {
            Ending::Signalled(signal) => OF_A_FAULT.contains(signal),
            Ending::TimedOut(_)
            | Ending::Waited(_)
            | Ending::Stalled(_)
            | Ending::TooMuchMemory(_)
            | Ending::NoMemory(_)
            | Ending::TooLargeFile(_)
            | Ending::TooManyProcesses(_)
            | Ending::Gone => false,
            Ending::Done | Ending::Exited(_) | Ending::StackOverflow | Ending::TooManyAnswers => true,
        }
    }
}

/// In a few words, which can be read back.
impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ending::Done => f.write_str("done"),
            Ending::Exited(None) => f.write_str("exit"),
            Ending::Exited(Some(code)) => write!(f, "exit {code}"),
            Ending::Signalled(signal) => write!(f, "signal {signal}"),
            Ending::StackOverflow => f.write_str("stack overflow"),
            Ending::TimedOut(limit) => write!(f, "computed for {} s", limit.as_secs_f64()),
            Ending::Waited(limit) => write!(f, "waited for {} s", limit.as_secs_f64()),
            Ending::Stalled(limit) => write!(f, "not ended after {} s", limit.as_secs_f64()),
            Ending::TooMuchMemory(bytes) => write!(f, "memory of {bytes} bytes"),
            Ending::NoMemory(bytes) => write!(f, "no memory for {bytes} bytes"),
            Ending::TooLargeFile(bytes) => write!(f, "file of {bytes} bytes"),
            Ending::TooManyProcesses(most) => write!(f, "more than {most} processes"),
            Ending::TooManyAnswers => f.write_str("too many answers"),
            Ending::Gone => f.write_str("gone"),
        }
    }
}

impl FromStr for Ending {
    type Err = ();

    fn from_str(text: &str) -> std::result::Result<Self, ()> {
        let between = |before: &str, behind: &str| text.strip_prefix(before)?.strip_suffix(behind);
        let seconds = |text: &str| Duration::try_from_secs_f64(text.parse().map_err(|_| ())?).map_err(|_| ());
        if let Some(code) = between("exit ", "") {
            return code.parse().map(|code| Ending::Exited(Some(code))).map_err(|_| ());
        }
        if let Some(signal) = between("signal ", "") {
            return signal.parse().map(Ending::Signalled).map_err(|_| ());
        }
        if let Some(limit) = between("computed for ", " s") {
            return seconds(limit).map(Ending::TimedOut);
        }
        if let Some(limit) = between("waited for ", " s") {
            return seconds(limit).map(Ending::Waited);
        }
        if let Some(limit) = between("not ended after ", " s") {
            return seconds(limit).map(Ending::Stalled);
        }
        if let Some(bytes) = between("memory of ", " bytes") {
            return bytes.parse().map(Ending::TooMuchMemory).map_err(|_| ());
        }
        if let Some(bytes) = between("no memory for ", " bytes") {
            return bytes.parse().map(Ending::NoMemory).map_err(|_| ());
        }
        if let Some(bytes) = between("file of ", " bytes") {
            return bytes.parse().map(Ending::TooLargeFile).map_err(|_| ());
        }
        if let Some(most) = between("more than ", " processes") {
            return most.parse().map(Ending::TooManyProcesses).map_err(|_| ());
        }
        match text {
            "done" => Ok(Ending::Done),
            "exit" => Ok(Ending::Exited(None)),
            "stack overflow" => Ok(Ending::StackOverflow),
            "too many answers" => Ok(Ending::TooManyAnswers),
            "gone" => Ok(Ending::Gone),
            _ => Err(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ending_reads_back() {
        for ending in [
            Ending::Done,
            Ending::Exited(None),
            Ending::Exited(Some(-1)),
            Ending::Signalled(9),
            Ending::StackOverflow,
            Ending::TimedOut(Duration::from_millis(2500)),
            Ending::Waited(Duration::from_secs(10)),
            Ending::Stalled(Duration::from_secs(60)),
            Ending::TooMuchMemory(1 << 31),
            Ending::NoMemory(1 << 60),
            Ending::TooLargeFile(1 << 30),
            Ending::TooManyProcesses(64),
            Ending::TooManyAnswers,
            Ending::Gone,
        ] {
            assert_eq!(ending.to_string().parse(), Ok(ending));
        }
        for other in ["", "exit x", "waited for -1 s", "ended"] {
            assert_eq!(other.parse::<Ending>(), Err(()));
        }
    }
}
