//! What the solutions and their known mistakes answer: run together, many to a build, for `bless` to record and for
//! `verify` to check.

use std::path::{Path, PathBuf};

use grader::answers::expected::{case_snapshot, mistake_snapshot};
use grader::answers::{Key, Record, Recorded, record_of, snapshot};
use grader::attempt::Attempt;
use grader::attempt::build::{CompileFailure, Culprit};
use grader::attempt::compile::CompilerError;
use grader::attempt::run::{Answers, Ending};
use grader::attempt::stage::{Purpose, Stage, Submission};
use grader::course::solution::{Mistake, Solution};
use grader::course::{Course, Step};
use grader::report::progress::ProgressLine;
use grader::verdict::judge::same;
use grader::{Error, Result, Workspace};
use harness::{Cell, Trial};

/// A step's solution and mistakes, as they are written.
pub struct Sources<'a> {
    /// The step.
    pub step: &'a Step,
    /// Its solution.
    pub solution: Solution,
    /// The known mistakes.
    pub mistakes: Vec<Mistake>,
    /// Why what else is listed cannot be a mistake.
    pub misfits: Vec<Error>,
}

/// What came of running a step's solution and mistakes.
pub struct Trialled {
    solution: Attempt,
    again: Attempt,
    mistakes: Vec<Attempt>,
}

/// A file that a recording writes.
pub struct Snapshot {
    /// Relative to the course.
    pub path: PathBuf,
    /// What it is about, in a sentence.
    pub description: String,
    /// What stands in it.
    pub text: String,
}

impl<'a> Sources<'a> {
    /// Reads a step's solution and mistakes.
    ///
    /// # Errors
    /// If one is missing or malformed, or a mistake does not fit.
    pub fn load(course: &Course, step: &'a Step) -> Result<Self> {
        let mut sources = Self::load_what_fits(course, step)?;
        if sources.misfits.is_empty() { Ok(sources) } else { Err(sources.misfits.swap_remove(0)) }
    }

    /// Reads a step's solution and those of its mistakes that fit.
    ///
    /// # Errors
    /// If one is missing or malformed.
    pub fn load_what_fits(course: &Course, step: &'a Step) -> Result<Self> {
        let solution = Solution::load(&course.root, step)?;
        let (mut mistakes, mut misfits) = (Vec::new(), Vec::new());
        for listed in solution.listed_mistakes(&course.root, step)? {
            match listed {
                Ok(mistake) => mistakes.push(mistake),
                Err(misfit) => misfits.push(misfit),
            }
        }
        Ok(Self { step, solution, mistakes, misfits })
    }

    /// The solution on the graded and the further trials, once more on the further ones, and the mistakes.
    fn stage(&self, further: &[Trial]) -> Stage<'a> {
        let submission = |label: &str, source: &str, trials: &[Trial]| Submission {
            label: label.to_owned(),
            source: source.to_owned(),
            trials: trials.to_vec(),
        };
        let mut submissions = vec![
            submission("the-solution", &self.solution.text, &[&Trial::GRADED, further].concat()),
            submission("the-solution-again", &self.solution.text, further),
        ];
        submissions.extend(
            self.mistakes.iter().map(|mistake| submission(&mistake.name, &self.solution.with(mistake), &Trial::GRADED)),
        );
        Stage { step: self.step, purpose: Purpose::Recording, submissions }
    }
}

