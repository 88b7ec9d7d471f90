//! The report as JUnit XML, for the test views of CI systems: a suite for each step, a test for each case.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::{CaseReport, Report, StepReport, Verdict};
use crate::plain::plain;

/// Writes a report as JUnit XML.
///
/// # Errors
/// None that a growing buffer has; the writer's signature asks for it.
pub fn render(report: &Report) -> io::Result<String> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let tests: usize = report.steps.iter().map(|step| step.cases.len()).sum();
    let passed: usize = report.steps.iter().map(StepReport::passed_cases).sum();
    writer
        .create_element("testsuites")
        .with_attribute(("name", "course"))
        .with_attribute(("tests", tests.to_string().as_str()))
        .with_attribute(("failures", (tests - passed).to_string().as_str()))
        .write_inner_content(|writer| report.steps.iter().try_for_each(|step| suite(writer, step)))?;
    let mut text = String::from_utf8_lossy(&writer.into_inner()).into_owned();
    text.push('\n');
    Ok(text)
}

fn suite(writer: &mut Writer<Vec<u8>>, step: &StepReport) -> io::Result<()> {
    let seconds: f64 = step.cases.iter().map(|case| case.took.as_secs_f64()).sum();
    writer
        .create_element("testsuite")
        .with_attribute(("name", format!("{} {}", step.number, step.name).as_str()))
        .with_attribute(("tests", step.cases.len().to_string().as_str()))
        .with_attribute(("failures", (step.cases.len() - step.passed_cases()).to_string().as_str()))
        .with_attribute(("time", format!("{seconds:.3}").as_str()))
        .write_inner_content(|writer| step.cases.iter().try_for_each(|case| test(writer, step, case)))?;
    Ok(())
}

fn test(writer: &mut Writer<Vec<u8>>, step: &StepReport, case: &CaseReport) -> io::Result<()> {
    let seconds = format!("{:.3}", case.took.as_secs_f64());
    let element = writer
        .create_element("testcase")
        .with_attribute(("name", case.name.as_str()))
        .with_attribute(("classname", format!("{}.{}", step.name, case.function).as_str()))
        .with_attribute(("time", seconds.as_str()));
    if case.passed() {
        element.write_empty()?;
        return Ok(());
    }
    element.write_inner_content(|writer| {
        let message = format!("{}: {}", case.function, case.verdict.word());
        let failure = writer
            .create_element("failure")
            .with_attribute(("type", case.verdict.word()))
            .with_attribute(("message", message.as_str()));
        failure.write_text_content(BytesText::new(&text_of(step, case)))?;
        if case.printed.bytes > 0 {
            let printed = plain(&case.printed.text);
            writer.create_element("system-out").write_text_content(BytesText::new(&printed))?;
        }
        Ok(())
    })?;
    Ok(())
}

fn text_of(step: &StepReport, case: &CaseReport) -> String {
    let mut lines = vec![step.place(case)];
    lines.extend(case.verdict.sentences());
    if let Verdict::DoesNotCompile { errors, .. } = &case.verdict {
        lines.extend(errors.iter().map(|error| plain(&error.rendered)));
    }
    // XML has no way to write the control characters that a student's panic may hold.
    plain(&lines.join("\n"))
}
