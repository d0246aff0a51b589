//! No two files import each other, at any distance.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{self, Source};

/// What a `use` path of a file leads to: the file of the longest module path that is a file. A name that a `mod.rs` hands on
/// from a file below it leads to the `mod.rs`.
fn target<'a>(from: &Source, path: &[String], files: &BTreeMap<(&str, &[String]), &'a str>) -> Option<&'a str> {
    let package = from.package.as_str();
    let ups = path.iter().take_while(|segment| *segment == "super").count();
    let is_file = |module: &[String]| files.contains_key(&(package, module));
    let absolute: Vec<String> = match path[0].as_str() {
        "crate" => path[1..].to_vec(),
        "self" => [&from.module, &path[1..]].concat(),
        "super" => [&from.module[..from.module.len().checked_sub(ups)?], &path[ups..]].concat(),
        first if is_file(&[from.module.as_slice(), &[first.to_owned()]].concat()) => [&from.module, path].concat(),
        _ => return None, // another crate
    };
    (0..=absolute.len()).rev().find_map(|length| files.get(&(package, &absolute[..length])).copied())
}

/// From each file to those that it imports.
fn imports(sources: &[Source]) -> BTreeMap<&str, BTreeSet<&str>> {
    let files: BTreeMap<(&str, &[String]), &str> =
        sources.iter().map(|source| ((source.package.as_str(), source.module.as_slice()), source.path.as_str())).collect();
    let mut imports = BTreeMap::new();
    for source in sources {
        let targets = source.uses.iter().filter_map(|path| target(source, path, &files)).collect::<BTreeSet<_>>();
        imports.insert(source.path.as_str(), targets.into_iter().filter(|target| *target != source.path).collect());
    }
    imports
}

/// Strongly connected components of more than one file, by Tarjan's algorithm.
fn circles<'a>(imports: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> Vec<BTreeSet<&'a str>> {
    struct Search<'a, 'b> {
        imports: &'b BTreeMap<&'a str, BTreeSet<&'a str>>,
        index: BTreeMap<&'a str, usize>,
        low: BTreeMap<&'a str, usize>,
        stack: Vec<&'a str>,
        found: Vec<BTreeSet<&'a str>>,
    }
    impl<'a> Search<'a, '_> {
        fn visit(&mut self, file: &'a str) {
            let index = self.index.len();
            self.index.insert(file, index);
            self.low.insert(file, index);
            self.stack.push(file);
            for next in &self.imports[file] {
                if !self.index.contains_key(next) {
                    self.visit(next);
                    self.low.insert(file, self.low[file].min(self.low[next]));
                } else if self.stack.contains(next) {
                    self.low.insert(file, self.low[file].min(self.index[next]));
                }
            }
            if self.low[file] == index {
                let at = self.stack.iter().position(|other| *other == file).unwrap();
                let component: BTreeSet<&str> = self.stack.split_off(at).into_iter().collect();
                self.found.extend((component.len() > 1).then_some(component));
            }
        }
    }
    let mut search = Search { imports, index: BTreeMap::new(), low: BTreeMap::new(), stack: Vec::new(), found: Vec::new() };
    for file in imports.keys() {
        if !search.index.contains_key(file) {
            search.visit(file);
        }
    }
    search.found
}

#[test]
fn no_files_import_each_other() {
    let sources = source::all();
    let imports = imports(sources);
    let circles = circles(&imports);
    let edges = |circle: &BTreeSet<&str>| -> Vec<String> {
        let next = |file: &str| imports[file].intersection(circle).copied().collect::<Vec<&str>>().join(", ");
        circle.iter().map(|file| format!("{file} → {}", next(file))).collect()
    };
    let text = circles.iter().map(|circle| format!("a circle:\n  {}", edges(circle).join("\n  "))).collect::<Vec<_>>().join("\n");
    assert!(circles.is_empty(), "{text}");
}

#[test]
fn circles_are_found() {
    let edges = [("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("d", "e"), ("e", "d"), ("f", "a")];
    let mut imports: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (from, to) in edges {
        imports.entry(from).or_default().insert(to);
    }
    assert_eq!(circles(&imports), [BTreeSet::from(["d", "e"]), BTreeSet::from(["a", "b", "c"])]);
}
