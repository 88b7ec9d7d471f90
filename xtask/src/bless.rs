//! `cargo xtask bless`: records the expected answers from the solutions, and what each known mistake answers.
//!
//! The one place that writes snapshots, through insta's own assertion. insta reads its settings once a process, so that
//! the writing is done by a child of this program (`cargo xtask record`) whose environment is set for it.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use clap::Args;
use fs_err as fs;
use grader::course::{Course, Step, read};
use grader::expected::{case_snapshot, mistake_snapshot, snapshots_in};
use grader::grade::attempt_staged;
use grader::judge::{Attempt, record_of, same};
use grader::report::progress::Line;
use grader::snapshot::{self, Record, Recorded};
use grader::solution::{Mistake, Solution};
use grader::stage::{Stage, Submission};
use grader::{Error, Result};
use harness::{Cell, Trial};
use serde::{Deserialize, Serialize};
use similar::{ChangeTag, TextDiff};

use crate::readme;

/// What to record.
#[derive(Debug, Args)]
pub struct BlessArgs {
    /// The steps to record, by number or name; all if none is named
    #[arg(value_name = "STEP")]
    pub steps: Vec<String>,
    /// Overwrite without asking
    #[arg(long)]
    pub yes: bool,
    /// Leave what changed as pending snapshots for `cargo insta review`
    #[arg(long, conflicts_with = "yes")]
    pub review: bool,
}

/// A file that a recording writes.
struct Change {
    /// Relative to the course.
    path: PathBuf,
    description: String,
    old: Option<String>,
    new: String,
}

/// Records the snapshots of steps, and brings the tables in their READMEs up to date.
///
/// # Errors
/// If a solution or a mistake cannot be recorded, or nobody is there to be asked.
pub fn bless(root: &Path, args: &BlessArgs) -> Result<ExitCode> {
    grader::process::end_children_on_interrupt()?;
    let course = Course::load(root)?;
    let steps = course.select(&args.steps)?;
    let recordings = record_steps(&course, &steps)?;

    let (mut snapshots, mut readmes, mut orphans) = (Vec::new(), Vec::new(), Vec::new());
    for (step, recording) in steps.iter().zip(&recordings) {
        let wanted = recording.snapshots(step);
        orphans.extend(
            snapshots_in(&course.root, &step.snapshots())
                .into_iter()
                .filter(|path| !wanted.iter().any(|(wanted, _, _)| wanted == path)),
        );
        for (path, description, new) in wanted {
            let old = course.root.join(&path).is_file().then(|| snapshot::contents(&course.root, &path)).transpose()?;
            if old.as_deref().map(str::trim_end) != Some(new.trim_end()) {
                snapshots.push(Change { path, description, old, new });
            }
        }
        let path = step.folder.join("README.md");
        let old = read(&course.root, &path)?;
        let new = readme::with_tables(&path, &old, &recording.answers)?;
        if old != new {
            readmes.push(Change { path, description: String::new(), old: Some(old), new });
        }
    }

    let overwrites = snapshots.iter().chain(&readmes).any(|change| change.old.is_some()) || !orphans.is_empty();
    let mut out = io::stdout().lock();
    for change in snapshots.iter().chain(&readmes) {
        write!(out, "{}", described(change))?;
    }
    for orphan in &orphans {
        writeln!(out, "{}: nothing belongs to it any more", orphan.display())?;
    }
    if snapshots.is_empty() && readmes.is_empty() && orphans.is_empty() {
        writeln!(out, "Nothing to record: every snapshot is as the solution answers.")?;
        return Ok(ExitCode::SUCCESS);
    }
    if overwrites && !args.yes && !args.review && !agreed(&mut out)? {
        writeln!(out, "Nothing was written.")?;
        return Ok(ExitCode::from(1));
    }
    write_snapshots(&course.root, &snapshots, args.review)?;
    if !args.review {
        readmes.iter().try_for_each(|change| fs::write(course.root.join(&change.path), &change.new))?;
        orphans.iter().try_for_each(|path| fs::remove_file(course.root.join(path)))?;
    }
    writeln!(out, "{}", if args.review { "Pending; see them with `cargo insta review`." } else { "Recorded." })?;
    Ok(ExitCode::SUCCESS)
}

