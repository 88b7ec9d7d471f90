//! Steps that are each broken in one way, and what is to be said of them.
//!
//! All of them stand in one course and are verified in one run, which takes little longer than verifying one.

use std::sync::LazyLock;

use datasets::House;
use harness::Trial;
use testkit::{Course, Run, Step};

use crate::{
    PROGRAM, experiments, forms, functions, mistakes, pages, readmes, snapshots, solutions, stubs, tests, tolerances,
};

pub const STUB: &str = "exercise/src/lib.rs";
pub const KEPT_STUB: &str = "exercise/snapshots/stub.rs";
pub const CASES: &str = "exercise/cases.rs";
pub const TOML: &str = "exercise/exercise.toml";
pub const README: &str = "exercise/README.md";
pub const PICTURE: &str = "exercise/pictures/loss-by-weight.svg";
pub const SOLUTION: &str = "solution/src/lib.rs";
pub const MISTAKES: &str = "solution/mistakes.toml";

pub const SUM: &str = "houses.iter().map(|house| squared_error(predict(sqft_weight, house.sqft), house.price)).sum()";

/// A step that is broken in one way.
pub struct Broken {
    /// The step's name, which says how.
    pub name: &'static str,
    /// Breaks a sound step.
    pub breaks: fn(&Step<'_>),
    /// All that is to be said of it, in any order.
    pub said: &'static [Said],
}

/// What is to be said: a file, a text on the line or nothing where no line is named, and a part of the message.
pub type Said = (&'static str, Option<&'static str>, &'static str);

pub const NOT_DERIVED: &str = "the stub does not match the solution";
pub const STALE: &str = "the snapshot does not match the answers of the solution; record it: `cargo xtask bless ";
pub const NOT_IN_FORM: &str = "this file is not in the form of rustfmt; run `cargo fmt`";
pub const ALL_STALE: &str = "the snapshot does not match the answers of the solution, and ";

/// All steps, and what a run on all of them said.
static VERIFIED: LazyLock<(Course, Run)> = LazyLock::new(|| {
    let course = PROGRAM.course("verify");
    // What a reset keeps is in whatever form the student left it.
    course.step("sound").write("exercise/src/lib.2026-01-02T03-04-05Z.rs", "fn  kept( ){}");
    for broken in all() {
        (broken.breaks)(&course.step(broken.name));
    }
    let run = course.xtask(&["verify"]);
    (course, run)
});

fn all() -> impl Iterator<Item = &'static Broken> {
    let groups = [
        stubs::STUBS,
        solutions::SOLUTIONS,
        mistakes::KNOWN_MISTAKES,
        snapshots::SNAPSHOTS,
        functions::FUNCTIONS,
        readmes::READMES,
        experiments::EXPERIMENTS,
        pages::PAGES,
        tests::TESTS,
        forms::FORMS,
        tolerances::TOLERANCES,
    ];
    groups.into_iter().flatten()
}

pub fn check(group: &[Broken]) {
    let (course, run) = &*VERIFIED;
    assert_eq!((run.code, run.stderr.as_str()), (1, ""), "{}", run.stdout);
    let unlike: Vec<String> =
        group.iter().filter_map(|broken| unlike(broken, &course.named(broken.name), run)).collect();
    assert!(unlike.is_empty(), "{}", unlike.join("\n"));
}

/// Verifies one of the steps alone.
pub fn verify(name: &str) -> Run {
    VERIFIED.0.xtask(&["verify", name])
}

/// The line of the hints of a function, and those that follow, up to the closing bracket.
pub fn hints_of(step: &Step<'_>, function: &str) -> String {
    let text = step.read(TOML);
    let (_, rest) = text.split_once(&format!("name = \"{function}\"\n")).unwrap();
    let (hints, _) = rest.split_once("\n]\n").unwrap();
    format!("{hints}\n]")
}

/// Adds a function that the student is to write.
pub fn add_function(step: &Step<'_>) {
    step.append(
        SOLUTION,
        "\n/// Twice a number.\npub fn double(number: f64) -> f64 {\n    // todo!(\"return twice the number\")\n    \
         2.0 * number\n    // done\n}\n",
    );
    step.write_stub();
}

/// A size that a house of an ungraded trial has, and no house of a graded one.
pub fn rare_size() -> f64 {
    let graded: Vec<f64> = Trial::GRADED.iter().flat_map(Trial::records::<House>).map(|house| house.sqft).collect();
    let mut ungraded = Trial::Fresh(1003).records::<House>().into_iter().map(|house| house.sqft);
    ungraded.find(|size| !graded.contains(size)).unwrap()
}

/// What is said of a step beside what is to be said, if that is not the same.
fn unlike(broken: &Broken, step: &Step<'_>, run: &Run) -> Option<String> {
    let mut notes = notes_of(step, run);
    let mut missing = Vec::new();
    for (file, text, message) in broken.said {
        let place = match text {
            Some(text) => format!("{file}:{}: ", line_with(step, file, text)),
            None => format!("{file}: "),
        };
        match notes.iter().position(|note| note.starts_with(&place) && note.contains(message)) {
            Some(at) => drop(notes.remove(at)),
            None => missing.push(format!("{place}{message}")),
        }
    }
    let list = |notes: &[String]| notes.iter().map(|note| format!("    {note}\n")).collect::<String>();
    let same = missing.is_empty() && notes.is_empty();
    (!same).then(|| format!("{}\n  not said:\n{}  said:\n{}", broken.name, list(&missing), list(&notes)))
}

/// The notes on a step, with its files named as in this test.
fn notes_of(step: &Step<'_>, run: &Run) -> Vec<String> {
    let (_, notes) = run.stdout.split_once("\n\n").unwrap();
    let of_step = notes.lines().filter_map(|line| {
        ["exercise", "solution"].iter().find_map(|folder| {
            Some(format!("{folder}/{}", line.strip_prefix(&format!("  {folder}s/{}/", step.folder))?))
        })
    });
    of_step.collect()
}

/// The line, from 1, that holds a text in a file of a broken step.
fn line_with(step: &Step<'_>, file: &str, text: &str) -> usize {
    let at = step.read(file).lines().position(|line| line.contains(text));
    1 + at.unwrap_or_else(|| panic!("`{text}` is to be in {}", step.within(file)))
}
