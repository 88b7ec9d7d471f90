//! Processes on Linux, where `/proc` shows what each of them uses, and a guardian adopts orphaned descendants.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::ops::Range;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{
    DumpableBehavior, Pid, PidfdFlags, Resource, Rlimit, Signal, WaitOptions, getpid, getppid, getrlimit, kill_process,
    pidfd_open, pidfd_send_signal, set_child_subreaper, set_dumpable_behavior, set_parent_process_death_signal,
    setrlimit, wait,
};

use super::Usage;
use crate::mark::Mark;

/// Becomes the parent of orphaned descendants, marks them, and guards this process (a supervisor) against them.
pub(crate) fn stand_firm(mark: Mark) -> io::Result<()> {
    set_child_subreaper(Some(getpid()))?;
    // Where the user has set this limit, which nobody does, there is no mark.
    if getrlimit(Resource::Locks).maximum.is_none() {
        setrlimit(Resource::Locks, Rlimit { current: Some(mark.value()), maximum: Some(mark.value()) })?;
    }
    // Code could stop the supervisor and then end the grader: a stopped supervisor does not see that its leash is
    // gone.
    set_parent_process_death_signal(Some(Signal::CONT))?;
    // Code could write to the grader in its place, through `/proc/…/fd`. (The superuser's code can all the same.)
    Ok(set_dumpable_behavior(DumpableBehavior::NotDumpable)?)
}

/// Continues the parent of this process if code has stopped it. After Ctrl-Z at a terminal, the shell continues it.
pub(crate) fn wake_parent() {
    let Some(parent) = getppid() else { return };
    let Some(stat) = Stat::of(&parent.as_raw_nonzero().to_string()) else { return };
    // Such a shell gives each job a process group.
    let has_job_control = stat.field(TERMINAL) != 0 && stat.field(GROUP) != stat.field(SESSION);
    if !has_job_control && is_stopping(parent, &stat) {
        let _ = kill_process(parent, Signal::CONT);
    }
}

/// Whether a process has been stopped, also where a busy machine has not let all of it stand still yet.
fn is_stopping(process: Pid, stat: &Stat) -> bool {
    const STOP: u64 = 1 << (Signal::STOP.as_raw() - 1);
    let folder = PathBuf::from(format!("/proc/{}", process.as_raw_nonzero()));
    let is_on_its_way = || {
        let status = fs::read_to_string(folder.join("status")).unwrap_or_default();
        let pending = status.lines().find_map(|line| line.strip_prefix("ShdPnd:"));
        pending.is_some_and(|mask| u64::from_str_radix(mask.trim(), 16).is_ok_and(|mask| mask & STOP != 0))
    };
    let has_stopped_thread = || {
        let threads = fs::read_dir(folder.join("task")).into_iter().flatten().flatten();
        threads.filter_map(|thread| Stat::read(&thread.path().join("stat"))).any(|thread| thread.state == b'T')
    };
    stat.state == b'T' || is_on_its_way() || has_stopped_thread()
}

/// This program once more, also where its file has been replaced since it was started.
pub(crate) fn this_program() -> io::Result<Command> {
    file_of_this_program().map(Command::new)
}

/// A file that starts this program, for others, too, as long as this process lives.
pub fn file_of_this_program() -> io::Result<PathBuf> {
    let file = PathBuf::from(format!("/proc/{}/exe", std::process::id()));
    if file.exists() { Ok(file) } else { std::env::current_exe() }
}

/// Ends all descendants of this process, also those that they start meanwhile.
pub(crate) fn end_descendants() {
    // A process that even SIGKILL does not end is waiting for a device.
    const PATIENCE: Duration = Duration::from_secs(5);
    let began = Instant::now();
    let supervisor = getpid().as_raw_nonzero().get();
    let descends = |process: i32, found: &Found| {
        let Some(stat) = Stat::of(&process.to_string()) else { return false };
        stat.lives() && (stat.parent() == supervisor || found.contains_key(&stat.parent()))
    };
    loop {
        match wait(WaitOptions::NOHANG) {
            Ok(Some(_)) | Err(rustix::io::Errno::INTR) => {}
            Ok(None) if began.elapsed() < PATIENCE => {
                end_all(descends);
                thread::sleep(Duration::from_millis(1));
            }
            // There are none.
            _ => return,
        }
    }
}

