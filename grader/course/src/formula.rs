//! Formulas of two numbers `x` and `y`, as `surfaces.toml` gives them: read from text, and computed together with their
//! slopes and curvatures.

use std::f64::consts::PI;
use std::ops::{Add, Div, Mul, Sub};

/// A formula that is ready to be computed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Formula {
    root: Node,
    /// The records over which it takes means.
    records: Vec<Vec<f64>>,
}

/// Numbers by column: what the names in a formula mean beside `x` and `y`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Columns {
    /// The names of the columns.
    pub names: Vec<String>,
    /// The records, each with a number for every column.
    pub records: Vec<Vec<f64>>,
}

#[derive(Debug, Clone, PartialEq)]
enum Node {
    Number(f64),
    X,
    Y,
    Column(usize),
    Sum(Box<[Node; 2]>),
    Difference(Box<[Node; 2]>),
    Product(Box<[Node; 2]>),
    Quotient(Box<[Node; 2]>),
    /// To a power that does not depend on `x` and `y`.
    Power(Box<[Node; 2]>),
    Call(Function, Box<Node>),
    Mean(Box<Node>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Function {
    Sine,
    Cosine,
    Exponential,
    Logarithm,
    Root,
    Absolute,
}

/// The functions by their names.
const FUNCTIONS: [(&str, Function); 6] = [
    ("sin", Function::Sine),
    ("cos", Function::Cosine),
    ("exp", Function::Exponential),
    ("ln", Function::Logarithm),
    ("sqrt", Function::Root),
    ("abs", Function::Absolute),
];

impl Formula {
    /// Reads a formula: numbers, `x`, `y`, `pi` and columns; `+ - * / ^` and brackets; functions; and `mean(…)` over
    /// the records.
    ///
    /// # Errors
    /// What is wrong in it, and where.
    pub(crate) fn read(text: &str, columns: &Columns) -> Result<Self, String> {
        const LONGEST: usize = 2_000;
        if text.len() > LONGEST {
            return Err(format!("it is longer than {LONGEST} characters"));
        }
        let mut reader = Reader { text, at: 0, depth: 0, columns: &columns.names, is_in_mean: false };
        let root = reader.sum()?;
        reader.blanks();
        if reader.at < text.len() {
            return Err(reader.unexpected());
        }
        let mut formula = Self { root, records: columns.records.clone() };
        formula.root = formula.folded(formula.root.clone());
        Ok(formula)
    }

    /// Its value.
    pub(crate) fn value(&self, [x, y]: [f64; 2]) -> f64 {
        self.computed(&self.root, &[x, y], &[])
    }

    /// Its value, slopes and curvatures.
    pub(crate) fn jet(&self, [x, y]: [f64; 2]) -> Jet {
        let along = |value, slope| Jet { value, slope, ..Jet::from(0.0) };
        self.computed(&self.root, &[along(x, [1.0, 0.0]), along(y, [0.0, 1.0])], &[])
    }

    fn computed<N: Number>(&self, node: &Node, at: &[N; 2], record: &[f64]) -> N {
        let both = |nodes: &[Node; 2]| [self.computed(&nodes[0], at, record), self.computed(&nodes[1], at, record)];
        match node {
            Node::Number(number) => N::from(*number),
            Node::X => at[0],
            Node::Y => at[1],
            Node::Column(column) => N::from(record.get(*column).copied().unwrap_or(f64::NAN)),
            Node::Sum(nodes) => {
                let [one, other] = both(nodes);
                one + other
            }
            Node::Difference(nodes) => {
                let [one, other] = both(nodes);
                one - other
            }
            Node::Product(nodes) => {
                let [one, other] = both(nodes);
                one * other
            }
            Node::Quotient(nodes) => {
                let [one, other] = both(nodes);
                one / other
            }
            Node::Power(nodes) => {
                let exponent: f64 = self.computed(&nodes[1], &[0.0, 0.0], record);
                self.computed(&nodes[0], at, record).power(exponent)
            }
            Node::Call(function, node) => self.computed(node, at, record).of(*function),
            Node::Mean(node) => {
                let sum = |sum: N, record: &Vec<f64>| sum + self.computed(node, at, record);
                self.records.iter().fold(N::from(0.0), sum) / N::from(self.records.len() as f64)
            }
        }
    }

    /// The same with a number for each part that is always the same.
    fn folded(&self, node: Node) -> Node {
        if !matches!(node, Node::Number(_)) && node.is_constant(false) {
            return Node::Number(self.computed(&node, &[0.0, 0.0], &[]));
        }
        let both = |nodes: Box<[Node; 2]>| Box::new((*nodes).map(|node| self.folded(node)));
        match node {
            Node::Sum(nodes) => Node::Sum(both(nodes)),
            Node::Difference(nodes) => Node::Difference(both(nodes)),
            Node::Product(nodes) => Node::Product(both(nodes)),
            Node::Quotient(nodes) => Node::Quotient(both(nodes)),
            Node::Power(nodes) => Node::Power(both(nodes)),
            Node::Call(function, node) => Node::Call(function, Box::new(self.folded(*node))),
            Node::Mean(node) => Node::Mean(Box::new(self.folded(*node))),
            node => node,
        }
    }
}

impl Node {
    /// Whether it does not depend on `x` and `y`, nor on the record unless it is in a mean.
    fn is_constant(&self, in_mean: bool) -> bool {
        match self {
            Node::Number(_) => true,
            Node::X | Node::Y => false,
            Node::Column(_) => in_mean,
            Node::Sum(nodes)
            | Node::Difference(nodes)
            | Node::Product(nodes)
            | Node::Quotient(nodes)
            | Node::Power(nodes) => nodes.iter().all(|node| node.is_constant(in_mean)),
            Node::Call(_, node) => node.is_constant(in_mean),
            Node::Mean(node) => node.is_constant(true),
        }
    }
}

/// What a formula can be computed with.
trait Number: Copy + From<f64> + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> {
    fn power(self, exponent: f64) -> Self;
    fn of(self, function: Function) -> Self;
}

impl Number for f64 {
    fn power(self, exponent: f64) -> Self {
        // As the plainest code does it.
        if exponent == exponent.trunc() && exponent.abs() < 1e3 {
            self.powi(exponent as i32)
        } else {
            self.powf(exponent)
        }
    }

    fn of(self, function: Function) -> Self {
        match function {
            Function::Sine => self.sin(),
            Function::Cosine => self.cos(),
            Function::Exponential => self.exp(),
            Function::Logarithm => self.ln(),
            Function::Root => self.sqrt(),
            Function::Absolute => self.abs(),
        }
    }
}

/// A number with its first and second derivatives by `x` and `y`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Jet {
    pub value: f64,
    /// The derivatives by x and by y.
    pub slope: [f64; 2],
    /// The second derivatives: xx, xy, yy.
    pub curvature: [f64; 3],
}

impl From<f64> for Jet {
    fn from(value: f64) -> Self {
        Self { value, slope: [0.0; 2], curvature: [0.0; 3] }
    }
}

impl Jet {
    /// The chain rule, for a function of this value and derivatives.
    fn chained(self, value: f64, first: f64, second: f64) -> Self {
        let [x, y] = self.slope;
        let products = [x * x, x * y, y * y];
        let curvature = [0, 1, 2].map(|at| second * products[at] + first * self.curvature[at]);
        Self { value, slope: self.slope.map(|slope| first * slope), curvature }
    }

