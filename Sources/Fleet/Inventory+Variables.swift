package import OrderedCollections
package import YAML

extension Inventory {
    /// A host's variables by Ansible's precedence, as they are written: nothing is templated.
    ///
    /// Later mappings replace earlier ones, they are not merged. Merged anew on each call: keep the result.
    package func variables(of host: String) -> OrderedDictionary<String, Node> {
        variables.merged(for: host, in: hosts[host]?.groups ?? [])
    }

    /// Every variable as it is written, once for each place where it is; in no order.
    package var definitions: [OrderedDictionary<String, Node>] { variables.definitions }
}