/// What a step's solution and mistakes answer.
pub struct Recording {
    /// The solution's answers.
    pub answers: Record,
    /// Each mistake's answers, where they are not the solution's.
    pub mistakes: Vec<(Mistake, Record)>,
}

/// Runs the solutions and mistakes of steps, all in one build.
///
/// # Errors
/// If the solution does not answer every case with finite numbers, or a mistake does not compile or is not caught.
pub fn record_steps(course: &Course, steps: &[&Step]) -> Result<Vec<Recording>> {
    let (mut stages, mut listed) = (Vec::new(), Vec::new());
    for step in steps {
        let solution = Solution::load(&course.root, step)?;
        let mistakes = solution.mistakes(&course.root, step)?;
        let mut submissions = vec![Submission { label: "solution".to_owned(), source: solution.text.clone() }];
        submissions.extend(
            mistakes.iter().map(|mistake| Submission { label: mistake.name.clone(), source: solution.with(mistake) }),
        );
        stages.push(Stage { step, submissions });
        listed.push((solution, mistakes));
    }
    let line = Line::new();
    let attempts = attempt_staged(course, &stages, &Trial::GRADED, &|progress| line.build(progress))?;
    drop(line);

    let recordings = steps.iter().zip(listed).zip(attempts).map(|((step, (solution, mistakes)), attempts)| {
        let mut attempts = attempts.into_iter();
        let answers = solution_record(&solution, attempts.next())?;
        let records = mistakes.into_iter().zip(attempts).map(|(mistake, attempt)| {
            let record = mistake_record(step, &answers, &mistake, attempt)?;
            Ok((mistake, record))
        });
        let mistakes = records.collect::<Result<_>>()?;
        Ok(Recording { answers, mistakes })
    });
    recordings.collect()
}

impl Recording {
    /// The snapshots that hold the recording: path, description and text.
    fn snapshots(&self, step: &Step) -> Vec<(PathBuf, String, String)> {
        let mut snapshots = Vec::new();
        for case in &step.cases {
            let name = case.name.get_ref();
            let own: BTreeMap<_, _> = self.answers.iter().filter(|((case, _), _)| case == name).collect();
            snapshots.push((case_snapshot(step, name), case.title.clone(), in_order(own)));
        }
        for (mistake, record) in &self.mistakes {
            let text = in_order(record.iter().collect());
            snapshots.push((mistake_snapshot(step, &mistake.name), mistake.says.clone(), text));
        }
        snapshots
    }
}

/// The sections of a snapshot, the lesson's trial first.
fn in_order(record: BTreeMap<&(String, String), &Recorded>) -> String {
    let rank = |trial: &str| Trial::GRADED.iter().position(|graded| graded.to_string() == trial);
    let mut sections: Vec<_> = record.into_iter().collect();
    sections.sort_by_key(|((case, trial), _)| (case.clone(), rank(trial)));
    snapshot::render(sections)
}

fn solution_record(solution: &Solution, attempt: Option<Attempt>) -> Result<Record> {
    let answers = match attempt {
        Some(Attempt::Ran(answers)) => answers,
        Some(Attempt::Failed(failure)) => {
            let rendered: Vec<String> = failure.errors.into_iter().map(|error| error.rendered).collect();
            let message = format!("the solution does not compile:\n{}", rendered.join("\n"));
            return Err(Error::in_file(&solution.path, message));
        }
        None => return Err(Error::in_file(&solution.path, "the solution was not run")),
    };
    let record = record_of(&answers, &Trial::GRADED);
    for ((case, trial), recorded) in &record {
        let fault = match recorded {
            Recorded::Ended(how) => how.clone(),
            Recorded::Table(table) if table.rows.is_empty() => "the case records no row".to_owned(),
            Recorded::Table(table) => {
                let odd = |cell: &&Cell| matches!(cell, Cell::Number(number) if !number.is_finite());
                match table.rows.iter().flatten().find(odd) {
                    Some(cell) => format!("the solution answers {cell}, which no answer can be compared with"),
                    None => continue,
                }
            }
        };
        return Err(Error::in_file(&solution.path, format!("case `{case}` on {trial}: {fault}")));
    }
    Ok(record)
}

