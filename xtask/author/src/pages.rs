//! The pages of a course, which are Markdown: their links and headings, and the commands that they quote.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::ops::Range;
use std::path::{Path, PathBuf};

use grader::course::Course;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use walkdir::{DirEntry, WalkDir};

/// A link or an image.
pub struct Link {
    /// Where it leads.
    pub target: String,
    /// The words that are shown.
    pub words: String,
    /// Its place in the text.
    pub span: Range<usize>,
}

/// A command that begins with `cargo`, as a reader would type it.
pub struct Command {
    /// The words, without the quotes of the shell, and without a comment behind them.
    pub words: Vec<Word>,
}

/// A word of a command.
pub struct Word {
    /// What the program gets.
    pub text: String,
    /// Its place in the text, with the quotes.
    pub span: Range<usize>,
}

impl Command {
    /// Its place in the text.
    pub fn span(&self) -> Range<usize> {
        let ends = self.words.first().zip(self.words.last());
        ends.map_or(0..0, |(first, last)| first.span.start..last.span.end)
    }

    /// The words alone.
    pub fn words(&self) -> Vec<&str> {
        self.words.iter().map(|word| word.text.as_str()).collect()
    }
}

/// All pages of a course, relative to it. What lies beside the steps without being one is left out, as is what is
/// built.
pub fn pages(course: &Course) -> Vec<PathBuf> {
    let strays: Vec<PathBuf> = ["exercises", "solutions"].iter().flat_map(|parent| course.strays_in(parent)).collect();
    let is_of_course = |entry: &DirEntry| {
        let name = entry.file_name().to_string_lossy();
        let is_hidden = entry.depth() > 0 && name.starts_with('.') && name != ".github";
        let path = entry.path().strip_prefix(&course.root).unwrap_or(entry.path());
        !is_hidden && name != "target" && strays.iter().all(|stray| stray != path)
    };
    let entries = WalkDir::new(&course.root).sort_by_file_name().into_iter().filter_entry(is_of_course).flatten();
    let pages = entries.filter(|entry| entry.file_type().is_file());
    let pages = pages.filter(|entry| entry.path().extension().is_some_and(|extension| extension == "md"));
    pages.filter_map(|entry| entry.path().strip_prefix(&course.root).ok().map(Path::to_owned)).collect()
}

/// What instructors write for their students: it is laid over the students' copy as it is.
pub const OVER_THE_COPY: &str = "xtask/author/handout";

/// Where its readers find a page.
pub fn place_of(page: &Path) -> &Path {
    page.strip_prefix(OVER_THE_COPY).unwrap_or(page)
}

/// The links and images of a page.
pub fn links(text: &str) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    // Images may be within links.
    let mut open: Vec<usize> = Vec::new();
    for (event, span) in parser(text) {
        match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                open.push(links.len());
                links.push(Link { target: dest_url.to_string(), words: String::new(), span });
            }
            Event::End(TagEnd::Link | TagEnd::Image) => drop(open.pop()),
            Event::Text(words) | Event::Code(words) => {
                open.iter().for_each(|at| links[*at].words.push_str(&words));
            }
            Event::SoftBreak | Event::HardBreak => open.iter().for_each(|at| links[*at].words.push(' ')),
            _ => {}
        }
    }
    links
}

/// The last paragraph of a page, which says where to go from there.
pub fn last_paragraph(text: &str) -> Option<Range<usize>> {
    let paragraphs = parser(text).filter(|(event, _)| matches!(event, Event::Start(Tag::Paragraph)));
    paragraphs.last().map(|(_, span)| span)
}

/// The headings of a page: the level of each, its words, and its place in the text.
pub fn headings(text: &str) -> Vec<(u8, String, usize)> {
    let mut headings = Vec::new();
    let mut open = false;
    for (event, span) in parser(text) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                open = true;
                headings.push((level as u8, String::new(), span.start));
            }
            Event::End(TagEnd::Heading(_)) => open = false,
            Event::Text(words) | Event::Code(words) if open => {
                headings.iter_mut().last().into_iter().for_each(|heading| heading.1.push_str(&words));
            }
            _ => {}
        }
    }
    headings
}

