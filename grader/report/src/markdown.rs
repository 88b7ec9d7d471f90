//! The report as Markdown, for a pull request's comment or a CI job's summary.

use std::fmt::Write;

use harness::{Cell, excerpt};
use outcome::Place;
use verdict::compare::{ComparedRow, Comparison};
use verdict::{CaseReport, Report, Standing, StepReport, Verdict};

use super::cells::apart;
use super::sentences::{InWords, changed_exercises, run_by_hand, shortened, trial_in_words, why_it_panicked};
use super::{compiler, prints};
use crate::clean::{markdown, markdown_block, markdown_code};

/// Writes a report as Markdown: a table of the steps, then what is not done yet, case by case.
pub fn render(report: &Report) -> String {
    let mut text = table(["step", "cases", "points", "state"].map(str::to_owned).to_vec());
    for step in &report.steps {
        let (earned, all) = step.points();
        let word = match step.standing() {
            Standing::Done => "done",
            Standing::NotStarted => "not started",
            Standing::Begun(case) | Standing::Failing(case) => case.verdict.word(),
            Standing::Faulty(_) => "cannot be graded",
        };
        let cases = format!("{}/{}", step.passed_cases(), step.cases.len());
        text.push_str(&row([markdown(&step.label()), cases, format!("{earned}/{all}"), word.to_owned()].to_vec()));
    }
    if let Some(words) = changed_exercises(report.changes()) {
        let _ = writeln!(text, "\n{}", markdown(&words));
    }
    for step in report.steps.iter().filter(|step| !step.passed() && !step.untouched()) {
        // Writing to a string does not fail.
        if let Some(fault) = &step.fault {
            let label = markdown(&step.label());
            let _ = writeln!(text, "\n## {label}\n\nThe step cannot be graded, and it is not the student's code:");
            let _ = writeln!(text, "\n{}", markdown_block(&fault.to_string()));
            continue;
        }
        let _ = writeln!(text, "\n## {}: {}", markdown(&step.label()), markdown(&step.title));
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
    let (word, place) = (case.verdict.word(), markdown_code(&step.place(case)));
    let _ = match &case.verdict {
        Verdict::DoesNotCompile { .. } => writeln!(text, "\n**The step {word}** ({place})"),
        _ => {
            let (function, title) = (markdown_code(&case.function), markdown(&case.title));
            writeln!(text, "\n**{function} {word}**: {title} ({place})")
        }
    };
    let sentences = match &case.verdict {
        Verdict::Panicked { message, place, explanation, .. } => {
            let _ = writeln!(text, "\n{}", panicked(message, place.as_ref()));
            why_it_panicked(message, explanation.as_ref())
        }
        verdict => verdict.sentences(),
    };
    for sentence in sentences {
        let _ = writeln!(text, "\n{}", markdown(&sentence));
    }
    match &case.verdict {
        Verdict::Wrong(wrong) => {
            let _ = write!(text, "\nOn {}:\n\n{}", trial_in_words(wrong.trial), first_wrong_rows(&wrong.comparison));
        }
        Verdict::DoesNotCompile { errors, .. } => {
            for error in errors.iter().take(2) {
                const SHOWN: usize = 10_000;
                let _ = writeln!(text, "\n{}", markdown_block(&excerpt(&compiler::shown_plain(error), SHOWN)));
                if let Some(advice) = compiler::advice(error) {
                    let _ = writeln!(text, "\n{advice}");
                }
            }
        }
        _ => {}
    }
    if case.printed.bytes > 0 {
        const COLUMNS: usize = 200;
        let excerpt = prints::excerpt(&case.printed, prints::LINES, COLUMNS);
        let _ = writeln!(text, "\n{}", prints::heading(&case.printed, &excerpt));
        if excerpt.is_cut {
            let file = case.printed_in.as_ref().map(|file| markdown_code(&file.display().to_string()));
            let file = file.map(|file| format!("File: {file}. ")).unwrap_or_default();
            let _ = writeln!(text, "\n{file}Run: {}", markdown_code(&run_by_hand(step, case)));
        }
        let _ = writeln!(text, "\n{}", markdown_block(&excerpt.lines.join("\n")));
    }
}

/// A panic's message, as code: nothing in it is mark-up.
fn panicked(message: &str, place: Option<&Place>) -> String {
    let place = place.map(|Place { file, line }| format!(" ({})", markdown_code(&format!("{file}:{line}"))));
    let (message, place) = (shortened(message), place.unwrap_or_default());
    if message.contains('\n') {
        format!("The code panicked{place}:\n\n{}", markdown_block(&message))
    } else {
        format!("The code panicked: {}{place}", markdown_code(&message))
    }
}

fn first_wrong_rows(comparison: &Comparison) -> String {
    const SHOWN: usize = 6;
    let answers = comparison.answers.iter().flat_map(|name| [format!("{name}: expected"), "got".to_owned()]);
    let names: Vec<String> = comparison.given.iter().cloned().chain(answers).collect();
    let mut text = table(names.iter().map(|name| markdown(name)).collect());
    for wrong in comparison.rows.iter().filter(|row| !row.agrees()).take(SHOWN) {
        text.push_str(&row(cells(wrong)));
    }
    text
}

fn cells(row: &ComparedRow) -> Vec<String> {
    let answers = row.answers.iter().flat_map(|both| {
        let (expected, got) = apart(both);
        [written(both.expected.as_ref(), &expected), written(both.got.as_ref(), &got)]
    });
    row.given.iter().map(|cell| written(Some(cell), &cell.in_table())).chain(answers).collect()
}

/// A cell as it is shown: a text is code, so nothing in it is mark-up.
fn written(cell: Option<&Cell>, shown: &str) -> String {
    match cell {
        Some(Cell::Text(_)) => markdown_code(shown).replace('|', "\\|"),
        _ => shown.to_owned(),
    }
}

/// The head of a table.
fn table(names: Vec<String>) -> String {
    let columns = names.len();
    format!("{}|{}\n", row(names), "---|".repeat(columns))
}

fn row(cells: Vec<String>) -> String {
    format!("| {} |\n", cells.join(" | "))
}
