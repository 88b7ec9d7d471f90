//! Code that does not compile: the step says so with the compiler's word for the student's own file, and the other
//! steps are graded.

use std::sync::LazyLock;

use testkit::solution::{solved, written};
use testkit::{Course, assert_golden, changed};

use crate::PROGRAM;
use crate::words::without_the_compilers_words;

static COURSE: LazyLock<Course> = LazyLock::new(|| {
    let solved = solved("loss");
    let squared_error = "pub fn squared_error(predicted: f64, actual: f64) -> f64 {";
    let syntax_error = changed(&solved, squared_error, "pub fn squared_error(predicted: f64, actual: f64) -> f64 {{");
    let type_error = changed(&solved, squared_error, &format!("{squared_error}\n    let error: f64 = \"much\";"));
    let renamed = solved.replace("squared_error(", "error_squared(");
    let missing = {
        let from = solved.find("/// How wrong one prediction is").unwrap();
        let to = solved.find("/// The loss of a weight").unwrap();
        let without = format!("{}{}", &solved[..from], &solved[to..]);
        without.replace("squared_error(", "f64::hypot(")
    };
    let other_signature = changed(&solved, "sqft_weight: f64, sqft: f64)", "sqft_weight: f64, house: &House)");
    let other_signature = other_signature.replace("sqft_weight * sqft", "sqft_weight * house.sqft");
    let other_signature = other_signature.replace("house.sqft), house.price", "house), house.price");
    let not_public = changed(&solved, "pub fn predict", "fn predict");
    PROGRAM
        .course("compile-errors")
        .with_step("01-syntax-error", "loss", &syntax_error)
        .with_step("02-type-error", "loss", &type_error)
        .with_step("03-missing", "loss", &missing)
        .with_step("04-renamed", "loss", &renamed)
        .with_step("05-other-signature", "loss", &other_signature)
        .with_step("06-not-public", "loss", &not_public)
        .with_step("07-solved", "loss", &solved)
});

fn golden(step: &str, name: &str) {
    let graded = COURSE.grade(&[step]);
    assert_eq!((graded.code, graded.stderr.as_str()), (1, ""));
    assert_golden!(name, &without_the_compilers_words(&graded.stdout));
}

#[test]
fn what_does_not_compile_leaves_the_other_steps_graded() {
    let graded = COURSE.grade(&[]);
    assert_eq!((graded.code, graded.stderr.as_str()), (1, ""));
    assert_golden!("steps_that_do_not_compile", &without_the_compilers_words(&graded.stdout));
}

#[test]
fn a_syntax_error_is_told_in_the_compilers_words() {
    golden("syntax-error", "a_syntax_error");
}

#[test]
fn a_type_error_is_told_in_the_compilers_words() {
    golden("type-error", "a_type_error");
}

#[test]
fn a_missing_function_is_told_by_the_declaration_that_is_wanted() {
    golden("missing", "a_missing_function");
}

#[test]
fn a_renamed_function_is_told_by_the_declaration_that_is_wanted() {
    golden("renamed", "a_renamed_function");
}

#[test]
fn another_signature_is_told_beside_the_one_that_is_wanted() {
    golden("other-signature", "another_signature");
}

#[test]
fn a_function_that_is_not_public_is_told_so() {
    golden("not-public", "a_function_that_is_not_public");
}

#[test]
fn a_type_that_the_cases_cannot_use_is_to_be_as_in_the_stub() {
    let hidden = changed(&solved("gradient"), "    pub numeric: f64,", "    numeric: f64,");
    let graded = PROGRAM.course("compile-type").with_step("02-gradient", "gradient", &hidden).grade(&[]);
    assert_eq!(graded.code, 1);
    for part in ["as it is in the stub", "field `numeric` of struct `GradientCheck` is private"] {
        assert!(graded.stdout.replace("\n  ", " ").contains(part), "{part}\n{}", graded.stdout);
    }
}

/// The compiler's words change from version to version: these slips are those that the advice is to be found for.
#[test]
fn common_slips_have_a_sentence_of_advice() {
    let slips = [
        ("predict", "    50000 + sqft_weight * sqft", "with a point"),
        ("predict", "    BASE_PRICE + sqft_weight * sqft;", "semicolon"),
        ("squared_error", "    (predicted - actual) ^ 2", "`^` is not a power"),
        ("squared_error", "    (predicted - actual)**2", "no `**`"),
        ("squared_error", "    (predicted - actual).pow(2)", "`powi`"),
        ("squared_error", "    (predicted - actual).powf(2)", "`powf` takes an `f64`"),
        ("squared_error", "    (predicted - actual).powi(2.0)", "`powi` takes a whole number"),
        (
            "calculate_loss",
            "    let mut total = 0;\n    for house in houses { total += house.sqft; }\n    total",
            "`0.0`",
        ),
        (
            "calculate_loss",
            "    let total = 0.0;\n    for house in houses { total += house.sqft; }\n    total",
            "`mut`",
        ),
        ("calculate_loss", "    sqft_weight / houses.len()", "`n as f64`"),
        ("calculate_loss", "    for house in houses { house.sqft; }", "after the loop"),
        ("calculate_loss", "    (0..4_i32).map(|at| houses[at].sqft).sum::<f64>()", "`usize`"),
        (
            "calculate_loss",
            "    let sum = houses.iter().map(|house| house.sqft).sum();\n    sum / 2.0",
            "`.sum::<f64>()`",
        ),
    ];
    let course = slips.iter().enumerate().fold(PROGRAM.course("slips"), |course, (at, (function, body, _))| {
        course.with_step(&format!("{:02}-slip", at + 1), "loss", &written("loss", &[(function, body)]))
    });
    let report = course.grade_as_json(&[]);
    for ((_, body, advice), step) in slips.iter().zip(report["steps"].as_array().unwrap()) {
        let error = &step["cases"][0]["verdict"]["errors"][0];
        assert!(error["advice"].as_str().unwrap_or_default().contains(advice), "{body}: {error:#}");
    }
}

#[test]
fn errors_that_are_not_shown_are_counted_as_far_as_they_are_read() {
    let with = |errors: usize| solved("loss") + &"const _: u8 = \"\";\n".repeat(errors);
    let course = PROGRAM
        .course("compile-many-errors")
        .with_step("01-three", "loss", &with(3))
        .with_step("02-few", "loss", &with(49))
        .with_step("03-many", "loss", &with(1_000));
    for (step, more) in
        [("1", "… and 1 more error;"), ("2", "… and 47 more errors;"), ("3", "… and at least 48 more errors;")]
    {
        let graded = course.grade(&[step]);
        assert!(graded.code == 1 && graded.stdout.contains(more), "{more}\n{}", graded.stdout);
    }
}
