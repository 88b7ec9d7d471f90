//! Which characters a terminal can show, and the ASCII form of the others.

/// The characters that a terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// All of them, braille included.
    Unicode,
    /// ASCII alone.
    Ascii,
}

impl Charset {
    /// The charset of the terminal that standard output goes to. A file or another program takes all characters.
    pub fn of_terminal() -> Self {
        if supports_unicode::on(supports_unicode::Stream::Stdout) { Self::Unicode } else { Self::Ascii }
    }

    /// A text in this charset, which may be longer then.
    pub fn transliterate(self, text: &str) -> String {
        if self == Charset::Unicode || text.is_ascii() {
            return text.to_owned();
        }
        let mut ascii = String::with_capacity(text.len());
        for letter in text.chars() {
            if letter.is_ascii() { ascii.push(letter) } else { ascii.push_str(spelled(letter)) }
        }
        ascii
    }

    /// What a cell of the screen shows for a symbol that it cannot show, of the same width; nothing if it can.
    pub fn fallback(self, symbol: &str) -> Option<&'static str> {
        if self == Charset::Unicode || symbol.is_ascii() {
            return None;
        }
        Some(match symbol {
            "→" | "▸" => ">",
            "←" => "<",
            "…" => "~",
            _ => symbol.chars().next().map(spelled).filter(|spelled| spelled.len() == 1).unwrap_or("?"),
        })
    }
}

/// The ASCII spelling of a letter.
fn spelled(letter: char) -> &'static str {
    match letter {
        '✓' | '▼' | '↓' => "v",
        '✗' => "x",
        '▲' | '↑' => "^",
        '·' => ".",
        '×' => "*",
        '│' | '▏' => "|",
        '²' => "^2",
        '³' => "^3",
        '–' | '—' | '−' => "-",
        '‘' | '’' => "'",
        '“' | '”' => "\"",
        '→' => "->",
        '←' => "<-",
        '…' => "...",
        _ => "?",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_ascii_is_spelled_in_ascii() {
        assert_eq!(Charset::Ascii.transliterate("✗ 2 × 3 … “λ” · x²"), "x 2 * 3 ... \"?\" . x^2");
        assert_eq!(Charset::Unicode.transliterate("✗ 2 × 3 … “λ” · x²"), "✗ 2 × 3 … “λ” · x²");
    }

    #[test]
    fn a_cell_of_the_screen_stays_one_cell() {
        let shown = ["✓", "…", "→", "²", "λ", "a"].map(|symbol| Charset::Ascii.fallback(symbol));
        assert_eq!(shown, [Some("v"), Some("~"), Some(">"), Some("?"), Some("?"), None]);
        assert_eq!(Charset::Unicode.fallback("✓"), None);
    }
}