fn mistake_record(step: &Step, answers: &Record, mistake: &Mistake, attempt: Attempt) -> Result<Record> {
    let list = step.solution().join("mistakes.toml");
    let run = match attempt {
        Attempt::Ran(run) => run,
        Attempt::Failed(failure) => {
            let error = failure.errors.first().map(|error| error.rendered.clone()).unwrap_or_default();
            let message = format!("mistake `{}` does not compile:\n{error}", mistake.name);
            return Err(Error::at(&list, mistake.line, message));
        }
    };
    let mut record = record_of(&run, &Trial::GRADED);
    record.retain(|key, recorded| {
        let case = step.case(&key.0);
        case.is_some_and(|case| !same(case, answers.get(key), Some(recorded)))
    });
    if record.is_empty() {
        let message = format!("mistake `{}` is caught by no case: it answers as the solution does", mistake.name);
        return Err(Error::at(&list, mistake.line, message));
    }
    Ok(record)
}

/// A change as a person reads it: the lines that go and come.
fn described(change: &Change) -> String {
    let path = change.path.display();
    let Some(old) = &change.old else { return format!("{path}: new\n") };
    let mut text = format!("{path}:\n");
    for line in TextDiff::from_lines(old.trim_end(), change.new.trim_end()).iter_all_changes() {
        let sign = match line.tag() {
            ChangeTag::Delete => "old",
            ChangeTag::Insert => "new",
            ChangeTag::Equal => continue,
        };
        text.push_str(&format!("  {sign}  {}\n", line.value().trim_end()));
    }
    text
}

fn agreed(out: &mut impl Write) -> Result<bool> {
    if !io::stdin().is_terminal() {
        let message = "there are recorded answers to overwrite, and nobody to ask; run `cargo xtask bless --yes`";
        return Err(Error::Program(message.to_owned()));
    }
    write!(out, "Overwrite what is recorded? [y/N] ")?;
    out.flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

/// What the child writes.
#[derive(Serialize, Deserialize)]
struct ToRecord {
    folder: PathBuf,
    name: String,
    description: String,
    text: String,
}

fn write_snapshots(root: &Path, changes: &[Change], pending: bool) -> Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    let list: Vec<ToRecord> = changes
        .iter()
        .map(|change| ToRecord {
            folder: root.join(change.path.parent().unwrap_or(Path::new(""))),
            name: change.path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            description: change.description.clone(),
            text: change.new.clone(),
        })
        .collect();
    let mut child = Command::new(std::env::current_exe()?)
        .arg("record")
        .env("INSTA_UPDATE", if pending { "new" } else { "always" })
        .env("INSTA_FORCE_PASS", "1")
        .env("INSTA_OUTPUT", "none")
        .env("INSTA_WORKSPACE_ROOT", root)
        .stdin(Stdio::piped())
        .spawn()?;
    if let Some(stdin) = child.stdin.take() {
        serde_json::to_writer(stdin, &list).map_err(io::Error::from)?;
    }
    if child.wait()?.success() { Ok(()) } else { Err(Error::Program("insta could not write the snapshots".to_owned())) }
}

/// The child's part of [`bless`]: reads what to record from standard input and has insta write it.
///
/// # Errors
/// If standard input does not hold what `bless` sends.
pub fn record() -> Result<ExitCode> {
    let list: Vec<ToRecord> = serde_json::from_reader(io::stdin().lock()).map_err(io::Error::from)?;
    for recorded in list {
        let mut settings = insta::Settings::new();
        settings.set_snapshot_path(&recorded.folder);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_description(recorded.description);
        settings.bind(|| insta::assert_snapshot!(recorded.name, recorded.text));
    }
    Ok(ExitCode::SUCCESS)
}
