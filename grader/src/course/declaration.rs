//! How a source text declares a function: its line and its signature, for messages and for what the cases call.
//!
//! It reads text and not tokens: what does not compile has a declaration, too.

/// The line, from 1, on which a source text declares this function, and the declaration up to before its brace. A method
/// is named with its type (`Adam::step`) and found in an `impl` of that type.
pub fn declaration(text: &str, function: &str) -> Option<(usize, String)> {
    let lines: Vec<&str> = text.lines().collect();
    let (owner, name) = function.rsplit_once("::").map_or((None, function), |(owner, name)| (Some(owner), name));
    let head = format!("fn {name}");
    let mut implemented = None;
    let at = lines.iter().position(|line| {
        let code = line.trim_start();
        implemented = type_implemented_in(line).or(implemented);
        let rest = code.find(&head).map(|at| &code[at + head.len()..]);
        let declared = !code.starts_with("//") && rest.is_some_and(|rest| rest.trim_start().starts_with(['(', '<']));
        declared && (owner.is_none() || owner == implemented)
    })?;
    let declared = lines[at..].join(" ");
    let words: Vec<&str> = declared[..end_of_declaration(&declared)].split_whitespace().collect();
    // How rustfmt writes on one line what it broke into several.
    let signature = words.join(" ").replace("( ", "(").replace(", )", ")").replace(" )", ")");
    Some((at + 1, signature))
}

/// Where a body or the semicolon behind a declaration begins; the semicolon of an array type (`[f64; 2]`) is part of it.
fn end_of_declaration(text: &str) -> usize {
    let mut depth = 0_usize;
    let end = text.char_indices().find(|(_, letter)| {
        match letter {
            '[' | '(' => depth += 1,
            ']' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && matches!(letter, '{' | ';')
    });
    end.map_or(text.len(), |(at, _)| at)
}

/// The function that a line declares, if it does.
pub fn function_named_in(line: &str) -> Option<&str> {
    let code = line.trim_start();
    if code.starts_with("//") {
        return None;
    }
    let rest = code.strip_prefix("fn ").or_else(|| code.split_once(" fn ").map(|(_, rest)| rest))?;
    let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_')?;
    Some(&rest[..end])
}

/// The type whose methods follow this line: `Adam` of `impl Optimizer for Adam {`.
pub fn type_implemented_in(line: &str) -> Option<&str> {
    let code = line.trim_start().strip_prefix("impl ")?;
    let name = code.split_once(" for ").map_or(code, |(_, name)| name);
    let end = name.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(name.len());
    Some(&name[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let text = "// fn walk()\npub fn walk<F: Fn([f64; 2]) -> f64>(\n    start: [f64; 2],\n    f: F,\n) -> Vec<f64>\nwhere\n    F: Copy,\n{\n";
        assert_eq!(
            declaration(text, "walk"),
            Some((
                2,
                "pub fn walk<F: Fn([f64; 2]) -> f64>(start: [f64; 2], f: F) -> Vec<f64> where F: Copy,".to_owned()
            ))
        );
    }

    #[test]
    fn a_method_is_looked_for_in_its_own_type() {
        let text = "trait Step {\n    fn step(&mut self);\n}\nimpl Step for Walker {\n    fn step(&mut self) {}\n}\n";
        assert_eq!(declaration(text, "Walker::step"), Some((5, "fn step(&mut self)".to_owned())));
        assert_eq!(declaration(text, "Runner::step"), None);
        assert_eq!(declaration(text, "step"), Some((2, "fn step(&mut self)".to_owned())));
    }
}
