//! A site with what it was checked against and where it lies. Pure.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use crate::inventory::Places;
use crate::phones::catalogue::Catalogue;
use crate::render::{self, Renderer};
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
    pub templates: Templates,
}

/// The templates, read when they are first needed, and once.
#[derive(Clone, Default)]
pub struct Templates(Arc<OnceLock<Arc<Renderer>>>);

impl Templates {
    /// The same templates for everybody who asks.
    pub fn renderer(&self) -> Result<Arc<Renderer>, render::Error> {
        if let Some(renderer) = self.0.get() {
            return Ok(Arc::clone(renderer));
        }
        let renderer = Arc::new(Renderer::builtin()?);
        Ok(Arc::clone(self.0.get_or_init(|| renderer)))
    }
}

impl std::fmt::Debug for Templates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.get().is_some() { "read" } else { "not read" })
    }
}
