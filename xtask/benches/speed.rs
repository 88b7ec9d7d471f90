//! How long students and instructors wait, each time beside something to compare it with: `cargo bench -p xtask --bench
//! speed`.
//!
//! Everything is measured in copies of the course in a temporary folder, with the solutions in the place of the
//! students' files. The two sides of a row take turns, so that a busy machine slows both; quote the ratio of the
//! medians, not the seconds.

#[path = "speed/saves.rs"]
mod saves;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fmt, io};

use fs_err as fs;
use tempfile::TempDir;
use testkit::solution::{solved, stub};
use walkdir::WalkDir;

const HELP: &str = "\
cargo bench -p xtask --bench speed -- [ROW…] [--all] [--runs N]

  ROW       first, one, every, rustlings, watch, lab, nothing, pairs, verify
            `first` compiles everything in each run, and `lab` and `verify` take minutes: they run only where they are
            named
  --all     all rows
  --runs N  how often each side of a row runs: 9 times if not said, `first` 3 times; fewer for a quick look
";

fn main() {
    let arguments: Vec<String> = env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let Some(wish) = Wish::of(&arguments) else {
        print!("{HELP}");
        return;
    };
    let bench = Bench::new(wish.runs);
    println!("{:<46}{:>20}  {:<24} {:>20}{:>16}  aim", "work", "ours", "beside", "", "ratio");
    ROWS.iter().filter(|(name, _)| wish.has(name)).for_each(|(_, measure)| measure(&bench));
    println!("\nMedians, in seconds by the clock / of processor time; an aim is for the time by the clock.");
    match wish.runs {
        Some(runs) if runs < 9 => println!("{runs} runs of each side are a quick look, and no verdict."),
        _ => println!("Quote the ratios and not the seconds: other programs share the machine."),
    }
}

type Measure = fn(&Bench);

/// All rows, by their names.
const ROWS: [(&str, Measure); 9] = [
    ("first", Bench::first),
    ("one", Bench::one),
    ("every", Bench::every),
    ("rustlings", Bench::rustlings),
    ("watch", Bench::watch),
    ("lab", Bench::lab),
    ("nothing", Bench::nothing),
    ("pairs", Bench::pairs),
    ("verify", Bench::verify),
];

/// What to measure, and how often.
struct Wish {
    rows: Vec<String>,
    all: bool,
    runs: Option<usize>,
}

impl Wish {
    fn of(arguments: &[String]) -> Option<Self> {
        let mut wish = Self { rows: Vec::new(), all: false, runs: None };
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--all" => wish.all = true,
                "--runs" => wish.runs = Some(words.next()?.parse().ok().filter(|runs| *runs > 0)?),
                row if ROWS.iter().any(|(name, _)| *name == row) => wish.rows.push(row.to_owned()),
                _ => return None,
            }
        }
        Some(wish)
    }

    fn has(&self, row: &str) -> bool {
        let is_long = ["first", "lab", "verify"].contains(&row);
        self.all || self.rows.iter().any(|wanted| wanted == row) || self.rows.is_empty() && !is_long
    }
}

/// A temporary folder with copies of the course.
struct Bench {
    folder: TempDir,
    runs: Option<usize>,
}

