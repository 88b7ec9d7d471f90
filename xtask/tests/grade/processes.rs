//! The processes that a grade starts: none is left behind, whichever way the grade ends, and two grades do not disturb each
//! other.

use std::path::Path;

use fs_err as fs;
use testkit::solution::{solved, written};
use testkit::{Course, Run};

use crate::PROGRAM;

#[test]
fn two_grades_at_once_say_the_same() {
    let wrong = written("01-loss", &[("predict", "    sqft_weight * sqft")]);
    let course = PROGRAM
        .course("at-once")
        .with_step("01-solved", "01-loss", &solved("01-loss"))
        .with_step("02-wrong", "01-loss", &wrong);
    let grades: Vec<_> = (0..2).map(|_| course.grade_command(&["--fresh"]).spawn().unwrap()).collect();
    let mut graded = grades.into_iter().map(|grade| Run::from(grade.wait_with_output().unwrap()));
    let (one, other) = (graded.next().unwrap(), graded.next().unwrap());
    assert_eq!((one.code, one.stderr.as_str()), (1, ""));
    assert_eq!(one, other);
    assert_eq!(course.grade(&[]), one);
}

#[test]
fn an_editors_cargo_that_builds_does_not_hold_up_a_grade() {
    let course = PROGRAM.course("editor").with_step("01-loss", "01-loss", &solved("01-loss"));
    // For development.
    let locks =
        [course.path("target/debug"), course.build_folder().join("debug")].map(|folder| locked_by_cargo(&folder));
    assert_eq!(course.grade(&[]).code, 0);
    drop(locks);
}

/// Locks a folder as cargo does while it builds into it.
fn locked_by_cargo(folder: &Path) -> fs::File {
    fs::create_dir_all(folder).unwrap();
    let lock = fs::File::create(folder.join(".cargo-lock")).unwrap();
    lock.file().lock().unwrap();
    lock
}

#[cfg(unix)]
mod unix {
    //! With signals, and processes that are looked up by number.

    use std::process::Child;
    use std::time::{Duration, Instant};

    use rustix::process::{Pid, Signal, kill_process, test_kill_process};
    use testkit::{Session, wait_until};

    use super::*;

    #[test]
    fn a_grade_waits_for_another_build_of_its_own() {
        let course = PROGRAM.course("busy").with_step("01-loss", "01-loss", &solved("01-loss"));
        let lock = locked_by_cargo(&course.path("target/grade"));
        let grade = Session::start(course.grade_command(&[]), 80, 24);
        grade.wait_for("waiting for another cargo to end");
        drop(lock);
        assert_eq!(grade.end().0, 0);
    }

    /// A course whose code notes its process in `pids` and does not end. It computes a little, so that no limit is near.
    fn endless_course(name: &str) -> Course {
        let course = PROGRAM.course(name);
        let body = format!(
            "    {} loop {{ std::thread::sleep(std::time::Duration::from_millis(1)); }}",
            course.note_in("pids", "pid")
        );
        let source = written("01-loss", &[("predict", &body)]);
        course.with_step("01-loss", "01-loss", &source)
    }

    #[test]
    fn ctrl_c_ends_the_grade_and_all_that_it_started() {
        let course = endless_course("interrupted");
        let grade = course.grade_command(&[]).spawn().unwrap();
        wait_until("the cases run", || course.notes("pids").len() == 1);
        let interrupted = Instant::now();
        send(&grade, Signal::INT);
        let graded = Run::from(grade.wait_with_output().unwrap());
        assert!(interrupted.elapsed() < Duration::from_secs(2), "it took {:?}", interrupted.elapsed());
        let message = "error: interrupted; nothing was left running\n";
        assert_eq!((graded.code, graded.stdout.as_str(), graded.stderr.as_str()), (130, "", message));
        assert_eq!(alive(&course.notes("pids")), [""; 0]);
        assert_eq!(run_folders(&course), [""; 0], "nothing is left behind");
    }

    #[test]
    fn ctrl_c_ends_a_build() {
        let course = PROGRAM.course("interrupted-build").with_step("01-loss", "01-loss", &solved("01-loss"));
        // A cargo that starts a compiler without an end.
        course.write_script("cargo.sh", "sleep 600 &\necho $! >> pids\necho $$ >> pids\nwait\n");
        let grade = course.grade_command(&[]).env("CARGO", course.path("cargo.sh")).spawn().unwrap();
        wait_until("the build runs", || course.notes("pids").len() == 2);
        send(&grade, Signal::INT);
        assert_eq!(Run::from(grade.wait_with_output().unwrap()).code, 130);
        wait_until("the build has ended", || alive(&course.notes("pids")).is_empty());
    }

