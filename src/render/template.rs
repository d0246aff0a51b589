//! The template engine behind its door: strict, bounded, escaping by file format. Pure.
//!
//! A value is escaped unless the template says `|safe`; an unset variable, a switch or an "off" that is printed as such is an
//! error; `debug` is off, because its texts show values, and so passwords. Not supported: floating-point numbers in files.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Object, ValueKind};
use minijinja::{AutoEscape, Environment, ErrorKind, Output, State, UndefinedBehavior, Value};

use super::error::Error;
use super::layer::Layer;
use crate::phones::catalogue::FileFormat;
use crate::phones::source::{self, Files};

/// Steps a template may take: far above any real phone's file, and a second at most.
const FUEL: u64 = 2_000_000;

/// A tree of variables for one rendering.
#[derive(Debug, Clone)]
pub(super) enum Variable {
    Text(String),
    Number(i64),
    Flag(bool),
    Off,
    Tree(BTreeMap<String, Variable>),
    /// Keys are numbers: `line[1]`.
    Numbered(BTreeMap<i64, Variable>),
}

pub(super) struct Engine {
    key_value: Environment<'static>,
    xml: Environment<'static>,
    files: Files,
}

impl Engine {
    pub fn new(files: Files) -> Result<Self, Error> {
        let key_value = environment(&files, FileFormat::KeyValue)?;
        let xml = environment(&files, FileFormat::Xml)?;
        Ok(Self { key_value, xml, files })
    }

    /// Whether there is a template of this path.
    pub fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// What a template makes. Lines left empty by what is not set are dropped.
    pub fn render(&self, path: &str, format: FileFormat, variables: BTreeMap<String, Variable>) -> Result<Rendering, Error> {
        let environment = match format {
            FileFormat::KeyValue => &self.key_value,
            FileFormat::Xml => &self.xml,
        };
        let template = environment.get_template(path).map_err(|cause| failed(path, &cause, &self.files))?;
        let unused = Arc::new(Unused::default());
        let mut values: BTreeMap<_, _> = variables.into_iter().map(|(name, value)| (name, Value::from(value))).collect();
        values.insert(UNUSED.to_owned(), Value::from_dyn_object(Arc::clone(&unused)));
        let root = Arc::new(Root { values, asked: Mutex::default() });
        let text = template.render(Value::from_dyn_object(Arc::clone(&root))).map_err(|cause| failed(path, &cause, &self.files))?;
        let text = text.lines().filter(|line| !line.trim().is_empty()).flat_map(|line| [line, "\n"]).collect();
        Ok(Rendering { text, asked: taken(&root.asked), unused: taken(&unused.0) })
    }
}

/// What came of a template.
#[derive(Debug)]
pub(super) struct Rendering {
    pub text: String,
    /// The variables it looked at, by their first name.
    pub asked: BTreeSet<String>,
    /// The settings it says that it does not write, and why.
    pub unused: Vec<(String, String)>,
}

/// The variables of a template, which remembers which were looked at.
#[derive(Debug)]
struct Root {
    values: BTreeMap<String, Value>,
    asked: Mutex<BTreeSet<String>>,
}

impl Object for Root {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let name = key.as_str()?;
        let value = self.values.get(name)?;
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned());
        Some(value.clone())
    }
}

/// The name under which templates reach [`Unused`]; not a name that a template can write.
const UNUSED: &str = "unused settings";

/// Settings that a template cannot write as they are, with the reason.
#[derive(Debug, Default)]
struct Unused(Mutex<Vec<(String, String)>>);

impl Object for Unused {}

fn taken<T: Default>(from: &Mutex<T>) -> T {
    std::mem::take(&mut from.lock().unwrap_or_else(PoisonError::into_inner))
}

/// A setting that a template refuses; the reason is the template's own text, never a value.
#[derive(Debug, thiserror::Error)]
#[error("{setting}: {reason}")]
struct Refusal {
    setting: String,
    reason: String,
}