impl Bench {
    fn new(runs: Option<usize>) -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder"), runs }
    }

    fn runs(&self) -> usize {
        self.runs.unwrap_or(9)
    }

    /// From a fresh clone, with the crates downloaded, to the first report.
    fn first(&self) {
        let course = CourseCopy::new(&self.folder.path().join("first"));
        course.run(course.cargo(["fetch", "--quiet", "--locked"]));
        let rustlings = Rustlings::installed();
        let runs = self.runs.unwrap_or(3);
        let ours = || {
            course.forget("target");
            measured(|| course.grade(&[]))
        };
        let work = "a fresh clone to the first report";
        match rustlings {
            Some(rustlings) => {
                let (ours, beside) = in_turn(runs, ours, || measured(|| rustlings.build(self.folder.path())));
                Row { work, ours, beside: "rustlings, release build", than: beside, aim: Aim::Ratio(0.6) }.print();
            }
            None => {
                let ours: Vec<Took> = (0..runs).map(|_| ours()).collect();
                println!("{work:<46}{:>20}  {}", Took::median(ours).to_string(), Rustlings::LEFT_OUT);
            }
        }
    }

    /// One function edited: the grade of its step.
    fn one(&self) {
        self.edited("one function edited: grade of its step", &["1"], 1.0);
    }

    /// The same, but all steps are asked for.
    fn every(&self) {
        self.edited("one function edited: grade of all steps", &[], 1.1);
    }

    /// Beside what a student would type, and beside the same with the grader's profile, which writes no debug
    /// information.
    fn edited(&self, work: &'static str, steps: &[&str], aim: f64) {
        let course = self.warm();
        for (beside, profile) in [("cargo build of the crate", "dev"), ("the same, profile grade", "grade")] {
            let build = || course.run(course.cargo(["build", "--quiet", "--profile", profile, "--package", "loss"]));
            build();
            let grade = || {
                course.edit("loss");
                measured(|| course.grade(steps))
            };
            let (ours, than) = in_turn(self.runs(), grade, || {
                course.edit("loss");
                measured(build)
            });
            Row { work, ours, beside, than, aim: Aim::Ratio(aim) }.print();
        }
    }

    /// The grade of one step beside another course's run of one exercise: one whose function is tested, as those of a
    /// step are, and one that only prints.
    fn rustlings(&self) {
        const PRICE: &str = "fn calculate_price_of_apples(n: u64) -> u64 { if n > 40 { n } else { 2 * n } }\n";
        let Some(rustlings) = Rustlings::installed() else {
            println!("{:<46}{}", "one function edited: grade of its step", Rustlings::LEFT_OUT);
            return;
        };
        let course = self.warm();
        let folder = rustlings.course(self.folder.path());
        let [tested, printing] =
            ["quizzes/quiz1.rs", "00_intro/intro1.rs"].map(|file| folder.join("exercises").join(file));
        append(&tested, PRICE);
        let grade = || {
            course.edit("loss");
            measured(|| course.grade(&["loss"]))
        };
        for (beside, name, file) in
            [("rustlings run, tests", "quiz1", tested), ("rustlings run, no tests", "intro1", printing)]
        {
            let (ours, than) = in_turn(self.runs(), grade, || {
                append(&file, "// edited\n");
                measured(|| rustlings.run(&folder, name))
            });
            let work = "one function edited: grade of its step";
            Row { work, ours, beside, than, aim: Aim::Ratio(0.5) }.print();
        }
    }

    /// What a grade with nothing to do adds to the start of cargo and of the launcher.
    fn nothing(&self) {
        let course = self.warm();
        let version = || measured(|| course.run(course.cargo(["xtask", "--version"])));
        let (ours, than) = in_turn(self.runs(), || measured(|| course.grade(&[])), version);
        let row = Row {
            work: "nothing changed: grade of all steps",
            ours,
            beside: "cargo xtask --version",
            than,
            aim: Aim::Ratio(1.25),
        };
        row.print();
    }

    /// A second wrong function, so that pairs of known mistakes are tried: nothing of an earlier trial is left.
    fn pairs(&self) {
        type Change = (&'static str, &'static str);
        const STEPS: [(&str, &str, Change, Change); 3] = [
            (
                "closed-form",
                "two wrong functions in closed-form",
                ("c = reflect(&direction, &c);", ""),
                ("direction / size\n", "direction / size * size\n"),
            ),
            (
                "mini-batch",
                "two wrong functions in mini-batch",
                ("weights = weights - learning_rate * gradient;", "weights = weights + learning_rate * gradient;"),
                ("gradient * (2.0 / batch.len() as f64)", "gradient * (1.0 / batch.len() as f64)"),
            ),
            (
                "optimizers",
                "two wrong functions in optimizers",
                ("*weights *= 1.0 - self.learning_rate", "*weights *= 1.0 + self.learning_rate"),
                ("let mean = &self.mean / (1.0 - self.beta1.powi(self.steps));", "let mean = &self.mean;"),
            ),
        ];
        let course = self.warm();
        for (step, work, first, second) in STEPS {
            let file = course.source(step);
            let one = testkit::changed(&solved(step), first.0, first.1);
            let two = testkit::changed(&one, second.0, second.1);
            let grade = |text: &str| {
                course.forget("target/grader/stages");
                course.write(&file, text);
                course.edit(step);
                measured(|| course.grade(&[step]))
            };
            let (ours, than) = in_turn(self.runs(), || grade(&two), || grade(&one));
            Row { work, ours, beside: "with one of them", than, aim: Aim::Longer(Duration::from_secs(2)) }.print();
            course.write(&file, &solved(step));
        }
    }

    /// One word of one step's solution changed: all steps are verified, or that step alone.
    fn verify(&self) {
        let course = CourseCopy::new(&self.folder.path().join("verified"));
        let verify = |steps: &[&str]| course.run(course.cargo([&["xtask", "verify"], steps].concat()));
        verify(&[]);
        let mut number = 0;
        let mut change = || {
            number += 1;
            let solution = course.source("loss").replace("exercises/", "solutions/");
            let text = course.read(&solution);
            let text: String =
                text.lines().filter(|line| !line.contains("// word")).map(|line| format!("{line}\n")).collect();
            let text = text.replacen("    // done\n", &format!("    // word {number}\n    // done\n"), 1);
            course.write(&solution, &text);
        };
        let runs = self.runs();
        let (mut ours, mut than) = (Vec::new(), Vec::new());
        for _ in 0..runs {
            change();
            ours.push(measured(|| verify(&[])));
            change();
            than.push(measured(|| verify(&["loss"])));
        }
        let (ours, than) = (Took::median(ours), Took::median(than));
        Row {
            work: "verify, one word of a step changed",
            ours,
            beside: "verify of that step",
            than,
            aim: Aim::Ratio(1.5),
        }
        .print();
    }

    /// A course that is solved, built and graded.
    fn warm(&self) -> CourseCopy {
        let folder = self.folder.path().join("warm");
        let course = if folder.exists() {
            CourseCopy(folder)
        } else {
            eprintln!("Preparing a copy of the course, which takes a minute or two");
            CourseCopy::new(&folder)
        };
        course.solve();
        course.grade(&[]);
        course
    }
}

