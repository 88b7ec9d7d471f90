//! Wrong solutions made by machine: the reference solution with one small change in a body that the student writes.
//!
//! The operators are those of mutation testing (Jia and Harman, "An analysis and survey of the development of mutation
//! testing", 2011), and the slips that students make: another value of the same type, a factor too many or too few,
//! statements in the wrong order, a loop that ends early. Some changes do not compile, and some change nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use grader::Result;
use grader::course::{NewBody, Solution};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{BinOp, Block, Expr, ExprPath, FnArg, Lit, Pat, RangeLimits, ReturnType, Signature, Stmt, Type, UnOp};

use crate::edit::{Edited, edited, on_one_line, parsed};

/// A wrong solution.
#[derive(Debug, Clone)]
pub struct Mutant {
    /// The line that is changed, from 1.
    pub line: usize,
    /// The character of the line where the change begins, from 1.
    pub column: usize,
    /// What was there, and what is there instead.
    pub change: [String; 2],
    /// The body with the change.
    pub body: NewBody,
}

/// All mutants of a solution, no two with the same text.
///
/// # Errors
/// If the solution is not valid Rust.
pub fn mutants(solution: &Solution) -> Result<Vec<Mutant>> {
    let file = parsed(solution)?;
    let mut search = Search { solution, scope: Scope::default(), fields: Fields::of(&file), changes: Vec::new() };
    search.visit_file(&file);
    let mut seen = BTreeSet::new();
    let mutants = search.changes.into_iter().filter_map(|Edit { range, with, called }| {
        let Edited { line, column, was, body } = edited(solution, range, &with)?;
        let change = called.unwrap_or_else(|| [was, on_one_line(&with)]);
        (change[0] != change[1]).then_some(Mutant { line, column, change, body })
    });
    Ok(mutants.filter(|mutant| seen.insert((mutant.body.function.clone(), mutant.body.text.clone()))).collect())
}

/// Another text for a part of the solution.
struct Edit {
    range: Range<usize>,
    with: String,
    /// What to call it, if not by the two texts.
    called: Option<[String; 2]>,
}

/// What is known of a function's values.
#[derive(Default)]
struct Scope {
    /// Parameters and variables with their types, if these are plain.
    values: Vec<(String, String)>,
    /// Parameters that are slices.
    slices: Vec<String>,
    returns: String,
}

/// The fields that are read of each value, by the value's name: another one of them is a likely slip.
#[derive(Default)]
struct Fields(BTreeMap<String, BTreeSet<String>>);

impl Fields {
    fn of(file: &syn::File) -> Self {
        let mut fields = Self::default();
        fields.visit_file(file);
        fields
    }

    /// The other fields of the same value.
    fn others(&self, value: &str, field: &str) -> Vec<String> {
        let all = self.0.get(value).into_iter().flatten();
        all.filter(|other| *other != field).cloned().collect()
    }
}

impl<'ast> Visit<'ast> for Fields {
    fn visit_expr_field(&mut self, access: &'ast syn::ExprField) {
        visit::visit_expr_field(self, access);
        if let Some((value, field)) = value_and_field(access) {
            self.0.entry(value).or_default().insert(field);
        }
    }
}

/// The names of a plain value and of its field.
fn value_and_field(access: &syn::ExprField) -> Option<(String, String)> {
    match (&*access.base, &access.member) {
        (Expr::Path(base), syn::Member::Named(field)) => Some((base.path.get_ident()?.to_string(), field.to_string())),
        _ => None,
    }
}

struct Search<'a> {
    solution: &'a Solution,
    scope: Scope,
    fields: Fields,
    changes: Vec<Edit>,
}

