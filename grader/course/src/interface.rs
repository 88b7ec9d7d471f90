//! What other code is compiled from, of a source text: all of it but the bodies of plain functions. Code that was
//! compiled with one text can be linked with every other one of the same interface.
//!
//! A plain function is called by its symbol, and nothing else is compiled from its body. But a body that is generic,
//! `const` or `inline` becomes part of the code that uses it, and so does what an opaque type hides. What is not surely
//! plain therefore belongs to the interface, with its place, since a panic in it names that.

use super::blanked::{Blanked, last_word, without_comments, words};
use super::declaration::word_at;
use super::items::{Body, Item, Key, Source};

/// The interface of a source text; none if its text alone does not decide it, or its brackets do not fit together.
pub fn interface(text: &str) -> Option<String> {
    let source = Source::of(text)?;
    let mut read = Read { interface: without_comments(&source.head)?, line: 1 + lines(&source.head) };
    read.items(&source.items)?;
    Some(read.interface)
}

/// The items up to a line.
struct Read {
    interface: String,
    line: usize,
}

impl Read {
    fn items(&mut self, items: &[Item]) -> Option<()> {
        items.iter().try_for_each(|item| self.item(item))
    }

    fn item(&mut self, item: &Item) -> Option<()> {
        let lead = without_comments(&item.lead)?;
        self.line += lines(&item.lead);
        self.interface.push_str(&lead);
        match &item.body {
            Body::Code(body) if is_plain(&lead, item) && is_closed(body) => {
                self.interface.push_str(&format!("{}{{}}", without_comments(&item.declaration)?));
                self.line += lines(&item.declaration) + lines(body);
            }
            Body::Members { opening, items, closing } if is_plain_block(item) => {
                self.interface.push_str(&format!("{}{{", without_comments(&item.declaration)?));
                self.line += lines(&item.declaration) + lines(opening);
                self.items(items)?;
                self.interface.push('}');
                self.line += lines(closing);
            }
            body => {
                let code = item.code();
                if !is_decided_by_its_text(item, &code) {
                    return None;
                }
                let is_data = matches!((&item.key, body), (Key::Type(_) | Key::Use, Body::None));
                let place = if is_data { String::new() } else { format!("{}:", self.line) };
                self.interface.push_str(&format!("{place}{code}"));
                self.line += lines(&code);
            }
        }
        Some(())
    }
}

fn lines(text: &str) -> usize {
    text.matches('\n').count()
}

/// Whether a function is neither generic nor `const` nor the like, and has no attribute, which may be `inline`.
fn is_plain(lead: &str, item: &Item) -> bool {
    let code = Blanked::of(&item.declaration).code;
    let code = code.trim_start();
    let behind = code.strip_prefix("pub ").unwrap_or(code).trim_start().strip_prefix("fn ").map(str::trim_start);
    let parameters = behind.map(|named| named[word_at(named, 0).len()..].trim_start());
    lead.trim().is_empty()
        && parameters
            .is_some_and(|parameters| parameters.starts_with('(') && !words(parameters).any(|word| word == "impl"))
}

/// Whether the members of an item are as they would be outside of it: those of a type without parameters.
fn is_plain_block(item: &Item) -> bool {
    let is_generic = Blanked::of(&item.declaration).code.contains('<');
    matches!(item.key, Key::Methods { .. }) && !is_generic
}

/// Whether nothing in the body of a function can be seen from outside: no implementation, no symbol, and no macro that
/// could make one.
fn is_closed(body: &str) -> bool {
    const SEEN: [&str; 4] = ["impl", "trait", "extern", "mod"];
    let code = Blanked::of(body).code;
    !code.contains('#')
        && !words(&code).any(|word| SEEN.contains(&word))
        && macros(&code).all(|name| HARMLESS.contains(&name))
}

/// Macros that make expressions alone. If the text makes macros itself, it has no interface, so these are not others of
/// the same name.
const HARMLESS: [&str; 29] = [
    "array",
    "assert",
    "assert_eq",
    "assert_ne",
    "azip",
    "column",
    "concat",
    "dbg",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "eprint",
    "eprintln",
    "file",
    "format",
    "format_args",
    "line",
    "matches",
    "panic",
    "print",
    "println",
    "s",
    "stringify",
    "todo",
    "unimplemented",
    "unreachable",
    "vec",
    "write",
    "writeln",
];

