//! Every verdict as JSON, held against the schema.

use std::collections::BTreeSet;
use std::time::Duration;

use course::{About, Asked};
use outcome::Printed;
use serde_json::Value;
use verdict::diagnosis::Finding;
use verdict::{NamedMistake, Part};

use super::*;

/// Each kind of verdict, with each kind of what it may hold.
fn verdicts() -> Vec<Verdict> {
    let place = || Some(Place { file: "src/lib.rs".to_owned(), line: 3 });
    let trial = Trial::Fresh(7);
    let error =
        |place| CompilerError { message: "no `x`".to_owned(), rendered: "\x1b[31mno `x`\x1b[0m".to_owned(), place };
    let signature = |found: Option<&str>| Signature {
        function: "predict".to_owned(),
        wanted: "pub fn predict()".to_owned(),
        found: found.map(str::to_owned),
    };
    let cells = [Cell::Integer(-4), Cell::Number(f64::NAN), Cell::Number(-1e-310), Cell::from("a\u{202e}\0")];
    let only_expected = |cell: &Cell| ComparedCell { expected: Some(cell.clone()), got: None, agrees: false };
    let comparison = Comparison {
        given: vec!["weight".to_owned(); 4],
        answers: vec!["loss".to_owned(); 4],
        expected_rows: 1,
        got_rows: 0,
        rows: vec![ComparedRow { given: cells.to_vec(), answers: cells.iter().map(only_expected).collect() }],
        samples: Vec::new(),
    };
    let mistakes = vec![NamedMistake { name: "halved".to_owned(), says: "It is halved.".to_owned() }];
    let mistakes = |extent| Explanation::Mistakes { named: mistakes.clone(), extent };
    let elsewhere = |by| Explanation::Elsewhere { function: "predict".to_owned(), by };
    let explanations = [
        mistakes(Extent::Function),
        mistakes(Extent::Together),
        mistakes(Extent::Case),
        mistakes(Extent::WorkOf("predict".to_owned())),
        elsewhere(User::Function),
        elsewhere(User::Case),
        Explanation::Shows(vec![Finding::OtherOrder]),
    ];
    let wrong = explanations.clone().map(|explanation| {
        Verdict::Wrong(Wrong {
            trial,
            only_fresh: true,
            comparison: comparison.clone(),
            explanation,
            formulas: Vec::new(),
        })
    });
    let culprits =
        [Culprit::Library, Culprit::Cases, Culprit::Linking, Culprit::File, Culprit::Endless, Culprit::Compiler];
    let uncompiled = culprits.map(|culprit| Verdict::DoesNotCompile {
        errors: vec![error(None), error(place())],
        culprit,
        signatures: vec![signature(None), signature(Some("fn predict()"))],
    });
    let panicked = [None, explanations.into_iter().next()].map(|explanation| Verdict::Panicked {
        trial,
        message: "\u{fffe}".to_owned(),
        place: explanation.as_ref().and_then(|_| place()),
        explanation,
    });
    let timed_out = [Spent::Computing, Spent::Waiting].map(|spent| Verdict::TimedOut {
        trial: Trial::Lesson,
        limit: Duration::from_millis(2500),
        spent,
    });
    let endings = [
        Ending::Done,
        Ending::Exited(Some(0)),
        Ending::Exited(None),
        Ending::Signalled(9),
        Ending::StackOverflow,
        Ending::TooMuchMemory(2 << 30),
        Ending::NoMemory(1 << 60),
        Ending::TooManyAnswers,
        Ending::TooLargeFile(64 << 20),
        Ending::TooManyProcesses(100),
        Ending::Gone,
    ];
    let crashed = endings.map(|ending| Verdict::Crashed { trial, ending });
    let mut verdicts = vec![Verdict::Passed];
    verdicts.extend([None, place()].map(|todo| Verdict::NotStarted { todo }));
    verdicts.into_iter().chain(uncompiled).chain(wrong).chain(panicked).chain(timed_out).chain(crashed).collect()
}

fn report() -> Report {
    let case = |(at, verdict)| CaseReport {
        name: format!("case-{at}"),
        title: "a case".to_owned(),
        function: "predict".to_owned(),
        points: 1,
        line: (at > 0).then_some(at),
        verdict,
        printed: Printed { text: "one\n".to_owned(), end: "two\n".to_owned(), bytes: 8 + at as u64 },
        printed_in: (at > 0).then(|| "target/long.txt".into()),
        took: Duration::from_millis(5),
        shown: None,
    };
    let step = StepReport {
        number: 1,
        name: "loss".to_owned(),
        title: "How wrong?".to_owned(),
        bonus: false,
        file: "exercises/01-loss/src/lib.rs".into(),
        cases: verdicts().into_iter().enumerate().map(case).collect(),
        fault: None,
        exercise: Exercise::AsBegun,
    };
    let fault =
        |line| Fault { path: "exercises/02-gradient/exercise.toml".into(), line, message: "no title".to_owned() };
    let faulty = [None, Some(3)].map(|line| StepReport { fault: Some(fault(line)), cases: Vec::new(), ..step.clone() });
    let steps = [vec![step], faulty.to_vec()].concat();
    Report {
        course_version: Some("1.2.0".to_owned()),
        about: About::default(),
        steps,
        asked: Asked::Course,
        part: Part::Whole,
        left_out: 0,
    }
}

/// All values with a name, anywhere in a document.
fn all<'a>(document: &'a Value, name: &str) -> Vec<&'a Value> {
    let mut found = Vec::new();
    match document {
        Value::Object(fields) => {
            found.extend(fields.get(name));
            fields.values().for_each(|value| found.extend(all(value, name)));
        }
        Value::Array(values) => values.iter().for_each(|value| found.extend(all(value, name))),
        _ => {}
    }
    found
}

#[test]
fn the_report_of_every_verdict_is_valid_by_the_schema() {
    let text = render(&report()).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    testkit::schema::assert_valid(&document);

    let words = |name| all(&document, name).into_iter().filter_map(Value::as_str).collect::<BTreeSet<_>>();
    let kinds = ["crashed", "does_not_compile", "not_started", "panicked", "passed", "timed_out", "wrong"];
    assert_eq!(words("kind"), BTreeSet::from(kinds));
    assert_eq!(words("culprit").len(), 6);
    assert_eq!(words("spent").len(), 2);
    let endings: BTreeSet<String> = all(&document, "ending").iter().map(ToString::to_string).collect();
    assert_eq!(endings.len(), 10, "a program that ran to its end without an answer exited: {endings:?}");
}

#[test]
fn what_others_said_is_kept_as_it_is_and_written_in_harmless_characters() {
    let text = render(&report()).unwrap();
    assert!(text.contains(r#""message": "\ufffe""#) && text.contains(r#""text": "a\u202e\u0000""#));
    let document: Value = serde_json::from_str(&text).unwrap();
    assert!(all(&document, "message").contains(&&Value::from("\u{fffe}")));
    assert!(all(&document, "text").contains(&&Value::from("a\u{202e}\0")));
    assert!(all(&document, "rendered").iter().all(|rendered| *rendered == "no `x`"), "a compiler's colours go");
}

#[test]
fn prints_have_an_end_where_something_is_left_out() {
    let document: Value = serde_json::from_str(&render(&report()).unwrap()).unwrap();
    let printed = all(&document, "printed");
    assert_eq!(*printed[0], serde_json::json!({ "beginning": "one\ntwo\n", "end": null, "bytes": 8, "file": null }));
    let long = serde_json::json!({ "beginning": "one\n", "end": "two\n", "bytes": 9, "file": "target/long.txt" });
    assert_eq!(*printed[1], long);
}