/// Runs the solutions and mistakes of some steps, all in one build; the solutions twice on the further trials, which have
/// no snapshot.
///
/// # Errors
/// If they cannot be built or run; what is wrong with one of them is in its part of the result.
pub fn run(
    workspace: &Workspace,
    course: &Course,
    sources: &[Sources<'_>],
    further: &[Trial],
) -> Result<Vec<Trialled>> {
    let stages: Vec<Stage<'_>> = sources.iter().map(|sources| sources.stage(further)).collect();
    let line = ProgressLine::new();
    let attempts = workspace.staged(course, &stages, &|progress| line.tell(progress))?;
    let nothing = || Attempt::Ran(Answers::new());
    let trialled = attempts.into_iter().map(|attempts| {
        let mut attempts = attempts.into_iter();
        Trialled {
            solution: attempts.next().unwrap_or_else(nothing),
            again: attempts.next().unwrap_or_else(nothing),
            mistakes: attempts.collect(),
        }
    });
    Ok(trialled.collect())
}

impl Trialled {
    /// The solution's attempt.
    pub fn solution(&self) -> &Attempt {
        &self.solution
    }

    /// The mistakes' attempts, in their order.
    pub fn mistakes(&self) -> &[Attempt] {
        &self.mistakes
    }

    /// The solution's answers on these trials.
    ///
    /// # Errors
    /// If it does not compile, or does not answer every case with finite numbers.
    pub fn answers(&self, sources: &Sources<'_>, trials: &[Trial]) -> Result<Record> {
        checked(&self.solution, sources, trials)
    }

    /// The solution's answers in its second run.
    ///
    /// # Errors
    /// As [`Trialled::answers`].
    pub fn answers_again(&self, sources: &Sources<'_>, trials: &[Trial]) -> Result<Record> {
        checked(&self.again, sources, trials)
    }

    /// What one mistake answers where that is not what the solution does.
    ///
    /// # Errors
    /// If it does not compile, or answers everything as the solution does.
    pub fn mistaken_answers(&self, sources: &Sources<'_>, answers: &Record, at: usize) -> Result<Record> {
        let mistake = &sources.mistakes[at];
        let list = sources.step.solution().join("mistakes.toml");
        let run = match &self.mistakes[at] {
            Attempt::Ran(run) => run,
            Attempt::Failed(failure) => {
                let message = format!("mistake `{}` does not compile: {}", mistake.name, message_of(failure));
                return Err(Error::at(&list, mistake.line, message));
            }
        };
        if let Some((case, _)) = run.iter().find(|(_, run)| matches!(run.ending, Ending::TimedOut(_))) {
            let message = format!("mistake `{}` does not come to its end in case `{case}`", mistake.name);
            return Err(Error::at(&list, mistake.line, message));
        }
        let mut record = record_of(run, &Trial::GRADED);
        record.retain(|key, recorded| {
            let case = sources.step.case(&key.case);
            case.is_some_and(|case| !same(case, answers.get(key), Some(recorded)))
        });
        if record.is_empty() {
            let message = format!("mistake `{}` is caught by no case: it answers as the solution does", mistake.name);
            return Err(Error::at(&list, mistake.line, message));
        }
        Ok(record)
    }
}

fn checked(attempt: &Attempt, sources: &Sources<'_>, trials: &[Trial]) -> Result<Record> {
    let path = &sources.solution.path;
    let run = match attempt {
        Attempt::Ran(run) => run,
        Attempt::Failed(failure) => {
            let message = message_of(failure);
            return Err(match (failure.culprit, failure.errors.first()) {
                (Culprit::Library, Some(CompilerError { place: Some(place), .. })) => {
                    Error::at(path, place.line, format!("the solution does not compile: {message}"))
                }
                _ => {
                    let cases = sources.step.folder.join("cases.rs");
                    Error::in_file(&cases, format!("the cases do not compile with the solution: {message}"))
                }
            });
        }
    };
    let record = record_of(run, trials);
    for &trial in trials {
        for case in sources.step.case_names() {
            let recorded = record.get(&Key::new(case, trial));
            if let Some(fault) = recorded.and_then(fault_of) {
                return Err(Error::in_file(path, format!("case `{case}` on {trial}: {fault}")));
            }
        }
    }
    Ok(record)
}

/// The snapshots that hold a step's answers and those of its mistakes.
pub fn snapshots(sources: &Sources<'_>, answers: &Record, mistakes: &[Record]) -> Vec<Snapshot> {
    let step = sources.step;
    let of_cases = step.cases.iter().map(|case| {
        let own = answers.iter().filter(|(key, _)| key.case == case.name);
        let text = snapshot::render(own);
        Snapshot { path: case_snapshot(step, &case.name), description: case.title.clone(), text }
    });
    let of_mistakes = sources.mistakes.iter().zip(mistakes).map(|(mistake, record)| Snapshot {
        path: mistake_snapshot(step, &mistake.name),
        description: mistake.says.clone(),
        text: snapshot::render(record),
    });
    of_cases.chain(of_mistakes).collect()
}

/// What the head of a snapshot file, given relative to the course, says that it is about.
///
/// # Errors
/// If the file has no head, or insta cannot read it.
pub fn description(root: &Path, path: &Path) -> Result<String> {
    // Without a head insta takes it for a file of an older version of its own, and says so.
    snapshot::contents(root, path)?;
    let snapshot = insta::Snapshot::from_file(&root.join(path)).map_err(|error| {
        let message = format!("insta cannot read the snapshot: {error}; record it with `cargo xtask bless`");
        Error::in_file(path, message)
    })?;
    Ok(snapshot.metadata().description().unwrap_or_default().to_owned())
}

/// Why an answer of the solution cannot be compared with, if it cannot.
fn fault_of(recorded: &Recorded) -> Option<String> {
    match recorded {
        Recorded::Ended(Ending::TimedOut(_)) => Some("the solution does not come to its end".to_owned()),
        Recorded::Ended(_) | Recorded::NotStarted | Recorded::Panicked(_) => Some(format!("the solution {recorded}")),
        Recorded::Answered(table) if table.rows.is_empty() => Some("the case records no row".to_owned()),
        Recorded::Answered(table) => {
            let odd = |cell: &&Cell| matches!(cell, Cell::Number(number) if !number.is_finite());
            let cell = table.rows.iter().flatten().find(odd)?;
            Some(format!("the solution answers {cell}, which no answer can be compared with; record a word instead"))
        }
    }
}

/// The compiler's first error; the others often follow from it.
fn message_of(failure: &CompileFailure) -> &str {
    failure.errors.first().map_or("", |error| &error.message)
}
