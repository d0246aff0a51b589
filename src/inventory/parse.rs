//! Texts to one site that is valid as a whole, or every problem at once. Pure.

use crate::inventory::findings::{Code, Findings};
use crate::inventory::merge::Sections;
use crate::inventory::node::{Node, SourceSpan};
use crate::inventory::problem::Problems;
use crate::inventory::references::Knowledge;
use crate::inventory::source::{Damage, Source};
use crate::inventory::{assemble, yaml};
use crate::phones::catalogue::Catalogue;
use model::site::Site;

/// Reads sources, merged in the order of their names, into a site. Pure.
pub fn parse(sources: &[Source], catalogue: &Catalogue) -> Result<Site, Problems> {
    read(sources, &[], catalogue)
}

pub(super) fn read(sources: &[Source], damaged: &[Damage], catalogue: &Catalogue) -> Result<Site, Problems> {
    let mut sources: Vec<_> = sources.iter().collect();
    sources.sort_by(|left, right| (&left.name, &left.text).cmp(&(&right.name, &right.text)));
    let mut findings = Findings::default();
    let trees: Vec<_> = sources.iter().enumerate().map(|(index, source)| tree(index, source, damaged, &mut findings)).collect();
    let knowledge = if trees.iter().all(Option::is_some) { Knowledge::Complete } else { Knowledge::Partial };
    let sections = Sections::gather(trees.iter().flatten(), &mut findings);
    if sections.is_empty() && findings.is_empty() {
        findings.report_hint(Code::Missing, SourceSpan::top(0), "the inventory is empty", "start with `switches:` and `phones:`");
    }
    let site = assemble::site(&sections, knowledge, catalogue, &mut findings);
    if findings.is_empty() {
        return Ok(site);
    }
    Err(Problems(findings.finish(&sources, &trees)))
}

fn tree(index: usize, source: &Source, damaged: &[Damage], findings: &mut Findings) -> Option<Node> {
    if let Some(damage) = damaged.iter().find(|damage| damage.source == source.name) {
        let span = SourceSpan { source: index, start: damage.byte, end: damage.byte };
        findings.report_hint(Code::Encoding, span, "not UTF-8 from here on", "save the file as UTF-8");
        return None;
    }
    yaml::read(index, &source.text, findings)
}
