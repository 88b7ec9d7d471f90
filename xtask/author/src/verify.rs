//! `cargo xtask verify`: is each exercise sound? Names the place of every fault and what to do, and lists what is still
//! to be written.

mod data;
mod format;
mod forms;
mod given;
mod mistakes;
mod pages;
mod readmes;
mod records;
mod settled;
mod solutions;
mod stubs;
mod tests;
mod texts;
mod to_do;
mod tolerances;

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use grader::answers::{Known, Record};
use grader::attempt::{Attempt, Progress};
use grader::course::{Course, Selection, Step};
use grader::report::ProgressLine;
use grader::verdict::{StepReport, Texts, judge};
use grader::{Error, Fault, Result, Workspace, path_with_line};
use harness::Trial;
use xtask::cli::VerifyArgs;

use crate::recording::Sources;
use settled::Settled;
pub use to_do::to_do;

/// The findings in one step.
struct Findings<'a> {
    step: &'a Step,
    /// Its solution and mistakes, if they can be read.
    sources: Option<Sources<'a>>,
    /// What is wrong.
    faults: Vec<Note>,
    /// What no longer matches the answers of the solution, in the order in which it was found.
    stale: Vec<Note>,
    /// What is still to be written.
    to_do: Vec<Note>,
    /// How many known mistakes there are, and how many of them differ from every other.
    mistakes: (usize, usize),
    /// What an earlier check of its texts and answers found, if it still holds.
    settled: Settled,
    /// Whether `cases.rs` has each case and experiment of `exercise.toml`; if not, nothing can be run.
    can_run: bool,
}

/// A place and the message about it.
#[derive(PartialEq)]
struct Note {
    place: String,
    message: String,
}

