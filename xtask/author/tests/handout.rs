//! `cargo xtask handout`: what the students' copy of the course has, what it has not, and that a grade works in it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use fs_err as fs;
use testkit::{Program, Run};
use walkdir::WalkDir;

const PROGRAM: Program = testkit::program!("author");

/// The copy of this checkout, what was said when it was made, and its files as they were then.
static COPY: LazyLock<(tempfile::TempDir, Run, BTreeMap<String, String>)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy");
    let run = run(&root(), &["handout", copy.to_str().unwrap()]);
    let files = if copy.is_dir() { files(&copy) } else { BTreeMap::new() };
    (folder, run, files)
});

fn root() -> PathBuf {
    fs::canonicalize(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap()
}

fn copy() -> PathBuf {
    let (folder, run, _) = &*COPY;
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    folder.path().join("copy")
}

fn run(course: &Path, words: &[&str]) -> Run {
    Run::from(command(course, words).output().unwrap())
}

/// A command for a course that is no test's own.
fn command(course: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM.path);
    for variable in ["CARGO_TARGET_DIR", "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "RUST_BACKTRACE"] {
        command.env_remove(variable);
    }
    command.env("CARGO", env!("CARGO")).env("CARGO_NET_OFFLINE", "true").env("CARGO_INCREMENTAL", "0");
    command.env("CARGO_BUILD_BUILD_DIR", Path::new(PROGRAM.folder).join("handout"));
    command.env("TERM", "xterm-256color").env("LC_ALL", "C.UTF-8");
    command.arg("--course").arg(course).args(words).current_dir(course).stdin(Stdio::null());
    command
}

/// The files of a folder as text, by their paths with `/`.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let entries = WalkDir::new(folder).into_iter().filter_entry(|entry| entry.file_name() != "target");
    let files = entries.map(Result::unwrap).filter(|entry| entry.file_type().is_file());
    let text = |path: &Path| String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
    let name = |path: &Path| path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
    files.map(|entry| (name(entry.path()), text(entry.path()))).collect()
}

/// The files of the copy, as they were written.
fn files_of_copy() -> &'static BTreeMap<String, String> {
    copy();
    &COPY.2
}

/// The lines of code of a text: each with single blanks, without comments.
fn code(text: &str) -> Vec<String> {
    let line = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    text.lines().map(line).filter(|line| !line.is_empty() && !line.starts_with("//")).collect()
}

/// What a text gives away: of several lines of code, each two that follow one another; of a single one, that line if
/// it is not trivially short. A new empty list is.
fn secrets(text: &str) -> Vec<String> {
    const SHORT: usize = 20;
    let lines = code(text);
    let parts: Vec<String> = match &lines[..] {
        [line] => vec![line.clone()],
        lines => lines.windows(2).map(|two| two.join(" ")).collect(),
    };
    parts.into_iter().filter(|part| part.len() >= SHORT && !part.ends_with(" = Vec::new();")).collect()
}

/// The parts of a solution that its stub does not have.
fn bodies(solution: &str) -> Vec<String> {
    let mut bodies = Vec::new();
    let mut open: Option<String> = None;
    for line in solution.lines() {
        match line.trim() {
            "// done" => bodies.extend(open.take()),
            mark if mark.starts_with("// todo!(") || mark == "// only in the solution" => open = Some(String::new()),
            _ => open.iter_mut().for_each(|body| *body += &format!("{line}\n")),
        }
    }
    bodies
}

#[derive(serde::Deserialize)]
struct Mistakes {
    mistake: Vec<Mistake>,
}

#[derive(serde::Deserialize)]
struct Mistake {
    with: String,
}

