//! The processes that a grade starts: none is left behind, whichever way the grade ends, and two grades do not
//! disturb each other.

use fs_err as fs;
use testkit::Run;
use testkit::solution::{solved, written};

use crate::PROGRAM;

#[test]
fn two_grades_at_once_say_the_same() {
    let wrong = written("loss", &[("predict", "    sqft_weight * sqft")]);
    let course =
        PROGRAM.course("at-once").with_step("01-solved", "loss", &solved("loss")).with_step("02-wrong", "loss", &wrong);
    let grades: Vec<_> = (0..2).map(|_| course.grade_command(&["--fresh"]).spawn().unwrap()).collect();
    let mut graded = grades.into_iter().map(|grade| Run::from(grade.wait_with_output().unwrap()));
    let (one, other) = (graded.next().unwrap(), graded.next().unwrap());
    assert_eq!((one.code, one.stderr.as_str()), (1, ""));
    assert_eq!(one, other);
    assert_eq!(course.grade(&[]), one);
}

#[test]
fn an_editors_cargo_that_builds_does_not_hold_up_a_grade() {
    let course = PROGRAM.course("editor").with_step("01-loss", "loss", &solved("loss"));
    // As cargo holds them while it builds for development.
    let locks = [course.path("target/debug"), course.build_folder().join("debug")].map(|folder| {
        fs::create_dir_all(&folder).unwrap();
        let lock = fs::File::create(folder.join(".cargo-lock")).unwrap();
        lock.file().lock().unwrap();
        lock
    });
    assert_eq!(course.grade(&[]).code, 0);
    drop(locks);
}

#[cfg(target_os = "linux")]
mod linux {
    //! With signals, and processes that are looked up.

    use std::io::{BufRead, BufReader, Read};
    use std::process::Child;
    use std::time::{Duration, Instant};

    use rustix::process::{Pid, Signal, kill_process};
    use testkit::{Course, Session, processes_in, wait_until};

    use super::*;

    #[test]
    fn a_grade_waits_for_another_build_of_its_own() {
        let course = PROGRAM.course("busy").with_step("01-loss", "loss", &solved("loss"));
        fs::create_dir_all(course.path("target/grade")).unwrap();
        let lock = fs::File::create(course.path("target/grade/.cargo-lock")).unwrap();
        lock.file().lock().unwrap();
        let grade = Session::start(course.grade_command(&[]), 80, 24);
        grade.wait_for("waiting for another cargo to end");
        drop(lock);
        assert_eq!(grade.end().0, 0);
    }

    #[test]
    fn a_grade_whose_program_is_replaced_meanwhile_goes_on() {
        let course = PROGRAM.course("replaced").with_step("01-loss", "loss", &solved("loss"));
        let program = course.path("program");
        fs::copy(PROGRAM.path, &program).unwrap();
        fs::create_dir_all(course.path("target/grade")).unwrap();
        let lock = fs::File::create(course.path("target/grade/.cargo-lock")).unwrap();
        lock.file().lock().unwrap();
        let grade = Session::start(course.command_of(&program, &["grade"]), 80, 24);
        grade.wait_for("waiting for another cargo to end");
        fs::remove_file(&program).unwrap();
        fs::write(&program, "Half of the next one.").unwrap();
        drop(lock);
        assert_eq!(grade.end().0, 0);
    }

    #[test]
    fn what_cargo_has_built_before_is_graded() {
        let course = PROGRAM.course("built-before").with_step("01-loss", "loss", &solved("loss"));
        let mut cargo = course.command_in(std::path::Path::new(env!("CARGO")));
        assert!(cargo.args(["build", "--quiet", "--profile", "grade", "--bins"]).status().unwrap().success());
        assert_eq!(course.grade(&[]).code, 0);
    }

    /// Sooner than the limit on waiting, 10 s, would end a case.
    const BEFORE_A_LIMIT: Duration = Duration::from_secs(8);

