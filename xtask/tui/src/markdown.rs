//! A lesson's Markdown as text for a terminal: headings, paragraphs, lists, code, tables and quotes. Instead of a
//! picture, its description is shown.

use std::iter::Peekable;

use harness::{Side, padded};
use pulldown_cmark::{Alignment, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span, Text};

const CODE: Style = Style::new().fg(Color::Cyan);
const HEADING: Style = Style::new().fg(Color::Blue).add_modifier(Modifier::BOLD);
const STRONG: Style = Style::new().add_modifier(Modifier::BOLD);
const EMPHASIS: Style = Style::new().add_modifier(Modifier::ITALIC);
const FAINT: Style = Style::new().add_modifier(Modifier::DIM);

/// The text to the left of every line.
const MARGIN: &str = " ";

/// Lays out a document. A paragraph is one line of any length, to be wrapped later; tables fit into the width.
pub fn render(markdown: &str, width: usize) -> Text<'static> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let layout = MarkdownLayout {
        lines: Vec::new(),
        line: Line::default(),
        styles: Vec::new(),
        lists: Vec::new(),
        quotes: 0,
        width,
    };
    layout.read(&mut Parser::new_ext(markdown, options).peekable())
}

struct MarkdownLayout {
    lines: Vec<Line<'static>>,
    /// The paragraph that is being read.
    line: Line<'static>,
    styles: Vec<Style>,
    /// The lists around it, each with the number of its next item if it is numbered.
    lists: Vec<Option<u64>>,
    quotes: usize,
    width: usize,
}

impl MarkdownLayout {
    fn read<'a>(mut self, events: &mut Peekable<impl Iterator<Item = Event<'a>>>) -> Text<'static> {
        while let Some(event) = events.next() {
            match event {
                Event::Start(Tag::Table(alignments)) => self.table(&alignments, events),
                Event::Start(Tag::CodeBlock(_)) => self.code(events),
                Event::Start(Tag::Image { .. }) => {
                    let words = words_until(events, |end| matches!(end, TagEnd::Image));
                    self.push(format!("[picture: {words}]"), FAINT);
                }
                Event::Start(tag) => self.start(tag),
                Event::End(end) => self.end(end),
                Event::Text(words) => self.push(words.into_string(), Style::new()),
                Event::Code(words) => self.push(words.into_string(), CODE),
                Event::SoftBreak => self.push(" ".to_owned(), Style::new()),
                Event::HardBreak => self.end_line(),
                Event::Html(html) => self.html(&html),
                Event::Rule => {
                    self.end_line();
                    self.line.push_span(Span::styled("─".repeat(self.width.saturating_sub(2).min(40)), FAINT));
                    self.end_block();
                }
                Event::InlineHtml(_)
                | Event::InlineMath(_)
                | Event::DisplayMath(_)
                | Event::FootnoteReference(_)
                | Event::TaskListMarker(_) => {}
            }
        }
        self.end_line();
        while self.lines.last().is_some_and(|line| line.width() == 0) {
            self.lines.pop();
        }
        Text::from(self.lines)
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.end_line();
                let marked =
                    if level == HeadingLevel::H1 { HEADING.add_modifier(Modifier::UNDERLINED) } else { HEADING };
                self.styles.push(marked);
            }
            Tag::Strong => self.styles.push(STRONG),
            Tag::Emphasis => self.styles.push(EMPHASIS),
            Tag::BlockQuote(_) => self.quotes += 1,
            Tag::List(first) => {
                self.end_line();
                self.lists.push(first);
            }
            Tag::Item => {
                self.end_line();
                let depth = self.lists.len().saturating_sub(1);
                let sign = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "• ".to_owned(),
                };
                self.line.push_span(Span::raw(format!("{}{sign}", "  ".repeat(depth))));
            }
            _ => {}
        }
    }

    fn end(&mut self, end: TagEnd) {
        match end {
            TagEnd::Heading(_) => {
                self.styles.pop();
                self.end_block();
            }
            TagEnd::Strong | TagEnd::Emphasis => drop(self.styles.pop()),
            TagEnd::BlockQuote(_) => self.quotes = self.quotes.saturating_sub(1),
            TagEnd::List(_) => {
                self.lists.pop();
                if self.lists.is_empty() {
                    self.end_block();
                }
            }
            TagEnd::Item => self.end_line(),
            TagEnd::Paragraph if self.lists.is_empty() => self.end_block(),
            TagEnd::Paragraph => self.end_line(),
            _ => {}
        }
    }

    /// The only HTML with words for a person is the question above an answer that can be opened.
    fn html(&mut self, html: &str) {
        let summary = html.split_once("<summary>").and_then(|(_, rest)| rest.split_once("</summary>"));
        if let Some((summary, _)) = summary {
            self.end_line();
            self.push(summary.trim().to_owned(), STRONG);
            self.end_block();
        }
    }

    fn code<'a>(&mut self, events: &mut impl Iterator<Item = Event<'a>>) {
        self.end_line();
        let code = words_until(events, |end| matches!(end, TagEnd::CodeBlock));
        for line in code.lines() {
            self.lines.push(Line::from(vec![Span::raw(format!("{MARGIN}    ")), Span::raw(line.to_owned())]));
        }
        self.end_block();
    }

    /// A table; if it is too wide, each cell is on a line of its own.
    fn table<'a>(&mut self, alignments: &[Alignment], events: &mut impl Iterator<Item = Event<'a>>) {
        self.end_line();
        let rows = rows_of_table(events);
        let side = |column: usize| match alignments.get(column) {
            Some(Alignment::Right) => Side::Right,
            _ => Side::Left,
        };
        let lines: Vec<String> = padded(&rows, side).into_iter().map(|cells| cells.join("  ")).collect();
        let widest = lines.iter().map(|line| Span::raw(line.as_str()).width()).max().unwrap_or(0);
        let Some((head, body)) = rows.split_first() else { return };
        if widest + 2 * MARGIN.len() <= self.width {
            for (at, line) in lines.into_iter().enumerate() {
                let style = if at == 0 { STRONG } else { Style::new() };
                self.lines.push(Line::from(vec![Span::raw(MARGIN), Span::styled(line.trim_end().to_owned(), style)]));
            }
        } else {
            for row in body {
                let cells = head.iter().zip(row).filter(|(_, cell)| !cell.is_empty());
                for (at, (name, cell)) in cells.enumerate() {
                    let indent = if at == 0 { MARGIN.to_owned() } else { format!("{MARGIN}  ") };
                    let name = if name.is_empty() { String::new() } else { format!("{name}: ") };
                    self.lines.push(Line::from(vec![
                        Span::raw(indent),
                        Span::styled(name, FAINT),
                        Span::raw(cell.clone()),
                    ]));
                }
            }
        }
        self.end_block();
    }

    fn push(&mut self, words: String, style: Style) {
        let style = self.styles.iter().fold(Style::new(), |all, style| all.patch(*style)).patch(style);
        // A file must not control the terminal.
        let words: String = words.chars().filter(|letter| !letter.is_control()).collect();
        self.line.push_span(Span::styled(words, style));
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if line.width() > 0 {
            let margin = Span::raw(format!("{MARGIN}{}", "│ ".repeat(self.quotes)));
            self.lines.push(Line::from_iter([margin].into_iter().chain(line.spans)));
        }
    }

    /// Ends a paragraph, and leaves an empty line after it.
    fn end_block(&mut self) {
        self.end_line();
        if self.lines.last().is_some_and(|line| line.width() > 0) {
            self.lines.push(Line::default());
        }
    }
}

