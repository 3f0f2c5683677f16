//! The body of a Flask view as that of a handler of FastAPI: its answers, and what it reads of the request.

use ruff_python_ast::{AnyNodeRef, Expr, Operator, Stmt};
use ruff_text_size::{Ranged, TextRange};
use ungreen_callgraph::Place;
use ungreen_color::{Edit, Part};

use super::fastapi::always_answers;
use super::layout::Line;
use super::proposals::{edit, source, text};
use crate::tree::Tree;

/// What is written in a view.
pub(super) struct View<'t, 'a> {
    tree: &'t Tree<'a>,
    place: Place,
    pub(super) edits: Vec<Edit>,
    pub(super) awaits: Vec<TextRange>,
    /// It reads the request.
    pub(super) requests: bool,
    /// It answers with JSON.
    pub(super) json: bool,
}

/// What a body is.
enum Body {
    Text,
    Json(TextRange),
    /// `jsonify(a=1)`: the arguments of `dict`.
    Fields(TextRange),
}

impl<'t, 'a> View<'t, 'a> {
    pub(super) fn new(tree: &'t Tree<'a>, place: Place) -> Self {
        Self {
            tree,
            place,
            edits: Vec::new(),
            awaits: Vec::new(),
            requests: false,
            json: false,
        }
    }

