//! Text from elsewhere, made safe for the device that shows it: what a student's code prints, answers or says in a
//! panic, the messages of the compiler and of cargo, and the names of files.
//!
//! There is one function for each device. Each of the few places where a report writes to a device calls the function
//! of that device, so no text gets past it.

use std::borrow::Cow;

/// For a person, on any device: as a terminal would show it, on which nothing can be steered or hidden.
///
/// Escape sequences go, with the colours that they ask for. Any other character that does not show, or that changes
/// how its neighbours do, is spelled as in Rust (`\u{202e}`). Line breaks and tabs stay.
pub fn readable(text: &str) -> Cow<'_, str> {
    if text.chars().all(|letter| matches!(letter, '\n' | '\t') || shows(letter)) {
        return Cow::Borrowed(text);
    }
    let mut readable = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        if let Some(length) = length_of_escape_sequence(rest) {
            rest = &rest[length..];
            continue;
        }
        rest = &rest[letter.len_utf8()..];
        match letter {
            '\r' if rest.starts_with('\n') => {}
            '\n' | '\t' => readable.push(letter),
            _ if shows(letter) => readable.push(letter),
            '\r' => readable.push_str("\\r"),
            '\0' => readable.push_str("\\0"),
            _ => readable.extend(letter.escape_unicode()),
        }
    }
    Cow::Owned(readable)
}

/// For a terminal, or for the log of a CI system that takes commands from it.
pub fn terminal(text: &str) -> String {
    each_line(&readable(text).replace('\t', "    "), terminal_line)
}

/// A line that holds nothing but [`readable`] text, for a terminal or a log. Only the whole line shows whether it
/// would be taken for a command.
pub fn terminal_line(line: &str) -> String {
    without_commands(line, ": ", "# ")
}

/// For an XML document (1.0), where text or the value of an attribute may stand.
pub fn xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in readable(text).chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            letter => escaped.push(letter),
        }
    }
    each_line(&escaped, |line| without_commands(line, "&#58;", "&#35;"))
}

/// For a paragraph or a table's cell of Markdown, as GitHub reads it: what stands between two backticks is code, and
/// all else is text. Nothing else is marked up; nobody is mentioned, and nothing is linked.
pub fn markdown(text: &str) -> String {
    let text = readable(text.trim());
    let parts: Vec<&str> = text.split('`').collect();
    let mut markdown = String::with_capacity(text.len());
    for (at, part) in parts.iter().enumerate() {
        let is_closed = at + 1 < parts.len();
        match at % 2 {
            0 => markdown.push_str(&markdown_words(part, at == 0)),
            _ if is_closed && !part.is_empty() && !part.contains('\n') => markdown.push_str(&markdown_code(part)),
            _ if is_closed => markdown.push_str(&format!("\\`{}\\`", markdown_words(part, false))),
            _ => markdown.push_str(&format!("\\`{}", markdown_words(part, false))),
        }
    }
    markdown
}

/// For Markdown, as a span of code.
pub fn markdown_code(text: &str) -> String {
    let text = readable(text).replace('\n', "\\n");
    let ticks = "`".repeat(longest_run_of_ticks(&text) + 1);
    // Of blanks on both sides, one each belongs to the mark-up.
    let is_ambiguous = text.starts_with('`') || text.ends_with('`') || (text.starts_with(' ') && text.ends_with(' '));
    let blank = if is_ambiguous { " " } else { "" };
    format!("{ticks}{blank}{text}{blank}{ticks}")
}

/// For Markdown, as a block of lines that are shown as they are.
pub fn markdown_block(text: &str) -> String {
    let text = readable(text);
    let fence = "`".repeat((longest_run_of_ticks(&text) + 1).max(3));
    format!("{fence}text\n{}\n{fence}", each_line(text.trim_end(), terminal_line))
}

/// A JSON document, in which all that could harm a terminal or a log is escaped. It holds the same data.
pub fn json(document: &str) -> String {
    let mut escaped = String::with_capacity(document.len());
    let mut units = [0; 2];
    for letter in document.chars() {
        match letter {
            // In a string it is escaped already; this one is between two of them.
            '\n' => escaped.push('\n'),
            letter if shows(letter) => escaped.push(letter),
            letter => {
                letter.encode_utf16(&mut units).iter().for_each(|unit| escaped.push_str(&format!("\\u{unit:04x}")))
            }
        }
    }
    each_line(&escaped, |line| without_commands(line, ":", "\\u0023"))
}

