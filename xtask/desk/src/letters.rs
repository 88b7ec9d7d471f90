//! What a terminal can show, and how the rest is spelled where that is no more than ASCII.

/// What a terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Letters {
    /// Braille among all else.
    Unicode,
    /// No more than this.
    Ascii,
}

impl Letters {
    /// Those of the terminal that standard output goes to.
    pub fn of_terminal() -> Self {
        if supports_unicode::on(supports_unicode::Stream::Stdout) { Self::Unicode } else { Self::Ascii }
    }

    /// A text in these letters, which may be longer then.
    pub fn spelled(self, text: &str) -> String {
        let ascii = |letter: char| match letter {
            '²' => "^2".to_owned(),
            '³' => "^3".to_owned(),
            '·' | '×' => "*".to_owned(),
            '–' | '—' | '−' => "-".to_owned(),
            '‘' | '’' => "'".to_owned(),
            '“' | '”' => "\"".to_owned(),
            '→' => "->".to_owned(),
            '←' => "<-".to_owned(),
            '…' => "...".to_owned(),
            letter if letter.is_ascii() => letter.to_string(),
            _ => "?".to_owned(),
        };
        match self {
            Letters::Unicode => text.to_owned(),
            Letters::Ascii => text.chars().map(ascii).collect(),
        }
    }

    /// What a cell of the screen shows in place of a sign that it cannot, as wide as the sign; nothing if it can.
    pub fn instead_of(self, sign: &str) -> Option<&'static str> {
        if self == Letters::Unicode || sign.is_ascii() {
            return None;
        }
        Some(match sign {
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
