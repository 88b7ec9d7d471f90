//! The parts of a step's README that follow from its solution, so that prose and code cannot drift apart: the tables of
//! checked blocks (```` ```text case=NAME ````), the marked numbers (`numbers`), and the pictures
//! (`![…](pictures/NAME.svg)`).

mod numbers;

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

use experiment::Finish;
use figure::Figure;
use figure::svg::{self, Format};
use grader::answers::{Key, Record, Recorded};
use grader::course::{Case, Picture, Step, line_of};
use grader::{Error, Result, path_with_line};
use harness::controls::Values;
use harness::{Table, Trial};
pub use numbers::Tables;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use walkdir::WalkDir;

const FENCE: &str = "```text case=";

/// A step's README beside the solution's answers.
#[derive(Default)]
pub struct Checked {
    /// The parts that do not match the solution's answers, in the order of the text.
    pub stale: Vec<Stale>,
    /// The pictures that it shows.
    pub pictures: Vec<Drawn>,
    /// Parts that name nothing that could be written or drawn, or that not everybody can read.
    pub faults: Vec<Error>,
}

/// A part of a README that does not match the solution's answers.
pub struct Stale {
    /// The first line that differs, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
    span: Range<usize>,
    wanted: String,
}

/// A picture of a case's answers.
pub struct Drawn {
    /// Relative to the course.
    pub path: PathBuf,
    /// The line that shows it, from 1.
    pub line: usize,
    /// As it is drawn now.
    pub svg: String,
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

/// Compares a step's README with the solution's answers.
///
/// # Errors
/// If a picture cannot be drawn; what is wrong with the README is part of the result.
pub fn check(step: &Step, text: &str, answers: &Record, tables: &dyn Tables) -> Result<Checked> {
    let mut checked = Checked::default();
    let path = step.readme();
    checked.take_tables(&path, text, answers);
    let mut shown = BTreeSet::new();
    let mut events = Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter();
    while let Some((event, span)) = events.next() {
        match event {
            // A block of HTML may hold several marks, and other text.
            Event::Html(_) | Event::InlineHtml(_) => {
                for (at, _) in text[span.clone()].match_indices(numbers::MARK) {
                    checked.take_number(&path, text, span.start + at, tables);
                }
            }
            Event::Start(Tag::Image { dest_url, .. }) => {
                let line = line_of(text, &span);
                let inside = events.by_ref().map(|(event, _)| event);
                let alternative = inside.take_while(|event| *event != Event::End(TagEnd::Image));
                let says = |event| matches!(event, Event::Text(text) | Event::Code(text) if !text.trim().is_empty());
                // Read to its end, so that none of its events are left.
                if alternative.filter(|event| says(event.clone())).count() == 0 {
                    let message = "this image has no alternative text; say between `![` and `]` what is to be seen";
                    checked.faults.push(Error::at(&path, line, message));
                }
                let name = dest_url.strip_prefix("pictures/").and_then(|file| file.strip_suffix(".svg"));
                let Some(name) = name.filter(|name| shown.insert(name.to_string())) else { continue };
                match drawn(step, name, (&path, line), answers)? {
                    Ok(svg) => checked.pictures.push(Drawn { path: step.folder.join(&*dest_url), line, svg }),
                    Err(fault) => checked.faults.push(fault),
                }
            }
            _ => {}
        }
    }
    let unseen = step.pictures.iter().filter(|picture| !shown.contains(&picture.name));
    checked.faults.extend(unseen.map(|Picture { name, line, .. }| {
        let message = format!("the README does not show the picture `{name}`: `![…](pictures/{name}.svg)`");
        Error::at(&step.toml(), *line, message)
    }));
    checked.stale.sort_by_key(|stale| stale.span.start);
    Ok(checked)
}

/// The picture with this name, or a fault that says why there is none.
fn drawn(
    step: &Step,
    name: &str,
    shown_at: (&Path, usize),
    answers: &Record,
) -> Result<std::result::Result<String, Error>> {
    let fault = |message| Ok(Err(Error::at(shown_at.0, shown_at.1, message)));
    let toml = step.toml();
    let declared = step.pictures.iter().find(|picture| picture.name == name);
    let (case, title, plot) = match (declared, step.case(name)) {
        (Some(picture), _) => (picture.case.as_deref(), &picture.title, &picture.plot),
        (None, Some(Case { title, plot: Some(plot), .. })) => (Some(name), title, plot),
        (None, Some(case)) => {
            let place = path_with_line(&toml, Some(case.line));
            return fault(format!("case `{name}` has no plot to be drawn; declare it as [case.plot] below {place}"));
        }
        (None, None) => {
            return fault(format!("{} has no case `{name}` and no [[picture]] of this name", toml.display()));
        }
    };
    let table = match case.map(|case| (case, answers.get(&Key::new(case, Trial::Lesson)))) {
        None => Table::default(),
        Some((case, Some(Recorded::Answered(table)))) => match plot.misfit(&format!("case `{case}`"), table) {
            None => table.clone(),
            Some((line, message)) => return Ok(Err(Error::at(&toml, line, message))),
        },
        Some((case, _)) => return fault(format!("case `{case}` answers nothing that could be drawn")),
    };
    Ok(Ok(svg::render(&Figure::of_solution(plot, title, &table), Format::InLesson)?))
}

/// Compares the numbers that are marked anywhere in a file with the cells that they name.
pub fn check_numbers(path: &Path, text: &str, tables: &dyn Tables) -> Checked {
    let mut checked = Checked::default();
    for (mark, _) in text.match_indices(numbers::MARK) {
        checked.take_number(path, text, mark, tables);
    }
    checked
}

/// The tables of a step that has no experiments.
pub struct Cases<'a>(pub &'a Record);

impl Tables for Cases<'_> {
    fn of_case(&self, case: &str, trial: Trial) -> std::result::Result<Table, String> {
        match self.0.get(&Key::new(case, trial)) {
            Some(Recorded::Answered(table)) => Ok(table.clone()),
            Some(_) => Err(format!("case `{case}` has no table")),
            None if self.0.keys().any(|key| key.case == case) => {
                let trials = Trial::GRADED.map(|trial| trial.to_string()).join(", ");
                Err(format!("case `{case}` is not recorded on `{trial}`; there are {trials}"))
            }
            None => Err(format!("the step has no case `{case}`")),
        }
    }

    fn is_experiment(&self, _: &str) -> bool {
        false
    }

    fn of_experiment(&self, name: &str, _: Values) -> std::result::Result<Table, String> {
        Err(format!("the step has no experiment `{name}`"))
    }

    fn endings(&self, name: &str, _: Values) -> std::result::Result<Vec<(Option<String>, Finish)>, String> {
        Err(format!("the step has no experiment `{name}`"))
    }
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
                let message = "the table does not match the answers of the solution".to_owned();
                self.stale.push(Stale { line: at + 2 + same, message, span, wanted });
            }
        }
    }

    fn take_number(&mut self, path: &Path, text: &str, mark: usize, tables: &dyn Tables) {
        match numbers::check(text, mark, tables) {
            Ok(None) => {}
            Ok(Some((span, wanted))) => self.stale.push(Stale {
                line: line_of(text, &span),
                message: format!("the number does not match the answers of the solution, where it is {wanted}"),
                span,
                wanted,
            }),
            Err(message) => self.faults.push(Error::at(path, line_of(text, &(mark..mark)), message)),
        }
    }

    /// The README's text with all parts up to date.
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
