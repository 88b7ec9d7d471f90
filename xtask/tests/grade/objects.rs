//! The compiled cases of a step are kept and linked with the next library, where that makes no difference.

use grader::Workspace;
use grader::course::Solution;
use testkit::solution::solved;
use testkit::{Course, Run, changed};

use crate::{PROGRAM, timeless_report};

const STEP: &str = "02-gradient";
const SOURCE: &str = "exercises/02-gradient/src/lib.rs";
const KEPT: &str = "target/grader/builds/02-gradient/objects/kept.json";

fn course(name: &str) -> Course {
    PROGRAM.course(name).with_step(STEP, "gradient", &solved("gradient"))
}

fn kept(course: &Course, file: &str) -> Option<String> {
    course.path(file).is_file().then(|| course.read(file))
}

/// Grades a source text; also returns whether the cases were compiled for it.
fn graded(course: &Course, source: &str) -> (Run, bool) {
    let before = kept(course, KEPT);
    course.write(SOURCE, source);
    let run = course.grade(&[]);
    assert_eq!(run.stderr, "");
    (run, kept(course, KEPT) != before)
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

#[test]
fn mistakes_answer_the_same_linked_as_compiled() {
    compare(60);
}

/// `cargo test -p xtask --test grade every_known_mistake -- --ignored`: about half an hour.
#[test]
#[ignore = "two grades for each known mistake; the test above takes some of them"]
fn every_known_mistake_answers_the_same_linked_as_compiled() {
    compare(1);
}

/// Compares what a grade says of known mistakes, one in so many, when the cases are only linked and when they are
/// compiled, as in every fresh grade.
fn compare(one_in: usize) {
    let course = PROGRAM.course(&format!("objects-one-in-{one_in}")).with_all_steps();
    let real =
        Workspace::new(course.root(), |root| root.join("target")).and_then(|workspace| workspace.course()).unwrap();
    let (mut linked, mut all) = (0, 0);
    for step in &real.steps {
        let solution = Solution::load(&real.root, step).unwrap();
        let source = step.source().display().to_string();
        let objects = format!("target/grader/builds/{}/objects", step.folder_name());
        let report = |arguments: &[&str]| {
            let number = step.number.to_string();
            timeless_report(&course, &[&[&*number], arguments].concat())
        };
        course.write(&source, &solution.text);
        report(&[]);
        let mistakes = solution.listed_mistakes(&real.root, step).unwrap();
        for mistake in mistakes.into_iter().map(Result::unwrap).step_by(one_in) {
            course.write(&source, &solution.with(&[solution.mistaken(&mistake)]));
            let before = kept(&course, &format!("{objects}/kept.json"));
            let as_linked = report(&[]);
            linked += usize::from(before.is_some() && kept(&course, &format!("{objects}/kept.json")) == before);
            all += 1;
            assert_eq!(as_linked, report(&["--fresh"]), "{} {}", step.name, mistake.name);
        }
    }
    println!("{linked} of {all} were only linked");
    assert!(linked * 2 > all, "{linked} of {all} were only linked");
}
