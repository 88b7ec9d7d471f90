//! The JSON Schema of the report, against which every report is checked that a test reads.

use boon::{Compiler, Schemas};
use serde_json::{Value, json};

use crate::real;

/// Panics unless a document is as the schema says, and has nothing that the schema does not describe.
#[track_caller]
pub fn assert_valid(document: &Value) {
    let mut schema = serde_json::from_str(&real::text("grader/report.schema.json")).unwrap();
    close(&mut schema);
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler.add_resource("report.schema.json", schema).unwrap();
    // Fails unless the schema itself is valid.
    let report = compiler.compile("report.schema.json", &mut schemas).unwrap_or_else(|error| panic!("{error:#}"));
    if let Err(error) = schemas.validate(document, report) {
        panic!("{error}\nin {document:#}");
    }
}

/// Forbids what is not described. A reader of the report must take it, as fields may be added; these tests are to
/// find it.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            fields.values_mut().for_each(close);
            if fields.get("properties").is_some_and(Value::is_object) && fields.contains_key("required") {
                fields.insert("additionalProperties".to_owned(), json!(false));
            }
        }
        Value::Array(values) => values.iter_mut().for_each(close),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_valid(document: &Value) -> bool {
        std::panic::catch_unwind(|| assert_valid(document)).is_ok()
    }

    #[test]
    fn the_example_for_those_who_read_reports_is_valid() {
        let page = real::text("grader/README.md");
        let (_, from) = page.split_once("```json\n").unwrap();
        assert_valid(&serde_json::from_str(from.split_once("```").unwrap().0).unwrap());
    }

    #[test]
    fn what_the_schema_does_not_describe_is_found() {
        let document = |ending: Value, further: &str| {
            let verdict = json!({ "kind": "crashed", "trial": "lesson", "ending": ending });
            let case = json!({
                "name": "a", "title": "b", "function": "c", "points": 1, "line": null, "seconds": 0.5, "verdict": verdict,
                "says": [], "printed": { "beginning": "", "end": null, "bytes": 0, "file": null },
            });
            let mut step = json!({
                "number": 1, "name": "a", "title": "b", "bonus": false, "file": "c", "changed": false, "passed": false,
                "passed_cases": 0, "points": 0, "possible_points": 1, "cases": [case], "fault": null,
            });
            step[further] = json!(1);
            json!({ "version": 2, "course": { "version": "1.0", "title": "A course" }, "passed": false, "steps": [step] })
        };
        assert!(is_valid(&document(json!("stack_overflow"), "number")));
        assert!(!is_valid(&document(json!("stack_overflow"), "further")));
        assert!(!is_valid(&document(json!("no_ending"), "number")));
        assert!(!is_valid(&document(json!({ "exited": "0" }), "number")));
        assert!(!is_valid(
            &json!({ "version": 2, "course": { "version": null, "title": "A course" }, "passed": true })
        ));
    }
}