/// Ends what a supervisor has left that is gone: all processes of its session, and all that have the mark of its run.
pub(crate) fn end_orphans(mark: Mark, supervisor: u32, _program: Option<u32>) {
    let since = Stat::of(&supervisor.to_string()).map_or(0, |supervisor| supervisor.field(STARTED));
    end_all(|process, _| {
        let Some(stat) = Stat::of(&process.to_string()).filter(Stat::lives) else { return false };
        let is_marked = || limit_on_locks(process).is_some_and(|limit| mark.is_on(limit));
        stat.field(SESSION) == u64::from(supervisor) || stat.field(STARTED) >= since && is_marked()
    });
}

/// The limit that holds the mark of a run; nothing where there is none.
fn limit_on_locks(process: i32) -> Option<u64> {
    let limits = fs::read_to_string(format!("/proc/{process}/limits")).ok()?;
    let locks = limits.lines().find_map(|line| line.strip_prefix("Max file locks"))?;
    locks.split_whitespace().nth(1)?.parse().ok()
}

/// Processes by number, each held so that the number cannot become another's unnoticed, where the kernel does that.
type Found = BTreeMap<i32, Option<OwnedFd>>;

/// Ends processes that may start others as fast as they are ended: each is stopped as soon as it is found, and all
/// are ended when none is found any more. Who belongs to them may depend on those that were found.
fn end_all(belongs: impl Fn(i32, &Found) -> bool) {
    const MOST_ROUNDS: usize = 100;
    let mut found = Found::new();
    for _ in 0..MOST_ROUNDS {
        let before = found.len();
        for process in processes() {
            if found.contains_key(&process) {
                continue;
            }
            // Held before it is looked at: what is true of it stays true of what is held.
            let held = Pid::from_raw(process).and_then(|process| pidfd_open(process, PidfdFlags::empty()).ok());
            if belongs(process, &found) {
                send(process, held.as_ref(), Signal::STOP);
                found.insert(process, held);
            }
        }
        if found.len() == before {
            break;
        }
    }
    found.into_iter().for_each(|(process, held)| send(process, held.as_ref(), Signal::KILL));
}

/// Sends a signal to a process. Does nothing if it has already ended.
fn send(process: i32, held: Option<&OwnedFd>, signal: Signal) {
    let _ = match (held, Pid::from_raw(process)) {
        (Some(held), _) => pidfd_send_signal(held, signal),
        (None, Some(process)) => kill_process(process, signal),
        (None, None) => Ok(()),
    };
}

/// Whether a process stands still by a signal.
pub(crate) fn is_stopped(process: u32) -> bool {
    Stat::of(&process.to_string()).is_some_and(|stat| matches!(stat.state, b'T' | b't'))
}

/// All processes.
fn processes() -> impl Iterator<Item = i32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// What all descendants of this process have used; nothing if the kernel was not built to tell. Looks at `most` of
/// them at most: if each keeps starting others, looking at all of them would never end.
pub(crate) fn usage(most: usize) -> Option<Usage> {
    let supervisor = Stat::of("self")?;
    let mut usage = Usage { cpu: supervisor.ticks(ENDED_TIME), ..Usage::default() };
    // The first thread of this process has started the program, and the kernel gives orphans to it. The other threads'
    // files are left alone: the kernel takes a process with many of them apart in several milliseconds.
    let mut open = children_of(&getpid().as_raw_nonzero().to_string(), 1)?;
    while let Some(process) = open.pop()
        && usage.processes <= most
    {
        let Some(stat) = Stat::of(&process) else { continue };
        usage.processes += 1;
        usage.cpu += stat.ticks(OWN_TIME) + stat.ticks(ENDED_TIME);
        usage.memory += stat.field(PAGES) * Units::of_the_kernel().page;
        usage.runnable = usage.runnable || stat.is_runnable() || stat.threads() > 1 && has_runnable_thread(&process);
        open.extend(children_of(&process, stat.threads()).unwrap_or_default());
    }
    usage.runnable = usage.runnable || is_full(&io::stdout());
    Some(usage)
}

/// Whether nothing more fits into a pipe until somebody reads it.
fn is_full(pipe: &impl AsFd) -> bool {
    let mut pipe = [PollFd::new(pipe, PollFlags::OUT)];
    poll(&mut pipe, Some(&Timespec::default())).is_ok_and(|ready| ready == 0)
}

/// What the children that have ended have used.
pub(crate) fn cpu_of_ended() -> Duration {
    Stat::of("self").map(|stat| stat.ticks(ENDED_TIME)).unwrap_or_default()
}

