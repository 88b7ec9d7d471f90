//! Fits texts and lists into the available room.

use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span, StyledGrapheme, Text};

/// A text, or as much of it as fits, followed by an ellipsis.
pub fn fitting(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let span = Span::raw(text);
    let graphemes: Vec<StyledGrapheme<'_>> = span.styled_graphemes(Style::new()).collect();
    let shown: String =
        graphemes[..fitting_in(&graphemes, width.saturating_sub(1))].iter().map(|letter| letter.symbol).collect();
    if width == 0 { shown } else { format!("{}…", shown.trim_end()) }
}

/// As many lines as there is room for, around the selected one. The first and the last one count the lines that are
/// hidden.
pub fn window<'a>(mut lines: Vec<Line<'a>>, indent: &str, height: u16, selected: usize) -> Vec<Line<'a>> {
    const SMALLEST_WITH_SIGNS: usize = 3;
    let above = above_window(lines.len(), height, selected);
    let height = usize::from(height);
    let below = lines.len().saturating_sub(above + height);
    lines.drain(..above);
    lines.truncate(height);
    // Each sign replaces a line.
    let sign = |sign: &str, hidden: usize| {
        Line::styled(format!("{indent}{sign} {} more", hidden + 1), Style::new().add_modifier(Modifier::DIM))
    };
    if height >= SMALLEST_WITH_SIGNS {
        if let (Some(first), 1..) = (lines.first_mut(), above) {
            *first = sign("▲", above);
        }
        if let (Some(last), 1..) = (lines.last_mut(), below) {
            *last = sign("▼", below);
        }
    }
    lines
}

/// How many lines are above a window around the selected one.
pub fn above_window(lines: usize, height: u16, selected: usize) -> usize {
    let height = usize::from(height);
    selected.saturating_sub(height / 2).min(lines.saturating_sub(height))
}

/// The lines of a text. A line that is too long continues on the next row with the same indent, broken at a blank if it
/// has one.
pub fn folded(text: &Text<'static>, width: usize) -> Vec<Line<'static>> {
    let mut folded = Vec::new();
    for line in &text.lines {
        let graphemes: Vec<StyledGrapheme<'_>> = line.styled_graphemes(text.style).collect();
        let indent = graphemes.iter().take_while(|letter| letter.symbol == " ").count().min(width / 2);
        let mut rest = &graphemes[..];
        loop {
            let hanging = if rest.len() < graphemes.len() { indent } else { 0 };
            let (row, further) = rest.split_at(fold(rest, width - hanging));
            folded.push(line_of(hanging, row));
            // The blanks at a fold are left out.
            let blanks = further.iter().take_while(|letter| letter.symbol == " ").count();
            rest = &further[blanks..];
            if rest.is_empty() {
                break;
            }
        }
    }
    folded
}

/// How many characters go into a row: up to the last blank after the first word, if there is one, and at least one.
fn fold(graphemes: &[StyledGrapheme<'_>], width: usize) -> usize {
    let fitting = fitting_in(graphemes, width);
    if fitting == graphemes.len() {
        return fitting;
    }
    let word = graphemes.iter().position(|letter| letter.symbol != " ").unwrap_or(0);
    let blank = (word..=fitting).rev().find(|at| graphemes[*at].symbol == " ");
    blank.unwrap_or(fitting).max(1)
}

/// How many characters fit.
fn fitting_in(graphemes: &[StyledGrapheme<'_>], width: usize) -> usize {
    let mut used = 0;
    let fits = |letter: &&StyledGrapheme<'_>| {
        used += columns(letter.symbol);
        used <= width
    };
    graphemes.iter().take_while(fits).count()
}

fn line_of(indent: usize, graphemes: &[StyledGrapheme<'_>]) -> Line<'static> {
    let mut spans = vec![Span::raw(" ".repeat(indent))];
    for letter in graphemes {
        match spans.last_mut().filter(|span| span.style == letter.style) {
            Some(span) => span.content.to_mut().push_str(letter.symbol),
            None => spans.push(Span::styled(letter.symbol.to_owned(), letter.style)),
        }
    }
    Line::from(spans)
}

/// How many columns a text takes up.
pub fn columns(text: &str) -> usize {
    Span::raw(text).width()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_cases_than_there_is_room_for_are_counted() {
        let lines = |height, selected| -> Vec<String> {
            let lines = (1..=9).map(|line| Line::from(format!("  case {line}"))).collect();
            window(lines, "  ", height, selected).iter().map(Line::to_string).collect()
        };
        assert_eq!(lines(4, 0), ["  case 1", "  case 2", "  case 3", "  ▼ 6 more"]);
        assert_eq!(lines(4, 4), ["  ▲ 3 more", "  case 4", "  case 5", "  ▼ 4 more"]);
        assert_eq!(lines(4, 8), ["  ▲ 6 more", "  case 7", "  case 8", "  case 9"]);
        assert_eq!((lines(9, 5).len(), lines(20, 5).len(), lines(0, 5).len()), (9, 9, 0));
        for (height, selected) in (1..12).flat_map(|height| (0..9).map(move |selected| (height, selected))) {
            let seen = lines(height, selected);
            assert!(seen.contains(&format!("  case {}", selected + 1)), "{selected} of {height}: {seen:?}");
        }
    }

    #[test]
    fn what_fits_is_measured_in_columns() {
        let fits = |text, width| fitting(text, width);
        assert_eq!([fits("a loss", 6), fits("a loss", 5), fits("a loss", 3)], ["a loss", "a lo…", "a…"]);
        assert_eq!([fits("語語語", 6), fits("語語語", 5), fits("語語語", 4)], ["語語語", "語語…", "語…"]);
        assert_eq!([fits("語", 1), fits("語", 0), fits("e\u{301}é", 2)], ["…", "", "e\u{301}é"]);
    }

    #[test]
    fn what_is_too_long_goes_on_further_in_at_a_word() {
        let folds = |text: &str, width| -> Vec<String> {
            folded(&Text::raw(text.to_owned()), width).iter().map(Line::to_string).collect()
        };
        assert_eq!(folds("  It fits here", 14), ["  It fits here"]);
        assert_eq!(folds("  It does not  fit", 14), ["  It does not ", "  fit"]);
        assert_eq!(folds("    a/path/of/letters", 10), ["    a/path", "    /of/le", "    tters"]);
        assert_eq!(folds("          ab", 6), ["      ", "   ab"]);
        assert_eq!(folds("", 5), [""]);
        assert_eq!(folds("語語", 1), ["語", "語"]);
    }
}