    #[test]
    fn what_a_killed_grader_leaves_running_ends_at_once() {
        let course = PROGRAM.course("killed");
        let note = |pid| course.note_in("pids", pid);
        let sleep =
            "let mut sleep = std::process::Command::new(\"sleep\"); let sleep = sleep.arg(\"600\").spawn().unwrap();";
        let body = format!("    {sleep} {} {} loop {{}}", note("sleep.id()"), note("pid"));
        let source = written("01-loss", &[("predict", &body)]);
        let course = course.with_step("01-loss", "01-loss", &source);
        for signal in [Signal::KILL, Signal::QUIT] {
            let before = course.notes("pids").len();
            let grade = course.grade_command(&[]).spawn().unwrap();
            // A case has two processes.
            wait_until("a case runs", || course.notes("pids").len() >= before + 2);
            send(&grade, signal);
            assert_eq!(grade.wait_with_output().unwrap().status.code(), None);
            let killed = Instant::now();
            wait_until("the cases have ended", || alive(&course.notes("pids")).is_empty());
            // Their last resort comes ten seconds after their start.
            assert!(killed.elapsed() < Duration::from_secs(3), "it took {:?}", killed.elapsed());
        }
    }

    #[test]
    fn what_a_killed_grader_leaves_behind_is_swept_and_what_a_living_one_uses_is_not() {
        let course = endless_course("swept");
        let start = |runs: usize| {
            let before = run_folders(&course);
            let grade = course.grade_command(&[]).spawn().unwrap();
            wait_until("the cases run", || course.notes("pids").len() == runs);
            let mut new = run_folders(&course);
            new.retain(|folder| !before.contains(folder));
            assert!(!new.is_empty(), "a grade has folders of its own");
            (grade, new)
        };
        let (killed, left_behind) = start(1);
        send(&killed, Signal::KILL);
        killed.wait_with_output().unwrap();
        // As of a grader that came no further.
        fs::create_dir(course.path("target/grader/run-begun")).unwrap();
        let left_behind = [left_behind, vec!["run-begun".to_owned()]].concat();
        assert!(left_behind.iter().all(|folder| run_folders(&course).contains(folder)));

        let (living, used) = start(2);
        assert_eq!(run_folders(&course), used);
        let (other, own) = start(3);
        let mut both = [used, own].concat();
        both.sort();
        assert_eq!(run_folders(&course), both);
        for grade in [living, other] {
            send(&grade, Signal::INT);
            assert_eq!(Run::from(grade.wait_with_output().unwrap()).code, 130);
        }
        assert_eq!(run_folders(&course), [""; 0]);
    }

    #[test]
    fn a_process_that_the_code_leaves_running_is_ended() {
        let course = PROGRAM.course("grandchild");
        let body = format!(
            "    let sleep = std::process::Command::new(\"sleep\").arg(\"600\").spawn().unwrap();
    {}
    BASE_PRICE + sqft_weight * sqft",
            course.note_in("pids", "sleep.id()").replace("let pid = std::process::id();", "")
        );
        let course = course.with_step("01-loss", "01-loss", &written("01-loss", &[("predict", &body)]));
        let report = course.grade_as_json(&[]);
        assert_eq!(report["passed"], true, "{report:#}");
        let took = report["steps"][0]["cases"][0]["seconds"].as_f64().unwrap();
        assert!(took < 4.0, "it is not waited for, but was for {took} s");
        assert!(!course.notes("pids").is_empty());
        wait_until("it has ended", || alive(&course.notes("pids")).is_empty());
    }

    /// The folders of runs that are there, by name.
    fn run_folders(course: &Course) -> Vec<String> {
        let entries = fs::read_dir(course.path("target/grader")).into_iter().flatten();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut folders: Vec<String> = names.filter(|name| name.starts_with("run-")).collect();
        folders.sort();
        folders
    }

    fn send(grade: &Child, signal: Signal) {
        kill_process(Pid::from_child(grade), signal).unwrap();
    }

    /// Those of these processes that run; one that has ended and waits to be reaped does not.
    fn alive(pids: &[String]) -> Vec<String> {
        let runs = |pid: &&String| {
            let number = Pid::from_raw(pid.parse().unwrap()).unwrap();
            let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            let ended = stat.rsplit(") ").next().is_some_and(|state| state.starts_with(['Z', 'X']));
            test_kill_process(number).is_ok() && !ended
        };
        pids.iter().filter(runs).cloned().collect()
    }
}
