//! JUnit documents, read as strictly as Jenkins' xUnit plugin does it by its schema: which elements stand in which,
//! and which attributes they must and may have. (XML itself is left to the parser, but for the characters that a
//! document may hold.)

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// An element of a document, and the text in it.
#[derive(Debug, Default)]
pub struct Element {
    pub name: String,
    pub attributes: BTreeMap<String, String>,
    pub text: String,
}

struct Rule {
    element: &'static str,
    within: &'static [&'static str],
    must: &'static [&'static str],
    may: &'static [&'static str],
    text: bool,
}

const RULES: [Rule; 7] = [
    Rule {
        element: "testsuites",
        within: &[""],
        must: &[],
        may: &["name", "time", "tests", "failures", "errors"],
        text: false,
    },
    Rule {
        element: "testsuite",
        within: &["testsuites", "testsuite"],
        must: &["name", "tests", "failures", "errors"],
        may: &["group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"],
        text: false,
    },
    Rule {
        element: "testcase",
        within: &["testsuite"],
        must: &["name"],
        may: &["time", "classname", "group"],
        text: false,
    },
    Rule { element: "failure", within: &["testcase"], must: &[], may: &["type", "message"], text: true },
    Rule { element: "error", within: &["testcase"], must: &[], may: &["type", "message"], text: true },
    Rule { element: "skipped", within: &["testcase"], must: &[], may: &["type", "message"], text: true },
    Rule { element: "system-out", within: &["testcase", "testsuite"], must: &[], may: &[], text: true },
];

/// The elements of a document, in the order in which they begin.
#[track_caller]
pub fn read(document: &str) -> Vec<Element> {
    assert!(document.chars().all(is_character_of_xml), "a character that XML does not have");
    let mut reader = Reader::from_str(document);
    reader.config_mut().check_end_names = true;
    let mut elements: Vec<Element> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    loop {
        let event = reader.read_event().unwrap();
        match event {
            Event::Start(ref start) | Event::Empty(ref start) => {
                let parent = open.last().map_or("", |at| &elements[*at].name).to_owned();
                elements.push(element(start, &parent));
                if matches!(event, Event::Start(_)) {
                    open.push(elements.len() - 1);
                }
            }
            Event::End(_) => drop(open.pop()),
            Event::Text(text) => add_text(&mut elements, &open, &text.decode().unwrap()),
            Event::GeneralRef(reference) => {
                let entity = format!("&{};", reference.decode().unwrap());
                add_text(&mut elements, &open, &quick_xml::escape::unescape(&entity).unwrap());
            }
            Event::Decl(_) => assert!(elements.is_empty()),
            Event::Eof => break,
            other => panic!("{other:?} in a report"),
        }
    }
    assert!(open.is_empty(), "an element has no end");
    elements
}

fn element(start: &BytesStart<'_>, parent: &str) -> Element {
    let name = String::from_utf8(start.name().as_ref().to_vec()).unwrap();
    let attributes = start.attributes().map(|attribute| {
        let attribute = attribute.unwrap();
        let value = std::str::from_utf8(&attribute.value).unwrap();
        let name = String::from_utf8(attribute.key.as_ref().to_vec()).unwrap();
        (name, quick_xml::escape::unescape(value).unwrap().into_owned())
    });
    let attributes: BTreeMap<String, String> = attributes.collect();
    let rule = rule_of(&name);
    assert!(rule.within.contains(&parent), "a `{name}` within a `{parent}`");
    assert!(rule.must.iter().all(|must| attributes.contains_key(*must)), "`{name}` lacks an attribute: {attributes:?}");
    for attribute in attributes.keys() {
        let is_known = [rule.must, rule.may].concat().contains(&attribute.as_str());
        assert!(is_known, "`{name}` has an attribute `{attribute}`");
    }
    let time = attributes.get("time").map_or("0", String::as_str);
    assert!(
        time.parse::<f64>().is_ok() && time.chars().all(|letter| letter.is_ascii_digit() || letter == '.'),
        "{time}"
    );
    Element { name, attributes, text: String::new() }
}

fn rule_of(element: &str) -> &'static Rule {
    RULES.iter().find(|rule| rule.element == element).unwrap_or_else(|| panic!("an element `{element}`"))
}

fn add_text(elements: &mut [Element], open: &[usize], text: &str) {
    match open.last() {
        Some(at) if rule_of(&elements[*at].name).text => elements[*at].text.push_str(text),
        _ => assert!(text.trim().is_empty(), "text between elements: {text:?}"),
    }
}

/// Production 2 of XML 1.0.
fn is_character_of_xml(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}
