//! Arguments of a call by the callee's parameters, and text ranges of arguments.

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::tree::Tree;

/// The arguments of a call, bound to parameter names.
pub struct Bound<'a> {
    by_name: Vec<(&'a str, &'a Expr)>,
    /// Positional arguments beyond the named parameters.
    pub rest: &'a [Expr],
    /// Keyword arguments that are not among the parameters; `None` for `**mapping`.
    pub extra: Vec<&'a ast::Keyword>,
}

impl<'a> Bound<'a> {
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&'a Expr> {
        self.by_name
            .iter()
            .find(|(bound, _)| *bound == name)
            .map(|(_, value)| *value)
    }

    /// Nothing is given but the named parameters.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.rest.is_empty() && self.extra.is_empty()
    }

    #[must_use]
    pub fn count(&self) -> usize {
        self.by_name.len()
    }
}

/// Binds the arguments to `parameters`. `None` when a starred argument or `**mapping` may fill one of them.
#[must_use]
pub fn bind<'a>(call: &'a ast::ExprCall, parameters: &[&'a str]) -> Option<Bound<'a>> {
    bind_values(&call.arguments.args, &call.arguments.keywords, parameters)
}

/// The same for arguments that another call hands on: those of `wsgi.server` in `spawn(wsgi.server, sock, app)`.
#[must_use]
pub fn bind_values<'a>(
    positional: &'a [Expr],
    keywords: &'a [ast::Keyword],
    parameters: &[&'a str],
) -> Option<Bound<'a>> {
    let named = positional.len().min(parameters.len());
    if positional
        .iter()
        .take(parameters.len())
        .any(Expr::is_starred_expr)
    {
        return None;
    }
    let mut by_name: Vec<(&'a str, &'a Expr)> = parameters
        .iter()
        .copied()
        .zip(positional.iter().take(named))
        .collect();
    let mut extra = Vec::new();
    for keyword in keywords {
        match &keyword.arg {
            None if by_name.len() < parameters.len() => return None,
            None => extra.push(keyword),
            Some(name) => {
                match parameters
                    .iter()
                    .find(|parameter| **parameter == name.as_str())
                {
                    Some(parameter) => by_name.push((parameter, &keyword.value)),
                    None => extra.push(keyword),
                }
            }
        }
    }
    Some(Bound {
        by_name,
        rest: &positional[named..],
        extra,
    })
}

/// The text of the arguments from number `index` on, without the parentheses and a trailing comma; `None` if there are none.
#[must_use]
pub fn arguments_from(tree: &Tree<'_>, call: &ast::ExprCall, index: usize) -> Option<TextRange> {
    let arguments = &call.arguments;
    let close = arguments.range().end() - TextSize::new(1);
    let mut in_order: Vec<TextRange> = arguments
        .iter_source_order()
        .map(|argument| argument.range())
        .collect();
    in_order.sort_by_key(|range| range.start());
    let start = if index == 0 {
        arguments.range().start() + TextSize::new(1)
    } else {
        let before = in_order.get(index - 1)?;
        in_order.get(index)?;
        after_comma(tree, before.end(), close)?
    };
    in_order.get(index)?;
    let text = tree.slice(TextRange::new(start, close));
    let leading = text.len() - text.trim_start().len();
    let kept = text.trim_end();
    let kept = kept.strip_suffix(',').unwrap_or(kept).trim_end();
    let start = start + size(leading);
    Some(TextRange::at(start, size(kept.len() - leading)))
}

/// The position behind the comma that follows an argument (and the parentheses around it).
fn after_comma(tree: &Tree<'_>, from: TextSize, to: TextSize) -> Option<TextSize> {
    let text = tree.slice(TextRange::new(from, to));
    let mut in_comment = false;
    for (offset, character) in text.char_indices() {
        match character {
            '#' => in_comment = true,
            '\n' | '\r' => in_comment = false,
            ',' if !in_comment => return Some(from + size(offset + 1)),
            _ => {}
        }
    }
    None
}

/// The expression needs parentheses to be called or to have an attribute.
#[must_use]
pub fn is_primary(expression: &Expr) -> bool {
    matches!(
        expression,
        Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_) | Expr::Call(_)
    )
}

/// `None`, or a literal number.
#[must_use]
pub fn literal_number(expression: &Expr) -> Option<f64> {
    match expression {
        Expr::NumberLiteral(literal) => match &literal.value {
            #[expect(
                clippy::cast_precision_loss,
                reason = "sizes and seconds in programs are small"
            )]
            ast::Number::Int(value) => value.as_u64().map(|value| value as f64),
            ast::Number::Float(value) => Some(*value),
            ast::Number::Complex { .. } => None,
        },
        Expr::UnaryOp(unary) if unary.op == ast::UnaryOp::USub => {
            literal_number(&unary.operand).map(|value| -value)
        }
        _ => None,
    }
}

fn size(length: usize) -> TextSize {
    TextSize::try_from(length).unwrap_or_default()
}
