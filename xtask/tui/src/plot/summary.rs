//! `cargo xtask plot --summary`: what a student has built in the whole course, on one screen and on one page.

use std::process::ExitCode;

use figure::Figure;
use figure::svg::{self, Format};
use fs_err as fs;
use grader::cli::{layout, print};
use grader::course::{About, Course, Product, Step};
use grader::report::ProgressLine;
use grader::report::summary::{Answer, Built, Summary};
use grader::report::text::{Style, Text, styled};
use grader::verdict::{StepReport, Verdict};
use grader::{GradeOptions, Result, Workspace};
use quick_xml::escape::escape;
use xtask::cli::PlotArgs;

use super::page::{STYLE, with_code};
use super::{chart, open_in_browser, page_line};

/// Shows what the steps that are done have built, and draws the student's own answers of the step that has a product.
///
/// # Errors
/// If the grader cannot grade, or the page cannot be written.
pub fn plot(workspace: &Workspace, course: &Course, args: &PlotArgs) -> Result<ExitCode> {
    let about = About::load(&course.root)?;
    let line = ProgressLine::new();
    let report = grader::grade(workspace, course, &course.selection(&[])?, GradeOptions::default(), &|progress| {
        line.tell(progress)
    })?;
    drop(line);
    let with_product = course.steps.iter().find_map(|step| Some((step, step.product.as_ref()?)));
    let with_product = with_product.and_then(|(step, product)| {
        Some((step, product, report.steps.iter().find(|report| report.name == step.name)?))
    });
    let summary = Summary::of(course, &about, &report, with_product.map(|(.., report)| report));
    let figure = with_product.and_then(|(step, product, report)| figure(step, product, report));

    let plots = workspace.target().join("plots");
    fs::create_dir_all(&plots)?;
    let page = plots.join("summary.html");
    let svg = figure.as_ref().map(|figure| svg::render(figure, Format::OnPage)).transpose()?;
    fs::write(&page, html(&summary, svg.as_deref()))?;

    let layout = layout();
    let mut text = Text::default();
    text.line(styled(format!("{}: {}", summary.title, summary.standing), Style::STRONG));
    text.append(summary.text(layout.width));
    if let Some(figure) = &figure {
        text.blank();
        text.append(chart(figure, layout.width));
    }
    text.blank();
    text.line(page_line(page.strip_prefix(workspace.root()).unwrap_or(&page)));
    print(&text.write(&layout))?;
    open_in_browser(&page, args);
    Ok(ExitCode::SUCCESS)
}

/// The picture of the product, once the student's code answers it rightly.
fn figure(step: &Step, product: &Product, report: &StepReport) -> Option<Figure> {
    let case = report.cases.iter().find(|case| case.name == product.picture)?;
    if !matches!(case.verdict, Verdict::Passed) {
        return None;
    }
    Figure::of_case(step.case(&case.name)?, case)
}

/// The summary as a page that needs no other file.
fn html(summary: &Summary, svg: Option<&str>) -> String {
    let Summary { title, standing, built, words, answer, next } = summary;
    let title = escape(title);
    let built: String = built
        .iter()
        .map(|Built { number, words }| format!("<li value=\"{number}\">{}</li>\n", with_code(words)))
        .collect();
    let next: String = next.iter().map(|words| format!("<li>{}</li>\n", with_code(words))).collect();
    let answer = answer.iter().map(|Answer { title, words }| {
        format!("<h2>{}</h2>\n<p class=\"answer\">{}</p>\n", with_code(title), escape(words.as_str()))
    });
    let below = |heading: &str, tag: &str, items: String| {
        if items.is_empty() { items } else { format!("<h2>{heading}</h2>\n<{tag}>\n{items}</{tag}>\n") }
    };
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>{STYLE}  .answer {{ font-size: 1.5em; }}\n{figures}</style>\n</head>\n<body>\n<h1>{title}</h1>\n\
         <p class=\"state\">{standing}</p>\n{built}{words}{answer}{svg}{next}</body>\n</html>\n",
        figures = svg::STYLE,
        built = below("What you have built", "ol", built),
        words = words.iter().map(|words| format!("<p>{}</p>\n", with_code(words))).collect::<String>(),
        answer = answer.collect::<String>(),
        svg = svg.unwrap_or_default(),
        next = below("What is next", "ul", next),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_says_what_is_built_and_leaves_out_what_is_not_there() {
        let mut summary = Summary {
            title: "Lines < curves".to_owned(),
            standing: "1 of 2 steps done".to_owned(),
            built: vec![Built { number: 2, words: "a `mean`".to_owned() }],
            ..Summary::default()
        };
        let page = html(&summary, None);
        assert!(page.contains("<h1>Lines &lt; curves</h1>\n<p class=\"state\">1 of 2 steps done</p>"), "{page}");
        assert!(page.contains("<li value=\"2\">a <code>mean</code></li>"), "{page}");
        assert!(!page.contains("What is next") && !page.contains("<svg"), "{page}");

        summary.answer = Some(Answer { title: "Your line".to_owned(), words: "y = 2 & 3x".to_owned() });
        summary.next = vec!["surfaces".to_owned()];
        let page = html(&summary, Some("<svg>line</svg>"));
        let in_order = ["a <code>mean</code>", "<h2>Your line</h2>", "y = 2 &amp; 3x", "<svg>line</svg>", "surfaces"];
        let places: Vec<usize> = in_order.iter().map(|words| page.find(words).unwrap()).collect();
        assert!(places.is_sorted(), "{page}");
        assert!(!page.contains("http") && !page.contains("src=") && !page.contains("<script"));
    }
}
