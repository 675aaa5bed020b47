//! Whose part of the chain a failure belongs to.

crate::slug::slugs! {
    /// Whose part of the chain has to change for the failure to end.
    Blame {
        Client "client" "the visitor, their machine or their network",
        Gateway "gateway" "the proxy that answered and its configuration",
        Network "network" "what lies between the gateway and the origin",
        Origin "origin" "the server or application that owns the resource",
        Dependency "dependency" "a service that the origin or the gateway relies on",
    }
}