    fn with(self, other: Self, combine: impl Fn(f64, f64) -> f64) -> Self {
        Self {
            value: combine(self.value, other.value),
            slope: [0, 1].map(|at| combine(self.slope[at], other.slope[at])),
            curvature: [0, 1, 2].map(|at| combine(self.curvature[at], other.curvature[at])),
        }
    }
}

impl Add for Jet {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self.with(other, |one, other| one + other)
    }
}

impl Sub for Jet {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self.with(other, |one, other| one - other)
    }
}

impl Mul for Jet {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let ([ax, ay], [bx, by]) = (self.slope, other.slope);
        let crossed = [2.0 * ax * bx, ax * by + ay * bx, 2.0 * ay * by];
        let either = |one: f64, two: f64| one * other.value + self.value * two;
        Self {
            value: self.value * other.value,
            slope: [0, 1].map(|at| either(self.slope[at], other.slope[at])),
            curvature: [0, 1, 2].map(|at| either(self.curvature[at], other.curvature[at]) + crossed[at]),
        }
    }
}

impl Div for Jet {
    type Output = Self;

    fn div(self, other: Self) -> Self {
        self * other.power(-1.0)
    }
}

impl Number for Jet {
    fn power(self, exponent: f64) -> Self {
        // A factor of 0 comes first: 0 to a negative power is infinite.
        let term = |factor: f64, exponent: f64| if factor == 0.0 { 0.0 } else { factor * self.value.power(exponent) };
        let (first, second) = (exponent, exponent * (exponent - 1.0));
        self.chained(self.value.power(exponent), term(first, exponent - 1.0), term(second, exponent - 2.0))
    }