/// What a link can lead to within a page: the headings as the repository's host names them, and what HTML names.
pub fn anchors(text: &str) -> Vec<String> {
    let kept = |letter: &char| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_');
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut anchors = Vec::new();
    for (_, words, _) in headings(text) {
        let anchor: String = words.trim().to_lowercase().chars().filter(kept).collect::<String>().replace(' ', "-");
        let before = seen.entry(anchor.clone()).or_default();
        anchors.push(if *before == 0 { anchor } else { format!("{anchor}-{before}") });
        *before += 1;
    }
    for (event, _) in parser(text) {
        let (Event::Html(html) | Event::InlineHtml(html)) = event else { continue };
        for attribute in ["id=\"", "name=\""] {
            let names = html.split(attribute).skip(1).filter_map(|rest| rest.split_once('"'));
            anchors.extend(names.map(|(name, _)| name.to_owned()));
        }
    }
    anchors
}

/// The commands that a file of the course quotes: a page, or the comments of a source.
pub fn commands_in(path: &Path, text: &str) -> Vec<Command> {
    let marks: &[&str] = match path.extension().and_then(OsStr::to_str) {
        Some("md") => return commands(text),
        Some("rs") => &["//!", "///", "//"],
        Some("toml") => &["#"],
        _ => &[],
    };
    comments(text, marks).iter().flat_map(Comment::commands).collect()
}

/// The names that a file gives to steps in its own commands, as the guide does. Where it says such a name, it speaks of
/// its example, whatever steps the course has.
pub fn examples_in(path: &Path, text: &str) -> BTreeSet<String> {
    let made = |command: &Command| match command.words()[..] {
        ["cargo", "xtask", "new", name, ..] | ["cargo", "xtask", "rename", _, name, ..] => Some(name.to_owned()),
        _ => None,
    };
    commands_in(path, text).iter().filter_map(made).collect()
}

/// A comment of several lines, without the marks at their beginnings.
#[derive(Default)]
struct Comment<'a> {
    mark: &'a str,
    text: String,
    /// Where each line begins, here and in the file.
    lines: Vec<(usize, usize)>,
}

fn comments<'a>(text: &str, marks: &[&'a str]) -> Vec<Comment<'a>> {
    let mut comments: Vec<Comment<'a>> = Vec::new();
    let (mut open, mut start) = ("", 0);
    for line in text.split_inclusive('\n') {
        let code = line.trim_start();
        let mark = marks.iter().find(|mark| code.starts_with(**mark)).copied().unwrap_or_default();
        if !mark.is_empty() {
            if mark != open {
                comments.push(Comment { mark, ..Comment::default() });
            }
            if let Some(comment) = comments.last_mut() {
                comment.push(code, start + line.len() - code.len());
            }
        }
        open = mark;
        start += line.len();
    }
    comments
}

impl Comment<'_> {
    /// Adds a line, which begins here in the file.
    fn push(&mut self, line: &str, start: usize) {
        let words = &line[self.mark.len()..];
        let words = words.strip_prefix(' ').unwrap_or(words);
        self.lines.push((self.text.len(), start + line.len() - words.len()));
        self.text.push_str(words);
    }

    /// The commands that it quotes, with their places in the file.
    fn commands(&self) -> Vec<Command> {
        let mut commands = commands(&self.text);
        for word in commands.iter_mut().flat_map(|command| &mut command.words) {
            // The last letter is on the line of the word, and what follows it may not be.
            word.span = self.in_file(word.span.start)..self.in_file(word.span.end - 1) + 1;
        }
        commands
    }

    fn in_file(&self, at: usize) -> usize {
        let line = self.lines.partition_point(|(start, _)| *start <= at).saturating_sub(1);
        self.lines.get(line).map_or(at, |(start, in_file)| in_file + at - start)
    }
}