/// A copy of the course.
struct CourseCopy(PathBuf);

impl CourseCopy {
    /// Copies the checkout that this bench is part of, but for what was built and for the students' work.
    fn new(to: &Path) -> Self {
        let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a checkout around this package");
        let left_out = [OsStr::new("target"), OsStr::new(".git")];
        let files = WalkDir::new(checkout).into_iter().filter_entry(|entry| !left_out.contains(&entry.file_name()));
        for file in files {
            let file = file.expect("the checkout can be read");
            let place = to.join(file.path().strip_prefix(checkout).expect("a path in the checkout"));
            if file.file_type().is_dir() {
                fs::create_dir_all(place).expect("a folder");
            } else {
                fs::copy(file.path(), place).expect("a copy");
            }
        }
        let course = Self(to.to_owned());
        course.steps().iter().for_each(|step| course.write(&course.source(step), &stub(step)));
        course
    }

    fn solve(&self) {
        self.steps().iter().for_each(|step| self.write(&self.source(step), &solved(step)));
    }

    /// The names of all steps.
    fn steps(&self) -> Vec<String> {
        self.folders().into_iter().map(|(_, name)| name).collect()
    }

    /// The folders of all steps, each with its name.
    fn folders(&self) -> Vec<(String, String)> {
        let entries = fs::read_dir(self.0.join("solutions")).expect("the solutions").flatten();
        let folders = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let named = |folder: String| folder.split_once('-').map(|(_, name)| (folder.clone(), name.to_owned()));
        folders.filter(|name| name.starts_with(|first: char| first.is_ascii_digit())).filter_map(named).collect()
    }