    fn of(self, function: Function) -> Self {
        let value = self.value.of(function);
        let at = self.value;
        match function {
            Function::Sine => self.chained(value, at.cos(), -value),
            Function::Cosine => self.chained(value, -at.sin(), -value),
            Function::Exponential => self.chained(value, value, value),
            Function::Logarithm => self.chained(value, 1.0 / at, -1.0 / (at * at)),
            Function::Root => self.power(0.5),
            Function::Absolute => self.chained(value, at.signum(), 0.0),
        }
    }
}

/// Reads a formula from left to right: sums of products of powers.
struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// How many brackets are open.
    depth: usize,
    columns: &'a [String],
    is_in_mean: bool,
}

impl Reader<'_> {
    fn sum(&mut self) -> Result<Node, String> {
        let mut sum = self.product()?;
        loop {
            let node: fn(_) -> Node = match self.sign(&['+', '-']) {
                Some('+') => Node::Sum,
                Some(_) => Node::Difference,
                None => return Ok(sum),
            };
            sum = node(Box::new([sum, self.product()?]));
        }
    }

    fn product(&mut self) -> Result<Node, String> {
        let mut product = self.signed()?;
        loop {
            let node: fn(_) -> Node = match self.sign(&['*', '/']) {
                Some('*') => Node::Product,
                Some(_) => Node::Quotient,
                None => return Ok(product),
            };
            product = node(Box::new([product, self.signed()?]));
        }
    }

    /// A power, perhaps with a minus before it.
    fn signed(&mut self) -> Result<Node, String> {
        if self.sign(&['-']).is_some() {
            return Ok(Node::Difference(Box::new([Node::Number(0.0), self.nested(Self::signed)?])));
        }
        let base = self.atom()?;
        if self.sign(&['^']).is_none() {
            return Ok(base);
        }
        let from = self.at;
        let exponent = self.nested(Self::signed)?;
        if !exponent.is_constant(self.is_in_mean) {
            return Err(format!("{}: a power cannot depend on x or y", place(from)));
        }
        Ok(Node::Power(Box::new([base, exponent])))
    }

    /// A number, a name, a call or a sum in brackets.
    fn atom(&mut self) -> Result<Node, String> {
        self.blanks();
        let from = self.at;
        let rest = &self.text[from..];
        if self.sign(&['(']).is_some() {
            return self.in_brackets();
        }
        let digits = number_at(rest);
        if digits > 0 {
            self.at += digits;
            let number = rest[..digits].parse();
            return number
                .map(Node::Number)
                .map_err(|_| format!("{}: `{}` is no number", place(from), &rest[..digits]));
        }
        let name =
            &rest[..rest.find(|letter: char| !(letter.is_alphanumeric() || letter == '_')).unwrap_or(rest.len())];
        self.at += name.len();
        if ["x", "y", "pi", "π"].contains(&name) && self.is_in_mean && self.columns.iter().any(|column| column == name)
        {
            return Err(format!("{}: `{name}` is a column too; give the column another name", place(from)));
        }
        match name {
            "" => Err(self.unexpected()),
            "x" => Ok(Node::X),
            "y" => Ok(Node::Y),
            "pi" | "π" => Ok(Node::Number(PI)),
            "mean" if !self.columns.is_empty() => {
                let before = std::mem::replace(&mut self.is_in_mean, true);
                let mean = self.argument(name)?;
                self.is_in_mean = before;
                Ok(Node::Mean(Box::new(mean)))
            }
            _ => {
                if let Some((_, function)) = FUNCTIONS.iter().find(|(known, _)| *known == name) {
                    return Ok(Node::Call(*function, Box::new(self.argument(name)?)));
                }
                match self.columns.iter().position(|column| column == name) {
                    Some(column) if self.is_in_mean => Ok(Node::Column(column)),
                    Some(_) => Err(format!("{}: the column `{name}` needs a mean(…) around it", place(from))),
                    None => Err(format!("{}: `{name}` is not known; there are {}", place(from), self.known())),
                }
            }
        }
    }

    fn argument(&mut self, name: &str) -> Result<Node, String> {
        match self.sign(&['(']) {
            Some(_) => self.in_brackets(),
            None => Err(format!("{}: `{name}` needs a ( behind it", place(self.at))),
        }
    }

    fn in_brackets(&mut self) -> Result<Node, String> {
        let sum = self.nested(Self::sum)?;
        self.sign(&[')']).map(|_| sum).ok_or_else(|| self.unexpected())
    }

    /// Reads what is inside of something, up to a depth that nobody needs.
    fn nested(&mut self, read: impl Fn(&mut Self) -> Result<Node, String>) -> Result<Node, String> {
        const DEEPEST: usize = 100;
        if self.depth == DEEPEST {
            return Err(format!("{}: the formula is nested too deeply", place(self.at)));
        }
        self.depth += 1;
        let node = read(self)?;
        self.depth -= 1;
        Ok(node)
    }

    /// Takes one of these signs, if it comes next.
    fn sign(&mut self, signs: &[char]) -> Option<char> {
        self.blanks();
        let next = self.text[self.at..].chars().next().filter(|next| signs.contains(next))?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn blanks(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    fn unexpected(&self) -> String {
        match self.text[self.at..].chars().next() {
            Some(next) => format!("{}: `{next}` was not expected", place(self.at)),
            None => "something is missing at its end".to_owned(),
        }
    }

    fn known(&self) -> String {
        let mean = (!self.columns.is_empty()).then_some("mean");
        let functions = FUNCTIONS.iter().map(|(name, _)| *name).chain(mean);
        let columns = self.columns.iter().map(String::as_str);
        ["x", "y", "pi"].into_iter().chain(columns).chain(functions).collect::<Vec<_>>().join(", ")
    }
}

fn place(at: usize) -> String {
    format!("at its character {}", at + 1)
}

/// How long the number is with which a text begins.
fn number_at(text: &str) -> usize {
    let digits = |text: &str| {
        text.len() - text.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '.').len()
    };
    let mantissa = digits(text);
    let Some(power) = text[mantissa..].strip_prefix('e').filter(|_| mantissa > 0) else { return mantissa };
    let sign = usize::from(power.starts_with(['+', '-']));
    match digits(&power[sign..]) {
        0 => mantissa,
        length => mantissa + 1 + sign + length,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str, at: [f64; 2]) -> f64 {
        Formula::read(text, &Columns::default()).unwrap().value(at)
    }

    fn sizes() -> Columns {
        let names = ["size", "price"].map(str::to_owned).to_vec();
        Columns { names, records: vec![vec![1.0, 10.0], vec![3.0, 50.0]] }
    }

    #[test]
    fn formulas_are_computed_as_they_are_written() {
        for (text, expected) in [
            ("x + 2*y", 8.0),
            ("x - y - 1", -2.0),
            ("12/x/y", 2.0),
            ("-x^2", -4.0),
            ("x^-1 * 2", 1.0),
            ("2^3^2", 512.0),
            ("(x + y)*(x - y)", -5.0),
            (" 1.5e1 + 2e-1 ", 15.2),
            ("sqrt(x*8) + abs(-y)", 7.0),
            ("exp(0) + ln(1) + cos(0) + π - pi", 2.0),
        ] {
            assert_eq!(value(text, [2.0, 3.0]), expected, "{text}");
        }
    }

    #[test]
    fn a_mean_is_over_the_records() {
        let formula = |text| Formula::read(text, &sizes()).unwrap();
        assert_eq!(formula("mean(price) + x").value([1.0, 0.0]), 31.0);
        // ((1 + 2*1 - 10)^2 + (1 + 2*3 - 50)^2)/2
        assert_eq!(formula("mean((x + y*size - price)^2)").value([1.0, 2.0]), (49.0 + 1_849.0) / 2.0);
        assert_eq!(formula("mean((size - mean(size))^2)").value([0.0, 0.0]), 1.0);
    }

    /// Source: centred differences of the value, and of the slopes.
    #[test]
    fn slopes_and_curvatures_are_the_measured_ones() {
        const H: f64 = 1e-5;
        for text in [
            "(1 - x)^2 + 100*(y - x^2)^2",
            "20 + x^2 - 10*cos(2*pi*x) + y^2 - 10*cos(2*pi*y)",
            "x*y/(1 + x^2) + exp(-y)*sin(x)",
            "ln(x^2 + 1)*sqrt(y + 3) + abs(x - 9)",
        ] {
            let formula = Formula::read(text, &Columns::default()).unwrap();
            let (x, y) = (0.7, -1.3);
            let jet = formula.jet([x, y]);
            assert!((jet.value - formula.value([x, y])).abs() < 1e-12, "{text}");
            let [right, left] = [x + H, x - H].map(|x| formula.jet([x, y]));
            let [up, down] = [y + H, y - H].map(|y| formula.jet([x, y]));
            let measured = |one: f64, other: f64| (one - other) / (2.0 * H);
            for (got, expected) in [
                (jet.slope[0], measured(right.value, left.value)),
                (jet.slope[1], measured(up.value, down.value)),
                (jet.curvature[0], measured(right.slope[0], left.slope[0])),
                (jet.curvature[1], measured(right.slope[1], left.slope[1])),
                (jet.curvature[2], measured(up.slope[1], down.slope[1])),
            ] {
                assert!((got - expected).abs() < 1e-5 * (1.0 + expected.abs()), "{text}: {got} is not {expected}");
            }
        }
        let at_zero = Formula::read("x^2 + y^3", &Columns::default()).unwrap().jet([0.0, 0.0]);
        assert_eq!((at_zero.slope, at_zero.curvature), ([0.0, 0.0], [2.0, 0.0, 0.0]));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (text, told) in [
            ("", "something is missing at its end"),
            ("x +", "something is missing at its end"),
            ("(x", "something is missing at its end"),
            ("x y", "at its character 3: `y` was not expected"),
            ("x + )", "at its character 5: `)` was not expected"),
            ("1.2.3", "at its character 1: `1.2.3` is no number"),
            ("sin x", "at its character 5: `sin` needs a ( behind it"),
            ("2^x", "at its character 3: a power cannot depend on x or y"),
            ("z", "at its character 1: `z` is not known; there are x, y, pi, sin, cos, exp, ln, sqrt, abs"),
        ] {
            assert_eq!(Formula::read(text, &Columns::default()).unwrap_err(), told, "{text}");
        }
        let told = Formula::read("x + size", &sizes()).unwrap_err();
        assert_eq!(told, "at its character 5: the column `size` needs a mean(…) around it");
        let deep = format!("{}x{}", "(".repeat(900), ")".repeat(900));
        assert!(Formula::read(&deep, &Columns::default()).unwrap_err().ends_with("nested too deeply"));
        assert!(Formula::read(&format!("{}x", "-".repeat(900)), &Columns::default()).is_err());
        let long = "x + ".repeat(1_000) + "x";
        assert_eq!(Formula::read(&long, &Columns::default()).unwrap_err(), "it is longer than 2000 characters");
        assert_eq!(value(&("x + ".repeat(400) + "x"), [1.0, 0.0]), 401.0);
    }
}
