//! Names for whoever is typing a command: switches and phones of the inventory, numbers of runs. I/O through the context.

use std::path::Path;

use super::context::Context;
use super::inventory;
use crate::change::history::Listed;
use crate::change::journal::Journal;
use model::site::PhoneSpec;

/// What is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Switches,
    /// By address.
    Phones,
    /// By extension or address.
    PhonesAndExtensions,
    Runs,
}

/// The names there are; none where the inventory or the journal cannot be read, which the command itself will tell.
#[must_use]
pub fn names(kind: Kind, inventory: &Path, context: &Context) -> Vec<String> {
    let site = || inventory::load(inventory).ok().map(|loaded| loaded.site);
    let extensions = |phone: &PhoneSpec| phone.lines.iter().map(|line| line.extension.clone()).collect::<Vec<_>>();
    // without colons, at which a shell would break it into words
    let address = |phone: &PhoneSpec| phone.mac.bare();
    match kind {
        Kind::Switches => site().map(|site| site.switches.keys().map(ToString::to_string).collect()).unwrap_or_default(),
        Kind::Phones => site().map(|site| site.phones.iter().map(address).collect()).unwrap_or_default(),
        Kind::PhonesAndExtensions => site()
            .map(|site| site.phones.iter().flat_map(extensions).chain(site.phones.iter().map(address)).collect())
            .unwrap_or_default(),
        Kind::Runs => runs(context),
    }
}

fn runs(context: &Context) -> Vec<String> {
    let journal = Journal::open_existing(context.state_folder.as_deref()).ok().flatten();
    let runs = journal.and_then(|journal| journal.runs().ok()).unwrap_or_default();
    let readable = runs.iter().filter_map(|run| match run {
        Listed::Readable(run) => Some(run.id.to_string()),
        Listed::Unreadable(_) => None,
    });
    readable.collect()
}
