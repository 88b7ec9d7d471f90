//! `cargo xtask verify`: is each exercise sound? Names the place of every fault and what to do, and lists what is still
//! to be written.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use grader::answers::{Key, Known, KnownMistake, Record, Recorded, orphan, read_answers, snapshot, snapshots_in};
use grader::attempt::{Attempt, CompilerError, Listener, Progress, Tried};
use grader::course::{Course, Experiment, Mistake, Selection, Step, declaration, line_of, read};
use grader::report::ProgressLine;
use grader::verdict::{CaseReport, Explanation, StepReport, Texts, Verdict, is_same_record, judge};
use grader::{Error, Fault, GradeOptions, Limits, OrFault, Result, Workspace, path_with_line};
use harness::Trial;
use walkdir::WalkDir;
use xtask::cli::VerifyArgs;

use crate::experiments::Laboratory;
use crate::readme::{self, Checked, Drawn, Stale};
use crate::recording::{self, FURTHER, Snapshot, Sources, Trialled};

/// The part of its limit that a case of the solution may use: on a slow machine it needs more.
const SHARE_OF_LIMIT: u32 = 4;

/// The findings in one step.
struct Findings<'a> {
    step: &'a Step,
    /// Its solution and mistakes, if they can be read.
    sources: Option<Sources<'a>>,
    /// What is wrong.
    faults: Vec<Note>,
    /// What is still to be written.
    to_do: Vec<Note>,
    /// How many known mistakes there are, and how many of them differ from every other.
    mistakes: (usize, usize),
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
    if args.steps.is_empty() {
        let strays = ["exercises", "solutions"].into_iter().flat_map(|parent| course.strays_in(parent));
        of_course.extend(strays.map(|stray| Note::of_stray(&stray)));
    }
    let mut all: Vec<Findings<'_>> = steps.into_iter().map(Findings::new).collect();

    let line = ProgressLine::new();
    let progress = |progress: Progress<'_>| line.tell(progress);
    each(workspace, &mut all, |findings| findings.check_texts(&course))?;
    check_stubs(workspace, &course, &mut all, &progress)?;
    check_solutions(workspace, &course, &mut all, &progress)?;
    drop(line);

    let sound =
        of_course.is_empty() && all.iter().all(|findings| findings.faults.is_empty() && findings.to_do.is_empty());
    io::stdout().lock().write_all(written(&of_course, &all, began.elapsed()).as_bytes())?;
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

