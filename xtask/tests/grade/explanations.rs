//! Which known mistake a wrong answer is explained by, and on which cases.

use serde_json::{Value, json};
use testkit::solution::written;
use testkit::wait_until;

use crate::PROGRAM;

/// What is said of each case of the first step where these functions have other bodies.
fn explanations(name: &str, bodies: &[(&str, &str)]) -> Vec<(String, Value)> {
    let wrong = wrong_cases(name, "loss", bodies).into_iter();
    wrong.map(|case| (case["name"].as_str().unwrap().to_owned(), case["verdict"]["explanation"].clone())).collect()
}

/// The cases of a step that do not pass where these functions have other bodies.
fn wrong_cases(name: &str, step: &str, bodies: &[(&str, &str)]) -> Vec<Value> {
    // A course has steps that are no bonus.
    let mut course = PROGRAM.course(name);
    if step != "loss" {
        course = course.with_step("01-loss", "loss", &written("loss", &[]));
    }
    let report = course.with_step(&format!("02-{step}"), step, &written(step, bodies)).grade_as_json(&[step]);
    let cases = report["steps"][0]["cases"].as_array().unwrap().iter();
    cases.filter(|case| case["verdict"]["kind"] != "passed").cloned().collect()
}

/// What is said of these cases, each with its name.
fn said(cases: &[Value]) -> Vec<String> {
    let said = |case: &Value| {
        let sentences: Vec<&str> = case["says"].as_array().unwrap().iter().map(|says| says.as_str().unwrap()).collect();
        format!("{}: {}", case["name"].as_str().unwrap(), sentences.join(" "))
    };
    cases.iter().map(said).collect()
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
        format!("    if houses.is_empty() {{ return 0.0; }}\n    {OWN_SUM}\n    (total / houses.len() as f64).sqrt()");
    let said = explanations("guarded", &[("calculate_loss", &guarded)]);
    let (case, explanation) = &said[0];
    assert_eq!(case, "loss-by-weight");
    assert_eq!(mistakes(explanation), (vec!["root-of-the-mean"], json!("case")));
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
fn a_case_waits_for_the_wrong_function_that_it_uses() {
    let no_ones = "    let mut scaling = Scaling { means: Array1::zeros(x.ncols()), stds: Array1::ones(x.ncols()) };
    for (index, column) in x.columns().into_iter().enumerate() {
        (scaling.means[index], scaling.stds[index]) = scale_of(&column.to_owned());
    }
    let scaled = (x - &scaling.means) / &scaling.stds;
    let is_constant = |column: usize| scaling.means[column] == 0.0;
    (Array2::from_shape_fn(x.dim(), |(row, column)| if is_constant(column) { 0.0 } else { scaled[[row, column]] }), scaling)";
    let cases = wrong_cases("waits", "multi-weight", &[("standardize", no_ones)]);
    let descent = cases.iter().find(|case| case["name"] == "scaled-descent").unwrap();
    let elsewhere = json!({ "elsewhere": { "function": "standardize", "by": "case" } });
    assert_eq!(descent["verdict"]["explanation"], elsewhere);
}

#[test]
fn a_mistake_of_one_case_does_not_change_the_others_in_another_way() {
    let halved = "    (loss(weight + h) - loss(weight - h)) / (4.0 * h)";
    let cases = wrong_cases("another-way", "gradient", &[("numeric_gradient", halved)]);
    let own: Vec<Value> = cases.into_iter().filter(|case| case["function"] == "numeric_gradient").collect();
    let half = "Every `slope` is 0.5 times the expected one.";
    assert_eq!(said(&own), [format!("measured-on-curves: {half}"), format!("measured-on-the-loss: {half}")]);
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
    let source = written("single-weight", &[("gradient_descent", body)]);
    let course = PROGRAM.course("two-in-one").with_step("01-single-weight", "single-weight", &source);
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

#[test]
fn what_calls_a_placeholder_waits_for_it() {
    const FIXED: &str = "your code seems to return a fixed number";
    const GIVEN: &str = "does your code give back what it was given";
    for (name, step, function, body, told) in [
        (
            "zeros",
            "multi-weight",
            "calculate_gradient",
            "    let _ = (y, weights);\n    Array1::zeros(x.ncols())",
            FIXED,
        ),
        ("gradient-back", "optimizers", "Moments::direction", "    let _ = &self;\n    gradient.clone()", GIVEN),
        ("ones", "optimizers", "trust_ratio", "    let _ = (weights, update);\n    1.0", FIXED),
    ] {
        let cases = wrong_cases(name, step, &[(function, body)]);
        let (own, callers): (Vec<_>, Vec<_>) = cases.into_iter().partition(|case| case["function"] == function);
        assert!(said(&own)[0].contains(told), "{:?}", said(&own));
        assert!(!callers.is_empty());
        let waits_for = |case: &Value| case["verdict"]["explanation"]["elsewhere"]["function"].clone();
        assert_eq!(waits_for(&callers[0]), function, "{:?}", said(&callers));
        // What calls such a caller waits for that.
        assert!(callers.iter().all(|case| waits_for(case).is_string()), "{:?}", said(&callers));
    }
    let cases = wrong_cases(
        "weight-back",
        "single-weight",
        &[("update", "    let _ = (gradient, learning_rate);\n    weight")],
    );
    let (own, callers): (Vec<_>, Vec<_>) = cases.iter().partition(|case| case["function"] == "update");
    assert_eq!(mistakes(&own[0]["verdict"]["explanation"]), (vec!["weight-returned"], json!("function")));
    assert!(callers.iter().all(|case| case["verdict"]["explanation"]["elsewhere"]["function"] == "update"));
}

#[test]
fn usual_slips_have_their_words() {
    let half = "    let mut gradient = 0.0;
    for house in houses {
        gradient += (predict(sqft_weight, house.sqft) - house.price) * house.sqft;
    }
    if houses.is_empty() { 0.0 } else { gradient / houses.len() as f64 }";
    let of_half = wrong_cases("half-and-mean", "gradient", &[("calculate_gradient", half)]);
    assert_eq!(mistakes(&of_half[0]["verdict"]["explanation"]), (vec!["slope-of-half-the-mean"], json!("function")));
    let one_slope = "    let errors = predict(x, weights) - y;
    let slope = 2.0 / y.len() as f64 * (&errors * &x.column(1)).sum();
    Array1::from_elem(weights.len(), slope)";
    assert_eq!(
        said(&wrong_cases("one-slope", "multi-weight", &[("calculate_gradient", one_slope)]))[0],
        "slope-of-each-weight: `base`, `bedrooms`, `bathrooms` and `sqft` are the same in each row, but the expected ones \
         differ."
    );
    let after_every_record = "    let mut line = start;
    for _ in 0..num_steps {
        for record in records {
            let error = predict(line, record.hours) - record.score;
            line.base -= learning_rate * 2.0 * error;
            line.weight -= learning_rate * 2.0 * error * record.hours;
        }
    }
    line";
    let sums_kept = "    let mut line = start;
    let mut sums = Gradients { base: 0.0, weight: 0.0 };
    for _ in 0..num_steps {
        let gradients = calculate_gradients(records, line);
        sums.base += gradients.base;
        sums.weight += gradients.weight;
        line.base -= learning_rate * sums.base;
        line.weight -= learning_rate * sums.weight;
    }
    line";
    for (name, body, mistake) in
        [("after-every-record", after_every_record, "step-for-each-record"), ("sums-kept", sums_kept, "slopes-pile-up")]
    {
        let cases = wrong_cases(name, "study-score", &[("gradient_descent_study", body)]);
        let own = cases.iter().filter(|case| case["function"] == "gradient_descent_study");
        for case in own {
            assert_eq!(mistakes(&case["verdict"]["explanation"]).0, [mistake], "{:?}", said(&cases));
        }
    }
}

#[test]
fn only_what_shows_nothing_else_is_asked_whether_it_fits_the_lessons_data() {
    let in_f32 = "    let mut loss: f32 = 0.0;
    for house in houses {
        let error = (predict(sqft_weight, house.sqft) - house.price) as f32;
        loss += error * error;
    }
    loss as f64";
    let kept = "    use std::sync::Mutex;
    static TOTAL: Mutex<f64> = Mutex::new(0.0);
    let mut total = TOTAL.lock().unwrap();
    for house in houses {
        *total += squared_error(predict(sqft_weight, house.sqft), house.price);
    }
    *total";
    let stops = "    let mut weight = initial_weight;
    let mut history: Vec<Step> = Vec::new();
    for step in 0..num_steps {
        let loss = calculate_loss(houses, weight);
        if history.last().is_some_and(|last| loss > last.loss) {
            break;
        }
        history.push(Step { step, weight, loss });
        weight = update(weight, calculate_gradient(houses, weight), learning_rate);
    }
    Descent { final_weight: weight, history }";
    for (name, step, function, body, told) in [
        ("single-precision", "loss", "calculate_loss", in_f32, "of the precision of an `f32`"),
        ("kept-total", "loss", "calculate_loss", kept, "is a total kept from one call to the next?"),
        ("early-stop", "single-weight", "gradient_descent", stops, "stops as soon as"),
    ] {
        let said = said(&wrong_cases(name, step, &[(function, body)]));
        assert!(said.iter().any(|said| said.contains(told)), "{said:?}");
        assert!(!said.iter().any(|said| said.contains("fit only the lesson's data")), "{said:?}");
    }
}

#[test]
fn where_nothing_is_known_a_row_is_worked_out_by_hand() {
    let odd = "if predicted > actual { 7.0 } else { predicted.ln() + actual.sin() }";
    let cases = wrong_cases("explanations-by-hand", "loss", &[("squared_error", odd)]);
    let [first, ..] = &said(&cases)[..] else { panic!("{cases:?}") };
    let start = "error-squared: Work one row out by hand: with `predicted` 120,000, `actual` 250,000, `squared error` is \
                 16,900,000,000, and yours is ";
    assert!(first.starts_with(start), "{first}");
    assert!(first.contains(". Formula: `(predicted - actual)^2`."), "{first}");
}
