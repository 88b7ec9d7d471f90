//! The report as JUnit XML, for the test views of CI systems: a suite for each step, a test for each case.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::clean::strip_ansi;
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
    writer
        .create_element("testsuites")
        .with_attribute(("name", "course"))
        .with_attribute(("tests", suites.iter().map(Suite::tests).sum::<usize>().to_string().as_str()))
        .with_attribute(("failures", suites.iter().map(Suite::failures).sum::<usize>().to_string().as_str()))
        .with_attribute(("errors", suites.iter().map(Suite::errors).sum::<usize>().to_string().as_str()))
        .with_attribute(("skipped", suites.iter().map(Suite::skipped).sum::<usize>().to_string().as_str()))
        .write_inner_content(|writer| suites.iter().try_for_each(|suite| suite.write(writer)))?;
    let mut text = String::from_utf8_lossy(&writer.into_inner()).into_owned();
    text.push('\n');
    Ok(text)
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
        let seconds: f64 = self.step.cases.iter().map(|case| case.took.as_secs_f64()).sum();
        writer
            .create_element("testsuite")
            .with_attribute(("name", self.step.label().as_str()))
            .with_attribute(("tests", self.tests().to_string().as_str()))
            .with_attribute(("failures", self.failures().to_string().as_str()))
            .with_attribute(("errors", self.errors().to_string().as_str()))
            .with_attribute(("skipped", self.skipped().to_string().as_str()))
            .with_attribute(("time", format!("{seconds:.3}").as_str()))
            .write_inner_content(|writer| {
                if let Some(fault) = &self.step.fault {
                    self.write_error(writer, fault)?;
                }
                self.step.cases.iter().try_for_each(|case| self.write_test(writer, case))
            })?;
        Ok(())
    }

    fn write_error(&self, writer: &mut Writer<Vec<u8>>, fault: &Fault) -> io::Result<()> {
        let test = writer
            .create_element("testcase")
            .with_attribute(("name", "the step itself"))
            .with_attribute(("classname", self.step.name.as_str()))
            .with_attribute(("time", "0.000"));
        test.write_inner_content(|writer| {
            let error = writer.create_element("error").with_attribute(("message", "the step cannot be graded"));
            error.write_text_content(BytesText::new(&strip_ansi(&fault.to_string()))).map(drop)
        })
        .map(drop)
    }

    fn write_test(&self, writer: &mut Writer<Vec<u8>>, case: &CaseReport) -> io::Result<()> {
        let seconds = format!("{:.3}", case.took.as_secs_f64());
        let element = writer
            .create_element("testcase")
            .with_attribute(("name", case.name.as_str()))
            .with_attribute(("classname", format!("{}.{}", self.step.name, case.function).as_str()))
            .with_attribute(("time", seconds.as_str()));
        if case.passed() {
            element.write_empty()?;
            return Ok(());
        }
        let message = format!("{}: {}", case.function, case.verdict.word());
        element.write_inner_content(|writer| {
            if self.skips(case) {
                writer.create_element("skipped").with_attribute(("message", message.as_str())).write_empty()?;
                return Ok(());
            }
            let failure = writer
                .create_element("failure")
                .with_attribute(("type", case.verdict.word()))
                .with_attribute(("message", message.as_str()));
            failure.write_text_content(BytesText::new(&text_of(self.step, case)))?;
            if case.printed.bytes > 0 {
                let printed = strip_ansi(&case.printed.text);
                writer.create_element("system-out").write_text_content(BytesText::new(&printed))?;
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
        lines.extend(errors.iter().map(|error| strip_ansi(&error.rendered)));
    }
    // XML has no way to write the control characters that a student's panic may hold.
    strip_ansi(&lines.join("\n"))
}
