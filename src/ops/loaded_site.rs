//! A site with what it was checked against and where it lies. Pure.

use std::path::PathBuf;
use std::sync::Arc;

use crate::inventory::Places;
use crate::phones::catalogue::Catalogue;
use model::site::Site;

/// A site with what it was checked against and where it lies.
#[derive(Debug, Clone)]
pub struct LoadedSite {
    pub site: Site,
    pub catalogue: Catalogue,
    /// The folder that relative paths of secrets start from.
    pub folder: PathBuf,
    /// Where things of the site stand.
    pub places: Arc<Places>,
}
