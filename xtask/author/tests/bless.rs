//! `cargo xtask bless`: what it records, what it asks first, and that nothing but itself decides what is written.

use std::path::MAIN_SEPARATOR_STR;

use insta::Snapshot;
use testkit::{Course, Program, Run, Step};

const PROGRAM: Program = testkit::program!("author");

const SOLUTION: &str = "solution/src/lib.rs";
const README: &str = "exercise/README.md";
const TOML: &str = "exercise/exercise.toml";
const PICTURE: &str = "exercise/pictures/loss-by-weight.svg";
const LOSS: &str = "exercise/snapshots/loss-of-no-houses.snap";

/// A text whose columns do not depend on how wide their widest cell is.
fn squeezed(text: &str) -> String {
    let mut before = ' ';
    text.chars().filter(|&letter| (letter, std::mem::replace(&mut before, letter)) != (' ', ' ')).collect()
}

#[test]
fn what_is_recorded_is_not_recorded_again() {
    let course = PROGRAM.course("bless-twice");
    let step = course.step("loss-twice");
    let recorded = course.files();
    // From nothing, without a question: there is nothing to overwrite.
    for path in recorded.keys().filter(|path| path.ends_with(".snap")) {
        step.remove(&path.replace("exercises/01-loss-twice/", "exercise/"));
    }
    let first = course.xtask(&["bless"]);
    assert_eq!((first.code, first.stderr.as_str()), (0, ""));
    assert!(
        first.stdout.contains("exercises/01-loss-twice/snapshots/mistakes/base-forgotten.snap: new\n"),
        "{}",
        first.stdout
    );
    assert!(first.stdout.ends_with("\nRecorded.\n"), "{}", first.stdout);
    assert_eq!(without_lock(&course), without(recorded, "Cargo.lock"));

    let second = course.xtask(&["bless"]);
    assert_nothing_to_record(&second);
    assert_eq!(course.xtask(&["verify"]).code, 0);
}

#[test]
fn a_change_is_shown_and_written_only_when_somebody_agrees() {
    let course = PROGRAM.course("bless-change");
    let step = course.step("loss-change");
    assert_nothing_to_record(&course.xtask(&["bless"]));
    let before = course.files();

    change_answer(&step);
    let refused = course.xtask(&["bless"]);
    assert_eq!(refused.code, 2);
    let reason = "error: there are recorded answers to overwrite, and nobody to ask; run `cargo xtask bless --yes`\n";
    assert_eq!(refused.stderr, reason);
    let change = "exercises/01-loss-change/snapshots/loss-of-no-houses.snap:\n \
                  # loss-of-no-houses, lesson\n \
                  old 200.0 | 0 -> -0.0\n \
                  new 200.0 | 0 -> 1.0\n \
                  # loss-of-no-houses, fresh-1\n";
    assert!(squeezed(&refused.stdout).contains(change), "{}", refused.stdout);
    // A mistake whose own function is another one answers otherwise, too.
    assert!(refused.stdout.contains("mistakes/base-forgotten.snap:\n"), "{}", refused.stdout);
    assert_eq!(
        without(course.files(), "solutions/01-loss-change/src/lib.rs"),
        without(before, "solutions/01-loss-change/src/lib.rs")
    );

    let agreed = course.xtask(&["bless", "--yes"]);
    assert_eq!((agreed.code, agreed.stderr.as_str()), (0, ""));
    assert_eq!(agreed.stdout, format!("{}Recorded.\n", refused.stdout));
    assert!(squeezed(&step.read(LOSS)).contains("\n200.0 | 0 -> 1.0\n"), "{}", step.read(LOSS));
    assert_nothing_to_record(&course.xtask(&["bless"]));
}

#[test]
fn a_change_within_the_tolerance_is_written_too() {
    let course = PROGRAM.course("bless-tolerance");
    let step = course.step("loss-tolerance");
    let loss = "exercise/snapshots/loss-by-weight.snap";
    let recorded = step.read(loss);
    step.change(loss, "-> 303750000000.0\n", "-> 303750000000.1\n");
    assert_eq!(course.xtask(&["verify"]).code, 0);
    assert_eq!(course.xtask(&["bless", "--yes"]).code, 0);
    assert_eq!(step.read(loss), recorded);
}

