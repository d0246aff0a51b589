//! Where `up` works: the real site of the inventory, or the simulated one on loopback. I/O.

use std::net::Ipv4Addr;
use std::net::SocketAddr;
use std::path::PathBuf;

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
    _folder: Folder,
}

/// A folder of our own that goes away with us.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        // Nothing can be done about a folder that does not go away; it holds only the simulated site's journal.
        let _ = std::fs::remove_dir_all(&self.0);
    }
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
        let inventory = folder.0.join("lab.yaml");
        report::write_private(&inventory, &lab.inventory_text())?;
        let global = global.elsewhere(inventory, folder.0.clone());
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

fn own_folder() -> Result<Folder, Error> {
    use std::os::unix::fs::DirBuilderExt;
    let parent = std::env::temp_dir();
    for attempt in 0..100 {
        let path = parent.join(format!("voiceport-lab-{}-{attempt}", std::process::id()));
        match std::fs::DirBuilder::new().mode(0o700).create(&path) {
            Ok(()) => return Ok(Folder(path)),
            Err(cause) if cause.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(cause) => return Err(Error::io(format!("making {}", path.display()), &cause)),
        }
    }
    Err(Error::io(format!("making a folder in {}", parent.display()), &"a hundred names are taken"))
}
