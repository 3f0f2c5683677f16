//! Names in annotations that are strings.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Expr};
use ruff_python_parser::parse_string_annotation;
use ruff_text_size::{Ranged, TextRange};

use super::Walker;
use crate::emit::type_names::{TypeName, dotted};
use crate::facts::Facts;
use crate::{FileId, FuncId, Place, Program, Reference, Target};

impl Walker<'_, '_, '_, '_> {
    /// Names of the catalog in annotations that are strings.
    pub(super) fn quoted(&self) -> Vec<Reference> {
        let mut found = Vec::new();
        for (file, (info, module)) in (0..).zip(self.solver.files.iter().zip(self.modules)) {
            for annotated in &info.ir.annotated {
                for (name, range) in names_in_strings(annotated.annotation, module.source) {
                    let files = &self.program.files;
                    let Some(TypeName::Outside(target)) =
                        self.names.denoted(self.solver, files, file, &name)
                    else {
                        continue;
                    };
                    let Some(entry) = Facts::of(&target).entry else {
                        continue;
                    };
                    found.push(Reference {
                        place: Place {
                            file: FileId(file),
                            range,
                        },
                        function: FuncId(info.first_function),
                        targets: vec![Target::Entry {
                            name: entry.name.as_str(),
                            allocations: Vec::new(),
                        }],
                        is_annotation: true,
                    });
                }
            }
        }
        found
    }
}

pub(super) fn add_references(program: &mut Program, quoted: Vec<Reference>) {
    if quoted.is_empty() {
        return;
    }
    program.references.extend(quoted);
    program.references.sort_by_key(|reference| {
        let place = reference.place;
        (place.file, place.range.start(), place.range.end())
    });
    program.references.dedup_by_key(|reference| reference.place);
    program.reference_index = (0..)
        .zip(&program.references)
        .map(|(index, reference)| (reference.place, index))
        .collect();
}

/// The names, dots included, in those parts of an annotation that are strings.
#[must_use]
pub fn names_in_strings(annotation: &Expr, source: &str) -> Vec<(String, TextRange)> {
    strings(annotation)
        .into_iter()
        .filter_map(|text| parse_string_annotation(source, text).ok())
        .flat_map(|parsed| names(parsed.expr()))
        .collect()
}

/// The strings in an annotation that are types.
fn strings(annotation: &Expr) -> Vec<&ast::StringLiteral> {
    struct Strings<'e>(Vec<&'e ast::StringLiteral>);
    impl<'e> Visitor<'e> for Strings<'e> {
        fn visit_expr(&mut self, expression: &'e Expr) {
            match expression {
                Expr::StringLiteral(text) => {
                    if let [part] = text.value.as_slice() {
                        self.0.push(part);
                    }
                }
                Expr::Subscript(node)
                    if dotted(&node.value)
                        .is_some_and(|name| name.rsplit('.').next() == Some("Literal")) => {}
                other => visitor::walk_expr(self, other),
            }
        }
    }
    let mut strings = Strings(Vec::new());
    strings.visit_expr(annotation);
    strings.0
}

/// The names in a type, dots included.
fn names(annotation: &Expr) -> Vec<(String, TextRange)> {
    struct Names(Vec<(String, TextRange)>);
    impl<'e> Visitor<'e> for Names {
        fn visit_expr(&mut self, expression: &'e Expr) {
            match dotted(expression) {
                Some(name) => self.0.push((name, expression.range())),
                None => visitor::walk_expr(self, expression),
            }
        }
    }
    let mut names = Names(Vec::new());
    names.visit_expr(annotation);
    names.0
}