#[test]
fn a_review_leaves_pending_snapshots_that_disturb_nobody() {
    let course = PROGRAM.course("bless-review");
    let step = course.step("loss-review");
    let before = course.files();
    change_answer(&step);
    let reviewed = course.xtask(&["bless", "--review"]);
    assert_eq!((reviewed.code, reviewed.stderr.as_str()), (0, ""));
    assert!(reviewed.stdout.ends_with("Pending; see them with `cargo insta review`.\n"), "{}", reviewed.stdout);

    let pending = Snapshot::from_file(&step.path(&format!("{LOSS}.new"))).unwrap();
    assert_eq!(pending.metadata().description(), Some("no houses, a single one, and unusual ones"));
    let text = step.read(&format!("{LOSS}.new"));
    assert!(squeezed(&text).contains("\n200.0 | 0 -> 1.0\n"), "{text}");
    assert_eq!(step.read(LOSS), before["exercises/01-loss-review/snapshots/loss-of-no-houses.snap"]);

    let graded = course.xtask(&["grade", "--format", "json"]);
    assert_eq!((graded.code, graded.stderr.as_str()), (1, ""));
    assert_eq!(graded.stdout.matches("\"not_started\"").count(), 4, "{}", graded.stdout);

    // They would bring old answers back once others are recorded.
    assert_eq!(course.xtask(&["bless", "--yes"]).code, 0);
    let left: Vec<String> = course.files().into_keys().filter(|path| path.ends_with(".new")).collect();
    assert_eq!(left, [""; 0]);
    assert!(squeezed(&step.read(LOSS)).contains("\n200.0 | 0 -> 1.0\n"), "{}", step.read(LOSS));
}

#[test]
fn what_follows_from_the_solution_is_brought_up_to_date() {
    let course = PROGRAM.course("bless-readme");
    let step = course.step("loss-readme");
    let before = course.files();
    step.change(README, "   100  -> 135,000,000,000\n", "   100  -> 1\n");
    step.write("exercise/snapshots/mistakes/of-old.snap", &step.read(LOSS));
    step.write("exercise/snapshots/error-squared.snap", "not a snapshot\n");
    step.change("exercise/snapshots/mistakes/base-forgotten.snap", "Every price is", "No price is");

    assert_eq!(course.xtask(&["bless"]).code, 2);
    assert!(step.path("exercise/snapshots/mistakes/of-old.snap").is_file());

    let blessed = course.xtask(&["bless", "--yes"]);
    assert_eq!((blessed.code, blessed.stderr.as_str()), (0, ""), "{}", blessed.stdout);
    for said in [
        "exercises/01-loss-readme/README.md:\n  old     100  -> 1\n  new     100  -> 135,000,000,000\n",
        "exercises/01-loss-readme/snapshots/mistakes/of-old.snap: nothing belongs to it any more\n",
        "exercises/01-loss-readme/snapshots/error-squared.snap:\n  old  not a snapshot\n",
        "\n  old  No price is 50,000 dollars too low",
    ] {
        assert!(blessed.stdout.contains(said), "{said}: {}", blessed.stdout);
    }
    assert_eq!(without_lock(&course), without(before, "Cargo.lock"));
}

#[test]
fn pictures_are_drawn_and_marked_numbers_filled_in() {
    let course = PROGRAM.course("bless-pictures");
    let step = course.step("loss-pictures");
    let drawn = step.read(PICTURE);
    let readme = step.read(README);
    step.remove(PICTURE);
    step.write("exercise/pictures/of-old.svg", &drawn);
    let picture = "\n[[picture]]\nname = \"valley\"\ntitle = \"the valley\"\ncase = \"loss-by-weight\"\n\n[picture.plot]\n\
                   x = { column = \"weight\", unit = \"$\" }\ny = { column = \"loss\", scale = \"log\", range = [1e9, 1e12] }\n";
    step.append(TOML, picture);
    let prose = |at_150: &str, at_50: &str| {
        format!(
            "{readme}\n![A valley.](pictures/valley.svg) It is {at_150}<!--= loss-by-weight[weight=150].loss --> here and \
             **{at_50} billion<!--= loss-by-weight[weight=50].loss -->** there.\n"
        )
    };
    step.write(README, &prose("0", "0.0"));

    let blessed = course.xtask(&["bless", "--yes"]);
    assert_eq!((blessed.code, blessed.stderr.as_str()), (0, ""), "{}", blessed.stdout);
    for said in ["loss-by-weight.svg: new\n", "valley.svg: new\n", "of-old.svg: nothing belongs to it any more\n"] {
        let said = format!("exercises/01-loss-pictures/pictures/{said}");
        assert!(blessed.stdout.contains(&said), "{said}: {}", blessed.stdout);
    }
    assert_eq!(step.read(README), prose("33,750,000,000", "303.8"));
    assert_eq!(step.read(PICTURE), drawn);
    let valley = step.read("exercise/pictures/valley.svg");
    assert!(valley.contains("<title>the valley</title>") && valley.contains("role=\"img\""), "{valley}");
    assert!(!step.path("exercise/pictures/of-old.svg").exists());
    assert_nothing_to_record(&course.xtask(&["bless"]));
    assert_eq!(course.xtask(&["verify"]).code, 0);

    step.change(PICTURE, "<title>", "<title>Once: ");
    let blessed = course.xtask(&["bless", "--yes"]);
    let said = "exercises/01-loss-pictures/pictures/loss-by-weight.svg: drawn anew\nRecorded.\n";
    assert_eq!(blessed.stdout, said);
    assert_eq!(step.read(PICTURE), drawn);
}

