//! Where `up` works: the real site of the inventory, or the simulated one on loopback. I/O.

use std::fs::Permissions;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::TempDir;

use crate::lab::{Lab, LabOptions, Servers};
use crate::ops::context::Context;
use crate::ops::error::Error;
use crate::ops::files::write_private;
use crate::ops::inventory::{LoadedSite, load};
use crate::ops::serve::everywhere;
use crate::serve::{Options, Server};

/// The place of work. The steps of `up` are the same on both.
pub struct Environment {
    pub(super) site: LoadedSite,
    pub(super) context: Context,
    lab: Option<Simulated>,
}

struct Simulated {
    lab: Lab,
    /// Inventory and journal; goes away with us.
    _folder: TempDir,
}

impl Environment {
    pub fn real(inventory: &Path, context: &Context) -> Result<Self, Error> {
        Ok(Self { site: load(inventory)?, context: context.clone(), lab: None })
    }

    /// The simulated site; its inventory is a file, read like any other. Its journal is kept beside it, unless `state_folder` names a
    /// folder.
    pub async fn simulated(options: LabOptions, keep_state: bool, context: &Context) -> Result<Self, Error> {
        let lab = Lab::start(options).await?;
        let (owner, name) = (Permissions::from_mode(0o700), "voiceport-lab-");
        let folder = tempfile::Builder::new().prefix(name).permissions(owner).tempdir();
        let folder = folder.map_err(|source| Error::making(&std::env::temp_dir().join(name), source))?;
        let inventory = folder.path().join("lab.yaml");
        write_private(&inventory, &lab.inventory_text())?;
        let site = load(&inventory)?;
        let state_folder = if keep_state { context.state_folder.clone() } else { Some(folder.path().to_owned()) };
        let context = Context { state_folder, ..context.clone() };
        Ok(Self { site, context, lab: Some(Simulated { lab, _folder: folder }) })
    }

    /// Where to serve when the caller does not say.
    pub(super) fn addresses(&self) -> Options {
        if self.lab.is_none() {
            return everywhere();
        }
        let free = Some(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        Options { tftp: free, http: free }
    }

    /// Tells the simulated phones where to fetch, as a DHCP server does with options 66 and 160 on a real site.
    pub(super) fn tell_phones(&self, server: &Server) {
        if let Some(simulated) = &self.lab {
            simulated.lab.provisioning(Servers { tftp: server.tftp_address(), http: server.http_address() });
        }
    }
}
