//! A source text as its items, so that two versions of a file can be compared function by function. Put together
//! again, they are the text.
//!
//! Like `declaration`, it reads the text and not a syntax tree: a student's file need not compile.

use std::ops::Range;

use super::blanked::Blanked;
use super::declaration::{on_one_line, type_in, without_generics, word_at, words_in};

/// A source text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    /// The comments and attributes at the top that belong to the whole file.
    pub(super) head: String,
    /// The items, in their order.
    pub(super) items: Vec<Item>,
    /// What follows the last item.
    pub(super) tail: String,
}

/// An item: a function, a type, an import or the like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) key: Key,
    /// Blank lines, comments and attributes before it.
    pub(super) lead: String,
    /// The declaration; of an item that is neither a function nor has members, all of it.
    pub(super) declaration: String,
    pub(super) body: Body,
}

/// What an item is found by in another version of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Key {
    /// A function, a constant or a static.
    Value(String),
    /// A type or a trait.
    Type(String),
    /// The methods of a type, of a trait or of its own. Of several such blocks in a text, each has its place from 0.
    Methods {
        owner: String,
        of_trait: Option<String>,
        place: usize,
    },
    Module(String),
    Macro(String),
    /// An import.
    Use,
    /// Anything else, by its text.
    Other(String),
}

/// What is between an item's braces, with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Body {
    /// There is none, or it is part of the declaration.
    None,
    /// That of a function.
    Code(String),
    /// The members of an `impl`, a trait or a module.
    Members { opening: String, items: Vec<Item>, closing: String },
}

/// A name that an import brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Import {
    /// Where the name comes from.
    pub(super) path: String,
    /// The name here; `*` for all.
    pub(super) name: String,
    /// What stands before `use`.
    visibility: String,
}

impl Source {
    /// The items of a text; none if its brackets do not fit together.
    pub(super) fn of(text: &str) -> Option<Self> {
        let blanked = Blanked::of(text);
        let reader = Reader { text, blanked: &blanked };
        let start = reader.end_of_head();
        let (items, tail) = reader.items(start..text.len())?;
        Some(Self { head: text[..start].to_owned(), items, tail: text[tail..].to_owned() })
    }

    /// The text.
    pub(super) fn text(&self) -> String {
        let items: String = self.items.iter().map(Item::text).collect();
        format!("{}{items}{}", self.head, self.tail)
    }

    /// All words in the code.
    pub(super) fn words(&self) -> std::collections::BTreeSet<String> {
        words_in(&Blanked::of(&self.text()).code)
    }
}

impl Item {
    /// The text.
    pub(super) fn text(&self) -> String {
        self.lead.clone() + &self.code()
    }

    /// The text without what is before it.
    pub(super) fn code(&self) -> String {
        self.declaration.clone() + &self.body.text()
    }

    /// What a person calls it.
    pub(super) fn name(&self) -> String {
        match &self.key {
            Key::Value(name) | Key::Type(name) | Key::Module(name) | Key::Macro(name) => name.clone(),
            Key::Methods { .. } | Key::Use | Key::Other(_) => self.signature(),
        }
    }

    /// The declaration on one line and without comments.
    pub(super) fn signature(&self) -> String {
        signature(&self.declaration)
    }

    /// The names that an import brings.
    pub(super) fn imports(&self) -> Vec<Import> {
        let code = Blanked::of(&self.declaration).code;
        let Some((visibility, tree)) = code.split_once("use") else { return Vec::new() };
        let tree: String = tree.trim().trim_end_matches(';').split_whitespace().collect::<Vec<_>>().join(" ");
        let mut imports = Vec::new();
        add_imports("", &tree, &mut imports);
        let visibility = visibility.trim();
        let visibility = if visibility.is_empty() { String::new() } else { format!("{visibility} ") };
        let import = |(path, name)| Import { path, name, visibility: visibility.clone() };
        imports.into_iter().map(import).collect()
    }
}

/// A declaration on one line and without comments.
pub(super) fn signature(declaration: &str) -> String {
    on_one_line(&Blanked::of(declaration).without_comments).trim_end_matches(',').to_owned()
}

impl Body {
    pub(super) fn text(&self) -> String {
        match self {
            Body::None => String::new(),
            Body::Code(text) => text.clone(),
            Body::Members { opening, items, closing } => {
                let items: String = items.iter().map(Item::text).collect();
                format!("{opening}{items}{closing}")
            }
        }
    }
}

