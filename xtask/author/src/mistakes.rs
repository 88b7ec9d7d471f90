//! `cargo xtask mistakes`: tries solutions that the list of known mistakes was not made from. Reports which wrong ones
//! pass, which ones nothing explains, and which right ones fail.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use grader::answers::{Known, Record, read_answers, record_of};
use grader::attempt::{Attempt, Progress, Purpose, Stage, Submission};
use grader::course::{NewBody, Solution, Source, Step};
use grader::report::{InWords, ProgressLine, row_by_hand};
use grader::verdict::{CaseReport, Explanation, Extent, StepReport, Texts, Verdict, judge};
use grader::{Error, Result, Workspace, path_with_line};
use harness::{Trial, cut};
use serde::Deserialize;
use xtask::cli::MistakesArgs;

use crate::mutants::{Mutant, mutants};

/// Solutions of a step, as a file lists them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Solutions {
    #[serde(default)]
    wrong: Vec<Listed>,
    #[serde(default)]
    right: Vec<Listed>,
}

/// One of them: the step's solution with some other bodies.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    name: String,
    /// What is wrong with it, for a person who reads the list.
    #[serde(default, rename = "idea")]
    _idea: String,
    /// The bodies, by the names of their functions.
    bodies: BTreeMap<String, String>,
}

/// What a student reads who hands in a wrong solution.
enum Feedback {
    /// That it is right.
    Passed,
    /// What explains it, in short.
    Explained(String),
    /// Only that it is wrong.
    Unexplained(String),
}