    /// The file that a student edits in the step of this name.
    fn source(&self, step: &str) -> String {
        let folder = self.folders().into_iter().find(|(_, name)| name == step);
        format!("exercises/{}/src/lib.rs", folder.expect("a step of the course").0)
    }

    /// Edits the body of a function as no edit has before.
    fn edit(&self, step: &str) {
        const EDIT: &str = "    let _edit: u128 = ";
        let now = std::time::SystemTime::UNIX_EPOCH.elapsed().expect("a time after 1970").as_nanos();
        let text = self.read(&self.source(step));
        let text: String =
            text.lines().filter(|line| !line.starts_with(EDIT)).map(|line| format!("{line}\n")).collect();
        let function = text.find("\npub fn ").expect("a function");
        let body = function + text[function..].find("{\n").expect("its body") + "{\n".len();
        self.write(&self.source(step), &format!("{}{EDIT}{now};\n{}", &text[..body], &text[body..]));
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.0.join(file)).expect("a file of the course")
    }

    fn write(&self, file: &str, text: &str) {
        fs::write(self.0.join(file), text).expect("a file of the course");
    }

    fn forget(&self, folder: &str) {
        match fs::remove_dir_all(self.0.join(folder)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => panic!("{error}"),
            _ => {}
        }
    }

    fn grade(&self, steps: &[&str]) {
        self.run(self.cargo([&["xtask", "grade"], steps].concat()));
    }

    fn cargo<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = Command::new("cargo");
        command.args(arguments).current_dir(&self.0);
        // Of the cargo that runs this bench.
        for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CARGO")) {
            if name != "CARGO_HOME" {
                command.env_remove(name);
            }
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Runs a command to its end. A grade that finds something to mend ends with 1.
    fn run(&self, mut command: Command) {
        let status = command.status().expect("a program that starts");
        assert!(matches!(status.code(), Some(0 | 1)), "{command:?} failed: {status}");
    }
}

fn append(file: &Path, text: &str) {
    let before = fs::read_to_string(file).expect("a file of code");
    fs::write(file, before + text).expect("a file of code");
}

/// Another course with a grader, where it is installed.
struct Rustlings {
    version: String,
}

impl Rustlings {
    const LEFT_OUT: &str = "left out: `rustlings` is not installed";

    fn installed() -> Option<Self> {
        let output =
            Command::new("rustlings").arg("--version").output().ok().filter(|output| output.status.success())?;
        let words = String::from_utf8_lossy(&output.stdout);
        Some(Self { version: words.split_whitespace().last()?.to_owned() })
    }

    /// Compiles it as a student who installs it does; its crates are downloaded.
    fn build(&self, folder: &Path) {
        let mut cargo = Command::new("cargo");
        cargo.args(["install", "rustlings", "--locked", "--force", "--quiet", "--version", &self.version, "--root"]);
        cargo.arg(folder.join("installed")).env_remove("CARGO_TARGET_DIR");
        assert!(cargo.stdout(Stdio::null()).status().expect("cargo starts").success(), "rustlings could not be built");
    }

    /// Its course in a folder of its own.
    fn course(&self, folder: &Path) -> PathBuf {
        use std::io::Write;
        let course = folder.join("rustlings");
        if !course.exists() {
            let mut init = Command::new("rustlings");
            init.arg("init").current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
            let mut child = init.spawn().expect("rustlings starts");
            // It asks whether to begin.
            child.stdin.take().expect("a pipe").write_all(b"\n").expect("an answer");
            assert!(child.wait().expect("an end").success(), "rustlings has no course");
        }
        course
    }

