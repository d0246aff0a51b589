//! Each phone's files: inventory → layers → variables → vendor template → text, checked before a phone sees it. Pure.
//!
//! Rules: a variable nobody set is an error where it is printed; values are escaped by the file's format; parameter names are
//! checked against the vendor's list, because a phone ignores a name it does not know without a word; the same input gives the
//! same bytes, because many phones restart when a file changes. The voice VLAN is left out unless a setting asks for it: the
//! switch gives it by LLDP-MED. Not supported: binary and encrypted configuration files, programmable keys.

mod checker;
mod concepts;
mod error;
mod layer;
pub mod layers;
pub mod lint;
mod made;
mod renderer;
pub mod report;
pub mod sample;
mod template;
mod time_zone;
mod unused;

pub use checker::Checker;
pub use concepts::{is_secret_setting, is_setting};
pub use error::{Error, SecretOwner};
pub use layer::Layer;
pub use made::RenderedFile;
pub use renderer::{Explained, Making, Renderer, Secrets, ServingContext};
pub use unused::{Checked, UnusedSetting};
