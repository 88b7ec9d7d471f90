//! What a student has built of a course: what a grade says once the course is complete, and what the page of
//! `cargo xtask plot --summary` shows.

use course::{About, Course, Product};
use harness::Trial;
use verdict::{Report, StepReport};

use super::sentences::steps_done;
use super::text::{Style, Text, styled};

/// The steps that a student has done, and what came of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// What the course is called.
    pub title: String,
    /// How many of its own steps are done: `5 of 6 steps done`.
    pub standing: String,
    /// What the steps that are done have built.
    pub built: Vec<Built>,
    /// What the student can say when the course is complete.
    pub words: Option<String>,
    /// The student's own answer.
    pub answer: Option<Answer>,
    /// What to learn next, when the course is complete.
    pub next: Vec<String>,
}

/// What a step has built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// The number of the step.
    pub number: u32,
    /// What it is, in a few words.
    pub words: String,
}

/// An answer of the student's own code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What it is.
    pub title: String,
    /// The answer.
    pub words: String,
}

/// The command that makes a page of a summary.
pub const PAGE: &str = "cargo xtask plot --summary";

impl Summary {
    /// The summary of a report on all steps of a course. `of_product` is the report, with tables, on the step that has a
    /// product.
    pub fn of(course: &Course, about: &About, report: &Report, of_product: Option<&StepReport>) -> Self {
        let done = |name: &str| report.steps.iter().any(|step| step.name == name && step.passed());
        let built = course.steps.iter().filter(|step| done(&step.name)).map(|step| {
            let words = step.built.as_ref().unwrap_or(&step.title);
            let bonus = if step.bonus { " (bonus)" } else { "" };
            Built { number: step.number, words: format!("{words}{bonus}") }
        });
        let (required, _) = report.parts();
        let complete = about.complete.as_ref().filter(|_| report.passed() && report.left_out == 0);
        let product = course.steps.iter().find_map(|step| step.product.as_ref());
        Self {
            title: about.title.clone(),
            standing: steps_done(required.iter().filter(|step| step.passed()).count(), required.len(), &[]),
            built: built.collect(),
            words: complete.map(|complete| complete.words.clone()),
            answer: product.zip(of_product).and_then(|(product, report)| Answer::of(product, report)),
            next: complete.map(|complete| complete.next.clone()).unwrap_or_default(),
        }
    }

    /// The summary as text of a width.
    pub fn text(&self, width: usize) -> Text {
        let mut text = Text::default();
        let heading = |text: &mut Text, words: &str| {
            text.blank();
            text.paragraph("", styled(words, Style::STRONG), width);
        };
        if !self.built.is_empty() {
            heading(&mut text, "What you have built");
            for Built { number, words } in &self.built {
                text.labelled(&format!("{number:>4}  "), words.as_str(), width);
            }
        }
        if let Some(words) = &self.words {
            text.blank();
            text.paragraph("", words.as_str(), width);
        }
        if let Some(Answer { title, words }) = &self.answer {
            heading(&mut text, title);
            text.paragraph("      ", styled(words.as_str(), Style::GOOD), width);
        }
        if !self.next.is_empty() {
            heading(&mut text, "What is next");
            for words in &self.next {
                text.labelled("   -  ", words.as_str(), width);
            }
        }
        text
    }
}

impl Answer {
    /// The answer that a product shows, if the student's code gave it and it is right.
    fn of(product: &Product, report: &StepReport) -> Option<Self> {
        let case = report.cases.iter().find(|case| case.name == product.case && case.passed())?;
        let table = case.shown.as_ref().filter(|shown| shown.trial == Trial::Lesson)?.got.as_ref()?;
        let column = table.columns.iter().position(|column| column.name == product.column)?;
        let cell = table.rows.get(product.row.checked_sub(1)?)?.get(column)?;
        Some(Self { title: product.title.clone(), words: cell.in_table() })
    }
}
