//! Which known mistake a wrong answer is explained by, and on which cases.

use serde_json::{Value, json};
use testkit::solution::written;
use testkit::wait_until;

use crate::PROGRAM;

/// What is said of each case of step 1 where these functions have other bodies.
fn explanations(name: &str, bodies: &[(&str, &str)]) -> Vec<(String, Value)> {
    let report = PROGRAM.course(name).with_step("01-loss", "01-loss", &written("01-loss", bodies)).grade_as_json(&[]);
    let cases = report["steps"][0]["cases"].as_array().unwrap().iter();
    let wrong = cases.filter(|case| case["verdict"]["kind"] != "passed");
    wrong.map(|case| (case["name"].as_str().unwrap().to_owned(), case["verdict"]["explanation"].clone())).collect()
}

/// The names of the mistakes, and how far the answers are theirs.
fn mistakes(explanation: &Value) -> (Vec<&str>, Value) {
    let named = explanation["mistakes"].as_array().map_or(&[][..], Vec::as_slice);
    (named.iter().map(|named| named["name"].as_str().unwrap()).collect(), explanation["extent"].clone())
}

const OWN_SUM: &str =
    "let total: f64 = houses.iter().map(|house| (predict(sqft_weight, house.sqft) - house.price).powi(2)).sum();";

#[test]
fn a_mistake_is_known_also_where_the_code_guards_against_an_edge() {
    let guarded =
        format!("    if houses.is_empty() {{ return 0.0; }}\n    {OWN_SUM}\n    total / houses.len() as f64 / 2.0");
    let said = explanations("guarded", &[("calculate_loss", &guarded)]);
    let (case, explanation) = &said[0];
    assert_eq!(case, "loss-by-weight");
    assert_eq!(mistakes(explanation), (vec!["half-the-mean"], json!("case")));
}

#[test]
fn a_mistake_of_another_function_is_known_where_its_work_is_done_again() {
    let absolute = "    houses.iter().map(|house| (predict(sqft_weight, house.sqft) - house.price).abs()).sum()";
    let said = explanations("done-again", &[("calculate_loss", absolute)]);
    for (_, explanation) in said {
        assert_eq!(mistakes(&explanation), (vec!["absolute-error"], json!({ "work_of": "squared_error" })));
    }
}

#[test]
fn only_what_a_function_calls_is_to_be_mended_first() {
    let wrong = ("predict", "    sqft_weight * sqft + 1.5 * BASE_PRICE");
    let of_loss = |name: &str, body: &str| {
        let said = explanations(name, &[wrong, ("calculate_loss", body)]);
        said.into_iter().find(|(case, _)| case == "loss-by-weight").unwrap().1
    };
    let calls = format!("    {OWN_SUM}\n    total + houses.len() as f64");
    let elsewhere = json!({ "elsewhere": { "function": "predict", "by": "function" } });
    assert_eq!(of_loss("calls", &calls), elsewhere);
    let does_not = calls.replace("predict(sqft_weight, house.sqft)", "(sqft_weight * house.sqft + BASE_PRICE)");
    assert!(of_loss("does-not-call", &does_not).get("elsewhere").is_none());
}

#[test]
fn two_mistakes_in_one_function_are_named_together() {
    let body = "    let mut weight = initial_weight;
    let mut history = Vec::new();
    for step in 1..=num_steps {
        let loss = calculate_loss(houses, weight);
        history.push(Step { step, weight, loss });
        weight = update(weight, calculate_gradient(houses, weight), learning_rate);
    }
    Descent { final_weight: initial_weight, history }";
    let source = written("03-single-weight", &[("gradient_descent", body)]);
    let course = PROGRAM.course("two-in-one").with_step("03-single-weight", "03-single-weight", &source);
    let said = || {
        let report = course.grade_as_json(&[]);
        let cases = report["steps"][0]["cases"].as_array().unwrap();
        let case = cases.iter().find(|case| case["name"] == "where-it-ends").unwrap();
        case["verdict"]["explanation"].clone()
    };
    // As soon as there was time to find out.
    wait_until("both are named", || {
        let said = said();
        mistakes(&said) == (vec!["counted-from-one", "start-is-final"], json!("together"))
            || mistakes(&said) == (vec!["start-is-final", "counted-from-one"], json!("together"))
    });
}
