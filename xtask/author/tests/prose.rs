//! What people read: that the course teaches all that the original lesson does, and that no text uses a
//! word for which there is a more usual one. `prose/lesson.toml` and `prose/words.toml` are the lists.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use fs_err as fs;
use serde::Deserialize;
use walkdir::WalkDir;

/// What the original lesson teaches: the one that this course rebuilds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lesson {
    item: Vec<Item>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    /// What is taught, for whoever reads the list.
    what: String,
    /// The name of a step, for its README, or the path of another file.
    place: String,
    /// What that text says of it.
    says: Vec<String>,
}

/// Words that the course does not use.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    /// Files, or folders, whose text has not been read for these words yet.
    unread: Vec<PathBuf>,
    word: Vec<Word>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Word {
    not: Vec<String>,
    say: String,
}

#[test]
fn each_item_of_the_lesson_is_taught_where_the_list_says() {
    let lesson: Lesson = toml::from_str(include_str!("prose/lesson.toml")).unwrap();
    let mut missing = String::new();
    for item in lesson.item {
        let path = if item.place.contains('.') { PathBuf::from(&item.place) } else { readme_of(&item.place) };
        let text = on_one_line(&read(&path));
        for words in item.says.iter().filter(|words| !text.contains(&on_one_line(words))) {
            writeln!(missing, "{}: does not say \"{words}\" ({})", path.display(), item.what).unwrap();
        }
    }
    assert!(missing.is_empty(), "\n{missing}");
}

#[test]
fn the_minutes_on_the_map_are_what_it_says_of_them() {
    let map = read(Path::new("exercises/README.md"));
    let mut wrong = String::new();
    for folder in testkit::folders() {
        let readme = read(&Path::new("exercises").join(&folder).join("README.md"));
        let toml = read(&Path::new("exercises").join(&folder).join("exercise.toml"));
        let (words, functions) = (readme.split_whitespace().count(), toml.matches("[[function]]").count());
        let minutes = (words as f64 / 200.0 + 6.0 * functions as f64) / 5.0;
        let minutes = minutes.round() * 5.0;
        let row = map.lines().find(|line| line.contains(&format!("]({folder}/README.md)"))).unwrap_or_default();
        if row.split('|').nth(4).is_none_or(|cell| cell.trim() != minutes.to_string()) {
            writeln!(wrong, "{folder}: {words} words and {functions} functions take {minutes} minutes").unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn there_is_a_more_usual_word() {
    let words: Words = toml::from_str(include_str!("prose/words.toml")).unwrap();
    let mut found: BTreeMap<(PathBuf, usize), String> = BTreeMap::new();
    for path in ["md", "toml", "rs"].into_iter().flat_map(texts) {
        if words.unread.iter().any(|unread| path.starts_with(unread)) {
            continue;
        }
        let text = prose(&path, &read(&path));
        for word in &words.word {
            for (not, at) in word.not.iter().flat_map(|not| places(&text, not).into_iter().map(move |at| (not, at))) {
                found.insert((path.clone(), line_of(&text, at)), format!("\"{not}\": say {}", word.say));
            }
        }
    }
    let found = found.iter().fold(String::new(), |mut list, ((path, line), what)| {
        writeln!(list, "{}:{line}: {what}", path.display()).unwrap();
        list
    });
    assert!(found.is_empty(), "\n{found}");
}

#[test]
fn words_are_found_over_line_ends_and_not_in_code() {
    let text = prose(Path::new("a.md"), "It lies `lies`\n\n    lies\n```\nlies\n```\n[so\nmany](lies.md), flies");
    let found = |not| places(&text, not).into_iter().map(|at| line_of(&text, at)).collect::<Vec<_>>();
    assert_eq!(found("lies"), [1]);
    assert_eq!(found("so many"), [7]);
    let text = prose(Path::new("a.rs"), "/// lies\nlet lies = 1;\n    todo!(\"lies\")\n");
    assert_eq!(places(&text, "lies").len(), 2);
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

fn read(path: &Path) -> String {
    fs::read_to_string(root().join(path)).unwrap().replace("\r\n", "\n")
}

/// The README of a step, whatever its number is.
fn readme_of(step: &str) -> PathBuf {
    let mut folders = fs::read_dir(root().join("exercises")).unwrap().map(|entry| entry.unwrap().file_name());
    let folder = folders.find(|folder| folder.to_string_lossy().split_once('-').is_some_and(|(_, name)| name == step));
    Path::new("exercises").join(folder.unwrap_or_else(|| panic!("no step is called {step}"))).join("README.md")
}

/// The texts with this ending that people read, relative to the course: the pages, and what they edit in a step or
/// see of it in a report.
fn texts(ending: &str) -> Vec<PathBuf> {
    let names: &[&str] = match ending {
        "toml" => &["exercise.toml", "mistakes.toml"],
        "rs" => &["lib.rs"],
        _ => &[],
    };
    let read = |path: &Path| match names {
        [] => path.extension().is_some_and(|extension| extension == ending),
        names => path.file_name().is_some_and(|name| names.iter().any(|wanted| name == *wanted)),
    };
    let parts: &[&str] =
        if names.is_empty() { &["README.md", ".github", "exercises", "grader"] } else { &["exercises", "solutions"] };
    let entries = parts.iter().flat_map(|part| WalkDir::new(root().join(part)).sort_by_file_name());
    let paths = entries.map(|entry| entry.unwrap().into_path()).filter(|path| path.is_file() && read(path));
    paths.map(|path| path.strip_prefix(root()).unwrap().to_owned()).collect()
}

fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// A text in which all that is not prose is blank, so that each word stays on its line.
fn prose(path: &Path, text: &str) -> String {
    let extension = path.extension().unwrap().to_str().unwrap();
    let mut fenced = false;
    let lines = text.lines().map(|line| {
        let start = line.trim_start();
        let is_prose = match extension {
            "toml" if path.ends_with("mistakes.toml") => start.starts_with("says"),
            "toml" => !start.starts_with('#') && !start.starts_with("name"),
            "rs" => start.starts_with("//") || start.starts_with("todo!("),
            _ => {
                let fence = start.starts_with("```");
                fenced ^= fence;
                !fence && !fenced && !line.starts_with("    ")
            }
        };
        if is_prose { without_code(line) } else { String::new() }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A line without what it quotes as code, and without the targets of its links.
fn without_code(line: &str) -> String {
    let text: Vec<&str> = line.split('`').step_by(2).collect();
    let mut parts = text.iter().flat_map(|text| text.split("]("));
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |line, part| line + "]" + part.split_once(')').map_or(part, |(_, rest)| rest))
}

/// Where a text has these words, each whole and in any case, also over the end of a line.
fn places(text: &str, words: &str) -> Vec<usize> {
    let text = text.replace('\n', " ").to_ascii_lowercase();
    let letter = |next: Option<char>| next.is_some_and(char::is_alphanumeric);
    let is_whole = |at: usize| {
        let inside_a_word = words.starts_with(char::is_alphanumeric) && letter(text[..at].chars().next_back());
        !inside_a_word && !letter(text[at + words.len()..].chars().next())
    };
    text.match_indices(words).map(|(at, _)| at).filter(|at| is_whole(*at)).collect()
}