impl Search<'_> {
    fn text(&self, node: &impl Spanned) -> &str {
        &self.solution.text[node.span().byte_range()]
    }

    fn change(&mut self, node: &impl Spanned, with: impl Into<String>) {
        self.changes.push(Edit { range: node.span().byte_range(), with: with.into(), called: None });
    }

    /// The text of an operand, if the operation around it is left out.
    fn alone(&self, operand: &Expr) -> String {
        match operand {
            Expr::Binary(_) | Expr::Cast(_) | Expr::Range(_) => format!("({})", self.text(operand)),
            _ => self.text(operand).to_owned(),
        }
    }

    fn type_of(&self, expression: &Expr) -> Option<&str> {
        match expression {
            Expr::Path(path) => self.type_of_value(path),
            _ => None,
        }
    }

    fn type_of_value(&self, path: &ExprPath) -> Option<&str> {
        let name = path.path.get_ident()?.to_string();
        self.scope.values.iter().rev().find(|(value, _)| *value == name).map(|(_, value)| value.as_str())
    }

    /// Replaces the whole of a body: with placeholders, and with a changed result.
    fn whole(&mut self, signature: &Signature) {
        let name = signature.ident.to_string();
        let bodies = self.solution.bodies.iter();
        let body = bodies.min_by_key(|body| {
            let is_own = body.function == name || body.function.ends_with(&format!("::{name}"));
            let declared = signature.span().start().line;
            (!is_own, body.line.abs_diff(declared))
        });
        let Some(body) = body.filter(|body| body.function.ends_with(&name)) else { return };
        let range = self.solution.range_of(body);
        let text = &self.solution.text[range.clone()];
        let placeholders: &[&str] = match self.scope.returns.as_str() {
            "f64" => &["0.0", "1.0"],
            "usize" => &["0", "1"],
            "bool" => &["true", "false"],
            returns if returns.starts_with("Vec<") => &["Vec::new()"],
            returns if returns.starts_with("Option<") => &["None"],
            _ => &[],
        };
        let given =
            self.scope.values.iter().filter(|(_, kind)| *kind == self.scope.returns).map(|(name, _)| name.as_str());
        let mut changes: Vec<Edit> = placeholders
            .iter()
            .copied()
            .chain(given)
            .map(|with| Edit {
                range: range.clone(),
                with: format!("    {with}\n"),
                called: Some(["the whole body".to_owned(), with.to_owned()]),
            })
            .collect();
        if self.scope.returns == "f64" {
            const RESULTS: [&str; 9] = [
                "-result",
                "2.0 * result",
                "result / 2.0",
                "result.abs()",
                "result.abs().sqrt()",
                "result * result",
                "result.round()",
                "f64::from(result as f32)",
                "result.max(0.0)",
            ];
            let of_slice = |slice: &String| {
                let length = format!("{slice}.len() as f64");
                [format!("result / {length}"), format!("result * {length}"), format!("result / ({length} - 1.0)")]
            };
            let results = RESULTS.map(str::to_owned).into_iter().chain(self.scope.slices.iter().flat_map(of_slice));
            changes.extend(results.map(|done| Edit {
                range: range.clone(),
                with: format!("    let result = (|| -> f64 {{\n{text}    }})();\n    {done}\n"),
                called: Some(["the result".to_owned(), done]),
            }));
        }
        self.changes.extend(changes);
    }

    fn in_function(&mut self, signature: &Signature, block: &Block) {
        let outer = std::mem::replace(&mut self.scope, Scope::of(signature));
        self.whole(signature);
        self.visit_block(block);
        self.scope = outer;
    }
}

impl Scope {
    fn of(signature: &Signature) -> Self {
        let mut scope = Self::default();
        for input in &signature.inputs {
            let FnArg::Typed(input) = input else { continue };
            let Pat::Ident(name) = &*input.pat else { continue };
            match &*input.ty {
                Type::Path(path) => scope.values.push((name.ident.to_string(), plain(&path.path))),
                Type::Reference(reference) if matches!(*reference.elem, Type::Slice(_)) => {
                    scope.slices.push(name.ident.to_string());
                }
                _ => {}
            }
        }
        if let ReturnType::Type(_, returned) = &signature.output
            && let Type::Path(path) = &**returned
        {
            scope.returns = plain(&path.path);
        }
        scope
    }
}

fn plain(path: &syn::Path) -> String {
    let last = path.segments.last();
    last.map(|last| if last.arguments.is_empty() { last.ident.to_string() } else { format!("{}<", last.ident) })
        .unwrap_or_default()
}

