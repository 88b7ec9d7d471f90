//! Other right solutions made by machine: the reference solution with the rounding of one operation changed, or a sum
//! taken in reverse.
//!
//! A right solution that computes the same formula in another way differs from the reference by such roundings: each
//! operation is off by less than the last bit of its result (IEEE 754-2019, 4.3), and one that is fused with the next is
//! not rounded at all.

use std::ops::Range;

use grader::Result;
use grader::course::{NewBody, Solution};
use syn::BinOp;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use crate::edit::{Edited, edited, parsed};

/// The solution with another rounding in one place.
#[derive(Debug, Clone)]
pub struct Rounding {
    /// The line of the operation, from 1.
    pub line: usize,
    /// The operation, and how it is rounded.
    pub change: String,
    /// The body with it.
    pub body: NewBody,
}

/// All roundings of a solution. Those of whole numbers change nothing.
///
/// # Errors
/// If the solution is not valid Rust.
pub fn roundings(solution: &Solution) -> Result<Vec<Rounding>> {
    let file = parsed(solution)?;
    let mut search = Search { text: &solution.text, changes: Vec::new() };
    search.visit_file(&file);
    let rounded = if solution.text.contains("ndarray") { [ROUNDED, ROUNDED_ARRAYS].concat() } else { ROUNDED.into() };
    let made = search.changes.into_iter().filter_map(|Change { range, with, how }| {
        let Edited { line, was, body, .. } = edited(solution, range, &with)?;
        let body = NewBody { text: rounded.clone() + &body.text, ..body };
        Some(Rounding { line, change: format!("`{was}` {how}"), body })
    });
    Ok(made.collect())
}

/// Rounds a number to its neighbour away from zero, unless its last 16 bits are zero: such a result was exact, as with
/// whole numbers, and all right solutions give it. One in 65,536 of the others is taken for exact, too.
const ROUNDED: &str = "\
trait Rounded: Sized {
    fn round(&mut self);
    fn rounded(mut self) -> Self {
        self.round();
        self
    }
}
impl Rounded for f64 {
    fn round(&mut self) {
        let is_exact = self.to_bits().trailing_zeros() >= 16;
        if !is_exact {
            *self = if *self > 0.0 { self.next_up() } else { self.next_down() };
        }
    }
}
impl Rounded for u8 { fn round(&mut self) {} }
impl Rounded for u16 { fn round(&mut self) {} }
impl Rounded for u32 { fn round(&mut self) {} }
impl Rounded for u64 { fn round(&mut self) {} }
impl Rounded for usize { fn round(&mut self) {} }
impl Rounded for i8 { fn round(&mut self) {} }
impl Rounded for i16 { fn round(&mut self) {} }
impl Rounded for i32 { fn round(&mut self) {} }
impl Rounded for i64 { fn round(&mut self) {} }
impl Rounded for isize { fn round(&mut self) {} }
";

const ROUNDED_ARRAYS: &str = "\
impl<S: ::ndarray::DataMut<Elem = f64>, D: ::ndarray::Dimension> Rounded for ::ndarray::ArrayBase<S, D> {
    fn round(&mut self) {
        self.map_inplace(Rounded::round);
    }
}
";

/// Another text for an operation.
struct Change {
    range: Range<usize>,
    with: String,
    how: &'static str,
}

struct Search<'a> {
    text: &'a str,
    changes: Vec<Change>,
}

impl Search<'_> {
    fn text(&self, node: &impl Spanned) -> &str {
        &self.text[node.span().byte_range()]
    }

    fn change(&mut self, node: &impl Spanned, with: String, how: &'static str) {
        self.changes.push(Change { range: node.span().byte_range(), with, how });
    }
}

impl<'ast> Visit<'ast> for Search<'_> {
    fn visit_expr_binary(&mut self, binary: &'ast syn::ExprBinary) {
        visit::visit_expr_binary(self, binary);
        let (whole, left) = (self.text(binary), self.text(&binary.left));
        let with = match binary.op {
            BinOp::Add(_) | BinOp::Sub(_) | BinOp::Mul(_) | BinOp::Div(_) => format!("Rounded::rounded({whole})"),
            BinOp::AddAssign(_) | BinOp::SubAssign(_) | BinOp::MulAssign(_) | BinOp::DivAssign(_) => {
                format!("{{ {whole}; Rounded::round(&mut {left}); }}")
            }
            _ => return,
        };
        self.change(binary, with, ROUNDED_AWAY);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        visit::visit_expr_method_call(self, call);
        const ROUNDED_ONCE: [&str; 13] =
            ["sqrt", "cbrt", "powi", "powf", "exp", "ln", "sin", "cos", "tanh", "recip", "hypot", "sum", "dot"];
        let name = call.method.to_string();
        if ROUNDED_ONCE.contains(&name.as_str()) {
            let with = format!("Rounded::rounded({})", self.text(call));
            self.change(call, with, ROUNDED_AWAY);
        }
        // An array's sum takes no order.
        if name == "sum" && self.text(&call.receiver).contains("iter()") {
            let receiver = self.text(&call.receiver);
            let with = format!("{receiver}.rev(){}", &self.text(call)[receiver.len()..]);
            self.change(call, with, "in reverse order");
        }
    }
}

const ROUNDED_AWAY: &str = "rounded away from zero";

#[cfg(test)]
mod tests {
    use super::*;

    fn made(body: &str) -> Vec<(String, String)> {
        let text = format!(
            "pub fn mix(values: &[f64], rate: f64) -> f64 {{\n    // todo!(\"mix\")\n    {body}\n    // done\n}}\n"
        );
        let found = roundings(&Solution::of_text("lib.rs".into(), text).unwrap()).unwrap();
        let of = |rounding: Rounding| {
            let body =
                rounding.body.text.strip_prefix(ROUNDED).unwrap().trim().trim_end_matches("// done").trim().to_owned();
            assert_eq!(rounding.line, 3);
            (rounding.change, body)
        };
        found.into_iter().map(of).collect()
    }

    fn pair(change: &str, body: &str) -> (String, String) {
        (change.to_owned(), body.to_owned())
    }

    #[test]
    fn each_operation_is_rounded_otherwise_once() {
        assert_eq!(
            made("rate * rate.sqrt() - 1.0"),
            [
                pair("`rate.sqrt()` rounded away from zero", "rate * Rounded::rounded(rate.sqrt()) - 1.0"),
                pair("`rate * rate.sqrt()` rounded away from zero", "Rounded::rounded(rate * rate.sqrt()) - 1.0"),
                pair("`rate * rate.sqrt() - 1.0` rounded away from zero", "Rounded::rounded(rate * rate.sqrt() - 1.0)"),
            ]
        );
        assert_eq!(
            made("sum += 1.0 - rate;")[1],
            pair("`sum += 1.0 - rate` rounded away from zero", "{ sum += 1.0 - rate; Rounded::round(&mut sum); };")
        );
    }

    #[test]
    fn sums_are_taken_in_reverse() {
        let sums = made("values.iter().sum::<f64>()");
        assert!(
            sums.contains(&pair("`values.iter().sum::<f64>()` in reverse order", "values.iter().rev().sum::<f64>()"))
        );
        assert!(sums.contains(&pair(
            "`values.iter().sum::<f64>()` rounded away from zero",
            "Rounded::rounded(values.iter().sum::<f64>())"
        )));
    }
}
