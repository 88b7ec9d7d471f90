//! A course of one's own: made without steps, and filled as the guide says, without touching a file of the grader.

use std::path::{Path, PathBuf};
use std::process::Command;

use fs_err as fs;
use tempfile::TempDir;
use testkit::{Program, Run};
use walkdir::WalkDir;

const PROGRAM: Program = testkit::program!("author");

/// A new course in a folder of its own, with all that is built for it.
struct NewCourse {
    root: PathBuf,
    _folder: TempDir,
}

impl NewCourse {
    fn init() -> Self {
        let folder = TempDir::new().unwrap();
        let root = folder.path().canonicalize().unwrap().join("baskets");
        let original = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let course = Self { root, _folder: folder };
        let folder = course.root.to_str().unwrap();
        let made = course.run_for(&original, &["init", folder, "--title", "The \"baskets\""]);
        assert_eq!((made.code, made.stderr.as_str()), (0, ""));
        course
    }

    fn xtask(&self, arguments: &[&str]) -> Run {
        self.run_for(&self.root, arguments)
    }

    /// Runs a command for a course, in an environment that no setting of whoever tests decides.
    fn run_for(&self, course: &Path, arguments: &[&str]) -> Run {
        let mut command = Command::new(PROGRAM.path);
        for variable in ["CARGO_TARGET_DIR", "CARGO_MANIFEST_DIR", "INSTA_UPDATE", "NO_COLOR", "RUST_BACKTRACE"] {
            command.env_remove(variable);
        }
        command.env("CARGO", env!("CARGO")).env("CARGO_NET_OFFLINE", "true").env("CARGO_INCREMENTAL", "0");
        command.env("CARGO_BUILD_TARGET_DIR", self.root.join("target"));
        command.env("XTASK_COURSE", course).env("TERM", "xterm-256color").env("LC_ALL", "C.UTF-8");
        command.current_dir(course).arg("--course").arg(course).args(arguments);
        Run::from(command.output().unwrap())
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap()
    }

    /// The texts of the grader and of the commands.
    fn grader(&self) -> Vec<(PathBuf, String)> {
        let entries =
            ["grader", "xtask"].into_iter().flat_map(|folder| WalkDir::new(self.root.join(folder)).sort_by_file_name());
        let files = entries.flatten().filter(|entry| entry.file_type().is_file());
        files.filter_map(|file| Some((file.path().to_owned(), fs::read_to_string(file.path()).ok()?))).collect()
    }

    /// Does what the guide says under "Data of your own", word for word.
    fn follow_the_guide(&self) {
        let guide = self.read("exercises/CONTRIBUTING.md");
        let mut files = 0;
        for block in guide.split("\n```").filter(|block| block.contains(" file=")) {
            let (head, text) = block.split_once('\n').unwrap();
            let path = head.split_once(" file=").unwrap().1;
            let before = fs::read_to_string(self.root.join(path)).map(|text| format!("{text}\n")).unwrap_or_default();
            self.write(path, &format!("{before}{text}\n"));
            files += 1;
        }
        assert_eq!(files, 3, "the guide shows three files");
    }
}

/// The lesson of the step, where the template's words are to be replaced.
const LESSON: &str = "\
# Step 1: What does a basket cost?

## The idea

Multiply each price by its count, and add up.

```text case=bill
```

![The bill rises with each thing in the basket.](pictures/bill.svg)

## What to implement

- `bill(items)`: what all of them cost.

## Try it

    cargo xtask grade dot-product

## Think about it

What does an empty basket cost?
";

const EXERCISE: &str = r#"title = "What does a basket cost?"

[[function]]
name = "bill"
hints = ["What would you do at the till?", "A price times a count, for each thing.", "Add these products up."]

[[case]]
name = "bill"
title = "the bill of the first things in the basket"
function = "bill"
[case.plot]
x = { column = "items" }
y = { column = "bill", unit = "$" }
"#;

const CASES: &str = r#"//! Calls the student's functions and records their answers.

use std::process::ExitCode;

use datasets::Item;
use dot_product::bill;
use harness::{Table, Trial, answer, case, given};

fn main() -> ExitCode {
    harness::main(&[case("bill", bill_of_some)])
}

