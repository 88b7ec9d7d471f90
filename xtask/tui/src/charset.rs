//! Which characters a terminal can show, and the ASCII fallback for the others.

/// The characters that a terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// All of them, braille included.
    Unicode,
    /// ASCII alone.
    Ascii,
}

impl Charset {
    /// The charset of the terminal that standard output goes to.
    pub fn of_terminal() -> Self {
        if supports_unicode::on(supports_unicode::Stream::Stdout) { Self::Unicode } else { Self::Ascii }
    }

    /// A text in this charset, which may be longer then.
    pub fn transliterate(self, text: &str) -> String {
        let ascii = |character: char| match character {
            '²' => "^2".to_owned(),
            '³' => "^3".to_owned(),
            '·' | '×' => "*".to_owned(),
            '–' | '—' | '−' => "-".to_owned(),
            '‘' | '’' => "'".to_owned(),
            '“' | '”' => "\"".to_owned(),
            '→' => "->".to_owned(),
            '←' => "<-".to_owned(),
            '…' => "...".to_owned(),
            character if character.is_ascii() => character.to_string(),
            _ => "?".to_owned(),
        };
        match self {
            Charset::Unicode => text.to_owned(),
            Charset::Ascii => text.chars().map(ascii).collect(),
        }
    }

    /// What a cell of the screen shows in place of a symbol that it cannot, as wide as the symbol; nothing if it can.
    pub fn fallback(self, symbol: &str) -> Option<&'static str> {
        if self == Charset::Unicode || symbol.is_ascii() {
            return None;
        }
        Some(match symbol {
            "✓" => "v",
            "✗" => "x",
            "·" => ".",
            "│" => "|",
            "▲" | "↑" => "^",
            "▼" | "↓" => "v",
            "→" => ">",
            "←" => "<",
            "…" => "~",
            _ => "?",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_ascii_is_spelled_in_ascii() {
        assert_eq!(Charset::Ascii.transliterate("2 × 3 … “λ”"), "2 * 3 ... \"?\"");
        assert_eq!(Charset::Unicode.transliterate("2 × 3 … “λ”"), "2 × 3 … “λ”");
    }
}
