//! What the solutions and their known mistakes answer: run together, many to a build. `bless` records it, and `verify`
//! checks it.

use std::path::PathBuf;

use grader::answers::snapshot::Header;
use grader::answers::{Key, Record, Recorded, case_snapshot, mistake_snapshot, record_of, snapshot};
use grader::attempt::{Answers, Attempt, CompileFailure, Ending, Listener, Purpose, Stage, Submission};
use grader::course::{Course, Form, Mistake, NewBody, Solution, Step};
use grader::verdict::is_same_record;
use grader::{Error, OrFault, Result, Workspace};
use harness::{Cell, Trial};

use crate::roundings::{Rounding, roundings};

/// Seeds without a snapshot. The solution must answer on them, too, and the same each time.
pub const FURTHER: [Trial; 4] = [Trial::Fresh(1001), Trial::Fresh(1002), Trial::Fresh(1003), Trial::Fresh(1004)];

/// A step's solution and mistakes, as written.
pub struct Sources<'a> {
    /// The step.
    pub step: &'a Step,
    /// Its solution.
    pub solution: Solution,
    /// The known mistakes.
    pub mistakes: Vec<Mistake>,
    /// The other right forms of the solution.
    pub forms: Vec<Form>,
    /// The solution with other roundings.
    pub roundings: Vec<Rounding>,
    /// Why the other entries of the list cannot be mistakes.
    pub misfits: Vec<Error>,
    /// Why the other entries of their list cannot be forms.
    pub misfit_forms: Vec<Error>,
}

/// The result of running a step's solution and mistakes.
pub struct Trialled {
    solution: Attempt,
    again: Attempt,
    mistakes: Vec<Attempt>,
    forms: Vec<Attempt>,
    roundings: Vec<Attempt>,
}

/// A file that a recording writes.
pub struct Snapshot<'a> {
    /// Relative to the course.
    pub path: PathBuf,
    /// What it is about.
    pub header: Header,
    /// What is recorded in it.
    pub record: Vec<(&'a Key, &'a Recorded)>,
}

/// What a recording keeps of a step's solution and manifest beside the answers: the files, relative to the course,
/// and their texts.
///
/// # Errors
/// If the manifest cannot be read.
pub fn kept_files(course: &Course, sources: &Sources<'_>) -> Result<[(PathBuf, String); 2]> {
    let step = sources.step;
    let crates = step.crates(&course.root)?.names;
    let crates = crates.into_iter().map(|name| name + "\n").collect();
    Ok([(step.stub(), sources.solution.stub()), (step.kept_crates(), crates)])
}

impl Snapshot<'_> {
    /// Its text.
    pub fn text(&self) -> String {
        snapshot::render(self.record.iter().copied())
    }
}

impl<'a> Sources<'a> {
    /// Reads a step's solution and those of its mistakes and forms that fit.
    ///
    /// # Errors
    /// If one is missing or malformed.
    pub fn load(course: &Course, step: &'a Step) -> Result<Self> {
        let solution = Solution::load(&course.root, step)?;
        let (mut misfits, mut misfit_forms) = (Vec::new(), Vec::new());
        let mistakes = what_fits(solution.listed_mistakes(&course.root, step)?, &mut misfits);
        let forms = what_fits(solution.listed_forms(&course.root, step)?, &mut misfit_forms);
        let roundings = roundings(&solution)?;
        Ok(Self { step, solution, mistakes, forms, roundings, misfits, misfit_forms })
    }

    /// The solution on the graded and the further trials, once more on the further ones, the mistakes, the other forms,
    /// and the other roundings.
    pub fn stage(&self) -> Stage<'_> {
        let mut submissions = vec![self.solution_on_all(), solution_on(&FURTHER)];
        let mut bodies: Vec<NewBody> = self.mistakes.iter().map(|mistake| self.solution.mistaken(mistake)).collect();
        bodies.extend(self.forms.iter().map(|form| self.solution.in_form(form)));
        bodies.extend(self.roundings.iter().map(|rounding| rounding.body.clone()));
        let changed = |body: &NewBody| Submission { bodies: vec![body.clone()], trials: Trial::GRADED.to_vec() };
        submissions.extend(bodies.iter().map(changed));
        Stage {
            step: self.step,
            purpose: Purpose::Recording,
            solution: &self.solution,
            bodies,
            cases: self.step.case_names(),
            submissions,
        }
    }

    /// The solution alone, as in the stage with all others.
    fn stage_of_solution(&self) -> Stage<'_> {
        let submissions = vec![self.solution_on_all()];
        Stage { purpose: Purpose::Checking, bodies: Vec::new(), submissions, ..self.stage() }
    }

    /// The solution as it is, on the graded and the further trials.
    fn solution_on_all(&self) -> Submission {
        solution_on(&[&Trial::GRADED[..], &FURTHER].concat())
    }
}

/// The solution as it is.
fn solution_on(trials: &[Trial]) -> Submission {
    Submission { bodies: Vec::new(), trials: trials.to_vec() }
}

/// The entries of a list that fit; why the others do not joins the rest.
fn what_fits<T>(listed: Vec<Result<T>>, misfits: &mut Vec<Error>) -> Vec<T> {
    let fits = |listed: Result<T>| listed.map_err(|misfit| misfits.push(misfit)).ok();
    listed.into_iter().filter_map(fits).collect()
}