impl Note {
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
        Self { step, sources: None, faults: Vec::new(), to_do: Vec::new(), mistakes: (0, 0), can_run: true }
    }

    fn fault(&mut self, path: &Path, line: Option<usize>, message: impl Into<String>) {
        let fault = Note { place: path_with_line(path, line), message: message.into() };
        // Two parts of the check may find the same fault.
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
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

    /// Checks the texts alone.
    fn check_texts(&mut self, course: &Course) -> Result<()> {
        let step = self.step;
        self.list_to_do(course)?;
        let Some(mut sources) = self.keep(Sources::load_what_fits(course, step))? else { return Ok(()) };
        let all_fit = sources.misfits.is_empty();
        for misfit in sources.misfits.drain(..) {
            self.keep::<()>(Err(misfit))?;
        }
        let toml_path = step.toml();

        for function in &step.functions {
            let name = &function.name;
            let line = Some(function.line);
            if sources.solution.body(name).is_none() {
                let solution = sources.solution.path.display();
                self.fault(
                    &toml_path,
                    line,
                    format!("`{name}` has no body between `// todo!(…)` and `// done` in {solution}"),
                );
            }
            if !step.cases.iter().any(|case| case.function == *name) {
                self.fault(&toml_path, line, format!("`{name}` has no case"));
            }
            if function.hints.iter().any(|hint| hint.trim().is_empty()) {
                self.fault(&toml_path, line, format!("`{name}` has an empty hint"));
            }
            if all_fit && sources.mistakes.iter().all(|mistake| mistake.function != *name) {
                let message =
                    format!("`{name}` has no known mistake in {}/mistakes.toml yet", step.solution().display());
                self.to_do.push(Note { place: path_with_line(&toml_path, line), message });
            }
        }
        for body in &sources.solution.bodies {
            if !step.functions.iter().any(|function| function.name == body.function) {
                let message =
                    format!("`{}` is to be written, but exercise.toml has no [[function]] for it", body.function);
                self.fault(&sources.solution.path, Some(body.line), message);
            }
        }
        self.check_stub_text(course, &sources)?;
        self.check_case_names(course, &toml_path)?;
        self.check_readme(course, &sources)?;
        self.sources = Some(sources);
        Ok(())
    }

    fn list_to_do(&mut self, course: &Course) -> Result<()> {
        let (exercise, solution) = (&self.step.folder, self.step.solution());
        let mut files = ["README.md", "exercise.toml", "cases.rs"].map(|name| exercise.join(name)).to_vec();
        files.extend([solution.join("src").join("lib.rs"), solution.join("mistakes.toml")]);
        let tests = WalkDir::new(course.root.join(solution.join("tests"))).sort_by_file_name();
        let tests = tests.into_iter().flatten().filter(|entry| entry.file_type().is_file());
        files.extend(tests.filter_map(|test| Some(test.path().strip_prefix(&course.root).ok()?.to_owned())));
        let map = Path::new("exercises").join("README.md");
        let row = format!("({}/README.md)", self.step.folder_name());
        files.push(map.clone());
        for path in files {
            let Ok(text) = read(&course.root, &path) else { continue };
            let lines = text.lines().enumerate().filter(|(_, line)| path != map || line.contains(&row));
            for (at, line) in lines.filter(|(_, line)| line.contains("TODO")) {
                self.to_do.push(Note { place: path_with_line(&path, Some(at + 1)), message: line.trim().to_owned() });
            }
        }
        Ok(())
    }

    fn check_stub_text(&mut self, course: &Course, sources: &Sources<'_>) -> Result<()> {
        let path = self.step.source();
        let Some(stub) = self.keep(read(&course.root, &path))? else { return Ok(()) };
        let wanted = sources.solution.stub();
        if let Some((at, expected)) = first_difference(&stub, &wanted) {
            let message = format!(
                "the stub does not match the solution: {expected} expected here; rewrite it: \
                 `cargo xtask bless --stub {}`",
                self.step.name
            );
            self.fault(&path, Some(at), message);
        }
        Ok(())
    }

    /// Checks that `cases.rs` runs the cases that `exercise.toml` grades.
    fn check_case_names(&mut self, course: &Course, toml_path: &Path) -> Result<()> {
        let path = self.step.folder.join("cases.rs");
        let Some(text) = self.keep(read(&course.root, &path))? else { return Ok(()) };
        let run = cases_in(&text);
        for (name, line) in &run {
            if self.step.case(name).is_none() {
                let message = format!("case `{name}` is run here, but {} does not name it", toml_path.display());
                self.fault(&path, Some(*line), message);
            }
        }
        let step = self.step;
        let listed = parts_in(&text, "experiment");
        for (name, line) in &listed {
            if step.experiment(name).is_none() {
                let message = format!("experiment `{name}` is run here, but {} does not name it", toml_path.display());
                self.fault(&path, Some(*line), message);
            }
        }
        for Experiment { name, line, .. } in &step.experiments {
            if !listed.contains_key(name.as_str()) {
                self.fault(toml_path, Some(*line), format!("experiment `{name}` is not in {}", path.display()));
                self.can_run = false;
            }
        }
        for case in &self.step.cases {
            let name = &case.name;
            if !run.contains_key(name.as_str()) {
                self.fault(toml_path, Some(case.line), format!("case `{name}` is not in {}", path.display()));
                self.can_run = false;
            }
        }
        Ok(())
    }

    /// Checks that no case has an answer from the stub.
    fn check_not_started<'b>(&mut self, course: &Course, cases: impl Iterator<Item = &'b CaseReport>) -> Result<()> {
        for case in cases {
            if matches!(case.verdict, Verdict::NotStarted { .. } | Verdict::DoesNotCompile { .. }) {
                continue;
            }
            let message =
                format!("on the stub, case `{}` is not \"not started\" but \"{}\"", case.name, case.verdict.word());
            let path = self.step.folder.join("cases.rs");
            let line = cases_in(&read(&course.root, &path)?).get(case.name.as_str()).copied();
            self.fault(&path, line, message);
        }
        Ok(())
    }

    /// Checks that the README names the functions of `exercise.toml`, and lists no others to write.
    fn check_readme(&mut self, course: &Course, sources: &Sources<'_>) -> Result<()> {
        let path = self.step.readme();
        let Some(text) = self.keep(read(&course.root, &path))? else { return Ok(()) };
        for function in &self.step.functions {
            let name = &function.name;
            if !text.contains(&format!("`{name}`")) && !text.contains(&format!("`{name}(")) {
                self.fault(&path, None, format!("the README does not name `{name}`"));
            }
        }
        for (at, line) in text.lines().enumerate() {
            let item = line.trim_start().trim_start_matches(|letter: char| letter.is_ascii_digit());
            let item = ["- `", "* `", ". `"].iter().find_map(|bullet| item.strip_prefix(bullet));
            let Some((name, _)) = item.and_then(|item| item.split_once('(')) else { continue };
            let word = !name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || "_:".contains(letter));
            if word && declaration(&sources.solution.text, name).is_none() {
                self.fault(&path, Some(at + 1), format!("the README lists `{name}`, which the step does not have"));
            }
        }
        if readme::tables_in(&text) == 0 {
            self.fault(&path, None, "the README quotes no table of the solution (a block ```text case=NAME)");
        }
        Ok(())
    }
}

