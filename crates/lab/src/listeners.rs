//! Those who listen to the phones: each hears everything from the beginning.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

use super::phone::event::PhoneEvent;

/// Those who listen to the phones, and what they would have events had they come earlier.
#[derive(Default)]
pub(crate) struct Listeners {
    events: Vec<PhoneEvent>,
    senders: Vec<UnboundedSender<PhoneEvent>>,
}

impl Listeners {
    pub(crate) fn subscribe(&mut self) -> UnboundedReceiver<PhoneEvent> {
        let (sender, receiver) = mpsc::unbounded_channel();
        self.events.iter().for_each(|event| drop(sender.send(event.clone())));
        self.senders.push(sender);
        receiver
    }

    fn tell(&mut self, event: PhoneEvent) {
        self.senders.retain(|sender| sender.send(event.clone()).is_ok());
        self.events.push(event);
    }
}

pub(crate) async fn pass_on(mut received: UnboundedReceiver<PhoneEvent>, listeners: Arc<Mutex<Listeners>>) {
    while let Some(event) = received.recv().await {
        listeners.lock().unwrap_or_else(PoisonError::into_inner).tell(event);
    }
}
