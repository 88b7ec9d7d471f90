//! A program and all that it has started, ended together: by the grader at a limit, on Ctrl-C or by a newer save, or by the
//! program itself when its grader has gone.

/// Ends all processes of the group that this process leads.
#[cfg(unix)]
pub fn end(leader: u32) {
    use rustix::process::{Pid, Signal, kill_process_group};
    if let Some(group) = i32::try_from(leader).ok().and_then(Pid::from_raw) {
        // A group that has ended already is what is wanted.
        let _ = kill_process_group(group, Signal::KILL);
    }
}

/// Ends this process and all that it has started.
#[cfg(windows)]
pub fn end(leader: u32) {
    use std::process::{Command, Stdio};
    // The system's own tool knows the tree; without unsafe code there is no other way to it.
    let mut taskkill = Command::new("taskkill");
    taskkill.args(["/F", "/T", "/PID", &leader.to_string()]);
    let _ = taskkill.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
}
