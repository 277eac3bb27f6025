package import YAML

extension Value {
    /// The marker that an argument set to it counts as not given: Ansible's `omit`. A string that nobody writes.
    package static let omit = Value.string("__omit_place_holder__5f0c1e2d7b9a4c8e__")
}
