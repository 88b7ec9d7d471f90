//! Text without the colours that a compiler or a student's code put into it.

/// Takes the terminal's colour sequences (`ESC [ … m`) and all other control characters but line breaks and tabs out.
pub fn strip_ansi(text: &str) -> String {
    let mut parts = text.split('\x1b');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let sequence =
            part.strip_prefix('[').and_then(|rest| rest.split_once(|letter: char| letter.is_ascii_alphabetic()));
        plain.push_str(sequence.map_or(part, |(_, rest)| rest));
    }
    plain.retain(|letter| !letter.is_control() || matches!(letter, '\n' | '\t'));
    plain
}

#[cfg(test)]
mod tests {
    use super::strip_ansi;

    #[test]
    fn colours_and_control_characters_go_and_all_else_stays() {
        assert_eq!(strip_ansi("\x1b[1m\x1b[38;5;9merror\x1b[0m: a\tb\r\n→ \x07c"), "error: a\tb\n→ c");
        assert_eq!(strip_ansi("no colours [1m here"), "no colours [1m here");
        assert_eq!(strip_ansi("cut \x1b[3"), "cut [3");
    }
}