/// Tries the solutions of a file, or mutants. The exit code is 0 if all right ones pass and all wrong ones are caught
/// and explained, and 1 if not.
///
/// # Errors
/// If the step or the file cannot be read, or the solutions cannot be built or run.
pub fn mistakes(workspace: &Workspace, args: &MistakesArgs) -> Result<ExitCode> {
    workspace.interrupt().raise_on_ctrl_c()?;
    let course = workspace.course()?;
    let step = course.select(std::slice::from_ref(&args.step))?.remove(0);
    let solution = Solution::load(workspace.root(), step)?;
    let (text, all_well) = match &args.from {
        Some(from) => of_file(workspace, step, &solution, from)?,
        None => of_machine(workspace, step, &solution)?,
    };
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(if all_well { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn of_file(workspace: &Workspace, step: &Step, solution: &Solution, from: &Path) -> Result<(String, bool)> {
    let solutions: Solutions = grader::course::parse(from, &grader::course::read(Path::new(""), from)?)?;
    let listed: Vec<&Listed> = solutions.wrong.iter().chain(&solutions.right).collect();
    for Listed { name, bodies, .. } in &listed {
        if let Some(unknown) = bodies.keys().find(|function| solution.body(function).is_none()) {
            let functions: Vec<&str> = solution.bodies.iter().map(|body| body.function.as_str()).collect();
            let message = format!(
                "`{name}` has a body for `{unknown}`, which step {} does not have; it has `{}`",
                step.number,
                functions.join("`, `")
            );
            return Err(Error::in_file(from, message));
        }
    }
    let new_bodies = |listed: &&Listed| -> Vec<NewBody> {
        let body = |(function, text): (&String, &String)| NewBody { function: function.clone(), text: text.clone() };
        listed.bodies.iter().map(body).collect()
    };
    let tried = tried(workspace, step, solution, listed.iter().map(new_bodies).collect())?;
    let (wrong, right) = tried.split_at(solutions.wrong.len());
    let wrong: Vec<(&str, Feedback)> = solutions
        .wrong
        .iter()
        .zip(wrong)
        .map(|(listed, tried)| (listed.name.as_str(), feedback_on(&tried.report)))
        .collect();
    let failing: Vec<(&str, &CaseReport)> = solutions
        .right
        .iter()
        .zip(right)
        .filter_map(|(listed, tried)| Some((listed.name.as_str(), tried.report.first_failure()?)))
        .collect();
    Ok(written(step, &wrong, solutions.right.len(), &failing))
}

/// Mutants: how many are caught and explained, and the others, grouped by their answers.
fn of_machine(workspace: &Workspace, step: &Step, solution: &Solution) -> Result<(String, bool)> {
    let mutants = mutants(solution)?;
    let tried = tried(workspace, step, solution, mutants.iter().map(|mutant| vec![mutant.body.clone()]).collect())?;
    let mut groups: Vec<Group<'_>> = Vec::new();
    let (mut broken, mut passing, mut explained) = (0, Vec::new(), 0);
    for (mutant, Attempted { report, attempt }) in mutants.iter().zip(&tried) {
        let Attempt::Ran(answers) = attempt else {
            broken += 1;
            continue;
        };
        match feedback_on(report) {
            Feedback::Passed => passing.push(mutant),
            Feedback::Explained(_) => explained += 1,
            Feedback::Unexplained(place) => {
                let record = record_of(answers, &Trial::GRADED);
                match groups.iter_mut().find(|group| group.record == record) {
                    Some(group) => group.mutants.push(mutant),
                    None => groups.push(Group { place, record, mutants: vec![mutant] }),
                }
            }
        }
    }
    // The largest first; the sort keeps the order of the source among the others.
    groups.sort_by_key(|group| std::cmp::Reverse(group.mutants.len()));
    let compiled = mutants.len() - broken;
    let line_of = |mutant: &Mutant| one_line(solution, mutant);
    let mut text = format!(
        "{:>3} {}: {} mutants, of which {broken} do not compile; of {compiled}, {} caught, {explained} explained\n",
        step.number,
        step.name,
        mutants.len(),
        compiled - passing.len(),
    );
    // Writing to a string does not fail.
    if !passing.is_empty() {
        let _ = writeln!(text, "\nThey pass: either a case is missing, or they change nothing that matters.");
        text.extend(passing.iter().map(|mutant| format!("  {}\n", line_of(mutant))));
    }
    if !groups.is_empty() {
        let _ = writeln!(text, "\nNobody explains them; those that answer alike are together.");
    }
    for Group { place, mutants, .. } in &groups {
        let _ = writeln!(text, "  {} x {place}", mutants.len());
        text.extend(mutants.iter().map(|mutant| format!("      {}\n", line_of(mutant))));
    }
    Ok((text, passing.is_empty() && groups.is_empty()))
}

/// Mutants with the same answers.
struct Group<'a> {
    place: String,
    record: Record,
    mutants: Vec<&'a Mutant>,
}

/// The place of a change, as editors open it, and the change.
fn one_line(solution: &Solution, mutant: &Mutant) -> String {
    const MOST: usize = 60;
    let short = |text: &String| match cut(text, MOST) {
        whole if whole.len() == text.len() => whole.to_owned(),
        beginning => format!("{beginning}…"),
    };
    let change = match &mutant.change {
        [was, is] if is.is_empty() => format!("{} left out", short(was)),
        [was, is] if was.is_empty() => format!("-> {}", short(is)),
        [was, is] => format!("{} -> {}", short(was), short(is)),
    };
    let place = path_with_line(&solution.path, Some(mutant.line));
    format!("{place}:{}: {}: {change}", mutant.column, mutant.body.function)
}

/// A solution that was tried.
struct Attempted {
    /// As a student would see it.
    report: StepReport,
    attempt: Attempt,
}

/// Tries the solution once with each of these sets of bodies.
fn tried(
    workspace: &Workspace,
    step: &Step,
    solution: &Solution,
    all_bodies: Vec<Vec<NewBody>>,
) -> Result<Vec<Attempted>> {
    let root = workspace.root();
    let stage = Stage {
        step,
        purpose: Purpose::Trying,
        solution,
        bodies: all_bodies.iter().flatten().cloned().collect(),
        cases: step.case_names(),
        submissions: all_bodies
            .into_iter()
            .map(|bodies| Submission { bodies, trials: Trial::GRADED.to_vec() })
            .collect(),
    };
    let expected = read_answers(root, step)?;
    let known = Known::load(root, step)?;
    let cases = grader::course::read(root, &step.folder.join("cases.rs"))?;
    let line = ProgressLine::new();
    let attempts =
        workspace.staged(std::slice::from_ref(&stage), &|progress: Progress<'_>| line.tell(progress))?.remove(0)?;
    drop(line);
    let tried = stage.submissions.iter().zip(attempts).map(|(submission, attempt)| {
        let library = solution.with(&submission.bodies);
        let texts = Texts { library: Source::new(&library), cases: Source::new(&cases) };
        let judged = judge(step, &expected, &known, &attempt, &Trial::GRADED, &texts)?;
        Ok(Attempted { report: StepReport::of(step, judged, &attempt, &texts.library), attempt })
    });
    tried.collect()
}

fn feedback_on(report: &StepReport) -> Feedback {
    let Some(case) = report.first_failure() else { return Feedback::Passed };
    let place = format!("`{}` {} in case `{}`", case.function, case.verdict.word(), case.name);
    match case.verdict.explanation() {
        Some(Explanation::Mistakes { named, extent }) => {
            let names: Vec<&str> = named.iter().map(|named| named.name.as_str()).collect();
            let extent = match extent {
                Extent::Function => String::new(),
                Extent::Together => " (together)".to_owned(),
                Extent::Case => format!(" (in case `{}`)", case.name),
                Extent::WorkOf(function) => format!(" (of `{function}`, in `{}`)", case.function),
            };
            Feedback::Explained(format!("{}{extent}", names.join(" or ")))
        }
        Some(Explanation::Elsewhere { function, .. }) => {
            Feedback::Explained(format!("by `{function}`, which is wrong"))
        }
        _ => match (&case.verdict, &what_explains(&case.verdict)[..]) {
            (_, []) => Feedback::Unexplained(place),
            (Verdict::Wrong(_), sentences) => Feedback::Explained(sentences.join(" ")),
            // The verdict itself says what happened.
            _ => Feedback::Explained(place),
        },
    }
}

/// The sentences of a verdict, without the row to work out by hand: it is told where nothing explains the answers.
fn what_explains(verdict: &Verdict) -> Vec<String> {
    let by_hand = if let Verdict::Wrong(wrong) = verdict { row_by_hand(wrong) } else { None };
    verdict.sentences().into_iter().filter(|sentence| Some(sentence) != by_hand.as_ref()).collect()
}

/// The text of the report, and whether all solutions behave as listed.
fn written(step: &Step, wrong: &[(&str, Feedback)], right: usize, failing: &[(&str, &CaseReport)]) -> (String, bool) {
    let (mut passing, mut unexplained, mut explained) = (Vec::new(), Vec::new(), Vec::new());
    for (name, feedback) in wrong {
        match feedback {
            Feedback::Passed => passing.push((*name).to_owned()),
            Feedback::Unexplained(place) => unexplained.push(format!("{name}: {place}")),
            Feedback::Explained(what) => explained.push(format!("{name}: {what}")),
        }
    }
    let failing: Vec<String> = failing.iter().map(|(name, case)| format!("{name}: case `{}`", case.name)).collect();
    let mut text = format!(
        "{:>3} {}: {} wrong, {} caught, {} explained; {right} right, {} passed\n",
        step.number,
        step.name,
        wrong.len(),
        wrong.len() - passing.len(),
        explained.len(),
        right - failing.len(),
    );
    let lists = [
        ("Right, but does not pass", &failing),
        ("Wrong, and passes", &passing),
        ("Not explained", &unexplained),
        ("Explained", &explained),
    ];
    for (heading, lines) in lists.into_iter().filter(|(_, lines)| !lines.is_empty()) {
        // Writing to a string does not fail.
        let _ = writeln!(text, "\n{heading}:\n  {}", lines.join("\n  "));
    }
    (text, passing.is_empty() && unexplained.is_empty() && failing.is_empty())
}