/// Runs the solutions, mistakes, other forms and other roundings of some steps; the solutions twice on the further trials.
///
/// # Errors
/// If they cannot be built or run. What is wrong with one of them, or with a step, is in its part of the result.
pub fn run(workspace: &Workspace, sources: &[&Sources<'_>], progress: &Listener<'_>) -> Result<Vec<OrFault<Trialled>>> {
    let stages: Vec<Stage<'_>> = sources.iter().map(|sources| sources.stage()).collect();
    let attempts = workspace.staged(&stages, progress)?;
    let nothing = || Attempt::Ran(Answers::new());
    let trialled = attempts.into_iter().zip(sources).map(|(attempts, sources)| {
        let mut attempts = attempts?.into_iter();
        Ok(Trialled {
            solution: attempts.next().unwrap_or_else(nothing),
            again: attempts.next().unwrap_or_else(nothing),
            mistakes: attempts.by_ref().take(sources.mistakes.len()).collect(),
            forms: attempts.by_ref().take(sources.forms.len()).collect(),
            roundings: attempts.collect(),
        })
    });
    Ok(trialled.collect())
}

/// What the solutions alone answer on the graded trials: taken from the last recording if nothing has changed since.
///
/// # Errors
/// If they cannot be built or run. What is wrong with one of them is in its part of the result.
pub fn answers_of_solutions(
    workspace: &Workspace,
    sources: &[Sources<'_>],
    progress: &Listener<'_>,
) -> Result<Vec<Result<Record>>> {
    let stages: Vec<Stage<'_>> = sources.iter().map(Sources::stage_of_solution).collect();
    let attempts = workspace.staged(&stages, progress)?.into_iter().zip(sources);
    let answers = attempts.map(|(attempts, sources)| match attempts?.first() {
        Some(attempt) => checked(attempt, sources, &Trial::GRADED),
        None => Ok(Record::new()),
    });
    Ok(answers.collect())
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

    /// The attempts of the other right forms, in their order.
    pub fn forms(&self) -> &[Attempt] {
        &self.forms
    }

    /// The attempts of the other roundings, in their order.
    pub fn roundings(&self) -> &[Attempt] {
        &self.roundings
    }

    /// The solution's answers on these trials.
    ///
    /// # Errors
    /// If it does not compile, or does not answer every case with finite numbers.
    pub fn answers(&self, sources: &Sources<'_>, trials: &[Trial]) -> Result<Record> {
        checked(&self.solution, sources, trials)
    }

    /// The solution's answers on the further trials in its second run.
    ///
    /// # Errors
    /// As [`Trialled::answers`].
    pub fn answers_again(&self, sources: &Sources<'_>) -> Result<Record> {
        checked(&self.again, sources, &FURTHER)
    }

    /// What one mistake answers, where it differs from the solution.
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
        if let Some((case, run)) = run.iter().find(|(_, run)| !run.ending.is_decided_by_code()) {
            let message = format!("mistake `{}` {} in case `{case}`", mistake.name, not_recordable(&run.ending));
            return Err(Error::at(&list, mistake.line, message));
        }
        let mut record = record_of(run, &Trial::GRADED);
        record.retain(|key, recorded| {
            let case = sources.step.case(&key.case);
            case.is_some_and(|case| !is_same_record(case, answers.get(key), Some(recorded)))
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
        Attempt::Failed(failure) => return Err(failure.as_fault_of_course(sources.step).into()),
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
pub fn snapshots<'a>(sources: &'a Sources<'_>, answers: &'a Record, mistakes: &'a [Record]) -> Vec<Snapshot<'a>> {
    let of_case = |name: &str| answers.iter().filter(|(key, _)| key.case == name).collect();
    let of_cases = sources.step.cases.iter().map(|case| of_case(&case.name));
    let records = of_cases.chain(mistakes.iter().map(|record| record.iter().collect()));
    headers(sources).zip(records).map(|((path, header), record)| Snapshot { path, header, record }).collect()
}

/// The headers of these snapshots, with their paths relative to the course.
pub fn headers(sources: &Sources<'_>) -> impl Iterator<Item = (PathBuf, Header)> {
    let step = sources.step;
    let of_cases = step
        .cases
        .iter()
        .map(|case| (case_snapshot(step, &case.name), Header { description: case.title.clone(), function: None }));
    let of_mistakes = sources.mistakes.iter().map(|Mistake { name, says, function, .. }| {
        (mistake_snapshot(step, name), Header { description: says.clone(), function: Some(function.clone()) })
    });
    of_cases.chain(of_mistakes)
}

/// Why a run with this ending cannot be recorded.
fn not_recordable(ending: &Ending) -> String {
    match ending {
        Ending::TimedOut(_) | Ending::Waited(_) | Ending::Stalled(_) => "does not end".to_owned(),
        Ending::Signalled(_) => format!("was ended from outside ({ending}; try again)"),
        ending => format!("exceeds a limit ({ending})"),
    }
}

/// Why an answer of the solution cannot be compared with others, if it cannot.
fn fault_of(recorded: &Recorded) -> Option<String> {
    match recorded {
        Recorded::Ended(ending) if !ending.is_decided_by_code() => {
            Some(format!("the solution {}", not_recordable(ending)))
        }
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
pub fn message_of(failure: &CompileFailure) -> &str {
    failure.errors.first().map_or("", |error| &error.message)
}