#[test]
fn settings_of_insta_neither_keep_answers_from_being_recorded_nor_let_wrong_ones_pass() {
    let course = PROGRAM.course("bless-environment");
    let step = course.step("loss-environment");
    let recorded = step.read(LOSS);
    let source = step.read(SOLUTION);
    for settings in [
        [("INSTA_UPDATE", "no"), ("INSTA_FORCE_PASS", "0"), ("INSTA_SNAPSHOT_UPDATE", "no"), ("CI", "1")],
        [("INSTA_UPDATE", "new"), ("INSTA_FORCE_PASS", "1"), ("INSTA_PENDING_DIR", "elsewhere"), ("CI", "")],
        [
            ("INSTA_UPDATE", "so so"),
            ("INSTA_FORCE_PASS", "no"),
            ("INSTA_OUTPUT", "loud"),
            ("INSTA_WORKSPACE_ROOT", "/"),
        ],
    ] {
        step.write(LOSS, &recorded.replace("-> -0.0\n", "-> 17.0\n"));
        assert_ne!(step.read(LOSS), recorded);
        let blessed = course.xtask_in(&["bless", "--yes"], &settings);
        assert_eq!((blessed.code, blessed.stderr.as_str()), (0, ""), "{settings:?}");
        assert_eq!(step.read(LOSS), recorded, "{settings:?}");
    }

    // Whatever is forced, a review writes beside the snapshots and not over them.
    change_answer(&step);
    assert_eq!(course.xtask_in(&["bless", "--review"], &[("INSTA_FORCE_UPDATE", "1")]).code, 0);
    assert_eq!(step.read(LOSS), recorded);

    let wrong = source.replace("error * error", "error * error + 1.0");
    step.write("exercise/src/lib.rs", &wrong);
    let settings = [("INSTA_UPDATE", "always"), ("INSTA_FORCE_PASS", "1"), ("INSTA_SNAPSHOT_UPDATE", "always")];
    let graded = course.xtask_in(&["grade", "--format", "json"], &settings);
    assert_eq!(graded.code, 1, "{}", graded.stderr);
    assert!(graded.stdout.contains("\"kind\": \"wrong\""), "{}", graded.stdout);
    assert_eq!(step.read(LOSS), recorded);
}

#[test]
fn what_cannot_be_recorded_is_refused_with_its_place_and_nothing_is_written() {
    let course = PROGRAM.course("bless-refused");
    let step = course.step("loss-refused");
    let solution = step.read(SOLUTION);
    for (from, to, file, reason) in [
        ("error = predicted", "error = price", SOLUTION, "Cargo.toml: cannot find value `price`"),
        ("error = predicted", "error = f64::NAN", SOLUTION, "case `error-squared` on lesson: the solution answers NaN"),
        (
            "error * error",
            "{ error }",
            "solution/mistakes.toml",
            "mistake `error-not-squared`: the text to replace is not",
        ),
    ] {
        step.write(SOLUTION, &solution.replace(from, to));
        let before = course.files();
        let refused = course.xtask(&["bless", "--yes"]);
        assert_eq!((refused.code, refused.stdout.as_str()), (2, ""), "{}", refused.stderr);
        let place = format!("error: {}", step.within(file).replace('/', MAIN_SEPARATOR_STR));
        assert!(refused.stderr.starts_with(&place) && refused.stderr.contains(reason), "{}", refused.stderr);
        assert_eq!(without_lock(&course), without(before, "Cargo.lock"));
    }

    step.write(SOLUTION, &solution);
    step.append(README, "\nIt is 3<!--= loss-by-weight.loss -->.\n");
    let refused = course.xtask(&["bless", "--yes"]);
    let line = step.read(README).lines().count();
    let reason = format!("README.md:{line}: 6 rows of `loss-by-weight` fit; name one, as in `[column=value; ");
    assert!(refused.code == 2 && refused.stderr.contains(&reason), "{}", refused.stderr);

    // All that is in the way is named at once.
    step.append(README, "\nOr 4<!--= no-such-case.loss -->.\n");
    step.add_mistake("of-nothing", "no such text", "0.0");
    let refused = course.xtask(&["bless", "--yes"]);
    let said: Vec<&str> = refused.stderr.lines().collect();
    assert!(said.len() == 3 && said.iter().all(|line| line.starts_with("error: ")), "{}", refused.stderr);
    assert!(said[0].contains("mistake `of-nothing`: the text to replace is not"), "{}", refused.stderr);
    assert!(said[1].contains(&reason) && said[2].contains("no-such-case"), "{}", refused.stderr);
}

fn assert_nothing_to_record(run: &Run) {
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    assert_eq!(run.stdout, "Nothing to record: every snapshot matches the solution.\n");
}

/// Lets the solution answer another number for the edge of one case.
fn change_answer(step: &Step<'_>) {
    step.change(
        SOLUTION,
        "    houses.iter()",
        "    if houses.is_empty() {\n        return 1.0;\n    }\n    houses.iter()",
    );
}

type Files = std::collections::BTreeMap<String, String>;

/// All files but the one that cargo completes.
fn without_lock(course: &Course) -> Files {
    without(course.files(), "Cargo.lock")
}

fn without(mut files: Files, path: &str) -> Files {
    files.remove(path);
    files
}
