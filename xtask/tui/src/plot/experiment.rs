//! `cargo xtask plot STEP --set …`: an experiment with the student's own values.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use experiment::{Bench, Trouble};
use figure::Figure;
use figure::svg::{self, Format};
use fs_err as fs;
use grader::cli::{layout, print};
use grader::course::{Course, Experiment, Step};
use grader::report::ProgressLine;
use grader::report::text::{Style, Text, styled};
use grader::{Error, Result, Workspace};
use harness::OwnData;
use harness::controls::{Values, so_far, without_control};
use harness::protocol::Given;
use xtask::cli::PlotArgs;

use super::{chart, links, open_in_browser, page, page_line};

/// Draws an experiment with the given values.
///
/// # Errors
/// If there is no such experiment, a value is refused, or a program cannot be built or run.
pub fn plot(workspace: &Workspace, course: &Course, args: &PlotArgs) -> Result<ExitCode> {
    let refuse = |sentence: String| Err(Error::Program(sentence));
    let Some(name) = &args.step else {
        return refuse("name the step of the experiment, as in `cargo xtask plot STEP --set steps=40`".to_owned());
    };
    let step = course.step(name)?;
    let experiment = chosen(step, args.experiment.as_deref())?;
    let values = values(&args.set)?;
    let own_data = args.data.as_deref().map(read_data).transpose()?;

    let line = ProgressLine::new();
    let bench = Bench::of(workspace, course, step, &|progress| line.tell(progress))?;
    drop(line);
    let data = own_data.as_ref().map(|data| bench.keep_data(data)).transpose()?;
    let given = Given { values, data, ..Given::default() };
    let pair = bench.run_both(&experiment.name, &given)?;
    // The solution comes to all of its draws, also where the student's code does not.
    for run in std::iter::once(&pair.student).chain(&pair.solution) {
        if let Err(Trouble::Refused(sentence)) = &run.table {
            return refuse(sentence.clone());
        }
    }
    let troubles = pair.student.table.as_ref().err().map(|trouble| {
        let spare = without_control(&given.values, &pair.student.controls).map(|sentence| so_far(&sentence));
        spare.into_iter().chain(trouble.sentences()).collect()
    });
    let troubles: Vec<String> = troubles.unwrap_or_default();
    let figure = Figure::of_experiment(experiment, &pair);
    let layout = layout();
    let mut text = Text::default();
    text.line(styled(format!("{}: {}", experiment.name, experiment.title), Style::STRONG));
    text.blank();
    if let Some(figure) = &figure {
        text.append(chart(figure, layout.width));
    }
    let state = pair.setting();
    let figure_notes = figure.iter().flat_map(|figure| &figure.notes);
    let note = own_data.and_then(|data| data.note());
    for sentence in std::iter::once(&state).chain(&troubles).chain(&note).chain(figure_notes) {
        text.paragraph("  ", sentence.as_str(), layout.width);
    }
    let Some(figure) = figure else {
        print(&text.write(&layout))?;
        return Ok(ExitCode::FAILURE);
    };
    let sentences = troubles.into_iter().chain(note).collect();
    let page = write(workspace, course, step, experiment, &figure, state, sentences)?;
    text.blank();
    text.line(page_line(page.strip_prefix(workspace.root()).unwrap_or(&page)));
    print(&text.write(&layout))?;
    open_in_browser(&page, args);
    Ok(ExitCode::SUCCESS)
}

/// The experiment with this name, or the first one of a step if none is named.
fn chosen<'a>(step: &'a Step, name: Option<&str>) -> Result<&'a Experiment> {
    let chosen = match name {
        Some(name) => step.experiment(name),
        None => step.experiments.first(),
    };
    chosen.ok_or_else(|| {
        let known: Vec<&str> = step.experiments.iter().map(|experiment| experiment.name.as_str()).collect();
        Error::Program(match (name, &known[..]) {
            (_, []) => format!("step {} has no experiments", step.number),
            (Some(name), _) => {
                format!("step {} has no experiment `{name}`; its experiments are: {}", step.number, known.join(", "))
            }
            (None, _) => String::new(),
        })
    })
}

/// The values of the command line.
fn values(set: &[String]) -> Result<Values> {
    let mut values = Values::new();
    for pair in set {
        let Some((name, value)) = pair.split_once('=') else {
            return Err(Error::Program(format!("`--set {pair}` has no `=`; write `--set \"control=value\"`")));
        };
        values.insert(name.trim().to_owned(), value.trim().to_owned());
    }
    Ok(values)
}

/// Reads a file with the student's own data.
fn read_data(path: &Path) -> Result<OwnData> {
    let refused = |message: String| Error::Program(format!("{}: {message}", path.display()));
    let file = std::fs::read(path).map_err(|error| refused(format!("the file cannot be read: {error}")))?;
    OwnData::read(&file).map_err(refused)
}

/// Writes the picture and a page with it, and returns the page's path.
fn write(
    workspace: &Workspace,
    course: &Course,
    step: &Step,
    experiment: &Experiment,
    figure: &Figure,
    state: String,
    sentences: Vec<String>,
) -> Result<PathBuf> {
    let plots = workspace.target().join("plots");
    let folder = plots.join(step.folder_name());
    fs::create_dir_all(&folder)?;
    let Experiment { name, title, .. } = experiment;
    let subtitle = format!("Step {}: {state}", step.number);
    fs::write(folder.join(format!("{name}.svg")), svg::render(figure, Format::Alone { subtitle: &subtitle })?)?;
    let svg = svg::render(figure, Format::OnPage)?;
    let section = page::Section { name, title, state, sentences, caption: None, svg };
    let page = folder.join(format!("{name}.html"));
    fs::write(&page, page::render(&step.heading(), &links(course, step, &plots), &[section]))?;
    Ok(page)
}
