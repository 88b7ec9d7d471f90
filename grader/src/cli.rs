//! The command line of a grade, which several programs of the course share.

mod said;

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use attempt::Progress;
use attempt::inputs::Further;
use attempt::workspace::Workspace;
use course::{About, Asked, Course, Edition, Error, Lesson, Result};
use report::charset::Charset;
use report::progress::{ProgressLine, obeys_escapes};
use report::summary::Summary;
use report::terminal::{Finished, Mentions};
use report::text::{Colours, Layout};
use report::{clean, json, junit, markdown, terminal};
use verdict::{Outcome, Part, Report};

use crate::grade::{GradeOptions, Tables, graded, summary};
use crate::hints;
use said::{Basis, Said};

/// What to grade and how to report it.
#[derive(Debug)]
pub struct GradeArgs {
    /// The steps to grade, by number, name or path; all if none is named.
    pub steps: Vec<String>,
    /// How to write the report.
    pub format: Format,
    /// Build and run even what has not changed since the last grade.
    pub fresh: bool,
    /// What to report on.
    pub part: Part,
}

/// How a report is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    /// One screen for a person.
    #[default]
    Terminal,
    /// For other programs; see grader/README.md.
    Json,
    /// For the test view of a CI system.
    Junit,
    /// For a pull request or a job summary.
    Markdown,
}

/// Grades and reports. The exit code is 0 if everything that was asked for passed, 1 if not, and 2 if a step could not
/// be graded.
///
/// # Errors
/// If the grader cannot grade, or standard output cannot be written.
pub fn grade_command(workspace: &Workspace, args: &GradeArgs) -> Result<ExitCode> {
    let basis = Basis::now(workspace, args);
    let remembered = basis.as_ref().filter(|_| !args.fresh).and_then(|basis| basis.recall(workspace));
    if let Some(said) = remembered {
        return said.say();
    }
    let (said, settled_by) = grade(workspace, args)?;
    let code = said.say()?;
    if let (Some(basis), Some(further)) = (basis, settled_by)
        // What has changed meanwhile may have been read before or after.
        && Basis::now(workspace, args).as_ref() == Some(&basis)
    {
        basis.keep(workspace, further, said);
    }
    Ok(code)
}

/// Grades. Returns what is to be said, and what decided it if every step passes or is not begun.
fn grade(workspace: &Workspace, args: &GradeArgs) -> Result<(Said, Option<Further>)> {
    workspace.interrupt().raise_on_ctrl_c()?;
    let course = workspace.course()?;
    let selection = course.selection(&args.steps)?;
    let line = ProgressLine::new();
    let options = GradeOptions { fresh: args.fresh, tables: Tables::OfFailures };
    let mut shown = None;
    // On a terminal the report appears before pairs are tried; any other format is written in one piece.
    let is_read_at_once = args.format == Format::Terminal && io::stdout().is_terminal();
    let of_part = |report: Report| match args.part {
        Part::Heart => report.of_heart(&course),
        Part::Whole => report,
    };
    let mut show_known = |known: &Report| {
        if is_read_at_once {
            let known = of_part(known.clone());
            line.wipe();
            print(&written(workspace, &course, &known, args.format)?)?;
            shown = Some(known);
        }
        Ok(())
    };
    let show_progress = |progress: Progress<'_>| line.tell(progress);
    let graded = graded(workspace, &course, &selection, options, &show_progress, &mut show_known)?;
    let report = of_part(graded.report);
    drop(line);
    let text = match &shown {
        Some(known) => {
            let layout = layout();
            terminal::found_since(known, &report, layout.width).write(&layout)
        }
        None => written(workspace, &course, &report, args.format)?,
    };
    let code = match report.outcome() {
        Outcome::Passed => 0,
        Outcome::Failed => 1,
        Outcome::Faulty => 2,
    };
    Ok((Said { report: text, notes: strays(&course), code }, graded.settled_by))
}

