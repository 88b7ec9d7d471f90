//! What a grade has said is said again for as long as nothing has changed, and is what it would find out anew.

use fs_err as fs;
use testkit::solution::{solved, stub, written};
use testkit::{Course, Run};

use crate::PROGRAM;

const SAID: &str = "target/grader/said.json";
const SOURCE: &str = "exercises/01-right/src/lib.rs";

/// A course with a step that is right and one that is begun and not written, beside a folder that is no step.
fn course(name: &str) -> Course {
    let course = PROGRAM.course(name).with_step("01-right", "loss", &solved("loss")).with_step(
        "02-next",
        "loss",
        &format!("{}\n// Begun.\n", stub("loss")),
    );
    course.write("exercises/notes/of-mine.txt", "");
    course
}

fn remembers(course: &Course) -> bool {
    course.path(SAID).exists()
}

#[test]
fn it_is_what_a_fresh_grade_says_in_every_form() {
    let course = course("said-forms");
    for form in [&[][..], &["--heart"], &["--format", "json"], &["--format", "junit"], &["--format", "markdown"]] {
        for coloured in ["0", "1"] {
            let grade = |more: &[&str]| {
                let mut command = course.grade_command(&[form, more].concat());
                Run::from(command.env("CLICOLOR_FORCE", coloured).output().unwrap())
            };
            let fresh = grade(&["--fresh"]);
            assert!(fresh.code == 1 && fresh.stderr.contains("exercises/notes is not a step"), "{fresh:?}");
            assert!(remembers(&course));
            assert_eq!(grade(&[]), fresh, "said again");
            course.remove(SAID);
            assert_eq!(grade(&[]), fresh, "from what is known of the steps");
            course.remove(SAID);
            course.remove_folder("target/grader/settled");
            assert_eq!(grade(&[]), fresh, "judged again");
        }
    }
}

#[test]
fn nothing_is_looked_at_twice() {
    let course = course("said-alone");
    let said = course.grade(&[]);
    // A step that is judged again is written here again.
    course.remove_folder("target/grader/settled");
    assert_eq!(course.grade(&[]), said);
    assert!(!course.path("target/grader/settled").exists());
    // Who deletes an attempt wants another.
    course.remove("target/grader/attempts/01-right.json");
    assert_eq!(course.grade(&[]), said);
    assert!(course.path("target/grader/settled").exists());
}

#[test]
fn whatever_shows_in_it_changes_it() {
    let course = course("said-changes");
    let stub_has_changed = || {
        let earlier = course.read("exercises/02-next/src/lib.rs");
        course.write("exercises/02-next/snapshots/earlier-stubs/1.rs", &earlier);
        course.append("exercises/02-next/snapshots/stub.rs", "\n/// New.\npub const NEW: f64 = 0.0;\n");
    };
    let is_handed_out = || course.write(".handout", "");
    let changes: [(&str, &dyn Fn()); 10] = [
        ("a folder", &|| fs::create_dir(course.path("exercises/empty")).unwrap()),
        ("no folder", &|| fs::remove_dir_all(course.path("exercises/notes")).unwrap()),
        ("the title of a step", &|| {
            course.change("exercises/02-next/exercise.toml", "title = \"How", "title = \"Just how")
        }),
        ("the title of the course", &|| course.write("exercises/course.toml", "title = \"Houses\"\n")),
        ("what is next", &|| course.write("exercises/02-next/src/lib.rs", &stub("loss"))),
        ("a question", &|| course.change("exercises/01-right/README.md", "What does a loss", "What did a loss")),
        ("the edition", &is_handed_out),
        ("a stub", &stub_has_changed),
        ("a right answer", &|| {
            course.change("exercises/01-right/snapshots/price-of-a-house.snap", "-> 350000.0", "-> 350001.0");
        }),
        ("a file", &|| course.write(SOURCE, &stub("loss"))),
    ];
    let grade = || ["terminal", "json"].map(|format| course.grade(&["--format", format]));
    for (what, change) in changes {
        let before = grade();
        assert_eq!(grade(), before, "{what}");
        change();
        let after = grade();
        assert_ne!(after, before, "{what}");
        let _ = fs::remove_file(course.path(SAID));
        course.remove_folder("target/grader/settled");
        assert_eq!(grade(), after, "{what}");
    }
}

#[test]
fn damage_is_seen() {
    let course = course("said-damaged");
    let said = course.grade(&[]);
    let whole = course.read(SAID);
    let report = whole.find("1 of 2 steps done").unwrap();
    let another = format!("{}2{}", &whole[..report], &whole[report + 1..]);
    for damaged in ["", "null", &whole[..whole.len() / 2], &another] {
        course.write(SAID, damaged);
        assert_eq!(course.grade(&[]), said, "{damaged}");
        assert_eq!(course.read(SAID), whole, "{damaged}");
    }
    course.remove(SAID);
    fs::create_dir_all(course.path(SAID).join("with/folders")).unwrap();
    assert_eq!(course.grade(&[]), said);
    assert_eq!(course.read(SAID), whole);
}

#[test]
fn it_is_not_remembered_if_anything_else_decides_it() {
    let course = course("said-otherwise");
    let body = |body: &str| written("loss", &[("predict", body)]);
    let long_print = "    (0..1000).for_each(|line| println!(\"{line}\"));\n    BASE_PRICE + sqft_weight * sqft";
    let of_the_clock = "    let _now = std::time::Instant::now();\n    BASE_PRICE + sqft_weight * sqft";
    for (what, source) in [
        ("a wrong answer", body("    sqft_weight * sqft")),
        ("a file with what is printed", body(long_print)),
        ("the clock", body(of_the_clock)),
        ("code that does not compile", "pub fn nothing( {".to_owned()),
    ] {
        course.write(SOURCE, &source);
        for _ in 0..2 {
            course.grade(&[]);
            assert!(!remembers(&course), "{what}");
        }
    }
    course.write(SOURCE, &solved("loss"));
    course.grade(&["1"]);
    assert!(!remembers(&course), "a step alone");
    course.write("exercises/02-next/exercise.toml", "title = 1\n");
    course.grade(&[]);
    assert!(!remembers(&course), "a step with a fault");
}

#[test]
fn a_change_during_the_grade_belongs_to_the_next_one() {
    let course = course("said-meanwhile");
    let main = "fn main() -> ExitCode {\n";
    let changes = course.note_in("exercises/01-right/README.md", "pid");
    course.change("exercises/01-right/cases.rs", main, &format!("{main}    {changes}\n"));
    course.grade(&[]);
    assert!(!remembers(&course));
    course.grade(&[]);
    assert!(remembers(&course));
}
