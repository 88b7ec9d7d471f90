//! What of a step's README follows from its solution, so that prose and code cannot drift apart: the tables of checked
//! blocks (```` ```text case=NAME ````), the numbers that are marked (`numbers`), and the pictures (`![…](pictures/NAME.svg)`).

mod numbers;

use std::ops::Range;
use std::path::{Path, PathBuf};

use figure::Figure;
use figure::svg::{self, Format};
use grader::answers::{Key, Record, Recorded};
use grader::course::{Step, line_of};
use grader::{Error, Result};
use harness::Trial;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use walkdir::WalkDir;

const FENCE: &str = "```text case=";

/// A step's README beside what the solution answers.
#[derive(Default)]
pub struct Checked {
    /// What of the text is not as the solution answers, in the order of the text.
    pub stale: Vec<Stale>,
    /// The pictures that it shows.
    pub pictures: Vec<Picture>,
    /// What names nothing that could be written or drawn, or cannot be read by everybody.
    pub faults: Vec<Error>,
}

/// A part of a README that is not what the solution answers.
pub struct Stale {
    /// The line on which it begins to differ, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
    span: Range<usize>,
    wanted: String,
}

/// A picture of a case's answers.
pub struct Picture {
    /// Relative to the course.
    pub path: PathBuf,
    /// The line that shows it, from 1.
    pub line: usize,
    /// As it is drawn now.
    pub svg: String,
}

/// Where a step's README is, relative to the course.
pub fn path_of(step: &Step) -> PathBuf {
    step.folder.join("README.md")
}

/// The files that are in the folder of a step's pictures, relative to the course.
pub fn drawn_before(root: &Path, step: &Step) -> impl Iterator<Item = PathBuf> {
    let folder = step.folder.join("pictures");
    let files = WalkDir::new(root.join(&folder)).min_depth(1).max_depth(1).sort_by_file_name();
    files.into_iter().flatten().map(move |entry| folder.join(entry.file_name()))
}

/// How many checked blocks a README has.
pub fn tables_in(text: &str) -> usize {
    text.lines().filter(|line| line.starts_with(FENCE)).count()
}

/// Compares a step's README with what the solution answers.
///
/// # Errors
/// If a picture cannot be drawn; what is wrong with the README is part of the result.
pub fn check(step: &Step, text: &str, answers: &Record) -> Result<Checked> {
    let mut checked = Checked::default();
    let path = path_of(step);
    checked.take_tables(&path, text, answers);
    let mut events = Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter();
    while let Some((event, span)) = events.next() {
        let line = line_of(text, &span);
        match event {
            Event::Html(_) | Event::InlineHtml(_) if text[span.start..].starts_with(numbers::MARK) => {
                match numbers::check(text, span.start, answers) {
                    Ok(None) => {}
                    Ok(Some((span, wanted))) => checked.stale.push(Stale {
                        line: line_of(text, &span),
                        message: format!("the number is not what the solution answers, which is {wanted}"),
                        span,
                        wanted,
                    }),
                    Err(message) => checked.faults.push(Error::at(&path, line, message)),
                }
            }
            Event::Start(Tag::Image { dest_url, .. }) => {
                let inside = events.by_ref().map(|(event, _)| event);
                let alternative = inside.take_while(|event| *event != Event::End(TagEnd::Image));
                let says = |event| matches!(event, Event::Text(text) | Event::Code(text) if !text.trim().is_empty());
                // To its end, so that nothing of it is left.
                if alternative.filter(|event| says(event.clone())).count() == 0 {
                    let message = "this image has no alternative text; say between `![` and `]` what is to be seen";
                    checked.faults.push(Error::at(&path, line, message));
                }
                let name = dest_url.strip_prefix("pictures/").and_then(|file| file.strip_suffix(".svg"));
                match name.map(|name| drawn(step, name, answers)).transpose()? {
                    None => {}
                    Some(Ok(svg)) => {
                        checked.pictures.push(Picture { path: step.folder.join(&*dest_url), line, svg });
                    }
                    Some(Err(message)) => checked.faults.push(Error::at(&path, line, message)),
                }
            }
            _ => {}
        }
    }
    checked.stale.sort_by_key(|stale| stale.span.start);
    Ok(checked)
}

/// The picture of this name; or why there is none.
fn drawn(step: &Step, name: &str, answers: &Record) -> Result<std::result::Result<String, String>> {
    let toml = step.toml();
    let Some(case) = step.case(name) else {
        return Ok(Err(format!("a picture is named after the case that it shows, and the step has no case `{name}`")));
    };
    let Some(plot) = &case.plot else {
        let place = grader::path_with_line(&toml, Some(case.line));
        return Ok(Err(format!("case `{name}` has no plot that could be drawn; declare its [case.plot] at {place}")));
    };
    let Some(Recorded::Answered(table)) = answers.get(&Key::new(name, Trial::Lesson)) else {
        return Ok(Err(format!("case `{name}` answers nothing that could be drawn")));
    };
    Ok(Ok(svg::render(&Figure::of_solution(plot, &case.title, table), Format::InLesson)?))
}

impl Checked {
    fn take_tables(&mut self, path: &Path, text: &str, answers: &Record) {
        let mut lines = spans_of_lines(text).enumerate();
        while let Some((at, span)) = lines.next() {
            let Some(case) = text[span.clone()].trim_end().strip_prefix(FENCE) else { continue };
            let Some(Recorded::Answered(table)) = answers.get(&Key::new(case, Trial::Lesson)) else {
                self.faults.push(Error::at(path, at + 1, format!("the step has no case `{case}`")));
                continue;
            };
            let Some((_, end)) = lines.find(|(_, line)| text[line.clone()].trim_end() == "```") else {
                self.faults.push(Error::at(path, at + 1, "this block is not closed"));
                return;
            };
            let (span, wanted) = (span.end..end.start, table.to_string());
            let quoted = &text[span.clone()];
            if *quoted != wanted {
                let same = quoted.lines().zip(wanted.lines()).take_while(|(old, new)| old == new).count();
                let message = "the table is not what the solution answers".to_owned();
                self.stale.push(Stale { line: at + 2 + same, message, span, wanted });
            }
        }
    }

    /// The README's text as it is to be.
    pub fn renewed(&self, text: &str) -> String {
        let (mut renewed, mut copied) = (String::new(), 0);
        for Stale { span, wanted, .. } in &self.stale {
            renewed.push_str(&text[copied..span.start]);
            renewed.push_str(wanted);
            copied = span.end;
        }
        renewed + &text[copied..]
    }
}

/// Where each line of a text begins and ends, with its line break.
fn spans_of_lines(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.split_inclusive('\n').scan(0, |start, line| {
        let span = *start..*start + line.len();
        *start = span.end;
        Some(span)
    })
}