#[test]
fn no_file_of_the_copy_has_a_body_of_a_solution_or_of_a_mistake() {
    let (mut of_bodies, mut of_mistakes, mut public) = (BTreeSet::new(), BTreeSet::new(), String::new());
    for entry in fs::read_dir(root().join("solutions")).unwrap().map(Result::unwrap) {
        let Ok(solution) = fs::read_to_string(entry.path().join("src/lib.rs")) else { continue };
        of_bodies.extend(bodies(&solution).iter().flat_map(|body| secrets(body)));
        let list: Mistakes = toml::from_str(&fs::read_to_string(entry.path().join("mistakes.toml")).unwrap()).unwrap();
        of_mistakes.extend(list.mistake.iter().flat_map(|mistake| secrets(&mistake.with)));
        // What a step gives its students is no secret: the stub, and the calls in its cases.
        let exercise = root().join("exercises").join(entry.file_name());
        public += &code(&fs::read_to_string(exercise.join("snapshots/stub.rs")).unwrap()).join(" ");
        public += &code(&fs::read_to_string(exercise.join("cases.rs")).unwrap()).join(" ");
    }
    // The cases walk on surfaces, which come with their slopes.
    public += &code(&fs::read_to_string(root().join("datasets/src/surfaces.rs")).unwrap()).join(" ");
    assert!(of_bodies.len() > 200 && of_mistakes.len() > 500, "{} {}", of_bodies.len(), of_mistakes.len());
    let hidden: Vec<&String> =
        of_bodies.iter().chain(&of_mistakes).filter(|secret| !public.contains(*secret)).collect();
    let mut found = Vec::new();
    let is_text = |path: &str| [".rs", ".toml", ".md", ".txt", ".yml", ".json"].iter().any(|end| path.ends_with(end));
    for (path, text) in files_of_copy().iter().filter(|(path, _)| is_text(path)) {
        let text = code(text).join(" ");
        found.extend(hidden.iter().filter(|secret| text.contains(**secret)).map(|secret| format!("{path}: {secret}")));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    // Snapshots hold tables and sentences.
    let snapshots = files_of_copy().iter().filter(|(path, _)| path.ends_with(".snap"));
    let of_code = snapshots.filter(|(_, text)| text.lines().any(|line| line.ends_with(';') || line.ends_with('{')));
    assert_eq!(of_code.map(|(path, _)| path).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn the_copy_has_stubs_and_nothing_that_only_instructors_need() {
    let (files, said) = (files_of_copy(), &COPY.1.stdout);
    assert!(said.contains("10 steps in ") && said.contains("without the solutions"), "{said}");
    let is_of_instructors = |path: &&String| {
        let parts =
            ["solutions/", "xtask/author", "testkit", "/tests/", "/benches/", ".ci/", "mistakes.toml", "CONTRIBUTING"];
        parts.iter().any(|part| path.contains(part))
    };
    assert_eq!(files.keys().filter(is_of_instructors).collect::<Vec<_>>(), [""; 0]);
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with("snapshots/stub.rs")) {
        assert_eq!(files[&path.replace("snapshots/stub.rs", "src/lib.rs")], *text, "{path}");
    }
    for name in ["insta", "syn", "boon", "testkit", "fantoccini", "toml_edit"] {
        assert!(!files["Cargo.toml"].contains(&format!("\n{name} = ")), "{name} in Cargo.toml");
    }
    for name in ["solution", "xtask/author", "grader/testkit"] {
        assert!(!files["Cargo.toml"].contains(&format!("{name}\"")), "{name} in Cargo.toml");
    }
    for name in ["insta", "boon", "loss-solution", "testkit", "fantoccini"] {
        assert!(!files["Cargo.lock"].contains(&format!("name = \"{name}\"")), "{name} in Cargo.lock");
    }
    assert!(!files["exercises/README.md"].contains("teach"), "{}", files["exercises/README.md"]);
    for path in [".github/workflows/grade.yml", ".devcontainer/devcontainer.json", "README.md", ".handout"] {
        assert!(files.contains_key(path), "{path}");
    }
    let listed: BTreeSet<&str> = files[".handout"].lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(listed, files.keys().map(String::as_str).filter(|path| *path != ".handout").collect());
}

/// Each module is declared by another one, and each other file beside the sources is named in one.
#[test]
fn each_source_of_the_copy_is_compiled() {
    let files = files_of_copy();
    let sources = |path: &str| ["datasets/", "grader/", "xtask/"].iter().any(|start| path.starts_with(start));
    let all: String = files.iter().filter(|(path, _)| path.ends_with(".rs")).map(|(_, text)| text.as_str()).collect();
    let unused = files.keys().filter(|path| sources(path) && path.contains("/src/")).filter(|path| {
        let name = path.rsplit('/').next().unwrap();
        match name.strip_suffix(".rs") {
            Some("lib" | "main") => false,
            Some(module) => !all.contains(&format!("mod {module};")),
            None => !all.contains(name),
        }
    });
    assert_eq!(unused.collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn each_link_in_the_copy_leads_to_a_file_in_it() {
    let files = files_of_copy();
    let mut broken = Vec::new();
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".md")) {
        let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for target in targets.filter(|target| !target.contains("://")) {
            let file = target.split('#').next().unwrap();
            let folder = Path::new(path).parent().unwrap();
            if !file.is_empty() && !copy().join(folder).join(file).exists() {
                broken.push(format!("{path}: {target}"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_students_page_names_commands_that_there_are_and_the_oldest_rust() {
    let files = files_of_copy();
    let page = &files["README.md"];
    let version = files["Cargo.toml"].lines().find_map(|line| line.strip_prefix("rust-version = \"")).unwrap();
    assert!(page.contains(&format!("{} or newer", version.trim_end_matches('"'))), "{version}");
    let overview = run(&copy(), &[]).stdout;
    let commands: Vec<&str> =
        page.split("cargo xtask ").skip(1).filter_map(|rest| rest.split([' ', '`', '\n']).next()).collect();
    assert!(commands.len() > 8, "{commands:?}");
    for command in commands {
        assert!(overview.contains(&format!("\n  {command} ")), "`{command}` in\n{overview}");
    }
}

#[test]
fn a_grade_of_a_wrong_answer_in_the_copy_names_the_known_mistake() {
    let source = copy().join("exercises/01-loss/src/lib.rs");
    let stub = fs::read_to_string(&source).unwrap();
    let todo = "todo!(\"return the base price plus the weight for every square foot\")";
    fs::write(&source, testkit::changed(&stub, todo, "sqft_weight * sqft")).unwrap();
    let graded = run(&copy(), &["grade", "1"]);
    fs::write(&source, stub).unwrap();
    assert_eq!((graded.code, graded.stderr.as_str()), (1, ""), "{}", graded.stdout);
    let words = graded.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("the base price that each house starts with is missing"), "{}", graded.stdout);
}

#[test]
fn a_folder_that_cannot_take_the_copy_is_refused() {
    let course = PROGRAM.course("handout-refused");
    course.step("handout-refused");
    let beside = tempfile::tempdir().unwrap();
    let refused = |folder: &Path, why: &str| {
        let run = course.xtask(&["handout", folder.to_str().unwrap()]);
        let message = format!("error: {}: {why}\n", folder.display());
        assert_eq!((run.code, run.stdout.as_str(), run.stderr), (2, "", message));
    };
    refused(&course.path("copy"), "this folder is inside of the course; name one beside it");
    refused(course.root(), "this folder is inside of the course; name one beside it");
    fs::write(beside.path().join("notes"), "mine").unwrap();
    refused(beside.path(), "there is something already; name a new folder or an empty one");
    refused(&beside.path().join("notes"), "there is something already; name a new folder or an empty one");
    let left: Vec<_> = fs::read_dir(beside.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["notes"]);
}

#[test]
fn the_commands_that_come_next_can_be_copied_whatever_the_folder_is_called() {
    let course = PROGRAM.course("handout-named");
    course.step("handout-named");
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("for my students");
    let quote = if cfg!(windows) { '"' } else { '\'' };
    let quoted = format!("{quote}{}{quote}", copy.display());
    let made = course.xtask(&["handout", copy.to_str().unwrap()]);
    assert!(made.stdout.contains(&format!("\n  cd {quoted}\n")), "{}{}", made.stdout, made.stderr);
    let again = course.xtask(&["handout", copy.to_str().unwrap()]);
    assert!(again.stderr.contains(&format!("`cargo xtask handout --update {quoted}`")), "{}", again.stderr);
}

/// Of a crate that only a step's tests need, and that no other crate has.
#[test]
fn the_copy_can_be_built_with_all_that_a_step_depends_on() {
    let course = PROGRAM.course("handout-dependencies");
    let step = course.step("handout-dependencies");
    step.append("exercise/Cargo.toml", "\n[dev-dependencies]\nquick-xml.workspace = true\n");
    assert_eq!(course.xtask(&["bless"]).code, 0);
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy");
    let made = course.xtask(&["handout", copy.to_str().unwrap()]);
    assert_eq!((made.code, made.stderr.as_str()), (0, ""));
    let mut cargo = course.command_in(Path::new(env!("CARGO")));
    let built = Run::from(cargo.args(["check", "--tests", "--quiet"]).current_dir(&copy).output().unwrap());
    assert_eq!(built.code, 0, "{}", built.stderr);
}

#[test]
fn a_step_that_needs_a_crate_which_nobody_gets_is_not_handed_out() {
    let course = PROGRAM.course("handout-path");
    let step = course.step("handout-path");
    course.write("tools/helper/Cargo.toml", "[package]\nname = \"helper\"\nversion = \"1.0.0\"\n");
    course.write("tools/helper/src/lib.rs", "");
    step.append("exercise/Cargo.toml", "\n[dev-dependencies]\nhelper = { path = \"../../tools/helper\" }\n");
    let blessed = course.xtask(&["bless", "--yes"]);
    assert_eq!(blessed.code, 0, "{}{}", blessed.stdout, blessed.stderr);
    let folder = tempfile::tempdir().unwrap();
    let refused = course.xtask(&["handout", folder.path().join("copy").to_str().unwrap()]);
    let path = step.within("exercise/Cargo.toml");
    let line = course.read(&path).lines().count();
    let message = format!(
        "error: {path}:{line}: `helper` comes from `../../tools/helper`, which is not handed out, so nobody could build the \
         copy; move that crate into the step's folder or into `datasets/`, or take it out of this manifest\n"
    );
    assert_eq!((refused.code, refused.stdout.as_str(), refused.stderr.replace('\\', "/")), (2, "", message));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn nobody_gets_a_step_that_grades_right_code_as_wrong() {
    let course = PROGRAM.course("handout-stale");
    let step = course.step("handout-stale");
    // Other answers, while the columns and what is given stay.
    step.change("exercise/cases.rs", "predict(weight, sqft)", "predict(weight, 1.0 + sqft)");
    let folder = tempfile::tempdir().unwrap();
    let refused = course.xtask(&["handout", folder.path().join("copy").to_str().unwrap()]);
    let (cases, name) = (step.within("exercise/cases.rs"), "handout-stale");
    let says = format!(
        ".snap: the solution answers otherwise to the present {cases}; undo that change, or record it: `cargo xtask bless \
         {name}`\n"
    );
    assert_eq!((refused.code, refused.stdout.as_str()), (2, ""));
    assert!(refused.stderr.replace('\\', "/").ends_with(&says), "{}", refused.stderr);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn nothing_is_left_of_a_copy_that_cannot_be_made() {
    let course = PROGRAM.course("handout-failed");
    course.step("handout-failed");
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("made/for/it");
    let failed = course.xtask_in(&["handout", copy.to_str().unwrap()], &[("CARGO", "no-such-cargo")]);
    assert_eq!((failed.code, failed.stdout.as_str()), (2, ""));
    assert!(failed.stderr.contains("cargo could not be started"), "{}", failed.stderr);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// Ctrl-C comes while cargo is at work on the copy, and cargo does not notice it.
#[cfg(unix)]
#[test]
fn nothing_is_left_of_a_copy_or_a_new_course_that_is_interrupted() {
    let course = PROGRAM.course("handout-interrupted");
    course.step("handout-interrupted");
    // The solution is built by the real one.
    let real = format!("case \"$1\" in build) exec '{}' \"$@\";; esac\n", env!("CARGO"));
    course.write_script("bin/cargo", &format!("{real}kill -INT $PPID\nexec sleep 60\n"));
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("copy");
    for (course_of, task) in [(course.root(), "handout"), (&root(), "init")] {
        let mut command = command(course_of, &[task, place.to_str().unwrap()]);
        let interrupted = Run::from(command.env("CARGO", course.path("bin/cargo")).output().unwrap());
        assert_eq!((interrupted.code, interrupted.stdout.as_str()), (130, ""), "{task}");
        // A note on the lock file may come before it.
        let last = interrupted.stderr.lines().last();
        assert_eq!(last, Some("error: interrupted; nothing was left running"), "{task}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "{task}");
    }
}

#[test]
fn a_course_that_is_still_to_be_written_is_not_handed_out() {
    let course = PROGRAM.course("handout-unfinished");
    let step = course.step("handout-unfinished");
    step.append("exercise/README.md", "\nTODO: a picture of the valley\n");
    step.append("solution/mistakes.toml", "\n# TODO: what else goes wrong?\n");
    // This nobody gets.
    step.append("solution/tests/by_hand.rs", "\n// TODO: more tests.\n");
    course.write("exercises/further.md", "# Further\n\nTODO: more.\n");
    let folder = tempfile::tempdir().unwrap();
    let refused = course.xtask(&["handout", folder.path().join("copy").to_str().unwrap()]);
    let place = |file: &str| {
        let line = 1 + step.read(file).lines().position(|line| line.contains("TODO")).unwrap();
        format!("{}:{line}", step.within(file))
    };
    let message = format!(
        "error: the course has places that are still to be written; write them (`cargo xtask verify` finds more) and try \
         again:\n  exercises/further.md:3: TODO: more.\n  {}: TODO: a picture of the valley\n  {}: # TODO: what else \
         goes wrong?\n",
        place("exercise/README.md"),
        place("solution/mistakes.toml")
    );
    assert_eq!((refused.code, refused.stderr), (2, message));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_course_with_a_fault_is_not_handed_out() {
    let course = PROGRAM.course("handout-faulty");
    let step = course.step("handout-faulty");
    step.change("solution/src/lib.rs", "How wrong one prediction is", "How wrong a prediction is");
    let folder = tempfile::tempdir().unwrap();
    let run = course.xtask(&["handout", folder.path().join("copy").to_str().unwrap()]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    let place = format!("{}:", step.within("exercise/snapshots/stub.rs"));
    assert!(
        run.stderr.contains("the course has faults that students would meet") && run.stderr.contains(&place),
        "{}",
        run.stderr
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
