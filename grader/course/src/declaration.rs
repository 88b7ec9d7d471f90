//! How a source text declares its functions: the line and the signature of each, and which function uses which.
//! Messages need this, and so does the question what a case calls.
//!
//! It reads the text and not a syntax tree, because code that does not compile has declarations, too. Comments and
//! literals are blanked out first (`blanked`), so nothing in them is taken for code.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use super::blanked::{Blanked, is_of_a_word, last_word, words};
use super::filled;

/// A function as a source text declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// Its name; a method's has its type in front (`Adam::step`).
    pub name: String,
    /// The line of `fn`, from 1.
    pub line: usize,
    /// Everything from `pub` to before the body, on one line and without comments.
    pub signature: String,
    /// Whether it is declared in the body of another function.
    pub is_local: bool,
    names: Names,
}

/// The names in a function.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Names {
    /// Those that are called.
    called: BTreeSet<String>,
    /// Those that are not called: variables, or functions that are passed on.
    values: BTreeSet<String>,
    /// Those that the function itself declares.
    bound: BTreeSet<String>,
}

impl Names {
    fn used(&self) -> impl Iterator<Item = &str> {
        self.called.iter().chain(self.values.difference(&self.bound)).map(String::as_str)
    }
}

/// A source text. What it declares is read once, when it is first asked for.
#[derive(Debug, Default)]
pub struct Source<'a> {
    text: &'a str,
    declared: OnceCell<Vec<Declaration>>,
}

impl<'a> Source<'a> {
    /// With this text.
    pub fn new(text: &'a str) -> Self {
        Self { text, declared: OnceCell::new() }
    }

    /// The text.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// All functions that it declares, in their order.
    pub fn declared(&self) -> &[Declaration] {
        self.declared.get_or_init(|| declarations(self.text))
    }

    /// How it declares a function. A method is named with its type (`Adam::step`). Without a type, a method of any type
    /// is taken if no function has that name.
    pub fn declaration(&self, function: &str) -> Option<&Declaration> {
        let as_method = format!("::{function}");
        let mut declared = self.declared().iter();
        let exact = declared.clone().find(|declared| declared.name == function && !declared.is_local);
        let method = || declared.clone().find(|declared| declared.name.ends_with(&as_method) && !declared.is_local);
        exact.or_else(method).or_else(|| declared.find(|declared| declared.name == function))
    }

    /// The lines of the placeholders, each a `todo!`, in the body of a function.
    pub fn placeholders(&self, function: &str) -> Vec<usize> {
        let Some(declared) = self.declaration(function) else { return Vec::new() };
        let next = self.declared().iter().map(|other| other.line).filter(|line| *line > declared.line).min();
        let lines = self.text.lines().enumerate().map(|(at, line)| (at + 1, line));
        let body = lines.skip(declared.line - 1).take_while(|(line, _)| next.is_none_or(|next| *line < next));
        let holds_place = |line: &str| line.split("//").next().is_some_and(|code| code.contains("todo!("));
        body.filter(|(_, line)| holds_place(line)).map(|(line, _)| line).collect()
    }

    /// The formulas that the comment of a function gives: the code behind "Formula", or each item of the list behind
    /// "Formulas".
    pub fn formulas(&self, function: &str) -> Vec<String> {
        let above = self.declaration(function).map_or(0, |declared| declared.line - 1);
        let lines: Vec<&str> = self.text.lines().take(above).map(str::trim_start).collect();
        let is_above = |line: &&&str| line.starts_with("///") || line.starts_with("#[");
        let from = lines.len() - lines.iter().rev().take_while(is_above).count();
        let comment: Vec<&str> = lines[from..].iter().filter_map(|line| line.strip_prefix("///")).collect();
        let comment = comment.join("\n");
        let Some((_, behind)) = comment.split_once("Formula") else { return Vec::new() };
        let code = |text: &str| text.split('`').nth(1).map(on_one_line);
        match behind.starts_with('s') {
            true => behind.lines().filter(|line| line.starts_with(" - ")).filter_map(code).collect(),
            // What is before the colon says what the formula is for, and may name it.
            false => behind.split_once(':').and_then(|(_, behind)| code(behind)).into_iter().collect(),
        }
    }

