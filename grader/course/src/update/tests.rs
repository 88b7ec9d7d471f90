//! Students' files and changed stubs.

use super::*;

const EARLIER: &str = "\
//! A model.

use std::fmt;
pub use datasets::House;

/// What a house costs.
pub const BASE: f64 = 50.0;

/// Doubels a number.
pub fn double(x: f64) -> f64 {
    todo!(\"return twice the number\")
}

/// Adds.
pub fn add(a: f64, b: f64) -> f64 {
    todo!(\"add\")
}

/// A walker.
#[derive(Debug)]
pub struct Walker {
    /// Where it is.
    pub at: f64,
}

impl Walker {
    /// Goes on.
    pub fn walk(&mut self, by: f64) {
        todo!(\"go\")
    }
}

impl fmt::Display for Walker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, \"{}\", self.at)
    }
}
";

/// A text with changes, each of which must be possible.
fn with(text: &str, changes: &[(&str, &str)]) -> String {
    changes.iter().fold(text.to_owned(), |text, (old, new)| {
        assert!(text.contains(old), "{old} in\n{text}");
        text.replacen(old, new, 1)
    })
}

/// The text and the remarks of an update, which must be the last one.
fn merged(own: &str, new: &str) -> (String, Vec<Remark>) {
    let earlier = [EARLIER.to_owned()];
    let Update::Merged { text, remarks } = updated(own, new, &earlier) else {
        panic!("{:?}", updated(own, new, &earlier));
    };
    assert_eq!(updated(&text, new, &earlier), Update::Nothing, "{text}");
    (text, remarks)
}

const DOUBLE: (&str, &str) = ("todo!(\"return twice the number\")", "// mine\n    helper(x) * 2.0");
const HELPER: (&str, &str) = ("/// Adds.\n", "fn helper(x: f64) -> f64 {\n    x\n}\n\n/// Adds.\n");
const SPELLING: (&str, &str) = ("Doubels", "Doubles");

#[test]
fn what_is_begun_from_the_stub_has_nothing_to_take_over() {
    let earlier = [EARLIER.to_owned()];
    let new = with(EARLIER, &[SPELLING, ("b: f64)", "b: f64, c: f64)")]);
    for own in [
        new.clone(),
        with(&new, &[DOUBLE, HELPER]),
        with(&new, &[DOUBLE, ("/// A walker.\n", "/// A walker.\n// Mine.\n"), ("Debug", "Debug, Clone")]),
        with(&new, &[DOUBLE, ("a: f64,", "mut a: f64,"), ("/// Adds.\n", "")]),
    ] {
        assert_eq!(updated(&own, &new, &earlier), Update::Nothing, "{own}");
    }
    let own = with(EARLIER, &[DOUBLE, ("b: f64)", "b: f64, more: &str)")]);
    assert_eq!(updated(&own, EARLIER, &earlier), Update::Nothing, "the stub is as it was");
    assert_eq!(updated(&own, EARLIER, &[]), Update::Nothing);
}

#[test]
fn an_earlier_stub_is_replaced() {
    let new = with(EARLIER, &[SPELLING]);
    let earlier = ["fn oldest() { todo!() }\n".to_owned(), EARLIER.to_owned()];
    for own in [EARLIER, "fn oldest() {\n    todo!()\n}\n"] {
        assert_eq!(updated(own, &new, &earlier), Update::Untouched { stub: new.clone() });
    }
}

#[test]
fn the_students_code_goes_into_the_new_stub() {
    let changes = [
        SPELLING,
        ("A model", "The model"),
        ("50.0", "60.0"),
        ("\"add\"", "\"add both\""),
        ("    /// Where", "    /// The place where"),
    ];
    let new = with(EARLIER, &changes);
    let own = with(
        EARLIER,
        &[DOUBLE, HELPER, ("use std::fmt;", "use std::f64::consts::PI;\nuse std::fmt;"), ("\"go\"", "\"went\"")],
    );
    let wanted = with(
        &new,
        &[DOUBLE, HELPER, ("use std::fmt;", "use std::f64::consts::PI;\nuse std::fmt;"), ("\"go\"", "\"went\"")],
    );
    assert_eq!(merged(&own, &new), (wanted, Vec::new()));
}

#[test]
fn a_body_goes_into_a_declaration_that_has_changed_and_the_student_is_told() {
    let new = with(EARLIER, &[("x: f64)", "x: f64, times: u32)"), ("by: f64)", "by: f64) -> f64")]);
    let own = with(EARLIER, &[DOUBLE]);
    let declared = Remark::Declared {
        function: "double".to_owned(),
        now: "pub fn double(x: f64, times: u32) -> f64".to_owned(),
        before: "pub fn double(x: f64) -> f64".to_owned(),
    };
    assert_eq!(merged(&own, &new), (with(&new, &[DOUBLE]), vec![declared]));
}

#[test]
fn other_names_of_parameters_break_nothing() {
    let new = with(EARLIER, &[("double(x: f64)", "double(number: f64)"), SPELLING]);
    let own = with(EARLIER, &[DOUBLE]);
    assert_eq!(merged(&own, &new), (with(EARLIER, &[DOUBLE, SPELLING]), Vec::new()));
}

#[test]
fn new_items_come_to_their_places_and_are_named() {
    let new = with(
        EARLIER,
        &[
            ("use std::fmt;", "use std::fmt;\nuse std::error::Error;"),
            ("/// Adds.\n", "/// Halves.\npub fn half(x: f64) -> f64 {\n    todo!(\"halve\")\n}\n\n/// Adds.\n"),
            (
                "    /// Goes on.\n",
                "    /// Begins.\n    pub fn new() -> Walker {\n        todo!(\"begin\")\n    }\n\n    /// Goes on.\n",
            ),
        ],
    );
    let own = with(EARLIER, &[DOUBLE]);
    let (text, remarks) = merged(&own, &new);
    assert_eq!(remarks, ["new", "half"].map(|name| Remark::New(name.to_owned())));
    let at = |words: &str| text.find(words).unwrap_or_else(|| panic!("{words} in\n{text}"));
    assert!(at("pub fn double") < at("pub fn half") && at("pub fn half") < at("pub fn add"));
    assert!(
        at("use std::fmt;") < at("use std::error::Error;") && at("use std::error::Error;") < at("//! A model") + 200
    );
    assert!(at("impl Walker") < at("pub fn new()") && at("pub fn new()") < at("pub fn walk"));
}

#[test]
fn what_is_gone_stays_if_it_is_the_students_or_in_use() {
    let add = "/// Adds.\npub fn add(a: f64, b: f64) -> f64 {\n    todo!(\"add\")\n}\n\n";
    let base = "/// What a house costs.\npub const BASE: f64 = 50.0;\n\n";
    let display = &EARLIER[EARLIER.find("\nimpl fmt::Display").unwrap()..];
    let new = with(EARLIER, &[(add, ""), (base, ""), (display, ""), ("use std::fmt;\n", "")]);
    let own = with(EARLIER, &[DOUBLE]);
    // The type still is there, so what it can do stays, too.
    let (text, remarks) = merged(&own, &new);
    assert!(!text.contains("fn add") && !text.contains("BASE") && text.contains("impl fmt::Display"), "{text}");
    assert!(text.contains("use std::fmt;") && remarks.is_empty(), "{text}");
    let own = with(EARLIER, &[("todo!(\"add\")", "a + b + BASE")]);
    let new = with(EARLIER, &[(add, ""), (base, ""), SPELLING]);
    let (text, remarks) = merged(&own, &new);
    assert!(text.contains("a + b + BASE") && text.contains("pub const BASE"), "{text}");
    assert_eq!(remarks, [Remark::Gone("add".to_owned())]);
}

#[test]
fn a_students_lines_are_never_lost() {
    let new = with(
        EARLIER,
        &[
            SPELLING,
            ("//! A model.", "//! The model."),
            ("    pub at: f64,", "    pub at: f32,"),
            ("use std::fmt;\n", "use std::{fmt, io};\n"),
            ("pub fn walk(&mut self, by: f64)", "pub fn walk(&mut self, by: f32)"),
        ],
    );
    let own = with(
        EARLIER,
        &[
            ("//! A model.\n", "//! A model.\n//! By me.\n"),
            ("pub use datasets::House;\n", "// Own imports.\npub use datasets::House;\nuse std::io::Read;\n"),
            ("/// Doubels a number.\n", "/// Doubels a number.\n// Why twice?\n#[inline]\n"),
            ("    pub at: f64,\n", "    pub at: f64,\n    steps: u32,\n"),
            ("todo!(\"go\")", "self.at += by; // forwards"),
            ("#[derive(Debug)]", "#[derive(Debug, Clone)]"),
        ],
    ) + "\n// The end.\n";
    let (text, remarks) = merged(&own, &new);
    for line in [
        "//! By me.",
        "// Own imports.",
        "use std::io::Read;",
        "// Why twice?",
        "#[inline]",
        "//     steps: u32,",
        "self.at += by; // forwards",
        "#[derive(Debug, Clone)]",
        "// The end.",
    ] {
        assert!(text.contains(line), "{line} in\n{text}");
    }
    assert!(
        text.contains("//! The model.\n") && text.contains("/// Doubles a number.\n") && !text.contains("Doubels"),
        "{text}"
    );
    assert!(text.contains("pub at: f32") && !text.contains("\n    pub at: f64"), "{text}");
    assert!(!text.contains("#[derive(Debug)]"), "{text}");
    let names: Vec<bool> =
        remarks.iter().map(|remark| matches!(remark, Remark::InComment(name) if name == "Walker")).collect();
    assert!(names.contains(&true), "{remarks:?}");
}

#[test]
fn imports_are_told_apart_by_their_names() {
    let new = with(EARLIER, &[("use std::fmt;\n", "use std::{fmt, io};\n"), SPELLING]);
    let own = with(EARLIER, &[DOUBLE, ("use std::fmt;\n", "use std::fmt::{self, Write};\n")]);
    let (text, _) = merged(&own, &new);
    assert!(text.contains("use std::fmt::{self, Write};\n") && text.contains("use std::io;\n"), "{text}");
    // An import that is gone leaves the student's beside it.
    let new = with(EARLIER, &[("pub use datasets::House;\n", "")]);
    let own = with(EARLIER, &[DOUBLE, ("pub use datasets::House;\n", "pub use datasets::{House, Item};\n")]);
    let (text, _) = merged(&own, &new);
    assert!(text.contains("pub use datasets::Item;\n") && !text.contains("House"), "{text}");
}

#[test]
fn a_block_of_the_students_own_methods_is_told_apart() {
    let new = with(EARLIER, &[("    /// Goes on.", "    /// Walks on.")]);
    let block = "impl Walker {\n    fn mine(&self) {}\n}\n\n";
    let own = with(EARLIER, &[DOUBLE, ("impl Walker {", &format!("{block}impl Walker {{"))]);
    let wanted = with(&new, &[DOUBLE, ("impl Walker {", &format!("{block}impl Walker {{"))]);
    assert_eq!(merged(&own, &new), (wanted, Vec::new()));
}

#[test]
fn brackets_that_do_not_fit_are_left_alone() {
    let own = with(EARLIER, &[("todo!(\"add\")", "{ a + b")]);
    assert_eq!(updated(&own, &with(EARLIER, &[SPELLING]), &[EARLIER.to_owned()]), Update::Unreadable);
}

/// Whatever changes, an update is the last one, and each line of the student's is in the file.
#[test]
fn updates_end_and_lose_nothing() {
    let course = [
        DOUBLE,
        SPELLING,
        ("/// Adds.\n", "/// Sums.\n"),
        ("50.0", "7.0"),
        ("by: f64", "by: u8"),
        ("pub at", "pub here"),
        ("pub use datasets::House;", "pub use datasets::Item as House;"),
        ("impl Walker", "impl<'a> Walker"),
        ("/// A walker.\n", ""),
    ];
    let own = [
        DOUBLE,
        HELPER,
        ("todo!(\"go\")", "self.at += 1.0;"),
        ("/// A walker.\n", "// mine!\n"),
        ("50.0", "51.0"),
        ("todo!(\"add\")", "let s = a + b;\n    s"),
        ("a: f64", "first: f64"),
        ("#[derive(Debug)]", "#[derive(Debug, PartialEq)]"),
    ];
    for changes in 0..1_usize << course.len() {
        let chosen = |from: &[(&'static str, &'static str)], bits: usize| -> Vec<(&'static str, &'static str)> {
            from.iter().enumerate().filter(|(at, _)| bits & (1 << at) != 0).map(|(_, change)| *change).collect()
        };
        let new = with(EARLIER, &chosen(&course, changes));
        let mine = chosen(&own, changes.wrapping_mul(37) >> 1);
        let text = with(EARLIER, &mine);
        let Update::Merged { text, .. } = updated(&text, &new, &[EARLIER.to_owned()]) else { continue };
        assert!(Source::of(&text).is_some(), "{text}");
        assert_eq!(updated(&text, &new, &[EARLIER.to_owned()]), Update::Nothing, "{text}");
        for line in mine.iter().flat_map(|(old, new)| lines(new).into_iter().filter(|line| !lines(old).contains(line)))
        {
            let line = line.trim_start_matches('/').trim();
            assert!(text.contains(line) || line.contains("mut a"), "{line} in\n{text}");
        }
    }
}

/// The real steps, solved by a student who began from a stub that differs in one item.
#[test]
fn each_solved_step_takes_over_a_change_of_an_item() {
    let course = crate::Course::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap();
    for step in &course.steps {
        let new = step.read_stub(&course.root).unwrap();
        let solution = read(&course.root, &step.solution_source()).unwrap();
        let solved = crate::solution::without_markers(&solution).join("\n") + "\n";
        let items = Source::of(&new).unwrap().items.into_iter().enumerate();
        // All of them would take a minute.
        for (at, item) in items.filter(|(at, _)| at % 5 == step.number as usize % 5) {
            // Without the item, or with another comment before it; nobody looks at one before an import.
            for with_item in [false, true].into_iter().filter(|with_item| !with_item || item.key != Key::Use) {
                let change = |text: &str| {
                    let mut source = Source::of(text).unwrap();
                    let is_same = |other: &Item| {
                        other.key == item.key && (item.key != Key::Use || other.declaration == item.declaration)
                    };
                    let Some(at) = source.items.iter().position(is_same) else { return text.to_owned() };
                    if with_item {
                        let lead = &mut source.items[at].lead;
                        lead.insert_str(lead.len() - lead.trim_start_matches('\n').len(), "/// An older line.\n");
                    } else {
                        source.items.remove(at);
                    }
                    source.text()
                };
                let (earlier, own) = (change(&new), change(&solved));
                let place = format!("item {at} of {}, {with_item}", step.name);
                assert_eq!(updated(&solved, &new, std::slice::from_ref(&earlier)), Update::Nothing, "{place}");
                assert_eq!(
                    updated(&earlier, &new, std::slice::from_ref(&earlier)),
                    Update::Untouched { stub: new.clone() }
                );
                let update = updated(&own, &new, std::slice::from_ref(&earlier));
                let Update::Merged { text, .. } = update else { panic!("{place}: {update:?}") };
                assert_eq!(updated(&text, &new, &[earlier]), Update::Nothing, "{place}: {text}");
                let all = lines(&text);
                let lost = lines(&own).into_iter().filter(|line| !all.contains(line) && line != "/// An older line.");
                assert_eq!(lost.collect::<Vec<_>>(), [""; 0], "{place}");
                if with_item {
                    assert_eq!(text, solved, "{place}");
                }
            }
        }
    }
}

/// Lines are missing, or are there twice: an update ends with the first one, or says that it cannot be made.
#[test]
fn whatever_a_file_holds_an_update_is_the_last_one() {
    let course = crate::Course::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap();
    let step = course.step("optimizers").unwrap();
    let earlier = step.read_stub(&course.root).unwrap();
    let new = with(
        &earlier,
        &[("A way", "One way"), ("f64", "f32"), ("impl Optimizer", "impl<T> Optimizer"), ("steps: i32", "steps: u32")],
    );
    let whole: Vec<&str> = earlier.lines().collect();
    for number in 0..60_usize {
        let [from, length] = [number * 7919 % whole.len(), number * 31 % 40];
        let end = (from + length).min(whole.len());
        let part = [&whole[..from], &whole[end..]].concat();
        let twice = [&whole[..end], &whole[from..]].concat();
        for own in [part, twice].map(|lines| lines.join("\n")) {
            if let Update::Merged { text, .. } = updated(&own, &new, std::slice::from_ref(&earlier)) {
                let again = updated(&text, &new, std::slice::from_ref(&earlier));
                assert_eq!(again, Update::Nothing, "{from} {length}\n{own}");
            }
        }
    }
}
