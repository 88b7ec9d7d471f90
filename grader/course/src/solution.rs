//! The reference solution of a step: the functions that the student writes, the stub that is derived from it, and its
//! known mistakes.
//!
//! Stub and solution are one text, so they cannot drift apart. In the solution's `src/lib.rs`, the body of each
//! function to write is between a line `// todo!("what is to be done")` and a line `// done`; the stub has the `todo!`
//! in its place. Code between `// only in the solution` and `// done` is left out of the stub.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use super::declaration::{Declaration, Source};
use super::{Step, line_of, parse, read};
use crate::{Error, Result};

/// A reference solution's source.
#[derive(Debug, Clone)]
pub struct Solution {
    /// The source file, relative to the course.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// The bodies that the student writes, in their order.
    pub bodies: Vec<Body>,
}

/// The body of a function that the student writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// The function's name; a method's has its type in front (`Adam::step`).
    pub function: String,
    /// The line of `fn`, from 1.
    pub line: usize,
    /// The declaration from `pub` to before the brace, on one line.
    pub signature: String,
    /// The lines behind the `todo!`, including that of `// done`, from 1.
    pub lines: Range<usize>,
}

/// A known wrong implementation: a small change to the solution, and what to say to a student who made it.
#[derive(Debug, Clone)]
pub struct Mistake {
    /// Its name, which is also its snapshot's.
    pub name: String,
    /// The text of the solution that the mistake changes.
    pub replace: String,
    /// The text in its place.
    pub with: String,
    /// What the student reads.
    pub says: String,
    /// The function whose body is changed.
    pub function: String,
    /// Its line in `mistakes.toml`, from 1.
    pub line: usize,
}

/// Another right form of the solution: a small change to it.
#[derive(Debug, Clone)]
pub struct Form {
    /// Its name.
    pub name: String,
    replace: String,
    with: String,
    /// The function whose body is changed.
    pub function: String,
    /// Its line in `forms.toml`, from 1.
    pub line: usize,
}

/// A body of a function that replaces the solution's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBody {
    /// The function's name; a method's has its type in front.
    pub function: String,
    /// The lines.
    pub text: String,
}

impl Solution {
    /// Reads the solution of a step.
    ///
    /// # Errors
    /// If the file is missing or its markers do not fit together.
    pub fn load(root: &Path, step: &Step) -> Result<Self> {
        let path = step.solution_source();
        let text = read(root, &path)?;
        Self::of_text(path, text)
    }

    /// The solution with this text.
    ///
    /// # Errors
    /// If its markers do not fit together.
    pub fn of_text(path: PathBuf, text: String) -> Result<Self> {
        let bodies = bodies_of(&text).map_err(|(line, message)| Error::at(&path, line, message))?;
        Ok(Self { path, text, bodies })
    }

    /// What the student starts with.
    pub fn stub(&self) -> String {
        let mut stub = String::new();
        let mut left_out = false;
        for line in self.text.split_inclusive('\n') {
            match Marker::of(line) {
                Some(Marker::Todo) => {
                    stub.push_str(&line.replacen("// ", "", 1));
                    left_out = true;
                }
                Some(Marker::OnlyHere) => left_out = true,
                Some(Marker::Done) => left_out = false,
                None if left_out => {}
                None => stub.push_str(line),
            }
        }
        stub
    }

    /// The body of this function.
    pub fn body(&self, function: &str) -> Option<&Body> {
        self.bodies.iter().find(|body| body.function == function)
    }

    /// The range of a body in the text, in bytes.
    pub fn range_of(&self, body: &Body) -> Range<usize> {
        let start_of = |line: usize| {
            let ends = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
            std::iter::once(0).chain(ends).nth(line - 1).unwrap_or(self.text.len())
        };
        start_of(body.lines.start)..start_of(body.lines.end)
    }

