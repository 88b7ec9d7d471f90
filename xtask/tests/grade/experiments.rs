//! Experiments are never graded, whatever they do; what `exercise.toml` says of one is checked as the rest of it is.

use std::path::Path;

use testkit::solution::{solved, stub};
use testkit::{Course, Run, changed};

use crate::PROGRAM;

const STEP: &str = "01-loss";
const CASES: &str = "exercises/01-loss/cases.rs";
const EXERCISE: &str = "exercises/01-loss/exercise.toml";

fn course(name: &str) -> Course {
    PROGRAM.course(name).with_step(STEP, "loss", &solved("loss"))
}

#[test]
fn an_experiment_is_not_run_in_a_grade_and_is_in_no_report() {
    let course = course("experiments-not-graded");
    let before = course.grade(&["--format", "json"]);
    assert_eq!(before.code, 0, "{}", before.stderr);
    let note = course.note_in("notes", "pid");
    let text = course.read(CASES);
    let text = changed(
        &text,
        "fn valley(trial: &Trial, table: &mut Table) {",
        &format!("fn valley(trial: &Trial, table: &mut Table) {{ {note} std::process::exit(3);"),
    );
    course.write(CASES, &text);
    let graded = course.grade_as_json(&[]);
    assert_eq!(graded["passed"], true);
    assert_eq!(graded["steps"][0]["cases"].as_array().map(Vec::len), Some(4));
    assert!(course.notes("notes").is_empty());
}

#[test]
fn a_case_has_its_lessons_values_whatever_is_given_to_experiments() {
    let course = course("experiments-environment");
    let given = r#"{"values":{"weight":"1"},"spare":"refused","data":null}"#;
    let graded = course.xtask_in(&["grade"], &[("GRADER_GIVEN", given)]);
    assert_eq!((graded.code, graded.stderr.as_str()), (0, ""), "{}", graded.stdout);
}

#[test]
fn what_is_wrong_with_an_experiment_is_named_with_its_line() {
    let course = course("experiments-malformed");
    let text = course.read(EXERCISE);
    let (cases, _) = text.split_once("[[experiment]]").unwrap();
    let line = 1 + cases.matches('\n').count();
    let plot = "[experiment.plot]\nx = { column = \"weight\" }\ny = { column = \"loss\" }\n";
    let a_try = "[[experiment.try]]\nquestion = \"Why?\"\nanswer = \"So.\"\n";
    let head = |name: &str| format!("[[experiment]]\nname = \"{name}\"\ntitle = \"t\"\n");
    for (experiment, lines_below, message) in [
        (
            head("valley") + plot + a_try,
            1,
            "experiment `valley` has 1 things to try; give it 2 to 5 of [[experiment.try]]",
        ),
        (
            head("loss-by-weight") + plot + a_try + a_try,
            1,
            "`loss-by-weight` is the case on line 43 already; call the experiment otherwise",
        ),
        (head("a valley") + plot + a_try + a_try, 1, "an experiment's name is one word without `=`, unlike `a valley`"),
        (
            head("valley") + plot + a_try + "[[experiment.try]]\nquestion = \" \"\nanswer = \"So.\"\n",
            10,
            "something to try with experiment `valley` has no words here",
        ),
        (head("valley") + a_try + a_try, 0, "missing field `plot`"),
        (
            head("valley") + "end = 1\n" + plot + a_try + a_try,
            3,
            "unknown field `end`, expected one of `name`, `title`, `plot`, `surface`, `mark`, `ending`, `try`",
        ),
    ] {
        course.write(EXERCISE, &format!("{cases}{experiment}"));
        // The course has no other step.
        let graded = course.grade(&[]);
        let place = line + lines_below;
        let said = graded.stderr.replace('\\', "/");
        assert_eq!((graded.code, said), (2, format!("error: {EXERCISE}:{place}: {message}\n")));
    }
}

#[test]
fn a_run_by_hand_names_its_data_and_says_how_much_of_a_long_file_is_used() {
    let course = course("experiments-own-data");
    let rows: String = (0..1_500).map(|row| format!("{row},{}\n", 50_000 + 200 * row)).collect();
    course.write("houses.csv", &format!("sqft,price\n{rows}"));
    let run = |more: &[&str]| {
        let mut cargo = course.command_in(Path::new(env!("CARGO")));
        cargo.args(["run", "--quiet", "--profile", "grade", "--package", "loss", "--", "valley", "weight=180"]);
        Run::from(cargo.args(more).output().unwrap())
    };
    let own = run(&["--data", "houses.csv"]);
    let head = "Of the 1,500 rows of your file, 1,000 are used, evenly spread over it.\nvalley (your own data)\nweight = 180\n";
    assert!(own.code == 0 && own.stdout.starts_with(head), "{own:?}");
    let lesson = run(&[]);
    assert!(lesson.code == 0 && lesson.stdout.starts_with("valley (lesson)\nweight = 180\n"), "{lesson:?}");
}

#[test]
fn a_control_that_is_not_there_is_named_also_where_the_code_is_not_written() {
    let course = PROGRAM.course("experiments-unwritten").with_step("01-loss", "loss", &stub("loss"));
    let mut cargo = course.command_in(Path::new(env!("CARGO")));
    cargo.args(["run", "--quiet", "--profile", "grade", "--package", "loss", "--", "valley", "wieght=180"]);
    let run = Run::from(cargo.output().unwrap());
    let head = "note: the experiment has no control `wieght`; it has `data`, `weight`, as far as your code let it come\n\
                valley (lesson)\nweight = 100\n  not yet implemented: ";
    assert!(run.stdout.starts_with(head), "{run:?}");
}