/// Whether a character shows, and leaves alone how others do.
///
/// One that joins letters or chooses a picture (U+200C, U+200D, U+FE00 to U+FE0F) is needed to write some words, and
/// emoji.
fn shows(letter: char) -> bool {
    let is_control = letter.is_control();
    // Marks, overrides, embeddings and isolates of the bidirectional algorithm.
    let changes_direction =
        matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let breaks_lines = matches!(letter, '\u{2028}' | '\u{2029}');
    // Unicode's `Default_Ignorable_Code_Point`, and what only annotates.
    let is_invisible = matches!(
        letter,
        '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    );
    let is_no_character = matches!(letter, '\u{fdd0}'..='\u{fdef}') || u32::from(letter) & 0xfffe == 0xfffe;
    !(is_control || changes_direction || breaks_lines || is_invisible || is_no_character)
}

/// How long the escape sequence is that a text begins with, if it begins with one (ECMA-48, sections 5.3 to 5.6).
fn length_of_escape_sequence(text: &str) -> Option<usize> {
    let mut chars = text.chars();
    let kind = match chars.next()? {
        '\x1b' => chars.next()?,
        // In one character what else is two: U+009B is `ESC [`.
        letter @ '\u{80}'..='\u{9f}' => {
            char::from_u32(u32::from(letter) - 0x40).filter(|kind| matches!(kind, '[' | ']' | 'P' | 'X' | '^' | '_'))?
        }
        _ => return None,
    };
    let is_intermediate = |letter| matches!(letter, ' '..='/');
    let body = chars.as_str();
    let rest = match kind {
        '[' => {
            let body =
                body.trim_start_matches(|letter| matches!(letter, '0'..='?')).trim_start_matches(is_intermediate);
            // One that is cut short goes as well.
            body.strip_prefix(|letter| matches!(letter, '@'..='~')).unwrap_or(body)
        }
        ']' | 'P' | 'X' | '^' | '_' => behind_terminator(body)?,
        ' '..='/' => body.trim_start_matches(is_intermediate).strip_prefix(|letter| matches!(letter, '0'..='~'))?,
        '0'..='~' => body,
        _ => return None,
    };
    Some(text.len() - rest.len())
}

/// What follows the end of a control string. One without an end on its line would hide what comes behind it.
fn behind_terminator(body: &str) -> Option<&str> {
    const LONGEST: usize = 4096;
    let line = body.char_indices().take(LONGEST).take_while(|(_, letter)| *letter != '\n');
    let (at, _) = line.into_iter().find(|(_, letter)| matches!(letter, '\x07' | '\x1b' | '\u{9c}'))?;
    let rest = &body[at..];
    rest.strip_prefix("\x1b\\").or_else(|| rest.strip_prefix(['\x07', '\u{9c}']))
}

fn each_line(text: &str, change: impl Fn(&str) -> String) -> String {
    text.split('\n').map(change).collect::<Vec<_>>().join("\n")
}

/// A line that no CI system takes for a command: GitHub's, Gitea's and Forgejo's runners look for `::name` at the
/// start of a line and for `##[name` anywhere, Azure's and TeamCity's for `##name[`. `colon` and `hash` stand for the
/// first character.
fn without_commands(line: &str, colon: &str, hash: &str) -> String {
    let start = line.len() - line.trim_start().len();
    let mut written = String::with_capacity(line.len());
    for (at, letter) in line.char_indices() {
        let rest = &line[at..];
        let is_name = |letter: char| letter == '[' || letter.is_ascii_alphabetic();
        if at == start && rest.starts_with("::") {
            written.push_str(colon);
        } else if rest.strip_prefix("##").is_some_and(|name| name.starts_with(is_name)) {
            written.push_str(hash);
        } else {
            written.push(letter);
        }
    }
    written
}

/// Words outside of code. `at_start` is where they begin a paragraph.
fn markdown_words(words: &str, at_start: bool) -> String {
    // Between two characters that would be more together, and shown as nothing.
    const NOTHING: &str = "&#8203;";
    let mut escaped = String::with_capacity(words.len());
    // What would make a heading, a quotation, a list, a rule or a command of the paragraph; a list of ours stays one.
    let digits = words.len() - words.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
    let marker = match words[digits..].chars().next() {
        Some('.' | ')') if digits > 0 => digits,
        Some('#' | '+' | '=' | ':') if digits == 0 => 0,
        Some('-') if digits == 0 && !words.starts_with("- ") => 0,
        _ => usize::MAX,
    };
    let mut chars = words.char_indices().peekable();
    while let Some((at, letter)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        if (at_start && at == marker) || matches!(letter, '\\' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '$') {
            escaped.push('\\');
        }
        match letter {
            '\n' => escaped.push_str("<br>"),
            '&' => escaped.push_str("&amp;"),
            letter => escaped.push(letter),
        }
        let is_mention = letter == '@' && next.is_some_and(char::is_alphanumeric);
        let is_reference = letter == '#' && next.is_some_and(|next| next.is_ascii_digit());
        let is_link =
            words[at..].starts_with("://") || next == Some('.') && ends_with_www(&words[..at + letter.len_utf8()]);
        if is_mention || is_reference || is_link {
            escaped.push_str(NOTHING);
        }
    }
    escaped
}

fn ends_with_www(words: &str) -> bool {
    words.as_bytes().last_chunk::<3>().is_some_and(|last| last.eq_ignore_ascii_case(b"www"))
}

fn longest_run_of_ticks(text: &str) -> usize {
    text.split(|letter| letter != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What no device is to get: a list of its own, from the standards and not from the code.
    fn is_harmful(letter: char) -> bool {
        let code = u32::from(letter);
        let c0_or_c1 = code < 0x20 || (0x7f..0xa0).contains(&code);
        let bidirectional = [0x61c, 0x200e, 0x200f].contains(&code)
            || (0x202a..0x202f).contains(&code)
            || (0x2066..0x206a).contains(&code);
        let unseen = [0xad, 0x200b, 0x2028, 0x2029, 0x2060, 0xfeff, 0x3164].contains(&code);
        let no_character = (0xfdd0..0xfdf0).contains(&code) || code % 0x10000 >= 0xfffe;
        let tag = (0xe0000..0xe0080).contains(&code);
        c0_or_c1 || bidirectional || unseen || no_character || tag
    }

    /// All of Unicode, in texts of 256 characters each; of the planes 4 to 13, which are empty, what stands at their
    /// ends.
    fn all_of_unicode() -> impl Iterator<Item = String> {
        let pages = (0..=0x10ff).filter(|page| !(0x400..0xe00).contains(page) || page % 0x100 == 0xff);
        pages.map(|page| (page * 0x100..(page + 1) * 0x100).filter_map(char::from_u32).collect())
    }

    #[test]
    fn no_character_that_steers_or_hides_reaches_a_person() {
        for text in all_of_unicode() {
            for shown in [terminal(&text), markdown(&text), markdown_block(&text), markdown_code(&text)] {
                assert!(!shown.contains(is_harmful_in_text), "{shown:?}");
            }
            assert!(!terminal(&text).contains('\t') && !markdown_code(&text).contains('\n'));
        }
    }

    fn is_harmful_in_text(letter: char) -> bool {
        is_harmful(letter) && !matches!(letter, '\n' | '\t')
    }

    #[test]
    fn every_other_character_stays_as_it_is() {
        for text in all_of_unicode() {
            let plain: String = text.chars().filter(|letter| shows(*letter)).collect();
            assert_eq!(readable(&plain), plain);
        }
        let words = "größer, 語, مرحبا, नमस्ते, 👩‍💻, ❤️, e\u{301}, a\tb\nc, 1\u{a0}000";
        assert_eq!(readable(words), words);
    }

    #[test]
    fn xml_gets_only_characters_that_it_has() {
        for text in all_of_unicode() {
            let written = xml(&text);
            // Production 2, `Char`, of XML 1.0.
            let is_char = |letter: char| matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
            assert!(written.chars().all(is_char), "{text:?}");
            assert!(!written.contains(['<', '>', '"']) && !written.contains(is_harmful_in_text), "{text:?}");
            quick_xml::escape::unescape(&written).unwrap();
        }
        assert_eq!(xml("a < b && \"c\" ]]>"), "a &lt; b &amp;&amp; &quot;c&quot; ]]&gt;");
    }

    #[test]
    fn json_holds_the_same_data() {
        for text in all_of_unicode().chain(["##[error]x", "\\##vso[x]", "::error::x"].map(str::to_owned)) {
            let document = json(&serde_json::to_string(&text).unwrap());
            assert_eq!(serde_json::from_str::<String>(&document).unwrap(), text);
            assert!(!document.contains(is_harmful) && !document.contains("##["), "{document}");
        }
        assert_eq!(json("{\n  \"a\": \"\u{202e}\u{e0001}\"\n}\n"), "{\n  \"a\": \"\\u202e\\udb40\\udc01\"\n}\n");
    }

    #[test]
    fn escape_sequences_go_and_what_is_none_is_spelled() {
        for (text, shown) in [
            ("\x1b[1m\x1b[38;5;9merror\x1b[0m: a\tb\r\n→ \x07c", "error: a\tb\n→ \\u{7}c"),
            ("no colours [1m here", "no colours [1m here"),
            ("cut \x1b[3", "cut "),
            ("wiped \x1b[2K\x1b[1;1Hhere\u{9b}31m", "wiped here"),
            ("\x1b[3 qblock \x1b[?25lcursor", "block cursor"),
            ("\x1b]0;title\x07a \x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\ \u{9d}0;x\u{9c}b", "a link b"),
            ("\x1bPq#0;2\x1b\\sixel \x1b_Ga=T\x1b\\picture \x1b^pm\x1b\\x \x1bXsos\x1b\\y", "sixel picture x y"),
            ("\x1bc\x1b(B\x1b7reset", "reset"),
            ("\x1b]0;no end\nnext\x07", "\\u{1b}]0;no end\nnext\\u{7}"),
            ("\x1b]0;one\x1b[1mtwo\x07", "\\u{1b}]0;onetwo\\u{7}"),
            ("\x1b", "\\u{1b}"),
            ("\x1b\x1b[1m", "\\u{1b}"),
            ("\x1b語", "\\u{1b}語"),
            ("50%\r60%\r\n", "50%\\r60%\n"),
            ("a\0b\u{202e}c\u{fffe}", "a\\0b\\u{202e}c\\u{fffe}"),
            ("\u{85}", "\\u{85}"),
        ] {
            assert_eq!(readable(text), shown, "{text:?}");
            assert_eq!(readable(shown), shown);
        }
        let many = "\x1b]".repeat(20_000);
        assert_eq!(readable(&many).len(), many.len() / 2 * "\\u{1b}]".len());
    }

    #[test]
    fn no_line_of_a_log_is_a_command() {
        for (line, written) in [
            ("::error file=a.rs::all is well", ": :error file=a.rs::all is well"),
            ("    ::set-output name=x::y", "    : :set-output name=x::y"),
            ("std::mem::swap", "std::mem::swap"),
            ("see ##[group]this", "see # #[group]this"),
            ("###[x]####[y]", "## #[x]### #[y]"),
            ("##vso[task.setvariable]x ##teamcity[y]", "# #vso[task.setvariable]x # #teamcity[y]"),
            ("# one ## two ### three #### ", "# one ## two ### three #### "),
            ("##", "##"),
            ("", ""),
        ] {
            assert_eq!(terminal(line), written);
            let in_xml = xml(line);
            assert!(!in_xml.trim_start().starts_with("::") && !in_xml.contains("##["), "{in_xml}");
            assert_eq!(quick_xml::escape::unescape(&in_xml).unwrap(), line);
        }
        assert_eq!(terminal("one\n::error::x\n\tthree"), "one\n: :error::x\n    three");
        assert_eq!(markdown_block("::error::x"), "```text\n: :error::x\n```");
    }

    #[test]
    fn markdown_marks_nothing_up_but_code() {
        for (text, written) in [
            ("`predict` is n times the expected one: a*b*c", "`predict` is n times the expected one: a\\*b\\*c"),
            ("- a list of ours", "- a list of ours"),
            ("# All steps passed", "\\# All steps passed"),
            ("1. one", "1\\. one"),
            ("--- rule", "\\--- rule"),
            ("::error::x", "\\::error::x"),
            ("> q ~~s~~ $x$", "\\> q \\~\\~s\\~\\~ \\$x\\$"),
            ("<img src=x onerror=y> & ![x](y)", "\\<img src=x onerror=y\\> &amp; !\\[x\\](y)"),
            ("@everyone and #12, # 12, a@example.org", "@&#8203;everyone and #&#8203;12, # 12, a@&#8203;example.org"),
            ("https://x.org WWW.x.org", "https:&#8203;//x.org WWW&#8203;.x.org"),
            ("| a | b |\n|--|--|", "\\| a \\| b \\|<br>\\|--\\|--\\|"),
            ("one ` alone", "one \\` alone"),
            ("``` fence", "\\`\\`\\` fence"),
            ("`a` and `b\nc`", "`a` and \\`b<br>c\\`"),
            ("`<b>@all`", "`<b>@all`"),
            ("    four blanks", "four blanks"),
            ("a\\`b", "a\\\\\\`b"),
        ] {
            assert_eq!(markdown(text), written, "{text}");
        }
    }

    #[test]
    fn markdowns_code_ends_where_it_is_to_end() {
        assert_eq!(markdown_code("a `b` ``c"), "```a `b` ``c```");
        assert_eq!(markdown_code("`b"), "`` `b ``");
        assert_eq!(markdown_code(" a "), "`  a  `");
        assert_eq!(markdown_code("a "), "`a `");
        assert_eq!(markdown_code("a\nb\u{202e}"), "`a\\nb\\u{202e}`");
        assert_eq!(markdown_block("a\n````\nb\n"), "`````text\na\n````\nb\n`````");
    }
}
