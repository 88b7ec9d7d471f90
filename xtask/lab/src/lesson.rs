//! A page of the course as HTML: the README of a step, or one of the other pages. Markdown becomes markup. HTML in it
//! is shown as plain text, except for answers that can be opened.

use grader::course::Course;
use pulldown_cmark::{Alignment, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use crate::picture::live;

/// What the links and pictures of a page refer to.
pub struct Surroundings<'a> {
    /// The course.
    pub course: &'a Course,
    /// The number of the step whose README this is; none for another page.
    pub step: Option<u32>,
    /// The names of the course's other pages.
    pub pages: &'a [String],
}

/// Writes a page as HTML.
pub fn render(markdown: &str, surroundings: &Surroundings<'_>) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let events: Vec<Event<'_>> = Parser::new_ext(markdown, options).collect();
    let mut page = HtmlPage { surroundings, events: Vec::new(), headings: Vec::new(), table: HtmlTable::default() };
    let mut at = 0;
    while at < events.len() {
        at += page.take(&events[at..]);
    }
    let mut text = String::new();
    html::push_html(&mut text, page.events.into_iter());
    text
}

struct HtmlPage<'a, 'b> {
    surroundings: &'b Surroundings<'b>,
    events: Vec<Event<'a>>,
    /// The names of the headings so far.
    headings: Vec<String>,
    table: HtmlTable,
}

/// The table that is being written. It is written here because the library would align cells with `style` attributes,
/// which the page does not allow.
#[derive(Default)]
struct HtmlTable {
    alignments: Vec<Alignment>,
    column: usize,
    /// `th` or `td`
    cell: &'static str,
}

impl HtmlTable {
    /// The HTML of a part of a table; none for any other event.
    fn part(&mut self, event: &Event<'_>) -> Option<String> {
        let html = match event {
            Event::Start(Tag::Table(alignments)) => {
                *self = Self { alignments: alignments.clone(), ..Self::default() };
                "<div class=\"wide\"><table>"
            }
            Event::End(TagEnd::Table) => "</tbody></table></div>",
            Event::Start(Tag::TableHead) => {
                self.cell = "th";
                "<thead><tr>"
            }
            Event::End(TagEnd::TableHead) => {
                self.cell = "td";
                "</tr></thead><tbody>"
            }
            Event::Start(Tag::TableRow) => {
                self.column = 0;
                "<tr>"
            }
            Event::End(TagEnd::TableRow) => "</tr>",
            Event::Start(Tag::TableCell) => return Some(self.next_cell()),
            Event::End(TagEnd::TableCell) => return Some(format!("</{}>", self.cell)),
            _ => return None,
        };
        Some(html.to_owned())
    }

    fn next_cell(&mut self) -> String {
        let class = match self.alignments.get(self.column) {
            Some(Alignment::Right) => " class=\"number\"",
            _ => "",
        };
        self.column += 1;
        format!("<{}{class}>", self.cell)
    }
}

