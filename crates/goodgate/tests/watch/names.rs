//! A name server that knows some names.

use std::net::SocketAddr;
use std::sync::mpsc::channel;
use std::thread;

use goodgate_faults::{Address, Options, Protocol, Record, Server};

/// Serves names, each as `NAME=IP,IP`, at an address, in the network of this thread, for as long as the
/// tests run. Returns where.
pub(crate) fn serve(at: SocketAddr, records: &[&str]) -> SocketAddr {
    let records = records.iter().map(|text| Record::parse(text).expect("a record")).collect();
    let (tell, told) = channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(async move {
            let options = Options {
                protocol: Some(Protocol::Dns),
                allow_non_loopback: true,
                records,
                ..Options::at(Address::Tcp(at))
            };
            let server = Server::bind(options).await.expect("a name server");
            tell.send(server.addresses()[0].clone()).expect("somebody who asked");
            server.run(std::future::pending()).await;
        });
    });
    match told.recv().expect("a name server") {
        Address::Tcp(address) => address,
        Address::Unix(path) => panic!("a name server at {}", path.display()),
    }
}
