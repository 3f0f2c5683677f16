//! `import` statements.

use ruff_python_ast as ast;
use ruff_text_size::Ranged;

use super::Lowerer;
use crate::ir::{ImportIr, Var};
use crate::{FuncId, ImportBinding};

impl<'a> Lowerer<'a> {
    pub(super) fn import(&mut self, node: &'a ast::StmtImport) {
        for alias in &node.names {
            let target = alias.name.id.as_str();
            let (name, binds_root) = match &alias.asname {
                Some(name) => (name.id.as_str(), false),
                None => (target.split('.').next().unwrap_or(target), true),
            };
            let to = self.bind(name);
            self.push_import(
                alias,
                node.range(),
                name,
                target.to_owned(),
                to,
                None,
                binds_root,
            );
        }
    }

    pub(super) fn import_from(&mut self, node: &'a ast::StmtImportFrom) {
        let module = self.absolute(
            node.module.as_ref().map(|module| module.id.as_str()),
            node.level,
        );
        for alias in &node.names {
            let imported = alias.name.id.as_str();
            if imported == "*" {
                self.ir.stars.push(module.clone());
                self.push_import(
                    alias,
                    node.range(),
                    "*",
                    module.clone(),
                    Var::NONE,
                    None,
                    false,
                );
                continue;
            }
            let name = alias.asname.as_ref().unwrap_or(&alias.name).id.as_str();
            let to = self.bind(name);
            let target = format!("{module}.{imported}");
            self.push_import(
                alias,
                node.range(),
                name,
                target,
                to,
                Some(module.clone()),
                false,
            );
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one binding")]
    fn push_import(
        &mut self,
        alias: &ast::Alias,
        statement: ruff_text_size::TextRange,
        name: &str,
        target: String,
        to: Var,
        from: Option<String>,
        binds_root: bool,
    ) {
        let function = self.function();
        self.ir.imports.push(ImportIr {
            binding: ImportBinding {
                scope: FuncId(function),
                name: name.to_owned(),
                target,
                range: alias.range(),
                statement,
                type_checking: self.type_checking > 0,
            },
            function,
            to,
            from,
            binds_root,
        });
    }

    /// Absolute name of a module that is named with `level` leading dots.
    fn absolute(&self, module: Option<&str>, level: u32) -> String {
        if level == 0 {
            return module.unwrap_or_default().to_owned();
        }
        let mut package: Vec<&str> = self.module_name.split('.').collect();
        let up = if self.is_package { level - 1 } else { level };
        package.truncate(package.len().saturating_sub(up as usize));
        package.extend(module);
        package.join(".")
    }
}