impl<'ast> Visit<'ast> for Search<'_> {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.in_function(&function.sig, &function.block);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.in_function(&function.sig, &function.block);
    }

    fn visit_block(&mut self, block: &'ast Block) {
        for (at, statement) in block.stmts.iter().enumerate() {
            let is_last = at + 1 == block.stmts.len();
            match statement {
                Stmt::Expr(_, Some(_)) => self.change(statement, ""),
                Stmt::Expr(Expr::If(_) | Expr::ForLoop(_) | Expr::While(_), None) if !is_last => {
                    self.change(statement, "")
                }
                _ => {}
            }
            // Two declarations in the other order do the same, or do not compile.
            if let Some(next) = block.stmts.get(at + 1)
                && !matches!((statement, next), (Stmt::Local(_), Stmt::Local(_)))
                && (at + 2 < block.stmts.len() || !matches!(next, Stmt::Expr(_, None)))
            {
                let range = statement.span().byte_range().start..next.span().byte_range().end;
                let with = format!("{}\n{}", self.text(next), self.text(statement));
                self.changes.push(Edit { range, with, called: None });
            }
            self.visit_stmt(statement);
        }
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        visit::visit_local(self, local);
        if let (Pat::Ident(name), Some(init)) = (&local.pat, &local.init)
            && matches!(&*init.expr, Expr::Lit(literal) if matches!(literal.lit, Lit::Float(_)))
        {
            self.scope.values.push((name.ident.to_string(), "f64".to_owned()));
        }
    }

    fn visit_expr_binary(&mut self, binary: &'ast syn::ExprBinary) {
        visit::visit_expr_binary(self, binary);
        let (left, right) = (self.alone(&binary.left), self.alone(&binary.right));
        let (others, operands): (&[&str], &[&String]) = match binary.op {
            BinOp::Add(_) => (&["-"], &[&left, &right]),
            BinOp::Sub(_) => (&["+"], &[&left, &right]),
            BinOp::Mul(_) => (&["/"], &[&left, &right]),
            BinOp::Div(_) => (&["*"], &[&left]),
            BinOp::Rem(_) => (&["/"], &[&left]),
            BinOp::Lt(_) => (&["<=", ">"], &[]),
            BinOp::Le(_) => (&["<", ">="], &[]),
            BinOp::Gt(_) => (&[">=", "<"], &[]),
            BinOp::Ge(_) => (&[">", "<="], &[]),
            BinOp::Eq(_) => (&["!="], &[]),
            BinOp::Ne(_) => (&["=="], &[]),
            BinOp::And(_) => (&["||"], &[&left, &right]),
            BinOp::Or(_) => (&["&&"], &[&left, &right]),
            BinOp::AddAssign(_) => (&["-=", "="], &[]),
            BinOp::SubAssign(_) => (&["+=", "="], &[]),
            BinOp::MulAssign(_) => (&["/=", "="], &[]),
            BinOp::DivAssign(_) => (&["*=", "="], &[]),
            _ => (&[], &[]),
        };
        let operands: Vec<String> = operands.iter().map(|operand| (*operand).clone()).collect();
        operands.into_iter().for_each(|operand| self.change(binary, operand));
        if matches!(binary.op, BinOp::Div(_)) {
            self.change(binary, format!("{left} / {right} / {right}"));
        }
        if matches!(binary.op, BinOp::Mul(_)) && left == right {
            self.change(binary, format!("(2.0 * {left})"));
        }
        others.iter().for_each(|other| self.change(&binary.op, *other));
        if matches!(binary.op, BinOp::Sub(_) | BinOp::Div(_)) {
            let operator = self.text(&binary.op).to_owned();
            self.change(binary, format!("{right} {operator} {left}"));
        }
    }

    fn visit_expr_unary(&mut self, unary: &'ast syn::ExprUnary) {
        visit::visit_expr_unary(self, unary);
        if matches!(unary.op, UnOp::Neg(_) | UnOp::Not(_)) {
            let operand = self.alone(&unary.expr);
            self.change(unary, operand);
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        visit::visit_expr_method_call(self, call);
        const LEFT_OUT: [&str; 14] = [
            "abs", "sqrt", "powi", "exp", "ln", "recip", "rev", "skip", "take", "min", "max", "clamp", "round",
            "filter",
        ];
        const OTHERS: [(&str, &str); 9] = [
            ("min", "max"),
            ("max", "min"),
            ("first", "last"),
            ("last", "first"),
            ("any", "all"),
            ("all", "any"),
            ("skip", "take"),
            ("max_by", "min_by"),
            ("min_by", "max_by"),
        ];
        let name = call.method.to_string();
        if LEFT_OUT.contains(&name.as_str()) {
            let receiver = self.text(&call.receiver).to_owned();
            self.change(call, receiver);
        }
        for (_, other) in OTHERS.iter().filter(|(method, _)| *method == name) {
            self.change(&call.method, *other);
        }
        let receiver = self.text(&call.receiver).to_owned();
        if name == "powi" && call.args.first().is_some_and(|power| self.text(power) == "2") {
            self.change(call, format!("(2.0 * {receiver})"));
        }
        if name == "iter" {
            self.change(call, format!("{receiver}.iter().skip(1)"));
            self.change(call, format!("{receiver}.iter().rev().skip(1)"));
        }
        if name.starts_with("is_") {
            let text = format!("!{}", self.text(call));
            self.change(call, text);
        }
    }

    fn visit_expr_lit(&mut self, literal: &'ast syn::ExprLit) {
        match &literal.lit {
            Lit::Int(number) => {
                if let Ok(value) = number.base10_parse::<u64>() {
                    let suffix = number.suffix();
                    self.change(literal, format!("{}{suffix}", value.saturating_add(1)));
                    value.checked_sub(1).into_iter().for_each(|less| self.change(literal, format!("{less}{suffix}")));
                }
            }
            Lit::Float(number) => {
                if let Ok(value) = number.base10_parse::<f64>() {
                    let others = if value == 0.0 { vec![1.0] } else { vec![0.0, value * 2.0, value / 2.0, -value] };
                    others.into_iter().for_each(|other| self.change(literal, format!("{other:?}")));
                }
            }
            Lit::Bool(value) => self.change(literal, (!value.value).to_string()),
            _ => {}
        }
    }

    fn visit_expr_range(&mut self, range: &'ast syn::ExprRange) {
        visit::visit_expr_range(self, range);
        if let Some(end) = &range.end {
            let other = if matches!(range.limits, RangeLimits::HalfOpen(_)) { "..=" } else { ".." };
            self.change(&range.limits, other);
            let fewer = format!("({} - 1)", self.text(end));
            self.change(end, fewer);
        }
        if let Some(start) = &range.start {
            let later = format!("({} + 1)", self.text(start));
            self.change(start, later);
        }
    }

    fn visit_expr_if(&mut self, branch: &'ast syn::ExprIf) {
        visit::visit_expr_if(self, branch);
        if !matches!(*branch.cond, Expr::Let(_)) {
            self.change(&branch.cond, "true");
            self.change(&branch.cond, "false");
        }
    }

    fn visit_expr_for_loop(&mut self, looping: &'ast syn::ExprForLoop) {
        visit::visit_expr_for_loop(self, looping);
        if let Expr::Path(_) = &*looping.expr {
            let list = self.text(&looping.expr).to_owned();
            self.change(&looping.expr, format!("{list}.iter().skip(1)"));
            self.change(&looping.expr, format!("{list}.iter().rev().skip(1)"));
        }
        self.once(&looping.body);
    }

    fn visit_expr_field(&mut self, access: &'ast syn::ExprField) {
        visit::visit_expr_field(self, access);
        if let Some((value, field)) = value_and_field(access) {
            self.fields.others(&value, &field).into_iter().for_each(|other| self.change(&access.member, other));
        }
    }

    fn visit_expr_while(&mut self, looping: &'ast syn::ExprWhile) {
        visit::visit_expr_while(self, looping);
        self.once(&looping.body);
    }

    fn visit_expr_index(&mut self, index: &'ast syn::ExprIndex) {
        visit::visit_expr_index(self, index);
        if !matches!(*index.index, Expr::Lit(_) | Expr::Array(_) | Expr::Range(_)) {
            let last = format!("{}.len() - 1", self.text(&index.expr));
            self.change(&index.index, "0");
            self.change(&index.index, last);
        }
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        visit::visit_expr_call(self, call);
        let arguments: &Punctuated<Expr, _> = &call.args;
        for (one, other) in arguments.iter().zip(arguments.iter().skip(1)) {
            if self.type_of(one).is_some() && self.type_of(one) == self.type_of(other) {
                let range = one.span().byte_range().start..other.span().byte_range().end;
                let with = format!("{}, {}", self.text(other), self.text(one));
                self.changes.push(Edit { range, with, called: None });
            }
        }
    }

    fn visit_expr_assign(&mut self, assign: &'ast syn::ExprAssign) {
        // The left side of an assignment is not a value.
        self.visit_expr(&assign.right);
    }

    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        let Some(type_of_path) = self.type_of_value(path).map(str::to_owned) else { return };
        let name = self.text(path).to_owned();
        let mut others: Vec<String> = self
            .scope
            .values
            .iter()
            .filter(|(_, other)| *other == type_of_path)
            .map(|(name, _)| name.clone())
            .collect();
        match type_of_path.as_str() {
            "f64" => others.extend([
                "1.0".to_owned(),
                format!("(2.0 * {name})"),
                format!("({name} * {name})"),
                format!("(-{name})"),
                format!("{name}.abs()"),
            ]),
            "usize" => others.extend([format!("({name} + 1)"), format!("({name} - 1)")]),
            _ => {}
        }
        others.into_iter().for_each(|other| self.change(path, other));
    }
}

