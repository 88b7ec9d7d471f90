//! From a save to the new verdict on the screen, beside a plain `cargo build` of the same crate after the same edit:
//! `cargo bench -p tui`. It is to stay within 1.3 times.
//!
//! Works in two clones of the checkout's last commit, so that the watch sees nothing of the other side's edits. The two
//! take turns, so that a busy machine slows both; quote the ratio of the medians, not the seconds.

#[cfg(unix)]
fn main() {
    unix::main();
}

#[cfg(not(unix))]
fn main() {
    println!("needs a terminal of Unix");
}

#[cfg(unix)]
mod unix {
    use std::path::{Path, PathBuf};
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    use fs_err as fs;
    use testkit::Session;

    const RUNS: usize = 15;

    pub fn main() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let [watched, built] = ["watched", "built"].map(|name| clone(&folder.path().join(name)));
        let programs = ["build", "--quiet", "--profile", "grade", "--package", "xtask", "--package", "tui"];
        run(cargo(&watched).args(programs));
        let build = || run(cargo(&built).args(["build", "--quiet", "--package", "single-weight"]));
        build();

        let mut watch = Command::new(watched.join("target/grade/tui"));
        watch.args(["watch", "single-weight"]).env_remove("CARGO_TARGET_DIR");
        let session = Session::start(watch, 80, 24);
        session.wait_for(" graded ");
        let (mut ones, mut others) = (Vec::new(), Vec::new());
        for number in 0..RUNS {
            let verdict = edit(&watched, number);
            let began = Instant::now();
            session.wait_for(verdict);
            ones.push(began.elapsed());

            edit(&built, number);
            let began = Instant::now();
            build();
            others.push(began.elapsed());
        }
        session.keys("q");
        session.end();
        let (one, other) = (median(ones), median(others));
        println!("from save to verdict, beside `cargo build`: {one:.3} s and {other:.3} s, ratio {:.2}", one / other);
    }

    /// Saves the step solved, or going uphill, in turns; says what the screen will have.
    fn edit(course: &Path, number: usize) -> &'static str {
        let solution = fs::read_to_string(course.join("solutions/03-single-weight/src/lib.rs")).expect("the solution");
        let uphill = solution.replacen("weight - learning_rate * gradient\n", "weight + learning_rate * gradient\n", 1);
        assert_ne!(solution, uphill, "the solution of step 3 has changed");
        let (text, verdict) =
            if number.is_multiple_of(2) { (solution, "Step 3 is done") } else { (uphill, " wrong: ") };
        let text = format!("{text}\npub fn edit_{number}() -> usize {{\n    {number}\n}}\n");
        fs::write(course.join("exercises/03-single-weight/src/lib.rs"), text).expect("an edit");
        verdict
    }

    fn clone(course: &Path) -> PathBuf {
        let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        run(Command::new("git").arg("clone").arg("--quiet").arg(checkout).arg(course));
        course.to_owned()
    }

    fn cargo(course: &Path) -> Command {
        let mut command = Command::new("cargo");
        command.current_dir(course).env_remove("CARGO_TARGET_DIR");
        command
    }

    fn run(command: &mut Command) {
        let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().expect("a command that starts");
        assert!(status.success(), "{command:?} failed");
    }

    fn median(mut times: Vec<Duration>) -> f64 {
        times.sort_unstable();
        times[times.len() / 2].as_secs_f64()
    }
}