    /// The body of the mistake's function, with the mistake in it.
    pub fn mistaken(&self, mistake: &Mistake) -> NewBody {
        self.changed(&mistake.function, &mistake.replace, &mistake.with)
    }

    /// The body of the form's function, in that form.
    pub fn in_form(&self, form: &Form) -> NewBody {
        self.changed(&form.function, &form.replace, &form.with)
    }

    fn changed(&self, function: &str, replace: &str, with: &str) -> NewBody {
        let right = self.body(function).map_or("", |body| &self.text[self.range_of(body)]);
        NewBody { function: function.to_owned(), text: right.replacen(replace, with, 1) }
    }

    /// The bodies of their functions with both mistakes in them; none if they change the same text.
    pub fn mistaken_twice(&self, [one, other]: [&Mistake; 2]) -> Option<Vec<NewBody>> {
        if one.function != other.function {
            return Some(vec![self.mistaken(one), self.mistaken(other)]);
        }
        let body = self.range_of(self.body(&one.function)?);
        let mut changes = [self.change_of(one)?, self.change_of(other)?];
        changes.sort_by_key(|(range, _)| range.start);
        let [(first, first_text), (second, second_text)] = changes;
        let text = &self.text;
        let text = [
            &text[body.start..first.start],
            first_text,
            text.get(first.end..second.start)?,
            second_text,
            &text[second.end..body.end],
        ];
        (first.start < second.start).then(|| vec![NewBody { function: one.function.clone(), text: text.concat() }])
    }

    /// The part of the text that a mistake changes, without what is the same before and after.
    fn change_of<'m>(&self, mistake: &'m Mistake) -> Option<(Range<usize>, &'m str)> {
        let Mistake { replace, with, .. } = mistake;
        let at = self.text.find(replace)?;
        let same = |(one, other): &(char, char)| one == other;
        let length = |letters: Vec<char>| letters.into_iter().map(char::len_utf8).sum::<usize>();
        let before = length(replace.chars().zip(with.chars()).take_while(same).map(|(letter, _)| letter).collect());
        let behind = replace[before..].chars().rev().zip(with[before..].chars().rev()).take_while(same);
        let behind = length(behind.map(|(letter, _)| letter).collect());
        Some((at + before..at + replace.len() - behind, &with[before..with.len() - behind]))
    }

    /// The solution with other bodies in the functions of these names.
    pub fn with(&self, bodies: &[NewBody]) -> String {
        let mut text = String::new();
        let mut copied = 0;
        for body in &self.bodies {
            let Some(other) = bodies.iter().find(|other| other.function == body.function) else { continue };
            let range = self.range_of(body);
            text.push_str(&self.text[copied..range.start]);
            text.push_str(&other.text);
            copied = range.end;
        }
        text + &self.text[copied..]
    }

    /// Reads the solution of a step, and the known mistakes from the list beside it; none if there is no list.
    ///
    /// # Errors
    /// If the solution or the list is malformed, or an entry of the list cannot be a mistake.
    pub fn with_mistakes(root: &Path, step: &Step) -> Result<(Self, Vec<Mistake>)> {
        let solution = Self::load(root, step)?;
        let mistakes = solution.listed_mistakes(root, step)?.into_iter().collect::<Result<_>>()?;
        Ok((solution, mistakes))
    }

    /// Reads the known mistakes from the list beside the solution; for an entry that cannot be a mistake, the reason.
    ///
    /// # Errors
    /// If the list is malformed.
    pub fn listed_mistakes(&self, root: &Path, step: &Step) -> Result<Vec<Result<Mistake>>> {
        let path = step.solution().join("mistakes.toml");
        let Some(text) = listed_in(root, &path)? else { return Ok(Vec::new()) };
        let list: MistakeList = parse(&path, &text)?;
        let mut places = Places { solution: self, path: &path, text: &text, kind: "mistake", names: BTreeSet::new() };
        let mistakes = list.mistake.into_iter().map(|MistakeEntry { name, replace, with, says }| {
            let (function, line) = places.of(&name, &replace)?;
            Ok(Mistake { name: name.into_inner(), replace, with, says, function, line })
        });
        Ok(mistakes.collect())
    }

    /// Reads the other right forms from the list beside the solution; for an entry that cannot be a form, the reason.
    ///
    /// # Errors
    /// If the list is malformed.
    pub fn listed_forms(&self, root: &Path, step: &Step) -> Result<Vec<Result<Form>>> {
        let path = step.forms();
        let Some(text) = listed_in(root, &path)? else { return Ok(Vec::new()) };
        let list: FormList = parse(&path, &text)?;
        let mut places = Places { solution: self, path: &path, text: &text, kind: "form", names: BTreeSet::new() };
        let forms = list.form.into_iter().map(|FormEntry { name, replace, with }| {
            let (function, line) = places.of(&name, &replace)?;
            Ok(Form { name: name.into_inner(), replace, with, function, line })
        });
        Ok(forms.collect())
    }

    /// The function whose body contains a text, or why nothing can change it there.
    fn function_at(&self, text: &str) -> std::result::Result<String, String> {
        let mut places = self.text.match_indices(text);
        let Some((at, _)) = places.next().filter(|_| !text.is_empty()) else {
            return Err(format!("the text to replace is not in {}", self.path.display()));
        };
        if places.next().is_some() {
            return Err(format!("the text to replace occurs more than once in {}", self.path.display()));
        }
        let lines =
            line_of(&self.text, &(at..at))..=line_of(&self.text, &(at + text.trim_end().len()..self.text.len()));
        let body =
            self.bodies.iter().find(|body| body.lines.contains(lines.start()) && body.lines.contains(lines.end()));
        body.map(|body| body.function.clone())
            .ok_or_else(|| "the text to replace is not inside one marked body".to_owned())
    }
}