    pub(super) fn read(&mut self, body: &[Stmt]) -> Result<(), String> {
        let (Some(first), Some(last)) = (body.first(), body.last()) else {
            return Err("the view is empty".to_string());
        };
        if !always_answers(body) {
            return Err("the view may end without an answer".to_string());
        }
        let range = TextRange::new(first.start(), last.end());
        let tree = self.tree;
        for (id, node) in tree.nodes() {
            if !range.contains_range(node.range()) {
                continue;
            }
            match node {
                AnyNodeRef::StmtFunctionDef(_)
                | AnyNodeRef::StmtClassDef(_)
                | AnyNodeRef::ExprLambda(_) => {
                    return Err("the view has functions of its own".to_string());
                }
                AnyNodeRef::StmtReturn(answer) => {
                    let value = answer.value.as_deref().ok_or("the view returns nothing")?;
                    self.answer(value)?;
                }
                AnyNodeRef::ExprName(name) if name.id.as_str() == "request" => {
                    let Some((parent, AnyNodeRef::ExprAttribute(attribute))) = tree.parent(id)
                    else {
                        return Err("`request` is handed on".to_string());
                    };
                    let outer = tree
                        .parent(parent)
                        .map(|(id, node)| (node, tree.parent(id).map(|(_, node)| node)));
                    self.request(attribute.attr.as_str(), attribute.range, outer)?;
                    self.requests = true;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// `request.args.get("name")`, `request.get_json()`.
    fn request(
        &mut self,
        attribute: &str,
        range: TextRange,
        outer: Option<(AnyNodeRef<'a>, Option<AnyNodeRef<'a>>)>,
    ) -> Result<(), String> {
        let name = range;
        match (attribute, outer) {
            ("method", _) => {
                self.keep(range);
                Ok(())
            }
            ("path", _) => {
                self.edits
                    .push(edit(self.place, name, vec![text("request.url.path")]));
                Ok(())
            }
            (
                "args" | "headers",
                Some((AnyNodeRef::ExprAttribute(get), Some(AnyNodeRef::ExprCall(call)))),
            ) if get.attr.as_str() == "get"
                && call.func.range() == get.range
                && call.arguments.keywords.is_empty() =>
            {
                if attribute == "args" {
                    self.edits
                        .push(edit(self.place, name, vec![text("request.query_params")]));
                } else {
                    self.keep(range);
                }
                Ok(())
            }
            ("args", Some((AnyNodeRef::ExprSubscript(_), _))) => {
                self.edits
                    .push(edit(self.place, name, vec![text("request.query_params")]));
                Ok(())
            }
            ("get_json" | "get_data", Some((AnyNodeRef::ExprCall(call), _)))
                if call.func.range() == range && call.arguments.is_empty() =>
            {
                let method = if attribute == "get_json" {
                    "json"
                } else {
                    "body"
                };
                self.edits.push(edit(
                    self.place,
                    name,
                    vec![text(format!("request.{method}"))],
                ));
                self.awaits.push(call.range());
                Ok(())
            }
            ("json", Some((AnyNodeRef::ExprSubscript(_) | AnyNodeRef::StmtAssign(_), _))) => {
                self.edits
                    .push(edit(self.place, name, vec![text("request.json()")]));
                self.awaits.push(range);
                Ok(())
            }
            _ => Err(format!(
                "`request.{attribute}` is used in a way that FastAPI has not"
            )),
        }
    }

    /// Writes `request.method` anew: `request` is the parameter now, and no longer what the file imports.
    fn keep(&mut self, range: TextRange) {
        let parts = vec![text(self.tree.slice(range))];
        self.edits.push(edit(self.place, range, parts));
    }

    /// `return "text", 404, {"X-A": "b"}`.
    fn answer(&mut self, value: &Expr) -> Result<(), String> {
        let (body, rest) = match value {
            Expr::Tuple(tuple) => match tuple.elts.as_slice() {
                [body, rest @ ..] if (1..=2).contains(&rest.len()) => (body, rest),
                _ => return Err("an answer is a tuple of another form".to_string()),
            },
            body => (body, &[][..]),
        };
        let kind = kind_of(self.tree, body).ok_or_else(|| {
            format!(
                "what `{}` returns is not known to be text or JSON",
                self.tree
                    .slice(value.range())
                    .lines()
                    .next()
                    .unwrap_or_default()
            )
        })?;
        let line = Line::of(self.tree, value.range());
        let is_text = matches!(kind, Body::Text);
        let content = match kind {
            Body::Text => vec![source(body.range())],
            Body::Json(content) => {
                vec![
                    Part::Helper("json_text"),
                    text("("),
                    source(content),
                    text(")"),
                ]
            }
            Body::Fields(fields) => vec![
                Part::Helper("json_text"),
                text("(dict("),
                source(fields),
                text("))"),
            ],
        };
        let mut arguments = vec![content];
        for (index, value) in rest.iter().enumerate() {
            let is_headers = value.is_dict_expr();
            if index == 1 && !is_headers {
                return Err("the headers of an answer are not written out".to_string());
            }
            if index == 0 && !is_headers && !value.is_number_literal_expr() && !value.is_name_expr()
            {
                return Err("the status of an answer is not a number".to_string());
            }
            let keyword = if is_headers { "headers" } else { "status_code" };
            arguments.push(vec![text(format!("{keyword}=")), source(value.range())]);
        }
        if !is_text {
            self.json = true;
            arguments.push(vec![text("media_type=\"application/json\"")]);
        }
        let response = Part::Name {
            module: "fastapi.responses",
            name: if is_text { "HTMLResponse" } else { "Response" },
        };
        let parts = line.call(vec![response], &arguments);
        self.edits.push(edit(self.place, value.range(), parts));
        Ok(())
    }
}

fn kind_of(tree: &Tree<'_>, body: &Expr) -> Option<Body> {
    match body {
        Expr::StringLiteral(_) | Expr::FString(_) | Expr::BytesLiteral(_) => Some(Body::Text),
        Expr::BinOp(operation) => {
            let left = kind_of(tree, &operation.left);
            let right = kind_of(tree, &operation.right);
            let is_text = match operation.op {
                Operator::Mod => matches!(left, Some(Body::Text)),
                Operator::Add => {
                    matches!(left, Some(Body::Text)) || matches!(right, Some(Body::Text))
                }
                _ => false,
            };
            is_text.then_some(Body::Text)
        }
        Expr::If(choice) => match (kind_of(tree, &choice.body), kind_of(tree, &choice.orelse)) {
            (Some(Body::Text), Some(Body::Text)) => Some(Body::Text),
            _ => None,
        },
        Expr::Dict(_) | Expr::List(_) | Expr::DictComp(_) | Expr::ListComp(_) => {
            Some(Body::Json(body.range()))
        }
        Expr::Call(call) => {
            let arguments = &call.arguments;
            match &*call.func {
                Expr::Name(name) if name.id.as_str() == "str" => Some(Body::Text),
                Expr::Name(name) if name.id.as_str() == "jsonify" => {
                    match (&*arguments.args, &*arguments.keywords) {
                        ([only], []) if !only.is_starred_expr() => Some(Body::Json(only.range())),
                        ([], [_, ..]) => super::arguments_from(tree, call, 0).map(Body::Fields),
                        _ => None,
                    }
                }
                Expr::Attribute(method)
                    if matches!(method.attr.as_str(), "format" | "join")
                        && method.value.is_string_literal_expr() =>
                {
                    Some(Body::Text)
                }
                _ => None,
            }
        }
        _ => None,
    }
}