impl From<Variable> for Value {
    fn from(variable: Variable) -> Self {
        match variable {
            Variable::Text(text) => text.into(),
            Variable::Number(number) => number.into(),
            Variable::Flag(on) => on.into(),
            Variable::Off => ().into(),
            Variable::Tree(tree) => {
                tree.into_iter().map(|(name, value)| (name, Self::from(value))).collect::<BTreeMap<_, _>>().into()
            }
            Variable::Numbered(tree) => {
                tree.into_iter().map(|(number, value)| (Self::from(number), Self::from(value))).collect::<BTreeMap<_, _>>().into()
            }
        }
    }
}

fn environment(files: &Files, format: FileFormat) -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    environment.set_debug(false);
    environment.set_fuel(Some(FUEL));
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.map_err(|cause| failed("templates", &cause, files))?);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(move |_| AutoEscape::Custom(name_of(format).into()));
    environment.set_formatter(move |output, _, value| write_value(output, format, value));
    // A name in `include` and `import` is that of a file in the same vendor's folder.
    environment.set_path_join_callback(|name, parent| match parent.rsplit_once('/') {
        Some((folder, _)) => format!("{folder}/{name}").into(),
        None => name.into(),
    });
    environment.add_function("pad", |number: u32| format!("{number:02}"));
    // For what a vendor's file cannot say: `refuse` where the phone would do something else, `unused` where it would do nothing.
    environment.add_function("refuse", |setting: String, reason: String| {
        let refusal = Refusal { setting, reason };
        Err::<String, _>(minijinja::Error::new(ErrorKind::InvalidOperation, "refused").with_source(refusal))
    });
    environment.add_function("unused", |state: &State<'_, '_>, setting: String, reason: String| {
        if let Some(notes) = state.lookup(UNUSED).as_ref().and_then(|notes| notes.downcast_object_ref::<Unused>()) {
            notes.0.lock().unwrap_or_else(PoisonError::into_inner).push((setting, reason));
        }
        ""
    });
    for (path, text) in files.iter().filter(|(path, _)| source::is_template(path)) {
        environment.add_template_owned(path.clone(), text.clone()).map_err(|cause| failed(path, &cause, files))?;
    }
    Ok(environment)
}

const fn name_of(format: FileFormat) -> &'static str {
    match format {
        FileFormat::KeyValue => "key_value",
        FileFormat::Xml => "xml",
    }
}

fn write_value(output: &mut Output, format: FileFormat, value: &Value) -> Result<(), minijinja::Error> {
    match value.kind() {
        ValueKind::Undefined => Err(ErrorKind::UndefinedError.into()),
        ValueKind::None => Err(refused("prints a value that is explicitly off: test it with `is none` first")),
        ValueKind::Bool => Err(refused("prints a switch: write what on and off mean, like `1 if x else 0`")),
        ValueKind::Number if value.is_integer() => written(output, &value.to_string()),
        ValueKind::String => {
            let text = value.as_str().unwrap_or_default();
            if value.is_safe() { written(output, text) } else { written(output, &escaped(format, text)?) }
        }
        _ => Err(refused("prints something that is neither text nor a whole number")),
    }
}

fn written(output: &mut Output, text: &str) -> Result<(), minijinja::Error> {
    output.write_str(text).map_err(|_| ErrorKind::WriteFailure.into())
}

/// A control character would start a second parameter, or break the document.
fn escaped(format: FileFormat, text: &str) -> Result<String, minijinja::Error> {
    if text.chars().any(char::is_control) {
        return Err(refused("prints a value with a control character, which could start another parameter"));
    }
    Ok(match format {
        FileFormat::KeyValue => text.to_owned(),
        FileFormat::Xml => text.chars().fold(String::with_capacity(text.len()), |mut all, character| {
            match character {
                '&' => all.push_str("&amp;"),
                '<' => all.push_str("&lt;"),
                '>' => all.push_str("&gt;"),
                '"' => all.push_str("&quot;"),
                '\'' => all.push_str("&#39;"),
                other => all.push(other),
            }
            all
        }),
    })
}

/// Marks our own texts: only they are known to hold no values.
fn refused(reason: &'static str) -> minijinja::Error {
    minijinja::Error::new(ErrorKind::BadSerialization, reason)
}

