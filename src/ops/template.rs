//! `template`: the phone templates themselves, checked before a phone sees them. Pure but for reading the templates.

use super::conclusion::Conclusion;
use super::error::Error;
use crate::phones;
use crate::phones::catalogue::{Catalogue, PhoneModel, Vendor};
use crate::render::report::{TemplateReport, TemplateRow};
use crate::render::{Renderer, sample};
use model::ids::ModelId;

/// Vendors, models and the files they fetch.
pub fn list() -> Result<TemplateReport, Error> {
    Ok(TemplateReport { models: models(&phones::builtin()?), findings: Vec::new() })
}

/// Renders every file of every model with difficult names.
pub fn check() -> Result<TemplateReport, Error> {
    let renderer = Renderer::builtin()?;
    Ok(TemplateReport { models: models(renderer.catalogue()), findings: sample::check(&renderer) })
}

#[must_use]
pub fn conclusion(report: &TemplateReport) -> Conclusion {
    if report.findings.is_empty() { Conclusion::Done } else { Conclusion::Invalid }
}

fn models(catalogue: &Catalogue) -> Vec<TemplateRow> {
    let row = |vendor: &str, model: &str, phone: &PhoneModel| TemplateRow {
        model: ModelId { vendor: vendor.to_owned(), model: model.to_owned() },
        title: phone.title.clone(),
        lines: phone.lines,
        files: phone.files.iter().map(|file| file.name.clone()).collect(),
    };
    let of = |(vendor, facts): (&String, &Vendor)| {
        facts.models.iter().map(|(model, phone)| row(vendor, model, phone)).collect::<Vec<_>>()
    };
    catalogue.vendors.iter().flat_map(of).collect()
}
