//! Processes on Linux, which says in `/proc` what each has used, and gives lost descendants to a guardian.

use std::fs;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use rustix::param::{clock_ticks_per_second, page_size};
use rustix::process::{Pid, Signal, WaitOptions, getpid, kill_process, set_child_subreaper, wait};

use super::Usage;
use super::unix::end_group;

/// Becomes the parent of descendants that lose theirs.
pub fn become_reaper() -> io::Result<()> {
    Ok(set_child_subreaper(Some(getpid()))?)
}

/// This program once more, also where its file has been replaced since it was started.
pub fn this_program() -> io::Result<Command> {
    Ok(Command::new("/proc/self/exe"))
}

/// Waits for a child to end; lost descendants that end before are let go.
pub fn wait_for(child: Child, _stopped: &AtomicBool) -> io::Result<ExitStatus> {
    loop {
        match wait(WaitOptions::empty()) {
            Ok(Some((process, status))) if process.as_raw_nonzero().get().cast_unsigned() == child.id() => {
                end_group(child.id());
                return Ok(ExitStatus::from_raw(status.as_raw()));
            }
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Ends all children of this process and those that come to it meanwhile, until there are none.
pub fn end_all() {
    loop {
        for child in children() {
            // One that has ended already is what is wanted.
            let _ = kill_process(child, Signal::KILL);
        }
        // Until one has ended, or there is none left to end.
        match wait(WaitOptions::empty()) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(_) => return,
        }
    }
}

/// The children of this process.
fn children() -> Vec<Pid> {
    let own = std::process::id();
    let listed = children_of("self").unwrap_or_else(|| children_by_parent(u64::from(own)));
    listed.into_iter().filter_map(Pid::from_raw).collect()
}

/// The children of a process, as the kernel lists them by the thread that has them, if it was built to.
fn children_of(process: &str) -> Option<Vec<i32>> {
    let mut children = Vec::new();
    for thread in fs::read_dir(format!("/proc/{process}/task")).ok()?.flatten() {
        match fs::read_to_string(thread.path().join("children")) {
            Ok(list) => children.extend(list.split_whitespace().filter_map(|word| word.parse::<i32>().ok())),
            // A thread that has ended has none.
            Err(_) if !thread.path().exists() => {}
            Err(_) => return None,
        }
    }
    Some(children)
}

fn children_by_parent(parent: u64) -> Vec<i32> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    numbers.filter(|number| Stat::of(&number.to_string()).and_then(|stat| stat.field(1)) == Some(parent)).collect()
}

/// What a process and its descendants have used.
pub fn usage_of(process: u32) -> Option<Usage> {
    let name = process.to_string();
    let stat = Stat::of(&name)?;
    let mut usage = Usage { cpu: ticks(stat.fields(11..15)?), memory: stat.field(21)? * page_size() as u64 };
    for child in children_by_number(&name).filter_map(usage_of) {
        usage.cpu += child.cpu;
        usage.memory += child.memory;
    }
    Some(usage)
}

/// Whether a process or a descendant of it computes, or would if it got a core.
pub fn is_runnable(process: u32) -> bool {
    let name = process.to_string();
    has_runnable_thread(&name) || children_by_number(&name).any(is_runnable)
}

fn children_by_number(process: &str) -> impl Iterator<Item = u32> {
    children_of(process).unwrap_or_default().into_iter().filter_map(|child| u32::try_from(child).ok())
}

/// What the children that have ended have used.
pub fn cpu_of_ended() -> Duration {
    Stat::of("self").and_then(|stat| stat.fields(13..15)).map(ticks).unwrap_or_default()
}

fn has_runnable_thread(process: &str) -> bool {
    let threads = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let mut states = threads.filter_map(|thread| Stat::read(&thread.path().join("stat").to_string_lossy()));
    states.any(|stat| matches!(stat.state, b'R' | b'D'))
}

fn ticks(ticks: u64) -> Duration {
    Duration::from_millis(ticks * 1_000 / clock_ticks_per_second().max(1))
}

/// A line of `/proc/…/stat` behind the name, which may hold anything (proc_pid_stat(5)).
struct Stat {
    state: u8,
    /// Numbered from the state, which is 0.
    numbers: Vec<u64>,
}

impl Stat {
    fn of(process: &str) -> Option<Self> {
        Self::read(&format!("/proc/{process}/stat"))
    }

    fn read(path: &str) -> Option<Self> {
        let text = fs::read_to_string(path).ok()?;
        let (_, behind) = text.rsplit_once(") ")?;
        let state = *behind.as_bytes().first()?;
        // Some are negative, none of which is read here.
        let numbers = behind.split_whitespace().map(|word| word.parse().unwrap_or(0)).collect();
        Some(Self { state, numbers })
    }

    fn field(&self, at: usize) -> Option<u64> {
        self.numbers.get(at).copied()
    }

    /// The sum of some fields.
    fn fields(&self, range: std::ops::Range<usize>) -> Option<u64> {
        self.numbers.get(range).map(|numbers| numbers.iter().sum())
    }
}