fn bill_of_some(trial: &Trial, table: &mut Table) {
    let items = trial.records::<Item>();
    for count in 0..=items.len() {
        table.row([given("items", count), answer("bill", bill(&items[..count]))]);
    }
}
"#;

const SOLUTION: &str = r#"//! What a basket costs: the dot product of its prices and counts.

pub use datasets::Item;

/// What the items cost, in dollars: the sum of each price times its count.
pub fn bill(items: &[Item]) -> f64 {
    // todo!("multiply each price by its count, and add up")
    items.iter().map(|item| item.price * f64::from(item.count)).sum()
    // done
}
"#;

const MISTAKES: &str = r#"[[mistake]]
name = "one-of-each"
replace = "item.price * f64::from(item.count)"
with = "item.price"
says = "The counts are missing: the bill has one of each thing."
"#;

const FORMS: &str = r#"[[form]]
name = "from-the-last"
replace = "items.iter().map"
with = "items.iter().rev().map"
"#;

const TEST: &str = r#"//! The solution against a bill that was added up by hand.

use datasets::Item;
use dot_product_solution::bill;
use harness::Trial;

/// Source: 2 * 3.50 + 4 * 1.25 + 8 * 0.50 + 1 * 6.00.
#[test]
fn the_lessons_basket_costs_22_dollars() {
    assert_eq!(bill(&Trial::Lesson.records::<Item>()), 22.0);
}
"#;

/// What the course says of itself.
const ABOUT: &str = r#"title = "Baskets & more"

[words]
complete = "You can shop"

[complete]
words = "A bill is a dot product."
next = ["Discounts: a price that depends on the count."]
"#;

/// The reports on a course that is complete have its own words.
fn speaks_of_itself(course: &NewCourse) {
    let before = course.read("exercises/course.toml");
    course.write("exercises/course.toml", ABOUT);
    for (format, words) in [
        ("terminal", &["You can shop: every case", "A bill is a dot product.", "Discounts: a price"][..]),
        ("json", &["\"title\": \"Baskets & more\""]),
        ("junit", &["<testsuites name=\"Baskets &amp; more\""]),
        ("markdown", &["dot-product"]),
    ] {
        let report = course.xtask(&["grade", "--format", format]);
        assert_eq!((report.code, report.stderr.as_str()), (0, ""));
        for words in words {
            assert!(report.stdout.contains(words), "{words}: {}", report.stdout);
        }
        speaks_of_nothing_else(&report.stdout);
    }
    speaks_of_nothing_else(&course.xtask(&["--help"]).stdout);
    course.write("exercises/course.toml", &ABOUT.replace("complete =", "completed ="));
    let verified = course.xtask(&["verify"]).stdout;
    assert!(verified.contains("exercises/course.toml:4: unknown field `completed`"), "{verified}");
    course.write("exercises/course.toml", &before);
}

/// Not a word is of the course that this one was made from.
#[track_caller]
fn speaks_of_nothing_else(text: &str) {
    let text = text.to_lowercase();
    for word in ["gradient", "descent", "house", "weight", "loss", "sqft", "regression", "learning rate"] {
        assert!(!text.contains(word), "{word}: {text}");
    }
}

