import Diagnostics
package import YAML

extension Site {
    /// A variable of the inventory or the command line as a host sees it outside of any play, evaluated; nil when there
    /// is none.
    /// - Throws: `Problem`.
    package func variable(_ name: String, of host: String) throws -> Value? {
        try ScopeSource(site: self, host: host, hostVars: nil).scope().value(of: name)
    }
}