impl Import {
    /// An import of this name alone.
    pub(super) fn item(&self) -> Item {
        let Self { path, name, visibility } = self;
        let renamed = if path.rsplit("::").next() == Some(name) { String::new() } else { format!(" as {name}") };
        let renamed = if name == "*" { "" } else { &renamed };
        let declaration = format!("{visibility}use {path}{renamed};\n");
        Item { key: Key::Use, lead: String::new(), declaration, body: Body::None }
    }
}

/// Adds what a tree of imports below a path brings: each name with its path.
fn add_imports(before: &str, tree: &str, imports: &mut Vec<(String, String)>) {
    let joined = |rest: &str| if before.is_empty() { rest.to_owned() } else { format!("{before}::{rest}") };
    let tree = tree.trim();
    if let Some((path, branches)) = tree.split_once('{') {
        let path = path.trim().trim_end_matches("::");
        let below = if path.is_empty() { before.to_owned() } else { joined(path) };
        let branches = branches.trim_end().strip_suffix('}').unwrap_or(branches);
        let mut depth = 0_usize;
        let branches = branches.split(|letter| {
            match letter {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            letter == ',' && depth == 0
        });
        branches.filter(|branch| !branch.trim().is_empty()).for_each(|branch| add_imports(&below, branch, imports));
        return;
    }
    let (path, renamed) = tree.split_once(" as ").map_or((tree, None), |(path, name)| (path.trim(), Some(name.trim())));
    let path = if path == "self" { before.to_owned() } else { joined(path) };
    let name = renamed.or_else(|| path.rsplit("::").next()).unwrap_or_default().to_owned();
    imports.push((path, name));
}

/// Reads a text with the help of its blanked form, in which all positions are the same.
struct Reader<'a> {
    text: &'a str,
    blanked: &'a Blanked,
}

/// What kind of item begins at a position, and how it ends.
enum Kind {
    /// With its body, or a semicolon if it has none.
    Function(String),
    /// With its members, or a semicolon.
    WithMembers(Key),
    /// With its braces, or a semicolon if it has none.
    Braces(Key),
    /// With a semicolon.
    Semicolon(Key),
}