impl Search<'_> {
    /// A loop that runs its body only once.
    fn once(&mut self, body: &Block) {
        let end = body.span().byte_range().end - 1;
        self.changes.push(Edit { range: end..end, with: "break; ".to_owned(), called: None });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(body: &str) -> Vec<String> {
        let text = format!(
            "pub fn mix(values: &[f64], rate: f64, weight: f64, steps: usize) -> f64 {{\n    // todo!(\"mix\")\n{body}    // done\n}}\n"
        );
        let found = mutants(&Solution::of_text("lib.rs".into(), text).unwrap()).unwrap();
        found.into_iter().map(|mutant| format!("{} → {}", mutant.change[0], mutant.change[1])).collect()
    }

    #[test]
    fn every_kind_of_slip_is_made() {
        let found = changes(
            "    let mut sum = weight.powi(2) + rate * rate;\n    let least = values.iter().min_by(|one, other| one.total_cmp(other));\n    for at in 0..steps {\n        if rate > 0.0 && at < 7 {\n            sum += (rate - weight).abs() * values[at];\n        }\n    }\n    sum / 2.0\n",
        );
        for wanted in [
            "0.0 → 1.0",
            ".. → ..=",
            "steps → (steps - 1)",
            "0 → (0 + 1)",
            "> → >=",
            "rate > 0.0 && at < 7 → (rate > 0.0)",
            "rate > 0.0 && at < 7 → true",
            "rate → weight",
            "rate → (2.0 * rate)",
            "+= → -=",
            "+= → =",
            "rate - weight → weight - rate",
            "(rate - weight).abs() → (rate - weight)",
            "at → 0",
            "at → values.len() - 1",
            "sum / 2.0 → sum",
            "sum / 2.0 → sum / 2.0 / 2.0",
            "weight.powi(2) → (2.0 * weight)",
            "rate * rate → (2.0 * rate)",
            "values.iter() → values.iter().skip(1)",
            "min_by → max_by",
            " → break;",
        ] {
            assert!(found.iter().any(|change| change == wanted), "{wanted} is not among {found:#?}");
        }
        assert!(found.contains(&"the result → result / values.len() as f64".to_owned()), "{found:#?}");
    }

    #[test]
    fn a_field_is_mistaken_for_another_of_the_same_value() {
        let text =
            "pub fn area(room: &Room) -> f64 {\n    // todo!(\"area\")\n    room.width * room.length\n    // done\n}\n";
        let found = mutants(&Solution::of_text("lib.rs".into(), text.to_owned()).unwrap()).unwrap();
        let makes = |product: &str| found.iter().any(|mutant| mutant.body.text.contains(product));
        assert!(makes("room.length * room.length") && makes("room.width * room.width"), "{found:#?}");
    }

    #[test]
    fn a_change_has_the_place_where_it_begins() {
        let text = "pub fn f(rate: f64) -> f64 {\n    // todo!(\"f\")\n    let é = 1.0; é / rate\n    // done\n}\n";
        let solution = Solution::of_text("lib.rs".into(), text.to_owned()).unwrap();
        let found = mutants(&solution).unwrap();
        let quotient = found.iter().find(|mutant| mutant.change[0] == "é / rate").unwrap();
        assert_eq!((quotient.line, quotient.column), (3, 18));
    }

    #[test]
    fn no_two_are_the_same_and_each_changes_something() {
        let found = changes("    rate * weight\n");
        assert!(found.iter().all(|change| change.split(" → ").next() != change.split(" → ").nth(1)));
        assert!(found.contains(&"the whole body → 0.0".to_owned()), "{found:#?}");
    }
}