    /// Whether one function uses another, directly or through other functions of this text. A method is matched by its
    /// name alone, whatever its type: which one is called shows only when the code runs.
    pub fn uses(&self, function: &str, other: &str) -> bool {
        let is = |declared: &&Declaration, name: &str| bare(&declared.name) == name;
        let declared = self.declared().iter();
        let mut open: Vec<&Declaration> = declared.clone().filter(|declared| declared.name == function).collect();
        if open.is_empty() {
            open = declared.clone().filter(|declared| is(declared, bare(function))).collect();
        }
        let mut seen = BTreeSet::new();
        while let Some(user) = open.pop() {
            for name in user.names.used().filter(|name| seen.insert(*name)) {
                if name == bare(other) {
                    return true;
                }
                open.extend(declared.clone().filter(|declared| is(declared, name)));
            }
        }
        false
    }
}

/// A method's name without its type.
fn bare(function: &str) -> &str {
    function.rsplit("::").next().unwrap_or(function)
}

fn declarations(text: &str) -> Vec<Declaration> {
    let blanked = Blanked::of(text);
    let mut reader = Reader { code: &blanked.code, declared: Vec::new(), around: Vec::new(), next: Block::Other };
    let mut at = 0;
    while let Some(letter) = blanked.code[at..].chars().next() {
        at = if letter.is_whitespace() {
            // Comments are blank, too.
            blanked.code.len() - blanked.code[at..].trim_start().len()
        } else if is_of_a_word(letter) {
            reader.word(at, &blanked.without_comments)
        } else {
            reader.sign(letter);
            at + letter.len_utf8()
        };
    }
    reader.declared
}

/// Reads code from its start to its end.
struct Reader<'a> {
    code: &'a str,
    declared: Vec<Declaration>,
    /// The blocks around the current position.
    around: Vec<Block>,
    /// What the next brace opens.
    next: Block,
}

/// What is between two braces.
enum Block {
    /// The body of this function, by its place among the declarations, from 0.
    Function(usize),
    /// The methods of this type.
    Methods(String),
    Other,
}

impl Reader<'_> {
    fn sign(&mut self, sign: char) {
        match sign {
            '{' => self.around.push(std::mem::replace(&mut self.next, Block::Other)),
            '}' => drop(self.around.pop()),
            ';' => self.next = Block::Other,
            _ => {}
        }
    }

    /// Reads the word at this position; returns where to go on.
    fn word(&mut self, at: usize, without_comments: &str) -> usize {
        let word = word_at(self.code, at);
        let behind = at + word.len();
        match word {
            "fn" => {
                let name = word_at(self.code, behind + blanks_at(self.code, behind));
                if name.is_empty() {
                    // The type of a function.
                    return behind;
                }
                let end = end_of_head(self.code, behind);
                let declared = &without_comments[start_of_declaration(self.code, at)..end];
                let owner = self.around.iter().rev().find_map(Block::owner);
                self.declared.push(Declaration {
                    name: owner.map_or(name.to_owned(), |owner| format!("{owner}::{name}")),
                    line: 1 + self.code[..at].matches('\n').count(),
                    signature: on_one_line(declared),
                    is_local: self.around.iter().any(|block| matches!(block, Block::Function(_))),
                    names: Names { bound: words_in(&self.code[behind..end]), ..Names::default() },
                });
                self.next = Block::Function(self.declared.len() - 1);
                end
            }
            "impl" | "trait" => {
                let end = end_of_head(self.code, behind);
                self.next = Block::Methods(type_in(&self.code[behind..end]));
                end
            }
            name => {
                let next = self.code[behind..].trim_start();
                let is_called = next.starts_with('(') || next.starts_with("::");
                let is_bound = matches!(last_word(self.code[..at].trim_end()), "let" | "mut" | "for");
                for number in self.around.iter().filter_map(Block::function) {
                    let names = &mut self.declared[number].names;
                    let kind = match (is_called, is_bound) {
                        (_, true) => &mut names.bound,
                        (true, false) => &mut names.called,
                        (false, false) => &mut names.values,
                    };
                    kind.insert(name.to_owned());
                }
                behind
            }
        }
    }
}

impl Block {
    fn function(&self) -> Option<usize> {
        match self {
            Block::Function(number) => Some(*number),
            Block::Methods(_) | Block::Other => None,
        }
    }

    fn owner(&self) -> Option<&str> {
        match self {
            Block::Methods(owner) => Some(owner),
            Block::Function(_) | Block::Other => None,
        }
    }
}