impl<'a> HtmlPage<'a, '_> {
    /// Takes the next element, and returns how many events belong to it.
    fn take(&mut self, events: &[Event<'a>]) -> usize {
        match events {
            // A picture alone in its paragraph needs no paragraph.
            [Event::Start(Tag::Paragraph), Event::Start(Tag::Image { dest_url, .. }), rest @ ..]
                if is_alone_in_paragraph(rest) =>
            {
                let (words, inside) = words_until(rest, TagEnd::Image);
                self.picture(dest_url, &words);
                2 + inside + 1
            }
            [Event::Start(Tag::Image { dest_url, .. }), rest @ ..] => {
                let (words, inside) = words_until(rest, TagEnd::Image);
                self.picture(dest_url, &words);
                1 + inside
            }
            [Event::Start(Tag::Heading { level, .. }), rest @ ..] => {
                let (words, _) = words_until(rest, TagEnd::Heading(*level));
                self.heading(*level, &words);
                1
            }
            // Each line is an event of its own, and a comment may have several lines.
            [Event::Start(Tag::HtmlBlock), rest @ ..] => {
                let line =
                    |event: &Event<'a>| if let Event::Html(line) = event { Some(line.to_string()) } else { None };
                let block: Vec<String> = rest.iter().map_while(line).collect();
                self.authors_html(&block.concat());
                1 + block.len()
            }
            [event, ..] => {
                self.take_single(event);
                1
            }
            [] => 1,
        }
    }

    /// Takes an event that does not depend on those after it.
    fn take_single(&mut self, event: &Event<'a>) {
        if let Some(html) = self.table.part(event) {
            return self.html(html);
        }
        match event {
            Event::Start(Tag::Link { dest_url, .. }) => {
                let opening = self.link(dest_url);
                self.html(opening);
            }
            Event::End(TagEnd::Link) => self.html("</a>".to_owned()),
            Event::End(TagEnd::HtmlBlock) => {}
            Event::Html(html) | Event::InlineHtml(html) => self.authors_html(html),
            event => self.events.push(event.clone()),
        }
    }

    /// HTML that the author wrote: comments are left out, answers can be opened, and everything else is shown as text.
    fn authors_html(&mut self, html: &str) {
        let mut rest = html.to_owned();
        while let Some((before, after)) = rest.split_once("<!--") {
            let behind = after.split_once("-->").map_or("", |(_, behind)| behind);
            rest = format!("{before}{behind}");
        }
        let summary = rest.trim().strip_prefix("<details>").map(|rest| rest.trim());
        let summary = summary.and_then(|rest| rest.strip_prefix("<summary>")?.strip_suffix("</summary>"));
        match (summary, rest.trim()) {
            (Some(words), _) if !words.contains(['<', '&']) => {
                self.html(format!("<details><summary>{words}</summary>"));
            }
            (_, "</details>") => self.html("</details>".to_owned()),
            (_, "") => {}
            _ => self.events.push(Event::Text(CowStr::from(rest))),
        }
    }

    /// A placeholder for a picture: the script replaces it, and until then it shows the file beside the lesson.
    fn picture(&mut self, address: &str, words: &str) {
        let step = self
            .surroundings
            .step
            .and_then(|number| self.surroundings.course.steps.iter().find(|step| step.number == number));
        let name = address.strip_prefix("pictures/").and_then(|file| file.strip_suffix(".svg"));
        let known = step.zip(name).filter(|(step, name)| stills(step).any(|still| still == *name));
        let Some((step, name)) = known else {
            self.events.push(Event::Text(CowStr::from(format!("[picture: {words}]"))));
            return;
        };
        let kind = match step.experiment(name) {
            Some(_) => " data-experiment",
            None if live(step).any(|picture| picture == name) => " data-live",
            None => "",
        };
        self.html(format!(
            "<figure class=\"picture\" data-name=\"{name}\"{kind}><img src=\"/still/{number}/{name}\" alt=\"{words}\">\
             </figure>",
            name = attribute(name),
            number = step.number,
            words = attribute(words),
        ));
    }

    /// A heading with an id for links, by the rules that the hosts of repositories use.
    fn heading(&mut self, level: HeadingLevel, words: &str) {
        let in_name = |letter: char| match letter {
            ' ' => Some('-'),
            '-' | '_' => Some(letter),
            _ => letter.is_alphanumeric().then_some(letter),
        };
        let name: String = words.to_lowercase().chars().filter_map(in_name).collect();
        let same = self.headings.iter().filter(|heading| **heading == name).count();
        let id = if same == 0 { format!("at-{name}") } else { format!("at-{name}-{same}") };
        self.headings.push(name);
        let (classes, attrs) = (Vec::new(), Vec::new());
        self.events.push(Event::Start(Tag::Heading { level, id: Some(id.into()), classes, attrs }));
    }

    /// The opening tag of a link: to a place in the lab, to another host in a new window, or to nowhere.
    fn link(&self, address: &str) -> String {
        if address.starts_with("https://") || address.starts_with("http://") {
            let address = attribute(address);
            return format!("<a href=\"{address}\" target=\"_blank\" rel=\"noopener noreferrer\">");
        }
        match self.place(address) {
            Some(place) => format!("<a href=\"#{}\">", attribute(&place)),
            None => "<a>".to_owned(),
        }
    }

    /// The place in the lab that a link within the course leads to.
    fn place(&self, address: &str) -> Option<String> {
        let (file, heading) = address.split_once('#').unwrap_or((address, ""));
        let page = match file.trim_start_matches("../") {
            "" => format!("step={}", self.surroundings.step?),
            file => match file.strip_suffix("/README.md") {
                Some(folder) => {
                    let step = self.surroundings.course.steps.iter().find(|step| step.folder_name() == folder)?;
                    format!("step={}", step.number)
                }
                None => {
                    let name = file.strip_suffix(".md")?;
                    format!("page={}", self.surroundings.pages.iter().find(|page| *page == name)?)
                }
            },
        };
        Some(if heading.is_empty() { page } else { format!("{page}&at={heading}") })
    }

    fn html(&mut self, html: String) {
        self.events.push(Event::InlineHtml(CowStr::from(html)));
    }
}

