//! `cargo xtask mistakes`: tries solutions that the list of known mistakes was not made from, and says which wrong ones
//! pass, which nobody explains, and which right ones fail.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use grader::answers::{Known, read_answers};
use grader::attempt::{Listener, Progress, Purpose, Stage, Submission};
use grader::course::{NewBody, Solution, Step};
use grader::report::ProgressLine;
use grader::verdict::{CaseReport, Explanation, Extent, StepReport, Texts, Verdict, judge};
use grader::{Error, Result, Workspace};
use harness::Trial;
use serde::Deserialize;
use xtask::cli::MistakesArgs;

/// Solutions of a step, as a file lists them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Solutions {
    #[serde(default)]
    wrong: Vec<Listed>,
    #[serde(default)]
    right: Vec<Listed>,
}

/// One of them: the step's solution but for some bodies.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    name: String,
    /// What is wrong with it, for a person who reads the list.
    #[serde(default, rename = "idea")]
    _idea: String,
    /// By the names of their functions.
    bodies: BTreeMap<String, String>,
}

/// What a student is told who hands in a wrong solution.
enum Feedback {
    /// That it is right.
    Passed,
    /// What explains it, in short.
    Explained(String),
    /// Only that it is wrong.
    Unexplained(String),
}

/// Tries the solutions of a file: exit code 0 if all right ones pass and all wrong ones are caught and explained, 1 if not.
///
/// # Errors
/// If the step or the file cannot be read, or the solutions cannot be built or run.
pub fn mistakes(workspace: &Workspace, args: &MistakesArgs) -> Result<ExitCode> {
    workspace.interrupt().raise_on_ctrl_c()?;
    let course = workspace.course()?;
    let step = course.select(std::slice::from_ref(&args.step))?.remove(0);
    let solutions = read(args)?;
    let line = ProgressLine::new();
    let reports = tried(workspace, step, &args.from, &solutions, &|progress: Progress<'_>| line.tell(progress))?;
    drop(line);
    let (wrong, right) = reports.split_at(solutions.wrong.len());
    let wrong: Vec<(&str, Feedback)> =
        solutions.wrong.iter().zip(wrong).map(|(listed, report)| (listed.name.as_str(), feedback_on(report))).collect();
    let failing: Vec<(&str, &CaseReport)> = solutions
        .right
        .iter()
        .zip(right)
        .filter_map(|(listed, report)| Some((listed.name.as_str(), report.first_failure()?)))
        .collect();
    let (text, all_well) = written(step, &wrong, solutions.right.len(), &failing);
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(if all_well { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn read(args: &MistakesArgs) -> Result<Solutions> {
    let text = grader::course::read(Path::new(""), &args.from)?;
    grader::course::parse(&args.from, &text)
}

/// The reports on the wrong solutions and then on the right ones, as students would get them.
fn tried(
    workspace: &Workspace,
    step: &Step,
    from: &Path,
    solutions: &Solutions,
    progress: &Listener<'_>,
) -> Result<Vec<StepReport>> {
    let root = workspace.root();
    let solution = Solution::load(root, step)?;
    let listed = || solutions.wrong.iter().chain(&solutions.right);
    for Listed { name, bodies, .. } in listed() {
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
    let bodies = |listed: &Listed| -> Vec<NewBody> {
        let body = |(function, text): (&String, &String)| NewBody { function: function.clone(), text: text.clone() };
        listed.bodies.iter().map(body).collect()
    };
    let submissions: Vec<Submission> =
        listed().map(|listed| Submission { bodies: bodies(listed), trials: Trial::GRADED.to_vec() }).collect();
    let stage = Stage {
        step,
        purpose: Purpose::Trying,
        solution: &solution,
        bodies: submissions.iter().flat_map(|own| own.bodies.clone()).collect(),
        cases: step.case_names(),
        submissions,
    };
    let expected = read_answers(root, step)?;
    let known = Known::load(root, step)?;
    let cases = grader::course::read(root, &step.folder.join("cases.rs"))?;
    let attempts = workspace.staged(std::slice::from_ref(&stage), progress)?.remove(0)?;
    let reports = stage.submissions.iter().zip(&attempts).map(|(submission, attempt)| {
        let library = solution.with(&submission.bodies);
        let texts = Texts { library: &library, cases: &cases };
        let judged = judge(step, &expected, &known, attempt, &Trial::GRADED, texts)?;
        Ok(StepReport::of(step, judged, attempt, &library))
    });
    reports.collect()
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
        _ => match (&case.verdict, &case.verdict.sentences()[..]) {
            (_, []) => Feedback::Unexplained(place),
            (Verdict::Wrong(_), sentences) => Feedback::Explained(sentences.join(" ")),
            // That says itself what happened.
            _ => Feedback::Explained(place),
        },
    }
}

/// The text of the report, and whether all is as it should be.
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
