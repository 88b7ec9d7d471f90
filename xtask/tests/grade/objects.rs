//! The compiled cases of a step are kept and linked with the next library, where that makes no difference.

use testkit::solution::solved;
use testkit::{Course, Run, changed};

use crate::PROGRAM;

const STEP: &str = "02-gradient";
const SOURCE: &str = "exercises/02-gradient/src/lib.rs";
const KEPT: &str = "target/grader/builds/02-gradient/objects/kept.json";

fn course(name: &str) -> Course {
    PROGRAM.course(name).with_step(STEP, "gradient", &solved("gradient"))
}

/// Grades a source text; also returns whether the cases were compiled for it.
fn graded(course: &Course, source: &str) -> (Run, bool) {
    let kept = |course: &Course| course.path(KEPT).is_file().then(|| course.read(KEPT));
    let before = kept(course);
    course.write(SOURCE, source);
    let run = course.grade(&[]);
    assert_eq!(run.stderr, "");
    (run, kept(course) != before)
}

#[test]
fn only_an_edit_that_the_cases_can_see_compiles_them_again() {
    let course = course("objects-edits");
    let right = solved("gradient");
    let wrong = changed(&right, "2.0 * error * house.sqft", "error * house.sqft");
    let generic = changed(&right, "numeric_gradient(loss, weight, h)", "numeric_gradient(loss, weight, 1.0)");
    for (source, code, compiles) in [
        (right.clone(), 0, true),
        (wrong, 1, false),
        (right.clone(), 0, false),
        (generic, 1, true),
        (right.clone(), 0, true),
        (format!("{right}pub fn helper() {{}}\n"), 0, true),
        (format!("{right}pub fn helper() {{}}\n// A comment.\n"), 0, false),
    ] {
        let (run, compiled) = graded(&course, &source);
        assert_eq!((run.code, compiled), (code, compiles), "{source}\n{}", run.stdout);
    }
}

#[test]
fn what_the_linker_refuses_is_compiled_again() {
    let course = course("objects-damage");
    graded(&course, &solved("gradient"));
    let kept = course.read(KEPT);
    let object = kept.split('"').find(|word| word.ends_with(".rcgu.o")).expect("an object").to_owned();
    let damages: [(&str, &dyn Fn()); 4] = [
        ("a linker that fails", &|| course.write(KEPT, &kept.replace("[\"cc\"", "[\"false\""))),
        ("no linker", &|| course.write(KEPT, &kept.replace("[\"cc\"", "[\"no-such-linker\""))),
        ("an object of other bytes", &|| std::fs::write(&object, "no object").unwrap()),
        ("half a record", &|| course.write(KEPT, &kept[..kept.len() / 2])),
    ];
    for (number, (damage, make)) in damages.into_iter().enumerate() {
        make();
        let (run, compiled) = graded(&course, &format!("{}// {number}\n", solved("gradient")));
        assert_eq!((run.code, compiled), (0, true), "{damage}\n{}", run.stdout);
    }
}
