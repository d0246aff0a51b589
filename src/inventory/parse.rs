//! Texts to one site that is valid as a whole, or every problem at once. Pure.

use crate::inventory::findings::{Code, Findings};
use crate::inventory::merge::Sections;
use crate::inventory::node::{Node, SourceSpan};
use crate::inventory::places::Places;
use crate::inventory::problem::Problems;
use crate::inventory::references::Knowledge;
use crate::inventory::source::{Damage, Source};
use crate::inventory::{assemble, yaml};
use crate::phones::catalogue::Catalogue;
use model::site::Site;

/// An inventory as far as it could be read.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Valid as a whole only when there are no problems; else what is right of it.
    pub site: Site,
    /// Where things of the site stand.
    pub places: Places,
    pub problems: Problems,
}

/// Reads sources, merged in the order of their names, into a site. Pure.
pub fn parse(sources: &[Source], catalogue: &Catalogue) -> Result<Site, Problems> {
    let Reading { site, problems, .. } = read(sources.to_vec(), &[], catalogue);
    if problems.is_empty() { Ok(site) } else { Err(problems) }
}

pub(super) fn read(mut sources: Vec<Source>, damaged: &[Damage], catalogue: &Catalogue) -> Reading {
    sources.sort_by(|left, right| (&left.name, &left.text).cmp(&(&right.name, &right.text)));
    let mut findings = Findings::default();
    let trees: Vec<_> = sources.iter().enumerate().map(|(index, source)| tree(index, source, damaged, &mut findings)).collect();
    let knowledge = if trees.iter().all(Option::is_some) { Knowledge::Complete } else { Knowledge::Partial };
    let sections = Sections::gather(trees.iter().flatten(), &mut findings);
    if sections.is_empty() && findings.is_empty() {
        findings.report_hint(Code::Missing, SourceSpan::top(0), "the inventory is empty", "start with `switches:` and `phones:`");
    }
    let site = assemble::site(&sections, knowledge, catalogue, &mut findings);
    let (problems, places) = findings.finish(sources, &trees, catalogue);
    Reading { site, places, problems }
}

fn tree(index: usize, source: &Source, damaged: &[Damage], findings: &mut Findings) -> Option<Node> {
    if let Some(damage) = damaged.iter().find(|damage| damage.source == source.name) {
        let span = SourceSpan { source: index, start: damage.byte, end: damage.byte };
        findings.report_hint(Code::Encoding, span, "not UTF-8 from here on", "save the file as UTF-8");
        return None;
    }
    yaml::read(index, &source.text, findings)
}
