//! The report as JUnit XML, for the test views of CI systems: a suite for each step, a test for each case.
//!
//! It is valid by the schema that Jenkins checks (`junit-10.xsd` of its xUnit plugin). Most other schemas allow more:
//! here each suite counts its `errors`, and only a suite counts what it has `skipped`.

use std::time::Duration;

use course::Fault;
use verdict::{CaseReport, Report, StepReport, Verdict};

use super::prints;
use super::sentences::changed_exercises;
use crate::clean;
use crate::sentences::InWords;

/// Writes a report as JUnit XML.
pub fn render(report: &Report) -> String {
    let suites: Vec<Suite<'_>> = report.steps.iter().map(|step| Suite::of(report, step)).collect();
    let tests = suites.iter().map(Suite::tests).sum::<usize>().to_string();
    let failures = suites.iter().map(Suite::failures).sum::<usize>().to_string();
    let errors = suites.iter().map(Suite::errors).sum::<usize>().to_string();
    let attributes = [("name", &*report.about.title), ("tests", &tests), ("failures", &failures), ("errors", &errors)];
    let suites = suites.iter().map(Suite::element).collect();
    let mut text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    Element::new("testsuites", &attributes, Content::Elements(suites)).write("", &mut text);
    text
}

/// An element of XML.
struct Element {
    name: &'static str,
    /// As they are written, each with a blank before it.
    attributes: String,
    content: Content,
}

enum Content {
    Nothing,
    Elements(Vec<Element>),
    /// Text from elsewhere, escaped.
    Text(String),
}

impl Element {
    /// An element whose attributes' values come from anywhere.
    fn new(name: &'static str, attributes: &[(&str, &str)], content: Content) -> Self {
        let attribute = |(name, value): &(&str, &str)| {
            // A reader takes a line break in an attribute for a space.
            let value = clean::xml(value).replace('\n', "&#10;").replace('\t', "&#9;");
            format!(" {name}=\"{value}\"")
        };
        Self { name, attributes: attributes.iter().map(attribute).collect(), content }
    }

    fn write(&self, indent: &str, to: &mut String) {
        let Self { name, attributes, content } = self;
        match content {
            Content::Nothing => to.push_str(&format!("{indent}<{name}{attributes}/>\n")),
            Content::Elements(elements) => {
                to.push_str(&format!("{indent}<{name}{attributes}>\n"));
                elements.iter().for_each(|element| element.write(&format!("{indent}  "), to));
                to.push_str(&format!("{indent}</{name}>\n"));
            }
            Content::Text(text) => {
                to.push_str(&format!("{indent}<{name}{attributes}>{}</{name}>\n", clean::xml(text)));
            }
        }
    }
}

/// A step as a suite of tests.
struct Suite<'a> {
    step: &'a StepReport,
    /// Whether it must pass; where not, what was not started is no failure.
    required: bool,
}

impl<'a> Suite<'a> {
    fn of(report: &Report, step: &'a StepReport) -> Self {
        Self { step, required: report.requires(step) }
    }

    fn skips(&self, case: &CaseReport) -> bool {
        !self.required && matches!(case.verdict, Verdict::NotStarted { .. })
    }

    fn tests(&self) -> usize {
        self.step.cases.len() + self.errors()
    }

    /// A step that cannot be graded counts as one test.
    fn errors(&self) -> usize {
        usize::from(self.step.fault.is_some())
    }

    fn skipped(&self) -> usize {
        self.step.cases.iter().filter(|case| self.skips(case)).count()
    }

    fn failures(&self) -> usize {
        self.step.cases.len() - self.step.passed_cases() - self.skipped()
    }

    fn element(&self) -> Element {
        let seconds = self.step.cases.iter().map(|case| case.took).sum::<Duration>().as_secs_f64();
        let attributes = [
            ("name", self.step.label()),
            ("tests", self.tests().to_string()),
            ("failures", self.failures().to_string()),
            ("errors", self.errors().to_string()),
            ("skipped", self.skipped().to_string()),
            ("time", format!("{seconds:.3}")),
        ];
        let attributes = attributes.each_ref().map(|(name, value)| (*name, value.as_str()));
        let fault = self.step.fault.iter().map(|fault| self.error(fault));
        let tests = self.step.cases.iter().map(|case| self.test(case));
        let note = changed_exercises([(self.step.name.as_str(), self.step.exercise)]);
        let note = note.map(|words| Element::new("system-out", &[], Content::Text(words)));
        Element::new("testsuite", &attributes, Content::Elements(fault.chain(tests).chain(note).collect()))
    }

    fn error(&self, fault: &Fault) -> Element {
        let attributes = [("type", "cannot be graded"), ("message", "the step cannot be graded")];
        let error = Element::new("error", &attributes, Content::Text(fault.to_string()));
        let attributes = [("name", "the step itself"), ("classname", &self.step.name), ("time", "0.000")];
        Element::new("testcase", &attributes, Content::Elements(vec![error]))
    }

    fn test(&self, case: &CaseReport) -> Element {
        let seconds = format!("{:.3}", case.took.as_secs_f64());
        let class = format!("{}.{}", self.step.name, case.function);
        let attributes = [("name", case.name.as_str()), ("classname", &class), ("time", &seconds)];
        let content = if case.passed() { Content::Nothing } else { Content::Elements(self.outcome(case)) };
        Element::new("testcase", &attributes, content)
    }

    /// What is said of a case that has not passed.
    fn outcome(&self, case: &CaseReport) -> Vec<Element> {
        let word = case.verdict.word();
        let message = format!("{}: {word}", case.function);
        if self.skips(case) {
            return vec![Element::new("skipped", &[("message", &message)], Content::Nothing)];
        }
        let attributes = [("type", word), ("message", &message)];
        let failure = Element::new("failure", &attributes, Content::Text(text_of(self.step, case)));
        let printed = || Element::new("system-out", &[], Content::Text(prints::text(&case.printed)));
        [Some(failure), (case.printed.bytes > 0).then(printed)].into_iter().flatten().collect()
    }
}

fn text_of(step: &StepReport, case: &CaseReport) -> String {
    let mut lines = vec![step.place(case)];
    lines.extend(case.verdict.sentences());
    if let Verdict::DoesNotCompile { errors, .. } = &case.verdict {
        lines.extend(errors.iter().map(|error| error.rendered.clone()));
    }
    lines.join("\n")
}
