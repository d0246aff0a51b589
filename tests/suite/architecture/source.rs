//! The program's own sources, parsed: what of a file is code, and which paths it names.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, File, Item, ItemMod, ItemUse, UseTree};

/// A file of a package, without what is compiled only for tests.
pub struct Source {
    /// From the project's root: `crates/lldp/src/med.rs`.
    pub path: String,
    /// The folder of its package's sources: `crates/lldp/src`.
    pub package: String,
    /// `["switch", "snmp"]` for `switch/snmp/mod.rs`; empty for `lib.rs`, `["main"]` for `main.rs`.
    pub module: Vec<String>,
    /// True when its first line says that it is pure.
    pub says_pure: bool,
    /// How many lines have code on them: no comments, no empty lines, no tests.
    pub lines_of_code: usize,
    /// Every path that a `use` names, in full and from its first segment: `["super", "walk", "Walk"]`. `super` counts from this file.
    pub uses: Vec<Vec<String>>,
    /// Every path of one segment or more anywhere in the code, macros' arguments and `use` trees included: `["Instant", "now"]`.
    pub paths: Vec<Vec<String>>,
}

/// Every file of every package that is not there for tests alone.
pub fn all() -> &'static [Source] {
    static ALL: LazyLock<Vec<Source>> = LazyLock::new(read_all);
    &ALL
}

fn read_all() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources: Vec<Source> = folders(root).iter().flat_map(|folder| of_package(root, folder)).collect();
    assert!(sources.len() > 250, "the sources were not found");
    sources
}

/// The folders with the sources of the packages: `src` and each `crates/…/src`.
pub fn folders(root: &Path) -> Vec<PathBuf> {
    let mut folders = vec![root.join("src")];
    let crates = fs::read_dir(root.join("crates")).unwrap().map(|entry| entry.unwrap().path().join("src"));
    folders.extend(crates.filter(|folder| folder.is_dir()));
    folders.sort();
    folders
}

fn of_package(root: &Path, folder: &Path) -> Vec<Source> {
    let mut sources = Vec::new();
    let mut only_tests = Vec::new();
    for file in rust_files(folder) {
        let text = fs::read_to_string(&file).unwrap();
        let mut code = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let module = module_of(file.strip_prefix(folder).unwrap());
        only_tests.extend(code.items.iter().filter_map(|item| test_module(&module, item)));
        WithoutTests.visit_file_mut(&mut code);
        let shown = |path: &Path| path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
        sources.push(Source::new(shown(&file), shown(folder), module, &text, &code));
    }
    sources.retain(|source| !only_tests.iter().any(|module| source.module.starts_with(module)));
    sources
}

pub fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn module_of(path: &Path) -> Vec<String> {
    let mut module: Vec<String> =
        path.with_extension("").components().map(|part| part.as_os_str().to_str().unwrap().to_owned()).collect();
    if module.last().is_some_and(|last| last == "mod") || module == ["lib"] {
        module.pop();
    }
    module
}

/// The module that `#[cfg(test)] mod name;` declares.
fn test_module(parent: &[String], item: &Item) -> Option<Vec<String>> {
    match item {
        Item::Mod(ItemMod { attrs, ident, content: None, .. }) if for_tests(attrs) => Some([parent, &[ident.to_string()]].concat()),
        _ => None,
    }
}

fn for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let text = attribute.meta.to_token_stream().to_string();
        text == "test" || (attribute.path().is_ident("cfg") && text.contains("test") && !text.contains("not"))
    })
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// Takes away what is compiled for tests, and documentation, which is an attribute to the parser.
struct WithoutTests;

impl VisitMut for WithoutTests {
    fn visit_file_mut(&mut self, file: &mut File) {
        file.items.retain(|item| !for_tests(attributes(item)));
        file.attrs.retain(|attribute| !attribute.path().is_ident("doc"));
        visit_mut::visit_file_mut(self, file);
    }