/// The text of a list beside the solution, if there is one.
fn listed_in(root: &Path, path: &Path) -> Result<Option<String>> {
    if root.join(path).exists() { read(root, path).map(Some) } else { Ok(None) }
}

/// Finds what the entries of a list change.
struct Places<'a> {
    solution: &'a Solution,
    path: &'a Path,
    text: &'a str,
    /// What an entry is.
    kind: &'static str,
    /// The names so far.
    names: BTreeSet<String>,
}

impl Places<'_> {
    /// The function that an entry changes, and its line in the list.
    fn of(&mut self, name: &Spanned<String>, replace: &str) -> Result<(String, usize)> {
        let Self { solution, path, text, kind, names } = self;
        let (line, name) = (line_of(text, &name.span()), name.get_ref());
        if !is_kebab_case(name) {
            let message =
                format!("a {kind}'s name has only lower-case letters, digits and single hyphens, unlike `{name}`");
            return Err(Error::at(path, line, message));
        }
        if !names.insert(name.clone()) {
            return Err(Error::at(path, line, format!("a {kind} `{name}` is listed already")));
        }
        let function = solution.function_at(replace);
        let function = function.map_err(|problem| Error::at(path, line, format!("{kind} `{name}`: {problem}")))?;
        Ok((function, line))
    }
}

/// The lines of a source text as a person reads them: without the markers.
pub fn without_markers(text: &str) -> Vec<&str> {
    text.lines().filter(|line| Marker::of(line).is_none()).collect()
}