/// Verifies steps. The exit code is 0 if each is sound and complete, and 1 if not.
///
/// # Errors
/// If the course cannot be read or built.
pub fn verify(workspace: &Workspace, args: &VerifyArgs) -> Result<ExitCode> {
    workspace.interrupt().raise_on_ctrl_c()?;
    let began = Instant::now();
    let course = workspace.course()?;
    let Selection { steps, faulty, .. } = course.selection(&args.steps)?;
    let mut of_course: Vec<Note> = faulty.iter().map(|step| Note::of(&step.fault)).collect();
    let mut to_do = Vec::new();
    if args.steps.is_empty() {
        let strays = ["exercises", "solutions"].into_iter().flat_map(|parent| course.strays_in(parent));
        of_course.extend(strays.map(|stray| Note::of_stray(&stray)));
        of_course.extend(data::faults(&course)?);
        to_do.extend(to_do::of_course(&course).iter().map(Note::from));
    }
    let mut all: Vec<Findings<'_>> = steps.into_iter().map(Findings::new).collect();
    // Before anything is read, so that what is changed meanwhile is not taken for what was checked.
    settled::recall(workspace, &mut all);

    let line = ProgressLine::new();
    let progress = |progress: Progress<'_>| line.tell(progress);
    each(workspace, &mut all, |findings| {
        findings.check_to_do(&course);
        if findings.settled.holds() {
            return Ok(());
        }
        findings.check_texts(&course)?;
        findings.check_stub_text(&course)
    })?;
    pages::check(&course, &mut all, &mut of_course, args.steps.is_empty())?;
    format::check(&course, &mut all, &mut of_course)?;
    tests::check(&course, &mut all, workspace.interrupt())?;
    stubs::check(workspace, &course, &mut all, &progress)?;
    solutions::check(workspace, &course, &mut all, &progress)?;
    drop(line);

    let of_steps = all.iter().flat_map(|findings| &findings.faults);
    let faults: Vec<&Note> = of_course.iter().chain(of_steps).collect();
    let to_do: Vec<&Note> = to_do.iter().chain(all.iter().flat_map(|findings| &findings.to_do)).collect();
    let sound = faults.is_empty() && to_do.is_empty();
    io::stdout().lock().write_all(written(&all, &faults, &to_do, began.elapsed()).as_bytes())?;
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The faults that the texts of a course alone show, but for what is in the students' files; each in a line.
///
/// # Errors
/// If a file cannot be read.
pub fn faults_of_texts(workspace: &Workspace, course: &Course) -> Result<Vec<String>> {
    let mut all: Vec<Findings<'_>> = course.steps.iter().map(Findings::new).collect();
    each(workspace, &mut all, |findings| findings.check_texts(course))?;
    let of_steps = all.into_iter().flat_map(|findings| findings.faults);
    let faults = course.faulty.iter().map(|step| Note::of(&step.fault)).chain(of_steps);
    Ok(faults.map(|Note { place, message }| format!("{place}: {message}")).collect())
}

/// The verdicts on the cases of a step, by what is known of its mistakes.
fn report_on(step: &Step, attempt: &Attempt, answers: &Record, known: &Known, texts: &Texts<'_>) -> Result<StepReport> {
    let judged = judge(step, answers, known, attempt, &Trial::GRADED, texts)?;
    Ok(StepReport::of(step, judged, attempt, &texts.library))
}

impl Note {
    fn at(path: &Path, line: Option<usize>, message: String) -> Self {
        Self { place: path_with_line(path, line), message }
    }

    fn of(fault: &Fault) -> Self {
        Self { place: path_with_line(&fault.path, fault.line), message: fault.message.clone() }
    }

    fn of_stray(folder: &Path) -> Self {
        let message = "this folder is not a step; list it in Cargo.toml or put it elsewhere".to_owned();
        Self { place: path_with_line(folder, None), message }
    }
}

impl<'a> Findings<'a> {
    fn new(step: &'a Step) -> Self {
        Self {
            step,
            sources: None,
            faults: Vec::new(),
            stale: Vec::new(),
            to_do: Vec::new(),
            mistakes: (0, 0),
            settled: Settled::default(),
            can_run: true,
        }
    }

    fn fault(&mut self, path: &Path, line: Option<usize>, message: impl Into<String>) {
        let fault = Note { place: path_with_line(path, line), message: message.into() };
        // Two parts of the check may find the same fault.
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    /// Adds a place that no longer matches the answers of the solution.
    fn stale(&mut self, path: &Path, line: Option<usize>, message: impl Into<String>) {
        self.stale.push(Note { place: path_with_line(path, line), message: message.into() });
    }

    /// Makes one fault of all snapshots that do not match the answers, and of what else does not: one changed number
    /// may have changed them all. Where every snapshot matches, each other place is a fault of its own.
    fn tell_stale(&mut self, is_of_snapshot: bool) {
        let name = &self.step.name;
        let others = self.stale.len().saturating_sub(1);
        for Note { place, message } in self.stale.drain(..) {
            let message = match others {
                1 if is_of_snapshot => {
                    format!("{message}, and another place is out of date; record both: `cargo xtask bless {name}`")
                }
                2.. if is_of_snapshot => {
                    format!(
                        "{message}, and {others} other places are out of date; record all: `cargo xtask bless {name}`"
                    )
                }
                _ => format!("{message}; record it: `cargo xtask bless {name}`"),
            };
            self.faults.push(Note { place, message });
            if is_of_snapshot {
                break;
            }
        }
    }

    /// Adds an error that ended a part of the check as a fault of the step.
    fn keep<T>(&mut self, result: Result<T>) -> Result<Option<T>> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(Error::Course(Fault { path, line, message })) => {
                self.fault(&path, line, message);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

/// Does some work on each step, all at once.
fn each<'a>(
    workspace: &Workspace,
    all: &mut [Findings<'a>],
    work: impl Fn(&mut Findings<'a>) -> Result<()> + Sync,
) -> Result<()> {
    let work = &|findings: &mut Findings<'a>| {
        grader::check_interrupt(workspace.interrupt())?;
        work(findings)
    };
    thread::scope(|scope| {
        let threads: Vec<_> = all.iter_mut().map(|findings| scope.spawn(move || work(findings))).collect();
        let failed = |_| Err(Error::Program("a check has failed".to_owned()));
        threads.into_iter().try_for_each(|thread| thread.join().unwrap_or_else(failed))
    })
}

fn written(all: &[Findings<'_>], faults: &[&Note], to_do: &[&Note], took: Duration) -> String {
    let mut text = String::new();
    let longest = all.iter().map(|findings| findings.step.name.len()).max().unwrap_or(0);
    // Writing to a string does not fail.
    for Findings { step, faults, to_do, mistakes, .. } in all {
        let state = match (faults.len(), to_do.len()) {
            (0, 0) => "sound".to_owned(),
            (0, left) => format!("{left} to do"),
            (1, _) => "1 fault".to_owned(),
            (faults, _) => format!("{faults} faults"),
        };
        let _ = writeln!(
            text,
            "{:>3} {:<longest$}  {} functions, {} cases, {} mistakes ({} told apart): {state}",
            step.number,
            step.name,
            step.functions.len(),
            step.cases.len(),
            mistakes.0,
            mistakes.1
        );
    }
    for (head, notes) in [("Faults", faults), ("To do", to_do)] {
        if !notes.is_empty() {
            let _ = writeln!(text, "\n{head}:");
        }
        for Note { place, message } in notes {
            let _ = writeln!(text, "  {place}: {message}");
        }
    }
    let _ = writeln!(text, "\nVerified in {:.1} s.", took.as_secs_f64());
    text
}
