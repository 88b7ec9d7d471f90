//! `cargo xtask plot`: the pictures of a step, as charts in the terminal, as SVG files and as a page for the browser.

mod experiment;
mod page;
mod summary;

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use figure::Figure;
use figure::svg::{self, Format};
use fs_err as fs;
use grader::cli::{layout, print};
use grader::course::{Course, Lesson, Step};
use grader::report::text::{Span, Style, Text, styled};
use grader::report::{Charset, InWords, ProgressLine};
use grader::verdict::{CaseReport, StepReport, Verdict};
use grader::{GradeOptions, Result, Workspace};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget;
use xtask::cli::PlotArgs;

use crate::chart::Chart;
use crate::convert::from_screen;

/// Draws the pictures of a step; if none is named, of the first step that is not done, or of the last one.
///
/// # Errors
/// If the grader cannot grade, or a picture cannot be written.
pub fn plot(workspace: &Workspace, args: &PlotArgs) -> Result<ExitCode> {
    workspace.interrupt().raise_on_ctrl_c()?;
    let course = workspace.course()?;
    if args.summary {
        return summary::plot(workspace, &course, args);
    }
    if args.experiment.is_some() || args.data.is_some() || !args.set.is_empty() {
        return experiment::plot(workspace, &course, args);
    }
    let selection = course.selection(args.step.as_slice())?;
    let line = ProgressLine::new();
    let graded =
        grader::grade(workspace, &course, &selection, GradeOptions::default(), &|progress| line.tell(progress))?;
    drop(line);

    let layout = layout();
    let last = graded.steps.iter().rfind(|step| step.fault.is_none()).or(graded.steps.last());
    let next = graded.next_failure().map(|(step, _)| step).or(last);
    let Some(report) = next else { return Ok(ExitCode::SUCCESS) };
    if let Some(fault) = &report.fault {
        return Err(fault.clone().into());
    }
    let step = course.step(&report.name)?;
    let pictures = pictures(step, report);
    if pictures.is_empty() {
        print(&layout.paragraph("", without_pictures(&course, step)))?;
        return Ok(ExitCode::SUCCESS);
    }
    let page = write_pictures(workspace, &course, step, report, &pictures)?;
    let text = text(report, &pictures, page.strip_prefix(workspace.root()).unwrap_or(&page), layout.width);
    print(&text.write(&layout))?;
    open_in_browser(&page, args);
    Ok(ExitCode::SUCCESS)
}

/// Opens a page if a person is there to see it.
fn open_in_browser(page: &Path, args: &PlotArgs) {
    if !args.no_open && io::stdout().is_terminal() {
        // If there is no browser, the path is on the terminal.
        let _ = open::that_detached(page);
    }
}

/// A case and its figure.
struct Picture<'a> {
    case: &'a CaseReport,
    figure: Figure,
}

/// The pictures of a step: one for each case that has a figure.
fn pictures<'a>(step: &Step, report: &'a StepReport) -> Vec<Picture<'a>> {
    let picture = |case: &'a CaseReport| {
        let figure = Figure::of_case(step.case(&case.name)?, case)?;
        Some(Picture { case, figure })
    };
    report.cases.iter().filter_map(picture).collect()
}

fn without_pictures(course: &Course, step: &Step) -> String {
    let drawn: Vec<String> = with_pictures(course).map(|step| step.number.to_string()).collect();
    let others = match &drawn[..] {
        [] => "No step has any.".to_owned(),
        [number] => format!("Step {number} has."),
        several => format!("Steps {} have.", several.join(", ")),
    };
    format!("Step {} has no pictures. {others}", step.number)
}

/// Writes an SVG for each picture of a step and a page with all of them, and returns the page's path.
fn write_pictures(
    workspace: &Workspace,
    course: &Course,
    step: &Step,
    report: &StepReport,
    pictures: &[Picture<'_>],
) -> Result<PathBuf> {
    let plots = workspace.target().join("plots");
    let folder = plots.join(step.folder_name());
    fs::create_dir_all(&folder)?;
    let lesson = Lesson::read(&course.root, step);
    let mut sections = Vec::new();
    for picture in pictures {
        let Picture { case, figure } = picture;
        let subtitle = format!("Step {}: {}", step.number, state(&case.function, report, picture));
        fs::write(
            folder.join(format!("{}.svg", case.name)),
            svg::render(figure, Format::Alone { subtitle: &subtitle })?,
        )?;
        let state = state(&format!("`{}`", case.function), report, picture);
        let caption = lesson.caption(&case.name).map(str::to_owned);
        sections.push(page::Section {
            name: &case.name,
            title: &case.title,
            state,
            sentences: case.verdict.sentences(),
            caption,
            svg: svg::render(figure, Format::OnPage)?,
        });
    }
    let page = folder.join(PAGE);
    fs::write(&page, page::render(&report.heading(), &links(course, step, &plots), &sections))?;
    Ok(page)
}

const PAGE: &str = "index.html";

/// The steps that have pictures.
fn with_pictures(course: &Course) -> impl Iterator<Item = &Step> {
    course.steps.iter().filter(|step| step.cases.iter().any(|case| case.plot.is_some()))
}

/// Links to the lesson of a step, and to the pages of the other steps that have pictures.
fn links(course: &Course, step: &Step, plots: &Path) -> Vec<page::Link> {
    let lesson = page::Link {
        address: Some(course.root.join(step.readme()).display().to_string()),
        words: "The lesson".to_owned(),
    };
    let others = with_pictures(course).filter(|other| other.number != step.number).map(|other| {
        let folder = other.folder_name();
        let exists = plots.join(&folder).join(PAGE).is_file();
        page::Link { address: exists.then(|| format!("../{folder}/{PAGE}")), words: format!("Step {}", other.number) }
    });
    std::iter::once(lesson).chain(others).collect()
}

/// Whose answers a picture shows, whether they are right, and on which data.
fn state(function: &str, report: &StepReport, Picture { case, figure }: &Picture<'_>) -> String {
    match case.verdict {
        Verdict::DoesNotCompile { .. } => {
            format!("{function} does not compile; `cargo xtask grade {}` says why", report.number)
        }
        _ => format!("{function} {}{}", case.verdict.word(), figure.on_its_data()),
    }
}

/// A figure as text for a terminal of this width.
fn chart(figure: &Figure, width: usize) -> Text {
    const WIDEST: usize = 100;
    const ROWS: u16 = 22;
    let columns = u16::try_from(width.min(WIDEST)).unwrap_or(u16::MAX);
    let area = Rect::new(0, 0, columns, ROWS);
    let mut buffer = Buffer::empty(area);
    Chart::new(figure, Charset::of_terminal()).render(area, &mut buffer);
    from_screen(&buffer)
}

/// The pictures of a step as text for the terminal, and where the page is.
fn text(report: &StepReport, pictures: &[Picture<'_>], page: &Path, width: usize) -> Text {
    let mut text = Text::default();
    text.line(styled(report.heading(), Style::STRONG));
    text.blank();
    for picture in pictures {
        let Picture { case, figure } = picture;
        text.append(chart(figure, width));
        let state = state(&case.function, report, picture);
        for sentence in std::iter::once(&state).chain(&case.verdict.sentences()).chain(&figure.notes) {
            text.paragraph("  ", sentence.as_str(), width);
        }
        text.blank();
    }
    text.line(page_line(page));
    text
}

/// Where the page is.
fn page_line(page: &Path) -> [Span; 2] {
    [Span::from("  Page  "), styled(page.display().to_string(), Style::TO_DO)]
}
