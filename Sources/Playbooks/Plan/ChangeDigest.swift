import Digests
import Modules
import Remote

/// A fingerprint of changes: what was found, what is to be, and how it is done. Equal ones lead from the same state to
/// the same state.
struct ChangeDigest {
    let hex: String

    init(_ changes: [Change]) {
        var bytes: [UInt8] = []
        // Each with its length, so that no two lists of fields have the same bytes.
        func add(_ field: some Collection<UInt8>) {
            bytes += Array("\(field.count):".utf8)
            bytes += field
        }
        func add(_ text: String?) {
            bytes.append(text == nil ? 0 : 1)
            add((text ?? "").utf8)
        }
        for change in changes {
            add(change.summary)
            add(change.basis)
            add(change.diff?.name)
            add(change.diff?.before)
            add(change.diff?.after)
            add(change.fragment.shell.text)
            for input in change.fragment.inputs { add(input) }
        }
        hex = SHA256.hex(bytes)
    }
}
