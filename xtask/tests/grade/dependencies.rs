//! Crates of the course's own that a step depends on by a path.

use testkit::Course;
use testkit::solution::solved;

use crate::PROGRAM;

const STEP: &str = "01-loss";
const SOURCE: &str = "exercises/01-loss/src/lib.rs";
const MANIFEST: &str = "exercises/01-loss/Cargo.toml";

/// How many cases of each step pass.
fn passed(course: &Course, arguments: &[&str]) -> Vec<u64> {
    let report = course.grade_as_json(arguments);
    let steps = report["steps"].as_array().unwrap().iter();
    steps.map(|step| step["passed_cases"].as_u64().unwrap()).collect()
}

#[test]
fn the_content_of_a_crate_of_ones_own_counts() {
    // In a step's own folder, and outside of the course's.
    for (name, folder) in
        [("own-crate-inside", "exercises/01-loss/helper"), ("own-crate-outside", "../own-crate-of-a-test")]
    {
        let course = PROGRAM.course(name).with_step(STEP, "loss", &solved("loss"));
        let manifest = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
        // What is outside is no member of the workspace.
        let own_workspace = if folder.starts_with("..") { "\n[workspace]\n" } else { "" };
        course.write(&format!("{folder}/Cargo.toml"), &(manifest + own_workspace));
        course.write(&format!("{folder}/src/lib.rs"), "mod inner;\npub use inner::one;\n");
        let write = |number: &str| {
            course.write(&format!("{folder}/src/inner.rs"), &format!("pub fn one() -> f64 {{\n    {number}\n}}\n"));
        };
        let path = course.path(folder);
        course.append(MANIFEST, &format!("\n[dependencies.{name}]\npath = '{}'\n", path.display()));
        course.change(SOURCE, "error * error", &format!("error * error * {}::one()", name.replace('-', "_")));
        for (number, cases) in [("1.0", 4), ("2.0", 1), ("1.0", 4)] {
            write(number);
            assert_eq!(passed(&course, &[]), [cases], "{folder}: {number}");
        }
        write("\"text\"");
        let run = course.grade(&[]);
        assert_eq!(run.code, 2, "{run:?}");
        write("1.0");
        assert_eq!(passed(&course, &["--fresh"]), [4]);
    }
}

#[test]
fn a_step_can_use_the_library_of_another() {
    let course = PROGRAM.course("uses-step").with_step(STEP, "loss", &solved("loss")).with_step(
        "02-gradient",
        "gradient",
        &solved("gradient"),
    );
    course.append("exercises/02-gradient/Cargo.toml", "\n[dependencies.loss]\npath = \"../01-loss\"\n");
    let gradient = "exercises/02-gradient/src/lib.rs";
    course.change(gradient, "2.0 * error * house.sqft", "2.0 * error * house.sqft * loss::squared_error(1.0, 2.0)");
    assert_eq!(passed(&course, &[]), [4, 7]);
    course.change(SOURCE, "error * error", "error * error * 2.0");
    let [loss, gradient] = passed(&course, &[])[..] else { panic!("two steps") };
    assert!(loss < 4 && gradient < 7, "{loss} {gradient}");
    assert_eq!(passed(&course, &["2"]), [gradient]);
}

#[test]
fn a_build_script_of_any_name_is_left_out() {
    let course = PROGRAM.course("script-name").with_step(STEP, "loss", &solved("loss")).with_step(
        "02-gradient",
        "gradient",
        &solved("gradient"),
    );
    course.change(MANIFEST, "[package]\n", "[package]\nbuild = \"custom.rs\"\n");
    course.write("exercises/01-loss/custom.rs", "fn main() {}\n");
    let report = course.grade_as_json(&[]);
    let verdict = &report["steps"][0]["cases"][0]["verdict"];
    assert_eq!(verdict["kind"], "does_not_compile", "{verdict:#}");
    assert_eq!(report["steps"][1]["passed"], true);
}