/// Notes of the folders that are not graded: someone may be at work in one of them.
fn strays(course: &Course) -> Vec<String> {
    // What stays of a step that the course no longer has is a file of the student's alone.
    let may_be_a_step =
        |stray: &PathBuf| course.edition == Edition::Instructors || course.root.join(stray).join("Cargo.toml").exists();
    let strays = course.strays_in("exercises").into_iter().filter(may_be_a_step);
    strays.map(|stray| format!("{} is not a step of this course and is not graded", stray.display())).collect()
}

/// Runs a command. An error becomes one message and exit code 2 (130 after Ctrl-C). That a new course has no steps
/// yet is said and is no error.
pub fn exit_code_of(command: impl FnOnce() -> Result<ExitCode>) -> ExitCode {
    match command() {
        Ok(code) => code,
        Err(error @ Error::NoSteps) => {
            complain(&error.to_string());
            ExitCode::SUCCESS
        }
        Err(error) => {
            complain(&format!("error: {error}"));
            ExitCode::from(if matches!(error, Error::Interrupted) { 130 } else { 2 })
        }
    }
}

/// Writes a note to standard error, about something that does not keep a command from its work.
pub fn note(words: &str) {
    complain(&format!("note: {words}"));
}

/// Writes a line to standard error. If that is closed, the exit code must be enough.
fn complain(words: &str) {
    let words = clean::terminal(words);
    let words = if io::stderr().is_terminal() { layout().paragraph("", words.as_ref()) } else { format!("{words}\n") };
    let _ = write!(io::stderr(), "{words}");
}

fn written(workspace: &Workspace, course: &Course, report: &Report, format: Format) -> Result<String> {
    Ok(match format {
        Format::Terminal => {
            let layout = layout();
            terminal::render(report, &mentions(workspace, course, report), layout.width).write(&layout)
        }
        Format::Json => json::render(report)?,
        Format::Junit => junit::render(report),
        Format::Markdown => markdown::render(report),
    })
}

/// What to tell a person beside the verdicts.
fn mentions(workspace: &Workspace, course: &Course, report: &Report) -> Mentions {
    if hints::should_be_mentioned(workspace, course, report) {
        return Mentions::Hints;
    }
    if let Some(summary) = summary_of_complete(workspace, course, report) {
        return Mentions::Complete(summary);
    }
    let finished = report.just_finished().and_then(|step| course.step(&step.name).ok());
    finished.map_or(Mentions::Nothing, |step| {
        Mentions::Finished(Finished {
            number: step.number,
            lesson: step.readme(),
            question: Lesson::read(&course.root, step).question,
            edition: course.edition,
        })
    })
}

/// What a course has built that is complete, unless a student is at work on a bonus step.
fn summary_of_complete(workspace: &Workspace, course: &Course, report: &Report) -> Option<Summary> {
    let at_work = report.next_failure().is_some_and(|(step, _)| !step.untouched());
    if report.asked != Asked::Course || !report.passed() || report.left_out > 0 || at_work {
        return None;
    }
    // A mistake in the file is found by `verify`; it does not keep a student from the grade.
    let about = About::load(&course.root).ok().filter(|about| about.complete.is_some())?;
    summary(workspace, course, &about, report, &|_| {}).ok()
}

/// What standard output can show: its width, and whether it takes colours and more than ASCII.
pub fn layout() -> Layout {
    let columns = terminal_size::terminal_size().map_or(80, |(columns, _)| usize::from(columns.0));
    Layout { width: columns.max(20), colours: colours(), charset: Charset::of_terminal() }
}

/// Whether standard output gets colours, by its kind and by what <https://no-color.org> and
/// <https://bixense.com/clicolors> agreed on.
fn colours() -> Colours {
    let set = |variable: &str| std::env::var_os(variable).filter(|value| !value.is_empty());
    let is_forced = set("CLICOLOR_FORCE").is_some_and(|value| value != "0");
    let is_wanted =
        || set("CLICOLOR").is_none_or(|value| value != "0") && io::stdout().is_terminal() && obeys_escapes();
    if set("NO_COLOR").is_none() && (is_forced || is_wanted()) { Colours::Shown } else { Colours::Left }
}

/// Writes to standard output. A reader that has seen enough (`| head`) is not an error.
///
/// # Errors
/// If standard output cannot be written for another reason.
pub fn print(text: &str) -> Result<()> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}