/// The names of the pictures that are files beside a step's lesson.
pub fn stills(step: &grader::course::Step) -> impl Iterator<Item = &str> {
    let of_cases = step.cases.iter().filter(|case| case.plot.is_some()).map(|case| case.name.as_str());
    let of_experiments = step.experiments.iter().map(|experiment| experiment.name.as_str());
    of_cases.chain(step.pictures.iter().map(|picture| picture.name.as_str())).chain(of_experiments)
}

/// Whether an image that continues with these events is the last part of its paragraph.
fn is_alone_in_paragraph(events: &[Event<'_>]) -> bool {
    let (_, inside) = words_until(events, TagEnd::Image);
    matches!(events.get(inside), Some(Event::End(TagEnd::Paragraph)))
}

/// The words up to an end, and how many events these and the end are.
fn words_until(events: &[Event<'_>], end: TagEnd) -> (String, usize) {
    let inside = events.iter().position(|event| *event == Event::End(end)).unwrap_or(events.len());
    let words = events[..inside].iter().map(|event| match event {
        Event::Text(words) | Event::Code(words) => words.as_ref(),
        Event::SoftBreak | Event::HardBreak => " ",
        _ => "",
    });
    (words.collect(), (inside + 1).min(events.len()))
}

/// A text, escaped for the value of an attribute.
fn attribute(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use worker::fixture::course;

    use super::*;

    fn shown(markdown: &str) -> String {
        let pages = ["sum-or-mean".to_owned()];
        render(markdown, &Surroundings { course: &course(), step: Some(1), pages: &pages })
    }

    #[test]
    fn html_is_text_but_for_comments_and_answers_that_can_be_opened() {
        assert_eq!(shown("a <b>bold</b> 5<!--= case[x=1].y --> word"), "<p>a &lt;b&gt;bold&lt;/b&gt; 5 word</p>\n");
        let block = shown("<script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n");
        assert!(!block.contains("<script") && !block.contains("<img"), "{block}");
        let answer = shown("<details><summary>Answer</summary>\n\nBecause.\n\n</details>\n");
        assert_eq!(answer, "<details><summary>Answer</summary>\n<p>Because.</p>\n</details>");
        let sly = shown("<details><summary><script>x</script></summary>\n");
        assert!(!sly.contains("<script") && !sly.contains("<details"), "{sly}");
        assert_eq!(shown("<!-- a note\nof two lines -->\n"), "");
    }

    #[test]
    fn a_table_needs_no_style_of_its_own() {
        let table = shown("| size | loss |\n|---:|---|\n| 1,000 | `5` |\n| 2,000 | |\n");
        assert_eq!(
            table,
            "<div class=\"wide\"><table><thead><tr><th class=\"number\">size</th><th>loss</th></tr></thead><tbody>\
             <tr><td class=\"number\">1,000</td><td><code>5</code></td></tr>\
             <tr><td class=\"number\">2,000</td><td></td></tr></tbody></table></div>"
        );
    }

    #[test]
    fn links_lead_to_places_in_the_lab_and_to_other_hosts() {
        let links = [
            ("../02-gradient/README.md", "href=\"#step=2\""),
            ("../02-gradient/README.md#the-idea", "href=\"#step=2&amp;at=the-idea\""),
            ("#what-to-implement", "href=\"#step=1&amp;at=what-to-implement\""),
            ("../sum-or-mean.md", "href=\"#page=sum-or-mean\""),
            ("https://docs.rs/x", "href=\"https://docs.rs/x\" target=\"_blank\" rel=\"noopener noreferrer\""),
        ];
        for (address, attributes) in links {
            assert_eq!(shown(&format!("[words]({address})")), format!("<p><a {attributes}>words</a></p>\n"));
        }
        for address in ["../../etc/passwd", "../04-no-step/README.md", "javascript:alert(1)", "../other.md"] {
            assert_eq!(shown(&format!("[words]({address})")), "<p><a>words</a></p>\n");
        }
    }

    #[test]
    fn a_heading_has_the_name_that_links_use() {
        let headings = shown("## What to `implement`?\n\n## What to implement\n");
        assert!(
            headings.contains("<h2 id=\"at-what-to-implement\">What to <code>implement</code>?</h2>"),
            "{headings}"
        );
        assert!(headings.contains("<h2 id=\"at-what-to-implement-1\">"), "{headings}");
    }

    #[test]
    fn only_a_picture_of_the_step_is_shown() {
        let missing = render(
            "![the *valley* of \"it\"](pictures/valley.svg)\n\n![x](../../etc/passwd)\n",
            &Surroundings { course: &course(), step: Some(1), pages: &[] },
        );
        assert_eq!(missing, "[picture: the valley of \"it\"][picture: x]");
    }
}