#[test]
fn a_course_without_steps_says_so_and_refuses_nothing() {
    let course = NewCourse::init();
    for command in ["grade", "list", "verify", "bless"] {
        let run = course.xtask(&[command]);
        let says = "This course has no steps yet. Make the first one: cargo xtask new NAME\n";
        assert_eq!((run.code, run.stderr.as_str()), (0, says), "{command}");
    }
    assert!(course.read("exercises/course.toml").contains(r#"title = "The \"baskets\"""#));
    assert!(course.read("README.md").starts_with("# The \"baskets\"\n"));
    // Not twice into one folder, and not into itself.
    let again = course.xtask(&["init", course.root.to_str().unwrap()]);
    assert!(again.code == 2 && again.stderr.contains("inside of the course"), "{}", again.stderr);
    let original = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let again = course.run_for(&original, &["init", course.root.to_str().unwrap()]);
    assert!(again.code == 2 && again.stderr.contains("there is something already"), "{}", again.stderr);
}

#[test]
fn a_step_with_data_of_its_own_is_made_by_the_guide_and_graded_without_touching_the_grader() {
    let course = NewCourse::init();
    let grader = course.grader();
    let made = course.xtask(&["new", "dot-product"]);
    assert_eq!(made.code, 0, "{}{}", made.stdout, made.stderr);
    assert!(made.stdout.contains("step 1"), "{}", made.stdout);
    course.follow_the_guide();
    for (path, text) in [
        ("exercises/01-dot-product/README.md", LESSON),
        ("exercises/01-dot-product/exercise.toml", EXERCISE),
        ("exercises/01-dot-product/cases.rs", CASES),
        ("solutions/01-dot-product/src/lib.rs", SOLUTION),
        ("solutions/01-dot-product/mistakes.toml", MISTAKES),
        ("solutions/01-dot-product/forms.toml", FORMS),
        ("solutions/01-dot-product/tests/dot_product.rs", TEST),
    ] {
        course.write(path, text);
    }
    let map = course.read("exercises/README.md");
    let row = map.lines().find(|line| line.contains("01-dot-product")).expect("a row on the map");
    let filled = "| 1 | [`01-dot-product`](01-dot-product/README.md) | a bill | 10 | all of it |";
    course.write("exercises/README.md", &map.replace(row, filled).replace("TODO: ", ""));
    course.write("README.md", &course.read("README.md").replace("TODO: ", ""));

    let blessed = course.xtask(&["bless", "--stub", "--yes"]);
    assert_eq!(blessed.code, 0, "{}{}", blessed.stdout, blessed.stderr);
    // What a plot shows: drawn of the solution's answers.
    assert!(course.read("exercises/01-dot-product/pictures/bill.svg").contains("<svg"));
    let verified = course.xtask(&["verify"]);
    assert_eq!(verified.code, 0, "{}{}", verified.stdout, verified.stderr);

    const SOURCE: &str = "exercises/01-dot-product/src/lib.rs";
    let stub = course.read(SOURCE);
    assert!(course.xtask(&["grade"]).stdout.contains("not started"));
    course.write(SOURCE, SOLUTION);
    assert_eq!(course.xtask(&["grade"]).code, 0);
    speaks_of_itself(&course);
    course.write(SOURCE, &SOLUTION.replace("item.price * f64::from(item.count)", "item.price"));
    let wrong = course.xtask(&["grade"]);
    assert!(wrong.code == 1 && wrong.stdout.contains("The counts are missing"), "{}", wrong.stdout);
    speaks_of_nothing_else(&wrong.stdout);

    // A slip in the data is the course's.
    let data = course.read("datasets/src/items.toml");
    course.write("datasets/src/items.toml", &data.replace("price = 1.25, ", ""));
    for command in ["grade", "verify"] {
        let run = course.xtask(&[command]);
        assert!(run.stdout.contains("datasets/src/items.toml:6: missing field `price`"), "{command}: {}", run.stdout);
    }
    assert_eq!(course.xtask(&["grade"]).code, 2);
    course.write("datasets/src/items.toml", &data);

    // What nobody has.
    course.write("datasets/src/spare.toml", "record = []\n");
    course.write("datasets/src/lost.rs", "//! Nobody declares it.\n");
    let library = course.read("datasets/src/lib.rs");
    let unused = "impl harness::Dataset for Unused {\n    const NAME: &'static str = \"unused\";\n    const FILE: harness::DataFile = \
                  harness::data_file!(\"items.toml\");\n    fn fresh(_: &mut harness::Draws) -> Vec<Self> {\n        Vec::new()\n    }\n}\n";
    let record = "/// Nobody uses it.\n#[derive(serde::Deserialize)]\npub struct Unused {}\n\n";
    course.write("datasets/src/lib.rs", &format!("{library}\n{record}{unused}"));
    let verified = course.xtask(&["verify"]).stdout;
    for told in [
        "datasets/src/lost.rs: the course does not have this module: datasets/src/lib.rs has no `mod lost;`",
        "datasets/src/spare.toml: no set has this file",
        "no step uses this set; a case does with `trial.records::<Unused>()`",
    ] {
        assert!(verified.contains(told), "{told}: {verified}");
    }
    course.write(SOURCE, &stub);
    assert!(course.grader() == grader, "a file of the grader or the commands has changed");
}
