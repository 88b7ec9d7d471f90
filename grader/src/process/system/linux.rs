//! Processes on Linux, which says in `/proc` what each has used, and gives lost descendants to a guardian.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

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
    const SELF: &str = "/proc/self/exe";
    if Path::new(SELF).exists() { Ok(Command::new(SELF)) } else { std::env::current_exe().map(Command::new) }
}

/// Ends all descendants of this process, also those that they start meanwhile.
pub fn end_descendants() {
    // One that not even KILL ends waits for a device.
    const PATIENCE: Duration = Duration::from_secs(5);
    let began = Instant::now();
    loop {
        match wait(WaitOptions::NOHANG) {
            Ok(Some(_)) | Err(rustix::io::Errno::INTR) => {}
            Ok(None) if began.elapsed() < PATIENCE => {
                end_all(descendants);
                thread::sleep(Duration::from_millis(1));
            }
            // There are none.
            _ => return,
        }
    }
}

/// Ends all processes that have this in their environment, and with them the group that the program leads.
pub fn end_marked(mark: &str, program: Option<u32>) {
    program.into_iter().for_each(end_group);
    end_all(|| {
        let has_mark = |process: &i32| {
            let environment = fs::read(format!("/proc/{process}/environ")).unwrap_or_default();
            environment.split(|byte| *byte == 0).any(|variable| variable == mark.as_bytes())
        };
        processes().filter(has_mark).collect()
    });
}

/// Whether a process stands still by a signal.
pub fn is_stopped(process: u32) -> bool {
    Stat::of(&process.to_string()).is_some_and(|stat| matches!(stat.state, b'T' | b't'))
}

/// Ends processes that may start others as fast as they are ended: stops them all, and only then ends them.
fn end_all(there_are: impl Fn() -> Vec<i32>) {
    const MOST_ROUNDS: usize = 100;
    let send = |process: i32, signal| {
        if let Some(process) = Pid::from_raw(process) {
            // One that has ended already is what is wanted.
            let _ = kill_process(process, signal);
        }
    };
    let mut stopped = BTreeSet::new();
    for _ in 0..MOST_ROUNDS {
        let new: Vec<i32> = there_are().into_iter().filter(|process| stopped.insert(*process)).collect();
        if new.is_empty() {
            break;
        }
        new.into_iter().for_each(|process| send(process, Signal::STOP));
    }
    stopped.into_iter().for_each(|process| send(process, Signal::KILL));
}

/// The descendants of this process.
fn descendants() -> Vec<i32> {
    let mut children: BTreeMap<i32, Vec<i32>> = BTreeMap::new();
    for process in processes() {
        if let Some(parent) = Stat::of(&process.to_string()).and_then(|stat| i32::try_from(stat.field(1)?).ok()) {
            children.entry(parent).or_default().push(process);
        }
    }
    let mut found = vec![getpid().as_raw_nonzero().get()];
    let mut at = 0;
    while let Some(parent) = found.get(at) {
        found.extend(children.remove(parent).unwrap_or_default());
        at += 1;
    }
    found.split_off(1)
}

/// All processes.
fn processes() -> impl Iterator<Item = i32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// What all descendants of this process have used; nothing if the kernel was not built to tell.
pub fn usage() -> Option<Usage> {
    // More than are measured have met a bound.
    const MOST: usize = 1_000;
    let mut usage = Usage { cpu: cpu_of_ended(), ..Usage::default() };
    let mut open = children_of("self")?;
    while let Some(process) = open.pop()
        && usage.processes < MOST
    {
        let Some(stat) = Stat::of(&process) else { continue };
        usage.processes += 1;
        usage.cpu += stat.ticks(11..15);
        usage.memory += stat.field(21).unwrap_or_default() * page_size() as u64;
        usage.runnable |= has_runnable_thread(&process);
        open.extend(children_of(&process).unwrap_or_default());
    }
    Some(usage)
}

/// What the children that have ended have used.
pub fn cpu_of_ended() -> Duration {
    Stat::of("self").map(|stat| stat.ticks(13..15)).unwrap_or_default()
}

/// The children of a process, which the kernel lists by the thread that has them.
fn children_of(process: &str) -> Option<Vec<String>> {
    let mut children = Vec::new();
    for thread in fs::read_dir(format!("/proc/{process}/task")).ok()?.flatten() {
        match fs::read_to_string(thread.path().join("children")) {
            Ok(list) => children.extend(list.split_whitespace().map(str::to_owned)),
            // A thread that has ended has none.
            Err(_) if !thread.path().exists() => {}
            Err(_) => return None,
        }
    }
    Some(children)
}

fn has_runnable_thread(process: &str) -> bool {
    let threads = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let mut states = threads.filter_map(|thread| Stat::read(&thread.path().join("stat")));
    states.any(|stat| matches!(stat.state, b'R' | b'D'))
}

/// A line of `/proc/…/stat` behind the name, which may hold anything (proc_pid_stat(5)).
struct Stat {
    state: u8,
    /// Numbered from the state, which is 0.
    numbers: Vec<u64>,
}

impl Stat {
    fn of(process: &str) -> Option<Self> {
        Self::read(&Path::new("/proc").join(process).join("stat"))
    }

    fn read(path: &Path) -> Option<Self> {
        let line = fs::read(path).ok()?;
        let text = String::from_utf8_lossy(&line);
        let (_, behind) = text.rsplit_once(") ")?;
        let state = *behind.as_bytes().first()?;
        // Some are negative, none of which is read here.
        let numbers = behind.split_whitespace().map(|word| word.parse().unwrap_or(0)).collect();
        Some(Self { state, numbers })
    }

    fn field(&self, at: usize) -> Option<u64> {
        self.numbers.get(at).copied()
    }

    /// The time that some fields tell together.
    fn ticks(&self, fields: std::ops::Range<usize>) -> Duration {
        let ticks: u64 = self.numbers.get(fields).map_or(0, |numbers| numbers.iter().sum());
        Duration::from_millis(ticks * 1_000 / clock_ticks_per_second().max(1))
    }
}