/// Does some work on each step, all at once.
fn each<'a>(
    workspace: &Workspace,
    all: &mut [Findings<'a>],
    work: impl Fn(&mut Findings<'a>) -> Result<()> + Sync,
) -> Result<()> {
    let work = |findings: &mut Findings<'a>| match workspace.interrupt().is_raised() {
        true => Err(Error::Interrupted),
        false => work(findings),
    };
    let work = &work;
    thread::scope(|scope| {
        let threads: Vec<_> = all.iter_mut().map(|findings| scope.spawn(move || work(findings))).collect();
        let failed = |_| Err(Error::Program("a check has failed".to_owned()));
        threads.into_iter().try_for_each(|thread| thread.join().unwrap_or_else(failed))
    })
}

/// Checks that the stubs compile without a warning, and that every case of them is "not started".
fn check_stubs(
    workspace: &Workspace,
    course: &Course,
    all: &mut [Findings<'_>],
    progress: &Listener<'_>,
) -> Result<()> {
    let runnable: Vec<&mut Findings<'_>> = all.iter_mut().filter(|findings| findings.can_run).collect();
    let steps: Vec<&Step> = runnable.iter().map(|findings| findings.step).collect();
    let mut tried = workspace.tried(course, &steps, GradeOptions::default(), progress)?;
    for findings in runnable {
        let Some(tried) = tried.remove(&findings.step.number) else { continue };
        let Some(Tried { attempt, warnings, .. }) = findings.keep(tried.map_err(Error::from))? else { continue };
        let (errors, what): (&[CompilerError], _) = match &attempt {
            Attempt::Failed(failure) => (&failure.errors, "does not compile"),
            Attempt::Ran(_) => (&warnings, "compiles with a warning"),
        };
        for error in errors {
            let (file, line) = match &error.place {
                Some(place) => (PathBuf::from(&place.file), Some(place.line)),
                None => (findings.step.source(), None),
            };
            findings.fault(&file, line, format!("the stub {what}: {}", error.message));
        }
        // Without its snapshots a step cannot be judged; that is a separate fault.
        let Some(answers) = findings.keep(read_answers(&course.root, findings.step))? else { continue };
        let judged = judge(findings.step, &answers, &Known::default(), &attempt, &Trial::GRADED, Texts::default())?;
        let report = StepReport::of(findings.step, judged, &attempt, "");
        findings.check_not_started(course, report.cases.iter())?;
    }
    Ok(())
}

/// Checks that the solutions pass, that the mistakes are caught and named, and that the snapshots and tables match the
/// answers.
fn check_solutions(
    workspace: &Workspace,
    course: &Course,
    all: &mut [Findings<'_>],
    progress: &Listener<'_>,
) -> Result<()> {
    // A second complaint about the same file would add nothing.
    let runnable = |findings: &&Findings<'_>| findings.can_run && findings.sources.is_some();
    let sources: Vec<&Sources<'_>> =
        all.iter().filter(runnable).filter_map(|findings| findings.sources.as_ref()).collect();
    let trialled = recording::run(workspace, &sources, progress)?;
    let steps = sources.iter().map(|sources| sources.step.number);
    let trialled: BTreeMap<u32, OrFault<Trialled>> = steps.zip(trialled).collect();
    each(workspace, all, |findings| {
        let Some(trialled) = trialled.get(&findings.step.number) else { return Ok(()) };
        let trialled = trialled.as_ref().map_err(|fault| fault.clone().into());
        let Some(trialled) = findings.keep(trialled)? else { return Ok(()) };
        let Some(sources) = findings.sources.take() else { return Ok(()) };
        findings.check_answers(workspace, course, &sources, trialled)
    })
}

impl Findings<'_> {
    fn check_answers(
        &mut self,
        workspace: &Workspace,
        course: &Course,
        sources: &Sources<'_>,
        trialled: &Trialled,
    ) -> Result<()> {
        let Some(answers) = self.keep(trialled.answers(sources, &Trial::GRADED))? else { return Ok(()) };
        let mut mistakes = Vec::new();
        for at in 0..sources.mistakes.len() {
            mistakes.push(self.keep(trialled.mistaken_answers(sources, &answers, at))?.unwrap_or_default());
        }
        check_further(self, sources, trialled)?;
        check_time(course, self, sources, trialled.solution())?;
        check_recorded(course, self, sources, &answers, &mistakes)?;
        check_texts_by_answers(workspace, course, self, sources, &answers)?;
        check_mistakes(self, sources, trialled, &answers, mistakes)
    }
}

/// Checks that the solution answers on seeds without a snapshot, and that a second run answers the same.
fn check_further(findings: &mut Findings<'_>, sources: &Sources<'_>, trialled: &Trialled) -> Result<()> {
    let Some(answers) = findings.keep(trialled.answers(sources, &FURTHER))? else { return Ok(()) };
    let Some(again) = findings.keep(trialled.answers_again(sources))? else { return Ok(()) };
    for (key, recorded) in &again {
        if answers.get(key) != Some(recorded) {
            let message = format!("case `{}` on {} gives other answers in a second run", key.case, key.trial);
            findings.fault(&sources.solution.path, None, message);
        }
    }
    Ok(())
}

fn check_time(course: &Course, findings: &mut Findings<'_>, sources: &Sources<'_>, attempt: &Attempt) -> Result<()> {
    let Attempt::Ran(run) = attempt else { return Ok(()) };
    let most = Limits::default().case.cpu / SHARE_OF_LIMIT;
    for (case, run) in run {
        // CPU time and not the clock: other programs take time on a busy machine, too.
        if run.cpu > most {
            let message = format!(
                "case `{case}` takes the solution {:.1} s: a slow machine would time out",
                run.cpu.as_secs_f64()
            );
            let path = sources.step.folder.join("cases.rs");
            let line = cases_in(&read(&course.root, &path)?).get(case.as_str()).copied();
            findings.fault(&path, line, message);
        }
    }
    Ok(())
}

/// Checks that the records match what the solution and the mistakes answer now, and that the README shows it.
fn check_recorded(
    course: &Course,
    findings: &mut Findings<'_>,
    sources: &Sources<'_>,
    answers: &Record,
    mistakes: &[Record],
) -> Result<()> {
    let remedy = format!("record it: `cargo xtask bless {}`", sources.step.name);
    let wanted = recording::snapshots(sources, answers, mistakes);
    for Snapshot { path, description, record } in wanted.iter().filter(|snapshot| !snapshot.record.is_empty()) {
        if !course.root.join(path).is_file() {
            // The missing snapshot of a case was reported with the line of the case.
            if path.parent() != Some(&sources.step.snapshots()) {
                findings.fault(path, None, format!("the snapshot is missing; {remedy}"));
            }
            continue;
        }
        let Some(recorded) = findings.keep(snapshot::read(&course.root, path))? else { continue };
        if !is_recorded(sources.step, &recorded, record) {
            findings.fault(path, None, format!("the snapshot does not match the answers of the solution; {remedy}"));
        } else if findings.keep(recording::description(&course.root, path))?.is_some_and(|head| head != *description) {
            findings.fault(path, None, format!("the snapshot has an old description; {remedy}"));
        }
    }
    for (folder, owner) in [(sources.step.snapshots(), "case"), (sources.step.snapshots().join("mistakes"), "mistake")]
    {
        for path in snapshots_in(&course.root, &folder) {
            // It may belong to a mistake that does not fit.
            if sources.misfits.is_empty() && !wanted.iter().any(|snapshot| snapshot.path == path) {
                findings.keep::<()>(Err(orphan(&path, owner)))?;
            }
        }
    }
    Ok(())
}

/// What the README quotes and shows is what the solution answers now, and so are the answers to what can be tried with the
/// experiments, which run and can be drawn.
fn check_texts_by_answers(
    workspace: &Workspace,
    course: &Course,
    findings: &mut Findings<'_>,
    sources: &Sources<'_>,
    answers: &Record,
) -> Result<()> {
    let (root, step) = (&course.root, sources.step);
    let remedy = format!("record it: `cargo xtask bless {}`", step.name);
    let laboratory = Laboratory::new(workspace, course, step, answers, &|_| ());
    let Some(laboratory) = findings.keep(laboratory)? else { return Ok(()) };
    let of_experiments = laboratory.faults()?;
    let all_run = of_experiments.is_empty();
    for fault in of_experiments {
        findings.keep::<()>(Err(fault))?;
    }
    let toml = step.toml();
    let Some(text) = findings.keep(read(root, &toml))? else { return Ok(()) };
    // Numbers of what does not run would only be missing once more.
    let tried = if all_run { readme::check_numbers(&toml, &text, &laboratory) } else { Checked::default() };
    let Checked { stale, faults, .. } = tried;
    for fault in faults {
        findings.keep::<()>(Err(fault))?;
    }
    for Stale { line, message, .. } in stale {
        findings.fault(&toml, Some(line), format!("{message}; {remedy}"));
    }
    let path = step.readme();
    let Some(text) = findings.keep(read(root, &path))? else { return Ok(()) };
    let Checked { stale, pictures, faults } = readme::check(step, &text, answers, &laboratory)?;
    // It may be that of a name that does not fit.
    let all_named = faults.is_empty();
    for fault in faults {
        findings.keep::<()>(Err(fault))?;
    }
    for Stale { line, message, .. } in stale {
        findings.fault(&path, Some(line), format!("{message}; {remedy}"));
    }
    for Drawn { path: picture, line, svg } in &pictures {
        if !root.join(picture).is_file() {
            let message = format!("the picture {} is missing; {remedy}", picture.display());
            findings.fault(&path, Some(*line), message);
        } else if findings.keep(read(root, picture))?.is_some_and(|drawn| drawn != *svg) {
            findings.fault(picture, None, format!("the picture does not match the answers of the solution; {remedy}"));
        }
    }
    for orphan in readme::drawn_before(root, step) {
        if all_named && pictures.iter().all(|picture| picture.path != orphan) {
            findings.fault(&orphan, None, "the README does not show this file; show it or delete it");
        }
    }
    Ok(())
}

/// Whether a snapshot holds what is answered now, within the tolerances of the cases: another processor may round
/// differently.
fn is_recorded(step: &Step, recorded: &Record, now: &[(&Key, &Recorded)]) -> bool {
    now.len() == recorded.len()
        && now.iter().all(|(key, answered)| {
            step.case(&key.case).is_some_and(|case| is_same_record(case, recorded.get(key), Some(answered)))
        })
}

/// Checks that each mistake is caught, and that the student reads its own sentence.
fn check_mistakes(
    findings: &mut Findings<'_>,
    sources: &Sources<'_>,
    trialled: &Trialled,
    answers: &Record,
    mistakes: Vec<Record>,
) -> Result<()> {
    // What cannot be recorded has been reported before.
    let recorded = sources.mistakes.iter().zip(mistakes).filter(|(_, answers)| !answers.is_empty());
    let mistakes = recorded.map(|(mistake, answers)| KnownMistake { mistake: mistake.clone(), answers }).collect();
    let signatures =
        sources.solution.bodies.iter().map(|body| (body.function.clone(), body.signature.clone())).collect();
    let known = Known { mistakes, signatures };

    findings.mistakes.0 = sources.mistakes.len();
    let list = sources.step.solution().join("mistakes.toml");
    for (mistake, attempt) in sources.mistakes.iter().zip(trialled.mistakes()) {
        if !known.mistakes.iter().any(|known| known.mistake.name == mistake.name) {
            continue;
        }
        let texts = Texts { library: &sources.solution.text, cases: "" };
        let judged = judge(sources.step, answers, &known, attempt, &Trial::GRADED, texts)?;
        // The place to edit is not needed here, and finding it takes longer than everything else.
        let report = StepReport::of(sources.step, judged, attempt, "");
        match naming(&report, mistake) {
            Naming::Alone => findings.mistakes.1 += 1,
            Naming::With(others) => {
                let others = others.join("`, `");
                let message =
                    format!("mistake `{}` answers as `{others}` does; add a case that tells them apart", mistake.name);
                findings.fault(&list, Some(mistake.line), message);
            }
            Naming::Otherwise(what) => {
                findings.fault(
                    &list,
                    Some(mistake.line),
                    format!("mistake `{}` is not what the student reads: {what}", mistake.name),
                );
            }
        }
    }
    Ok(())
}

/// What a student reads who makes a mistake.
enum Naming {
    Alone,
    With(Vec<String>),
    Otherwise(String),
}

fn naming(report: &StepReport, mistake: &Mistake) -> Naming {
    let Some(case) = report.first_failure() else { return Naming::Otherwise("every case passes".to_owned()) };
    match case.verdict.explanation() {
        Some(Explanation::Mistakes { named, .. }) if named.iter().any(|named| named.name == mistake.name) => {
            let others: Vec<String> =
                named.iter().filter(|named| named.name != mistake.name).map(|named| named.name.clone()).collect();
            if others.is_empty() { Naming::Alone } else { Naming::With(others) }
        }
        Some(Explanation::Mistakes { named, .. }) => {
            let names: Vec<&str> = named.iter().map(|named| named.name.as_str()).collect();
            Naming::Otherwise(format!("it is taken for `{}` of `{}`", names.join("`, `"), case.function))
        }
        _ => Naming::Otherwise(format!("case `{}` of `{}` is {}", case.name, case.function, case.verdict.word())),
    }
}

fn written(of_course: &[Note], all: &[Findings<'_>], took: Duration) -> String {
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
    let faults = of_course.iter().chain(all.iter().flat_map(|findings| &findings.faults)).collect();
    let to_do = all.iter().flat_map(|findings| &findings.to_do).collect();
    for (head, notes) in [("Faults", faults), ("To do", to_do)] {
        let notes: Vec<&Note> = notes;
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

/// The first line, from 1, where a text differs from the one that is wanted, and what is wanted there.
fn first_difference(text: &str, wanted: &str) -> Option<(usize, String)> {
    let [text, wanted] = [text, wanted].map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
    let at = text.iter().zip(&wanted).take_while(|(line, wanted)| line == wanted).count();
    let expected = match (text.get(at), wanted.get(at)) {
        (None, None) => return None,
        (Some(_), None) => "the end of the file is".to_owned(),
        (Some(line), Some(wanted)) if line.trim_end() == wanted.trim_end() => "another end of the line is".to_owned(),
        (_, Some(wanted)) => format!("`{}` is", wanted.trim()),
    };
    Some((at + 1, expected))
}

/// The cases that a `cases.rs` runs, and the line of each.
fn cases_in(text: &str) -> BTreeMap<&str, usize> {
    parts_in(text, "case")
}

/// The parts of this kind that a `cases.rs` lists, and the line of each.
fn parts_in<'a>(text: &'a str, kind: &str) -> BTreeMap<&'a str, usize> {
    let calls = text.match_indices(kind).filter_map(|(at, call)| {
        let name = text[at + call.len()..].strip_prefix('(')?.trim_start().strip_prefix('"')?;
        Some((name.split('"').next()?, line_of(text, &(at..at))))
    });
    calls.collect()
}
