//! How fast a grade is, each time beside what it is to be compared with, in one run: `cargo bench -p grader`.
//!
//! Works in a clone of the checkout's last commit. The two sides of a pair take turns, so that a busy machine slows both;
//! quote the ratio of the medians, not the seconds.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const RUNS: usize = 9;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let course = folder.path().join("course");
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the grader lies in the checkout");
    run(Command::new("git").arg("clone").arg("--quiet").arg(checkout).arg(&course));
    run(cargo(&course).args(["fetch", "--quiet", "--locked"]));
    let bench = Bench { course };

    bench.first_report();
    bench.fill_in_solutions();
    bench.two_mistakes();
    bench.nothing_changed();
    bench.one_function_edited();
    bench.endless_loop();
}

struct Bench {
    course: PathBuf,
}

impl Bench {
    /// From a fresh clone, with the crates downloaded, to the first report: 20 s or less on two cores.
    fn first_report(&self) {
        let took = time(|| self.grade());
        let metadata = Command::new("cargo")
            .args(["tree", "--prefix=none", "--edges=normal,build", "--package=launcher", "--package=xtask"])
            .args(self.steps().iter().flat_map(|step| ["--package".to_owned(), step.clone()]))
            .current_dir(&self.course)
            .output()
            .expect("cargo tree");
        let text = String::from_utf8_lossy(&metadata.stdout).replace(" (*)", "");
        let mut crates: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
        crates.sort_unstable();
        crates.dedup();
        let own = crates.iter().filter(|name| name.contains("(/") || name.contains(":\\")).count();
        println!(
            "first report: {:.1} s, {} crates of others, {own} of our own",
            took.as_secs_f64(),
            crates.len() - own
        );
    }

    /// Two mistakes at once, for which the known mistakes are compiled: the first ones of all, and then others.
    fn two_mistakes(&self) {
        let source = self.course.join("exercises/02-gradient/src/lib.rs");
        let text = fs::read_to_string(&source).expect("the student's file");
        let with = |mistakes: [(&str, &str); 2]| {
            let wrong = mistakes.iter().fold(text.clone(), |text, (right, wrong)| {
                assert!(text.contains(right), "the solution of step 2 has changed");
                text.replacen(right, wrong, 1)
            });
            fs::write(&source, wrong).expect("an edit");
            time(|| self.grade()).as_secs_f64()
        };
        self.grade();
        let first = with([("gradient += 2.0 * error", "gradient += error"), ("rise / (2.0 * h)", "rise / h")]);
        let next = with([("gradient += 2.0 * error", "gradient = 2.0 * error"), ("rise / (2.0 * h)", "rise / h")]);
        fs::write(&source, text).expect("the student's file");
        println!("two mistakes at once: {first:.1} s, and other two {next:.1} s");
    }

    /// What a grade that has nothing to do adds to the start of cargo and of the launcher, for all steps.
    fn nothing_changed(&self) {
        self.grade();
        self.pair(
            "nothing changed, beside `xtask --version`",
            || self.grade(),
            || run(cargo(&self.course).args(["xtask", "--version"])),
        );
    }

    /// Within 1.3 times of a plain build of the one crate after the same edit.
    fn one_function_edited(&self) {
        let source = self.course.join("exercises/03-single-weight/src/lib.rs");
        let text = fs::read_to_string(&source).expect("the student's file");
        let edits = std::cell::Cell::new(0);
        let edit = || {
            edits.set(edits.get() + 1);
            let number = edits.get();
            fs::write(&source, format!("{text}\npub fn edit_{number}() -> u32 {{\n    {number}\n}}\n"))
                .expect("an edit");
        };
        let grade = || self.grade();
        let build = || run(cargo(&self.course).args(["build", "--quiet", "--package", "single-weight"]));
        build();
        self.pair_after(edit, "one function edited, beside `cargo build`", grade, build);
        fs::write(&source, text).expect("the student's file");
    }

    /// A loop without end in one step delays the report by its limit and not more.
    fn endless_loop(&self) {
        let source = self.course.join("exercises/03-single-weight/src/lib.rs");
        let text = fs::read_to_string(&source).expect("the student's file");
        let looping = text.replacen("    weight - learning_rate * gradient\n", "    loop {}\n", 1);
        assert_ne!(text, looping, "the solution of step 3 has changed");
        let without = time(|| run(cargo(&self.course).args(["xtask", "grade", "--fresh"])));
        fs::write(&source, looping).expect("an edit");
        let with = time(|| run(cargo(&self.course).args(["xtask", "grade", "--fresh"])));
        fs::write(&source, text).expect("the student's file");
        println!("an endless loop in one step: {:.2} s later", with.as_secs_f64() - without.as_secs_f64());
    }

    fn pair(&self, name: &str, one: impl Fn(), other: impl Fn()) {
        self.pair_after(|| {}, name, one, other);
    }

    fn pair_after(&self, before: impl Fn(), name: &str, one: impl Fn(), other: impl Fn()) {
        let (mut ones, mut others) = (Vec::new(), Vec::new());
        for _ in 0..RUNS {
            before();
            ones.push(time(&one));
            before();
            others.push(time(&other));
        }
        let (one, other) = (median(ones), median(others));
        println!("{name}: {one:.3} s and {other:.3} s, ratio {:.2}", one / other);
    }

    fn grade(&self) {
        run(cargo(&self.course).args(["xtask", "grade"]));
    }

    fn steps(&self) -> Vec<String> {
        let entries = fs::read_dir(self.course.join("solutions")).expect("the solutions");
        let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
        names.filter_map(|name| name.split_once('-').map(|(_, name)| name.to_owned())).collect()
    }

    fn fill_in_solutions(&self) {
        for entry in fs::read_dir(self.course.join("solutions")).expect("the solutions").flatten() {
            let exercise = self.course.join("exercises").join(entry.file_name());
            fs::copy(entry.path().join("src/lib.rs"), exercise.join("src/lib.rs")).expect("a solution");
        }
    }
}

fn cargo(course: &Path) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(course).env_remove("CARGO_TARGET_DIR");
    command
}

/// Runs a command to its end; a grade that finds something to mend ends with 1, which is fine here.
fn run(command: &mut Command) {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().expect("a command that starts");
    assert!(matches!(status.code(), Some(0 | 1)), "{command:?} failed");
}

fn time(work: impl Fn()) -> Duration {
    let began = Instant::now();
    work();
    began.elapsed()
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64()
}