/// The children of a process, which the kernel lists by the thread that has them.
fn children_of(process: &str, threads: u64) -> Option<Vec<String>> {
    let listed = |thread: &Path| {
        let list = fs::read_to_string(thread.join("children"));
        list.map(|list| list.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    };
    let tasks = Path::new("/proc").join(process).join("task");
    if threads == 1 {
        return listed(&tasks.join(process)).ok();
    }
    let mut children = Vec::new();
    for thread in fs::read_dir(tasks).ok()?.flatten() {
        match listed(&thread.path()) {
            Ok(of_thread) => children.extend(of_thread),
            // A thread that has ended has none.
            Err(_) if !thread.path().exists() => {}
            Err(_) => return None,
        }
    }
    Some(children)
}

fn has_runnable_thread(process: &str) -> bool {
    let threads = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    threads.filter_map(|thread| Stat::read(&thread.path().join("stat"))).any(|stat| stat.is_runnable())
}

/// In what the kernel counts.
#[derive(Clone, Copy)]
struct Units {
    /// The bytes of a page of memory.
    page: u64,
    ticks_a_second: u64,
}

impl Units {
    /// Those that the kernel gave this process when it started (getauxval(3)); those of most machines where it does not
    /// show them.
    fn of_the_kernel() -> Self {
        static UNITS: OnceLock<Units> = OnceLock::new();
        *UNITS.get_or_init(|| {
            let vector = fs::read("/proc/self/auxv").unwrap_or_default();
            Self { page: entry(&vector, 6).unwrap_or(4_096), ticks_a_second: entry(&vector, 17).unwrap_or(100) }
        })
    }
}

/// The value of a key in the auxiliary vector: pairs of machine words.
fn entry(vector: &[u8], key: usize) -> Option<u64> {
    let (words, _) = vector.as_chunks::<{ size_of::<usize>() }>();
    let words: Vec<usize> = words.iter().map(|word| usize::from_ne_bytes(*word)).collect();
    words.chunks_exact(2).find(|pair| pair[0] == key).map(|pair| pair[1] as u64)
}

/// Where a line of `/proc/…/stat` says what, numbered from the state, which is 0 (proc_pid_stat(5)).
const PARENT: usize = 1;
const GROUP: usize = 2;
const SESSION: usize = 3;
const TERMINAL: usize = 4;
const OWN_TIME: Range<usize> = 11..13;
const ENDED_TIME: Range<usize> = 13..15;
const THREADS: usize = 17;
const STARTED: usize = 19;
const PAGES: usize = 21;

/// A line of `/proc/…/stat` behind the name, which may hold anything.
struct Stat {
    state: u8,
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
        let numbers = behind.split_whitespace().take(PAGES + 1).map(|word| word.parse().unwrap_or(0)).collect();
        Some(Self { state, numbers })
    }

    fn field(&self, at: usize) -> u64 {
        self.numbers.get(at).copied().unwrap_or_default()
    }

    /// Whether it has ended, although its parent has not been told yet: then it has no children and does not run on.
    fn lives(&self) -> bool {
        !matches!(self.state, b'Z' | b'X')
    }

    fn parent(&self) -> i32 {
        i32::try_from(self.field(PARENT)).unwrap_or_default()
    }

    fn threads(&self) -> u64 {
        self.field(THREADS)
    }

    fn is_runnable(&self) -> bool {
        matches!(self.state, b'R' | b'D')
    }

    /// The time that some fields tell together.
    fn ticks(&self, fields: Range<usize>) -> Duration {
        let ticks: u64 = self.numbers.get(fields).map_or(0, |numbers| numbers.iter().sum());
        Duration::from_millis(ticks * 1_000 / Units::of_the_kernel().ticks_a_second.max(1))
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    #[test]
    fn the_kernel_shows_its_units() {
        let vector = fs::read("/proc/self/auxv").unwrap();
        assert_eq!(entry(&vector, 6), Some(rustix::param::page_size() as u64));
        assert_eq!(entry(&vector, 17), Some(rustix::param::clock_ticks_per_second()));
        assert_eq!(entry(&vector[..7], 6), None);
    }

    #[test]
    fn a_pipe_is_full_until_somebody_reads_it() {
        let (mut reader, mut writer) = io::pipe().unwrap();
        assert!(!is_full(&writer));
        let mut written = 0;
        while !is_full(&writer) {
            written += writer.write(&[0]).unwrap();
        }
        reader.read_exact(&mut vec![0; written]).unwrap();
        assert!(!is_full(&writer));
    }
}