/// Whether no part of an item is in another file or in the environment, and it makes no macro.
fn is_decided_by_its_text(item: &Item, code: &str) -> bool {
    const ELSEWHERE: [&str; 5] = ["include", "include_str", "include_bytes", "env", "option_env"];
    let code = Blanked::of(code).code;
    let is_elsewhere = matches!(item.key, Key::Module(_)) || macros(&code).any(|name| ELSEWHERE.contains(&name));
    !is_elsewhere && !words(&code).any(|word| word == "macro_rules" || word == "macro")
}

/// The names of the macros that code uses.
fn macros(code: &str) -> impl Iterator<Item = &str> {
    code.match_indices('!').filter_map(|(at, _)| {
        let is_use = code[at + 1..].trim_start().starts_with(['(', '[', '{']);
        Some(last_word(code[..at].trim_end())).filter(|name| is_use && !name.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
//! A step.

use std::fmt;

/// A model.
#[derive(Debug, Clone)]
pub struct Model {
    pub weight: f64,
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_to(f)
    }
}

/// The price.
pub fn predict(weight: f64, sqft: f64) -> f64 {
    weight * sqft
}

pub fn slope(loss: impl Fn(f64) -> f64, h: f64) -> f64 {
    (loss(h) - loss(-h)) / (2.0 * h)
}

fn average<T: Into<f64>>(x: T) -> f64 { x.into() }
const fn double(x: f64) -> f64 { 2.0 * x }
";

    fn changed(from: &str, to: &str) -> Option<String> {
        assert!(TEXT.contains(from), "{from}");
        interface(&TEXT.replace(from, to))
    }

    #[test]
    fn bodies_of_plain_functions_and_methods_and_comments_are_not_part_of_it() {
        let same = interface(TEXT);
        assert!(same.is_some());
        for (from, to) in [
            ("weight * sqft", "let price = weight + sqft; println!(\"{price}\"); /* both */ price"),
            ("weight * sqft", "fn twice<T: Copy>(x: T) -> (T, T) { (x, x) } twice(weight).0"),
            ("write_to(f)", "write!(f, \"a\")?; f.pad(\"b\")"),
            ("/// The price.", "/// The price in dollars."),
            ("//! A step.", "//! A lesson's step."),
        ] {
            assert_eq!(changed(from, to), same, "{to}");
        }
    }

    #[test]
    fn what_other_code_is_compiled_from_is_part_of_it() {
        let same = interface(TEXT);
        for (from, to) in [
            // A generic body and a constant one, and the place of a generic one.
            ("(2.0 * h)", "h"),
            ("{ 2.0 * x }", "{ 3.0 * x }"),
            ("/// The price.", "/// The price,\n/// in dollars."),
            ("predict(weight: f64", "predict(weight: f32"),
            ("pub weight: f64,", "pub weight: f64,\n    pub bias: f64,"),
            ("pub fn predict", "#[inline]\npub fn predict"),
            ("pub fn predict", "pub const fn predict"),
            ("weight * sqft", "impl Drop for Model { fn drop(&mut self) {} } weight"),
            ("weight * sqft", "#[unsafe(no_mangle)] static A: u8 = 0; weight"),
            ("weight * sqft", "implements!(Drop); weight"),
        ] {
            let other = changed(from, to);
            assert!(other.is_some() && other != same, "{to}");
        }
    }

    #[test]
    fn a_text_that_does_not_decide_it_has_none() {
        for other in [
            "mod helper;",
            "include!(\"helper.rs\");",
            "pub const NAME: &str = env!(\"NAME\");",
            "macro_rules! println { () => {} }",
            "#[track_caller]\nfn f() {}",
            "fn f() {",
        ] {
            assert_eq!(interface(&format!("{TEXT}{other}\n")), None, "{other}");
        }
    }

    #[test]
    fn every_solution_of_the_course_has_one() {
        let solutions =
            walkdir::WalkDir::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../solutions")).into_iter().flatten();
        for solution in solutions.filter(|entry| entry.path().ends_with("src/lib.rs")) {
            let text = fs_err::read_to_string(solution.path()).unwrap();
            assert!(interface(&text).is_some(), "{}", solution.path().display());
        }
    }
}