    fn run(&self, course: &Path, exercise: &str) {
        let mut run = Command::new("rustlings");
        run.args(["run", exercise]).current_dir(course);
        run.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let status = run.status().expect("rustlings starts");
        assert!(status.success(), "{exercise} does not pass");
    }
}

/// What some work took.
#[derive(Debug, Clone, Copy)]
struct Took {
    wall: Duration,
    /// Processor time, where it is known.
    cpu: Option<Duration>,
}

impl Took {
    /// Where the work is that of a program which goes on, its processor time is not known.
    #[cfg(unix)]
    fn by_the_clock(self) -> Self {
        Self { cpu: None, ..self }
    }

    fn median(all: Vec<Self>) -> Self {
        let median = |mut times: Vec<Duration>| {
            times.sort_unstable();
            times.get(times.len() / 2).copied()
        };
        let wall = median(all.iter().map(|took| took.wall).collect()).unwrap_or_default();
        Self { wall, cpu: median(all.iter().filter_map(|took| took.cpu).collect()) }
    }
}

impl fmt::Display for Took {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3} s", self.wall.as_secs_f64())?;
        self.cpu.map_or(Ok(()), |cpu| write!(f, " / {:.3} s", cpu.as_secs_f64()))
    }
}

/// Two sides of a comparison.
struct Row {
    work: &'static str,
    ours: Took,
    beside: &'static str,
    than: Took,
    aim: Aim,
}

/// What is aimed at, by the clock.
#[derive(Debug, Clone, Copy)]
enum Aim {
    /// At most so many times as long.
    Ratio(f64),
    /// At most so much longer.
    Longer(Duration),
}

impl fmt::Display for Aim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ratio(most) => write!(f, "{most}"),
            Self::Longer(most) => write!(f, "+{} s", most.as_secs_f64()),
        }
    }
}

impl Row {
    fn print(&self) {
        let Self { work, ours, beside, than, aim } = self;
        let ratio = |ours: Duration, than: Duration| ours.as_secs_f64() / than.as_secs_f64();
        let (reached, compared) = match aim {
            Aim::Ratio(most) => {
                let by_the_clock = ratio(ours.wall, than.wall);
                let of_processor = ours.cpu.zip(than.cpu).map(|(ours, than)| format!(" / {:.2}", ratio(ours, than)));
                (by_the_clock <= *most, format!("{by_the_clock:.2}{}", of_processor.unwrap_or_default()))
            }
            Aim::Longer(most) => {
                let longer = ours.wall.as_secs_f64() - than.wall.as_secs_f64();
                (longer <= most.as_secs_f64(), format!("{longer:+.2} s"))
            }
        };
        let (ours, than) = (ours.to_string(), than.to_string());
        let missed = if reached { "" } else { ", missed" };
        println!("{work:<46}{ours:>20}  {beside:<24} {than:>20}{compared:>16}  {aim}{missed}");
    }
}

/// Measures both sides so many times, in turn.
fn in_turn(runs: usize, mut one: impl FnMut() -> Took, mut other: impl FnMut() -> Took) -> (Took, Took) {
    let (ones, others) = (0..runs).map(|_| (one(), other())).unzip();
    (Took::median(ones), Took::median(others))
}

fn measured(work: impl FnOnce()) -> Took {
    let (before, began) = (cpu_of_children(), Instant::now());
    work();
    let wall = began.elapsed();
    let cpu = cpu_of_children().zip(before).map(|(after, before)| after.saturating_sub(before));
    Took { wall, cpu }
}

/// The processor time of all children that have ended, and of theirs.
#[cfg(unix)]
fn cpu_of_children() -> Option<Duration> {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeValLike;
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).ok()?;
    let micros = [usage.user_time(), usage.system_time()].map(|time| time.num_microseconds());
    u64::try_from(micros.iter().sum::<i64>()).ok().map(Duration::from_micros)
}

#[cfg(not(unix))]
fn cpu_of_children() -> Option<Duration> {
    None
}