impl Reader<'_> {
    fn code(&self) -> &str {
        &self.blanked.code
    }

    /// Where the comments and attributes of the whole file end.
    fn end_of_head(&self) -> usize {
        let (mut end, mut at) = (0, 0);
        // An item can have a comment before it, so what is not of the whole file counts only if more of that follows.
        loop {
            at += blanks(&self.text[at..]);
            let rest = &self.text[at..];
            let is_of_file = ["//!", "/*!", "#![", "#!/"].iter().any(|start| rest.starts_with(start));
            let length = if rest.starts_with("#![") {
                self.bracket(at + 2).map(|end| end - at)
            } else if rest.starts_with("/*") {
                let next = self.code()[at..].find(|letter: char| !letter.is_whitespace());
                // Up to where the blanks end, which may be behind more comments.
                rest.find("*/").map(|end| end + 2).filter(|end| next.is_none_or(|next| *end <= next))
            } else if rest.starts_with("//") || rest.starts_with("#!/") {
                Some(rest.find('\n').unwrap_or(rest.len()))
            } else {
                None
            };
            let Some(length) = length else { return end };
            at += length;
            if is_of_file {
                let line_end = self.text[at..].find('\n').map_or(self.text.len(), |end| at + end + 1);
                end = if self.text[at..line_end].trim().is_empty() { line_end } else { at };
                at = end;
            }
        }
    }

    /// The items in a part of the text, and where the last one ends.
    fn items(&self, part: Range<usize>) -> Option<(Vec<Item>, usize)> {
        let mut items: Vec<Item> = Vec::new();
        let mut start = part.start;
        loop {
            let mut at = start + blanks(&self.code()[start..part.end]);
            while self.code()[at..part.end].starts_with('#') {
                let bracket = at + self.code()[at..part.end].find('[')?;
                at = self.bracket(bracket)?;
                at += blanks(&self.code()[at..part.end]);
            }
            if at >= part.end {
                return Some((items, start));
            }
            let mut item = self.item(start, at, part.end)?;
            start += item.text().len();
            if let Key::Methods { owner, of_trait, .. } = &item.key {
                let is_same = |other: &&Item| matches!(&other.key, Key::Methods { owner: o, of_trait: t, .. } if o == owner && t == of_trait);
                let place = items.iter().filter(is_same).count();
                item.key = Key::Methods { owner: owner.clone(), of_trait: of_trait.clone(), place };
            }
            items.push(item);
        }
    }

    /// The item whose lead starts at a position, and whose first word is at another one.
    fn item(&self, start: usize, at: usize, limit: usize) -> Option<Item> {
        let lead = self.text[start..at].to_owned();
        let kind = self.kind(at);
        let stops_at_brace = !matches!(kind, Kind::Semicolon(_));
        let (stop, sign) = self.stop(at, limit, stops_at_brace)?;
        let close = if sign == '{' { self.bracket(stop)? } else { stop + 1 };
        let end = self.end_of_line(close.min(limit), limit);
        let (declaration, body) = match (&kind, sign) {
            (Kind::Function(_), '{') => (at..stop, Body::Code(self.text[stop..end].to_owned())),
            (Kind::WithMembers(_), '{') => {
                let (items, tail) = self.items(stop + 1..close - 1)?;
                let [opening, closing] = [stop..stop + 1, tail..end].map(|part| self.text[part].to_owned());
                (at..stop, Body::Members { opening, items, closing })
            }
            _ => (at..end, Body::None),
        };
        let key = match kind {
            Kind::Function(name) => Key::Value(name),
            Kind::WithMembers(key) | Kind::Braces(key) | Kind::Semicolon(key) => key,
        };
        let declaration = self.text[declaration].to_owned();
        let key = match key {
            Key::Other(_) => Key::Other(on_one_line(&declaration)),
            key => key,
        };
        Some(Item { key, lead, declaration, body })
    }

    fn kind(&self, at: usize) -> Kind {
        let code = self.code();
        let mut at = at;
        loop {
            at += blanks(&code[at..]);
            let word = word_at(code, at);
            let behind = at + word.len();
            let next = behind + blanks(&code[behind..]);
            let name = || word_at(code, next).to_owned();
            match word {
                "pub" if code[next..].starts_with('(') => at = self.bracket(next).unwrap_or(next + 1),
                "pub" | "async" | "unsafe" | "default" => at = behind,
                "extern" if word_at(code, next) == "fn" => at = behind,
                "const" if ["fn", "async", "unsafe", "extern"].contains(&word_at(code, next)) => at = behind,
                "const" => return Kind::Semicolon(Key::Value(name())),
                "static" => {
                    let rest = code[next..].strip_prefix("mut ").unwrap_or(&code[next..]).trim_start();
                    return Kind::Semicolon(Key::Value(word_at(rest, 0).to_owned()));
                }
                "fn" => return Kind::Function(name()),
                "type" => return Kind::Semicolon(Key::Type(name())),
                "struct" | "enum" | "union" => return Kind::Braces(Key::Type(name())),
                "trait" => return Kind::WithMembers(Key::Type(name())),
                "mod" => return Kind::WithMembers(Key::Module(name())),
                "use" => return Kind::Semicolon(Key::Use),
                "impl" => {
                    let end = code[behind..].find('{').map_or(code.len(), |end| behind + end);
                    return Kind::WithMembers(methods(&code[behind..end]));
                }
                "macro_rules" => {
                    let name = code[next..].trim_start_matches('!').trim_start();
                    return Kind::Braces(Key::Macro(word_at(name, 0).to_owned()));
                }
                _ => return Kind::Braces(Key::Other(String::new())),
            }
        }
    }

    /// The first semicolon outside of brackets or, if it may be that, the first brace.
    fn stop(&self, from: usize, limit: usize, may_be_brace: bool) -> Option<(usize, char)> {
        let mut at = from;
        while let Some(letter) = self.code()[at..limit].chars().next() {
            match letter {
                ';' => return Some((at, letter)),
                '{' if may_be_brace => return Some((at, letter)),
                '{' | '(' | '[' => at = self.bracket(at)?,
                '}' | ')' | ']' => return None,
                _ => at += letter.len_utf8(),
            }
        }
        None
    }

    /// The position behind the bracket that closes the one at this position.
    fn bracket(&self, open: usize) -> Option<usize> {
        let mut expected = Vec::new();
        for (at, letter) in self.code()[open..].char_indices() {
            match letter {
                '{' => expected.push('}'),
                '(' => expected.push(')'),
                '[' => expected.push(']'),
                '}' | ')' | ']' if expected.pop() != Some(letter) => return None,
                _ => {}
            }
            if expected.is_empty() {
                return Some(open + at + letter.len_utf8());
            }
        }
        None
    }

    /// The end of the line, if nothing but a comment that ends there follows.
    fn end_of_line(&self, at: usize, limit: usize) -> usize {
        let end = self.text[at..limit].find('\n').map_or(limit, |end| at + end + 1);
        let is_rest = self.code()[at..end].trim().is_empty() && !self.text[at..end].contains("/*");
        if is_rest { end } else { at }
    }
}

/// What an `impl` with this head is found by.
fn methods(head: &str) -> Key {
    let plain = without_generics(head);
    let of_trait = plain.split(" where ").next().and_then(|plain| plain.split_once(" for "));
    let last = |path: &str| path.trim().rsplit("::").next().unwrap_or_default().to_owned();
    Key::Methods { owner: type_in(head), of_trait: of_trait.map(|(of_trait, _)| last(of_trait)), place: 0 }
}