    fn visit_item_mod_mut(&mut self, module: &mut ItemMod) {
        if let Some((_, items)) = &mut module.content {
            items.retain(|item| !for_tests(attributes(item)));
        }
        visit_mut::visit_item_mod_mut(self, module);
    }

    fn visit_item_impl_mut(&mut self, block: &mut syn::ItemImpl) {
        block.items.retain(|item| !matches!(item, syn::ImplItem::Fn(function) if for_tests(&function.attrs)));
        visit_mut::visit_item_impl_mut(self, block);
    }

    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        attributes.retain(|attribute| !attribute.path().is_ident("doc"));
    }
}

impl Source {
    fn new(path: String, package: String, module: Vec<String>, text: &str, code: &File) -> Self {
        let mut uses = Uses { depth: 0, paths: Vec::new() };
        uses.visit_file(code);
        let tokens = code.to_token_stream();
        let mut paths = uses.paths.clone();
        paths_of(tokens.clone(), &mut paths);
        let mut lines = BTreeSet::new();
        lines_of(tokens, &mut lines);
        let first = text.lines().next().unwrap_or_default();
        let says_pure = first.split(|c: char| !c.is_alphanumeric()).any(|word| word == "Pure");
        Self { path, package, module, says_pure, lines_of_code: lines.len(), uses: uses.paths, paths }
    }
}

fn lines_of(tokens: TokenStream, lines: &mut BTreeSet<usize>) {
    for token in tokens {
        let mut add = |span: proc_macro2::Span| lines.extend(span.start().line..=span.end().line);
        match token {
            TokenTree::Group(group) => {
                add(group.span_open());
                add(group.span_close());
                lines_of(group.stream(), lines);
            }
            other => add(other.span()),
        }
    }
}

fn paths_of(tokens: TokenStream, paths: &mut Vec<Vec<String>>) {
    let mut path: Vec<String> = Vec::new();
    let mut colons = 0;
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                if colons != 2 {
                    paths.extend((!path.is_empty()).then(|| std::mem::take(&mut path)));
                }
                path.push(ident.to_string());
                colons = 0;
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
            other => {
                paths.extend((!path.is_empty()).then(|| std::mem::take(&mut path)));
                colons = 0;
                if let TokenTree::Group(group) = other {
                    paths_of(group.stream(), paths);
                }
            }
        }
    }
    paths.extend((!path.is_empty()).then_some(path));
}

/// `use` inside `mod inner { … }` of one file: `super` is this file then.
struct Uses {
    depth: usize,
    paths: Vec<Vec<String>>,
}

impl<'ast> Visit<'ast> for Uses {
    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        self.depth += 1;
        visit::visit_item_mod(self, module);
        self.depth -= 1;
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let mut paths = Vec::new();
        flatten(&item.tree, &mut Vec::new(), &mut paths);
        for path in paths {
            let ups = path.iter().take_while(|segment| *segment == "super").count();
            if ups == 0 && self.depth > 0 && path[0] != "crate" {
                continue; // of the inner module, or of another crate
            }
            self.paths.push(match ups.checked_sub(self.depth) {
                Some(0) if ups > 0 => [&["self".to_owned()], &path[ups..]].concat(),
                Some(left) => path[ups - left..].to_vec(),
                None => continue,
            });
        }
    }
}

fn flatten(tree: &UseTree, before: &mut Vec<String>, paths: &mut Vec<Vec<String>>) {
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            flatten(&path.tree, before, paths);
            before.pop();
        }
        UseTree::Group(group) => group.items.iter().for_each(|item| flatten(item, before, paths)),
        UseTree::Name(name) if name.ident == "self" => paths.push(before.clone()),
        UseTree::Name(name) => paths.push([before.as_slice(), &[name.ident.to_string()]].concat()),
        UseTree::Rename(name) if name.ident == "self" => paths.push(before.clone()),
        UseTree::Rename(name) => paths.push([before.as_slice(), &[name.ident.to_string()]].concat()),
        UseTree::Glob(_) => paths.push(before.clone()),
    }
}