    /// A course whose code notes in `pids` that it runs, sets a process adrift, and does not end.
    fn endless_course(name: &str) -> Course {
        let course = PROGRAM.course(name);
        let adrift = "std::process::Command::new(\"setsid\").args([\"sleep\", \"600\"]).spawn().unwrap();";
        let body = format!("    {adrift} {} loop {{ std::thread::park(); }}", course.note_in("pids", "pid"));
        let source = written("loss", &[("predict", &body)]);
        course.with_step("01-loss", "loss", &source)
    }

    /// Starts a grade and waits until its code runs.
    fn start(course: &Course) -> Child {
        let before = course.notes("pids").len();
        let grade = course.grade_command(&[]).spawn().unwrap();
        wait_until("the cases run", || course.notes("pids").len() > before);
        grade
    }

    #[test]
    fn the_signals_that_ask_for_an_end_end_the_grade_and_all_that_it_started() {
        let course = endless_course("interrupted");
        for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
            let grade = start(&course);
            let interrupted = Instant::now();
            send(&grade, signal);
            let graded = Run::from(grade.wait_with_output().unwrap());
            assert!(interrupted.elapsed() < BEFORE_A_LIMIT, "it took {:?}", interrupted.elapsed());
            let message = "error: interrupted; nothing was left running\n";
            assert_eq!((graded.code, graded.stdout.as_str(), graded.stderr.as_str()), (130, "", message));
            assert_eq!(processes_in(course.root()), [""; 0]);
            assert_eq!(run_folders(&course), [""; 0], "nothing is left behind");
        }
    }

    #[test]
    fn ctrl_c_ends_a_build() {
        let course = PROGRAM.course("interrupted-build").with_step("01-loss", "loss", &solved("loss"));
        // A cargo that starts a compiler without an end.
        course.write_script("cargo.sh", "echo $$ >> pids\nsetsid sleep 600 &\nsleep 600\n");
        let grade = course.grade_command(&[]).env("CARGO", course.path("cargo.sh")).spawn().unwrap();
        wait_until("the build runs", || course.notes("pids").len() == 1);
        send(&grade, Signal::INT);
        assert_eq!(Run::from(grade.wait_with_output().unwrap()).code, 130);
        assert_eq!(processes_in(course.root()), [""; 0]);
    }

    #[test]
    fn a_second_ctrl_c_ends_a_command_that_does_not_listen() {
        // Its report is more than a pipe holds, and nobody reads it.
        let trouble = "    println!(\"{}\", \"word \".repeat(10_000)); 0.0 * sqft_weight * sqft";
        let source = written("loss", &[("predict", trouble)]);
        let steps = ["01-one", "02-two", "03-three"];
        let course =
            steps.iter().fold(PROGRAM.course("unread"), |course, step| course.with_step(step, "loss", &source));
        let mut grade = course.grade_command(&["--format", "json"]).spawn().unwrap();
        let mut begun = [0];
        grade.stdout.as_mut().unwrap().read_exact(&mut begun).unwrap();
        send(&grade, Signal::INT);
        wait_until("the second one ends it", || {
            send(&grade, Signal::INT);
            grade.try_wait().unwrap().is_some()
        });
        assert_eq!(grade.wait().unwrap().code(), Some(130));
    }

    #[test]
    fn what_a_killed_grader_leaves_running_ends_at_once() {
        let course = endless_course("killed");
        let signals = [Signal::KILL, Signal::QUIT].into_iter().filter(|signal| !is_ignored(*signal));
        for signal in signals {
            let grade = start(&course);
            send(&grade, signal);
            assert!(grade.wait_with_output().unwrap().status.code().is_none(), "a grade that {signal:?} ends");
            let killed = Instant::now();
            wait_until("the cases have ended", || processes_in(course.root()).is_empty());
            assert!(killed.elapsed() < BEFORE_A_LIMIT, "it took {:?}", killed.elapsed());
        }
    }

    /// Whether this process, and each that it starts, ignores a signal: a shell that runs tests in the background makes
    /// them ignore those of the keyboard.
    fn is_ignored(signal: Signal) -> bool {
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap().trim();
        u64::from_str_radix(mask, 16).unwrap() & (1 << (signal.as_raw() - 1)) != 0
    }

    #[test]
    fn what_runs_in_a_terminal_ends_when_that_is_closed() {
        let course = endless_course("closed");
        let grade = Session::start(course.grade_command(&[]), 80, 24);
        wait_until("the cases run", || !course.notes("pids").is_empty());
        grade.close();
        wait_until("the cases have ended", || processes_in(course.root()).is_empty());
    }

    #[test]
    fn a_grader_that_stands_still_goes_on_where_it_was() {
        let course = PROGRAM.course("stopped");
        let note = course.note_in("pids", "pid");
        let wait = format!(
            "    {note} while !std::path::Path::new({:?}).exists() {{ std::thread::park_timeout(std::time::Duration::from_millis(5)); }}\n    \
             BASE_PRICE + sqft_weight * sqft",
            course.path("go-on")
        );
        let course = course.with_step("01-loss", "loss", &written("loss", &[("predict", &wait)]));
        let grade = start(&course);
        send(&grade, Signal::STOP);
        course.write("go-on", "");
        let program: i32 = course.notes("pids")[0].parse().unwrap();
        wait_until("the program has ended", || !std::path::Path::new(&format!("/proc/{program}")).exists());
        send(&grade, Signal::CONT);
        assert_eq!(Run::from(grade.wait_with_output().unwrap()).code, 0);
    }

    #[test]
    fn code_cannot_write_to_the_terminal() {
        let body = "    use std::io::Write;
    if let Ok(mut terminal) = std::fs::File::options().write(true).open(\"/dev/tty\") {
        let _ = writeln!(terminal, \"straight from the code\");
    }
    BASE_PRICE + sqft_weight * sqft";
        let source = written("loss", &[("predict", body)]);
        let course = PROGRAM.course("terminal").with_step("01-loss", "loss", &source);
        let grade = Session::start(course.grade_command(&[]), 80, 24);
        let (code, screen) = grade.end();
        assert_eq!(code, 0);
        assert!(!screen.contains("straight from the code"), "{screen}");
    }

    #[test]
    fn a_reader_that_has_seen_enough_is_no_fault() {
        let course = PROGRAM.course("closed-pipe").with_step("01-loss", "loss", &solved("loss"));
        let mut grade = course.grade_command(&["--format", "json"]).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(grade.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let graded = Run::from(grade.wait_with_output().unwrap());
        assert_eq!((graded.code, graded.stderr.as_str()), (0, ""));
    }

    #[test]
    fn what_a_killed_grader_leaves_behind_is_swept_and_what_a_living_one_uses_is_not() {
        let course = endless_course("swept");
        let start = || {
            let before = run_folders(&course);
            let grade = course.grade_command(&[]).spawn().unwrap();
            let mut new = Vec::new();
            // Its own, in which a program runs.
            wait_until("the cases run", || {
                new = run_folders(&course);
                new.retain(|folder| !before.contains(folder));
                let runs = |folder: &String| processes_in(course.root()).iter().any(|process| process.contains(folder));
                new.iter().any(runs)
            });
            assert_eq!(new.len(), 1, "a grade has one folder");
            (grade, new.remove(0))
        };
        let (killed, left_behind) = start();
        send(&killed, Signal::KILL);
        killed.wait_with_output().unwrap();
        // As of a grader that came no further.
        fs::create_dir(course.path("target/grader/run-begun")).unwrap();
        assert!(run_folders(&course).contains(&left_behind));

        let (living, used) = start();
        assert_eq!(run_folders(&course), [used.as_str()]);
        let (other, own) = start();
        let mut both = [used, own];
        both.sort();
        assert_eq!(run_folders(&course), both);
        for grade in [living, other] {
            send(&grade, Signal::INT);
            assert_eq!(Run::from(grade.wait_with_output().unwrap()).code, 130);
        }
        assert_eq!(run_folders(&course), [""; 0]);
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
}
