//! Source texts with blanks in the place of comments and literals, for modules that look for code in them; and texts
//! without what makes no difference to a program.

/// A source text, twice. Both have the same lines and positions as the text itself.
#[derive(Debug)]
pub struct Blanked {
    /// With blanks for comments and literals.
    pub code: String,
    /// With blanks for comments alone.
    pub without_comments: String,
}

impl Blanked {
    /// Blanks a text out. A comment or literal that is not closed reaches to the end.
    pub fn of(text: &str) -> Self {
        let mut blanked = Self { code: String::new(), without_comments: String::new() };
        let mut rest = text;
        while !rest.is_empty() {
            let (kind, length) = part_at(rest, blanked.code.chars().next_back());
            let (part, behind) = rest.split_at(length);
            match kind {
                Kind::Code => {
                    blanked.code.push_str(part);
                    blanked.without_comments.push_str(part);
                }
                Kind::Literal => {
                    blanked.code.push_str(&blank(part));
                    blanked.without_comments.push_str(part);
                }
                Kind::Comment => {
                    let blank = blank(part);
                    blanked.code.push_str(&blank);
                    blanked.without_comments.push_str(&blank);
                }
            }
            rest = behind;
        }
        blanked
    }
}

/// A source text as the compiler sees it: without comments and with single blanks. Two texts of which this is the same
/// make the same program, but for the places of things in it.
///
/// Nothing for code that can see its comments, or where something is in its own text.
pub fn without_comments(text: &str) -> Option<String> {
    if sees_its_text(&Blanked::of(text).code) {
        return None;
    }
    let mut short = String::new();
    let mut rest = text;
    let blank = |short: &mut String| {
        if !short.ends_with(' ') {
            short.push(' ');
        }
    };
    while !rest.is_empty() {
        let (kind, length) = part_at(rest, short.chars().next_back());
        let (part, behind) = rest.split_at(length);
        match kind {
            Kind::Literal => short.push_str(part),
            Kind::Comment => blank(&mut short),
            Kind::Code => part.chars().for_each(|letter| match letter.is_whitespace() {
                true => blank(&mut short),
                false => short.push(letter),
            }),
        }
        rest = behind;
    }
    Some(short)
}

/// Whether code can find out how or where it is written: by a macro that tells, by one of its own, or by a derived trait
/// that may read the comments of a type.
fn sees_its_text(code: &str) -> bool {
    const MACROS: [&str; 5] = ["line", "column", "file", "dbg", "stringify"];
    const TELLS: [&str; 4] = ["macro_rules", "Location", "Backtrace", "track_caller"];
    const PLAIN: [&str; 9] = ["Debug", "Clone", "Copy", "PartialEq", "Eq", "PartialOrd", "Ord", "Hash", "Default"];
    let macros = code.match_indices('!').any(|(at, _)| MACROS.contains(&last_word(&code[..at])));
    let derived = code.split("derive").skip(1).filter_map(|rest| rest.split_once('(')?.1.split(')').next());
    macros
        || words(code).any(|word| TELLS.contains(&word))
        || derived
            .flat_map(|traits| traits.split(','))
            .map(str::trim)
            .any(|name| !name.is_empty() && !PLAIN.contains(&name))
}

/// Whether a letter can be part of a word.
pub(super) fn is_of_a_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// The words of code, with empty ones between signs.
pub(super) fn words(code: &str) -> impl DoubleEndedIterator<Item = &str> {
    code.split(|letter| !is_of_a_word(letter))
}

/// The word with which code ends; an empty one if that is no word.
pub(super) fn last_word(code: &str) -> &str {
    words(code).next_back().unwrap_or(code)
}

/// Blanks in the place of a text, in as many bytes and lines.
fn blank(text: &str) -> String {
    text.split('\n').map(|line| " ".repeat(line.len())).collect::<Vec<_>>().join("\n")
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Code,
    Comment,
    Literal,
}

/// What the first part of a text is, and its length; the text is not empty. `before` is the last character of code
/// before it.
fn part_at(text: &str, before: Option<char>) -> (Kind, usize) {
    let follows_a_word = before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    if text.starts_with("//") {
        (Kind::Comment, text.find('\n').unwrap_or(text.len()))
    } else if text.starts_with("/*") {
        (Kind::Comment, block_comment(text))
    } else if text.starts_with('"') {
        (Kind::Literal, string(text))
    } else if let Some(length) = raw_string(text).filter(|_| !follows_a_word) {
        (Kind::Literal, length)
    } else if let Some(length) = letter_literal(text) {
        (Kind::Literal, length)
    } else {
        // Up to where something else may begin.
        let letter = text.chars().next().map_or(1, char::len_utf8);
        let end = text[letter..].find(['/', '"', '\'', 'r', 'b', 'c']).map_or(text.len(), |at| letter + at);
        (Kind::Code, end)
    }
}

