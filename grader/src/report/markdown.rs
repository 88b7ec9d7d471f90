//! The report as Markdown, for a pull request's comment or a CI job's summary.

use std::fmt::Write;

use super::sentences::trial_in_words;
use crate::clean::strip_ansi;
use crate::verdict::{CaseReport, Report, Standing, StepReport, Verdict};

/// Writes a report as Markdown: a table of the steps, then what is not done yet, case by case.
pub fn render(report: &Report) -> String {
    let mut text = String::from("| step | cases | points | |\n|---|---|---|---|\n");
    for step in &report.steps {
        let (earned, all) = step.points();
        let word = match step.standing() {
            Standing::Done => "done",
            Standing::NotStarted => "not started",
            Standing::Begun(case) | Standing::Failing(case) => case.verdict.word(),
            Standing::Faulty(_) => "cannot be graded",
        };
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "| {} | {}/{} | {earned}/{all} | {word} |",
            step.label(),
            step.passed_cases(),
            step.cases.len()
        );
    }
    for step in report.steps.iter().filter(|step| !step.passed() && !step.untouched()) {
        if let Some(fault) = &step.fault {
            let _ =
                writeln!(text, "\n## {}\n\nThe step cannot be graded, and it is not the student's code:", step.label());
            let _ = writeln!(text, "\n```text\n{fault}\n```");
            continue;
        }
        let _ = writeln!(text, "\n## {}: {}", step.label(), step.title);
        for case in step.cases.iter().filter(|case| !case.passed()) {
            failed(&mut text, step, case);
            if matches!(case.verdict, Verdict::DoesNotCompile { .. }) {
                break;
            }
        }
    }
    text
}

fn failed(text: &mut String, step: &StepReport, case: &CaseReport) {
    let word = case.verdict.word();
    let _ = match &case.verdict {
        Verdict::DoesNotCompile { .. } => writeln!(text, "\n**The step {word}** (`{}`)", step.place(case)),
        _ => writeln!(text, "\n**`{}` {word}**: {} (`{}`)", case.function, case.title, step.place(case)),
    };
    for sentence in case.verdict.sentences() {
        let _ = writeln!(text, "\n{sentence}");
    }
    match &case.verdict {
        Verdict::Wrong(wrong) => {
            let table = &wrong.comparison;
            let heads: Vec<String> = table
                .given
                .iter()
                .cloned()
                .chain(table.answers.iter().flat_map(|name| [format!("{name}: expected"), "got".to_owned()]))
                .collect();
            let _ = writeln!(text, "\nOn {}:\n", trial_in_words(wrong.trial));
            let _ = writeln!(text, "| {} |\n|{}", heads.join(" | "), "---|".repeat(heads.len()));
            for row in table.rows.iter().filter(|row| !row.agrees()).take(6) {
                let cell = |cell: &Option<harness::Cell>| {
                    let text =
                        |cell: &harness::Cell| strip_ansi(&cell.to_string()).replace('\n', " ").replace('|', "\\|");
                    cell.as_ref().map_or("no row".to_owned(), text)
                };
                let given = row.given.iter().map(|given| given.to_string().replace('|', "\\|"));
                let answers = row.answers.iter().flat_map(|both| [cell(&both.expected), cell(&both.got)]);
                let _ = writeln!(text, "| {} |", given.chain(answers).collect::<Vec<_>>().join(" | "));
            }
        }
        Verdict::DoesNotCompile { errors, .. } => {
            for error in errors.iter().take(2) {
                let _ = writeln!(text, "\n```text\n{}\n```", strip_ansi(&error.rendered).trim_end());
            }
        }
        _ => {}
    }
}