/// Whether a name can be a file's and, with `_` for `-`, a module's on every system.
pub fn is_kebab_case(name: &str) -> bool {
    let word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    name.split('-').all(word)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Marker {
    Todo,
    OnlyHere,
    Done,
}

impl Marker {
    fn of(line: &str) -> Option<Self> {
        match line.trim() {
            "// done" => Some(Marker::Done),
            "// only in the solution" => Some(Marker::OnlyHere),
            line if line.starts_with("// todo!(") => Some(Marker::Todo),
            _ => None,
        }
    }
}

fn bodies_of(text: &str) -> std::result::Result<Vec<Body>, (usize, String)> {
    let source = Source::new(text);
    let declared = source.declared();
    let declared_above =
        |line: usize| declared.iter().rev().find(|declared| declared.line <= line && !declared.is_local);
    let mut bodies: Vec<Body> = Vec::new();
    let mut open: Option<(Marker, usize)> = None;
    for (at, line) in text.lines().enumerate().map(|(at, line)| (at + 1, line)) {
        let Some(marker) = Marker::of(line) else { continue };
        open = match (marker, open) {
            (Marker::Done, Some((Marker::Todo, start))) => {
                let Some(declared) = declared_above(start) else {
                    return Err((start, "no function is declared above this `// todo!`".to_owned()));
                };
                let Declaration { name, line, signature, .. } = declared.clone();
                bodies.push(Body { function: name, line, signature, lines: start + 1..at + 1 });
                None
            }
            (Marker::Done, Some(_)) => None,
            (Marker::Done, None) => return Err((at, "this `// done` closes nothing".to_owned())),
            (marker, None) => Some((marker, at)),
            (_, Some((_, start))) => {
                return Err((start, "this part is not closed with `// done` before the next one begins".to_owned()));
            }
        };
    }
    match open {
        Some((_, start)) => Err((start, "this part is not closed with `// done`".to_owned())),
        None => Ok(bodies),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MistakeList {
    #[serde(default)]
    mistake: Vec<MistakeEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MistakeEntry {
    name: Spanned<String>,
    replace: String,
    with: String,
    says: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FormList {
    #[serde(default)]
    form: Vec<FormEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FormEntry {
    name: Spanned<String>,
    replace: String,
    with: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Course;

    const TEXT: &str = "\
//! Head.

/// Doubles.
pub fn double(
    x: f64,
) -> f64 {
    // todo!(\"return twice the number\")
    2.0 * x
    // done
}

// only in the solution
fn helper() {}
// done
";

    fn solution() -> Solution {
        Solution { path: PathBuf::from("lib.rs"), text: TEXT.to_owned(), bodies: bodies_of(TEXT).unwrap() }
    }

    #[test]
    fn the_stub_is_the_solution_with_its_bodies_still_to_do() {
        let stub = "\
//! Head.

/// Doubles.
pub fn double(
    x: f64,
) -> f64 {
    todo!(\"return twice the number\")
}

";
        assert_eq!(solution().stub(), stub);
    }

    #[test]
    fn bodies_are_exchanged_each_in_its_function() {
        let mistake = |function: &str, replace: &str, with: &str| {
            let [name, function, replace, with] = ["m", function, replace, with].map(str::to_owned);
            Mistake { name, function, replace, with, says: String::new(), line: 1 }
        };
        let solution = solution();
        let thrice = solution.mistaken(&mistake("double", "2.0 * x", "3.0 *\n x"));
        assert_eq!(thrice, NewBody { function: "double".to_owned(), text: "    3.0 *\n x\n    // done\n".to_owned() });
        assert_eq!(solution.with(&[thrice]), TEXT.replace("2.0 * x", "3.0 *\n x"));
        assert_eq!(solution.with(&[]), TEXT);
    }

    #[test]
    fn two_mistakes_are_made_together_unless_they_change_the_same() {
        let mistake = |replace: &str, with: &str| {
            let [name, function, replace, with] = ["m", "double", replace, with].map(str::to_owned);
            Mistake { name, function, replace, with, says: String::new(), line: 1 }
        };
        let [thrice, halved, squared] =
            [("    2.0 * x", "    3.0 * x"), ("2.0 * x\n", "2.0 * x / 2.0\n"), ("2.0 *", "x *")]
                .map(|(replace, with)| mistake(replace, with));
        let solution = solution();
        let text = |pair| solution.mistaken_twice(pair).map(|bodies| solution.with(&bodies));
        let both = TEXT.replace("2.0 * x", "3.0 * x / 2.0");
        assert_eq!(text([&thrice, &halved]), Some(both.clone()));
        assert_eq!(text([&halved, &thrice]), Some(both));
        assert_eq!(text([&thrice, &squared]), None);
    }

    #[test]
    fn a_person_reads_the_solution_without_its_markers() {
        let lines = without_markers(TEXT);
        assert_eq!(lines[6..], ["    2.0 * x", "}", "", "fn helper() {}"]);
        assert_eq!(lines.len(), TEXT.lines().count() - 4);
    }

    #[test]
    fn a_body_knows_its_function() {
        let body = Body {
            function: "double".to_owned(),
            line: 4,
            signature: "pub fn double(x: f64,) -> f64".to_owned(),
            lines: 8..10,
        };
        let found = solution().bodies;
        assert_eq!(found.len(), 1);
        assert_eq!((&found[0].function, found[0].line, &found[0].lines), (&body.function, body.line, &body.lines));
    }

    #[test]
    fn a_method_is_named_with_its_type() {
        let text = "\
pub trait Step {
    fn step(&mut self);
}

impl Step for Walker {
    fn step(&mut self) {
        // todo!(\"go\")
        self.at += 1;
        // done
    }
}

impl Step for Runner {
    fn step(
        &mut self,
    ) {
        // todo!(\"run\")
        self.at += 2;
        // done
    }
}

impl Error for Walker {}

pub fn rest() {
    // todo!(\"do nothing\")
    // done
}
";
        let found: Vec<(String, usize)> =
            bodies_of(text).unwrap().into_iter().map(|body| (body.function, body.line)).collect();
        let expected = [("Walker::step", 6), ("Runner::step", 14), ("rest", 25)];
        assert_eq!(found, expected.map(|(name, line)| (name.to_owned(), line)));
    }

    #[test]
    fn a_mistake_belongs_to_the_function_whose_body_it_changes() {
        assert_eq!(solution().function_at("2.0 * x"), Ok("double".to_owned()));
        assert!(solution().function_at("3.0 * x").unwrap_err().contains("is not in"));
        assert!(solution().function_at("do").unwrap_err().contains("more than once"));
        assert!(solution().function_at("Doubles").unwrap_err().contains("marked body"));
    }

    #[test]
    fn every_function_of_every_step_is_declared_in_its_solution() {
        let root = &Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let squeezed = |text: &str| text.split_whitespace().collect::<String>().replace(",)", ")");
        for step in &Course::load(root).unwrap().steps {
            let solution = Solution::load(root, step).unwrap();
            let described: Vec<&str> = step.functions.iter().map(|function| function.name.as_str()).collect();
            let with_bodies: Vec<&str> = solution.bodies.iter().map(|body| body.function.as_str()).collect();
            assert_eq!(with_bodies, described, "{}", step.name);
            for Body { function, line, signature, .. } in &solution.bodies {
                let place = format!("{}:{line}", solution.path.display());
                let text: Vec<&str> = solution.text.lines().skip(line - 1).collect();
                let name = function.rsplit("::").next().unwrap();
                assert!(text[0].contains(&format!("fn {name}")), "{place}: {}", text[0]);
                let start = format!("{}{{", squeezed(signature));
                assert!(squeezed(&text.concat()).starts_with(&start), "{place}: {signature}");
            }
        }
    }

    #[test]
    fn markers_that_do_not_fit_together_are_named_with_their_line() {
        assert_eq!(bodies_of("fn a() {\n// todo!()\n").unwrap_err().0, 2);
        assert_eq!(bodies_of("// done\n").unwrap_err().0, 1);
        assert_eq!(bodies_of("// todo!()\n// done\n").unwrap_err().0, 1);
    }
}