/// The place, the template's own line, and what is wrong, without any value.
fn failed(path: &str, cause: &minijinja::Error, files: &Files) -> Error {
    let mut cause = cause;
    let mut within: Option<&(dyn std::error::Error + 'static)> = Some(cause);
    while let Some(error) = within {
        if let Some(Refusal { setting, reason }) = error.downcast_ref() {
            // whoever knows the layers puts in the right one
            return Error::Setting { layer: Layer::Site, name: setting.clone(), reason: reason.clone(), nearest: None };
        }
        within = error.source();
    }
    while let Some(inner) = std::error::Error::source(cause).and_then(|inner| inner.downcast_ref::<minijinja::Error>()) {
        cause = inner;
    }
    let file = cause.name().unwrap_or(path);
    let line = cause.line();
    let source = line.and_then(|line| files.get(file)?.lines().nth(line.checked_sub(1)?)).map(str::trim).unwrap_or_default();
    let reason = match (cause.kind(), cause.detail()) {
        (
            ErrorKind::BadSerialization | ErrorKind::SyntaxError | ErrorKind::UnknownFilter | ErrorKind::UnknownFunction,
            Some(detail),
        ) => detail.to_owned(),
        (ErrorKind::UndefinedError, _) => "uses a value nobody set".into(),
        (ErrorKind::OutOfFuel, _) => "does not come to an end".into(),
        (kind, _) => kind.to_string(),
    };
    let place = line.map_or_else(|| file.to_owned(), |line| format!("{file}:{line}"));
    let shown = if source.is_empty() { String::new() } else { format!(": `{source}`") };
    Error::Template { file: place, reason: format!("{reason}{shown}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render(format: FileFormat, template: &str, value: Variable) -> Result<String, String> {
        let files = Files::from([("acme/a.j2".to_owned(), template.to_owned())]);
        let engine = Engine::new(files).map_err(|error| error.to_string())?;
        let variables = BTreeMap::from([("x".to_owned(), value)]);
        engine.render("acme/a.j2", format, variables).map(|made| made.text).map_err(|error| error.to_string())
    }

    fn text(text: &str) -> Variable {
        Variable::Text(text.into())
    }

    #[test]
    fn xml_escapes_what_phones_need_and_leaves_urls_alone() {
        let made = render(FileFormat::Xml, "<a>{{ x }}</a>", text("a&b<c>\"d'http://e/")).unwrap();
        assert_eq!(made, "<a>a&amp;b&lt;c&gt;&quot;d&#39;http://e/</a>\n");
    }

    #[test]
    fn a_value_cannot_become_a_second_parameter() {
        for wrong in ["a\nb = 1", "a\rb", "a\0b"] {
            let error = render(FileFormat::KeyValue, "p = {{ x }}", text(wrong)).unwrap_err();
            assert!(error.starts_with("acme/a.j2:1: prints a value with a control character"), "{error}");
            assert!(!error.contains(wrong));
        }
    }

    #[test]
    fn python_like_words_never_reach_a_phone() {
        assert!(render(FileFormat::KeyValue, "p = {{ x }}", Variable::Flag(true)).unwrap_err().contains("prints a switch"));
        assert!(render(FileFormat::KeyValue, "p = {{ x }}", Variable::Off).unwrap_err().contains("explicitly off"));
        assert_eq!(render(FileFormat::KeyValue, "p = {{ 1 if x else 0 }}", Variable::Flag(true)).unwrap(), "p = 1\n");
    }

    #[test]
    fn an_unset_value_is_an_error_with_its_line() {
        let error = render(FileFormat::KeyValue, "#\np = {{ y }}", text("a")).unwrap_err();
        assert_eq!(error, "acme/a.j2:2: uses a value nobody set: `p = {{ y }}`");
    }

    #[test]
    fn an_endless_template_ends() {
        let template =
            "{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}{% endfor %}{% endfor %}{% endfor %}";
        assert!(render(FileFormat::KeyValue, template, text("a")).unwrap_err().contains("does not come to an end"));
    }
}