fn blanks(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Course;

    fn keys(text: &str) -> Vec<String> {
        let name = |item: &Item| match &item.body {
            Body::Members { items, .. } => {
                let members: Vec<String> = items.iter().map(Item::name).collect();
                format!("{} {{{}}}", item.name(), members.join(" "))
            }
            _ => item.name(),
        };
        Source::of(text).unwrap().items.iter().map(name).collect()
    }

    #[test]
    fn a_text_is_its_items_put_together() {
        let course = Course::load(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap();
        for step in &course.steps {
            let stub = step.read_stub(&course.root).unwrap();
            assert_eq!(Source::of(&stub).unwrap().text(), stub, "{}", step.name);
        }
        for source in [include_str!("items.rs"), include_str!("solution.rs"), include_str!("blanked.rs")] {
            assert_eq!(Source::of(source).unwrap().text(), source);
        }
        for source in ["", "\n", "//! Head.", "// Only a comment.\n", "fn a() {}", "fn a() {} fn b() {} // c\n\n// d\n"]
        {
            assert_eq!(Source::of(source).unwrap().text(), source);
        }
    }

    #[test]
    fn every_kind_of_item_has_its_end_and_its_name() {
        let text = "\
//! Head.
#![allow(dead_code)]

// A comment of the first item.
use std::fmt::{self, Write as _};
pub const fn f(at: [f64; 2]) -> [f64; 2] { at } // its own comment
const POINT: Point = Point { x: 1.0 };
static mut COUNT: [u8; 2] = { [0; 2] };
#[derive(Debug)] // }
pub struct Point { x: f64 }
struct Pair(f64, f64);
enum Way { Up, Down }
type F = fn(f64) -> f64;
impl Point { fn new() -> Self { todo!(\"{\") } const A: u8 = 1; }
impl<T> Walk<T> for Point where T: Copy { fn step(&mut self) {} }
impl Point {}
trait Walk<T> { fn step(&mut self); fn rest(&self) {} }
macro_rules! m { () => { } }
m! { fn hidden() {} }
extern crate core;
mod tests { fn t() {} }
mod other;
";
        let source = Source::of(text).unwrap();
        assert_eq!(source.text(), text);
        assert_eq!(source.head, "//! Head.\n#![allow(dead_code)]\n");
        let expected = [
            "use std::fmt::{self, Write as _};",
            "f",
            "POINT",
            "COUNT",
            "Point",
            "Pair",
            "Way",
            "F",
            "impl Point {new A}",
            "impl<T> Walk<T> for Point where T: Copy {step}",
            "impl Point {}",
            "Walk {step rest}",
            "m",
            "m! { fn hidden() {} }",
            "extern crate core;",
            "tests {t}",
            "other",
        ];
        assert_eq!(keys(text), expected);
        assert!(source.items[1].text().ends_with("// its own comment\n"));
        let places: Vec<usize> = source
            .items
            .iter()
            .filter_map(|item| match &item.key {
                Key::Methods { place, .. } => Some(*place),
                _ => None,
            })
            .collect();
        assert_eq!(places, [0, 0, 1]);
    }

    #[test]
    fn brackets_that_do_not_fit_together_are_no_items() {
        for text in ["fn a() {", "fn a() }", "fn a( {}", "}", "fn a() {]}", "const A: u8 = 1", "impl A { fn b( }"] {
            assert_eq!(Source::of(text), None, "{text}");
        }
        // What is being typed is most of the time not whole.
        let source = include_str!("items.rs");
        for end in (0..source.len()).step_by(97).filter(|end| source.is_char_boundary(*end)) {
            Source::of(&source[..end]);
            Source::of(&source[end..]);
        }
    }

    #[test]
    fn an_import_brings_each_of_its_names() {
        let source = Source::of("pub use a::{b, c::{self, d as e, *}, f};\nuse g;\nuse h as _;\n").unwrap();
        let imports: Vec<Import> = source.items.iter().flat_map(Item::imports).collect();
        let names: Vec<String> = imports.iter().map(|import| format!("{} {}", import.path, import.name)).collect();
        assert_eq!(names, ["a::b b", "a::c c", "a::c::d e", "a::c::* *", "a::f f", "g g", "h _"]);
        let lines: Vec<String> = imports.iter().map(|import| import.item().declaration).collect();
        assert_eq!(lines[1..4], ["pub use a::c;\n", "pub use a::c::d as e;\n", "pub use a::c::*;\n"]);
    }
}