/// The commands that a page quotes: whole spans of code, and lines of blocks of code.
fn commands(text: &str) -> Vec<Command> {
    let mut commands = Vec::new();
    let mut in_block = false;
    for (event, span) in parser(text) {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                // In a language of its own, `cargo` is no command.
                let shell = ["", "sh", "bash", "shell", "console"];
                in_block = match kind {
                    CodeBlockKind::Indented => true,
                    CodeBlockKind::Fenced(info) => shell.contains(&&*info),
                };
            }
            Event::End(TagEnd::CodeBlock) => in_block = false,
            Event::Text(_) if in_block => {
                let mut start = span.start;
                for line in text[span.clone()].split_inclusive('\n') {
                    commands.extend(command_in(text, start..start + line.len()));
                    start += line.len();
                }
            }
            Event::Code(_) => {
                let quotes = text[span.clone()].bytes().take_while(|byte| *byte == b'`').count();
                commands.extend(command_in(text, span.start + quotes..span.end - quotes));
            }
            _ => {}
        }
    }
    commands
}

fn parser(text: &str) -> impl Iterator<Item = (Event<'_>, Range<usize>)> {
    Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter()
}

/// The command that a part of a text is, if it is one.
fn command_in(text: &str, part: Range<usize>) -> Option<Command> {
    let mut words = words_in(text, part);
    if words.first().is_some_and(|first| first.text == "$") {
        words.remove(0);
    }
    let is_of_cargo = words.first().is_some_and(|first| first.text == "cargo") && words.len() > 1;
    is_of_cargo.then_some(Command { words })
}

/// The words of a line of the shell, up to a comment or another command.
fn words_in(text: &str, part: Range<usize>) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut word: Option<Word> = None;
    let mut quote = None;
    for (at, letter) in text[part.clone()].char_indices().map(|(at, letter)| (part.start + at, letter)) {
        match (letter, quote) {
            ('#', None) if word.is_none() => break,
            ('|' | ';' | '&' | '>' | '<', None) => break,
            (letter, None) if letter.is_whitespace() => words.extend(word.take()),
            (letter, open) => {
                let current = word.get_or_insert(Word { text: String::new(), span: at..at });
                current.span.end = at + letter.len_utf8();
                match (letter, open) {
                    ('"' | '\'', None) => quote = Some(letter),
                    (letter, Some(open)) if letter == open => quote = None,
                    _ => current.text.push(letter),
                }
            }
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_found_in_code_and_nowhere_else() {
        let page = "Type cargo xtask grade, `cargo xtask grade loss`, `cargo xtask\nhint` or `cargo`:\n\n    \
                    cargo run -p loss -- a \"b c\"  # it's this\n    $ cargo xtask list | head\n\n```sh\ncargo test\n```\n\
                    ```text\n  Then  cargo xtask plot\n```\n```rust\ncargo test\n```\n";
        let found = commands(page);
        let words: Vec<Vec<&str>> = found.iter().map(Command::words).collect();
        let wanted: [&[&str]; 5] = [
            &["cargo", "xtask", "grade", "loss"],
            &["cargo", "xtask", "hint"],
            &["cargo", "run", "-p", "loss", "--", "a", "b c"],
            &["cargo", "xtask", "list"],
            &["cargo", "test"],
        ];
        assert_eq!(words, wanted);
        assert_eq!(&page[found[2].words[6].span.clone()], "\"b c\"");
        assert_eq!(&page[found[0].span()], "cargo xtask grade loss");
    }

    #[test]
    fn links_have_their_words_and_headings_their_anchors() {
        let page = "# A `b`: c, d\n## Same\n## Same\n<a id=\"own\"></a>\n\nSee [step\n`x`](../01-x/README.md#same) and ![i](p.svg).\n";
        let links: Vec<(String, String)> = links(page).into_iter().map(|link| (link.target, link.words)).collect();
        let link = |target: &str, words: &str| (target.to_owned(), words.to_owned());
        assert_eq!(links, [link("../01-x/README.md#same", "step x"), link("p.svg", "i")]);
        assert_eq!(anchors(page), ["a-b-c-d", "same", "same-1", "own"]);
    }
}