/// The rows of a table up to its end, with the heading first.
fn rows_of_table<'a>(events: &mut impl Iterator<Item = Event<'a>>) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for event in events {
        match event {
            Event::End(TagEnd::Table) => break,
            Event::Start(Tag::TableHead | Tag::TableRow) => rows.push(Vec::new()),
            Event::Start(Tag::TableCell) => rows.last_mut().into_iter().for_each(|row| row.push(String::new())),
            Event::Text(words) | Event::Code(words) => {
                if let Some(cell) = rows.last_mut().and_then(|row| row.last_mut()) {
                    cell.extend(words.chars().filter(|letter| !letter.is_control()));
                }
            }
            _ => {}
        }
    }
    rows
}

/// The words up to an end.
fn words_until<'a>(events: &mut impl Iterator<Item = Event<'a>>, is_end: impl Fn(&TagEnd) -> bool) -> String {
    let inside = events.take_while(|event| !matches!(event, Event::End(end) if is_end(end)));
    let words = inside.filter_map(|event| match event {
        Event::Text(words) | Event::Code(words) => Some(words.into_string()),
        Event::SoftBreak => Some(" ".to_owned()),
        _ => None,
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(markdown: &str, width: usize) -> String {
        render(markdown, width).lines.iter().map(|line| format!("{}\n", line.to_string().trim_end())).collect()
    }

    #[test]
    fn a_lesson_can_be_read() {
        let lesson = "\
# Step 1: how wrong is a weight?

You have **four** houses, and `predict`
says what they cost ([the data](datasets/houses.toml)).

![the valley of the loss](pictures/valley.svg)

1. Open the file.
2. Edit it:
   - one function
   - and another

```text
loss = sum
```

> Mind the sign.

<details><summary>Why?</summary>

Because.

</details>
";
        assert_eq!(
            shown(lesson, 60),
            " Step 1: how wrong is a weight?

 You have four houses, and predict says what they cost (the data).

 [picture: the valley of the loss]

 1. Open the file.
 2. Edit it:
   • one function
   • and another

     loss = sum

 │ Mind the sign.

 Why?

 Because.
"
        );
    }

    #[test]
    fn a_table_is_aligned_or_its_rows_are_taken_apart() {
        let table = "| size | loss of it |\n|---:|---|\n| 1,000 | `5` |\n| 20 | six |\n";
        assert_eq!(shown(table, 40), "  size  loss of it\n 1,000  5\n    20  six\n");
        assert_eq!(shown(table, 12), " size: 1,000\n   loss of it: 5\n size: 20\n   loss of it: six\n");
    }

    #[test]
    fn nothing_steers_the_terminal() {
        let text = render("a\u{1b}[31mred `\u{7}` | x\n", 40);
        assert!(text.lines.iter().all(|line| !line.to_string().contains(char::is_control)));
    }

    #[test]
    fn every_lesson_of_the_course_has_no_line_left_out() {
        let exercises = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../exercises");
        for folder in fs_err::read_dir(exercises).unwrap().flatten() {
            let Ok(lesson) = fs_err::read_to_string(folder.path().join("README.md")) else { continue };
            let shown = shown(&lesson, 78);
            assert!(!shown.contains("](") && !shown.contains("|---:"), "{}", folder.path().display());
            for heading in lesson.lines().filter_map(|line| line.strip_prefix("## ")) {
                assert!(shown.contains(&heading.replace('`', "")), "{heading}");
            }
        }
    }
}