/// The length of a block comment, which may contain others.
fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(next) = text[at..].find(['/', '*']).map(|next| at + next) {
        let opens = text[next..].starts_with("/*");
        if opens || text[next..].starts_with("*/") {
            depth = if opens { depth + 1 } else { depth.saturating_sub(1) };
            at = next + 2;
            if depth == 0 {
                return at;
            }
        } else {
            at = next + 1;
        }
    }
    text.len()
}

/// The length of a string.
fn string(text: &str) -> usize {
    let mut escaped = false;
    let end = text.char_indices().skip(1).find(|(_, letter)| {
        let ends = *letter == '"' && !escaped;
        escaped = *letter == '\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |(at, _)| at + 1)
}

/// The length of a literal such as `r#"…"#`, if the text begins with one.
fn raw_string(text: &str) -> Option<usize> {
    let behind = ["r", "br", "cr"].iter().find_map(|start| text.strip_prefix(start))?;
    let hashes = behind.len() - behind.trim_start_matches('#').len();
    let inside = behind[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let start = text.len() - inside.len();
    Some(inside.find(&end).map_or(text.len(), |at| start + at + end.len()))
}

/// The length of a literal such as `'{'`, if the text begins with one and not with a lifetime.
fn letter_literal(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('\'')?;
    let mut chars = inside.char_indices();
    let (_, first) = chars.next()?;
    if first != '\\' {
        return chars.next().filter(|(_, letter)| *letter == '\'').map(|(at, _)| 1 + at + 1);
    }
    chars.next()?;
    chars.find(|(_, letter)| *letter == '\'').map(|(at, _)| 1 + at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_blanks_of_the_same_length() {
        let text = "a /* é /* b */ c */ \"d // \\\" e\" // f\n'\"' 'g \"r\" r#\"h \"i\"# bar\"j\" '\\u{7b}'";
        let Blanked { code, without_comments } = Blanked::of(text);
        assert_eq!((code.len(), without_comments.len()), (text.len(), text.len()));
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words(&code), ["a", "'g", "bar"]);
        assert_eq!(code.find('\n'), text.find('\n'));
        let kept = ["a", "\"d", "//", "\\\"", "e\"", "'\"'", "'g", "\"r\"", "r#\"h", "\"i\"#", "bar\"j\"", "'\\u{7b}'"];
        assert_eq!(words(&without_comments), kept);
    }

    #[test]
    fn comments_and_blanks_make_no_other_program() {
        let short = "pub fn f() -> &'static str { \"a  // b\" } ";
        for text in [
            "pub fn f() -> &'static str { \"a  // b\" }\n",
            "/// Says it.\npub fn f() -> &'static str {\n    // at once\n    \"a  // b\" /* c */\n}\n",
        ] {
            assert_eq!(without_comments(text).unwrap().trim_start(), short);
        }
        assert_ne!(without_comments("fn f() { \"a\" }"), without_comments("fn f() { \"a \" }"));
        assert_ne!(without_comments("a/**/b"), without_comments("ab"));
        let derives = "/// A type.\n#[derive(Debug, Clone, PartialEq)]\nstruct A;";
        assert_eq!(without_comments(derives).unwrap(), " #[derive(Debug, Clone, PartialEq)] struct A;");
    }

    #[test]
    fn code_that_can_see_its_text_is_another_program_with_other_comments() {
        for text in [
            "// a\nfn f() -> u32 { line!() }",
            "// a\n#[track_caller]\nfn f() {}",
            "// a\n#[derive(Debug, Parser)]\nstruct A;",
            "// a\nmacro_rules! m { () => {} }",
        ] {
            assert_eq!(without_comments(text), None, "{text}");
        }
        assert!(without_comments("// a line\nfn f(line: u8, column: u8) { \"line!()\" }").is_some());
    }

    #[test]
    fn what_is_not_closed_goes_on_to_the_end() {
        for text in ["/* a", "/*/", "\"a", "\"a\\\"", "r#\"a\"", "/* /* */"] {
            assert_eq!(Blanked::of(text).code.trim(), "", "{text}");
        }
        for text in ["'", "'\\", "'ab", "r#a", "b"] {
            assert_eq!(Blanked::of(text).code, text);
        }
    }
}
