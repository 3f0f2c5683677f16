//! Strings of which only the beginning and the end are known: `"do_" + verb`, `f"{kind}_handler"`, `"on_%s" % event`, `"get_{}".format(key)`.

use ruff_python_ast::{self as ast, Expr};

use super::assign::single;

/// Shorter ones fit too many names.
const SHORTEST: usize = 3;

/// How the string begins and ends, if that may tell which attributes it names.
pub(super) fn pattern(expression: &Expr) -> Option<(&str, &str)> {
    let (prefix, suffix) = match expression {
        Expr::FString(node) => f_string(node)?,
        Expr::BinOp(node) if node.op == ast::Operator::Add => sum(node),
        Expr::BinOp(node) if node.op == ast::Operator::Mod => template(literal(&node.left)?, '%')?,
        Expr::Call(node) => match node.func.as_ref() {
            Expr::Attribute(method) if method.attr.as_str() == "format" => {
                template(literal(&method.value)?, '{')?
            }
            _ => return None,
        },
        _ => return None,
    };
    let is_name = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    (prefix.len() + suffix.len() >= SHORTEST && is_name(prefix) && is_name(suffix))
        .then_some((prefix, suffix))
}

fn literal(expression: &Expr) -> Option<&str> {
    match expression {
        Expr::StringLiteral(node) => single(node),
        _ => None,
    }
}

fn f_string(node: &ast::ExprFString) -> Option<(&str, &str)> {
    let mut parts = node.value.iter();
    let (Some(ast::FStringPart::FString(part)), None) = (parts.next(), parts.next()) else {
        return None;
    };
    Some((
        literal_element(part.elements.first()),
        literal_element(part.elements.last()),
    ))
}

fn literal_element(element: Option<&ast::InterpolatedStringElement>) -> &str {
    match element {
        Some(ast::InterpolatedStringElement::Literal(literal)) => &literal.value,
        _ => "",
    }
}

/// `left + … + right`.
fn sum(node: &ast::ExprBinOp) -> (&str, &str) {
    let mut first = node.left.as_ref();
    while let Expr::BinOp(inner) = first
        && inner.op == ast::Operator::Add
    {
        first = &inner.left;
    }
    (
        literal(first).unwrap_or_default(),
        literal(&node.right).unwrap_or_default(),
    )
}

/// What stands before the first placeholder and after the last one.
fn template(text: &str, opening: char) -> Option<(&str, &str)> {
    let (prefix, rest) = text.split_once(opening)?;
    let suffix = match opening {
        '%' => rest.strip_prefix(['s', 'd', 'r'])?,
        _ => rest.split_once('}')?.1,
    };
    (!suffix.contains(['%', '{'])).then_some((prefix, suffix))
}

#[cfg(test)]
mod tests {
    use super::pattern;

    fn of(source: &str) -> Option<(String, String)> {
        let parsed = ruff_python_parser::parse_expression(source).ok()?;
        pattern(parsed.expr()).map(|(prefix, suffix)| (prefix.to_string(), suffix.to_string()))
    }

    #[test]
    fn beginnings_and_ends() {
        for (source, expected) in [
            ("'do_' + verb", Some(("do_", ""))),
            ("kind + '_handler'", Some(("", "_handler"))),
            ("'on_' + kind + '_done'", Some(("on_", "_done"))),
            ("'a' + b + c", None),
            ("'cmd_%s' % name", Some(("cmd_", ""))),
            ("'cmd_%s_v%d' % (name, 2)", None),
            (
                "'handle_{}_event'.format(kind)",
                Some(("handle_", "_event")),
            ),
            ("'{0}{1}'.format(a, b)", None),
            ("f'get_{name}'", Some(("get_", ""))),
            ("f'{name}_job'", Some(("", "_job"))),
            ("f'{name}'", None),
            ("'http://' + host", None),
            ("a + b", None),
        ] {
            let expected = expected.map(|(a, b)| (a.to_string(), b.to_string()));
            assert_eq!(of(source), expected, "{source}");
        }
    }
}
