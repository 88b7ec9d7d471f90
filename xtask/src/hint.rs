//! `cargo xtask hint`: the next of the three hints to the function that fails first.
//!
//! How many were given is kept in the grader's own folder, for the last function alone: a hint to another one begins anew.
//! Nothing of the student's is touched, and what comes next in the course stays the same.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use colored::Colorize;
use fs_err as fs;
use grader::cli::{layout, print};
use grader::course::{Asked, Course, Function, Step, read};
use grader::grade::{Options, grade, scratch_folder};
use grader::report::progress::Line;
use grader::report::terminal::Layout;
use grader::report::{CaseReport, Explanation, Report, Verdict, Wrong};
use grader::solution::declaration;
use grader::{Error, Result, process};
use serde::{Deserialize, Serialize};

/// Where to give a hint.
#[derive(Debug, Args)]
pub struct HintArgs {
    /// The step, by number or name; the first that is not done if none is named
    #[arg(value_name = "STEP")]
    pub step: Option<String>,
}

/// Gives the next hint to the function that fails first.
///
/// # Errors
/// If the grader cannot grade, or cannot keep count.
pub fn hint(root: &Path, args: &HintArgs) -> Result<ExitCode> {
    process::end_children_on_interrupt()?;
    let course = Course::load(root)?;
    let steps = course.select(args.step.as_slice())?;
    let line = Line::new();
    let options = Options { asked: Asked::by(args.step.as_slice()), ..Options::default() };
    let report = grade(&course, &steps, options, &|progress| line.tell(progress))?;
    drop(line);

    let layout = layout();
    let Some(failing) = Failing::first(&course, &steps, &report)? else {
        let done = match &steps[..] {
            [step] => format!("Step {} is done", step.number),
            _ => "Every step is done".to_owned(),
        };
        print(&layout.paragraph("", &format!("{done}: no hint is needed.")))?;
        return Ok(ExitCode::SUCCESS);
    };
    let count = Count::file(&course.root);
    let given = Given::to(&failing, Count::read(&count));
    print(&failing.text(&given, args, layout))?;
    // Counted when it has been seen.
    Count { step: failing.step.name.clone(), function: failing.name().to_owned(), given: given.number }
        .write(&count)?;
    Ok(ExitCode::SUCCESS)
}

/// The function that fails first.
struct Failing<'a> {
    step: &'a Step,
    function: &'a Function,
    case: &'a CaseReport,
    heading: String,
    /// `path:line` of where to edit.
    place: String,
}

impl<'a> Failing<'a> {
    fn first(course: &Course, steps: &[&'a Step], report: &'a Report) -> Result<Option<Self>> {
        let Some((step_report, case)) = report.next_failure() else { return Ok(None) };
        let Some(step) = steps.iter().find(|step| step.number == step_report.number) else { return Ok(None) };
        let name = match &case.verdict {
            Verdict::Wrong(Wrong { explanation: Explanation::Elsewhere { function }, .. }) => function.clone(),
            Verdict::DoesNotCompile { signatures, .. } => match signatures.first() {
                Some(signature) => signature.function.clone(),
                None => {
                    let around = function_around(step, &read(&course.root, &step.source())?, case.line);
                    around.unwrap_or_else(|| case.function.clone())
                }
            },
            _ => case.function.clone(),
        };
        let function = step.functions.iter().find(|function| *function.name.get_ref() == name).ok_or_else(|| {
            Error::in_file(&step.folder.join("exercise.toml"), format!("no [[function]] describes `{name}`"))
        })?;
        Ok(Some(Self { step, function, case, heading: step_report.heading(), place: step_report.place(case) }))
    }

    fn name(&self) -> &str {
        self.function.name.get_ref()
    }

    fn text(&self, given: &Given, args: &HintArgs, layout: Layout) -> String {
        let Self { step, function, .. } = self;
        let of = function.hints.len();
        let mut text = format!("{}\n\n", self.heading.bold());
        if matches!(self.case.verdict, Verdict::DoesNotCompile { .. }) {
            let message =
                format!("It does not compile; `cargo xtask grade {}` shows the compiler's words.", step.number);
            text.push_str(&layout.paragraph("  ", &message));
            text.push('\n');
        }
        let again = if given.again { ", again: it is the last" } else { "" };
        text.push_str(&format!("  {}: hint {} of {of}{again}\n\n", self.name().bold(), given.number));
        text.push_str(&layout.paragraph("  ", &function.hints[given.number - 1]));
        let more = match &args.step {
            _ if given.number == of => format!("cargo xtask solution {}", step.number),
            Some(named) => format!("cargo xtask hint {named}"),
            None => "cargo xtask hint".to_owned(),
        };
        text.push_str(&format!("\n  Edit  {}\n  More  {}\n", self.place.cyan(), more.cyan()));
        text
    }
}

/// The function to be written in which a line of the student's file stands.
fn function_around(step: &Step, source: &str, line: Option<usize>) -> Option<String> {
    let names = step.functions.iter().map(|function| function.name.get_ref());
    let declared = names.filter_map(|name| Some((declaration(source, name)?.0, name)));
    let before = declared.filter(|(declared, _)| line.is_some_and(|line| *declared <= line));
    before.max().map(|(_, name)| name.clone())
}

/// Which hint is to be given.
struct Given {
    /// From 1.
    number: usize,
    /// Whether it was the last one already.
    again: bool,
}

impl Given {
    fn to(failing: &Failing<'_>, count: Option<Count>) -> Self {
        let count = count.filter(|count| count.step == failing.step.name && count.function == failing.name());
        let before = count.map_or(0, |count| count.given);
        let of = failing.function.hints.len();
        Self { number: before.saturating_add(1).min(of), again: before >= of }
    }
}

/// The function that the last hint was for, and how many it has had.
#[derive(Serialize, Deserialize)]
struct Count {
    step: String,
    function: String,
    given: usize,
}

impl Count {
    fn file(root: &Path) -> PathBuf {
        scratch_folder(root).join("hint.json")
    }

    /// The count, if there is one; what cannot be read is forgotten.
    fn read(file: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(file).ok()?).ok()
    }

    fn write(&self, file: &Path) -> Result<()> {
        let text = serde_json::to_string(self).map_err(std::io::Error::from)?;
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        Ok(fs::write(file, text)?)
    }
}
