//! The report as JUnit XML, for the test views of CI systems: a suite for each step, a test for each case.
//!
//! It is valid by the schema that Jenkins checks (`junit-10.xsd` of its xUnit plugin), which most others are wider than: each
//! suite counts its `errors`, and only a suite counts what it has `skipped`.

use std::io;
use std::time::Duration;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use quick_xml::writer::ElementWriter;

use super::prints;
use crate::clean;
use crate::error::Fault;
use crate::verdict::{CaseReport, Report, StepReport, Verdict};

/// Writes a report as JUnit XML.
///
/// # Errors
/// None that a growing buffer has; the writer's signature asks for it.
pub fn render(report: &Report) -> io::Result<String> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let suites: Vec<Suite<'_>> = report.steps.iter().map(|step| Suite::of(report, step)).collect();
    let tests = suites.iter().map(Suite::tests).sum::<usize>().to_string();
    let failures = suites.iter().map(Suite::failures).sum::<usize>().to_string();
    let errors = suites.iter().map(Suite::errors).sum::<usize>().to_string();
    let attributes = [("name", "course"), ("tests", &tests), ("failures", &failures), ("errors", &errors)];
    element(&mut writer, "testsuites", &attributes)
        .write_inner_content(|writer| suites.iter().try_for_each(|suite| suite.write(writer)))?;
    let mut text = String::from_utf8_lossy(&writer.into_inner()).into_owned();
    text.push('\n');
    Ok(text)
}

/// An element whose attributes' values come from anywhere.
fn element<'a>(
    writer: &'a mut Writer<Vec<u8>>,
    name: &'a str,
    attributes: &[(&str, &str)],
) -> ElementWriter<'a, Vec<u8>> {
    attributes.iter().fold(writer.create_element(name), |element, (name, value)| {
        // A reader takes a line break in an attribute for a space.
        let value = clean::xml(value).replace('\n', "&#10;").replace('\t', "&#9;");
        element.with_attribute((name.as_bytes(), value.as_bytes()))
    })
}

/// Text that comes from anywhere.
fn text(text: &str) -> BytesText<'static> {
    BytesText::from_escaped(clean::xml(text))
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

    fn write(&self, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
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
        element(writer, "testsuite", &attributes).write_inner_content(|writer| {
            if let Some(fault) = &self.step.fault {
                self.write_error(writer, fault)?;
            }
            self.step.cases.iter().try_for_each(|case| self.write_test(writer, case))
        })?;
        Ok(())
    }

    fn write_error(&self, writer: &mut Writer<Vec<u8>>, fault: &Fault) -> io::Result<()> {
        let attributes = [("name", "the step itself"), ("classname", &self.step.name), ("time", "0.000")];
        element(writer, "testcase", &attributes).write_inner_content(|writer| {
            let attributes = [("type", "cannot be graded"), ("message", "the step cannot be graded")];
            element(writer, "error", &attributes).write_text_content(text(&fault.to_string()))?;
            Ok(())
        })?;
        Ok(())
    }

    fn write_test(&self, writer: &mut Writer<Vec<u8>>, case: &CaseReport) -> io::Result<()> {
        let seconds = format!("{:.3}", case.took.as_secs_f64());
        let class = format!("{}.{}", self.step.name, case.function);
        let attributes = [("name", case.name.as_str()), ("classname", &class), ("time", &seconds)];
        let element_of_case = element(writer, "testcase", &attributes);
        if case.passed() {
            element_of_case.write_empty()?;
            return Ok(());
        }
        let word = case.verdict.word();
        let message = format!("{}: {word}", case.function);
        element_of_case.write_inner_content(|writer| {
            if self.skips(case) {
                element(writer, "skipped", &[("message", &message)]).write_empty()?;
                return Ok(());
            }
            let attributes = [("type", word), ("message", &message)];
            element(writer, "failure", &attributes).write_text_content(text(&text_of(self.step, case)))?;
            if case.printed.bytes > 0 {
                element(writer, "system-out", &[]).write_text_content(text(&prints::text(&case.printed)))?;
            }
            Ok(())
        })?;
        Ok(())
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