/// Where the head of an item ends: before its body or its semicolon. The semicolon of an array type (`[f64; 2]`)
/// belongs to the head.
fn end_of_head(code: &str, from: usize) -> usize {
    let mut depth = 0_usize;
    let end = code[from..].char_indices().find(|(_, letter)| {
        match letter {
            '[' | '(' => depth += 1,
            ']' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && matches!(letter, '{' | ';')
    });
    end.map_or(code.len(), |(at, _)| from + at)
}

/// Whether two signatures are the same but for what rustfmt may write in different ways.
pub fn is_same_signature(one: &str, other: &str) -> bool {
    let squeezed = |signature: &str| signature.split_whitespace().collect::<String>().replace(",)", ")");
    squeezed(one) == squeezed(other)
}

/// Where the declaration starts whose `fn` is at this position: at its `pub`, `const` or the like.
fn start_of_declaration(code: &str, keyword: usize) -> usize {
    const BEFORE: [&str; 6] = ["pub", "const", "async", "unsafe", "extern", "default"];
    let mut start = keyword;
    loop {
        let before = code[..start].trim_end();
        // `pub(crate)`
        let limited = before.strip_suffix(')').and_then(|inside| inside.rsplit_once('('));
        let word_and_before = limited.map_or(before, |(before, _)| before.trim_end());
        let word = last_word(word_and_before);
        if !BEFORE.contains(&word) || (limited.is_some() && word != "pub") {
            return start;
        }
        start = word_and_before.len() - word.len();
    }
}

/// The type whose methods follow the head of an `impl` or `trait`: `Adam` of `<T> Optimizer for Adam<T> where …`.
pub(super) fn type_in(head: &str) -> String {
    let head = without_generics(head);
    let words: Vec<&str> = head.split_whitespace().take_while(|word| *word != "where").collect();
    let implementor = match words.iter().position(|word| *word == "for") {
        Some(at) => words.last().filter(|_| at + 1 < words.len()),
        None => words.first(),
    };
    let path = implementor.copied().unwrap_or_default().trim_start_matches('&').trim_end_matches(':');
    path.rsplit("::").next().unwrap_or(path).to_owned()
}

/// A text without the parts between `<` and `>`.
pub(super) fn without_generics(text: &str) -> String {
    let mut kept = String::new();
    let (mut depth, mut before) = (0_usize, ' ');
    for letter in text.chars() {
        match letter {
            '<' => depth += 1,
            // The `>` of an arrow does not count.
            '>' if before != '-' => {
                depth = depth.saturating_sub(1);
                kept.push(' ');
            }
            _ if depth == 0 => kept.push(letter),
            _ => {}
        }
        before = letter;
    }
    kept
}

/// A signature as rustfmt writes it on one line, even if it is broken into several.
pub(super) fn on_one_line(text: &str) -> String {
    const BROKEN: [(&str, &str); 8] =
        [("( ", "("), (", )", ")"), (" )", ")"), ("< ", "<"), (", >", ">"), (" >", ">"), ("[ ", "["), (" ]", "]")];
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    BROKEN.iter().fold(line, |line, (broken, whole)| line.replace(broken, whole))
}

pub(super) fn word_at(code: &str, at: usize) -> &str {
    let rest = &code[at..];
    &rest[..rest.find(|letter| !is_of_a_word(letter)).unwrap_or(rest.len())]
}

pub(super) fn words_in(code: &str) -> BTreeSet<String> {
    filled(words(code).filter(|word| !word.is_empty()).map(str::to_owned))
}

fn blanks_at(code: &str, at: usize) -> usize {
    let rest = &code[at..];
    rest.len() - rest.trim_start().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declaration(text: &str, function: &str) -> Option<(usize, String)> {
        let source = Source::new(text);
        source.declaration(function).map(|declared| (declared.line, declared.signature.clone()))
    }

    fn signature(text: &str, function: &str) -> String {
        declaration(text, function).map(|(_, signature)| signature).unwrap_or_default()
    }

    #[test]
    fn arrays_do_not_end_a_declaration() {
        let text = "pub fn hessian(at: [f64; 2], scale: &[[f64; 2]; 2]) -> [[f64; 2]; 2] {\n    todo!()\n}\n";
        assert_eq!(signature(text, "hessian"), "pub fn hessian(at: [f64; 2], scale: &[[f64; 2]; 2]) -> [[f64; 2]; 2]");
    }

    #[test]
    fn a_declaration_over_several_lines_is_told_on_one() {
        let text = "// fn walk()\npub fn walk<F: Fn([f64; 2]) -> f64>(\n    start: [f64; 2],\n    f: F,\n) -> Vec<f64>\n\
                    where\n    F: Copy,\n{\n";
        let whole = "pub fn walk<F: Fn([f64; 2]) -> f64>(start: [f64; 2], f: F) -> Vec<f64> where F: Copy,";
        assert_eq!(declaration(text, "walk"), Some((2, whole.to_owned())));
        let text =
            "pub fn walk<\n    'a,\n    const N: usize,\n>(\n    at: &'a [f64; N],\n) -> (\n    f64,\n    f64,\n) {}";
        assert_eq!(signature(text, "walk"), "pub fn walk<'a, const N: usize>(at: &'a [f64; N]) -> (f64, f64)");
    }

    #[test]
    fn what_stands_before_fn_belongs_to_it_and_attributes_do_not() {
        for declared in [
            "fn f()",
            "pub fn f()",
            "pub fn f()",
            "pub(in crate::a) fn f()",
            "pub const fn f()",
            "pub async unsafe fn f()",
            "pub unsafe extern \"C\" fn f()",
        ] {
            let texts =
                [format!("{declared} {{}}"), format!("#[inline] {declared} {{}}"), format!("x!(); {declared};")];
            for text in texts {
                assert_eq!(signature(&text, "f"), declared, "{text}");
            }
        }
        assert_eq!(signature("pub\nfn\nf ( x : f64 ) {}", "f"), "pub fn f (x : f64)");
        assert_eq!(declaration("#[inline]\n/// fn f()\npub fn f() {}", "f"), Some((3, "pub fn f()".to_owned())));
    }

    #[test]
    fn the_formulas_of_a_function_are_those_of_its_comment() {
        let text = "/// Formula: `1`.\nfn other() {}\n\n/// A sum.\n///\n/// Formula, for each row `i`: `a[0] +\n/// a[1]`, with \
                    `b`.\n#[must_use]\npub fn sum() {}\n\n    /// Formulas, one after the other:\n    ///\n    /// - `v = \
                    a`, the mean\n    /// - `w = v`\n    fn step() {}\n/// No `formula`.\nfn none() {}\n";
        let source = Source::new(text);
        let formulas = ["other", "sum", "step", "none", "gone"].map(|function| source.formulas(function));
        let known: [&[&str]; 5] = [&["1"], &["a[0] + a[1]"], &["v = a", "w = v"], &[], &[]];
        assert_eq!(formulas, known.map(|formulas| formulas.iter().map(ToString::to_string).collect::<Vec<_>>()));
    }

    #[test]
    fn placeholders_are_found_in_their_function() {
        let text = "fn f() {\n    todo!(\"a\")\n}\n/// todo!()\nfn g(x: f64) -> f64 {\n    // todo!()\n    if x > 0.0 { todo!() } else {\n        \
                    todo!()\n    }\n}\nfn h() {}\n";
        let source = Source::new(text);
        let lines = ["f", "g", "h", "gone"].map(|function| source.placeholders(function));
        assert_eq!(lines, [vec![2], vec![7, 8], vec![], vec![]]);
    }

    #[test]
    fn comments_and_literals_declare_nothing() {
        let hidden = "\
// fn f(a: f64) {}
/* fn f(b: f64) {} /* fn f(c: f64) {} */ fn f(d: f64) {} */
const A: &str = \"fn f(e: f64) { \\\" fn f(g: f64) {}\";
const B: &str = r#\"fn f(h: f64) {} \" fn f(i: f64) {}\"#;
const C: (char, char, char) = ('{', '\\'', '\"');
fn g<'a>(braces: &'a [char]) -> char { '{' }
";
        let text = format!("{hidden}pub fn f(/* the point */ at: f64, // and its\n    slope: f64) -> f64 {{ at }}");
        assert_eq!(declaration(&text, "f"), Some((7, "pub fn f(at: f64, slope: f64) -> f64".to_owned())));
        let names: Vec<_> =
            declarations(&text).into_iter().map(|declared| (declared.name, declared.is_local)).collect();
        assert_eq!(names, [("g".to_owned(), false), ("f".to_owned(), false)]);
        assert_eq!(declaration(hidden, "f"), None);
        assert_eq!(declaration("fn f_other() {} fn other_f() {} let f = 1; type F = fn(f64) -> f64;", "f"), None);
    }

    #[test]
    fn a_function_in_another_is_no_other_one() {
        let text = "fn outer() {\n    fn f(inner: f64) {}\n    let g = |x| { x };\n}\nfn f(own: f64) {}\n";
        assert_eq!(declaration(text, "f"), Some((5, "fn f(own: f64)".to_owned())));
        // What an open brace has swallowed is found all the same.
        let text = "fn outer() {{\n    todo!()\n}\n\npub fn f() {}\n";
        assert_eq!(declaration(text, "f"), Some((5, "pub fn f()".to_owned())));
    }

    #[test]
    fn a_method_is_looked_for_in_its_own_type() {
        let text = "trait Step {\n    fn step(&mut self);\n}\nimpl Step for Walker {\n    fn step(&mut self) {}\n}\n";
        assert_eq!(declaration(text, "Walker::step"), Some((5, "fn step(&mut self)".to_owned())));
        assert_eq!(declaration(text, "Runner::step"), None);
        assert_eq!(declaration(text, "step"), Some((2, "fn step(&mut self)".to_owned())));
        let text = format!("{text}\nfn step() {{}}");
        assert_eq!(declaration(&text, "step"), Some((8, "fn step()".to_owned())));
        assert_eq!(declaration("impl Walker {}\nfn step() {}", "Walker::step"), None);
    }

    #[test]
    fn a_type_is_found_in_every_head_of_its_methods() {
        for head in [
            "impl Adam",
            "impl<T> Adam<T>",
            "impl<'a, F: Fn(f64) -> f64> Optimizer<F> for Adam<'a, F>",
            "unsafe impl Optimizer for crate::optimizers::Adam",
            "impl<F> Optimizer for &Adam<F>\nwhere\n    F: for<'a> Fn(&'a [f64; 2]),\n",
            "impl Optimizer for &mut Adam",
            "pub trait Adam: Optimizer",
            "trait Adam<T>: Optimizer where T: Copy",
        ] {
            let methods = "fn step(&self, by: impl Fn(f64) -> f64) {}\n    fn rest(&self) {}";
            let text = format!("{head} {{\n    {methods}\n}}\nfn rest() {{}}");
            let names: Vec<_> = declarations(&text).into_iter().map(|declared| declared.name).collect();
            assert_eq!(names, ["Adam::step", "Adam::rest", "rest"], "{head}");
        }
    }

    #[test]
    fn a_function_uses_what_its_body_names_and_what_those_use() {
        let text = "\
fn helper(x: f64) -> f64 { slope(x) }
fn slope(x: f64) -> f64 { 2.0 * x }
fn walk(x: f64) -> f64 { let next = helper(x); next }
fn alone(slope: f64) -> f64 { /* helper(x) */ let mut walk = \"walk\"; alone(slope + walk) }
fn handed_on(x: &[f64]) -> f64 { x.iter().map(slope).sum() }
impl Walker { fn go(&mut self) { self.optimizer.step(1.0) } }
impl Adam { fn step(&mut self) { slope(1.0); } }
";
        for (function, other, expected) in [
            ("helper", "slope", true),
            ("walk", "slope", true),
            ("slope", "walk", false),
            ("alone", "helper", false),
            ("alone", "slope", false),
            ("alone", "walk", false),
            ("handed_on", "slope", true),
            ("Walker::go", "Adam::step", true),
            ("Walker::go", "slope", true),
            ("gone", "slope", false),
        ] {
            assert_eq!(Source::new(text).uses(function, other), expected, "{function} {other}");
        }
    }

    #[test]
    fn any_text_is_read_to_its_end() {
        let source = include_str!("declaration.rs");
        let names: Vec<_> = declarations(source).into_iter().map(|declared| declared.name).collect();
        assert_eq!(names[..4], ["Names::used", "Source::new", "Source::text", "Source::declared"]);
        // What is being typed is most of the time not whole.
        for end in (0..source.len()).step_by(97).filter(|end| source.is_char_boundary(*end)) {
            declarations(&source[..end]);
            declarations(&source[end..]);
        }
        for text in ["", "fn", "fn ", "fn f", "impl", "'", "\"", "r#\"", "/*", "}}}", "pub(", "b'\\", "'\\", "é fn é(é"]
        {
            declarations(text);
        }
    }
}
