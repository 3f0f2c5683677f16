//! What a person can do about a pinned function, told by what Python does with it.

use ungreen_callgraph::{Function, Target};

use crate::PinKind;
use crate::pins::serves_wsgi;

/// What a person can do about the pin of this kind at `function`.
pub(crate) fn advice(kind: PinKind, function: &Function) -> String {
    let name = function.name.as_str();
    let specific = match kind {
        PinKind::Dunder => special_method(name, class_name(function)),
        PinKind::Property => Some(property(function)),
        PinKind::Decorator => view(function),
        _ => None,
    };
    specific.unwrap_or_else(|| kind.advice().to_string())
}

/// `Store` of `app.Store.__init__`.
fn class_name(function: &Function) -> &str {
    let mut parts = function.qualname.rsplit('.');
    parts.next();
    parts.next().unwrap_or("cls")
}

fn special_method(name: &str, class: &str) -> Option<String> {
    Some(match name {
        "__init__" => format!(
            "keep the plain attributes in `__init__` and move what suspends to `@classmethod async def create(cls, …)`, which makes the object with `cls(…)`, awaits the rest and returns it; write `await {class}.create(…)` in place of `{class}(…)`, in subclasses too"
        ),
        "__new__" | "__post_init__" | "__init_subclass__" => format!(
            "move what suspends to `@classmethod async def create(cls, …)`, which makes the object, awaits the rest and returns it; write `await {class}.create(…)` in place of `{class}(…)`"
        ),
        "__del__" => "Python may call it at any time, also when no event loop runs: release what the object holds in `async def close(self)`, and await that where the object is no longer needed".to_string(),
        "__enter__" | "__exit__" => "write `__aenter__` and `__aexit__` in place of `__enter__` and `__exit__`, and `async with` where the object is used".to_string(),
        "__iter__" | "__next__" => "write `__aiter__` and `__anext__` in place of `__iter__` and `__next__`, with `StopAsyncIteration` at the end, and `async for` where the object is used".to_string(),
        "__getitem__" | "__missing__" => "move the work to `async def get(self, key)`, and write `await obj.get(key)` in place of `obj[key]`".to_string(),
        "__setitem__" => "move the work to `async def set(self, key, value)`, and write `await obj.set(key, value)` in place of `obj[key] = value`".to_string(),
        "__delitem__" => "move the work to `async def delete(self, key)`, and write `await obj.delete(key)` in place of `del obj[key]`".to_string(),
        "__contains__" => "move the work to `async def contains(self, item)`, and write `await obj.contains(item)` in place of `item in obj`".to_string(),
        "__len__" => "move the work to `async def count(self)`, and write `await obj.count()` in place of `len(obj)`; without `__len__`, the object is always true in a condition".to_string(),
        "__bool__" => "move the work to an `async def` method, and await that in place of the condition `if obj`".to_string(),
        "__getattr__" | "__getattribute__" => "load the attributes beforehand in an `async def` method that readers await once, so that reading one does not suspend; what is called, such as a remote method, can be a coroutine function that `__getattr__` returns".to_string(),
        "__setattr__" | "__delattr__" | "__set__" | "__delete__" => "an assignment cannot be awaited: let it only store the value, and move the work to an `async def` method that is awaited after it".to_string(),
        "__get__" => "let the descriptor return a coroutine function, so that readers write `await obj.name()`".to_string(),
        "__eq__" | "__ne__" | "__lt__" | "__le__" | "__gt__" | "__ge__" | "__hash__" => "sorting and containers call it too: load what it compares beforehand, so that comparing does not suspend".to_string(),
        "__str__" | "__repr__" | "__format__" | "__bytes__" => "printing and logging call it too: load what it shows beforehand, so that showing it does not suspend".to_string(),
        _ => return None,
    })
}

/// A view that is called by WSGI. That its framework takes coroutine functions would not help: it runs each in an event loop of its own.
fn view(function: &Function) -> Option<String> {
    let framework = function
        .decorators
        .iter()
        .flat_map(|decorator| &decorator.targets)
        .find_map(|target| match target {
            Target::External(name) if serves_wsgi(name) => name.split('.').next(),
            _ => None,
        })?;
    let option = if framework == "flask" {
        "migrate with `--flask fastapi`, or "
    } else {
        ""
    };
    Some(format!(
        "{option}keep the view sync and let its thread wait for the event loop with `asyncio.run_coroutine_threadsafe(…, loop).result()`; an `async def` view would run in an event loop of its own, where it cannot wait for tasks of this one"
    ))
}

fn property(function: &Function) -> String {
    let name = function.name.as_str();
    let is_marked = |ending: &str| {
        function
            .decorators
            .iter()
            .any(|decorator| decorator.text.ends_with(ending))
    };
    if is_marked(".setter") {
        format!(
            "an assignment cannot be awaited: write `async def set_{name}(self, value)` in place of the setter, and `await obj.set_{name}(value)` in place of `obj.{name} = value`"
        )
    } else if is_marked(".deleter") {
        format!(
            "`del` cannot be awaited: write `async def delete_{name}(self)` in place of the deleter, and `await obj.delete_{name}()` in place of `del obj.{name}`"
        )
    } else if is_marked("cached_property") {
        format!(
            "a cached coroutine can be awaited only once: write `async def {name}(self)` that keeps the value in an attribute under an `asyncio.Lock`, and `await obj.{name}()` in place of `obj.{name}`"
        )
    } else {
        format!(
            "take the decorator away, so that `{name}` is an ordinary method, and write `await obj.{name}()` in place of `obj.{name}`"
        )
    }
}
