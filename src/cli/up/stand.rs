//! Where `up` works: the real site of the inventory, or the simulated one on loopback. I/O.

use std::fs::Permissions;
use std::net::Ipv4Addr;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;

use tempfile::TempDir;

use super::Error;
use super::Global;
use super::Options;
use super::Server;
use super::report;
use super::serve;
use crate::lab::Lab;
use crate::lab::LabOptions;
use crate::lab::Servers;

/// The place of work. The steps of `up` are the same on both.
pub struct Stand {
    /// Options that point at this place's inventory and journal.
    pub global: Global,
    lab: Option<Simulated>,
}

struct Simulated {
    lab: Lab,
    // goes away with us
    _folder: TempDir,
}

impl Stand {
    /// The real site.
    pub fn real(global: &Global) -> Self {
        Self { global: global.clone(), lab: None }
    }

    /// The simulated site; its inventory is a file, read like any other.
    pub async fn simulated(global: &Global, options: LabOptions) -> Result<Self, Error> {
        let lab = Lab::start(options).await?;
        let folder = own_folder()?;
        let inventory = folder.path().join("lab.yaml");
        report::write_private(&inventory, &lab.inventory_text())?;
        let global = global.elsewhere(inventory, folder.path().to_owned());
        Ok(Self { global, lab: Some(Simulated { lab, _folder: folder }) })
    }

    /// Where to serve when the command line does not say.
    pub fn addresses(&self) -> Options {
        if self.lab.is_none() {
            return serve::everywhere();
        }
        let free = Some(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        Options { tftp: free, http: free }
    }

    /// Tells the simulated phones where to fetch, as a DHCP server does with options 66 and 160 on a real site.
    pub fn tell_phones(&self, server: &Server) {
        if let Some(simulated) = &self.lab {
            simulated.lab.provisioning(Servers { tftp: server.tftp_address(), http: server.http_address() });
        }
    }
}

/// A folder for the simulated site's inventory and journal, for its owner alone.
fn own_folder() -> Result<TempDir, Error> {
    let (owner, name) = (Permissions::from_mode(0o700), "voiceport-lab-");
    let made = tempfile::Builder::new().prefix(name).permissions(owner).tempdir();
    made.map_err(|cause| Error::io(format!("making a folder in {}", std::env::temp_dir().display()), &cause))
}
